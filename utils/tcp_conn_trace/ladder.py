#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Draws a connection as the ladder of the text-books."""

import textwrap

from .conversation import LEFT, RIGHT
from .grammar import seconds
from .numbering import Shown

WIDTH = 80
MIN_WIDTH = 72
STATE_WIDTH = 12  # width of the longest name of a state
_DECIMALS = 6


class _Row:
    """One line of the ladder: a segment, or part of its way, or a change of state alone."""

    def __init__(self, time, flight=None, part=None):
        self.time = time
        self.flight = flight
        self.part = part  # "whole", "sent", "arrived"
        self.states = ([], [])
        self.note = None


def rows_of(timeline):
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
            from_nowhere = flight.sent is None and not timeline.conversation.sides[flight.side]
            row = _Row(event.time, flight, "whole" if from_nowhere else "arrived")
            rows.append(row)
        for move in event.moves:
            row.states[event.side].append(move.to_state)
    return rows


def words_of(flight, numbers):
    """Flags and numbers of a segment in words."""
    segment = flight.record.segment
    words = ["no flags" if segment.flags == "-" else segment.flags, "seq=" + numbers.seq(flight)]
    if "ACK" in segment.flags.split(","):
        words.append("ack=" + numbers.ack(flight))
    if segment.len:
        words.append("len=%d" % segment.len)
    return words


def option_words(flight, numbers):
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


def remarks(flight):
    """What there is to say of a segment beside its numbers."""
    result = ["(retransmission)"] if flight.retransmission else []
    if flight.fate == "dropped" and flight.reason:
        result.append("(dropped: %s)" % flight.reason)
    return result


def host_words(conversation, side):
    """Node and connections of a side in words."""
    node = conversation.node(side)
    if node is None:
        return ["(not in the trace)"]
    ids = [str(end.conn) for end in conversation.connections(side)]
    if not ids:
        return ["node %d, no connection" % node]
    if len(ids) > 3:
        ids[2:-1] = ["..."]
    return ["node %d, connection%s %s" % (node, "s" if len(ids) > 1 else "", ", ".join(ids))]


def isn_words(numbering, side):
    """The initial sequence numbers of a side in words."""
    isns = [str(isn) for isn in numbering.isns[side]]
    if len(isns) > 2:
        isns[1:-1] = ["..."]
    return "ISN " + ", ".join(isns) if isns else ""


def ends_in_between(flight):
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
    """The text of one conversation's ladder."""

    def __init__(self, timeline, width=WIDTH, absolute=False, options=False):
        self._timeline = timeline
        self._conversation = timeline.conversation
        self._width = max(width, MIN_WIDTH)
        self._absolute = absolute
        self._options = options
        self._numbers = Shown(timeline.numbering, absolute)
        self._rows = rows_of(timeline)
        last = self._rows[-1].time if self._rows else 0
        self._time = max(8, len(seconds(last, _DECIMALS)))
        # time, blank, state, blank, bar, middle, bar, blank, state
        self._middle = self._width - self._time - 2 * STATE_WIDTH - 5

    def lines(self):
        """The lines, without line ends."""
        result = self._header()
        left, right = (self._conversation.first_state(side) for side in (LEFT, RIGHT))
        result.append(self._line("", left, "", right))
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
            STATE_WIDTH,
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
        conversation = self._conversation
        return [conversation.addresses(side)[0], *host_words(conversation, side),
                isn_words(self._timeline.numbering, side)]  # fmt: skip

    def _footer(self):
        numbering = self._timeline.numbering
        if self._absolute:
            lines = ["seq and ack are the numbers in the segments."]
        elif any(numbering.is_guess):
            lines = ["seq and ack count from the ISN, else from the first number in the trace."]
        elif any(len(isns) > 1 for isns in numbering.isns):
            lines = ["seq and ack count from the ISN that the host they belong to had last."]
        else:
            lines = ["seq and ack count from the ISN of the host that they belong to."]
        for side in (LEFT, RIGHT):
            lines += self._lives(side)
        if any(row.part == "sent" for row in self._rows):
            lines.append(
                "An arrow that ends in ... arrives at a later line, which begins with ... ."
            )
        return lines

    def _lives(self, side):
        """When each connection of a side lived, where there were several."""
        ends = self._conversation.connections(side)
        if len(ends) < 2:
            return []
        words = [
            "%d from %s%s"
            % (end.conn, seconds(end.first, _DECIMALS),
               " to %s" % seconds(end.last, _DECIMALS) if end.is_over else " on")
            for end in ends
        ]  # fmt: skip
        text = "Connections of node %d: %s." % (ends[0].node, ", ".join(words))
        return textwrap.wrap(text, self._width, subsequent_indent="  ")

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
        words = words_of(flight, self._numbers)
        rest = remarks(flight) if row.part != "arrived" or not flight.sent else []
        if row.part == "arrived" and flight.fate == "dropped":
            rest = remarks(flight)[-1:]
        if self._options and row.part != "arrived":
            rest = option_words(flight, self._numbers) + rest
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
        if ends_in_between(row.flight):
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
        elif ends_in_between(flight):
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
