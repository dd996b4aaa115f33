/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-header-test.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/test.h"

#include <algorithm>
#include <random>

/**
 * @file
 * @ingroup tcp-conn
 * The wire codec: options as bytes and back, its text, and segments that are no segments.
 */

using namespace ns3;
using namespace ns3::TcpConnHeaderTest;

namespace
{

/** Options as bytes: kinds, lengths, order, fillers, and what is left out of a full header. */
class TcpConnHeaderEncodeTest : public TestCase
{
  public:
    TcpConnHeaderEncodeTest()
        : TestCase("Options to bytes")
    {
    }

  private:
    void DoRun() override
    {
        constexpr uint16_t basic =
            Options::MSS | Options::SACK_PERMITTED | Options::TIMESTAMPS | Options::WINDOW_SCALE;
        const std::string sackPermittedTs = "0402080a01020304fffefdfc";
        const std::string syn = "020405b4" + sackPermittedTs + "01030307";
        const std::string nopTs = "0101080a01020304fffefdfc";
        const std::string blocks[] = {"fffffff000000001",
                                      "0000000000000011",
                                      "0000001000000021",
                                      "0000002000000031"};
        const std::string cookie16 = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";

        struct Row
        {
            const char* name;
            Options options;
            std::string bytes;
        };

        Options none = AllOptions(0, 4, 16);
        Options tooMany = AllOptions(Options::SACK, 200);
        const std::vector<Row> rows = {
            {"none", none, ""},
            {"MSS", AllOptions(Options::MSS), "020405b4"},
            {"window scale", AllOptions(Options::WINDOW_SCALE), "01030307"},
            {"SACK-permitted alone", AllOptions(Options::SACK_PERMITTED), "01010402"},
            {"timestamps alone", AllOptions(Options::TIMESTAMPS), nopTs},
            {"SACK-permitted and timestamps share 12 bytes",
             AllOptions(Options::SACK_PERMITTED | Options::TIMESTAMPS),
             sackPermittedTs},
            {"user timeout", AllOptions(Options::USER_TIMEOUT), "1c048005"},
            {"the SYN of Linux", AllOptions(basic), syn},
            {"Fast Open request", AllOptions(Options::FAST_OPEN), "22020101"},
            {"Fast Open, 4 bytes", AllOptions(Options::FAST_OPEN, 0, 4), "2206a0a1a2a30101"},
            {"Fast Open, 6 bytes", AllOptions(Options::FAST_OPEN, 0, 6), "2208a0a1a2a3a4a5"},
            {"Fast Open, 16 bytes",
             AllOptions(Options::FAST_OPEN, 0, 16),
             "2212" + cookie16 + "0101"},
            {"Fast Open of 2 bytes is illegal", AllOptions(Options::FAST_OPEN, 0, 2), ""},
            {"Fast Open of 5 bytes is illegal", AllOptions(Options::FAST_OPEN, 0, 5), ""},
            {"Fast Open of 18 bytes is illegal", AllOptions(Options::FAST_OPEN, 0, 18), ""},
            {"Fast Open of 255 bytes is illegal", AllOptions(Options::FAST_OPEN, 0, 255), ""},
            {"SACK without blocks", AllOptions(Options::SACK, 0), ""},
            {"SACK, 1 block", AllOptions(Options::SACK, 1), "0101050a" + blocks[0]},
            {"SACK, 4 blocks",
             AllOptions(Options::SACK, 4),
             "01010522" + blocks[0] + blocks[1] + blocks[2] + blocks[3]},
            {"a wrong SACK count stops at 4",
             tooMany,
             "01010522" + blocks[0] + blocks[1] + blocks[2] + blocks[3]},
            {"timestamps leave room for 3 blocks",
             AllOptions(Options::SACK | Options::TIMESTAMPS, 4),
             nopTs + "0101051a" + blocks[0] + blocks[1] + blocks[2]},
            {"full: SYN and 2 blocks of 4",
             AllOptions(basic | Options::SACK, 4),
             syn + "01010512" + blocks[0] + blocks[1]},
            {"full: SYN and the longest cookie, no room for SACK",
             AllOptions(basic | Options::FAST_OPEN | Options::SACK, 4, 16),
             syn + "2212" + cookie16 + "0101"},
            {"full: everything and a cookie of 14",
             AllOptions(basic | Options::USER_TIMEOUT | Options::FAST_OPEN, 0, 14),
             syn + "1c0480052210" + cookie16.substr(0, 28)},
            {"a cookie of 16 behind everything is left out",
             AllOptions(basic | Options::USER_TIMEOUT | Options::FAST_OPEN, 0, 16),
             syn + "1c048005"},
        };
        for (const Row& row : rows)
        {
            const TcpConnHeader header = MakeHeader(row.options);
            const Bytes bytes = Encoded(header);
            const std::string options = ToHex(Bytes(bytes.begin() + 20, bytes.end()));
            NS_TEST_EXPECT_MSG_EQ(options, row.bytes, row.name);
            NS_TEST_EXPECT_MSG_EQ(+TcpConnHeader::OptionLength(row.options),
                                  row.bytes.size() / 2,
                                  row.name << ": length");
            NS_TEST_EXPECT_MSG_EQ(header.GetSerializedSize(), bytes.size(), row.name << ": size");
            NS_TEST_EXPECT_MSG_EQ(+(bytes[12] >> 4), bytes.size() / 4, row.name << ": offset");
            NS_TEST_EXPECT_MSG_EQ(ToHex(Serialized(header)), ToHex(bytes), row.name << ": packet");
        }
        for (uint32_t present = 0; present < 128; ++present)
        {
            const Options o = AllOptions(static_cast<uint16_t>(present), 4, 16);
            NS_TEST_EXPECT_MSG_LT_OR_EQ(+TcpConnHeader::OptionLength(o), 40, "at most 40 bytes");
            NS_TEST_EXPECT_MSG_EQ(TcpConnHeader::OptionLength(o) % 4, 0, "whole words");
        }
        NS_TEST_EXPECT_MSG_EQ(ToHex(Encoded(MakeHeader(none, 0xff12))),
                              "c0010050fedcba9801234567" + std::string("5012abcd00001357"),
                              "fixed fields; flags above the eighth are not written");
    }
};

/** Bytes as options: what is taken, what is passed over, what is malformed. */
class TcpConnHeaderDecodeTest : public TestCase
{
  public:
    TcpConnHeaderDecodeTest()
        : TestCase("Bytes to options")
    {
    }

  private:
    /** One string of option bytes. */
    struct Row
    {
        const char* name;  //!< What it is.
        const char* bytes; //!< Option bytes in hex, a multiple of four of them.
        const char* words; //!< The options that are to be found.
        bool malformed;    //!< Whether OptionsMalformed is to be said.
    };

    void DoRun() override
    {
        const Row rows[] = {
            {"no options", "", "", false},
            {"NOP only", "01010101", "", false},
            {"EOL only", "00000000", "", false},
            {"nothing is taken behind EOL", "00020405 b4000000", "", false},
            {"EOL in front of garbage", "020405b4 00010203", "mss=1460 ", false},
            {"MSS", "020405b4", "mss=1460 ", false},
            {"MSS 0", "02040000", "mss=0 ", false},
            {"MSS 65535", "0204ffff", "mss=65535 ", false},
            {"window scale 255", "010303ff", "ws=255 ", false},
            {"SACK-permitted", "04020101", "sackok ", false},
            {"timestamps", "0101080a 00000001 ffffffff", "ts=1/4294967295 ", false},
            {"timestamps off word bounds", "01080a00 000001ff ffffff01", "ts=1/4294967295 ", false},
            {"user timeout, minutes", "1c048005", "uto=32773 ", false},
            {"Fast Open request", "22020101", "tfo= ", false},
            {"Fast Open cookie", "2206a0a1 a2a30000", "tfo=a0a1a2a3 ", false},
            {"SACK, 1 block", "0101050a 00000001 00000002", "sack=1-2 ", false},
            {"SACK, 4 blocks",
             "0101 0522 00000001 00000002 00000003 00000004 00000005 00000006 00000007 ffffffff",
             "sack=1-2,3-4,5-6,7-4294967295 ",
             false},
            {"any order",
             "03030a 080a0000000100000002 0402 02040218 00",
             "mss=536 sackok ts=1/2 ws=10 ",
             false},
            {"the last of two counts", "020405b4 02040218", "mss=536 ", false},
            {"the last of two SACKs counts",
             "0512 00000001 00000002 00000003 00000004 050a 00000005 00000006",
             "sack=5-6 ",
             false},
            {"the last of two cookies counts", "2206a0a1 a2a32202", "tfo= ", false},
            {"unknown kind", "fd04f989 020405b4", "mss=1460 ", false},
            {"unknown kind of 2 bytes", "fd020101 020405b4", "mss=1460 ", false},
            {"unknown kind that fills the space", "fd08ffff ffffffff", "", false},
            {"MD5 signature",
             "1312 00112233445566778899aabbccddeeff 0101 020405b4",
             "mss=1460 ",
             false},
            {"MSS of length 2", "02020101 03030701", "ws=7 ", false},
            {"MSS of length 3", "020305 01 03030701", "ws=7 ", false},
            {"MSS of length 5", "020505b4 ff030307", "ws=7 ", false},
            {"window scale of length 2", "03020101 020405b4", "mss=1460 ", false},
            {"window scale of length 4", "03040707 020405b4", "mss=1460 ", false},
            {"SACK-permitted of length 3", "040301 01 020405b4", "mss=1460 ", false},
            {"timestamps of length 8", "08080000 00010000 020405b4", "mss=1460 ", false},
            {"timestamps of length 12", "080c0000 00010000 00020000 020405b4", "mss=1460 ", false},
            {"SACK of length 2", "05020101 020405b4", "mss=1460 ", false},
            {"SACK of length 9", "05090000 00010000 00010101 020405b4", "mss=1460 ", false},
            {"SACK of length 12", "050c0000 00010000 00020000 020405b4", "mss=1460 ", false},
            {"SACK of length 38",
             "0526 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008 00000009"
             "0101",
             "",
             false},
            {"user timeout of length 3", "1c038001 020405b4", "mss=1460 ", false},
            {"Fast Open of length 3", "2203a001 020405b4", "mss=1460 ", false},
            {"Fast Open of length 4", "2204a0a1 020405b4", "mss=1460 ", false},
            {"Fast Open of length 7", "2207a0a1 a2a3a401 020405b4", "mss=1460 ", false},
            {"Fast Open of length 20",
             "2214a0a1 a2a3a4a5 a6a7a8a9 aaabacad aeafb0b1 020405b4",
             "mss=1460 ",
             false},
            {"length 0", "020405b4 03000000 020401f4", "mss=1460 ", true},
            {"length 1", "020405b4 03010101 020401f4", "mss=1460 ", true},
            {"length 0 of an unknown kind", "fd000000 020405b4", "", true},
            {"length 1 of an unknown kind", "fd010101 020405b4", "", true},
            {"one past the end", "020405b4 01030407", "mss=1460 ", true},
            {"past the end", "020405b4 03040101 0101080a 00000001", "mss=1460 ", true},
            {"length 255", "020405b4 08ff0101", "mss=1460 ", true},
            {"SACK past the end", "05120000 00010000 00020000", "", true},
            {"Fast Open past the end", "220aa0a1 a2a3a4a5", "", true},
            {"MSS past the end", "01010204", "", true},
            {"kind without a length", "010101 02", "", true},
            {"unknown kind without a length", "020405b4 010101fd", "mss=1460 ", true},
        };
        for (const Row& row : rows)
        {
            Check(row);
        }
    }

    /** @param row the row to check, as raw bytes, in a packet, and in one with text behind it */
    void Check(const Row& row)
    {
        Bytes bytes = Encoded(MakeHeader());
        const Bytes options = FromHex(row.bytes);
        NS_TEST_ASSERT_MSG_EQ(options.size() % 4, 0, row.name << ": row is not whole words");
        NS_TEST_ASSERT_MSG_LT_OR_EQ(options.size(), 40, row.name);
        bytes.insert(bytes.end(), options.begin(), options.end());
        bytes[12] = static_cast<uint8_t>(bytes.size() / 4 << 4);
        TcpConnHeader raw;
        NS_TEST_EXPECT_MSG_EQ(raw.Decode(bytes.data(), bytes.size()), true, row.name);
        NS_TEST_EXPECT_MSG_EQ(Words(raw.GetSegment().options), row.words, row.name);
        NS_TEST_EXPECT_MSG_EQ(raw.OptionsMalformed(), row.malformed, row.name << ": malformed");

        const uint32_t size = bytes.size();
        bytes.insert(bytes.end(), 9, 0x02); // Text that looks like options.
        TcpConnHeader peeked;
        Ptr<Packet> packet = Create<Packet>(bytes.data(), bytes.size());
        NS_TEST_EXPECT_MSG_EQ(packet->PeekHeader(peeked), size, row.name << ": in a packet");
        NS_TEST_EXPECT_MSG_EQ(Words(peeked), Words(raw), row.name << ": in a packet");
        NS_TEST_EXPECT_MSG_EQ(peeked.OptionsMalformed(),
                              row.malformed,
                              row.name << ": in a packet");
    }
};

/** Segments without a whole header. */
class TcpConnHeaderTruncatedTest : public TestCase
{
  public:
    TcpConnHeaderTruncatedTest()
        : TestCase("Segments of 0 to 60 bytes, data offsets of 0 to 15")
    {
    }

  private:
    void DoRun() override
    {
        const Bytes whole = Encoded(MakeHeader(AllOptions(Options::MSS | Options::SACK, 4)));
        NS_TEST_ASSERT_MSG_EQ(whole.size(), 60, "a header of the greatest length");
        for (uint32_t size = 0; size <= whole.size(); ++size)
        {
            const TcpConnParse expected = size < 20   ? TcpConnParse::TOO_SHORT
                                          : size < 60 ? TcpConnParse::TRUNCATED
                                                      : TcpConnParse::OK;
            Check(Bytes(whole.begin(), whole.begin() + size), expected, size == 60 ? 60 : 0);
            // The same where the rest of the bytes is there, but not of this segment.
            TcpConnHeader header;
            const uint32_t consumed =
                Create<Packet>(whole.data(), whole.size())->PeekHeader(header, size);
            NS_TEST_EXPECT_MSG_EQ(consumed, (size == 60 ? 60 : 0), "bounded to " << size);
            NS_TEST_EXPECT_MSG_EQ((header.GetParseResult() == expected), true, "bounded " << size);
        }
        for (uint32_t words = 0; words < 16; ++words)
        {
            Bytes bytes(whole.begin(), whole.begin() + 40);
            bytes[12] = static_cast<uint8_t>(words << 4 | 0xf);
            Check(bytes,
                  words < 5     ? TcpConnParse::BAD_OFFSET
                  : words <= 10 ? TcpConnParse::OK
                                : TcpConnParse::TRUNCATED,
                  words >= 5 && words <= 10 ? words * 4 : 0);
        }
        TcpConnHeader header;
        Bytes malformed = Encoded(MakeHeader(AllOptions(Options::MSS)));
        malformed[21] = 0;
        header.Decode(malformed.data(), malformed.size());
        NS_TEST_EXPECT_MSG_EQ(header.OptionsMalformed(), true, "malformed options");
        NS_TEST_EXPECT_MSG_EQ(header.Decode(nullptr, 0), false, "no bytes at all");
        NS_TEST_EXPECT_MSG_EQ(header.OptionsMalformed(), false, "no options at all");
        header.EnableChecksums();
        NS_TEST_EXPECT_MSG_EQ(header.Decode(whole.data(), 59), false, "cut short");
        NS_TEST_EXPECT_MSG_EQ(header.IsChecksumOk(), false, "cut short, with checksums");
    }

    /**
     * @param bytes a segment
     * @param expected what is to be found
     * @param size how much is to be consumed
     */
    void Check(const Bytes& bytes, TcpConnParse expected, uint32_t size)
    {
        TcpConnHeader header;
        header.SetSegment(MakeHeader(AllOptions(Options::MSS)).GetSegment());
        const bool ok = header.Decode(bytes.data(), bytes.size());
        const std::string row =
            std::to_string(bytes.size()) + " bytes, expect " + std::to_string(size);
        NS_TEST_EXPECT_MSG_EQ(ok, (expected == TcpConnParse::OK), row);
        NS_TEST_EXPECT_MSG_EQ((header.GetParseResult() == expected), true, row);
        if (!ok)
        {
            NS_TEST_EXPECT_MSG_EQ(header.GetSegment().options.present, 0, row << ": no leftovers");
        }
        TcpConnHeader peeked;
        NS_TEST_EXPECT_MSG_EQ(Create<Packet>(bytes.data(), bytes.size())->PeekHeader(peeked),
                              size,
                              row);
        NS_TEST_EXPECT_MSG_EQ((peeked.GetParseResult() == expected), true, row);
        NS_TEST_EXPECT_MSG_EQ(Words(peeked), Words(header), row);
    }
};

/** Options that stock cannot print, and the whole line. */
class TcpConnHeaderPrintTest : public TestCase
{
  public:
    TcpConnHeaderPrintTest()
        : TestCase("Text of a header")
    {
    }

  private:
    void DoRun() override
    {
        const std::string fields = "49153 > 80 [SYN] Seq=4275878552 Ack=19088743 Win=43981";
        NS_TEST_EXPECT_MSG_EQ(Printed(MakeHeader()), fields, "no options");
        NS_TEST_EXPECT_MSG_EQ(Printed(MakeHeader(Options(), 0)),
                              "49153 > 80 Seq=4275878552 Ack=19088743 Win=43981",
                              "no flags");
        Options o = AllOptions(Options::USER_TIMEOUT | Options::FAST_OPEN, 0, 4);
        NS_TEST_EXPECT_MSG_EQ(Printed(MakeHeader(o)),
                              fields + " ns3::TcpConnOptionUserTimeout(5min)"
                                       " ns3::TcpConnOptionFastOpen(a0a1a2a3)"
                                       " ns3::TcpOptionNOP(NOP) ns3::TcpOptionNOP(NOP)",
                              "options that stock does not know");
        o.userTimeout = 0x7fff;
        o.cookieLength = 0;
        NS_TEST_EXPECT_MSG_EQ(Printed(MakeHeader(o)),
                              fields + " ns3::TcpConnOptionUserTimeout(32767s)"
                                       " ns3::TcpConnOptionFastOpen(request)"
                                       " ns3::TcpOptionNOP(NOP) ns3::TcpOptionNOP(NOP)",
                              "seconds, and a request");
        NS_TEST_EXPECT_MSG_EQ(TcpConnHeader::GetTypeId().GetName(), "ns3::TcpConnHeader", "name");
        NS_TEST_EXPECT_MSG_EQ(TcpConnHeader::GetTypeId().GetGroupName(), "TcpConn", "group");
        NS_TEST_EXPECT_MSG_EQ(TcpConnHeader::GetTypeId().HasConstructor(), true, "printable");
    }
};

/** Bytes at random: nothing crashes, and what was parsed survives being written and parsed. */
class TcpConnHeaderRandomTest : public TestCase
{
  public:
    TcpConnHeaderRandomTest()
        : TestCase("200,000 random segments")
    {
    }

  private:
    std::mt19937 m_random{20240229}; //!< Same bytes on every machine.

    /** @return a number from 0 to @p below - 1. */
    uint32_t Below(uint32_t below)
    {
        return static_cast<uint32_t>(m_random() % below);
    }

    /** Write options of likely kinds with likely lengths; mostly legal, so that a parse goes deep.
     */
    void FillOptions(Bytes& bytes)
    {
        static const uint8_t kinds[] = {0, 1, 2, 3, 4, 5, 8, 28, 34, 253};
        static const uint8_t lengths[] = {0, 1, 4, 3, 2, 10, 10, 4, 6, 7};
        for (uint32_t at = 20; at + 1 < bytes.size();)
        {
            const uint32_t which = Below(40) == 0 ? 0 : 1 + Below(9);
            bytes[at] = kinds[which];
            uint8_t length = lengths[which];
            if (which == 1)
            {
                ++at;
                continue;
            }
            if (kinds[which] == 5 || kinds[which] == 34)
            {
                length = static_cast<uint8_t>(2 + (kinds[which] == 5 ? 8 * Below(5) : Below(18)));
            }
            length = Below(30) == 0 ? static_cast<uint8_t>(m_random()) : length;
            bytes[at + 1] = length;
            at += std::max<uint32_t>(length, 2);
        }
    }

    void DoRun() override
    {
        uint32_t whole = 0;
        uint32_t malformed = 0;
        uint16_t seen = 0;
        for (uint32_t i = 0; i < 200000; ++i)
        {
            Bytes bytes(Below(80));
            std::generate(bytes.begin(), bytes.end(), [this]() {
                return static_cast<uint8_t>(m_random());
            });
            if (bytes.size() >= 20 && i % 2 == 0)
            {
                const uint32_t words = std::min<uint32_t>(bytes.size() / 4, 15);
                bytes[12] = static_cast<uint8_t>(words << 4);
                FillOptions(bytes);
            }
            TcpConnHeader header;
            const bool ok = header.Decode(bytes.data(), bytes.size());
            whole += ok;
            malformed += header.OptionsMalformed();
            seen |= header.GetSegment().options.present;
            NS_TEST_ASSERT_MSG_EQ(Stable(header, bytes, ok), true, i << ": " << ToHex(bytes));
        }
        NS_TEST_EXPECT_MSG_GT(whole, 50000, "many have a header");
        NS_TEST_EXPECT_MSG_GT(malformed, 10000, "many have malformed options");
        NS_TEST_EXPECT_MSG_EQ(seen, 0x7f, "every option was parsed");
    }

    /** @return whether @p header, parsed from @p bytes, can be written, parsed, and is the same. */
    bool Stable(const TcpConnHeader& header, const Bytes& bytes, bool ok)
    {
        TcpConnHeader peeked;
        const uint32_t consumed = Create<Packet>(bytes.data(), bytes.size())->PeekHeader(peeked);
        if (consumed != (ok ? (bytes[12] >> 4) * 4U : 0) ||
            peeked.OptionsMalformed() != header.OptionsMalformed() ||
            peeked.GetParseResult() != header.GetParseResult() ||
            Encoded(peeked) != Encoded(header))
        {
            return false;
        }
        const Bytes once = Encoded(header);
        TcpConnHeader again;
        if (once.size() > 60 || once.size() != header.GetSerializedSize() ||
            !again.Decode(once.data(), once.size()) || again.OptionsMalformed() ||
            Encoded(again) != once)
        {
            return false;
        }
        // What was written is what was parsed, but for what did not fit any more.
        constexpr uint16_t mayGo = Options::FAST_OPEN | Options::SACK;
        const Options& left = again.GetSegment().options;
        TcpConnHeader expected = header;
        Options& options = expected.Segment().options;
        options.present &= static_cast<uint16_t>(left.present | ~mayGo);
        options.sackCount = std::min(options.sackCount, left.sackCount);
        return Words(again) == Words(expected);
    }
};

/** The suite of the wire codec. */
class TcpConnHeaderTestSuite : public TestSuite
{
  public:
    TcpConnHeaderTestSuite()
        : TestSuite("tcp-conn-header", TCP_CONN_UNIT)
    {
        AddTestCase(new TcpConnHeaderEncodeTest, TCP_CONN_QUICK);
        AddTestCase(new TcpConnHeaderDecodeTest, TCP_CONN_QUICK);
        AddTestCase(new TcpConnHeaderTruncatedTest, TCP_CONN_QUICK);
        AddTestCase(new TcpConnHeaderPrintTest, TCP_CONN_QUICK);
        AddTestCase(new TcpConnHeaderRandomTest, TCP_CONN_QUICK);
    }
};

TcpConnHeaderTestSuite g_tcpConnHeaderTestSuite; //!< Registers itself.

} // namespace
