/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-policy.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnPolicy);

TypeId
TcpConnPolicy::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnPolicy").SetParent<Object>().SetGroupName("TcpConn");
    return tid;
}

std::vector<TcpConnRule>
TcpConnPolicy::Rules() const
{
    return {};
}

std::unique_ptr<TcpConnPolicyState>
TcpConnPolicy::CreateState(uint64_t /* seed */) const
{
    return nullptr;
}

} // namespace ns3
