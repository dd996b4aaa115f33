#
# SPDX-License-Identifier: GPL-2.0-only
#
"""A conversation as plain data to draw from: what the SVG and the page are made of.

Times are whole nanoseconds.  A picture is a dictionary:

    name        the first connection of each side, "0:1 - 1:2"
    from, to    when it begins and ends
    connections all of them, ["0:1", "1:2", "1:3"]
    hosts       for each side {"address", "words": its node, connections and ISN}
    points      what takes a place at a side, in order: {"side", "time"}, and one of
                "flight" (place in flights) or "cause" (of a transition that no segment carries)
    flights     segments, see _flight
    states      for each side a list of {"state", "from", "to", "cause", "connection", "point":
                place in points of the transition that begins it, or None}
    timers      {"side", "from", "to", "kind", "note"}; all of them are derived, see timers_of
"""

from .conversation import LEFT, RIGHT
from .grammar import seconds
from .ladder import host_words, isn_words, words_of
from .numbering import Shown

RETRANSMISSION, TIME_WAIT, OTHER = "retransmission", "TIME-WAIT", "timeout"

# What the page and the documentation say of them.
DERIVED = (
    "Timers are derived, as a trace has no lines of timers: TIME-WAIT from the transitions that "
    "enter and leave it; a retransmission's from the sending before to the one that repeats it; "
    "another timeout's, which ends a connection, from the last segment sent, FIN-WAIT-2's from "
    "the time at which the state was entered."
)


def picture_of(timeline, absolute=False):
    """The picture of a timeline."""
    conversation = timeline.conversation
    shown = Shown(timeline.numbering, absolute)
    places = {id(flight): place for place, flight in enumerate(timeline.flights)}
    points = []
    carriers = {}
    for event in timeline.events:
        carriers.update((id(move), len(points)) for move in event.moves)
        point = {"side": event.side, "time": event.time}
        if event.flight:
            point["flight"] = places[id(event.flight)]
        else:
            point["cause"] = event.record.cause
        points.append(point)
    states = [states_of(timeline, side, carriers) for side in (LEFT, RIGHT)]
    return {
        "name": conversation.name,
        "from": conversation.first,
        "to": max([conversation.last] + [s["to"] for side in states for s in side]),
        "connections": [end.name for end in conversation.ends],
        "hosts": [_host(timeline, side) for side in (LEFT, RIGHT)],
        "points": points,
        "flights": [_flight(timeline, flight, shown) for flight in timeline.flights],
        "states": states,
        "timers": timers_of(timeline),
    }


def _host(timeline, side):
    conversation = timeline.conversation
    words = [*host_words(conversation, side), isn_words(timeline.numbering, side)]
    return {"address": conversation.addresses(side)[0], "words": [word for word in words if word]}


def _flight(timeline, flight, shown):
    """A segment.

    side: of its sender; sent, arrived: times or None; fate, reason: see Flight; flags: list;
    label: what stands on its arrow; again: it is a retransmission; facts: (name, value) for those
    who want to know more; line: of the trace.
    """
    record = flight.record
    segment = record.segment
    facts = [("seq", segment.seq), ("ack", segment.ack), ("len", segment.len)]
    if hasattr(record, "win"):
        facts.append(("win", record.win))
        facts += [(name, value or "yes") for name, value in record.options.items()]
    for event, what in ((flight.sent, "when sent"), (flight.arrived, "on arrival")):
        for move in event.moves if event else ():
            facts.append((what, "%s -> %s by %s" % (move.from_state, move.to_state, move.cause)))
    known = timeline.conversation.sides
    return {
        "side": flight.side,
        "sent": flight.sent.time if flight.sent else None,
        "arrived": flight.arrived.time if flight.arrived else None,
        "fate": flight.fate,
        "reason": flight.reason,
        "flags": [] if segment.flags == "-" else segment.flags.split(","),
        "label": " ".join(words_of(flight, shown)),
        "again": flight.retransmission,
        # The host that this segment left or would have come to is not in the trace.
        "open": not (known[flight.side] if flight.sent is None else known[1 - flight.side]),
        "facts": facts,
        "line": record.line,
    }


def states_of(timeline, side, carriers=None):
    """The states of a side, one after the other.

    The last one lasts to the end of the conversation when that is in the trace, else to the end of
    the trace.
    """
    conversation = timeline.conversation
    is_over = all(end.is_over for end in conversation.sides[side])
    last = conversation.last if is_over else timeline.trace_end
    states = []

    def enter(state, since, cause, conn, point):
        if states:
            states[-1]["to"] = since
        states.append({"state": state, "from": since, "to": max(last, since),
                       "cause": cause, "connection": conn, "point": point})  # fmt: skip

    first = conversation.first_state(side)
    if first:
        enter(first, conversation.first, None, None, None)
    for move_side, record in timeline.transitions:
        if move_side == side:
            point = carriers.get(id(record)) if carriers else None
            enter(record.to_state, record.time, record.cause, record.conn, point)
    return states


def timers_of(timeline):
    """The timers that can be told from the trace, by their ends (see DERIVED)."""
    return sorted(
        _retransmission_timers(timeline) + _state_timers(timeline), key=lambda timer: timer["from"]
    )


def _timer(side, since, until, kind, note):
    return {"side": side, "from": since, "to": until, "kind": kind, "note": note}


def _retransmission_timers(timeline):
    last = {}
    result = []
    for flight in timeline.flights:
        if not flight.sent:
            continue
        segment = flight.record.segment
        key = (flight.side, flight.record.conn, segment.seq)
        if flight.retransmission and key in last and flight.time > last[key]:
            note = "sent again after %s s" % seconds(flight.time - last[key], 6)
            result.append(_timer(flight.side, last[key], flight.time, RETRANSMISSION, note))
        if segment.len or "SYN" in segment.flags or "FIN" in segment.flags:
            last[key] = flight.time
    return result


def _state_timers(timeline):
    result = []
    for side in (LEFT, RIGHT):
        sent = [f.time for f in timeline.flights if f.side == side and f.sent]
        for state in states_of(timeline, side):
            if state["state"] == TIME_WAIT:
                note = "2 MSL: %s s" % seconds(state["to"] - state["from"], 6)
                result.append(_timer(side, state["from"], state["to"], TIME_WAIT, note))
        own = [record for move_side, record in timeline.transitions if move_side == side]
        for record in own:
            event = record.cause.partition("/")[0]
            if not event.endswith("-timeout") or record.from_state == TIME_WAIT:
                continue
            since = record.time - record.in_state
            if event != "fin-wait-2-timeout":
                since = max([since] + [time for time in sent if time < record.time])
            result.append(_timer(side, since, record.time, OTHER, record.cause))
    return result
