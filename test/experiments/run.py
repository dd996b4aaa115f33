#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Runs an experiment and checks its outcome: test/experiments/run.py NAME [NAME...]

test/experiments/NAME.py tells how the example NAME is run and what must come out:

    ARGUMENTS = ["--some=option"]      # what makes it quick; may be left out
    def check(tables):                 # asserts what the page in doc/ says
        rows = tables["outcomes"]      # of NAME-outcomes.csv, a dict a row, by column heading,
        assert rows[0]["ghosts"] == 1  # numbers as numbers

Every trace that the experiment writes must be legal (by NAME-rules.json, if it writes that), and a second run must write the same files.
TCP_CONN_BUILD_DIR tells where the programs are built; build/ of the source, unless it is set.
"""

import csv
import filecmp
import importlib.util
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("TCP_CONN_BUILD_DIR", os.path.join(SOURCE, "build"))


def load(name):
    path = os.path.join(HERE, name + ".py")
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(name, arguments, folder):
    command = [os.path.join(BUILD, "bin", name), "--outputDir=" + folder] + arguments
    done = subprocess.run(command, stdout=subprocess.PIPE, universal_newlines=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, "%s: exit status %d" % (" ".join(command), done.returncode)


def value(text):
    """A cell: a number where it is one."""
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            pass
    return text


def tables(name, folder):
    found = {}
    for entry in sorted(os.listdir(folder)):
        if entry.endswith(".csv"):
            with open(os.path.join(folder, entry), newline="") as file:
                rows = [{k: value(v) for k, v in row.items()} for row in csv.DictReader(file)]
            assert rows, entry + " has no rows"
            found[entry[len(name) + 1 : -len(".csv")]] = rows
    assert found, "no tables"
    return found


def check_traces(name, folder):
    traces = [os.path.join(folder, e) for e in sorted(os.listdir(folder)) if e.endswith(".tr")]
    assert traces, "no traces"
    tool = os.path.join(SOURCE, "utils", "tcp-conn-trace")
    # A policy of the script's own may bring moves of its own.
    rules = os.path.join(folder, name + "-rules.json")
    rules = ["--rules", rules] if os.path.exists(rules) else []
    subprocess.run([sys.executable, tool, "check"] + rules + traces, check=True)


def check_same(first, second):
    names = sorted(os.listdir(first))
    assert names == sorted(os.listdir(second)), "a second run writes other files"
    _, different, failed = filecmp.cmpfiles(first, second, names, shallow=False)
    assert not different and not failed, "a second run differs: %s" % (different + failed)


def main():
    for name in sys.argv[1:]:
        experiment = load(name)
        arguments = getattr(experiment, "ARGUMENTS", [])
        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
            run(name, arguments, first)
            check_traces(name, first)
            experiment.check(tables(name, first))
            run(name, arguments + ["--ladder=none"], second)
            check_same(first, second)
        print("%s: as expected" % name)


if __name__ == "__main__":
    main()
