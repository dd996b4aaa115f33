#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Where each moment of some pictures stands, from the top down, in pixels.

The page has the same in web/scale.js.
"""

import math
from bisect import bisect_right

ROW = 18  # between two points of one side at the same time


class Scale:
    """The places of all points of the pictures.

    Silence is compressed: it takes room like the logarithm of its length.  linear: seconds for
    each pixel instead, or None.
    """

    def __init__(self, pictures, linear=None):
        self.linear = linear
        self._pictures = pictures
        self.places = [[0] * len(picture["points"]) for picture in pictures]
        self._times = []
        self._tops = []
        self._bottoms = []
        order = sorted(
            (point["time"], number, place)
            for number, picture in enumerate(pictures)
            for place, point in enumerate(picture["points"])
        )
        times = sorted({time for time, _, _ in order})
        gaps = sorted(later - time for time, later in zip(times, times[1:]))
        self._usual = gaps[len(gaps) // 2] if gaps else 1
        self._first = times[0] if times else 0
        self._walk(order)

    def _walk(self, order):
        previous, top, bottom = None, 0, 0
        last, sent = {}, {}
        for time, number, place in order:
            if time != previous:
                top = bottom + self._gap(time - previous) if previous is not None else 0
                if self.linear:
                    top = (time - self._first) / 1e9 / self.linear
                previous, bottom = time, top
                last.clear()
                sent.clear()
                self._times.append(time)
                self._tops.append(top)
                self._bottoms.append(bottom)
            point = self._pictures[number]["points"][place]
            key = (number, point["side"])
            at = last[key] + (0 if self.linear else ROW) if key in last else top
            # What arrives at once stands no higher than its sending.
            flight = (number, point.get("flight"))
            at = max(at, sent.get(flight, top))
            if flight[1] is not None:
                sent[flight] = at
            last[key] = self.places[number][place] = at
            self._bottoms[-1] = bottom = max(bottom, at)

    def _gap(self, gap):
        return ROW * (1 + 1.5 * math.log10(1 + gap / self._usual))

    @property
    def height(self):
        """The place of the last point."""
        return self._bottoms[-1] if self._bottoms else 0

    def at(self, time):
        """Where a time stands; between two points, in proportion."""
        times = self._times
        if not times or time <= times[0]:
            return 0
        low = bisect_right(times, time) - 1
        if times[low] == time:
            return self._tops[low]
        if low + 1 == len(times):
            return self._bottoms[low] + ROW
        part = (time - times[low]) / (times[low + 1] - times[low])
        return self._bottoms[low] + part * (self._tops[low + 1] - self._bottoms[low])
