/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-resources.h"

#include "tcp-conn-l4-protocol.h"

#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <limits>

namespace ns3
{

// What fits

namespace
{

/**
 * @param level what is in use
 * @param more what is wanted
 * @param limit the limit; 0: none
 * @return whether it can be had
 */
bool
Within(uint64_t level, uint64_t more, uint64_t limit)
{
    return limit == 0 || (level <= limit && more <= limit - level);
}

} // namespace

bool
TcpConnResources::Fits(TcpConnKind kind, uint64_t buffers) const
{
    if (kind == TCP_CONN_LATE)
    {
        return Within(m_timeWait, 1, m_maxTimeWait);
    }
    return Within(m_connections, 1, m_maxConnections) && BuffersFit(buffers);
}

bool
TcpConnResources::BuffersFit(uint64_t bytes) const
{
    return Within(m_bufferMemory, bytes, m_maxBufferMemory);
}

// Levels

void
TcpConnResources::Add(TcpConnKind kind, bool v6)
{
    switch (kind)
    {
    case TCP_CONN_FULL:
        ++m_connections;
        break;
    case TCP_CONN_HALF_OPEN:
        ++m_connections;
        ++m_halfOpen;
        break;
    case TCP_CONN_LATE:
        ++m_timeWait;
        break;
    }
    m_recordMemory += RecordBytes(kind, v6);
}

void
TcpConnResources::Remove(TcpConnKind kind, bool v6)
{
    switch (kind)
    {
    case TCP_CONN_FULL:
        --m_connections;
        break;
    case TCP_CONN_HALF_OPEN:
        --m_connections;
        --m_halfOpen;
        break;
    case TCP_CONN_LATE:
        --m_timeWait;
        break;
    }
    m_recordMemory -= RecordBytes(kind, v6);
}

void
TcpConnResources::Replace(TcpConnKind from, TcpConnKind to, bool v6)
{
    if (from == TCP_CONN_HALF_OPEN)
    {
        --m_halfOpen;
    }
    if (to == TCP_CONN_LATE)
    {
        --m_connections;
        ++m_timeWait;
    }
    m_recordMemory += RecordBytes(to, v6) - static_cast<uint64_t>(RecordBytes(from, v6));
}

void
TcpConnResources::Allot(uint64_t bytes)
{
    m_bufferMemory += bytes;
}

void
TcpConnResources::GiveBack(uint64_t bytes)
{
    m_bufferMemory -= bytes;
}

bool
TcpConnResources::AddOrphan()
{
    if (!Within(m_orphans, 1, m_maxOrphans))
    {
        Refuse(ORPHAN);
        return false;
    }
    ++m_orphans;
    return true;
}

void
TcpConnResources::RemoveOrphan()
{
    --m_orphans;
}

void
TcpConnResources::Refuse(Refusal what)
{
    ++m_refused[what];
}

uint32_t
TcpConnResources::GetConnections() const
{
    return m_connections;
}

uint32_t
TcpConnResources::GetHalfOpen() const
{
    return m_halfOpen;
}

uint32_t
TcpConnResources::GetTimeWait() const
{
    return m_timeWait;
}

uint32_t
TcpConnResources::GetOrphans() const
{
    return m_orphans;
}

uint64_t
TcpConnResources::GetBufferMemory() const
{
    return m_bufferMemory;
}

uint64_t
TcpConnResources::GetRecordMemory() const
{
    return m_recordMemory;
}

uint64_t
TcpConnResources::GetRefused(Refusal what) const
{
    return m_refused[what];
}

uint32_t
TcpConnResources::RecordBytes(TcpConnKind kind, bool v6)
{
    const std::size_t record = kind == TCP_CONN_FULL        ? sizeof(TcpConnFull)
                               : kind == TCP_CONN_HALF_OPEN ? sizeof(TcpConnHalfOpen)
                                                            : sizeof(TcpConnLate);
    return static_cast<uint32_t>(record + TcpConnRecordHead::AddressBytes(v6));
}

// Attributes and trace sources of the protocol that has these resources

/**
 * An attribute that is a limit.
 * @tparam T type of the limit
 */
template <typename T>
class TcpConnResources::Limit : public AttributeAccessor
{
  public:
    /** @param member the limit */
    explicit Limit(T TcpConnResources::*member)
        : m_member(member)
    {
    }

    bool Set(ObjectBase* object, const AttributeValue& value) const override
    {
        const auto* number = dynamic_cast<const UintegerValue*>(&value);
        if (number)
        {
            static_cast<TcpConnL4Protocol*>(object)->m_resources.*m_member =
                static_cast<T>(number->Get());
        }
        return number != nullptr;
    }

    bool Get(const ObjectBase* object, AttributeValue& value) const override
    {
        auto* number = dynamic_cast<UintegerValue*>(&value);
        if (number)
        {
            number->Set(static_cast<const TcpConnL4Protocol*>(object)->m_resources.*m_member);
        }
        return number != nullptr;
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
    T TcpConnResources::*m_member; //!< The limit.
};

/**
 * A trace source that is a level.
 * @tparam T type of the level
 */
template <typename T>
class TcpConnResources::Level : public TraceSourceAccessor
{
  public:
    /** @param member the level */
    explicit Level(TracedValue<T> TcpConnResources::*member)
        : m_member(member)
    {
    }

    bool ConnectWithoutContext(ObjectBase* object, const CallbackBase& cb) const override
    {
        Of(object).ConnectWithoutContext(cb);
        return true;
    }

    bool Connect(ObjectBase* object, std::string context, const CallbackBase& cb) const override
    {
        Of(object).Connect(cb, context);
        return true;
    }

    bool DisconnectWithoutContext(ObjectBase* object, const CallbackBase& cb) const override
    {
        Of(object).DisconnectWithoutContext(cb);
        return true;
    }

    bool Disconnect(ObjectBase* object, std::string context, const CallbackBase& cb) const override
    {
        Of(object).Disconnect(cb, context);
        return true;
    }

  private:
    /** @param object a protocol @return the level */
    TracedValue<T>& Of(ObjectBase* object) const
    {
        return static_cast<TcpConnL4Protocol*>(object)->m_resources.*m_member;
    }

    TracedValue<T> TcpConnResources::*m_member; //!< The level.
};

TypeId
TcpConnResources::Describe(TypeId tid)
{
    using R = TcpConnResources;
    const auto limit = [&tid](const char* name, const char* help, auto member, auto accessor) {
        tid.AddAttribute(name,
                         help,
                         UintegerValue(0),
                         Ptr<const AttributeAccessor>(accessor, false),
                         MakeUintegerChecker<decltype(member)>());
    };
    const auto level = [&tid](const char* name, const char* help, const char* type, auto* from) {
        tid.AddTraceSource(name, help, Ptr<const TraceSourceAccessor>(from, false), type);
    };
    limit("MaxConnections",
          "Most connections of the host, half-open ones included, those in TIME-WAIT not; 0: no "
          "limit. Beyond it Connect fails and SYNs are dropped.",
          uint32_t(0),
          new Limit<uint32_t>(&R::m_maxConnections));
    limit("MaxTimeWait",
          "Most connections in TIME-WAIT; 0: no limit. Beyond it a connection is forgotten when "
          "TIME-WAIT begins (Linux: tcp_max_tw_buckets).",
          uint32_t(0),
          new Limit<uint32_t>(&R::m_maxTimeWait));
    limit("MaxOrphans",
          "Most connections that the application has closed and that have not ended, TIME-WAIT "
          "not counted; 0: no limit. Beyond it Close resets the peer (Linux: tcp_max_orphans).",
          uint32_t(0),
          new Limit<uint32_t>(&R::m_maxOrphans));
    limit("MaxBufferMemory",
          "Most bytes of send and receive buffers, as SndBufSize and RcvBufSize allot them to "
          "established connections; 0: no limit. Beyond it Connect fails, and SYNs and the ACKs "
          "that would establish a connection are dropped (Linux: tcp_mem).",
          uint64_t(0),
          new Limit<uint64_t>(&R::m_maxBufferMemory));
    const char* const count = "ns3::TracedValueCallback::Uint32";
    const char* const bytes = "ns3::TracedValueCallback::Uint64";
    level("Connections",
          "Connections, half-open ones included, those in TIME-WAIT not",
          count,
          new Level<uint32_t>(&R::m_connections));
    level("HalfOpen",
          "Half-open connections of listeners",
          count,
          new Level<uint32_t>(&R::m_halfOpen));
    level("TimeWait", "Connections in TIME-WAIT", count, new Level<uint32_t>(&R::m_timeWait));
    level("Orphans",
          "Connections that the application has closed and that have not ended",
          count,
          new Level<uint32_t>(&R::m_orphans));
    level("BufferMemory",
          "Bytes of send and receive buffers allotted",
          bytes,
          new Level<uint64_t>(&R::m_bufferMemory));
    level("RecordMemory",
          "Bytes of the records of all connections, half-open and TIME-WAIT included",
          bytes,
          new Level<uint64_t>(&R::m_recordMemory));
    return tid;
}

} // namespace ns3
