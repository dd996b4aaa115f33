/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-two-hosts.h"

#include "ns3/tcp-conn-census.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-durations.h"
#include "ns3/tcp-conn-state-labels.h"
#include "ns3/tcp-conn-transition-table.h"
#include "ns3/test.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * The census: durations, counts over time, what becomes of connections, what is printed and
 * written.
 */

using namespace ns3;
using namespace ns3::TcpConnTest;

namespace
{

/** Durations. */
class DurationsTest : public TestCase
{
  public:
    DurationsTest()
        : TestCase("Durations: extremes, mean, quantiles, histogram")
    {
    }

  private:
    /** @param value a time @param expected what it should be, within 1.6 % @param name of it */
    void ExpectNear(Time value, Time expected, const std::string& name)
    {
        NS_TEST_EXPECT_MSG_EQ_TOL(value.GetSeconds(),
                                  expected.GetSeconds(),
                                  expected.GetSeconds() * 0.016,
                                  name);
    }

    void DoRun() override
    {
        TcpConnDurations d;
        NS_TEST_EXPECT_MSG_EQ(d.GetQuantile(0.5), Time(0), "none");
        NS_TEST_EXPECT_MSG_EQ(d.GetBins().size(), 0U, "no bins");
        for (int i = 1; i <= 1000; ++i)
        {
            d.Add(MicroSeconds(i));
        }
        NS_TEST_EXPECT_MSG_EQ(d.GetCount(), 1000U, "count");
        NS_TEST_EXPECT_MSG_EQ(d.GetMin(), MicroSeconds(1), "shortest");
        NS_TEST_EXPECT_MSG_EQ(d.GetMax(), MicroSeconds(1000), "longest");
        NS_TEST_EXPECT_MSG_EQ(d.GetMean(), NanoSeconds(500500), "mean");
        ExpectNear(d.GetQuantile(0.5), MicroSeconds(500), "median");
        ExpectNear(d.GetQuantile(0.99), MicroSeconds(990), "99 %");
        NS_TEST_EXPECT_MSG_EQ(d.GetQuantile(1), MicroSeconds(1000), "all");
        const auto bins = d.GetBins();
        NS_TEST_ASSERT_MSG_EQ(bins.size(), 10U, "1, 2, 5, ... 1000 us");
        NS_TEST_EXPECT_MSG_EQ(bins[0].from, MicroSeconds(1), "first bin");
        NS_TEST_EXPECT_MSG_EQ(bins[0].count, 1U, "1 us");
        NS_TEST_EXPECT_MSG_EQ(bins[1].count, 3U, "2 to 4 us");
        NS_TEST_EXPECT_MSG_EQ(bins[8].to, MicroSeconds(1000), "last bin but one");
        NS_TEST_EXPECT_MSG_EQ(bins[8].count, 500U, "500 to 999 us");
        NS_TEST_EXPECT_MSG_EQ(bins[9].count, 1U, "1000 us");

        TcpConnDurations other;
        other.Add(Seconds(240));
        other.Add(Seconds(240));
        other.Add(Seconds(-1));
        NS_TEST_EXPECT_MSG_EQ(other.GetQuantile(0.5), Seconds(240), "equal ones are exact");
        NS_TEST_EXPECT_MSG_EQ(other.GetMin(), Time(0), "a negative one counts as 0");
        d.Merge(other);
        NS_TEST_EXPECT_MSG_EQ(d.GetCount(), 1003U, "sum");
        NS_TEST_EXPECT_MSG_EQ(d.GetMin(), Time(0), "shortest of both");
        NS_TEST_EXPECT_MSG_EQ(d.GetMax(), Seconds(240), "longest of both");
        NS_TEST_EXPECT_MSG_EQ(d.GetDistribution().back().second, 1.0, "the distribution ends at 1");
    }
};

/** Tells a census of transitions. */
class Teller
{
  public:
    /** @param interval step of the counts over time */
    explicit Teller(Time interval)
        : census(Create<TcpConnCensus>(interval))
    {
    }

    /**
     * A move of a connection between 10.0.0.1 and 10.0.0.2.
     * @param time when, ms
     * @param node host
     * @param id connection
     * @param from state left
     * @param to state entered
     * @param inState time there, ms
     * @param flags of the segment that caused it, 0: none
     */
    void Move(int time,
              uint32_t node,
              uint64_t id,
              TcpSocket::TcpStates_t from,
              TcpSocket::TcpStates_t to,
              int inState,
              uint16_t flags = 0)
    {
        TcpConnKey key;
        key.local = TcpConnKey::FromIpv4(Ipv4Address("10.0.0.1"));
        key.peer = TcpConnKey::FromIpv4(Ipv4Address("10.0.0.2"));
        key.localPort = 80;
        key.peerPort = static_cast<uint16_t>(1000 + id);
        if (id == 1)
        {
            key.peer = {};
            key.peerPort = 0;
        }
        const TcpConnRow row{};
        TcpConnSegment segment;
        segment.flags = flags;
        census->Transition({MilliSeconds(time),
                            node,
                            id,
                            key,
                            from,
                            to,
                            row,
                            flags ? &segment : nullptr,
                            MilliSeconds(inState)});
    }

    Ptr<TcpConnCensus> census; //!< The census.
};

/** What becomes of connections. */
class LivesTest : public TestCase
{
  public:
    LivesTest()
        : TestCase("Counts, latencies and ends of connections")
    {
    }

  private:
    void DoRun() override
    {
        using T = TcpSocket;
        Teller teller(Seconds(0));
        TcpConnCensus& census = *teller.census;
        teller.Move(0, 4, 1, T::CLOSED, T::LISTEN, 0);
        // Passive, released by the peer first.
        teller.Move(100, 4, 2, T::LISTEN, T::SYN_RCVD, 0, TCP_CONN_SYN);
        NS_TEST_EXPECT_MSG_EQ(census.GetCounts(4)[T::SYN_RCVD], 1U, "half-open");
        teller.Move(130, 4, 2, T::SYN_RCVD, T::ESTABLISHED, 30, TCP_CONN_ACK);
        teller.Move(500, 4, 2, T::ESTABLISHED, T::CLOSE_WAIT, 370, TCP_CONN_FIN);
        teller.Move(600, 4, 2, T::CLOSE_WAIT, T::LAST_ACK, 100);
        teller.Move(650, 4, 2, T::LAST_ACK, T::CLOSED, 50, TCP_CONN_ACK);
        // Active, through TIME-WAIT.
        teller.Move(100, 5, 2, T::CLOSED, T::SYN_SENT, 0);
        teller.Move(120, 5, 2, T::SYN_SENT, T::ESTABLISHED, 20, TCP_CONN_SYN);
        teller.Move(400, 5, 2, T::ESTABLISHED, T::FIN_WAIT_1, 280);
        teller.Move(440, 5, 2, T::FIN_WAIT_1, T::FIN_WAIT_2, 40, TCP_CONN_ACK);
        teller.Move(490, 5, 2, T::FIN_WAIT_2, T::TIME_WAIT, 50, TCP_CONN_FIN);
        NS_TEST_EXPECT_MSG_EQ(census.GetCounts(5)[T::TIME_WAIT], 1U, "TIME-WAIT");
        // Refused; a half-open one that goes back to its listener; reset; LAST-ACK that times out.
        teller.Move(700, 5, 3, T::CLOSED, T::SYN_SENT, 0);
        teller.Move(710, 5, 3, T::SYN_SENT, T::CLOSED, 10, TCP_CONN_RST);
        teller.Move(700, 4, 3, T::LISTEN, T::SYN_RCVD, 0, TCP_CONN_SYN);
        teller.Move(720, 4, 3, T::SYN_RCVD, T::LISTEN, 20, TCP_CONN_RST);
        teller.Move(700, 4, 4, T::LISTEN, T::ESTABLISHED, 0, TCP_CONN_ACK); // by a cookie
        teller.Move(800, 4, 4, T::ESTABLISHED, T::CLOSED, 100, TCP_CONN_RST);
        teller.Move(900, 4, 5, T::LAST_ACK, T::CLOSED, 100); // there before the census
        const auto totals = census.GetTotals();
        NS_TEST_EXPECT_MSG_EQ(totals.opened, 6U, "opened");
        NS_TEST_EXPECT_MSG_EQ(totals.established, 3U, "established");
        NS_TEST_EXPECT_MSG_EQ(totals.failed, 2U, "failed");
        NS_TEST_EXPECT_MSG_EQ(totals.released, 2U, "released");
        NS_TEST_EXPECT_MSG_EQ(totals.aborted, 2U, "aborted");
        NS_TEST_EXPECT_MSG_EQ(census.GetTotals(5).opened, 2U, "of one host");
        const auto durations = census.GetDurations();
        NS_TEST_EXPECT_MSG_EQ(durations.activeSetUp.GetMax(), MilliSeconds(20), "active set-up");
        NS_TEST_EXPECT_MSG_EQ(durations.passiveSetUp.GetMax(), MilliSeconds(30), "passive set-up");
        NS_TEST_EXPECT_MSG_EQ(durations.passiveSetUp.GetCount(), 1U, "a cookie has none");
        NS_TEST_EXPECT_MSG_EQ(durations.release.GetMin(), MilliSeconds(90), "release, first");
        NS_TEST_EXPECT_MSG_EQ(durations.release.GetMax(), MilliSeconds(150), "release, second");
        NS_TEST_EXPECT_MSG_EQ(durations.inState[T::FIN_WAIT_2].GetMax(), MilliSeconds(50), "state");
        NS_TEST_EXPECT_MSG_EQ(durations.inState[T::LISTEN].GetCount(), 0U, "a listener stays");
        TcpConnCensus::Counts left{};
        left[T::LISTEN] = 1;
        left[T::TIME_WAIT] = 1;
        NS_TEST_EXPECT_MSG_EQ((census.GetCounts() == left), true, "what is left");
        NS_TEST_EXPECT_MSG_EQ((census.GetCounts(77) == TcpConnCensus::Counts{}), true, "no host");
        Print(census);
    }

    /** @param census after all that */
    void Print(TcpConnCensus& census)
    {
        std::ostringstream out;
        census.PrintSummary(out);
        census.PrintConnections(out, 4);
        NS_TEST_EXPECT_MSG_EQ(
            out.str(),
            "At 0.000000 s, all hosts\n"
            "TCP:   2 (estab 0, time-wait 1, listen 1)\n\n"
            "Transport Total     IP        IPv6\n"
            "TCP       2         2         0\n\n"
            "TCP connections (servers and established) at 0.000000 s, node 4\n"
            "Node:Id   Proto Local Address           Foreign Address         State        In "
            "State\n"
            "4:1       tcp   10.0.0.1:80             *:*                     LISTEN       "
            "0.000000\n\n",
            "as ss and netstat");
    }
};

/** Counts over time. */
class SeriesTest : public TestCase
{
  public:
    SeriesTest()
        : TestCase("Counts over time, of each host and of all")
    {
    }

  private:
    void DoRun() override
    {
        using T = TcpSocket;
        Teller teller(MilliSeconds(100));
        teller.Move(0, 4, 1, T::CLOSED, T::LISTEN, 0);
        teller.Move(100, 4, 2, T::LISTEN, T::SYN_RCVD, 0, TCP_CONN_SYN); // at a step
        teller.Move(130, 4, 2, T::SYN_RCVD, T::ESTABLISHED, 30, TCP_CONN_ACK);
        teller.Move(350, 5, 2, T::CLOSED, T::SYN_SENT, 0);
        teller.Move(401, 4, 2, T::ESTABLISHED, T::CLOSED, 1, TCP_CONN_RST);
        const std::string prefix = CreateTempDirFilename("series");
        teller.census->WriteCsv(prefix);
        std::ifstream file(prefix + "-states.csv");
        std::ostringstream all;
        all << file.rdbuf();
        NS_TEST_EXPECT_MSG_EQ(
            all.str(),
            "time,node,LISTEN,SYN-SENT,SYN-RECEIVED,ESTABLISHED,CLOSE-WAIT,LAST-ACK,FIN-WAIT-1,"
            "FIN-WAIT-2,CLOSING,TIME-WAIT\n"
            "0.000000000,all,1,0,0,0,0,0,0,0,0,0\n"
            "0.100000000,all,1,0,1,0,0,0,0,0,0,0\n"
            "0.200000000,all,1,0,0,1,0,0,0,0,0,0\n"
            "0.300000000,all,1,0,0,1,0,0,0,0,0,0\n"
            "0.400000000,all,1,1,0,1,0,0,0,0,0,0\n"
            "0.000000000,4,1,0,0,0,0,0,0,0,0,0\n"
            "0.100000000,4,1,0,1,0,0,0,0,0,0,0\n"
            "0.200000000,4,1,0,0,1,0,0,0,0,0,0\n"
            "0.300000000,4,1,0,0,1,0,0,0,0,0,0\n"
            "0.400000000,4,1,0,0,1,0,0,0,0,0,0\n"
            "0.400000000,5,0,1,0,0,0,0,0,0,0,0\n",
            "states over time");
        std::ifstream durations(prefix + "-durations.csv");
        std::string line;
        std::getline(durations, line);
        std::getline(durations, line);
        NS_TEST_EXPECT_MSG_EQ(line,
                              "all,passive-set-up,1,0.030000000,0.030000000,0.030000000,"
                              "0.030000000,0.030000000,0.030000000,0.030000000,0.030000000,"
                              "0.030000000",
                              "durations");
        Draw(*teller.census);
    }

    /** Have gnuplot draw the charts. @param census what they show */
    void Draw(TcpConnCensus& census)
    {
        const std::string prefix = CreateTempDirFilename("charts");
        Create<TcpConnCensus>()->WriteCharts(prefix);
        std::ifstream empty(prefix + ".plt");
        std::ostringstream all;
        all << empty.rdbuf();
        NS_TEST_EXPECT_MSG_EQ(all.str().find("plot \""), std::string::npos, "nothing to draw");
        census.WriteCharts(prefix);
        if (std::system("command -v gnuplot >/dev/null") != 0)
        {
            std::cout << "skipped: charts are written but not drawn, for there is no gnuplot\n";
            return;
        }
        const std::string log = prefix + ".log";
        NS_TEST_EXPECT_MSG_EQ(
            std::system(("gnuplot '" + prefix + ".plt' >'" + log + "' 2>&1").c_str()),
            0,
            "gnuplot draws them");
        NS_TEST_EXPECT_MSG_EQ(std::ifstream(log).peek(), EOF, "and says nothing");
        for (const char* name : {"-states.png", "-times.png", "-latency.png"})
        {
            std::ifstream file(prefix + name, std::ios::binary | std::ios::ate);
            NS_TEST_EXPECT_MSG_EQ((file.tellg() > 1000), true, name << " is drawn");
        }
    }
};

/** Two hosts with a connection. */
class HostsTest : public TestCase
{
  public:
    HostsTest()
        : TestCase("Attached to hosts: counts are those of the hosts, prints come at their times")
    {
    }

  private:
    void DoRun() override
    {
        TwoHosts hosts(Stack::OURS, Stack::OURS);
        auto census = Create<TcpConnCensus>(Seconds(1));
        census->Attach(hosts.nodes);
        std::ostringstream printed;
        auto stream = Create<OutputStreamWrapper>(&printed);
        census->PrintSummaryAt(Seconds(3.5), stream, 1);
        census->PrintConnectionsEvery(Seconds(3.6), stream, 1);
        std::string labels;
        auto label = Create<TcpConnStateLabels>([&](Ptr<Node> node, const std::string& text) {
            labels += std::to_string(node->GetId()) + "=" + text + ";";
        });
        label->Attach(hosts.nodes);
        Talker client(10, 100, true);
        Talker server(100, 10, false);
        server.Listen(hosts.nodes.Get(1), TCP_FACTORY, TwoHosts::Any(80, true));
        Simulator::Schedule(Seconds(3), [&]() {
            client.Connect(hosts.nodes.Get(0), TCP_FACTORY, hosts.At(1, 80, true));
        });
        Simulator::Stop(Seconds(5));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(client.Satisfied(), true, client.Report());
        NS_TEST_EXPECT_MSG_EQ(census->GetCounts()[TcpSocket::TIME_WAIT], 1U, "the client waits");
        NS_TEST_EXPECT_MSG_EQ(census->GetTotals().released, 2U, "both ends were released");
        NS_TEST_EXPECT_MSG_EQ(printed.str().substr(0, 51),
                              "At 3.500000 s, node 1\nTCP:   0 (estab 0)\n\nTransport",
                              "a summary at its time");
        NS_TEST_EXPECT_MSG_NE(printed.str().find("at 3.600000 s, node 1"),
                              std::string::npos,
                              "a table at its time");
        NS_TEST_EXPECT_MSG_EQ(labels,
                              "1=LISTEN;0=SYN-SENT;1=SYN-RECEIVED;0=ESTABLISHED;1=ESTABLISHED;"
                              "0=FIN-WAIT-1;1=CLOSE-WAIT;0=FIN-WAIT-2;1=LAST-ACK;0=TIME-WAIT;"
                              "1=CLOSED;",
                              "labels of the hosts");
        Simulator::Destroy();
        TcpConnCensus::Counts counts{};
        counts[TcpSocket::ESTABLISHED] = 3;
        counts[TcpSocket::TIME_WAIT] = 1;
        counts[TcpSocket::LISTEN] = 1;
        NS_TEST_EXPECT_MSG_EQ(TcpConnStateLabels::TextOf(counts),
                              "ESTABLISHED 3, TIME-WAIT",
                              "several connections");
    }
};

/** The suite. */
class CensusTestSuite : public TestSuite
{
  public:
    CensusTestSuite()
        : TestSuite("tcp-conn-census", TCP_CONN_UNIT)
    {
        AddTestCase(new DurationsTest, TCP_CONN_QUICK);
        AddTestCase(new LivesTest, TCP_CONN_QUICK);
        AddTestCase(new SeriesTest, TCP_CONN_QUICK);
        AddTestCase(new HostsTest, TCP_CONN_QUICK);
    }
};

CensusTestSuite g_censusTestSuite; //!< The suite.

} // namespace
