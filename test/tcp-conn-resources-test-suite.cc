/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-admission-test.h"
#include "tcp-conn-two-hosts.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Resources of a host: what a connection is allotted and gives back, limits, what is refused when
 * they are reached, and the trace sources of the levels.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class ResourcesSuite : public Suite
{
  public:
    ResourcesSuite();

  private:
    void AddLevels();
    void AddAllotment();
    void AddConnections();
    void AddMemory();
    void AddOrphans();
    void AddTimeWait();
    void AddEnds();
};

/// What two default buffers take.
constexpr uint64_t BUFFERS = 2 * 131072;

/** Limit a resource of the host. */
Script&
Limit(Script& w, const std::string& name, uint64_t limit)
{
    return w.Do([&]() { w.L4()->SetAttribute(name, UintegerValue(limit)); });
}

/** The levels: connections, of which half-open, TIME-WAIT, orphans, buffer memory in bytes. */
void
Levels(Script& w, const std::string& expected)
{
    const TcpConnResources& r = ResourcesOf(w);
    std::ostringstream is;
    is << r.GetConnections() << " " << r.GetHalfOpen() << " " << r.GetTimeWait() << " "
       << r.GetOrphans() << " " << r.GetBufferMemory();
    w.Check(is.str() == expected, "levels " + is.str() + ", expected " + expected);
    const uint64_t records =
        (r.GetConnections() - r.GetHalfOpen()) *
            static_cast<uint64_t>(TcpConnResources::RecordBytes(TCP_CONN_FULL, w.IsV6())) +
        r.GetHalfOpen() *
            static_cast<uint64_t>(TcpConnResources::RecordBytes(TCP_CONN_HALF_OPEN, w.IsV6())) +
        r.GetTimeWait() *
            static_cast<uint64_t>(TcpConnResources::RecordBytes(TCP_CONN_LATE, w.IsV6()));
    w.Check(r.GetRecordMemory() == records, "record memory");
}

/** How often something was refused. */
void
Refused(Script& w, TcpConnResources::Refusal what, uint64_t times)
{
    const uint64_t is = ResourcesOf(w).GetRefused(what);
    w.Check(is == times, "refused " + std::to_string(is) + " times");
}

/** Connect a new socket to a port of the peer. @return whether it was let */
bool
Connects(Script& w, uint16_t port)
{
    bool connected = false;
    w.Use(port, 0).Do([&]() {
        Ptr<Socket> s = w.NewSocket();
        connected = s->Connect(w.PeerAddress().With(port)) == 0;
        w.Check(connected || s->GetErrno() == Socket::ERROR_AGAIN, "errno");
    });
    return connected;
}

void
ResourcesSuite::AddLevels()
{
    AddBoth("a passive life: half-open, established, orphan, TIME-WAIT, nothing", [](Script& w) {
        w.Listen();
        Levels(w, "0 0 0 0 0");
        HalfOpen(w, 40000, 1.0);
        Levels(w, "1 1 0 0 0");
        w.At(1.1).Send(ACK, 1, 1);
        w.At(1.2).Nothing();
        Levels(w, "1 0 0 0 262144");
        w.Close();
        w.At(1.201).Expect(FIN | ACK, 1, 1);
        Levels(w, "1 0 0 1 262144");
        w.At(1.3).Send(FIN | ACK, 1, 2);
        w.At(1.302).Expect(ACK, 2, 2);
        Levels(w, "0 0 1 0 0");
        w.At(20.0).Nothing();
        Levels(w, "0 0 0 0 0");
    });
    AddBoth("an active life: SYN-SENT has its buffers; the peer closes first", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        Levels(w, "1 0 0 0 262144");
        w.Send(SYN | ACK, 0, 1);
        w.At(1.003).Expect(ACK, 1, 1).Send(FIN | ACK, 1, 1);
        w.At(1.005).Expect(ACK, 1, 2);
        Levels(w, "1 0 0 0 262144");
        w.At(1.1).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 2);
        Levels(w, "1 0 0 1 262144");
        w.Send(ACK, 2, 2);
        w.At(1.2).Nothing();
        Levels(w, "0 0 0 0 0");
    });
    Add("ShutdownSend makes no orphan; Close after it does, once", [](Script& w) {
        w.PassiveOpen();
        w.At(1.1).ShutdownSend();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(ACK, 1, 2);
        w.At(1.2).Nothing();
        Levels(w, "1 0 0 0 262144");
        w.Close().Close();
        Levels(w, "1 0 0 1 262144");
    });
    Add("a dropped reference is no Close: no orphan", [](Script& w) {
        w.PassiveOpen();
        w.Drop();
        Levels(w, "1 0 0 0 262144");
    });
    Add("refused, reset, timed out: nothing is left", [](Script& w) {
        w.Set("ConnCount", UintegerValue(0));
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Send(RST | ACK, 0, 1);
        w.At(2.000).Connect(9001);
        w.At(2.001).Expect(SYN, 0);
        w.At(4.000).Nothing();
        Levels(w, "0 0 0 0 0");
        w.Listen();
        Open(w, 40000, 5.0);
        w.At(5.1).Send(RST, 1);
        HalfOpen(w, 40001, 5.2);
        w.At(5.3).Send(RST, 1);
        HalfOpen(w, 40002, 5.4);
        w.At(8.0).Nothing();
        Levels(w, "0 0 0 0 0");
    });
}

void
ResourcesSuite::AddAllotment()
{
    AddBoth("a socket knows what it has been allotted", [](Script& w) {
        w.Set("SndBufSize", UintegerValue(50000)).Set("RcvBufSize", UintegerValue(30000));
        w.PassiveOpen();
        Ptr<TcpConnSocket> s = DynamicCast<TcpConnSocket>(w.Sock());
        TcpConnAllotment a = s->GetAllotment();
        w.Check(a.sendBuffer == 50000 && a.receiveBuffer == 30000, "buffers");
        w.Check(a.record == TcpConnResources::RecordBytes(TCP_CONN_FULL, w.IsV6()), "record");
        w.Check(s->GetStatus().find("allotted send 50000 receive 30000 record " +
                                    std::to_string(a.record)) != std::string::npos,
                s->GetStatus());
        Levels(w, "1 0 0 0 80000");
        w.At(1.1).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2);
        w.At(1.103).Expect(ACK, 2, 2).State("TIME-WAIT");
        a = s->GetAllotment();
        w.Check(a.sendBuffer == 0 && a.receiveBuffer == 0, "buffers in TIME-WAIT");
        w.Check(a.record == TcpConnResources::RecordBytes(TCP_CONN_LATE, w.IsV6()), "record");
        w.At(20).Nothing();
        a = s->GetAllotment();
        w.Check(a.sendBuffer == 0 && a.record == 0, "something is left");
    });
    Add("a buffer that changes its size is allotted anew", [](Script& w) {
        w.PassiveOpen();
        w.Sock()->SetAttribute("SndBufSize", UintegerValue(1000));
        Levels(w, "1 0 0 0 132072");
        w.Sock()->SetAttribute("RcvBufSize", UintegerValue(500));
        Levels(w, "1 0 0 0 1500");
        w.Send(RST, 1);
        w.At(2.0).Nothing();
        Levels(w, "0 0 0 0 0");
        w.Sock()->SetAttribute("SndBufSize", UintegerValue(7));
        Levels(w, "0 0 0 0 0");
    });
    Add("records: half-open and TIME-WAIT are smaller than the rest", [](Script& w) {
        for (const bool v6 : {false, true})
        {
            const uint32_t full = TcpConnResources::RecordBytes(TCP_CONN_FULL, v6);
            w.Check(TcpConnResources::RecordBytes(TCP_CONN_HALF_OPEN, v6) < full / 2, "half-open");
            w.Check(TcpConnResources::RecordBytes(TCP_CONN_LATE, v6) < full / 2, "TIME-WAIT");
        }
    });
}

void
ResourcesSuite::AddConnections()
{
    AddBoth("MaxConnections: Connect fails with AGAIN, and works when one has ended",
            [](Script& w) {
                Limit(w, "MaxConnections", 2).At(1.0);
                w.Check(Connects(w, 9000) && Connects(w, 9001), "two are let");
                w.At(1.1).Skip();
                w.Check(!Connects(w, 9002), "a third is let");
                w.At(1.2).Nothing();
                Refused(w, TcpConnResources::CONNECT, 1);
                Levels(w, "2 0 0 0 " + std::to_string(2 * BUFFERS));
                w.Use(9000, 0).Send(RST | ACK, 0, 1);
                w.At(1.3).Nothing();
                w.Check(Connects(w, 9002), "none is let");
                w.At(1.4).Skip();
            });
    AddBoth("MaxConnections: SYNs are dropped; half-open ones count", [](Script& w) {
        Limit(w, "MaxConnections", 2).Listen();
        HalfOpen(w, 40000, 1.0);
        HalfOpen(w, 40001, 1.1);
        SynDropped(w, 40002, 1.2);
        Refused(w, TcpConnResources::SYN, 1);
        w.Use(40000).At(1.3).Send(ACK, 1, 1); // it has its place
        w.At(1.4).Nothing().State("ESTABLISHED");
        SynDropped(w, 40002, 1.5);
        w.Use(40001).At(1.6).Send(RST, 1);
        HalfOpen(w, 40002, 1.7);
        const auto c = CountersOf(w);
        w.Check(c.syns == 5 && c.queued == 3 && c.dropped == 2 && c.limited == 2, "counters");
        w.Check(w.Listener().events == "request request request", "asked for what was dropped");
    });
    Add("MaxConnections: TIME-WAIT does not count", [](Script& w) {
        Limit(w, "MaxConnections", 1).PassiveOpen();
        w.At(1.1).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2);
        w.At(1.103).Expect(ACK, 2, 2).State("TIME-WAIT");
        HalfOpen(w, 40001, 1.2);
        Levels(w, "1 1 1 0 0");
    });
    Add("MaxConnections: a full SYN cache takes one for another", [](Script& w) {
        w.Policy("Admission", "ns3::TcpConnSynCache[Limit=2]");
        Limit(w, "MaxConnections", 2).Listen();
        HalfOpen(w, 40000, 1.0);
        HalfOpen(w, 40001, 1.1);
        HalfOpen(w, 40002, 1.2);
        w.Use(40000).State("CLOSED");
        Levels(w, "2 2 0 0 0");
    });
    Add("MaxConnections: cookies are sent, and dropped when they come back", [](Script& w) {
        w.Allow("LISTEN", "ESTABLISHED");
        w.Policy("Admission", "ns3::TcpConnSynCookies[Always=true]");
        Limit(w, "MaxConnections", 1).Listen();
        w.Use(40000, 80).At(1.0).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
        w.Use(40001, 80).At(1.1).Send(SYN, 0);
        w.At(1.102).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
        w.At(1.2).Nothing().State("CLOSED");
        Refused(w, TcpConnResources::ACK, 1);
        w.Check(CountersOf(w).cookiesLost == 1 && CountersOf(w).overflows == 0, "counters");
        CheckIdentities(w, CountersOf(w));
        w.Use(40000).Send(RST, 1);
        w.Use(40001).At(1.3).Send(ACK, 1, 1);
        w.At(1.4).Nothing().State("ESTABLISHED");
    });
    Add("MaxConnections lowered below what there is: nobody is thrown out", [](Script& w) {
        w.PassiveOpen();
        Open(w, 40001, 1.1);
        Limit(w, "MaxConnections", 1);
        SynDropped(w, 40002, 1.2);
        w.Use(40001).State("ESTABLISHED");
        Limit(w, "MaxConnections", 0);
        HalfOpen(w, 40002, 1.3);
    });
}

void
ResourcesSuite::AddMemory()
{
    AddBoth("MaxBufferMemory: Connect fails where its buffers do not fit", [](Script& w) {
        Limit(w, "MaxBufferMemory", BUFFERS + 3000).At(1.0);
        w.Check(Connects(w, 9000), "the first");
        w.At(1.1).Skip();
        w.Check(!Connects(w, 9001), "the second");
        w.Set("SndBufSize", UintegerValue(1000)).Set("RcvBufSize", UintegerValue(2001));
        w.Check(!Connects(w, 9001), "a byte too many");
        w.Set("RcvBufSize", UintegerValue(2000));
        w.Check(Connects(w, 9001), "one that fits");
        w.At(1.2).Skip();
        Refused(w, TcpConnResources::CONNECT, 2);
    });
    AddBoth("MaxBufferMemory: SYNs are dropped where there is no room to establish them",
            [](Script& w) {
                Limit(w, "MaxBufferMemory", BUFFERS).Listen();
                Open(w, 40000, 1.0);
                SynDropped(w, 40001, 1.1);
                Refused(w, TcpConnResources::SYN, 1);
                w.Use(40000).Send(RST, 1);
                HalfOpen(w, 40001, 1.2);
                Levels(w, "1 1 0 0 0");
            });
    AddBoth("MaxBufferMemory: two half-open, room for one: the other's ACK is as if lost",
            [](Script& w) {
                Limit(w, "MaxBufferMemory", BUFFERS).Listen();
                HalfOpen(w, 40000, 1.0);
                HalfOpen(w, 40001, 1.1);
                w.Use(40000).At(1.2).Send(ACK, 1, 1);
                w.At(1.210).Nothing().State("ESTABLISHED");
                w.Use(40001).At(1.3).Send(ACK, 1, 1);
                w.At(1.310).Nothing().State("SYN-RECEIVED");
                Refused(w, TcpConnResources::ACK, 1);
                w.At(2.102).Expect(SYN | ACK, 0, 1);
                w.Use(40000).At(2.2).Send(RST, 1);
                w.Use(40001).At(2.3).Send(ACK, 1, 1);
                w.At(2.310).Nothing().State("ESTABLISHED");
            });
    Add("MaxBufferMemory: a half-open connection without room can still be reset", [](Script& w) {
        Limit(w, "MaxBufferMemory", BUFFERS).Listen();
        HalfOpen(w, 40000, 1.0);
        Open(w, 40001, 1.1);
        w.Use(40000).At(1.2).Send(RST | ACK, 1, 1);
        w.At(1.3).Nothing().State("CLOSED");
    });
    Add("MaxBufferMemory: two-way: the SYN needs the room", [](Script& w) {
        w.Policy("Handshake", "ns3::TcpConnTwoWayHandshake").Allow("LISTEN", "ESTABLISHED");
        Limit(w, "MaxBufferMemory", BUFFERS).Listen();
        w.Use(40000, 80).At(1.0).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1).State("ESTABLISHED");
        SynDropped(w, 40001, 1.1);
    });
}

void
ResourcesSuite::AddOrphans()
{
    AddBoth("MaxOrphans: one too many is reset by Close", [](Script& w) {
        Limit(w, "MaxOrphans", 1).Listen();
        Open(w, 40000, 1.0);
        w.At(1.1).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1);
        Open(w, 40001, 1.2);
        w.At(1.3).Close();
        w.At(1.301).ExpectReset(1).State("CLOSED").Failure("aborted").Events("created");
        Refused(w, TcpConnResources::ORPHAN, 1);
        Levels(w, "1 0 0 1 262144");
        w.Use(40000).At(1.4).Send(FIN | ACK, 1, 2);
        w.At(1.402).Expect(ACK, 2, 2).State("TIME-WAIT");
        Open(w, 40002, 1.5);
        w.At(1.6).Close();
        w.At(1.601).Expect(FIN | ACK, 1, 1);
        Levels(w, "1 0 1 1 262144");
    });
    Add("MaxOrphans: Close in CLOSE-WAIT: reset too", [](Script& w) {
        Limit(w, "MaxOrphans", 1).Listen();
        Open(w, 40000, 1.0);
        w.At(1.1).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1);
        Open(w, 40001, 1.2);
        w.At(1.210).Send(FIN | ACK, 1, 1);
        w.At(1.212).Expect(ACK, 1, 2).Close();
        w.At(1.214).ExpectReset(1).State("CLOSED");
        w.Use(40000).At(1.3).Send(RST, 1);
        w.At(1.4).Nothing();
        Levels(w, "0 0 0 0 0");
    });
}

void
ResourcesSuite::AddTimeWait()
{
    const auto close = [](Script& w, uint16_t port, double at) {
        Open(w, port, at);
        w.At(at + 0.01).Close();
        w.At(at + 0.011).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2);
        w.At(at + 0.013).Expect(ACK, 2, 2);
    };
    AddBoth("MaxTimeWait: one too many is forgotten with its last ACK", [close](Script& w) {
        Limit(w, "MaxTimeWait", 1).Listen();
        close(w, 40000, 1.0);
        w.State("TIME-WAIT");
        close(w, 40001, 1.1);
        w.State("CLOSED").Path("LISTEN SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT "
                               "CLOSED");
        Refused(w, TcpConnResources::TIME_WAIT, 1);
        Levels(w, "0 0 1 0 0");
        w.At(1.2).Send(FIN | ACK, 1, 2);
        w.At(1.202).ExpectReset(2);
        w.At(20.0).Nothing();
        Levels(w, "0 0 0 0 0");
        close(w, 40002, 21.0);
        w.State("TIME-WAIT");
    });
    Add("MaxTimeWait: text that came with the FIN is read all the same", [](Script& w) {
        Limit(w, "MaxTimeWait", 1).Listen();
        Open(w, 40000, 1.0);
        w.At(1.1).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2);
        w.At(1.103).Expect(ACK, 2, 2).NoRead();
        Open(w, 40001, 1.2);
        w.At(1.3).ShutdownSend();
        w.At(1.301).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2, 10);
        w.At(1.5).Await(Seg(ACK, 2, 12)).State("CLOSED").Events("created data normal");
        w.Read().Received(10);
    });
}

/** Levels of a host, as its trace sources tell them. */
class Watch
{
  public:
    /** @param protocol the host's */
    explicit Watch(Ptr<Object> protocol)
    {
        for (const char* name : {"Connections", "HalfOpen", "TimeWait", "Orphans"})
        {
            m_ok = m_ok && protocol->TraceConnectWithoutContext(
                               name,
                               MakeCallback(&Watch::Count, this).Bind(std::string(name)));
        }
        for (const char* name : {"BufferMemory", "RecordMemory"})
        {
            m_ok = m_ok && protocol->TraceConnectWithoutContext(
                               name,
                               MakeCallback(&Watch::Bytes, this).Bind(std::string(name)));
        }
    }

    bool m_ok{true};                         //!< All are there, and each value follows another.
    std::map<std::string, uint64_t> level;   //!< Last value.
    std::map<std::string, uint64_t> highest; //!< Greatest value.

  private:
    /** A level of connections has changed. */
    void Count(std::string name, uint32_t from, uint32_t to)
    {
        Bytes(name, from, to);
    }

    /** A level has changed. */
    void Bytes(std::string name, uint64_t from, uint64_t to)
    {
        m_ok = m_ok && from == level[name] && from != to;
        level[name] = to;
        highest[name] = std::max(highest[name], to);
    }
};

/** Many whole lives between two hosts, also where there is loss: the levels come back to zero. */
class Lives : public TestCase
{
  public:
    /** @param loss probability that a packet is lost @param crash the server crashes in between */
    Lives(double loss, bool crash)
        : TestCase("forty lives, loss " + std::to_string(loss) + (crash ? ", a crash" : "")),
          m_loss(loss),
          m_crash(crash)
    {
    }

  private:
    void DoRun() override;

    double m_loss; //!< Probability of loss.
    bool m_crash;  //!< The server crashes.
};

void
Lives::DoRun()
{
    using namespace TcpConnTest;
    TwoHosts hosts(Stack::OURS, Stack::OURS, m_loss);
    Watch client(hosts.Protocol(0));
    Watch server(hosts.Protocol(1));
    std::vector<std::unique_ptr<Talker>> talkers;
    for (uint16_t i = 0; i < 40; i++)
    {
        const bool clientCloses = i % 2 == 0;
        talkers.push_back(std::make_unique<Talker>(3000, 20000, !clientCloses));
        Talker* passive = talkers.back().get();
        talkers.push_back(std::make_unique<Talker>(20000, 3000, clientCloses));
        Talker* active = talkers.back().get();
        const auto port = static_cast<uint16_t>(1000 + i);
        passive->Listen(hosts.nodes.Get(1), OUR_FACTORY, TwoHosts::Any(port, false));
        Simulator::Schedule(MilliSeconds(1000 + 30 * i), [&hosts, active, port]() {
            active->Connect(hosts.nodes.Get(0), OUR_FACTORY, hosts.At(1, port, false));
        });
    }
    if (m_crash)
    {
        Simulator::Schedule(MilliSeconds(1500), [&hosts]() {
            hosts.Protocol(1)->GetObject<TcpConnL4Protocol>()->Crash();
        });
    }
    Simulator::Stop(Seconds(2000));
    Simulator::Run();
    for (const Watch* watch : {&client, &server})
    {
        NS_TEST_EXPECT_MSG_EQ(watch->m_ok, true, "each value follows the one before");
        for (const auto& [name, value] : watch->level)
        {
            NS_TEST_EXPECT_MSG_EQ(value, 0, name << " at the end");
        }
    }
    NS_TEST_EXPECT_MSG_GT(client.highest["Connections"], 2, "connections");
    NS_TEST_EXPECT_MSG_GT(server.highest["HalfOpen"], 0, "half-open connections");
    NS_TEST_EXPECT_MSG_GT(client.highest["TimeWait"], 3, "TIME-WAIT");
    NS_TEST_EXPECT_MSG_GT(client.highest["Orphans"], 0, "orphans");
    NS_TEST_EXPECT_MSG_EQ(client.highest["BufferMemory"],
                          client.highest["Connections"] * BUFFERS,
                          "the client's connections have buffers from the SYN on");
    for (uint32_t i : {0, 1})
    {
        NS_TEST_EXPECT_MSG_EQ(hosts.Table(i), "", "records are left");
    }
    Simulator::Destroy();
}

void
ResourcesSuite::AddEnds()
{
    AddBoth("a crash: nothing is left", [](Script& w) {
        w.Listen();
        HalfOpen(w, 40000, 1.0);
        Open(w, 40001, 1.1);
        Open(w, 40002, 1.2);
        w.At(1.3).Close();
        w.At(1.301).Expect(FIN | ACK, 1, 1);
        w.At(1.4).Connect();
        w.At(1.401).Expect(SYN, 0);
        Levels(w, "4 1 0 1 " + std::to_string(3 * BUFFERS));
        w.Do([&w]() { w.L4()->GetObject<TcpConnL4Protocol>()->Crash(); });
        Levels(w, "0 0 0 0 0");
    });
    Add("a socket that connects again while it is told of its end: MaxConnections 1",
        [](Script& w) {
            Limit(w, "MaxConnections", 1).At(1.000).Connect();
            w.At(1.001).Expect(SYN, 0);
            int again = -2;
            w.Do([&]() {
                w.Sock()->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                                             Callback<void, Ptr<Socket>>([&](Ptr<Socket> s) {
                                                 again = s->Connect(w.PeerAddress().With(9001));
                                             }));
            });
            w.Send(RST | ACK, 0, 1);
            w.At(1.100).Skip();
            w.Check(again == 0, "Connect gave " + std::to_string(again));
            Levels(w, "1 0 0 0 262144");
        });
    AddTestCase(new Lives(0, false), TCP_CONN_QUICK);
    AddTestCase(new Lives(0.05, false), TCP_CONN_QUICK);
    AddTestCase(new Lives(0, true), TCP_CONN_QUICK);
}

ResourcesSuite::ResourcesSuite()
    : Suite("tcp-conn-resources")
{
    AddLevels();
    AddAllotment();
    AddConnections();
    AddMemory();
    AddOrphans();
    AddTimeWait();
    AddEnds();
}

/** The one instance. */
ResourcesSuite g_resourcesSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
