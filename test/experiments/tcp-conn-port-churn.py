# SPDX-License-Identifier: GPL-2.0-only
"""What doc/tcp-conn-experiment-port-churn.rst says."""

ARGUMENTS = ["--msl=1,5", "--ports=50", "--demand=60"]
PORTS, DEMAND = 50, 60


def check(tables):
    outcomes = {(row["closer"], row["policy"], row["msl"]): row for row in tables["outcomes"]}
    for msl in (1, 5):
        limit = PORTS / (2 * msl)
        # The client closes: its ports wait, whatever a server would take.
        for policy in ("2-msl", "2-msl-reuse"):
            row = outcomes["client", policy, msl]
            assert row["limit"] == limit
            assert 0.97 * limit <= row["rate"] <= limit
            assert row["waiting-server"] == 0 and row["waiting-client"] >= 0.9 * PORTS
            assert row["failures"].endswith(" no-port")
        # The server closes: a port that waits there costs time, unless it is reused.
        wait = outcomes["server", "2-msl", msl]
        assert wait["rate"] <= limit and wait["set-up"] > 1000 * msl / 2
        reuse = outcomes["server", "2-msl-reuse", msl]
        assert reuse["rate"] > 0.98 * DEMAND and reuse["set-up"] < 3
        assert reuse["failures"] == "" and reuse["waiting-server"] >= 0.9 * PORTS
        # Nobody waits.
        for closer in ("client", "server"):
            row = outcomes[closer, "none", msl]
            assert row["rate"] > 0.98 * DEMAND and row["failures"] == ""
            assert (row["waiting-client"], row["waiting-server"]) == (0, 0)

    errors = {row["connection"]: (row["outcome"], row["error"]) for row in tables["errors"]}
    assert errors["port chosen"] == ("fails at once", "ERROR_ADDRNOTAVAIL")
    assert errors["bound to a port that waits"] == ("fails at once", "ERROR_ADDRINUSE")
    assert errors["bound to a port outside the range"] == ("opens", "none")
    assert errors["port chosen, to another port of the server"] == ("opens", "none")
