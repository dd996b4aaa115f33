#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a short conversation costs while other connections lie open, drawn as curves.

usage: bench/curves.py BUILD [--most N] [--most-stock N] [--conversations N] [--repeats N]
                       [--from FILE] [--svg FILE]

Runs tcp-conn-bench-conversation for the floor, ns-3's own TCP and this module's at 1, 10, 100, ...
open connections, up to --most (100000; for ns-3's own, whose cost grows, --most-stock, 10000), and
draws CPU time against their number, both axes logarithmic.  The lines of the program are printed.
--from reads such lines from a file, and runs nothing.
"""

import argparse
import math
import pathlib
import re
import subprocess
import sys

FIGURE = pathlib.Path(__file__).parent.parent / "doc" / "figures" / "conversation-cost.svg"
# Colours that differ in lightness too; a mark of its own for each.
STACKS = {
    "stock": ("ns-3's own TCP", "#b2182b", "square"),
    "ours": ("this module", "#2166ac", "circle"),
    "floor": ("the floor: the same packets, no TCP", "#767676", "triangle"),
}
WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 80, 24, 64, 60


def decades(most):
    """1, 10, ... up to a number."""
    return [10 ** i for i in range(int(math.log10(most)) + 1)]


def run(build, stacks, numbers, args):
    """The lines that the program prints for some stacks."""
    program = pathlib.Path(build, "bin", "tcp-conn-bench-conversation")
    command = [program, "--stacks=" + ",".join(stacks), "--open=" + ",".join(map(str, numbers)),
               f"--conversations={args.conversations}", f"--repeats={args.repeats}"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def read(text):
    """Stack to its points, from the program's lines."""
    points = {}
    for line in text.splitlines():
        found = re.match(r"(floor|stock|ours) +(\d+) +([0-9.]+) ", line)
        if found and int(found.group(2)) > 0:
            points.setdefault(found.group(1), []).append(
                (int(found.group(2)), float(found.group(3))))
    return points


def mark(shape, x, y, colour):
    """A mark at a place."""
    if shape == "square":
        return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"/>'
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>'
    return (f'<path d="M{x - 5:.1f} {y + 4:.1f}h10l-5 -9z" fill="{colour}"/>')


def number(value):
    """A number as an axis says it."""
    return f"{value:,}".replace(",", " ")


def draw(points):
    """The picture."""
    most_x = max(x for line in points.values() for x, _ in line)
    costs = [y for line in points.values() for _, y in line]
    low, high = math.floor(math.log10(min(costs))), math.ceil(math.log10(max(costs)))
    right = max(1.0, math.log10(most_x))

    def at(x, y):
        return (LEFT + math.log10(x) / right * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - (math.log10(y) - low) / (high - low) * (HEIGHT - TOP - BOTTOM))

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           f'font-family="sans-serif" font-size="13" fill="#222222">',
           '<title>CPU time of a short conversation against open connections</title>',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
           f'<text x="{LEFT}" y="24" font-size="15">CPU time of a short conversation while '
           'other connections lie open at the server</text>']
    for power in range(low, high + 1):
        x, y = at(1, 10 ** power)
        out.append(f'<path d="M{x:.1f} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        out.append(f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">'
                   f'{number(10 ** power)}</text>')
    for power in range(int(right) + 1):
        x, y = at(10 ** power, 10 ** low)
        out.append(f'<path d="M{x:.1f} {y:.1f}V{TOP}" stroke="#dddddd"/>')
        anchor = "end" if power == right else "middle"
        out.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="{anchor}">'
                   f'{number(10 ** power)}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 16}" text-anchor="middle">'
               'open connections</text>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    out.append(f'<text x="20" y="{middle}" text-anchor="middle" '
               f'transform="rotate(-90 20 {middle})">microseconds</text>')
    key = LEFT + 10
    for stack, (name, colour, shape) in STACKS.items():
        line = points.get(stack)
        if not line:
            continue
        places = [at(x, y) for x, y in line]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        out.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out.extend(mark(shape, x, y, colour) for x, y in places)
        out.append(mark(shape, key, 46, colour))
        out.append(f'<text x="{key + 10}" y="50.5">{name}</text>')
        key += 40 + 7 * len(name)
    return "\n".join(out) + "\n</svg>\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", nargs="?", help="build folder")
    parser.add_argument("--most", type=int, default=100000, help="most open connections")
    parser.add_argument("--most-stock", type=int, default=10000, help="the same for ns-3's own TCP")
    parser.add_argument("--conversations", type=int, default=1000, help="measured in each run")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each; the median counts")
    parser.add_argument("--from", dest="lines", help="file of lines; runs nothing")
    parser.add_argument("--svg", default=FIGURE, help="file to write")
    args = parser.parse_args()
    if bool(args.lines) == bool(args.build):
        parser.error("a build folder or --from is needed")
    if args.lines:
        text = pathlib.Path(args.lines).read_text(encoding="ascii")
    else:
        text = run(args.build, ["floor", "ours"], decades(args.most), args)
        text += run(args.build, ["stock"], decades(args.most_stock), args)
    print(text, end="")
    points = read(text)
    if not points:
        sys.exit("curves.py: no line of tcp-conn-bench-conversation was found")
    pathlib.Path(args.svg).write_text(draw(points), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
