/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-case-trace.h"

#include "ns3/abort.h"
#include "ns3/node.h"
#include "ns3/simple-ref-count.h"
#include "ns3/simulator.h"
#include "ns3/system-path.h"
#include "ns3/tcp-conn-l4-protocol.h"
#include "ns3/tcp-conn-row-counts.h"
#include "ns3/tcp-conn-trace-helper.h"

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <set>

namespace ns3
{
namespace TcpConnTest
{

namespace
{

/** Rows taken in all test cases. */
const auto g_rows = std::make_shared<TcpConnRowCounts>();

/** Write them, at the end of the program. */
void
WriteRows()
{
    if (const char* const folder = std::getenv("TCP_CONN_TRACE_DIR"))
    {
        std::ofstream file(SystemPath::Append(folder, "taken.rows"));
        g_rows->Write(file);
    }
}

/** The trace of one test case. */
class CaseTrace : public SimpleRefCount<CaseTrace>
{
  public:
    /** @param fileName name of the file */
    explicit CaseTrace(const std::string& fileName)
        : m_writer(Create<TcpConnTraceWriter>(fileName, ""))
    {
    }

    /** @param node id of a node @param host its protocol */
    void Attach(uint32_t node, Ptr<TcpConnL4Protocol> host)
    {
        if (m_policies.emplace(node, "").second)
        {
            // Before the writer's own sinks: policies are named before what they do.
            host->TraceConnectWithoutContext(
                "Transition",
                MakeCallback(&CaseTrace::NamePolicies, Ptr<CaseTrace>(this), PeekPointer(host)));
            m_writer->Attach(host);
            host->CountRows(g_rows);
        }
    }

  private:
    /**
     * Name a host's policies where they have changed: a test may set them at any time.
     * @param host the host
     * @param t what happens there
     */
    void NamePolicies(TcpConnL4Protocol* host, const TcpConnTransition& t)
    {
        std::string policies = host->GetPolicies();
        std::string& known = m_policies[t.node];
        if (known != policies)
        {
            known = std::move(policies);
            m_writer->NodePolicies(t.node, known);
        }
    }

    Ptr<TcpConnTraceWriter> m_writer;           //!< Writes it.
    std::map<uint32_t, std::string> m_policies; //!< Policies that were named, by node.
};

Ptr<CaseTrace> g_trace;      //!< The trace of the test case that runs.
std::string g_name;          //!< Its name; empty: a number.
std::set<std::string> g_all; //!< Names of all traces.

/** @param name name of a test case @return what of it may stand in the name of a file */
std::string
Plain(const std::string& name)
{
    std::string plain;
    for (const char c : name.substr(0, 150))
    {
        plain += std::isalnum(static_cast<unsigned char>(c)) ? c : '-';
    }
    return plain;
}

/** @return a name that no other trace of this program has */
std::string
UniqueName()
{
    const std::string base = g_name.empty() ? "case" : Plain(g_name);
    std::string name = g_name.empty() ? base + "-1" : base;
    for (size_t n = 2; !g_all.insert(name).second; ++n)
    {
        name = base + "-" + std::to_string(n);
    }
    return name;
}

/** The simulation is over: what comes next is another trace. */
void
EndTrace()
{
    g_trace = nullptr;
    g_name.clear();
    // Not earlier: names of policies are gone before what was registered when they were made.
    static const int registered = std::atexit(&WriteRows);
    NS_ABORT_MSG_IF(registered != 0, "atexit");
}

} // namespace

void
NameTrace(const std::string& name)
{
    g_trace = nullptr;
    g_name = name;
}

void
TraceHost(Ptr<Node> host)
{
    const char* const folder = std::getenv("TCP_CONN_TRACE_DIR");
    Ptr<TcpConnL4Protocol> protocol = host->GetObject<TcpConnL4Protocol>();
    if (!folder || !protocol)
    {
        return;
    }
    if (!g_trace)
    {
        g_trace = Create<CaseTrace>(SystemPath::Append(folder, UniqueName() + ".tr"));
        Simulator::ScheduleDestroy(&EndTrace);
    }
    g_trace->Attach(host->GetId(), protocol);
}

} // namespace TcpConnTest
} // namespace ns3
