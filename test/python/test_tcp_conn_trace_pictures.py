#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Tests of what the SVG and the page draw."""

import json
import os
import re
import stat
import unittest
from xml.etree import ElementTree

import tcp_conn_trace_samples as samples
from tcp_conn_trace_case import TraceCase

from tcp_conn_trace import Trace
from tcp_conn_trace.conversation import LEFT, RIGHT, Survey, collect
from tcp_conn_trace.picture import OTHER, RETRANSMISSION, TIME_WAIT, picture_of
from tcp_conn_trace.scale import ROW, Scale
from tcp_conn_trace.svg import INK
from tcp_conn_trace.timeline import Timeline

_SVG = "{http://www.w3.org/2000/svg}"


def pictures_of(path):
    """The pictures of all conversations of a trace."""
    with Trace(path) as trace:
        survey = Survey(trace)
    with Trace(path) as trace:
        records = collect(trace, survey.conversations)
    return [picture_of(Timeline(*each, survey)) for each in zip(survey.conversations, records)]


class PictureTest(TraceCase):
    """The data from which all is drawn."""

    def picture(self, text):
        """The picture of the one conversation of a trace in short form."""
        (picture,) = pictures_of(self.write(samples.trace(text)))
        return picture

    def test_states(self):
        (picture,) = pictures_of(self.sample("LIFE"))
        left, right = ([state["state"] for state in side] for side in picture["states"])
        self.assertEqual(
            left,
            ["CLOSED", "SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT",
             "CLOSED"],
        )  # fmt: skip
        self.assertEqual(
            right,
            ["LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED"],
        )
        for side in picture["states"]:
            for state, following in zip(side, side[1:]):
                self.assertEqual(state["to"], following["from"])
                self.assertIn("cause", following)

    def test_states_of_two_connections(self):
        (picture,) = pictures_of(self.golden("rfc9293-figure-08"))
        right = [(state["state"], state["connection"]) for state in picture["states"][RIGHT]]
        self.assertEqual(
            right[:5],
            [("LISTEN", None), ("SYN-RECEIVED", 2), ("LISTEN", 2), ("SYN-RECEIVED", 3),
             ("ESTABLISHED", 3)],
        )  # fmt: skip

    def test_timers(self):
        (picture,) = pictures_of(self.golden("lost-syn-ack"))
        found = [(t["side"], t["kind"], t["from"], t["to"]) for t in picture["timers"]]
        self.assertEqual(
            found,
            [
                (LEFT, RETRANSMISSION, 1000000000, 2000000000),
                (RIGHT, RETRANSMISSION, 1010000000, 2010000000),
                (LEFT, TIME_WAIT, 2110000000, 242110000000),
            ],
        )

    def test_timer_that_gives_up(self):
        (picture,) = pictures_of(self.golden("connect-timeout"))
        last = picture["timers"][-1]
        self.assertEqual(last["kind"], OTHER)
        self.assertEqual(last["note"], "retransmission-timeout/give-up")
        sent = [flight["sent"] for flight in picture["flights"]]
        self.assertEqual(last["from"], max(sent))

    def test_flights(self):
        picture = self.picture(samples.LIFE)
        first = picture["flights"][0]
        self.assertEqual((first["sent"], first["arrived"]), (1000000000, 1010000000))
        self.assertEqual((first["label"], first["flags"]), ("SYN seq=0", ["SYN"]))
        facts = dict(first["facts"])
        self.assertEqual((facts["seq"], facts["mss"]), (7000, "1460"))
        self.assertEqual(facts["when sent"], "CLOSED -> SYN-SENT by active-open")
        self.assertEqual(facts["on arrival"], "LISTEN -> SYN-RECEIVED by syn")
        lost = [flight for flight in picture["flights"] if flight["fate"] == "lost"]
        again = [flight for flight in picture["flights"] if flight["again"]]
        self.assertEqual([flight["label"] for flight in lost], ["ACK seq=1 ack=1 len=400"])
        self.assertEqual([flight["label"] for flight in again], ["ACK seq=1 ack=1 len=400"])


class ScaleTest(TraceCase):
    """Where moments stand."""

    def test_order(self):
        """Later is lower; what happens at once at one side has a row each; sendings come first."""
        for name in ("LIFE", "SIMULTANEOUS_OPEN", "SIMULTANEOUS_CLOSE", "CROSSING"):
            with self.subTest(name):
                pictures = pictures_of(self.sample(name))
                scale = Scale(pictures)
                (picture,), (places,) = pictures, scale.places
                at, before = {}, {}
                for point, place in zip(picture["points"], places):
                    if point["side"] in before:
                        time, above = before[point["side"]]
                        self.assertGreaterEqual(place - above, ROW if point["time"] == time else 1)
                    before[point["side"]] = (point["time"], place)
                    if "flight" in point:
                        self.assertLessEqual(at.get(point["flight"], -1), place)
                        at[point["flight"]] = place

    def test_silence_is_compressed(self):
        scale = Scale(pictures_of(self.sample("LIFE")))
        self.assertLess(scale.at(242510000000) - scale.at(2520000000), 10 * ROW)

    def test_linear(self):
        scale = Scale(pictures_of(self.sample("LIFE")), 0.001)
        self.assertAlmostEqual(scale.at(1010000000), 10)
        self.assertAlmostEqual(scale.at(2000000000), 1000)

    def test_at_once(self):
        """A link without delay: an arrow does not go up."""
        text = "1 A S SYN 5 0 0\n1 B R SYN 5 0 0\n1 B S SYN,ACK 9 6 0\n1 A R SYN,ACK 9 6 0"
        scale = Scale(pictures_of(self.write(samples.trace(text))))
        self.assertEqual(scale.places, [[0, 0, ROW, ROW]])


class SvgTest(TraceCase):
    """The SVG."""

    def svg(self, *arguments):
        """The root of the drawing; it must be made without complaint."""
        status, out, err = self.run_tool("ladder", "--svg", *arguments)
        self.assertEqual((status, err), (0, ""))
        self.assertTrue(out.isascii())
        return ElementTree.fromstring(out)

    @staticmethod
    def texts(root):
        """All words in it that can be seen."""
        return [text.text for text in root.iter(_SVG + "text")]

    def test_words(self):
        texts = self.texts(self.svg(self.sample("LIFE")))
        for words in ("SYN,ACK seq=0 ack=1", "FIN-WAIT-2", "LAST-ACK", "1.010000",
                      "ACK seq=1 ack=1 len=400 (again)", "(time-wait-timeout)",
                      "timer: TIME-WAIT (derived)"):  # fmt: skip
            self.assertIn(words, texts)

    def test_lost(self):
        """Broken in two, with a cross of two lines."""
        lines = [e for e in self.svg(self.sample("LIFE")).iter(_SVG + "line")]
        self.assertEqual(sum(1 for e in lines if e.get("stroke") == INK["lost"]), 4)

    def test_arrows_go_down_and_across(self):
        lives = set()
        for element in self.svg(self.sample("LIFE")).iter(_SVG + "line"):
            if element.get("class") == "flight" and element.get("stroke") == INK["arrived"]:
                self.assertLess(float(element.get("y1")), float(element.get("y2")))
                lives |= {element.get("x1"), element.get("x2")}
        self.assertEqual(len(lives), 2)

    def test_side_by_side(self):
        one = self.svg(self.golden("crash-and-recovery"), "--conn", "0:1")
        both = self.svg(self.golden("crash-and-recovery"))
        self.assertGreater(float(both.get("width")), 1.7 * float(one.get("width")))
        self.assertIn("node 0, connection 2", self.texts(both))

    def test_nothing_gets_out_of_hand(self):
        """Names in a trace are text, not tags; all that is drawn is inside."""
        for name in ("refused", "rfc9293-figure-07", "rfc9293-figure-11", "both-close"):
            with self.subTest(name):
                root = self.svg(self.golden(name))
                width, height = float(root.get("width")), float(root.get("height"))
                for element in root.iter(_SVG + "line"):
                    for attribute, limit in (("x1", width), ("x2", width), ("y1", height),
                                             ("y2", height)):  # fmt: skip
                        self.assertTrue(0 <= float(element.get(attribute)) <= limit)


class PageTest(TraceCase):
    """The page as a file; what a browser makes of it is another test's."""

    def test_data(self):
        status, out, err = self.run_tool("ladder", "--html", self.sample("LIFE"))
        self.assertEqual((status, err), (0, ""))
        self.assertTrue(out.isascii())
        data = json.loads(re.search(r'id="data">(.*?)</script>', out, re.S)[1])
        self.assertEqual(len(data["pictures"]), 1)
        self.assertEqual(len(data["pictures"][0]["flights"]), 14)
        self.assertIn("<title>run.tr</title>", out)

    def test_needs_nothing_else(self):
        out = self.run_tool("ladder", "--html", self.sample("LIFE"))[1]
        self.assertEqual(re.findall(r'(?:src|href)="(?!data:)', out), [])
        self.assertNotIn("http", out)
        self.assertNotIn("@import", out)

    def test_name_of_the_file_is_text(self):
        path = self.write(samples.trace(samples.REFUSED), "a<b>&c.tr")
        out = self.run_tool("ladder", "--html", path)[1]
        self.assertIn("<title>a&lt;b&gt;&amp;c.tr</title>", out)


class OutputTest(TraceCase):
    """Where pictures go."""

    def test_file(self):
        trace, path = self.sample("LIFE"), self.path("out.txt")
        text = self.run_tool("ladder", trace)[1]
        self.assertEqual(self.run_tool("ladder", trace, "-o", path), (0, "", ""))
        with open(path, encoding="ascii") as file:
            self.assertEqual(file.read(), text)
        self.assertEqual(sorted(os.listdir(self.folder)), ["out.txt", "run.tr"])

    def test_file_that_is_there(self):
        """It is replaced at once, or stays as it was; a link stays a link."""
        trace, path = self.sample("LIFE"), self.write("old", "out.svg")
        link = self.path("link.svg")
        os.symlink("out.svg", link)
        self.assertEqual(self.run_tool("ladder", "--svg", trace, "-o", link)[0], 0)
        self.assertTrue(os.path.islink(link))
        with open(path, encoding="ascii") as file:
            self.assertTrue(file.read().startswith("<svg"))

    def test_device(self):
        status, out, err = self.run_tool("ladder", self.sample("LIFE"), "-o", os.devnull)
        self.assertEqual((status, out, err), (0, "", ""))
        self.assertTrue(stat.S_ISCHR(os.stat(os.devnull).st_mode))

    def test_unusable(self):
        trace = self.sample("LIFE")
        rows = [
            ("no folder", ["-o", self.path("none/out.svg")], "No such file or directory"),
            ("a folder", ["-o", self.folder], "Is a directory"),
            ("two forms", ["--html"], "not allowed with"),
            ("scale", ["--linear", "0"], "'0' is not a number of seconds above 0"),
        ]
        for name, arguments, what in rows:
            with self.subTest(name):
                status, out, err = self.run_tool("ladder", "--svg", trace, *arguments)
                self.assertEqual((status, out), (2, ""))
                self.assertIn(what, err)


if __name__ == "__main__":
    unittest.main()
