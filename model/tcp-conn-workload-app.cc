/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-workload-app.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/socket-factory.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/trace-source-accessor.h"

#include <algorithm>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnWorkloadApp);

namespace
{

constexpr uint32_t MOST_AT_ONCE = 65536; // bytes that are sent or read in one call

} // namespace

TypeId
TcpConnWorkloadApp::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnWorkloadApp")
            .SetParent<Application>()
            .SetGroupName("TcpConn")
            .AddAttribute("Protocol",
                          "TypeId of the socket factory.",
                          TypeIdValue(TcpSocketFactory::GetTypeId()),
                          MakeTypeIdAccessor(&TcpConnWorkloadApp::m_protocol),
                          MakeTypeIdChecker())
            .AddAttribute("Local",
                          "Local address and port, InetSocketAddress or Inet6SocketAddress. Of a "
                          "client, none: the TCP chooses.",
                          AddressValue(),
                          MakeAddressAccessor(&TcpConnWorkloadApp::m_local),
                          MakeAddressChecker())
            .AddAttribute("Verify",
                          "Check every byte that comes. The client's setting says whether there is "
                          "a pattern to check: without it text is zeros.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&TcpConnWorkloadApp::m_verify),
                          MakeBooleanChecker())
            .AddTraceSource("Failed",
                            "A connection ended otherwise: why.",
                            MakeTraceSourceAccessor(&TcpConnWorkloadApp::m_failed),
                            "ns3::TcpConnWorkloadApp::FailedCallback")
            .AddTraceSource("Active",
                            "Connections that have neither completed nor failed.",
                            MakeTraceSourceAccessor(&TcpConnWorkloadApp::m_active),
                            "ns3::TracedValueCallback::Uint32")
            .AddTraceSource("SocketCreated",
                            "A socket was made and is not in use yet: set its attributes here.",
                            MakeTraceSourceAccessor(&TcpConnWorkloadApp::m_socketCreated),
                            "ns3::TcpConnWorkloadApp::SocketCallback");
    return tid;
}

TcpConnWorkloadApp::TcpConnWorkloadApp()
{
    static_assert(sizeof(Connection) <= 56, "a connection is small");
    m_callbacks.connected = MakeCallback(&TcpConnWorkloadApp::Connected, this);
    m_callbacks.refused = MakeCallback(&TcpConnWorkloadApp::Refused, this);
    m_callbacks.text = MakeCallback(&TcpConnWorkloadApp::Text, this);
    m_callbacks.closed = MakeCallback(&TcpConnWorkloadApp::PeerClosed, this);
    m_callbacks.broken = MakeCallback(&TcpConnWorkloadApp::Broken, this);
    m_callbacks.room = MakeCallback(&TcpConnWorkloadApp::Room, this);
}

TcpConnWorkloadApp::~TcpConnWorkloadApp() = default;

void
TcpConnWorkloadApp::DoDispose()
{
    m_timerEvent.Cancel();
    m_timers.clear();
    for (const Entry& entry : m_connections)
    {
        Watch(entry.first, Callbacks());
    }
    m_connections.clear();
    TcpConnCompat::StreamsBase<Application>::Type::DoDispose();
}

const TcpConnWorkloadCounters&
TcpConnWorkloadApp::GetCounters() const
{
    return m_counters;
}

uint32_t
TcpConnWorkloadApp::GetActive() const
{
    return m_active;
}

const std::map<std::string, uint64_t>&
TcpConnWorkloadApp::GetFailures() const
{
    return m_failures;
}

// Connections

std::size_t
TcpConnWorkloadApp::SocketHash::operator()(const Ptr<Socket>& socket) const
{
    return std::hash<const Socket*>()(PeekPointer(socket));
}

Ptr<Socket>
TcpConnWorkloadApp::MakeSocket()
{
    Ptr<Socket> socket = Socket::CreateSocket(GetNode(), m_protocol);
    m_socketCreated(socket);
    return socket;
}

TcpConnWorkloadApp::Entry&
TcpConnWorkloadApp::Add(Ptr<Socket> socket, uint64_t key)
{
    Entry& entry = *m_connections.emplace(socket, Connection()).first;
    entry.second.key = key;
    entry.second.started = Simulator::Now().GetNanoSeconds();
    Watch(socket, m_callbacks);
    m_counters.started++;
    m_active = m_active + 1;
    return entry;
}

TcpConnWorkloadApp::Entry*
TcpConnWorkloadApp::Find(const Ptr<Socket>& socket)
{
    const auto found = m_connections.find(socket);
    return found == m_connections.end() ? nullptr : &*found;
}

void
TcpConnWorkloadApp::Watch(const Ptr<Socket>& socket, const Callbacks& callbacks)
{
    socket->SetConnectCallback(callbacks.connected, callbacks.refused);
    socket->SetRecvCallback(callbacks.text);
    socket->SetCloseCallbacks(callbacks.closed, callbacks.broken);
    socket->SetSendCallback(callbacks.room);
}

void
TcpConnWorkloadApp::Forget(Entry& entry)
{
    Disarm(entry);
    // The TCP may keep the socket for long, in TIME-WAIT; nothing that it says matters any more.
    Watch(entry.first, Callbacks());
    m_connections.erase(Ptr<Socket>(entry.first));
    m_active = m_active - 1;
}

void
TcpConnWorkloadApp::Complete(Entry& entry)
{
    const Time total = Simulator::Now() - NanoSeconds(entry.second.started);
    m_counters.completed++;
    Forget(entry);
    m_completed(total);
    OnEnded();
}

void
TcpConnWorkloadApp::Fail(Entry& entry, const std::string& cause, bool close)
{
    Ptr<Socket> socket = entry.first;
    m_counters.failed++;
    m_failures[cause]++;
    Forget(entry);
    if (close)
    {
        socket->Close();
    }
    m_failed(cause);
    OnEnded();
}

void
TcpConnWorkloadApp::FailAll(const std::string& cause)
{
    using Age = std::pair<int64_t, uint64_t>;
    std::vector<std::pair<Age, Ptr<Socket>>> all;
    for (const Entry& entry : m_connections)
    {
        all.emplace_back(Age(entry.second.started, entry.second.key), entry.first);
    }
    // Not in the order of the table, which depends on where in memory the sockets are.
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    for (const auto& one : all)
    {
        if (Entry* entry = Find(one.second))
        {
            Fail(*entry, cause, true);
        }
    }
}

std::string
TcpConnWorkloadApp::CauseOf(const Ptr<Socket>& socket, const std::string& otherwise)
{
    StringValue failure;
    if (socket->GetAttributeFailSafe("Failure", failure) && failure.Get() != "none")
    {
        return failure.Get();
    }
    return otherwise;
}

// What sockets tell

void
TcpConnWorkloadApp::Connected(Ptr<Socket> socket)
{
    Entry* entry = Find(socket);
    if (entry && entry->second.phase == OPENING)
    {
        m_counters.opened++;
        OnOpen(*entry);
    }
}

void
TcpConnWorkloadApp::Refused(Ptr<Socket> socket)
{
    if (Entry* entry = Find(socket))
    {
        Fail(*entry, CauseOf(socket, "connect-failed"), false);
    }
}

void
TcpConnWorkloadApp::Text(Ptr<Socket> socket)
{
    if (Entry* entry = Find(socket))
    {
        OnText(*entry);
    }
}

void
TcpConnWorkloadApp::PeerClosed(Ptr<Socket> socket)
{
    Text(socket); // what is unread came before the end
    Entry* entry = Find(socket);
    if (entry && entry->second.phase == OPENING)
    {
        Fail(*entry, CauseOf(socket, "connect-failed"), false); // stock's way to say it
    }
    else if (entry)
    {
        OnPeerClosed(*entry);
    }
}

void
TcpConnWorkloadApp::Broken(Ptr<Socket> socket)
{
    if (Entry* entry = Find(socket))
    {
        OnBroken(*entry);
    }
}

void
TcpConnWorkloadApp::Room(Ptr<Socket> socket, uint32_t /* bytes */)
{
    if (Entry* entry = Find(socket))
    {
        OnSpace(*entry);
    }
}

void
TcpConnWorkloadApp::OnOpen(Entry& /* entry */)
{
}

void
TcpConnWorkloadApp::OnBroken(Entry& entry)
{
    Fail(entry, CauseOf(entry.first, "error-close"), false);
}

void
TcpConnWorkloadApp::OnEnded()
{
}

// Text

TcpConnWorkloadRequest
TcpConnWorkloadApp::MakeRequest(Entry& /* entry */)
{
    return TcpConnWorkloadRequest();
}

Ptr<Packet>
TcpConnWorkloadApp::MakeText(Entry& entry, bool reply, uint32_t size)
{
    const Connection& c = entry.second;
    const bool request = (c.flags & REQUEST_DUE) != 0;
    const bool patterned = (c.flags & PATTERNED) != 0;
    const uint32_t written = patterned ? size : request ? TcpConnWorkloadRequest::SIZE : 0;
    m_bytes.resize(written);
    if (patterned)
    {
        const uint64_t seed = TcpConnWorkloadText::Seed(c.key, reply);
        TcpConnWorkloadText::Fill(seed, c.sent, m_bytes.data(), size);
    }
    if (request)
    {
        MakeRequest(entry).Encode(m_bytes.data());
    }
    Ptr<Packet> zeros = Create<Packet>(size - written);
    if (written == 0)
    {
        return zeros;
    }
    Ptr<Packet> packet = Create<Packet>(m_bytes.data(), written);
    packet->AddAtEnd(zeros);
    return packet;
}

bool
TcpConnWorkloadApp::Write(Entry& entry, bool reply)
{
    Connection& c = entry.second;
    while (c.toSend > 0)
    {
        const uint32_t size = std::min({c.toSend, entry.first->GetTxAvailable(), MOST_AT_ONCE});
        // The first bytes of a request are sent together.
        const uint32_t least = c.flags & REQUEST_DUE ? TcpConnWorkloadRequest::SIZE : 1;
        if (size < least || entry.first->Send(MakeText(entry, reply, size)) < 0)
        {
            return false;
        }
        c.flags &= ~REQUEST_DUE;
        c.toSend -= size;
        c.sent += size;
        m_counters.bytesSent += size;
    }
    return true;
}

void
TcpConnWorkloadApp::Read(Entry& entry, bool reply, uint32_t keep)
{
    Connection& c = entry.second;
    while (c.toReceive > keep && entry.first->GetRxAvailable() > 0)
    {
        Ptr<Packet> packet = entry.first->Recv(std::min(c.toReceive - keep, MOST_AT_ONCE), 0);
        const uint32_t size = packet ? packet->GetSize() : 0;
        if (size == 0)
        {
            return;
        }
        uint32_t right = size;
        if (m_verify && c.flags & PATTERNED)
        {
            TcpConnWorkloadText::Verdict verdict;
            m_bytes.resize(size);
            packet->CopyData(m_bytes.data(), size);
            const uint64_t seed = TcpConnWorkloadText::Seed(c.key, reply);
            right = TcpConnWorkloadText::Check(seed, c.received, m_bytes.data(), size, verdict);
            m_counters.corrupted += verdict.corrupted;
            m_counters.duplicated += verdict.duplicated;
        }
        m_counters.bytesReceived += size;
        c.received += right;
        c.toReceive -= right;
    }
}

void
TcpConnWorkloadApp::Drain(Entry& entry)
{
    while (entry.first->GetRxAvailable() > 0)
    {
        Ptr<Packet> packet = entry.first->Recv(MOST_AT_ONCE, 0);
        if (!packet || packet->GetSize() == 0)
        {
            return;
        }
        m_counters.bytesReceived += packet->GetSize();
        m_counters.surplus += packet->GetSize();
    }
}

// Timers

void
TcpConnWorkloadApp::Arm(Entry& entry, int64_t delay)
{
    Disarm(entry);
    m_timers.emplace_back();
    Put(m_timers.size() - 1, {Simulator::Now().GetNanoSeconds() + delay, &entry});
    SiftUp(m_timers.size() - 1);
    Schedule();
}

void
TcpConnWorkloadApp::Disarm(Entry& entry)
{
    if (entry.second.timer == 0)
    {
        return;
    }
    const uint32_t place = entry.second.timer - 1;
    entry.second.timer = 0;
    const Timer last = m_timers.back();
    m_timers.pop_back();
    if (last.entry != &entry)
    {
        Put(place, last);
        SiftUp(place);
        SiftDown(last.entry->second.timer - 1);
    }
}

void
TcpConnWorkloadApp::Put(uint32_t place, const Timer& timer)
{
    m_timers[place] = timer;
    timer.entry->second.timer = place + 1;
}

void
TcpConnWorkloadApp::SiftUp(uint32_t place)
{
    const Timer timer = m_timers[place];
    while (place > 0 && timer.when < m_timers[(place - 1) / 2].when)
    {
        Put(place, m_timers[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    Put(place, timer);
}

void
TcpConnWorkloadApp::SiftDown(uint32_t place)
{
    const Timer timer = m_timers[place];
    for (uint32_t child = 2 * place + 1; child < m_timers.size(); child = 2 * place + 1)
    {
        if (child + 1 < m_timers.size() && m_timers[child + 1].when < m_timers[child].when)
        {
            child++;
        }
        if (timer.when <= m_timers[child].when)
        {
            break;
        }
        Put(place, m_timers[child]);
        place = child;
    }
    Put(place, timer);
}

void
TcpConnWorkloadApp::Schedule()
{
    // An event that comes too early finds nothing to do: only one that is too late is replaced.
    if (m_timers.empty() || (!m_timerEvent.IsExpired() && m_timerAt <= m_timers.front().when))
    {
        return;
    }
    m_timerEvent.Cancel();
    m_timerAt = m_timers.front().when;
    m_timerEvent = Simulator::Schedule(NanoSeconds(m_timerAt) - Simulator::Now(),
                                       &TcpConnWorkloadApp::Expire,
                                       this);
}

void
TcpConnWorkloadApp::Expire()
{
    const int64_t now = Simulator::Now().GetNanoSeconds();
    while (!m_timers.empty() && m_timers.front().when <= now)
    {
        Entry& entry = *m_timers.front().entry;
        Disarm(entry);
        OnTimer(entry);
    }
    Schedule();
}

} // namespace ns3
