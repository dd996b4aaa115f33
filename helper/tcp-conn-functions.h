/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_FUNCTIONS_H
#define TCP_CONN_FUNCTIONS_H

#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"
#include "ns3/tcp-conn-trace.h"

#include <cstdint>
#include <functional>
#include <string>

namespace ns3
{

/** @ingroup tcp-conn
 * A transition in numbers and text, which outlives the call that told of it.
 */
struct TcpConnMove
{
    double time{0};    //!< When, in seconds.
    uint32_t node{0};  //!< Id of the node.
    uint64_t id{0};    //!< Id of the connection, counted per node from 1.
    std::string local; //!< Local end, "10.0.0.1:80".
    std::string peer;  //!< Peer's end; "*" for none.
    std::string from;  //!< State left, as RFC 9293 names it.
    std::string to;    //!< State entered.
    std::string cause; //!< "event" or "event/guard", as in the table.
    double inState{0}; //!< Time spent in the state left, in seconds.
    int flags{-1};     //!< Flags of the segment that caused it, TcpConnFlag; -1: none did.

    /** @param t a transition @return the same, to be kept */
    static TcpConnMove Of(const TcpConnTransition& t);
};

/** @ingroup tcp-conn
 * std::function where ns-3 takes an event, a socket callback or a trace sink.  It is how callables
 * of other languages, to which ns-3's templates are closed, get there (bindings/python); in C++ it
 * saves lambdas the type of the callback.
 */
class TcpConnFunctions
{
  public:
    /** Something to be done with a socket. */
    using OfSocket = std::function<void(Ptr<Socket> socket)>;
    /** Something to be done with an accepted socket and its peer's address. */
    using OfAccepted = std::function<void(Ptr<Socket> socket, const Address& peer)>;
    /** Whether a connection from an address is taken. */
    using OfRequest = std::function<bool(Ptr<Socket> listener, const Address& peer)>;

    /**
     * Simulator::Schedule.
     * @param delay time from now, not negative
     * @param event what is then done
     * @param argument what it is told: which of many events it is
     * @return the event
     */
    static EventId Schedule(const Time& delay,
                            const std::function<void(uint64_t)>& event,
                            uint64_t argument = 0);

    /** @param ip IPv4 or IPv6 address, as text @param port port @return both as an Address */
    static Address AddressOf(const char* ip, uint16_t port);
    /** @param ip address @param port port @return both as an Address */
    static Address AddressOf(const Ipv4Address& ip, uint16_t port);
    /** @param ip address @param port port @return both as an Address */
    static Address AddressOf(const Ipv6Address& ip, uint16_t port);

    /**
     * @param object an object
     * @param source name of a trace source
     * @return what its TypeId names as the callback of the source, for TcpConnSink; empty if the
     *         object has no such source
     */
    static std::string SignatureOf(Ptr<Object> object, const std::string& source);

    /**
     * Socket::SetConnectCallback.
     * @param socket a socket
     * @param connected it is established; may be empty
     * @param failed it could not be; may be empty
     */
    static void OnConnect(Ptr<Socket> socket, const OfSocket& connected, const OfSocket& failed);
    /**
     * Socket::SetAcceptCallback.
     * @param listener a listening socket
     * @param request a SYN has come: is it taken?  Empty: it is
     * @param accepted a connection is established; may be empty
     */
    static void OnAccept(Ptr<Socket> listener,
                         const OfRequest& request,
                         const OfAccepted& accepted);
    /**
     * Socket::SetRecvCallback.
     * @param socket a socket
     * @param received there is something to read
     */
    static void OnReceive(Ptr<Socket> socket, const OfSocket& received);
    /**
     * Socket::SetCloseCallbacks.
     * @param socket a socket
     * @param closed the peer has closed; may be empty
     * @param error the connection ended by a reset or timeout; may be empty
     */
    static void OnClose(Ptr<Socket> socket, const OfSocket& closed, const OfSocket& error);
};

/** @ingroup tcp-conn
 * Connects functions to trace sources of one signature.
 * @tparam Signature what TypeId names as the callback of the source, as
 *         TcpConnTracedCallback::Transition: a pointer to a function
 */
template <typename Signature>
class TcpConnSink;

/** @copydoc TcpConnSink */
template <typename... Ts>
class TcpConnSink<void (*)(Ts...)>
{
  public:
    /** A sink. */
    using Function = std::function<void(Ts...)>;

    /**
     * Object::TraceConnectWithoutContext.
     * @param object an object
     * @param source name of a trace source of it
     * @param sink what is done when it fires
     * @return false: it has no such source
     */
    static bool Connect(Ptr<Object> object, const std::string& source, const Function& sink)
    {
        return object->TraceConnectWithoutContext(source, Callback<void, Ts...>(sink));
    }
};

} // namespace ns3

#endif /* TCP_CONN_FUNCTIONS_H */
