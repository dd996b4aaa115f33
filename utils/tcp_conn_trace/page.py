#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The ladders as one page of HTML that needs nothing else: see the folder web/."""

import json
import os
from xml.sax.saxutils import escape

from .grammar import FLAGS
from .picture import DERIVED
from .svg import AGAIN, COLOURS, INK, TIMER_COLOURS

_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "web")
_SCRIPTS = ("scale.js", "draw.js", "page.js")


def _read(name):
    with open(os.path.join(_FOLDER, name), encoding="ascii") as file:
        return file.read()


def page_of(pictures, title="TCP connections"):
    """The text of the page."""
    data = {
        "pictures": pictures,
        "flags": FLAGS,
        "colours": COLOURS,
        "timerColours": TIMER_COLOURS,
        "ink": INK,
        "again": AGAIN,
    }
    values = {
        "TITLE": escape(title),
        "STYLE": _read("page.css"),
        "DERIVED": escape(DERIVED),
        # What would end the element cannot stand in it.
        "DATA": json.dumps(data, separators=(",", ":")).replace("<", "\\u003c"),
        "SCRIPT": "\n".join(_read(name) for name in _SCRIPTS),
    }
    text = _read("page.html")
    parts = text.split("@")
    return "".join(values.get(part, part) if i % 2 else part for i, part in enumerate(parts))
