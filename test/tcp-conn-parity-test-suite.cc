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

#include <set>
#include <string>
#include <utility>

using namespace ns3;
using namespace ns3::TcpConnTest;

namespace
{

/// A congestion control and the name of a path.
using Scene = std::pair<std::string, std::string>;

/**
 * Where this module is better by more than chance; doc/tcp-conn-parity.rst has the reasons.
 * @param control congestion control
 * @param path name of the path
 * @return whether a reason is known
 */
bool
IsExplained(const std::string& control, const std::string& path)
{
    static const std::set<std::string> always{"TcpBbr", "TcpDctcp", "TcpVegas", "TcpVeno"};
    return path == "loss-5" || always.count(control) > 0;
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
        : TestCase("goodput beside ns-3's own: " + control + ", " + path.name),
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
        if (!IsExplained(m_control, m_path.name))
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
        : TestCase("fairness against ns-3's own: " + control),
          m_control(control)
    {
    }

  private:
    void DoRun() override
    {
        const double ratio = ParityShare(m_control).ratio;
        NS_TEST_ASSERT_MSG_EQ_TOL(ratio, 1.0, PARITY_SHARE_WITHIN, "shares of the bottleneck");
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
            {"TcpVeno", "loss-5"},
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
