#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Joins what a trace tells of the two ends of a connection."""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict, deque

LEFT, RIGHT = 0, 1


class End:
    """One end of a connection, as its own node tells it."""

    def __init__(self, record):
        self.node = record.node
        self.conn = record.conn
        self.local = record.local
        self.peer = record.peer
        self.first = record.time
        self.last = record.time
        self.line = record.line
        self.has_transitions = False
        self.first_state = None
        self.last_state = None
        self.active = False

    def note(self, record):
        """Takes one record of this end into account."""
        self.last = record.time
        if record.kind != "T":
            return
        if not self.has_transitions:
            self.has_transitions = True
            self.first_state = record.from_state
        self.local = record.local
        self.peer = record.peer
        self.last_state = record.to_state
        self.active = self.active or record.to_state == "SYN-SENT"

    @property
    def until(self):
        """When it ended, as far as the trace tells."""
        return self.last if self.last_state in ("CLOSED", "LISTEN") else math.inf

    @property
    def is_listener(self):
        """Whether it never had a peer."""
        return self.peer.startswith("*:")


class Pair:
    """A connection: its left and its right end; the right one may be None.

    The left one is the end that opened actively.  A node that answers without having a connection
    (a refused one) is a right end with conn 0.
    """

    def __init__(self, one, other):
        if other and (not one.active, one.line) > (not other.active, other.line):
            one, other = other, one
        self.ends = [one, other]
        # With one end in the trace, the one that was opened passively stands at the right.
        if other is None and not one.active and one.has_transitions:
            self.ends = [None, one]

    @property
    def known(self):
        """The ends that are in the trace."""
        return [end for end in self.ends if end]

    @property
    def first(self):
        """Time of the first record."""
        return min(end.first for end in self.known)

    @property
    def line(self):
        """Line of the first record."""
        return min(end.line for end in self.known)

    def has(self, node, conn):
        """Whether one of the ends is this one."""
        return any((end.node, end.conn) == (node, conn) for end in self.known)

    def addresses(self, side):
        """(local, peer) of an end, also of one that is not in the trace."""
        end = self.ends[side]
        if end:
            return end.local, end.peer
        other = self.ends[1 - side]
        return other.peer, other.local


class Survey:
    """All connections of a trace; a few hundred bytes for each.

    Attributes:
        pairs   list of Pair in the order of their first records
        hosts   set of the addresses that nodes of the trace have
        last    time of the last record
    """

    def __init__(self, trace):
        ends = {}
        self.hosts = set()
        self.last = 0
        for record in trace:
            self.last = record.time
            self.hosts.add(record.local.rpartition(":")[0])
            if record.conn:
                key = (record.node, record.conn)
                if key not in ends:
                    ends[key] = End(record)
                ends[key].note(record)
        self.pairs = _join([end for end in ends.values() if not end.is_listener])


def _gap(end, other):
    """The time between the lives of two ends; 0 or less: they overlap."""
    return max(end.first, other.first) - min(end.until, other.until)


def _closest(end, others, longest):
    """Of others, in the order of their beginnings, the one that began next to an end; or None."""
    best = None
    for other in others:
        if other.first - end.until > longest:
            break
        if other is not end and _gap(end, other) <= longest:
            if best is None or abs(other.first - end.first) < abs(best.first - end.first):
                best = other
    return best


def _join(ends):
    """Pairs of ends whose 4-tuples are each other's reverse, by time.

    First those that lived at the same time; then, of what is left, those whose peer had ended when
    the first segment came to them.
    """
    free = defaultdict(list)
    for end in ends:
        free[(end.local, end.peer)].append(end)
    partner = {}
    for longest in (0, math.inf):
        for end in ends:
            if end in partner:
                continue
            others = free[(end.peer, end.local)]
            best = _closest(end, others, longest)
            if best:
                others.remove(best)
                free[(end.local, end.peer)].remove(end)
                partner[end], partner[best] = best, end
    pairs = [
        Pair(end, partner.get(end))
        for end in ends
        if end not in partner or end.line < partner[end].line
    ]
    return sorted(pairs, key=lambda pair: pair.line)


def collect(trace, pairs):
    """The records of some pairs: a list for each, of (side, record) in the order of the trace.

    Segments that a node saw without having a connection (id 0, or the listener's) are found by
    their addresses; such a node becomes the right end of a pair that had none.
    """
    records = [[] for _ in pairs]
    by_id = {}
    by_key = defaultdict(list)
    for number, pair in enumerate(pairs):
        for side, end in enumerate(pair.ends):
            if end:
                by_id[(end.node, end.conn)] = (number, side)
            by_key[pair.addresses(side)].append((number, side))
    for record in trace:
        place = by_id.get((record.node, record.conn))
        if not place and record.kind != "T":
            place = _nearest(by_key.get((record.local, record.peer), ()), pairs, record.time)
            if place:
                place = _adopt(pairs[place[0]], place, record)
        if place:
            records[place[0]].append((place[1], record))
    return records


def _nearest(places, pairs, time):
    """Of the pairs with the same addresses, the last one that began before a time."""
    best = None
    for place in places:
        if best is None or pairs[place[0]].first <= time:
            best = place
    return best


def _adopt(pair, place, record):
    """Where a segment without a connection belongs; None: to another node of that address."""
    side = place[1]
    if pair.ends[side] is None:
        other = pair.ends[1 - side]
        if (other.local, other.peer) == (other.peer, other.local):
            return None
        pair.ends[side] = End(record)
        pair.ends[side].conn = 0
    return place if pair.ends[side].node == record.node else None


class Flight:
    """A segment on its way from one side to the other.

    sent, arrived: the events (see Timeline) or None where the trace does not tell.
    fate: "arrived", "lost", "dropped" (by the host that reason belongs to), "under way".
    """

    def __init__(self, side, record):
        self.side = side
        self.record = record
        self.sent = None
        self.arrived = None
        self.fate = "arrived"
        self.reason = None
        self.retransmission = False


class Event:
    """Something that happens at one side: a segment leaves or arrives, or the state changes.

    moves: the transitions that belong on the line of this event; a transition that no segment
    carries is an event of its own, with flight None.
    """

    __slots__ = ("order", "side", "time", "record", "flight", "reason", "moves", "leaves")

    def __init__(self, order, side, record):
        self.order = order
        self.side = side
        self.time = record.time
        self.record = record
        self.flight = None
        self.reason = record.reason if record.kind == "D" else None
        self.moves = []
        self.leaves = record.kind == "S"


# The flag of a segment that announces the state which its sender enters.
_FLAG_OF_STATE = {
    "SYN-SENT": "SYN",
    "SYN-RECEIVED": "SYN",
    "FIN-WAIT-1": "FIN",
    "LAST-ACK": "FIN",
    "CLOSING": "FIN",
    "CLOSED": "RST",
}


class Timeline:
    """The events of one pair, with sendings and arrivals matched.

    Attributes: events: those that take a place of their own, in order; flights; isn: for each side
    its initial sequence number, or None.
    """

    def __init__(self, pair, records, survey):
        self.pair = pair
        self.flights = []
        self.isn = [None, None]
        self._trace_end = survey.last
        self._complete = [self._is_traced(side, survey) for side in (LEFT, RIGHT)]
        events = [Event(i, side, record) for i, (side, record) in enumerate(records)]
        events = self._take_drops(events)
        self.events = self._attach_moves(events)
        self._find_isn(records)
        fastest = [self._match(side) for side in (LEFT, RIGHT)]
        for side in (LEFT, RIGHT):
            # The way back, where nothing is known of this one.
            self._tell_lost(side, fastest[side] or fastest[1 - side] or 0)
        self._mark_retransmissions()

    def _is_traced(self, side, survey):
        """Whether what arrives at this side would be in the trace."""
        if self.pair.ends[side]:
            return True
        local, peer = self.pair.addresses(side)
        return local != peer and local.rpartition(":")[0] in survey.hosts

    @staticmethod
    def _take_drops(events):
        """Drops (D) become the fate of the event that they follow, or arrivals of their own.

        A segment that was answered, or that moved the connection, before it was dropped is not
        shown as dropped: this is what RFC 9293 means by "drop the segment and return".
        """
        kept = []
        recent = ([], [])  # of each side, what happened at the same time
        for event in events:
            own = recent[event.side]
            if own and own[0].time != event.time:
                own.clear()
            own.append(event)
            if event.record.kind != "D":
                kept.append(event)
                continue
            own.pop()
            same = [
                position
                for position, other in enumerate(own)
                if other.record.kind != "T" and other.record.segment == event.record.segment
            ]
            if not same:
                kept.append(event)
                continue
            dropped, later = own[same[-1]], own[same[-1] + 1 :]
            if dropped.leaves or not any(
                other.leaves or other.record.segment == event.record.segment for other in later
            ):
                dropped.reason = event.record.reason
        return kept

    def _attach_moves(self, events):
        """Puts each transition on the event of the segment that caused it or that it caused."""
        by_side = ([], [])
        for event in events:
            by_side[event.side].append(event)
        attached = set()
        for own in by_side:
            for position, event in enumerate(own):
                if event.record.kind != "T":
                    continue
                carrier = self._carrier(own, position)
                if carrier:
                    carrier.moves.append(event.record)
                    attached.add(event.order)
                else:
                    event.moves.append(event.record)
        return [event for event in events if event.order not in attached]

    @staticmethod
    def _carrier(own, position):
        event = own[position]
        move = event.record
        flag = _FLAG_OF_STATE.get(move.to_state)

        def carries(other):
            record = other.record
            if record.kind == "T":
                return False
            if move.segment:
                return not other.leaves and record.segment == move.segment
            return other.leaves and flag in record.segment.flags.split(",")

        def until(positions, stop):
            for i in positions:
                if own[i].time != event.time:
                    return None
                if carries(own[i]):
                    return own[i]
                if stop and own[i].record.kind != "T" and not own[i].leaves:
                    return None
            return None

        before, after = range(position - 1, -1, -1), range(position + 1, len(own))
        if move.segment:
            return until(before, False) or until(after, False)
        return until(after, True) or until(before, True)

    def _find_isn(self, records):
        """From a SYN that the side sent; else from one that arrived from it."""
        lowest = [None, None]
        for own in (True, False):
            for side, record in records:
                if not record.segment:
                    continue
                sender = side if record.kind == "S" else 1 - side
                flags = record.segment.flags.split(",")
                if (record.kind == "S") == own and self.isn[sender] is None and "SYN" in flags:
                    self.isn[sender] = record.segment.seq
                if lowest[sender] is None and "RST" not in flags:
                    lowest[sender] = record.segment.seq
        # Counted from the first number that is seen when the trace has no SYN.
        self.base = [
            isn if isn is not None else ((low - 1) & 0xFFFFFFFF if low is not None else 0)
            for isn, low in zip(self.isn, lowest)
        ]

    @staticmethod
    def _identity(record):
        return (record.segment, getattr(record, "win", None))

    def _match(self, side):
        """Finds for what one side sent when it arrived at the other; gives the shortest way."""
        sent = [e for e in self.events if e.side == side and e.leaves]
        arrived = [
            e for e in self.events if e.side != side and not e.leaves and e.record.segment
        ]  # fmt: skip
        for event in sent:
            flight = Flight(side, event.record)
            flight.sent, flight.reason, event.flight = event, event.reason, flight
            self.flights.append(flight)
        open_flights = defaultdict(deque)
        for event in sent:
            if event.flight.reason:
                event.flight.fate = "dropped"
            else:
                open_flights[self._identity(event.record)].append(event.flight)
        groups = defaultdict(list)
        for event in arrived:
            groups[self._identity(event.record)].append(event)
        fastest = self._fastest(groups, open_flights)
        for identity, events in groups.items():
            self._match_group(side, events, open_flights[identity], fastest)
        return fastest

    def _tell_lost(self, side, fastest):
        """What did not arrive was lost, but for what had no time to arrive."""
        for flight in self.flights:
            if flight.side != side or flight.arrived or flight.fate == "dropped":
                continue
            if self._complete[1 - side]:
                away = self._trace_end - flight.sent.time
                flight.fate = "under way" if away <= fastest else "lost"

    @staticmethod
    def _fastest(groups, open_flights):
        """The shortest way of a segment of which there is one sending and one arrival."""
        ways = [
            events[0].time - open_flights[identity][0].sent.time
            for identity, events in groups.items()
            if len(events) == 1 and len(open_flights[identity]) == 1
        ]
        return min((way for way in ways if way >= 0), default=None)

    def _match_group(self, side, events, flights, fastest):
        """Matches equal segments.  Where some were lost, an arrival is of the latest possible."""
        in_order = len(events) >= len(flights)
        for event in events:
            possible = [
                flight
                for flight in flights
                if flight.sent.order < event.order
                and (in_order or event.time - flight.sent.time >= (fastest or 0))
            ]
            if possible:
                flight = possible[0] if in_order else possible[-1]
                flights.remove(flight)
            else:
                flight = Flight(side, event.record)
                self.flights.append(flight)
            flight.arrived, flight.reason, event.flight = event, event.reason, flight
            flight.fate = "dropped" if flight.reason else "arrived"

    def _mark_retransmissions(self):
        """A segment whose numbers were all sent before is a retransmission."""
        self.flights.sort(key=lambda flight: (flight.sent or flight.arrived).order)
        for side in (LEFT, RIGHT):
            highest = None
            syns = set()
            own = [f for f in self.flights if f.side == side]
            if any(flight.sent for flight in own):
                own = [flight for flight in own if flight.sent]
            for flight in own:
                segment = flight.record.segment
                flags = segment.flags.split(",")
                begin = (segment.seq - self.base[side]) & 0xFFFFFFFF
                if begin >> 31 or "RST" in flags:
                    continue
                end = begin + segment.len + ("SYN" in flags) + ("FIN" in flags)
                if "SYN" in flags:
                    flight.retransmission = (segment.flags, begin) in syns
                    syns.add((segment.flags, begin))
                elif end > begin and highest is not None and end <= highest:
                    flight.retransmission = True
                highest = end if highest is None else max(highest, end)

    def is_whole(self, flight):
        """Whether a segment can be drawn in one line, at the time of its sending.

        It can if at the receiver nothing lies between its sending and its arrival but arrivals
        which are drawn in lines above.  To be asked in the order of sending.
        """
        if not hasattr(self, "_orders"):
            self._own = [[e for e in self.events if e.side == side] for side in (LEFT, RIGHT)]
            self._orders = [[e.order for e in own] for own in self._own]
            self._whole = set()
        orders = self._orders[1 - flight.side]
        begin = bisect_right(orders, flight.sent.order)
        end = bisect_left(orders, flight.arrived.order)
        for event in self._own[1 - flight.side][begin:end]:
            if event.order not in self._whole:
                return False
        self._whole.add(flight.arrived.order)
        return True
