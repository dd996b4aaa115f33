/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_EXPLORER_MUTATION_H
#define TCP_CONN_EXPLORER_MUTATION_H

#include "ns3/tcp-conn-retry.h"

#include <string>
#include <vector>

namespace TcpConnExplorer
{

/** A change of one row of RFC 9293's table. */
struct Mutant
{
    ns3::TcpSocket::TcpStates_t state;  //!< State of the row.
    std::string name;                   //!< "STATE x event/guard: what is changed".
    std::vector<ns3::TcpConnRule> cell; //!< What takes the place of the row's cell.
};

/**
 * Changes of each row, one at a time: the state after it, what it does, when it is
 * taken, what follows it.
 * @return the changes
 */
std::vector<Mutant> AllMutants();

} // namespace TcpConnExplorer

namespace ns3
{

/** @ingroup tcp-conn
 * A policy that puts one wrong cell into the table: what tests and explorer must notice.
 */
class TcpConnMutation : public TcpConnRetryRfc6298
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    std::vector<TcpConnRule> Rules() const override;

    std::vector<TcpConnRule> rules; //!< The cell.
};

} // namespace ns3

#endif /* TCP_CONN_EXPLORER_MUTATION_H */
