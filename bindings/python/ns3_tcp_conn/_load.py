# SPDX-License-Identifier: GPL-2.0-only
"""Loads ns-3 and the module into this process, once."""

import contextlib
import importlib.util
import os
import sys

from . import _find

# Modules of ns-3 that scripts of this module use, beside those that its library needs.
USUAL_MODULES = ("point-to-point", "csma", "applications", "flow-monitor")


class LoadError(Exception):
    """ns-3 and the module cannot be loaded together."""


_loaded = None


def load(modules=None):
    """Load ns-3 and the module, and return the namespace ns3.

    Where ns-3's own package ``ns`` can be imported, it is what loads ns-3, and all of its modules
    are there; a module that it does not load itself is added to it.  Else ns-3 is the one that
    the module's library is linked with.

    :param modules: modules of ns-3 to load beside those that the library needs, without package
        ns; by default those of USUAL_MODULES that there are; ``"all"``: all
    :return: ``cppyy.gbl.ns3``
    :raises LoadError: it cannot be, and why
    :raises NotFound: the library or a header was not found
    """
    global _loaded
    if _loaded is None:
        cppyy = _import_cppyy()
        ns = _own_package()
        if ns is None:
            _load_ns3(cppyy, modules)
            ns = cppyy.gbl.ns3
        elif not hasattr(ns, "TcpConnL4Protocol"):
            _add_to(ns, cppyy)
        if not hasattr(ns, "cppyy"):
            ns.cppyy = cppyy
        _loaded = ns
    return _loaded


def _import_cppyy():
    _choose_standard()
    try:
        import cppyy
    except ImportError as error:
        raise LoadError(
            f"cppyy cannot be imported ({error}); it is not in Debian: pip install cppyy"
        ) from error
    return cppyy


def _choose_standard():
    """Ask for the C++ standard that ns-3's headers need, where cppyy is one that can be asked.

    The cppyy on clang-repl takes C++17 else; the one on cling has the standard that it was built
    with, and its precompiled header.
    """
    if "cppyy" in sys.modules:
        return
    try:
        standard = _find.standard(_find.find().version)
    except _find.NotFound:
        return
    name = "CPPINTEROP_EXTRA_INTERPRETER_ARGS"
    given = os.environ.get(name, "")
    if standard > 17 and "-std=" not in given:
        os.environ[name] = f"{given} -std=c++{standard}".strip()


def _own_package():
    """Return ns3 as ns-3's own package ns gives it; None if there is no such package."""
    if "ns" not in sys.modules:
        spec = importlib.util.find_spec("ns")
        if spec is None or spec.origin is None or not _is_of_ns3(spec.origin):
            return None
        try:
            importlib.import_module("ns")
        except (Exception, SystemExit) as error:  # it exits where it finds something missing
            raise LoadError(f"ns-3's package {spec.origin} could not be loaded: {error}") from error
    return getattr(sys.modules["ns"], "ns", None)


def _is_of_ns3(path):
    """Is this the package of ns-3?  Another one may have the same short name."""
    with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
        return "ns-3" in file.read()
    return False


def _add_to(ns, cppyy):
    """Load the module's library into the ns-3 that package ns has loaded."""
    found = _find.find()
    core = os.path.realpath(found.ns3["core"])
    there = _find.in_process()  # nothing where there is no /proc: then it cannot be told
    if there and core not in there:
        raise LoadError(
            f"package ns has loaded {_one(there)}, but {found.library} is linked with {core}: "
            "two ns-3 do not go into one process.  Build the module for the former, or take "
            "package ns out of PYTHONPATH"
        )
    _load_module(cppyy, found)


def _load_ns3(cppyy, modules):
    """Load ns-3 without its package ns, and then the module."""
    found = _find.find()
    there = _find.in_process()
    core = os.path.realpath(found.ns3["core"])
    if there and core not in there:
        raise LoadError(f"{_one(there)} is in this process already, and {core} is another ns-3")
    if modules == "all":
        wanted = found.ns3
    else:
        if modules is None:
            modules = [m for m in USUAL_MODULES if m in found.ns3]
        wanted = _find.needed_by(found, modules)
    import libcppyy

    libcppyy.AddSmartPtrType("Ptr")
    for folder in reversed(found.includes):
        cppyy.add_include_path(str(folder))
    for module, path in wanted.items():
        # The library first: what a header instantiates is then found in it.
        cppyy.load_library(str(path))
        cppyy.include(f"ns3/{module}-module.h")
    _load_module(cppyy, found)


def _load_module(cppyy, found):
    """Load the module's library and its header of all headers."""
    cppyy.add_include_path(str(found.includes[0]))
    cppyy.load_library(str(found.library))
    cppyy.include(_find.HEADER)
    if not hasattr(cppyy.gbl.ns3, "TcpConnL4Protocol"):
        raise LoadError(f"{found.library} is loaded, but {_find.HEADER} does not declare it")


def _one(libraries):
    """Return a library that stands for an ns-3."""
    names = {path: _find.split_name(os.path.basename(path)) for path in libraries}
    core = [path for path, parts in names.items() if parts and parts[1] == "core"]
    return (core or sorted(libraries) or ["no ns-3"])[0]
