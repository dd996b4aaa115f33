#
# SPDX-License-Identifier: GPL-2.0-only
#
"""What happened in a conversation, in order, with sendings and arrivals matched."""

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque

from .conversation import LEFT, RIGHT
from .numbering import Numbering, relative


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

    @property
    def time(self):
        """When it was sent; when the trace does not tell, when it arrived."""
        return (self.sent or self.arrived).time


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
    """The events of one conversation, with sendings and arrivals matched.

    Attributes: events: those that take a place of their own, in order; flights; numbering: its
    initial sequence numbers; transitions: (side, record) of each, in order; trace_end: time.
    """

    def __init__(self, conversation, records, survey):
        self.conversation = conversation
        self.flights = []
        self.numbering = Numbering(records)
        self.transitions = [place for place in records if place[1].kind == "T"]
        self.trace_end = survey.last
        self._complete = [self._is_traced(side, survey) for side in (LEFT, RIGHT)]
        events = [Event(i, side, record) for i, (side, record) in enumerate(records)]
        events = self._take_drops(events)
        self.events = self._attach_moves(events)
        fastest = [self._match(side) for side in (LEFT, RIGHT)]
        for side in (LEFT, RIGHT):
            # The way back, where nothing is known of this one.
            self._tell_lost(side, fastest[side] or fastest[1 - side] or 0)
        self._mark_retransmissions()

    def _is_traced(self, side, survey):
        """Whether what arrives at this side would be in the trace."""
        if self.conversation.sides[side]:
            return True
        local, peer = self.conversation.addresses(side)
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
                away = self.trace_end - flight.sent.time
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
        """Matches equal segments, in order.  Where some were lost, an arrival is of the latest."""
        found = {}
        if len(events) >= len(flights):
            for event in events:
                if flights and flights[0].sent.order < event.order:
                    found[event] = flights.popleft()
        else:
            for event in reversed(events):
                while flights and not self._can_be(flights[-1], event, fastest or 0):
                    flights.pop()
                if flights:
                    found[event] = flights.pop()
        for event in events:
            flight = found.get(event)
            if flight is None:
                flight = Flight(side, event.record)
                self.flights.append(flight)
            flight.arrived, flight.reason, event.flight = event, event.reason, flight
            flight.fate = "dropped" if flight.reason else "arrived"

    @staticmethod
    def _can_be(flight, event, fastest):
        """Whether a segment may be the one that arrived, when none is faster than that."""
        sent = flight.sent
        return sent.order < event.order and event.time - sent.time >= fastest

    def _mark_retransmissions(self):
        """A segment whose numbers were all sent before is a retransmission."""
        self.flights.sort(key=lambda flight: (flight.sent or flight.arrived).order)
        for side in (LEFT, RIGHT):
            own = [f for f in self.flights if f.side == side]
            if any(flight.sent for flight in own):
                own = [flight for flight in own if flight.sent]
            highest = {}
            syns = set()
            for flight in own:
                segment = flight.record.segment
                flags = segment.flags.split(",")
                conn = flight.record.conn if flight.sent else None
                begin = relative(segment.seq, self.numbering.base(side, flight.time))
                if begin < 0 or "RST" in flags:
                    continue
                end = begin + segment.len + ("SYN" in flags) + ("FIN" in flags)
                if "SYN" in flags:
                    flight.retransmission = (conn, segment.flags, begin) in syns
                    syns.add((conn, segment.flags, begin))
                elif end > begin and end <= highest.get(conn, 0):
                    flight.retransmission = True
                highest[conn] = max(highest.get(conn, end), end)

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
