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

    // ns3::Socket
    SocketErrno GetErrno() const override;
    SocketType GetSocketType() const override;
    Ptr<Node> GetNode() const override;
    int Bind(const Address& address) override;
    int Bind() override;
    int Bind6() override;
    int Close() override;
    int ShutdownSend() override;
    int ShutdownRecv() override;
    int Connect(const Address& address) override;
    int Listen() override;
    uint32_t GetTxAvailable() const override;
    int Send(Ptr<Packet> p, uint32_t flags) override;
    int SendTo(Ptr<Packet> p, uint32_t flags, const Address& toAddress) override;
    uint32_t GetRxAvailable() const override;
    Ptr<Packet> Recv(uint32_t maxSize, uint32_t flags) override;
    Ptr<Packet> RecvFrom(uint32_t maxSize, uint32_t flags, Address& fromAddress) override;
    int GetSockName(Address& address) const override;
    int GetPeerName(Address& address) const override;
    void BindToNetDevice(Ptr<NetDevice> netdevice) override;
    bool SetAllowBroadcast(bool allowBroadcast) override;
    bool GetAllowBroadcast() const override;

    /**
     * ABORT (RFC 9293 section 3.10.5): the peer is reset, unsent and unread text is lost.  No
     * callback comes; Failure is "aborted".
     * @return 0; -1 if there is no connection
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
     * @return its socket; nullptr (ERROR_AGAIN) if none waits
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
