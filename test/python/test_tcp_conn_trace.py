#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Tests of the trace reader and its tools: python3 -m unittest discover -s test/python"""

import gzip
import json
import os
import subprocess
import sys
import unittest

import tcp_conn_trace_samples as samples
from tcp_conn_trace_case import HERE, UTILS, TraceCase

from tcp_conn_trace import Trace, TraceError, grammar
from tcp_conn_trace.checker import Checker, Rules, RulesError

# (from, event, guard, to, policy): what the traces here need of the table.
_ROWS = [
    ("CLOSED", "passive-open", "", "LISTEN", None),
    ("CLOSED", "active-open", "", "SYN-SENT", None),
    ("LISTEN", "active-open", "", "SYN-SENT", None),
    ("LISTEN", "close", "", "CLOSED", None),
    ("LISTEN", "syn", "", "SYN-RECEIVED", None),
    ("SYN-SENT", "syn", "", "SYN-RECEIVED", None),
    ("SYN-SENT", "syn", "syn-acked", "ESTABLISHED", None),
    ("SYN-SENT", "rst", "ack-bit", "CLOSED", None),
    ("SYN-RECEIVED", "ack", "", "ESTABLISHED", None),
    ("SYN-RECEIVED", "rst", "reset-valid-passive", "LISTEN", None),
    ("ESTABLISHED", "close", "", "FIN-WAIT-1", None),
    ("ESTABLISHED", "fin", "", "CLOSE-WAIT", None),
    ("ESTABLISHED", "abort", "", "CLOSED", None),
    ("FIN-WAIT-1", "ack", "ack-of-fin", "FIN-WAIT-2", None),
    ("FIN-WAIT-1", "fin", "", "CLOSING", None),
    ("FIN-WAIT-2", "fin", "", "TIME-WAIT", None),
    ("CLOSING", "ack", "ack-of-fin", "TIME-WAIT", None),
    ("CLOSE-WAIT", "close", "", "LAST-ACK", None),
    ("LAST-ACK", "ack", "ack-of-fin", "CLOSED", None),
    ("TIME-WAIT", "time-wait-timeout", "", "CLOSED", None),
    ("LISTEN", "syn", "", "ESTABLISHED", "TcpConnTwoWay"),
    ("ESTABLISHED", "close", "policy", "CLOSED", "ns3::TcpConnAbrupt"),
]
ROWS = [
    dict(zip(("from", "event", "guard", "to", "policy"), row), clause="RFC 9293 3.10")
    for row in _ROWS
]


class GrammarTest(TraceCase):
    """Lines and records."""

    def test_transition(self):
        text = samples.line("1.02 A SYN-SENT ESTABLISHED syn/syn-acked 0.02 SYN,ACK 500 7001 0")
        record = grammar.parse_line(text, 4)
        self.assertEqual(record.kind, "T")
        self.assertEqual(record.line, 4)
        self.assertEqual(record.time, 1020000000)
        self.assertEqual((record.node, record.conn), (0, 1))
        self.assertEqual((record.local, record.peer), (samples.CLIENT, samples.SERVER))
        self.assertEqual((record.from_state, record.to_state), ("SYN-SENT", "ESTABLISHED"))
        self.assertEqual(record.cause, "syn/syn-acked")
        self.assertEqual(record.in_state, 20000000)
        self.assertEqual(record.segment, ("SYN,ACK", 500, 7001, 0))

    def test_transition_without_segment(self):
        record = grammar.parse_line(samples.line("0 L CLOSED LISTEN passive-open 0"), 1)
        self.assertEqual(record.peer, "*:0")
        self.assertIsNone(record.segment)

    def test_segment(self):
        text = samples.line("1 A S SYN 7000 0 0 mss=1460 ws=7 sackok ts=1/0 sack=1-2,5-6")
        record = grammar.parse_line(text, 1)
        self.assertEqual(record.kind, "S")
        self.assertEqual(record.segment, ("SYN", 7000, 0, 0))
        self.assertEqual(record.win, 65535)
        self.assertEqual(
            record.options,
            {"mss": "1460", "ws": "7", "sackok": "", "ts": "1/0", "sack": "1-2,5-6"},
        )
        self.assertIsNone(record.reason)

    def test_dropped(self):
        record = grammar.parse_line(samples.line("1 A D - 1 2 3 reason=checksum"), 1)
        self.assertEqual((record.kind, record.reason, record.segment.flags), ("D", "checksum", "-"))

    def test_ipv6(self):
        text = "T 0.000000000 1 2 [2001:db8::1]:80 [fe80::2]:9 CLOSED LISTEN x in=0.000000000"
        self.assertEqual(grammar.parse_line(text, 1).local, "[2001:db8::1]:80")

    def test_malformed(self):
        good = samples.line("1 A FIN-WAIT-2 TIME-WAIT fin 0.5 FIN,ACK 1 2 0")
        sent = samples.line("1 A S SYN 7000 0 0 mss=1460")
        rows = [
            ("kind", "Q 1", "no kind of record"),
            ("empty", "", "empty"),
            ("kind alone", "T", "ends after the kind"),
            ("time", good.replace("1.000000000", "1.0", 1), "'1.0' cannot be the field 'time'"),
            ("node", good.replace(" 0 1 ", " x 1 ", 1), "'x' cannot be the field 'node'"),
            ("id", good.replace(" 0 1 ", " 0 -1 ", 1), "'-1' cannot be the field 'connection id'"),
            ("local", good.replace("10.1.1.1:", "10.1.1:", 1), "'local end'"),
            ("peer", good.replace("10.1.2.2:80", "10.1.2.2", 1), "the field 'peer's end'"),
            ("state", good.replace("TIME-WAIT", "TIME-OUT"), "'TIME-OUT' is none of the states"),
            ("in", good.replace("in=", "on="), "cannot be the field 'in='"),
            ("cut in a T", good[: good.index(" fin")], "ends before the field 'cause'"),
            ("half a segment", good[: good.index(" len=")], "ends before the field 'len='"),
            ("flag", good.replace("FIN,ACK", "FIN,ICK"), "'FIN,ICK' is not a list of flags"),
            ("order of flags", good.replace("FIN,ACK", "ACK,FIN"), "is not a list of flags"),
            ("32 bits", good.replace("seq=1", "seq=4294967296"), "larger than 32 bits"),
            ("surplus", good + " more", "'more' does not belong at the end"),
            ("blanks", good.replace(" fin ", "  fin "), "exactly one space"),
            ("blank at the end", sent + " ", "exactly one space"),
            ("no window", sent.replace("win=", "wan="), "cannot be the field 'win='"),
            ("option", sent.replace("mss=1460", "mss=lots"), "'mss=lots'"),
            ("option twice", sent + " mss=1", "'mss' comes twice"),
            ("no reason", "D" + sent[1:], "ends in reason="),
            ("reason of no drop", sent + " reason=x", "only a dropped segment"),
        ]
        self.assertEqual(grammar.parse_line(good, 1).cause, "fin")
        for name, text, what in rows:
            with self.subTest(name):
                with self.assertRaises(grammar.Malformed) as caught:
                    grammar.parse_line(text, 1)
                self.assertIn(what, str(caught.exception))


class ReaderTest(TraceCase):
    """Files, whole and broken."""

    def test_whole(self):
        text = samples.trace(samples.REFUSED).splitlines(keepends=True)
        text.insert(1, "# a comment\n#node=1 handshake=TcpConnTwoWay\n")
        trace = Trace(self.write("".join(text)))
        records = list(trace)
        trace.close()
        self.assertEqual(len(records), 6)
        self.assertEqual(records[0].line, 4)
        self.assertIsNone(trace.broken)
        self.assertEqual(trace.policies["handshake"], "TcpConnThreeWay")
        self.assertEqual(
            trace.policies_of(1),
            {"handshake": "TcpConnTwoWay", "release": "TcpConnSeparateRelease"},
        )
        self.assertEqual(trace.policies_of(0), trace.policies)

    def test_header_alone(self):
        with Trace(self.write("#tcp-conn-trace 1\n")) as trace:
            self.assertEqual(list(trace), [])
            self.assertIsNone(trace.broken)

    def test_gzip(self):
        path = self.path("run.tr.gz")
        with gzip.open(path, "wb") as file:
            file.write(samples.trace(samples.LIFE).encode())
        with Trace(path) as trace:
            self.assertEqual(len(list(trace)), len(samples.LIFE.strip().splitlines()))

    def test_gzip_cut_off(self):
        whole = gzip.compress(samples.trace(samples.LIFE).encode() * 50)
        path = self.path("run.tr.gz")
        with open(path, "wb") as file:
            file.write(whole[: len(whole) // 2])
        with Trace(path) as trace:
            self.assertGreater(len(list(trace)), 0)
            self.assertIsNotNone(trace.broken)

    def test_unusable(self):
        rows = [
            ("empty", "", ":1: the file is empty"),
            ("other text", "hello\n", ":1: not a trace"),
            ("later version", "#tcp-conn-trace 2 a=b\n", ":1: version 2"),
            ("no version", "#tcp-conn-trace\n", ":1: version none"),
            ("policies", "#tcp-conn-trace 1 handshake\n", ":1: 'handshake' is not <family>=<name>"),
        ]
        for name, text, what in rows:
            with self.subTest(name):
                path = self.write(text)
                with self.assertRaises(TraceError) as caught:
                    Trace(path)
                self.assertIn(path + what, str(caught.exception))

    def test_missing(self):
        with self.assertRaises(TraceError) as caught:
            Trace(self.path("none.tr"))
        self.assertIn("No such file", str(caught.exception))

    def test_broken(self):
        whole = samples.trace(samples.REFUSED)
        lines = whole.splitlines(keepends=True)
        rows = [
            ("cut off in a line", whole[:-10], 5, ":7: the line is cut off"),
            ("no last line end", whole[:-1], 5, ":7: the line is cut off"),
            ("in the middle", "".join(lines[:3] + ["rubbish\n"] + lines[3:]), 2, ":4: 'rubbish'"),
            ("not ASCII", "".join(lines[:2]) + "S \u00e9\n", 1, ":3: the line is not ASCII"),
            ("node line", lines[0] + "#node=x a=b\n", 0, ":2: 'x' is not a node's number"),
            ("empty node line", lines[0] + "#node=\n", 0, ":2: '' is not a node's number"),
            ("conn line", lines[0] + "#conn=1 a=b\n", 0, ":2: '#conn=1' names no connection"),
            ("header cut off", lines[0][:-1], 0, ":1: the line is cut off"),
        ]
        for name, text, kept, what in rows:
            with self.subTest(name):
                path = self.write(text)
                with Trace(path) as trace:
                    self.assertEqual(len(list(trace)), kept)
                    self.assertIn(path + what, str(trace.broken))


class CheckTest(TraceCase):
    """Legal and illegal traces."""

    def errors(self, text):
        """[(line, what)] for a trace."""
        with Trace(self.write(text)) as trace:
            return list(Checker(trace, Rules(ROWS)).errors())

    def test_legal(self):
        for name in ("LIFE", "SIMULTANEOUS_OPEN", "REFUSED"):
            with self.subTest(name):
                self.assertEqual(self.errors(samples.trace(getattr(samples, name))), [])

    def test_legal_rows(self):
        rows = [
            ("half-open returns to LISTEN and opens again", """
                1 B LISTEN SYN-RECEIVED syn 0
                2 B SYN-RECEIVED LISTEN rst/reset-valid-passive 1
                3 B LISTEN SYN-RECEIVED syn 1
            """),
            ("a socket opened again after its end", """
                1 A CLOSED SYN-SENT active-open 0
                2 A SYN-SENT CLOSED rst/ack-bit 1
                3 A CLOSED SYN-SENT active-open 1
            """),
            ("a reset that follows the end at once", """
                1 A CLOSED SYN-SENT active-open 0
                2 A SYN-SENT ESTABLISHED syn/syn-acked 1
                3 A ESTABLISHED CLOSED abort 1
                3 A S RST 1 0 0
            """),
            ("a listener that connects", """
                1 L CLOSED LISTEN passive-open 0
                2 L LISTEN CLOSED close 1
            """),
            ("segments of no connection after the end", """
                1 A CLOSED SYN-SENT active-open 0
                2 A SYN-SENT CLOSED rst/ack-bit 1
                9 b R RST 1 0 0
            """),
        ]  # fmt: skip
        for name, text in rows:
            with self.subTest(name):
                self.assertEqual(self.errors(samples.trace(text)), [])

    def test_illegal_rows(self):
        opened = "1 A CLOSED SYN-SENT active-open 0\n"
        ended = opened + "2 A SYN-SENT CLOSED rst/ack-bit 1\n"
        rows = [
            ("no such cause", opened + "2 A SYN-SENT ESTABLISHED luck 1", 3,
             "SYN-SENT -> ESTABLISHED by luck is no row of the table"),
            ("the guard is part of the cause", opened + "2 A SYN-SENT ESTABLISHED syn 1", 3,
             "by syn: the table leads to SYN-RECEIVED"),
            ("wrong state entered", opened + "2 A SYN-SENT LISTEN rst/ack-bit 1", 3,
             "the table leads to CLOSED"),
            ("a policy's row", "1 B LISTEN ESTABLISHED syn 0", 2,
             "is a row of TcpConnTwoWay, which is not in force"),
            ("begins in the middle", "1 A ESTABLISHED FIN-WAIT-1 close 0", 2,
             "connection 0:1 begins in ESTABLISHED"),
            ("older than time", "1 A CLOSED SYN-SENT active-open 2", 2,
             "in= is more than the time"),
            ("does not join", opened + "2 A ESTABLISHED FIN-WAIT-1 close 1", 3,
             "leaves ESTABLISHED, but connection 0:1 was in SYN-SENT"),
            ("wrong time in state", opened + "2 A SYN-SENT CLOSED rst/ack-bit 0.9", 3,
             "in=0.900000000, but SYN-SENT was entered 1.000000000 before"),
            ("time goes back", "2 b S RST 1 0 0\n1 b S RST 1 0 0", 3,
             "time goes back from 2.000000000"),
            ("a line after the end", ended + "3 A SYN-SENT CLOSED rst/ack-bit 1", 4,
             "connection 0:1 ended at 2.000000000 and was not opened again"),
            ("a segment after the end", ended + "3 A S ACK 1 1 0", 4,
             "a segment of connection 0:1, which ended at 2.000000000"),
        ]  # fmt: skip
        for name, text, line, what in rows:
            with self.subTest(name):
                errors = self.errors(samples.trace(text))
                self.assertEqual([error[0] for error in errors], [line], errors)
                self.assertIn(what, errors[0][1])

    def illegal(self, lines, line, what):
        """One error, at this line, in a trace of whole lines."""
        errors = self.errors("\n".join([samples.HEADER, *lines]) + "\n")
        self.assertEqual([error[0] for error in errors], [line], errors)
        self.assertIn(what, errors[0][1])

    def test_id_used_twice(self):
        lines = [
            samples.line("1 A CLOSED SYN-SENT active-open 0"),
            samples.line("2 A CLOSED SYN-SENT active-open 0").replace("49153", "49154"),
        ]
        self.illegal(lines, 3, "id 1 of node 0 belongs to 10.1.1.1:49153 10.1.2.2:80")

    def test_id_used_again(self):
        lines = [
            samples.line("1 A CLOSED SYN-SENT active-open 0"),
            samples.line("2 A SYN-SENT CLOSED rst/ack-bit 1"),
            samples.line("3 A CLOSED SYN-SENT active-open 0").replace("49153", "49154"),
        ]
        self.illegal(lines, 4, "id 1 of node 0 was that of another connection")

    def test_id_of_another_in_a_segment(self):
        lines = [
            samples.line("1 A CLOSED SYN-SENT active-open 0"),
            samples.line("1 A S SYN 1 0 0").replace("49153", "49154"),
        ]
        self.illegal(lines, 3, "id 1 of node 0 belongs to")

    def test_id_zero(self):
        line = samples.line("1 A CLOSED SYN-SENT active-open 0").replace(" 0 1 ", " 0 0 ")
        self.illegal([line], 2, "not 0")

    def test_ids_far_apart(self):
        line = samples.line("1 A CLOSED SYN-SENT active-open 0")
        end = samples.line("2 A SYN-SENT CLOSED rst/ack-bit 1")
        lines = [text.replace(" 0 1 ", " 0 99999999999 ") for text in (line, end, end)]
        self.illegal(lines, 4, "was not opened again")

    def test_listener_takes_a_peer(self):
        listen = samples.line("1 L CLOSED LISTEN passive-open 0")
        connect = samples.line("2 L LISTEN SYN-SENT active-open 1")
        lines = [listen, connect.replace("*:0", "10.9.9.9:80")]
        self.assertEqual(self.errors("\n".join([samples.HEADER, *lines]) + "\n"), [])

    def test_policies_in_force(self):
        body = samples.trace("1 B LISTEN ESTABLISHED syn 0")
        three = samples.trace("1 B LISTEN SYN-RECEIVED syn 0")
        two = "handshake=TcpConnTwoWay"
        self.assertEqual(self.errors(body.replace("handshake=TcpConnThreeWay", two)), [])
        self.assertEqual(self.errors(body.replace("\nT", "\n#node=1 " + two + "\nT")), [])
        self.assertEqual(len(self.errors(body.replace("\nT", "\n#node=7 " + two + "\nT"))), 1)
        # One connection may have policies of its own.
        own = "\n#conn=%s " + two + "\nT"
        self.assertEqual(self.errors(body.replace("\nT", own % "1:2")), [])
        for other in ("1:3", "0:2"):
            self.assertEqual(len(self.errors(body.replace("\nT", own % other))), 1)
        # Its row has no condition: the RFC's cell is replaced.
        replaced = three.replace("handshake=TcpConnThreeWay", two)
        self.assertIn("the table leads to ESTABLISHED", self.errors(replaced)[0][1])
        # A row with a condition adds to the cell; names may carry the namespace.
        for name in ("TcpConnAbrupt", "ns3::TcpConnAbrupt"):
            table = Rules(ROWS).table([name])
            self.assertEqual(table[("ESTABLISHED", "close/policy")], {"CLOSED"})
            self.assertEqual(table[("ESTABLISHED", "close")], {"FIN-WAIT-1"})

    def test_rules_unusable(self):
        rows = [
            ("not JSON", "{", "not JSON"),
            ("not a list", "{}", "not a list of rows"),
            ("lacks a field", '[{"from": "CLOSED"}]', "row 1 lacks"),
            ("not a state", '[{"from": "X", "event": "a", "to": "CLOSED"}]', "'X' is not a state"),
        ]
        for name, text, what in rows:
            with self.subTest(name):
                path = self.write(text, "rules.json")
                with self.assertRaises(RulesError) as caught:
                    Rules.load(path)
                self.assertIn(what, str(caught.exception))


class LadderTest(TraceCase):
    """Drawings."""

    maxDiff = None

    def draw(self, *arguments):
        """The drawing; it must be made without complaint."""
        status, out, err = self.run_tool("ladder", *arguments)
        self.assertEqual((status, err), (0, ""))
        return out

    def test_golden(self):
        for name in ("life", "simultaneous_open", "simultaneous_close", "refused", "crossing"):
            for style, suffix in (("ladder", ""), ("rfc", "_rfc")):
                with self.subTest(name + suffix):
                    with open(os.path.join(HERE, "ladders", name + suffix + ".txt")) as file:
                        golden = file.read()
                    path = self.sample(name.upper())
                    self.assertEqual(self.draw(path, "--style", style), golden)

    def test_fits(self):
        for width in (72, 80, 120):
            for options in ([], ["--absolute"], ["--options"], ["--absolute", "--options"]):
                out = self.draw(self.sample("LIFE"), "--width", str(width), *options)
                self.assertTrue(out.isascii())
                self.assertLessEqual(max(map(len, out.splitlines())), width)

    def test_absolute(self):
        out = self.draw(self.sample("LIFE"), "--absolute")
        self.assertIn("FIN,ACK seq=601 ack=7602", out)
        self.assertIn("SYN,ACK seq=500 ack=7001", out)

    def test_options(self):
        out = self.draw(self.sample("LIFE"), "--options", "--width", "120")
        self.assertIn("SYN seq=0 win=65535 mss=1460", out)
        self.assertIn("sack=401-601", out)

    def line_of(self, text, what, *arguments):
        """The lines of a drawing in which something stands."""
        out = self.draw(self.write(samples.trace(text)), *arguments)
        return [line for line in out.splitlines() if what in line]

    def test_one_side(self):
        """The peer is not in the trace: what is sent is not taken for lost."""
        for node, states in (("0", "FIN-WAIT-2"), ("1", "CLOSE-WAIT")):
            lines = samples.trace(samples.LIFE).splitlines(keepends=True)
            kept = [line for line in lines if line[0] == "#" or line.split()[2] == node]
            out = self.draw(self.write("".join(kept)))
            self.assertIn("(not in the trace)", out)
            self.assertIn(states, out)
            self.assertNotIn("(lost)", out)
            self.assertNotIn("...", out)

    def test_transitions_alone(self):
        lines = samples.trace(samples.LIFE).splitlines(keepends=True)
        out = self.draw(self.write("".join(line for line in lines if line[0] in "#T")))
        self.assertIn("ESTABLISHED |<", out)
        self.assertIn("(close)", out)
        self.assertIn("SYN,ACK seq=0 ack=1", out)

    def test_lost_from_the_right(self):
        found = self.line_of(
            """
            1 A S SYN 5 0 0
            2 B R SYN 5 0 0
            2 B S SYN,ACK 9 6 0
            9 A S ACK 6 10 0
            """,
            "(lost)",
        )
        self.assertEqual(len(found), 1)
        self.assertRegex(found[0], r"2\.000000 +\(lost\) \| +X <-+ SYN,ACK seq=0 ack=1 -+\|$")

    def test_all_lost(self):
        """Nothing arrives at all, but the host is one of the trace."""
        out = self.line_of("1 A S SYN 5 0 0\n2 L CLOSED LISTEN passive-open 0", "(lost)")
        self.assertEqual(len(out), 1)

    def test_under_way(self):
        """What is sent when the trace ends is not lost."""
        text = "1 A S SYN 5 0 0\n2 B R SYN 5 0 0\n2 B S SYN,ACK 9 6 0\n2.5 b S RST 1 0 0"
        self.assertEqual(self.line_of(text, "(lost)"), [])
        self.assertEqual(len(self.line_of(text, "SYN,ACK")), 1)

    def test_which_copy_arrived(self):
        """Of two equal segments the first was lost: the way is as long as that of others."""
        text = """
            1    A S SYN 5 0 0
            1.1  B R SYN 5 0 0
            2    A S ACK 6 1 10
            3    A S ACK 6 1 10
            3.1  B R ACK 6 1 10
            9    B S RST 1 1 0
        """
        lines = self.line_of(text, "ACK")
        self.assertIn("(lost)", lines[0])
        self.assertNotIn("(lost)", lines[1])

    def test_both_copies_arrived(self):
        text = """
            1    A S SYN 5 0 0
            1.3  A S SYN 5 0 0
            1.5  B R SYN 5 0 0
            1.8  B R SYN 5 0 0
            9    B S RST 1 1 0
        """
        self.assertEqual(self.line_of(text, "(lost)"), [])
        self.assertEqual(len(self.line_of(text, "(retransmission)")), 1)

    def test_dropped(self):
        rows = [
            ("on arrival", "1.1 B D SYN 5 0 0 reason=checksum", ">X|"),
            ("after arrival", "1.1 B R SYN 5 0 0\n1.1 B D SYN 5 0 0 reason=checksum", ">X|"),
            ("by the sender", "1 A D SYN 5 0 0 reason=checksum\n2 B S RST 1 1 0", "> X "),
        ]
        for name, text, arrow in rows:
            with self.subTest(name):
                lines = self.line_of("1 A S SYN 5 0 0\n" + text, "SYN", "--width", "100")
                self.assertEqual(len(lines), 1)
                self.assertIn("(dropped: checksum)", lines[0])
                self.assertIn(arrow, lines[0])

    def test_dropped_after_an_answer(self):
        """RFC 9293 drops what it answers: that is no loss to show."""
        rows = [
            ("answered", "1.1 b S RST,ACK 0 6 0"),
            ("moved", "1.1 B SYN-RECEIVED LISTEN syn/passive 0 SYN 5 0 0"),
        ]
        for name, text in rows:
            with self.subTest(name):
                text = "1.1 b R SYN 5 0 0\n" + text + "\n1.1 b D SYN 5 0 0 reason=ack"
                lines = self.line_of("1 A S SYN 5 0 0\n" + text, "SYN seq=0", "--width", "100")
                self.assertEqual(len(lines), 1)
                self.assertIn("->|", lines[0])
                self.assertNotIn("dropped", lines[0])

    def test_arrival_of_nothing_sent(self):
        """An old duplicate, which nobody of the trace sent."""
        text = "1 A S SYN 5 0 0\n1.1 B R SYN 5 0 0\n2 B R SYN 2 0 0"
        lines = self.line_of(text, "seq=-3")
        self.assertEqual(len(lines), 1)
        self.assertIn("|... -", lines[0])

    def test_no_retransmission(self):
        """A probe of an idle peer, a reset and a SYN,ACK after a SYN are none."""
        text = """
            1 A S SYN 5 0 0
            1 A S SYN,ACK 5 1 0
            1 A S ACK 6 1 10
            1 A S ACK 15 1 0
            1 A S RST 6 1 0
        """
        self.assertEqual(self.line_of(text, "(retransmission)"), [])

    def test_self_connection(self):
        text = samples.trace("1 A CLOSED SYN-SENT active-open 0\n1 A S SYN 5 0 0\n2 A R SYN 5 0 0")
        out = self.draw(self.write(text.replace(samples.SERVER, samples.CLIENT)))
        self.assertRegex(out, r"SYN-SENT \|-+ SYN seq=0 -+>\|\n.*\|<-+ SYN seq=0 -+\|")

    def test_wrap(self):
        """Relative numbers go on across 2^32."""
        text = "1 A S SYN 4294967295 0 0\n1 A S ACK 0 1 10\n1 A S ACK 10 1 10"
        found = self.line_of(text, "seq=1 ") + self.line_of(text, "seq=11 ")
        self.assertEqual(len(found), 2)
        self.assertEqual(self.line_of(text, "(retransmission)"), [])

    def two_connections(self, count=2):
        """A trace of some connections between the same hosts."""
        text = [samples.HEADER]
        for i in range(count):
            short = "%d A CLOSED SYN-SENT active-open 0" % i
            long = samples.line(short).replace(" 0 1 ", " 0 %d " % (i + 1))
            text.append(long.replace("49153", "%d" % (5000 + i)))
        return self.write("\n".join(text) + "\n")

    def test_choice(self):
        def drawn(*arguments):
            status, out, err = self.run_tool("ladder", *arguments)
            names = [word for word in out.split() if word.startswith("10.1.1.1:")]
            return status, [name[-4:] for name in names], err

        path = self.two_connections(4)
        self.assertEqual(drawn(path), (0, ["5000", "5001", "5002", "5003"], ""))
        self.assertEqual(drawn(path, "--conn", "0:3"), (0, ["5002"], ""))
        two = drawn(path, "--conn", "0:3", "--conn", "0:1")
        self.assertEqual(two, (0, ["5002", "5000"], ""))
        status, _, err = drawn(path, "--conn", "0:9")
        self.assertEqual(status, 2)
        self.assertIn("no connection 0:9", err)
        path = self.two_connections(5)
        self.assertEqual(len(drawn(path, "--all")[1]), 5)
        status, names, err = drawn(path)
        self.assertEqual((status, names), (0, ["5000"]))
        self.assertIn("the first of 5 connections", err)

    def test_same_addresses_again(self):
        """The 4-tuple is used again: ends are joined by time."""
        later = samples.REFUSED.strip().splitlines()
        text = samples.trace(samples.REFUSED)
        for short in later:
            when, rest = short.split(None, 1)
            line = samples.line("%.3f %s" % (float(when) + 10, rest))
            text += line.replace(" 0 1 ", " 0 2 ") + "\n"
        out = self.draw(self.write(text))
        parts = out.split("\n\n\n")
        self.assertEqual(len(parts), 2)
        for part in parts:
            self.assertEqual(part.count("SYN seq=0"), 1)
            self.assertEqual(part.count("RST,ACK"), 1)
            self.assertNotIn("(lost)", part)


class CommandTest(TraceCase):
    """Arguments, exit status and messages."""

    def setUp(self):
        super().setUp()
        self.rules = self.write(json.dumps(ROWS), "rules.json")

    def check(self, *paths):
        """Runs check with the rules of these tests."""
        return self.run_tool("check", "--rules", self.rules, *paths)

    def test_legal(self):
        path = self.sample("LIFE")
        expected = "%s: legal: 12 transitions of 3 connections, 27 segments\n" % path
        self.assertEqual(self.check(path), (0, expected, ""))
        self.assertEqual(self.check("--quiet", path), (0, "", ""))

    def test_illegal(self):
        path = self.sample("SIMULTANEOUS_CLOSE")
        status, out, err = self.check("-q", path)
        self.assertEqual((status, err), (1, ""))
        self.assertEqual(
            out.splitlines()[0],
            path + ":2: connection 0:1 begins in ESTABLISHED, not in CLOSED or LISTEN",
        )

    def test_several(self):
        good = self.write(samples.trace(samples.LIFE), "good.tr")
        bad = self.write(samples.trace(samples.SIMULTANEOUS_CLOSE), "bad.tr")
        other = self.write("hello\n", "other.tr")
        self.assertEqual(self.check(good, bad)[0], 1)
        status, out, err = self.check(bad, other, good)
        self.assertEqual(status, 2)
        self.assertIn("bad.tr:2:", out)
        self.assertIn("good.tr: legal", out)
        self.assertIn("\n2 traces: ", out)
        self.assertIn("other.tr:1: not a trace", err)

    def test_folder(self):
        for name in ("a.tr", "b.tr", "c.txt"):
            self.write(samples.trace(samples.LIFE), name)
        total = "2 traces: 24 transitions of 6 connections, 54 segments\n"
        self.assertEqual(self.check("--quiet", self.folder), (0, total, ""))
        os.mkdir(self.path("empty"))
        status, _, err = self.check(self.path("empty"))
        self.assertEqual(status, 2)
        self.assertIn("in this folder", err)

    def test_broken(self):
        """What stands before the broken line is used; the exit status is 1."""
        path = self.write(samples.trace(samples.LIFE)[:-5])
        for arguments, what in (
            (("check", "--rules", self.rules), "11 transitions"),
            (("summary",), "transitions: 11"),
            (("ladder",), "FIN-WAIT-2"),
        ):
            with self.subTest(arguments[0]):
                status, out, err = self.run_tool(*arguments, path)
                self.assertEqual(status, 1)
                self.assertIn(what, out)
                self.assertEqual(err, path + ":40: the line is cut off\n")

    def test_unusable(self):
        other = self.write("hello\n", "other.tr")
        empty = self.write("#tcp-conn-trace 1\n", "empty.tr")
        rows = [
            ("no file", ["summary", self.path("none.tr")], "No such file"),
            ("a folder", ["summary", self.folder], "Is a directory"),
            ("no trace", ["ladder", other], "other.tr:1: not a trace"),
            ("no connection", ["ladder", empty], "no connection in the trace"),
            ("no rules", ["check", "--rules", self.path("x"), empty], "No such file"),
            ("no command", [], "COMMAND"),
            ("other command", ["draw"], "invalid choice"),
            ("narrow", ["ladder", empty, "--width", "20"], "72 columns or more"),
            ("identity", ["ladder", empty, "--conn", "1"], "'1' is not NODE:ID"),
        ]
        for name, arguments, what in rows:
            with self.subTest(name):
                status, out, err = self.run_tool(*arguments)
                self.assertEqual((status, out), (2, ""))
                self.assertIn(what, err)

    def test_summary(self):
        status, out, err = self.run_tool("summary", self.sample("LIFE"))
        self.assertEqual((status, err), (0, ""))
        squeezed = [" ".join(line.split()) for line in out.splitlines()]
        for line in (
            "policies: handshake=TcpConnThreeWay release=TcpConnSeparateRelease",
            "connections (each node counts its own end): 2",
            "listeners: 1",
            "CLOSED 2",
            "0:1 10.1.1.1:49153 10.1.2.2:80 242.510000 CLOSED 1:2",
            "SYN-SENT ESTABLISHED syn/syn-acked 1",
            "segments: 14 sent, 13 received, 0 dropped by a host, 1 lost or under way",
            "lost from 10.1.1.1 to 10.1.2.2: 1",
        ):
            self.assertIn(line, squeezed)

    def test_summary_of_drops(self):
        """A segment that is received and then dropped arrived once."""
        text = """
            1 A S SYN 5 0 0
            2 B R SYN 5 0 0
            2 B D SYN 5 0 0 reason=sequence
            3 A S SYN 5 0 0
            4 B D SYN 5 0 0 reason=checksum
        """
        out = self.run_tool("summary", self.write(samples.trace(text)))[1]
        self.assertIn("2 sent, 1 received, 2 dropped by a host, 0 lost", out)
        self.assertIn("dropped, checksum: 1", out)

    def test_help(self):
        for arguments in (["--help"], ["ladder", "--help"], ["check", "--help"]):
            status, out, _ = self.run_tool(*arguments)
            self.assertEqual(status, 0)
            self.assertIn("usage: tcp-conn-trace", out)

    def test_as_a_program(self):
        """The launcher, standard input, and a reader that goes away."""
        program = os.path.join(UTILS, "tcp-conn-trace")
        with open(self.sample("REFUSED"), "rb") as file:
            done = subprocess.run(
                [sys.executable, program, "ladder", "-"], stdin=file, capture_output=True
            )
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(b"RST,ACK", done.stdout)
        path = self.two_ends()
        first = subprocess.run(
            [sys.executable, program, "ladder", "--all", path], stdout=subprocess.PIPE, check=True
        )
        self.assertGreater(len(first.stdout), 1 << 17)
        with subprocess.Popen(
            [sys.executable, program, "ladder", "--all", path],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as child:
            child.stdout.readline()
            child.stdout.close()
            self.assertEqual(child.stderr.read(), b"")
            self.assertEqual(child.wait(), 0)

    def two_ends(self):
        """A trace whose ladders are more than a pipe holds."""
        text = [samples.HEADER]
        for i in range(1, 401):
            line = samples.line("1 A CLOSED SYN-SENT active-open 0")
            text.append(line.replace(" 0 1 ", " 0 %d " % i).replace("49153", str(i)))
        return self.write("\n".join(text) + "\n", "many.tr")


if __name__ == "__main__":
    unittest.main()
