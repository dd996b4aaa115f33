#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
"""What trace points cost a conversation when nothing is connected to them.

usage: trace-cost.py BENCH [--conversations N] [--most PERCENT]

BENCH is the program tcp-conn-bench-conversation.  It is run under callgrind twice, with N and 2 N
conversations, so that what happens once cancels out.  Instructions are counted by source line:
those of trace points are the lines of functions named Trace*, the lines of ns-3's trace classes
wherever they were inlined, and each line of the module that names a trace source (a test whether
one is connected, or a call).  Exit code 1 if they are more than PERCENT (2) of all instructions of
a conversation; 77 if there is no valgrind.
"""

import argparse
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile

TRACE_FILES = re.compile(
    r"/ns3/(traced-callback|traced-value|trace-source-accessor)\.h$"
    r"|/tcp-conn-(trace|socket-traces)\.(h|cc)$"
)
TRACE_FUNCTIONS = re.compile(r"::Trace[A-Z]\w*\(|TracedCallback|TracedValue|TcpConnSocketTraces")
TRACE_LINES = re.compile(r"\bm_\w*[tT]race\w*\b|\bm_traces\b|\bTrace(Move|Rx|Drop)\(")


class Profile:
    """Instructions of a file that callgrind wrote: self cost by file, function and line."""

    def __init__(self, path):
        self.cost = collections.Counter()
        self._names = {}
        with open(path, encoding="utf-8", errors="replace") as lines:
            self._read(lines)

    def _name(self, text):
        """The name in "(12) name" or in a later "(12)"; numbers are of files or of functions."""
        number, _, name = text.strip().partition(" ")
        return number, name

    def _read(self, lines):
        files, functions = {}, {}
        file = function = ""
        line = 0
        skip = False
        for text in lines:
            text = text.rstrip("\n")
            key, equals, value = text.partition("=")
            if equals and key in ("fl", "fi", "fe", "cfi", "cfl"):
                number, name = self._name(value)
                if name:
                    files[number] = name
                if not key.startswith("c"):
                    file = files[number]
            elif equals and key in ("fn", "cfn"):
                number, name = self._name(value)
                if name:
                    functions[number] = name
                if key == "fn":
                    function = functions[number]
            elif key == "calls":
                skip = True  # the next line is the cost of what was called
            elif text[:1] in "+-*" and text or text[:1].isdigit():
                place, cost = text.split()[:2] if " " in text else (text, "0")
                if place[0] == "*":
                    pass
                elif place[0] in "+-":
                    line += int(place)
                else:
                    line = int(place)
                if not skip:
                    self.cost[file, function, line] += int(cost)
                skip = False


class Sources:
    """Which lines belong to trace points."""

    def __init__(self):
        self._files = {}

    def is_trace(self, file, function, line):
        """Whether instructions of this line are those of a trace point."""
        if TRACE_FILES.search(file) or TRACE_FUNCTIONS.search(function):
            return True
        if "tcp-conn" not in file:
            return False
        if file not in self._files:
            try:
                with open(file, encoding="utf-8") as lines:
                    self._files[file] = lines.readlines()
            except OSError:
                self._files[file] = []
        lines = self._files[file]
        return 0 < line <= len(lines) and bool(TRACE_LINES.search(lines[line - 1]))


def run(bench, conversations, folder):
    """The profile of so many conversations."""
    output = os.path.join(folder, "callgrind.%d" % conversations)
    subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + output,
         "--toggle-collect=*MeasuredRun*", "--compress-strings=yes",
         bench, "--stacks=ours", "--repeats=1", "--conversations=%d" % conversations],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return Profile(output)


def main():
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bench", help="the program tcp-conn-bench-conversation")
    parser.add_argument("--conversations", type=int, default=100, metavar="N")
    parser.add_argument("--most", type=float, default=2.0, metavar="PERCENT")
    arguments = parser.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: there is no valgrind")
        return 77
    count = arguments.conversations
    with tempfile.TemporaryDirectory() as folder:
        cost = run(arguments.bench, 2 * count, folder).cost
        cost.subtract(run(arguments.bench, count, folder).cost)
    sources = Sources()
    total = sum(cost.values()) / count
    traced = collections.Counter()
    for (file, function, line), instructions in cost.items():
        if sources.is_trace(file, function, line):
            traced["%s:%d" % (os.path.basename(file), line), function] += instructions / count
    spent = sum(traced.values())
    others = sum(cost for (place, _), cost in traced.items() if place.startswith("???"))
    for (place, function), instructions in traced.most_common(15):
        if instructions >= 1:
            print("%8.0f  %-36s %s" % (instructions, place, function[:70]))
    share = 100 * spent / total
    print("instructions of a conversation: %.0f" % total)
    print("in trace points:                %.0f, %.2f %%" % (spent, share))
    print("of these, of ns-3's other modules, as IP's and the devices': %.0f" % others)
    return 0 if share <= arguments.most else 1


if __name__ == "__main__":
    sys.exit(main())
