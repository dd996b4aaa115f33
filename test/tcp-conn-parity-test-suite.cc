/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * This module's TCP carries as much as ns-3's own, with each congestion control on each path, and
 * takes no more than its share of a bottleneck beside it.
 */

#include "tcp-conn-parity.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/test.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;
using namespace ns3::TcpConnTest;

namespace
{

/// A congestion control and the name of a path.
using Scene = std::pair<std::string, std::string>;

/// Where this module is better by more than chance, and why; doc/tcp-conn-parity.rst says more.
struct Reason
{
    std::string control; //!< Congestion control, or ANY.
    std::string path;    //!< Name of the path, or SHARES, or ANY path.
    std::string why;     //!< What is different.
};

const std::string ANY;               //!< Of Reason: each of them.
const std::string SHARES = "shares"; //!< Two flows that compete, not a path.

const std::vector<Reason> REASONS{
    {ANY, "loss-5", "after a timeout the window of ns-3's own grows one acknowledgment late"},
    {"TcpBbr", ANY, "after a collapse ns-3's own waits for its timer, again and again"},
    {"TcpBbr", SHARES, "flows collapse with either stack, more often with ns-3's own"},
    {"TcpDctcp", ANY, "ns-3's own has twice the timeouts where the queue overflows"},
    {"TcpVegas", ANY, "ns-3's own knows round-trip times in whole milliseconds only"},
    {"TcpVeno", ANY, "ns-3's own knows round-trip times in whole milliseconds only"},
};

/**
 * @param control congestion control
 * @param path name of the path, or SHARES
 * @return why it may be better there, empty if no reason is known
 */
std::string
WhyBetter(const std::string& control, const std::string& path)
{
    const auto at = std::find_if(REASONS.begin(), REASONS.end(), [&](const Reason& reason) {
        return (reason.control == control || reason.control == ANY) &&
               (reason.path == path || (reason.path == ANY && path != SHARES));
    });
    return at == REASONS.end() ? "" : at->why;
}

/**
 * @param what is compared
 * @param control congestion control
 * @param path name of the path, or SHARES
 * @return name of a case: who reads of it reads why it may be better
 */
std::string
NameOf(const std::string& what, const std::string& control, const std::string& path)
{
    const std::string why = WhyBetter(control, path);
    return what + " beside ns-3's own: " + control + ", " + path +
           (why.empty() ? "" : " (may be better: " + why + ")");
}

/** Goodput of both stacks. */
class ParityGoodput : public TestCase
{
  public:
    /**
     * @param control congestion control
     * @param path the path
     */
    ParityGoodput(const std::string& control, const ParityPath& path)
        : TestCase(NameOf("goodput", control, path.name)),
          m_control(control),
          m_path(path)
    {
    }

  private:
    void DoRun() override
    {
        const ParityResult result = ParityCompare(m_control, m_path);
        NS_TEST_ASSERT_MSG_GT(result.stock.goodput, 0, "ns-3's own carries something");
        NS_TEST_ASSERT_MSG_GT(result.ratio, 1 - PARITY_WITHIN, "as much as ns-3's own");
        if (WhyBetter(m_control, m_path.name).empty())
        {
            NS_TEST_ASSERT_MSG_LT(result.ratio - 2 * result.error,
                                  1 + PARITY_WITHIN,
                                  "more than ns-3's own, and no reason is known");
        }
    }

    std::string m_control; //!< Congestion control.
    ParityPath m_path;     //!< The path.
};

/** Two flows that compete. */
class ParityFairness : public TestCase
{
  public:
    /** @param control congestion control of both */
    explicit ParityFairness(const std::string& control)
        : TestCase(NameOf("fairness", control, SHARES)),
          m_control(control)
    {
    }

  private:
    void DoRun() override
    {
        const double ratio = ParityShare(m_control).ratio;
        NS_TEST_ASSERT_MSG_GT(ratio, 1 - PARITY_SHARE_WITHIN, "its share of the bottleneck");
        if (WhyBetter(m_control, SHARES).empty())
        {
            NS_TEST_ASSERT_MSG_LT(ratio,
                                  1 + PARITY_SHARE_WITHIN,
                                  "more than its share, and no reason is known");
        }
    }

    std::string m_control; //!< Congestion control.
};

/** Suite of goodput and fairness beside ns-3's own TCP. */
class TcpConnParityTestSuite : public TestSuite
{
  public:
    TcpConnParityTestSuite()
        : TestSuite("tcp-conn-parity", TCP_CONN_UNIT)
    {
        const std::set<Scene> quick{
            {"TcpNewReno", "clean"},
            {"TcpCubic", "clean"},
#ifndef __SANITIZE_ADDRESS__
            // Repeated with many seeds, it takes minutes under the sanitizer.
            {"TcpVeno", "loss-5"},
#endif
        };
        for (const ParityPath& path : ParityPaths())
        {
            for (const std::string& control : ParityControls())
            {
                const bool isQuick = quick.count({control, path.name}) > 0;
                AddTestCase(new ParityGoodput(control, path),
                            isQuick ? TCP_CONN_QUICK : TCP_CONN_EXTENSIVE);
            }
        }
        for (const std::string& control : ParityControls())
        {
            AddTestCase(new ParityFairness(control), TCP_CONN_EXTENSIVE);
        }
    }
};

TcpConnParityTestSuite g_tcpConnParityTestSuite; //!< The suite.

} // namespace
