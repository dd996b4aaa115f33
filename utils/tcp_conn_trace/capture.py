#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Reads a trace in the form of a capture: pcapng, with transitions as comments of packets."""

import socket
import struct

from . import grammar
from .policies import Policies

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
_COMMENT, _TSRESOL, _FLAGS = 1, 9, 2
_OUTBOUND = 2
_RAW_IP = 101
_LONGEST_BLOCK = 1 << 24

# Flags of the TCP header, in the order of grammar.FLAGS.
_FLAG_BITS = (0x02, 0x01, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80)
_FLAG_TEXTS = [
    ",".join(f for f, bit in zip(grammar.FLAGS, _FLAG_BITS) if value & bit) or "-"
    for value in range(256)
]


class Capture:
    """The packets of a file, numbered from 1 as Wireshark does: `line` is that number."""

    def __init__(self, file):
        self._file = file
        self._order = "<"
        self._interfaces = []  # (type of link, units of its times in a second)
        self.line = 0
        self.policies = Policies()

    def read_header(self):
        """Reads the section header, whose comment is the first line of the ASCII form."""
        kind, body = self._block()
        if kind != SECTION:
            raise grammar.Malformed("not a capture: it does not begin with a section header")
        self._section(body)

    def _section(self, body):
        comments = self._options(body, 16)[0]
        if not comments or not comments[0].startswith("#tcp-conn-trace"):
            raise grammar.Malformed("a capture, but not one with transitions as comments")
        self.policies.header = grammar.parse_header(comments[0])
        self._interfaces = []

    def _block(self):
        """Type and body of the next block; (None, b"") at the end."""
        head = self._file.read(8)
        if not head:
            return None, b""
        if len(head) < 8:
            raise grammar.Malformed("the file is cut off")
        if head[:4] == b"\x0a\x0d\x0d\x0a":
            magic = self._file.read(4)
            self._order = ">" if magic == b"\x1a\x2b\x3c\x4d" else "<"
        else:
            magic = b""
        kind, length = struct.unpack(self._order + "II", head)
        if length < 12 or length % 4 or length > _LONGEST_BLOCK:
            raise grammar.Malformed("a block of %d bytes" % length)
        body = magic + self._file.read(length - 8 - len(magic))
        if len(body) < length - 8:
            raise grammar.Malformed("the file is cut off")
        if struct.unpack(self._order + "I", body[-4:])[0] != length:
            raise grammar.Malformed("the two lengths of a block differ")
        return kind, body[:-4]

    def _options(self, body, offset):
        """The comments, and the last value of each other option, from an offset of a block on."""
        comments, others = [], {}
        while offset + 4 <= len(body):
            code, length = struct.unpack_from(self._order + "HH", body, offset)
            if code == 0:
                break
            value = body[offset + 4 : offset + 4 + length]
            if len(value) < length:
                raise grammar.Malformed("an option is longer than its block")
            if code == _COMMENT:
                comments.append(value.decode("utf-8", "replace"))
            else:
                others[code] = value
            offset += 4 + (length + 3) // 4 * 4
        return comments, others

    def records(self):
        """Each record, in the order of the file; raises Malformed."""
        while True:
            kind, body = self._block()
            if kind is None:
                return
            if kind == SECTION:
                self._section(body)
            elif kind == INTERFACE:
                self._interface(body)
            elif kind == PACKET:
                self.line += 1
                yield from self._packet(body)

    def _interface(self, body):
        (link,) = struct.unpack_from(self._order + "H", body)
        comments, others = self._options(body, 8)
        resolution = others.get(_TSRESOL, b"\x06")[0]
        units = 1 << (resolution & 127) if resolution & 128 else 10**resolution
        self._interfaces.append((link, units))
        for comment in comments:
            if comment.startswith("#"):
                self.policies.note(comment)

    def _packet(self, body):
        if len(body) < 20:
            raise grammar.Malformed("a packet without its fields")
        number, high, low, captured, length = struct.unpack_from(self._order + "5I", body)
        if number >= len(self._interfaces) or 20 + captured > len(body):
            raise grammar.Malformed("a packet of no interface, or cut off")
        link, units = self._interfaces[number]
        comments, others = self._options(body, 20 + (captured + 3) // 4 * 4)
        time = (high << 32 | low) * 1000000000 // units
        data = body[20 : 20 + captured]
        flags = others.get(_FLAGS, b"\0\0\0\0")
        sent = struct.unpack(self._order + "I", flags)[0] & 3 == _OUTBOUND
        for comment in comments:
            if comment[:2] == "T ":
                yield grammar.parse_line(comment, self.line)
            elif comment.startswith("#"):
                self.policies.note(comment)
            elif comment[:2] in ("S ", "R ", "D ") and link == _RAW_IP:
                yield self._segment(comment, time, _Headers(data, length), sent)

    def _segment(self, comment, time, headers, sent):
        kind, name, *rest = comment.split()
        node, colon, conn = name.partition(":")
        if not (colon and node.isdecimal() and conn.isdecimal()):
            raise grammar.Malformed("'%s' is not <node>:<connection>" % name[:60])
        record = grammar.SegmentRecord()
        record.line = self.line
        record.kind = kind
        record.time = time
        record.node = int(node)
        record.conn = int(conn)
        ends = (headers.source, headers.destination)
        record.local, record.peer = ends if sent else ends[::-1]
        record.segment = headers.segment
        record.win = headers.win
        record.options = headers.options
        record.reason = rest[0].partition("=")[2] if rest and kind == "D" else None
        return record


class _Headers:
    """What the headers of IP and TCP say."""

    def __init__(self, data, length):
        try:
            self._read(data, length)
        except (struct.error, IndexError, OSError):
            raise grammar.Malformed("the headers of a segment are cut off") from None

    def _read(self, data, length):
        if data[0] >> 4 == 4:
            at = (data[0] & 15) * 4
            addresses = (data[12:16], data[16:20])
        else:
            at = 40
            addresses = (data[8:24], data[24:40])
        (port, to_port, seq, ack, offset, flags, self.win) = struct.unpack_from(
            "!HHIIBBH", data, at
        )
        header = (offset >> 4) * 4
        self.source = _end(addresses[0], port)
        self.destination = _end(addresses[1], to_port)
        self.segment = grammar.Segment(_FLAG_TEXTS[flags], seq, ack, length - at - header)
        self.options = _tcp_options(data[at + 20 : at + header])


def _end(address, port):
    if not any(address):
        return "*:%d" % port
    if len(address) == 4:
        return "%d.%d.%d.%d:%d" % (*address, port)
    return "[%s]:%d" % (socket.inet_ntop(socket.AF_INET6, address), port)


def _tcp_options(data):
    """The options that the grammar knows, in its order and with its texts."""
    found = {}
    at = 0
    while at < len(data) and data[at] != 0:
        if data[at] == 1:
            at += 1
            continue
        size = max(2, data[at + 1])
        found[data[at]] = data[at + 2 : at + size]
        at += size
    options = {}
    if 2 in found:
        options["mss"] = str(struct.unpack("!H", found[2])[0])
    if 3 in found:
        options["ws"] = str(found[3][0])
    if 4 in found:
        options["sackok"] = ""
    if 8 in found:
        options["ts"] = "%d/%d" % struct.unpack("!II", found[8])
    if 5 in found:
        edges = struct.unpack("!%dI" % (len(found[5]) // 4), found[5])
        options["sack"] = ",".join("%d-%d" % pair for pair in zip(edges[::2], edges[1::2]))
    if 34 in found:
        options["fo"] = found[34].hex()
    return options
