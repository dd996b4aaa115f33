/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/arp-queue-disc-item.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-impairment-queue-disc.h"
#include "ns3/test.h"

#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;

/**
 * @file
 * @ingroup tcp-conn
 * The impairment queue disc by itself: what each rule does to packets that are put into the queue
 * disc one by one.
 */

namespace
{

using Packets = TcpConnImpairmentPacket;

/** @return a name for a test case, which may not have some of the characters that rules have */
std::string
Name(std::string text)
{
    for (char& c : text)
    {
        c = std::string("\"/\\|?").find(c) == std::string::npos ? c : '!';
    }
    return text;
}

/// Who sends to whom.
struct Ends
{
    std::string source;       //!< Address.
    uint16_t sourcePort;      //!< Port.
    std::string destination;  //!< Address.
    uint16_t destinationPort; //!< Port.
};

const std::map<char, Ends> ENDS = {
    {'a', {"10.0.0.1", 1000, "10.0.0.2", 80}},
    {'b', {"10.0.0.1", 1001, "10.0.0.2", 80}},
    {'r', {"10.0.0.2", 80, "10.0.0.1", 1000}},
    {'x', {"10.9.0.9", 2000, "192.168.0.1", 443}},
    {'6', {"2001:db8::1", 1000, "2001:db8::2", 80}},
    {'7', {"2001:db8:1::1", 1001, "2001:db8::2", 80}},
};

/// A packet that a test sends, read from text: kind [ "#" sequence ] [ "~" ends ] [ "@" ms ].
struct Sample
{
    std::string kind;   //!< Flags with + between them, DATA, UDP, ICMP, FRAGMENT, SHORT, ARP.
    uint32_t number{1}; //!< Sequence number, and with ACK acknowledgment.
    char ends{'a'};     //!< From whom to whom.
    int64_t at{0};      //!< When, in ms.

    /** @param text how it is written */
    explicit Sample(const std::string& text);

    /** @return the packet as it comes to a queue disc */
    Ptr<QueueDiscItem> Make() const;

  private:
    /** @return the packet from the transport header on */
    Ptr<Packet> MakePacket(uint8_t& protocol) const;
    /** @return a TCP segment */
    Ptr<Packet> MakeSegment() const;
};

Sample::Sample(const std::string& text)
{
    std::size_t end = text.find_first_of("#~@");
    kind = text.substr(0, end);
    while (end != std::string::npos)
    {
        std::size_t next = text.find_first_of("#~@", end + 1);
        std::string value = text.substr(end + 1, next - end - 1);
        if (text[end] == '~')
        {
            ends = value[0];
        }
        else if (text[end] == '#')
        {
            number = static_cast<uint32_t>(std::stoul(value));
        }
        else
        {
            at = std::stol(value);
        }
        end = next;
    }
}

Ptr<Packet>
Sample::MakeSegment() const
{
    static const std::map<std::string, uint16_t> NAMES = {{"FIN", Packets::FIN},
                                                          {"SYN", Packets::SYN},
                                                          {"RST", Packets::RST},
                                                          {"PSH", Packets::PSH},
                                                          {"ACK", Packets::ACK},
                                                          {"ECE", Packets::ECE},
                                                          {"CWR", Packets::CWR}};
    bool data = kind == "DATA";
    uint16_t flags = data ? Packets::ACK | Packets::PSH : 0;
    std::istringstream names(data ? "" : kind);
    for (std::string name; std::getline(names, name, '+');)
    {
        flags |= NAMES.at(name);
    }
    const Ends& who = ENDS.at(ends);
    TcpHeader header;
    header.SetSourcePort(who.sourcePort);
    header.SetDestinationPort(who.destinationPort);
    header.SetFlags(static_cast<uint8_t>(flags));
    header.SetSequenceNumber(SequenceNumber32(number));
    header.SetAckNumber(SequenceNumber32((flags & Packets::ACK) != 0 ? number : 0));
    auto packet = Create<Packet>(data ? 100 : 0);
    packet->AddHeader(header);
    return packet;
}

Ptr<Packet>
Sample::MakePacket(uint8_t& protocol) const
{
    bool ipv6 = ENDS.at(ends).source.find(':') != std::string::npos;
    protocol = Packets::TCP_NUMBER;
    if (kind == "SHORT")
    {
        return Create<Packet>(19);
    }
    if (kind == "FRAGMENT")
    {
        return Create<Packet>(64);
    }
    if (kind == "ICMP")
    {
        protocol = ipv6 ? Packets::ICMPV6_NUMBER : Packets::ICMP_NUMBER;
        return Create<Packet>(8);
    }
    if (kind == "UDP")
    {
        protocol = Packets::UDP_NUMBER;
        UdpHeader header;
        header.SetSourcePort(ENDS.at(ends).sourcePort);
        header.SetDestinationPort(ENDS.at(ends).destinationPort);
        auto packet = Create<Packet>(number);
        packet->AddHeader(header);
        return packet;
    }
    if (kind == "OPTIONS")
    {
        // Hop-by-hop options of eight bytes and destination options of sixteen before a segment.
        protocol = 0;
        Ptr<Packet> segment = Sample("SYN~6").MakeSegment();
        const std::vector<uint8_t> front = {60, 0, 1, 4, 0, 0, 0, 0, 6, 1, 1, 12,
                                            0,  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        auto packet = Create<Packet>(front.data(), static_cast<uint32_t>(front.size()));
        packet->AddAtEnd(segment);
        return packet;
    }
    return MakeSegment();
}

Ptr<QueueDiscItem>
Sample::Make() const
{
    if (kind == "ARP")
    {
        ArpHeader header;
        header.SetRequest(Mac48Address("00:00:00:00:00:01"),
                          Ipv4Address("10.0.0.1"),
                          Mac48Address("ff:ff:ff:ff:ff:ff"),
                          Ipv4Address("10.0.0.2"));
        return Create<ArpQueueDiscItem>(Create<Packet>(), Address(), 0x0806, header);
    }
    uint8_t protocol = 0;
    Ptr<Packet> packet = MakePacket(protocol);
    const Ends& who = ENDS.at(ends);
    if (who.source.find(':') != std::string::npos)
    {
        Ipv6Header header;
        header.SetSource(Ipv6Address(who.source.c_str()));
        header.SetDestination(Ipv6Address(who.destination.c_str()));
        header.SetNextHeader(protocol);
        header.SetPayloadLength(static_cast<uint16_t>(packet->GetSize()));
        return Create<Ipv6QueueDiscItem>(packet, Mac48Address::Allocate(), 0x86dd, header);
    }
    Ipv4Header header;
    header.SetSource(Ipv4Address(who.source.c_str()));
    header.SetDestination(Ipv4Address(who.destination.c_str()));
    header.SetProtocol(protocol);
    header.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
    if (kind == "FRAGMENT")
    {
        header.SetMoreFragments();
    }
    return Create<Ipv4QueueDiscItem>(packet, Mac48Address::Allocate(), 0x0800, header);
}

/** A queue disc to which samples are sent, and a log of what comes out of it. */
class Bench
{
  public:
    /** @param rules the rules */
    explicit Bench(const std::string& rules);
    ~Bench();

    /**
     * @param samples packets, with blanks between them
     */
    void Send(const std::string& samples);

    /**
     * Run until nothing happens any more.
     * @return for each packet that came out: its number among those sent, from 1; ! if its bytes
     *         are not those that were sent; @ and the time in ms if that is not when it was sent
     */
    std::string Run();

    /** @return what is wrong with the statistics; empty: nothing */
    std::string Check();

    Ptr<TcpConnImpairmentQueueDisc> disc; //!< The queue disc.
    std::string impaired;                 //!< Rules that were applied, by index.

  private:
    /** Take what comes out. */
    void Take(Ptr<QueueDiscItem> item);
    /** Take notice of a rule that was applied. */
    void Note(Ptr<const QueueDiscItem> item, uint32_t index, const std::string& rule);
    /** @return the bytes of a packet */
    static std::string BytesOf(Ptr<const Packet> packet);

    /// A packet that was sent.
    struct Sent
    {
        std::size_t number{0}; //!< Its number.
        std::string bytes;     //!< Its bytes, IP header and all.
        Time at;               //!< When.
    };

    std::map<uint64_t, Sent> m_sent; //!< What was sent, by identity.
    std::string m_out;               //!< What came out.
};

Bench::Bench(const std::string& rules)
    : disc(CreateObject<TcpConnImpairmentQueueDisc>())
{
    disc->SetAttribute("Rules", StringValue(rules));
    disc->SetSendCallback([this](Ptr<QueueDiscItem> item) { Take(item); });
    disc->TraceConnectWithoutContext("Impaired", MakeCallback(&Bench::Note, this));
    disc->AssignStreams(100);
    disc->Initialize();
}

Bench::~Bench()
{
    disc->Dispose();
    Simulator::Destroy();
}

std::string
Bench::BytesOf(Ptr<const Packet> packet)
{
    std::string bytes(packet->GetSize(), 0);
    packet->CopyData(reinterpret_cast<uint8_t*>(&bytes[0]), packet->GetSize());
    return bytes;
}

void
Bench::Send(const std::string& samples)
{
    std::istringstream stream(samples);
    for (std::string text; stream >> text;)
    {
        Sample sample(text);
        Ptr<QueueDiscItem> item = sample.Make();
        Ptr<QueueDiscItem> whole = sample.Make();
        whole->AddHeader();
        Sent sent{m_sent.size() + 1, BytesOf(whole->GetPacket()), MilliSeconds(sample.at)};
        m_sent[item->GetPacket()->GetUid()] = sent;
        Simulator::Schedule(sent.at, [this, item] {
            disc->Enqueue(item);
            disc->Run();
        });
    }
}

void
Bench::Take(Ptr<QueueDiscItem> item)
{
    const Sent& sent = m_sent.at(item->GetPacket()->GetUid());
    std::ostringstream os;
    os << (m_out.empty() ? "" : " ") << sent.number;
    os << (BytesOf(item->GetPacket()) == sent.bytes ? "" : "!");
    if (Simulator::Now() != sent.at)
    {
        os << "@" << Simulator::Now().GetMilliSeconds();
    }
    m_out += os.str();
}

void
Bench::Note(Ptr<const QueueDiscItem> item, uint32_t index, const std::string& rule)
{
    impaired += item && rule == disc->GetRule(index) ? std::to_string(index) : "?";
}

std::string
Bench::Run()
{
    Simulator::Run();
    return m_out;
}

std::string
Bench::Check()
{
    const auto& stats = disc->GetStats();
    std::ostringstream wrong;
    auto check = [&wrong](const std::string& what, uint64_t one, uint64_t other) {
        if (one != other)
        {
            wrong << what << ": " << one << " is not " << other << "; ";
        }
    };
    check("received packets",
          stats.nTotalReceivedPackets,
          stats.nTotalDroppedPacketsBeforeEnqueue + stats.nTotalEnqueuedPackets);
    check("received bytes",
          stats.nTotalReceivedBytes,
          stats.nTotalDroppedBytesBeforeEnqueue + stats.nTotalEnqueuedBytes);
    check("queued packets",
          disc->GetNPackets(),
          stats.nTotalEnqueuedPackets - stats.nTotalDequeuedPackets);
    check("queued bytes", disc->GetNBytes(), stats.nTotalEnqueuedBytes - stats.nTotalDequeuedBytes);
    check("sent", stats.nTotalSentPackets, stats.nTotalDequeuedPackets);
    check("left", disc->GetNPackets(), 0);
    uint64_t hits = 0;
    for (uint32_t i = 0; i < disc->GetNRules(); ++i)
    {
        hits += disc->GetHits(i);
        wrong << (disc->GetHits(i) > disc->GetMatched(i) ? "more hits than matched; " : "");
    }
    check("hits", hits, impaired.size());
    return wrong.str();
}

/** Packets sent through a queue disc with some rules: which come out, when, and as what. */
class ImpairmentRow : public TestCase
{
  public:
    /**
     * @param rules the rules
     * @param in what is sent
     * @param out what comes out
     */
    ImpairmentRow(const std::string& rules, const std::string& in, const std::string& out)
        : TestCase(Name(rules + ": " + in + " -> " + out)),
          m_rules(rules),
          m_in(in),
          m_out(out)
    {
    }

  private:
    void DoRun() override
    {
        Bench bench(m_rules);
        bench.Send(m_in);
        std::string out = bench.Run();
        NS_TEST_ASSERT_MSG_EQ(out, m_out, "rules: " + m_rules);
        NS_TEST_ASSERT_MSG_EQ(bench.Check(), "", "statistics");
    }

    std::string m_rules; //!< Rules.
    std::string m_in;    //!< Sent.
    std::string m_out;   //!< Come out.
};

/** Probability: the share that is dropped, and the same ones again with the same streams. */
class ImpairmentProbability : public TestCase
{
  public:
    ImpairmentProbability()
        : TestCase("probability is that of the rule, and repeats with the stream")
    {
    }

  private:
    /** @return what comes out of 2000 segments of which one in ten is dropped */
    static std::string Survivors(int64_t stream, uint64_t& hits)
    {
        Bench bench("drop data probability 0.1");
        bench.disc->SetMaxSize(QueueSize("5000p"));
        bench.disc->AssignStreams(stream);
        std::string all;
        for (int i = 0; i < 2000; ++i)
        {
            all += "DATA ";
        }
        bench.Send(all);
        std::string out = bench.Run();
        hits = bench.disc->GetHits(0);
        return out;
    }

    void DoRun() override
    {
        uint64_t hits = 0;
        std::string first = Survivors(7, hits);
        // Five standard deviations of a binomial distribution: sqrt(2000 x 0.1 x 0.9) = 13.4.
        NS_TEST_ASSERT_MSG_EQ_TOL(static_cast<double>(hits), 200.0, 67.0, "share");
        NS_TEST_ASSERT_MSG_EQ(Survivors(7, hits), first, "same stream");
        NS_TEST_ASSERT_MSG_NE(Survivors(8, hits), first, "another stream");
    }
};

/** Delays that are drawn. */
class ImpairmentRandomDelay : public TestCase
{
  public:
    ImpairmentRandomDelay()
        : TestCase("a drawn delay is in its range and not always the same")
    {
    }

  private:
    void DoRun() override
    {
        Bench bench("delay any ns3::UniformRandomVariable[Min=0.010|Max=0.020]");
        bench.Send("DATA UDP ICMP DATA DATA DATA~6");
        std::vector<Time> times;
        auto inner = bench.disc->GetSendCallback();
        bench.disc->SetSendCallback([&times, inner](Ptr<QueueDiscItem> item) {
            times.push_back(Simulator::Now());
            inner(item);
        });
        bench.Run();
        NS_TEST_ASSERT_MSG_EQ(times.size(), 6, "all come");
        NS_TEST_ASSERT_MSG_EQ((times.front() >= MilliSeconds(10)), true, "at least");
        NS_TEST_ASSERT_MSG_EQ((times.back() <= MilliSeconds(20)), true, "at most");
        NS_TEST_ASSERT_MSG_NE(times.front(), times.back(), "not the same");
        NS_TEST_ASSERT_MSG_EQ(bench.Check(), "", "statistics");
    }
};

/** More than what is in the queue at most. */
class ImpairmentLimit : public TestCase
{
  public:
    ImpairmentLimit()
        : TestCase("what is held counts for MaxSize")
    {
    }

  private:
    void DoRun() override
    {
        Bench bench("delay SYN 1s; duplicate RST copies 5 after 1s");
        bench.disc->SetMaxSize(QueueSize("3p"));
        bench.Send("SYN SYN FIN SYN SYN FIN RST@2000");
        NS_TEST_ASSERT_MSG_EQ(bench.Run(),
                              "3 1@1000 2@1000 4@1000 7 7@3000 7@4000",
                              "the fifth and sixth find no room, nor do three copies");
        const auto& stats = bench.disc->GetStats();
        NS_TEST_ASSERT_MSG_EQ(stats.nTotalDroppedPacketsBeforeEnqueue, 5, "dropped");
        NS_TEST_ASSERT_MSG_EQ(
            stats.nDroppedPacketsBeforeEnqueue.at(TcpConnImpairmentQueueDisc::LIMIT_EXCEEDED_DROP),
            5,
            "reason");
        NS_TEST_ASSERT_MSG_EQ(stats.nTotalReceivedPackets, 12, "seven, and five copies");
        NS_TEST_ASSERT_MSG_EQ(bench.Check(), "", "statistics");
    }
};

/** More at once than a run of a queue disc sends. */
class ImpairmentQuota : public TestCase
{
  public:
    ImpairmentQuota()
        : TestCase("200 copies at once all go out at once, although a run sends 64")
    {
    }

  private:
    void DoRun() override
    {
        Bench bench("duplicate SYN copies 200");
        bench.Send("SYN RST@1 SYN@2");
        std::string expected;
        for (int number : {1, 2, 3})
        {
            for (int i = 0; i < (number == 2 ? 1 : 201); ++i)
            {
                expected += (expected.empty() ? "" : " ") + std::to_string(number);
            }
        }
        NS_TEST_ASSERT_MSG_EQ(bench.Run(), expected, "out");
        NS_TEST_ASSERT_MSG_EQ(bench.Check(), "", "statistics");
    }
};

/** What is counted and printed for each rule. */
class ImpairmentCounts : public TestCase
{
  public:
    ImpairmentCounts()
        : TestCase("counts of each rule")
    {
    }

  private:
    void DoRun() override
    {
        Bench bench("drop SYN occurrence 2; delay tcp 1ms; duplicate SYN limit 1");
        bench.Send("SYN SYN SYN RST");
        NS_TEST_ASSERT_MSG_EQ(bench.Run(), "1@1 1@1 3@1 4@1", "out");
        NS_TEST_ASSERT_MSG_EQ(bench.impaired, "12011", "trace");
        std::ostringstream os;
        bench.disc->PrintRules(os);
        NS_TEST_ASSERT_MSG_EQ(os.str(),
                              "rule      hits   matched  text\n"
                              "   0         1         3  drop SYN occurrence 2\n"
                              "   1         3         3  delay tcp 1ms\n"
                              "   2         1         2  duplicate SYN limit 1\n",
                              "table");
        NS_TEST_ASSERT_MSG_EQ(
            bench.disc->GetStats().GetNDroppedPackets(TcpConnImpairmentQueueDisc::RULE_DROP),
            1,
            "reason");
    }
};

/** How a packet is corrupted: only the bits asked for, only where asked. */
class ImpairmentBits : public TestCase
{
  public:
    /**
     * @param rule the rule
     * @param sample what is corrupted
     * @param bits how many bits are inverted
     * @param first byte of the packet, without the IP header, before which none is
     * @param end byte from which on none is
     */
    ImpairmentBits(const std::string& rule,
                   const std::string& sample,
                   uint32_t bits,
                   uint32_t first,
                   uint32_t end)
        : TestCase(rule + " of " + sample),
          m_rule(rule),
          m_sample(sample),
          m_bits(bits),
          m_first(first),
          m_end(end)
    {
    }

  private:
    void DoRun() override
    {
        for (int64_t stream = 0; stream < 50; ++stream)
        {
            RunOnce(stream);
        }
    }

    /** Corrupt one packet. */
    void RunOnce(int64_t stream)
    {
        TcpConnImpairmentSpec spec;
        std::string error;
        TcpConnImpairmentSpec::Parse(m_rule, spec, error);
        TcpConnImpairmentRule rule(spec);
        rule.AssignStreams(stream);
        Ptr<QueueDiscItem> item = Sample(m_sample).Make();
        Packets packet;
        NS_TEST_ASSERT_MSG_EQ(Packets::Read(item, packet), true, "an IP packet");
        NS_TEST_ASSERT_MSG_EQ(rule.Applies(packet, Time(0)), true, "applies");
        item->GetPacket()->AddPacketTag(SocketPriorityTag());
        item->GetPacket()->AddByteTag(SocketPriorityTag());
        Ptr<Packet> bad = rule.Corrupt(packet, item->GetPacket());
        uint32_t size = item->GetPacket()->GetSize();
        NS_TEST_ASSERT_MSG_EQ(bad->GetSize(), size, "size");
        NS_TEST_ASSERT_MSG_EQ(bad->GetUid(), item->GetPacket()->GetUid(), "identity");
        SocketPriorityTag tag;
        NS_TEST_ASSERT_MSG_EQ(bad->PeekPacketTag(tag), true, "packet tag");
        NS_TEST_ASSERT_MSG_EQ(bad->FindFirstMatchingByteTag(tag), true, "byte tag");
        std::vector<uint8_t> before(size);
        std::vector<uint8_t> after(size);
        item->GetPacket()->CopyData(before.data(), size);
        bad->CopyData(after.data(), size);
        uint32_t bits = 0;
        for (uint32_t i = 0; i < size; ++i)
        {
            for (int different = before[i] ^ after[i]; different != 0; different &= different - 1)
            {
                ++bits;
                NS_TEST_ASSERT_MSG_EQ((i >= m_first && i < m_end), true, "byte " << i);
            }
        }
        NS_TEST_ASSERT_MSG_EQ(bits, m_bits, "bits");
    }

    std::string m_rule;   //!< Rule.
    std::string m_sample; //!< Packet.
    uint32_t m_bits;      //!< Bits inverted.
    uint32_t m_first;     //!< From this byte.
    uint32_t m_end;       //!< To before this.
};

/// Rules, what is sent, what comes out.
const char* const ROWS[][3] = {
    // Without rules, or with none that applies, a first-in-first-out queue.
    {"", "SYN DATA UDP ICMP ARP FRAGMENT", "1 2 3 4 5 6"},
    {"drop RST", "SYN DATA UDP ICMP ARP FRAGMENT SHORT", "1 2 3 4 5 6 7"},
    // Flags.
    {"drop SYN", "SYN SYN+ACK SYN+ECE+CWR ACK DATA", "2 4 5"},
    {"drop SYN,ACK", "SYN SYN+ACK SYN+ACK+ECE ACK FIN+ACK", "1 4 5"},
    {"drop SYN+ACK", "SYN SYN+ACK", "1"},
    {"drop FIN", "FIN FIN+ACK FIN+PSH+ACK SYN ACK RST", "4 5 6"},
    {"drop RST", "RST RST+ACK ACK", "3"},
    {"drop ACK", "ACK DATA FIN+ACK SYN+ACK RST+ACK", "3 4 5"},
    {"drop exactly SYN", "SYN SYN+ECE+CWR SYN+ACK", "2 3"},
    {"drop exactly FIN,ACK", "FIN FIN+ACK FIN+ACK+PSH", "1 3"},
    {"drop allof FIN,PSH", "FIN+ACK FIN+PSH+ACK DATA", "1 3"},
    {"drop anyof SYN,RST", "SYN SYN+ACK RST FIN ACK", "4 5"},
    {"drop noneof ACK,RST", "SYN SYN+ACK RST FIN", "2 3"},
    {"drop anyof SYN,FIN noneof ACK", "SYN SYN+ACK FIN FIN+ACK", "2 4"},
    {"drop data", "SYN DATA ACK FIN+ACK", "1 3 4"},
    {"drop pureack", "SYN+ACK DATA ACK FIN+ACK RST+ACK ACK+ECE", "1 2 4 5"},
    {"drop length 100", "DATA ACK", "2"},
    {"drop length 1-99", "DATA ACK", "1 2"},
    {"drop length 0", "DATA ACK", "1"},
    // Transports.
    {"drop tcp", "SYN DATA UDP ICMP ARP FRAGMENT SHORT SYN~6 UDP~6", "3 4 5 6 7 9"},
    {"drop udp", "SYN UDP ICMP UDP~6", "1 3"},
    {"drop icmp", "SYN UDP ICMP ICMP~6", "1 2"},
    {"drop any", "SYN UDP ICMP ARP FRAGMENT SHORT SYN~6", "4"},
    {"drop any ipv6", "SYN SYN~6 ICMP~6", "1"},
    {"drop ipv4", "SYN SYN~6 ICMP", "2 3"},
    {"drop udp length 10", "UDP#10 UDP#11", "2"},
    {"drop SYN", "OPTIONS~6 SYN~6", ""},
    {"drop any to :80", "SYN UDP ICMP FRAGMENT", "3 4"},
    // Ends.
    {"drop from 10.0.0.1", "SYN~a SYN~b SYN~r SYN~x SYN~6", "3 4 5"},
    {"drop from 10.0.0.1:1001", "SYN~a SYN~b SYN~r", "1 3"},
    {"drop to 10.0.0.2:80", "SYN~a SYN~b SYN~r SYN~x", "3 4"},
    {"drop to *:80", "SYN~a SYN~r SYN~x SYN~6", "2 3"},
    {"drop to :1-80", "SYN~a SYN~r SYN~x", "2 3"},
    {"drop from 10.0.0.0/8", "SYN~a SYN~x SYN~6", "3"},
    {"drop from 10.0.0.0/13", "SYN~a SYN~x", "2"},
    {"drop from 0.0.0.0/0", "SYN~a SYN~x SYN~6", "3"},
    {"drop from [::/0]", "SYN~a SYN~6", "1"},
    {"drop from [2001:db8::1]", "SYN~a SYN~6 SYN~7", "1 3"},
    {"drop from [2001:db8::/47]:1001", "SYN~6 SYN~7", "1"},
    {"drop from [2001:db8::/48]", "SYN~6 SYN~7", "2"},
    {"drop conn 10.0.0.1:* > 10.0.0.2:80", "SYN~a SYN~b SYN~r SYN~x", "3 4"},
    {"drop conn 10.0.0.1:1000 <> 10.0.0.2:80", "SYN~a SYN~b SYN~r", "2"},
    {"drop conn * > [2001:db8::2]:80", "SYN~a SYN~6 SYN~7", "1"},
    {"drop from 10.0.0.1 to 192.168.0.1", "SYN~a SYN~x", "1 2"},
    // Sequence numbers: DATA is of 100 bytes.
    {"drop seq 100-199", "DATA#1 DATA#99 DATA#100 DATA#199 DATA#200 DATA#0", "5 6"},
    {"drop seq 150", "DATA#50 DATA#51 DATA#150 DATA#151", "1 4"},
    {"drop seq 150", "ACK#150 SYN#150 FIN+ACK#150 SYN#149", "1 4"},
    {"drop seq 4294967290-5", "DATA#4294967200 DATA#4294967190 DATA#0 DATA#5 DATA#6", "2 5"},
    {"drop seq 5", "DATA#4294967290 DATA#4294967200", "2"},
    {"drop ack 10-20", "ACK#9 ACK#10 DATA#20 ACK#21 SYN#15", "1 4 5"},
    {"drop ack 4294967290-5", "ACK#4294967290 ACK#5 ACK#6", "3"},
    // Time.
    {"drop tcp time 1s-2s", "ACK@999 ACK@1000 ACK@1999 ACK@2000", "1 4"},
    {"drop tcp time -2s", "ACK ACK@1999 ACK@2000", "3"},
    {"drop tcp time 2s-", "ACK ACK@1999 ACK@2000", "1 2"},
    // Which ones.
    {"drop SYN occurrence 1", "SYN SYN ACK SYN", "2 3 4"},
    {"drop SYN occurrence 2,4-5", "SYN SYN SYN SYN SYN SYN", "1 3 6"},
    {"drop SYN occurrence 3-", "SYN SYN SYN SYN", "1 2"},
    {"drop SYN first 2", "SYN ACK SYN SYN", "2 4"},
    {"drop SYN every 3", "SYN SYN SYN SYN SYN SYN SYN", "1 2 4 5 7"},
    {"drop SYN first 1 per conn", "SYN~a SYN~a SYN~b SYN~b SYN~6 SYN~r", "2 4"},
    {"drop SYN every 2 per conn", "SYN~a SYN~b SYN~a SYN~b SYN~a", "1 2 5"},
    {"drop SYN limit 2", "SYN SYN SYN", "3"},
    {"drop SYN probability 0", "SYN SYN", "1 2"},
    {"drop SYN probability 1", "SYN SYN", ""},
    {"drop SYN occurrence 2 probability 1.0 limit 1", "SYN SYN SYN", "1 3"},
    // Delay.
    {"delay FIN 3s", "FIN ACK@1 ACK@3001", "2 1@3000 3"},
    {"delay SYN 5ms; delay SYN 2ms", "SYN ACK@6 ACK@8", "2 1@7 3"},
    {"delay SYN 5ms", "SYN SYN@1 ACK@2", "3 1@5 2@6"},
    {"delay SYN occurrence 1 5ms; delay SYN occurrence 2 3ms", "SYN SYN@1", "2@4 1@5"},
    {"delay SYN occurrence 1 5ms; delay SYN occurrence 2 3ms", "SYN SYN@2", "1@5 2@5"},
    {"delay tcp 0s", "SYN SYN ACK", "1 2 3"},
    {"delay tcp ns3::NormalRandomVariable[Mean=-1|Variance=0]", "SYN", "1"},
    {"delay tcp ns3::ConstantRandomVariable[Constant=0.002]", "SYN", "1@2"},
    {"delay any 2ms", "ARP UDP ICMP FRAGMENT", "1 2@2 3@2 4@2"},
    // Duplicate.
    {"duplicate SYN", "SYN ACK", "1 1 2"},
    {"duplicate SYN copies 3", "SYN ACK@1", "1 1 1 1 2"},
    {"duplicate SYN copies 2 after 5ms", "SYN ACK@7", "1 1@5 2 1@10"},
    {"duplicate any", "UDP ICMP FRAGMENT SYN~6 ARP", "1 1 2 2 3 3 4 4 5"},
    {"delay SYN 2ms; duplicate SYN after 3ms", "SYN", "1@2 1@5"},
    {"duplicate SYN after 3ms; delay SYN 5ms", "SYN", "1@3 1@5"},
    {"duplicate SYN after 3ms; drop SYN", "SYN", "1@3"},
    {"drop SYN; duplicate SYN", "SYN", ""},
    // Reorder.
    {"reorder data occurrence 1", "DATA DATA@1 DATA@2", "2 1@1 3"},
    {"reorder data occurrence 1 by 3", "DATA DATA@1 DATA@2 DATA@3 DATA@4", "2 3 4 1@3 5"},
    {"reorder data first 2 by 2", "DATA DATA@1 ACK@2 ACK@3 ACK@4", "3 4 1@3 2@3 5"},
    {"reorder data by 2", "DATA~a ACK~b@1 ACK~r@2 UDP@3 ACK~a@4 ACK~a@5", "2 3 4 5 6 1@5"},
    {"reorder data occurrence 1 by 3", "DATA ACK@1", "2 1@1000"},
    {"reorder data occurrence 1 by 3 within 50ms",
     "DATA ACK@1 ACK@60 ACK@61 ACK@62",
     "2 1@50 3 4 5"},
    {"reorder data occurrence 1 by 20ms", "DATA ACK@1 ACK@30", "2 1@20 3"},
    {"reorder data occurrence 1; delay ACK length 0 10ms", "DATA ACK@1 FIN+ACK@5", "3 1@5 2@11"},
    // Corrupt.
    {"corrupt data", "DATA ACK UDP DATA~6", "1! 2 3 4!"},
    {"corrupt pureack", "DATA ACK", "1 2!"},
    {"corrupt tcp at payload", "DATA ACK", "1! 2"},
    {"corrupt any", "UDP ICMP FRAGMENT SHORT ARP ICMP~6", "1! 2! 3! 4! 5 6!"},
    {"corrupt any at checksum", "SYN UDP ICMP FRAGMENT", "1! 2! 3 4"},
    {"corrupt any at header", "SYN UDP ICMP FRAGMENT OPTIONS~6", "1! 2! 3 4 5!"},
    {"corrupt tcp at 119", "DATA ACK", "1! 2"},
    {"corrupt data; duplicate data", "DATA", "1! 1!"},
    {"duplicate data; corrupt data", "DATA", "1! 1"},
    {"corrupt data; delay data 1ms", "DATA", "1!@1"},
    // Exceptions.
    {"pass SYN occurrence 2; drop SYN", "SYN SYN SYN", "2"},
    {"pass from 10.0.0.1:1000; drop any", "SYN~a SYN~b UDP~a DATA~a", "1 4"},
    {"delay SYN 1ms; pass SYN; drop any", "SYN ACK", "1@1"},
};

/** Suite of the impairment queue disc by itself. */
class TcpConnImpairmentTestSuite : public TestSuite
{
  public:
    TcpConnImpairmentTestSuite()
        : TestSuite("tcp-conn-impairment", TCP_CONN_UNIT)
    {
        for (const auto& row : ROWS)
        {
            AddTestCase(new ImpairmentRow(row[0], row[1], row[2]), TCP_CONN_QUICK);
        }
        AddTestCase(new ImpairmentProbability, TCP_CONN_QUICK);
        AddTestCase(new ImpairmentRandomDelay, TCP_CONN_QUICK);
        AddTestCase(new ImpairmentLimit, TCP_CONN_QUICK);
        AddTestCase(new ImpairmentQuota, TCP_CONN_QUICK);
        AddTestCase(new ImpairmentCounts, TCP_CONN_QUICK);
        AddBits("corrupt data", "DATA", 1, 20, 120);
        AddBits("corrupt data bits 7", "DATA", 7, 20, 120);
        AddBits("corrupt SYN", "SYN", 1, 16, 18);
        AddBits("corrupt SYN at checksum bits 16", "SYN", 16, 16, 18);
        AddBits("corrupt SYN at checksum bits 17", "SYN", 16, 16, 18);
        AddBits("corrupt SYN at header bits 40", "SYN", 40, 0, 20);
        AddBits("corrupt SYN at header bits 152", "SYN", 152, 0, 20);
        AddBits("corrupt SYN at 12", "SYN", 1, 12, 13);
        AddBits("corrupt data at 0 bits 8", "DATA", 8, 0, 1);
        AddBits("corrupt data at 119 bits 8", "DATA", 8, 119, 120);
        AddBits("corrupt udp at header bits 48", "UDP", 48, 0, 8);
        AddBits("corrupt udp", "UDP#0", 1, 6, 8);
        AddBits("corrupt SYN at header bits 2", "OPTIONS~6", 2, 24, 44);
    }

  private:
    /** Add a case of ImpairmentBits. */
    void AddBits(const std::string& rule,
                 const std::string& sample,
                 uint32_t bits,
                 uint32_t first,
                 uint32_t end)
    {
        AddTestCase(new ImpairmentBits(rule, sample, bits, first, end), TCP_CONN_QUICK);
    }
};

TcpConnImpairmentTestSuite g_tcpConnImpairmentTestSuite; //!< The suite.

} // namespace
