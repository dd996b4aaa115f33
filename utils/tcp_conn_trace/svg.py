#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Draws ladders as SVG: one conversation, or several side by side along one time axis."""

import math
from xml.sax.saxutils import escape

from .conversation import LEFT, RIGHT
from .grammar import STATES, seconds
from .picture import OTHER, RETRANSMISSION, TIME_WAIT
from .scale import ROW, Scale

# Fill of a state's bar; told apart by those who do not see red or green, and by their lightness.
COLOURS = {
    "CLOSED": "#e4e4e4",
    "LISTEN": "#b9c4cc",
    "SYN-SENT": "#ffd27f",
    "SYN-RECEIVED": "#f0a030",
    "ESTABLISHED": "#2a9d6f",
    "FIN-WAIT-1": "#9ecae1",
    "FIN-WAIT-2": "#5a9fd4",
    "CLOSE-WAIT": "#c9a6dc",
    "CLOSING": "#d77fae",
    "LAST-ACK": "#8e63b5",
    "TIME-WAIT": "#8c6d46",
}
TIMER_COLOURS = {RETRANSMISSION: "#d1495b", TIME_WAIT: "#8c6d46", OTHER: "#333333"}
INK = {"arrived": "#1d3d5c", "lost": "#c62828", "dropped": "#c62828", "under way": "#777777"}
AGAIN = "#c2620a"

TIME = 84  # width of the time axis
NAMES, BAR, TIMERS, MIDDLE = 92, 9, 7, 320
COLUMN = 2 * (NAMES + BAR + TIMERS) + MIDDLE
GAP = 24
HEAD = 76
FOOT = 54
_LONGEST_LABEL = 50  # letters

_STYLE = """\
text{font:11px sans-serif;fill:#222}
.head{font-weight:bold;font-size:12px}
.small{font-size:10px;fill:#555}
.time{font-size:10px;fill:#555;text-anchor:end}
.grid{stroke:#eee}
.line{stroke:#888}
.flight{fill:none;stroke-width:1.3}
.timer{stroke-width:1}
"""


def _number(value):
    text = "%.1f" % value
    return text[:-2] if text.endswith(".0") else text


def _tag(name, attributes, inside=None):
    words = "".join(
        ' %s="%s"' % (key.rstrip("_").replace("_", "-"),
                      _number(value) if isinstance(value, (int, float)) else escape(value))
        for key, value in attributes.items()
    )  # fmt: skip
    if inside is None:
        return "<%s%s/>" % (name, words)
    return "<%s%s>%s</%s>" % (name, words, inside, name)


def _line(x1, y1, x2, y2, **more):
    return _tag("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, **more})


def _text(x, y, text, **more):
    return _tag("text", {"x": x, "y": y, **more}, escape(text))


def _title(text):
    return _tag("title", {}, escape(text))


class Svg:
    """An SVG of some pictures.  linear: seconds for each pixel; None: silence is compressed."""

    def __init__(self, pictures, linear=None, title="TCP connections"):
        self._pictures = pictures
        self._scale = Scale(pictures, linear)
        self._title = title

    def lines(self):
        """The lines of the file."""
        width = TIME + len(self._pictures) * (COLUMN + GAP)
        height = HEAD + self._scale.height + 2 * ROW + FOOT
        result = [
            '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">'
            % (width, height, width, height),
            _title(self._title),
            "<style>\n%s</style>" % _STYLE,
            _tag("rect", {"width": width, "height": height, "fill": "#fff"}),
        ]
        result += self._axis([
            TIME + number * (COLUMN + GAP) + NAMES + BAR + TIMERS
            for number in range(len(self._pictures))
        ])  # fmt: skip
        for number, picture in enumerate(self._pictures):
            left = TIME + number * (COLUMN + GAP)
            result += _Column(picture, self._scale, self._scale.places[number], left).lines()
        result += self._legend(height - FOOT + 14)
        return result + ["</svg>"]

    def _axis(self, middles):
        result = [_text(TIME - 8, HEAD - 12, "time, s", class_="time")]
        written = -ROW
        for place, time in self._moments():
            y = HEAD + place
            result.append(_line(TIME - 4, y, TIME, y, class_="grid"))
            result += [_line(x, y, x + MIDDLE, y, class_="grid") for x in middles]
            if place - written >= 11:
                result.append(_text(TIME - 8, y + 3, seconds(time, 6), class_="time"))
                written = place
        return result

    def _moments(self):
        times = {point["time"] for picture in self._pictures for point in picture["points"]}
        return [(self._scale.at(time), time) for time in sorted(times)]

    def _legend(self, top):
        seen = [
            state["state"]
            for picture in self._pictures
            for side in picture["states"]
            for state in side
        ]
        result, x = [], TIME
        for state in (state for state in STATES if state in seen):
            if x + 100 > TIME + COLUMN * len(self._pictures):
                x, top = TIME, top + 14
            result.append(_tag("rect", {"x": x, "y": top - 8, "width": 9, "height": 9,
                                        "fill": COLOURS[state]}))  # fmt: skip
            result.append(_text(x + 13, top, state, class_="small"))
            x += 100
        kinds = {timer["kind"] for picture in self._pictures for timer in picture["timers"]}
        x, top = TIME, top + 14
        for kind in (RETRANSMISSION, TIME_WAIT, OTHER):
            if kind in kinds:
                result.append(_line(x + 4, top - 8, x + 4, top + 1, class_="timer",
                                    stroke=TIMER_COLOURS[kind], stroke_dasharray="2 2"))  # fmt: skip
                text = "timer: " + ("ends the connection" if kind == OTHER else kind)
                result.append(_text(x + 13, top, text + " (derived)", class_="small"))
                x += 200
        return result


class _Column:
    """One conversation."""

    def __init__(self, picture, scale, places, left):
        self._picture = picture
        self._scale = scale
        self._places = places
        self._bars = (left + NAMES, left + NAMES + BAR + 2 * TIMERS + MIDDLE)
        self._lives = (left + NAMES + BAR + TIMERS, left + NAMES + BAR + TIMERS + MIDDLE)
        self._points = {
            (point["flight"], point["side"]): place
            for place, point in enumerate(picture["points"])
            if "flight" in point
        }
        self._end = scale.at(picture["to"]) + ROW

    def lines(self):
        """The tags of the column."""
        result = ["<g>"]
        for side in (LEFT, RIGHT):
            result += self._host(side)
            result += self._states(side)
            x = self._lives[side]
            top = HEAD + self._scale.at(self._picture["from"])
            result.append(_line(x, top, x, HEAD + self._end, class_="line"))
        for timer in self._picture["timers"]:
            result += self._timer(timer)
        for place, point in enumerate(self._picture["points"]):
            if "cause" in point:
                result.append(self._cause(point, HEAD + self._places[place]))
        for number, flight in enumerate(self._picture["flights"]):
            result += self._flight(number, flight)
        return result + ["</g>"]

    def _host(self, side):
        host = self._picture["hosts"][side]
        x = self._lives[side] + (-TIMERS if side == LEFT else TIMERS)
        anchor = "start" if side == LEFT else "end"
        x += -BAR - NAMES if side == LEFT else BAR + NAMES
        texts = [_text(x, 18, host["address"], class_="head", text_anchor=anchor)]
        for number, words in enumerate(host["words"]):
            texts.append(_text(x, 33 + 14 * number, words, class_="small", text_anchor=anchor))
        return texts

    def _states(self, side):
        result = []
        states = self._picture["states"][side]
        tops = [
            self._scale.at(state["from"]) if state["point"] is None
            else self._places[state["point"]]
            for state in states
        ]  # fmt: skip
        written = -ROW
        x = self._bars[side]
        for number, state in enumerate(states):
            top = tops[number]
            bottom = tops[number + 1] if number + 1 < len(states) else self._end
            words = "%s, %s s to %s s" % (
                state["state"], seconds(state["from"], 6), seconds(state["to"], 6))  # fmt: skip
            if state["cause"]:
                words += ", entered by %s" % state["cause"]
            result.append(_tag(
                "rect",
                {"x": x, "y": HEAD + top, "width": BAR, "height": max(1, bottom - top),
                 "fill": COLOURS[state["state"]]},
                _title(words),
            ))  # fmt: skip
            written = max(top, written + 11)
            place = (x - 4, "end") if side == LEFT else (x + BAR + 4, "start")
            result.append(
                _text(place[0], HEAD + written + 4, state["state"], text_anchor=place[1])
            )
        return result

    def _timer(self, timer):
        x = self._lives[timer["side"]] + (-TIMERS / 2 if timer["side"] == LEFT else TIMERS / 2)
        top, bottom = (HEAD + self._scale.at(timer[end]) for end in ("from", "to"))
        colour = TIMER_COLOURS[timer["kind"]]
        words = _title("timer (derived): %s, %s" % (timer["kind"], timer["note"]))
        line = _line(x, top, x, bottom, class_="timer", stroke=colour, stroke_dasharray="2 2")
        ends = "".join(_line(x - 2.5, y, x + 2.5, y, stroke=colour) for y in (top, bottom))
        return ["<g>%s%s%s</g>" % (words, line, ends)]

    def _cause(self, point, y):
        left = point["side"] == LEFT
        x = self._lives[point["side"]] + (6 if left else -6)
        anchor = "start" if left else "end"
        return _text(x, y + 3, "(%s)" % point["cause"], class_="small", text_anchor=anchor)

    def _flight(self, number, flight):
        start, end = self._way(number, flight)
        colour = AGAIN if flight["again"] and flight["fate"] == "arrived" else INK[flight["fate"]]
        stroke = {"class_": "flight", "stroke": colour}
        lost = flight["fate"] == "lost" or (flight["fate"] == "dropped" and not flight["arrived"])
        inside = [_title(_words(flight))]
        if flight["fate"] == "under way" or flight["sent"] is None and not flight["open"]:
            stroke["stroke_dasharray"] = "3 3"
        tip = _between(start, end, 0.62) if lost or flight["fate"] == "under way" else end
        if lost:
            inside.append(_line(*start, *_between(start, end, 0.52), **stroke))
            # Broken: the last piece stands by itself.
            inside.append(_line(*_between(start, end, 0.56), *tip, **stroke))
        else:
            inside.append(_line(*start, *tip, **stroke))
        cross = lost or flight["fate"] == "dropped"
        inside.append(_cross(tip, colour) if cross else _head(start, tip, colour))
        inside.append(self._label(flight, start, end))
        return ["<g>%s</g>" % "".join(inside)]

    def _way(self, number, flight):
        """Where it begins and where it ends."""
        side = flight["side"]
        begin = self._points.get((number, side))
        end = self._points.get((number, 1 - side))
        y1 = self._places[begin] if begin is not None else None
        y2 = self._places[end] if end is not None else None
        if y2 is None:
            y2 = y1 + 0.8 * ROW
        x1, x2 = self._lives[side], self._lives[1 - side]
        if y1 is None:
            y1 = y2 if flight["open"] else y2 - 0.4 * ROW
            # Nobody of the trace sent it: it comes out of the middle.
            x1 = x1 if flight["open"] else (x1 + x2) / 2
        return (x1, HEAD + y1), (x2, HEAD + y2)

    @staticmethod
    def _label(flight, start, end):
        """Near the sender, where arrows that cross are apart."""
        (x1, y1), (x2, y2) = start, end
        left_to_right = x2 > x1
        angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
        if not left_to_right:
            angle -= 180 if angle > 0 else -180
        at = 12 if left_to_right else -12
        y = y1 + at * (y2 - y1) / (x2 - x1)
        label = flight["label"] + (" (again)" if flight["again"] else "")
        # A label that might be longer than the arrow is made as long.
        room = {"textLength": MIDDLE - 20, "lengthAdjust": "spacingAndGlyphs"}
        return _tag(
            "text",
            {**(room if len(label) > _LONGEST_LABEL else {}),
             "text_anchor": "start" if left_to_right else "end",
             "transform": "translate(%s %s) rotate(%s)" % (
                 _number(x1 + at), _number(y - 3), _number(angle))},
            escape(label),
        )  # fmt: skip


def _between(start, end, part):
    return tuple(a + part * (b - a) for a, b in zip(start, end))


def _head(start, tip, colour):
    angle = math.atan2(tip[1] - start[1], tip[0] - start[0])
    points = [tip] + [
        (tip[0] - 8 * math.cos(angle + turn), tip[1] - 8 * math.sin(angle + turn))
        for turn in (0.35, -0.35)
    ]
    text = " ".join("%s,%s" % (_number(x), _number(y)) for x, y in points)
    return _tag("polygon", {"points": text, "fill": colour})


def _cross(tip, colour):
    x, y = tip
    more = {"stroke": colour, "stroke_width": "1.6"}
    return _line(x - 4, y - 4, x + 4, y + 4, **more) + _line(x - 4, y + 4, x + 4, y - 4, **more)


def _words(flight):
    """What is told of a segment when it is pointed at."""
    lines = [flight["label"] + (" (retransmission)" if flight["again"] else "")]
    if flight["sent"] is not None:
        lines.append("sent %s s" % seconds(flight["sent"]))
    if flight["arrived"] is not None:
        lines.append("arrived %s s" % seconds(flight["arrived"]))
    if flight["fate"] != "arrived":
        lines.append(flight["fate"] + (": " + flight["reason"] if flight["reason"] else ""))
    lines += ["%s %s" % (name, value) for name, value in flight["facts"]]
    return "\n".join(lines + ["line %d" % flight["line"]])
