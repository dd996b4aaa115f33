# SPDX-License-Identifier: GPL-2.0-only
"""What doc/tcp-conn-experiment-negotiation.rst says."""

# What an offer lacks; ECN apart, which is not the same from both sides.
LACKS = {
    "all": [],
    "no-scale": ["scale"],
    "no-sack": ["sack"],
    "no-timestamps": ["timestamps"],
    "no-ecn": ["ecn"],
    "ecn-if-asked": [],
    "none": ["scale", "sack", "timestamps", "ecn"],
}
# A server with SYN cookies remembers an offer only in the timestamps that it sends.
COOKIES = {True: [], False: LACKS["none"]}


def check(tables):
    pairs = tables["pairs"]
    assert len(pairs) == len(LACKS) * (len(LACKS) + 1)
    for row in pairs:
        cookies = COOKIES["timestamps" not in LACKS[row["client"]]]
        lacks = LACKS[row["client"]] + LACKS.get(row["server"], cookies)
        # An option is used if both offer it, and so both ends say the same.
        for option in ("sack", "timestamps"):
            assert row[option] == ("off" if option in lacks else "on"), row
        assert row["scale"] == ("off" if "scale" in lacks else 2), row
        asks = "ecn" not in lacks and row["client"] != "ecn-if-asked"
        assert row["ecn"] == ("on" if asks else "off"), row
        # Timestamps take 12 bytes; without scale no window is above 65535.
        assert row["mss"] == (1460 if "timestamps" in lacks else 1448), row
        for window in (row["client-window"], row["server-window"]):
            assert 65000 < window <= (65535 if "scale" in lacks else 131072), row
            assert ("scale" in lacks) == (window <= 65535)

    # Each end sends what the other can take and its own path can carry.
    assert len(tables["mss"]) == 9
    for row in tables["mss"]:
        offers = [row["client-mtu"] - 40, row["server-mtu"] - 40]
        assert [row["client-offers"], row["server-offers"]] == offers
        assert row["client-sends"] == row["server-sends"] == min(offers)

    # A server that reflects has the client's quality of service, from the SYN,ACK on.
    assert len(tables["service"]) == 9
    for row in tables["service"]:
        has = row["client-asks" if row["reflects"] == "yes" else "server-has"]
        assert row["client-text"] == row["client-asks"]
        assert row["syn-ack"] == row["server-text"] == has

    # From a small entry to a large one with buffers, back to a small entry, and to nothing.
    life = {(row["at"], row["host"]): row for row in tables["allotted"]}
    half_open, established = life[0.015, "server"], life[0.5, "server"]
    assert (half_open["state"], established["state"]) == ("SYN-RECEIVED", "ESTABLISHED")
    assert half_open["entries"] == established["entries"] == 1
    assert 0 < half_open["entry"] < established["entry"] / 2
    assert (half_open["send-buffer"], half_open["receive-buffer"]) == (0, 0)
    assert (established["send-buffer"], established["receive-buffer"]) == (32768, 32768)
    client = life[0.5, "client"]
    assert (client["send-buffer"], client["receive-buffer"]) == (131072, 131072)
    assert life[1.5, "client"]["state"] == "FIN-WAIT-2"
    assert life[1.5, "server"]["state"] == "CLOSE-WAIT"
    late = life[2.5, "client"]
    assert late["state"] == "TIME-WAIT" and 0 < late["entry"] < established["entry"] / 2
    assert (late["send-buffer"], late["receive-buffer"]) == (0, 0)
    for row in (life[2.5, "server"], life[300, "client"]):
        assert (row["state"], row["entries"], row["entry"]) == ("none", 0, 0)
