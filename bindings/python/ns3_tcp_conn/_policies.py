# SPDX-License-Identifier: GPL-2.0-only
"""Policies: by name with attributes, or as Python objects."""

import enum

from ._calls import hold
from ._load import load


class Verdict(enum.IntEnum):
    """What becomes of a SYN: ns3::TcpConnAdmission::Verdict."""

    ADMIT = 0  # it is taken
    EVICT = 1  # it is taken in the place of the oldest half-open connection
    DROP = 3  # it is dropped: the client tries again
    REFUSE = 4  # it is answered by a reset


class _Policy:
    """A policy written in Python.  What a class does not define is decided by the C++ base."""

    family = None
    _methods = {}  # method: its setter, and what is decided if it raises an exception


class IsnPolicy(_Policy):
    """Initial sequence numbers; by default those of RFC 6528.

    A class may define ``choose(key, now)``: the connection (TcpConnKey) and the time in seconds;
    it returns the number, 0 to 2^32 - 1.
    """

    family = "Isn"
    _methods = {"choose": ("SetChoose", 0)}


class AdmissionPolicy(_Policy):
    """Which SYNs a listener takes; by default ns3::TcpConnBacklog.

    A class may define ``admit(half_open, accepting)`` and ``complete(accepting)``, which return a
    Verdict; numbers of connections that are half-open, and that wait to be accepted.
    """

    family = "Admission"
    _methods = {
        "admit": ("SetAdmit", int(Verdict.DROP)),
        "complete": ("SetComplete", int(Verdict.DROP)),
    }


class RetryPolicy(_Policy):
    """When what was not acknowledged is sent again, and given up; by default RFC 6298.

    A class may define ``syn_timeout()`` and ``backoff(rto, retries)``, which return seconds, and
    ``give_up(tcb, now)``, which returns a bool; tcb is the connection (TcpConnTcb).
    """

    family = "Retry"
    _methods = {
        "syn_timeout": ("SetSynTimeout", 1.0),
        "backoff": ("SetBackoff", 1.0),
        "give_up": ("SetGiveUp", True),
    }


def _text(value):
    """Return the value of an attribute as ns-3 reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, enum.IntEnum):
        return str(int(value))
    return str(value)


def _by_name(name, attributes):
    """Return the text that names a policy, TypeId[Attribute=value|...]."""
    name = name if "::" in name else f"ns3::{name}"
    if not attributes:
        return name
    if "[" in name:
        raise ValueError(f"{name!r} has attributes already")
    return name + "[" + "|".join(f"{k}={_text(v)}" for k, v in attributes.items()) + "]"


def _functions(chosen):
    """Return the functions of a Python policy, as C++ takes them."""
    ns = load()
    functions = ns.CreateObject[ns.TcpConnPolicyFunctions]()
    for method, (setter, otherwise) in chosen._methods.items():
        decide = getattr(chosen, method, None)
        if decide:
            getattr(functions, setter)(hold(decide, otherwise))
    return functions


def policy(chosen, **attributes):
    """Return a policy as attributes of ns3::TcpConnL4Protocol take it, an ns.AttributeValue.

    :param chosen: the name of its TypeId ("ns3::" may be left out), or an object of a class
        derived from IsnPolicy, AdmissionPolicy or RetryPolicy
    :param attributes: attributes of the policy; of one written in Python, those of its base
    """
    ns = load()
    if isinstance(chosen, str):
        return ns.StringValue(_by_name(chosen, attributes))
    if not isinstance(chosen, _Policy) or not chosen.family:
        raise TypeError(f"{chosen!r} is neither the name of a policy nor an object of one")
    factory = _functions(chosen).Policy(chosen.family)
    for name, value in attributes.items():
        factory.Set(name, ns.StringValue(_text(value)))
    return ns.ObjectFactoryValue(factory)


def set_policy(target, *family_and_policy, **attributes):
    """Choose a policy.

    ``set_policy(target, "Admission", "TcpConnBacklog", Backlog=128)`` or, for a policy written in
    Python, ``set_policy(target, MyPolicy())``.

    :param target: an ns.TcpConnStackHelper or ns.TcpConnHelper, before it installs; a host's
        ns.TcpConnL4Protocol; or a socket, which takes policies by name only
    """
    if len(family_and_policy) == 2:
        family, chosen = family_and_policy
    else:
        (chosen,) = family_and_policy
        family = getattr(chosen, "family", None)
    if isinstance(chosen, _Policy) and family != chosen.family:
        raise ValueError(f"{chosen!r} is no policy of the family {family!r}")
    if family is None:
        raise TypeError("which family of policies? set_policy(target, family, name)")
    value = policy(chosen, **attributes)
    if hasattr(target, "SetAttribute"):
        if isinstance(chosen, _Policy) and not hasattr(target, "GetPolicies"):
            raise TypeError("a socket takes policies by name only; set this one for its host")
        target.SetAttribute(family, value)
    else:
        target.Set(family, value)
