#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
#
"""The Linux kernel's end of tcp-conn-tap: one connection of the kernel's own TCP.

It accepts a connection or opens one, sends a file, stores what comes, and closes when the file
kernel-close appears in the control folder or when the peer has closed.  Each event is one line
on standard output: "listening", "connected", "refused", "complete ...", "eof", "closed".
Exit code: 0 after an orderly close or a refusal, 1 after anything else.
"""

import argparse
import hashlib
import os
import select
import socket
import sys
import threading
import time

START = time.monotonic()


def tell(text):
    """Print one event with the time in seconds since the start."""
    print(f"{time.monotonic() - START:.3f} {text}", flush=True)


def parse():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mode", choices=["serve", "connect"], required=True)
    parser.add_argument("--host", required=True, help="address to listen on or connect to")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--send", help="file to send")
    parser.add_argument("--receive", help="file for what comes")
    parser.add_argument("--bytes", type=int, help="bytes expected (default: as many as are sent)")
    parser.add_argument("--half", action="store_true", help="half-close when all is sent")
    parser.add_argument("--reply", action="store_true", help="send only after the peer's FIN")
    parser.add_argument("--control", default=".", help="folder of the file kernel-close")
    parser.add_argument("--limit", type=float, default=60, help="longest run, seconds")
    return parser.parse_args()


def open_connection(args):
    """Accept or open the connection; the socket's operations are bounded in time."""
    family = socket.AF_INET6 if ":" in args.host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.settimeout(args.limit)
    if args.mode == "connect":
        sock.connect((args.host, args.port))
        tell("connected")
        return sock
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((args.host, args.port))
    sock.listen(8)
    tell("listening")
    connection, peer = sock.accept()
    sock.close()
    connection.settimeout(args.limit)
    tell(f"accepted {peer[0]} {peer[1]}")
    return connection


class Exchange:
    """A file each way over one connection."""

    def __init__(self, args, sock):
        self.args = args
        self.sock = sock
        self.data = b""
        if args.send:
            with open(args.send, "rb") as file:
                self.data = file.read()
        self.expected = len(self.data) if args.bytes is None else args.bytes
        self.received = 0
        self.hash = hashlib.sha256()
        self.eof = False
        self.out = open(args.receive or os.devnull, "wb")

    def send(self):
        """Send everything, and half-close if that was asked for."""
        self.sock.sendall(self.data)
        if self.args.half:
            tell("shutdown")
            self.sock.shutdown(socket.SHUT_WR)

    def read(self):
        """Take what has come, or learn that the peer has closed."""
        chunk = self.sock.recv(65536)
        if not chunk:
            self.eof = True
            tell(f"eof received={self.received}")
        self.out.write(chunk)
        self.hash.update(chunk)
        self.received += len(chunk)

    def run(self, until):
        """Exchange, wait for the signal to close, close."""
        sender = threading.Thread(target=self.send, daemon=True)
        if not self.args.reply:
            sender.start()
        while not self.eof and (self.received < self.expected or self.args.reply):
            self.read()
        if self.args.reply:
            sender.start()
        sender.join(max(0, until - time.monotonic()))
        if sender.is_alive():
            raise TimeoutError("not all could be sent")
        self.out.flush()
        tell(f"complete sent={len(self.data)} received={self.received}")
        tell(f"sha256 sent={hashlib.sha256(self.data).hexdigest()} "
             f"received={self.hash.hexdigest()}")
        signal = os.path.join(self.args.control, "kernel-close")
        while not self.eof and not os.path.exists(signal):
            if time.monotonic() > until:
                raise TimeoutError("nobody closed")
            if select.select([self.sock], [], [], 0.01)[0]:
                self.read()
        tell("close")
        self.sock.close()


def main():
    """Run one exchange."""
    args = parse()
    until = time.monotonic() + args.limit
    try:
        exchange = Exchange(args, open_connection(args))
        exchange.run(until)
    except ConnectionRefusedError:
        tell("refused")
    except OSError as error:
        tell(f"error {error}")
        return 1
    return 0


sys.exit(main())
