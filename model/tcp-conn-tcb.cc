/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-tcb.h"

namespace ns3
{

TcpConnTcb::TcpConnTcb()
    : passive(false),
      windowScaleOk(false),
      sackOk(false),
      timestampsOk(false),
      ecnOk(false),
      closing(false),
      finSent(false),
      finSeen(false),
      detached(false),
      receiveShut(false),
      ackNow(false),
      synRetransmitted(false),
      urgent(false),
      softError(false),
      userTimeoutDue(false),
      probeDue(false),
      fastOpenAsked(false),
      fastOpen(false),
      probed(false)
{
    deadline.fill(Time::Max());
}

} // namespace ns3
