# SPDX-License-Identifier: GPL-2.0-only
"""Finds the module's library, the ns-3 that it was linked with, and the headers of both.

Nothing here needs cppyy.  The module's library is looked for

 1. at what NS3_TCP_CONN_LIBRARY names;
 2. in the folders above this package: a build folder, an installation, the build/ of an ns-3 tree;
 3. where the dynamic linker looks: LD_LIBRARY_PATH and the system's folders.

Which ns-3 it is, the library itself says, as it says it to the dynamic linker: another version, or
another copy, is never taken.
"""

import os
import re
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from ._elf import read_dynamic

MODULE = "tcp-conn"
HEADER = f"ns3/{MODULE}-module.h"
# What ns-3 appends to the names of libraries, but in release builds.
_PROFILES = "debug|default|optimized|release|relwithdebinfo|minsizerel"
# libns3.43-core-default.so and libns3-dev-core.so of trees, libns3-core.so.43 of Debian
_NAME = re.compile(
    rf"^libns(?P<version>3(?:\.\d+)?(?:[.-]?rc\d+)?(?:-dev)?)-(?P<module>.+?)"
    rf"(?:-(?:{_PROFILES}))?\.so(?:\.(?P<minor>\d+))?"
)


class NotFound(Exception):
    """The module, ns-3, or a part of them is not where it was looked for."""


@dataclass(frozen=True)
class Installation:
    """The module and the ns-3 that it was linked with."""

    library: Path  # the module's library
    includes: tuple  # folders in which <ns3/...> is, the module's first
    ns3: dict  # module of ns-3: its library, each after those that it needs
    version: str  # of ns-3: "3.43", "3-dev"; "" where no name says it


def system_folders():
    """Return the folders of libraries that the dynamic linker knows by itself."""
    multiarch = sysconfig.get_config_var("MULTIARCH") or f"{os.uname().machine}-linux-gnu"
    below = (f"lib/{multiarch}", "lib64", "lib")
    return tuple(Path(top, lib) for top in ("/usr/local", "/usr", "/") for lib in below)


def split_name(name):
    """Return (version, module) of the file name of a library of ns-3, or None.

    >>> split_name("libns3.43-point-to-point-default.so")
    ('3.43', 'point-to-point')
    """
    found = _NAME.match(name)
    if not found or name.startswith("libns3-dev."):
        return None
    version, module = found["version"], found["module"]
    if module.startswith("dev-"):  # of a development tree, whose version is 3-dev
        version, module = "3-dev", module[len("dev-") :]
    if found["minor"] and version == "3":
        version = f"3.{found['minor']}"
    return (version if version != "3" else ""), module


def _libraries_of_module(folder):
    """Yield the files in a folder that may be the module's library, the likeliest first."""
    yield folder / f"lib{MODULE}.so"
    yield from sorted(folder.glob(f"lib{MODULE}.so.*"))
    for path in sorted(folder.glob(f"libns3*-{MODULE}*.so*")):
        parts = split_name(path.name)
        if parts and parts[1] == MODULE:
            yield path


def find_library(start, environ, system):
    """Return the path of the module's library."""
    named = environ.get("NS3_TCP_CONN_LIBRARY")
    if named:
        if not read_dynamic(named):
            raise NotFound(f"NS3_TCP_CONN_LIBRARY={named} is no shared library")
        return Path(named).absolute()
    folders = []
    multiarch = [f.name for f in system if f.name not in ("lib", "lib64")]
    for above in Path(start).absolute().parents:
        if str(above) in ("/", "/usr", "/usr/local"):
            break  # the system's folders, below
        folders += [above / "lib", above / "lib64"]
        folders += [above / "lib" / name for name in dict.fromkeys(multiarch)]
        # A tree whose bindings are used from its sources, not from build/.
        folders += [above / "build" / "lib", above / "build" / "lib64"]
    folders += [Path(f) for f in environ.get("LD_LIBRARY_PATH", "").split(":") if f]
    folders += system
    for folder in dict.fromkeys(folders):
        for path in _libraries_of_module(folder):
            if read_dynamic(path):
                return path
    raise NotFound(
        f"the library of {MODULE} was not found; build it, or let NS3_TCP_CONN_LIBRARY name it.  "
        "Looked for in " + ", ".join(str(f) for f in dict.fromkeys(folders))
    )


def _resolve(name, path, dynamic, environ, system):
    """Return the file that the dynamic linker takes for a name that a library needs."""
    # glibc: DT_RPATH and DT_RUNPATH differ in their rank to LD_LIBRARY_PATH; CMake writes the
    # latter.  The library's own folder is not glibc's: libraries are loaded one by one here.
    folders = [Path(f) for f in environ.get("LD_LIBRARY_PATH", "").split(":") if f]
    folders += [Path(f) for f in dynamic.folders] + [path.parent] + list(system)
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    return None


def _depends(library, environ, system):
    """Return {module: path} of the libraries of ns-3 that a library needs, itself not."""
    found = {}
    pending = [Path(library)]
    while pending:
        path = pending.pop()
        dynamic = read_dynamic(path)
        for name in dynamic.needs if dynamic else ():
            parts = split_name(name)
            if not parts or parts[1] in found or parts[1] == MODULE:
                continue
            there = _resolve(name, path, dynamic, environ, system)
            if not there:
                raise NotFound(f"{path} needs {name}, which was not found")
            found[parts[1]] = there
            pending.append(there)
    return found


def in_order(libraries):
    """Return {module: path} sorted so that each comes after those that it needs."""
    dynamics = {module: read_dynamic(path) for module, path in libraries.items()}
    provider = {dynamic.name: module for module, dynamic in dynamics.items() if dynamic}
    ordered = {}

    def visit(module):
        if module in ordered:
            return
        for name in dynamics[module].needs if dynamics[module] else ():
            if provider.get(name, module) != module:
                visit(provider[name])
        ordered[module] = libraries[module]

    for module in sorted(libraries):
        visit(module)
    return ordered


def _header_folders(library, ns3_folder):
    """Return the include folders for the module and for ns-3."""
    ours = _above_with(library.parent, HEADER, library.resolve().parent)
    if not ours:
        raise NotFound(f"{HEADER} was not found near {library}")
    theirs = _above_with(ns3_folder, "ns3/core-module.h", ns3_folder.resolve())
    if not theirs:
        raise NotFound(f"ns3/core-module.h was not found near {ns3_folder}; is ns-3's development "
                       "package installed (Debian: libns3-dev)?")
    return tuple(dict.fromkeys((ours, theirs)))


def _above_with(folder, header, resolved):
    """Return the include folder, of those above a folder of libraries, that has a header."""
    for start in dict.fromkeys((folder, resolved)):
        for above in (start.parent, start.parent.parent):
            if (above / "include" / header).is_file():
                return above / "include"
    return None


def find(start=__file__, environ=None, system=None):
    """Find the module and its ns-3.

    :param start: path of a file from which on to look upwards
    :param environ: environment variables
    :param system: the dynamic linker's own folders
    :return: the Installation
    :raises NotFound: with what was looked for, and where
    """
    environ = os.environ if environ is None else environ
    system = system_folders() if system is None else tuple(Path(f) for f in system)
    library = find_library(start, environ, system)
    needed = _depends(library, environ, system)
    if "core" not in needed:
        raise NotFound(f"{library} is not linked with ns-3")
    folder = needed["core"].parent
    version = split_name(read_dynamic(needed["core"]).name)[0]
    includes = _header_folders(library, folder)
    # The other modules of the same ns-3: those that have a header and a library.
    ns3 = dict(needed)
    prefix, suffix = needed["core"].name.split("core", 1)
    for header in sorted(includes[-1].glob("ns3/*-module.h")):
        module = header.name[: -len("-module.h")]
        path = folder / f"{prefix}{module}{suffix}"
        if module != MODULE and module not in ns3 and path.is_file():
            ns3[module] = path
    return Installation(library, includes, in_order(ns3), version)


def needed_by(installation, modules):
    """Return {module: path}, in order, of some modules of ns-3 and all that they need."""
    unknown = [m for m in modules if m not in installation.ns3]
    if unknown:
        raise NotFound(
            f"ns-3 {installation.version} has no module {', '.join(unknown)}; it has "
            + ", ".join(installation.ns3)
        )
    names = {read_dynamic(path).name: m for m, path in installation.ns3.items()}
    wanted, pending = set(), list(modules)
    for need in read_dynamic(installation.library).needs:
        pending += [names[need]] if need in names else []
    while pending:
        module = pending.pop()
        if module not in wanted:
            wanted.add(module)
            needs = read_dynamic(installation.ns3[module]).needs
            pending += [names[need] for need in needs if need in names]
    return {m: path for m, path in installation.ns3.items() if m in wanted}


def standard(version):
    """Return the C++ standard that the headers of a version of ns-3 need: 17, 20 or 23."""
    found = re.match(r"3\.(\d+)", version)
    minor = int(found[1]) if found else 1000  # a development tree
    return 17 if minor < 41 else 20 if minor < 46 else 23


def in_process(maps="/proc/self/maps"):
    """Return the real paths of ns-3's libraries that are loaded into this process."""
    try:
        lines = Path(maps).read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    # address, permissions, offset, device, inode, path
    paths = {line.split(None, 5)[5] for line in lines if len(line.split(None, 5)) > 5}
    return {os.path.realpath(p) for p in paths if split_name(os.path.basename(p))}
