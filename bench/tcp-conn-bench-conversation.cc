/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * What one short conversation costs: handshake, 100 bytes asked, 1000 bytes answered, release;
 * with this module's TCP, with ns-3's own, and with a protocol that sends the same packets as
 * ns-3's own and does nothing else (the floor).  All in one run, on the same topology, while any
 * number of other connections lie open at the server.
 *
 * Times depend on the machine: the ratios are the result.  For instructions instead of time:
 *     valgrind --tool=callgrind --toggle-collect='Measured*' tcp-conn-bench-conversation
 *     --stacks=ours
 * and divide what callgrind collected by the number of conversations.
 */

#include "../examples/tcp-conn-option.h"
#include "tcp-conn-bench-scene.h"

#include "ns3/core-module.h"

#include <algorithm>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <vector>

using namespace ns3;

namespace
{

/** Runs the simulator: what callgrind is told to count.  @param until simulated time */
__attribute__((noinline)) void
MeasuredRun(Time until)
{
    Simulator::Stop(until - Simulator::Now());
    Simulator::Run();
}

/** @return CPU time that the process has used, in microseconds. */
double
CpuTime()
{
    return 1e6 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/**
 * Have conversations one after the other.
 * @param stack "floor", "stock" or "ours"
 * @param open connections that lie open at the server meanwhile
 * @param conversations how many are measured
 * @return CPU time of one, in microseconds
 */
double
Measure(const std::string& stack, uint32_t open, uint32_t conversations)
{
    TcpConnBenchScene scene(stack, 1 + open / 10000, MilliSeconds(10));
    scene.OpenIdle(open);
    Simulator::Stop(Seconds(1000));
    Simulator::Run();
    constexpr uint32_t WARM_UP = 20;
    scene.Converse(WARM_UP);
    Simulator::Stop(Seconds(1000));
    Simulator::Run();
    scene.Converse(conversations);
    const double before = CpuTime();
    MeasuredRun(Simulator::Now() + Seconds(1000000));
    const double used = CpuTime() - before;
    const uint32_t done = scene.Done() - WARM_UP;
    NS_ABORT_MSG_UNLESS(done == conversations && scene.Idle() == open,
                        stack << ": " << done << " of " << conversations
                              << " conversations were completed, " << scene.Idle() << " of " << open
                              << " connections are open");
    return used / conversations;
}

/** @param list "a,b" @return its parts */
std::vector<std::string>
Split(const std::string& list)
{
    std::vector<std::string> parts;
    std::istringstream in(list);
    for (std::string part; std::getline(in, part, ',');)
    {
        parts.push_back(part);
    }
    return parts;
}

/** @param values some values @return the middle one */
double
Median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string stacks = "floor,stock,ours";
    std::string opens = "0";
    uint32_t conversations = 2000;
    uint32_t repeats = 3;
    CommandLine cmd(__FILE__);
    cmd.Usage("CPU time of a short conversation, beside ns-3's own TCP and the floor below both.");
    cmd.AddValue("stacks", "stacks to measure: floor, stock, ours", stacks);
    cmd.AddValue("open", "numbers of connections that lie open at the server", opens);
    cmd.AddValue("conversations", "conversations measured in each run", conversations);
    cmd.AddValue("repeats", "runs of each; the median counts", repeats);
    cmd.Parse(argc, argv);
    TcpConnCheckOption(conversations >= 1 && conversations <= 100000000,
                       "conversations",
                       "1 to 100000000");
    TcpConnCheckOption(repeats >= 1 && repeats <= 1000, "repeats", "1 to 1000");
    for (const std::string& stack : Split(stacks))
    {
        TcpConnCheckOption(stack == "floor" || stack == "stock" || stack == "ours",
                           "stacks",
                           "floor, stock and ours, separated by commas, not \"" + stack + "\"");
    }

    std::cout << std::left << std::setw(8) << "stack" << std::right << std::setw(10) << "open"
              << std::setw(18) << "us/conversation" << std::setw(12) << "x floor" << std::setw(12)
              << "x stock"
              << "\n";
    for (const double number : TcpConnReadNumbers("open", opens, 0, 1e7, "connections"))
    {
        const auto open = static_cast<uint32_t>(number);
        std::map<std::string, double> cost;
        for (const std::string& stack : Split(stacks))
        {
            std::vector<double> values;
            for (uint32_t run = 0; run < repeats; ++run)
            {
                values.push_back(Measure(stack, open, conversations));
            }
            cost[stack] = Median(values);
            std::cout << std::left << std::setw(8) << stack << std::right << std::setw(10) << open
                      << std::fixed << std::setprecision(1) << std::setw(18) << cost[stack]
                      << std::setprecision(2);
            for (const char* base : {"floor", "stock"})
            {
                std::ostringstream ratio;
                ratio << std::fixed << std::setprecision(2)
                      << (cost.count(base) ? cost[stack] / cost[base] : 0);
                std::cout << std::setw(12) << (cost.count(base) ? ratio.str() : "-");
            }
            std::cout << std::endl;
        }
    }
    return 0;
}
