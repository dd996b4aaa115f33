/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * Random walks from the command line: many, or one again with a trace and a log.
 */

#include "tcp-conn-random-walk.h"

#include "ns3/command-line.h"

#include <iostream>

using namespace ns3;

namespace
{

/** What all walks came to. */
struct Sum
{
    uint64_t failed{0};                   //!< Walks with violations.
    uint64_t safe{0};                     //!< Walks in which all text had to come unharmed.
    uint64_t connections{0};              //!< Connections tried or accepted.
    uint64_t segments{0};                 //!< Segments sent.
    uint64_t delivered{0};                //!< Bytes read.
    std::map<std::string, uint64_t> rows; //!< Rows taken.

    /** @param seed of a walk @param outcome of it */
    void Add(uint64_t seed, const TcpConnRandomWalk::Outcome& outcome)
    {
        failed += outcome.violations.empty() ? 0 : 1;
        safe += outcome.safe ? 1 : 0;
        connections += outcome.connections;
        segments += outcome.segments;
        delivered += outcome.delivered;
        for (const auto& [row, count] : outcome.rows)
        {
            rows[row] += count;
        }
        for (const std::string& violation : outcome.violations)
        {
            std::cout << "seed " << seed << ": " << violation << std::endl;
        }
    }
};

} // namespace

int
main(int argc, char* argv[])
{
    uint64_t seed = 0;
    uint64_t first = 1;
    uint64_t last = 1000;
    std::string trace;
    bool log = false;
    bool rows = false;
    CommandLine cmd(__FILE__);
    cmd.Usage("Random walks: any policies, applications that do anything, a network that does "
              "anything; prints the seed of each walk in which something does not hold.");
    cmd.AddValue("seed", "This walk alone; prints what it is made of", seed);
    cmd.AddValue("first", "First of many walks", first);
    cmd.AddValue("last", "Last of them", last);
    cmd.AddValue("trace", "File for a trace of the one walk", trace);
    cmd.AddValue("log", "Tell of every step of the one walk", log);
    cmd.AddValue("rows", "Print how often each row of the table was taken", rows);
    cmd.Parse(argc, argv);
    if (seed == 0 && (!trace.empty() || log))
    {
        std::cerr << argv[0] << ": --trace and --log need --seed" << std::endl;
        return 2;
    }
    first = seed ? seed : first;
    last = seed ? seed : last;
    Sum sum;
    for (uint64_t i = first; i <= last; ++i)
    {
        TcpConnRandomWalk::Settings settings;
        settings.seed = i;
        settings.trace = trace;
        settings.log = log ? &std::cout : nullptr;
        const auto outcome = TcpConnRandomWalk::Run(settings);
        if (seed)
        {
            std::cout << outcome.scene;
        }
        sum.Add(i, outcome);
    }
    if (rows)
    {
        for (const auto& [row, count] : sum.rows)
        {
            std::cout << count << " " << row << "\n";
        }
    }
    std::cout << last - first + 1 << " walks (" << sum.safe
              << " in which text had to come unharmed), " << sum.connections << " connections, "
              << sum.segments << " segments, " << sum.delivered << " bytes, " << sum.rows.size()
              << " rows; " << sum.failed << " failed" << std::endl;
    return sum.failed == 0 ? 0 : 1;
}
