#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Tests of tcp-conn-trace merge and compare: traces that several processes have written."""

import glob
import os
import unittest

import tcp_conn_trace_samples as samples
from tcp_conn_trace_case import GOLDEN, TraceCase

from tcp_conn_trace import grammar


def _parts(text):
    """The lines of a whole trace that are about node 0 and about node 1, each with the header."""
    header, *lines = text.splitlines(keepends=True)
    return [header + "".join(x for x in lines if x.split()[2] == node) for node in "01"]


class MergeTest(TraceCase):
    """merge: one trace of several."""

    def test_every_record_is_written_as_it_was_read(self):
        paths = glob.glob(os.path.join(GOLDEN, "*.tr"))
        self.assertGreater(len(paths), 40)
        for path in paths:
            with open(path, encoding="ascii") as file:
                for number, line in enumerate(file, 1):
                    if line[0] != "#":
                        record = grammar.parse_line(line[:-1], number)
                        self.assertEqual(grammar.line_of(record) + "\n", line)

    def test_parts_become_the_whole(self):
        whole = samples.trace(samples.LIFE)
        client, server = _parts(whole)
        out = self.path("merged.tr")
        status, printed, error = self.run_tool(
            "merge", self.write(server, "1.tr"), self.write(client, "0.tr"), "-o", out
        )
        self.assertEqual((status, printed, error), (0, "", ""))
        with open(out, encoding="ascii") as file:
            self.assertEqual(file.read(), whole)

    def test_records_of_one_moment(self):
        # By node, then by connection; of one connection as they were written.
        lines = ["1 A S SYN 7000 0 0", "1 A S ACK 1 0 0", "1 B S SYN 1 0 0", "1 L S ACK 9 0 0"]
        client = self.write(samples.trace("\n".join(lines[:2])), "0.tr")
        server = self.write(samples.trace("\n".join(lines[2:])), "1.tr")
        status, printed, _ = self.run_tool("merge", server, client)
        self.assertEqual(status, 0)
        order = [lines[0], lines[1], lines[3], lines[2]]
        self.assertEqual(printed, samples.trace("\n".join(order)))

    def test_policies_of_a_rank_are_those_of_its_nodes(self):
        client, server = _parts(samples.trace(samples.REFUSED))
        two_way = server.replace("TcpConnThreeWay", "TcpConnTwoWay")
        own = two_way.replace("\nR ", "\n#conn=1:0 release=TcpConnAbrupt\nR ", 1)
        status, printed, _ = self.run_tool(
            "merge", self.write(client, "0.tr"), self.write(own, "1.tr")
        )
        self.assertEqual(status, 0)
        lines = printed.splitlines()
        told = lines.index("#node=1 handshake=TcpConnTwoWay release=TcpConnSeparateRelease")
        self.assertEqual(lines[told + 1], "#conn=1:0 release=TcpConnAbrupt")
        self.assertIn(" 1 0 ", lines[told + 2])
        self.assertEqual([x for x in lines if x.startswith("#node=0")], [])

    def test_output_may_be_what_is_read(self):
        path = self.sample("LIFE")
        self.assertEqual(self.run_tool("merge", path, "-o", path)[0], 0)
        with open(path, encoding="ascii") as file:
            self.assertEqual(file.read(), samples.trace(samples.LIFE))

    def test_time_goes_back(self):
        path = self.write(samples.trace("2 A S SYN 1 0 0\n1 A S SYN 1 0 0"))
        status, _, error = self.run_tool("merge", path, "-o", self.path("out.tr"))
        self.assertEqual(status, 2)
        self.assertEqual(os.listdir(self.folder), ["run.tr"])
        self.assertIn("run.tr:3: time goes back from 2.000000000", error)

    def test_a_broken_part(self):
        client, server = _parts(samples.trace(samples.LIFE))
        status, printed, error = self.run_tool(
            "merge", self.write(client, "0.tr"), self.write(server[:-20], "1.tr")
        )
        self.assertEqual(status, 1)
        self.assertIn("1.tr", error)
        self.assertIn("TIME-WAIT CLOSED", printed)


class CompareTest(TraceCase):
    """compare: the transitions of one run and of another."""

    def compare(self, whole, *parts):
        """Runs the command on these texts."""
        paths = [self.write(part, "%d.tr" % i) for i, part in enumerate(parts)]
        return self.run_tool("compare", self.write(whole), *paths)

    def test_the_same(self):
        whole = samples.trace(samples.SIMULTANEOUS_OPEN)
        status, printed, error = self.compare(whole, *_parts(whole))
        self.assertEqual((status, error), (0, ""))
        self.assertEqual(printed, "the same: %d transitions, 0 ties\n" % whole.count("\nT "))

    def test_segments_are_not_compared(self):
        whole = samples.trace(samples.LIFE)
        client, server = _parts(whole)
        fewer = "".join(x for x in client.splitlines(keepends=True) if x[0] != "S")
        self.assertEqual(self.compare(whole, fewer, server)[0], 0)

    def test_a_transition_at_another_time(self):
        whole = samples.trace(samples.LIFE)
        client, server = _parts(whole)
        later = server.replace("T 2.520000000", "T 2.520000001")
        self.assertNotEqual(later, server)
        status, printed, _ = self.compare(whole, client, later)
        self.assertEqual(status, 1)
        self.assertIn("- T 2.520000000 1 2", printed)
        self.assertIn("+ T 2.520000001 1 2", printed)
        self.assertIn("different after 10 transitions", printed)

    def test_a_rank_is_missing(self):
        whole = samples.trace(samples.LIFE)
        whole += samples.line("300 L LISTEN CLOSED close 300") + "\n"
        status, printed, _ = self.compare(whole, samples.trace(samples.LIFE))
        self.assertEqual(status, 1)
        self.assertIn("+ (no more)", printed)
        self.assertEqual(self.compare(whole, _parts(whole)[0])[0], 1)

    def test_other_policies(self):
        whole = samples.trace(samples.LIFE)
        client, server = _parts(whole)
        server = server.replace("TcpConnThreeWay", "TcpConnTwoWay")
        status, printed, _ = self.compare(whole, client, server)
        self.assertEqual(status, 1)
        self.assertIn("node 1: other policies", printed)
        self.assertNotIn("node 0", printed)

    def test_nothing_is_not_the_same(self):
        empty = samples.trace("1 A S SYN 1 0 0")
        status, _, error = self.compare(empty, empty)
        self.assertEqual(status, 1)
        self.assertIn("no transitions", error)

    def test_ties(self):
        tie = samples.trace(
            """
            0 L CLOSED LISTEN passive-open 0
            1 B LISTEN SYN-RECEIVED syn 0 SYN 7000 0 0
            1 L LISTEN CLOSED close 1
            """
        )
        status, printed, error = self.compare(tie, tie)
        self.assertEqual(status, 0)
        self.assertIn(", 1 ties", printed)
        self.assertIn("1.000000000: a tie of connections 1, 2 of node 1", error)
        # Sorted by connection, their order in the file does not matter.
        lines = tie.splitlines(keepends=True)
        turned = "".join(lines[:2] + [lines[3], lines[2]])
        self.assertEqual(self.compare(tie, turned)[0], 0)
        status, _, error = self.compare(tie, turned.replace("LISTEN SYN-R", "SYN-SENT SYN-R"))
        self.assertEqual(status, 1)
        self.assertIn("their order may be by chance", error)

    def test_two_segments_are_a_tie(self):
        text = samples.trace(
            """
            1 A CLOSED SYN-SENT active-open 0
            2 A R ACK 1 1 0
            2 A R PSH,ACK 1 1 100
            """
        )
        status, printed, error = self.compare(text, text)
        self.assertEqual(status, 0)
        self.assertIn(", 1 ties", printed)
        self.assertIn("2.000000000: a tie of connections 1 of node 0", error)

    def test_one_connection_is_no_tie(self):
        text = "1 A CLOSED SYN-SENT active-open 0\n1 A S SYN 7000 0 0\n1 b R SYN 7000 0 0"
        status, printed, _ = self.compare(samples.trace(text), samples.trace(text))
        self.assertEqual(status, 0)
        self.assertIn(", 0 ties", printed)


if __name__ == "__main__":
    unittest.main()
