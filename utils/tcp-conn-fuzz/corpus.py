#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Inputs of the fuzzer as lines of hexadecimal digits, and as files.

usage: corpus.py unpack FILE FOLDER | corpus.py pack FILE FOLDER

In FILE, a line is "HEX" or "HEX name"; lines that begin with # are comments.  pack keeps the lines
that have a name: they are what was found once.
"""

import hashlib
import os
import sys


def read(path):
    """The lines of a file of inputs, as pairs of bytes and name."""
    lines = []
    if os.path.exists(path):
        with open(path, encoding="ascii") as file:
            for line in file:
                digits, _, name = line.strip().partition(" ")
                if digits and not digits.startswith("#"):
                    lines.append((bytes.fromhex(digits), name))
    return lines


def unpack(path, folder):
    """Writes each line to a file of its own."""
    for data, _ in read(path):
        name = hashlib.sha1(data).hexdigest()
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)


def pack(path, folder):
    """Writes the files of a folder as lines, behind those that have names."""
    named = [(data, name) for data, name in read(path) if name]
    found = set()
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            found.add(file.read())
    found -= {data for data, _ in named}
    with open(path, "w", encoding="ascii") as file:
        file.write("# SPDX-License-Identifier: GPL-2.0-only\n")
        for data, name in named:
            file.write(f"{data.hex()} {name}\n")
        for data in sorted(found, key=lambda data: (len(data), data)):
            if data:
                file.write(data.hex() + "\n")


def main():
    """Does what the arguments say."""
    if len(sys.argv) != 4 or sys.argv[1] not in ("pack", "unpack"):
        sys.exit(__doc__)
    {"pack": pack, "unpack": unpack}[sys.argv[1]](sys.argv[2], sys.argv[3])


if __name__ == "__main__":
    main()
