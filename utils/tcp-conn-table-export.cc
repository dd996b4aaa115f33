/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * Writes the table of transitions to standard output, as the trace checker reads it
 * (utils/tcp_conn_trace/rules.json is its output).
 */

#include "ns3/tcp-conn-transition-table.h"

#include <cstring>
#include <iostream>

int
main(int argc, char* argv[])
{
    if (argc != 2 || std::strcmp(argv[1], "--json") != 0)
    {
        std::cerr << "usage: " << argv[0] << " --json\n"
                  << "Writes the table of transitions of RFC 9293 to standard output.\n";
        return 2;
    }
    ns3::TcpConnTransitionTable::Rfc9293().WriteJson(std::cout);
    std::cout.flush();
    return std::cout.good() ? 0 : 1;
}
