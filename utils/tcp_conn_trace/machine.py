#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The table of transitions as a map: which rows move where, and how often they were taken."""

from collections import Counter, namedtuple

from .checker import plain_policy
from .grammar import STATES
from .support import CommandError

# policy: "" for a row of RFC 9293.
Row = namedtuple("Row", "from_state event guard to_state action clause policy")

# Rows of RFC 9293 figure 5 that lead to CLOSED; by all others a connection ends early.
_ORDINARY_ENDS = {
    ("LISTEN", "close"),
    ("SYN-SENT", "close"),
    ("LAST-ACK", "ack"),
    ("TIME-WAIT", "time-wait-timeout"),
}

_SEGMENT_EVENTS = ("sequence", "rst", "syn", "ack", "urg", "text", "fin")
_CALLS = ("passive-open", "active-open", "send", "receive", "close", "abort", "status")


def cause_of(row):
    """The cause as a trace has it."""
    return "%s/%s" % (row.event, row.guard) if row.guard else row.event


def is_move(row):
    """Whether a row changes the state."""
    return row.from_state != row.to_state


def is_early_end(row):
    """Whether a connection ends by this row otherwise than in figure 5."""
    return row.to_state == "CLOSED" and (row.from_state, row.event) not in _ORDINARY_ENDS


class Machine:
    """The rows of the table: those of RFC 9293, and of policies those named, or "all"."""

    def __init__(self, rules, policies=()):
        rows = [
            Row(row["from"], row["event"], row.get("guard") or "", row["to"],
                row.get("action") or "", row.get("clause") or "",
                plain_policy(row.get("policy") or ""))
            for row in rules.rows
        ]  # fmt: skip
        self.rows = [
            row for row in rows if not row.policy or policies == "all" or row.policy in policies
        ]
        self.events = list(dict.fromkeys(row.event for row in rows))

    def groups(self):
        """[(title, events)]: the events by what they come from."""
        named = _SEGMENT_EVENTS + _CALLS
        timeouts = [event for event in self.events if event.endswith("-timeout")]
        others = [event for event in self.events if event not in named and event not in timeouts]
        calls = [event for event in _CALLS if event in self.events]
        segments = [event for event in _SEGMENT_EVENTS if event in self.events]
        titles = ("Calls of the user", "Arriving segments", "Timeouts", "Other events")
        return [(title, found) for title, found in zip(titles, (calls, segments, timeouts, others))
                if found]  # fmt: skip

    def moves(self):
        """The rows that change the state, in the order of states."""
        order = {state: number for number, state in enumerate(STATES)}
        return sorted(filter(is_move, self.rows), key=lambda row: order[row.from_state])


class Coverage:
    """How often each row was taken in some traces.

    Lines T tell of rows that change the state.  Of the others, lines D tell, whose reason is the
    cause of the row by which a segment was dropped.

    Attributes: transitions: Counter of (from, cause, to); drops: Counter of (state, cause);
    policies: names of those that were in force; traces: how many were read.
    """

    def __init__(self):
        self.transitions = Counter()
        self.drops = Counter()
        self.policies = set()
        self.traces = 0

    def read(self, trace):
        """Counts one trace."""
        self.traces += 1
        states, listeners = {}, set()
        self.policies.update(map(plain_policy, trace.policies.values()))
        for record in trace:
            key = (record.node, record.conn)
            port = (record.node, record.local.rpartition(":")[2])
            if record.kind == "T":
                self.transitions[(record.from_state, record.cause, record.to_state)] += 1
                states[key] = record.to_state
                if record.peer.startswith("*:"):
                    (listeners.add if record.to_state == "LISTEN" else listeners.discard)(port)
            elif record.kind == "D":
                state = states.get(key) if record.conn else None
                state = state or ("LISTEN" if port in listeners else "CLOSED")
                self.drops[(state, record.reason)] += 1
        for own in [*trace.node_policies.values(), *trace.conn_policies.values()]:
            self.policies.update(map(plain_policy, own.values()))

    def count(self, row):
        """How often a row was taken.  Rows of different policies that do the same count alike."""
        if is_move(row):
            return self.transitions[(row.from_state, cause_of(row), row.to_state)]
        return self.drops[(row.from_state, cause_of(row))]

    def visits(self, state):
        """How often a state was entered."""
        return sum(count for (_, _, to), count in self.transitions.items() if to == state)

    def lines(self, machine):
        """The coverage as text: rows taken with their counts, then those never taken."""
        moves = machine.moves()
        taken = [row for row in moves if self.count(row)]
        never = [row for row in moves if not self.count(row)]
        others = [row for row in machine.rows if not is_move(row)]
        seen = sum(1 for row in others if self.count(row))
        lines = [
            "%d of %d rows that change the state were taken, in %d traces"
            % (len(taken), len(moves), self.traces),
            "%d of %d rows that do not were seen (only those that drop a segment can be)"
            % (seen, len(others)),
        ]
        form = "  %-13s %-13s %-34s%10s  %s"
        for title, rows in (("taken", taken), ("never taken", never)):
            if not rows:
                continue
            lines += ["", title + ":", form % ("from", "to", "cause", "count", "policy")]
            for row in rows:
                words = (row.from_state, row.to_state, cause_of(row), self.count(row), row.policy)
                lines.append((form % words).rstrip())
        return lines


class Counts:
    """How often each row was taken, as hosts counted: lines of state, cause, state, policy, number.

    Attributes: taken: Counter of (from, cause, to, policy); policies: as Coverage has them;
    traces: how many files were read.
    """

    def __init__(self):
        self.taken = Counter()
        self.policies = set()
        self.traces = 0

    def read(self, path):
        """Counts what is in one file."""
        self.traces += 1
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                words = line.split()
                if len(words) != 5 or not words[4].isdigit():
                    raise CommandError("%s, line %d: not a count of a row" % (path, number))
                policy = "" if words[3] == "-" else plain_policy(words[3])
                self.taken[(words[0], words[1], words[2], policy)] += int(words[4])
                self.policies.update({policy} - {""})

    def count(self, row):
        """How often a row was taken."""
        return self.taken[(row.from_state, cause_of(row), row.to_state, row.policy)]

    def visits(self, state):
        """How often a state was entered."""
        return sum(n for (source, _, to, _), n in self.taken.items() if to == state != source)

    def lines(self, machine):
        """The counts as text: how many rows were taken, then those never taken."""
        never = [row for row in machine.rows if not self.count(row)]
        lines = ["%d of %d rows were taken" % (len(machine.rows) - len(never), len(machine.rows))]
        form = "  %-13s %-13s %-34s %s"
        if never:
            lines += ["", "never taken:", form % ("from", "to", "cause", "policy")]
        for row in never:
            words = (row.from_state, row.to_state, cause_of(row), row.policy)
            lines.append((form % words).rstrip())
        return lines
