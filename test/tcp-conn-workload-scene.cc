/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-workload-scene.h"

#include "ns3/core-module.h"

#include <algorithm>

namespace ns3
{
namespace TcpConnTest
{

std::string
NameOf(Stack stack)
{
    return stack == Stack::OURS ? "ours" : stack == Stack::STOCK ? "stock" : "both";
}

WorkloadScene::WorkloadScene(Stack first, Stack second, bool ipv6, double loss)
    : hosts(first, second, loss),
      clientHelper(first == Stack::BOTH ? OUR_FACTORY : TCP_FACTORY, hosts.At(1, PORT, ipv6)),
      serverHelper(second == Stack::BOTH ? OUR_FACTORY : TCP_FACTORY, TwoHosts::Any(PORT, ipv6))
{
}

void
WorkloadScene::Set(const std::string& name, const std::string& value)
{
    clientHelper.SetAttribute(name, StringValue(value));
}

void
WorkloadScene::Fix(const std::string& name, double value)
{
    std::ostringstream text;
    text << "ns3::ConstantRandomVariable[Constant=" << value << "]";
    Set(name, text.str());
}

void
WorkloadScene::Install(int64_t stream, bool listen)
{
    if (listen)
    {
        ApplicationContainer servers = serverHelper.Install(hosts.nodes.Get(1));
        servers.Start(Seconds(0));
        server = DynamicCast<TcpConnWorkloadServer>(servers.Get(0));
        server->TraceConnectWithoutContext("Accepted",
                                           MakeCallback(&WorkloadScene::Accepted, this));
        server->TraceConnectWithoutContext("Served", MakeCallback(&WorkloadScene::Served, this));
    }
    ApplicationContainer clients = clientHelper.Install(hosts.nodes.Get(0));
    clients.Start(Seconds(3)); // when IPv6 addresses can be used
    TcpConnWorkloadHelper::AssignStreams(clients, stream);
    client = DynamicCast<TcpConnWorkloadClient>(clients.Get(0));
    client->TraceConnectWithoutContext("SetUpTime", MakeCallback(&WorkloadScene::SetUp, this));
    client->TraceConnectWithoutContext("Completed", MakeCallback(&WorkloadScene::Completed, this));
    client->TraceConnectWithoutContext("Failed", MakeCallback(&WorkloadScene::Failed, this));
    client->TraceConnectWithoutContext("Active", MakeCallback(&WorkloadScene::ActiveChanged, this));
}

void
WorkloadScene::Run(double seconds)
{
    Simulator::Stop(Seconds(seconds));
    Watch();
    Simulator::Run();
}

void
WorkloadScene::Watch()
{
    Judge(client);
    if (server)
    {
        Judge(server);
    }
    identities &= active == client->GetActive();
    Simulator::Schedule(MilliSeconds(7), &WorkloadScene::Watch, this);
}

void
WorkloadScene::Judge(Ptr<TcpConnWorkloadApp> app)
{
    const TcpConnWorkloadCounters& c = app->GetCounters();
    uint64_t failures = 0;
    for (const auto& cause : app->GetFailures())
    {
        failures += cause.second;
    }
    identities &= c.started == c.completed + c.failed + app->GetActive();
    identities &= c.failed == failures && c.opened <= c.started;
}

void
WorkloadScene::Accepted(const Address& /* from */)
{
    Note("accepted", Simulator::Now());
}

void
WorkloadScene::Served(Time total)
{
    Note("served", total);
}

void
WorkloadScene::SetUp(Time time)
{
    setUp = time;
    Note("set up", time);
}

void
WorkloadScene::Completed(Time total)
{
    completed = total;
    Note("completed", total);
}

void
WorkloadScene::Failed(const std::string& cause)
{
    causes += (causes.empty() ? "" : " ") + cause;
    Note("failed " + cause, Time(0));
}

void
WorkloadScene::ActiveChanged(uint32_t from, uint32_t to)
{
    identities &= from == active;
    active = to;
    mostActive = std::max(mostActive, to);
}

void
WorkloadScene::Note(const std::string& what, Time time)
{
    log << Simulator::Now().GetNanoSeconds() << " " << what << " " << time.GetNanoSeconds() << "\n";
}

} // namespace TcpConnTest
} // namespace ns3
