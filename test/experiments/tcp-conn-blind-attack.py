# SPDX-License-Identifier: GPL-2.0-only
"""What doc/tcp-conn-experiment-blind-attack.rst says."""

CONNECTIONS = 40
ARGUMENTS = ["--connections=%d" % CONNECTIONS, "--guesses=64"]


def check(tables):
    rows = tables["outcomes"]
    for row in rows:
        # As many as chance says: within four standard deviations.
        share = row["expected"] / 100
        spread = 400 * (share * (1 - share) / CONNECTIONS) ** 0.5
        assert abs(row["broken"] - row["expected"]) <= max(spread, 1), row
    last = {(r["kind"], r["check"], r["timestamps"]): r for r in rows if r["guesses"] == 64}

    # RFC 793 believes one number in 64.
    assert last["rst", "Rfc793", "off"]["broken"] > 40
    assert last["syn", "Rfc793", "off"]["broken"] > 40
    assert last["data", "Rfc793", "off"]["broken"] > 15
    # RFC 5961 asks back: never for nothing, and one ACK for each SYN and each guess in the window.
    assert last["rst", "Rfc5961", "off"]["broken"] == 0
    assert 0 < last["rst", "Rfc5961", "off"]["ACKs"] < 64 * CONNECTIONS / 20
    assert last["syn", "Rfc5961", "off"]["broken"] == 0
    assert last["syn", "Rfc5961", "off"]["ACKs"] == 64 * CONNECTIONS
    assert last["data", "Rfc5961", "off"]["broken"] <= 10
    # What carries no timestamp is not even answered.
    assert last["data", "Rfc5961", "on"]["broken"] == 0
    assert last["data", "Rfc5961", "on"]["ACKs"] == 0
