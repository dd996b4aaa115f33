#
# SPDX-License-Identifier: GPL-2.0-only
#
"""Small traces, written by hand in a short notation."""

CLIENT, SERVER = "10.1.1.1:49153", "10.1.2.2:80"
HEADER = "#tcp-conn-trace 1 handshake=TcpConnThreeWay release=TcpConnSeparateRelease"


def time(text):
    """Seconds with nine decimals."""
    whole, _, rest = text.partition(".")
    return "%s.%s" % (whole, rest.ljust(9, "0"))


def line(text):
    """One line of a trace from its short form.

    <time> A|B <FROM> <TO> <cause> <in> [<flags> <seq> <ack> <len>]     a transition
    <time> A|B S|R|D <flags> <seq> <ack> <len> [<options, reason>]      a segment
    A is connection 1 of node 0, the client; B connection 2 of node 1, the server.  b is node 1
    with no connection, L its listener, connection 1.
    """
    when, who, *rest = text.split()
    node, conn, local, peer = {
        "A": (0, 1, CLIENT, SERVER),
        "B": (1, 2, SERVER, CLIENT),
        "b": (1, 0, SERVER, CLIENT),
        "L": (1, 1, SERVER, "*:0"),
    }[who]
    ends = "%s %d %d %s %s" % (time(when), node, conn, local, peer)
    if rest[0] in "SRD":
        kind, flags, seq, ack, length, *more = rest
        return " ".join(
            ["%s %s %s seq=%s ack=%s len=%s win=65535" % (kind, ends, flags, seq, ack, length)]
            + more
        )
    left, entered, cause, inside, *segment = rest
    result = "T %s %s %s %s in=%s" % (ends, left, entered, cause, time(inside))
    if segment:
        result += " seg=%s seq=%s ack=%s len=%s" % tuple(segment)
    return result


def trace(text, header=HEADER):
    """A whole trace from short forms, one a line."""
    lines = [line(short) for short in text.strip().splitlines() if short.strip()]
    return "\n".join([header] + lines) + "\n"


# A request of 600 bytes, of which the first of two segments is lost, a short reply, and a release.
LIFE = """
    0     L CLOSED LISTEN passive-open 0
    1     A CLOSED SYN-SENT active-open 0
    1     A S SYN 7000 0 0 mss=1460
    1.01  B R SYN 7000 0 0 mss=1460
    1.01  B LISTEN SYN-RECEIVED syn 0 SYN 7000 0 0
    1.01  B S SYN,ACK 500 7001 0 mss=1460
    1.02  A R SYN,ACK 500 7001 0 mss=1460
    1.02  A SYN-SENT ESTABLISHED syn/syn-acked 0.02 SYN,ACK 500 7001 0
    1.02  A S ACK 7001 501 0
    1.02  A S ACK 7001 501 400
    1.02  A S PSH,ACK 7401 501 200
    1.03  B R ACK 7001 501 0
    1.03  B SYN-RECEIVED ESTABLISHED ack 0.02 ACK 7001 501 0
    1.031 B R PSH,ACK 7401 501 200
    1.031 B S ACK 501 7001 0 sack=7401-7601
    1.041 A R ACK 501 7001 0 sack=7401-7601
    2.02  A S ACK 7001 501 400
    2.03  B R ACK 7001 501 400
    2.03  B S ACK 501 7601 0
    2.03  B S PSH,ACK 501 7601 100
    2.04  A R ACK 501 7601 0
    2.04  A R PSH,ACK 501 7601 100
    2.04  A S ACK 7601 601 0
    2.04  A ESTABLISHED FIN-WAIT-1 close 1.02
    2.04  A S FIN,ACK 7601 601 0
    2.05  B R ACK 7601 601 0
    2.05  B R FIN,ACK 7601 601 0
    2.05  B ESTABLISHED CLOSE-WAIT fin 1.02 FIN,ACK 7601 601 0
    2.05  B S ACK 601 7602 0
    2.06  A R ACK 601 7602 0
    2.06  A FIN-WAIT-1 FIN-WAIT-2 ack/ack-of-fin 0.02 ACK 601 7602 0
    2.5   B CLOSE-WAIT LAST-ACK close 0.45
    2.5   B S FIN,ACK 601 7602 0
    2.51  A R FIN,ACK 601 7602 0
    2.51  A FIN-WAIT-2 TIME-WAIT fin 0.45 FIN,ACK 601 7602 0
    2.51  A S ACK 7602 602 0
    2.52  B R ACK 7602 602 0
    2.52  B LAST-ACK CLOSED ack/ack-of-fin 0.02 ACK 7602 602 0
    242.51 A TIME-WAIT CLOSED time-wait-timeout 240
"""

# RFC 9293 figure 7, with both SYNs under way at once.
SIMULTANEOUS_OPEN = """
    0     A CLOSED SYN-SENT active-open 0
    0     A S SYN 100 0 0
    0.004 B CLOSED SYN-SENT active-open 0
    0.004 B S SYN 300 0 0
    0.01  B R SYN 100 0 0
    0.01  B SYN-SENT SYN-RECEIVED syn 0.006 SYN 100 0 0
    0.01  B S SYN,ACK 300 101 0
    0.014 A R SYN 300 0 0
    0.014 A SYN-SENT SYN-RECEIVED syn 0.014 SYN 300 0 0
    0.014 A S SYN,ACK 100 301 0
    0.02  A R SYN,ACK 300 101 0
    0.02  A SYN-RECEIVED ESTABLISHED ack 0.006 SYN,ACK 300 101 0
    0.024 B R SYN,ACK 100 301 0
    0.024 B SYN-RECEIVED ESTABLISHED ack 0.014 SYN,ACK 100 301 0
"""

# RFC 9293 figure 13, from ESTABLISHED on.
SIMULTANEOUS_CLOSE = """
    5     A ESTABLISHED FIN-WAIT-1 close 4
    5     A S FIN,ACK 100 300 0
    5     B ESTABLISHED FIN-WAIT-1 close 4
    5     B S FIN,ACK 300 100 0
    5.01  A R FIN,ACK 300 100 0
    5.01  A FIN-WAIT-1 CLOSING fin 0.01 FIN,ACK 300 100 0
    5.01  A S ACK 101 301 0
    5.01  B R FIN,ACK 100 300 0
    5.01  B FIN-WAIT-1 CLOSING fin 0.01 FIN,ACK 100 300 0
    5.01  B S ACK 301 101 0
    5.02  A R ACK 301 101 0
    5.02  A CLOSING TIME-WAIT ack/ack-of-fin 0.01 ACK 301 101 0
    5.02  B R ACK 101 301 0
    5.02  B CLOSING TIME-WAIT ack/ack-of-fin 0.01 ACK 101 301 0
    245.02 A TIME-WAIT CLOSED time-wait-timeout 240
    245.02 B TIME-WAIT CLOSED time-wait-timeout 240
"""

REFUSED = """
    1     A CLOSED SYN-SENT active-open 0
    1     A S SYN 4000000000 0 0
    1.005 b R SYN 4000000000 0 0
    1.005 b S RST,ACK 0 4000000001 0
    1.01  A R RST,ACK 0 4000000001 0
    1.01  A SYN-SENT CLOSED rst/ack-bit 0.01 RST,ACK 0 4000000001 0
"""

# Data of A overtakes data of A, while data of B crosses both.
CROSSING = """
    1     A S SYN 0 0 0
    1.01  B R SYN 0 0 0
    1.01  B S SYN,ACK 0 1 0
    1.02  A R SYN,ACK 0 1 0
    1.02  A S ACK 1 1 0
    1.03  B R ACK 1 1 0
    2     A S ACK 1 1 500
    2.001 A S ACK 501 1 500
    2.005 B S PSH,ACK 1 1 40
    2.011 B R ACK 501 1 500
    2.011 B S ACK 41 1 0
    2.015 A R PSH,ACK 1 1 40
    2.02  B R ACK 1 1 500
    2.02  B S ACK 41 1001 0
    2.021 A R ACK 41 1 0
    2.03  A R ACK 41 1001 0
"""
