# SPDX-License-Identifier: GPL-2.0-only
"""What doc/tcp-conn-experiment-two-msl.rst says."""

ARGUMENTS = ["--ports=3", "--end=20s"]


def check(tables):
    ends = {(row["time-wait"], row["lost"]): row for row in tables["last-ack"]}
    # With TIME-WAIT the repeated FIN is answered by the ACK again, and the server ends cleanly.
    for lost in ("nothing", "ack", "ack-and-rst"):
        row = ends["2-msl", lost]
        assert row["ended by"] == "ack/ack-of-fin"
        assert row["FINs"] == (1 if lost == "nothing" else 2)
        assert row["LAST-ACK"] < 1.1
    # Without it nobody is there to answer: a reset, or FINs until the server gives up.
    assert ends["none", "nothing"]["ended by"] == "ack/ack-of-fin"
    assert ends["none", "ack"]["ended by"] == "rst/reset-valid"
    assert ends["none", "ack"]["client sends"] == "1 ACK and 1 RST"
    given_up = ends["none", "ack-and-rst"]
    assert given_up["ended by"] == "retransmission-timeout/give-up"
    assert given_up["FINs"] > 3 and given_up["LAST-ACK"] > 60

    rows = tables["old-duplicates"]
    corrupted = {}
    for row in rows:
        assert row["failed"] == 0, "nobody notices"
        assert row["completed"] > 0 and row["old copies"] > 0
        # A port that is in TIME-WAIT cannot be used, and no others are there to be in use.
        assert (row["in use"] > 0) == (row["time-wait"] == "2-msl")
        case = (row["pace"], row["time-wait"], row["ISN"], row["timestamps"])
        assert case not in corrupted
        corrupted[case] = row["corrupted"]
    assert len(rows) == 27

    # One old segment, of 392 bytes: a byte in 256 happens to be right.
    assert 350 < corrupted.pop(("one", "none", "constant", "no")) <= 392
    # Constant numbers: old segments fit.
    assert corrupted.pop(("slow", "none", "constant", "no")) > 1000
    assert corrupted.pop(("fast", "none", "constant", "no")) > 10000
    # Numbers that follow the clock: old segments fit where connections outrun it.
    assert corrupted.pop(("fast", "none", "clock", "no")) > 0
    assert corrupted.pop(("fast", "none", "rfc6528", "no")) > 0
    # All others: TIME-WAIT, numbers that are far enough apart, or timestamps.
    assert set(corrupted.values()) == {0}, corrupted
