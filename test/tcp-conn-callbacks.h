/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_CALLBACKS_H
#define TCP_CONN_CALLBACKS_H

#include "tcp-conn-wire-script.h"

#include "ns3/tcp-conn-trace.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Test support: an application that does something unusual in one of its callbacks, and a peer
 * that lives through whatever comes of it.
 */

namespace ns3
{
namespace TcpConnWire
{

/** Where the application does it: a callback of ns3::Socket, or a sink of a trace source. */
enum class Site
{
    CONNECTED,
    FAILED,
    REQUEST,
    CREATED,
    DATA,
    SENT,
    SPACE,
    NORMAL,
    ERROR,
    STATE,
    TRANSITION,
    TX,
    RX,
    DROP
};

/** @param site a site @return its name */
std::string SiteName(Site site);

/** What the application does there. */
enum class Deed
{
    CLOSE,
    CLOSE_TWICE,
    SHUTDOWN_SEND,
    SHUTDOWN_RECV,
    SEND,
    SEND_AND_CLOSE,
    RECV,
    CONNECT,
    BIND,
    LISTEN,
    ABORT,
    DROP,
    CLOSE_AND_DROP,
    FORGET_CALLBACKS,
    OPEN_ANOTHER,
    CLOSE_LISTENER,
    STOP,
    COUNT //!< How many there are.
};

/** @param deed a deed @return its name */
std::string DeedName(Deed deed);

/** A life of a connection. */
struct Plot
{
    bool passive{false}; //!< The peer opens it.
    bool refused{false}; //!< The host's SYN is answered by a reset.
    bool reset{false};   //!< The peer ends it by a reset, not a FIN.

    /** @return a name */
    std::string Name() const;
};

/**
 * A peer that opens or accepts, acknowledges, sends text after a second, a segment that must be
 * dropped after a second and a half, and FIN or RST after two.
 */
class Robot
{
  public:
    /** @param script the script whose peer it is @param plot what it does */
    Robot(Script& script, const Plot& plot);
    ~Robot();
    Robot(const Robot&) = delete;
    Robot& operator=(const Robot&) = delete;

    /** Open a connection to port 80. @param port own port */
    void Open(uint16_t port);

    static constexpr uint32_t TEXT = 10; //!< Bytes that it sends.

  private:
    /** One connection. */
    struct End
    {
        uint32_t next{5000}; //!< Next number to send.
        uint32_t rcv{0};     //!< Next number expected.
        bool open{false};    //!< Both SYNs are acknowledged.
        bool dead{false};    //!< Reset.
        Segment reply;       //!< Addresses and ports.
    };

    /** A segment has come. */
    void Seen();
    /** Send in a connection. */
    void Send(End& end, uint8_t flags, uint32_t seq, uint32_t length);
    /** Its text, rubbish and end. */
    void Live(End& end);

    Script& m_script;                                    //!< The script.
    Plot m_plot;                                         //!< What it does.
    std::map<std::pair<uint16_t, uint16_t>, End> m_ends; //!< By own and the host's port.
};

/** The application. */
class Actor
{
  public:
    /**
     * @param script the script
     * @param plot the life
     * @param site where
     * @param occurrence how many times it is passed by before
     * @param deed what
     */
    Actor(Script& script, const Plot& plot, Site site, uint32_t occurrence, Deed deed);
    ~Actor();
    Actor(const Actor&) = delete;
    Actor& operator=(const Actor&) = delete;

    /** Live. @return what is wrong; empty: nothing */
    std::string Live();

    bool acted{false};                  //!< It came to it.
    std::vector<Ptr<Socket>> survivors; //!< Sockets held to the end.

  private:
    /** @param site which was reached @param socket of the callback, if any */
    void Reach(Site site, Ptr<Socket> socket);
    /** Do it. @param socket with which */
    void Act(Ptr<Socket> socket);
    /** @return what is wrong in the end */
    std::string Verdict() const;
    /** Note a word. @param word of a callback */
    void Say(const std::string& word);
    /** Hang all callbacks on a socket. @param socket which */
    void Watch(Ptr<Socket> socket);
    /** Read everything. @param socket from which */
    void Drain(Ptr<Socket> socket);
    /** The application lets go. @param socket of what */
    void LetGo(Ptr<Socket> socket);
    /** Connect to a port of the peer. @param socket which @param port where to */
    void Connect(Ptr<Socket> socket, uint16_t port);

    void OnConnected(Ptr<Socket> s);
    void OnFailed(Ptr<Socket> s);
    bool OnRequest(Ptr<Socket> s, const Address& from);
    void OnCreated(Ptr<Socket> s, const Address& from);
    void OnData(Ptr<Socket> s);
    void OnSent(Ptr<Socket> s, uint32_t n);
    void OnSpace(Ptr<Socket> s, uint32_t n);
    void OnNormal(Ptr<Socket> s);
    void OnError(Ptr<Socket> s);
    void OnState(TcpSocket::TcpStates_t from, TcpSocket::TcpStates_t to);
    void OnTransition(const TcpConnTransition& t);
    void OnTx(const TcpConnSegmentEvent& e);
    void OnRx(const TcpConnSegmentEvent& e);
    void OnDrop(const TcpConnSegmentEvent& e);

    Script& m_script;      //!< The script.
    Plot m_plot;           //!< The life.
    Site m_site;           //!< Where.
    uint32_t m_occurrence; //!< Times still to be passed by.
    Deed m_deed;           //!< What.
    Robot m_robot;         //!< The peer.

    Ptr<Socket> m_listener;            //!< The listener.
    Ptr<Socket> m_socket;              //!< The connection.
    std::vector<Ptr<Socket>> m_others; //!< Other sockets.
    std::string m_story;               //!< Callbacks in order.
    uint32_t m_begun{0};               //!< Connections that began.
    uint32_t m_ended{0};               //!< That were told to have ended.
    uint32_t m_endedBefore{0};         //!< The same before the deed.
    uint32_t m_received{0};            //!< Bytes read.
    uint32_t m_atNormal{0};            //!< Bytes read when the peer closed.
    bool m_onListener{false};          //!< The deed was done to the listener.
    bool m_stopped{false};             //!< Simulator::Stop was the deed.
    std::string m_wrong;               //!< First thing that is wrong.
};

} // namespace TcpConnWire
} // namespace ns3

#endif /* TCP_CONN_CALLBACKS_H */
