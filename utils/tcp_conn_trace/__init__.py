#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Reader of tcp-conn traces, and the tools on top of it.

    from tcp_conn_trace import Trace

    trace = Trace("run.tr")             # ASCII, CSV or pcapng; gzip too
    for record in trace:                # one at a time: long traces are no problem
        if record.kind == "T":
            print(record.time, record.local, record.from_state, record.to_state)
    if trace.broken:                    # the trace was cut off or damaged: where, and how
        print(trace.broken)

The grammar is in doc/tcp-conn-traces.rst; only the standard library is needed.
"""

from .grammar import FLAGS, STATES, Segment, SegmentRecord, TransitionRecord, seconds
from .reader import Trace, TraceError

__all__ = [
    "FLAGS",
    "STATES",
    "Segment",
    "SegmentRecord",
    "Trace",
    "TraceError",
    "TransitionRecord",
    "seconds",
]
