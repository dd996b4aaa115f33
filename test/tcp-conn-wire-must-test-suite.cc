/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/boolean.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-interface-address.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/tcp-conn-l4-protocol.h"
#include "ns3/tcp-conn-socket.h"
#include "ns3/uinteger.h"

#include <sstream>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Requirements of RFC 9293 that no other suite has a row for.  doc/tcp-conn-requirements.rst lists
 * all of them.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** What IP was told of the packets that left the host. */
struct Headers
{
    std::vector<int> ttl;         //!< TTL or hop limit.
    std::vector<int> tos;         //!< TOS or traffic class.
    std::vector<std::string> src; //!< Source address.

    /** Note an IPv4 packet. @param h where @param packet the packet */
    static void Note4(Headers* h, Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t)
    {
        Ipv4Header header;
        packet->PeekHeader(header);
        std::ostringstream text;
        text << header.GetSource();
        h->ttl.push_back(header.GetTtl());
        h->tos.push_back(header.GetTos());
        h->src.push_back(text.str());
    }

    /** Note an IPv6 packet. @param h where @param packet the packet */
    static void Note6(Headers* h, Ptr<const Packet> packet, Ptr<Ipv6>, uint32_t)
    {
        Ipv6Header header;
        packet->PeekHeader(header);
        std::ostringstream text;
        text << header.GetSource();
        h->ttl.push_back(header.GetHopLimit());
        h->tos.push_back(header.GetTrafficClass());
        h->src.push_back(text.str());
    }

    /** Begin to note what leaves the host. @param w the script */
    void Watch(Script& w)
    {
        w.HostNode()->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
            "Tx",
            MakeBoundCallback(&Note4, this));
        w.HostNode()->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
            "Tx",
            MakeBoundCallback(&Note6, this));
    }
};

/**
 * @param options the raw options of a segment
 * @return what is wrong with them: a length that is none, or padding that is not zero
 */
std::string
WrongWith(const std::string& options)
{
    for (std::size_t at = 0; at < options.size();)
    {
        const auto kind = static_cast<uint8_t>(options[at]);
        if (kind == 0)
        {
            return options.find_first_not_of('\0', at) == std::string::npos ? "" : "padding";
        }
        if (kind == 1)
        {
            at++;
            continue;
        }
        const auto length =
            at + 1 < options.size() ? static_cast<uint8_t>(options[at + 1]) : uint8_t{0};
        if (length < 2 || at + length > options.size())
        {
            return "length of option " + std::to_string(kind);
        }
        at += length;
    }
    return "";
}

/** Rows on requirements of every kind. */
class MustSuite : public Suite
{
  public:
    MustSuite();

  private:
    void AddHeader();
    void AddOptions();
    void AddOpen();
    void AddText();
    void AddBelow();
    void AddReports();
};

void
MustSuite::AddHeader()
{
    AddBoth("the window is unsigned: 60000 bytes go at once where 65535 are offered (MUST-1)",
            [](Script& w) {
                w.Set("InitialCwnd", UintegerValue(100)).Set("SegmentSize", UintegerValue(1000));
                w.At(0.9).Listen();
                w.At(1.000).Send(Seg(SYN, 0).Mss(1000).Win(65535));
                w.At(1.002).Expect(SYN | ACK, 0, 1);
                w.At(1.005).Send(Seg(ACK, 1, 1).Win(65535));
                w.At(1.100).Write(60000);
                w.At(1.101);
                for (int64_t seq = 1; seq < 60000; seq += 1000)
                {
                    w.Expect(ACK, seq, 1, 1000);
                }
                w.At(1.2).Nothing();
            });
    AddBoth("the window is unsigned: an offer of 40000 is taken as that (MUST-1)", [](Script& w) {
        w.Set("InitialCwnd", UintegerValue(100)).Set("SegmentSize", UintegerValue(1000));
        w.Window(40000);
        w.At(0.9).Listen();
        w.At(1.000).Send(Seg(SYN, 0).Mss(1000));
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.005).Send(ACK, 1, 1);
        w.At(1.100).Write(60000);
        w.At(1.110).Await(Seg(ACK, 39001, 1, 1000));
        w.At(1.200).Nothing();
    });
}

void
MustSuite::AddOptions()
{
    AddBoth("MSS option at an odd offset: heeded (MUST-64)", [](Script& w) {
        w.Set("SegmentSize", UintegerValue(1400));
        w.At(0.9).Listen();
        w.At(1.0).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.Send(RST, 1);
        w.Use(40001);
        Segment syn = w.Make(Seg(SYN, 0));
        syn.options = std::string("\x01\x02\x04\x02\x58\x00\x00\x00", 8); // NOP, MSS 600, end
        w.At(1.1).Do([&]() { w.Wire().Send(syn); });
        w.At(1.102).Expect(SYN | ACK, 0, 1);
        w.At(1.110).Send(ACK, 1, 1);
        w.At(1.200).Write(1200);
        w.At(1.201).Expect(ACK, 1, 1, 600).Expect(ACK, 601, 1, 600);
    });
    AddBoth("options on any segment: MSS, unknown kinds, nothing known: ignored (MUST-5, MUST-6)",
            [](Script& w) {
                w.Set("SegmentSize", UintegerValue(1000));
                w.PassiveOpen();
                int64_t seq = 1;
                for (const std::string& options :
                     {std::string("\x02\x04\x01\x00", 4),     // MSS of 256
                      std::string("\xfd\x06zzzz\x01\x01", 8), // an experiment's
                      std::string("\x4c\x02\x01\x01", 4),     // one without data
                      std::string("\x00\xff\xff\xff", 4)})    // what follows the end
                {
                    Segment text = w.Make(Seg(ACK, seq, 1, 10));
                    text.options = options;
                    w.At(1.1 + 0.01 * static_cast<double>(seq)).Do([&]() { w.Wire().Send(text); });
                    seq += 10;
                    w.At(w.Now() + 0.002).Expect(ACK, 1, seq);
                }
                w.At(2).Received(40);
                w.At(2.1).Write(500);
                w.At(2.101).Expect(ACK, 1, 41, 500); // the MSS of the SYN still holds
            });
    AddBoth("options sent: lengths, zero padding, no MSS without SYN (MUST-65, 68, 69)",
            [](Script& w) {
                w.At(0.9).Listen();
                w.At(1.000).Send(Seg(SYN, 0).Mss(1000).Ws(3).SackOk().Ts(7, 0));
                w.At(1.002).Expect(Seg(SYN | ACK, 0, 1).Mss(w.IsV6() ? 1440 : 1460));
                w.Check(w.Last().ws >= 0 && w.Last().sackOk && w.Last().hasTs, "options missing");
                w.At(1.005).Send(Seg(ACK, 1, 1).Ts(8, w.Last().tsVal));
                w.At(1.100).Send(Seg(ACK, 11, 1, 10).Ts(9, w.Last().tsVal)); // a hole: SACK
                w.At(1.110).Write(100);
                w.At(1.200).Close();
                w.At(1.300).Skip();
                w.Check(w.Wire().seen.size() >= 4, "too few segments");
                for (const Segment& s : w.Wire().seen)
                {
                    w.Check(WrongWith(s.options).empty(), "options: " + WrongWith(s.options));
                    w.Check(s.mss < 0 || (s.flags & SYN), "MSS on a segment without SYN");
                }
            });
    AddBoth("options take their room from the segment: MSS 1000, timestamps: 988 (MUST-16)",
            [](Script& w) {
                w.Set("SegmentSize", UintegerValue(1400));
                w.At(0.9).Listen();
                w.At(1.000).Send(Seg(SYN, 0).Mss(1000).Ts(7, 0));
                w.At(1.002).Expect(SYN | ACK, 0, 1);
                w.At(1.005).Send(Seg(ACK, 1, 1).Ts(8, w.Last().tsVal));
                w.At(1.100).Write(1976);
                w.At(1.101).Expect(ACK, 1, 1, 988).Expect(ACK, 989, 1, 988);
            });
}

void
MustSuite::AddOpen()
{
    Add("ISN: another secret, another number at the same time (SHLD-1, MUST-9)", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        const uint32_t first = w.Last().seq;
        w.Send(RST, 1);
        w.At(1.010).CloseListener();
        DynamicCast<TcpConnL4Protocol>(w.L4())->AssignStreams(4711);
        w.At(1.020).Listen();
        w.At(1.100).Send(SYN, 0);
        w.At(1.102).Expect(SYN | ACK, 0, 1);
        // The clock alone would have gone on by 25000.
        w.Check(w.Last().seq - first > 100000, "the secret has no part in it");
        w.Send(RST, 1);
    });
    AddBoth("LISTEN on the port of a connection in SYN-SENT (MUST-42)", [](Script& w) {
        w.Set("ReuseAddress", BooleanValue(true));
        const Address any =
            w.IsV6() ? Host(Ipv6Address::GetAny()).With(80) : Host(Ipv4Address::GetAny()).With(80);
        Ptr<Socket> opening;
        w.Use(9000, 80);
        w.At(1.000).Do([&]() {
            opening = w.NewSocket();
            w.Check(opening->Bind(any) == 0, "bind");
            w.Check(opening->Connect(w.PeerAddress().With(9000)) == 0, "connect");
        });
        w.At(1.001).Expect(SYN, 0).State("SYN-SENT");
        w.At(1.100).Listen(80);
        w.Use(9001, 80);
        w.At(1.200).Send(SYN, 0);
        w.At(1.202).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED");
        w.Use(9000, 80);
        w.At(1.300).State("SYN-SENT");
        w.Send(SYN | ACK, 0, 1);
        w.At(1.302).Expect(ACK, 1, 1).State("ESTABLISHED");
        w.Use(9001, 80);
        w.At(1.400).Send(ACK, 1, 1);
        w.At(1.410).State("ESTABLISHED");
    });
    AddBoth("LISTEN again on the port of a connection in SYN-RECEIVED (MUST-41, MUST-42)",
            [](Script& w) {
                w.Set("ReuseAddress", BooleanValue(true));
                w.At(0.9).Listen();
                w.At(1.000).Send(SYN, 0);
                w.At(1.002).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED");
                w.At(1.010).Do([&]() {
                    Ptr<Socket> second = w.NewSocket();
                    const Address any = w.IsV6() ? Host(Ipv6Address::GetAny()).With(80)
                                                 : Host(Ipv4Address::GetAny()).With(80);
                    // It fails, or it is a listener of its own: the first is not touched.
                    w.Check(second->Bind(any) != 0 || second->Listen() != 0, "bound twice");
                    w.Check(second->Bind(w.HostAddress().With(80)) == 0, "bind to an address");
                    w.Check(second->Listen() == 0, "listen");
                    second->Close();
                });
                w.At(1.100).State("SYN-RECEIVED").Send(ACK, 1, 1);
                w.At(1.110).State("ESTABLISHED").Events("created");
                w.Use(40001);
                w.At(1.200).Send(SYN, 0);
                w.At(1.202).Expect(SYN | ACK, 0, 1);
            });
    Add("multihomed: every segment of a connection comes from one address (MUST-44, MUST-45)",
        [](Script& w) {
            Headers seen;
            w.HostNode()->GetObject<Ipv4L3Protocol>()->AddAddress(
                1,
                Ipv4InterfaceAddress("10.0.0.77", "255.255.255.0"));
            seen.Watch(w);
            w.At(1.000).Connect();
            w.At(1.001).Expect(SYN, 0);
            w.At(2.001).Expect(SYN, 0);
            w.At(2.010).Send(SYN | ACK, 0, 1);
            w.At(2.012).Expect(ACK, 1, 1);
            w.At(2.100).Write(10);
            w.At(2.101).Expect(ACK, 1, 1, 10);
            w.At(5.101).Expect(ACK, 1, 1, 10); // 3 s, as a SYN was lost
            w.At(5.110).Send(ACK, 1, 11);
            w.At(5.200).Close();
            w.At(5.201).Expect(FIN | ACK, 11, 1);
            w.Check(seen.src.size() == 6, "not 6 packets");
            for (const std::string& src : seen.src)
            {
                w.Check(src == "10.0.0.1", "sent from " + src);
            }
        });
    Add("multihomed: accepted at the second address: answered from it (MUST-45)", [](Script& w) {
        Headers seen;
        w.HostNode()->GetObject<Ipv4L3Protocol>()->AddAddress(
            1,
            Ipv4InterfaceAddress("10.0.0.77", "255.255.255.0"));
        seen.Watch(w);
        w.At(0.9).Listen();
        w.Use(40000);
        Segment syn = w.Make(Seg(SYN, 0));
        syn.dst = Host(Ipv4Address("10.0.0.77"));
        w.At(1.000).Do([&]() { w.Wire().Send(syn); });
        w.At(4.500).Skip(); // the SYN+ACK, and again after 1 and 3 s
        w.Check(seen.src.size() == 3, std::to_string(seen.src.size()) + " packets, not 3");
        for (const std::string& src : seen.src)
        {
            w.Check(src == "10.0.0.77", "sent from " + src);
        }
    });
}

void
MustSuite::AddText()
{
    AddBoth("TcpNoDelay: small writes go at once while text is in flight (MUST-17)", [](Script& w) {
        w.Set("TcpNoDelay", BooleanValue(true));
        w.PassiveOpen();
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.At(1.110).Write(10);
        w.At(1.111).Expect(ACK, 11, 1, 10);
        w.At(1.120).Write(10);
        w.At(1.121).Expect(ACK, 21, 1, 10);
    });
    AddBoth("PSH is set in the last segment of what is queued (MUST-60, MUST-61)", [](Script& w) {
        w.Set("SegmentSize", UintegerValue(500)).Set("InitialCwnd", UintegerValue(10));
        w.PassiveOpen();
        w.At(1.100).Write(1200);
        w.At(1.101).Expect(ACK, 1, 1, 500).Expect(ACK, 501, 1, 500).Expect(ACK, 1001, 1, 200);
        w.Check(w.Last().flags & PSH, "no PSH on the last segment");
    });
    Add("URG with a zero window: the pointer is taken, the text is not (MUST-66)", [](Script& w) {
        w.Set("RcvBufSize", UintegerValue(1000)).NoRead();
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 1000);
        w.At(1.102).Expect(Seg(ACK, 1, 1001).Win(0));
        w.At(1.200).Send(Seg(ACK | URG, 1001, 1, 5).Urg(5));
        w.At(1.202).Expect(Seg(ACK, 1, 1001).Win(0)).State("ESTABLISHED");
        w.Send(RST, 1001);
        w.At(1.210).State("CLOSED");
    });
    AddBoth("one ACK for a hole that is filled, though several are queued (MUST-58, MUST-59)",
            [](Script& w) {
                w.PassiveOpen();
                w.At(1.100).Send(ACK, 11, 1, 10).Send(ACK, 21, 1, 10).Send(ACK, 31, 1, 10);
                w.At(1.102).Expect(ACK, 1, 1).Expect(ACK, 1, 1).Expect(ACK, 1, 1);
                w.At(1.200).Send(ACK, 1, 1, 10);
                w.At(1.202).Expect(ACK, 1, 41).Received(40);
                w.At(2.000).Nothing();
            });
}

void
MustSuite::AddBelow()
{
    AddBoth("SetIpTtl, SetIpv6HopLimit: on SYN, ACK, text and FIN (MUST-49)", [](Script& w) {
        Headers seen;
        seen.Watch(w);
        w.At(1.000);
        w.Use(9000, 0);
        Ptr<Socket> s;
        w.Do([&]() {
            s = w.NewSocket();
            w.IsV6() ? s->SetIpv6HopLimit(17) : s->SetIpTtl(17);
            w.Check(s->Connect(w.PeerAddress().With(9000)) == 0, "connect");
        });
        w.At(1.001).Expect(SYN, 0);
        w.At(1.005).Send(SYN | ACK, 0, 1);
        w.At(1.007).Expect(ACK, 1, 1);
        w.At(1.100).Do([&]() { s->Send(Create<Packet>(10)); });
        w.At(1.102).Skip();
        w.At(1.200).Do([&]() { s->Close(); });
        w.At(1.202).Await(Seg(FIN | ACK, 11, 1));
        w.Check(seen.ttl.size() == 4, "not 4 packets");
        for (const int ttl : seen.ttl)
        {
            w.Check(ttl == 17, "TTL is " + std::to_string(ttl));
        }
    });
    AddBoth("SetIpTos, SetIpv6Tclass in mid-life: on what follows (SHLD-21, SHLD-22)",
            [](Script& w) {
                Headers seen;
                w.PassiveOpen();
                seen.Watch(w);
                w.At(1.100).Write(10);
                w.At(1.101).Expect(ACK, 1, 1, 10);
                w.At(1.110).Send(ACK, 1, 11);
                w.At(1.200).Do([&w]() {
                    w.IsV6() ? w.Sock()->SetIpv6Tclass(0x28) : w.Sock()->SetIpTos(0x28);
                });
                w.Write(10);
                w.At(1.201).Expect(ACK, 11, 1, 10);
                w.Check(seen.tos.size() == 2 && seen.tos[0] == 0 && seen.tos[1] == 0x28,
                        "not 0, then 0x28");
            });
    Add("ICMP source quench: nothing, in SYN-SENT and ESTABLISHED (MUST-55)", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.At(1.010).Icmp(4, 0);
        w.At(1.050).Nothing().State("SYN-SENT");
        w.At(1.100).Send(SYN | ACK, 0, 1);
        w.At(1.102).Expect(ACK, 1, 1);
        w.At(1.200).Write(10);
        w.At(1.201).Expect(ACK, 1, 1, 10);
        w.At(1.210).Icmp(4, 0);
        w.At(1.300).Nothing().State("ESTABLISHED").Failure("none").Events("connected");
    });
    AddBoth("ICMP time exceeded and parameter problem: no abort (MUST-56)", [](Script& w) {
        w.ActiveOpen(1.0);
        w.At(1.200).Write(10);
        w.At(1.201).Expect(ACK, 1, 1, 10);
        w.At(1.210);
        if (w.IsV6())
        {
            w.Icmp(3, 0).Icmp(3, 1).Icmp(4, 0).Icmp(4, 1).Icmp(4, 2);
        }
        else
        {
            w.Icmp(11, 0).Icmp(11, 1).Icmp(12, 0);
        }
        w.At(1.300).Nothing().State("ESTABLISHED");
        w.Send(ACK, 1, 11);
        w.At(1.400).Nothing().State("ESTABLISHED").Failure("none").Events("connected");
    });
    Add("ICMP error: only the connection that it quotes is told (MUST-54)", [](Script& w) {
        w.At(1.000).Connect(9000);
        w.At(1.001).Expect(SYN, 0);
        Ptr<Socket> first = w.Sock();
        const Flow kept = w.Current();
        w.At(1.100).Connect(9001);
        w.At(1.101).Expect(SYN, 0);
        w.At(1.110).Icmp(3, 3);
        w.At(1.200).State("CLOSED").Events("failed");
        w.Check(w.StateOf(kept) == "SYN-SENT", "the other ended too");
    });
}

/** Note a report. @param all those before @param report what @param bytes its number */
void
NoteReport(std::string* all, TcpConnReport report, uint32_t bytes)
{
    static const char* const names[] = {"urgent", "soft-error", "struggling"};
    *all += (all->empty() ? "" : " ") + std::string(names[static_cast<int>(report)]);
    *all += report == TcpConnReport::URGENT ? "=" + std::to_string(bytes) : "";
}

void
MustSuite::AddReports()
{
    AddBoth("Report: urgent text is announced, and how much is to be read (MUST-31, 32, 33, 62)",
            [](Script& w) {
                w.NoRead();
                w.PassiveOpen();
                std::string told;
                auto socket = DynamicCast<TcpConnSocket>(w.Sock());
                socket->TraceConnectWithoutContext("Report", MakeBoundCallback(&NoteReport, &told));
                w.At(1.100).Send(Seg(ACK | URG, 1, 1, 10).Urg(4));
                w.At(1.110).Skip();
                w.Check(told == "urgent=4" && socket->GetUrgent() == 4, "told " + told);
                w.At(1.200).Send(Seg(ACK | URG, 11, 1, 10).Urg(5)); // it moves on, to 16
                w.At(1.300).Send(Seg(ACK | URG, 21, 1).Urg(0));     // it goes back: no news
                w.At(1.400).Skip();
                w.Check(told == "urgent=4 urgent=15", "told " + told);
                w.Do([&]() { socket->Recv(6, 0); });
                w.Check(socket->GetUrgent() == 9, "not 9 bytes left");
                w.Do([&]() { socket->Recv(UINT32_MAX, 0); });
                w.Check(socket->GetUrgent() == 0, "urgent text left");
                w.At(1.500).Send(Seg(ACK | URG, 21, 1).Urg(60000)); // long before the text
                w.At(1.600).Skip();
                w.Check(told == "urgent=4 urgent=15 urgent=60000", "told " + told);
                w.At(1.700).Send(ACK, 21, 1, 1000);
                w.At(2.000).Skip().Do([&]() { socket->Recv(UINT32_MAX, 0); });
                w.Check(socket->GetUrgent() == 59000, "not 59000 bytes left");
                w.Check(socket->GetErrno() == Socket::ERROR_NOTERROR, "an error");
            });
    AddBoth("Report: soft ICMP errors, in SYN-SENT and ESTABLISHED (MUST-47, SHLD-25)",
            [](Script& w) {
                const uint8_t type = w.IsV6() ? 1 : 3; // no route; network unreachable
                w.At(1.000).Connect();
                std::string told;
                w.Sock()->TraceConnectWithoutContext("Report",
                                                     MakeBoundCallback(&NoteReport, &told));
                w.At(1.001).Expect(SYN, 0);
                w.At(1.010).Icmp(type, 0);
                w.At(1.100).Send(SYN | ACK, 0, 1);
                w.At(1.102).Expect(ACK, 1, 1);
                w.At(1.200).Write(10);
                w.At(1.201).Expect(ACK, 1, 1, 10);
                w.At(1.210).Icmp(type, 0);
                w.At(1.250).Send(ACK, 1, 11);
                w.At(1.300).Icmp(type, 0); // nothing is in flight: it is not believed
                w.At(2.000).Nothing().Check(told == "soft-error soft-error", "told " + told);
                w.State("ESTABLISHED").Events("connected").Failure("none");
            });
    AddBoth("Report: the third retransmission of text, of a SYN (SHLD-9, SHLD-10)", [](Script& w) {
        std::string told;
        w.At(1.000).Connect();
        w.Sock()->TraceConnectWithoutContext("Report", MakeBoundCallback(&NoteReport, &told));
        w.At(1.001).Expect(SYN, 0);
        w.At(2.001).Expect(SYN, 0);
        w.At(4.001).Expect(SYN, 0).Check(told.empty(), "told too early");
        w.At(8.001).Expect(SYN, 0).Check(told == "struggling", "told " + told);
        w.At(8.100).Send(SYN | ACK, 0, 1);
        w.At(8.102).Expect(ACK, 1, 1);
        w.At(9.000).Write(10);
        w.At(9.001).Expect(ACK, 1, 1, 10);
        w.At(12.001).Expect(ACK, 1, 1, 10); // 3 s, as a SYN was lost
        w.At(18.001).Expect(ACK, 1, 1, 10).Check(told == "struggling", "told too early");
        w.At(30.001).Expect(ACK, 1, 1, 10).Check(told == "struggling struggling", "told " + told);
        w.At(54.001).Expect(ACK, 1, 1, 10).Check(told == "struggling struggling", "told " + told);
        w.Send(ACK, 1, 11);
        w.At(60.000).Nothing().State("ESTABLISHED").Events("connected").Failure("none");
    });
}

MustSuite::MustSuite()
    : Suite("tcp-conn-wire-must")
{
    AddHeader();
    AddOptions();
    AddOpen();
    AddText();
    AddBelow();
    AddReports();
}

MustSuite g_mustSuite; //!< The suite.

} // namespace
} // namespace TcpConnWire
} // namespace ns3
