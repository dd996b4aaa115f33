#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The Linux kernel's end of tcp-conn-tap-many: many connections of the kernel's own TCP at once.

Which side opens and closes a connection, and its text, follow from its number as told in
tcp-conn-tap-many.cc.  The kernel opens its connections when the file kernel-connect appears in the
control folder.  Events are lines on standard output: "listening", "all complete", "all
ended", and "error n ..." for each connection that did not go as it should.
"""

import argparse
import os
import socket
import sys
import threading
import time

START = time.monotonic()
FIRST_PORT = 20000


def tell(text):
    """Print one event with the time in seconds since the start."""
    print(f"{time.monotonic() - START:.3f} {text}", flush=True)


def parse():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", required=True, help="address of the simulated host")
    parser.add_argument("--own", required=True, help="own address")
    parser.add_argument("--port", type=int, default=4000, help="port of the servers")
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--bytes", type=int, default=20000, help="bytes each way on each")
    parser.add_argument("--control", default=".", help="folder of the file kernel-connect")
    parser.add_argument("--limit", type=float, default=60, help="longest wait, seconds")
    return parser.parse_args()


class Lives:
    """All connections."""

    def __init__(self, args):
        self.args = args
        self.complete = threading.Barrier(args.connections)
        self.errors = 0
        self.plain = bytes((at * 31 + (at >> 8) * 17) & 255 for at in range(args.bytes))

    def text(self, number, side):
        """The text that side 0, the kernel, or 1, the simulated host, sends."""
        shift = number * 7 + side * 101
        return self.plain.translate(bytes((byte + shift) & 255 for byte in range(256)))

    def new_socket(self):
        """A socket whose operations are bounded in time."""
        family = socket.AF_INET6 if ":" in self.args.own else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.settimeout(self.args.limit)
        return sock

    def connect(self, number):
        """Open a connection and live it."""
        while not os.path.exists(os.path.join(self.args.control, "kernel-connect")):
            time.sleep(0.01)
        sock = self.new_socket()
        try:
            sock.bind((self.args.own, FIRST_PORT + number))
            sock.connect((self.args.host, self.args.port))
        except OSError as error:
            self.fail(number, error)
            return
        self.live(number, sock)

    def fail(self, number, error):
        """Tell what is wrong; the others shall not wait for this one."""
        self.errors += 1
        tell(f"error {number} {error!r}")
        self.complete.abort()

    def live(self, number, sock):
        """Exchange text, wait for all others, close."""
        try:
            sock.settimeout(self.args.limit)
            self.exchange(number, sock)
        except (OSError, EOFError, ValueError, threading.BrokenBarrierError) as error:
            self.fail(number, error)
        finally:
            sock.close()

    def exchange(self, number, sock):
        """All but the last close of a connection."""
        sock.sendall(self.text(number, 0))
        got = b""
        while len(got) < self.args.bytes:
            chunk = sock.recv(65536)
            if not chunk:
                raise EOFError(f"after {len(got)} bytes")
            got += chunk
        if got != self.text(number, 1):
            raise ValueError("wrong bytes")
        if self.complete.wait(self.args.limit) == 0:
            tell("all complete")
        if number // 2 % 2 == 0:
            sock.shutdown(socket.SHUT_WR)
        if sock.recv(1):
            raise ValueError("too many bytes")

    def run(self):
        """Live all of them; the number of those that went wrong."""
        listener = self.new_socket()
        listener.bind((self.args.own, self.args.port))
        listener.listen(self.args.connections)
        tell("listening")
        threads = [threading.Thread(target=self.connect, args=(number,), daemon=True)
                   for number in range(0, self.args.connections, 2)]
        for thread in threads:
            thread.start()
        for _ in range(self.args.connections // 2):
            sock, peer = listener.accept()
            threads.append(threading.Thread(target=self.live, daemon=True,
                                            args=(peer[1] - FIRST_PORT, sock)))
            threads[-1].start()
        listener.close()
        for thread in threads:
            thread.join(self.args.limit)
        return self.errors + sum(thread.is_alive() for thread in threads)


def main():
    """Run all connections."""
    if Lives(parse()).run():
        return 1
    tell("all ended")
    return 0


sys.exit(main())
