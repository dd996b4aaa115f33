# SPDX-License-Identifier: GPL-2.0-only
"""What doc/tcp-conn-experiment-half-open.rst says."""

ACT = 0.1  # from the crash to what is done next, s
ROUND_TRIP = 0.02


def check(tables):
    cases = {row["case"]: row for row in tables["outcomes"]}

    def found(case, at, failure, by, segments):
        row = cases[case]
        assert at <= row["found after"] < at + 0.1, row
        assert (row["failure"], row["by"], row["segments"]) == (failure, by, segments), row

    # Whatever the survivor sends is answered by a reset, a round trip later.
    found("send", ACT + ROUND_TRIP, "reset", "rst/reset-valid", 1)
    found("close", ACT + ROUND_TRIP, "reset", "rst/reset-valid", 1)
    # A new SYN: the survivor's ACK is answered by a reset, and the repeated SYN opens.
    found("open-again", ACT + 1.5 * ROUND_TRIP, "reset", "rst/reset-valid", 1)
    found("open-again-rfc793", ACT + 0.5 * ROUND_TRIP, "reset", "syn", 0)
    for case in ("open-again", "open-again-rfc793"):
        assert ACT + 1 < cases[case]["reopened"] < ACT + 1.1
        assert cases[case]["records"] == 1
    # Who is silent learns nothing.
    for case in ("silence", "off-silence"):
        row = cases[case]
        assert (row["found after"], row["segments"], row["records"]) == ("never", 0, 1)
    # Keep-alive: a reset from a host that is up again; else three probes for nothing.
    found("keep-alive", 29.93, "reset", "rst/reset-valid", 1)
    found("off-keep-alive", 44.93, "timed-out", "keep-alive-timeout/give-up", 3)
    # Text to a host that is off: the retransmissions, 1 + 2 + 4 + ... + 32 + 60 s, or less.
    found("off-send", ACT + 123, "timed-out", "retransmission-timeout/give-up", 7)
    found("off-user-timeout", ACT + 20, "timed-out", "user-timeout", 5)
    assert all(row["records"] == 0 for row in cases.values() if row["survivor"] == "client"
               and row["found after"] != "never")
