/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PACKET_SCRIPT_TESTBED_H
#define TCP_CONN_PACKET_SCRIPT_TESTBED_H

#include "../../test/tcp-conn-wire-peer.h"

#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/simple-net-device.h"
#include "ns3/socket.h"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * The simulated host that a script drives, and the wire at its other side.
 */

namespace ns3
{
namespace TcpConnPacketScript
{

/** What a script runs on: the same for all scripts of a run, but for what their options say. */
struct Setup
{
    std::string factory{"ns3::TcpConnSocketFactory"}; //!< TypeId name of the socket factory.
    std::string protocol{"ns3::TcpConnL4Protocol"};   //!< TypeId name of the protocol.
    std::vector<std::pair<std::string, std::string>> attributes; //!< Of each socket.
    bool ipv6{false};                                            //!< IPv6 on the wire.
    bool mapped{false};              //!< IPv6 sockets, IPv4 on the wire.
    uint32_t mtu{1500};              //!< MTU of the link, bytes.
    std::string local;               //!< Address of the host; empty: a default.
    std::string remote;              //!< Address of the peer; empty: a default.
    uint16_t bindPort{8080};         //!< What bind takes for "...".
    uint16_t connectPort{8080};      //!< What connect takes for "...".
    Time tolerance{MilliSeconds(4)}; //!< How early or late an event may be.
    bool looseOptions{false};        //!< Of options sent, the kinds alone must be as in the script.
    bool loosePush{false};           //!< PSH of segments sent need not be as in the script.
    bool strict{false};              //!< At the end no segment may be left that no line names.
};

/**
 * A node with the protocol under test and a wire with no delay to a peer with no TCP in it.  Only
 * one may exist at a time, for it owns the simulator.
 */
class Testbed
{
  public:
    /** Where scripts begin; before it the node starts. */
    static Time Origin();

    /** @param setup what to make; ends the program if a TypeId is not known */
    explicit Testbed(const Setup& setup);
    ~Testbed();
    Testbed(const Testbed&) = delete;
    Testbed& operator=(const Testbed&) = delete;

    /**
     * @param refused set to the name of an attribute that the sockets do not have
     * @return a new socket of the factory with the attributes of the setup
     */
    Ptr<Socket> NewSocket(std::string& refused);

    /**
     * Do something as an event of the host, and then what follows at once.
     * @param action what to do
     */
    void Do(const std::function<void()>& action);

    /** @param time run the simulation up to this time */
    void RunTo(Time time);

    /**
     * Run until a segment of the host has been seen.
     * @param limit or until this time
     */
    void RunToSegment(Time limit);

    /** @return address of the host. */
    const TcpConnWire::Host& Local() const;
    /** @return address of the peer. */
    const TcpConnWire::Host& Remote() const;
    /** @return the peer. */
    TcpConnWire::Peer& Peer();

    std::deque<TcpConnWire::Segment> segments; //!< Sent by the host, not yet taken by a script.

  private:
    void InstallStack(const Setup& setup);
    void InstallAddresses();
    void RunUntil(Time limit, const std::function<bool()>& enough);

    Setup m_setup;                             //!< What it was made from.
    TcpConnWire::Host m_local;                 //!< Address of the host.
    TcpConnWire::Host m_remote;                //!< Address of the peer.
    Ptr<Node> m_host;                          //!< The host.
    Ptr<SimpleNetDevice> m_hostDevice;         //!< Its device.
    std::unique_ptr<TcpConnWire::Peer> m_peer; //!< The peer.
};

} // namespace TcpConnPacketScript
} // namespace ns3

#endif /* TCP_CONN_PACKET_SCRIPT_TESTBED_H */
