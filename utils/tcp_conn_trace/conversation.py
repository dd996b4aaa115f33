#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Joins what a trace tells of the two ends of connections."""

import math
from collections import defaultdict

LEFT, RIGHT = 0, 1

_SYNCHRONIZED = ("ESTABLISHED", "CLOSE-WAIT", "FIN-WAIT-1")


class End:
    """One end of a connection, as its own node tells it.

    Times are whole nanoseconds, None where it never happened: established: when it was
    synchronized; closing: when it left ESTABLISHED (or SYN-RECEIVED) to be released; time_wait:
    when it entered TIME-WAIT.  cause: of its last transition.
    """

    __slots__ = (
        "node", "conn", "local", "peer", "first", "last", "line", "first_state", "last_state",
        "active", "established", "closing", "time_wait", "cause", "sent", "received",
    )  # fmt: skip

    def __init__(self, record):
        self.node = record.node
        self.conn = record.conn
        self.local = record.local
        self.peer = record.peer
        self.first = record.time
        self.last = record.time
        self.line = record.line
        self.first_state = None
        self.last_state = None
        self.active = False
        self.established = self.closing = self.time_wait = self.cause = None
        self.sent = self.received = 0

    def note(self, record):
        """Takes one record of this end into account."""
        self.last = record.time
        if record.kind == "S":
            self.sent += 1
        elif record.kind == "R":
            self.received += 1
        elif record.kind == "T":
            self._note_transition(record)

    def _note_transition(self, record):
        if self.first_state is None:
            self.first_state = record.from_state
        self.local = record.local
        self.peer = record.peer
        self.last_state = state = record.to_state
        self.cause = record.cause
        self.active = self.active or state == "SYN-SENT"
        if state in _SYNCHRONIZED and self.established is None:
            self.established = record.time
        if state in ("FIN-WAIT-1", "CLOSE-WAIT") and self.closing is None:
            self.closing = record.time
        if state == "TIME-WAIT":
            self.time_wait = record.time

    @property
    def has_transitions(self):
        """Whether the trace has its changes of state."""
        return self.first_state is not None

    @property
    def is_over(self):
        """Whether its end is in the trace."""
        return self.last_state in ("CLOSED", "LISTEN")

    @property
    def until(self):
        """When it ended, as far as the trace tells."""
        return self.last if self.is_over else math.inf

    @property
    def is_listener(self):
        """Whether it never had a peer."""
        return self.peer.startswith("*:")

    @property
    def name(self):
        """NODE:ID."""
        return "%d:%d" % (self.node, self.conn)


class Conversation:
    """The connections between two ends with the same addresses and ports that met each other.

    It is one connection, which has one End at each side.  But a host may have several in turn: an
    old duplicate SYN opens one that is reset before the SYN comes (RFC 9293 figure 8), or a host
    has crashed and opens again while its peer still has the old one (figure 9).

    Attributes:
        sides   for left and right, the list of its End in the order of their beginnings; empty
                when that host is not in the trace
    The left side is the one that opened actively.  A node that answers without having a connection
    (a refused one) has an End with conn 0.
    """

    def __init__(self, one, other):
        key = (one[0].local, one[0].peer)
        if other and (not other[0].active, other[0].line) < (not one[0].active, one[0].line):
            one, other = other, one
            key = key[::-1]
        self.sides = [one, other]
        # With one side in the trace, the one that was opened passively stands at the right.
        if not other and not one[0].active and one[0].has_transitions:
            self.sides = [other, one]
            key = key[::-1]
        self._key = key

    @property
    def ends(self):
        """The ends of both sides."""
        return self.sides[LEFT] + self.sides[RIGHT]

    @property
    def first(self):
        """Time of the first record."""
        return min(end.first for end in self.ends)

    @property
    def last(self):
        """Time of the last record."""
        return max(end.last for end in self.ends)

    @property
    def line(self):
        """Line of the first record."""
        return min(end.line for end in self.ends)

    @property
    def name(self):
        """The first connection of each side, as in "0:1 - 1:2"."""
        names = [own[0].name if own else "?" for own in self.sides]
        return " - ".join(names)

    def has(self, node, conn):
        """Whether one of the ends is this one."""
        return any((end.node, end.conn) == (node, conn) for end in self.ends)

    def addresses(self, side):
        """(local, peer) of a side, also of one that is not in the trace."""
        return self._key if side == LEFT else self._key[::-1]

    def node(self, side):
        """The node of a side; None when it is not in the trace."""
        return self.sides[side][0].node if self.sides[side] else None

    def connections(self, side):
        """The connections of a side: its ends but those that stand for none."""
        return [end for end in self.sides[side] if end.conn]

    def first_state(self, side):
        """The state of a host before its first record; "" when the trace does not tell."""
        own = self.sides[side]
        if not own:
            return ""
        return own[0].first_state or ""


class Survey:
    """All connections of a trace; a few hundred bytes for each.

    To be made of a trace, or fed by note() with its records and finished by join().

    Attributes:
        conversations   list of Conversation in the order of their first records
        hosts           set of the addresses that nodes of the trace have
        last            time of the last record
    """

    def __init__(self, trace=()):
        self.hosts = set()
        self.last = 0
        self.conversations = []
        self._ends = {}
        self._syns = {}
        self._met = []
        for record in trace:
            self.note(record)
        self.join()

    def note(self, record):
        """Takes one record into account."""
        self.last = record.time
        self.hosts.add(record.local.rpartition(":")[0])
        if not record.conn:
            return
        key = (record.node, record.conn)
        end = self._ends.get(key)
        if end is None:
            end = self._ends[key] = End(record)
        end.note(record)
        segment = record.segment
        if segment is None or not segment.flags.startswith("SYN"):
            return
        if record.kind == "S":
            self._syns[(record.local, record.peer, segment.seq)] = end
        elif record.kind == "T":
            # The SYN's sender may be gone by the time at which it opens a connection.
            sender = self._syns.get((record.peer, record.local, segment.seq))
            if sender is not None:
                self._met.append((end, sender))

    def join(self):
        """Makes the conversations."""
        ends = [end for end in self._ends.values() if not end.is_listener]
        groups = _Groups(ends)
        for end, sender in self._met:
            groups.join(end, sender)
        _join_overlapping(ends, groups)
        _join_lonely(ends, groups)
        self.conversations = sorted(
            (Conversation(*sides) for sides in groups.all()), key=lambda found: found.line
        )


class _Groups:
    """Which ends belong together."""

    def __init__(self, ends):
        self._of = {end: [end] for end in ends}

    def is_alone(self, end):
        """Whether an end has met no other."""
        return len(self._of[end]) == 1

    def join(self, end, other):
        """Two ends met: their groups are one, unless two nodes would have the same address."""
        one, two = self._of.get(end), self._of.get(other)
        if one is None or two is None or one is two:
            return
        nodes = {(e.local, e.peer): e.node for e in one}
        if any(nodes.get((e.local, e.peer), e.node) != e.node for e in two):
            return
        if len(one) < len(two):
            one, two = two, one
        one += two
        for moved in two:
            self._of[moved] = one

    def all(self):
        """For each group, its ends of either side in the order of their beginnings."""
        for group in {id(found): found for found in self._of.values()}.values():
            group.sort(key=lambda end: end.line)
            key = (group[0].local, group[0].peer)
            yield (
                [end for end in group if (end.local, end.peer) == key],
                [end for end in group if (end.local, end.peer) != key],
            )


def _by_key(ends):
    result = defaultdict(list)
    for end in ends:
        result[(end.local, end.peer)].append(end)
    return result


def _join_overlapping(ends, groups):
    """Joins ends of the same addresses and ports that lived at the same time."""
    by_key = _by_key(ends)
    for key, own in by_key.items():
        others = by_key.get(key[::-1]) if key < key[::-1] else None
        if not others:
            continue
        alive = {key: [], key[::-1]: []}
        for end in sorted(own + others, key=lambda end: end.first):
            here, there = alive[(end.local, end.peer)], alive[(end.peer, end.local)]
            there[:] = [other for other in there if other.until >= end.first]
            for other in reversed(there):
                groups.join(end, other)
            # A node has no two at a time: the one before has ended, also where no line says so.
            here[:] = [other for other in here if other.node != end.node]
            here.append(end)


def _join_lonely(ends, groups):
    """Of those that met nobody, joins each to the one that began next to it.

    So it is in a trace without segments when the one had ended before the other began.
    """
    free = _by_key(end for end in ends if groups.is_alone(end))
    for key, own in list(free.items()):
        for end in own:
            others = [other for other in free.get(key[::-1], ()) if groups.is_alone(other)]
            if key == key[::-1] or not others or not groups.is_alone(end):
                continue
            groups.join(end, min(others, key=lambda other: abs(other.first - end.first)))


def collect(trace, conversations):
    """The records of conversations: a list for each, of (side, record) in the trace's order.

    Segments that a node saw without having a connection (id 0, or the listener's) are found by
    their addresses; such a node becomes the right side of a conversation that had none.
    """
    records = [[] for _ in conversations]
    by_id = {}
    by_key = defaultdict(list)
    for number, conversation in enumerate(conversations):
        for side in (LEFT, RIGHT):
            for end in conversation.sides[side]:
                by_id[(end.node, end.conn)] = (number, side)
            by_key[conversation.addresses(side)].append((number, side))
    listening = set()
    for record in trace:
        place = by_id.get((record.node, record.conn)) if record.conn else None
        if not place and record.kind == "T" and record.peer.startswith("*:"):
            change = listening.add if record.to_state == "LISTEN" else listening.discard
            change(_port(record))
        elif not place and record.kind != "T":
            places = by_key.get((record.local, record.peer), ())
            place = _nearest(places, conversations, record.time)
            if place:
                place = _adopt(conversations[place[0]], place, record, listening)
        if place:
            records[place[0]].append((place[1], record))
    return records


def _nearest(places, conversations, time):
    """Of those with the same addresses, the last one that began before a time."""
    best = None
    for place in places:
        if best is None or conversations[place[0]].first <= time:
            best = place
    return best


def _port(record):
    return record.node, record.local.rpartition(":")[2]


def _adopt(conversation, place, record, listening):
    """Where a segment without a connection belongs; None: to another node of that address."""
    side = place[1]
    if not conversation.sides[side]:
        local, peer = conversation.addresses(side)
        if local == peer:
            return None
        end = End(record)
        end.conn = 0
        # A node that answers with no connection is CLOSED, RFC 9293 section 3.10.7.1.
        end.first_state = "LISTEN" if _port(record) in listening else "CLOSED"
        conversation.sides[side].append(end)
    return place if conversation.node(side) == record.node else None
