/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-two-hosts.h"

#include "ns3/config.h"
#include "ns3/flow-monitor-module.h"
#include "ns3/show-progress.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-header.h"
#include "ns3/tcp-conn-helper.h"
#include "ns3/tcp-conn-state-labels.h"
#include "ns3/tcp-socket-state.h"
#include "ns3/test.h"

#ifdef TCP_CONN_HAS_NETANIM
#include "ns3/mobility-module.h"
#include "ns3/netanim-module.h"
#endif

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>
#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * ns-3's own observers on this TCP: FlowMonitor, NetAnim, ShowProgress; and what the TypeIds tell
 * of trace sources.
 */

using namespace ns3;
using namespace ns3::TcpConnTest;

namespace
{

/** A conversation of two hosts: 20000 bytes one way, 300 the other. */
struct Conversation
{
    TwoHosts hosts;                   //!< The hosts.
    Talker client{300, 20000, true};  //!< On host 0.
    Talker server{20000, 300, false}; //!< On host 1.
    bool ipv6;                        //!< By IPv6.

    /** @param loss probability that a packet is lost @param v6 by IPv6 */
    Conversation(double loss, bool v6)
        : hosts(Stack::OURS, Stack::OURS, loss),
          ipv6(v6)
    {
    }

    /** Begin, and let time pass. @param seconds how much */
    void Run(double seconds)
    {
        server.Listen(hosts.nodes.Get(1), TCP_FACTORY, TwoHosts::Any(80, ipv6));
        Simulator::Schedule(Seconds(3), [this]() {
            client.Connect(hosts.nodes.Get(0), TCP_FACTORY, hosts.At(1, 80, ipv6));
        });
        Simulator::Stop(Seconds(seconds));
        Simulator::Run();
    }
};

/** Segments that were sent and received at a host. */
struct Tally
{
    uint32_t sent{0};          //!< Segments sent.
    uint64_t sentBytes{0};     //!< Bytes of them, header of TCP and text.
    uint32_t received{0};      //!< Segments received.
    uint64_t receivedBytes{0}; //!< Bytes of them.

    /** @param s a segment @return its bytes */
    static uint64_t BytesOf(const TcpConnSegmentEvent& s)
    {
        return TcpConnHeader(1, 1, s.segment).GetSerializedSize() + s.segment.length;
    }

    /** A segment is sent. @param s it */
    void Tx(const TcpConnSegmentEvent& s)
    {
        ++sent;
        sentBytes += BytesOf(s);
    }

    /** A segment has arrived. @param s it */
    void Rx(const TcpConnSegmentEvent& s)
    {
        ++received;
        receivedBytes += BytesOf(s);
    }

    /** @param protocol a host's TCP */
    void Watch(Ptr<Object> protocol)
    {
        protocol->TraceConnectWithoutContext("Tx", MakeCallback(&Tally::Tx, this));
        protocol->TraceConnectWithoutContext("Rx", MakeCallback(&Tally::Rx, this));
    }
};

/** What FlowMonitor counts. */
class FlowMonitorTest : public TestCase
{
  public:
    /** @param loss probability that a packet is lost @param ipv6 by IPv6 */
    FlowMonitorTest(double loss, bool ipv6)
        : TestCase(std::string("FlowMonitor counts each segment, ") + (ipv6 ? "IPv6" : "IPv4") +
                   (loss > 0 ? ", with loss" : "")),
          m_loss(loss),
          m_ipv6(ipv6)
    {
    }

  private:
    /**
     * @param helper the helper
     * @param id a flow
     * @return source port of it, 0 if it is not of the conversation
     */
    uint16_t SourcePort(FlowMonitorHelper& helper, FlowId id) const
    {
        if (m_ipv6)
        {
            auto classifier = DynamicCast<Ipv6FlowClassifier>(helper.GetClassifier6());
            return classifier->FindFlow(id).protocol == 6 ? classifier->FindFlow(id).sourcePort : 0;
        }
        auto classifier = DynamicCast<Ipv4FlowClassifier>(helper.GetClassifier());
        return classifier->FindFlow(id).sourcePort;
    }

    void DoRun() override
    {
        Conversation talk(m_loss, m_ipv6);
        FlowMonitorHelper helper;
        Ptr<FlowMonitor> monitor = helper.InstallAll();
        Tally tally[2];
        tally[0].Watch(talk.hosts.Protocol(0));
        tally[1].Watch(talk.hosts.Protocol(1));
        talk.Run(100);
        NS_TEST_EXPECT_MSG_EQ(talk.client.Satisfied(), true, talk.client.Report());
        monitor->CheckForLostPackets(Seconds(1));
        uint32_t flows = 0;
        for (const auto& [id, stats] : monitor->GetFlowStats())
        {
            const uint16_t port = SourcePort(helper, id);
            if (port == 0)
            {
                continue; // of neighbour discovery
            }
            ++flows;
            const Tally& from = tally[port == 80 ? 1 : 0];
            const Tally& to = tally[port == 80 ? 0 : 1];
            NS_TEST_EXPECT_MSG_EQ(stats.txPackets, from.sent, "packets sent");
            NS_TEST_EXPECT_MSG_EQ(stats.rxPackets, to.received, "packets received");
            NS_TEST_EXPECT_MSG_EQ(stats.lostPackets, from.sent - to.received, "packets lost");
            const uint64_t ip = m_ipv6 ? 40 : 20;
            NS_TEST_EXPECT_MSG_EQ(stats.txBytes, from.sentBytes + ip * from.sent, "bytes sent");
            NS_TEST_EXPECT_MSG_EQ(stats.rxBytes,
                                  to.receivedBytes + ip * to.received,
                                  "bytes received");
            NS_TEST_EXPECT_MSG_GT_OR_EQ(stats.delaySum.GetSeconds(),
                                        0.01 * stats.rxPackets,
                                        "delay of the path");
        }
        NS_TEST_EXPECT_MSG_EQ(flows, 2U, "one flow in each direction");
        if (m_loss > 0)
        {
            NS_TEST_EXPECT_MSG_GT(tally[1].sent, tally[0].received, "packets were lost");
        }
        Simulator::Destroy();
    }

    double m_loss; //!< Probability of loss.
    bool m_ipv6;   //!< By IPv6.
};

/** States as labels of nodes. */
class NetAnimTest : public TestCase
{
  public:
    NetAnimTest()
        : TestCase("NetAnim shows states at the nodes")
    {
    }

  private:
    void DoRun() override
    {
#ifdef TCP_CONN_HAS_NETANIM
        const std::string name = CreateTempDirFilename("animation.xml");
        {
            Conversation talk(0, false);
            MobilityHelper mobility;
            mobility.Install(talk.hosts.nodes);
            AnimationInterface animation(name);
            TcpConnStateLabels::Show(animation, talk.hosts.nodes);
            talk.Run(300);
            NS_TEST_EXPECT_MSG_EQ(talk.client.Satisfied(), true, talk.client.Report());
            Simulator::Destroy();
        }
        std::ifstream file(name);
        std::ostringstream all;
        all << file.rdbuf();
        for (const char* state :
             {"LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "TIME-WAIT"})
        {
            NS_TEST_EXPECT_MSG_NE(all.str().find("descr=\"" + std::string(state) + "\""),
                                  std::string::npos,
                                  state << " is shown");
        }
#else
        std::cout << "skipped: this ns-3 has no module netanim\n";
#endif
    }
};

/** ShowProgress. */
class ProgressTest : public TestCase
{
  public:
    ProgressTest()
        : TestCase("ShowProgress tells of it, and changes nothing")
    {
    }

  private:
    /** @param progress where progress is shown, or nullptr @return the trace */
    static std::string Trace(std::ostream* progress)
    {
        std::ostringstream trace;
        {
            Conversation talk(0, false);
            TcpConnHelper::AssignStreams(talk.hosts.nodes, 1);
            TcpConnHelper::EnableTransitionAscii(Create<OutputStreamWrapper>(&trace),
                                                 talk.hosts.nodes);
            std::unique_ptr<ShowProgress> shown;
            if (progress)
            {
                shown = std::make_unique<ShowProgress>(MilliSeconds(1), *progress);
            }
            talk.Run(300);
            Simulator::Destroy();
        }
        return trace.str();
    }

    void DoRun() override
    {
        std::ostringstream progress;
        const std::string with = Trace(&progress);
        const std::string without = Trace(nullptr);
        NS_TEST_EXPECT_MSG_EQ(progress.str().empty(), false, "progress is shown");
        NS_TEST_EXPECT_MSG_EQ((with == without), true, "the trace is the same");
        NS_TEST_EXPECT_MSG_NE(with.find("TIME-WAIT"), std::string::npos, "and a whole one");
    }
};

/** The trace sources by their Config paths. */
class ConfigPathTest : public TestCase
{
  public:
    ConfigPathTest()
        : TestCase("Trace sources have the Config path that is documented")
    {
    }

  private:
    /** A transition. */
    void Transition(const TcpConnTransition& /* t */)
    {
        ++m_transitions;
    }

    /** The same with its context. @param context path */
    void Change(std::string context,
                uint64_t /* id */,
                const Address& /* local */,
                const Address& /* peer */,
                TcpSocket::TcpStates_t /* from */,
                TcpSocket::TcpStates_t to)
    {
        m_waits += to == TcpSocket::TIME_WAIT ? context + ";" : "";
    }

    void DoRun() override
    {
        Conversation talk(0, false);
        Config::ConnectWithoutContext("/NodeList/*/$ns3::TcpConnL4Protocol/Transition",
                                      MakeCallback(&ConfigPathTest::Transition, this));
        Config::Connect("/NodeList/*/$ns3::TcpConnL4Protocol/StateChange",
                        MakeCallback(&ConfigPathTest::Change, this));
        talk.Run(10);
        Simulator::Destroy();
        NS_TEST_EXPECT_MSG_EQ(m_transitions, 12U, "transitions of both hosts");
        NS_TEST_EXPECT_MSG_EQ(m_waits,
                              "/NodeList/0/$ns3::TcpConnL4Protocol/StateChange;",
                              "the path tells the host");
    }

    uint32_t m_transitions{0}; //!< Transitions.
    std::string m_waits;       //!< Paths at which TIME-WAIT was entered.
};

/// A type of ns-3 that trace sources name: that it exists is seen by the compiler.
#define EXISTS(type) (sizeof(type) > 0 ? #type : "")

/** @return all headers of the module, one after the other */
std::string
Headers()
{
    std::ostringstream all;
    for (const auto& file : std::filesystem::directory_iterator(TCP_CONN_TEST_DIR "/../model"))
    {
        if (file.path().extension() == ".h")
        {
            all << std::ifstream(file.path()).rdbuf();
        }
    }
    return all.str();
}

/** What TypeIds tell of trace sources. */
class TraceSourcesTest : public TestCase
{
  public:
    TraceSourcesTest()
        : TestCase("Each trace source is explained and names the type of its sinks")
    {
    }

  private:
    void DoRun() override
    {
        const std::set<std::string> types{
            EXISTS(ns3::TcpStatesTracedValueCallback),
            EXISTS(ns3::TracedValueCallback::Bool),
            EXISTS(ns3::TracedValueCallback::DataRate),
            EXISTS(ns3::TracedValueCallback::Double),
            EXISTS(ns3::TracedValueCallback::EcnState),
            EXISTS(ns3::TracedValueCallback::SequenceNumber32),
            EXISTS(ns3::TracedValueCallback::TcpCongState),
            EXISTS(ns3::TracedValueCallback::Time),
            EXISTS(ns3::TracedValueCallback::Uint32),
            EXISTS(ns3::TracedValueCallback::Uint64),
        };
        const std::string headers = Headers();
        uint32_t sources = 0;
        for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
        {
            const TypeId tid = TypeId::GetRegistered(i);
            if (tid.GetName().compare(0, 12, "ns3::TcpConn") != 0 ||
                tid.GetName().find("Test") != std::string::npos)
            {
                continue;
            }
            for (std::size_t k = 0; k < tid.GetTraceSourceN(); ++k)
            {
                const auto source = tid.GetTraceSource(k);
                const std::string name = tid.GetName() + " " + source.name;
                NS_TEST_EXPECT_MSG_EQ(source.help.empty(), false, name << ": help");
                const std::string type = source.callback.substr(source.callback.rfind(':') + 1);
                const bool own = source.callback.compare(0, 12, "ns3::TcpConn") == 0 &&
                                 headers.find("typedef void (*" + type + ")") != headers.npos;
                NS_TEST_EXPECT_MSG_EQ((own || types.count(source.callback) > 0),
                                      true,
                                      name << ": no such type: " << source.callback);
                ++sources;
            }
        }
        NS_TEST_EXPECT_MSG_GT(sources, 20U, "sources looked at");
    }
};

/** The suite. */
class ObserversTestSuite : public TestSuite
{
  public:
    ObserversTestSuite()
        : TestSuite("tcp-conn-observers", TCP_CONN_UNIT)
    {
        for (const bool ipv6 : {false, true})
        {
            AddTestCase(new FlowMonitorTest(0, ipv6), TCP_CONN_QUICK);
            AddTestCase(new FlowMonitorTest(0.1, ipv6), TCP_CONN_QUICK);
        }
        AddTestCase(new NetAnimTest, TCP_CONN_QUICK);
        AddTestCase(new ProgressTest, TCP_CONN_QUICK);
        AddTestCase(new ConfigPathTest, TCP_CONN_QUICK);
        AddTestCase(new TraceSourcesTest, TCP_CONN_QUICK);
    }
};

ObserversTestSuite g_observersTestSuite; //!< The suite.

} // namespace
