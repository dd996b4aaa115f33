#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Is every transition of a trace a legal row of the table, and do its lines join up?

The rules are exported from the module's own table (tcp-conn-table-export --json) as a list of
{"from", "event", "guard", "to", "clause", "policy"}; guard "" (or null): no condition; policy null:
a row of RFC 9293 itself.
"""

import json
import os
import zlib
from array import array
from collections import defaultdict

from .grammar import STATES, seconds

DEFAULT_RULES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rules.json")

_NEVER = -1


class RulesError(Exception):
    """The rules cannot be used; the text says why."""


def plain_policy(name):
    """The name of a policy without its namespace."""
    return name[len("ns3::") :] if name.startswith("ns3::") else name


class Rules:
    """The table: for the policies in force, where a cause leads from a state."""

    def __init__(self, rows):
        """rows: the list of dictionaries that the table exports."""
        self.rows = rows
        self._rows = [self._row(row, number) for number, row in enumerate(rows, 1)]
        self._tables = {}

    @classmethod
    def load(cls, path):
        """The rules in a JSON file; raises RulesError."""
        try:
            with open(path, encoding="utf-8") as file:
                rows = json.load(file)
        except OSError as error:
            raise RulesError("%s: %s" % (path, error.strerror)) from None
        except ValueError as error:
            raise RulesError("%s: not JSON: %s" % (path, error)) from None
        try:
            if not isinstance(rows, list) or not rows:
                raise RulesError("not a list of rows")
            return cls(rows)
        except RulesError as error:
            raise RulesError("%s: %s" % (path, error)) from None

    @staticmethod
    def _row(row, number):
        try:
            result = (row["from"], row["event"], row.get("guard") or "", row["to"],
                      plain_policy(row.get("policy") or ""))  # fmt: skip
        except (TypeError, KeyError, AttributeError):
            raise RulesError("row %d lacks one of from, event, to" % number) from None
        for state in (result[0], result[3]):
            if state not in STATES:
                raise RulesError("row %d: '%s' is not a state" % (number, state))
        return result

    def table(self, policies):
        """{(from, cause): set of to} where the policies of these names are in force."""
        names = frozenset(plain_policy(name) for name in policies)
        if names not in self._tables:
            self._tables[names] = self._build(names)
        return self._tables[names]

    def _build(self, names):
        # A policy's row without a condition stands for the whole cell: RFC 9293's rows are gone.
        replaced = {
            (from_state, event)
            for from_state, event, guard, _, policy in self._rows
            if policy in names and not guard
        }
        table = {}
        for from_state, event, guard, to_state, policy in self._rows:
            if policy not in names and (policy or (from_state, event) in replaced):
                continue
            cause = "%s/%s" % (event, guard) if guard else event
            table.setdefault((from_state, cause), set()).add(to_state)
        return table

    def policy_of(self, from_state, cause, to_state):
        """The policies whose row this is, when it is one."""
        return sorted(
            {
                policy
                for row_from, event, guard, row_to, policy in self._rows
                if policy
                and (row_from, row_to) == (from_state, to_state)
                and ("%s/%s" % (event, guard) if guard else event) == cause
            }
        )


class _Ended:
    """What is remembered of connections that ended: 12 bytes each, as ids count from 1."""

    _SPARSE = 1 << 20

    def __init__(self):
        self._names = array("I")
        self._times = array("q")
        self._rare = {}

    @staticmethod
    def _name(local, peer):
        return zlib.crc32((local + " " + peer).encode()) & 0xFFFFFFFF

    def put(self, conn, life):
        """Connection conn ended."""
        # The lowest bit of the name tells where it ended.
        name = self._name(life.local, life.peer) & ~1 | (life.state == "LISTEN")
        if conn >= len(self._times) + self._SPARSE:
            self._rare[conn] = (name, life.since)
            return
        missing = conn + 1 - len(self._times)
        if missing > 0:
            self._names.extend([0] * missing)
            self._times.extend([_NEVER] * missing)
        self._names[conn] = name
        self._times[conn] = life.since

    def time(self, conn):
        """When connection conn ended; _NEVER if it did not."""
        if conn < len(self._times):
            return self._times[conn]
        return self._rare.get(conn, (0, _NEVER))[1]

    def is_same(self, conn, local, peer):
        """Whether the connection that ended as conn had these ends."""
        return self._get(conn) & ~1 == self._name(local, peer) & ~1

    def state(self, conn):
        """The state in which connection conn ended."""
        return "LISTEN" if self._get(conn) & 1 else "CLOSED"

    def _get(self, conn):
        return self._names[conn] if conn < len(self._names) else self._rare[conn][0]


class _Life:
    """A connection that has not ended."""

    __slots__ = ("state", "since", "local", "peer")

    def __init__(self, record):
        self.local = record.local
        self.peer = record.peer


def _unspecified(end):
    return end.startswith("*:") or end.endswith(":0")


def _fits(known, seen):
    """Whether seen may be the end that was known before: what was open can become definite."""
    if known == seen:
        return True
    known_address, _, known_port = known.rpartition(":")
    address, _, port = seen.rpartition(":")
    return known_address in ("*", address) and known_port in ("0", port)


class Checker:
    """Checks the records of one trace, in order.

    Attributes: transitions, segments, connections: how many were seen.
    """

    def __init__(self, trace, rules):
        self._trace = trace
        self._rules = rules
        self._lives = {}
        self._ended = defaultdict(_Ended)
        self._tables = {}
        self._last_time = 0
        self.transitions = 0
        self.segments = 0
        self.connections = 0

    def errors(self):
        """Yields (line, what is wrong) for all that is illegal in the trace."""
        for record in self._trace:
            if record.time < self._last_time:
                yield record.line, "time goes back from %s" % seconds(self._last_time)
            self._last_time = record.time
            if record.kind == "T":
                self.transitions += 1
                wrong = self._transition(record)
            else:
                self.segments += 1
                wrong = self._segment(record)
            for what in wrong:
                yield record.line, what

    def _table(self, node, conn):
        policies = self._trace.conn_policies.get((node, conn))
        if policies:
            return self._rules.table({**self._trace.policies_of(node), **policies}.values())
        own = self._trace.node_policies.get(node)
        known, table = self._tables.get(node, (None, None))
        if table is None or known is not own:
            table = self._rules.table(self._trace.policies_of(node).values())
            self._tables[node] = (own, table)
        return table

    def _transition(self, record):
        wrong = []
        if record.conn == 0:
            return ["a transition has the id of a connection, not 0"]
        self._row(record, wrong)
        key = (record.node, record.conn)
        life = self._lives.get(key)
        if life is None:
            life = self._begin(record, wrong)
            self._lives[key] = life
        else:
            self._join(record, life, wrong)
        life.state = record.to_state
        life.since = record.time
        life.local = record.local
        life.peer = record.peer
        if life.state == "CLOSED" or (life.state == "LISTEN" and not _unspecified(life.peer)):
            del self._lives[key]
            self._trace.conn_policies.pop(key, None)
            self._ended[record.node].put(record.conn, life)
        return wrong

    def _row(self, record, wrong):
        table = self._table(record.node, record.conn)
        to_states = table.get((record.from_state, record.cause))
        if to_states and record.to_state in to_states:
            return
        policies = self._rules.policy_of(record.from_state, record.cause, record.to_state)
        move = "%s -> %s by %s" % (record.from_state, record.to_state, record.cause)
        if policies:
            wrong.append("%s is a row of %s, which is not in force" % (move, " or ".join(policies)))
        elif to_states:
            wrong.append("%s: the table leads to %s" % (move, " or ".join(sorted(to_states))))
        else:
            wrong.append("%s is no row of the table" % move)

    def _begin(self, record, wrong):
        """The first line of a connection, or the first after its end."""
        life = _Life(record)
        ended = self._ended.get(record.node)
        end = ended.time(record.conn) if ended else _NEVER
        if end == _NEVER:
            self.connections += 1
            if record.from_state not in ("CLOSED", "LISTEN"):
                wrong.append("connection %d:%d begins in %s, not in CLOSED or LISTEN"
                             % (record.node, record.conn, record.from_state))  # fmt: skip
            if record.in_state > record.time:
                wrong.append("in= is more than the time since the beginning")
            return life
        if not ended.is_same(record.conn, record.local, record.peer):
            wrong.append("id %d of node %d was that of another connection, which ended at %s"
                         % (record.conn, record.node, seconds(end)))  # fmt: skip
        elif record.from_state != ended.state(record.conn):
            wrong.append("connection %d:%d ended at %s and was not opened again"
                         % (record.node, record.conn, seconds(end)))  # fmt: skip
        return life

    @staticmethod
    def _join(record, life, wrong):
        """A later line: does it go on where the one before left off?"""
        if not (_fits(life.local, record.local) and _fits(life.peer, record.peer)):
            wrong.append("id %d of node %d belongs to %s %s"
                         % (record.conn, record.node, life.local, life.peer))  # fmt: skip
            return
        if record.from_state != life.state:
            wrong.append("leaves %s, but connection %d:%d was in %s"
                         % (record.from_state, record.node, record.conn, life.state))  # fmt: skip
        if record.in_state != record.time - life.since:
            wrong.append("in=%s, but %s was entered %s before"
                         % (seconds(record.in_state), life.state,
                            seconds(max(0, record.time - life.since))))  # fmt: skip

    def _segment(self, record):
        if record.conn == 0:
            return ()
        life = self._lives.get((record.node, record.conn))
        if life:
            if _fits(life.local, record.local) and _fits(life.peer, record.peer):
                return ()
            return ["id %d of node %d belongs to %s %s"
                    % (record.conn, record.node, life.local, life.peer)]  # fmt: skip
        ended = self._ended.get(record.node)
        end = ended.time(record.conn) if ended else _NEVER
        # What a connection sends as its last act may stand behind the line that ends it.
        if end == _NEVER or end == record.time:
            return ()
        return ["a segment of connection %d:%d, which ended at %s"
                % (record.node, record.conn, seconds(end))]  # fmt: skip
