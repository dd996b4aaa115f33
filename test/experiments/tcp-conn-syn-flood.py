# SPDX-License-Identifier: GPL-2.0-only
"""What doc/tcp-conn-experiment-syn-flood.rst says."""

# With 64 entries and 20 ms round trips, a cache is washed out by 3200 SYNs a second.
ARGUMENTS = ["--rates=0,400,4000", "--backlog=64", "--connections=20"]
LIFETIME = 3  # of a half-open connection, s
ENTRY = 80 / 1024  # KiB


def check(tables):
    outcomes = {(row["policy"], row["attack"]): row for row in tables["outcomes"]}

    # Without an attack all policies are alike.
    for policy in ("unlimited", "backlog", "cache", "cookies"):
        calm = outcomes[policy, 0]
        assert (calm["succeeded"], calm["half-open"], calm["memory"]) == (100, 0, 0)
        assert 20 <= calm["set-up"] < 20.1

    # Unlimited: everybody gets in, and the memory grows with the attack.
    for rate in (400, 4000):
        row = outcomes["unlimited", rate]
        assert row["succeeded"] == 100
        assert 0.9 < row["half-open"] / (LIFETIME * rate) < 1.1
        assert 0.9 < row["memory"] / (row["half-open"] * ENTRY) < 1.1

    # Backlog: what is left of 64 / 3 s places a second goes to whoever comes first.
    few, fewer = outcomes["backlog", 400], outcomes["backlog", 4000]
    assert few["succeeded"] <= 30 and fewer["succeeded"] <= 10
    assert few["half-open"] > 55 and "timeout" in few["failures"]

    # Cache: harmless until the entries last for less than a round trip, useless beyond.
    assert outcomes["cache", 400]["succeeded"] == 100
    assert outcomes["cache", 4000]["succeeded"] <= 10
    assert "reset" in outcomes["cache", 4000]["failures"]

    # Cookies: neither clients nor memory notice.
    for rate in (400, 4000):
        row = outcomes["cookies", rate]
        assert row["succeeded"] == 100 and row["half-open"] <= 64
        assert 20 <= row["set-up"] < 20.1
