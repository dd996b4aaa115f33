#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Tests of how the ends of connections are joined, and of their lists."""

import csv
import io
import unittest

import tcp_conn_trace_samples as samples
from tcp_conn_trace_case import TraceCase

from tcp_conn_trace import Trace
from tcp_conn_trace.conversation import LEFT, RIGHT, Survey, collect
from tcp_conn_trace.timeline import Timeline


class JoiningTest(TraceCase):
    """Which connections of two hosts belong together."""

    def survey(self, path):
        """The connections of a trace."""
        with Trace(path) as trace:
            return Survey(trace)

    def names(self, path):
        """For each conversation, the connections of its left and of its right side."""
        return [
            tuple([end.name for end in side] for side in conversation.sides)
            for conversation in self.survey(path).conversations
        ]

    def timelines(self, path):
        """All conversations of a trace with their segments."""
        survey = self.survey(path)
        with Trace(path) as trace:
            records = collect(trace, survey.conversations)
        return [Timeline(*each, survey) for each in zip(survey.conversations, records)]

    def of(self, *lines):
        """A trace of (connection's numbers, short form): ids and ports are put in."""
        text = [samples.HEADER]
        for conn, short in lines:
            line = samples.line(short)
            for old in (" 0 1 ", " 1 2 "):
                line = line.replace(old, old[:3] + "%d " % conn)
            text.append(line)
        return self.write("\n".join(text) + "\n")

    def test_figures_of_the_rfc(self):
        """One at A may have met two at B (figure 8), and two at A two at B (figure 9)."""
        rows = [
            ("rfc9293-figure-07", [(["0:1"], ["1:1"])]),
            ("rfc9293-figure-08", [(["0:1"], ["1:2", "1:3"])]),
            ("rfc9293-figure-09", [(["0:1", "0:2"], ["1:2", "1:3"])]),
            ("rfc9293-figure-10", [(["0:1"], ["1:2"])]),
            ("rfc9293-figure-11", [([], ["1:2"])]),
            ("crash-and-recovery", [(["0:1"], ["1:2"]), (["0:2"], ["1:4"])]),
        ]
        for name, expected in rows:
            with self.subTest(name):
                self.assertEqual(self.names(self.golden(name)), expected)

    def test_no_loss_in_the_figures(self):
        """Nothing was lost in them, so nothing may look lost; one was sent by nobody."""
        for number, strangers in ((8, 1), (9, 0), (10, 0), (11, 1), (12, 0), (13, 0)):
            with self.subTest(number):
                path = self.golden("rfc9293-figure-%02d" % number)
                flights = [f for timeline in self.timelines(path) for f in timeline.flights]
                self.assertEqual([f for f in flights if f.fate == "lost"], [])
                self.assertEqual(sum(1 for f in flights if not f.sent), strangers)

    def test_by_time(self):
        """The same addresses and ports in turn, without a gap in the numbers."""
        path = self.of(
            (1, "1 A CLOSED SYN-SENT active-open 0"),
            (1, "2 B LISTEN SYN-RECEIVED syn 0 SYN 5 0 0"),
            (1, "3 B SYN-RECEIVED CLOSED abort 1"),
            (1, "4 A SYN-SENT CLOSED abort 3"),
            (2, "5 A CLOSED SYN-SENT active-open 0"),
            (2, "6 B LISTEN SYN-RECEIVED syn 0 SYN 9 0 0"),
        )
        self.assertEqual(self.names(path), [(["0:1"], ["1:1"]), (["0:2"], ["1:2"])])

    def test_by_the_syn(self):
        """The SYN arrives when its sender has given up and opened again."""
        path = self.of(
            (1, "1 A CLOSED SYN-SENT active-open 0"),
            (1, "1 A S SYN 5 0 0"),
            (1, "2 A SYN-SENT CLOSED abort 1"),
            (2, "3 A CLOSED SYN-SENT active-open 0"),
            (2, "3 A S SYN 9 0 0"),
            (2, "3.5 A SYN-SENT CLOSED abort 0.5"),
            (1, "4 B LISTEN SYN-RECEIVED syn 0 SYN 5 0 0"),
        )
        self.assertEqual(self.names(path), [(["0:1"], ["1:1"]), (["0:2"], [])])

    def test_alone(self):
        """Transitions alone: the one had ended before the other began."""
        path = self.of(
            (1, "1 A CLOSED SYN-SENT active-open 0"),
            (1, "2 A SYN-SENT CLOSED abort 1"),
            (1, "4 B LISTEN SYN-RECEIVED syn 0"),
        )
        self.assertEqual(self.names(path), [(["0:1"], ["1:1"])])

    def test_two_nodes_of_one_address(self):
        """Two networks may use the same addresses: their hosts are not mixed up."""
        lines = []
        for short in ("1 A CLOSED SYN-SENT active-open 0", "2 B LISTEN SYN-RECEIVED syn 0"):
            lines.append(samples.line(short))
        others = [line.replace(" 0 1 ", " 7 1 ").replace(" 1 2 ", " 8 2 ") for line in lines]
        text = [lines[0], others[0], lines[1], others[1]]
        names = self.names(self.write("\n".join([samples.HEADER, *text]) + "\n"))
        self.assertEqual(len(names), 2)
        for left, right in names:
            self.assertEqual((len(left), len(right)), (1, 1))

    def test_listener_without_a_connection(self):
        """RFC 9293 figure 11: A listens, and answers without a connection."""
        (timeline,) = self.timelines(self.golden("rfc9293-figure-11"))
        conversation = timeline.conversation
        self.assertEqual(conversation.first_state(LEFT), "LISTEN")
        self.assertEqual(conversation.first_state(RIGHT), "LISTEN")

    def test_numbers_of_two_connections(self):
        """Each number counts from the ISN that its host had last."""
        status, out, err = self.run_tool("ladder", self.golden("rfc9293-figure-09"))
        self.assertEqual((status, err), (0, ""))
        self.assertIn("ISN 99, 400", out)
        self.assertIn("node 1, connections 2, 3", out)
        self.assertIn("connections 1, 2", out)
        self.assertIn("SYN seq=0 (retransmission)", out)
        self.assertIn("RST seq=-300", out)
        self.assertIn("FIN,ACK seq=1 ack=1", out)
        self.assertIn("Connections of node 0: 1 from 1.000000 to 5.000000, 2 from 6.0", out)

    def test_equal_segments_stay_in_order(self):
        """The second and the third of three equal segments arrive at the same distance."""
        text = """
            1    A S SYN 5 0 0
            2    A S SYN 5 0 0
            2    A S SYN 5 0 0
            2.1  B R SYN 5 0 0
            2.2  B R SYN 5 0 0
            9    b S RST 1 1 0
        """
        (timeline,) = self.timelines(self.write(samples.trace(text)))
        own = [flight for flight in timeline.flights if flight.side == LEFT]
        ways = [(flight.sent.order, flight.arrived and flight.arrived.order) for flight in own]
        self.assertEqual(ways, [(0, None), (1, 3), (2, 4)])


class ConnectionsTest(TraceCase):
    """The command connections."""

    def rows(self, path):
        """The CSV as dictionaries."""
        status, out, err = self.run_tool("connections", "--csv", path)
        self.assertEqual((status, err), (0, ""))
        return list(csv.DictReader(io.StringIO(out)))

    def test_durations(self):
        (row,) = self.rows(self.sample("LIFE"))
        self.assertEqual((row["connections"], row["peers"]), ("0:1", "1:2"))
        self.assertEqual((row["local"], row["peer"]), (samples.CLIENT, samples.SERVER))
        self.assertEqual(row["begin"], "1.000000000")
        self.assertEqual(row["end"], "242.510000000")
        self.assertEqual(row["setup"], "0.020000000")
        # From 1.03, when the server was established, to 2.04, when the client closed.
        self.assertEqual(row["open"], "1.010000000")
        # To 2.52, when the server ended.
        self.assertEqual(row["release"], "0.480000000")
        self.assertEqual(row["time_wait"], "240.000000000")
        self.assertEqual((row["sent"], row["received"]), ("8", "6"))
        self.assertEqual((row["state"], row["cause"]), ("CLOSED", "time-wait-timeout"))
        self.assertEqual((row["peer_state"], row["peer_cause"]), ("CLOSED", "ack/ack-of-fin"))

    def test_refused(self):
        (row,) = self.rows(self.sample("REFUSED"))
        self.assertEqual((row["setup"], row["open"], row["release"]), ("", "", ""))
        self.assertEqual((row["state"], row["cause"]), ("CLOSED", "rst/ack-bit"))

    def test_several_at_a_side(self):
        (row,) = self.rows(self.golden("rfc9293-figure-09"))
        self.assertEqual((row["connections"], row["peers"]), ("0:1 0:2", "1:2 1:3"))
        # That of the second, which was sent again after a second.
        self.assertEqual(row["setup"], "1.020000000")

    def test_table(self):
        out = self.run_tool("connections", self.sample("LIFE"))[1].splitlines()
        self.assertEqual(len(out), 2)
        self.assertIn("CLOSED by time-wait-timeout; CLOSED by ack/ack-of-fin", out[1])

    def test_summary_tells_what_met(self):
        out = self.run_tool("summary", self.golden("rfc9293-figure-08"))[1]
        self.assertIn("conversations (the ends that met each other): 1", out)
        self.assertRegex(out, r"\n  0:1 .* CLOSED +1:2,1:3\n")

    def test_broken(self):
        path = self.write(samples.trace(samples.LIFE)[:-5])
        status, out, err = self.run_tool("connections", path)
        self.assertEqual((status, len(out.splitlines())), (1, 2))
        self.assertIn(":40: the line is cut off", err)


if __name__ == "__main__":
    unittest.main()
