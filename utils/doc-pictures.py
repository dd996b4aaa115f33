#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Makes those files of doc/ that are drawn from the table of transitions and the golden traces.

usage: utils/doc-pictures.py [FOLDER]

Writes tcp-conn-map.rst, tcp-conn-figures.rst and figures/ into FOLDER (default: doc).  The SVG of
the map needs Graphviz's dot; without it, that file is left as it is, with a message.
"""

import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOL = os.path.join(ROOT, "utils", "tcp-conn-trace")
GOLDEN = os.path.join("test", "golden")

# Number of the figure, trace, title, what happens.
FIGURES = (
    (6, "rfc9293-figure-06", "Three-way handshake",
     "A connects to B, which listens; then A sends 10 bytes, and both close."),
    (7, "rfc9293-figure-07", "Simultaneous open",
     "A and B connect to each other; both SYNs are under way at once.  In the end each ACK of the "
     "other's SYN,ACK is sent by itself, as the crossed SYN,ACK is answered."),
    (8, "rfc9293-figure-08", "An old duplicate SYN is recovered from",
     "A SYN of an earlier connection comes to B before A's own SYN, which is late.  B answers it, "
     "A rejects the answer by a reset, B goes back to LISTEN, and the SYN opens the connection.  "
     "B had two connections in turn; the ladder is one."),
    (9, "rfc9293-figure-09", "A half-open connection is discovered by opening",
     "A has lost its memory of the connection and connects again with the same port.  B answers "
     "the SYN by an ACK, which A rejects by a reset; the SYN that is sent again opens a new "
     "connection."),
    (10, "rfc9293-figure-10", "A half-open connection is discovered by the other side",
     "A has lost its memory of the connection; B sends 10 bytes, and the reset that A answers with "
     "ends the connection."),
    (11, "rfc9293-figure-11", "An old duplicate SYN, and two listeners",
     "A and B listen.  An old SYN comes to B; A rejects the answer by a reset, and B listens "
     "again."),
    (12, "rfc9293-figure-12", "Normal close",
     "A closes, then B; A waits for 2 MSL."),
    (13, "rfc9293-figure-13", "Simultaneous close",
     "Both close before either FIN has arrived."),
)  # fmt: skip

# Pictures that the pages show: name of the file, trace, options.
LADDERS = (
    ("ladder-figure-08", "rfc9293-figure-08", ("--absolute",)),
    ("ladder-figure-09", "rfc9293-figure-09", ("--absolute",)),
    ("ladder-lost-syn-ack", "lost-syn-ack", ()),
)

MAP_HEAD = """\
.. Made by utils/doc-pictures.py from the table of transitions; do not edit.

Map of the TCP machine
----------------------

The states of a connection and what moves it between them, drawn from the table of transitions that the
machine obeys. ``tcp-conn-trace map`` draws it in other forms too, and shows which rows some traces took
(see :doc:`tcp-conn-traces`).

.. figure:: figures/tcp-conn-map.svg
   :align: center

   States and moves of RFC 9293: cause (``event/condition``) in blue, action in grey. What ends a
   connection early stands in the notes. In the SVG, the clause of each row shows under the mouse.

States and events
*****************

What a state does with an event: the next state where it changes (bold), else the action; ``--``:
nothing. Conditions are tried from the top, and the line without one is for all other cases.

"""

FIGURES_HEAD = """\
.. Made by utils/doc-pictures.py from the golden traces; do not edit.

Figures of RFC 9293, run
------------------------

The figures of RFC 9293 sections 3.5 and 3.6, each of them the trace of a run in the test suite
``tcp-conn-golden``, drawn by ``tcp-conn-trace ladder --style rfc --absolute``. Sequence numbers are
those of the RFC. Each run goes on to the end of its connection, and the first lines of some open the
connection that the figure presumes. A line that begins or ends in ``...`` is a segment still under way,
which arrives at a later line; ``(close)`` and the like are causes that no segment carries.

"""


def tool(*arguments):
    """The output of tcp-conn-trace."""
    command = [sys.executable, "-B", TOOL, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        sys.exit("doc-pictures: %s: %s" % (" ".join(arguments), done.stderr.strip()))
    return done.stdout


def figures_page():
    """The page of the RFC's figures."""
    parts = [FIGURES_HEAD]
    for number, trace, title, words in FIGURES:
        head = "Figure %d: %s" % (number, title)
        path = GOLDEN + "/" + trace + ".tr"
        text = tool("ladder", path, "--style", "rfc", "--absolute")
        lines = ["   " + line if line else "" for line in text.rstrip("\n").split("\n")]
        parts.append("%s\n%s\n\n%s\n\nTrace: ``%s``.\n\n::\n\n%s\n\n" % (
            head, "*" * len(head), " ".join(words.split()), path, "\n".join(lines)))  # fmt: skip
        for name, drawn, _ in LADDERS:
            if drawn == trace:
                parts.append(".. image:: figures/%s.svg\n   :align: center\n\n" % name)
    return "".join(parts).rstrip("\n") + "\n"


def files():
    """Yields (name, text) of all files, but the SVG of the map where there is no dot."""
    yield "tcp-conn-map.rst", MAP_HEAD + tool("map", "--rst", "--policies")
    yield "tcp-conn-figures.rst", figures_page()
    yield "figures/tcp-conn-map.dot", tool("map", "--dot")
    yield "figures/tcp-conn-map.mmd", tool("map", "--mermaid")
    if shutil.which("dot"):
        yield "figures/tcp-conn-map.svg", tool("map", "--svg")
    else:
        print("doc-pictures: there is no dot (Graphviz) to draw the map with", file=sys.stderr)
    for name, trace, options in LADDERS:
        path = GOLDEN + "/" + trace + ".tr"
        yield "figures/%s.svg" % name, tool("ladder", path, "--svg", *options)


def main(arguments):
    """Writes the files."""
    if len(arguments) > 1 or arguments[:1] == ["--help"]:
        sys.exit(__doc__)
    folder = arguments[0] if arguments else os.path.join(ROOT, "doc")
    os.makedirs(os.path.join(folder, "figures"), exist_ok=True)
    for name, text in files():
        path = os.path.join(folder, name)
        with tempfile.NamedTemporaryFile(
            "w", dir=os.path.dirname(path), delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)


if __name__ == "__main__":
    main(sys.argv[1:])
