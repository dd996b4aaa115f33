/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-workload-client.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnWorkloadClient);

namespace
{

constexpr int64_t LOCAL_RETRY = 1000000;      // ns until a TCP is asked again that has refused
constexpr uint32_t MOST_ZERO_GAPS = 10000000; // more than that many at one instant is an error

} // namespace

TypeId
TcpConnWorkloadClient::GetTypeId()
{
    using C = TcpConnWorkloadClient;
    static TypeId tid =
        TypeId("ns3::TcpConnWorkloadClient")
            .SetParent<TcpConnWorkloadApp>()
            .SetGroupName("TcpConn")
            .AddConstructor<TcpConnWorkloadClient>()
            .AddAttribute("Remote",
                          "The server, InetSocketAddress or Inet6SocketAddress.",
                          AddressValue(),
                          MakeAddressAccessor(&C::m_remote),
                          MakeAddressChecker())
            .AddAttribute("MaxConnections",
                          "Connections in all; 0: no limit.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&C::m_maxConnections),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("MaxConcurrent",
                          "Connections at a time; arrivals halt at that limit. 0: no limit.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&C::m_maxConcurrent),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("Arrivals",
                          "Time from one connection to the next, s. The first is opened when the "
                          "application starts.",
                          StringValue("ns3::ExponentialRandomVariable[Mean=1.0]"),
                          MakePointerAccessor(&C::m_arrivals),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("RequestsPerConnection",
                          "Requests on a connection. 0: it is opened, held and closed by the "
                          "client, without text.",
                          StringValue("ns3::ConstantRandomVariable[Constant=1]"),
                          MakePointerAccessor(&C::m_requests),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("RequestSize",
                          "Size of a request, bytes; 36 at least.",
                          StringValue("ns3::ConstantRandomVariable[Constant=100]"),
                          MakePointerAccessor(&C::m_requestSize),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("ReplySize",
                          "Size of a reply, bytes; may be 0. A last reply before an abort has one "
                          "byte at least.",
                          StringValue("ns3::ConstantRandomVariable[Constant=1000]"),
                          MakePointerAccessor(&C::m_replySize),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("ThinkTime",
                          "Time from a reply to the next request, s.",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakePointerAccessor(&C::m_thinkTime),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("HoldTime",
                          "Time from the last reply until the connection is closed, s; negative: "
                          "it is not closed.",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakePointerAccessor(&C::m_holdTime),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("CloseDelay",
                          "Time from the first end's FIN until the other end closes, s.",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakePointerAccessor(&C::m_closeDelay),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute(
                "Closer",
                "Which end closes first, or both at once, or the client aborts.",
                EnumValue(TcpConnWorkloadRequest::CLIENT),
                TcpConnCompat::EnumAccessor<TcpConnWorkloadRequest::Closer>(&C::SetCloser,
                                                                            &C::GetCloser),
                MakeEnumChecker(TcpConnWorkloadRequest::CLIENT,
                                "client",
                                TcpConnWorkloadRequest::SERVER,
                                "server",
                                TcpConnWorkloadRequest::BOTH,
                                "both",
                                TcpConnWorkloadRequest::ABORT,
                                "abort"))
            .AddAttribute("ConnectTimeout",
                          "Longest time until a connection is established; 0: as long as the TCP "
                          "tries.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&C::m_connectTimeout),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("SendBeforeConnect",
                          "Send the first request before Connect, for Fast Open (RFC 7413). A TCP "
                          "that does not take it gets it when the connection is established.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&C::m_sendFirst),
                          MakeBooleanChecker())
            .AddAttribute("Tos",
                          "TOS byte of IPv4, traffic class of IPv6.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&C::m_tos),
                          MakeUintegerChecker<uint8_t>())
            .AddTraceSource("SetUpTime",
                            "A connection was established: time since its start.",
                            MakeTraceSourceAccessor(&C::m_setUpTime),
                            "ns3::TcpConnWorkloadApp::DurationCallback")
            .AddTraceSource("Completed",
                            "A connection ended as agreed: time since its start.",
                            MakeTraceSourceAccessor(&C::m_completed),
                            "ns3::TcpConnWorkloadApp::DurationCallback");
    return tid;
}

TcpConnWorkloadClient::TcpConnWorkloadClient() = default;

TcpConnWorkloadClient::~TcpConnWorkloadClient() = default;

int64_t
TcpConnWorkloadClient::AssignStreams(int64_t stream)
{
    int64_t used = 0;
    for (const auto& variable : {m_arrivals,
                                 m_requests,
                                 m_requestSize,
                                 m_replySize,
                                 m_thinkTime,
                                 m_holdTime,
                                 m_closeDelay})
    {
        variable->SetStream(stream + used++);
    }
    return used;
}

void
TcpConnWorkloadClient::SetCloser(TcpConnWorkloadRequest::Closer closer)
{
    m_closer = closer;
}

TcpConnWorkloadRequest::Closer
TcpConnWorkloadClient::GetCloser() const
{
    return m_closer;
}

uint32_t
TcpConnWorkloadClient::DrawCount(const Ptr<RandomVariableStream>& variable)
{
    return static_cast<uint32_t>(std::clamp(variable->GetValue(), 0.0, 4294967295.0));
}

int64_t
TcpConnWorkloadClient::DrawTime(const Ptr<RandomVariableStream>& variable)
{
    return std::llround(std::clamp(variable->GetValue() * 1e9, -1.0, 4e18));
}

// Arrivals

void
TcpConnWorkloadClient::StartApplication()
{
    NS_ABORT_MSG_UNLESS(InetSocketAddress::IsMatchingType(m_remote) ||
                            Inet6SocketAddress::IsMatchingType(m_remote),
                        "ns3::TcpConnWorkloadClient::Remote must be an InetSocketAddress or an "
                        "Inet6SocketAddress");
    // Keys are unique in a run: the node, the application on it, the number of the connection.
    uint64_t index = 0;
    while (index < GetNode()->GetNApplications() && GetNode()->GetApplication(index) != this)
    {
        index++;
    }
    m_keyBase = static_cast<uint64_t>(GetNode()->GetId()) << 44 | (index & 0xfff) << 32;
    Arrive();
}

void
TcpConnWorkloadClient::StopApplication()
{
    m_arrival.Cancel();
    m_blocked = false;
    m_maxConnections = std::max<uint64_t>(m_counters.started, 1); // no more
    FailAll("stopped");
}

void
TcpConnWorkloadClient::Arrive()
{
    if (m_maxConcurrent > 0 && GetActive() >= m_maxConcurrent)
    {
        m_blocked = true;
        return;
    }
    const bool taken = Open();
    if (m_maxConnections > 0 && m_counters.started >= m_maxConnections)
    {
        return;
    }
    const int64_t gap = std::max(NextGap(), taken ? 0 : LOCAL_RETRY);
    m_arrival = Simulator::Schedule(NanoSeconds(gap), &TcpConnWorkloadClient::Arrive, this);
}

int64_t
TcpConnWorkloadClient::NextGap()
{
    const int64_t gap = std::max<int64_t>(DrawTime(m_arrivals), 0);
    const bool unlimited = m_maxConnections == 0 && m_maxConcurrent == 0;
    m_zeroGaps = gap == 0 && unlimited ? m_zeroGaps + 1 : 0;
    NS_ABORT_MSG_IF(m_zeroGaps > MOST_ZERO_GAPS,
                    "ns3::TcpConnWorkloadClient::Arrivals is 0, and neither MaxConnections nor "
                    "MaxConcurrent sets a limit");
    return gap;
}

void
TcpConnWorkloadClient::OnEnded()
{
    if (m_blocked)
    {
        m_blocked = false;
        m_arrival = Simulator::ScheduleNow(&TcpConnWorkloadClient::Arrive, this);
    }
}

// Opening

bool
TcpConnWorkloadClient::BindLocal(Ptr<Socket> socket) const
{
    if (!m_local.IsInvalid())
    {
        return socket->Bind(m_local) == 0;
    }
    return (InetSocketAddress::IsMatchingType(m_remote) ? socket->Bind() : socket->Bind6()) == 0;
}

std::string
TcpConnWorkloadClient::LocalCause(Ptr<Socket> socket)
{
    switch (socket->GetErrno())
    {
    case Socket::ERROR_ADDRNOTAVAIL:
        return "no-port";
    case Socket::ERROR_NOROUTETOHOST:
        return "no-route";
    case Socket::ERROR_ADDRINUSE:
        return "in-use";
    default:
        return "local-error";
    }
}

bool
TcpConnWorkloadClient::Open()
{
    Ptr<Socket> socket = MakeSocket();
    if (m_closer == TcpConnWorkloadRequest::ABORT)
    {
        struct TypeId::AttributeInformation linger;
        m_lingers = socket->GetInstanceTypeId().LookupAttributeByName("Linger", &linger);
    }
    socket->SetIpTos(m_tos);
    socket->SetIpv6Tclass(m_tos);
    Entry& entry = Add(socket, m_keyBase | (m_counters.started & 0xffffffff));
    Connection& c = entry.second;
    c.toCome = DrawCount(m_requests);
    c.closer = c.toCome > 0 || m_closer == TcpConnWorkloadRequest::ABORT
                   ? m_closer
                   : TcpConnWorkloadRequest::CLIENT; // the server will not know of any other
    c.flags = m_verify ? PATTERNED : 0;
    if (!BindLocal(socket))
    {
        Fail(entry, LocalCause(socket), true);
        return false;
    }
    if (c.toCome == 0)
    {
        c.delay = DrawTime(m_holdTime);
    }
    else if (m_sendFirst)
    {
        c.flags |= EARLY;
        BeginRequest(entry);
        Write(entry, false);
    }
    if (m_connectTimeout.IsStrictlyPositive())
    {
        Arm(entry, m_connectTimeout.GetNanoSeconds());
    }
    if (socket->Connect(m_remote) != 0)
    {
        if (Entry* again = Find(socket))
        {
            Fail(*again, LocalCause(socket), true);
        }
        return false;
    }
    return true;
}

void
TcpConnWorkloadClient::OnOpen(Entry& entry)
{
    Connection& c = entry.second;
    Disarm(entry);
    const Time setUp = Simulator::Now() - NanoSeconds(c.started);
    c.halfTrip = static_cast<uint32_t>(std::min<int64_t>(setUp.GetMicroSeconds() / 2, UINT32_MAX));
    c.phase = TALKING;
    m_setUpTime(setUp);
    if (c.flags & EARLY)
    {
        c.flags &= ~EARLY;
        Push(entry);
    }
    else
    {
        GoOn(entry);
    }
}

// Requests and replies

void
TcpConnWorkloadClient::BeginRequest(Entry& entry)
{
    Connection& c = entry.second;
    c.toCome--;
    c.toSend = std::max(DrawCount(m_requestSize), TcpConnWorkloadRequest::SIZE);
    c.toReceive = DrawCount(m_replySize);
    c.flags |= REQUEST_DUE;
    if (c.toCome == 0)
    {
        c.delay = DrawTime(m_holdTime);
        if (c.closer == TcpConnWorkloadRequest::ABORT)
        {
            c.toReceive = std::max(c.toReceive, 1U); // something to leave unread
        }
    }
}

TcpConnWorkloadRequest
TcpConnWorkloadClient::MakeRequest(Entry& entry)
{
    const Connection& c = entry.second;
    TcpConnWorkloadRequest request;
    request.key = c.key;
    request.size = c.toSend;
    request.reply = c.toReceive;
    request.toCome = c.toCome;
    request.closer = c.closer;
    request.patterned = (c.flags & PATTERNED) != 0;
    if (c.toCome > 0)
    {
        return request;
    }
    request.delay = c.delay;
    if (c.closer == TcpConnWorkloadRequest::CLIENT)
    {
        request.delay = std::max<int64_t>(DrawTime(m_closeDelay), 0);
    }
    else if (c.closer == TcpConnWorkloadRequest::BOTH && c.delay >= 0)
    {
        // The client begins to wait when the reply has come, half a round trip later.
        request.delay += static_cast<int64_t>(c.halfTrip) * 1000;
    }
    return request;
}

void
TcpConnWorkloadClient::GoOn(Entry& entry)
{
    if (entry.second.toCome == 0)
    {
        Hold(entry);
        return;
    }
    BeginRequest(entry);
    Push(entry);
}

void
TcpConnWorkloadClient::Push(Entry& entry)
{
    if (Write(entry, false) && entry.second.toReceive == 0)
    {
        Replied(entry); // no reply was asked for
    }
}

void
TcpConnWorkloadClient::OnSpace(Entry& entry)
{
    if (entry.second.phase == TALKING && entry.second.toSend > 0)
    {
        Push(entry);
    }
}

void
TcpConnWorkloadClient::OnText(Entry& entry)
{
    Connection& c = entry.second;
    if (c.flags & UNREAD)
    {
        return;
    }
    if (c.phase != TALKING || c.toReceive == 0)
    {
        Drain(entry);
        return;
    }
    const bool unread = c.toCome == 0 && c.closer == TcpConnWorkloadRequest::ABORT && !m_lingers;
    Read(entry, true, unread ? 1 : 0);
    if (unread && c.toReceive == 1 && entry.first->GetRxAvailable() > 0)
    {
        // Close sends RST where text is unread (RFC 9293 section 3.6.1).
        c.flags |= UNREAD;
        c.toReceive = 0;
    }
    if (c.toReceive == 0 && c.toSend == 0)
    {
        Replied(entry);
    }
}

void
TcpConnWorkloadClient::Replied(Entry& entry)
{
    Connection& c = entry.second;
    m_counters.requests++;
    if (c.toCome == 0)
    {
        Hold(entry);
        return;
    }
    const int64_t think = std::max<int64_t>(DrawTime(m_thinkTime), 0);
    if (think == 0)
    {
        GoOn(entry);
        return;
    }
    c.phase = THINKING;
    Arm(entry, think);
}

// The end

void
TcpConnWorkloadClient::Hold(Entry& entry)
{
    Connection& c = entry.second;
    c.phase = HELD;
    if (c.closer == TcpConnWorkloadRequest::SERVER || c.delay < 0)
    {
        return;
    }
    if (c.delay == 0)
    {
        Release(entry);
        return;
    }
    Arm(entry, c.delay);
}

void
TcpConnWorkloadClient::Release(Entry& entry)
{
    Ptr<Socket> socket = entry.first;
    if (entry.second.closer == TcpConnWorkloadRequest::ABORT)
    {
        Complete(entry);
        Abort(socket);
        return;
    }
    entry.second.phase = CLOSING;
    socket->Close();
}

void
TcpConnWorkloadClient::Abort(Ptr<Socket> socket) const
{
    if (m_lingers)
    {
        socket->SetAttribute("Linger", DoubleValue(0));
    }
    socket->Close();
}

void
TcpConnWorkloadClient::CloseLast(Entry& entry)
{
    Ptr<Socket> socket = entry.first;
    Complete(entry);
    socket->Close();
}

void
TcpConnWorkloadClient::OnPeerClosed(Entry& entry)
{
    Connection& c = entry.second;
    if (c.phase == CLOSING)
    {
        Complete(entry);
    }
    else if (c.phase == HELD && c.closer == TcpConnWorkloadRequest::BOTH)
    {
        CloseLast(entry);
    }
    else if (c.phase == HELD && c.closer == TcpConnWorkloadRequest::SERVER)
    {
        const int64_t delay = std::max<int64_t>(DrawTime(m_closeDelay), 0);
        if (delay == 0)
        {
            CloseLast(entry);
            return;
        }
        c.phase = CLOSE_LAST;
        Arm(entry, delay);
    }
    else
    {
        Fail(entry, "closed-early", true);
    }
}

void
TcpConnWorkloadClient::OnTimer(Entry& entry)
{
    switch (entry.second.phase)
    {
    case OPENING:
        Fail(entry, "timeout", true);
        break;
    case THINKING:
        entry.second.phase = TALKING;
        GoOn(entry);
        break;
    case HELD:
        Release(entry);
        break;
    case CLOSE_LAST:
        CloseLast(entry);
        break;
    default:
        break;
    }
}

} // namespace ns3
