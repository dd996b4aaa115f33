/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_RANDOM_WALK_USER_H
#define TCP_CONN_RANDOM_WALK_USER_H

#include "tcp-conn-random-walk-scene.h"

#include "ns3/address.h"
#include "ns3/node.h"
#include "ns3/tcp-conn-socket.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * The applications of a random walk: they do anything at any time, and know what TCP owes them.
 */

namespace ns3
{
namespace TcpConnRandomWalk
{

/** Text that goes one way in one connection. */
struct Stream
{
    uint64_t key{0};      //!< What its bytes follow from.
    uint64_t sent{0};     //!< Bytes that the sender's socket took.
    bool finished{false}; //!< The sender closed, and not by a reset.
    uint32_t takers{0};   //!< Connections that it was delivered to.

    /** @param position place in the stream @return the byte there */
    uint8_t At(uint64_t position) const;
};

/** All that has been sent between two ends, one way. */
using Streams = std::map<std::pair<std::string, std::string>, std::vector<std::shared_ptr<Stream>>>;

/** What applications share: the walk. */
struct World
{
    /** @param seed what all follows from */
    explicit World(uint64_t seed);

    /**
     * Something is not as it has to be.
     * @param what it
     */
    void Complain(const std::string& what);
    /** Tell what happens. @param what it */
    void Note(const std::string& what) const;

    Dice dice;                           //!< Everything follows from it.
    Scene scene;                         //!< What the walk is made of.
    Streams streams;                     //!< All text.
    uint64_t delivered{0};               //!< Bytes that came.
    std::vector<std::string> violations; //!< What was not as it has to be.
    std::ostream* log{nullptr};          //!< Where to tell what happens; nullptr: nowhere.
    bool curfew{false};                  //!< Nothing new is begun.
    uint32_t sockets{0};                 //!< Sockets so far: they are named by numbers.
};

/** An application with one socket, which connects or was accepted. */
class User
{
  public:
    /** @param world the walk @param node where it runs */
    User(World& world, Ptr<Node> node);
    User(const User&) = delete;
    User& operator=(const User&) = delete;

    /** Connect a new socket. @param port own port, 0: any @param to the peer */
    void Connect(uint16_t port, const Address& to);
    /** Take a connection. @param socket that a listener made @param from the peer */
    void Take(Ptr<Socket> socket, const Address& from);
    /** The host crashes: nothing more will be told. */
    void Crashed();
    /** Read, and end everything. */
    void GoHome();
    /** Let go of the socket, and say whether TCP owes anything. */
    void Finish();

  private:
    /** Watch the socket, and plan what to do with it. */
    void Begin(Ptr<Socket> socket);
    /** Connect once more. */
    void Open(const Address& to);
    /** What TCP tells of is a new connection. */
    void Reset();
    /** Do something at random. */
    void Act();
    /** Do something at random within a callback, rarely. */
    void MayAct();
    /** Queue text, as much as there is room for. */
    void Write();
    /** Read what has come. */
    void Read();
    /** Compare text with what was sent. */
    void Compare(const std::vector<uint8_t>& text);
    /** What may come, while nothing has. */
    void FindCandidates();
    /** Text can be sent or come from now on. */
    void Join(const Address& peer);
    void Close();
    void Abort();
    void ShutdownSend();
    void ShutdownReceive();
    void Misuse();
    /** @return the socket has no connection */
    bool Over() const;
    /** @return TCP has yet to say how the connection ended */
    bool Owed() const;
    /** Complain, with name and state of the socket. */
    void Wrong(const std::string& what);
    /** Tell what happens. */
    void Say(const std::string& what) const;
    /** Later, in this node's context. */
    void Later(Time delay, std::function<void()> deed);

    void OnConnected(Ptr<Socket> socket);
    void OnFailed(Ptr<Socket> socket);
    void OnText(Ptr<Socket> socket);
    void OnSent(Ptr<Socket> socket, uint32_t bytes);
    void OnRoom(Ptr<Socket> socket, uint32_t bytes);
    void OnNormalClose(Ptr<Socket> socket);
    void OnErrorClose(Ptr<Socket> socket);

    World& m_world;                                    //!< The walk.
    Ptr<Node> m_node;                                  //!< Where it runs.
    std::string m_name;                                //!< As messages call it.
    Ptr<TcpConnSocket> m_socket;                       //!< The socket; null: let go.
    Address m_peer;                                    //!< Whom it connects to.
    bool m_connecting{false};                          //!< Connect said yes.
    bool m_connected{false};                           //!< It is open.
    bool m_ended{false};                               //!< Its end was told.
    bool m_silent{false};                              //!< Its end need not be told: closed here.
    bool m_aborted{false};                             //!< Nothing may be told any more.
    bool m_closed{false};                              //!< Close was called.
    bool m_deaf{false};                                //!< ShutdownRecv was called.
    bool m_reading{true};                              //!< Text is read as it comes.
    uint64_t m_toSend{0};                              //!< Bytes that wait for room.
    uint64_t m_told{0};                                //!< Bytes that were told to be sent.
    uint64_t m_received{0};                            //!< Bytes read.
    std::shared_ptr<Stream> m_out;                     //!< What it sends.
    std::vector<std::shared_ptr<Stream>> m_candidates; //!< What it may be receiving.
    std::pair<std::string, std::string> m_incoming;    //!< From whom to whom it comes.
    bool m_joined{false};                              //!< The connection is open: both are known.
};

} // namespace TcpConnRandomWalk
} // namespace ns3

#endif /* TCP_CONN_RANDOM_WALK_USER_H */
