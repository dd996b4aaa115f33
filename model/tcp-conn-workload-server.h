/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_WORKLOAD_SERVER_H
#define TCP_CONN_WORKLOAD_SERVER_H

#include "tcp-conn-workload-app.h"

namespace ns3
{

/** @ingroup tcp-conn
 * Listens at the attribute Local and serves the requests of any number of TcpConnWorkloadClient:
 * the first bytes of each request say all that it needs to know.
 *
 * Causes of failure (trace source Failed) are as those of the client, and "bad-request": what came
 * is no request.
 */
class TcpConnWorkloadServer : public TcpConnWorkloadApp
{
  public:
    /** @return the TypeId, ns3::TcpConnWorkloadServer. */
    static TypeId GetTypeId();

    TcpConnWorkloadServer();
    ~TcpConnWorkloadServer() override;

    /** @return the listening socket; nullptr before the start and after the stop. */
    Ptr<Socket> GetListener() const;

    /**
     * Signature of the trace source Accepted.
     * @param from the peer
     */
    typedef void (*AcceptedCallback)(const Address& from);

  protected:
    /** Listener and connections are let go, without callbacks. */
    void DoDispose() override;

  private:
    // Application
    void StartApplication() override;
    void StopApplication() override;

    // TcpConnWorkloadApp
    void OnText(Entry& entry) override;
    void OnSpace(Entry& entry) override;
    void OnPeerClosed(Entry& entry) override;
    void OnBroken(Entry& entry) override;
    void OnTimer(Entry& entry) override;

    /** The listener has accepted. @param socket the connection @param from the peer */
    void Accepted(Ptr<Socket> socket, const Address& from);
    /**
     * Serve what has come.
     * @param entry the connection; if this returns false it may be gone
     * @return whether more of it may be there
     */
    bool Serve(Entry& entry);
    /** Take the first bytes of a request. @param entry the connection @return as Serve */
    bool TakeRequest(Entry& entry);
    /** Send what is left of the reply. @param entry the connection @return as Serve */
    bool Push(Entry& entry);
    /** It is this end's turn to close. @param entry the connection */
    void Release(Entry& entry);
    /** Close behind the client. @param entry the connection */
    void CloseLast(Entry& entry);

    Ptr<Socket> m_listener;                    //!< The listening socket.
    TracedCallback<const Address&> m_accepted; //!< Trace of accepted connections.
};

} // namespace ns3

#endif /* TCP_CONN_WORKLOAD_SERVER_H */
