/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_ROW_COUNTS_H
#define TCP_CONN_ROW_COUNTS_H

#include "tcp-conn-policies.h"

#include <cstdint>
#include <map>
#include <ostream>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * How often rows were taken, of the tables of whatever policies, by one host or many.
 */
class TcpConnRowCounts
{
  public:
    /**
     * @param policies policies in force, kept from now on
     * @return the counts of their table, by TcpConnRow::index
     */
    uint32_t* Of(Ptr<const TcpConnPolicies> policies);

    /**
     * A line for each row that was taken: state, cause, next state, policy ("-": RFC 9293's own
     * row), and how often.  Lines of different tables may tell of the same row.
     * @param os where to
     */
    void Write(std::ostream& os) const;

  private:
    std::map<Ptr<const TcpConnPolicies>, std::vector<uint32_t>> m_counts; //!< By table.
};

} // namespace ns3

#endif /* TCP_CONN_ROW_COUNTS_H */
