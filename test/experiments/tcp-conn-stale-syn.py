# SPDX-License-Identifier: GPL-2.0-only
"""What doc/tcp-conn-experiment-stale-syn.rst says."""

ARGUMENTS = ["--most=16", "--attempts=5"]
ROUND_TRIP = 0.02
FOR_EVER = 90000  # of a run of 100000 s


def check(tables):
    outcomes = {row["case"]: row for row in tables["outcomes"]}

    # Two-way, client ignoring: a ghost for ever, and nobody tells the server.
    ghost = outcomes["two-way-closed"]
    assert (ghost["ghosts"], ghost["client sends"]) == (1, "nothing")
    assert ghost["held"] > FOR_EVER

    # With a reset the ghost lives for a round trip; unless the reset is lost.
    reset = outcomes["two-way-rst-closed"]
    assert (reset["ghosts"], reset["client sends"]) == (0, "1 RST")
    assert ROUND_TRIP <= reset["held"] < 1.1 * ROUND_TRIP
    lost = outcomes["two-way-rst-rst-lost"]
    assert (lost["ghosts"], lost["client sends"]) == (1, "1 RST")
    assert lost["held"] > FOR_EVER

    # Three-way, client CLOSED: one RST, back to LISTEN; a lost one is repeated in a second.
    three = outcomes["three-way-closed"]
    assert (three["ghosts"], three["client sends"]) == (0, "1 RST")
    assert ROUND_TRIP <= three["held"] < 1.1 * ROUND_TRIP
    repeated = outcomes["three-way-rst-lost"]
    assert (repeated["ghosts"], repeated["client sends"]) == (0, "2 RST")
    assert 1 <= repeated["held"] < 1.1

    # Client in TIME-WAIT: ACKs, and a RST when that is over.
    for handshake in ("three-way", "four-way"):
        row = outcomes[handshake + "-time-wait"]
        assert row["client"] == "TIME-WAIT"
        assert (row["ghosts"], row["client sends"]) == (0, "5 ACK and 1 RST")
        assert 20 < row["held"] < 40
    # A two-way server has said all it had to say, so each ACK is answered by another one.
    assert int(outcomes["two-way-time-wait"]["client sends"].split()[0]) > 500

    # Four-way as three-way, with one segment more to answer.
    four = outcomes["four-way-closed"]
    assert (four["ghosts"], four["client sends"]) == (0, "1 RST and 1 RST,ACK")

    # Ghosts: as many as stale SYNs, or none, and a half-open connection is small.
    for row in tables["numbers"]:
        assert row["ghosts"] == (row["stale SYNs"] if row["handshake"] == "two-way" else 0)
        assert (row["held"] > FOR_EVER) == (row["handshake"] == "two-way")
    memory = {row["handshake"]: row["most memory"] for row in tables["numbers"]}
    assert memory["two-way"] >= 4 * memory["three-way"] > 0
    assert memory["three-way"] == memory["four-way"]
    assert {row["stale SYNs"] for row in tables["numbers"]} == {1, 4, 16}

    # The jam: all at once, in any handshake; only the two-way server keeps them.
    for row in tables["jam"]:
        assert (row["connections"], row["begun"], row["at once"]) == (5, 5, 5)
        assert row["ghosts"] == (5 if row["handshake"] == "two-way" else 0)
        resets = 0 if row["handshake"] == "two-way" else 20
        assert row["client sends"].startswith("%d RST" % resets if resets else "nothing")

    # SYN,ACK lost once: nothing is amiss.  Always: only the two-way server never notices.
    for row in tables["lost-syn-ack"]:
        always = row["lost"] == "always"
        assert row["client"] == ("gave up" if always else "connected")
        assert row["ghosts"] == (1 if always and row["handshake"].startswith("two-way") else 0)
        if always and not row["ghosts"]:
            assert 60 < row["held"] < 300  # until SYN-RECEIVED is given up
