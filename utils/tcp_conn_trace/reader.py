#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Reads a trace as a stream of records."""

import gzip
import sys
import zlib

from . import grammar


_LONGEST_HEADER = 1 << 20  # a file that is no trace may have no line ends


class TraceError(Exception):
    """What is wrong with a trace and where; as text "FILE:LINE: what"."""

    def __init__(self, path, line, what):
        super().__init__("%s:%d: %s" % (path, line, what) if line else "%s: %s" % (path, what))
        self.path = path
        self.line = line
        self.what = what


class Trace:
    """The records of a file, in its order; to be iterated over once.

    The header is read at once: TraceError is raised when the file cannot be opened or is no trace
    of a known version.  Iteration never raises: it ends at the first line that is broken or cut
    off, after all records before it, and `broken` is then the TraceError that tells what is wrong.

    Attributes:
        path            name of the file; "-" is standard input
        policies        {family: name} of the header
        node_policies   {node: {family: name}} where a host differs, as far as read
        broken          None, or the TraceError at which reading stopped
        line            number of the line read last
        last_time       time of the record read last, nanoseconds
    """

    def __init__(self, path):
        self.path = path
        self.policies = {}
        self.node_policies = {}
        self.broken = None
        self.line = 0
        self.last_time = 0
        try:
            self._file = _open(path)
        except OSError as error:
            raise TraceError(path, 0, error.strerror or str(error)) from None
        try:
            self._read_header()
        except TraceError:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        """Closes the file."""
        if self.path != "-":
            self._file.close()

    def policies_of(self, node):
        """The policies in force at a node, as far as read."""
        return {**self.policies, **self.node_policies.get(node, {})}

    def _error(self, what):
        return TraceError(self.path, self.line, what)

    def _read_header(self):
        try:
            first = self._file.readline(_LONGEST_HEADER)
        except (EOFError, OSError, zlib.error) as error:
            raise TraceError(self.path, 1, str(error)) from None
        self.line = 1
        if not first:
            raise self._error("the file is empty")
        try:
            self.policies = grammar.parse_header(first.decode("ascii", "replace"))
        except grammar.Malformed as error:
            raise self._error(str(error)) from None
        if not first.endswith(b"\n"):
            self.broken = self._error("the line is cut off")

    def __iter__(self):
        if self.broken:
            return
        parse = grammar.parse_line
        number = self.line
        try:
            for raw in self._file:
                number += 1
                self.line = number
                text = raw.decode("ascii")
                if text[-1] != "\n":
                    raise grammar.Malformed("the line is cut off")
                if text[0] == "#":
                    self._comment(text)
                    continue
                record = parse(text[:-1], number)
                self.last_time = record.time
                yield record
        except grammar.Malformed as error:
            self.broken = self._error(str(error))
        except UnicodeDecodeError:
            self.broken = self._error("the line is not ASCII text")
        except (EOFError, OSError, zlib.error) as error:
            # A gzip file that is cut off or damaged.
            self.line = number + 1
            self.broken = self._error(str(error))

    def _comment(self, text):
        if not text.startswith("#node="):
            return
        node, *words = text[len("#node=") :].split(" ")
        if not node.isdecimal():
            raise grammar.Malformed("'%s' is not a node's number" % node.strip()[:60])
        self.node_policies[int(node)] = grammar.parse_policies(" ".join(words).split())


def _open(path):
    if path == "-":
        return sys.stdin.buffer
    if path.endswith(".gz"):
        return gzip.open(path, "rb")
    return open(path, "rb", buffering=1 << 20)
