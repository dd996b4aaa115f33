#
# SPDX-License-Identifier: GPL-2.0-only
#
"""What a trace holds, in numbers."""

from collections import Counter, defaultdict

from .conversation import LEFT, RIGHT, Survey
from .grammar import STATES, seconds

LISTED = 20


class Summary:
    """Counts over one trace; a few hundred bytes of memory for each connection."""

    def __init__(self, trace, listed=LISTED):
        self._trace = trace
        self._listed = listed
        self._live = {}
        self._last_arrival = {}
        self._survey = Survey()
        self.table = []
        self.begun = Counter()
        self.listeners = set()
        self.ended = Counter()
        self.causes = Counter()
        self.records = Counter()
        self.reasons = Counter()
        self.sent = Counter()
        self.arrived = Counter()
        self.hosts = defaultdict(set)
        self.first = None

    def read(self):
        """Reads the whole trace."""
        for record in self._trace:
            if self.first is None:
                self.first = record.time
            self.records[record.kind] += 1
            self._survey.note(record)
            if record.kind == "T":
                self._transition(record)
            else:
                self._segment(record)
        self._survey.join()
        return self

    def _met(self):
        """{(node, conn): names of the other host's connections in its conversation}."""
        met = {}
        for conversation in self._survey.conversations:
            for side in (LEFT, RIGHT):
                names = ",".join(end.name for end in conversation.sides[1 - side])
                for end in conversation.sides[side]:
                    met[(end.node, end.conn)] = names
        return met

    def _transition(self, record):
        self.causes[(record.from_state, record.to_state, record.cause)] += 1
        key = (record.node, record.conn)
        if record.peer.startswith("*:"):
            self.listeners.add(key)
            return
        self.listeners.discard(key)
        row = self._live.get(key)
        if row is None:
            row = [record.node, record.conn, record.local, record.peer, record.time, None, None]
            self._live[key] = row
            self.begun[record.node] += 1
            if len(self.table) < self._listed:
                self.table.append(row)
        row[5], row[6] = record.to_state, record.time
        if record.to_state in ("CLOSED", "LISTEN"):
            # A half-open connection that returned to LISTEN left nothing behind.
            self.ended[record.to_state] += 1
            del self._live[key]

    def _segment(self, record):
        source = record.local.rpartition(":")[0]
        target = record.peer.rpartition(":")[0]
        self.hosts[source].add(record.node)
        if record.kind == "S":
            self.sent[(source, target)] += 1
            return
        # A segment that is received and then dropped has both lines.
        arrival = (record.time, record.local, record.peer, record.segment)
        if record.kind == "D":
            self.reasons[record.reason] += 1
            if self._last_arrival.get(record.node) == arrival:
                return
        self._last_arrival[record.node] = arrival
        self.arrived[(target, source)] += 1

    def lost(self):
        """{(source, target): segments that were sent and did not arrive}, where both are traced."""
        return {
            way: count - self.arrived[way]
            for way, count in sorted(self.sent.items())
            if way[1] in self.hosts and count > self.arrived[way]
        }

    def lines(self):
        """The summary as text."""
        trace = self._trace
        total = sum(self.records.values())
        lines = ["%s: %d records" % (trace.path, total)]
        if total:
            lines[0] += ", %s s to %s s" % (seconds(self.first), seconds(trace.last_time))
        if trace.policies:
            lines.append("policies: " + _policies(trace.policies))
        for node, policies in sorted(trace.node_policies.items()):
            lines.append("policies of node %d: %s" % (node, _policies(policies)))
        lines += self._connection_lines() + self._cause_lines() + self._segment_lines()
        return lines

    def _connection_lines(self):
        ends = sum(self.begun.values())
        joined = len(self._survey.conversations)
        lines = [
            "",
            "connections (each node counts its own end): %d" % ends,
            "conversations (the ends that met each other): %d" % joined,
        ]
        if self.listeners:
            lines.append("listeners: %d" % len(self.listeners))
        states = Counter(self.ended)
        states.update(row[5] for row in self._live.values())
        if states:
            lines.append("")
            lines.append("  %-14s%9s" % ("state at end", "count"))
            lines += ["  %-14s%9d" % (s, states[s]) for s in STATES if states[s]]
        if self.table:
            lines.append("")
            form = "  %-10s %-22s %-22s %12s  %-12s  %s"
            words = ("node:id", "local", "peer", "last change", "state", "with")
            lines.append((form % words).rstrip())
            met = self._met()
            for node, conn, local, peer, _, state, last in self.table:
                words = ("%d:%d" % (node, conn), local, peer, seconds(last, 6), state,
                         met.get((node, conn), ""))  # fmt: skip
                lines.append((form % words).rstrip())
            if ends > len(self.table):
                lines.append("  ... and %d more" % (ends - len(self.table)))
        return lines

    def _cause_lines(self):
        lines = ["", "transitions: %d" % self.records["T"]]
        if not self.causes:
            return lines
        lines += ["", "  %-13s %-13s %-36s%9s" % ("from", "to", "cause", "count")]
        order = {state: number for number, state in enumerate(STATES)}
        for (left, entered, cause), count in sorted(
            self.causes.items(), key=lambda item: (order[item[0][0]], order[item[0][1]], item[0][2])
        ):
            lines.append("  %-13s %-13s %-36s%9d" % (left, entered, cause, count))
        return lines

    def _segment_lines(self):
        lost = self.lost()
        lines = [
            "",
            "segments: %d sent, %d received, %d dropped by a host, %d lost or under way"
            % (self.records["S"], self.records["R"], self.records["D"], sum(lost.values())),
        ]
        lines += ["  lost from %s to %s: %d" % (*way, count) for way, count in lost.items()]
        lines += ["  dropped, %s: %d" % item for item in sorted(self.reasons.items())]
        return lines


def _policies(policies):
    return " ".join("%s=%s" % item for item in policies.items()) or "none named"
