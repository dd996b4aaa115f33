/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-compat.h"
#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-policy-text.h"
#include "tcp-conn-socket.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/enum.h"
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
     * @param name name of the attribute
     * @param family family of policies
     * @param write how it is set
     */
    PolicyAccessor(const char* name, TypeId family, Write write)
        : m_name(name),
          m_family(family),
          m_write(write)
    {
    }

    bool Set(ObjectBase* object, const AttributeValue& value) const override
    {
        const auto* typed = dynamic_cast<const StringValue*>(&value);
        if (!typed)
        {
            return false;
        }
        if (!typed->Get().empty())
        {
            const std::string whole = "ns3::TcpConnSocket::" + m_name;
            m_write(object, m_name, TcpConnReadPolicy(whole, m_family, typed->Get()));
        }
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
    std::string m_name; //!< Name of the attribute.
    TypeId m_family;    //!< Family of policies.
    Write m_write;      //!< How it is set.
};

/**
 * A trace source that is made when it is first connected.
 * @tparam S some trace sources of a socket
 * @tparam T type of the one
 */
template <typename S, typename T>
class RareTraceAccessor : public TraceSourceAccessor
{
  public:
    /** Gives the traces of a socket, made if there are none. */
    using Traces = S& (*)(ObjectBase*);

    /**
     * @param member the trace
     * @param traces where the traces are
     */
    RareTraceAccessor(T S::*member, Traces traces)
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
    T S::*m_member;  //!< The trace.
    Traces m_traces; //!< Where the traces are.
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

    /** @param object a socket @return its traces of states and reports */
    static TcpConnSocketWatch& Watch(ObjectBase* object)
    {
        auto* socket = static_cast<TcpConnSocket*>(object);
        if (!socket->m_watch)
        {
            socket->m_watch = std::make_unique<TcpConnSocketWatch>();
        }
        return *socket->m_watch;
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

    /**
     * @tparam T family of policies
     * @param attribute name of the attribute
     * @return the accessor
     */
    template <typename T>
    static Ptr<const AttributeAccessor> Policy(const char* attribute)
    {
        return Ptr<const AttributeAccessor>(
            new PolicyAccessor(
                attribute,
                T::GetTypeId(),
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
        return Ptr<const TraceSourceAccessor>(
            new RareTraceAccessor<TcpConnSocketTraces, T>(member, Traces),
            false);
    }

    /**
     * @tparam T type of the trace
     * @param member member of TcpConnSocketWatch
     * @return the accessor
     */
    template <typename T>
    static Ptr<const TraceSourceAccessor> Watched(T TcpConnSocketWatch::*member)
    {
        return Ptr<const TraceSourceAccessor>(
            new RareTraceAccessor<TcpConnSocketWatch, T>(member, Watch),
            false);
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
                          A::Policy<TcpConnHandshake>("Handshake"),
                          MakeStringChecker())
            .AddAttribute("Release",
                          "How they are released.",
                          StringValue(""),
                          A::Policy<TcpConnRelease>("Release"),
                          MakeStringChecker())
            .AddAttribute("Isn",
                          "How initial sequence numbers are chosen.",
                          StringValue(""),
                          A::Policy<TcpConnIsn>("Isn"),
                          MakeStringChecker())
            .AddAttribute("Admission",
                          "Of a listener: which SYNs it takes.",
                          StringValue(""),
                          A::Policy<TcpConnAdmission>("Admission"),
                          MakeStringChecker())
            .AddAttribute("SegmentCheck",
                          "Which resets and acknowledgments are believed.",
                          StringValue(""),
                          A::Policy<TcpConnSegmentCheck>("SegmentCheck"),
                          MakeStringChecker())
            .AddAttribute("TimeWait",
                          "How long TIME-WAIT lasts and what ends it early.",
                          StringValue(""),
                          A::Policy<TcpConnTimeWait>("TimeWait"),
                          MakeStringChecker())
            .AddAttribute("Retry",
                          "When segments are sent again, and when they are given up.",
                          StringValue(""),
                          A::Policy<TcpConnRetry>("Retry"),
                          MakeStringChecker())
            .AddAttribute("Icmp",
                          "What ICMP errors mean.",
                          StringValue(""),
                          A::Policy<TcpConnIcmp>("Icmp"),
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
                          MakeTimeAccessor(&TcpConnSocket::SetAcceptInterval,
                                           &TcpConnSocket::GetAcceptInterval),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute(
                "AcceptRate",
                "Of a listener: the same as accepts in a second; 0: as AcceptInterval "
                "says.",
                DoubleValue(0),
                MakeDoubleAccessor(&TcpConnSocket::SetAcceptRate, &TcpConnSocket::GetAcceptRate),
                MakeDoubleChecker<double>(0))
            .AddAttribute("RefuseByReset",
                          "Of a listener: a connection that the connection-request callback does "
                          "not want is reset; false: its SYN is dropped, as in stock ns-3.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&TcpConnSocket::m_refuseByReset),
                          MakeBooleanChecker())
            .AddAttribute("ReflectTos",
                          "Of a listener: SYN,ACKs and accepted connections have the type of "
                          "service (IPv6: traffic class) of their SYN, without its ECN bits.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&TcpConnSocket::m_reflectTos),
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
                            A::Watched(&TcpConnSocketWatch::state),
                            "ns3::TcpStatesTracedValueCallback")
            .AddTraceSource("Report",
                            "What does not end the connection: urgent text (and how many bytes "
                            "are to be read up to its end), soft ICMP errors, retransmissions.",
                            A::Watched(&TcpConnSocketWatch::report),
                            "ns3::TcpConnTracedCallback::Report")
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
                            "ns3::TracedValueCallback::SequenceNumber32")
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
                            "ns3::TracedValueCallback::TcpCongState")
            .AddTraceSource("EcnState",
                            "State of ECN",
                            A::Trace(&T::ecnState),
                            "ns3::TracedValueCallback::EcnState");
    return tid;
}

void
TcpConnSocket::SetPolicy(const std::string& family, const ObjectFactory& policy)
{
    if (m_tcp)
    {
        Own();
        m_tcp->Replace(const_cast<TcpConnProfile&>(*m_profile), family, policy);
    } // else it is under construction: the host takes the defaults over, see TakePolicies
}

void
TcpConnSocket::TakePolicies(TcpConnL4Protocol& host)
{
    const TypeId tid = GetTypeId();
    for (const char* family :
         {"Handshake", "Release", "Isn", "Admission", "SegmentCheck", "TimeWait", "Retry", "Icmp"})
    {
        TypeId::AttributeInformation info;
        tid.LookupAttributeByName(family, &info);
        const std::string policy = info.initialValue->SerializeToString(info.checker);
        if (!policy.empty())
        {
            m_tcp = &host;
            SetAttribute(family, StringValue(policy));
            m_tcp = nullptr;
        }
    }
}

std::string
TcpConnSocket::FailureText() const
{
    return TcpConnFailureName(m_failure);
}

} // namespace ns3
