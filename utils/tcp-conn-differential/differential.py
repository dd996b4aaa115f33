#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Compares this module's TCP with ns-3's own and with the Linux kernel's, line by line.

test/differential/scripts.txt has scripts of calls and segments, what each TCP does at each step,
and for each difference a reason.  A script is a line "script name: title" and its steps:

    listen, accept, unlisten          a server on the host; "unlisten" closes its listener
    connect, send n, recv n, shutdown, close, linger n, keepalive n       calls on a connection
    < flags first:next(length) [ack n] [win n]      a segment of the peer; it has no TCP of its own
    wait seconds

Numbers count from the initial ones, flags are F, S, R, P and "." for ACK.  A step takes 0.25 s.
Indented below a step stands what the host did in that time: what calls returned that is not a
matter of course, its segments, and the state at the end.  "ours:" is this module; "kernel [r]:"
and "stock [r]:" are there where these do otherwise, for the reason r.

usage: differential.py check [--kernel]     compare; exit code 1 if the file is not what is seen
       differential.py update [--kernel]    write what is seen; new differences get the reason "?"
       differential.py page                 print doc/tcp-conn-differential.rst
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SCRIPTS = os.path.join(ROOT, "test", "differential", "scripts.txt")
OTHERS = {"kernel": "Linux", "stock": "ns-3"}
UNKNOWN = "?"


class Skip(Exception):
    """The machine does not permit the run."""


class Data:
    """The file of scripts."""

    def __init__(self, path):
        self.path = path
        self.head = []      # lines before everything else
        self.recorded = {}  # what the outcomes were seen on, by TCP
        self.reasons = {}   # text by name
        self.scripts = {}   # name: (title, [Step])
        last = None
        with open(path, encoding="ascii") as file:
            for line in file.read().splitlines():
                last = self.take(line, last)

    def take(self, line, last):
        """Read a line after the thing that was last; the thing that is last now."""
        word, _, rest = line.partition(" ")
        if line.startswith("#"):
            self.head.append(line)
        elif word == "recorded":
            tcp, _, on_what = rest.partition(": ")
            self.recorded[tcp] = on_what
        elif word in ("reason", "script"):
            name, _, text = rest.partition(": ")
            last = (word, name)
            if word == "script":
                self.scripts[name] = (text, [])
            else:
                self.reasons[name] = text
        elif line.startswith("    ") and last[0] == "reason":
            self.reasons[last[1]] += " " + line.strip()
        elif line.startswith("    "):
            match = re.fullmatch(r"(ours|kernel|stock)(?: \[(.*)\])?: (.*)", line.strip())
            self.scripts[last[1]][1][-1].put(*match.groups())
        elif line:
            self.scripts[last[1]][1].append(Step(line))
        return last

    def steps(self, names=None):
        """The steps of scripts by name."""
        return {name: [step.text for step in steps]
                for name, (_, steps) in self.scripts.items() if names is None or name in names}

    def write(self):
        """Write the file."""
        lines = self.head + [""]
        lines += [f"recorded {tcp}: {what}" for tcp, what in self.recorded.items()] + [""]
        for name, text in self.reasons.items():
            lines.append(f"reason {name}:")
            for word in text.split():
                if len(lines[-1]) + len(word) >= 100:
                    lines.append("   ")
                lines[-1] += " " + word
        for name, (title, steps) in self.scripts.items():
            lines += ["", f"script {name}: {title}"]
            for step in steps:
                lines += step.lines()
        with open(self.path, "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")

    def differences(self):
        """All differences: script, step, TCP."""
        return [(name, step, tcp) for name, (_, steps) in self.scripts.items() for step in steps
                for tcp in OTHERS if tcp in step.outcomes]


class Step:
    """A step of a script and what came of it."""

    def __init__(self, text):
        self.text = text
        self.outcomes = {}
        self.reasons = {}

    def put(self, tcp, reason, outcome):
        """An outcome that was read."""
        self.outcomes[tcp] = outcome
        if reason is not None:
            self.reasons[tcp] = reason

    def of(self, tcp):
        """What a TCP does."""
        return self.outcomes.get(tcp, self.outcomes.get("ours"))

    def set(self, tcp, outcome):
        """What was seen; a reason that was given for it stays."""
        if tcp != "ours" and outcome == self.outcomes["ours"]:
            self.outcomes.pop(tcp, None)
            self.reasons.pop(tcp, None)
            return
        if tcp != "ours" and self.outcomes.get(tcp) != outcome:
            self.reasons.setdefault(tcp, UNKNOWN)
        self.outcomes[tcp] = outcome

    def lines(self):
        """It as it stands in the file."""
        lines = [self.text]
        for tcp in ("ours", "kernel", "stock"):
            if tcp in self.outcomes:
                reason = f" [{self.reasons[tcp]}]" if tcp in self.reasons else ""
                lines.append(f"    {tcp}{reason}: {self.outcomes[tcp]}")
        return lines


def run_simulated(binary, path):
    """What this module and ns-3's own TCP do: {tcp: {script: [outcome]}}."""
    if not os.path.exists(binary):
        raise Skip("tcp-conn-differential is not built")
    output = subprocess.run([binary, path], check=True, capture_output=True, text=True).stdout
    seen = {"ours": {}, "stock": {}}
    for line in output.splitlines():
        name, tcp, _, outcome = line.split("\t")
        seen[tcp].setdefault(name, []).append(outcome)
    return seen


def run_kernel(scripts):
    """What the kernel does: {script: [outcome]}."""
    if os.geteuid() != 0 or not os.path.exists("/dev/net/tun") or not shutil.which("ip"):
        raise Skip("the kernel's part needs root, ip and /dev/net/tun")
    space = f"tcp-conn-differential-{os.getpid()}"

    def inside(command, **options):
        return subprocess.run(["ip", "netns", "exec", space] + command.split(), check=True,
                              capture_output=True, text=True, **options).stdout

    try:
        subprocess.run(["ip", "netns", "add", space], check=True, capture_output=True)
        inside("ip link set lo up")
        inside("ip tuntap add dev tap0 mode tap")
        inside("ip link set tap0 address 02:00:00:98:00:01 up")
        inside("ip addr add 10.98.0.1/24 dev tap0")
        # What can be set alike: RFC 6298's smallest timeout of 1 s, no tail loss probes, and no
        # limit to the answers to segments outside of the window.
        inside("ip route change 10.98.0.0/24 dev tap0 src 10.98.0.1 rto_min 1s")
        inside("sysctl -qw net.ipv4.tcp_early_retrans=0 net.ipv4.tcp_invalid_ratelimit=0")
        # The driver is no neighbour that answers: its link address is told.
        inside("ip -force -batch -", input="".join(
            f"neigh add 10.98.0.{number + 10} lladdr 02:00:00:98:00:02 dev tap0 nud permanent\n"
            for number in range(len(scripts))))
    except (OSError, subprocess.CalledProcessError) as error:
        subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)
        raise Skip(f"no network namespace with a TAP device: {error}") from error
    try:
        return json.loads(inside(f"python3 {HERE}/kernel.py", input=json.dumps(scripts)))
    finally:
        subprocess.run(["ip", "netns", "del", space], check=True)


def compare(data, tcp, seen):
    """The names of the scripts whose outcome is not the recorded one, and what differs."""
    wrong = {}
    for name, outcomes in seen.items():
        for step, outcome in zip(data.scripts[name][1], outcomes):
            if step.of(tcp) != outcome:
                wrong.setdefault(name, []).append(
                    f"{name}: {step.text}\n  recorded {tcp}: {step.of(tcp)}\n  seen:     {outcome}")
    return wrong


def see_kernel(data):
    """What the kernel does; on a busy machine some scripts may need a second chance."""
    seen = run_kernel(data.steps())
    for _ in range(2):
        wrong = compare(data, "kernel", seen)
        if not wrong:
            break
        seen.update(run_kernel(data.steps(wrong)))
    return seen


def check(data, args):
    """Compare what is seen with what is recorded."""
    if args.kernel:
        seen = {"kernel": see_kernel(data)}
        here = {"kernel": "Linux " + ".".join(platform.release().split(".")[:2])}
    else:
        seen = run_simulated(args.binary, args.data)
        here = {"ours": None, "stock": "ns-" + os.environ.get("TCP_CONN_NS3", "3.37")}
    failed = False
    others = 0
    for tcp, outcomes in seen.items():
        wrong = compare(data, tcp, outcomes)
        # Another release than the recorded one may do otherwise; ours may not.
        other = tcp in OTHERS and here[tcp] != data.recorded[tcp]
        others += len(wrong) if other else 0
        failed = failed or (wrong and not other)
        for lines in wrong.values():
            print("\n".join(lines))
        steps = sum(len(outcome) for outcome in outcomes.values())
        print(f"{tcp}: {len(outcomes)} scripts, {steps} steps, {len(wrong)} not as recorded"
              + (f" on {data.recorded[tcp]}; this is {here[tcp]}" if other else ""))
    for name, step, tcp in data.differences():
        if step.reasons.get(tcp) not in data.reasons:
            print(f"{name}: {step.text}: the difference of {tcp} has no reason")
            failed = True
    used = {step.reasons.get(tcp) for _, step, tcp in data.differences()}
    for name in sorted(set(data.reasons) - used):
        print(f"reason {name}: no difference has it")
        failed = True
    if others and args.kernel:
        raise Skip(f"{here['kernel']} is not {data.recorded['kernel']}, and does otherwise")
    return 1 if failed else 0


def update(data, args):
    """Write what is seen."""
    for tcp, outcomes in run_simulated(args.binary, args.data).items():
        for name, (_, steps) in data.scripts.items():
            for step, outcome in zip(steps, outcomes[name]):
                step.set(tcp, outcome)
    if args.kernel:
        seen = run_kernel(data.steps())
        for name, (_, steps) in data.scripts.items():
            for step, outcome in zip(steps, seen[name]):
                step.set("kernel", outcome)
        data.recorded["kernel"] = "Linux " + ".".join(platform.release().split(".")[:2])
    data.write()
    return 0


def page(data, _):
    """Print the page of the manual."""
    with open(os.path.join(HERE, "page-head.rst"), encoding="ascii") as file:
        print(file.read().replace("@KERNEL@", data.recorded["kernel"])
              .replace("@STOCK@", data.recorded["stock"]))
    rows = []
    for name, (title, steps) in data.scripts.items():
        counts = [sum(tcp in step.outcomes for step in steps) for tcp in OTHERS]
        rows.append([f"``{name}``", title, str(len(steps))] +
                    [str(count) if count else "" for count in counts])
    print_table("22 54 8 8 8", ["script", "what happens", "steps", "Linux", "ns-3"], rows)
    for tcp, name in OTHERS.items():
        print(f"\nWhat {name} does otherwise\n{'*' * (len(name) + 23)}\n")
        print_table("40 60", ["script, step, what is done", "why"], list(reason_rows(data, tcp)))
    return 0


def reason_rows(data, tcp):
    """A row for each reason of the differences of a TCP."""
    for reason, text in data.reasons.items():
        cell = []
        for name, step, which in data.differences():
            if which == tcp and step.reasons[tcp] == reason:
                cell.append(f"| **{name}**: ``{step.text}``\n"
                            f"|   ours: ``{step.outcomes['ours']}``\n"
                            f"|   {OTHERS[tcp]}: ``{step.outcomes[tcp]}``")
        if cell:
            yield ["\n".join(cell), text]


def print_table(widths, head, rows):
    """Print a table in RST."""
    print(f".. list-table::\n   :header-rows: 1\n   :widths: {widths}\n")
    for row in [head] + rows:
        for number, cell in enumerate(row):
            lines = cell.split("\n")
            print(("   * - " if number == 0 else "     - ") + lines[0])
            for line in lines[1:]:
                print("       " + line)


def main():
    """Do what the command line says."""
    build = os.environ.get("TCP_CONN_BUILD_DIR", os.path.join(ROOT, "build"))
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["check", "update", "page"])
    parser.add_argument("--kernel", action="store_true", help="the kernel's part (root)")
    parser.add_argument("--binary", help="the simulator's part",
                        default=os.path.join(build, "bin", "tcp-conn-differential"))
    parser.add_argument("--data", help="file of scripts", default=SCRIPTS)
    args = parser.parse_args()
    try:
        return {"check": check, "update": update, "page": page}[args.what](Data(args.data), args)
    except Skip as reason:
        print(f"skipped: {reason}")
        return 77


if __name__ == "__main__":
    sys.exit(main())
