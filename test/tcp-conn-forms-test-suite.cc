/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-two-hosts.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-helper.h"
#include "ns3/tcp-conn-pcapng-writer.h"
#include "ns3/tcp-conn-trace-filter.h"
#include "ns3/tcp-conn-trace-helper.h"
#include "ns3/tcp-conn-transition-table.h"
#include "ns3/test.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Forms of a trace: what filters take, CSV, compressed files, and captures byte by byte.
 */

using namespace ns3;
using namespace ns3::TcpConnTest;

namespace
{

/** @param local local address @param peer peer's address @return a key, ports 80 and 49153 */
TcpConnKey
KeyOf(const char* local, const char* peer)
{
    TcpConnKey key;
    key.local = TcpConnKey::FromIpv4(Ipv4Address(local));
    key.peer = TcpConnKey::FromIpv4(Ipv4Address(peer));
    key.localPort = 80;
    key.peerPort = 49153;
    return key;
}

/** A segment and a transition of one connection, made by hand. */
struct Sample
{
    TcpConnKey key{KeyOf("10.1.1.1", "10.1.1.2")}; //!< The connection.
    TcpConnRow row{};                              //!< Row with the cause.
    TcpConnSegment segment;                        //!< The segment.

    Sample()
    {
        row.cause = "rst/acceptable";
        segment.flags = TCP_CONN_RST | TCP_CONN_ACK;
        segment.seq = SequenceNumber32(4000000000U);
        segment.ack = SequenceNumber32(7);
        segment.window = 512;
    }

    /** @param time when @return the transition, at host 3, connection 7 */
    TcpConnTransition Move(Time time) const
    {
        return {time,
                3,
                7,
                key,
                TcpSocket::ESTABLISHED,
                TcpSocket::CLOSED,
                row,
                &segment,
                MilliSeconds(1500)};
    }

    /** @param time when @return the same without a segment */
    TcpConnTransition Call(Time time) const
    {
        TcpConnTransition t = Move(time);
        t.segment = nullptr;
        return t;
    }

    /** @param time when @param reason why it was dropped @return the segment */
    TcpConnSegmentEvent Event(Time time, const char* reason = nullptr) const
    {
        return {time, 3, 7, key, segment, reason};
    }
};

/** What filters take. */
class FilterTest : public TestCase
{
  public:
    FilterTest()
        : TestCase("Filters take the records that were chosen")
    {
    }

  private:
    /** @param text a filter @param moves it takes the transition @param segments the segment */
    void Expect(const std::string& text, bool moves, bool segments)
    {
        const Sample sample;
        const TcpConnTraceFilter filter(text);
        NS_TEST_EXPECT_MSG_EQ(filter.Takes(sample.Move(Seconds(1))), moves, text << ": transition");
        NS_TEST_EXPECT_MSG_EQ(filter.Takes(sample.Event(Seconds(1))),
                              segments,
                              text << ": segment");
    }

    void DoRun() override
    {
        Expect("", true, true);
        Expect("host=3", true, true);
        Expect("host=2", false, false);
        Expect("host=2,3", true, true);
        Expect("host=2 host=3", true, true);
        Expect("conn=3:7", true, true);
        Expect("conn=3:8,4:7", false, false);
        Expect("listener=10.1.1.1:80", true, true);
        Expect("listener=10.1.1.2:49153", true, true);
        Expect("listener=10.1.1.2:80", false, false);
        Expect("listener=*:80", true, true);
        Expect("listener=10.1.0.0/16:70-90", true, true);
        Expect("listener=10.1.2.0/24", false, false);
        Expect("listener=10.1.1.0/31", true, true);
        Expect("listener=[::/0]:80", false, false);
        Expect("state=ESTABLISHED", true, false);
        Expect("state=CLOSED", true, false);
        Expect("state=LISTEN,TIME-WAIT", false, false);
        Expect("cause=rst", true, false);
        Expect("cause=rst/acceptable", true, false);
        Expect("cause=rst/accept", false, false);
        Expect("cause=rs", false, false);
        Expect("host=3 state=CLOSED cause=rst", true, false);
        Expect("host=2 state=CLOSED cause=rst", false, false);
        const Sample sample;
        TcpConnTraceFilter made;
        made.AddListener(InetSocketAddress(Ipv4Address("10.1.1.2"), 49153));
        NS_TEST_EXPECT_MSG_EQ(made.Takes(sample.Event(Seconds(1))), true, "the peer's end");
        TcpConnTraceFilter other;
        other.AddListener(InetSocketAddress(Ipv4Address("10.1.1.2"), 80));
        NS_TEST_EXPECT_MSG_EQ(other.Takes(sample.Event(Seconds(1))), false, "another port there");
    }
};

/** Rows of CSV. */
class CsvTest : public TestCase
{
  public:
    CsvTest()
        : TestCase("Comma-separated values")
    {
    }

  private:
    void DoRun() override
    {
        std::ostringstream out;
        Sample sample;
        auto writer =
            Create<TcpConnCsvWriter>(Create<OutputStreamWrapper>(&out), "isn=X handshake=Y");
        writer->NodePolicies(3, "isn=Z");
        writer->Transition(sample.Move(MilliSeconds(2500)));
        writer->Transition(sample.Call(Seconds(3)));
        writer->Tx(sample.Event(Seconds(4)));
        sample.segment.options.present = TcpConnOptions::MSS | TcpConnOptions::SACK;
        sample.segment.options.mss = 536;
        sample.segment.options.sackCount = 2;
        sample.segment.options.sack[0] = {SequenceNumber32(1), SequenceNumber32(2)};
        sample.segment.options.sack[1] = {SequenceNumber32(3), SequenceNumber32(4)};
        writer->Drop(sample.Event(Seconds(5), "checksum"));
        writer->Flush();
        const std::string ends = ",3,7,10.1.1.1:80,10.1.1.2:49153,";
        const std::string numbers = "RST+ACK,4000000000,7,0,";
        NS_TEST_EXPECT_MSG_EQ(
            out.str(),
            "time,kind,node,conn,local,peer,from,to,cause,in_state,flags,seq,ack,len,win,options,"
            "note\n"
            "0.000000000,P,,,,,,,,,,,,,,,isn=X handshake=Y\n"
            "0.000000000,P,3,,,,,,,,,,,,,,isn=Z\n"
            "2.500000000,T" +
                ends + "ESTABLISHED,CLOSED,rst/acceptable,1.500000000," + numbers +
                ",,\n"
                "3.000000000,T" +
                ends +
                "ESTABLISHED,CLOSED,rst/acceptable,1.500000000,,,,,,,\n"
                "4.000000000,S" +
                ends + ",,,," + numbers +
                "512,,\n"
                "5.000000000,D" +
                ends + ",,,," + numbers + "512,mss=536 sack=1-2+3-4,checksum\n",
            "rows");
    }
};

/** A file that gzip compresses. */
class GzipTest : public TestCase
{
  public:
    GzipTest()
        : TestCase("A name that ends in .gz gives a compressed file")
    {
    }

  private:
    void DoRun() override
    {
        if (std::system("command -v gzip >/dev/null") != 0)
        {
            std::cout << "skipped: there is no gzip\n";
            return;
        }
        constexpr int LINES = 20000; // several times the buffer
        const Sample sample;
        std::ostringstream plain;
        const std::string name = CreateTempDirFilename("it's a trace.tr.gz");
        auto packed = Create<TcpConnTraceWriter>(name, "");
        auto open = Create<TcpConnTraceWriter>(Create<OutputStreamWrapper>(&plain), "");
        for (int i = 0; i < LINES; ++i)
        {
            packed->Transition(sample.Move(Seconds(i)));
            open->Transition(sample.Move(Seconds(i)));
        }
        packed = nullptr;
        open = nullptr;
        std::ifstream file(name, std::ios::binary);
        NS_TEST_EXPECT_MSG_EQ(file.get(), 0x1f, "it is gzip's format");
        const std::string text = CreateTempDirFilename("unpacked.tr");
        std::rename(name.c_str(), (text + ".gz").c_str());
        NS_TEST_EXPECT_MSG_EQ(std::system(("gzip -df '" + text + ".gz'").c_str()), 0, "unpacked");
        std::ifstream unpacked(text);
        std::ostringstream all;
        all << unpacked.rdbuf();
        NS_TEST_EXPECT_MSG_EQ((all.str() == plain.str()), true, "the same text");
    }
};

/** Reads what a capture file is made of. */
class Blocks
{
  public:
    /** One block. */
    struct Block
    {
        uint32_t type;                     //!< Its type.
        std::string body;                  //!< Its body, without options.
        std::vector<std::string> comments; //!< Comments.
        std::string name;                  //!< Option 2: if_name, or epb_flags.
        std::string resolution;            //!< Option if_tsresol.

        /** @param at offset in the body @return 32 bits there */
        uint32_t Word(std::size_t at) const
        {
            return Get(body, at, 4);
        }

        /** @return the packet in it */
        std::string Packet() const
        {
            return body.substr(20, Word(12));
        }
    };

    /** @param bytes some bytes @param at offset @param size 2 or 4 @return the number there */
    static uint32_t Get(const std::string& bytes, std::size_t at, std::size_t size)
    {
        uint32_t value = 0;
        for (std::size_t i = size; i > 0; --i)
        {
            value = value << 8 | static_cast<uint8_t>(bytes.at(at + i - 1));
        }
        return value;
    }

    /** @param bytes a capture @return its blocks; empty if its lengths are wrong */
    static std::vector<Block> Read(const std::string& bytes)
    {
        std::vector<Block> blocks;
        for (std::size_t at = 0; at < bytes.size();)
        {
            const uint32_t length = Get(bytes, at + 4, 4);
            if (length % 4 || length < 12 || Get(bytes, at + length - 4, 4) != length)
            {
                return {};
            }
            Block block;
            block.type = Get(bytes, at, 4);
            const std::string body = bytes.substr(at + 8, length - 12);
            std::size_t fixed = 8;
            if (block.type == 0x0a0d0d0a)
            {
                fixed = 16;
            }
            else if (block.type == 6)
            {
                fixed = 20 + (Get(body, 12, 4) + 3) / 4 * 4;
            }
            block.body = body.substr(0, fixed);
            Options(block, body.substr(fixed));
            blocks.push_back(block);
            at += length;
        }
        return blocks;
    }

  private:
    /** @param block a block @param bytes its options */
    static void Options(Block& block, const std::string& bytes)
    {
        for (std::size_t at = 0; Get(bytes, at, 2) != 0;)
        {
            const uint32_t code = Get(bytes, at, 2);
            const uint32_t size = Get(bytes, at + 2, 2);
            const std::string value = bytes.substr(at + 4, size);
            if (code == 1)
            {
                block.comments.push_back(value);
            }
            else
            {
                (code == 2 ? block.name : block.resolution) = value;
            }
            at += 4 + (size + 3) / 4 * 4;
        }
    }
};

/** @param bytes even number of bytes @param sum what else is in the sum @return it, folded */
uint32_t
Sum(const std::string& bytes, uint32_t sum)
{
    for (std::size_t i = 0; i < bytes.size(); i += 2)
    {
        sum += static_cast<uint32_t>(static_cast<uint8_t>(bytes[i]) << 8 |
                                     static_cast<uint8_t>(bytes[i + 1]));
    }
    return (sum >> 16) + (sum & 0xffff);
}

/** A capture, byte by byte. */
class PcapngTest : public TestCase
{
  public:
    PcapngTest()
        : TestCase("A capture has the bytes that pcapng asks for")
    {
    }

  private:
    void DoRun() override
    {
        std::ostringstream out;
        Sample sample;
        auto writer = Create<TcpConnPcapngWriter>(Create<OutputStreamWrapper>(&out), "isn=X");
        writer->NodePolicies(3, "isn=Z");
        const Time when = NanoSeconds(5000000000123);
        writer->Rx(sample.Event(when));
        writer->Transition(sample.Move(when));
        sample.segment.length = 1000;
        sample.segment.options.present = TcpConnOptions::TIMESTAMPS;
        writer->Tx(sample.Event(when));
        writer->Transition(sample.Call(Seconds(6000)));
        writer = nullptr;
        const auto blocks = Blocks::Read(out.str());
        NS_TEST_ASSERT_MSG_EQ(blocks.size(), 6U, "blocks");
        NS_TEST_EXPECT_MSG_EQ(blocks[0].type, 0x0a0d0d0aU, "section header");
        NS_TEST_EXPECT_MSG_EQ(blocks[0].Word(0), 0x1a2b3c4dU, "byte order");
        NS_TEST_EXPECT_MSG_EQ(blocks[0].Word(4), 1U, "version 1.0");
        NS_TEST_EXPECT_MSG_EQ(blocks[0].comments.at(0), "#tcp-conn-trace 1 isn=X", "header");
        NS_TEST_EXPECT_MSG_EQ(blocks[1].type, 1U, "interface");
        NS_TEST_EXPECT_MSG_EQ(blocks[1].Word(0), 101U, "raw IP");
        NS_TEST_EXPECT_MSG_EQ(blocks[1].name, "node3", "name of the interface");
        NS_TEST_EXPECT_MSG_EQ(blocks[1].resolution, "\x09", "nanoseconds");
        NS_TEST_EXPECT_MSG_EQ(blocks[1].comments.at(0), "#node=3 isn=Z", "policies of the host");
        Packets(blocks[2], blocks[3]);
        NS_TEST_EXPECT_MSG_EQ(blocks[4].type, 1U, "another interface");
        NS_TEST_EXPECT_MSG_EQ(blocks[4].Word(0), 252U, "of exported text");
        NS_TEST_EXPECT_MSG_EQ(blocks[4].name, "node3/states", "its name");
        NS_TEST_EXPECT_MSG_EQ(blocks[5].Word(0), 1U, "its number");
        NS_TEST_EXPECT_MSG_EQ(blocks[5].Packet(),
                              std::string("\0\x0c\0\x08syslog\0\0\0\0\0\0", 16) +
                                  blocks[5].comments.at(0),
                              "a transition as text");
    }

    /** The segments. @param in received @param out sent */
    void Packets(const Blocks::Block& in, const Blocks::Block& out)
    {
        const std::string line = "T 5000.000000123 3 7 10.1.1.1:80 10.1.1.2:49153 ESTABLISHED "
                                 "CLOSED rst/acceptable in=1.500000000 seg=RST,ACK "
                                 "seq=4000000000 ack=7 len=0";
        NS_TEST_EXPECT_MSG_EQ(in.type, 6U, "enhanced packet");
        NS_TEST_EXPECT_MSG_EQ(in.Word(0), 0U, "interface");
        NS_TEST_EXPECT_MSG_EQ((uint64_t{in.Word(4)} << 32 | in.Word(8)), 5000000000123U, "time");
        NS_TEST_EXPECT_MSG_EQ(in.Word(12), 40U, "bytes captured");
        NS_TEST_EXPECT_MSG_EQ(in.Word(16), 40U, "bytes in all");
        NS_TEST_EXPECT_MSG_EQ(in.name, std::string("\1\0\0\0", 4), "inbound");
        NS_TEST_ASSERT_MSG_EQ(in.comments.size(), 2U, "comments");
        NS_TEST_EXPECT_MSG_EQ(in.comments[0], "R 3:7", "received");
        NS_TEST_EXPECT_MSG_EQ(in.comments[1], line, "the transition that it caused");
        const std::string packet = in.Packet();
        NS_TEST_EXPECT_MSG_EQ(packet.substr(0, 10),
                              std::string("\x45\0\0\x28\0\0\0\0\x40\x06", 10),
                              "header of IPv4");
        NS_TEST_EXPECT_MSG_EQ(packet.substr(12, 8),
                              "\x0a\x01\x01\x02\x0a\x01\x01\x01",
                              "addresses");
        NS_TEST_EXPECT_MSG_EQ(Sum(packet.substr(0, 20), 0), 0xffffU, "checksum of IPv4");
        NS_TEST_EXPECT_MSG_EQ(
            packet.substr(20, 16),
            std::string("\xc0\x01\0\x50\xee\x6b\x28\0\0\0\0\x07\x50\x14\x02\0", 16),
            "header of TCP");
        NS_TEST_EXPECT_MSG_EQ(Sum(packet.substr(12), 6 + 20), 0xffffU, "checksum of TCP");
        NS_TEST_EXPECT_MSG_EQ(out.Word(12), 52U, "headers are captured");
        NS_TEST_EXPECT_MSG_EQ(out.Word(16), 1052U, "text is counted");
        NS_TEST_EXPECT_MSG_EQ(out.name, std::string("\2\0\0\0", 4), "outbound");
        NS_TEST_ASSERT_MSG_EQ(out.comments.size(), 2U, "comments");
        NS_TEST_EXPECT_MSG_EQ(out.comments[0], "after " + line, "what it answers");
        NS_TEST_EXPECT_MSG_EQ(out.comments[1], "S 3:7", "sent");
        NS_TEST_EXPECT_MSG_EQ(out.Packet().substr(12, 8),
                              "\x0a\x01\x01\x01\x0a\x01\x01\x02",
                              "addresses, the other way");
    }
};

/** Packets and their comments in the order of a conversation. */
class CommentsTest : public TestCase
{
  public:
    CommentsTest()
        : TestCase("Comments are on the segments that they belong to")
    {
    }

  private:
    /** @param out a capture @return interface and comments of each packet, a line each */
    static std::string Comments(const std::string& out)
    {
        std::string all;
        std::vector<std::string> names;
        for (const auto& block : Blocks::Read(out))
        {
            if (block.type == 1)
            {
                names.push_back(block.name);
            }
            if (block.type == 6)
            {
                all += names.at(block.Word(0)) + ":";
                for (const std::string& comment : block.comments)
                {
                    all += " [" + comment.substr(0, comment.find(" 10.1.1.")) + "]";
                }
                all += "\n";
            }
        }
        return all;
    }

    void DoRun() override
    {
        std::ostringstream out;
        const Sample sample;
        auto writer = Create<TcpConnPcapngWriter>(Create<OutputStreamWrapper>(&out), "");
        // A call and the segment that it causes; one that is dropped on the way out.
        writer->Transition(sample.Call(Seconds(1)));
        writer->Tx(sample.Event(Seconds(1)));
        writer->Drop(sample.Event(Seconds(1), "no-route"));
        // A call alone, and later a segment.
        writer->Transition(sample.Call(Seconds(2)));
        writer->Tx(sample.Event(Seconds(3)));
        // Received and dropped; dropped before it could be read.
        writer->Rx(sample.Event(Seconds(4)));
        writer->Drop(sample.Event(Seconds(4), "not-acceptable"));
        writer->Drop(sample.Event(Seconds(5), "checksum"));
        // A transition of which the segment was not chosen.
        writer->Transition(sample.Move(Seconds(6)));
        writer = nullptr;
        NS_TEST_EXPECT_MSG_EQ(Comments(out.str()),
                              "node3: [T 1.000000000 3 7] [S 3:7] [D 3:7 reason=no-route]\n"
                              "node3/states: [T 2.000000000 3 7]\n"
                              "node3: [S 3:7]\n"
                              "node3: [R 3:7] [D 3:7 reason=not-acceptable]\n"
                              "node3: [D 3:7 reason=checksum]\n"
                              "node3: [T 6.000000000 3 7]\n",
                              "comments");
    }
};

/** The forms that the helper writes of two hosts. */
class HelperTest : public TestCase
{
  public:
    HelperTest()
        : TestCase("The helper writes the records that were chosen, in each form")
    {
    }

  private:
    /** @param name name of a file @return what is in it */
    static std::string Content(const std::string& name)
    {
        std::ifstream file(name, std::ios::binary);
        std::ostringstream all;
        all << file.rdbuf();
        return all.str();
    }

    /** @param text lines @param what a text @return how many lines contain it */
    static int Count(const std::string& text, const std::string& what)
    {
        std::istringstream lines(text);
        int count = 0;
        for (std::string line; std::getline(lines, line);)
        {
            count += line.find(what) != line.npos;
        }
        return count;
    }

    void DoRun() override
    {
        const std::string ascii = CreateTempDirFilename("all.tr");
        const std::string waits = CreateTempDirFilename("waits.tr");
        const std::string csv = CreateTempDirFilename("host1.csv");
        const std::string capture = CreateTempDirFilename("all.pcapng");
        for (const bool ipv6 : {false, true})
        {
            {
                TwoHosts hosts(Stack::OURS, Stack::OURS);
                TcpConnHelper::EnableTransitionAscii(ascii, hosts.nodes);
                TcpConnHelper::EnableTransitionAscii(waits, hosts.nodes, "state=TIME-WAIT");
                TcpConnHelper::EnableTransitionCsv(csv, hosts.nodes, "host=1");
                TcpConnHelper::EnableTransitionPcapng(capture, hosts.nodes);
                Talker client(10, 5000, true);
                Talker server(5000, 10, false);
                server.Listen(hosts.nodes.Get(1), TCP_FACTORY, TwoHosts::Any(80, ipv6));
                Simulator::Schedule(Seconds(3), [&]() {
                    client.Connect(hosts.nodes.Get(0), TCP_FACTORY, hosts.At(1, 80, ipv6));
                });
                Simulator::Stop(Seconds(1000));
                Simulator::Run();
                NS_TEST_EXPECT_MSG_EQ(client.Satisfied(), true, client.Report());
                Simulator::Destroy();
            }
            const std::string all = Content(ascii);
            // Into TIME-WAIT, and out of it.
            NS_TEST_EXPECT_MSG_EQ(Count(Content(waits), "T "), 2, "chosen states");
            NS_TEST_EXPECT_MSG_EQ(Count(Content(waits), "TIME-WAIT"), 2, "chosen states");
            const std::string rows = Content(csv);
            NS_TEST_EXPECT_MSG_EQ(Count(rows, ",T,0,") + Count(rows, ",S,0,"), 0, "host 0");
            NS_TEST_EXPECT_MSG_GT(Count(rows, ",T,1,"), 3, "host 1");
            int transitions = 0;
            int segments = 0;
            for (const auto& block : Blocks::Read(Content(capture)))
            {
                for (const std::string& comment : block.comments)
                {
                    transitions += comment.compare(0, 2, "T ") == 0;
                    segments +=
                        comment.compare(0, 2, "S ") == 0 || comment.compare(0, 2, "R ") == 0;
                }
            }
            NS_TEST_EXPECT_MSG_GT(transitions, 10, "transitions of the capture");
            NS_TEST_EXPECT_MSG_EQ(transitions, Count("\n" + all, "T "), "are those of the lines");
            NS_TEST_EXPECT_MSG_EQ(segments, Count(all, " win="), "and so are its segments");
        }
    }
};

/** The suite. */
class FormsTestSuite : public TestSuite
{
  public:
    FormsTestSuite()
        : TestSuite("tcp-conn-forms", TCP_CONN_UNIT)
    {
        AddTestCase(new FilterTest, TCP_CONN_QUICK);
        AddTestCase(new CsvTest, TCP_CONN_QUICK);
        AddTestCase(new GzipTest, TCP_CONN_QUICK);
        AddTestCase(new PcapngTest, TCP_CONN_QUICK);
        AddTestCase(new CommentsTest, TCP_CONN_QUICK);
        AddTestCase(new HelperTest, TCP_CONN_QUICK);
    }
};

FormsTestSuite g_formsTestSuite; //!< The suite.

} // namespace
