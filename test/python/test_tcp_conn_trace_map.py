#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Tests of the map of the machine and of its coverage."""

import gzip
import json
import os
import re
import shutil
import unittest
from unittest import mock
from xml.etree import ElementTree

import tcp_conn_trace_samples as samples
from tcp_conn_trace_case import TraceCase

from tcp_conn_trace import STATES, Trace
from tcp_conn_trace.checker import DEFAULT_RULES, Rules
from tcp_conn_trace.machine import Coverage, Machine


class MapTest(TraceCase):
    """The forms of the map."""

    def map(self, *arguments):
        """The map; it must be made without complaint."""
        status, out, err = self.run_tool("map", *arguments)
        self.assertEqual((status, err), (0, ""))
        return out

    def moves(self, policies=False):
        """(from, to) of the rows that change the state, from the table itself."""
        with open(DEFAULT_RULES, encoding="ascii") as file:
            rows = json.load(file)
        return {
            (row["from"], row["to"])
            for row in rows
            if row["from"] != row["to"] and (policies or not row["policy"])
        }

    def test_dot_has_each_move(self):
        for policies in (False, True):
            with self.subTest(policies):
                out = self.map("--dot", *(["--policies"] if policies else []))
                found = set(re.findall(r'^  "([A-Z0-9-]+)" -> "([A-Z0-9a-z -]+)" \[', out, re.M))
                drawn = {
                    (left, "CLOSED" if to.startswith("end") else to) for left, to in found
                }
                self.assertEqual(drawn, self.moves(policies))

    def test_mermaid_has_each_move(self):
        out = self.map("--mermaid")
        drawn = {
            tuple(pair) for pair in re.findall(r"^    (\w+) --> (\w+) :", out, re.M)
        }
        notes = {(state, "CLOSED") for state in re.findall(r"note right of (\w+)", out)}
        expected = {tuple(s.replace("-", "_") for s in pair) for pair in self.moves()}
        self.assertEqual(drawn | notes, expected)

    def test_rst_has_each_state_and_event(self):
        out = self.map("--rst")
        with open(DEFAULT_RULES, encoding="ascii") as file:
            events = {row["event"] for row in json.load(file)}
        for event in events:
            self.assertIn("- ``%s``\n" % event, out)
        # A table for each of the four groups of events, with a row for each state.
        for state in STATES:
            self.assertGreaterEqual(out.count("   * - %s\n" % state), 4)

    def test_rst_is_right(self):
        try:
            from docutils.core import publish_doctree
        except ImportError:
            self.skipTest("there is no docutils")
        tree = publish_doctree(
            self.map("--rst", "--policies"), settings_overrides={"report_level": 2, "halt_level": 2}
        )
        self.assertFalse("system_message" in str(tree))

    def test_svg(self):
        if not shutil.which("dot"):
            self.skipTest("there is no dot (Graphviz)")
        path = self.path("map.svg")
        self.assertEqual(self.map("--svg", "-o", path), "")
        texts = "".join(ElementTree.parse(path).getroot().itertext())
        for state in STATES:
            self.assertIn(state, texts)

    def test_no_dot(self):
        with mock.patch("shutil.which", return_value=None):
            status, out, err = self.run_tool("map", "--svg")
        self.assertEqual((status, out), (2, ""))
        self.assertIn("graphviz", err)

    def test_unusable(self):
        rows = [
            ("no form", [], "needs one of"),
            ("two forms", ["--svg", "--rst"], "not allowed with"),
            ("no rules", ["--dot", "--rules", self.path("x")], "No such file"),
            ("no trace", ["--coverage", self.path("x")], "No such file"),
            ("no folder", ["--dot", "-o", self.path("a/b.dot")], "No such file"),
        ]
        for name, arguments, what in rows:
            with self.subTest(name):
                status, out, err = self.run_tool("map", *arguments)
                self.assertEqual((status, out), (2, ""))
                self.assertIn(what, err)


class CoverageTest(TraceCase):
    """Which rows some traces took."""

    def setUp(self):
        super().setUp()
        self.rules = Rules.load(DEFAULT_RULES)

    def coverage(self, *paths):
        """The coverage of traces."""
        result = Coverage()
        for path in paths:
            with Trace(path) as trace:
                result.read(trace)
        return result

    def row(self, machine, from_state, event, guard=""):
        """One row."""
        (row,) = [
            row for row in machine.rows if (row.from_state, row.event, row.guard) == (
                from_state, event, guard)
        ]  # fmt: skip
        return row

    def test_counts(self):
        path = self.sample("LIFE")
        coverage = self.coverage(path, path)
        machine = Machine(self.rules)
        for cell, count in (
            (("SYN-SENT", "syn", "syn-acked"), 2),
            (("ESTABLISHED", "close"), 2),
            (("ESTABLISHED", "abort"), 0),
            (("CLOSED", "passive-open"), 2),
        ):
            self.assertEqual(coverage.count(self.row(machine, *cell)), count, cell)
        self.assertEqual(coverage.visits("ESTABLISHED"), 4)
        self.assertEqual(coverage.visits("CLOSING"), 0)

    def test_rows_that_drop(self):
        """Those that do not change the state are known by what they drop."""
        text = """
            0 L CLOSED LISTEN passive-open 0
            1 A CLOSED SYN-SENT active-open 0
            2 A D SYN,ACK 1 1 0 reason=ack/wrong-ack
            3 b D ACK 1 1 0 reason=ack/ack-bit
        """
        coverage = self.coverage(self.write(samples.trace(text)))
        machine = Machine(self.rules)
        self.assertEqual(coverage.count(self.row(machine, "SYN-SENT", "ack", "wrong-ack")), 1)
        # A segment of no connection at a port that has a listener.
        self.assertEqual(coverage.count(self.row(machine, "LISTEN", "ack", "ack-bit")), 1)
        self.assertEqual(coverage.count(self.row(machine, "CLOSED", "ack")), 0)

    def test_list(self):
        status, out, err = self.run_tool("map", "--coverage", self.sample("LIFE"))
        self.assertEqual((status, err), (0, ""))
        taken, never = out.split("\nnever taken:\n")
        self.assertRegex(taken, r"^12 of \d+ rows that change the state were taken, in 1 traces\n")
        self.assertRegex(taken, r"SYN-SENT +ESTABLISHED +syn/syn-acked +1\n")
        self.assertRegex(never, r"SYN-SENT +SYN-RECEIVED +syn +0\n")
        self.assertNotIn("syn/syn-acked", never)

    def test_policies_in_force(self):
        """Rows of policies count where a trace names the policy."""
        whole = samples.trace(samples.LIFE)
        row = "TcpConnAbortiveRelease"
        self.assertNotIn(row, self.run_tool("map", "--coverage", self.write(whole))[1])
        other = whole.replace("TcpConnSeparateRelease", row)
        self.assertIn(row, self.run_tool("map", "--coverage", self.write(other))[1])

    def test_drawn(self):
        """Taken and not taken look different; the list goes beside the file."""
        path = self.path("map.dot")
        status, out, err = self.run_tool(
            "map", "--dot", "-o", path, "--coverage", self.sample("LIFE")
        )
        self.assertEqual((status, err), (0, ""))
        self.assertIn("never taken:", out)
        with open(path, encoding="ascii") as file:
            lines = file.read().splitlines()
        taken = [line for line in lines if '"FIN-WAIT-2" -> "TIME-WAIT"' in line][0]
        never = [line for line in lines if '"CLOSING" -> "TIME-WAIT"' in line][0]
        self.assertIn("style=solid", taken)
        self.assertIn("style=dashed", never)
        self.assertNotEqual(re.search("color=\"(.*?)\"", taken)[1],
                            re.search("color=\"(.*?)\"", never)[1])  # fmt: skip

    def test_bad_among_good(self):
        good = self.sample("LIFE")
        cut = self.write(samples.trace(samples.LIFE)[:-5], "cut.tr")
        status, out, err = self.run_tool("map", "--coverage", good, cut)
        self.assertEqual(status, 1)
        self.assertIn("in 2 traces", out)
        self.assertIn("cut.tr:40: the line is cut off", err)
        status, out, err = self.run_tool("map", "--coverage", good, self.path("none.tr"))
        self.assertEqual(status, 2)
        self.assertIn("in 1 traces", out)
        self.assertIn("No such file", err)

    def test_folder(self):
        """All traces below it count, also compressed ones."""
        os.mkdir(self.path("a"))
        self.write(samples.trace(samples.LIFE), "a/one.tr")
        with gzip.open(self.path("two.tr.gz"), "wb") as file:
            file.write(samples.trace(samples.REFUSED).encode())
        self.write("no trace", "a/notes.txt")
        status, out, err = self.run_tool("map", "--coverage", self.folder)
        self.assertEqual((status, err), (0, ""))
        self.assertIn("in 2 traces", out)
        os.mkdir(self.path("empty"))
        status, out, err = self.run_tool("map", "--coverage", self.path("empty"))
        self.assertEqual((status, out), (2, ""))
        self.assertIn("no trace", err)

    def test_counts(self):
        """What hosts have counted tells of all rows, by policy."""
        counts = self.write("SYN-SENT syn/syn-acked ESTABLISHED - 3\n"
                            "SYN-SENT ack/wrong-ack SYN-SENT - 1\n"
                            "ESTABLISHED close CLOSED TcpConnAbortiveRelease 2\n", "a.rows")
        status, out, err = self.run_tool("map", "--policies", "--counts", counts)
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(out, r"^3 of \d+ rows were taken\n")
        for row in (r"SYN-SENT +ESTABLISHED +syn/syn-acked *\n",
                    r"SYN-SENT +SYN-SENT +ack/wrong-ack *\n",
                    r"ESTABLISHED +CLOSED +close +TcpConnAbortiveRelease\n"):  # fmt: skip
            self.assertNotRegex(out, row)
        self.assertRegex(out, r"CLOSE-WAIT +CLOSED +close +TcpConnAbortiveRelease\n")
        folder = self.run_tool("map", "--policies", "--counts", self.folder)
        self.assertEqual(folder, (status, out, err))
        bad = self.write("SYN-SENT syn\n", "b.rows")
        status, out, err = self.run_tool("map", "--counts", bad)
        self.assertEqual((status, out), (2, ""))
        self.assertIn("b.rows, line 1", err)

    def test_golden_traces_cover_figure_5(self):
        """All moves of the RFC's diagram, but for a listener that connects."""
        folder = os.path.dirname(self.golden("refused"))
        paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
        coverage = self.coverage(*paths)
        machine = Machine(self.rules)
        never = {(row.from_state, row.to_state) for row in machine.moves()}
        never -= {(r.from_state, r.to_state) for r in machine.moves() if coverage.count(r)}
        ends = {pair for pair in never if pair[1] == "CLOSED"}
        self.assertEqual(never - ends, {("LISTEN", "SYN-SENT")})


if __name__ == "__main__":
    unittest.main()
