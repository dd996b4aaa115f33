/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_SOCKET_H
#define TCP_CONN_SOCKET_H

#include "tcp-conn-key.h"
#include "tcp-conn-listener.h"
#include "tcp-conn-machine.h"
#include "tcp-conn-record.h"
#include "tcp-conn-resources.h"
#include "tcp-conn-socket-traces.h"
#include "tcp-conn-transfer.h"

#include "ns3/tcp-socket.h"
#include "ns3/traced-callback.h"

#include <memory>
#include <ostream>
#include <string>

namespace ns3
{

class TcpConnL4Protocol;
class TcpConnHostScope;

/** @ingroup tcp-conn
 * What a socket without a connection is called, and one that is bound to a port.
 */
struct TcpConnSocketName
{
    TcpConnKey key;                    //!< Local end; the peer, if there was one.
    TcpConnSocket* nextBound{nullptr}; //!< The next one that is bound to its port.
};

/** @ingroup tcp-conn
 * The handle that an application holds of a connection or a listener: ns3::Socket with the
 * attributes of ns3::TcpSocket.
 *
 * Any call is legal inside any callback, and so is dropping the last reference: the protocol keeps
 * the socket until its connection has ended.
 */
class TcpConnSocket : public TcpSocket, public TcpConnPooled
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    TcpConnSocket();
    /** @param other a socket whose settings are taken: a prototype or a listener. */
    TcpConnSocket(const TcpConnSocket& other);
    ~TcpConnSocket() override;

    // ns3::Socket.  Calls that fail return -1 (a packet: nullptr), and GetErrno() says why.

    /** @return why the last call that failed did so; it is not reset by one that succeeds. */
    SocketErrno GetErrno() const override;

    /** @return NS3_SOCK_STREAM. */
    SocketType GetSocketType() const override;

    /** @return the node of the host; nullptr after that was disposed of. */
    Ptr<Node> GetNode() const override;

    /**
     * Take a local address and port.  Port 0 is chosen when the peer is known, at Listen, or when
     * GetSockName asks for it.
     * @param address InetSocketAddress or Inet6SocketAddress; its address may be any
     * @return 0; -1 with ERROR_AFNOSUPPORT (no such address), ERROR_INVAL (bound or in use
     *         already), ERROR_ADDRNOTAVAIL (not an address of this host) or ERROR_ADDRINUSE (the
     *         port is taken; see the attributes ReuseAddress and ReusePort)
     */
    int Bind(const Address& address) override;

    /** Bind to any IPv4 address and a port that is chosen later. @return 0; -1: as Bind */
    int Bind() override;

    /** Bind to any IPv6 address and a port that is chosen later. @return 0; -1: as Bind */
    int Bind6() override;

    /**
     * CLOSE (RFC 9293 section 3.10.4), and the application lets go: text queued is still sent,
     * text that arrives is answered by a reset (section 3.6.1).  The attribute Linger and the
     * policy of release may make it a reset.  A listener's connections that wait to be accepted
     * are reset.
     * @return 0
     */
    int Close() override;

    /**
     * CLOSE of the sending direction alone (RFC 9293 section 3.6): text queued is still sent, and
     * then a FIN; text can still be received.
     * @return 0; -1 with ERROR_NOTCONN before the connection is established and after its end
     */
    int ShutdownSend() override;

    /**
     * Give up receiving: what is unread and what comes later is acknowledged and thrown away.
     * @return 0; -1 with ERROR_NOTCONN if there is no connection
     */
    int ShutdownRecv() override;

    /**
     * Active OPEN (RFC 9293 section 3.10.1).  A callback tells how it ended.
     * @param address InetSocketAddress or Inet6SocketAddress of the peer
     * @return 0; -1 with ERROR_NODEV (no host), ERROR_ISCONN (there is a connection),
     *         ERROR_AFNOSUPPORT (no such address, or another family than that of Bind),
     *         ERROR_ADDRNOTAVAIL (port 0, an address that cannot be a peer (MUST-46), or every
     *         local port to that peer in use), ERROR_NOROUTETOHOST, ERROR_ADDRINUSE (the pair of
     *         addresses and ports is in use, perhaps in TIME-WAIT) or ERROR_AGAIN (a limit of
     *         the host: MaxConnections or MaxBufferMemory)
     */
    int Connect(const Address& address) override;

    /**
     * Passive OPEN (RFC 9293 section 3.10.1), of any port if the socket is not bound.
     * @return 0; -1 with ERROR_NODEV (no host), ERROR_ISCONN (there is a connection) or
     *         ERROR_ADDRNOTAVAIL (every port is in use)
     */
    int Listen() override;

    /** @return bytes that the send buffer can still take. */
    uint32_t GetTxAvailable() const override;

    /**
     * SEND (RFC 9293 section 3.10.2): queue text, all of it or none.
     * @param p the text
     * @param flags not used
     * @return bytes queued; -1 with ERROR_NOTCONN (there is no connection), ERROR_SHUTDOWN (this
     *         direction was closed) or ERROR_MSGSIZE (more than GetTxAvailable())
     */
    int Send(Ptr<Packet> p, uint32_t flags) override;

    /**
     * Send, as send(2) does on a connected socket.
     * @param p the text
     * @param flags not used
     * @param toAddress not used
     * @return as Send
     */
    int SendTo(Ptr<Packet> p, uint32_t flags, const Address& toAddress) override;

    /** @return bytes that Recv can return now. */
    uint32_t GetRxAvailable() const override;

    /**
     * RECEIVE (RFC 9293 section 3.10.3): take text that has come, in order.
     * @param maxSize most bytes to take
     * @param flags not used
     * @return the text; an empty packet at the end of the stream; nullptr with ERROR_AGAIN
     *         (nothing has come yet) or ERROR_NOTCONN (there is no connection)
     */
    Ptr<Packet> Recv(uint32_t maxSize, uint32_t flags) override;

    /**
     * Recv, and who sent it.
     * @param maxSize most bytes to take
     * @param flags not used
     * @param [out] fromAddress the peer; left alone if nothing was received
     * @return as Recv
     */
    Ptr<Packet> RecvFrom(uint32_t maxSize, uint32_t flags, Address& fromAddress) override;

    /**
     * @param [out] address local address and port; any address before one is known.  A port that
     *        Bind left open is chosen now
     * @return 0
     */
    int GetSockName(Address& address) const override;

    /**
     * @param [out] address address and port of the peer
     * @return 0; -1 with ERROR_NOTCONN before the SYN was answered and where there is no peer
     */
    int GetPeerName(Address& address) const override;

    /**
     * Use this device alone: a listener takes what comes by it, a connection is routed by it.
     * @param netdevice a device of the node; nullptr: any
     */
    void BindToNetDevice(Ptr<NetDevice> netdevice) override;

    /**
     * A connection has one peer, so there is no broadcast.
     * @param allowBroadcast what is wished
     * @return whether that is false
     */
    bool SetAllowBroadcast(bool allowBroadcast) override;

    /** @return false: a connection has one peer. */
    bool GetAllowBroadcast() const override;

    /**
     * ABORT (RFC 9293 section 3.10.5): the peer is reset, unsent and unread text is lost.  No
     * callback comes; Failure is "aborted".  A listener is closed.
     * @return 0; -1 with ERROR_NOTCONN if there is no connection
     */
    int Abort();

    /**
     * STATUS (RFC 9293 section 3.10.6): the state, sequence variables, options, queues and timers
     * as a few lines of text.
     * @return the text, one "name value" a line
     */
    std::string GetStatus() const;

    /**
     * Take the oldest connection that waits in the accept queue of this listener; of use with the
     * attribute ManualAccept.
     * @param [out] from the peer
     * @return its socket; nullptr with ERROR_AGAIN if none waits, with ERROR_INVAL if this is no
     *         listener
     */
    Ptr<Socket> Accept(Address& from);

    /** @return what its connection has been allotted of the host's resources; zeros: nothing. */
    TcpConnAllotment GetAllotment() const;

    /** @return what became of the SYNs of this listener; zeros if it does not listen. */
    TcpConnAdmissionCounters GetAdmissionCounters() const;

    /** @return bytes to be read up to the end of the peer's urgent text (RFC 9293 section 3.8.5);
     * 0: there is none */
    uint32_t GetUrgent() const;

    /** @return the state of the connection or listener. */
    TcpSocket::TcpStates_t GetState() const;

    /** @return why the last connection failed; NONE if it did not. */
    TcpConnFailure GetFailure() const;

    /** @return id of the connection or listener on its host; 0: neither. */
    uint64_t GetConnectionId() const;

  protected:
    /** Callbacks are cut; the connection is the protocol's to end. */
    void DoDispose() override;

  private:
    friend class TcpConnL4Protocol;
    friend class TcpConnHostScope;
    friend class TcpConnBound;
    friend struct TcpConnLate;
    friend struct TcpConnSocketAttributes;

    // ns3::TcpSocket
    void SetSndBufSize(uint32_t value) override;
    uint32_t GetSndBufSize() const override;
    void SetRcvBufSize(uint32_t value) override;
    uint32_t GetRcvBufSize() const override;
    void SetSegSize(uint32_t value) override;
    uint32_t GetSegSize() const override;
    void SetInitialSSThresh(uint32_t value) override;
    uint32_t GetInitialSSThresh() const override;
    void SetInitialCwnd(uint32_t value) override;
    uint32_t GetInitialCwnd() const override;
    void SetConnTimeout(Time value) override;
    Time GetConnTimeout() const override;
    void SetSynRetries(uint32_t value) override;
    uint32_t GetSynRetries() const override;
    void SetDataRetries(uint32_t value) override;
    uint32_t GetDataRetries() const override;
    void SetDelAckTimeout(Time value) override;
    Time GetDelAckTimeout() const override;
    void SetDelAckMaxCount(uint32_t value) override;
    uint32_t GetDelAckMaxCount() const override;
    void SetTcpNoDelay(bool value) override;
    bool GetTcpNoDelay() const override;
    void SetPersistTimeout(Time value) override;
    Time GetPersistTimeout() const override;

    /** @return settings and policies. */
    Ptr<const TcpConnProfile> Profile() const
    {
        return m_profile;
    }

    /** @return the settings, of this socket alone from now on. */
    TcpConnSettings& Own();
    /** @return the settings. */
    const TcpConnSettings& Settings() const;

    /** @param seconds MSL */
    void SetMsl(double seconds);
    /** @return MSL, seconds */
    double GetMsl() const;
    /** @param use how ECN is used */
    void SetUseEcn(TcpSocketState::UseEcn_t use);
    /** @return how ECN is used */
    TcpSocketState::UseEcn_t GetUseEcn() const;
    /** @param reuse SO_REUSEADDR */
    void SetReuseAddress(bool reuse);
    /** @return SO_REUSEADDR */
    bool GetReuseAddress() const;
    /** @param reuse SO_REUSEPORT */
    void SetReusePort(bool reuse);
    /** @return SO_REUSEPORT */
    bool GetReusePort() const;

    /** @param interval time between two accepts; 0: at once */
    void SetAcceptInterval(Time interval);
    /** @return time between two accepts; 0: at once */
    Time GetAcceptInterval() const;
    /** @param rate accepts in a second; 0: nothing changes */
    void SetAcceptRate(double rate);
    /** @return accepts in a second; 0: at once */
    double GetAcceptRate() const;

    /**
     * Use another policy for this socket, and for what its listener accepts.
     * @param family attribute of ns3::TcpConnL4Protocol
     * @param policy the policy
     */
    void SetPolicy(const std::string& family, const ObjectFactory& policy);
    /** Of a prototype: policies that a script set as defaults of sockets. @param host its host */
    void TakePolicies(TcpConnL4Protocol& host);
    /** The size of a buffer has changed. */
    void Reallot();

    /** @return "none", "refused", "reset", "timed-out", "unreachable" or "aborted". */
    std::string FailureText() const;

    // Names.
    int BindTo(const TcpConnIp& address, uint16_t port, bool v6);
    bool MayBind(const TcpConnIp& address, uint16_t port, bool v6) const;
    void Unbind();
    bool IsHeld() const;
    TcpConnKey Key() const;
    TcpConnSocketName& Name();
    void Forget(const TcpConnLate& late);
    void StopListening();
    bool ChoosePort();
    bool PeerLegal(const Address& address, TcpConnKey& key) const;
    Ptr<NetDevice> BoundDevice() const;
    void Tag(Ptr<Packet> packet, bool v6, bool ect, int reflected) const;
    void ReflectTos(uint8_t tos);

    // What a connection is to its socket.
    TcpConnTransfer& Room();
    bool RoomIdle() const;
    bool TakesEarlyText() const;
    void PumpNow();
    void CallLater(TcpConnEvent call, uint64_t connection);
    void ForgetOld();
    void SettingsChanged();
    void Offer(Ptr<TcpConnSocket> socket, const Address& from);
    void AcceptNext();
    void CatchUp();
    void TellEnd();
    void TellUrgent();
    void Report(TcpConnReport report, uint32_t bytes = 0);
    void Moved(TcpSocket::TcpStates_t from, TcpSocket::TcpStates_t to);
    int Fail(SocketErrno e) const;

    TcpConnL4Protocol* m_tcp{nullptr};             //!< The protocol; nullptr when it is gone.
    Ptr<const TcpConnProfile> m_profile;           //!< Settings and policies, shared.
    TcpConnFull* m_full{nullptr};                  //!< The connection, until TIME-WAIT or CLOSED.
    TcpConnLate* m_late{nullptr};                  //!< The connection in TIME-WAIT.
    std::unique_ptr<TcpConnListener> m_listener;   //!< If it listens.
    std::unique_ptr<TcpConnTransfer> m_room;       //!< Data phase, while there is text.
    std::unique_ptr<TcpConnSocketTraces> m_traces; //!< Rarely used trace sources.
    std::unique_ptr<TcpConnSocketWatch> m_watch;   //!< State and Report, once connected.
    std::unique_ptr<TcpConnSocketName> m_name;     //!< Its names, where no record has them.
    uint64_t m_connection{0};                      //!< Id of the present or last connection.
    TcpConnHostScope* m_current{nullptr};          //!< The event whose effects are being executed.
    uint32_t m_parent{0};                          //!< Number of the listener that made it.
    uint32_t m_index{0};                           //!< Place in the protocol's list.
    uint32_t m_sendAllotted{0};                    //!< Bytes of send buffer allotted.
    uint32_t m_receiveAllotted{0};                 //!< Bytes of receive buffer allotted.
    SequenceNumber32 m_sentUpTo;        //!< Text sent that the application has been told of.
    uint32_t m_urgent{0};               //!< Bytes to be read up to the end of urgent text.
    uint8_t m_working{0};               //!< The machine works on the connection.
    mutable SocketErrno m_errno : 8;    //!< Last error.
    TcpSocket::TcpStates_t m_state : 4; //!< State, as last traced.
    TcpConnFailure m_failure : 4;       //!< Why the last connection failed.
    bool m_manualAccept{false};         //!< Connections wait until Accept takes them.
    bool m_refuseByReset{false};        //!< What the application does not want is reset.
    bool m_reflectTos{false};           //!< Accepted connections have the TOS of their SYN.
    bool m_bound : 1;                   //!< Bound to m_name's local end.
    bool m_reuseAddress : 1;            //!< SO_REUSEADDR.
    bool m_reusePort : 1;               //!< SO_REUSEPORT.
    bool m_closed : 1;                  //!< The application called Close.
    bool m_ended : 1;                   //!< It has been told how the connection ended.
    bool m_peerClosed : 1;              //!< The peer's FIN was taken.
    bool m_wasOpen : 1;                 //!< The connection was established.
    bool m_pumping : 1;                 //!< Segments are being sent.
    bool m_pumpDue : 1;                 //!< An event will send what was queued.
    bool m_waiting : 1;                 //!< In the accept queue of its listener.
    bool m_orphan : 1;                  //!< Counted as an orphan of the host.
    bool m_early : 1;                   //!< Text was queued before Connect.
};

} // namespace ns3

#endif /* TCP_CONN_SOCKET_H */
