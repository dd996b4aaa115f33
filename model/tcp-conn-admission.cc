/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-admission.h"

#include "ns3/uinteger.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnAdmission);

TypeId
TcpConnAdmission::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnAdmission").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
    return tid;
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnBacklog);

TypeId
TcpConnBacklog::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnBacklog")
                            .SetParent<TcpConnAdmission>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnBacklog>()
                            .AddAttribute("Backlog",
                                          "Most half-open connections, and most that wait to be "
                                          "accepted, of one listener.",
                                          UintegerValue(4096),
                                          MakeUintegerAccessor(&TcpConnBacklog::m_backlog),
                                          MakeUintegerChecker<uint32_t>());
    return tid;
}

TcpConnAdmission::Verdict
TcpConnBacklog::Admit(uint32_t halfOpen, uint32_t accepting) const
{
    return halfOpen < m_backlog && accepting <= m_backlog ? Verdict::ADMIT : Verdict::DROP;
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnUnlimited);

TypeId
TcpConnUnlimited::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnUnlimited")
                            .SetParent<TcpConnAdmission>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnUnlimited>();
    return tid;
}

TcpConnAdmission::Verdict
TcpConnUnlimited::Admit(uint32_t /* halfOpen */, uint32_t /* accepting */) const
{
    return Verdict::ADMIT;
}

} // namespace ns3
