/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-functions.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/simulator.h"

#include <cstring>

namespace ns3
{

namespace
{

/**
 * A function as ns-3's callback.
 * @tparam R result
 * @tparam Ts arguments
 * @param function the function; may be empty
 * @return the callback; a null one for an empty function
 */
template <typename R, typename... Ts>
Callback<R, Ts...>
CallbackOf(const std::function<R(Ts...)>& function)
{
    return function ? Callback<R, Ts...>(function) : Callback<R, Ts...>();
}

} // namespace

TcpConnMove
TcpConnMove::Of(const TcpConnTransition& t)
{
    return {t.time.GetSeconds(),
            t.node,
            t.id,
            t.key.LocalText(),
            t.key.PeerText(),
            TcpConnStateName(t.from),
            TcpConnStateName(t.to),
            t.Cause(),
            t.inState.GetSeconds(),
            t.segment ? t.segment->flags : -1};
}

EventId
TcpConnFunctions::Schedule(const Time& delay,
                           const std::function<void(uint64_t)>& event,
                           uint64_t argument)
{
    return Simulator::Schedule(delay, [event, argument]() { event(argument); });
}

Address
TcpConnFunctions::AddressOf(const char* ip, uint16_t port)
{
    return std::strchr(ip, ':') ? AddressOf(Ipv6Address(ip), port)
                                : AddressOf(Ipv4Address(ip), port);
}

Address
TcpConnFunctions::AddressOf(const Ipv4Address& ip, uint16_t port)
{
    return InetSocketAddress(ip, port);
}

Address
TcpConnFunctions::AddressOf(const Ipv6Address& ip, uint16_t port)
{
    return Inet6SocketAddress(ip, port);
}

std::string
TcpConnFunctions::SignatureOf(Ptr<Object> object, const std::string& source)
{
    TypeId::TraceSourceInformation info;
    return object->GetInstanceTypeId().LookupTraceSourceByName(source, &info) ? info.callback : "";
}

void
TcpConnFunctions::OnConnect(Ptr<Socket> socket, const OfSocket& connected, const OfSocket& failed)
{
    socket->SetConnectCallback(CallbackOf(connected), CallbackOf(failed));
}

void
TcpConnFunctions::OnAccept(Ptr<Socket> listener,
                           const OfRequest& request,
                           const OfAccepted& accepted)
{
    listener->SetAcceptCallback(CallbackOf(request), CallbackOf(accepted));
}

void
TcpConnFunctions::OnReceive(Ptr<Socket> socket, const OfSocket& received)
{
    socket->SetRecvCallback(CallbackOf(received));
}

void
TcpConnFunctions::OnClose(Ptr<Socket> socket, const OfSocket& closed, const OfSocket& error)
{
    socket->SetCloseCallbacks(CallbackOf(closed), CallbackOf(error));
}

} // namespace ns3
