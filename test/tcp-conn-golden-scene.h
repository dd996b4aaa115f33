/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_GOLDEN_SCENE_H
#define TCP_CONN_GOLDEN_SCENE_H

#include "ns3/error-model.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/tcp-conn-header.h"
#include "ns3/tcp-conn-trace-helper.h"

#include <cstdint>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * A stage for golden traces: two hosts, 10 ms apart, a path on which single segments are lost,
 * late or doubled, and ends of conversations that do what they are told when they are told it.
 */

namespace ns3
{
namespace TcpConnGolden
{

/** The hosts, by the names that they have in the figures of RFC 9293. */
enum Who : uint32_t
{
    A = 0, //!< Host 0, 10.1.1.1.
    B = 1, //!< Host 1, 10.1.1.2.
};

/** What can be said of a segment on the path. */
enum class Kind
{
    SYN,     //!< SYN without ACK.
    SYN_ACK, //!< SYN with ACK.
    ACK,     //!< ACK and nothing else; no text.
    TEXT,    //!< Text, without FIN.
    FIN,     //!< FIN, with or without text.
    RST,     //!< RST.
};

/** A segment and what it contains. */
struct Forgery
{
    uint16_t from;  //!< Source port.
    uint16_t to;    //!< Destination port.
    uint32_t seq;   //!< Sequence number.
    uint32_t ack;   //!< Acknowledgment number.
    uint16_t flags; //!< Set of TcpConnFlag bits.
};

/**
 * One direction of the path.  It stands as error model before the receiving device, and does to
 * single segments what its rules say.
 */
class Path : public ErrorModel
{
  public:
    /** Every segment of a kind, in the place of a number. */
    static constexpr uint32_t EVERY = 0;

    /** @return the TypeId. */
    static TypeId GetTypeId();

    /**
     * @param device where the path ends
     */
    void LeadTo(Ptr<SimpleNetDevice> device);

    /**
     * A segment is lost.
     * @param kind its kind
     * @param number which one of its kind, from 1; or EVERY
     */
    void Lose(Kind kind, uint32_t number = 1);

    /**
     * A segment comes later than it should.
     * @param kind its kind
     * @param number which one of its kind, from 1
     * @param by how much later
     */
    void Delay(Kind kind, uint32_t number, Time by);

    /**
     * A segment comes twice.
     * @param kind its kind
     * @param number which one of its kind, from 1
     * @param after how long after it the copy comes
     */
    void Repeat(Kind kind, uint32_t number, Time after);

    /**
     * A packet comes now, past the rules.
     * @param packet an IPv4 packet
     */
    void Deliver(Ptr<Packet> packet);
    /** Deliver from an event of the receiving node. @param packet the packet, with its IP header */
    void DeliverNext(Ptr<Packet> packet);

    /** @return whether each rule has found its segment. */
    bool AllUsed() const;

  private:
    /** What is done to one segment. */
    struct Rule
    {
        Kind kind;       //!< Its kind.
        uint32_t number; //!< Which one of its kind.
        bool original;   //!< The segment comes in its time.
        Time copy;       //!< A copy comes this much later; zero: none.
        bool used;       //!< It has been found.
    };

    bool DoCorrupt(Ptr<Packet> packet) override;
    void DoReset() override;
    /**
     * @param packet an IPv4 packet
     * @param [out] kind what it is
     * @return whether it is one of the kinds
     */
    static bool KindOf(Ptr<const Packet> packet, Kind& kind);

    Ptr<SimpleNetDevice> m_device;   //!< Where the path ends.
    std::vector<Rule> m_rules;       //!< Rules.
    std::map<Kind, uint32_t> m_seen; //!< How many of each kind have come.
    bool m_pass{false};              //!< What comes now is not looked at.
};

class Scene;

/** One end of a conversation: a socket, and what is done when it tells something. */
class End
{
  public:
    /** Something to do. */
    using Deed = std::function<void()>;

    /**
     * @param scene the scene
     * @param who the host
     */
    End(Scene& scene, Who who);
    End(const End&) = delete;
    End& operator=(const End&) = delete;

    /** Passive open; the listener stays when it has accepted.  @param port local port */
    void Listen(uint16_t port);
    /** Active open to the other host.  @param port local port  @param to its port */
    void Connect(uint16_t port, uint16_t to);
    /** Send, then connect.  @param port local port  @param to its port  @param bytes bytes */
    void ConnectWith(uint16_t port, uint16_t to, uint32_t bytes);
    /** @param bytes bytes to send */
    void Send(uint32_t bytes);
    /** Close the connection, or the listener if there is none. */
    void Close();
    /** Close the listener. */
    void CloseListener();
    /** Close for sending alone. */
    void ShutdownSend();
    /** Close so that the peer is reset: linger with a time of 0. */
    void Abort();

    /** @param deed what to do when the connection is open */
    void OnOpen(const Deed& deed);
    /** @param bytes bytes in all  @param deed what to do when they have come */
    void OnText(uint32_t bytes, const Deed& deed);
    /** @param deed what to do when the peer has closed */
    void OnPeerClosed(const Deed& deed);

  private:
    /** Set the callbacks of the connection. */
    void Watch();
    /** @param what what the socket told, a comment in the trace */
    void Note(const std::string& what);
    /** @param socket the connection  @param from the peer */
    void Accepted(Ptr<Socket> socket, const Address& from);
    /** @param socket the connection */
    void Opened(Ptr<Socket> socket);
    /** @param socket the connection */
    void Failed(Ptr<Socket> socket);
    /** @param socket the connection */
    void Read(Ptr<Socket> socket);
    /** @param socket the connection */
    void PeerClosed(Ptr<Socket> socket);
    /** @param socket the connection */
    void Broken(Ptr<Socket> socket);
    /** @param deed something to do, or nothing */
    static void Do(const Deed& deed);
    /** @return the socket's errno and why its connection failed, as text */
    std::string Errno() const;

    Scene& m_scene;         //!< The scene.
    Who m_who;              //!< The host.
    Ptr<Socket> m_listener; //!< The listener.
    Ptr<Socket> m_socket;   //!< The connection.
    uint32_t m_received{0}; //!< Bytes that came.
    uint32_t m_awaited{0};  //!< Bytes at which m_onText is done.
    Deed m_onOpen;          //!< When the connection is open.
    Deed m_onText;          //!< When the bytes have come.
    Deed m_onPeerClosed;    //!< When the peer has closed.
};

/** What differs from scene to scene. */
struct Setup
{
    uint32_t isnOfA{100}; //!< Initial sequence number of host A.
    uint32_t isnOfB{300}; //!< Initial sequence number of host B.
    uint32_t isnLater{0}; //!< That of host A from second 5 on; 0: the same.
    bool options{false};  //!< SACK, window scale and timestamps are offered.
    bool fastOpen{false}; //!< Connections are opened by TCP Fast Open.
};

/** Two hosts and what happens between them, with a trace of it. */
class Scene
{
  public:
    /** @param setup what differs from other scenes */
    explicit Scene(const Setup& setup);
    ~Scene();
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;

    /** @param who a host  @return the end of a conversation there */
    End& At(Who who);
    /** @param who a host  @return what happens to the segments that it sends */
    Path& From(Who who);
    /** @param who a host  @return the host */
    Ptr<Node> Host(Who who) const;
    /** @param who a host  @return its address */
    Ipv4Address AddressOf(Who who) const;

    /**
     * @param when seconds
     * @param deed what to do then
     */
    void When(double when, const End::Deed& deed);

    /**
     * A segment of no connection arrives.
     * @param who the host to which it comes, as if from the other
     * @param forgery the segment
     */
    void Forge(Who who, const Forgery& forgery);

    /** The host forgets all its connections.  @param who the host */
    void Crash(Who who);

    /** A comment in the trace.  @param text the text */
    void Comment(const std::string& text);

    /**
     * Let it happen.
     * @return the trace
     */
    std::string Run();

    /** @return what is not as it should be at the end: connections left, rules without segment. */
    std::string Complaint() const;

  private:
    NodeContainer m_nodes;               //!< Hosts.
    Ipv4InterfaceContainer m_interfaces; //!< Their addresses.
    std::vector<Ptr<Path>> m_paths;      //!< Path to each host.
    std::ostringstream m_trace;          //!< The trace.
    Ptr<TcpConnTraceWriter> m_writer;    //!< Writes it.
    End m_a;                             //!< End at A.
    End m_b;                             //!< End at B.
};

/** A scene that has a golden trace. */
struct Scenario
{
    const char* name;                 //!< Name of its file, without .tr.
    Setup setup;                      //!< The hosts.
    std::function<void(Scene&)> play; //!< What happens.
};

/** @return scenes of whole lives: opening, text, release, and losses. */
std::vector<Scenario> Lives();
/** @return the figures of RFC 9293 sections 3.5 and 3.6, and old duplicates like them. */
std::vector<Scenario> Figures();
/** @return scenes of lives cut short: aborts, timeouts, early closes, crashes. */
std::vector<Scenario> Ends();
/** @return scenes of TCP Fast Open (RFC 7413). */
std::vector<Scenario> FastOpens();

} // namespace TcpConnGolden
} // namespace ns3

#endif /* TCP_CONN_GOLDEN_SCENE_H */
