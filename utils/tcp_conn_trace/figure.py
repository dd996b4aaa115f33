#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Draws a conversation in the manner of the figures of RFC 9293."""

from .conversation import LEFT, RIGHT
from .ladder import STATE_WIDTH, ends_in_between, remarks, rows_of
from .numbering import Shown


class Figure:
    """Numbered lines, with the states of both hosts in each of them."""

    def __init__(self, timeline, absolute=False):
        self._timeline = timeline
        self._numbers = Shown(timeline.numbering, absolute)
        self._rows = rows_of(timeline)

    def lines(self):
        """The lines, without line ends."""
        conversation = self._timeline.conversation
        states = [conversation.first_state(side) for side in (LEFT, RIGHT)]
        rows = [("", states[LEFT], "", "", "", states[RIGHT])]
        for row in self._rows:
            for side in (LEFT, RIGHT):
                states[side] = (row.states[side] or [states[side]])[-1]
            rows.append(self._row(row, states))
        width = max(len(row[3]) for row in rows)
        ends = [conversation.addresses(side)[0] for side in (LEFT, RIGHT)]
        total = 2 + 4 + 2 * STATE_WIDTH + 10 + width
        result = ["      %s%s" % (ends[0], ends[1].rjust(total - 6 - len(ends[0])))]
        for number, (_, left, begin, middle, end, right) in enumerate(rows, 1):
            result.append("")
            result.append(
                "%3d.  %-*s %3s %-*s %3s %s"
                % (number, STATE_WIDTH, left, begin, width, middle, end, right)
            )
        return [line.rstrip() for line in result]

    def _row(self, row, states):
        if not row.flight:
            return ("", states[LEFT], "", row.note, "", states[RIGHT])
        flight = row.flight
        segment = flight.record.segment
        middle = "<SEQ=%s>" % self._numbers.seq(flight)
        if "ACK" in segment.flags.split(","):
            middle += "<ACK=%s>" % self._numbers.ack(flight)
        middle += "<CTL=%s>" % ("" if segment.flags == "-" else segment.flags)
        if segment.len:
            middle += "<DATA=%d>" % segment.len
        if flight.fate == "lost":
            middle += " (lost)"
        middle += "".join(" " + remark for remark in remarks(flight))
        arrow = "-->" if flight.side == LEFT else "<--"
        near = "..." if row.part == "arrived" else arrow
        far = "..." if row.part == "sent" else arrow
        if ends_in_between(flight):
            far = "X"
        begin, end = (near, far) if flight.side == LEFT else (far, near)
        left = "" if begin in ("...", "X") else states[LEFT]
        right = "" if end in ("...", "X") else states[RIGHT]
        return ("", left, begin, middle, end, right)
