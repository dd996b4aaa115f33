/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TWO_HOSTS_H
#define TCP_CONN_TWO_HOSTS_H

#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/tcp-conn-trace.h"

#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * What tests with whole hosts share: two nodes with a TCP each, a log of the states that their
 * connections pass through, and a user of sockets that checks every byte.
 */

namespace ns3
{
namespace TcpConnTest
{

/// TypeId of the protocol.
extern const std::string PROTOCOL;
/// TypeId of its factory on a node that has stock TCP too.
extern const std::string OUR_FACTORY;
/// The factory that applications ask for.
extern const std::string TCP_FACTORY;

/// Which TCP a node has.
enum class Stack
{
    OURS,  //!< This module's alone.
    STOCK, //!< ns-3's alone.
    BOTH   //!< Ours beside stock.
};

/**
 * @param node a bare node
 * @param stack its TCP
 */
void InstallStack(Ptr<Node> node, Stack stack);

/**
 * Two hosts, 10 ms apart, with IPv4 and IPv6 addresses.  IPv6 can be used from second 2 on, when
 * duplicate address detection has ended.
 */
struct TwoHosts
{
    NodeContainer nodes;        //!< The hosts.
    NetDeviceContainer devices; //!< Their devices.
    Ipv4InterfaceContainer v4;  //!< Their IPv4 addresses.
    Ipv6InterfaceContainer v6;  //!< Their IPv6 addresses.

    /**
     * @param first TCP of host 0
     * @param second TCP of host 1
     * @param loss probability that a packet is lost, in each direction
     */
    TwoHosts(Stack first, Stack second, double loss = 0);

    /**
     * @param host 0 or 1
     * @param port a port
     * @param ipv6 the IPv6 address rather than the IPv4 one
     * @return that end
     */
    Address At(uint32_t host, uint16_t port, bool ipv6) const;

    /**
     * @param port a port
     * @param ipv6 IPv6 rather than IPv4
     * @return that port of any address
     */
    static Address Any(uint16_t port, bool ipv6);

    /**
     * @param host 0 or 1
     * @return our protocol there, or null
     */
    Ptr<Object> Protocol(uint32_t host) const;

    /**
     * @param host 0 or 1
     * @return the records that our protocol holds there, as text; empty: none
     */
    std::string Table(uint32_t host) const;
};

/// Transitions that a protocol object told of.
class StateLog
{
  public:
    /**
     * @param protocol where to listen
     * @return whether it has the trace source
     */
    bool Watch(Ptr<Object> protocol);

    /** @return the states entered by connections (not listeners), separated by blanks. */
    const std::string& States() const;

    /** @return the time that the last connection to leave TIME-WAIT spent there. */
    Time InTimeWait() const;

  private:
    /**
     * @param t a transition
     */
    void Add(const TcpConnTransition& t);

    std::string m_states; //!< States entered.
    Time m_timeWait{0};   //!< Time spent in TIME-WAIT.
};

/**
 * One end of a conversation over ns3::Socket: sends bytes of a known pattern, checks those that
 * come, and closes first or after the peer.
 */
class Talker
{
  public:
    /// Counts of what the socket told.
    struct Calls
    {
        uint32_t connected{0}; //!< Connection succeeded, or was accepted.
        uint32_t refused{0};   //!< Connection failed.
        uint32_t closed{0};    //!< Normal close: the peer's FIN.
        uint32_t broken{0};    //!< Error close.
    };

    /**
     * @param toSend bytes to send
     * @param toReceive bytes that shall come
     * @param closesFirst close when all is sent and all has come, not waiting for the peer's FIN
     */
    Talker(uint32_t toSend, uint32_t toReceive, bool closesFirst);

    /**
     * Wait for one connection; the listener closes when it has come.
     * @param node where
     * @param factory the socket's factory
     * @param at local end
     */
    void Listen(Ptr<Node> node, const std::string& factory, const Address& at);

    /**
     * Take a connection that another's listener has accepted.
     * @param socket the connection
     */
    void Take(Ptr<Socket> socket);

    /**
     * Open a connection.
     * @param node from where
     * @param factory the socket's factory
     * @param to the peer
     */
    void Connect(Ptr<Node> node, const std::string& factory, const Address& to);

    /** @return whether all was sent, all came unharmed, and the close was orderly. */
    bool Satisfied() const;

    /** @return what the socket told. */
    const Calls& Told() const;

    /** @return how far it came, as text. */
    std::string Report() const;

  private:
    /// Set the callbacks of the connection.
    void Watch();
    /**
     * A listener has accepted.
     * @param socket the connection
     * @param from the peer
     */
    void Accepted(Ptr<Socket> socket, const Address& from);
    /**
     * The connection is open.
     * @param socket the connection
     */
    void Connected(Ptr<Socket> socket);
    /**
     * The connection failed.
     * @param socket the connection
     */
    void Refused(Ptr<Socket> socket);
    /**
     * There is room to send.
     * @param socket the connection
     * @param room bytes
     */
    void Space(Ptr<Socket> socket, uint32_t room);
    /// Send what the socket takes.
    void Write();
    /**
     * Check what has come.
     * @param socket the connection
     */
    void Read(Ptr<Socket> socket);
    /**
     * The peer's FIN has come.
     * @param socket the connection
     */
    void PeerClosed(Ptr<Socket> socket);
    /**
     * The connection was reset or given up.
     * @param socket the connection
     */
    void Broken(Ptr<Socket> socket);
    /// Close once, at the time that was agreed.
    void CloseIfDone();
    /// Close and let go.
    void Close();

    uint32_t m_toSend;      //!< Bytes to send.
    uint32_t m_toReceive;   //!< Bytes that shall come.
    bool m_closesFirst;     //!< Close without waiting for the peer's FIN.
    Ptr<Socket> m_listener; //!< Listening socket.
    Ptr<Socket> m_socket;   //!< The connection.
    uint32_t m_sent{0};     //!< Bytes that the socket took.
    uint32_t m_received{0}; //!< Bytes that came.
    bool m_damaged{false};  //!< Some byte was not what it should be.
    bool m_closing{false};  //!< Close was called.
    Calls m_calls;          //!< What the socket told.
};

} // namespace TcpConnTest
} // namespace ns3

#endif /* TCP_CONN_TWO_HOSTS_H */
