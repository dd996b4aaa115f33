/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_WORKLOAD_CLIENT_H
#define TCP_CONN_WORKLOAD_CLIENT_H

#include "tcp-conn-workload-app.h"

#include "ns3/random-variable-stream.h"

namespace ns3
{

/** @ingroup tcp-conn
 * Opens connections to a TcpConnWorkloadServer, one after another or many at a time, sends
 * requests, checks the replies, holds and ends the connections as its attributes say.
 *
 * Causes of failure (trace source Failed): what the attribute Failure of the socket says, where it
 * has one (TcpConnSocket: "refused", "reset", "timed-out", "unreachable"); else "connect-failed"
 * or "error-close" by the callback that came.  Also "timeout" (ConnectTimeout), "closed-early" (the
 * server closed when it was not its turn, or stock TCP was reset), "no-port", "no-route", "in-use"
 * and "local-error" (Bind or Connect failed), and "stopped" (active when the application stopped).
 */
class TcpConnWorkloadClient : public TcpConnWorkloadApp
{
  public:
    /** @return the TypeId, ns3::TcpConnWorkloadClient. */
    static TypeId GetTypeId();

    TcpConnWorkloadClient();
    ~TcpConnWorkloadClient() override;

    /**
     * Fix the streams of Arrivals, RequestsPerConnection, RequestSize, ReplySize, ThinkTime,
     * HoldTime and CloseDelay, in this order.
     * @param stream first stream
     * @return streams used: 7
     */
    int64_t AssignStreams(int64_t stream) override;

  private:
    // Application
    void StartApplication() override;
    void StopApplication() override;

    // TcpConnWorkloadApp
    TcpConnWorkloadRequest MakeRequest(Entry& entry) override;
    void OnOpen(Entry& entry) override;
    void OnText(Entry& entry) override;
    void OnSpace(Entry& entry) override;
    void OnPeerClosed(Entry& entry) override;
    void OnTimer(Entry& entry) override;
    void OnEnded() override;

    /** @param closer who closes */
    void SetCloser(TcpConnWorkloadRequest::Closer closer);
    /** @return who closes. */
    TcpConnWorkloadRequest::Closer GetCloser() const;

    /** The next connection is due. */
    void Arrive();
    /** @return time until the connection after this one, ns. */
    int64_t NextGap();
    /** Open a connection. @return whether the TCP took it */
    bool Open();
    /** @param socket a new socket @return whether it has a local end now */
    bool BindLocal(Ptr<Socket> socket) const;
    /** @param socket what has refused a call @return cause of failure */
    static std::string LocalCause(Ptr<Socket> socket);
    /** Draw the next request. @param entry a connection with requests to come */
    void BeginRequest(Entry& entry);
    /** Send the next request, or hold the connection. @param entry the connection */
    void GoOn(Entry& entry);
    /** Send the request, and see whether that was all. @param entry the connection */
    void Push(Entry& entry);
    /** The reply is complete. @param entry the connection */
    void Replied(Entry& entry);
    /** Everything was exchanged. @param entry the connection */
    void Hold(Entry& entry);
    /** It is this end's turn to close. @param entry the connection */
    void Release(Entry& entry);
    /** Close behind the server. @param entry the connection */
    void CloseLast(Entry& entry);
    /** Send RST. @param socket the connection; nobody watches it any more */
    void Abort(Ptr<Socket> socket) const;

    /** @param variable what to draw from @return a count */
    static uint32_t DrawCount(const Ptr<RandomVariableStream>& variable);
    /** @param variable what to draw from, seconds @return ns; negative: for ever */
    static int64_t DrawTime(const Ptr<RandomVariableStream>& variable);

    Address m_remote;                        //!< The server.
    uint64_t m_maxConnections{1};            //!< Connections in all; 0: no limit.
    uint32_t m_maxConcurrent{0};             //!< Active ones; 0: no limit.
    Ptr<RandomVariableStream> m_arrivals;    //!< Time between connections.
    Ptr<RandomVariableStream> m_requests;    //!< Requests a connection.
    Ptr<RandomVariableStream> m_requestSize; //!< Bytes of a request.
    Ptr<RandomVariableStream> m_replySize;   //!< Bytes of a reply.
    Ptr<RandomVariableStream> m_thinkTime;   //!< From a reply to the next request.
    Ptr<RandomVariableStream> m_holdTime;    //!< From the last reply to the close.
    Ptr<RandomVariableStream> m_closeDelay;  //!< From the first close to the second.
    TcpConnWorkloadRequest::Closer m_closer{TcpConnWorkloadRequest::CLIENT}; //!< Who closes.
    Time m_connectTimeout;            //!< Longest set-up; 0: no limit.
    bool m_sendFirst{false};          //!< Send before Connect.
    uint8_t m_tos{0};                 //!< TOS or traffic class.
    uint64_t m_keyBase{0};            //!< First key of this client's connections.
    uint32_t m_zeroGaps{0};           //!< Arrivals at one instant, without limit.
    bool m_lingers{false};            //!< Sockets have the attribute Linger.
    bool m_blocked{false};            //!< The next waits for an active one to end.
    EventId m_arrival;                //!< The next connection.
    TracedCallback<Time> m_setUpTime; //!< Trace of set-up times.
};

} // namespace ns3

#endif /* TCP_CONN_WORKLOAD_CLIENT_H */
