#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Runs scripts of calls and segments on the TCP of the Linux kernel.

Run inside a network namespace made by differential.py, it puts a peer without a TCP behind the
TAP device, one address of it for each script, so that all scripts run at once.  Standard input has
the scripts, standard output gets the outcome, both as JSON: {name: [step, ...]} and
{name: [outcome, ...]}.
"""

import errno
import fcntl
import json
import os
import socket
import struct
import sys
import threading
import time

PEER_ISN = 1000000
UNKNOWN_ISN = 5000000
SERVER_PORT = 8080
CLIENT_PORT = 40000
STEP = 0.25
HOST = "10.98.0.1"
FIRST_PEER = 10  # 10.98.0.10 is the peer of the first script
HOST_MAC = bytes.fromhex("020000980001")
PEER_MAC = bytes.fromhex("020000980002")
FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16}
# States by their number in /proc/net/tcp.
STATES = {1: "ESTABLISHED", 2: "SYN-SENT", 3: "SYN-RECEIVED", 4: "FIN-WAIT-1", 5: "FIN-WAIT-2",
          6: "TIME-WAIT", 7: "CLOSED", 8: "CLOSE-WAIT", 9: "LAST-ACK", 10: "LISTEN",
          11: "CLOSING", 12: "SYN-RECEIVED"}


def open_tap(name):
    """Attach to the TAP device."""
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, 0x400454ca, struct.pack("16sH22s", name.encode(), 0x1002, b""))  # IFF_TAP
    return tap


def checksum(data):
    """The internet checksum."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def signed(number):
    """A difference of sequence numbers."""
    number &= 0xffffffff
    return number - (1 << 32) if number >> 31 else number


class Run:
    """One script."""

    def __init__(self, tap, number, steps):
        self.tap = tap
        self.steps = steps
        self.peer = f"10.98.0.{FIRST_PEER + number}"
        self.listener = None
        self.sock = None
        self.host_port = SERVER_PORT + number  # scripts run at once: each has its own
        self.server_port = SERVER_PORT + number
        self.peer_port = CLIENT_PORT
        self.host_isn = UNKNOWN_ISN
        self.seen = []
        self.lock = threading.Lock()
        self.outcomes = []

    def run(self):
        """Do all steps."""
        end = time.monotonic()
        for step in self.steps:
            words = step.split()
            said = []
            if words[0] == "<":
                end += STEP
                self.inject(words[1:])
            elif words[0] == "wait":
                end += float(words[1])
            else:
                end += STEP
                said = self.call(words[0], [int(word) for word in words[1:]])
            # A late step makes all that follow late, rather than short.
            end = max(end, time.monotonic() + STEP / 2)
            time.sleep(end - time.monotonic())
            with self.lock:
                said += self.seen
                self.seen = []
            self.outcomes.append("; ".join(said + [self.state()]))

    # Calls

    def call(self, verb, numbers):
        """Do a call; what it returned, unless that is what is expected of it."""
        try:
            value = getattr(self, "do_" + verb)(*numbers)
        except OSError as error:
            if error.errno == errno.EINPROGRESS:
                return []
            return [f"{verb}={errno.errorcode[error.errno]}"]
        return [] if value is None else [f"{verb}={value}"]

    def new_socket(self):
        """A socket whose calls do not block."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        return sock

    def do_listen(self):
        self.listener = self.new_socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((HOST, self.server_port))
        self.listener.listen(8)

    def do_unlisten(self):
        self.listener.close()

    def do_accept(self):
        self.sock, _ = self.listener.accept()
        self.sock.setblocking(False)

    def do_connect(self):
        self.sock = self.new_socket()
        self.sock.connect((self.peer, SERVER_PORT))

    def do_send(self, size):
        return self.sock.send(b"h" * size, socket.MSG_NOSIGNAL)

    def do_recv(self, size):
        return len(self.sock.recv(size))

    def do_shutdown(self):
        self.sock.shutdown(socket.SHUT_WR)

    def do_close(self):
        self.sock.close()

    def do_linger(self, seconds):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, seconds))

    def do_keepalive(self, seconds):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, seconds)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, seconds)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 2)

    # Segments

    def inject(self, words):
        """Send a segment: flags, first:next(length), and maybe ack and win."""
        flags = sum(FLAGS[letter] for letter in words[0])
        first = int(words[1].split(":")[0])
        length = int(words[1].split("(")[1].rstrip(")"))
        rest = dict(zip(words[2::2], map(int, words[3::2])))
        ack = (self.host_isn + rest["ack"]) & 0xffffffff if "ack" in rest else 0
        options = b"\x02\x04\x05\xb4" if flags & 2 else b""  # MSS 1460
        tcp = struct.pack("!HHIIBBHHH", self.peer_port, self.host_port,
                          (PEER_ISN + first) & 0xffffffff, ack, (20 + len(options)) << 2, flags,
                          rest.get("win", 65535), 0, 0) + options + b"p" * length
        ends = socket.inet_aton(self.peer) + socket.inet_aton(HOST)
        total = checksum(ends + struct.pack("!HH", 6, len(tcp)) + tcp)
        tcp = tcp[:16] + struct.pack("!H", total) + tcp[18:]
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + ends
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        os.write(self.tap, HOST_MAC + PEER_MAC + b"\x08\x00" + ip + tcp)

    def take(self, segment):
        """A segment of the host."""
        source, target, seq, ack, offset, flags = struct.unpack("!HHIIBB", segment[:14])
        length = len(segment) - (offset >> 4) * 4
        with self.lock:
            if flags & 2:
                self.host_isn, self.host_port, self.peer_port = seq, source, target
            names = "".join(letter for letter in "FSRP." if flags & FLAGS[letter])
            # A reset for a segment without acknowledgment has the number 0.
            first = 0 if flags & 4 and seq == 0 else signed(seq - self.host_isn)
            text = f"> {names} {first}:{first + length}({length})"
            if flags & 16:
                text += f" ack {signed(ack - PEER_ISN)}"
            self.seen.append(text)

    def state(self):
        """The state of the connection, as the kernel tells it."""
        peer = f"{struct.unpack('=I', socket.inet_aton(self.peer))[0]:08X}"
        with open("/proc/thread-self/net/tcp", encoding="ascii") as file:
            for line in file:
                words = line.split()
                if words[2].split(":")[0] == peer:
                    return STATES[int(words[3], 16)]
        return "CLOSED"


def read_tap(tap, runs):
    """Hand the host's segments to the scripts."""
    peers = {socket.inet_aton(run.peer): run for run in runs}
    while True:
        frame = os.read(tap, 65536)
        if frame[12:14] == b"\x08\x00" and frame[23] == 6:
            run = peers.get(frame[30:34])
            end = 14 + struct.unpack("!H", frame[16:18])[0]
            if run:
                run.take(frame[14 + (frame[14] & 15) * 4:end])


def main():
    """Run all scripts."""
    scripts = json.load(sys.stdin)
    tap = open_tap("tap0")
    runs = [Run(tap, number, steps) for number, steps in enumerate(scripts.values())]
    threading.Thread(target=read_tap, args=(tap, runs), daemon=True).start()
    threads = [threading.Thread(target=run.run) for run in runs]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    json.dump({name: run.outcomes for name, run in zip(scripts, runs)}, sys.stdout)


if __name__ == "__main__":
    main()
