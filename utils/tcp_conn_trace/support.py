#
# SPDX-License-Identifier: GPL-2.0-only
#
"""What the commands share: exit statuses, messages, output."""

import os
import sys

OK, WRONG, UNUSABLE = 0, 1, 2


class CommandError(Exception):
    """The command cannot do what it was asked; the text says why."""


def complain(text):
    """A message about what the command does."""
    print("tcp-conn-trace: %s" % text, file=sys.stderr)


def state_of(trace):
    """The exit status for a trace that was read; tells what is broken in it."""
    if trace.broken:
        print(trace.broken, file=sys.stderr)
        return WRONG
    return OK


def traces_in(paths, ends=(".tr", ".tr.gz")):
    """The paths, and for a folder the traces below it, which are known by the ends of names."""
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        found = []
        for folder, _, names in os.walk(path):
            found += [os.path.join(folder, name) for name in names
                      if name.endswith(ends)]  # fmt: skip
        if not found:
            raise CommandError("%s: no trace (%s) in this folder"
                               % (path, ", ".join("*" + end for end in ends)))  # fmt: skip
        yield from sorted(found)


def write(path, text):
    """Writes text, or pieces of it, to a file, at once and whole, or to standard output when path
    is None or -."""
    pieces = [text] if isinstance(text, str) else text
    if path is None or path == "-":
        sys.stdout.writelines(pieces)
        return
    path = os.path.realpath(path)
    part = "%s.part%d" % (path, os.getpid())
    is_special = os.path.exists(path) and not os.path.isfile(path)
    try:
        with open(path if is_special else part, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
        if not is_special:
            os.replace(part, path)
    except OSError as error:
        raise CommandError("%s: %s" % (path, error.strerror or error)) from None
    finally:
        if os.path.exists(part):
            os.remove(part)
