# SPDX-License-Identifier: GPL-2.0-only
"""The life of a TCP connection, in ns-3, from Python.

    import ns3_tcp_conn as tcp_conn
    from ns3_tcp_conn import ns

    stack = ns.TcpConnStackHelper()
    tcp_conn.set_policy(stack, "Admission", "TcpConnBacklog", Backlog=128)
    stack.Install(nodes)
    tcp_conn.connect(node.GetObject[ns.TcpConnL4Protocol](), "Transition", print)
    tcp_conn.schedule(1.5, function, argument)
    tcp_conn.run(stop=10)
    tcp_conn.destroy()

``ns`` is ns-3's namespace, with this module in it; it is loaded when it is first used, by cppyy.
See doc/tcp-conn-python.rst.
"""

from ._calls import (
    Event,
    Sink,
    address,
    connect,
    destroy,
    flags,
    moves,
    on_accept,
    on_close,
    on_connect,
    on_receive,
    run,
    schedule,
)
from ._find import Installation, NotFound, find
from ._load import LoadError, load
from ._policies import (
    AdmissionPolicy,
    IsnPolicy,
    RetryPolicy,
    Verdict,
    policy,
    set_policy,
)

__all__ = [
    "AdmissionPolicy",
    "Event",
    "Installation",
    "IsnPolicy",
    "LoadError",
    "NotFound",
    "RetryPolicy",
    "Sink",
    "Verdict",
    "address",
    "connect",
    "destroy",
    "find",
    "flags",
    "load",
    "moves",
    "ns",
    "on_accept",
    "on_close",
    "on_connect",
    "on_receive",
    "policy",
    "run",
    "schedule",
    "set_policy",
]


def __getattr__(name):
    """ns is loaded when it is first asked for, so that the rest can be used without cppyy."""
    if name == "ns":
        return load()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
