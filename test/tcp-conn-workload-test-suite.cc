/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-workload-scene.h"

#include "ns3/core-module.h"
#include "ns3/error-model.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/test.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <sstream>
#include <vector>

using namespace ns3;
using namespace ns3::TcpConnTest;

namespace
{

/// Flips a byte of each packet that is long enough, from a time on.
class FlipErrorModel : public ErrorModel
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::TcpConnTestFlipErrorModel").SetParent<ErrorModel>();
        return tid;
    }

    uint32_t flipped{0}; //!< Bytes that were flipped.

  private:
    bool DoCorrupt(Ptr<Packet> packet) override
    {
        if (packet->GetSize() > 300)
        {
            std::vector<uint8_t> bytes(packet->GetSize());
            packet->CopyData(bytes.data(), packet->GetSize());
            const uint8_t wrong = ~bytes.back();
            packet->RemoveAtEnd(1);
            packet->AddAtEnd(Create<Packet>(&wrong, 1));
            flipped++;
        }
        return false; // it is received
    }

    void DoReset() override
    {
    }
};

/// Many connections with random requests all complete.
class CompleteTestCase : public TestCase
{
  public:
    /**
     * @param first TCP of the client
     * @param second TCP of the server
     * @param closer who closes
     * @param ipv6 whether they use IPv6
     * @param loss probability that a packet is lost
     */
    CompleteTestCase(Stack first, Stack second, std::string closer, bool ipv6, double loss)
        : TestCase("all complete: " + NameOf(first) + " to " + NameOf(second) + ", " + closer +
                   " closes" + (ipv6 ? ", IPv6" : "") + (loss > 0 ? ", loss" : "")),
          m_first(first),
          m_second(second),
          m_closer(closer),
          m_ipv6(ipv6),
          m_loss(loss)
    {
    }

  private:
    void DoRun() override
    {
        WorkloadScene scene(m_first, m_second, m_ipv6, m_loss);
        scene.Set("Closer", m_closer);
        scene.Set("MaxConnections", "20");
        scene.Set("Arrivals", "ns3::ExponentialRandomVariable[Mean=0.05]");
        scene.Fix("RequestsPerConnection", 2);
        scene.Set("RequestSize", "ns3::UniformRandomVariable[Min=0|Max=5000]");
        scene.Set("ReplySize", "ns3::UniformRandomVariable[Min=0|Max=200000]");
        scene.Fix("ThinkTime", 0.02);
        scene.Fix("HoldTime", 0.1);
        scene.Fix("CloseDelay", 0.05);
        scene.Install();
        scene.Run(300);
        const TcpConnWorkloadCounters& c = scene.client->GetCounters();
        const TcpConnWorkloadCounters& s = scene.server->GetCounters();
        NS_TEST_EXPECT_MSG_EQ(scene.identities, true, "the counters add up");
        NS_TEST_EXPECT_MSG_EQ(c.started, 20, "all are started");
        NS_TEST_EXPECT_MSG_EQ(c.completed, 20, "all complete at the client: " << scene.causes);
        NS_TEST_EXPECT_MSG_EQ(s.completed, 20, "and at the server");
        NS_TEST_EXPECT_MSG_EQ(c.requests, 40, "all requests are answered");
        NS_TEST_EXPECT_MSG_EQ(s.requests, 40, "and counted so by the server");
        NS_TEST_EXPECT_MSG_EQ(c.corrupted + s.corrupted, 0, "no byte is wrong");
        NS_TEST_EXPECT_MSG_EQ(c.duplicated + s.duplicated, 0, "or comes twice");
        NS_TEST_EXPECT_MSG_EQ(c.surplus + s.surplus, 0, "or comes unasked");
        NS_TEST_EXPECT_MSG_EQ(c.bytesSent, s.bytesReceived, "the requests have arrived");
        // Stock TCP is made to abort by a byte left unread.
        const bool unread = m_closer == "abort" && m_first == Stack::STOCK;
        NS_TEST_EXPECT_MSG_EQ(s.bytesSent, c.bytesReceived + (unread ? 20 : 0), "and the replies");
        NS_TEST_EXPECT_MSG_GT(scene.mostActive, 2, "several are active at a time");
        NS_TEST_EXPECT_MSG_EQ(scene.active, 0, "and none in the end");
        Simulator::Destroy();
    }

    Stack m_first;        //!< TCP of the client.
    Stack m_second;       //!< TCP of the server.
    std::string m_closer; //!< Who closes.
    bool m_ipv6;          //!< They use IPv6.
    double m_loss;        //!< Loss.
};

/// Who closes first is seen in the states, and when in the durations.
class CloserTestCase : public TestCase
{
  public:
    /**
     * @param stack TCP of both
     * @param closer who closes
     * @param client states of the client that show it
     * @param server states of the server, with our TCP
     * @param total duration, ms
     */
    CloserTestCase(Stack stack,
                   std::string closer,
                   std::string client,
                   std::string server,
                   int64_t total)
        : TestCase("states: " + NameOf(stack) + ", " + closer + " closes"),
          m_stack(stack),
          m_closer(closer),
          m_client(client),
          m_server(server),
          m_total(total)
    {
    }

  private:
    void DoRun() override
    {
        WorkloadScene scene(m_stack, m_stack);
        scene.Set("Closer", m_closer);
        scene.Fix("HoldTime", 1);
        scene.Fix("CloseDelay", 0.5);
        scene.Install();
        scene.client->TraceConnectWithoutContext("SocketCreated",
                                                 MakeCallback(&CloserTestCase::Created, this));
        StateLog server;
        if (m_stack == Stack::OURS)
        {
            server.Watch(scene.hosts.Protocol(1));
        }
        scene.Run(10);
        NS_TEST_EXPECT_MSG_EQ(scene.client->GetCounters().completed, 1, "it completes");
        NS_TEST_EXPECT_MSG_EQ(scene.server->GetCounters().completed, 1, "and is served");
        // Stock TCP that resets a connection forgets it without a change of state.
        const bool silent = m_stack == Stack::STOCK && m_closer == "abort";
        NS_TEST_EXPECT_MSG_EQ(m_states + (silent ? " CLOSED" : ""), m_client, "client's states");
        NS_TEST_EXPECT_MSG_EQ(server.States(), m_server, "the server's states");
        // 10 ms a trip; segments take less than half a millisecond on their way in all.
        NS_TEST_EXPECT_MSG_EQ(scene.setUp.GetMilliSeconds(), 20, "set-up time");
        NS_TEST_EXPECT_MSG_EQ(scene.completed.GetMilliSeconds(), m_total, "duration");
        Simulator::Destroy();
    }

    /// @param socket the client's socket
    void Created(Ptr<Socket> socket)
    {
        socket->TraceConnectWithoutContext("State", MakeCallback(&CloserTestCase::Moved, this));
    }

    /// @param to next state
    void Moved(TcpSocket::TcpStates_t /* from */, TcpSocket::TcpStates_t to)
    {
        m_states += (m_states.empty() ? "" : " ") + std::string(TcpSocket::TcpStateName[to]);
    }

    Stack m_stack;        //!< TCP of both.
    std::string m_closer; //!< Who closes.
    std::string m_client; //!< States of the client.
    std::string m_server; //!< States of the server.
    int64_t m_total;      //!< Duration, ms.
    std::string m_states; //!< States of the client, as seen.
};

/// Each cause of failure.
class FailureTestCase : public TestCase
{
  public:
    /// Prepares a scene; the applications are there.
    using Prepare = std::function<void(WorkloadScene&)>;

    /**
     * @param name what happens
     * @param stack TCP of both
     * @param cause the cause that the client tells
     * @param before sets attributes
     * @param after changes what is installed
     * @param listen there is a server
     */
    FailureTestCase(std::string name,
                    Stack stack,
                    std::string cause,
                    Prepare before,
                    Prepare after,
                    bool listen = true)
        : TestCase("failure: " + name + ", " + NameOf(stack)),
          m_stack(stack),
          m_cause(cause),
          m_before(before),
          m_after(after),
          m_listen(listen)
    {
    }

  private:
    void DoRun() override
    {
        WorkloadScene scene(m_stack, m_stack);
        m_before(scene);
        scene.Install(500, m_listen);
        scene.client->TraceConnectWithoutContext("SocketCreated",
                                                 MakeCallback(&FailureTestCase::Created));
        m_after(scene);
        scene.Run(100);
        const auto& failures = scene.client->GetFailures();
        NS_TEST_EXPECT_MSG_EQ(scene.causes, m_cause, "the cause is told");
        NS_TEST_EXPECT_MSG_EQ(scene.client->GetCounters().failed, 1, "one failure");
        NS_TEST_EXPECT_MSG_EQ(failures.count(m_cause), 1, "that is counted by cause");
        NS_TEST_EXPECT_MSG_EQ(scene.identities, true, "the counters add up");
        Simulator::Destroy();
    }

    /// @param socket a socket that shall soon give up
    static void Created(Ptr<Socket> socket)
    {
        socket->SetAttribute("ConnCount", UintegerValue(2));
        socket->SetAttribute("DataRetries", UintegerValue(2));
    }

    Stack m_stack;       //!< TCP of both.
    std::string m_cause; //!< Cause.
    Prepare m_before;    //!< Sets attributes.
    Prepare m_after;     //!< Changes what is installed.
    bool m_listen;       //!< There is a server.
};

/// Changed bytes are found, where no checksum protects them.
class CorruptionTestCase : public TestCase
{
  public:
    /// @param stack TCP of both
    explicit CorruptionTestCase(Stack stack)
        : TestCase("verify: corrupted replies, " + NameOf(stack)),
          m_stack(stack)
    {
    }

  private:
    void DoRun() override
    {
        for (bool verify : {true, false})
        {
            WorkloadScene scene(m_stack, m_stack);
            auto flip = CreateObject<FlipErrorModel>();
            scene.hosts.devices.Get(0)->SetAttribute("ReceiveErrorModel", PointerValue(flip));
            scene.Fix("ReplySize", 10000);
            scene.Set("Verify", verify ? "true" : "false");
            scene.Install();
            scene.Run(20);
            const TcpConnWorkloadCounters& c = scene.client->GetCounters();
            NS_TEST_EXPECT_MSG_GT(flip->flipped, 5, "bytes are changed on the way");
            NS_TEST_EXPECT_MSG_EQ(c.corrupted, (verify ? flip->flipped : 0), "each is counted");
            NS_TEST_EXPECT_MSG_EQ(c.duplicated, 0, "as corruption");
            NS_TEST_EXPECT_MSG_EQ(c.completed, 1, "the connection goes on");
            NS_TEST_EXPECT_MSG_EQ(c.bytesReceived, 10000, "to its end");
            Simulator::Destroy();
        }
    }

    Stack m_stack; //!< TCP of both.
};

/// The text and its check, and the first bytes of requests.
class TextTestCase : public TestCase
{
  public:
    TextTestCase()
        : TestCase("text and requests")
    {
    }

  private:
    using Text = TcpConnWorkloadText;

    void DoRun() override
    {
        const uint64_t seed = Text::Seed(7, true);
        std::vector<uint8_t> whole(5000);
        Text::Fill(seed, 0, whole.data(), whole.size());
        Expect(whole, 0, 5000, 0, 0, "as it was sent");
        std::vector<uint8_t> piece(whole.begin() + 1003, whole.begin() + 3001);
        Expect(piece, 1003, 1998, 0, 0, "any piece");
        std::vector<uint8_t> harmed = whole;
        harmed[0] ^= 1;
        harmed[4000] ^= 128;
        harmed[4999] = ~harmed[4999];
        Expect(harmed, 0, 5000, 3, 0, "three bytes changed");
        std::vector<uint8_t> repeated = whole;
        repeated.insert(repeated.begin() + 2000, whole.begin() + 1200, whole.begin() + 2000);
        Expect(repeated, 0, 5000, 0, 800, "a piece comes twice");
        std::vector<uint8_t> other(5000);
        Text::Fill(Text::Seed(8, true), 0, other.data(), other.size());
        Text::Verdict verdict;
        Text::Check(seed, 0, other.data(), other.size(), verdict);
        NS_TEST_EXPECT_MSG_GT(verdict.corrupted, 4900, "another connection's text");
        verdict = Text::Verdict();
        Text::Check(Text::Seed(7, false), 0, whole.data(), whole.size(), verdict);
        NS_TEST_EXPECT_MSG_GT(verdict.corrupted, 4900, "the other direction's text");
        TestRequest();
    }

    /**
     * @param text what is checked
     * @param offset place in the stream
     * @param advance bytes by which the stream goes on
     * @param corrupted bytes wrong
     * @param duplicated bytes repeated
     * @param what is tested
     */
    void Expect(const std::vector<uint8_t>& text,
                uint32_t offset,
                uint32_t advance,
                uint64_t corrupted,
                uint64_t duplicated,
                const std::string& what)
    {
        Text::Verdict v;
        const uint32_t on = Text::Check(Text::Seed(7, true), offset, text.data(), text.size(), v);
        NS_TEST_EXPECT_MSG_EQ(on, advance, what << ": the stream goes on");
        NS_TEST_EXPECT_MSG_EQ(v.corrupted, corrupted, what << ": corrupted");
        NS_TEST_EXPECT_MSG_EQ(v.duplicated, duplicated, what << ": duplicated");
    }

    /// A request is read as it was written, and no bit of it can change unnoticed.
    void TestRequest()
    {
        TcpConnWorkloadRequest written;
        written.key = 0x123456789abcdef0;
        written.size = 70000;
        written.reply = 4000000000;
        written.toCome = 3;
        written.delay = -1;
        written.closer = TcpConnWorkloadRequest::BOTH;
        written.patterned = true;
        uint8_t bytes[TcpConnWorkloadRequest::SIZE];
        written.Encode(bytes);
        TcpConnWorkloadRequest read;
        NS_TEST_EXPECT_MSG_EQ(read.Decode(bytes), true, "a request");
        NS_TEST_EXPECT_MSG_EQ(read.key, written.key, "key");
        NS_TEST_EXPECT_MSG_EQ(read.size, written.size, "size");
        NS_TEST_EXPECT_MSG_EQ(read.reply, written.reply, "reply");
        NS_TEST_EXPECT_MSG_EQ(read.toCome, written.toCome, "requests to come");
        NS_TEST_EXPECT_MSG_EQ(read.delay, written.delay, "delay");
        NS_TEST_EXPECT_MSG_EQ(read.closer, written.closer, "closer");
        NS_TEST_EXPECT_MSG_EQ(read.patterned, written.patterned, "pattern");
        uint32_t accepted = 0;
        for (uint32_t bit = 0; bit < 8 * sizeof(bytes); bit++)
        {
            bytes[bit / 8] ^= 1 << (bit % 8);
            accepted += read.Decode(bytes) ? 1 : 0;
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        NS_TEST_EXPECT_MSG_EQ(accepted, 0, "one bit changed");
        written.size = TcpConnWorkloadRequest::SIZE - 1;
        written.Encode(bytes);
        NS_TEST_EXPECT_MSG_EQ(read.Decode(bytes), false, "a request shorter than its first bytes");
    }
};

/// Same seed, same run; another stream, another run.
class DeterminismTestCase : public TestCase
{
  public:
    /// @param stack TCP of both
    explicit DeterminismTestCase(Stack stack)
        : TestCase("determinism: " + NameOf(stack)),
          m_stack(stack)
    {
    }

  private:
    void DoRun() override
    {
        const std::string once = LogOf(500);
        NS_TEST_EXPECT_MSG_GT(once.size(), 2000, "there is something to compare");
        NS_TEST_EXPECT_MSG_EQ((LogOf(500) == once), true, "the same streams give the same run");
        NS_TEST_EXPECT_MSG_EQ((LogOf(600) == once), false, "other streams another");
    }

    /// @param stream first stream @return all that was told
    std::string LogOf(int64_t stream) const
    {
        RngSeedManager::SetSeed(1);
        RngSeedManager::SetRun(1);
        WorkloadScene scene(m_stack, m_stack);
        scene.Set("MaxConnections", "40");
        scene.Set("Arrivals", "ns3::ExponentialRandomVariable[Mean=0.02]");
        scene.Set("ReplySize", "ns3::ParetoRandomVariable[Scale=500|Shape=1.2|Bound=100000]");
        scene.Set("HoldTime", "ns3::ExponentialRandomVariable[Mean=5]");
        scene.Install(stream);
        scene.client->SetStopTime(Seconds(8)); // some are stopped
        scene.Run(12);
        const std::string log = scene.log.str();
        Simulator::Destroy();
        return log;
    }

    Stack m_stack; //!< TCP of both.
};

/// MaxConcurrent, connections without text, and connections that are never closed.
class LimitsTestCase : public TestCase
{
  public:
    /// @param stack TCP of both
    explicit LimitsTestCase(Stack stack)
        : TestCase("limits: " + NameOf(stack)),
          m_stack(stack)
    {
    }

  private:
    void DoRun() override
    {
        Concurrent();
        Held();
    }

    /// Three at a time.
    void Concurrent()
    {
        WorkloadScene scene(m_stack, m_stack);
        scene.Set("MaxConnections", "10");
        scene.Set("MaxConcurrent", "3");
        scene.Fix("Arrivals", 0);
        scene.Fix("RequestsPerConnection", 0);
        scene.Fix("HoldTime", 0.5);
        scene.Install();
        scene.Run(20);
        NS_TEST_EXPECT_MSG_EQ(scene.mostActive, 3, "as many as may be");
        NS_TEST_EXPECT_MSG_EQ(scene.client->GetCounters().completed, 10, "all complete");
        NS_TEST_EXPECT_MSG_EQ(scene.server->GetCounters().completed, 10, "at the server too");
        NS_TEST_EXPECT_MSG_EQ(scene.server->GetCounters().bytesReceived, 0, "without any text");
        NS_TEST_EXPECT_MSG_EQ(scene.identities, true, "the counters add up");
        Simulator::Destroy();
    }

    /// Held for ever, then stopped.
    void Held()
    {
        WorkloadScene scene(m_stack, m_stack);
        scene.Set("MaxConnections", "50");
        scene.Fix("Arrivals", 0.01);
        scene.Fix("HoldTime", -1);
        scene.Install();
        scene.client->SetStopTime(Seconds(60));
        Simulator::Schedule(Seconds(59), [&]() {
            NS_TEST_EXPECT_MSG_EQ(scene.client->GetActive(), 50, "all are held");
            NS_TEST_EXPECT_MSG_EQ(scene.server->GetActive(), 50, "by the server too");
            NS_TEST_EXPECT_MSG_EQ(scene.client->GetCounters().requests, 50, "with text exchanged");
        });
        scene.Run(70);
        NS_TEST_EXPECT_MSG_EQ(scene.client->GetFailures().at("stopped"),
                              50,
                              "until they are stopped");
        NS_TEST_EXPECT_MSG_EQ(scene.server->GetCounters().completed, 50, "and served");
        NS_TEST_EXPECT_MSG_EQ(scene.active, 0, "none is active");
        NS_TEST_EXPECT_MSG_EQ(scene.identities, true, "the counters add up");
        Simulator::Destroy();
    }

    Stack m_stack; //!< TCP of both.
};

/// Many timers at once: each connection is held for just as long as was drawn for it.
class TimersTestCase : public TestCase
{
  public:
    TimersTestCase()
        : TestCase("timers")
    {
    }

  private:
    void DoRun() override
    {
        WorkloadScene scene(Stack::OURS, Stack::OURS);
        scene.Set("MaxConnections", "500");
        scene.Fix("Arrivals", 0.003);
        scene.Fix("RequestsPerConnection", 0);
        scene.Set("HoldTime", "ns3::UniformRandomVariable[Min=1|Max=4]");
        scene.Set("ConnectTimeout", "1s"); // timers that are always stopped
        scene.Install(500);
        scene.client->TraceConnectWithoutContext("Completed",
                                                 MakeCallback(&TimersTestCase::Completed, this));
        scene.Run(20);
        auto hold = CreateObject<UniformRandomVariable>();
        hold->SetAttribute("Min", DoubleValue(1));
        hold->SetAttribute("Max", DoubleValue(4));
        hold->SetStream(505); // the sixth stream of the client
        std::vector<double> due;
        for (uint32_t i = 0; i < 500; i++)
        {
            // Drawn in the order in which connections start; a round trip before and after it.
            due.push_back(0.003 * i + hold->GetValue() + 0.04);
        }
        std::sort(due.begin(), due.end());
        NS_TEST_ASSERT_MSG_EQ(m_ends.size(), due.size(), "all complete");
        double most = 0;
        for (uint32_t i = 0; i < due.size(); i++)
        {
            most = std::max(most, std::abs(m_ends[i] - 3 - due[i]));
        }
        NS_TEST_EXPECT_MSG_LT(most, 0.001, "at the time that was drawn");
        Simulator::Destroy();
    }

    /// A connection has completed.
    void Completed(Time /* total */)
    {
        m_ends.push_back(Simulator::Now().GetSeconds());
    }

    std::vector<double> m_ends; //!< When connections completed, s.
};

/// What is no request is told by the server.
class BadRequestTestCase : public TestCase
{
  public:
    BadRequestTestCase()
        : TestCase("failure: bad request at the server")
    {
    }

  private:
    void DoRun() override
    {
        WorkloadScene scene(Stack::OURS, Stack::OURS);
        scene.Set("MaxConnections", "1");
        scene.Install();
        Talker talker(1000, 0, true);
        Simulator::Schedule(Seconds(1),
                            &Talker::Connect,
                            &talker,
                            scene.hosts.nodes.Get(0),
                            TCP_FACTORY,
                            scene.hosts.At(1, PORT, false));
        scene.Run(20);
        const TcpConnWorkloadCounters& s = scene.server->GetCounters();
        NS_TEST_EXPECT_MSG_EQ(s.started, 2, "two connections");
        NS_TEST_EXPECT_MSG_EQ(s.completed, 1, "the client's is served");
        NS_TEST_EXPECT_MSG_EQ(scene.server->GetFailures().at("bad-request"), 1, "the other not");
        NS_TEST_EXPECT_MSG_EQ(scene.identities, true, "the counters add up");
        Simulator::Destroy();
    }
};

/**
 * The workload's client and server.
 */
class TcpConnWorkloadTestSuite : public TestSuite
{
  public:
    TcpConnWorkloadTestSuite()
        : TestSuite("tcp-conn-workload", TCP_CONN_UNIT)
    {
        AddTestCase(new TextTestCase, TCP_CONN_QUICK);
        AddComplete();
        AddClosers();
        for (Stack stack : {Stack::OURS, Stack::STOCK})
        {
            AddFailures(stack);
            AddTestCase(new CorruptionTestCase(stack), TCP_CONN_QUICK);
            AddTestCase(new DeterminismTestCase(stack), TCP_CONN_QUICK);
            AddTestCase(new LimitsTestCase(stack), TCP_CONN_QUICK);
        }
        AddTestCase(new TimersTestCase, TCP_CONN_QUICK);
        AddTestCase(new BadRequestTestCase, TCP_CONN_QUICK);
    }

  private:
    /// Add the cases in which all complete.
    void AddComplete()
    {
        for (Stack first : {Stack::OURS, Stack::STOCK})
        {
            for (Stack second : {Stack::OURS, Stack::STOCK})
            {
                for (const char* closer : {"client", "server", "both", "abort"})
                {
                    const bool ipv6 = first == second;
                    AddTestCase(new CompleteTestCase(first, second, closer, ipv6, 0),
                                TCP_CONN_QUICK);
                }
            }
        }
        for (const char* closer : {"client", "server", "both"})
        {
            AddTestCase(new CompleteTestCase(Stack::OURS, Stack::OURS, closer, false, 0.02),
                        TCP_CONN_QUICK);
        }
        AddTestCase(new CompleteTestCase(Stack::BOTH, Stack::BOTH, "client", false, 0),
                    TCP_CONN_QUICK);
    }

    /// Add the cases of states.
    void AddClosers()
    {
        const std::string opened = "SYN_SENT ESTABLISHED ";
        const std::string waits = "FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT";
        const std::string last = "CLOSE_WAIT LAST_ACK CLOSED";
        const std::string cross = "FIN_WAIT_1 CLOSING TIME_WAIT";

        // Set-up 20 ms, request and reply 20 ms, hold 1 s; delay 500 ms and a round trip.
        struct Row
        {
            std::string closer; //!< Who closes.
            std::string client; //!< States of the client.
            std::string server; //!< States of the server, as the protocol tells them.
            int64_t ours;       //!< Duration, ms.
            int64_t stock;      //!< The same with stock TCP, which tells of a FIN that crosses
                                //!< its own when that one is acknowledged.
        };

        const std::string accepted = "SYN-RECEIVED ESTABLISHED ";
        const std::vector<Row> rows = {
            {"client", waits, "CLOSE-WAIT LAST-ACK CLOSED", 1560, 1560},
            {"server", last, "FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT", 1540, 1540},
            {"both", cross, "FIN-WAIT-1 CLOSING TIME-WAIT", 1050, 1060},
            {"abort", "CLOSED", "CLOSED", 1040, 1040},
        };
        for (const Row& row : rows)
        {
            for (Stack stack : {Stack::OURS, Stack::STOCK})
            {
                AddTestCase(new CloserTestCase(stack,
                                               row.closer,
                                               opened + row.client,
                                               stack == Stack::OURS ? accepted + row.server : "",
                                               stack == Stack::OURS ? row.ours : row.stock),
                            TCP_CONN_QUICK);
            }
        }
    }

    /// @param stack TCP @param name what happens @param ours cause with ours @param stock with
    /// stock
    /// @param before sets attributes @param after changes what is installed @param listen a server
    void AddFailure(Stack stack,
                    const std::string& name,
                    const std::string& ours,
                    const std::string& stock,
                    FailureTestCase::Prepare before,
                    FailureTestCase::Prepare after,
                    bool listen = true)
    {
        const std::string cause = stack == Stack::OURS ? ours : stock;
        AddTestCase(new FailureTestCase(name, stack, cause, before, after, listen), TCP_CONN_QUICK);
    }

    /// @param stack TCP of both
    void AddFailures(Stack stack)
    {
        const auto nothing = [](WorkloadScene&) {};
        const auto hold = [](WorkloadScene& s) { s.Fix("HoldTime", 50); };
        const auto silent = [](WorkloadScene& s) { Silence(s); };
        AddFailure(stack, "no listener", "refused", "connect-failed", nothing, nothing, false);
        AddFailure(stack, "no answer", "timed-out", "connect-failed", nothing, silent);
        AddFailure(
            stack,
            "no answer in time",
            "timeout",
            "timeout",
            [](WorkloadScene& s) { s.Set("ConnectTimeout", "1.5s"); },
            silent);
        AddFailure(
            stack,
            "the network goes",
            "timed-out",
            "error-close",
            [](WorkloadScene& s) {
                s.Fix("RequestsPerConnection", 2);
                s.Fix("ThinkTime", 2);
            },
            [](WorkloadScene& s) { Simulator::Schedule(Seconds(4), &Silence, std::ref(s)); });
        AddFailure(stack,
                   "the server stops",
                   "closed-early",
                   "closed-early",
                   hold,
                   [](WorkloadScene& s) { s.server->SetStopTime(Seconds(5)); });
        AddFailure(stack, "the client stops", "stopped", "stopped", hold, [](WorkloadScene& s) {
            s.client->SetStopTime(Seconds(5));
        });
        AddFailure(
            stack,
            "no route",
            "no-route",
            "no-route",
            [](WorkloadScene& s) {
                s.clientHelper.SetAttribute("Remote",
                                            AddressValue(InetSocketAddress("192.168.7.7", PORT)));
            },
            nothing);
        if (stack == Stack::OURS)
        {
            AddFailure(stack, "the server resets", "reset", "", hold, [](WorkloadScene& s) {
                s.server->TraceConnectWithoutContext("SocketCreated", MakeCallback(&Abrupt));
                s.server->SetStopTime(Seconds(5));
            });
        }
        AddFailure(
            stack,
            "port in use",
            "in-use",
            "in-use",
            [](WorkloadScene& s) {
                s.clientHelper.SetAttribute("Local",
                                            AddressValue(InetSocketAddress("10.1.1.1", 5000)));
                s.Set("MaxConnections", "2");
                s.Fix("Arrivals", 1);
                s.Fix("HoldTime", 5);
            },
            nothing);
    }

    /// @param scene of which no packet reaches the server any more
    static void Silence(WorkloadScene& scene)
    {
        auto errors = CreateObject<RateErrorModel>();
        errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        errors->SetRate(1);
        scene.hosts.devices.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
    }

    /// @param socket a listener whose connections end by RST
    static void Abrupt(Ptr<Socket> socket)
    {
        socket->SetAttribute("Linger", DoubleValue(0));
    }
};

TcpConnWorkloadTestSuite g_tcpConnWorkloadTestSuite; //!< The suite.

} // namespace
