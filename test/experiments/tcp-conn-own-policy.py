# SPDX-License-Identifier: GPL-2.0-only
"""What doc/tcp-conn-experiment-own-policy.rst says."""


def check(tables):
    # A number: timeouts that double, and those that grow by a step.
    def sent(step):
        times = [0]
        for retry in range(5):
            times.append(times[-1] + step(retry))
        return times

    rows = {row["policy"]: [row[str(n)] for n in range(1, 7)] for row in tables["retries"]}
    assert rows == {
        "ns3::TcpConnRetryRfc6298": sent(lambda retry: 2**retry),
        "OwnLinearRetry": sent(lambda retry: 1 + retry),
        "OwnLinearRetry[Step=500ms]": sent(lambda retry: 1 + retry / 2),
    }

    # A row of the table: the reset that RFC 1337 ignores.
    ends = {row["policy"]: row for row in tables["time-wait"]}
    assert ends["ns3::TcpConnTwoMsl"]["ended by"] == "time-wait-timeout"
    assert ends["ns3::TcpConnTwoMsl"]["TIME-WAIT"] == 240
    assert ends["OwnOldTimeWait"]["ended by"] == "rst"
    assert 4.9 < ends["OwnOldTimeWait"]["TIME-WAIT"] < 5.1
