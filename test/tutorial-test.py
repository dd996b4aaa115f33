#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
"""Does what doc/tcp-conn-tutorial.rst says, and compares what it says is printed.

The commands run one after another, in a folder that looks like that of the module.  What the page
has installed and built by demo.sh is there already.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.environ["TCP_CONN_SOURCE_DIR"]
BUILD = os.environ["TCP_CONN_BUILD_DIR"]
PAGE = os.path.join(SOURCE, "doc", "tcp-conn-tutorial.rst")


def blocks(text):
    """Yield language and text of each block of code."""
    pattern = r"^\.\. sourcecode:: (\w+)\n\n((?:   .*\n|\n)+)"
    for found in re.finditer(pattern, text, re.M):
        yield found.group(1), re.sub(r"^   ", "", found.group(2), flags=re.M).rstrip() + "\n"


def commands(block):
    """Yield each command of a block for the shell, and what it is said to print."""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, printed = re.match(r"((?:.*\\\n)*.*\n)((?:.|\n)*)", part).groups()
        yield command.strip(), printed


def standard():
    """Return the option for the C++ of which the library was built."""
    with open(os.path.join(BUILD, "CMakeCache.txt"), encoding="utf-8") as cache:
        generator = cache.read()
    name = "build.ninja" if "Ninja" in generator else "compile_commands.json"
    with open(os.path.join(BUILD, name), encoding="utf-8") as rules:
        found = re.search(r"-std=(?:gnu|c)\+\+\w+", rules.read())
    return found.group() if found else "-std=c++17"


def prepare(folder):
    """Make a folder that looks like that of the module after demo.sh."""
    os.symlink(os.path.join(SOURCE, "utils"), os.path.join(folder, "utils"))
    build = os.path.join(folder, "build")
    os.makedirs(os.path.join(build, "demo"))
    for name in "include", "lib":
        os.symlink(os.path.join(BUILD, name), os.path.join(build, name))
    program = os.path.join(BUILD, "bin", "tcp-conn-lifecycle")
    subprocess.run([program], cwd=os.path.join(build, "demo"), check=True, capture_output=True)


def run(command, folder, notes):
    """Run a command; return its exit code, what it printed, and the folder the shell is in."""
    script = f"set -e\n{command}\npwd >'{notes}'\n"
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode == 0:
        with open(notes, encoding="utf-8") as file:
            folder = file.read().strip()
    return done.returncode, done.stdout, folder


def main():
    """Go through the page."""
    with open(PAGE, encoding="utf-8") as page:
        text = page.read()
    names = {"cpp": "flood.cc", "gnuplot": "chart.gp"}
    done = 0
    with tempfile.TemporaryDirectory() as top:
        prepare(top)
        folder = top
        for language, block in blocks(text):
            if language in names:
                with open(os.path.join(folder, names[language]), "w", encoding="utf-8") as file:
                    file.write(block)
                continue
            for command, printed in commands(block):
                if command == "./demo.sh":
                    continue
                if command.startswith("gnuplot ") and not shutil.which("gnuplot"):
                    print(f"not run, for gnuplot is not installed: {command}")
                    continue
                command = command.replace("-std=c++17", standard())
                code, output, folder = run(command, folder, os.path.join(top, "notes"))
                if code != 0 or output.rstrip() != printed.rstrip():
                    print(f"{command}\nended with {code} and printed:\n{output}")
                    print(f"The page says:\n{printed}")
                    return 1
                done += 1
        chart = os.path.join(folder, "flood.png")
        if shutil.which("gnuplot") and os.path.getsize(chart) < 1000:
            print("the chart is empty")
            return 1
    print(f"{done} commands")
    return 0 if done >= 8 else 1


if __name__ == "__main__":
    sys.exit(main())
