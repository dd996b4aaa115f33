/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_POLICIES_H
#define TCP_CONN_POLICIES_H

#include "tcp-conn-admission.h"
#include "tcp-conn-fast-open.h"
#include "tcp-conn-handshake.h"
#include "tcp-conn-icmp.h"
#include "tcp-conn-isn.h"
#include "tcp-conn-release.h"
#include "tcp-conn-retry.h"
#include "tcp-conn-segment-check.h"
#include "tcp-conn-time-wait.h"

#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <memory>
#include <string>

namespace ns3
{

/** @ingroup tcp-conn
 * The policies in force for some connections, one of each family, and the table that they make.
 * Shared: a connection holds one pointer.
 */
struct TcpConnPolicies : public SimpleRefCount<TcpConnPolicies>
{
    Ptr<const TcpConnHandshake> handshake;       //!< How connections are opened.
    Ptr<const TcpConnRelease> release;           //!< How they are released.
    Ptr<const TcpConnIsn> isn;                   //!< Initial sequence numbers.
    Ptr<const TcpConnAdmission> admission;       //!< Which SYNs a listener takes.
    Ptr<const TcpConnSegmentCheck> segmentCheck; //!< Which segments are believed.
    Ptr<const TcpConnTimeWait> timeWait;         //!< TIME-WAIT.
    Ptr<const TcpConnRetry> retry;               //!< Retransmission schedule.
    Ptr<const TcpConnIcmp> icmp;                 //!< ICMP errors.

    /** @return the table of transitions: RFC 9293's and the policies' rows. */
    const TcpConnTransitionTable& Table() const
    {
        return *m_table;
    }

    /** Make the table, after the policies are set. */
    void Compose();

    /** @return the names, as a trace's header gives them: "handshake=TcpConnThreeWay ...". */
    std::string Describe() const;

    /**
     * @param other other policies
     * @return whether they have the same names
     */
    bool IsLike(const TcpConnPolicies& other) const;

  private:
    std::shared_ptr<const TcpConnTransitionTable> m_table; //!< The table.
};

} // namespace ns3

#endif /* TCP_CONN_POLICIES_H */
