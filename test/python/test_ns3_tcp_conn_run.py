# SPDX-License-Identifier: GPL-2.0-only
"""The Python package and its examples, run: needs cppyy, and is skipped without.

Each program is a process of its own: cppyy and ns-3 are loaded once in one.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
BUILD = os.environ.get("TCP_CONN_BUILD_DIR")


def reason():
    """Why these tests cannot run; None if they can."""
    if not BUILD:
        return "TCP_CONN_BUILD_DIR is not set"
    tried = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import cppyy"],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode != 0:
        why = (tried.stderr.strip() or f"exit code {tried.returncode}").splitlines()[-1]
        return f"import cppyy fails: {why}".replace("'", "")
    return None


WHY = reason()


@unittest.skipIf(WHY, WHY or "")
class RunTest(unittest.TestCase):
    """Programs of the folder cppyy_programs, and the examples."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_program(self, program, *arguments):
        """Run a program in a folder of its own; return what it prints."""
        path = f"{BUILD}/python:{os.environ.get('PYTHONPATH', '')}"
        done = subprocess.run(
            [sys.executable, "-W", "ignore", str(program), *arguments],
            env=dict(os.environ, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1"),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def part(self, name):
        """Run a program of the folder."""
        self.run_program(Path(__file__).parent / "cppyy_programs" / f"{name}.py")

    def test_events(self):
        self.part("events")

    def test_traces(self):
        self.part("traces")

    def test_policies(self):
        self.part("policies")

    def test_sockets(self):
        self.part("sockets")

    def test_page(self):
        """The script of doc/tcp-conn-python.rst prints what the page says."""
        page = (TOP / "doc/tcp-conn-python.rst").read_text()
        blocks = re.findall(r"^\.\. sourcecode:: python\n\n((?:   .*\n|\n)+)", page, re.M)
        script = self.folder / "script.py"
        script.write_text("".join(re.sub("^   ", "", block, flags=re.M) for block in blocks))
        said = self.run_program(script)
        printed = re.search(r"^This prints::\n\n((?:    .*\n)+)", page, re.M)[1]
        self.assertEqual(said, re.sub("^    ", "", printed, flags=re.M))
        self.assertGreater((self.folder / "script.tr").stat().st_size, 1000)

    def example(self, name, *arguments):
        """Run an example in Python."""
        return self.run_program(TOP / "examples" / f"{name}.py", *arguments)

    def beside(self, name, *arguments):
        """Run the same in C++, in the same folder."""
        program = Path(BUILD, "bin", name)
        if not program.exists():
            self.skipTest(f"{name} was not built")
        done = subprocess.run(
            [program, *arguments], cwd=self.folder, check=True, capture_output=True, text=True
        )
        return done.stdout

    def test_lifecycle(self):
        """The trace is that of the C++ example, byte for byte."""
        said = self.example("tcp-conn-lifecycle", "--trace=python.tr")
        self.assertIn("FIN-WAIT-2 -> TIME-WAIT", said)
        self.beside("tcp-conn-lifecycle", "--trace=cpp.tr")
        python = (self.folder / "python.tr").read_text()
        self.assertGreater(len(python.splitlines()), 20)
        self.assertEqual(python, (self.folder / "cpp.tr").read_text())

    def test_stale_syn(self):
        """Ghosts as doc/tcp-conn-experiment-stale-syn.rst tells of them."""
        rows = [line.split("  ") for line in self.example("tcp-conn-stale-syn").splitlines()[1:]]
        rows = {row[0].strip(): [cell.strip() for cell in row[1:] if cell.strip()] for row in rows}
        self.assertEqual(rows["two-way"][:2], ["nothing", "1"])
        self.assertGreater(float(rows["two-way"][2]), 90000)
        for name in ("two-way-rst", "three-way"):
            self.assertEqual(rows[name][:2], ["1 RST", "0"])
            self.assertLess(float(rows[name][2]), 0.03)
        self.assertEqual(rows["four-way"][:2], ["1 RST and 1 RST,ACK", "0"])

    def test_syn_flood(self):
        """Shares as in C++ for the same policies; a chart; a policy in Python."""
        options = ["--rates=0,400", "--connections=40"]
        said = self.example("tcp-conn-syn-flood", *options)
        shares = {}
        for line in said.splitlines()[1:-1]:
            name, *values = line.split()
            shares[name] = [float(value) for value in values]
        chart = self.folder / re.search(r"chart: (.*)", said)[1]
        self.assertGreater(chart.stat().st_size, 300)
        self.assertEqual(shares["random-drop"][0], 100)
        self.assertGreater(shares["random-drop"][1], shares["backlog"][1])
        self.beside("tcp-conn-syn-flood", *options, "--ladder=none")
        table = (self.folder / "tcp-conn-syn-flood-outcomes.csv").read_text().splitlines()
        beside = {}
        for row in (line.split(",") for line in table[1:]):
            beside.setdefault(row[0], []).append(float(row[2]))
        self.assertEqual({name: shares[name] for name in beside}, beside)


if __name__ == "__main__":
    unittest.main()
