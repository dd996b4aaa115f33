#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The ladder page in Chromium: it loads without complaint, filters, zooms, jumps, tells details,
and stays usable with ten thousand segments.  Screenshots are left in ladder-page/ of the folder in
which the test runs."""

import json
import os
import sys
import tempfile
import unittest

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(SOURCE, "utils"), os.path.join(SOURCE, "test", "python")]

import tcp_conn_trace_browser as browser  # noqa: E402  (needs the path)
import tcp_conn_trace_samples as samples  # noqa: E402
from tcp_conn_trace.cli import main  # noqa: E402
from tcp_conn_trace.svg import COLOURS, INK  # noqa: E402

SEGMENTS = 10000

# Of the canvas: how many pixels have each colour of a list.
COUNT_COLOURS = """
((colours) => {
  const canvas = document.getElementById("canvas");
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const wanted = new Map(colours.map((c) => [parseInt(c.slice(1), 16), 0]));
  for (let i = 0; i < data.length; i += 4) {
    const key = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
    if (wanted.has(key)) wanted.set(key, wanted.get(key) + 1);
  }
  return [...wanted.values()];
})(%s)
"""

# Scrolls through the page; the milliseconds that each drawing took.
SCROLL = """
(async () => {
  const scroller = document.getElementById("scroller");
  const times = [];
  for (let i = 0; i <= 60; i++) {
    scroller.scrollTop = (scroller.scrollHeight - scroller.clientHeight) * i / 60;
    const begin = performance.now();
    ladderPage.drawNow();
    times.push(performance.now() - begin);
    await new Promise((r) => requestAnimationFrame(r));
  }
  return times.sort((a, b) => a - b);
})()
"""


def long_trace(segments):
    """A trace of two connections with so many segments, of which every 97th is lost."""
    lines = [samples.HEADER]
    for port in ("5001", "5002"):
        clock, sequence = 1.0, 1
        for i in range(segments // 4):
            clock += 0.0011
            for who, flags, seq, ack, size in (
                ("A", "PSH,ACK", sequence, 1, 1000),
                ("B", "ACK", 1, sequence + 1000, 0),
            ):
                peer = "B" if who == "A" else "A"
                numbers = "%s %d %d %d" % (flags, seq, ack, size)
                lines.append((clock, "%.6f %s S %s" % (clock, who, numbers), port))
                clock += 0.0101
                if (2 * i + (who == "B")) % 97:
                    lines.append((clock, "%.6f %s R %s" % (clock, peer, numbers), port))
            sequence += 1000
    text = [lines[0]]
    for _, short, port in sorted(lines[1:]):
        line = samples.line(short).replace("49153", port)
        if port == "5002":
            line = line.replace(" 0 1 ", " 0 2 ").replace(" 1 2 ", " 1 3 ")
        text.append(line)
    return "\n".join(text) + "\n"


class PageTest(unittest.TestCase):
    """The page in the browser."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        os.makedirs("ladder-page", exist_ok=True)
        cls.browser = browser.Browser(browser.find())
        cls.addClassCleanup(cls.browser.__exit__)

    def tearDown(self):
        self.assertEqual(self.browser.complaints, [])
        self.browser.complaints.clear()

    def open(self, trace, *arguments):
        """Makes a page of a trace and loads it; gives the seconds of loading."""
        page = os.path.join(self.folder, "page.html")
        self.assertEqual(main(["ladder", trace, "--html", "-o", page, *arguments]), 0)
        return self.browser.open(page)

    def golden(self, name):
        """Loads the page of a golden trace."""
        self.open(os.path.join(SOURCE, "test", "golden", name + ".tr"))

    def shown(self):
        """What the page says of what it shows."""
        return self.browser.run("document.getElementById('shown').textContent")

    def drawn(self):
        """How many segments are in sight."""
        self.browser.settle()
        return self.browser.run("ladderPage.drawing.drawn")

    def colours(self, *colours):
        """How many pixels of the canvas have each colour."""
        self.browser.settle()
        return self.browser.run(COUNT_COLOURS % json.dumps(colours))

    def shot(self, name):
        """A screenshot for those who want to look."""
        self.browser.screenshot(os.path.join("ladder-page", name + ".png"))

    def test_states_and_segments(self):
        self.golden("client-closes")
        states = ("SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-2", "CLOSE-WAIT",
                  "TIME-WAIT")  # fmt: skip
        for state, count in zip(states, self.colours(*map(COLOURS.get, states))):
            self.assertGreater(count, 100, state)
        self.assertEqual(self.shown(), "9 segments of 1 connection")
        self.assertEqual(self.drawn(), 9)
        self.shot("client-closes")

    def test_lost(self):
        self.golden("client-closes")
        self.assertEqual(self.colours(INK["lost"]), [0])
        self.golden("lost-syn")
        self.assertGreater(self.colours(INK["lost"])[0], 20)
        self.shot("lost-syn")
        self.browser.click("#next")
        self.assertEqual(self.browser.run("ladderPage.mark"), 1000000000)

    def test_filter_by_flag(self):
        self.golden("rfc9293-figure-09")
        self.assertEqual(self.shown(), "13 segments of 1 connection")
        self.browser.click("#flags [data-name=ACK]")
        # Left: what has SYN, FIN or RST.
        self.assertEqual(self.shown(), "8 segments of 1 connection")
        self.browser.click("#flags [data-name=SYN]")
        self.assertEqual(self.shown(), "3 segments of 1 connection")
        self.shot("filtered-by-flag")
        self.browser.click("#flags [data-name=SYN]")
        self.browser.click("#again")
        self.assertEqual(self.shown(), "1 segment of 1 connection")

    def test_filter_by_connection(self):
        self.golden("crash-and-recovery")
        self.assertEqual(self.shown(), "13 segments of 2 connections")
        self.shot("side-by-side")
        self.browser.click("#connections [data-name='0:1 - 1:2']")
        self.assertEqual(self.shown(), "8 segments of 1 connection")
        self.browser.click("#none")
        self.assertEqual(self.shown(), "0 segments of 0 connections")
        self.browser.click("#search")
        self.browser.type("0:1")
        self.assertEqual(self.browser.run("document.querySelectorAll('#connections li').length"), 1)
        self.browser.click("#all")
        self.assertEqual(self.shown(), "5 segments of 1 connection")

    def test_zoom(self):
        self.golden("lost-syn-ack")
        place = "ladderPage.scale.timeAt((scroller.scrollTop + 300 - HEAD - PAD) / ladderPage.zoom)"
        x, y = self.browser.run(
            "(() => { const b = canvas.getBoundingClientRect(); return [b.left + 400, b.top + 300];"
            "})()"
        )
        before = self.browser.run(place)
        for _ in range(4):
            self.browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=-120, modifiers=2)
        self.assertGreater(self.browser.run("ladderPage.zoom"), 2.5)
        self.assertAlmostEqual(self.browser.run(place) / before, 1, 2)
        self.shot("zoomed")
        self.browser.click("#whole")
        fits = "scroller.scrollHeight <= scroller.clientHeight + 1"
        self.assertTrue(self.browser.run(fits))
        self.browser.click("#in")
        self.assertFalse(self.browser.run(fits))

    def test_jump(self):
        self.golden("lost-syn-ack")
        self.browser.run("ladderPage.zoomTo(4)")
        self.browser.click("#time")
        self.browser.type("2.11")
        y = self.browser.run(
            "HEAD + PAD + ladderPage.scale.at(2.11e9) * ladderPage.zoom - scroller.scrollTop"
        )
        height = self.browser.run("scroller.clientHeight")
        self.assertTrue(0.3 * height < y < 0.7 * height, (y, height))
        self.shot("jumped")
        self.browser.run("document.getElementById('time').value = 'soon'")
        self.browser.click("#jump button")
        self.assertEqual(self.browser.run("document.getElementById('time').className"), "bad")

    def test_details(self):
        self.golden("lost-syn")
        x, y = self.browser.run(
            "(() => { const { drawing, columns } = ladderPage;"
            "const [x1, y1, x2, y2] = drawing.ends(columns[0].ways[0], drawing.lives(TIME));"
            "const b = canvas.getBoundingClientRect();"
            "return [b.left + x1 + 0.3 * (x2 - x1), b.top + y1 + 0.3 * (y2 - y1)]; })()"
        )
        self.browser.mouse("mouseMoved", x, y)
        text = self.browser.run("document.getElementById('details').innerText")
        for words in ("SYN seq=0", "sent", "1.000000000 s", "never", "lost", "mss"):
            self.assertIn(words, text)
        self.shot("details")
        self.browser.mouse("mouseMoved", x, y + 300)
        self.assertNotIn("lost", self.browser.run("details.hidden ? '' : details.innerText"))

    def test_true_to_time(self):
        self.golden("client-closes")
        self.browser.click("#linear")
        first, second, third = (
            self.browser.run("ladderPage.scale.at(%s)" % time) for time in ("1e9", "2e9", "3e9")
        )
        self.assertAlmostEqual((third - second) / (second - first), 1, 3)
        self.shot("true-to-time")

    def test_many_segments(self):
        trace = os.path.join(self.folder, "long.tr")
        with open(trace, "w", encoding="ascii") as file:
            file.write(long_trace(SEGMENTS))
        loading = self.open(trace)
        self.assertEqual(self.shown(), "%d segments of 2 connections" % SEGMENTS)
        times = self.browser.run(SCROLL)
        middle, longest = times[len(times) // 2], times[-1]
        in_view = self.drawn()
        self.shot("many")
        self.browser.click("#whole")
        self.assertEqual(self.drawn(), SEGMENTS)
        whole = self.browser.run(
            "(() => { const b = performance.now(); ladderPage.drawNow();"
            "return performance.now() - b; })()"
        )
        self.shot("many-whole")
        filtering = self.browser.run(
            "(() => { const b = performance.now(); ladderPage.lay(); return performance.now() - b;"
            "})()"
        )
        self.addClassCleanup(
            print,
            "%d segments: loaded in %.2f s; drawing %.1f ms (median), %.1f ms (longest); all of "
            "them at once %.1f ms; laying out %.1f ms"
            % (SEGMENTS, loading, middle, longest, whole, filtering)
        )
        # What is in view is drawn, not all: whatever the machine's speed, it is much less.
        self.assertLess(in_view, SEGMENTS / 20)
        self.assertLess(middle, whole / 2)


if __name__ == "__main__":
    if not browser.find():
        print("skipped: there is no Chromium (utils/install-dependencies.sh --full installs it)")
        sys.exit(77)
    unittest.main(verbosity=2)
