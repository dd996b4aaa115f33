#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Reads a trace of any form as a stream of records."""

import gzip
import sys
import zlib

from . import capture, columns, grammar
from .policies import Policies


_LONGEST_HEADER = 1 << 20  # a file that is no trace may have no line ends
_GZIP = b"\x1f\x8b"
_CAPTURE = b"\x0a\x0d\x0d\x0a"
_COLUMNS = b"time,kind,"


class TraceError(Exception):
    """What is wrong with a trace and where; as text "FILE:LINE: what"."""

    def __init__(self, path, line, what):
        super().__init__("%s:%d: %s" % (path, line, what) if line else "%s: %s" % (path, what))
        self.path = path
        self.line = line
        self.what = what


class Trace:
    """The records of a file, in its order; to be iterated over once.

    The form, ASCII lines, CSV or a capture with comments, is known by the first bytes of the
    file, and so is compression by gzip.  All forms give the same records.

    The header is read at once: TraceError is raised when the file cannot be opened or is no trace
    of a known version.  Iteration never raises: it ends at the first line that is broken or cut
    off, after all records before it, and `broken` is then the TraceError that tells what is wrong.

    Attributes:
        path            name of the file; "-" is standard input
        policies        {family: name} of the header
        node_policies   {node: {family: name}} where a host differs, as far as read
        conn_policies   {(node, connection): {family: name}} where a connection differs from its
                        host, as far as read
        broken          None, or the TraceError at which reading stopped
        line            number of the line read last; of a capture, of the packet
        last_time       time of the record read last, nanoseconds
    """

    def __init__(self, path):
        self.path = path
        self.broken = None
        self.last_time = 0
        self._form = None
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

    @property
    def policies(self):
        """The policies of the header."""
        return self._form.policies.header

    @property
    def node_policies(self):
        """The policies of hosts that differ, as far as read."""
        return self._form.policies.nodes

    @property
    def conn_policies(self):
        """The policies of connections that differ from their hosts, as far as read."""
        return self._form.policies.conns

    @property
    def line(self):
        """The number of the line, or packet, read last."""
        return self._form.line

    def policies_of(self, node):
        """The policies in force at a node, as far as read."""
        return {**self.policies, **self.node_policies.get(node, {})}

    def _error(self, what):
        return TraceError(self.path, self.line, what)

    def _read_header(self):
        try:
            first = self._file.peek(16)
            if first.startswith(_GZIP):
                self._file = _Unzipped(self._file)
                first = self._file.peek(16)
        except (EOFError, OSError, zlib.error) as error:
            raise TraceError(self.path, 1, str(error)) from None
        self._form = _form_of(first)(self._file)
        try:
            self._form.read_header()
        except grammar.Malformed as error:
            raise self._error(str(error)) from None
        except UnicodeDecodeError:
            raise self._error("the line is not ASCII text") from None
        except (EOFError, OSError, zlib.error) as error:
            raise TraceError(self.path, 1, str(error)) from None
        except _CutOff:
            self.broken = self._error("the line is cut off")

    def __iter__(self):
        if self.broken:
            return
        try:
            for record in self._form.records():
                self.last_time = record.time
                yield record
        except grammar.Malformed as error:
            self.broken = self._error(str(error))
        except UnicodeDecodeError:
            self.broken = self._error("the line is not ASCII text")
        except (EOFError, OSError, zlib.error) as error:
            # A gzip file that is cut off or damaged.
            self.broken = TraceError(self.path, self.line + 1, str(error))


class _CutOff(Exception):
    """The header is there, but not its line end."""


class _Lines:
    """The lines of a file of the ASCII form."""

    def __init__(self, file):
        self._file = file
        self.line = 0
        self.policies = Policies()

    def read_header(self):
        """Reads the first line."""
        self.line = 1
        first = self._file.readline(_LONGEST_HEADER)
        if not first:
            raise grammar.Malformed("the file is empty")
        self.policies.header = grammar.parse_header(first.decode("ascii", "replace"))
        if not first.endswith(b"\n"):
            raise _CutOff

    def records(self):
        """Each record, in the order of the file; raises Malformed."""
        parse = grammar.parse_line
        number = self.line
        for raw in self._file:
            number += 1
            self.line = number
            text = raw.decode("ascii")
            if text[-1] != "\n":
                raise grammar.Malformed("the line is cut off")
            if text[0] == "#":
                self.policies.note(text)
                continue
            yield parse(text[:-1], number)


class _Unzipped(gzip.GzipFile):
    """A file, decompressed; it closes the compressed one too."""

    def __init__(self, compressed):
        super().__init__(fileobj=compressed)
        self._compressed = compressed

    def close(self):
        """Closes both."""
        super().close()
        self._compressed.close()


def _form_of(first):
    """What reads a file that begins with these bytes."""
    if first.startswith(_CAPTURE):
        return capture.Capture
    if first.startswith(_COLUMNS):
        return columns.Columns
    return _Lines


def _open(path):
    if path == "-":
        return sys.stdin.buffer
    return open(path, "rb", buffering=1 << 20)
