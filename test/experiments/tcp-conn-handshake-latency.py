# SPDX-License-Identifier: GPL-2.0-only
"""What doc/tcp-conn-experiment-handshake-latency.rst says."""

RTTS = [20, 100, 600]
ARGUMENTS = ["--rtts=%s" % ",".join(str(rtt) for rtt in RTTS)]
DELAYED_ACK = 200
TIMEOUT = 1000


def check(tables):
    rows = {(row["opening"], row["lost"], row["RTT"]): row for row in tables["reply"]}

    def times(opening, lost, rtt):
        row = rows[opening, lost, rtt]
        return row["request"], row["reply"]

    for rtt in RTTS:
        # A round trip is saved, once there is a cookie.
        assert times("three-way", "nothing", rtt) == (1.5 * rtt, 2 * rtt)
        assert times("fast-open-first", "nothing", rtt) == (1.5 * rtt, 2 * rtt)
        assert times("fast-open", "nothing", rtt) == (0.5 * rtt, rtt)
        for opening in ("three-way", "fast-open-first", "fast-open"):
            # A lost SYN costs the timeout, and Fast Open its advantage.
            assert times(opening, "syn", rtt) == (TIMEOUT + 1.5 * rtt, TIMEOUT + 2 * rtt)
            # A lost SYN,ACK costs that too, and a round trip and a delayed ACK for the window.
            assert times(opening, "syn-ack", rtt)[1] == TIMEOUT + 3 * rtt + DELAYED_ACK
        # But the server has had the request long before, and only once.
        assert times("fast-open", "syn-ack", rtt)[0] == 0.5 * rtt
        assert times("three-way", "syn-ack", rtt)[0] == TIMEOUT + 1.5 * rtt
        # Two segments for SYN and SYN,ACK, one for the request, one ACK, two for the reply.
        assert rows["three-way", "nothing", rtt]["segments"] == 6
        assert rows["fast-open", "nothing", rtt]["segments"] == 5

    after = {row["lost"]: [row["this"], row["10 s later"], row["90 s later"]]
             for row in tables["after"]}
    assert after["nothing"] == [100, 100, 100]
    # The client takes a lost SYN for a path that drops such SYNs, for a minute.
    assert after["syn"] == [1200, 200, 100]
    # A lost SYN,ACK it does not: what came acknowledged its text.
    assert after["syn-ack"] == [1500, 100, 100]
