/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_HOST_SCOPE_H
#define TCP_CONN_HOST_SCOPE_H

#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-socket.h"

namespace ns3
{

/** @ingroup tcp-conn
 * The surroundings of a connection of TcpConnL4Protocol during one event.  Internal.
 */
class TcpConnHostScope : public TcpConnScope
{
  public:
    /**
     * @param l4 the host
     * @param key the connection
     * @param connection its id; 0: none
     * @param with what arrives; nullptr: nothing does
     */
    TcpConnHostScope(TcpConnL4Protocol& l4,
                     const TcpConnKey& key,
                     uint64_t connection,
                     const TcpConnL4Protocol::Arrival* with);
    ~TcpConnHostScope() override;

    /** Work on a record, with the settings and policies that are its own. @param head its head */
    void Use(TcpConnRecordHead& head);
    /** Work on a full record. @param full the record */
    void Use(TcpConnFull& full);
    /** Work on a copy of a half-open record. @param record the record */
    void Use(TcpConnHalfOpen& record);
    /** Work on a copy of a record in TIME-WAIT. @param record the record */
    void Use(TcpConnLate& record);
    /** Work on settings and policies. @param profile both */
    void Use(const TcpConnProfile& profile);

    /**
     * Segments go out as a listener's.
     * @param from the listener's socket
     * @param synTos TOS or traffic class of the SYN that is answered
     */
    void SendAs(Ptr<TcpConnSocket> from, uint8_t synTos);

    /** The machine has finished: what follows may enter it again. */
    void Done();

    // TcpConnScope
    TcpConnDataPhase* Data() override;
    TcpConnDataPhase& Room() override;
    TcpConnAdmission::Verdict Admit() override;
    TcpConnAdmission::Verdict Complete() override;
    const TcpConnSegment* Cookie() override;
    SequenceNumber32 MakeCookie(const TcpConnSegment& syn, uint32_t& timestamp) override;
    bool Listens() override;
    void Stash(const TcpConnSegment& segment) override;
    void Promote() override;

    TcpConnL4Protocol& host;                   //!< The host.
    const TcpConnKey name;                     //!< The connection.
    uint64_t id;                               //!< Its id; 0: none.
    const TcpConnL4Protocol::Arrival* arrival; //!< What arrives.
    Ptr<TcpConnSocket> socket;                 //!< The socket, if there is one.
    TcpConnHalfOpen* half{nullptr};            //!< The half-open record.
    TcpConnLate* late{nullptr};                //!< The record in TIME-WAIT.
    TcpConnTcb local;                          //!< The block, where the record is small.
    TcpConnAdmission::Verdict verdict{TcpConnAdmission::Verdict::ADMIT}; //!< On the SYN.
    Ptr<TcpConnSocket> tags;            //!< Whose TOS and TTL segments have.
    int tos{-1};                        //!< The TOS that they have instead; -1: none.
    TcpConnListener* listener{nullptr}; //!< Who takes the segment, if it opens one.
    TcpConnSegment cookieSyn;           //!< The SYN that a cookie stands for.
    bool cookieValid{false};            //!< The arriving ACK returns one.
    bool stash{false};                  //!< The SYN's text is to be kept.
    bool reincarnate{false};            //!< The SYN is to be dispatched again.

  private:
    Ptr<TcpConnSocket> m_at;          //!< The socket whose connection the machine works on.
    Ptr<const TcpConnProfile> m_held; //!< Its profile, which its record may be the last to hold.
    bool m_overflowCounted{false};    //!< The listener has counted the full accept queue.
    bool m_arrivingSet{false};        //!< The data phase has the arriving text.
};

} // namespace ns3

#endif /* TCP_CONN_HOST_SCOPE_H */
