/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-key.h"
#include "ns3/test.h"

/**
 * @file
 * @ingroup tcp-conn
 * Keys of connections.
 */

using namespace ns3;

namespace
{

/** The text forms and the addresses of a connection's ends. */
class TcpConnKeyTest : public TestCase
{
  public:
    TcpConnKeyTest()
        : TestCase("Keys as text and as addresses")
    {
    }

  private:
    void DoRun() override
    {
        TcpConnKey key;
        NS_TEST_EXPECT_MSG_EQ(key.LocalText(), "*:0", "unspecified");
        key.local = TcpConnKey::FromIpv4(Ipv4Address("10.0.200.1"));
        key.localPort = 80;
        key.peerPort = 65535;
        NS_TEST_EXPECT_MSG_EQ(key.LocalText(), "10.0.200.1:80", "IPv4");
        NS_TEST_EXPECT_MSG_EQ(key.PeerText(), "*:65535", "unspecified IPv4 address");
        NS_TEST_EXPECT_MSG_EQ(InetSocketAddress::IsMatchingType(key.Local()), true, "type");
        const auto local4 = InetSocketAddress::ConvertFrom(key.Local());
        NS_TEST_EXPECT_MSG_EQ(local4.GetIpv4(), Ipv4Address("10.0.200.1"), "address");
        NS_TEST_EXPECT_MSG_EQ(local4.GetPort(), 80, "port");
        const auto peer4 = InetSocketAddress::ConvertFrom(key.Peer());
        NS_TEST_EXPECT_MSG_EQ(peer4.GetIpv4(), Ipv4Address::GetAny(), "unspecified address");
        NS_TEST_EXPECT_MSG_EQ(peer4.GetPort(), 65535, "peer's port");
        NS_TEST_EXPECT_MSG_EQ(+key.local[3], 1, "network byte order");
        NS_TEST_EXPECT_MSG_EQ(+key.local[4], 0, "the other bytes are zero");

        key.v6 = true;
        key.local = TcpConnIp{};
        key.peer = TcpConnKey::FromIpv6(Ipv6Address("2001:db8::1"));
        NS_TEST_EXPECT_MSG_EQ(key.LocalText(), "*:80", "unspecified IPv6 address");
        NS_TEST_EXPECT_MSG_EQ(key.PeerText(), "[2001:db8::1]:65535", "IPv6");
        NS_TEST_EXPECT_MSG_EQ(Inet6SocketAddress::IsMatchingType(key.Peer()), true, "type");
        const auto peer6 = Inet6SocketAddress::ConvertFrom(key.Peer());
        NS_TEST_EXPECT_MSG_EQ(peer6.GetIpv6(), Ipv6Address("2001:db8::1"), "address");
        NS_TEST_EXPECT_MSG_EQ(peer6.GetPort(), 65535, "port");
        NS_TEST_EXPECT_MSG_EQ(Inet6SocketAddress::ConvertFrom(key.Local()).GetIpv6(),
                              Ipv6Address::GetAny(),
                              "unspecified address");

        const TcpConnKey reversed = key.Reversed();
        NS_TEST_EXPECT_MSG_EQ(reversed.LocalText(), key.PeerText(), "reversed");
        NS_TEST_EXPECT_MSG_EQ(reversed.PeerText(), key.LocalText(), "reversed");
        NS_TEST_EXPECT_MSG_EQ((reversed == key), false, "another key");
        NS_TEST_EXPECT_MSG_EQ((reversed.Reversed() == key), true, "and back");
    }
};

/** The suite of keys. */
class TcpConnKeyTestSuite : public TestSuite
{
  public:
    TcpConnKeyTestSuite()
        : TestSuite("tcp-conn-key", TCP_CONN_UNIT)
    {
        AddTestCase(new TcpConnKeyTest, TCP_CONN_QUICK);
    }
};

TcpConnKeyTestSuite g_tcpConnKeyTestSuite; //!< Registers itself.

} // namespace
