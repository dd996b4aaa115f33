#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Draws a connection as the ladder of the text-books."""

from .conversation import LEFT, RIGHT
from .grammar import seconds

WIDTH = 80
MIN_WIDTH = 72
_STATE = 12  # width of the longest name of a state
_DECIMALS = 6


class _Row:
    """One line of the ladder: a segment, or part of its way, or a change of state alone."""

    def __init__(self, time, flight=None, part=None):
        self.time = time
        self.flight = flight
        self.part = part  # "whole", "sent", "arrived"
        self.states = ([], [])
        self.note = None


def _rows(timeline):
    """The lines of a ladder, in order."""
    rows = []
    row_of = {}
    for event in timeline.events:
        flight = event.flight
        if flight is None:
            row = _Row(event.time)
            row.note = "(%s)" % event.record.cause
            rows.append(row)
        elif event is flight.sent:
            whole = flight.arrived is None or timeline.is_whole(flight)
            row = _Row(event.time, flight, "whole" if whole else "sent")
            if flight.fate == "under way":
                row.part = "sent"
            row_of[id(flight)] = row
            rows.append(row)
        elif flight.sent and row_of[id(flight)].part == "whole":
            row = row_of[id(flight)]
        else:
            from_nowhere = flight.sent is None and not timeline.pair.ends[flight.side]
            row = _Row(event.time, flight, "whole" if from_nowhere else "arrived")
            rows.append(row)
        for move in event.moves:
            row.states[event.side].append(move.to_state)
    return rows


def _relative(number, base):
    """A sequence number counted from base; one that lies before it is negative."""
    difference = (number - base) & 0xFFFFFFFF
    return difference - (1 << 32) if difference >> 31 else difference


class _Numbers:
    """How sequence numbers are shown."""

    def __init__(self, timeline, absolute):
        self._base = [0, 0] if absolute else timeline.base
        self._absolute = absolute

    def seq(self, flight):
        """The sequence number of a segment, as text."""
        return self._text(flight.record.segment.seq, flight.side)

    def ack(self, flight):
        """Its acknowledgment number."""
        return self._text(flight.record.segment.ack, 1 - flight.side)

    def sack(self, flight, edge):
        """An edge of one of its SACK blocks."""
        return self._text(int(edge), 1 - flight.side)

    def _text(self, number, side):
        return str(number if self._absolute else _relative(number, self._base[side]))


def _words(flight, numbers):
    """Flags and numbers of a segment in words."""
    segment = flight.record.segment
    words = ["no flags" if segment.flags == "-" else segment.flags, "seq=" + numbers.seq(flight)]
    if "ACK" in segment.flags.split(","):
        words.append("ack=" + numbers.ack(flight))
    if segment.len:
        words.append("len=%d" % segment.len)
    return words


def _option_words(flight, numbers):
    """Window and options in words."""
    record = flight.record
    if not hasattr(record, "win"):
        return []
    words = ["win=%d" % record.win]
    for name, value in record.options.items():
        if name == "sack":
            edges = [block.split("-") for block in value.split(",")]
            value = ",".join(
                "%s-%s" % (numbers.sack(flight, left), numbers.sack(flight, right))
                for left, right in edges
            )
        words.append("%s=%s" % (name, value) if value else name)
    return words


def _remarks(flight):
    remarks = ["(retransmission)"] if flight.retransmission else []
    if flight.fate == "dropped" and flight.reason:
        remarks.append("(dropped: %s)" % flight.reason)
    return remarks


def _first_state(end):
    """The state of a host before the first line."""
    if not end:
        return ""
    # A node that answers with no connection is CLOSED, RFC 9293 section 3.10.7.1.
    return "CLOSED" if end.conn == 0 else end.first_state or ""


def _ends_in_between(flight):
    """Whether a segment did not come to the other host."""
    return flight.fate == "lost" or (flight.fate == "dropped" and not flight.arrived)


def _shaft(text, width, character="-"):
    """text in the middle of a line of dashes."""
    free = width - len(text)
    return character * (free // 2) + text + character * (free - free // 2)


def _mirror(text):
    """A line of dashes for the other direction."""
    return text[::-1].translate(str.maketrans("<>", "><"))


class Ladder:
    """The text of one connection's ladder."""

    def __init__(self, timeline, width=WIDTH, absolute=False, options=False):
        self._timeline = timeline
        self._pair = timeline.pair
        self._width = max(width, MIN_WIDTH)
        self._absolute = absolute
        self._options = options
        self._numbers = _Numbers(timeline, absolute)
        self._rows = _rows(timeline)
        last = self._rows[-1].time if self._rows else 0
        self._time = max(8, len(seconds(last, _DECIMALS)))
        # time, blank, state, blank, bar, middle, bar, blank, state
        self._middle = self._width - self._time - 2 * _STATE - 5

    def lines(self):
        """The lines, without line ends."""
        result = self._header()
        left, right = self._pair.ends
        result.append(self._line("", _first_state(left), "", _first_state(right)))
        previous = None
        pause = self._pause()
        for row in self._rows:
            if previous and row.time - previous.time >= pause:
                result.append(self._line("", "", "", ""))
            result += self._draw(row)
            previous = row
        result += [""] + self._footer()
        return [line.rstrip() for line in result]

    def _pause(self):
        """Silence after which a line is left empty: ten times the usual one."""
        times = [row.time for row in self._rows]
        gaps = sorted(b - a for a, b in zip(times, times[1:]) if b > a)
        return 10 * gaps[len(gaps) // 2] if gaps else 1

    def _line(self, time, left, middle, right):
        return "%*s %*s |%s| %s" % (
            self._time,
            time,
            _STATE,
            left,
            middle.ljust(self._middle),
            right,
        )

    def _header(self):
        result = []
        indent = self._time + 1
        room = self._width - indent
        texts = [self._host(LEFT), self._host(RIGHT)]
        for position, (left, right) in enumerate(zip(*texts)):
            if not (left or right):
                continue
            label = "time".rjust(self._time) if position == 0 else " " * self._time
            if len(left) + len(right) + 2 > room:
                result.append(label + " " + left)
                label, left = " " * self._time, ""
            result.append(label + " " + left + right.rjust(room - len(left)))
        return result + [""]

    def _host(self, side):
        end = self._pair.ends[side]
        name = self._pair.addresses(side)[0]
        isn = self._timeline.isn[side]
        number = "" if isn is None else "ISN %d" % isn
        if not end:
            return [name, "(not in the trace)", number]
        if end.conn == 0:
            return [name, "node %d, no connection" % end.node, number]
        return [name, "node %d, connection %d" % (end.node, end.conn), number]

    def _footer(self):
        timeline = self._timeline
        if self._absolute:
            lines = ["seq and ack are the numbers in the segments."]
        elif any(isn is None and base for isn, base in zip(timeline.isn, timeline.base)):
            lines = ["seq and ack count from the ISN, else from the first number in the trace."]
        else:
            lines = ["seq and ack count from the ISN of the host that they belong to."]
        if any(row.part == "sent" for row in self._rows):
            lines.append(
                "An arrow that ends in ... arrives at a later line, which begins with ... ."
            )
        return lines

    def _draw(self, row):
        time = seconds(row.time, _DECIMALS)
        states = ([*row.states[LEFT]], [*row.states[RIGHT]])
        if row.flight:
            lines = self._draw_flight(row, states)
        else:
            lines = [row.note.center(self._middle).rstrip()]
        result = []
        while lines or states[LEFT] or states[RIGHT]:
            left = states[LEFT].pop(0) if states[LEFT] else ""
            right = states[RIGHT].pop(0) if states[RIGHT] else ""
            result.append(self._line(time, left, lines.pop(0) if lines else "", right))
            time = ""
        return result

    def _draw_flight(self, row, states):
        """The lines between the bars."""
        flight = row.flight
        words = _words(flight, self._numbers)
        rest = _remarks(flight) if row.part != "arrived" or not flight.sent else []
        if row.part == "arrived" and flight.fate == "dropped":
            rest = _remarks(flight)[-1:]
        if self._options and row.part != "arrived":
            rest = _option_words(flight, self._numbers) + rest
        if flight.fate == "lost":
            states[1 - flight.side].insert(0, "(lost)")
        room = self._middle - self._arrow_need(row)
        # What finds no room on the arrow stands below it.
        here = []
        for word in list(words):
            if len(" ".join(here + [word])) > room:
                break
            here.append(words.pop(0))
        if not words and rest and len(" ".join(here + rest)) <= room:
            here, rest = here + rest, []
        arrow = self._arrow(row, " %s " % " ".join(here))
        return [arrow] + self._below(words + rest)

    @staticmethod
    def _arrow_need(row):
        """Columns that an arrow needs beside the words on it."""
        if row.part != "whole":
            return 9
        if _ends_in_between(row.flight):
            return 13
        return 7 if row.flight.fate == "dropped" else 5

    def _arrow(self, row, label):
        """An arrow across the middle, as it is seen from the left side or mirrored."""
        width = self._middle
        flight = row.flight
        from_left = flight.side == LEFT
        if not from_left:
            label = _mirror(label)
        if row.part == "sent":
            arrow = _shaft(label, width - 5) + "> ..."
        elif row.part == "arrived":
            arrow = "... " + _shaft(label, width - 5) + ">"
        elif _ends_in_between(flight):
            arrow = _shaft(label, width - 9) + "-> X     "
        elif flight.fate == "dropped":
            arrow = _shaft(label, width - 3) + "->X"
        else:
            arrow = _shaft(label, width - 1) + ">"
        return arrow if from_left else _mirror(arrow)

    def _below(self, words):
        """Words in as many lines as they need."""
        lines, line = [], ""
        for word in words:
            if line and len(line) + 1 + len(word) > self._middle - 2:
                lines.append(line)
                line = ""
            line = line + " " + word if line else word
        return [text.center(self._middle).rstrip() for text in lines + ([line] if line else [])]


class Figure:
    """The same in the manner of the figures of RFC 9293: numbered lines, states in each of them."""

    def __init__(self, timeline, absolute=False):
        self._timeline = timeline
        self._numbers = _Numbers(timeline, absolute)
        self._rows = _rows(timeline)

    def lines(self):
        """The lines, without line ends."""
        pair = self._timeline.pair
        states = [_first_state(end) for end in pair.ends]
        rows = [("", states[LEFT], "", "", "", states[RIGHT])]
        for row in self._rows:
            for side in (LEFT, RIGHT):
                states[side] = (row.states[side] or [states[side]])[-1]
            rows.append(self._row(row, states))
        width = max(len(row[3]) for row in rows)
        ends = [pair.addresses(side)[0] for side in (LEFT, RIGHT)]
        total = 2 + 4 + 2 * _STATE + 10 + width
        result = ["      %s%s" % (ends[0], ends[1].rjust(total - 6 - len(ends[0])))]
        for number, (_, left, begin, middle, end, right) in enumerate(rows, 1):
            result.append("")
            result.append(
                "%3d.  %-*s %3s %-*s %3s %s"
                % (number, _STATE, left, begin, width, middle, end, right)
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
        middle += "".join(" " + remark for remark in _remarks(flight))
        arrow = "-->" if flight.side == LEFT else "<--"
        near = "..." if row.part == "arrived" else arrow
        far = "..." if row.part == "sent" else arrow
        if _ends_in_between(flight):
            far = "X"
        begin, end = (near, far) if flight.side == LEFT else (far, near)
        left = "" if begin in ("...", "X") else states[LEFT]
        right = "" if end in ("...", "X") else states[RIGHT]
        return ("", left, begin, middle, end, right)
