/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/global-value.h"

#include <random>

/**
 * @file
 * @ingroup tcp-conn
 * Segments that nobody should send: too short, wrong, every combination of flags, and at random.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class InputSuite : public Suite
{
  public:
    InputSuite();

  private:
    void AddMalformed();
    void AddFlags();
    void AddRandom();
};

constexpr uint8_t TCP = 6;

/** Passive connection of port 40000, and a SYN-SENT one to port 9000, whose SYN has been seen. */
void
Stage(Script& w)
{
    w.PassiveOpen();
    w.At(1.020).Connect();
    w.At(1.021).Expect(SYN, 0);
    w.Use(40000);
}

/** Neither has changed, nor has anything else appeared. */
void
Unchanged(Script& w, double t)
{
    w.At(t).Nothing().Use(40000).State("ESTABLISHED");
    w.Use(9000, 0);
    w.State("SYN-SENT").Connections(2);
}

/** The flows that segments of this file go to. */
std::vector<Flow>
Targets(Script& w)
{
    std::vector<Flow> flows;
    w.Use(40000);
    flows.push_back(w.Current());
    w.Use(9000, 0);
    flows.push_back(w.Current());
    w.Use(40001, 80);
    flows.push_back(w.Current());
    w.Use(40001, 81);
    flows.push_back(w.Current());
    return flows;
}

void
InputSuite::AddMalformed()
{
    AddBoth("0 to 19 bytes: dropped", [](Script& w) {
        Stage(w);
        w.At(1.1).Nothing();
        for (const Flow& f : Targets(w))
        {
            Segment s;
            s.src = f.peer;
            s.dst = w.HostAddress();
            s.srcPort = f.peerPort;
            s.dstPort = f.hostPort;
            s.flags = SYN | RST;
            const std::string whole = s.Build();
            for (std::size_t n = 0; n < 20; n++)
            {
                std::string cut = whole.substr(0, n);
                if (n >= 18)
                {
                    // With a checksum that is right for what is left.
                    cut[16] = cut[17] = 0;
                    const uint16_t sum =
                        Checksum(PseudoHeader(s.src, s.dst, TCP, static_cast<uint32_t>(n)) + cut);
                    cut[16] = static_cast<char>(sum >> 8);
                    cut[17] = static_cast<char>(sum);
                }
                w.Wire().SendRaw(s.src, s.dst, TCP, cut);
            }
        }
        Unchanged(w, 1.9);
    });
    AddBoth("data offset below 5 or beyond the end: dropped", [](Script& w) {
        Stage(w);
        w.At(1.1).Nothing();
        for (const Flow& f : Targets(w))
        {
            for (int flags : {0, int(SYN), int(ACK), int(RST), SYN | ACK, RST | ACK, FIN | ACK})
            {
                for (uint8_t offset : {1, 2, 3, 4, 6, 7, 15})
                {
                    Segment s;
                    s.src = f.peer;
                    s.dst = w.HostAddress();
                    s.srcPort = f.peerPort;
                    s.dstPort = f.hostPort;
                    s.seq = f.isn + 1;
                    s.ack = f.iss + 1;
                    s.offset = offset;
                    s.flags = static_cast<uint8_t>(flags);
                    w.Wire().Send(s);
                }
            }
        }
        Unchanged(w, 1.9);
    });
    AddBoth("bad checksum, any flags: dropped", [](Script& w) {
        Stage(w);
        w.At(1.1).Nothing();
        for (const Flow& f : Targets(w))
        {
            for (int flags = 0; flags < 256; flags++)
            {
                Segment s;
                s.src = f.peer;
                s.dst = w.HostAddress();
                s.srcPort = f.peerPort;
                s.dstPort = f.hostPort;
                s.seq = f.isn + 1;
                s.ack = f.iss + 1;
                s.flags = static_cast<uint8_t>(flags);
                s.badChecksum = flags % 2 == 0;
                s.noChecksum = !s.badChecksum;
                w.Wire().Send(s);
            }
        }
        Unchanged(w, 1.9);
    });
    Add("ChecksumEnabled off: checksums are not looked at", [](Script& w) {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
        w.Wire().verify = false;
        w.At(0.9).Listen();
        w.At(1.000).Send(Seg(SYN, 0).Bad());
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.005).Send(Seg(ACK, 1, 1).Bad());
        w.At(1.010).Nothing().State("ESTABLISHED");
    });
    Add("options of every malformed kind on text: no harm", [](Script& w) {
        w.PassiveOpen();
        int64_t at = 1;
        double t = 2;
        for (uint32_t kind = 0; kind < 256; kind++)
        {
            for (uint8_t length : {0, 1, 2, 3, 5, 40, 255})
            {
                // Options must not be able to stop text, unless an option that is understood says
                // so; kind 5 (SACK) and 8 (timestamps) have not been agreed.
                Segment s = w.Make(Seg(ACK, at, 1, 1));
                s.options = std::string(1, static_cast<char>(kind));
                s.options.push_back(static_cast<char>(length));
                s.options += std::string(6, '\x7f');
                w.At(t).Skip();
                w.Wire().Send(s);
                at++;
                t += 0.01;
            }
        }
        w.At(t + 1).Skip().State("ESTABLISHED");
        // What was dropped for its options comes again without.
        w.Check(w.End().received.size() <= static_cast<uint64_t>(at - 1), "options read as text");
        const auto have = static_cast<int64_t>(w.End().received.size());
        w.At(t + 2).Send(ACK, 1 + have, 1, 100);
        w.At(t + 3).Skip();
        w.Check(w.End().received.size() >= static_cast<uint64_t>(have + 100), "text not taken");
        const uint64_t n = w.End().received.size();
        w.Received(n);
    });
}

/** One combination of flags at one state: what is sent back, and the state after. */
struct Outcome
{
    bool answer;       //!< Whether something comes.
    Seg segment;       //!< What.
    std::string state; //!< The state then.
};

/** RFC 9293 3.10.7.1 for seq 1, ack 77. */
Outcome
ClosedOutcome(int f)
{
    if (f & RST)
    {
        return {false, Seg(0), "CLOSED"};
    }
    if (f & ACK)
    {
        return {true, Seg(RST, 77), "CLOSED"};
    }
    return {true, Seg(RST | ACK, 0, 1 + ((f & SYN) ? 1 : 0) + ((f & FIN) ? 1 : 0)), "CLOSED"};
}

/** RFC 9293 3.10.7.2 for seq 0, ack 77. */
Outcome
ListenOutcome(int f)
{
    if (f & RST)
    {
        return {false, Seg(0), "CLOSED"};
    }
    if (f & ACK)
    {
        return {true, Seg(RST, 77), "CLOSED"};
    }
    if (f & SYN)
    {
        // A FIN with the SYN may be taken now or when it comes again.
        return {true, Seg(SYN | ACK, 0, (f & FIN) ? ANY : 1), "SYN-RECEIVED"};
    }
    return {false, Seg(0), "CLOSED"};
}

/** RFC 9293 3.10.7.3 for seq 0, ack 1. */
Outcome
SynSentOutcome(int f)
{
    if (f & RST)
    {
        return {false, Seg(0), (f & ACK) ? "CLOSED" : "SYN-SENT"};
    }
    if ((f & SYN) && (f & ACK))
    {
        return (f & FIN) ? Outcome{true, Seg(ACK, 1, 2), "CLOSE-WAIT"}
                         : Outcome{true, Seg(ACK, 1, 1), "ESTABLISHED"};
    }
    if (f & SYN)
    {
        return {true, Seg(SYN | ACK, 0, (f & FIN) ? ANY : 1), "SYN-RECEIVED"};
    }
    return {false, Seg(0), "SYN-SENT"};
}

/** RFC 9293 3.10.7.4 with RFC 5961, for seq 1, ack 1. */
Outcome
EstablishedOutcome(int f)
{
    if (f & RST)
    {
        return {false, Seg(0), "CLOSED"};
    }
    if (f & SYN)
    {
        return {true, Seg(ACK, 1, 1), "ESTABLISHED"};
    }
    if (!(f & ACK))
    {
        return {false, Seg(0), "ESTABLISHED"};
    }
    return (f & FIN) ? Outcome{true, Seg(ACK, 1, 2), "CLOSE-WAIT"}
                     : Outcome{false, Seg(0), "ESTABLISHED"};
}

/** Look at the answer to a combination of flags sent at t. */
void
Judge(Script& w, int f, double t, Outcome o)
{
    const auto named = [&w, f](const std::function<void()>& step) {
        try
        {
            step();
        }
        catch (const Failed& e)
        {
            w.Fail("flags " + FlagNames(static_cast<uint8_t>(f)) + ": " +
                   e.what.substr(0, e.what.find('\n')));
        }
    };
    named([&]() {
        w.At(t + 0.010);
        if (o.answer && o.segment.ack == 2)
        {
            // SYN and FIN may be acknowledged one by one.
            w.Await(o.segment).Skip();
        }
        else if (o.answer)
        {
            w.At(t + 0.002).Expect(o.segment);
        }
        w.At(t + 0.050).Nothing().State(o.state);
    });
}

void
InputSuite::AddFlags()
{
    AddBoth("all 256 flags at a closed port", [](Script& w) {
        for (int f = 0; f < 256; f++)
        {
            const double t = 1.0 + f;
            w.Use(41000 + f, 81).At(t).Send(f, 1, 77);
            Judge(w, f, t, ClosedOutcome(f));
        }
        w.Connections(0);
    });
    AddBoth("all 256 flags at LISTEN", [](Script& w) {
        w.At(0.9).Listen();
        for (int f = 0; f < 256; f++)
        {
            const double t = 1.0 + f;
            w.Use(41000 + f).At(t).Send(f, 0, 77);
            Judge(w, f, t, ListenOutcome(f));
            if (w.StateOf(w.Current()) != "CLOSED")
            {
                w.At(t + 0.1).Send(RST, (f & FIN) ? w.Last().ack - w.Current().isn : 1);
            }
            w.At(t + 0.2).Nothing();
        }
        w.Connections(0);
    });
    AddBoth("all 256 flags at SYN-SENT", [](Script& w) {
        w.Set("Linger", DoubleValue(0));
        for (int f = 0; f < 256; f++)
        {
            const double t = 1.0 + f;
            w.At(t).Connect(41000 + f);
            w.At(t + 0.001).Expect(SYN, 0);
            w.At(t + 0.010).Send(f, 0, 1);
            Judge(w, f, t + 0.010, SynSentOutcome(f));
            w.At(t + 0.1).Close();
            w.At(t + 0.2).Skip();
        }
        w.Connections(0);
    });
    AddBoth("all 256 flags at ESTABLISHED", [](Script& w) {
        w.Set("Linger", DoubleValue(0));
        w.At(0.9).Listen();
        for (int f = 0; f < 256; f++)
        {
            const double t = 1.0 + f;
            w.Use(41000 + f).At(t).Send(SYN, 0);
            w.At(t + 0.002).Expect(SYN | ACK, 0, 1);
            w.At(t + 0.005).Send(ACK, 1, 1);
            w.At(t + 0.010).Nothing().State("ESTABLISHED").Send(f, 1, 1);
            Judge(w, f, t + 0.010, EstablishedOutcome(f));
            w.At(t + 0.1).Close();
            w.At(t + 0.2).Skip();
        }
        w.Connections(0);
    });
}

/** A segment of which everything is random. */
Segment
RandomSegment(std::mt19937& rng, const Script& w, const Flow& live)
{
    Segment s;
    const uint16_t ports[] = {80, 81, live.hostPort};
    s.dst = w.HostAddress();
    s.dstPort = ports[rng() % 3];
    const bool stranger = rng() % 3 == 0;
    s.src = stranger ? w.PeerAddress(1 + rng() % 5) : live.peer;
    s.srcPort = stranger || rng() % 2 ? 50000 + rng() % 100 : live.peerPort;
    s.seq = static_cast<uint32_t>(rng());
    s.ack = rng() % 4 ? static_cast<uint32_t>(rng()) : 0;
    s.flags = static_cast<uint8_t>(rng());
    s.window = static_cast<uint16_t>(rng());
    s.urgent = static_cast<uint16_t>(rng());
    s.reserved = rng() % 8 ? 0 : rng() % 16;
    for (uint32_t n = rng() % 3 ? 0 : rng() % 41; n > 0; n--)
    {
        s.options.push_back(static_cast<char>(rng() % 2 ? rng() % 12 : rng()));
    }
    s.payload = Pattern(0, rng() % 2 ? 0 : rng() % 64, false);
    s.offset = rng() % 16 ? 0 : rng() % 16;
    s.badChecksum = rng() % 20 == 0;
    return s;
}

/** A segment near the live connection's numbers that RFC 9293 and RFC 5961 all refuse. */
Segment
NearSegment(std::mt19937& rng, const Script& w, const Flow& live)
{
    Segment s;
    s.src = live.peer;
    s.dst = w.HostAddress();
    s.srcPort = live.peerPort;
    s.dstPort = live.hostPort;
    s.flags = static_cast<uint8_t>(rng());
    s.seq = live.isn + 1 + rng() % 200000 - 100000;
    s.ack = live.iss + 1 + rng() % 100000 - 50000;
    s.payload = Pattern(0, rng() % 2 ? 0 : rng() % 64, false);
    if (s.seq == live.isn + 1)
    {
        s.seq--;
    }
    const bool refused = (s.flags & (RST | SYN)) || !(s.flags & ACK);
    if (!refused)
    {
        // Of what was not sent.
        s.ack = live.iss + 2 + rng() % 1000000;
    }
    return s;
}

/** The live connection carries text and closes; nothing is left. */
void
LivesAndEnds(Script& w, double t)
{
    w.Wire().keep = true;
    w.Use(40000).At(t).Skip().State("ESTABLISHED");
    w.Check(w.End().events == "created", "callbacks were " + w.End().events);
    w.Received(0);
    w.Write(100);
    w.At(t + 1).Await(Seg(ACK, 1, 1, 100)).Send(ACK, 1, 101, 100);
    w.At(t + 2).Await(Seg(ACK, 101, 101)).Received(100);
    // Half-open connections that the others began have given up by then.
    w.At(t + 500).Skip().Connections(1).Close();
    w.At(t + 501).Await(Seg(FIN | ACK, 101, 101)).Send(FIN | ACK, 101, 102);
    w.At(t + 502).Await(Seg(ACK, 102, 102)).State("TIME-WAIT");
    w.At(t + 515).Skip().Connections(0);
}

void
InputSuite::AddRandom()
{
    AddBoth("100000 random segments: a live connection is not harmed", [](Script& w) {
        w.PassiveOpen();
        const Flow live = w.Current();
        std::mt19937 rng(20240);
        w.Wire().keep = false;
        for (int i = 0; i < 100000; i++)
        {
            w.At(2 + 0.001 * i).Skip();
            w.Wire().Send(RandomSegment(rng, w, live));
        }
        w.At(103).Skip();
        w.Check(w.Wire().total > 1000, "hardly anything was answered");
        LivesAndEnds(w, 104);
    });
    Add("20000 segments near its numbers, none acceptable: not harmed", [](Script& w) {
        w.PassiveOpen();
        const Flow live = w.Current();
        std::mt19937 rng(77);
        w.Wire().keep = false;
        for (int i = 0; i < 20000; i++)
        {
            w.At(2 + 0.001 * i).Skip();
            w.Wire().Send(NearSegment(rng, w, live));
        }
        w.At(23).Skip();
        LivesAndEnds(w, 24);
    });
}

InputSuite::InputSuite()
    : Suite("tcp-conn-wire-input")
{
    AddMalformed();
    AddFlags();
    AddRandom();
}

/** The one instance. */
InputSuite g_inputSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
