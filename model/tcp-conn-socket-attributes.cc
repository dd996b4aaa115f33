/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-compat.h"
#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-socket.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/packet.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <type_traits>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnSocket);

namespace
{

/**
 * An attribute that stands for a member of TcpConnSettings.
 * @tparam V the attribute value class
 * @tparam M type of the member
 */
template <typename V, typename M>
class SettingAccessor : public AttributeAccessor
{
  public:
    /** Gives access to the settings of a socket. */
    using Read = const TcpConnSettings& (*)(const ObjectBase*);
    /** Gives the settings of one socket alone. */
    using Write = TcpConnSettings& (*)(ObjectBase*);
    /** Tells a socket that its settings have changed. */
    using Changed = void (*)(ObjectBase*);

    /**
     * @param member the member
     * @param read how settings are read
     * @param write how settings are written
     * @param changed what is called then
     */
    SettingAccessor(M TcpConnSettings::*member, Read read, Write write, Changed changed)
        : m_member(member),
          m_read(read),
          m_write(write),
          m_changed(changed)
    {
    }

    bool Set(ObjectBase* object, const AttributeValue& value) const override
    {
        const auto* typed = dynamic_cast<const V*>(&value);
        if (!typed)
        {
            return false;
        }
        m_write(object).*m_member = static_cast<M>(typed->Get());
        m_changed(object);
        return true;
    }

    bool Get(const ObjectBase* object, AttributeValue& value) const override
    {
        auto* typed = dynamic_cast<V*>(&value);
        if (!typed)
        {
            return false;
        }
        typed->Set(m_read(object).*m_member);
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
    M TcpConnSettings::*m_member; //!< The member.
    Read m_read;                  //!< How settings are read.
    Write m_write;                //!< How settings are written.
    Changed m_changed;            //!< What is called then.
};

/** An attribute that names a policy of one socket, "ns3::TypeId[Attribute=value|...]"; empty: none.
 */
class PolicyAccessor : public AttributeAccessor
{
  public:
    /** Sets the policy of a socket. */
    using Write = void (*)(ObjectBase*, const std::string&, const ObjectFactory&);

    /**
     * @param family family of policies
     * @param write how it is set
     */
    PolicyAccessor(const char* family, Write write)
        : m_family(family),
          m_write(write)
    {
    }

    bool Set(ObjectBase* object, const AttributeValue& value) const override
    {
        const auto* typed = dynamic_cast<const StringValue*>(&value);
        ObjectFactoryValue policy;
        if (!typed || (!typed->Get().empty() &&
                       !policy.DeserializeFromString(typed->Get(), MakeObjectFactoryChecker())))
        {
            return false;
        }
        m_write(object, m_family, policy.Get());
        return true;
    }

    bool Get(const ObjectBase* /* object */, AttributeValue& value) const override
    {
        auto* typed = dynamic_cast<StringValue*>(&value);
        if (typed)
        {
            typed->Set("");
        }
        return typed != nullptr;
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
    std::string m_family; //!< Family of policies.
    Write m_write;        //!< How it is set.
};

/**
 * A trace source that is made when it is first connected.
 * @tparam T its type
 */
template <typename T>
class RareTraceAccessor : public TraceSourceAccessor
{
  public:
    /** Gives the traces of a socket, made if there are none. */
    using Traces = TcpConnSocketTraces& (*)(ObjectBase*);

    /**
     * @param member the trace
     * @param traces where the traces are
     */
    RareTraceAccessor(T TcpConnSocketTraces::*member, Traces traces)
        : m_member(member),
          m_traces(traces)
    {
    }

    bool ConnectWithoutContext(ObjectBase* object, const CallbackBase& cb) const override
    {
        (m_traces(object).*m_member).ConnectWithoutContext(cb);
        return true;
    }

    bool Connect(ObjectBase* object, std::string context, const CallbackBase& cb) const override
    {
        (m_traces(object).*m_member).Connect(cb, context);
        return true;
    }

    bool DisconnectWithoutContext(ObjectBase* object, const CallbackBase& cb) const override
    {
        (m_traces(object).*m_member).DisconnectWithoutContext(cb);
        return true;
    }

    bool Disconnect(ObjectBase* object, std::string context, const CallbackBase& cb) const override
    {
        (m_traces(object).*m_member).Disconnect(cb, context);
        return true;
    }

  private:
    T TcpConnSocketTraces::*m_member; //!< The trace.
    Traces m_traces;                  //!< Where the traces are.
};

} // namespace

/** What the attribute machinery needs of a socket. */
struct TcpConnSocketAttributes
{
    /** @param object a socket @return its settings */
    static const TcpConnSettings& Read(const ObjectBase* object)
    {
        return static_cast<const TcpConnSocket*>(object)->Settings();
    }

    /** @param object a socket @return its own settings */
    static TcpConnSettings& Write(ObjectBase* object)
    {
        return static_cast<TcpConnSocket*>(object)->Own();
    }

    /** @param object a socket whose settings have changed */
    static void Changed(ObjectBase* object)
    {
        static_cast<TcpConnSocket*>(object)->SettingsChanged();
    }

    /** @param object a socket @return its rarely used traces */
    static TcpConnSocketTraces& Traces(ObjectBase* object)
    {
        auto* socket = static_cast<TcpConnSocket*>(object);
        if (!socket->m_traces)
        {
            socket->m_traces = std::make_unique<TcpConnSocketTraces>();
            if (socket->m_room)
            {
                socket->m_traces->Follow(socket->m_room->State());
            }
        }
        return *socket->m_traces;
    }

    /**
     * @tparam V attribute value class
     * @tparam M type of the member
     * @param member member of TcpConnSettings
     * @return the accessor
     */
    template <typename V, typename M>
    static Ptr<const AttributeAccessor> Setting(M TcpConnSettings::*member)
    {
        return Ptr<const AttributeAccessor>(new SettingAccessor<V, M>(member, Read, Write, Changed),
                                            false);
    }

    /** @param family family of policies @return the accessor */
    static Ptr<const AttributeAccessor> Policy(const char* family)
    {
        return Ptr<const AttributeAccessor>(
            new PolicyAccessor(
                family,
                [](ObjectBase* object, const std::string& name, const ObjectFactory& policy) {
                    static_cast<TcpConnSocket*>(object)->SetPolicy(name, policy);
                }),
            false);
    }

    /**
     * @tparam T type of the trace
     * @param member member of TcpConnSocketTraces
     * @return the accessor
     */
    template <typename T>
    static Ptr<const TraceSourceAccessor> Trace(T TcpConnSocketTraces::*member)
    {
        return Ptr<const TraceSourceAccessor>(new RareTraceAccessor<T>(member, Traces), false);
    }
};

TypeId
TcpConnSocket::GetTypeId()
{
    using A = TcpConnSocketAttributes;
    using S = TcpConnSettings;
    using T = TcpConnSocketTraces;
    static TypeId tid =
        TypeId("ns3::TcpConnSocket")
            .SetParent<TcpSocket>()
            .SetGroupName("TcpConn")
            .AddConstructor<TcpConnSocket>()
            .AddAttribute("MaxSegLifetime",
                          "Maximum segment lifetime (MSL), seconds: TIME-WAIT lasts twice that "
                          "(RFC 9293: 2 min; 30 makes Linux's 60 s in all).",
                          DoubleValue(120),
                          MakeDoubleAccessor(&TcpConnSocket::SetMsl, &TcpConnSocket::GetMsl),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("MaxWindowSize",
                          "Largest window field of a segment, before scaling.",
                          UintegerValue(65535),
                          A::Setting<UintegerValue>(&S::maxWindowSize),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("WindowScaling",
                          "Offer and accept window scaling (RFC 7323).",
                          BooleanValue(true),
                          A::Setting<BooleanValue>(&S::windowScaling),
                          MakeBooleanChecker())
            .AddAttribute("Sack",
                          "Offer and accept selective acknowledgments (RFC 2018).",
                          BooleanValue(true),
                          A::Setting<BooleanValue>(&S::sack),
                          MakeBooleanChecker())
            .AddAttribute("Timestamp",
                          "Offer and accept timestamps (RFC 7323).",
                          BooleanValue(true),
                          A::Setting<BooleanValue>(&S::timestamps),
                          MakeBooleanChecker())
            .AddAttribute("MinRto",
                          "Least retransmission timeout (RFC 6298 section 2.4).",
                          TimeValue(Seconds(1)),
                          A::Setting<TimeValue>(&S::minRto),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("MaxRto",
                          "Greatest retransmission timeout (RFC 6298 section 2.5: at least 60 s).",
                          TimeValue(Seconds(60)),
                          A::Setting<TimeValue>(&S::maxRto),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("ClockGranularity",
                          "Granularity of the clock, G of RFC 6298.",
                          TimeValue(MilliSeconds(1)),
                          A::Setting<TimeValue>(&S::clockGranularity),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("ReTxThreshold",
                          "Duplicate acknowledgments that start a fast retransmission.",
                          UintegerValue(3),
                          A::Setting<UintegerValue>(&S::reTxThreshold),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("LimitedTransmit",
                          "Send new text on the first duplicate acknowledgments (RFC 3042).",
                          BooleanValue(true),
                          A::Setting<BooleanValue>(&S::limitedTransmit),
                          MakeBooleanChecker())
            .AddAttribute(
                "UseEcn",
                "Explicit congestion notification (RFC 3168).",
                EnumValue(TcpSocketState::Off),
                TcpConnCompat::EnumAccessor<TcpSocketState::UseEcn_t>(&TcpConnSocket::SetUseEcn,
                                                                      &TcpConnSocket::GetUseEcn),
                MakeEnumChecker(TcpSocketState::Off,
                                "Off",
                                TcpSocketState::On,
                                "On",
                                TcpSocketState::AcceptOnly,
                                "AcceptOnly"))
            .AddAttribute("UserTimeout",
                          "Longest time that sent text or SYN may stay unacknowledged (RFC 9293 "
                          "section 3.10.8); 0: the retry counts decide.",
                          TimeValue(Seconds(0)),
                          A::Setting<TimeValue>(&S::userTimeout),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("UserTimeoutOption",
                          "Offer UserTimeout to the peer and heed what it offers (RFC 5482).",
                          BooleanValue(false),
                          A::Setting<BooleanValue>(&S::userTimeoutOption),
                          MakeBooleanChecker())
            .AddAttribute("KeepAliveIdle",
                          "Idle time before the first keep-alive probe (RFC 9293 section 3.8.4: 2 "
                          "h); 0: no keep-alive.",
                          TimeValue(Seconds(0)),
                          A::Setting<TimeValue>(&S::keepAliveIdle),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("KeepAliveInterval",
                          "Time between keep-alive probes.",
                          TimeValue(Seconds(75)),
                          A::Setting<TimeValue>(&S::keepAliveInterval),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("KeepAliveCount",
                          "Unanswered keep-alive probes that end the connection.",
                          UintegerValue(9),
                          A::Setting<UintegerValue>(&S::keepAliveCount),
                          MakeUintegerChecker<uint32_t>(1, 255))
            .AddAttribute(
                "FinWait2Timeout",
                "Longest FIN-WAIT-2 of a connection that the application has closed; 0: no limit.",
                TimeValue(Seconds(60)),
                A::Setting<TimeValue>(&S::finWait2Timeout),
                MakeTimeChecker(Seconds(0)))
            .AddAttribute("Linger",
                          "What Close does with unsent text: -1: it is sent; 0: the peer is reset; "
                          "else it is sent for that many seconds, then the peer is reset.",
                          DoubleValue(-1),
                          A::Setting<DoubleValue>(&S::linger),
                          MakeDoubleChecker<double>(-1))
            .AddAttribute("ReuseAddress",
                          "SO_REUSEADDR: a wildcard and a specific address may share a port.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&TcpConnSocket::SetReuseAddress,
                                              &TcpConnSocket::GetReuseAddress),
                          MakeBooleanChecker())
            .AddAttribute(
                "ReusePort",
                "SO_REUSEPORT: several sockets may share an address and port.",
                BooleanValue(false),
                MakeBooleanAccessor(&TcpConnSocket::SetReusePort, &TcpConnSocket::GetReusePort),
                MakeBooleanChecker())
            .AddAttribute("Handshake",
                          "How its connections are opened; empty: as the host has it.",
                          StringValue(""),
                          A::Policy("Handshake"),
                          MakeStringChecker())
            .AddAttribute("Release",
                          "How they are released.",
                          StringValue(""),
                          A::Policy("Release"),
                          MakeStringChecker())
            .AddAttribute("Isn",
                          "How initial sequence numbers are chosen.",
                          StringValue(""),
                          A::Policy("Isn"),
                          MakeStringChecker())
            .AddAttribute("Admission",
                          "Of a listener: which SYNs it takes.",
                          StringValue(""),
                          A::Policy("Admission"),
                          MakeStringChecker())
            .AddAttribute("SegmentCheck",
                          "Which resets and acknowledgments are believed.",
                          StringValue(""),
                          A::Policy("SegmentCheck"),
                          MakeStringChecker())
            .AddAttribute("TimeWait",
                          "How long TIME-WAIT lasts and what ends it early.",
                          StringValue(""),
                          A::Policy("TimeWait"),
                          MakeStringChecker())
            .AddAttribute("Retry",
                          "When segments are sent again, and when they are given up.",
                          StringValue(""),
                          A::Policy("Retry"),
                          MakeStringChecker())
            .AddAttribute("ManualAccept",
                          "Of a listener: established connections wait in the accept queue until "
                          "Accept takes them.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&TcpConnSocket::m_manualAccept),
                          MakeBooleanChecker())
            .AddAttribute("AcceptInterval",
                          "Of a listener: time between two accepts, the accept rate's inverse; 0: "
                          "each is accepted at once.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&TcpConnSocket::m_acceptInterval),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("RefuseByReset",
                          "Of a listener: a connection that the connection-request callback does "
                          "not want is reset; false: its SYN is dropped, as in stock ns-3.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&TcpConnSocket::m_refuseByReset),
                          MakeBooleanChecker())
            .AddAttribute("Failure",
                          "Why the last connection failed: none, refused, reset, timed-out, "
                          "unreachable, aborted.",
                          TypeId::ATTR_GET,
                          StringValue("none"),
                          MakeStringAccessor(&TcpConnSocket::FailureText),
                          MakeStringChecker())
            .AddTraceSource("State",
                            "TCP state",
                            MakeTraceSourceAccessor(&TcpConnSocket::m_stateTrace),
                            "ns3::TcpStatesTracedValueCallback")
            .AddTraceSource("CongestionWindow",
                            "Congestion window, bytes",
                            A::Trace(&T::cwnd),
                            "ns3::TracedValueCallback::Uint32")
            .AddTraceSource("CongestionWindowInflated",
                            "Congestion window inflated as in older RFCs, bytes",
                            A::Trace(&T::cwndInflated),
                            "ns3::TracedValueCallback::Uint32")
            .AddTraceSource("SlowStartThreshold",
                            "Slow start threshold, bytes",
                            A::Trace(&T::ssThresh),
                            "ns3::TracedValueCallback::Uint32")
            .AddTraceSource("BytesInFlight",
                            "Bytes in flight, as estimated",
                            A::Trace(&T::bytesInFlight),
                            "ns3::TracedValueCallback::Uint32")
            .AddTraceSource("RTT",
                            "Last round-trip time",
                            A::Trace(&T::rtt),
                            "ns3::TracedValueCallback::Time")
            .AddTraceSource("RTO",
                            "Retransmission timeout without back-off",
                            A::Trace(&T::rto),
                            "ns3::TracedValueCallback::Time")
            .AddTraceSource("RWND",
                            "Window of the peer (SND.WND), bytes",
                            A::Trace(&T::peerWindow),
                            "ns3::TracedValueCallback::Uint32")
            .AddTraceSource("AdvWND",
                            "Window advertised (RCV.WND), bytes",
                            A::Trace(&T::advertisedWindow),
                            "ns3::TracedValueCallback::Uint32")
            .AddTraceSource("NextTxSequence",
                            "Next sequence number to send (SND.NXT)",
                            A::Trace(&T::nextTx),
                            "ns3::SequenceNumber32TracedValueCallback")
            .AddTraceSource("HighestSequence",
                            "Highest sequence number ever sent",
                            A::Trace(&T::highestTx),
                            "ns3::TracedValueCallback::SequenceNumber32")
            .AddTraceSource("HighestRxSequence",
                            "Next sequence number expected (RCV.NXT)",
                            A::Trace(&T::highestRx),
                            "ns3::TracedValueCallback::SequenceNumber32")
            .AddTraceSource("HighestRxAck",
                            "Highest acknowledgment taken (SND.UNA)",
                            A::Trace(&T::highestAck),
                            "ns3::TracedValueCallback::SequenceNumber32")
            .AddTraceSource("PacingRate",
                            "Pacing rate",
                            A::Trace(&T::pacingRate),
                            "ns3::TracedValueCallback::DataRate")
            .AddTraceSource("CongState",
                            "State of congestion control",
                            A::Trace(&T::congState),
                            "ns3::TcpSocketState::TcpCongStatesTracedValueCallback")
            .AddTraceSource("EcnState",
                            "State of ECN",
                            A::Trace(&T::ecnState),
                            "ns3::TcpSocketState::EcnStatesTracedValueCallback");
    return tid;
}

const TcpConnSettings&
TcpConnSocket::Settings() const
{
    return m_profile->settings;
}

TcpConnSettings&
TcpConnSocket::Own()
{
    if (m_profile->GetReferenceCount() > 1)
    {
        m_profile = Create<TcpConnProfile>(*m_profile);
    }
    return const_cast<TcpConnProfile&>(*m_profile).settings; // nobody else has it
}

void
TcpConnSocket::SetPolicy(const std::string& family, const ObjectFactory& policy)
{
    if (policy.IsTypeIdSet())
    {
        Own();
        TcpConnL4Protocol::Replace(const_cast<TcpConnProfile&>(*m_profile), family, policy);
    }
}

std::string
TcpConnSocket::FailureText() const
{
    return TcpConnFailureName(m_failure);
}

void
TcpConnSocket::SetSndBufSize(uint32_t value)
{
    Own().sndBufSize = value;
    if (m_room)
    {
        m_room->SetSendBufferSize(value);
    }
}

uint32_t
TcpConnSocket::GetSndBufSize() const
{
    return Settings().sndBufSize;
}

void
TcpConnSocket::SetRcvBufSize(uint32_t value)
{
    Own().rcvBufSize = value;
}

uint32_t
TcpConnSocket::GetRcvBufSize() const
{
    return Settings().rcvBufSize;
}

void
TcpConnSocket::SetSegSize(uint32_t value)
{
    Own().segmentSize = value;
}

uint32_t
TcpConnSocket::GetSegSize() const
{
    return Settings().segmentSize;
}

void
TcpConnSocket::SetInitialSSThresh(uint32_t value)
{
    Own().initialSsThresh = value;
}

uint32_t
TcpConnSocket::GetInitialSSThresh() const
{
    return Settings().initialSsThresh;
}

void
TcpConnSocket::SetInitialCwnd(uint32_t value)
{
    Own().initialCwnd = value;
}

uint32_t
TcpConnSocket::GetInitialCwnd() const
{
    return Settings().initialCwnd;
}

void
TcpConnSocket::SetConnTimeout(Time value)
{
    Own().connTimeout = value;
}

Time
TcpConnSocket::GetConnTimeout() const
{
    return Settings().connTimeout;
}

void
TcpConnSocket::SetSynRetries(uint32_t value)
{
    Own().connCount = value;
}

uint32_t
TcpConnSocket::GetSynRetries() const
{
    return Settings().connCount;
}

void
TcpConnSocket::SetDataRetries(uint32_t value)
{
    Own().dataRetries = value;
}

uint32_t
TcpConnSocket::GetDataRetries() const
{
    return Settings().dataRetries;
}

void
TcpConnSocket::SetDelAckTimeout(Time value)
{
    Own().delAckTimeout = value;
}

Time
TcpConnSocket::GetDelAckTimeout() const
{
    return Settings().delAckTimeout;
}

void
TcpConnSocket::SetDelAckMaxCount(uint32_t value)
{
    Own().delAckCount = value;
}

uint32_t
TcpConnSocket::GetDelAckMaxCount() const
{
    return Settings().delAckCount;
}

void
TcpConnSocket::SetTcpNoDelay(bool value)
{
    Own().noDelay = value;
}

bool
TcpConnSocket::GetTcpNoDelay() const
{
    return Settings().noDelay;
}

void
TcpConnSocket::SetPersistTimeout(Time value)
{
    Own().persistTimeout = value;
}

Time
TcpConnSocket::GetPersistTimeout() const
{
    return Settings().persistTimeout;
}

void
TcpConnSocket::SetMsl(double seconds)
{
    Own().msl = Seconds(seconds);
}

double
TcpConnSocket::GetMsl() const
{
    return Settings().msl.GetSeconds();
}

void
TcpConnSocket::SetUseEcn(TcpSocketState::UseEcn_t use)
{
    Own().useEcn = static_cast<uint8_t>(use);
}

TcpSocketState::UseEcn_t
TcpConnSocket::GetUseEcn() const
{
    return static_cast<TcpSocketState::UseEcn_t>(Settings().useEcn);
}

void
TcpConnSocket::SetReuseAddress(bool reuse)
{
    m_reuseAddress = reuse;
}

bool
TcpConnSocket::GetReuseAddress() const
{
    return m_reuseAddress;
}

void
TcpConnSocket::SetReusePort(bool reuse)
{
    m_reusePort = reuse;
}

bool
TcpConnSocket::GetReusePort() const
{
    return m_reusePort;
}

void
TcpConnSocket::Tag(Ptr<Packet> packet, bool v6, bool ect) const
{
    // ECT(0) in the two low bits of TOS or traffic class (RFC 3168 section 5).
    const uint8_t mark = ect ? 0x2 : 0;
    if (v6)
    {
        const uint8_t tclass = IsManualIpv6Tclass() ? GetIpv6Tclass() : 0;
        if (tclass || mark)
        {
            SocketIpv6TclassTag tag;
            tag.SetTclass((tclass & ~0x3) | (mark ? mark : tclass & 0x3));
            packet->ReplacePacketTag(tag);
        }
        if (IsManualIpv6HopLimit())
        {
            SocketIpv6HopLimitTag tag;
            tag.SetHopLimit(GetIpv6HopLimit());
            packet->ReplacePacketTag(tag);
        }
    }
    else
    {
        const uint8_t tos = GetIpTos();
        if (tos || mark)
        {
            SocketIpTosTag tag;
            tag.SetTos((tos & ~0x3) | (mark ? mark : tos & 0x3));
            packet->ReplacePacketTag(tag);
        }
        if (IsManualIpTtl())
        {
            SocketIpTtlTag tag;
            tag.SetTtl(GetIpTtl());
            packet->ReplacePacketTag(tag);
        }
    }
    if (GetPriority())
    {
        SocketPriorityTag tag;
        tag.SetPriority(GetPriority());
        packet->ReplacePacketTag(tag);
    }
}

} // namespace ns3
