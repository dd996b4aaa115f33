/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_RANDOM_WALK_H
#define TCP_CONN_RANDOM_WALK_H

#include "ns3/node.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Random walks: two hosts with any policies, applications that do anything at any time, a network
 * that does anything to segments; and what must hold all the same.
 */

namespace ns3
{
namespace TcpConnRandomWalk
{

/** How a walk is done. */
struct Settings
{
    uint64_t seed{1};                     //!< Everything follows from it.
    std::string trace;                    //!< Name of a trace to write; empty: none.
    std::ostream* log{nullptr};           //!< Where to tell of every step; nullptr: nowhere.
    std::function<void(Ptr<Node>)> watch; //!< Shown each host before anything happens.
};

/** What came of it. */
struct Outcome
{
    std::vector<std::string> violations;  //!< What was not as it has to be.
    std::string scene;                    //!< What it was made of, as text.
    bool safe{false};                     //!< Text had to be delivered unharmed, too.
    uint64_t connections{0};              //!< Connections that were tried or accepted.
    uint64_t segments{0};                 //!< Segments that were sent.
    uint64_t delivered{0};                //!< Bytes that applications read.
    uint64_t digest{0};                   //!< Hash of all transitions and segments.
    Time end;                             //!< When the last event happened.
    std::map<std::string, uint64_t> rows; //!< Rows taken, by "from event/guard to policy".
};

/**
 * Do one.
 * @param settings how
 * @return what came of it; no violations if all is well
 */
Outcome Run(const Settings& settings);

} // namespace TcpConnRandomWalk
} // namespace ns3

#endif /* TCP_CONN_RANDOM_WALK_H */
