# SPDX-License-Identifier: GPL-2.0-only
"""How the Python package loads what it has found, with a stand-in for cppyy.

Each case is a program of its own, which writes down what cppyy is asked for.
"""

import os
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

from test_ns3_tcp_conn_find import NEEDS, TOP, Prefix

# A cppyy to which a header is a name, and that shows what it is asked.
CPPYY = """
    from types import SimpleNamespace
    gbl = SimpleNamespace(ns3=SimpleNamespace())
    def add_include_path(path):
        print("path", path)
    def load_library(path):
        print("library", path.rsplit("/", 1)[1])
    def include(header):
        print("header", header)
        if header == "ns3/tcp-conn-module.h":
            gbl.ns3.TcpConnL4Protocol = object
"""
LIBCPPYY = """
    def AddSmartPtrType(name):
        print("smart pointer", name)
"""
# ns-3's own package: it loads its core, and knows this module or not.
NS = """
    # ns-3
    import ctypes, cppyy
    print("package ns")
    ctypes.CDLL({core!r})
    cppyy.gbl.ns3.Simulator = object
    {more}
    ns = cppyy.gbl.ns3
"""


class LoadTest(unittest.TestCase):
    """What is loaded, and in which order."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name).resolve()
        self.tree = Prefix(self.top / "build", "libns3.43-{}.so")
        self.ours = self.tree.ours(self.tree.lib / "libns3.43-tcp-conn.so", runpath="$ORIGIN")
        self.module("cppyy.py", CPPYY)
        self.module("libcppyy.py", LIBCPPYY)

    def module(self, name, text):
        """Write a Python module."""
        path = self.top / "python" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))

    def run_program(self, code="t.load()"):
        """Run a program; return its lines."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": f"{TOP}/bindings/python:{self.top}/python",
            "NS3_TCP_CONN_LIBRARY": str(self.ours),
        }
        program = (
            "import ns3_tcp_conn as t\n"
            f"try:\n    {code}\n"
            "except (t.LoadError, t.NotFound) as e:\n    print(type(e).__name__, e)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def test_order(self):
        """Each library before its header, those needed first, the module last; each once."""
        lines = self.run_program("t.load(); t.load(); t.ns")
        self.assertIn("smart pointer Ptr", lines)
        self.assertIn(f"path {self.tree.include}", lines)
        steps = [line.split(" ")[1] for line in lines if line.startswith(("library", "header"))]
        modules = [step[len("libns3.43-") : -len(".so")] for step in steps[::2]]
        self.assertEqual(steps[1::2], [f"ns3/{m}-module.h" for m in modules])
        self.assertEqual(modules[-1], "tcp-conn")
        self.assertEqual(sorted(modules[:-1]), sorted(NEEDS))
        for i, module in enumerate(modules[:-1]):
            self.assertLessEqual(set(NEEDS[module]), set(modules[:i]))

    def test_modules(self):
        """Only those asked for, and what they need."""
        lines = self.run_program("t.load(modules=['point-to-point'])")
        self.assertIn("library libns3.43-point-to-point.so", lines)
        self.assertNotIn("library libns3.43-applications.so", lines)
        self.assertIn("NotFound ns-3 3.43 has no module wifi", self.run_program(
            "t.load(modules=['wifi'])"
        )[-1])
        lines = self.run_program("t.load(modules='all')")
        self.assertIn("library libns3.43-applications.so", lines)

    def write_ns(self, core, more="pass"):
        """Write a package ns."""
        self.module("ns/__init__.py", NS.format(core=str(core), more=more))

    def test_package_ns_that_knows_the_module(self):
        """Nothing is loaded beside it."""
        self.write_ns(self.tree.lib / "libns3.43-core.so", "cppyy.gbl.ns3.TcpConnL4Protocol = 1")
        self.assertEqual(self.run_program("print(t.ns is __import__('ns').ns)"), ["package ns", "True"])

    def test_package_ns_that_does_not(self):
        """The module alone is added."""
        self.write_ns(self.tree.lib / "libns3.43-core.so")
        lines = self.run_program("print(t.ns is __import__('ns').ns)")
        self.assertEqual(
            lines,
            [
                "package ns",
                f"path {self.tree.include}",
                "library libns3.43-tcp-conn.so",
                "header ns3/tcp-conn-module.h",
                "True",
            ],
        )

    def test_package_ns_of_another_ns3(self):
        """Two ns-3 do not go into one process."""
        other = Prefix(self.top / "other", "libns3.44-{}.so")
        self.write_ns(other.lib / "libns3.44-core.so")
        lines = self.run_program()
        self.assertEqual(lines[0], "package ns")
        self.assertRegex(lines[1], "^LoadError .*libns3.44-core.so.*two ns-3 do not go")
        self.assertEqual(len(lines), 2)

    def test_another_ns3_in_the_process(self):
        """The same without package ns."""
        other = Prefix(self.top / "other", "libns3.44-{}.so")
        core = str(other.lib / "libns3.44-core.so")
        lines = self.run_program(f"import ctypes; ctypes.CDLL({core!r}); t.load()")
        self.assertEqual(len(lines), 1)
        self.assertRegex(lines[0], "^LoadError .*libns3.44-core.so.* is another ns-3")

    def test_package_ns_that_fails(self):
        """ns-3's package exits where it finds something missing; ours says so."""
        self.module("ns/__init__.py", "# ns-3\nraise SystemExit(-1)\n")
        self.assertRegex(self.run_program()[0], "^LoadError ns-3's package .*could not be loaded")

    def test_another_package_of_that_name(self):
        """A package ns that is not ns-3's is not imported."""
        self.module("ns/__init__.py", "print('somebody else')\n")
        lines = self.run_program()
        self.assertNotIn("somebody else", lines)
        self.assertIn("header ns3/tcp-conn-module.h", lines)


if __name__ == "__main__":
    unittest.main()
