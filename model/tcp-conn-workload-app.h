/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_WORKLOAD_APP_H
#define TCP_CONN_WORKLOAD_APP_H

#include "tcp-conn-compat.h"
#include "tcp-conn-workload-text.h"

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"
#include "ns3/traced-value.h"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * What became of the connections of a client or server of the workload.  At any time between two
 * events, started = completed + failed + active.
 */
struct TcpConnWorkloadCounters
{
    uint64_t started{0};       //!< Connections asked for (client) or accepted (server).
    uint64_t opened{0};        //!< Of these, those that were established.
    uint64_t completed{0};     //!< Everything was exchanged, and the end was as agreed.
    uint64_t failed{0};        //!< Ended in any other way.
    uint64_t requests{0};      //!< Requests answered in full.
    uint64_t bytesSent{0};     //!< Bytes that sockets took.
    uint64_t bytesReceived{0}; //!< Bytes that sockets gave.
    uint64_t corrupted{0};     //!< Of these, those that were not what they should be.
    uint64_t duplicated{0};    //!< Of these, those that repeat what had come before.
    uint64_t surplus{0};       //!< Of these, those that came when nothing was to come.
};

/** @ingroup tcp-conn
 * What the client and the server of the workload share: the connections, of which there may be
 * millions, their timers, and the sending and checking of text.
 *
 * It knows of TCP what ns3::Socket tells, so it runs on any TCP: its sockets come from the factory
 * named by the attribute Protocol.  A held connection takes some 100 bytes here: callbacks are
 * shared, and one event of the simulator serves the timers of all.
 */
class TcpConnWorkloadApp : public TcpConnCompat::StreamsBase<Application>::Type
{
  public:
    /** @return the TypeId, ns3::TcpConnWorkloadApp. */
    static TypeId GetTypeId();

    TcpConnWorkloadApp();
    ~TcpConnWorkloadApp() override;

    /** @return what became of its connections. */
    const TcpConnWorkloadCounters& GetCounters() const;
    /** @return connections that have neither completed nor failed. */
    uint32_t GetActive() const;
    /** @return failed connections by cause. */
    const std::map<std::string, uint64_t>& GetFailures() const;

    /**
     * Signature of the trace source Failed.
     * @param cause why the connection failed
     */
    typedef void (*FailedCallback)(const std::string& cause);
    /**
     * Signature of the trace source SocketCreated.
     * @param socket a socket that is not in use yet
     */
    typedef void (*SocketCallback)(Ptr<Socket> socket);
    /**
     * Signature of trace sources of durations.
     * @param duration the duration
     */
    typedef void (*DurationCallback)(Time duration);

  protected:
    /** Where a connection stands. */
    enum Phase : uint8_t
    {
        OPENING,    //!< Client: Connect was called.
        WAITING,    //!< Server: for a request.
        TAKING,     //!< Server: a request is coming in.
        TALKING,    //!< Text goes out; at the client, or the reply comes in.
        THINKING,   //!< Client: between a reply and the next request.
        HELD,       //!< Everything was exchanged.
        CLOSING,    //!< This end has closed, the other has not.
        CLOSE_LAST, //!< The other end has closed, this one will.
    };

    /** Bits of Connection::flags. */
    enum Flag : uint8_t
    {
        REQUEST_DUE = 0x1, //!< Client: the first bytes of a request are still to be sent.
        EARLY = 0x2,       //!< Client: the first request was sent before Connect.
        PATTERNED = 0x4,   //!< Text is TcpConnWorkloadText.
        UNREAD = 0x8,      //!< Client: a byte stays unread, so that Close sends RST.
    };

    /** What is kept for a connection. */
    struct Connection
    {
        uint64_t key{0};       //!< What its text depends on.
        int64_t started{0};    //!< When it was started, ns.
        int64_t delay{0};      //!< Until this end closes, ns; negative: it does not.
        uint32_t timer{0};     //!< Place among the timers, from 1 on; 0: none.
        uint32_t received{0};  //!< Place in the stream of the next byte to come.
        uint32_t sent{0};      //!< Place in the stream of the next byte to go.
        uint32_t toReceive{0}; //!< Bytes of the message that are still to come.
        uint32_t toSend{0};    //!< Bytes of the message that are still to go.
        uint32_t toCome{0};    //!< Requests that follow this one.
        uint32_t halfTrip{0};  //!< Client: half the set-up time, us.
        Phase phase{OPENING};  //!< Where it stands.
        TcpConnWorkloadRequest::Closer closer{TcpConnWorkloadRequest::CLIENT}; //!< Who closes.
        uint8_t flags{0}; //!< Set of Flag bits.
    };

    /** A connection and its socket. */
    using Entry = std::pair<const Ptr<Socket>, Connection>;

    /** @return a new socket of the factory that Protocol names, shown to SocketCreated. */
    Ptr<Socket> MakeSocket();
    /**
     * Keep a connection, active from now on.
     * @param socket its socket; not yet known
     * @param key what its text depends on
     * @return the connection
     */
    Entry& Add(Ptr<Socket> socket, uint64_t key);
    /**
     * @param socket a socket
     * @return its connection; nullptr if it is none, or no longer
     */
    Entry* Find(const Ptr<Socket>& socket);
    /**
     * The connection ended as agreed.
     * @param entry the connection; gone when this returns
     */
    void Complete(Entry& entry);
    /**
     * The connection ended otherwise.
     * @param entry the connection; gone when this returns
     * @param cause why
     * @param close its socket is to be closed
     */
    void Fail(Entry& entry, const std::string& cause, bool close);
    /** Fail all connections, the oldest first, and close them. @param cause why */
    void FailAll(const std::string& cause);
    /**
     * @param socket a socket that has failed
     * @param otherwise what to say if it does not tell why
     * @return its attribute Failure, if it has one
     */
    static std::string CauseOf(const Ptr<Socket>& socket, const std::string& otherwise);

    /**
     * Call OnTimer later; not before what happens now is over.
     * @param entry the connection; what it waited for before is off
     * @param delay ns; not negative
     */
    void Arm(Entry& entry, int64_t delay);
    /** OnTimer will not come. @param entry the connection */
    void Disarm(Entry& entry);

    /**
     * Send what the socket takes of Connection::toSend.
     * @param entry the connection
     * @param reply it is the server's text
     * @return whether all is sent
     */
    bool Write(Entry& entry, bool reply);
    /**
     * Take what has come of Connection::toReceive.
     * @param entry the connection
     * @param reply it is the server's text
     * @param keep leave that many bytes of the message unread
     */
    void Read(Entry& entry, bool reply, uint32_t keep = 0);
    /** Take what should not have come. @param entry the connection */
    void Drain(Entry& entry);
    /**
     * The first bytes of a request.
     * @param entry the connection
     * @return the request; of use at the client
     */
    virtual TcpConnWorkloadRequest MakeRequest(Entry& entry);

    /** The connection is established. @param entry a connection in OPENING */
    virtual void OnOpen(Entry& entry);
    /** Text has come. @param entry the connection */
    virtual void OnText(Entry& entry) = 0;
    /** There is room to send. @param entry the connection */
    virtual void OnSpace(Entry& entry) = 0;
    /** The other end has closed, all its text is read. @param entry the connection */
    virtual void OnPeerClosed(Entry& entry) = 0;
    /** The connection was reset or given up. @param entry the connection */
    virtual void OnBroken(Entry& entry);
    /** What Arm asked for. @param entry the connection */
    virtual void OnTimer(Entry& entry) = 0;
    /** A connection has completed or failed. */
    virtual void OnEnded();

    /** Connections are let go, without callbacks. */
    void DoDispose() override;

    Address m_local;                    //!< Local address, or none.
    bool m_verify{true};                //!< Text is checked.
    TcpConnWorkloadCounters m_counters; //!< What became of the connections.
    TracedCallback<Time> m_completed;   //!< Trace of completions: time since the start.

  private:
    /** Finds a connection by the address of its socket. */
    struct SocketHash
    {
        /** @param socket a socket @return its hash */
        std::size_t operator()(const Ptr<Socket>& socket) const;
    };

    /** When a timer goes off. */
    struct Timer
    {
        int64_t when{0};       //!< Time, ns.
        Entry* entry{nullptr}; //!< Whose it is.
    };

    /** The callbacks of all sockets: each socket holds references to these. */
    struct Callbacks
    {
        Callback<void, Ptr<Socket>> connected;      //!< Established.
        Callback<void, Ptr<Socket>> refused;        //!< Not established.
        Callback<void, Ptr<Socket>> text;           //!< Text has come.
        Callback<void, Ptr<Socket>> closed;         //!< The other end has closed.
        Callback<void, Ptr<Socket>> broken;         //!< Reset or given up.
        Callback<void, Ptr<Socket>, uint32_t> room; //!< There is room to send.
    };

    // Callbacks of sockets.
    void Connected(Ptr<Socket> socket);
    void Refused(Ptr<Socket> socket);
    void Text(Ptr<Socket> socket);
    void PeerClosed(Ptr<Socket> socket);
    void Broken(Ptr<Socket> socket);
    void Room(Ptr<Socket> socket, uint32_t bytes);

    /** Let a socket call back. @param socket the socket @param callbacks what it calls */
    static void Watch(const Ptr<Socket>& socket, const Callbacks& callbacks);
    /** No longer active, and forgotten. @param entry the connection */
    void Forget(Entry& entry);
    /**
     * @param entry the connection
     * @param reply it is the server's text
     * @param size bytes
     * @return the next bytes to send
     */
    Ptr<Packet> MakeText(Entry& entry, bool reply, uint32_t size);

    // Timers: a binary heap, each connection knowing its place.
    void Put(uint32_t place, const Timer& timer);
    void SiftUp(uint32_t place);
    void SiftDown(uint32_t place);
    void Schedule();
    void Expire();

    TypeId m_protocol;                                                     //!< Factory of sockets.
    std::unordered_map<Ptr<Socket>, Connection, SocketHash> m_connections; //!< Connections.
    std::vector<Timer> m_timers;                                           //!< Timers, a heap.
    EventId m_timerEvent;                        //!< When the first goes off.
    int64_t m_timerAt{0};                        //!< When that is, ns.
    Callbacks m_callbacks;                       //!< Callbacks of sockets.
    std::vector<uint8_t> m_bytes;                //!< Text on its way.
    std::map<std::string, uint64_t> m_failures;  //!< Failures by cause.
    TracedValue<uint32_t> m_active{0};           //!< Active connections.
    TracedCallback<const std::string&> m_failed; //!< Trace of failures.
    TracedCallback<Ptr<Socket>> m_socketCreated; //!< Trace of new sockets.
};

} // namespace ns3

#endif /* TCP_CONN_WORKLOAD_APP_H */
