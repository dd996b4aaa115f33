#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
#
"""What this module's TCP and ns-3's own do with the scripts of test/differential is what is
recorded there, each difference has a reason, and doc/tcp-conn-differential.rst tells of all.  When
something has changed, see utils/tcp-conn-differential/differential.py."""

import os
import subprocess
import sys

ROOT = os.environ["TCP_CONN_SOURCE_DIR"]
TOOL = os.path.join(ROOT, "utils", "tcp-conn-differential", "differential.py")
PAGE = os.path.join(ROOT, "doc", "tcp-conn-differential.rst")


def tool(*words):
    """Run the tool."""
    return subprocess.run([sys.executable, TOOL] + list(words), capture_output=True, text=True)


def notices(change):
    """Whether the check notices a change of the file of scripts."""
    with open(os.path.join(ROOT, "test", "differential", "scripts.txt"), encoding="ascii") as file:
        text = file.read()
    changed = change(text)
    assert changed != text
    path = os.path.join(os.getcwd(), "differential-changed.txt")
    with open(path, "w", encoding="ascii") as file:
        file.write(changed)
    result = tool("check", "--data", path)
    os.remove(path)
    return result.returncode == 1


def main():
    """All checks."""
    result = tool("check")
    print(result.stdout + result.stderr, end="")
    if result.returncode != 0:
        return result.returncode
    with open(PAGE, encoding="ascii") as file:
        if file.read() != tool("page").stdout:
            print(f"{PAGE} is not what {TOOL} page prints")
            return 1
    changes = {
        "another outcome": lambda text: text.replace("ours: > R. 0:0(0) ack 1", "ours: > R 0:0(0)"),
        "a difference less": lambda text: text.replace("    stock [stock-simultaneous]: "
                                                       "> R 0:0(0); CLOSED\n", ""),
        "no reason": lambda text: text.replace("[stock-simultaneous]", "[?]"),
        "a reason too much": lambda text: text.replace("reason rfc1337:", "reason x: x.\nreason "
                                                       "rfc1337:"),
    }
    missed = [name for name, change in changes.items() if not notices(change)]
    print(f"not noticed: {', '.join(missed)}" if missed else "changes of the file are noticed")
    return 1 if missed else 0


sys.exit(main())
