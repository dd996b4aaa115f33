/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_HANDSHAKE_H
#define TCP_CONN_HANDSHAKE_H

#include "tcp-conn-key.h"
#include "tcp-conn-policy.h"
#include "tcp-conn-segment.h"
#include "tcp-conn-settings.h"
#include "tcp-conn-tcb.h"

#include "ns3/nstime.h"

namespace ns3
{

/** @ingroup tcp-conn
 * A connection that opens, as a handshake policy sees it.
 */
struct TcpConnOpening
{
    const TcpConnKey& key;           //!< The connection.
    const TcpConnSettings& settings; //!< Its settings.
    Time now;                        //!< The time.
    TcpConnPolicyState* state;       //!< What the policy keeps for the host.
};

/** @ingroup tcp-conn
 * How a connection is opened: the rows of RFC 9293, or others; and whether SYNs carry text (RFC
 * 7413), which by default they do not.
 */
class TcpConnHandshake : public TcpConnPolicy
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    // The end that opens actively.

    /** @return whether an application may queue text before it connects, for the SYN to carry. */
    virtual bool TakesEarlyText() const;

    /**
     * The first SYN is about to be sent.
     * @param opening the connection
     * @param pathMss most bytes of a segment, without headers, that the path takes
     * @param queued bytes of text that the application has queued
     * @param [in,out] options options of the SYN
     * @return how many bytes of text it carries
     */
    virtual uint32_t OfferText(const TcpConnOpening& opening,
                               uint16_t pathMss,
                               uint32_t queued,
                               TcpConnOptions& options) const;

    /**
     * The SYN has been answered.
     * @param opening the connection
     * @param synAck the answer
     * @param tcb the connection; SND.UNA is as before the answer
     */
    virtual void NoteAnswer(const TcpConnOpening& opening,
                            const TcpConnSegment& synAck,
                            const TcpConnTcb& tcb) const;

    /**
     * A SYN with OfferText's options was given up: no answer came, or an ICMP error.
     * @param opening the connection
     */
    virtual void NoteSilence(const TcpConnOpening& opening) const;

    // The end that listens.

    /**
     * @param opening the connection
     * @param syn its SYN
     * @return whether the application gets the text of the SYN at once
     */
    virtual bool AcceptsText(const TcpConnOpening& opening, const TcpConnSegment& syn) const;

    /**
     * The application gets it.
     * @param opening the connection
     * @param syn its SYN
     */
    virtual void TextAccepted(const TcpConnOpening& opening, const TcpConnSegment& syn) const;

    /**
     * The SYN,ACK is about to be sent for the first time.
     * @param opening the connection
     * @param syn the SYN
     * @param [in,out] options options of the SYN,ACK
     */
    virtual void Grant(const TcpConnOpening& opening,
                       const TcpConnSegment& syn,
                       TcpConnOptions& options) const;

    /**
     * A connection whose SYN had its text accepted: its SYN,ACK has been acknowledged, or it ended
     * before that.
     * @param opening the connection
     * @param reset it was ended by a reset
     */
    virtual void PendingDone(const TcpConnOpening& opening, bool reset) const;
};

/** @ingroup tcp-conn
 * The three-way handshake of RFC 9293 section 3.5: the rows of the table as they stand.
 */
class TcpConnThreeWayHandshake : public TcpConnHandshake
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
};

/** @ingroup tcp-conn
 * The two-way handshake, for study: the server is ESTABLISHED when it gets the SYN; no third
 * segment is sent or needed.  What the third segment is for is seen when it is missing: a stale
 * SYN makes a connection that only the server knows.
 */
class TcpConnTwoWayHandshake : public TcpConnHandshake
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    std::vector<TcpConnRule> Rules() const override;

  private:
    bool m_ignoreUnasked{true}; //!< A CLOSED end ignores a SYN,ACK that it did not ask for.
};

/** @ingroup tcp-conn
 * The four-way handshake, for study: the server sends its ACK and its SYN as two segments.  What
 * is sent again goes as SYN,ACK.
 */
class TcpConnFourWayHandshake : public TcpConnHandshake
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    std::vector<TcpConnRule> Rules() const override;
};

} // namespace ns3

#endif /* TCP_CONN_HANDSHAKE_H */
