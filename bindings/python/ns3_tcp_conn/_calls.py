# SPDX-License-Identifier: GPL-2.0-only
"""Python callables as events, socket callbacks and trace sinks.

cppyy does not hold the callables that it hands to C++: they are held here, until destroy().  An
exception does not go through the simulator either: it stops the run, and run() raises it.
"""

import traceback
from collections import namedtuple

from ._load import load

Move = namedtuple("Move", "time node id local peer old new cause in_state flags")
Move.__doc__ = """A transition: times in seconds, states as RFC 9293 names them.

old and new are the states left and entered, cause is "event" or "event/guard" of the table,
in_state the time spent in the state left, flags those of the segment that caused it, or None.
"""

_held = {}  # what C++ may call: the wrapper, by callable
_events = {}  # (callable, arguments) of events to come, by number
_state = {"numbers": 0, "running": False, "failure": None}


class Event:
    """An event that was scheduled."""

    def __init__(self, number, event_id):
        self._number = number
        self._event_id = event_id

    @property
    def pending(self):
        """Whether it has yet to happen."""
        return self._number in _events

    def cancel(self):
        """Let it not happen; without effect if it has."""
        if _events.pop(self._number, None):
            load().Simulator.Cancel(self._event_id)


class Sink:
    """A callable that is connected to a trace source."""

    def __init__(self, function):
        self._function = function

    def __call__(self, *arguments):
        if self._function:
            self._function(*arguments)

    def disconnect(self):
        """Let it be told of nothing any more."""
        self._function = None


def _call(function, arguments, otherwise=None):
    """Call what the script gave; an exception ends the run."""
    try:
        return function(*arguments)
    except BaseException as error:  # pylint: disable=broad-except
        if not _state["running"]:
            traceback.print_exc()
        if _state["failure"] is None:
            _state["failure"] = error
        load().Simulator.Stop()
        return otherwise


def hold(function, otherwise=None):
    """Return a wrapper of a callable for C++, which lives until destroy().

    :param otherwise: what C++ is told if the callable raises an exception
    """
    if not callable(function):
        raise TypeError(f"{function!r} cannot be called")
    key = (function, otherwise)
    if key not in _held:
        _held[key] = lambda *arguments: _call(function, arguments, otherwise)
    return _held[key]


def _seconds(time):
    """Return ns-3's Time of a number of seconds, a text as "10ms", or a Time."""
    ns = load()
    if isinstance(time, str):
        return ns.Time(time)
    return ns.Seconds(float(time)) if isinstance(time, (int, float)) else time


def address(ip, port):
    """Return the ns.Address of an IPv4 or IPv6 address, as text or as ns-3 has it, and a port."""
    return load().TcpConnFunctions.AddressOf(ip, port)


def _happen(number):
    """Do what an event is for."""
    due = _events.pop(int(number), None)
    if due:
        _call(*due)


def schedule(delay, function, *arguments):
    """Call a function later.

    :param delay: time from now: seconds, a text as "10ms", or an ns.Time
    :return: the Event
    """
    if not callable(function):
        raise TypeError(f"{function!r} cannot be called")
    delay = _seconds(delay)
    if delay.GetSeconds() < 0:
        raise ValueError(f"an event cannot be {-delay.GetSeconds()} s ago")
    _state["numbers"] += 1
    number = _state["numbers"]
    _events[number] = (function, arguments)
    # One function for C++, whatever is called: each would be compiled by itself.
    wrapper = _held.setdefault("events", lambda which: _happen(which))
    return Event(number, load().TcpConnFunctions.Schedule(delay, wrapper, number))


def connect(instance, source, function):
    """Call a function whenever a trace source fires.

    References that it gets are valid during the call only: copy what is needed later.

    :param instance: an object of ns-3
    :param source: name of a trace source
    :return: the Sink, which can be disconnected
    :raises ValueError: there is no such source
    """
    ns = load()
    signature = str(ns.TcpConnFunctions.SignatureOf(instance, source))
    if not signature:
        kind = instance.GetInstanceTypeId().GetName()
        raise ValueError(f"{kind} has no trace source {source!r}")
    if not callable(function):
        raise TypeError(f"{function!r} cannot be called")
    sink = Sink(function)
    if not ns.TcpConnSink[signature].Connect(instance, source, hold(sink)):
        raise ValueError(f"trace source {source!r} takes no {signature}")
    return sink


def flags(bits):
    """Return the flags of a segment as traces write them: flags(segment.flags) is "SYN,ACK"."""
    bit = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ECE": 64, "CWR": 128}
    order = ("SYN", "FIN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")
    return ",".join(name for name in order if int(bits) & bit[name])


def moves(tcp):
    """Return a list that grows by a Move with each transition of a host.

    :param tcp: its ns.TcpConnL4Protocol
    """
    ns = load()
    seen = []

    def note(transition):
        m = ns.TcpConnMove.Of(transition)
        texts = [str(text) for text in (m.local, m.peer, getattr(m, "from"), m.to, m.cause)]
        what = flags(m.flags) if m.flags >= 0 else None
        seen.append(Move(m.time, m.node, m.id, *texts, m.inState, what))

    connect(tcp, "Transition", note)
    return seen


def on_connect(socket, connected=None, failed=None):
    """Tell whether a socket's connection is established: each is called with the socket."""
    load().TcpConnFunctions.OnConnect(socket, _or_nothing(connected), _or_nothing(failed))


def on_accept(listener, accepted=None, request=None):
    """Tell of connections to a listener.

    :param accepted: called with the new socket and the peer's address
    :param request: called with the listener and the peer's address when a SYN comes; whether it
        is taken
    """
    request = hold(request, False) if request else hold(_yes)
    load().TcpConnFunctions.OnAccept(listener, request, _or_nothing(accepted))


def on_receive(socket, received):
    """Tell that a socket has something to read: received is called with the socket."""
    load().TcpConnFunctions.OnReceive(socket, hold(received))


def on_close(socket, closed=None, error=None):
    """Tell that the peer has closed, or that the connection failed, with the socket."""
    load().TcpConnFunctions.OnClose(socket, _or_nothing(closed), _or_nothing(error))


def _nothing(*_):
    """Do nothing."""


def _yes(*_):
    """Take every connection."""
    return True


def _or_nothing(function):
    return hold(function if function else _nothing)


def run(stop=None):
    """Run the simulation, and raise what a callable has raised.

    :param stop: when to stop at the latest, as schedule() takes it; by default when nothing is
        left to do
    """
    simulator = load().Simulator
    if stop is not None:
        simulator.Stop(_seconds(stop))
    _state["running"] = True
    try:
        simulator.Run()
    finally:
        _state["running"] = False
    failure, _state["failure"] = _state["failure"], None
    if failure:
        raise failure


def destroy():
    """End the simulation, and let go of all callables."""
    load().Simulator.Destroy()
    _held.clear()
    _events.clear()
    _state["failure"] = None
