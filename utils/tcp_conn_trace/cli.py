#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The command tcp-conn-trace."""

import argparse
import os
import sys
from collections import Counter

from .checker import DEFAULT_RULES, Checker, Rules, RulesError
from .conversation import Survey
from .ladder_command import add_ladder
from .lives import csv_of, lines_of
from .map_command import add_map
from .merging import add_compare, add_merge
from .reader import Trace, TraceError
from .summary import LISTED, Summary
from .support import OK, UNUSABLE, WRONG, CommandError, complain, state_of, traces_in, write

_EPILOG = """\
FILE is a trace in any of its forms, which is told from the file itself: ASCII
lines (format tcp-conn-trace 1), CSV, or a pcapng capture whose comments hold
the transitions; each of them may be compressed by gzip.  - is standard input.

exit status:
  0  all is well
  1  there is a result, but something is wrong in the trace: an illegal
     transition, or a line that is broken or cut off (told as FILE:LINE: what;
     the lines before it are used, those behind it are not)
  2  no result: the file cannot be read or is no trace, or the arguments are
     wrong
"""


def _count(text):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("'%s' is not a number, 0 or more" % text)
    return int(text)


def _parser():
    parser = argparse.ArgumentParser(
        prog="tcp-conn-trace",
        description="Shows and checks what TCP connections did, from a tcp-conn trace.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    add_ladder(commands)
    check = commands.add_parser(
        "check",
        help="say whether each transition is legal and the lines of each connection join up",
        description="Says whether each transition is a legal row of the table and whether the "
        "lines of each connection join up.  Prints FILE:LINE: what is wrong, and for several "
        "traces what there was in all.",
    )
    check.add_argument(
        "files", nargs="+", metavar="FILE",
        help="a trace, or a folder: all traces (*.tr, *.tr.gz) in it and below",
    )  # fmt: skip
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
        "--list", type=_count, default=LISTED, metavar="N",
        help="list the first N connections (default: %(default)s)",
    )  # fmt: skip
    summary.set_defaults(run=_summary)
    connections = commands.add_parser(
        "connections",
        help="list connections with what they met, how long each phase took, and their end",
        description="A line for each connection, its two ends joined: when it began, how long "
        "set-up, the time open and the release took, and the states in which its ends are left.",
    )
    connections.add_argument("file", metavar="FILE")
    connections.add_argument("--csv", action="store_true",
                             help="comma-separated values, with more columns")  # fmt: skip
    connections.add_argument("-o", "--output", metavar="FILE",
                             help="where to (default: standard output)")  # fmt: skip
    connections.set_defaults(run=_connections)
    add_map(commands)
    add_merge(commands)
    add_compare(commands)
    return parser


def _check(arguments):
    rules = Rules.load(arguments.rules)
    worst = OK
    total = Counter()
    files = list(traces_in(arguments.files))
    for path in files:
        try:
            with Trace(path) as trace:
                worst = max(worst, _check_one(trace, rules, arguments.quiet, total))
        except TraceError as error:
            print(error, file=sys.stderr)
            worst = UNUSABLE
    if len(files) > 1:
        print("%d traces: %s" % (total["traces"], _amount(total)))
    return worst


def _amount(counts):
    return "%(transitions)d transitions of %(connections)d connections, %(segments)d segments" % (
        counts
    )


def _check_one(trace, rules, quiet, total):
    checker = Checker(trace, rules)
    count = 0
    for line, what in checker.errors():
        count += 1
        print("%s:%d: %s" % (trace.path, line, what))
    state = state_of(trace)
    seen = {
        "traces": 1,
        "transitions": checker.transitions,
        "connections": checker.connections,
        "segments": checker.segments,
    }
    total.update(seen)
    if not quiet:
        verdict = "%d errors" % count if count else "broken" if state else "legal"
        print("%s: %s: %s" % (trace.path, verdict, _amount(seen)))
    return WRONG if count else state


def _summary(arguments):
    with Trace(arguments.file) as trace:
        summary = Summary(trace, arguments.list).read()
        print("\n".join(summary.lines()))
        return state_of(trace)


def _connections(arguments):
    with Trace(arguments.file) as trace:
        survey = Survey(trace)
        state = state_of(trace)
    text = csv_of(survey) if arguments.csv else "\n".join(lines_of(survey)) + "\n"
    write(arguments.output, text)
    return state


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
    except (CommandError, RulesError) as error:
        complain(error)
        return UNUSABLE
    except OSError as error:
        # Nothing more can be written, also not when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return OK  # the reader of our output (head, less) has seen enough
        complain("standard output: %s" % (error.strerror or error))
        return UNUSABLE
    except KeyboardInterrupt:
        return 130
