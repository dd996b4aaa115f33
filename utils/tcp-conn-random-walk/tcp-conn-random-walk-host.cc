/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-random-walk-host.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/object-vector.h"
#include "ns3/simulator.h"
#include "ns3/socket-factory.h"
#include "ns3/string.h"

namespace ns3
{
namespace TcpConnRandomWalk
{

namespace
{

constexpr uint16_t DOOR = 80;      //!< The first listener's port; the others' follow.
constexpr uint16_t BOUND = 1000;   //!< The first of two ports that clients bind to.
constexpr uint16_t NOBODY = 9;     //!< A port at which nobody listens.
constexpr uint16_t PATH_MTU = 600; //!< Of a path that ICMP tells of.

/** @param address an address of IP @param port a port @return both */
Address
WithPort(const Address& address, uint16_t port)
{
    if (Ipv6Address::IsMatchingType(address))
    {
        return Inet6SocketAddress(Ipv6Address::ConvertFrom(address), port);
    }
    return InetSocketAddress(Ipv4Address::ConvertFrom(address), port);
}

} // namespace

Host::Host(World& world, Ptr<Node> node, const Address& address)
    : m_world(world),
      m_node(node),
      m_tcp(node->GetObject<TcpConnL4Protocol>()),
      m_scene(world.scene.hosts[node->GetId() % 2]),
      m_address(address),
      m_doors(world.scene.listeners)
{
    if (m_scene.icmpPercent > 0)
    {
        m_tcp->TraceConnectWithoutContext("Tx", MakeCallback(&Host::OnTx, this));
    }
}

void
Host::Later(Time delay, std::function<void()> deed)
{
    Simulator::ScheduleWithContext(m_node->GetId(), delay, [deed]() { deed(); });
}

void
Host::Plan()
{
    Dice& dice = m_world.dice;
    const Time begin = Seconds(2); // IPv6 has made sure of its addresses by then
    const Time span = m_world.scene.span;
    for (size_t i = 0; i < m_doors.size(); ++i)
    {
        Door& door = m_doors[i];
        door.port = static_cast<uint16_t>(DOOR + i);
        door.manual = dice.Chance(20);
        Later(begin + (dice.Chance(70) ? Time(0) : dice.Within(span)),
              [this, &door]() { OpenDoor(door); });
        if (dice.Chance(30))
        {
            Later(begin + dice.Within(span), [this, &door]() { CloseDoor(door); });
            Later(begin + dice.Within(span), [this, &door]() { OpenDoor(door); });
        }
        for (int answers = door.manual ? 8 : 0; answers > 0; --answers)
        {
            Later(begin + dice.Within(span), [this, &door]() { Answer(door); });
        }
    }
    for (const Time& crash : m_scene.crashes)
    {
        Later(crash, [this]() { Crash(); });
    }
    for (int i = 0; i < 5; ++i)
    {
        Later(begin + dice.Within(span * 2), [this]() { Audit(); });
    }
}

void
Host::PlanClient(const Address& peer)
{
    Later(Seconds(2) + m_world.dice.Within(m_world.scene.span), [this, peer]() { Connect(peer); });
}

Address
Host::Any(uint16_t port) const
{
    return WithPort(Ipv6Address::IsMatchingType(m_address) ? Address(Ipv6Address::GetAny())
                                                           : Address(Ipv4Address::GetAny()),
                    port);
}

void
Host::OpenDoor(Door& door)
{
    if (m_world.curfew || door.socket)
    {
        return;
    }
    Ptr<Socket> socket =
        Socket::CreateSocket(m_node, TypeId::LookupByName("ns3::TcpConnSocketFactory"));
    door.socket = DynamicCast<TcpConnSocket>(socket);
    for (const auto& [name, value] : DrawSocketAttributes(m_world.dice))
    {
        socket->SetAttribute(name, StringValue(value));
    }
    if (door.manual)
    {
        socket->SetAttribute("ManualAccept", StringValue("true"));
    }
    else if (m_world.dice.Chance(15))
    {
        socket->SetAttribute("AcceptInterval", StringValue("200ms"));
    }
    if (m_world.dice.Chance(30))
    {
        socket->SetAttribute("RefuseByReset", StringValue("true"));
    }
    socket->SetAcceptCallback(MakeCallback(&Host::OnRequest, this),
                              MakeCallback(&Host::OnCreated, this));
    if (socket->Bind(Any(door.port)) != 0 || socket->Listen() != 0)
    {
        m_world.Complain("host " + std::to_string(m_node->GetId()) + " cannot listen at " +
                         std::to_string(door.port));
    }
    m_world.Note("host " + std::to_string(m_node->GetId()) + " listens at " +
                 std::to_string(door.port));
}

void
Host::CloseDoor(Door& door)
{
    if (door.socket)
    {
        m_world.Note("host " + std::to_string(m_node->GetId()) + " listens no more at " +
                     std::to_string(door.port));
        Ptr<TcpConnSocket> socket = door.socket;
        door.socket = nullptr;
        socket->Close();
    }
}

void
Host::Answer(Door& door)
{
    for (uint64_t i = m_world.dice.Between(1, 3); i > 0 && door.socket && !m_world.curfew; --i)
    {
        Address from;
        Ptr<Socket> socket = door.socket->Accept(from);
        if (socket)
        {
            Take(socket, from);
        }
    }
}

bool
Host::OnRequest(Ptr<Socket> /* socket */, const Address& /* from */)
{
    return m_world.dice.Chance(92);
}

void
Host::OnCreated(Ptr<Socket> socket, const Address& from)
{
    Take(socket, from);
}

void
Host::Take(Ptr<Socket> socket, const Address& from)
{
    const uint64_t id = DynamicCast<TcpConnSocket>(socket)->GetConnectionId();
    if (id != 0 && !m_given.insert(id).second)
    {
        m_world.Complain("a connection was given to the application twice");
        return;
    }
    m_users.push_back(std::make_unique<User>(m_world, m_node));
    m_users.back()->Take(socket, from);
}

void
Host::Connect(const Address& peer)
{
    Dice& dice = m_world.dice;
    const Address to = dice.Chance(4) ? m_address : peer;
    const uint64_t kind = dice.Below(100);
    const auto bound = static_cast<uint16_t>(BOUND + dice.Below(2));
    uint16_t port = static_cast<uint16_t>(DOOR + dice.Below(m_doors.size()));
    if (kind >= 80)
    {
        port = kind < 92 ? bound : NOBODY; // bound: both may open at once
    }
    m_users.push_back(std::make_unique<User>(m_world, m_node));
    m_users.back()->Connect(dice.Chance(kind >= 80 ? 80 : 30) ? bound : 0, WithPort(to, port));
}

void
Host::Crash()
{
    m_world.Note("host " + std::to_string(m_node->GetId()) + " crashes");
    for (const auto& user : m_users)
    {
        user->Crashed();
    }
    m_tcp->Crash();
    for (Door& door : m_doors)
    {
        door.socket = nullptr;
        if (m_world.dice.Chance(70))
        {
            Later(m_world.dice.Within(m_world.scene.span), [this, &door]() { OpenDoor(door); });
        }
    }
    if (m_tcp->GetNConnections() != 0)
    {
        m_world.Complain("connections have outlived a crash");
    }
}

void
Host::Audit()
{
    uint32_t halfOpen = 0;
    for (const Door& door : m_doors)
    {
        const TcpConnAdmissionCounters c =
            door.socket ? door.socket->GetAdmissionCounters() : TcpConnAdmissionCounters();
        halfOpen += c.halfOpen;
        if (c.syns != c.queued + c.cookies + c.dropped + c.refused || c.limited > c.dropped ||
            c.acks != c.cookiesTaken + c.cookiesLost + c.strays ||
            c.queued + c.cookiesTaken < c.established + c.evicted + c.halfOpen)
        {
            m_world.Complain("the counters of a listener do not add up");
        }
    }
    const TcpConnResources& r = m_tcp->GetResources();
    // Those of a listener that has closed are forgotten when their timers expire.
    if (halfOpen > r.GetHalfOpen())
    {
        m_world.Complain(std::to_string(halfOpen) + " half-open connections of listeners, but " +
                         std::to_string(r.GetHalfOpen()) + " of the host");
    }
    if (r.GetConnections() + r.GetTimeWait() != m_tcp->GetNConnections())
    {
        m_world.Complain(std::to_string(r.GetConnections()) + " connections and " +
                         std::to_string(r.GetTimeWait()) + " in TIME-WAIT, but " +
                         std::to_string(m_tcp->GetNConnections()) + " records");
    }
}

void
Host::GoHome()
{
    for (Door& door : m_doors)
    {
        CloseDoor(door);
    }
    for (const auto& user : m_users)
    {
        user->GoHome();
    }
    // Sockets that their applications have let go of, and not closed.
    ObjectVectorValue sockets;
    m_tcp->GetAttribute("SocketList", sockets);
    std::vector<Ptr<Socket>> left;
    for (auto i = sockets.Begin(); i != sockets.End(); ++i)
    {
        left.push_back(DynamicCast<Socket>(i->second));
    }
    for (const auto& socket : left)
    {
        socket->Close();
    }
}

void
Host::Finish()
{
    for (const auto& user : m_users)
    {
        user->Finish();
    }
}

size_t
Host::GetConnections() const
{
    return m_users.size();
}

void
Host::OnTx(const TcpConnSegmentEvent& sent)
{
    Dice& dice = m_world.dice;
    if (!dice.Chance(m_scene.icmpPercent) || m_world.curfew)
    {
        return;
    }
    const TcpConnKey key = sent.key;
    // One of ten quotes what was not sent (RFC 5927 section 4.1).
    const uint32_t seq = sent.segment.seq.GetValue() + (dice.Chance(10) ? 0x40000000U : 0U);
    Later(dice.Within(MilliSeconds(50)), [this, key, seq]() { SendIcmp(key, seq); });
}

void
Host::SendIcmp(const TcpConnKey& key, uint32_t seq)
{
    using Kind = std::pair<uint8_t, uint8_t>;
    static const std::vector<Kind> v4 =
        {{3, 0}, {3, 1}, {3, 2}, {3, 3}, {3, 4}, {3, 13}, {4, 0}, {11, 0}, {12, 0}};
    static const std::vector<Kind> v6 = {{1, 0}, {1, 1}, {1, 4}, {2, 0}, {3, 0}, {4, 0}};
    const Kind kind = m_world.dice.Pick(key.v6 ? v6 : v4);
    const uint8_t quoted[8] = {static_cast<uint8_t>(key.localPort >> 8),
                               static_cast<uint8_t>(key.localPort),
                               static_cast<uint8_t>(key.peerPort >> 8),
                               static_cast<uint8_t>(key.peerPort),
                               static_cast<uint8_t>(seq >> 24),
                               static_cast<uint8_t>(seq >> 16),
                               static_cast<uint8_t>(seq >> 8),
                               static_cast<uint8_t>(seq)};
    if (key.v6)
    {
        m_tcp->ReceiveIcmp(Ipv6Address("2001:db8:1::99"),
                           64,
                           kind.first,
                           kind.second,
                           kind.first == 2 ? 1280 : 0,
                           Inet6SocketAddress::ConvertFrom(key.Local()).GetIpv6(),
                           Inet6SocketAddress::ConvertFrom(key.Peer()).GetIpv6(),
                           quoted);
        return;
    }
    m_tcp->ReceiveIcmp(Ipv4Address("10.1.1.99"),
                       64,
                       kind.first,
                       kind.second,
                       kind == Kind(3, 4) ? PATH_MTU : 0,
                       InetSocketAddress::ConvertFrom(key.Local()).GetIpv4(),
                       InetSocketAddress::ConvertFrom(key.Peer()).GetIpv4(),
                       quoted);
}

} // namespace TcpConnRandomWalk
} // namespace ns3
