/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * Writes the table of transitions to standard output, as the trace checker reads it: RFC 9293's
 * rows, then those that each policy adds.  utils/tcp_conn_trace/rules.json is its output.
 */

#include "ns3/command-line.h"
#include "ns3/object-factory.h"
#include "ns3/tcp-conn-policy.h"
#include "ns3/tcp-conn-transition-table.h"

#include <cstring>
#include <iostream>
#include <set>
#include <sstream>
#include <string>

using namespace ns3;

namespace
{

/** @return the names of all policies, without their namespace. */
std::set<std::string>
PolicyNames()
{
    std::set<std::string> names;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); i++)
    {
        const TypeId type = TypeId::GetRegistered(i);
        if (type.IsChildOf(TcpConnPolicy::GetTypeId()) && type.HasConstructor())
        {
            names.insert(type.GetName().substr(std::strlen("ns3::")));
        }
    }
    return names;
}

/**
 * The rows of a table that are a policy's own, a line each.
 * @param name name of the policy, without its namespace
 * @return the lines; each begins with a comma
 */
std::string
RowsOf(const std::string& name)
{
    ObjectFactory factory;
    factory.SetTypeId("ns3::" + name);
    const auto rules = factory.Create<TcpConnPolicy>()->Rules();
    if (rules.empty())
    {
        return "";
    }
    std::stringstream json;
    TcpConnTransitionTable(TcpConnTransitionTable::Rfc9293(), name.c_str(), rules).WriteJson(json);
    const std::string mark = R"("policy": ")" + name + "\"}";
    std::string lines;
    for (std::string line; std::getline(json, line);)
    {
        const auto end = line.find(mark);
        if (end != std::string::npos)
        {
            lines += ",\n" + line.substr(0, end + mark.size());
        }
    }
    return lines;
}

} // namespace

int
main(int argc, char* argv[])
{
    bool json = false;
    CommandLine cmd(__FILE__);
    cmd.Usage("Writes the table of transitions, of RFC 9293 and of all policies.");
    cmd.AddValue("json", "write it as JSON, the only form", json);
    cmd.Parse(argc, argv);
    if (!json)
    {
        std::cerr << argv[0] << ": --json must be given (see --help)\n";
        return 2;
    }
    std::ostringstream rfc;
    TcpConnTransitionTable::Rfc9293().WriteJson(rfc);
    std::cout << rfc.str().substr(0, rfc.str().rfind("\n]"));
    for (const auto& name : PolicyNames())
    {
        std::cout << RowsOf(name);
    }
    std::cout << "\n]\n" << std::flush;
    return std::cout.good() ? 0 : 1;
}
