#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Instructions of a short conversation, by callgrind, against the floor and against a past count.

usage: bench/instructions.py BUILD [--open N] [--stock] [--update]

BUILD is a build folder with the benchmarks.  The floor is a protocol that sends the packets that
ns-3's own TCP sends, and does nothing else.  Ends with 1 if ours takes 5 % more of the floor than
bench/instructions.json says, or more than 1.5 times the floor; with 77 if valgrind is missing or
the ns-3 is another than the count's: the floor differs from version to version.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PAST = pathlib.Path(__file__).with_name("instructions.json")
CONVERSATIONS = 100
LIMIT = 1.5
GROWTH = 1.05


def count(build, stack, idle):
    """Instructions of one conversation of a stack while so many connections lie open."""
    program = pathlib.Path(build, "bin", "tcp-conn-bench-conversation")
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out",
             "--toggle-collect=*MeasuredRun*", program, f"--stacks={stack}",
             f"--conversations={CONVERSATIONS}", "--repeats=1", f"--open={idle}"],
            capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not found or int(found.group(1)) == 0:
        sys.exit(f"instructions.py: callgrind counted nothing:\n{run.stdout}{run.stderr}")
    return int(found.group(1)) / CONVERSATIONS


def version(build):
    """The version of ns-3 that a build is with."""
    text = pathlib.Path(build, "tcp-conn.pc").read_text(encoding="utf-8")
    return re.search(r"^Description: .* for ns-3 (\S+)$", text, re.M).group(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", help="build folder")
    parser.add_argument("--open", type=int, default=0, help="connections that lie open meanwhile")
    parser.add_argument("--stock", action="store_true", help="count ns-3's own TCP too")
    parser.add_argument("--update", action="store_true", help="write the count down")
    args = parser.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        return 77
    floor = count(args.build, "floor", 0)
    ours = count(args.build, "ours", args.open)
    print(f"floor {floor:.0f}, ours {ours:.0f} instructions: {ours / floor:.3f} x floor")
    if args.stock:
        stock = count(args.build, "stock", args.open)
        print(f"ns-3's own {stock:.0f}: {stock / floor:.3f} x floor, ours {ours / stock:.3f} x it")
    if args.update:
        figures = {"ns-3": version(args.build), "ratio": round(ours / floor, 3)}
        PAST.write_text(json.dumps({"conversation": figures}) + "\n", encoding="ascii")
        return 0
    figures = json.loads(PAST.read_text(encoding="ascii"))["conversation"]
    if figures["ns-3"] != version(args.build):
        print(f"skipped: the past count is of ns-3 {figures['ns-3']}, not {version(args.build)}")
        return 77
    past = figures["ratio"]
    most = min(past * GROWTH, LIMIT)
    if ours / floor > most:
        print(f"more than {most:.3f} x floor: it was {past}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
