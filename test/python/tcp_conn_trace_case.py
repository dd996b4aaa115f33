#
# SPDX-License-Identifier: GPL-2.0-only
#
"""What the tests of the trace tools have in common; it also finds the package."""

import contextlib
import io
import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
UTILS = os.path.join(HERE, "..", "..", "utils")
GOLDEN = os.path.join(HERE, "..", "golden")
sys.path.insert(0, UTILS)

import tcp_conn_trace_samples as samples  # noqa: E402  (beside this file)
from tcp_conn_trace.cli import main  # noqa: E402  (needs the path)


class TraceCase(unittest.TestCase):
    """A folder for files, and the command as a function."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        """The path of a file in the folder."""
        return os.path.join(self.folder, name)

    def write(self, text, name="run.tr"):
        """A file with this text; gives its path."""
        with open(self.path(name), "wb") as file:
            file.write(text.encode("utf-8"))
        return self.path(name)

    def sample(self, name):
        """A file with one of the sample traces."""
        return self.write(samples.trace(getattr(samples, name)))

    def run_tool(self, *arguments):
        """Runs the command: (exit status, standard output, standard error)."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = main(list(arguments))
            except SystemExit as end:
                status = end.code
        return status, out.getvalue(), err.getvalue()

    @staticmethod
    def golden(name):
        """The path of a golden trace."""
        return os.path.join(GOLDEN, name + ".tr")
