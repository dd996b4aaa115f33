/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-row-counts.h"

#include "tcp-conn-trace.h"

namespace ns3
{

uint32_t*
TcpConnRowCounts::Of(Ptr<const TcpConnPolicies> policies)
{
    std::vector<uint32_t>& counts = m_counts[policies];
    if (counts.empty())
    {
        counts.resize(policies->Table().Rows().size());
    }
    return counts.data();
}

void
TcpConnRowCounts::Write(std::ostream& os) const
{
    for (const auto& [policies, counts] : m_counts)
    {
        for (const TcpConnRow& row : policies->Table().Rows())
        {
            if (counts[row.index] > 0)
            {
                os << TcpConnStateName(row.from) << " " << row.cause << " "
                   << TcpConnStateName(row.to) << " " << (row.policy ? row.policy : "-") << " "
                   << counts[row.index] << "\n";
            }
        }
    }
}

} // namespace ns3
