/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * Writes the table of transitions in Promela, for tcp-conn.pml to include.
 */

#include "../tcp-conn-explorer/tcp-conn-explorer-report.h"

#include "ns3/command-line.h"
#include "ns3/tcp-conn-trace.h"

#include <algorithm>
#include <iostream>

using namespace ns3;

namespace
{

/** Events that the model knows. */
const TcpConnEvent EVENTS[] = {TcpConnEvent::PASSIVE_OPEN,
                               TcpConnEvent::ACTIVE_OPEN,
                               TcpConnEvent::CLOSE,
                               TcpConnEvent::ABORT,
                               TcpConnEvent::SEQUENCE,
                               TcpConnEvent::RST,
                               TcpConnEvent::SYN,
                               TcpConnEvent::ACK,
                               TcpConnEvent::FIN,
                               TcpConnEvent::RETRANSMISSION_TIMEOUT,
                               TcpConnEvent::TIME_WAIT_TIMEOUT,
                               TcpConnEvent::FIN_WAIT_2_TIMEOUT};

/** @param name a name with hyphens @return the same with underscores */
std::string
Word(std::string name)
{
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

/** @param state a state @return its name */
std::string
Name(int state)
{
    return Word(TcpConnStateName(static_cast<TcpSocket::TcpStates_t>(state)));
}

/** @param row the first row of a cell, or one further down: it and those below are written */
void
WriteRows(const TcpConnRow* row)
{
    const bool last = row->guard == TcpConnGuard::ALWAYS;
    const char* then = row->then == TcpConnThen::NEXT ? "NEXT" : "DONE";
    if (!last)
    {
        std::cout << "if :: g_" << Word(TcpConnGuardName(row->guard)) << " -> ";
    }
    if (row->to != row->from)
    {
        std::cout << "move(" << Name(row->to) << "); ";
    }
    std::cout << "a_" << Word(TcpConnActionName(row->action)) << "(); then = " << then;
    if (!last)
    {
        std::cout << "\n         :: else -> ";
        WriteRows(row + 1);
        std::cout << " fi";
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    auto policies = TcpConnExplorer::DefaultPolicies();
    CommandLine cmd(__FILE__);
    cmd.Usage("Writes the table of transitions in Promela.");
    for (auto& [family, name] : policies)
    {
        cmd.AddValue(family, "TypeId name of the policy, and [name=value|...]", name);
    }
    cmd.Parse(argc, argv);
    std::string wrong;
    const Ptr<const TcpConnPolicies> rules = TcpConnExplorer::MakePolicies(policies, wrong);
    if (!rules)
    {
        std::cerr << argv[0] << ": " << wrong << std::endl;
        return 2;
    }
    std::cout << "/* Written by tcp-conn-promela: " << rules->Describe() << " */\n";
    for (int state = 0; state < TcpSocket::LAST_STATE; ++state)
    {
        std::cout << "#define " << Name(state) << ' ' << state << '\n';
    }
    std::cout << "c_decl {\nstatic const char* const stateNames[] = {";
    for (int state = 0; state < TcpSocket::LAST_STATE; ++state)
    {
        const auto s = static_cast<TcpSocket::TcpStates_t>(state);
        std::cout << (state > 0 ? ", " : "") << '"' << TcpConnStateName(s) << '"';
    }
    std::cout << "};\n}\n";
    for (const TcpConnEvent event : EVENTS)
    {
        std::cout << "inline on_" << Word(TcpConnEventName(event)) << "()\n{\n    if\n";
        for (int state = 0; state < TcpSocket::LAST_STATE; ++state)
        {
            const auto s = static_cast<TcpSocket::TcpStates_t>(state);
            std::cout << "    :: st[me] == " << Name(state) << " -> ";
            WriteRows(rules->Table().Cell(s, event));
            std::cout << "\n";
        }
        std::cout << "    fi\n}\n";
    }
    return 0;
}
