#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Sequence numbers as they are shown: counted from the initial one of their host."""

from bisect import bisect_right

from .conversation import LEFT, RIGHT

_MASK = 0xFFFFFFFF


def relative(number, base):
    """A sequence number counted from base; one that lies before it is negative."""
    difference = (number - base) & _MASK
    return difference - (1 << 32) if difference >> 31 else difference


class Numbering:
    """The initial sequence numbers of both sides over time.

    Attributes: isns: for each side the initial sequence numbers that it had, in order; those that
    it has sent, else the one that its peer has taken for it.  is_guess: for each side, whether
    numbers count from the first that is in the trace, as it has no SYN.
    """

    def __init__(self, records):
        self.isns = [[], []]
        self.is_guess = [False, False]
        self._since = [[], []]
        self._base = [0, 0]
        taken, seen, lowest = [None, None], [None, None], [None, None]
        for side, record in records:
            segment = record.segment
            if segment is None:
                continue
            sender = side if record.kind == "S" else 1 - side
            if lowest[sender] is None and "RST" not in segment.flags:
                lowest[sender] = segment.seq
            if not segment.flags.startswith("SYN"):
                continue
            if record.kind == "S":
                self._own(side, record.time, segment.seq)
            elif record.kind == "T" and taken[sender] is None:
                taken[sender] = segment.seq
            elif seen[sender] is None:
                seen[sender] = segment.seq
        for side in (LEFT, RIGHT):
            isn = seen[side] if taken[side] is None else taken[side]
            if not self.isns[side] and isn is not None:
                self._own(side, 0, isn)
            if self.isns[side]:
                self._base[side] = self.isns[side][0]
            elif lowest[side] is not None:
                self.is_guess[side] = True
                self._base[side] = (lowest[side] - 1) & _MASK

    def _own(self, side, time, isn):
        if not self.isns[side] or self.isns[side][-1] != isn:
            self.isns[side].append(isn)
            self._since[side].append(time)

    def base(self, side, time):
        """The number from which those of a side count at a time."""
        place = bisect_right(self._since[side], time)
        return self.isns[side][place - 1] if place else self._base[side]


class Shown:
    """Sequence numbers as text."""

    def __init__(self, numbering, absolute=False):
        self._numbering = numbering
        self._absolute = absolute

    def seq(self, flight):
        """The sequence number of a segment."""
        return self._text(flight.record.segment.seq, flight.side, flight.time)

    def ack(self, flight):
        """Its acknowledgment number."""
        return self._text(flight.record.segment.ack, 1 - flight.side, flight.time)

    def sack(self, flight, edge):
        """An edge of one of its SACK blocks."""
        return self._text(int(edge), 1 - flight.side, flight.time)

    def _text(self, number, side, time):
        if self._absolute:
            return str(number)
        return str(relative(number, self._numbering.base(side, time)))
