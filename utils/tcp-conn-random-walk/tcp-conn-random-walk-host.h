/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_RANDOM_WALK_HOST_H
#define TCP_CONN_RANDOM_WALK_HOST_H

#include "tcp-conn-random-walk-user.h"

#include "ns3/tcp-conn-l4-protocol.h"

#include <set>

/**
 * @file
 * @ingroup tcp-conn
 * The hosts of a random walk: who listens, who connects, what breaks.
 */

namespace ns3
{
namespace TcpConnRandomWalk
{

/** A host, and all that runs on it. */
class Host
{
  public:
    /** @param world the walk @param node its node @param address its address, without port */
    Host(World& world, Ptr<Node> node, const Address& address);
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    /** Plan what is done here. */
    void Plan();
    /** A connection to begin at some time. @param peer the other host's address */
    void PlanClient(const Address& peer);
    /** Close everything. */
    void GoHome();
    /** Let go of all sockets; then nothing may be left of them. */
    void Finish();
    /** Compare the counters, now. */
    void Audit();
    /** @return connections that were tried or accepted */
    size_t GetConnections() const;

  private:
    /** A listener. */
    struct Door
    {
        uint16_t port{0};          //!< Where it listens.
        Ptr<TcpConnSocket> socket; //!< The socket; null: it does not.
        bool manual{false};        //!< Accept has to be called.
    };

    /** Listen. @param door where */
    void OpenDoor(Door& door);
    /** Listen no more. @param door where */
    void CloseDoor(Door& door);
    /** Take those that wait. @param door where */
    void Answer(Door& door);
    /** Connect. @param peer address of the other host */
    void Connect(const Address& peer);
    /** The host crashes. */
    void Crash();
    /** Take a connection. @param socket that a listener made @param from the peer */
    void Take(Ptr<Socket> socket, const Address& from);
    /** An ICMP error may follow. @param sent a segment that this host has sent */
    void OnTx(const TcpConnSegmentEvent& sent);
    /** It does. @param key the segment's connection @param seq its sequence number */
    void SendIcmp(const TcpConnKey& key, uint32_t seq);
    /** @param port a port @return it at any address of this host */
    Address Any(uint16_t port) const;
    /** Later, in this node's context. */
    void Later(Time delay, std::function<void()> deed);

    bool OnRequest(Ptr<Socket> socket, const Address& from);
    void OnCreated(Ptr<Socket> socket, const Address& from);

    World& m_world;                             //!< The walk.
    Ptr<Node> m_node;                           //!< Its node.
    Ptr<TcpConnL4Protocol> m_tcp;               //!< Its TCP.
    const HostScene& m_scene;                   //!< What is particular to it.
    Address m_address;                          //!< Its address, without port.
    std::vector<Door> m_doors;                  //!< Listeners.
    std::vector<std::unique_ptr<User>> m_users; //!< Connections.
    std::set<uint64_t> m_given;                 //!< Connections that were given to it, by id.
};

} // namespace TcpConnRandomWalk
} // namespace ns3

#endif /* TCP_CONN_RANDOM_WALK_HOST_H */
