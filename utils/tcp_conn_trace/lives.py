#
# SPDX-License-Identifier: GPL-2.0-only
#
"""A line for each connection: who, when, how long it took to open, how it was released."""

import csv
import io

from .conversation import LEFT, RIGHT
from .grammar import seconds

COLUMNS = (
    "connections", "peers", "local", "peer", "begin", "end", "setup", "open", "release",
    "time_wait", "sent", "received", "state", "cause", "peer_state", "peer_cause",
)  # fmt: skip


class Life:
    """The life of a conversation: durations in whole nanoseconds, None where they do not exist.

    setup      from the first record of the active end to its ESTABLISHED
    open       both ends established and none of them closing
    release    from the first close until both ends have nothing more to send or to wait for but
               TIME-WAIT
    time_wait  how long the last TIME-WAIT took
    They are those of the last connection of either side that was established.
    """

    def __init__(self, conversation):
        self.conversation = conversation
        self.ends = [self._last(conversation.sides[side]) for side in (LEFT, RIGHT)]
        known = [end for end in self.ends if end]
        opener = self.ends[LEFT] or self.ends[RIGHT]
        self.setup = self.open = self.release = self.time_wait = None
        if opener.established is not None:
            self.setup = opener.established - opener.first
        both = all(end.established is not None for end in known)
        closing = [end.closing for end in known if end.closing is not None]
        if both and closing:
            self.open = max(0, min(closing) - max(end.established for end in known))
        if closing and all(end.is_over or end.time_wait is not None for end in known):
            done = [end.last if end.time_wait is None else end.time_wait for end in known]
            self.release = max(0, max(done) - min(closing))
        waits = [end.last - end.time_wait for end in known if end.time_wait and end.is_over]
        if waits:
            self.time_wait = max(waits)

    @staticmethod
    def _last(ends):
        established = [end for end in ends if end.established is not None]
        return (established or ends or [None])[-1]

    def row(self):
        """The values of COLUMNS as text; "" where there is none."""
        conversation = self.conversation
        left, right = conversation.sides
        local, peer = conversation.addresses(LEFT)
        values = [
            " ".join(end.name for end in left),
            " ".join(end.name for end in right),
            local,
            peer,
            seconds(conversation.first),
            seconds(conversation.last),
        ]
        for duration in (self.setup, self.open, self.release, self.time_wait):
            values.append("" if duration is None else seconds(duration))
        values.append(str(sum(end.sent for end in left or right)))
        values.append(str(sum(end.received for end in left or right)))
        for end in self.ends:
            values += [end.last_state or "", end.cause or ""] if end else ["", ""]
        return values


def csv_of(survey):
    """All connections as CSV, with a line of names."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for conversation in survey.conversations:
        writer.writerow(Life(conversation).row())
    return text.getvalue()


def _cut(text, width):
    return text if len(text) <= width else text[: width - 3] + "..."


def lines_of(survey):
    """All connections as a table of text."""
    form = "%-9s %-12s %-21s %-21s %11s %9s %9s %9s  %s"
    lines = [form % ("node:id", "with", "local", "peer", "begin", "set-up", "open", "release",
                     "end")]  # fmt: skip
    for conversation in survey.conversations:
        life = Life(conversation)
        left, right = conversation.sides
        local, peer = conversation.addresses(LEFT)
        times = ["" if time is None else seconds(time, 6)
                 for time in (conversation.first, life.setup, life.open, life.release)]  # fmt: skip
        ends = ["%s by %s" % (end.last_state, end.cause)
                for end in life.ends if end and end.last_state]  # fmt: skip
        names = [",".join(end.name for end in side) for side in (left, right)]
        words = (_cut(names[LEFT], 9), _cut(names[RIGHT], 12), local, peer, *times, "; ".join(ends))
        lines.append((form % words).rstrip())
    return lines
