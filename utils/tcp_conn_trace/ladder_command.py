#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The command tcp-conn-trace ladder: from a trace to ladders in any form."""

import argparse
import os
import shutil
import sys
import tempfile

from .conversation import Survey, collect
from .figure import Figure
from .ladder import MIN_WIDTH, WIDTH, Ladder
from .page import page_of
from .picture import DERIVED, picture_of
from .reader import Trace
from .support import UNUSABLE, complain, state_of, write
from .svg import Svg
from .timeline import Timeline

_ALL_UP_TO = 4
_PAGE_SEGMENTS = 50000  # a page takes connections until it has so many segments ...
_PAGE_CONNECTIONS = 2000  # ... or connections

_DESCRIPTION = (
    "Draws the segments of connections between the states of their two hosts.  Without --conn or "
    "--all: all connections if there are at most %d, else the first one; in a page, the "
    "first ones, up to %d connections with %d segments together."
)
_EPILOG = """\
Text: an arrow stands at the time of its sending.  When its arrival cannot be
told from that line, it ends in ..., and a line that begins with ... stands
where it arrives.

SVG and HTML: an arrow slants from its sending to its arrival; one that is
broken and ends in a cross was lost, one with a cross at its end was dropped by
the host; one that begins in the middle was sent by nobody in the trace.
"""


def _connection(text):
    node, colon, conn = text.partition(":")
    if not (colon and node.isdecimal() and conn.isdecimal() and int(conn)):
        raise argparse.ArgumentTypeError("'%s' is not NODE:ID, as in 0:1" % text)
    return int(node), int(conn)


def _width(text):
    if not text.isdecimal() or int(text) < MIN_WIDTH:
        raise argparse.ArgumentTypeError("a ladder needs %d columns or more" % MIN_WIDTH)
    return int(text)


def _positive(text):
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("'%s' is not a number of seconds above 0" % text)
    return value


def _wrapped(text, width=79):
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) >= width:
            lines.append(line)
            line = ""
        line = line + " " + word if line else word
    return "\n".join(lines + [line])


def add_ladder(commands):
    """The command's arguments."""
    ladder = commands.add_parser(
        "ladder",
        help="draw connections as ladder diagrams: text, SVG, an HTML page",
        description=_wrapped(_DESCRIPTION % (_ALL_UP_TO, _PAGE_CONNECTIONS, _PAGE_SEGMENTS)),
        epilog=_EPILOG + "\n" + _wrapped(DERIVED),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ladder.add_argument("file", metavar="FILE")
    which = ladder.add_mutually_exclusive_group()
    which.add_argument(
        "--conn", type=_connection, action="append", metavar="NODE:ID",
        help="the connection that has this id at this node, with those that it met (may be "
        "repeated)",
    )  # fmt: skip
    which.add_argument("--all", action="store_true", help="all connections")
    form = ladder.add_mutually_exclusive_group()
    form.add_argument("--text", action="store_true", help="for a terminal (the default)")
    form.add_argument("--svg", action="store_true", help="a drawing, the connections side by side")
    form.add_argument("--html", action="store_true", help="one page that needs nothing else")
    ladder.add_argument("-o", "--output", metavar="FILE",
                        help="where to (default: standard output)")  # fmt: skip
    ladder.add_argument("--absolute", action="store_true",
                        help="sequence numbers as in the segments")  # fmt: skip
    text = ladder.add_argument_group("text")
    text.add_argument("--width", type=_width, default=WIDTH, metavar="N",
                      help="columns (default: %(default)s)")  # fmt: skip
    text.add_argument("--ascii", action="store_true", help="ASCII characters only (always so)")
    text.add_argument("--options", action="store_true", help="show windows and TCP options too")
    text.add_argument("--style", choices=("ladder", "rfc"), default="ladder",
                      help="rfc: as the figures of RFC 9293 (default: %(default)s)")  # fmt: skip
    drawing = ladder.add_argument_group("SVG")
    drawing.add_argument("--linear", type=_positive, metavar="SECONDS",
                         help="true to time, so many seconds for each pixel "
                         "(default: silence is compressed)")  # fmt: skip
    ladder.set_defaults(run=_ladder)


def _ladder(arguments):
    if arguments.file == "-":
        # It is read twice.
        with tempfile.TemporaryDirectory() as folder:
            arguments.file = os.path.join(folder, "standard-input")
            with open(arguments.file, "wb") as copy:
                shutil.copyfileobj(sys.stdin.buffer, copy)
            return _ladder(arguments)
    with Trace(arguments.file) as trace:
        survey = Survey(trace)
        state = state_of(trace)
    conversations = _chosen(survey, arguments)
    if conversations is None:
        return UNUSABLE
    with Trace(arguments.file) as trace:
        records = collect(trace, conversations)
    timelines = (Timeline(*each, survey) for each in zip(conversations, records))
    name = os.path.basename(arguments.file)
    if arguments.html or arguments.svg:
        pictures = [picture_of(timeline, arguments.absolute) for timeline in timelines]
        if arguments.html:
            write(arguments.output, page_of(pictures, name))
        else:
            lines = Svg(pictures, arguments.linear, name).lines()
            write(arguments.output, "\n".join(lines) + "\n")
        return state
    write(arguments.output, "\n\n\n".join(_text(each, arguments) for each in timelines) + "\n")
    return state


def _text(timeline, arguments):
    if arguments.style == "rfc":
        drawing = Figure(timeline, arguments.absolute)
    else:
        drawing = Ladder(timeline, arguments.width, arguments.absolute, arguments.options)
    return "\n".join(drawing.lines())


def _chosen(survey, arguments):
    """The conversations to draw, or None."""
    conversations = survey.conversations
    if arguments.conn:
        chosen = []
        for node, conn in arguments.conn:
            found = [each for each in conversations if each.has(node, conn)]
            if not found:
                complain("%s: no connection %d:%d" % (arguments.file, node, conn))
                return None
            chosen += [each for each in found if each not in chosen]
        return chosen
    if not conversations:
        complain("%s: no connection in the trace" % arguments.file)
        return None
    if arguments.html and not arguments.all:
        return _for_page(conversations)
    if arguments.all or len(conversations) <= _ALL_UP_TO:
        return conversations
    complain(
        "the first of %d connections; --conn NODE:ID or --all draws others" % len(conversations)
    )
    return conversations[:1]


def _for_page(conversations):
    """The first ones, as many as a page can bear."""
    count = total = 0
    for each in conversations:
        total += sum(end.sent + end.received for end in each.ends) // 2
        if count and (total > _PAGE_SEGMENTS or count == _PAGE_CONNECTIONS):
            complain("the first %d of %d connections; --conn NODE:ID or --all draws others"
                     % (count, len(conversations)))  # fmt: skip
            break
        count += 1
    return conversations[:count]
