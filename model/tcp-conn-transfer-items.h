/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TRANSFER_ITEMS_H
#define TCP_CONN_TRANSFER_ITEMS_H

#include "tcp-conn-transfer.h"

#include "ns3/callback.h"

namespace ns3
{

/** @ingroup tcp-conn
 * The callbacks that TcpTxBuffer calls for each item that is acknowledged.  They are functions,
 * made once for all connections; whose items they are told stands in a variable of the thread
 * while an acknowledgment is worked on.
 */
struct TcpConnTransferItems
{
    using Scan = TcpConnTransfer::ItemScan; //!< What is gathered.

    /** Makes a scan the one that is told, for a scope. */
    class Scope
    {
      public:
        /** @param scan where to gather. */
        explicit Scope(Scan& scan)
        {
            g_scan = &scan;
        }

        ~Scope()
        {
            g_scan = nullptr;
        }

        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
    };

    /** @return the callback for items newly SACKed. */
    static const Callback<void, TcpTxItem*>& OnSacked();

    /** @return the callback for items acknowledged and about to be deleted. */
    static const Callback<void, TcpTxItem*>& OnDiscarded();

  private:
    static void Sacked(TcpTxItem* item);
    static void Discarded(TcpTxItem* item);

    static thread_local Scan* g_scan; //!< Where to gather.
};

} // namespace ns3

#endif /* TCP_CONN_TRANSFER_ITEMS_H */
