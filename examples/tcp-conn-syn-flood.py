#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
"""SYN flood: what legitimate clients get under each admission policy, one of them in Python.

    clients 10.0.0.1 ------ 10 ms ------ 10.0.0.2
                                                  server
    attacker 10.1.0.1 ------ 1 ms ------ 10.1.0.2

Prints the share of legitimate connections that succeed for each policy and rate of attack, and
draws it: with Matplotlib if that is there, else by ns-3's Gnuplot class (a .plt file for gnuplot).
Policies and network are those of tcp-conn-syn-flood.cc; "random-drop" is written in this file.
"""

import argparse
import importlib.util
import random

import ns3_tcp_conn as tcp_conn


class RandomDrop(tcp_conn.AdmissionPolicy):
    """The fuller the queue, the likelier is a SYN to be dropped, or else to evict the oldest."""

    def __init__(self, limit, seed=1):
        self.limit = limit
        self.random = random.Random(seed)

    def admit(self, half_open, _accepting):
        """Decide on a SYN."""
        if half_open < self.limit:
            return tcp_conn.Verdict.ADMIT
        keep = self.random.random() < 0.5
        return tcp_conn.Verdict.DROP if keep else tcp_conn.Verdict.EVICT


def set_admission(stack, name, limit):
    """Choose a policy of the table."""
    if name == "random-drop":
        tcp_conn.set_policy(stack, RandomDrop(limit))
        return
    policy, attributes = {
        "unlimited": ("TcpConnUnlimited", {}),
        "backlog": ("TcpConnBacklog", {"Backlog": limit}),
        "cache": ("TcpConnSynCache", {"Limit": limit}),
        "cookies": ("TcpConnSynCookies", {"Backlog": limit}),
    }[name]
    tcp_conn.set_policy(stack, "Admission", policy, **attributes)


POLICIES = ("unlimited", "backlog", "cache", "cookies", "random-drop")
BEGIN = 4  # seconds: the first client comes, to a server that is under attack
ARRIVALS = 50  # clients a second
PATIENCE = 3  # seconds until a client gives up


def three_nodes(ns, policy, limit):
    """Build the network; return client, server, attacker."""
    client, server, attacker = (ns.CreateObject[ns.Node]() for _ in range(3))
    link = ns.PointToPointHelper()
    link.SetDeviceAttribute("DataRate", ns.StringValue("1Gbps"))
    link.SetChannelAttribute("Delay", ns.StringValue("10ms"))
    good = link.Install(client, server)
    link.SetChannelAttribute("Delay", ns.StringValue("1ms"))
    bad = link.Install(attacker, server)

    stack = ns.TcpConnStackHelper()
    stack.Install(client)
    set_admission(stack, policy, limit)
    tcp_conn.set_policy(stack, "Retry", "TcpConnRetryLinux", SynAckRetries=1)
    stack.Install(server)
    hosts = ns.NodeContainer(client, server)
    stack.AssignStreams(hosts, 1)
    ns.InternetStackHelper().Install(attacker)

    mask = ns.Ipv4Mask("255.255.255.0")
    ns.Ipv4AddressHelper(ns.Ipv4Address("10.0.0.0"), mask).Assign(good)
    ns.Ipv4AddressHelper(ns.Ipv4Address("10.1.0.0"), mask).Assign(bad)
    # Replies to forged sources go where the flood comes from, and end there.
    attacker.GetObject[ns.Ipv4]().SetAttribute("IpForward", ns.BooleanValue(False))
    routing = ns.Ipv4StaticRoutingHelper()
    for node, gateway, interface in ((attacker, "10.1.0.2", 1), (server, "10.1.0.1", 2)):
        table = routing.GetStaticRouting(node.GetObject[ns.Ipv4]())
        table.SetDefaultRoute(ns.Ipv4Address(gateway), interface)
    return client, server, attacker


def run(ns, policy, rate, options):
    """Run one policy at one rate of attack; return the share of connections that succeed, %."""
    client, server, attacker = three_nodes(ns, policy, options.limit)
    service = tcp_conn.address("10.0.0.2", 80)
    ns.TcpConnWorkloadServerHelper(tcp_conn.address("0.0.0.0", 80)).Install(server)

    helper = ns.TcpConnWorkloadClientHelper(service)
    helper.SetAttribute("MaxConnections", ns.UintegerValue(options.connections))
    gaps = f"ns3::ExponentialRandomVariable[Mean={1 / ARRIVALS}]"
    helper.SetAttribute("Arrivals", ns.StringValue(gaps))
    helper.SetAttribute("ConnectTimeout", ns.StringValue(f"{PATIENCE}s"))
    clients = helper.Install(client)
    clients.Start(ns.Seconds(BEGIN))
    ns.TcpConnWorkloadHelper.AssignStreams(clients, 100)
    done = []
    tcp_conn.connect(clients.Get(0), "Completed", lambda *_: done.append(1))

    if rate > 0:
        helper = ns.TcpConnAttackerHelper("syn", service)
        helper.SetAttribute("Sources", ns.StringValue("10.99.0.0/16"))
        gaps = f"ns3::ExponentialRandomVariable[Mean={1 / rate}]"
        helper.SetAttribute("Interval", ns.StringValue(gaps))
        ns.TcpConnWorkloadHelper.AssignStreams(helper.Install(attacker), 200)

    tcp_conn.run(stop=BEGIN + PATIENCE + 1.5 * options.connections / ARRIVALS)
    tcp_conn.destroy()
    return 100 * len(done) / options.connections


def draw(ns, results, chart):
    """Draw the shares over the rate of attack; return the name of the file."""
    if importlib.util.find_spec("matplotlib"):
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot

        for policy, points in results.items():
            pyplot.plot(*zip(*points), marker="o", label=policy)
        pyplot.xscale("symlog", linthresh=100)
        pyplot.ylim(0, 105)
        pyplot.xlabel("SYNs of the attacker, 1/s")
        pyplot.ylabel("legitimate connections that succeed, %")
        pyplot.legend()
        pyplot.savefig(f"{chart}.png", dpi=100)
        return f"{chart}.png"
    plot = ns.Gnuplot(f"{chart}.png", "Legitimate connections during a SYN flood")
    plot.SetLegend("SYNs of the attacker, 1/s", "succeed, %")
    plot.AppendExtra("set yrange [0:105]\nset key outside")
    for policy, points in results.items():
        line = ns.Gnuplot2dDataset(policy)
        line.SetStyle(ns.Gnuplot2dDataset.LINES_POINTS)
        for rate, share in points:
            line.Add(rate, share)
        plot.AddDataset(line)
    text = ns.cppyy.gbl.std.ostringstream()
    plot.GenerateOutput(text)
    with open(f"{chart}.plt", "w", encoding="ascii") as file:
        file.write(str(text.str()))
    return f"{chart}.plt"


def main():
    """Run all, print a table, draw the chart."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--policies", default=",".join(POLICIES), help="which, by commas")
    parser.add_argument("--rates", default="0,100,1000", help="SYNs of the attacker, 1/s, by commas")
    parser.add_argument("--limit", type=int, default=128, help="half-open connections allowed")
    parser.add_argument("--connections", type=int, default=100, help="legitimate ones in a run")
    parser.add_argument("--chart", default="syn-flood", help="name of the chart, without ending")
    options = parser.parse_args()
    policies = options.policies.split(",")
    if not set(policies) <= set(POLICIES):
        parser.error(f"--policies are {', '.join(POLICIES)}")
    rates = [float(rate) for rate in options.rates.split(",")]
    if min(rates) < 0 or options.connections < 1:
        parser.error("--rates must not be negative, and --connections at least 1")

    ns = tcp_conn.ns
    results = {}
    print("succeeded, %  " + "  ".join(f"{rate:>8g}" for rate in rates) + "  SYN/s")
    for policy in policies:
        results[policy] = [(rate, run(ns, policy, rate, options)) for rate in rates]
        print(f"{policy:<12}  " + "  ".join(f"{share:>8g}" for _, share in results[policy]))
    print(f"chart: {draw(ns, results, options.chart)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
