# SPDX-License-Identifier: GPL-2.0-only
"""What doc/tcp-conn-experiment-why-three.rst says."""


def check(tables):
    opening = {row["handshake"]: row for row in tables["opening"]}
    assert [opening[h]["segments"] for h in ("two-way", "three-way", "four-way")] == [2, 3, 4]
    # The fourth segment buys nothing: both ends are as far as with three.
    for what in ("client open", "server open", "client proven"):
        assert opening["four-way"][what] == opening["three-way"][what]
    assert opening["three-way"]["client open"] == 1
    assert opening["three-way"]["server open"] == opening["three-way"]["client proven"] == 1.5
    # Without the third, the server is open with no proof of the client.
    assert opening["two-way"]["server open"] == 0.5
    assert opening["two-way"]["client proven"] == "not yet"

    release = {(row["release"], row["case"]): row for row in tables["release"]}

    def segments(policy, case):
        row = release[policy, case]
        return [row[what] for what in ("FIN", "ACK", "RST")]

    # Four segments; three where the application closes at once and ACK and FIN are joined.
    assert segments("joined", "at-once") == [2, 1, 0]
    assert segments("separate", "at-once") == [2, 2, 0]
    for policy in ("joined", "separate"):
        assert segments(policy, "later") == [2, 2, 0]
        assert segments(policy, "same-time") == [2, 2, 0]
        assert release[policy, "at-once"]["server done"] == 1.5
        assert release[policy, "later"]["server done"] == 26.5
        assert release[policy, "same-time"]["server done"] == 1
        # Half-closed: all that the server had to send arrives.
        half = release[policy, "has-data"]
        assert (half["received"], half["by"]) == (5000, "ack/ack-of-fin")
        # Closed wholly: it is refused.
        whole = release[policy, "has-data-no-reader"]
        assert (whole["received"], whole["by"]) == (0, "rst/reset-valid")
    # An abort is one segment, and takes the text along.
    for case in ("at-once", "later", "has-data", "has-data-no-reader"):
        assert segments("abortive", case) == [0, 0, 1]
        assert release["abortive", case]["received"] == 0
