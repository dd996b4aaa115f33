#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The commands tcp-conn-trace merge and compare: traces that several processes have written.

Traces are read side by side, never whole.  Records are sorted by time, node, connection, and
number within the connection: over several processes no other order is defined.
"""

import heapq
import itertools
from contextlib import ExitStack

from . import grammar
from .grammar import seconds
from .reader import Trace
from .support import WRONG, CommandError, complain, state_of, write

_TOLD = 5  # ties that are shown


def add_merge(commands):
    """The command's arguments."""
    parser = commands.add_parser(
        "merge",
        help="make one trace of those that the ranks of a distributed run have written",
        description="Makes one trace, in ASCII, of several: records by time, node, connection, and "
        "number within the connection.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a trace, of any form")
    parser.add_argument("-o", "--output", metavar="FILE",
                        help="where to (default: standard output)")  # fmt: skip
    parser.set_defaults(run=_merge)


def add_compare(commands):
    """The command's arguments."""
    parser = commands.add_parser(
        "compare",
        help="say whether a distributed run made the transitions of another run",
        description="Says whether FILE has the transitions that the traces of the other run have "
        "together: by time, node, connection, and number within the connection.  Tells the first "
        "that differs, and ties: moments at which two segments reached a node, or something "
        "happened to two of its connections.  Their order is by chance where packets come from "
        "other ranks.",
    )
    parser.add_argument("file", metavar="FILE", help="the trace of a run")
    parser.add_argument("others", nargs="+", metavar="OTHER",
                        help="the traces of another run, one a rank")  # fmt: skip
    parser.add_argument("-q", "--quiet", action="store_true", help="print differences only")
    parser.set_defaults(run=_compare)


class Merged:
    """The records of several open traces, in one order.

    Attributes:
        ties        moments at which two segments came to a node, or two of its connections had
                    records
        examples    (time, node, connections) of the first of them
    """

    def __init__(self, traces):
        self._traces = traces
        self.ties = 0
        self.examples = []

    def __iter__(self):
        """Yields each record and the trace that it is from."""
        streams = [self._stream(trace) for trace in self._traces]
        merged = heapq.merge(*streams, key=lambda pair: pair[0].time)
        for time, group in itertools.groupby(merged, key=lambda pair: pair[0].time):
            first = next(group)
            rest = list(group)
            if not rest:
                yield first
                continue
            # Sorting leaves records of one connection in the order in which they were written.
            group = sorted([first] + rest, key=lambda pair: (pair[0].node, pair[0].conn))
            self._see_ties(time, group)
            yield from group

    @staticmethod
    def _stream(trace):
        last = 0
        for record in trace:
            if record.time < last:
                raise CommandError("%s:%d: time goes back from %s"
                                   % (trace.path, record.line, seconds(last)))  # fmt: skip
            last = record.time
            yield record, trace

    def _see_ties(self, time, group):
        for node, pairs in itertools.groupby(group, key=lambda pair: pair[0].node):
            records = [record for record, _ in pairs]
            conns = sorted({record.conn for record in records} - {0})
            if len(conns) > 1 or sum(record.kind in "RD" for record in records) > 1:
                self.ties += 1
                if len(self.examples) < _TOLD:
                    self.examples.append((time, node, conns))


def _traces(stack, paths):
    return [stack.enter_context(Trace(path)) for path in paths]


def _words(policies):
    return "".join(" %s=%s" % pair for pair in policies.items())


def _lines(traces, merged):
    """The lines of one trace with all records."""
    header = traces[0].policies
    yield "#tcp-conn-trace %d%s\n" % (grammar.VERSION, _words(header))
    told = {}
    for record, trace in merged:
        # A host's policies may be told at any moment, and count from then on.
        host = trace.policies_of(record.node)
        if told.get(record.node, header) != host:
            yield "#node=%d%s\n" % (record.node, _words(host))
        told[record.node] = host
        own = trace.conn_policies.pop((record.node, record.conn), None)
        if own:
            yield "#conn=%d:%d%s\n" % (record.node, record.conn, _words(own))
        yield grammar.line_of(record) + "\n"


def _merge(arguments):
    with ExitStack() as stack:
        traces = _traces(stack, arguments.files)
        write(arguments.output, _lines(traces, Merged(traces)))
        return max(state_of(trace) for trace in traces)


def _transitions(merged, policies):
    """The lines of the transitions; policies gathers those of each node."""
    for record, trace in merged:
        if record.kind == "T":
            policies[record.node] = trace.policies_of(record.node)
            yield grammar.line_of(record)


def _compare(arguments):
    with ExitStack() as stack:
        runs = [_traces(stack, [arguments.file]), _traces(stack, arguments.others)]
        merged = [Merged(traces) for traces in runs]
        policies = [{}, {}]
        pairs = itertools.zip_longest(*map(_transitions, merged, policies))
        count, different = 0, False
        for one, other in pairs:
            if one != other:
                # What follows would be compared with its neighbour.
                print("- %s\n+ %s" % (one or "(no more)", other or "(no more)"))
                different = True
                break
            count += 1
        if not different:
            for node in sorted(n for n in policies[0] if policies[0][n] != policies[1][n]):
                print("node %d: other policies" % node)
                different = True
        state = max(state_of(trace) for traces in runs for trace in traces)
    if different or not arguments.quiet:
        _tell(merged[0], different)
    if not count and not different:
        complain("there are no transitions")
        return WRONG
    if not arguments.quiet:
        print("%s %d transitions, %d ties"
              % ("different after" if different else "the same:", count, merged[0].ties))  # fmt: skip
    return WRONG if different else state


def _tell(merged, different):
    """Ties, which explain a difference."""
    for time, node, conns in merged.examples:
        complain("%s: a tie of connections %s of node %d%s"
                 % (seconds(time), ", ".join(map(str, conns)) or 0, node,
                    ": their order may be by chance" if different else ""))  # fmt: skip
