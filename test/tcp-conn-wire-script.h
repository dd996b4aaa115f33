/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_WIRE_SCRIPT_H
#define TCP_CONN_WIRE_SCRIPT_H

#include "tcp-conn-wire-peer.h"

#include "ns3/attribute.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket.h"
#include "ns3/test.h"

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Test support: a test written as an exchange of packets, with a time on each line, between a peer
 * with no TCP in it (TcpConnWire::Peer) and a host under test that is known by TypeId names,
 * ns3::Socket and trace sources alone.
 */

namespace ns3
{
namespace TcpConnWire
{

/** In a pattern: any number will do. */
constexpr int64_t ANY = INT64_MIN;

/**
 * A segment as a script writes it: numbers count from the initial sequence number of its sender,
 * so a SYN has 0 and the first byte of text 1.  Text is a known pattern over those numbers.
 */
struct Seg
{
    /**
     * @param f flags
     * @param s sequence number, relative to the sender's initial one
     * @param a acknowledgement, relative to the receiver's initial one
     * @param n length of the text
     */
    Seg(int f, int64_t s = 0, int64_t a = 0, int64_t n = 0)
        : flags(static_cast<uint8_t>(f)),
          seq(s),
          ack(a),
          len(n)
    {
    }

    uint8_t flags;                    //!< Flags.
    int64_t seq;                      //!< Sequence number or ANY.
    int64_t ack;                      //!< Acknowledgement or ANY; compared where ACK is set.
    int64_t len;                      //!< Length of the text or ANY.
    int64_t window{ANY};              //!< Window field or ANY.
    int mss{-1};                      //!< MSS option.
    int ws{-1};                       //!< Window scale option.
    bool sackOk{false};               //!< SACK permitted option.
    int64_t tsVal{ANY};               //!< TSval, or ANY for no option.
    uint32_t tsEcr{0};                //!< TSecr.
    bool badChecksum{false};          //!< Send with a wrong checksum.
    uint16_t urgent{0};               //!< Urgent pointer.
    bool fastOpen{false};             //!< Fast Open option; not compared.
    std::string cookie{};             //!< Its cookie; empty: a request.
    uint8_t ignored{PSH | ECE | CWR}; //!< Flags that are not compared.

    /** @param v window field @return this */
    Seg& Win(int64_t v);
    /** @param v MSS option @return this */
    Seg& Mss(int v);
    /** @param v window scale option @return this */
    Seg& Ws(int v);
    /** SACK permitted. @return this */
    Seg& SackOk();
    /** @param v TSval @param e TSecr @return this */
    Seg& Ts(uint32_t v, uint32_t e);
    /** Wrong checksum. @return this */
    Seg& Bad();
    /** Fast Open option. @param v cookie; empty: a request @return this */
    Seg& Fo(const std::string& v = "");
    /** With or without FIN. @return this */
    Seg& OrFin();
    /** @param v urgent pointer @return this */
    Seg& Urg(uint16_t v);
};

/** A connection as the peer sees it: two ports and two initial sequence numbers. */
struct Flow
{
    Host peer;            //!< Peer's address.
    uint16_t peerPort{0}; //!< Peer's port.
    uint16_t hostPort{0}; //!< Host's port; 0 until its SYN has been seen.
    uint32_t isn{0};      //!< Peer's initial sequence number.
    uint32_t iss{0};      //!< Host's, from its latest SYN.
};

/** What an application holds and has been told. */
struct HostEnd
{
    Ptr<Socket> socket;     //!< The socket; null once dropped.
    std::string events;     //!< Callbacks in order, joined by spaces; repeated "data" once.
    std::string received;   //!< Everything read.
    std::string states;     //!< From the State trace source, joined by spaces.
    uint64_t written{0};    //!< Bytes given to Send.
    uint64_t acked{0};      //!< Bytes that the data-sent callback told of.
    bool autoRead{true};    //!< Read whenever there is something.
    bool closeOnEof{false}; //!< Close in the normal close callback.
};

/** Which implementation is under test. */
struct Under
{
    std::string l4{"ns3::TcpConnL4Protocol"};         //!< TypeId name of the protocol.
    std::string factory{"ns3::TcpConnSocketFactory"}; //!< TypeId name of its socket factory.
    bool l4First{false}; //!< Aggregate it to the node before IPv4 and IPv6.
    /** Where set, told of rows that fail in place of ns-3, which ends a suite at the first. */
    std::function<void(const std::string& row, const std::string& why)> report;

    /** @return what all scripts use; may be changed before tests run */
    static Under& Get();
};

/** Thrown by a step that fails; caught by Row. */
struct Failed
{
    std::string what; //!< The reason.
};

/**
 * One exchange.  Each step first brings the simulation to the time that the last At() named.
 */
class Script
{
  public:
    /**
     * @param v6 run over IPv6
     * @param checksums what the global value ChecksumEnabled shall be
     */
    explicit Script(bool v6 = false, bool checksums = true);
    ~Script();
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    /** @name Time */
    /**@{*/
    /**
     * Name the time of the following steps.
     * @param t seconds from the start
     * @param slack how much earlier or later an expected segment may come, seconds
     * @return this
     */
    Script& At(double t, double slack = 0.002);
    /** @return seconds from the start */
    double Now() const;
    /**@}*/

    /** @name The wire */
    /**@{*/
    /** Peer sends in the current flow. @param s what @return this */
    Script& Send(const Seg& s);
    /** @param f flags @param s seq @param a ack @param n length @return this */
    Script& Send(int f, int64_t s, int64_t a = 0, uint32_t n = 0);
    /** The next segment comes at the time named and is this. @param s what @return this */
    Script& Expect(const Seg& s);
    /** @param f flags @param s seq @param a ack @param n length @return this */
    Script& Expect(int f, int64_t s, int64_t a = 0, int64_t n = 0);
    /** Text and then FIN come, in one segment or two. @param s seq @param a ack @param n length
     * of the text @return this */
    Script& ExpectWithFin(int64_t s, int64_t a, uint32_t n);
    /** A reset comes, with or without ACK: 3.10.5 asks for none. @param seq its number
     * @return this */
    Script& ExpectReset(int64_t seq);
    /** This comes until the time named; others before it are passed over. @param s what
     * @return this */
    Script& Await(const Seg& s);
    /** Nothing comes until the time named. @return this */
    Script& Nothing();
    /** Do not mind what came and was not expected. @return this */
    Script& Skip();
    /** @return the segment that the last Expect or Await took */
    const Segment& Last() const;
    /** @return as Build would send it in the current flow @param s what */
    Segment Make(const Seg& s) const;
    /** An ICMP error about the last segment taken. @param type @param code @param info
     * @return this */
    Script& Icmp(uint8_t type, uint8_t code, uint32_t info = 0);
    /** @param isn the peer's initial sequence number in new and current flow @return this */
    Script& Isn(uint32_t isn);
    /** @param w window field where a segment names none @return this */
    Script& Window(uint16_t w);
    /** Go over to another pair of ports, made when new. @param peerPort @param hostPort
     * @return this */
    Script& Use(uint16_t peerPort, uint16_t hostPort = 80);
    /** @return the current flow */
    Flow& Current();
    /**@}*/

    /** @name The host's application */
    /**@{*/
    /** An attribute for the sockets made from now on. @param name @param value @return this */
    Script& Set(const std::string& name, const AttributeValue& value);
    /** Listen on a port. @param port @return this */
    Script& Listen(uint16_t port = 80);
    /** Connect to the peer. @param port the peer's @return this */
    Script& Connect(uint16_t port = 9000);
    /** Write so many bytes of the pattern, then connect. @param n @param port the peer's
     * @return this */
    Script& ConnectWith(uint32_t n, uint16_t port = 9000);
    /** Write so many bytes of the pattern. @param n @return this */
    Script& Write(uint32_t n);
    /** Close. @return this */
    Script& Close();
    /** ShutdownSend. @return this */
    Script& ShutdownSend();
    /** Read all there is. @return this */
    Script& Read();
    /** Read no more without Read(). @return this */
    Script& NoRead();
    /** Close when the peer has closed. @return this */
    Script& CloseOnEof();
    /** Drop the application's reference. @return this */
    Script& Drop();
    /** Close and drop the listener. @return this */
    Script& CloseListener();
    /** Choose a policy of the host, for sockets made from now on. @param family attribute of the
     * protocol @param policy as text @return this */
    Script& Policy(const std::string& family, const std::string& policy);
    /** A policy knows one more move. @param from state @param to state @return this */
    Script& Allow(const std::string& from, const std::string& to);
    /** Run code in the host's context. @param f the code @return this */
    Script& Do(const std::function<void()>& f);
    /** @return the latest connected or accepted socket's end */
    HostEnd& End();
    /** @return the listener's end */
    HostEnd& Listener();
    /** @return its socket, never null */
    Ptr<Socket> Sock();
    /** @param accept answer of the connection request callback @return this */
    Script& Accept(bool accept);
    /**@}*/

    /** @name Ready-made openings, done a second after the time named, nothing left to expect */
    /**@{*/
    /** Host listens on 80, peer connects at t, established at t + 0.01. @param t @return this */
    Script& PassiveOpen(double t = 1.0);
    /** Host connects to 9000 at t, established at t + 0.01. @param t @return this */
    Script& ActiveOpen(double t = 1.0);
    /**@}*/

    /** @name Checks */
    /**@{*/
    /** @param state RFC name of the current flow's state; CLOSED where there is none
     * @return this */
    Script& State(const std::string& state);
    /** @param path states of the current flow joined by spaces, from the StateChange trace, the
     * first left out if it is CLOSED @return this */
    Script& Path(const std::string& path);
    /** @return what Path compares */
    std::string States() const;
    /** @param events callbacks of the current end @return this */
    Script& Events(const std::string& events);
    /** @param n bytes of the pattern that were read so far @return this */
    Script& Received(uint64_t n);
    /** @param cause the socket's Failure attribute @return this */
    Script& Failure(const std::string& cause);
    /** @param n connections in the table, listeners not counted @return this */
    Script& Connections(std::size_t n);
    /** @param ok must hold @param what otherwise the message @return this */
    Script& Check(bool ok, const std::string& what);
    /** Checks at the end of each row: nothing unexpected, checksums, legal moves. */
    void Finish();
    /** @param what reason. Throws Failed with the exchange so far. */
    [[noreturn]] void Fail(const std::string& what) const;
    /**@}*/

    /** @return the peer */
    Peer& Wire();
    /** @return the host's node */
    Ptr<Node> HostNode() const;
    /** @return the host's protocol object */
    Ptr<Object> L4() const;
    /** @return the host's address */
    const Host& HostAddress() const;
    /** @return the n-th peer address, from 0 @param n */
    Host PeerAddress(uint32_t n = 0) const;
    /** @return lines of ConnectionTable without listeners */
    std::vector<std::string> Table() const;
    /** @return the socket factory's new socket with the attributes of Set */
    Ptr<Socket> NewSocket();
    /** @return true over IPv6 */
    bool IsV6() const;
    /** @return the state of the flow of these ports, or CLOSED @param f the flow */
    std::string StateOf(const Flow& f) const;

  private:
    /** Build the two nodes. */
    void Build(bool checksums);
    /** Put IPv4, IPv6, ICMP, UDP and the protocol under test on the node. */
    void InstallStack();
    /** Run to the time named. */
    void Go();
    /** Run until a time; stop at a segment if asked. */
    void RunTo(Time t, bool stopAtSegment);
    /** The next segment not taken yet, or null if none comes until t. */
    const Segment* Next(Time t);
    /** Why a segment is not the one of the pattern; empty if it is. */
    std::string Differs(const Segment& s, const Seg& pattern) const;
    /** One line on a segment, numbers relative. */
    std::string Show(const Segment& s) const;
    /** One line on a pattern. */
    static std::string Show(const Seg& s);
    /** The flow that a segment from the host belongs to, or null. */
    const Flow* FlowOf(const Segment& s) const;
    /** A segment has arrived at the peer. */
    void OnSeen();
    /** Hang all callbacks on a socket and hold it. */
    HostEnd& Hold(Ptr<Socket> socket);
    /** The end of a socket. */
    HostEnd* Find(Ptr<Socket> socket);
    /** Note a callback. */
    void Note(Ptr<Socket> socket, const std::string& event);
    /** Callbacks of the socket and the protocol. */
    void OnConnected(Ptr<Socket> s);
    void OnFailed(Ptr<Socket> s);
    bool OnRequest(Ptr<Socket> s, const Address& from);
    void OnCreated(Ptr<Socket> s, const Address& from);
    void OnData(Ptr<Socket> s);
    void OnSent(Ptr<Socket> s, uint32_t n);
    void OnNormal(Ptr<Socket> s);
    void OnError(Ptr<Socket> s);
    void OnState(TcpSocket::TcpStates_t from, TcpSocket::TcpStates_t to);
    void OnMove(uint64_t id,
                const Address& local,
                const Address& peer,
                TcpSocket::TcpStates_t from,
                TcpSocket::TcpStates_t to);
    /** Read everything from an end. */
    void Drain(HostEnd& end);

    bool m_v6;                    //!< Over IPv6.
    Ptr<Node> m_host;             //!< Node under test.
    Ptr<Node> m_peerNode;         //!< The peer's.
    Ptr<NetDevice> m_hostDevice;  //!< Host's device.
    Ptr<Object> m_l4;             //!< Protocol under test.
    Host m_hostAddress;           //!< Host's address.
    std::unique_ptr<Peer> m_peer; //!< The other end.
    Time m_at;                    //!< Time of the next step.
    Time m_slack;                 //!< Tolerance of the next Expect.
    bool m_stopAtSegment{false};  //!< Next is waiting.
    std::size_t m_taken{0};       //!< Segments of Peer::seen that the script has looked at.
    Segment m_last;               //!< The last one taken.
    std::list<Flow> m_flows;      //!< Every flow.
    Flow* m_flow{nullptr};        //!< Current one.
    uint32_t m_isn{1000};         //!< For new flows.
    uint16_t m_window{65535};     //!< Where a segment names none.
    std::list<HostEnd> m_ends;    //!< Connected and accepted sockets.
    HostEnd m_listener;           //!< The latest listening socket.
    bool m_accept{true};          //!< Answer to connection requests.
    bool m_noRead{false};         //!< For ends made from now on.
    bool m_closeOnEof{false};     //!< For ends made from now on.
    std::vector<std::pair<std::string, Ptr<AttributeValue>>> m_attributes; //!< For new sockets.
    std::map<uint16_t, std::string> m_paths;             //!< States by the peer's port.
    std::map<uint64_t, TcpSocket::TcpStates_t> m_states; //!< Last state by connection id.
    std::map<std::string, std::string> m_allowed;        //!< Moves of policies.
    std::string m_illegal;                               //!< First move that no diagram has.
};

/** A row: a name and an exchange. */
class Row : public TestCase
{
  public:
    /** The exchange. */
    typedef std::function<void(Script&)> Body;
    /**
     * @param name what the row says
     * @param body what it does
     * @param v6 over IPv6
     */
    Row(const std::string& name, const Body& body, bool v6 = false);

  private:
    void DoRun() override;

    Body m_body; //!< The exchange.
    bool m_v6;   //!< Over IPv6.
};

/** A suite of rows. */
class Suite : public TestSuite
{
  public:
    /** @param name of the suite */
    explicit Suite(const std::string& name);

  protected:
    /** Add a row over IPv4. @param name @param body */
    void Add(const std::string& name, const Row::Body& body);
    /** Add a row over IPv6. @param name @param body */
    void AddV6(const std::string& name, const Row::Body& body);
    /** Add it over IPv4 and over IPv6. @param name @param body */
    void AddBoth(const std::string& name, const Row::Body& body);
};

/**
 * The text that everybody sends.
 * @param from offset of the first byte in its stream
 * @param n number of bytes
 * @param capital the host's stream: capital letters
 * @return the bytes
 */
std::string Pattern(int64_t from, uint64_t n, bool capital);

/**
 * @param s state
 * @return its RFC name
 */
std::string StateName(TcpSocket::TcpStates_t s);

} // namespace TcpConnWire
} // namespace ns3

#endif /* TCP_CONN_WIRE_SCRIPT_H */
