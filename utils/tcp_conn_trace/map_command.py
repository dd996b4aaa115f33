#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The command tcp-conn-trace map: the machine's states and rows, and which of them were taken."""

import shutil
import subprocess

from .checker import DEFAULT_RULES, Rules
from .machine import Counts, Coverage, Machine
from .map_forms import dot_of, mermaid_of, rst_of
from .reader import Trace, TraceError
from .support import OK, UNUSABLE, CommandError, complain, state_of, traces_in, write

_FORMS = {"dot": dot_of, "rst": rst_of, "mermaid": mermaid_of}


def add_map(commands):
    """The command's arguments."""
    parser = commands.add_parser(
        "map",
        help="draw the states and rows of the machine, and how often each was taken",
        description="Draws the map of the machine from the table of transitions: RFC 9293's rows, "
        "with --policies also those that policies add.  With --coverage, how often each row was "
        "taken in some traces; the list of rows, those never taken last, goes to standard output "
        "when the map itself does not.",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--svg", action="store_const", dest="form", const="svg",
                      help="the state diagram, laid out by Graphviz's dot")  # fmt: skip
    form.add_argument("--dot", action="store_const", dest="form", const="dot",
                      help="the same, as dot reads it")  # fmt: skip
    form.add_argument("--rst", action="store_const", dest="form", const="rst",
                      help="tables of all states and events, reStructuredText")  # fmt: skip
    form.add_argument("--mermaid", action="store_const", dest="form", const="mermaid",
                      help="the state diagram as Mermaid, for a README")  # fmt: skip
    parser.add_argument("--policies", action="store_true", help="also rows that policies add")
    parser.add_argument("--coverage", nargs="+", metavar="FILE",
                        help="traces; of a folder, all *.tr and *.tr.gz below it")  # fmt: skip
    parser.add_argument("--counts", nargs="+", metavar="FILE",
                        help="counts of rows that hosts kept, in the place of traces: of all rows, "
                        "also those that change nothing; of a folder, all *.rows below it")  # fmt: skip
    parser.add_argument(
        "--rules", default=DEFAULT_RULES, metavar="JSON",
        help="the table, as tcp-conn-table-export --json writes it (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("-o", "--output", metavar="FILE",
                        help="where to (default: standard output)")  # fmt: skip
    parser.set_defaults(run=_map)


def _map(arguments):
    if not arguments.form and not arguments.coverage and not arguments.counts:
        complain("map needs one of --svg, --dot, --rst, --mermaid, --coverage, --counts")
        return UNUSABLE
    rules = Rules.load(arguments.rules)
    status, coverage = OK, None
    if arguments.coverage:
        coverage = Coverage()
        status = _read(coverage, arguments.coverage)
        if not coverage.traces:
            return status
    if arguments.counts:
        coverage = Counts()
        for path in traces_in(arguments.counts, (".rows",)):
            coverage.read(path)
    policies = "all" if arguments.policies else coverage.policies if coverage else ()
    machine = Machine(rules, policies)
    is_file = arguments.output not in (None, "-")
    if arguments.form:
        text = (_FORMS.get(arguments.form) or dot_of)(machine, coverage)
        if arguments.form == "svg":
            text = _laid_out(text)
        write(arguments.output, text)
    if coverage and (is_file or not arguments.form):
        path = None if arguments.form else arguments.output
        write(path, "\n".join(coverage.lines(machine)) + "\n")
    return status


def _read(coverage, paths):
    """Reads traces; the worst exit status."""
    worst = OK
    for path in traces_in(paths):
        try:
            with Trace(path) as trace:
                coverage.read(trace)
                worst = max(worst, state_of(trace))
        except TraceError as error:
            complain(error)
            worst = UNUSABLE
    return worst


def _laid_out(text):
    """The SVG that dot makes of a graph."""
    program = shutil.which("dot")
    if not program:
        raise CommandError("dot (Debian's package graphviz) is needed for --svg; --dot is not")
    done = subprocess.run([program, "-Tsvg"], input=text.encode("utf-8"), capture_output=True)
    if done.returncode:
        raise CommandError("dot: " + done.stderr.decode("utf-8", "replace").strip())
    return done.stdout.decode("utf-8").encode("ascii", "xmlcharrefreplace").decode("ascii")
