#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The policies that a trace names: of all hosts, of one host, of one connection."""

from . import grammar


class Policies:
    """Policies as far as read.

    Attributes:
        header      {family: name} of all hosts
        nodes       {node: {family: name}} where a host differs
        conns       {(node, connection): {family: name}} where a connection differs from its host
    """

    def __init__(self):
        self.header = {}
        self.nodes = {}
        self.conns = {}

    def note(self, text):
        """Takes a comment of the ASCII form, "#node=<n> ..." or "#conn=<n>:<id> ..."; ignores
        others.  Raises Malformed."""
        subject, *words = text.split()
        if subject.startswith("#node="):
            node = subject[len("#node=") :]
            if not node.isdecimal():
                raise grammar.Malformed("'%s' is not a node's number" % node[:60])
            self.nodes[int(node)] = grammar.parse_policies(words)
        elif subject.startswith("#conn="):
            node, _, conn = subject[len("#conn=") :].partition(":")
            if not (node.isdecimal() and conn.isdecimal()):
                raise grammar.Malformed("'%s' names no connection" % subject[:60])
            self.conns[int(node), int(conn)] = grammar.parse_policies(words)
