/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_BENCH_SCENE_H
#define TCP_CONN_BENCH_SCENE_H

#include "ns3/ipv4-address.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/socket.h"

#include <memory>
#include <string>
#include <vector>

namespace ns3
{

class TcpConnBenchFloor;

/**
 * A server and its clients, each on a link of its own of 10 Gb/s and 1 ms, for benchmarks of any
 * TCP.  The conversations go on the first link; connections that lie idle on all of them.
 */
class TcpConnBenchScene
{
  public:
    /**
     * @param stack "floor", "stock" or "ours"
     * @param clients number of clients
     * @param msl MSL: connections that are over must not pile up, or must
     */
    TcpConnBenchScene(const std::string& stack, uint32_t clients, Time msl);
    ~TcpConnBenchScene();

    /** Open connections and leave them so.  @param connections how many */
    void OpenIdle(uint32_t connections);

    /** Have conversations, one after the other.  @param conversations how many more */
    void Converse(uint32_t conversations);

    /** Let each idle connection carry 100 bytes to the server and 1000 back. */
    void Exchange();

    /** Close all idle connections, the client first, and drop their sockets. */
    void CloseIdle();

    /**
     * Send SYNs to the server, whose answers nobody gets: each leaves it a half-open connection.
     * @param syns how many
     */
    void Flood(uint32_t syns);

    /** @return conversations completed. */
    uint32_t Done() const;

    /** @return connections that lie open. */
    uint32_t Idle() const;

    /** @return the server. */
    Ptr<Node> Server() const;

  private:
    void Listen(uint16_t port, Callback<void, Ptr<Socket>, const Address&> accepted);
    Ptr<Socket> NewSocket(Ptr<Node> node) const;

    // The server of conversations.
    void Accepted(Ptr<Socket> socket, const Address& peer);
    void ServerRead(Ptr<Socket> socket);
    void ServerClose(Ptr<Socket> socket);
    // Their client.
    void Begin();
    void Connected(Ptr<Socket> socket);
    void ClientRead(Ptr<Socket> socket);
    void Ended();
    // Idle connections.
    void OpenOne();
    void IdleAccepted(Ptr<Socket> socket, const Address& peer);
    void IdleConnected(Ptr<Socket> socket);
    void IdleRead(Ptr<Socket> socket);
    void Ask(Ptr<Socket> socket);

    // One callback serves all sockets, so that they are not the application's memory.
    Callback<void, Ptr<Socket>> m_connected; //!< IdleConnected.
    Callback<void, Ptr<Socket>> m_read;      //!< IdleRead.
    Callback<void, Ptr<Socket>> m_close;     //!< ServerClose.

    bool m_floor;                               //!< No TCP at all.
    TypeId m_factory;                           //!< What makes sockets.
    NodeContainer m_clients;                    //!< The clients.
    Ptr<Node> m_server;                         //!< The server.
    std::vector<Ipv4Address> m_addresses;       //!< The server's, one for each client.
    std::vector<Ptr<TcpConnBenchFloor>> m_ends; //!< The floor's two ends.
    std::vector<Ptr<Socket>> m_listeners;       //!< The server's listeners.
    std::vector<Ptr<Socket>> m_opened;          //!< Clients' sockets of idle connections.
    std::vector<Ptr<Socket>> m_accepted;        //!< The server's sockets of idle connections.
    uint32_t m_left{0};                         //!< Conversations to begin.
    uint32_t m_done{0};                         //!< Conversations completed.
    uint32_t m_idleWanted{0};                   //!< Idle connections to be open.
    uint32_t m_idle{0};                         //!< Idle connections open at the server.
};

} // namespace ns3

#endif /* TCP_CONN_BENCH_SCENE_H */
