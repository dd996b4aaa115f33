#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Forms of a trace: all give the same records, and other programs read them."""

import gzip
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ.get(
    "TCP_CONN_SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
)
sys.path.insert(0, os.path.join(SOURCE, "utils"))

from tcp_conn_trace import Trace, TraceError  # noqa: E402

PROGRAM = os.path.join(os.environ.get("TCP_CONN_BUILD_DIR", ""), "bin", "tcp-conn-observe")
HEADER = b"#tcp-conn-trace 1 isn=X"
NOT_FIELDS = ("line", "kind")


def contents(trace):
    """All that a trace tells but the numbers of lines."""
    records = [
        (record.kind,)
        + tuple(getattr(record, field) for field in record.__slots__ if field not in NOT_FIELDS)
        for record in trace
    ]
    return trace.policies, trace.node_policies, trace.conn_policies, records


def block(kind, body, order="<"):
    """A block of a capture."""
    length = 12 + len(body)
    return struct.pack(order + "II", kind, length) + body + struct.pack(order + "I", length)


def option(code, value, order="<"):
    """An option of a block."""
    return struct.pack(order + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def section(comment, order="<"):
    """A section header."""
    body = struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)
    return block(0x0A0D0D0A, body + option(1, comment, order) + option(0, b"", order), order)


class FormsTest(unittest.TestCase):
    """One run, written in all forms."""

    @classmethod
    def setUpClass(cls):
        if not os.path.exists(PROGRAM):
            raise unittest.SkipTest("the example tcp-conn-observe is not built")
        cls.folder = tempfile.mkdtemp()
        cls.ascii = cls.path("run.tr")
        command = [PROGRAM, "--duration=2s", "--loss=0.1", "--csv=" + cls.path("run.csv")]
        command += ["--ascii=" + cls.ascii, "--pcapng=" + cls.path("run.pcapng")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with Trace(cls.ascii) as trace:
            cls.expected = contents(trace)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def path(cls, name):
        """A file in the folder of the test."""
        return os.path.join(cls.folder, name)

    def test_same_records(self):
        self.assertGreater(len(self.expected[3]), 1000)
        for name in ("run.csv", "run.pcapng"):
            with Trace(self.path(name)) as trace:
                found = contents(trace)
            self.assertIsNone(trace.broken)
            for number, (record, expected) in enumerate(zip(found[3], self.expected[3])):
                self.assertEqual(record, expected, "%s, record %d" % (name, number))
            self.assertEqual(found, self.expected)

    def test_compressed_under_any_name(self):
        for name in ("run.tr", "run.csv", "run.pcapng"):
            with open(self.path(name), "rb") as file:
                data = file.read()
            with gzip.open(self.path("packed"), "wb") as file:
                file.write(data)
            with Trace(self.path("packed")) as trace:
                self.assertEqual(contents(trace), self.expected)

    def test_cut_off(self):
        for name, counted in (("run.csv", "line"), ("run.pcapng", "packet")):
            with open(self.path(name), "rb") as file:
                data = file.read()
            with open(self.path("cut"), "wb") as file:
                file.write(data[: len(data) // 2 + 1])
            with Trace(self.path("cut")) as trace:
                found = contents(trace)[3]
            self.assertIn("cut off", str(trace.broken), counted)
            self.assertGreater(len(found), 100)
            self.assertEqual(found, self.expected[3][: len(found)])
            self.assertEqual(trace.broken.line, trace.line)

    def test_check_reads_captures(self):
        tool = os.path.join(SOURCE, "utils", "tcp-conn-trace")
        with open(self.path("run.pcapng"), "rb") as capture:
            result = subprocess.run(
                [sys.executable, tool, "check", "-"],
                stdin=capture, capture_output=True, text=True,
            )  # fmt: skip
        self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
        self.assertIn("legal", result.stdout)

    def tshark(self, *arguments):
        """What tshark prints of the capture."""
        if not shutil.which("tshark"):
            self.skipTest("there is no tshark")
        result = subprocess.run(
            ["tshark", "-r", self.path("run.pcapng"), *arguments], capture_output=True, text=True
        )
        said = [line for line in result.stderr.splitlines() if "Running as user" not in line]
        self.assertEqual((result.returncode, said), (0, []))
        return result.stdout

    def test_tshark_shows_transitions(self):
        shown = self.tshark("-T", "fields", "-E", "aggregator=|", "-e", "frame.comment")
        comments = [c for line in shown.splitlines() for c in line.split("|")]
        with open(self.ascii, encoding="ascii") as file:
            lines = [line.rstrip("\n") for line in file]
        self.assertEqual(
            [c for c in comments if c.startswith("T ")],
            [line for line in lines if line.startswith("T ")],
        )
        segments = ["%s %s:%s" % (w[0], w[2], w[3]) for w in map(str.split, lines) if w[0] in "SR"]
        self.assertEqual([c for c in comments if c[:2] in ("S ", "R ")], segments)

    def test_tshark_finds_nothing_wrong(self):
        self.assertEqual(self.tshark("-Y", "_ws.malformed || _ws.unreassembled"), "")
        bad = "ip.checksum_bad.expert || tcp.checksum_bad.expert"
        check = ("-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE")
        self.assertEqual(self.tshark(*check, "-Y", bad), "")
        names = set(self.tshark("-T", "fields", "-e", "frame.interface_name").split())
        self.assertIn("node0/states", names)
        self.assertIn("node1/1", names)

    def test_gnuplot_reads_csv(self):
        if not shutil.which("gnuplot"):
            self.skipTest("there is no gnuplot")
        script = (
            "set datafile separator ','; set key autotitle columnhead; set terminal dumb; "
            "plot '%s' using 'time':'conn'" % self.path("run.csv")
        )
        result = subprocess.run(["gnuplot", "-e", script], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("A", result.stdout)

    def test_pandas_reads_csv(self):
        try:
            import pandas
        except ImportError:
            self.skipTest("there is no pandas")
        frame = pandas.read_csv(self.path("run.csv"))
        moves = frame[frame["kind"] == "T"]
        expected = [r for r in self.expected[3] if r[0] == "T"]
        self.assertEqual(len(moves), len(expected))
        self.assertEqual(list(moves["to"]), [r[7] for r in expected])


class CaptureTest(unittest.TestCase):
    """Captures made by hand."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "made.pcapng")

    def write(self, *blocks):
        """Makes the capture."""
        with open(self.path, "wb") as file:
            file.write(b"".join(blocks))

    def test_other_byte_order_and_resolution(self):
        order = ">"
        headers = bytes.fromhex(
            "450000280000000040060000" "0a010101" "0a010102"
            "0050c001" "00000007" "00000009" "5012" "0200" "00000000"
        )  # fmt: skip
        packet = struct.pack(">5I", 0, 0, 2500000, len(headers), len(headers) + 5) + headers
        packet += option(1, b"#conn=3:7 isn=Z", order) + option(1, b"a remark", order)
        packet += option(1, b"S 3:7", order) + option(2, struct.pack(">I", 2), order)
        self.write(
            section(HEADER, order),
            block(1, struct.pack(">HHI", 101, 0, 0), order),
            block(0x80000001, b"nobody knows", order),
            block(6, packet + option(0, b"", order), order),
        )
        with Trace(self.path) as trace:
            records = list(trace)
        self.assertIsNone(trace.broken)
        self.assertEqual(trace.conn_policies, {(3, 7): {"isn": "Z"}})
        self.assertEqual(len(records), 1)
        record = records[0]
        self.assertEqual((record.time, record.node, record.conn), (2500000000, 3, 7))
        self.assertEqual((record.local, record.peer), ("10.1.1.1:80", "10.1.1.2:49153"))
        self.assertEqual(tuple(record.segment), ("SYN,ACK", 7, 9, 5))
        self.assertEqual(record.win, 512)

    def test_not_ours(self):
        self.write(section(b"captured by somebody else"))
        with self.assertRaisesRegex(TraceError, "not one with transitions"):
            Trace(self.path)

    def test_damaged(self):
        good = section(HEADER)
        interface = block(1, struct.pack("<HHI", 101, 0, 0))
        packet = struct.pack("<5I", 0, 0, 0, 0, 0)
        comment = option(1, b"T nothing") + option(0, b"")
        for what, blocks in (
            ("differ", (interface[:-4] + b"\x18\0\0\0",)),
            ("a block of", (struct.pack("<II", 6, 7),)),
            ("no interface", (block(6, packet),)),
            ("longer than its block", (interface, block(6, packet + b"\1\0\xff\0"))),
            ("cannot be the field", (interface, block(6, packet + comment))),
            ("headers", (interface, block(6, packet + option(1, b"S 1:2") + option(0, b"")))),
        ):
            self.write(good, *blocks)
            with Trace(self.path) as trace:
                self.assertEqual(list(trace), [])
            self.assertIn(what, str(trace.broken))


class ColumnsTest(unittest.TestCase):
    """CSV made by hand."""

    def trace(self, *rows):
        """A trace of these rows."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "made.csv")
        names = "time,kind,node,conn,local,peer,from,to,cause,in_state,flags,seq,ack,len,win"
        with open(path, "w", encoding="ascii") as file:
            file.write("\n".join((names + ",options,note",) + rows) + "\n")
        return Trace(path)

    def test_policies(self):
        with self.trace("0,P" + "," * 15 + "isn=X", "0,P,3" + "," * 14 + "isn=Y",
                        "0,P,3,7" + "," * 13 + "isn=Z") as trace:  # fmt: skip
            self.assertEqual(list(trace), [])
        self.assertIsNone(trace.broken)
        self.assertEqual(trace.policies, {"isn": "X"})
        self.assertEqual(trace.node_policies, {3: {"isn": "Y"}})
        self.assertEqual(trace.conn_policies, {(3, 7): {"isn": "Z"}})

    def test_broken_rows(self):
        with self.assertRaisesRegex(TraceError, ":2: there are 4 columns"):
            self.trace("1.000000000,T,0,1")
        row = "1.000000000,T,0,1,*:1,*:2,CLOSED,NOWHERE,syn,0.000000000" + "," * 7
        with self.trace(row) as trace:
            self.assertEqual(list(trace), [])
        self.assertEqual(trace.broken.line, 2)
        self.assertIn("NOWHERE", str(trace.broken))


if __name__ == "__main__":
    unittest.main()
