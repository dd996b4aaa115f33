#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The map of the machine as a graph for Graphviz, as reStructuredText, and as Mermaid."""

import math
from collections import defaultdict
from xml.sax.saxutils import escape

from .grammar import STATES
from .machine import cause_of, is_early_end, is_move
from .svg import COLOURS

_DARK = ("ESTABLISHED", "LAST-ACK", "TIME-WAIT")  # states whose colour needs white letters
_TAKEN, _NEVER, _PLAIN, _POLICY = "#1b7837", "#c62828", "#1d3d5c", "#6a3d9a"

_RANKS = (
    ("CLOSED",),
    ("LISTEN",),
    ("SYN-RECEIVED", "SYN-SENT"),
    ("ESTABLISHED",),
    ("FIN-WAIT-1", "CLOSE-WAIT"),
    ("FIN-WAIT-2", "CLOSING", "LAST-ACK"),
    ("TIME-WAIT",),
)


def _edges(machine):
    """{(from, to): rows} of the moves, and {from: rows} of those that end a connection early."""
    edges, ends = defaultdict(list), defaultdict(list)
    for row in machine.moves():
        if is_early_end(row):
            ends[row.from_state].append(row)
        else:
            edges[(row.from_state, row.to_state)].append(row)
    return edges, ends


def _ink(row, coverage):
    if coverage:
        return _TAKEN if coverage.count(row) else _NEVER
    return _POLICY if row.policy else _PLAIN


def _count(row, coverage):
    return " &#215;%d" % coverage.count(row) if coverage and coverage.count(row) else ""


def _lines(rows, coverage):
    """A line for each row, in its colour; what it does stands below it."""
    words = []
    for row in rows:
        text = '<font color="%s">&#160;%s%s</font>' % (
            _ink(row, coverage), escape(cause_of(row)), _count(row, coverage))  # fmt: skip
        if row.action and not is_early_end(row):
            text += '<br align="left"/><font color="#777777" point-size="8">   %s%s</font>' % (
                escape(row.action), escape(" (%s)" % row.policy if row.policy else ""))  # fmt: skip
        elif row.policy:
            text += '<font color="#777777" point-size="8"> %s</font>' % escape(row.policy)
        words.append(text + '<br align="left"/>')
    return "<%s>" % "".join(words)


def _tip(rows):
    return "&#10;".join(
        "%s: %s, %s%s" % (cause_of(row), row.action, row.clause,
                          ", " + row.policy if row.policy else "")
        for row in rows
    ).replace('"', "'")  # fmt: skip


def _width(total):
    return "%.1f" % (1 + math.log10(total) if total else 1)


def dot_of(machine, coverage=None):
    """The map as dot reads it."""
    edges, ends = _edges(machine)
    lines = [
        "digraph tcp {",
        '  graph [rankdir=TB, nodesep=0.35, ranksep=0.45, fontname="Helvetica", '
        'tooltip="states of TCP"];',
        '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=13, '
        'margin="0.15,0.08"];',
        '  edge [fontname="Helvetica", fontsize=9, arrowsize=0.7];',
    ]
    for state in STATES:
        lines.append("  %s" % _node('"%s"' % state, state, coverage))
    # The end stands at the bottom, as in RFC 9293 figure 5.
    lines.append("  %s" % _node('"end"', "CLOSED", coverage))
    for rank in _RANKS:
        lines.append("  {rank=same; %s;}" % "; ".join('"%s"' % state for state in rank))
    for (from_state, to_state), rows in edges.items():
        at_bottom = to_state == "CLOSED" and from_state in ("LAST-ACK", "TIME-WAIT")
        lines.append("  " + _edge(from_state, "end" if at_bottom else to_state, rows, coverage))
    for state, rows in ends.items():
        total = sum(coverage.count(row) for row in rows) if coverage else 0
        ink = (_TAKEN if total else _NEVER) if coverage else "#999999"
        lines.append(
            '  "end of %s" [shape=note, style="filled", fillcolor="#f7f7f7", color="%s", '
            'fontsize=9, margin="0.08,0.04", tooltip="%s", label=%s];'
            % (state, ink, _tip(rows),
               '<<b>to CLOSED by</b><br align="left"/>' + _lines(rows, coverage)[1:])
        )  # fmt: skip
        lines.append(
            '  "%s" -> "end of %s" [style=dashed, color="%s", penwidth=%s, tooltip="%s to CLOSED"];'
            % (state, state, ink, _width(total), state)
        )
    return "\n".join(lines + ["}"]) + "\n"


def _node(name, state, coverage):
    label = state
    if coverage and name != '"CLOSED"':
        label += "\\n%d times" % coverage.visits(state)
    ink = "#ffffff" if state in _DARK else "#222222"
    return '%s [label="%s", fillcolor="%s", fontcolor="%s", tooltip="%s"];' % (
        name, label, COLOURS[state], ink, state)  # fmt: skip


def _edge(from_state, to, rows, coverage):
    total = sum(coverage.count(row) for row in rows) if coverage else 0
    ink = _PLAIN
    if coverage:
        ink = _TAKEN if total else _NEVER
    elif all(row.policy for row in rows):
        ink = _POLICY
    style = "dashed" if coverage and not total else "solid"
    return '"%s" -> "%s" [color="%s", style=%s, penwidth=%s, tooltip="%s", label=%s];' % (
        from_state, to, ink, style, _width(total), _tip(rows), _lines(rows, coverage))  # fmt: skip


def mermaid_of(machine, coverage=None):
    """The map as Mermaid.  Rows that end a connection early are in a note beside each state."""
    edges, ends = _edges(machine)
    lines = ["stateDiagram-v2", "    direction TB"]
    for state in STATES:
        lines.append('    state "%s" as %s' % (state, _mermaid_name(state)))
    lines.append("    [*] --> CLOSED")
    for (from_state, to_state), rows in edges.items():
        words = []
        for row in rows:
            count = coverage.count(row) if coverage else None
            words.append(cause_of(row) + ("" if count is None else " x%d" % count))
        lines.append("    %s --> %s : %s" % (
            _mermaid_name(from_state), _mermaid_name(to_state), ", ".join(words)))  # fmt: skip
    for state, rows in ends.items():
        lines.append("    note right of %s" % _mermaid_name(state))
        events = list(dict.fromkeys(row.event for row in rows))
        lines.append("        to CLOSED by " + ", ".join(events))
        lines.append("    end note")
    if coverage:
        lines.append("    classDef never stroke:%s,stroke-dasharray:4" % _NEVER)
        never = [_mermaid_name(state) for state in STATES if not coverage.visits(state)]
        if never:
            lines.append("    class %s never" % ",".join(never))
    return "\n".join(lines) + "\n"


def _mermaid_name(state):
    return state.replace("-", "_")


def rst_of(machine, coverage=None):
    """Tables of all states and events, of the moves with their clauses, and of policies' rows."""
    lines = []
    cells = defaultdict(list)
    for row in machine.rows:
        if not row.policy:
            cells[(row.from_state, row.event)].append(row)
    for title, events in machine.groups():
        table = [["State", *("``%s``" % event for event in events)]]
        for state in STATES:
            table.append([state, *(_cell(cells[(state, event)]) for event in events)])
        lines += _list_table(title, table) + [""]
    count = ["Taken"] if coverage else []
    for title, rows, last in (
        ("Rows that change the state", [r for r in machine.moves() if not r.policy], "clause"),
        ("Rows that policies add", [r for r in machine.rows if r.policy], "policy"),
    ):
        if not rows:
            continue
        head = ["State", "Event", "Condition", "Next state", "Action", last.capitalize(), *count]
        table = [head]
        for row in rows:
            table.append([
                row.from_state, "``%s``" % row.event, "``%s``" % row.guard if row.guard else "",
                row.to_state, "``%s``" % row.action,
                "``%s``" % row.policy if last == "policy" else row.clause,
                *([str(coverage.count(row))] if coverage else []),
            ])  # fmt: skip
        lines += _list_table(title, table) + [""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _cell(rows):
    """What a state does with an event: a line for each row, moves in bold."""
    words = []
    for row in rows:
        text = "``%s``" % row.action if row.action != "nothing" else "--"
        if is_move(row):
            text = "**%s**" % row.to_state
        words.append("| " + ("``%s``: " % row.guard if row.guard else "") + text)
    return words or ["| --"]


def _list_table(title, table):
    lines = [".. list-table:: " + title, "   :header-rows: 1", ""]
    for row in table:
        for number, cell in enumerate(row):
            cell = cell if isinstance(cell, list) else [cell]
            lines.append(("   * - " if number == 0 else "     - ") + cell[0])
            lines += ["       " + more for more in cell[1:]]
    return [line.rstrip() for line in lines]
