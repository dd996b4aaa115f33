/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * A script that sets the attributes of TcpSocketBase and connects to its trace sources finds them
 * under the same names here; what is absent is in the documentation.
 */

#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-socket.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/test.h"

#include <fstream>
#include <set>
#include <sstream>
#include <string>

using namespace ns3;

namespace
{

/// Names that a class has, with those of its parents.
struct Names
{
    std::set<std::string> attributes; //!< Of attributes.
    std::set<std::string> traces;     //!< Of trace sources.
};

/** @param type a class @return its names */
Names
NamesOf(TypeId type)
{
    Names names;
    for (TypeId at = type; at != Object::GetTypeId(); at = at.GetParent())
    {
        for (size_t i = 0; i < at.GetAttributeN(); ++i)
        {
            names.attributes.insert(at.GetAttribute(i).name);
        }
        for (size_t i = 0; i < at.GetTraceSourceN(); ++i)
        {
            names.traces.insert(at.GetTraceSource(i).name);
        }
    }
    return names;
}

/** Names of TcpSocketBase that TcpConnSocket has not. */
class AbsentNames : public TestCase
{
  public:
    AbsentNames()
        : TestCase("names of TcpSocketBase")
    {
    }

  private:
    void DoRun() override
    {
        const Names stock = NamesOf(TcpSocketBase::GetTypeId());
        const Names ours = NamesOf(TcpConnSocket::GetTypeId());
        NS_TEST_ASSERT_MSG_GT(stock.traces.size(), 15, "its trace sources were found");
        // Objects of ns-3's own socket, or types that name it.
        Check(stock.attributes,
              ours.attributes,
              {"TxBuffer", "RxBuffer", "CongestionOps", "IcmpCallback", "IcmpCallback6"});
        Check(stock.traces,
              ours.traces,
              {"EcnEchoSeq", "EcnCeSeq", "EcnCwrSeq", "Tx", "Rx", "Retransmission"});
    }

    /**
     * @param stock names of TcpSocketBase
     * @param ours names of TcpConnSocket
     * @param absent those that may be absent
     */
    void Check(const std::set<std::string>& stock,
               const std::set<std::string>& ours,
               const std::set<std::string>& absent)
    {
        std::ifstream file(TCP_CONN_TEST_DIR "/../doc/tcp-conn.rst");
        std::stringstream text;
        text << file.rdbuf();
        for (const std::string& name : stock)
        {
            if (ours.count(name) == 0)
            {
                NS_TEST_EXPECT_MSG_EQ(absent.count(name), 1, "absent and not known: " << name);
                const bool told = text.str().find("``" + name + "``") != std::string::npos;
                NS_TEST_EXPECT_MSG_EQ(told,
                                      true,
                                      "the documentation names what is absent: " << name);
            }
        }
    }
};

/** Suite of names. */
class TcpConnNamesTestSuite : public TestSuite
{
  public:
    TcpConnNamesTestSuite()
        : TestSuite("tcp-conn-same-names", TCP_CONN_UNIT)
    {
        AddTestCase(new AbsentNames, TCP_CONN_QUICK);
    }
};

TcpConnNamesTestSuite g_tcpConnNamesTestSuite; //!< The suite.

} // namespace
