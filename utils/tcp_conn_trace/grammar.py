#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The grammar of a trace, version 1: records and how a line becomes one."""

import re
from collections import namedtuple

VERSION = 1

STATES = (
    "CLOSED",
    "LISTEN",
    "SYN-SENT",
    "SYN-RECEIVED",
    "ESTABLISHED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSE-WAIT",
    "CLOSING",
    "LAST-ACK",
    "TIME-WAIT",
)

FLAGS = ("SYN", "FIN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")

# flags: names in the order of FLAGS joined by commas, or "-".
Segment = namedtuple("Segment", "flags seq ack len")


class Malformed(Exception):
    """A line that the grammar does not allow; the text says what is wrong with it."""


class TransitionRecord:
    """A line T: a connection went from one state to another.

    time and in_state are whole nanoseconds; segment is None when no segment caused the move.
    """

    __slots__ = (
        "line", "time", "node", "conn", "local", "peer",
        "from_state", "to_state", "cause", "in_state", "segment",
    )  # fmt: skip
    kind = "T"


class SegmentRecord:
    """A line S (sent), R (received) or D (dropped, with its reason).

    time is whole nanoseconds; options maps "mss", "ws", "sackok", "ts", "sack", "fo" to their text.
    """

    __slots__ = (
        "line", "kind", "time", "node", "conn", "local", "peer",
        "segment", "win", "options", "reason",
    )  # fmt: skip


def seconds(nanoseconds, decimals=9):
    """Whole nanoseconds as text in seconds, cut (not rounded) to so many decimals."""
    whole, rest = divmod(nanoseconds, 1000000000)
    return "%d.%s" % (whole, ("%09d" % rest)[:decimals])


def _all_flags():
    """Every legal text of flags."""
    texts = {"-"}
    for bits in range(1, 1 << len(FLAGS)):
        texts.add(",".join(f for i, f in enumerate(FLAGS) if bits >> i & 1))
    return texts


_FLAG_TEXTS = frozenset(_all_flags())
_STATE_SET = frozenset(STATES)

_TIME = r"(\d+)\.(\d{9})"
_ADDRESS = r"((?:\*|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]):\d{1,5})"
_CAUSE = r"([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)?)"
_NUMBERS = r"([A-Z,]+|-) seq=(\d+) ack=(\d+) len=(\d+)"
_ENDS = r"%s (\d+) (\d+) %s %s" % (_TIME, _ADDRESS, _ADDRESS)

_TRANSITION = re.compile(
    r"T %s ([A-Z0-9-]+) ([A-Z0-9-]+) %s in=%s(?: seg=%s)?\Z" % (_ENDS, _CAUSE, _TIME, _NUMBERS),
    re.ASCII,
)
_SEGMENT = re.compile(
    r"([SRD]) %s %s win=(\d+)((?: [a-z][a-z0-9-]*(?:=\S+)?)*)\Z" % (_ENDS, _NUMBERS), re.ASCII
)

_OPTION_VALUES = {
    "mss": re.compile(r"\d+\Z", re.ASCII),
    "ws": re.compile(r"\d+\Z", re.ASCII),
    "ts": re.compile(r"\d+/\d+\Z", re.ASCII),
    "sack": re.compile(r"\d+-\d+(,\d+-\d+)*\Z", re.ASCII),
}


def _segment(flags, seq, ack, length):
    """A Segment from the texts of its fields."""
    if flags not in _FLAG_TEXTS:
        raise Malformed("'%s' is not a list of flags in the order %s" % (flags, ",".join(FLAGS)))
    result = Segment(flags, int(seq), int(ack), int(length))
    if result.seq >> 32 or result.ack >> 32:
        raise Malformed("a sequence number is larger than 32 bits")
    return result


def _parse_transition(text, line):
    match = _TRANSITION.match(text)
    if not match:
        raise Malformed(_diagnose(text))
    (whole, nano, node, conn, local, peer, from_state, to_state, cause,
     in_whole, in_nano, flags, seq, ack, length) = match.groups()  # fmt: skip
    for state in (from_state, to_state):
        if state not in _STATE_SET:
            raise Malformed("'%s' is none of the states of RFC 9293" % state)
    record = TransitionRecord()
    record.line = line
    record.time = int(whole + nano)
    record.node = int(node)
    record.conn = int(conn)
    record.local = local
    record.peer = peer
    record.from_state = from_state
    record.to_state = to_state
    record.cause = cause
    record.in_state = int(in_whole + in_nano)
    record.segment = None if flags is None else _segment(flags, seq, ack, length)
    return record


def _parse_segment(text, line):
    match = _SEGMENT.match(text)
    if not match:
        raise Malformed(_diagnose(text))
    (kind, whole, nano, node, conn, local, peer,
     flags, seq, ack, length, win, rest) = match.groups()  # fmt: skip
    record = SegmentRecord()
    record.line = line
    record.kind = kind
    record.time = int(whole + nano)
    record.node = int(node)
    record.conn = int(conn)
    record.local = local
    record.peer = peer
    record.segment = _segment(flags, seq, ack, length)
    record.win = int(win)
    record.options, record.reason = _options(rest, kind) if rest or kind == "D" else ({}, None)
    return record


def _options(rest, kind):
    """The words after win=: options, and the reason of a drop, which is the last of them."""
    options = {}
    for word in rest.split():
        name, _, value = word.partition("=")
        if name in options:
            raise Malformed("'%s' comes twice" % name)
        if name in _OPTION_VALUES and not _OPTION_VALUES[name].match(value):
            raise Malformed("'%s' has no value that '%s' can have" % (word, name))
        options[name] = value
    reason = options.pop("reason", None)
    if kind == "D" and not reason:
        raise Malformed("a dropped segment (D) ends in reason=<word>")
    if kind != "D" and reason is not None:
        raise Malformed("only a dropped segment (D) has a reason")
    return options, reason


# What the fields of a line are, in order, for telling which one is wrong.
_FIELDS_ENDS = [
    ("time", _TIME),
    ("node", r"\d+"),
    ("connection id", r"\d+"),
    ("local end", _ADDRESS),
    ("peer's end", _ADDRESS),
]
_FIELDS_NUMBERS = [("seq=", r"seq=\d+"), ("ack=", r"ack=\d+"), ("len=", r"len=\d+")]
_FIELDS = {
    "T": _FIELDS_ENDS
    + [
        ("state left", r"[A-Z0-9-]+"),
        ("state entered", r"[A-Z0-9-]+"),
        ("cause", _CAUSE),
        ("in=", r"in=%s" % _TIME),
    ],
    "S": _FIELDS_ENDS
    + [("flags", r"[A-Z,]+|-")]
    + _FIELDS_NUMBERS
    + [("win=", r"win=\d+")],
}  # fmt: skip
_FIELDS["R"] = _FIELDS["D"] = _FIELDS["S"]
_FIELDS_CAUSING_SEGMENT = [("seg=", r"seg=(?:[A-Z,]+|-)")] + _FIELDS_NUMBERS


def _diagnose(text):
    """What is wrong with a line that did not match."""
    if "  " in text or text.startswith(" ") or text.endswith(" "):
        return "fields are separated by exactly one space"
    words = text.split(" ")
    fields = list(_FIELDS[words[0]])
    if words[0] == "T" and len(words) > len(fields) + 1:
        fields += _FIELDS_CAUSING_SEGMENT
    for position, (name, pattern) in enumerate(fields, 1):
        if position >= len(words):
            return "the line ends before the field '%s'" % name
        if not re.match("(?:%s)\\Z" % pattern, words[position], re.ASCII):
            return "'%s' cannot be the field '%s'" % (words[position][:60], name)
    extra = words[len(fields) + 1 :]
    return "'%s' does not belong at the end of the line" % " ".join(extra)[:60]


def parse_line(text, line):
    """The record in a line without its line end; raises Malformed."""
    kind = text[:2]
    if kind == "T ":
        return _parse_transition(text, line)
    if kind in ("S ", "R ", "D "):
        return _parse_segment(text, line)
    if not text:
        raise Malformed("the line is empty")
    if text in _FIELDS:
        raise Malformed("the line ends after the kind of record")
    raise Malformed("'%s' is no kind of record (T, S, R, D or #)" % text.split(" ")[0][:60])


def line_of(record):
    """The line of a record, without its line end: what parse_line would read."""
    ends = "%s %s %d %d %s %s" % (record.kind, seconds(record.time), record.node, record.conn,
                                  record.local, record.peer)  # fmt: skip
    numbers = "%s seq=%d ack=%d len=%d" % record.segment if record.segment else ""
    if record.kind == "T":
        line = "%s %s %s %s in=%s" % (ends, record.from_state, record.to_state, record.cause,
                                      seconds(record.in_state))  # fmt: skip
        return "%s seg=%s" % (line, numbers) if numbers else line
    words = ["%s %s win=%d" % (ends, numbers, record.win)]
    words += ["%s=%s" % option if option[1] else option[0] for option in record.options.items()]
    if record.reason:
        words.append("reason=" + record.reason)
    return " ".join(words)


def parse_policies(words):
    """The words <family>=<name> of a header or a #node line, as a dictionary."""
    policies = {}
    for word in words:
        family, equals, name = word.partition("=")
        if not (family and equals and name):
            raise Malformed("'%s' is not <family>=<name>" % word[:60])
        policies[family] = name
    return policies


def parse_header(text):
    """The policies that a header line names; raises Malformed."""
    words = text.split()
    if not words or words[0] != "#tcp-conn-trace":
        raise Malformed("not a trace: the first line does not begin with #tcp-conn-trace")
    if len(words) < 2 or words[1] != str(VERSION):
        version = words[1] if len(words) > 1 else "none"
        raise Malformed("version %s of the trace format; this tool reads %d" % (version, VERSION))
    return parse_policies(words[2:])
