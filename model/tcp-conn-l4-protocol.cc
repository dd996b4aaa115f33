/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-l4-protocol.h"

#include "tcp-conn-header.h"
#include "tcp-conn-host-scope.h"
#include "tcp-conn-policy-text.h"
#include "tcp-conn-socket-factory.h"
#include "tcp-conn-socket.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/log.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/object-vector.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <sstream>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("TcpConnL4Protocol");

/** Attributes whose change holds for the sockets made after it. */
struct TcpConnL4Attributes
{
    /**
     * An attribute that stands for a member.
     * @tparam V the attribute value class
     * @tparam M type of the member
     */
    template <typename V, typename M>
    class Accessor : public AttributeAccessor
    {
      public:
        /** @param member the member */
        explicit Accessor(M TcpConnL4Protocol::*member)
            : m_member(member)
        {
        }

        bool Set(ObjectBase* object, const AttributeValue& value) const override
        {
            const auto* typed = dynamic_cast<const V*>(&value);
            auto* protocol = dynamic_cast<TcpConnL4Protocol*>(object);
            if (!typed || !protocol)
            {
                return false;
            }
            protocol->*m_member = typed->Get();
            protocol->m_prototype = nullptr;
            return true;
        }

        bool Get(const ObjectBase* object, AttributeValue& value) const override
        {
            auto* typed = dynamic_cast<V*>(&value);
            const auto* protocol = dynamic_cast<const TcpConnL4Protocol*>(object);
            if (!typed || !protocol)
            {
                return false;
            }
            typed->Set(protocol->*m_member);
            return true;
        }

        bool HasGetter() const override
        {
            return true;
        }

        bool HasSetter() const override
        {
            return true;
        }

      private:
        M TcpConnL4Protocol::*m_member; //!< The member.
    };

    /** @param member a policy @return its accessor */
    static Ptr<const AttributeAccessor> Policy(ObjectFactory TcpConnL4Protocol::*member)
    {
        return Ptr<const AttributeAccessor>(new Accessor<ObjectFactoryValue, ObjectFactory>(member),
                                            false);
    }

    /**
     * @tparam T a family of policies
     * @param attribute name of its attribute
     * @return the checker
     */
    template <typename T>
    static Ptr<const AttributeChecker> Family(const char* attribute)
    {
        return TcpConnMakePolicyChecker(std::string("ns3::TcpConnL4Protocol::") + attribute,
                                        T::GetTypeId());
    }

    /** @param member a TypeId @return its accessor */
    static Ptr<const AttributeAccessor> Type(TypeId TcpConnL4Protocol::*member)
    {
        return Ptr<const AttributeAccessor>(new Accessor<TypeIdValue, TypeId>(member), false);
    }

    /** @return the accessor of MaxSegLifetime */
    static Ptr<const AttributeAccessor> Msl()
    {
        return Ptr<const AttributeAccessor>(
            new Accessor<DoubleValue, double>(&TcpConnL4Protocol::m_msl),
            false);
    }
};

NS_OBJECT_ENSURE_REGISTERED(TcpConnL4Protocol);

TypeId
TcpConnL4Protocol::GetTypeId()
{
    static TypeId tid = TcpConnResources::Describe(
        TypeId("ns3::TcpConnL4Protocol")
            .SetParent<IpL4Protocol>()
            .SetGroupName("TcpConn")
            .AddConstructor<TcpConnL4Protocol>()
            .AddAttribute("Handshake",
                          "How connections are opened: a policy, as "
                          "\"ns3::TypeId[Attribute=value|...]\".",
                          StringValue("ns3::TcpConnThreeWayHandshake"),
                          TcpConnL4Attributes::Policy(&TcpConnL4Protocol::m_handshake),
                          TcpConnL4Attributes::Family<TcpConnHandshake>("Handshake"))
            .AddAttribute("Release",
                          "How connections are released.",
                          StringValue("ns3::TcpConnJoinedRelease"),
                          TcpConnL4Attributes::Policy(&TcpConnL4Protocol::m_release),
                          TcpConnL4Attributes::Family<TcpConnRelease>("Release"))
            .AddAttribute("Isn",
                          "How initial sequence numbers are chosen.",
                          StringValue("ns3::TcpConnIsnRfc6528"),
                          TcpConnL4Attributes::Policy(&TcpConnL4Protocol::m_isn),
                          TcpConnL4Attributes::Family<TcpConnIsn>("Isn"))
            .AddAttribute("Admission",
                          "Which SYNs a listener takes.",
                          StringValue("ns3::TcpConnBacklog"),
                          TcpConnL4Attributes::Policy(&TcpConnL4Protocol::m_admission),
                          TcpConnL4Attributes::Family<TcpConnAdmission>("Admission"))
            .AddAttribute("SegmentCheck",
                          "Which resets and acknowledgments are believed.",
                          StringValue("ns3::TcpConnCheckRfc5961"),
                          TcpConnL4Attributes::Policy(&TcpConnL4Protocol::m_segmentCheck),
                          TcpConnL4Attributes::Family<TcpConnSegmentCheck>("SegmentCheck"))
            .AddAttribute("TimeWait",
                          "How long TIME-WAIT lasts and what ends it early.",
                          StringValue("ns3::TcpConnTwoMsl"),
                          TcpConnL4Attributes::Policy(&TcpConnL4Protocol::m_timeWait),
                          TcpConnL4Attributes::Family<TcpConnTimeWait>("TimeWait"))
            .AddAttribute("Retry",
                          "When segments are sent again, and when they are given up.",
                          StringValue("ns3::TcpConnRetryRfc6298"),
                          TcpConnL4Attributes::Policy(&TcpConnL4Protocol::m_retry),
                          TcpConnL4Attributes::Family<TcpConnRetry>("Retry"))
            .AddAttribute("Icmp",
                          "What ICMP errors mean.",
                          StringValue("ns3::TcpConnIcmpRfc5461"),
                          TcpConnL4Attributes::Policy(&TcpConnL4Protocol::m_icmp),
                          TcpConnL4Attributes::Family<TcpConnIcmp>("Icmp"))
            .AddAttribute("SocketType",
                          "Congestion control; ns3::Object: what ns3::TcpL4Protocol would use.",
                          TypeIdValue(Object::GetTypeId()),
                          TcpConnL4Attributes::Type(&TcpConnL4Protocol::m_congestionType),
                          MakeTypeIdChecker())
            .AddAttribute("RecoveryType",
                          "Loss recovery; ns3::Object: what ns3::TcpL4Protocol would use.",
                          TypeIdValue(Object::GetTypeId()),
                          TcpConnL4Attributes::Type(&TcpConnL4Protocol::m_recoveryType),
                          MakeTypeIdChecker())
            .AddAttribute("RttEstimatorType",
                          "RTT estimator; ns3::Object: what ns3::TcpL4Protocol would use.",
                          TypeIdValue(Object::GetTypeId()),
                          TcpConnL4Attributes::Type(&TcpConnL4Protocol::m_rttType),
                          MakeTypeIdChecker())
            .AddAttribute("MaxSegLifetime",
                          "Maximum segment lifetime (MSL), seconds; -1: the sockets' own "
                          "(120 s, RFC 9293; Linux's 60 s TIME-WAIT is 30).",
                          DoubleValue(-1),
                          TcpConnL4Attributes::Msl(),
                          MakeDoubleChecker<double>(-1))
            .AddAttribute("OfferTcpSocketFactory",
                          "Offer ns3::TcpSocketFactory as well, when no other TCP does; set "
                          "before the protocol is aggregated to a node.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&TcpConnL4Protocol::m_asStock),
                          MakeBooleanChecker())
            .AddAttribute("FirstEphemeralPort",
                          "First port that is chosen for connections (RFC 6335).",
                          UintegerValue(TcpConnPorts::FIRST),
                          MakeUintegerAccessor(&TcpConnL4Protocol::m_firstPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("LastEphemeralPort",
                          "Last port that is chosen for connections.",
                          UintegerValue(TcpConnPorts::LAST),
                          MakeUintegerAccessor(&TcpConnL4Protocol::m_lastPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("SocketList",
                          "The sockets of this host.",
                          ObjectVectorValue(),
                          MakeObjectVectorAccessor(&TcpConnL4Protocol::GetSocket,
                                                   &TcpConnL4Protocol::GetNSockets),
                          MakeObjectVectorChecker<TcpConnSocket>())
            .AddAttribute("ConnectionTable",
                          "One line a connection: id, local end, peer, state; half-open ones and "
                          "those in TIME-WAIT included, listeners not.",
                          TypeId::ATTR_GET,
                          StringValue(""),
                          MakeStringAccessor(&TcpConnL4Protocol::GetConnectionTable),
                          MakeStringChecker())
            .AddTraceSource("Transition",
                            "A connection or listener changes its state.",
                            MakeTraceSourceAccessor(&TcpConnL4Protocol::m_transitionTrace),
                            "ns3::TcpConnTracedCallback::Transition")
            .AddTraceSource("StateChange",
                            "The same in plain types: id, local end, peer, from, to.",
                            MakeTraceSourceAccessor(&TcpConnL4Protocol::m_stateTrace),
                            "ns3::TcpConnTracedCallback::StateChange")
            .AddTraceSource("Tx",
                            "A segment is sent.",
                            MakeTraceSourceAccessor(&TcpConnL4Protocol::m_txTrace),
                            "ns3::TcpConnTracedCallback::Segment")
            .AddTraceSource("Rx",
                            "A segment has arrived.",
                            MakeTraceSourceAccessor(&TcpConnL4Protocol::m_rxTrace),
                            "ns3::TcpConnTracedCallback::Segment")
            .AddTraceSource("Drop",
                            "A segment is dropped, and why.",
                            MakeTraceSourceAccessor(&TcpConnL4Protocol::m_dropTrace),
                            "ns3::TcpConnTracedCallback::Segment"));
    return tid;
}

TcpConnL4Protocol::TcpConnL4Protocol()
    : m_timers(*this)
{
}

TcpConnL4Protocol::~TcpConnL4Protocol() = default;

int
TcpConnL4Protocol::GetProtocolNumber() const
{
    return NUMBER;
}

Ptr<Node>
TcpConnL4Protocol::GetNode() const
{
    return m_node;
}

// Standing on a node

void
TcpConnL4Protocol::NotifyNewAggregate()
{
    Attach();
    IpL4Protocol::NotifyNewAggregate();
}

void
TcpConnL4Protocol::DoInitialize()
{
    Attach();
    IpL4Protocol::DoInitialize();
}

void
TcpConnL4Protocol::Attach()
{
    if (!m_node)
    {
        m_node = GetObject<Node>();
        if (m_node)
        {
            m_seed = m_node->GetId();
            m_ports.SetSeed(m_seed);
        }
    }
    if (!m_node)
    {
        return;
    }
    // Another TCP may have been there first, or come later: it gets what is not ours.
    if (Ptr<Ipv4> ipv4 = GetObject<Ipv4>())
    {
        Ptr<IpL4Protocol> present = ipv4->GetProtocol(NUMBER);
        if (present != this)
        {
            m_stock = present;
            ipv4->Insert(this);
        }
        if (!m_ipv4)
        {
            m_ipv4 = ipv4;
            m_downTarget = m_downTarget.IsNull() ? MakeCallback(&Ipv4::Send, ipv4) : m_downTarget;
        }
    }
    if (Ptr<Ipv6> ipv6 = GetObject<Ipv6>())
    {
        Ptr<IpL4Protocol> present = ipv6->GetProtocol(NUMBER);
        if (present != this)
        {
            m_stock6 = present;
            ipv6->Insert(this);
        }
        if (!m_ipv6)
        {
            m_ipv6 = ipv6;
            m_downTarget6 =
                m_downTarget6.IsNull() ? MakeCallback(&Ipv6::Send, ipv6) : m_downTarget6;
        }
    }
    OfferFactory();
}

void
TcpConnL4Protocol::OfferFactory()
{
    if (m_factoryOffered || !(m_ipv4 || m_ipv6))
    {
        return;
    }
    m_factoryOffered = true; // aggregation calls back into Attach()
    auto factory = CreateObject<TcpConnSocketFactory>();
    factory->SetTcp(this);
    m_node->AggregateObject(factory);
    if (m_asStock && !m_stock && !m_stock6)
    {
        auto stock = CreateObject<TcpConnStockSocketFactory>();
        stock->SetTcp(this);
        m_node->AggregateObject(stock);
    }
}

void
TcpConnL4Protocol::DoDispose()
{
    m_timers.CancelAll();
    ClearAlarm();
    std::vector<Ptr<TcpConnSocket>> kept; // until all records are gone
    for (TcpConnRecordHead* head : m_table.Sorted())
    {
        m_table.Erase(*head);
        switch (head->kind)
        {
        case TCP_CONN_FULL: {
            auto& full = TcpConnBody<TcpConnFull>(*head);
            full.socket->Name().key = full.Key();
            full.socket->m_full = nullptr;
            kept.push_back(full.socket);
            delete &full;
            break;
        }
        case TCP_CONN_HALF_OPEN:
            delete &TcpConnBody<TcpConnHalfOpen>(*head);
            break;
        default: {
            auto& late = TcpConnBody<TcpConnLate>(*head);
            if (TcpConnSocket* socket = late.Socket())
            {
                socket->Forget(late);
            }
            delete &late;
            break;
        }
        }
    }
    for (TcpConnListener* listener : m_listeners.All())
    {
        m_listeners.Remove(listener->at, listener);
        kept.emplace_back(listener->socket);
    }
    for (TcpConnSocket* socket : m_sockets)
    {
        socket->m_tcp = nullptr;
    }
    m_sockets.clear();
    for (const auto& socket : kept)
    {
        const auto listener = std::move(socket->m_listener); // with what waits to be accepted
    }
    m_bound.Clear();
    m_listenerOf.clear();
    m_stash.clear();
    m_prototype = nullptr;
    m_stock = nullptr;
    m_stock6 = nullptr;
    m_ipv4 = nullptr;
    m_ipv6 = nullptr;
    m_node = nullptr;
    m_downTarget.Nullify();
    m_downTarget6.Nullify();
    IpL4Protocol::DoDispose();
}

// Segments in

bool
TcpConnL4Protocol::AddressLegal(const Ipv4Address& address, Ptr<NetDevice> device) const
{
    if (address.IsBroadcast() || address.IsMulticast() || address.IsAny())
    {
        return false;
    }
    const int32_t interface = device && m_ipv4 ? m_ipv4->GetInterfaceForDevice(device) : -1;
    for (uint32_t i = 0; interface >= 0 && i < m_ipv4->GetNAddresses(interface); ++i)
    {
        const Ipv4InterfaceAddress local = m_ipv4->GetAddress(interface, i);
        // Networks of 31 and 32 bits have no broadcast address (RFC 3021).
        if (local.GetMask().GetPrefixLength() < 31 && address == local.GetBroadcast())
        {
            return false;
        }
    }
    return true;
}

bool
TcpConnL4Protocol::AddressLegal(const Ipv6Address& address)
{
    return !address.IsMulticast() && !address.IsAny();
}

IpL4Protocol::RxStatus
TcpConnL4Protocol::Receive(Ptr<Packet> packet,
                           const Ipv4Header& header,
                           Ptr<Ipv4Interface> interface)
{
    if (m_sending > 0)
    {
        // To itself a host's IP delivers at once, in the middle of whatever sends.
        Ptr<TcpConnL4Protocol> self = this;
        Simulator::ScheduleNow(
            [self, packet, header, interface]() { self->Receive(packet, header, interface); });
        return RX_OK;
    }
    Ptr<NetDevice> device = interface ? interface->GetDevice() : nullptr;
    if (!AddressLegal(header.GetSource(), device) || !AddressLegal(header.GetDestination(), device))
    {
        return RX_OK; // RFC 9293 MUST-57 and RFC 1122 section 4.2.3.10: silently dropped
    }
    TcpConnKey key;
    key.local = TcpConnKey::FromIpv4(header.GetDestination());
    key.peer = TcpConnKey::FromIpv4(header.GetSource());
    TcpConnHeader tcp;
    return Accept(key, tcp, packet, header.GetTos(), device, [&] {
        return m_stock ? m_stock->Receive(packet, header, interface) : RX_ENDPOINT_CLOSED;
    });
}

IpL4Protocol::RxStatus
TcpConnL4Protocol::Receive(Ptr<Packet> packet,
                           const Ipv6Header& header,
                           Ptr<Ipv6Interface> interface)
{
    if (m_sending > 0)
    {
        Ptr<TcpConnL4Protocol> self = this;
        Simulator::ScheduleNow(
            [self, packet, header, interface]() { self->Receive(packet, header, interface); });
        return RX_OK;
    }
    if (!AddressLegal(header.GetSource()) || !AddressLegal(header.GetDestination()))
    {
        return RX_OK;
    }
    TcpConnKey key;
    key.v6 = true;
    key.local = TcpConnKey::FromIpv6(header.GetDestination());
    key.peer = TcpConnKey::FromIpv6(header.GetSource());
    TcpConnHeader tcp;
    return Accept(key,
                  tcp,
                  packet,
                  header.GetTrafficClass(),
                  interface ? interface->GetDevice() : nullptr,
                  [&] {
                      return m_stock6 ? m_stock6->Receive(packet, header, interface)
                                      : RX_ENDPOINT_CLOSED;
                  });
}

IpL4Protocol::RxStatus
TcpConnL4Protocol::Accept(TcpConnKey& key,
                          TcpConnHeader& header,
                          Ptr<Packet> packet,
                          uint8_t tos,
                          Ptr<NetDevice> device,
                          const std::function<RxStatus()>& stock)
{
    if (Node::ChecksumEnabled())
    {
        header.EnableChecksums();
        header.InitializeChecksum(key.peer, key.local, key.v6);
    }
    const uint32_t consumed = packet->PeekHeader(header);
    key.localPort = header.GetDestinationPort();
    key.peerPort = header.GetSourcePort();
    TcpConnSegment& segment = header.Segment();
    if (header.GetParseResult() != TcpConnParse::OK)
    {
        TraceDrop(0, key, segment, "malformed");
        return RX_OK;
    }
    if (!header.IsChecksumOk())
    {
        TraceDrop(0, key, segment, "checksum");
        return RX_CSUM_FAILED;
    }
    segment.length = packet->GetSize() - consumed;
    segment.tos = tos;
    segment.ce = (tos & 0x3) == 0x3;
    Arrival arrival;
    arrival.segment = &segment;
    arrival.device = device ? static_cast<int32_t>(device->GetIfIndex()) : -1;
    arrival.pathMss = PathMss(device, key.v6);
    if (segment.length > 0)
    {
        arrival.payload = packet->CreateFragment(consumed, segment.length);
    }
    if (Dispatch(key, arrival))
    {
        return RX_OK;
    }
    if (key.v6 ? m_stock6 : m_stock)
    {
        return stock();
    }
    DispatchNone(key, arrival);
    return RX_ENDPOINT_CLOSED;
}

void
TcpConnL4Protocol::ReceiveIcmp(Ipv4Address icmpSource,
                               uint8_t icmpTtl,
                               uint8_t icmpType,
                               uint8_t icmpCode,
                               uint32_t icmpInfo,
                               Ipv4Address payloadSource,
                               Ipv4Address payloadDestination,
                               const uint8_t payload[8])
{
    TcpConnKey key;
    key.local = TcpConnKey::FromIpv4(payloadSource);
    key.peer = TcpConnKey::FromIpv4(payloadDestination);
    Icmp(key, icmpType, icmpCode, icmpInfo, payload, [&] {
        if (m_stock)
        {
            m_stock->ReceiveIcmp(icmpSource,
                                 icmpTtl,
                                 icmpType,
                                 icmpCode,
                                 icmpInfo,
                                 payloadSource,
                                 payloadDestination,
                                 payload);
        }
    });
}

void
TcpConnL4Protocol::ReceiveIcmp(Ipv6Address icmpSource,
                               uint8_t icmpTtl,
                               uint8_t icmpType,
                               uint8_t icmpCode,
                               uint32_t icmpInfo,
                               Ipv6Address payloadSource,
                               Ipv6Address payloadDestination,
                               const uint8_t payload[8])
{
    TcpConnKey key;
    key.v6 = true;
    key.local = TcpConnKey::FromIpv6(payloadSource);
    key.peer = TcpConnKey::FromIpv6(payloadDestination);
    Icmp(key, icmpType, icmpCode, icmpInfo, payload, [&] {
        if (m_stock6)
        {
            m_stock6->ReceiveIcmp(icmpSource,
                                  icmpTtl,
                                  icmpType,
                                  icmpCode,
                                  icmpInfo,
                                  payloadSource,
                                  payloadDestination,
                                  payload);
        }
    });
}

void
TcpConnL4Protocol::Icmp(const TcpConnKey& addresses,
                        uint8_t type,
                        uint8_t code,
                        uint32_t info,
                        const uint8_t* payload,
                        const std::function<void()>& stock)
{
    TcpConnKey key = addresses;
    key.localPort = static_cast<uint16_t>((payload[0] << 8) | payload[1]);
    key.peerPort = static_cast<uint16_t>((payload[2] << 8) | payload[3]);
    const uint32_t quoted = (static_cast<uint32_t>(payload[4]) << 24) |
                            (static_cast<uint32_t>(payload[5]) << 16) |
                            (static_cast<uint32_t>(payload[6]) << 8) | payload[7];
    TcpConnRecordHead* head = m_table.Find(key);
    if (!head)
    {
        stock();
        return;
    }
    switch (ProfileOf(*head)->policies->icmp->Classify(type, code, key.v6))
    {
    case TcpConnIcmp::Meaning::HARD:
        ReportTo(*head, TcpConnEvent::ICMP_HARD, 0, quoted);
        break;
    case TcpConnIcmp::Meaning::SOFT:
        ReportTo(*head, TcpConnEvent::ICMP_SOFT, 0, quoted);
        break;
    case TcpConnIcmp::Meaning::TOO_BIG: {
        // No less than the least MTU of the family (RFC 1191 section 3, RFC 8201 section 4).
        const uint32_t mtu = std::max<uint32_t>(info, key.v6 ? 1280 : 68);
        const uint32_t mss = std::min<uint32_t>(mtu - (key.v6 ? 60 : 40), UINT16_MAX);
        ReportTo(*head, TcpConnEvent::ICMP_TOO_BIG, static_cast<uint16_t>(mss), quoted);
        break;
    }
    case TcpConnIcmp::Meaning::NOTHING:
        break;
    }
}

// Traces

void
TcpConnL4Protocol::TraceMove(const TcpConnHostScope& scope, const TcpConnEffect& effect)
{
    const uint64_t id = scope.id;
    const TcpConnKey& key = scope.name;
    NS_LOG_LOGIC("connection " << id << " " << key.LocalText() << " " << key.PeerText() << " "
                               << TcpConnStateName(effect.row->from) << " -> "
                               << TcpConnStateName(effect.row->to) << " " << effect.row->cause);
    if (!m_transitionTrace.IsEmpty())
    {
        const bool own = scope.policies && !scope.policies->IsLike(*Profile()->policies);
        m_transitionTrace({Simulator::Now(),
                           m_node->GetId(),
                           id,
                           key,
                           effect.row->from,
                           effect.row->to,
                           *effect.row,
                           effect.hasSegment ? &effect.segment : nullptr,
                           effect.inState,
                           own ? scope.policies : nullptr});
    }
    if (!m_stateTrace.IsEmpty())
    {
        m_stateTrace(id, key.Local(), key.Peer(), effect.row->from, effect.row->to);
    }
}

void
TcpConnL4Protocol::TraceRx(uint64_t id, const TcpConnKey& key, const TcpConnSegment& segment)
{
    if (!m_rxTrace.IsEmpty())
    {
        m_rxTrace({Simulator::Now(), m_node->GetId(), id, key, segment, nullptr});
    }
}

void
TcpConnL4Protocol::TraceDrop(uint64_t id,
                             const TcpConnKey& key,
                             const TcpConnSegment& segment,
                             const char* reason)
{
    if (!m_dropTrace.IsEmpty())
    {
        m_dropTrace({Simulator::Now(), m_node->GetId(), id, key, segment, reason});
    }
}

std::string
TcpConnL4Protocol::GetConnectionTable() const
{
    std::ostringstream os;
    for (TcpConnRecordHead* head : m_table.Sorted())
    {
        const TcpConnKey key = head->Key();
        TcpSocket::TcpStates_t state = TcpSocket::TIME_WAIT;
        if (head->kind == TCP_CONN_FULL)
        {
            state = TcpConnBody<TcpConnFull>(*head).tcb.State();
        }
        else if (head->kind == TCP_CONN_HALF_OPEN)
        {
            state = TcpSocket::SYN_RCVD;
        }
        os << head->id << " " << key.LocalText() << " " << key.PeerText() << " "
           << TcpConnStateName(state) << "\n";
    }
    return os.str();
}

std::size_t
TcpConnL4Protocol::GetNConnections() const
{
    return m_table.Size();
}

Ptr<TcpConnSocket>
TcpConnL4Protocol::GetSocket(std::size_t i) const
{
    return m_sockets[i];
}

std::size_t
TcpConnL4Protocol::GetNSockets() const
{
    return m_sockets.size();
}

} // namespace ns3
