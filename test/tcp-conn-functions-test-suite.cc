/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-admission-test.h"
#include "tcp-conn-case-trace.h"
#include "tcp-conn-child.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-function-policy.h"
#include "ns3/tcp-conn-functions.h"
#include "ns3/uinteger.h"

#include <cmath>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Policies whose decisions are functions, and functions as events, socket callbacks and trace
 * sinks.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

using Verdict = TcpConnAdmission::Verdict;

/**
 * Choose a policy made of functions.
 * @param w the script
 * @param family attribute of the host
 * @param set sets the functions
 */
void
Choose(Script& w,
       const std::string& family,
       const std::function<void(TcpConnPolicyFunctions&)>& set)
{
    auto functions = CreateObject<TcpConnPolicyFunctions>();
    set(*functions);
    w.L4()->SetAttribute(family, ObjectFactoryValue(functions->Policy(family)));
}

/** @param w the script @param port peer's port @param at time @return the host's ISN */
uint32_t
Number(Script& w, uint16_t port, double at)
{
    w.Use(port, 80).At(at).Send(SYN, 0);
    w.At(at + 0.002).Expect(SYN | ACK, 0, 1);
    return w.Last().seq;
}

/** @param w the script @return the policies of this file that are in force */
std::string
Names(Script& w)
{
    std::istringstream all(w.L4()->GetObject<TcpConnL4Protocol>()->GetPolicies());
    std::string ours;
    for (std::string name; all >> name;)
    {
        if (name.find("TcpConnFunction") != std::string::npos)
        {
            ours += (ours.empty() ? "" : " ") + name;
        }
    }
    return ours;
}

/** The host's SYN is never answered. @param w the script @return seconds between its SYNs */
std::vector<double>
GapsOfSyn(Script& w)
{
    w.At(1.0).Connect();
    w.At(60.0).Skip();
    std::vector<double> gaps;
    const auto& seen = w.Wire().seen;
    for (std::size_t i = 1; i < seen.size(); i++)
    {
        gaps.push_back(std::round((seen[i].time - seen[i - 1].time).GetSeconds() * 1000) / 1000);
    }
    w.Connections(0);
    return gaps;
}

/** See the file. */
class FunctionsSuite : public Suite
{
  public:
    FunctionsSuite();

  private:
    void AddPolicies();
    void AddBases();
    void AddBad();
    void AddCalls();
};

void
FunctionsSuite::AddPolicies()
{
    Add("ISN: told of the connection and the time", [](Script& w) {
        std::string key;
        Choose(w, "Isn", [&key](TcpConnPolicyFunctions& f) {
            f.SetChoose([&key](const TcpConnKey& k, double now) {
                key = k.LocalText() + " " + k.PeerText();
                return static_cast<uint32_t>(1000 * now);
            });
        });
        w.Listen();
        const uint32_t number = Number(w, 40000, 2.0);
        w.Check(number >= 2000 && number <= 2002, std::to_string(number));
        w.Check(key.find(":80 ") != std::string::npos, key);
        w.Check(key.substr(key.rfind(':')) == ":40000", key);
    });
    Add("ISN: one object serves as long as its policy lives", [](Script& w) {
        uint32_t calls = 0;
        Choose(w, "Isn", [&calls](TcpConnPolicyFunctions& f) {
            f.SetChoose([&calls](const TcpConnKey&, double) { return 100 * ++calls; });
        });
        w.Listen();
        w.Check(Number(w, 40000, 1.0) == 100 && Number(w, 40001, 1.1) == 200, "numbers");
    });
    Add("admission: two SYNs are admitted, the third refused", [](Script& w) {
        Choose(w, "Admission", [](TcpConnPolicyFunctions& f) {
            f.SetAdmit([](uint32_t halfOpen, uint32_t) {
                return static_cast<int>(halfOpen < 2 ? Verdict::ADMIT : Verdict::REFUSE);
            });
        });
        w.Listen();
        HalfOpen(w, 40000, 1.0);
        HalfOpen(w, 40001, 1.1);
        w.Use(40002, 80).At(1.2).Send(SYN, 0);
        w.At(1.202).Expect(RST | ACK, 0, 1);
        CheckIdentities(w, CountersOf(w));
    });
    Add("admission: dropped without a word", [](Script& w) {
        Choose(w, "Admission", [](TcpConnPolicyFunctions& f) {
            f.SetAdmit([](uint32_t, uint32_t) { return static_cast<int>(Verdict::DROP); });
        });
        w.Listen();
        SynDropped(w, 40000, 1.0);
        w.Check(CountersOf(w).dropped == 1, "dropped");
    });
    Add("admission: the oldest makes room", [](Script& w) {
        Choose(w, "Admission", [](TcpConnPolicyFunctions& f) {
            f.SetAdmit([](uint32_t halfOpen, uint32_t) {
                return static_cast<int>(halfOpen < 1 ? Verdict::ADMIT : Verdict::EVICT);
            });
        });
        w.Listen();
        HalfOpen(w, 40000, 1.0);
        HalfOpen(w, 40001, 1.1);
        w.Check(CountersOf(w).evicted == 1, "evicted");
        w.Use(40000).State("CLOSED");
    });
    Add("admission: an established connection is refused", [](Script& w) {
        Choose(w, "Admission", [](TcpConnPolicyFunctions& f) {
            f.SetComplete([](uint32_t) { return static_cast<int>(Verdict::REFUSE); });
        });
        w.Listen();
        HalfOpen(w, 40000, 1.0);
        w.At(1.1).Send(ACK, 1, 1);
        w.At(1.102).ExpectReset(1);
    });
    Add("retry: first timeout, back-off and end", [](Script& w) {
        Choose(w, "Retry", [](TcpConnPolicyFunctions& f) {
            f.SetSynTimeout([]() { return 0.5; });
            f.SetBackoff([](double rto, uint32_t retries) { return rto + 0.25 * retries; });
            f.SetGiveUp([](const TcpConnTcb& tcb, double) { return tcb.retries >= 3; });
        });
        const auto gaps = GapsOfSyn(w);
        w.Check(gaps == std::vector<double>{0.5, 0.75, 1.0}, std::to_string(gaps.size()));
        w.Failure("timed-out");
    });
    Add("retry: given up by the time", [](Script& w) {
        Choose(w, "Retry", [](TcpConnPolicyFunctions& f) {
            f.SetGiveUp([](const TcpConnTcb&, double now) { return now >= 5.0; });
        });
        const auto gaps = GapsOfSyn(w);
        w.Check(gaps == std::vector<double>{1, 2}, std::to_string(gaps.size()));
    });
}

void
FunctionsSuite::AddBases()
{
    Add("nothing set: RFC 6528, backlog, RFC 6298", [](Script& w) {
        w.L4()->GetObject<TcpConnL4Protocol>()->AssignStreams(5);
        w.Policy("Isn", "ns3::TcpConnIsnRfc6528").Listen();
        const uint32_t expected = Number(w, 40000, 1.0);
        TcpConnTest::NameTrace("nothing set, by functions"); // another run: another trace
        Script v;
        v.L4()->GetObject<TcpConnL4Protocol>()->AssignStreams(5);
        for (const std::string family : {"Isn", "Admission", "Retry"})
        {
            Choose(v, family, [](TcpConnPolicyFunctions&) {});
        }
        v.Listen();
        v.Check(Number(v, 40000, 1.0) == expected, "ISN");
        v.Check(Names(v) == "isn=TcpConnFunctionIsn admission=TcpConnFunctionAdmission "
                            "retry=TcpConnFunctionRetry",
                Names(v));
        v.Finish();
    });
    Add("by name alone, without Functions: the backlog counts", [](Script& w) {
        w.Policy("Admission", "ns3::TcpConnFunctionAdmission[Backlog=1]").Listen();
        HalfOpen(w, 40000, 1.0);
        SynDropped(w, 40001, 1.1);
    });
    Add("by name alone, without Functions: doubled timeouts", [](Script& w) {
        w.Policy("Retry", "ns3::TcpConnFunctionRetry").Set("ConnCount", UintegerValue(2));
        const auto gaps = GapsOfSyn(w);
        w.Check(gaps == std::vector<double>{1, 2}, std::to_string(gaps.size()));
    });
}

/** A function says what it must not: the program ends, and says why. */
class BadDecision : public TestCase
{
  public:
    /**
     * @param name what is said
     * @param family attribute of the host
     * @param set sets the functions
     * @param words what the message must have
     */
    BadDecision(const std::string& name,
                const std::string& family,
                const std::function<void(TcpConnPolicyFunctions&)>& set,
                const std::string& words)
        : TestCase("bad: " + name),
          m_family(family),
          m_set(set),
          m_words(words)
    {
    }

  private:
    void DoRun() override
    {
        const auto child = TcpConnTest::RunChild([this]() {
            Script w;
            Choose(w, m_family, m_set);
            w.Listen();
            HalfOpen(w, 40000, 1.0);
            w.At(1.1).Send(ACK, 1, 1);
            w.At(1.2).Skip();
            return 0;
        });
        NS_TEST_EXPECT_MSG_EQ(child.aborted, true, GetName() << ": not refused: " << child.words);
        NS_TEST_EXPECT_MSG_EQ((child.words.find(m_words) != std::string::npos),
                              true,
                              GetName() << ": \"" << m_words << "\" is not in " << child.words);
    }

    std::string m_family;                               //!< Attribute of the host.
    std::function<void(TcpConnPolicyFunctions&)> m_set; //!< Sets the functions.
    std::string m_words;                                //!< What is said.
};

void
FunctionsSuite::AddBad()
{
    const auto admit = [](int verdict) {
        return [verdict](TcpConnPolicyFunctions& f) {
            f.SetAdmit([verdict](uint32_t, uint32_t) { return verdict; });
        };
    };
    const auto timeout = [](double seconds) {
        return [seconds](TcpConnPolicyFunctions& f) {
            f.SetSynTimeout([seconds]() { return seconds; });
        };
    };
    const auto complete = [](TcpConnPolicyFunctions& f) {
        f.SetComplete([](uint32_t) { return static_cast<int>(Verdict::EVICT); });
    };
    const int cookie = static_cast<int>(Verdict::COOKIE);
    const std::vector<BadDecision*> cases{
        new BadDecision("verdict 5", "Admission", admit(5), "5 is no verdict"),
        new BadDecision("verdict -1", "Admission", admit(-1), "-1 is no verdict"),
        new BadDecision("a cookie", "Admission", admit(cookie), "2 is no verdict"),
        new BadDecision("eviction at the end", "Admission", complete, "evicts none"),
        new BadDecision("timeout 0", "Retry", timeout(0), "0 s is no timeout"),
        new BadDecision("timeout -1", "Retry", timeout(-1), "-1 s is no timeout"),
        new BadDecision("timeout NaN", "Retry", timeout(std::nan("")), "nan s is no timeout"),
        new BadDecision("timeout 1e300", "Retry", timeout(1e300), "1e+300 s is no timeout")};
    for (BadDecision* one : cases)
    {
        AddTestCase(one, TCP_CONN_QUICK);
    }
}

void
FunctionsSuite::AddCalls()
{
    Add("an event, and one that is cancelled", [](Script& w) {
        uint64_t happened = 0;
        const auto event = [&happened](uint64_t which) { happened += which; };
        TcpConnFunctions::Schedule(Seconds(1), event, 1);
        EventId second = TcpConnFunctions::Schedule(Seconds(1), event, 10);
        second.Cancel();
        w.At(0.9).Nothing();
        w.Check(happened == 0, "too early");
        w.At(1.1).Nothing();
        w.Check(happened == 1, std::to_string(happened));
    });
    Add("addresses of both families", [](Script& w) {
        const Address four = TcpConnFunctions::AddressOf("10.0.0.1", 80);
        const Address six = TcpConnFunctions::AddressOf("2001:db8::1", 81);
        w.Check(four == Address(InetSocketAddress("10.0.0.1", 80)), "IPv4");
        w.Check(six == Address(Inet6SocketAddress("2001:db8::1", 81)), "IPv6");
    });
    Add("sockets: connected, received, closed", [](Script& w) {
        std::string told;
        w.Listen();
        Ptr<Socket> listener = w.Listener().socket;
        Ptr<Socket> accepted;
        TcpConnFunctions::OnAccept(
            listener,
            nullptr,
            [&told, &accepted](Ptr<Socket> s, const Address& peer) {
                told +=
                    "accepted:" + std::to_string(InetSocketAddress::ConvertFrom(peer).GetPort()) +
                    " ";
                accepted = s;
                TcpConnFunctions::OnReceive(s, [&told](Ptr<Socket> r) {
                    told += "received:" + std::to_string(r->Recv()->GetSize()) + " ";
                });
                TcpConnFunctions::OnClose(
                    s,
                    [&told](Ptr<Socket>) { told += "closed "; },
                    nullptr);
            });
        w.Use(40000).At(1.0).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.1).Send(ACK, 1, 1);
        w.At(1.2).Send(ACK, 1, 1, 20);
        w.At(1.3).Send(FIN | ACK, 21, 1);
        w.At(2.0).Skip();
        w.Check(told == "accepted:40000 received:20 closed ", told);
    });
    Add("sockets: a request is refused, an error told", [](Script& w) {
        std::string told;
        w.Listen();
        Ptr<Socket> accepted;
        TcpConnFunctions::OnAccept(
            w.Listener().socket,
            [](Ptr<Socket>, const Address& peer) {
                return InetSocketAddress::ConvertFrom(peer).GetPort() != 40000;
            },
            [&told, &accepted](Ptr<Socket> s, const Address&) {
                accepted = s;
                TcpConnFunctions::OnClose(s, nullptr, [&told](Ptr<Socket>) { told += "error "; });
            });
        SynDropped(w, 40000, 1.0);
        HalfOpen(w, 40001, 1.1);
        w.At(1.2).Send(ACK, 1, 1);
        w.At(1.3).Send(RST, 1);
        w.At(1.4).Skip();
        w.Check(told == "error ", told);
    });
    Add("sockets: connected and failed", [](Script& w) {
        std::string told;
        for (uint16_t port : {9000, 9001})
        {
            w.At(1.0 + 0.1 * (port - 9000)).Connect(port);
            TcpConnFunctions::OnConnect(
                w.Sock(),
                [&told](Ptr<Socket>) { told += "connected "; },
                [&told](Ptr<Socket>) { told += "failed "; });
            w.At(1.002 + 0.1 * (port - 9000)).Expect(SYN, 0);
            w.At(1.01 + 0.1 * (port - 9000)).Send(port == 9000 ? SYN | ACK : RST | ACK, 0, 1);
            w.At(1.05 + 0.1 * (port - 9000)).Skip();
        }
        w.Check(told == "connected failed ", told);
    });
    Add("trace sources, and one that is not there", [](Script& w) {
        std::vector<TcpConnMove> moves;
        uint32_t segments = 0;
        using Moves = TcpConnSink<TcpConnTracedCallback::Transition>;
        using Segments = TcpConnSink<TcpConnTracedCallback::Segment>;
        const auto move = [&moves](const TcpConnTransition& t) {
            moves.push_back(TcpConnMove::Of(t));
        };
        const auto segment = [&segments](const TcpConnSegmentEvent&) { segments++; };
        w.Check(Moves::Connect(w.L4(), "Transition", move), "Transition");
        w.Check(Segments::Connect(w.L4(), "Rx", segment), "Rx");
        w.Check(!Moves::Connect(w.L4(), "Nothing", move), "Nothing");
        const std::string signature = TcpConnFunctions::SignatureOf(w.L4(), "Transition");
        w.Check(signature == "ns3::TcpConnTracedCallback::Transition", signature);
        w.Check(TcpConnFunctions::SignatureOf(w.L4(), "Nothing").empty(), "Nothing");
        w.Listen();
        HalfOpen(w, 40000, 1.0);
        w.Check(moves.size() == 2 && segments == 1, std::to_string(segments) + " segments");
        const TcpConnMove& open = moves[1];
        w.Check(open.from == "LISTEN" && open.to == "SYN-RECEIVED" && open.cause == "syn", open.to);
        w.Check(open.flags == SYN && moves[0].flags == -1, std::to_string(open.flags));
        w.Check(open.time >= 1.0 && open.time <= 1.002 && open.id == 2, "time and id");
        w.Check(open.peer.find(":40000") != std::string::npos, open.peer);
    });
}

FunctionsSuite::FunctionsSuite()
    : Suite("tcp-conn-functions")
{
    AddPolicies();
    AddBases();
    AddBad();
    AddCalls();
}

/** The one instance. */
FunctionsSuite g_functionsSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
