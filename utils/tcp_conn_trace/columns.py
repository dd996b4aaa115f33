#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Reads a trace in the form of comma-separated values."""

from . import grammar
from .policies import Policies

COLUMNS = (
    "time,kind,node,conn,local,peer,from,to,cause,in_state,flags,seq,ack,len,win,options,note"
)


class Columns:
    """The rows of a file; the first one, which names the columns, is line 1."""

    def __init__(self, file):
        self._file = file
        self._first = None
        self.line = 0
        self.policies = Policies()

    def read_header(self):
        """Reads the names of the columns and the policies that follow."""
        self.line = 1
        names = _text(self._file.readline())
        if names != COLUMNS:
            raise grammar.Malformed("the columns are not those of a trace: %s" % COLUMNS)
        self._first = self._next()
        if self._first and self._first[1] == "P" and not self._first[2]:
            self.policies.header = grammar.parse_policies(self._first[16].split())
            self._first = self._next()

    def _next(self):
        """The fields of the next row; None at the end."""
        raw = self._file.readline()
        if not raw:
            return None
        self.line += 1
        fields = _text(raw).split(",")
        if len(fields) != 17:
            raise grammar.Malformed("there are %d columns, not 17" % len(fields))
        return fields

    def records(self):
        """Each record, in the order of the file; raises Malformed."""
        fields = self._first
        while fields:
            if fields[1] == "P":
                self._note_policies(fields)
            else:
                yield grammar.parse_line(_line_of(fields), self.line)
            fields = self._next()

    def _note_policies(self, fields):
        node, conn, words = fields[2], fields[3], fields[16]
        subject = "#conn=%s:%s" % (node, conn) if conn else "#node=%s" % node
        self.policies.note("%s %s" % (subject, words))


def _text(raw):
    text = raw.decode("ascii")
    if not text.endswith("\n"):
        raise grammar.Malformed("the line is cut off")
    return text.rstrip("\r\n")


def _line_of(fields):
    """The line of the ASCII form that says the same."""
    (time, kind, node, conn, local, peer, left, entered, cause, in_state,
     flags, seq, ack, length, win, options, note) = fields  # fmt: skip
    ends = " ".join((kind, time, node, conn, local, peer))
    numbers = "%s seq=%s ack=%s len=%s" % (flags.replace("+", ","), seq, ack, length)
    if kind == "T":
        line = "%s %s %s %s in=%s" % (ends, left, entered, cause, in_state)
        return line + " seg=" + numbers if flags else line
    line = "%s %s win=%s" % (ends, numbers, win)
    if options:
        line += " " + options.replace("+", ",")
    return line + " reason=" + note if kind == "D" else line
