/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-header-test.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-option-rfc793.h"
#include "ns3/tcp-option-sack-permitted.h"
#include "ns3/tcp-option-sack.h"
#include "ns3/tcp-option-ts.h"
#include "ns3/tcp-option-winscale.h"
#include "ns3/test.h"

#include <algorithm>

/**
 * @file
 * @ingroup tcp-conn
 * The wire codec beside ns3::TcpHeader: the same bytes, text and checksums.
 */

using namespace ns3;
using namespace ns3::TcpConnHeaderTest;

namespace
{

/** What one class writes the other one reads, byte for byte. */
class TcpConnHeaderStockTest : public TestCase
{
  public:
    TcpConnHeaderStockTest()
        : TestCase("Agreement with ns3::TcpHeader")
    {
    }

  private:
    /** @return stock's header with the fields of ours, without options. */
    static TcpHeader StockFields(const TcpConnHeader& header)
    {
        TcpHeader stock;
        stock.SetSourcePort(header.GetSourcePort());
        stock.SetDestinationPort(header.GetDestinationPort());
        stock.SetSequenceNumber(header.GetSegment().seq);
        stock.SetAckNumber(header.GetSegment().ack);
        stock.SetFlags(static_cast<uint8_t>(header.GetSegment().flags));
        stock.SetWindowSize(header.GetSegment().window);
        stock.SetUrgentPointer(header.GetSegment().urgent);
        return stock;
    }

    /** Append fillers to stock's header. */
    static void AppendNops(TcpHeader& stock, uint32_t count)
    {
        for (; count > 0; --count)
        {
            stock.AppendOption(CreateObject<TcpOptionNOP>());
        }
    }

    static Ptr<TcpOption> StockMss(const Options& o)
    {
        auto option = CreateObject<TcpOptionMSS>();
        option->SetMSS(o.mss);
        return option;
    }

    static Ptr<TcpOption> StockTimestamps(const Options& o)
    {
        auto option = CreateObject<TcpOptionTS>();
        option->SetTimestamp(o.tsVal);
        option->SetEcho(o.tsEcr);
        return option;
    }

    static Ptr<TcpOption> StockWindowScale(const Options& o)
    {
        auto option = CreateObject<TcpOptionWinScale>();
        option->SetScale(o.windowScale);
        return option;
    }

    static Ptr<TcpOption> StockSack(const Options& o)
    {
        auto option = CreateObject<TcpOptionSack>();
        for (uint8_t i = 0; i < o.sackCount; ++i)
        {
            option->AddSackBlock({o.sack[i].left, o.sack[i].right});
        }
        return option;
    }

    /** @return stock's header with the options of ours, order and fillers as ours. */
    static TcpHeader StockAsOurs(const TcpConnHeader& header)
    {
        TcpHeader stock = StockFields(header);
        const Options& o = header.GetSegment().options;
        const bool timestamps = o.Has(Options::TIMESTAMPS);
        const bool sackPermitted = o.Has(Options::SACK_PERMITTED);
        if (o.Has(Options::MSS))
        {
            stock.AppendOption(StockMss(o));
        }
        if (timestamps != sackPermitted)
        {
            AppendNops(stock, 2);
        }
        if (sackPermitted)
        {
            stock.AppendOption(CreateObject<TcpOptionSackPermitted>());
        }
        if (timestamps)
        {
            stock.AppendOption(StockTimestamps(o));
        }
        if (o.Has(Options::WINDOW_SCALE))
        {
            AppendNops(stock, 1);
            stock.AppendOption(StockWindowScale(o));
        }
        if (o.Has(Options::SACK))
        {
            AppendNops(stock, 2);
            stock.AppendOption(StockSack(o));
        }
        return stock;
    }

    /** @return stock's header with the options of ours, without fillers, in another order. */
    static TcpHeader StockInOtherOrder(const TcpConnHeader& header)
    {
        TcpHeader stock = StockFields(header);
        const Options& o = header.GetSegment().options;
        if (o.Has(Options::SACK))
        {
            stock.AppendOption(StockSack(o));
        }
        if (o.Has(Options::WINDOW_SCALE))
        {
            stock.AppendOption(StockWindowScale(o));
        }
        if (o.Has(Options::TIMESTAMPS))
        {
            stock.AppendOption(StockTimestamps(o));
        }
        if (o.Has(Options::SACK_PERMITTED))
        {
            stock.AppendOption(CreateObject<TcpOptionSackPermitted>());
        }
        if (o.Has(Options::MSS))
        {
            stock.AppendOption(StockMss(o));
        }
        return stock;
    }

    void DoRun() override
    {
        for (uint16_t present = 0; present < 32; ++present)
        {
            for (uint8_t blocks = 1; blocks <= 4; ++blocks)
            {
                Options options = AllOptions(present, blocks);
                // As many blocks as fit beside the others; dropping is another test's matter.
                const uint32_t others =
                    TcpConnHeader::OptionLength(AllOptions(present & ~uint16_t{Options::SACK}));
                if (others + 4U + 8U * blocks <= 40)
                {
                    Check(MakeHeader(options, static_cast<uint16_t>(present * 8 + blocks)));
                }
            }
        }
        for (uint16_t flags = 0; flags < 256; ++flags)
        {
            Check(MakeHeader(Options(), flags));
            NS_TEST_EXPECT_MSG_EQ(TcpConnHeader::FlagsToString(flags),
                                  TcpHeader::FlagsToString(static_cast<uint8_t>(flags)),
                                  "names of flags");
        }
        NS_TEST_EXPECT_MSG_EQ(TcpConnHeader::FlagsToString(0xff03, ","), "FIN,SYN", "delimiter");
    }

    void Check(const TcpConnHeader& ours)
    {
        const std::string row = Printed(ours);
        const TcpHeader stock = StockAsOurs(ours);
        const Bytes bytes = Serialized(ours);
        NS_TEST_EXPECT_MSG_EQ(ToHex(bytes), ToHex(Serialized(stock)), row << ": same bytes");
        NS_TEST_EXPECT_MSG_EQ(row, Printed(stock), "same text");

        TcpHeader read;
        Ptr<Packet> packet = Create<Packet>(bytes.data(), bytes.size());
        NS_TEST_EXPECT_MSG_EQ(packet->PeekHeader(read), bytes.size(), row << ": stock reads");
        NS_TEST_EXPECT_MSG_EQ((read == stock), true, row << ": stock reads the fields");
        NS_TEST_EXPECT_MSG_EQ(Printed(read), row, "stock reads the options");

        const TcpHeader other = StockInOtherOrder(ours);
        TcpConnHeader parsed;
        packet = Create<Packet>(100);
        packet->AddHeader(other);
        NS_TEST_EXPECT_MSG_EQ(packet->PeekHeader(parsed),
                              other.GetSerializedSize(),
                              row << ": we read");
        NS_TEST_EXPECT_MSG_EQ(Words(parsed), Words(ours), row << ": we read fields and options");
        NS_TEST_EXPECT_MSG_EQ(parsed.OptionsMalformed(), false, row << ": we read all options");
    }
};

/** Checksums: known values, and the values of stock. */
class TcpConnHeaderChecksumTest : public TestCase
{
  public:
    TcpConnHeaderChecksumTest()
        : TestCase("Checksums")
    {
    }

  private:
    const Ipv4Address m_source4{"192.0.2.1"};             //!< Sender.
    const Ipv4Address m_destination4{"198.51.100.2"};     //!< Receiver.
    const Ipv6Address m_source6{"2001:db8::1"};           //!< Sender.
    const Ipv6Address m_destination6{"2001:db8:ffff::2"}; //!< Receiver.

    /** @return a header that makes or verifies checksums. */
    TcpConnHeader Ours(TcpConnHeader header, bool v6) const
    {
        header.EnableChecksums();
        header.InitializeChecksum(
            v6 ? TcpConnKey::FromIpv6(m_source6) : TcpConnKey::FromIpv4(m_source4),
            v6 ? TcpConnKey::FromIpv6(m_destination6) : TcpConnKey::FromIpv4(m_destination4),
            v6);
        return header;
    }

    /** @return the same of stock, without options. */
    TcpHeader Stock(bool v6) const
    {
        TcpHeader header;
        header.EnableChecksums();
        if (v6)
        {
            header.InitializeChecksum(m_source6, m_destination6, 6);
        }
        else
        {
            header.InitializeChecksum(m_source4, m_destination4, 6);
        }
        return header;
    }

    /** @return the checksum of raw bytes as they stand. */
    uint16_t Raw(const Bytes& bytes, bool v6) const
    {
        return TcpConnHeader::Checksum(
            v6 ? TcpConnKey::FromIpv6(m_source6) : TcpConnKey::FromIpv4(m_source4),
            v6 ? TcpConnKey::FromIpv6(m_destination6) : TcpConnKey::FromIpv4(m_destination4),
            v6,
            bytes.data(),
            bytes.size());
    }

    void DoRun() override
    {
        KnownValues();
        for (bool v6 : {false, true})
        {
            for (uint32_t size : {0, 1, 2, 3, 4, 5, 19, 535, 536, 1459, 1460, 8191, 65475})
            {
                AgainstStock(size, v6, false);
                AgainstStock(size, v6, true);
            }
        }
        Disabled();
    }

    /** Sums that were computed by other means. */
    void KnownValues()
    {
        struct Row
        {
            const char* name;
            const char* segment;
            uint16_t v4;
            uint16_t v6;
        };

        const Row rows[] = {
            {"SYN with options",
             "c00100500102030400000000a002faf000000000020405b40402080a0001e2400000000001030307",
             0xba3e,
             0x4b01},
            {"13 bytes of text",
             "0050c001fffffff001020305501801f500000000 68656c6c6f2c20776f726c6421",
             0x9bfd,
             0x2cc0},
        };
        for (const Row& row : rows)
        {
            for (bool v6 : {false, true})
            {
                Bytes bytes = FromHex(row.segment);
                const uint16_t expected = v6 ? row.v6 : row.v4;
                NS_TEST_EXPECT_MSG_EQ(Raw(bytes, v6), expected, row.name << ", raw, v6=" << v6);
                TcpConnHeader plain;
                NS_TEST_ASSERT_MSG_EQ(plain.Decode(bytes.data(), bytes.size()), true, row.name);
                const Bytes text(bytes.begin() + plain.GetSerializedSize(), bytes.end());
                bytes[16] = static_cast<uint8_t>(expected >> 8);
                bytes[17] = static_cast<uint8_t>(expected);
                NS_TEST_EXPECT_MSG_EQ(ToHex(Serialized(Ours(plain, v6), text)),
                                      ToHex(bytes),
                                      row.name << ", v6=" << v6);
                NS_TEST_EXPECT_MSG_EQ(Raw(bytes, v6), 0, row.name << ", verified");
                EveryBitCounts(bytes, v6);
            }
        }
    }

    /** A segment with any one bit wrong has a wrong checksum, unless it has no header then. */
    void EveryBitCounts(Bytes bytes, bool v6)
    {
        TcpConnHeader header = Ours(TcpConnHeader(), v6);
        NS_TEST_EXPECT_MSG_EQ(header.Decode(bytes.data(), bytes.size()), true, "intact");
        NS_TEST_EXPECT_MSG_EQ(header.IsChecksumOk(), true, "intact");
        for (uint32_t bit = 0; bit < bytes.size() * 8; ++bit)
        {
            bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
            header.Decode(bytes.data(), bytes.size());
            NS_TEST_EXPECT_MSG_EQ(header.IsChecksumOk(), false, "bit " << bit);
            Create<Packet>(bytes.data(), bytes.size())->PeekHeader(header);
            NS_TEST_EXPECT_MSG_EQ(header.IsChecksumOk(), false, "in a packet, bit " << bit);
            bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
        }
    }

    /**
     * @param size bytes of text
     * @param v6 whether over IPv6
     * @param virtualText whether the text is zeros that the packet does not store
     */
    void AgainstStock(uint32_t size, bool v6, bool virtualText)
    {
        Bytes text(size);
        for (uint32_t i = 0; i < size; ++i)
        {
            text[i] = static_cast<uint8_t>(i * 7 + 0xf1);
        }
        Ptr<Packet> ours = virtualText ? Create<Packet>(size) : Create<Packet>(text.data(), size);
        Ptr<Packet> stock = ours->Copy();
        TcpConnHeader header = Ours(MakeHeader(AllOptions(Options::TIMESTAMPS)), v6);
        ours->AddHeader(header);
        TcpHeader stockHeader = Stock(v6);
        stockHeader.SetSourcePort(header.GetSourcePort());
        stock->AddHeader(stockHeader);

        TcpHeader stockRead = Stock(v6);
        ours->PeekHeader(stockRead);
        NS_TEST_EXPECT_MSG_EQ(stockRead.IsChecksumOk(), true, "stock verifies ours, " << size);
        TcpConnHeader read = Ours(TcpConnHeader(), v6);
        stock->PeekHeader(read);
        NS_TEST_EXPECT_MSG_EQ(read.IsChecksumOk(), true, "we verify stock's, " << size);
        ours->RemoveHeader(read);
        NS_TEST_EXPECT_MSG_EQ(read.IsChecksumOk(), true, "we verify ours, " << size);
        NS_TEST_EXPECT_MSG_EQ(ours->GetSize(), size, "the text is left");

        // Bytes behind the segment are not of it.
        Ptr<Packet> padded = stock->Copy();
        padded->AddAtEnd(Create<Packet>(text.data(), std::min<uint32_t>(size, 6)));
        padded->PeekHeader(read, stock->GetSize());
        NS_TEST_EXPECT_MSG_EQ(read.IsChecksumOk(), true, "bounded, " << size);
        if (size > 0)
        {
            padded->PeekHeader(read);
            NS_TEST_EXPECT_MSG_EQ(read.IsChecksumOk(), false, "not bounded, " << size);
        }
    }

    /** Without EnableChecksums the field is 0, and any value will do. */
    void Disabled()
    {
        Bytes bytes = Serialized(MakeHeader());
        NS_TEST_EXPECT_MSG_EQ(bytes[16] + bytes[17], 0, "no checksum is made");
        bytes[16] = 0x12;
        TcpConnHeader header;
        Create<Packet>(bytes.data(), bytes.size())->PeekHeader(header);
        NS_TEST_EXPECT_MSG_EQ(header.IsChecksumOk(), true, "no checksum is verified");
    }
};

/** The suite of agreement with stock. */
class TcpConnHeaderStockTestSuite : public TestSuite
{
  public:
    TcpConnHeaderStockTestSuite()
        : TestSuite("tcp-conn-header-stock", TCP_CONN_UNIT)
    {
        AddTestCase(new TcpConnHeaderStockTest, TCP_CONN_QUICK);
        AddTestCase(new TcpConnHeaderChecksumTest, TCP_CONN_QUICK);
    }
};

TcpConnHeaderStockTestSuite g_tcpConnHeaderStockTestSuite; //!< Registers itself.

} // namespace
