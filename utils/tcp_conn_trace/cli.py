#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The command tcp-conn-trace."""

import argparse
import os
import shutil
import sys
import tempfile

from .checker import DEFAULT_RULES, Checker, Rules, RulesError
from .conversation import Survey, Timeline, collect
from .ladder import MIN_WIDTH, WIDTH, Figure, Ladder
from .reader import Trace, TraceError
from .summary import LISTED, Summary

OK, WRONG, UNUSABLE = 0, 1, 2
_ALL_UP_TO = 4

_EPILOG = """\
FILE is a trace of format tcp-conn-trace 1; gzip when its name ends in .gz;
- is standard input.

exit status:
  0  all is well
  1  there is a result, but something is wrong in the trace: an illegal
     transition, or a line that is broken or cut off (told as FILE:LINE: what;
     the lines before it are used, those behind it are not)
  2  no result: the file cannot be read or is no trace, or the arguments are
     wrong
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


def _parser():
    parser = argparse.ArgumentParser(
        prog="tcp-conn-trace",
        description="Shows and checks what TCP connections did, from a tcp-conn trace.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_ladder(commands)
    check = commands.add_parser(
        "check",
        help="say whether each transition is legal and the lines of each connection join up",
        description="Says whether each transition is a legal row of the table and whether the "
        "lines of each connection join up.  Prints FILE:LINE: what is wrong.",
    )
    check.add_argument("files", nargs="+", metavar="FILE")
    check.add_argument(
        "--rules", default=DEFAULT_RULES, metavar="JSON",
        help="the table, as tcp-conn-table-export --json writes it (default: %(default)s)",
    )  # fmt: skip
    check.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    check.set_defaults(run=_check)
    summary = commands.add_parser(
        "summary",
        help="count connections, states, transitions and losses",
        description="Counts connections by the state that they end in, transitions by cause, and "
        "segments sent, received, dropped and lost.",
    )
    summary.add_argument("file", metavar="FILE")
    summary.add_argument(
        "--list", type=int, default=LISTED, metavar="N",
        help="list the first N connections (default: %(default)s)",
    )  # fmt: skip
    summary.set_defaults(run=_summary)
    return parser


def _add_ladder(commands):
    ladder = commands.add_parser(
        "ladder",
        help="draw connections as ladder diagrams",
        description="Draws the segments of a connection between the states of its two hosts.  "
        "Without --conn or --all: all connections if there are at most %d, else the first one."
        % _ALL_UP_TO,
        epilog="An arrow stands at the time of its sending.  When its arrival cannot be told from "
        "that line, it ends in ..., and a line that begins with ... stands where it arrives.",
    )
    ladder.add_argument("file", metavar="FILE")
    which = ladder.add_mutually_exclusive_group()
    which.add_argument(
        "--conn", type=_connection, action="append", metavar="NODE:ID",
        help="the connection that has this id at this node (may be repeated)",
    )  # fmt: skip
    which.add_argument("--all", action="store_true", help="all connections")
    ladder.add_argument("--width", type=_width, default=WIDTH, metavar="N",
                        help="columns (default: %(default)s)")  # fmt: skip
    ladder.add_argument("--ascii", action="store_true",
                        help="ASCII characters only (always so)")  # fmt: skip
    ladder.add_argument("--absolute", action="store_true",
                        help="sequence numbers as in the segments")  # fmt: skip
    ladder.add_argument("--options", action="store_true",
                        help="show windows and TCP options too")  # fmt: skip
    ladder.add_argument("--style", choices=("ladder", "rfc"), default="ladder",
                        help="rfc: as the figures of RFC 9293 (default: %(default)s)")  # fmt: skip
    ladder.set_defaults(run=_ladder)


def _complain(text):
    print("tcp-conn-trace: %s" % text, file=sys.stderr)


def _state_of(trace):
    """The exit status for a trace that was read; tells what is broken in it."""
    if trace.broken:
        print(trace.broken, file=sys.stderr)
        return WRONG
    return OK


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
        state = _state_of(trace)
    pairs = _chosen(survey, arguments)
    if pairs is None:
        return UNUSABLE
    with Trace(arguments.file) as trace:
        records = collect(trace, pairs)
    for number, pair in enumerate(pairs):
        timeline = Timeline(pair, records[number], survey)
        if arguments.style == "rfc":
            drawing = Figure(timeline, arguments.absolute)
        else:
            drawing = Ladder(timeline, arguments.width, arguments.absolute, arguments.options)
        if number:
            print("\n")
        print("\n".join(drawing.lines()))
    return state


def _chosen(survey, arguments):
    """The pairs to draw, or None."""
    pairs = survey.pairs
    if arguments.conn:
        chosen = []
        for node, conn in arguments.conn:
            found = [pair for pair in pairs if pair.has(node, conn)]
            if not found:
                _complain("%s: no connection %d:%d" % (arguments.file, node, conn))
                return None
            chosen += [pair for pair in found if pair not in chosen]
        return chosen
    if not pairs:
        _complain("%s: no connection in the trace" % arguments.file)
        return None
    if arguments.all or len(pairs) <= _ALL_UP_TO:
        return pairs
    _complain("the first of %d connections; --conn NODE:ID or --all draws others" % len(pairs))
    return pairs[:1]


def _check(arguments):
    try:
        rules = Rules.load(arguments.rules)
    except RulesError as error:
        _complain(error)
        return UNUSABLE
    worst = OK
    for path in arguments.files:
        try:
            with Trace(path) as trace:
                worst = max(worst, _check_one(trace, rules, arguments.quiet))
        except TraceError as error:
            print(error, file=sys.stderr)
            worst = UNUSABLE
    return worst


def _check_one(trace, rules, quiet):
    checker = Checker(trace, rules)
    count = 0
    for line, what in checker.errors():
        count += 1
        print("%s:%d: %s" % (trace.path, line, what))
    state = _state_of(trace)
    if not quiet:
        verdict = "%d errors" % count if count else "broken" if state else "legal"
        print(
            "%s: %s: %d transitions of %d connections, %d segments"
            % (trace.path, verdict, checker.transitions, checker.connections, checker.segments)
        )
    return WRONG if count else state


def _summary(arguments):
    with Trace(arguments.file) as trace:
        summary = Summary(trace, arguments.list).read()
        print("\n".join(summary.lines()))
        return _state_of(trace)


def main(arguments=None):
    """Runs the command; arguments default to those of the process.  Returns the exit status."""
    parsed = _parser().parse_args(arguments)
    try:
        state = parsed.run(parsed)
        sys.stdout.flush()
        return state
    except TraceError as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return 130
