#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
"""Public headers, as a C++ interpreter meets them: each can be included alone, none means another
thing under another macro, and ns3/tcp-conn-module.h includes them all.

That a header can be included alone, the compiler has seen where its own .cc file begins with it;
the others are compiled here, and in the full tier all of them.  With ns-3.37 that is as C++17.
"""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(os.environ["TCP_CONN_SOURCE_DIR"])
BUILD = Path(os.environ["TCP_CONN_BUILD_DIR"])
HEADERS = sorted(
    path
    for folder in ("model", "helper")
    for path in (SOURCE / folder).glob("*.h")
    if not path.name.endswith("-private.h")
)


def options():
    """Return the compiler and those of its options that say how headers are read."""
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    words = shlex.split(commands[0]["command"])
    compiler = words[1] if words[0].endswith("ccache") else words[0]
    kept, rest = [compiler], iter(words)
    for word in rest:
        if word in ("-I", "-isystem"):
            kept += [word, next(rest)]
        elif word.startswith(("-I", "-isystem", "-std=")):
            kept.append(word)
    return kept


def compile_alone(headers):
    """Read each header by itself; return what the compiler says."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for header in headers:
            # Twice: a guard that does not guard is seen.
            file = Path(folder, f"{header.stem}.cc")
            line = f"#include <ns3/{header.name}>\n"
            file.write_text(line + line + "int g_" + header.stem.replace("-", "_") + " = 0;\n")
            files.append(str(file))
        command = [*options(), "-fsyntax-only", "-Wall", "-Wextra", "-Werror", *files]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stderr if done.returncode else ""


def has_own_source(header):
    """Does a .cc file of the same name begin with it?"""
    source = header.with_suffix(".cc")
    if not source.exists():
        return False
    first = re.search(r'^#include (.*)$', source.read_text(), re.M)
    return first is not None and first[1] == f'"{header.name}"'


def conditions(text):
    """Return the conditions of the preprocessor in a header, but its guard and __has_include."""
    found = re.findall(r"^ *# *(?:if|ifdef|ifndef|elif)\b *(.*)$", text, re.M)
    return [c for c in found[1:] if "__has_include" not in c]


def check():
    """Yield what is wrong."""
    module = (BUILD / "include/ns3/tcp-conn-module.h").read_text()
    listed = sorted(re.findall(r"^#include <ns3/(.*)>$", module, re.M))
    names = sorted(header.name for header in HEADERS)
    if listed != names:
        yield f"ns3/tcp-conn-module.h differs in {sorted(set(listed) ^ set(names))}"
    for header in HEADERS:
        text = header.read_text()
        for condition in conditions(text):
            yield f"{header.name}: what it means depends on {condition}"
        for name in re.findall(r'^#include ["<](.*)[">]$', text, re.M):
            if name.endswith("-private.h") or name.startswith("boost/"):
                yield f"{header.name} includes {name}, which is not installed with it"
    full = "TCP_CONN_FULLNESS:STRING=QUICK" not in (BUILD / "CMakeCache.txt").read_text()
    alone = [header for header in HEADERS if full or not has_own_source(header)]
    said = compile_alone([*alone, Path("tcp-conn-module.h")])
    if said:
        yield said
    print(f"{len(HEADERS)} public headers, {len(alone)} of them and the module's compiled alone")


def check_the_check():
    """A header that is none of it is noticed."""
    if not conditions("#ifndef A_H\n#define A_H\n#ifdef NS3_LOG_ENABLE\nint a;\n#endif\n#endif\n"):
        yield "a condition is not noticed"
    if "error" not in compile_alone([Path("tcp-conn-that-is-not-there.h")]):
        yield "a header that does not compile is not noticed"


wrong = [*check(), *check_the_check()]
print(*wrong, sep="\n")
sys.exit(1 if wrong else 0)
