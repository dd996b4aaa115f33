/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-socket.h"

#include "ns3/simulator.h"

namespace ns3
{

// The accept queue: established connections that the application has not yet taken

void
TcpConnSocket::Offer(Ptr<TcpConnSocket> socket, const Address& from)
{
    if (!m_manualAccept && Settings().acceptInterval.IsZero())
    {
        NotifyNewConnectionCreated(socket, from);
        return;
    }
    socket->m_waiting = true;
    m_listener->acceptQueue.push_back(socket);
    ++m_listener->accepting;
    if (!m_manualAccept && m_listener->accepting == 1)
    {
        Simulator::Schedule(Settings().acceptInterval,
                            &TcpConnSocket::AcceptNext,
                            Ptr<TcpConnSocket>(this));
    }
}

void
TcpConnSocket::SetAcceptInterval(Time interval)
{
    Own().acceptInterval = interval;
}

Time
TcpConnSocket::GetAcceptInterval() const
{
    return Settings().acceptInterval;
}

void
TcpConnSocket::SetAcceptRate(double rate)
{
    if (rate > 0)
    {
        SetAcceptInterval(Seconds(1 / rate));
    }
}

double
TcpConnSocket::GetAcceptRate() const
{
    const Time interval = GetAcceptInterval();
    return interval.IsZero() ? 0 : 1 / interval.GetSeconds();
}

void
TcpConnSocket::AcceptNext()
{
    Address from;
    Ptr<Socket> socket = Accept(from);
    if (socket)
    {
        if (m_listener && m_listener->accepting > 0)
        {
            Simulator::Schedule(Settings().acceptInterval,
                                &TcpConnSocket::AcceptNext,
                                Ptr<TcpConnSocket>(this));
        }
        NotifyNewConnectionCreated(socket, from);
    }
}

void
TcpConnSocket::CatchUp()
{
    // What happened while the connection waited to be accepted.
    if (GetRxAvailable() > 0 && !m_closed)
    {
        NotifyDataRecv();
    }
    if (m_peerClosed || m_failure != TcpConnFailure::NONE)
    {
        TellEnd();
    }
}

void
TcpConnSocket::TellEnd()
{
    if (m_ended || m_waiting)
    {
        return;
    }
    m_ended = true;
    if (m_peerClosed)
    {
        NotifyNormalClose();
    }
    else if (m_wasOpen)
    {
        NotifyErrorClose();
    }
    else
    {
        NotifyConnectionFailed();
    }
}

Ptr<Socket>
TcpConnSocket::Accept(Address& from)
{
    if (!m_listener || m_listener->acceptQueue.empty())
    {
        Fail(m_listener ? ERROR_AGAIN : ERROR_INVAL);
        return nullptr;
    }
    Ptr<TcpConnSocket> socket = m_listener->acceptQueue.front();
    m_listener->acceptQueue.pop_front();
    --m_listener->accepting;
    from = socket->Key().Peer();
    socket->m_waiting = false;
    Simulator::ScheduleNow(&TcpConnSocket::CatchUp, socket);
    return socket;
}

TcpConnAdmissionCounters
TcpConnSocket::GetAdmissionCounters() const
{
    return m_listener ? m_listener->counters : TcpConnAdmissionCounters();
}

} // namespace ns3
