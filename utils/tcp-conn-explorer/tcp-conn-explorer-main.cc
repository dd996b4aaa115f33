/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * Explores all that can happen between two ends of a connection, with the code of the simulator.
 */

#include "tcp-conn-explorer-report.h"
#include "tcp-conn-explorer.h"

#include "ns3/command-line.h"
#include "ns3/tcp-conn-trace.h"

#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

using namespace ns3;
using namespace TcpConnExplorer;

namespace
{

/** Exit codes. */
enum Exit
{
    FOUND_NOTHING = 0,
    FOUND = 1,
    WRONG_ARGUMENTS = 2,
};

/** The arguments that are not numbers of a Setup. */
struct Arguments
{
    std::map<std::string, std::string> policies = DefaultPolicies(); //!< Families and TypeIds.
    std::string trace;  //!< Where the trace goes; empty: nowhere.
    std::string script; //!< Where the packet scripts go, with A.pkt and B.pkt; empty: nowhere.
    std::string expect; //!< Violation that must be found; empty: whatever.
    bool ladder{true};  //!< Draw it.
    bool pairs{false};  //!< Print the pairs of states reached.
};

/** Reads a small number. @param value where to @param text the text @return whether it is one */
bool
ReadSmall(uint8_t* value, const std::string& text)
{
    std::istringstream in(text);
    uint32_t number = 0;
    if (text.find('-') != std::string::npos || !(in >> number) || !in.eof() || number > 255)
    {
        return false;
    }
    *value = static_cast<uint8_t>(number);
    return true;
}

/** Adds an argument that is a small number, which CommandLine would print as a character.
 *  @param cmd where @param name name @param help what it is @param value where to */
void
AddSmall(CommandLine& cmd, const std::string& name, const std::string& help, uint8_t& value)
{
    cmd.AddValue(name, help, MakeBoundCallback(&ReadSmall, &value), std::to_string(value));
}

/** Adds an argument for each host: --<name>=<number>, or --<name>A and --<name>B.
 *  @param cmd where @param name name @param help what it is @param field which field
 *  @param setup the setup */
void
AddBound(CommandLine& cmd,
         const std::string& name,
         const std::string& help,
         uint8_t HostBounds::*field,
         Setup& setup)
{
    AddSmall(cmd, name + "A", help + ", host A", setup.bounds[0].*field);
    AddSmall(cmd, name + "B", help + ", host B", setup.bounds[1].*field);
}

/** @param cmd where the arguments go @param setup what they set */
void
AddBounds(CommandLine& cmd, Setup& setup)
{
    AddBound(cmd, "opens", "active opens", &HostBounds::opens, setup);
    AddBound(cmd, "listens", "passive opens", &HostBounds::listens, setup);
    AddBound(cmd, "incarnations", "connections begun", &HostBounds::incarnations, setup);
    AddBound(cmd, "sends", "SEND calls", &HostBounds::sends, setup);
    AddBound(cmd, "aborts", "ABORT calls", &HostBounds::aborts, setup);
    AddBound(cmd, "crashes", "crashes", &HostBounds::crashes, setup);
    AddSmall(cmd, "inFlight", "segments in flight in each direction, 1 to 4", setup.inFlight);
    AddSmall(cmd, "losses", "segments lost", setup.losses);
    AddSmall(cmd, "repeats", "segments delivered twice", setup.repeats);
    cmd.AddValue("reorder", "segments arrive in any order", setup.reorder);
    cmd.AddValue("mslHolds", "no segment outlives TIME-WAIT", setup.mslHolds);
    cmd.AddValue("states", "most states", setup.states);
}

} // namespace

int
main(int argc, char* argv[])
{
    Setup setup = DefaultSetup();
    Arguments arguments;
    bool halfClose = true;
    bool letGo = true;
    bool giveUp = true;
    CommandLine cmd(__FILE__);
    cmd.Usage("Explores all that can happen between two ends of a connection.");
    AddBounds(cmd, setup);
    cmd.AddValue("halfClose", "applications CLOSE and read on", halfClose);
    cmd.AddValue("letGo", "applications CLOSE and let go", letGo);
    cmd.AddValue("giveUp", "ends give up in the end; 0: no way to CLOSED is looked for", giveUp);
    cmd.AddValue("retries",
                 "retransmissions before a SYN or text is given up",
                 setup.settings.connCount);
    cmd.AddValue("timestamps", "timestamps are used", setup.settings.timestamps);
    for (auto& [family, name] : arguments.policies)
    {
        cmd.AddValue(family, "TypeId name of the policy, and [name=value|...]", name);
    }
    cmd.AddValue("trace", "file for the trace of a violation", arguments.trace);
    cmd.AddValue("script",
                 "packet scripts of what happens at each host: <value>A.pkt and <value>B.pkt",
                 arguments.script);
    cmd.AddValue("expect", "exit with 0 if and only if this is found", arguments.expect);
    cmd.AddValue("pairs", "print the pairs of the two hosts' states", arguments.pairs);
    cmd.AddValue("ladder", "draw the shortest run", arguments.ladder);
    cmd.Parse(argc, argv);
    if (setup.inFlight < 1 || setup.inFlight > 4)
    {
        std::cerr << argv[0] << ": --inFlight takes 1 to 4" << std::endl;
        return WRONG_ARGUMENTS;
    }
    setup.settings.dataRetries = setup.settings.connCount;
    for (HostBounds& bounds : setup.bounds)
    {
        bounds.halfClose = halfClose;
        bounds.letGo = letGo;
        bounds.giveUp = giveUp;
    }
    std::string wrong;
    Ptr<const TcpConnPolicies> rules = MakePolicies(arguments.policies, wrong);
    if (!rules)
    {
        std::cerr << argv[0] << ": " << wrong << std::endl;
        return WRONG_ARGUMENTS;
    }
    setup.policies[0] = rules;
    setup.policies[1] = rules;
    std::cout << rules->Describe() << "\n";
    Search search(setup);
    const Result result = search.Run();
    Print(std::cout, result);
    for (const auto& [a, b] : arguments.pairs ? result.pairs : std::set<std::pair<int, int>>())
    {
        std::cout << "pair " << TcpConnStateName(static_cast<TcpSocket::TcpStates_t>(a)) << ' '
                  << TcpConnStateName(static_cast<TcpSocket::TcpStates_t>(b)) << '\n';
    }
    if (result.violation != Violation::NONE)
    {
        const Replay replay(setup, result.run, search.GetAtlas());
        if (arguments.ladder)
        {
            replay.PrintLadder(std::cout);
        }
        if (!arguments.trace.empty())
        {
            std::ofstream file(arguments.trace);
            replay.PrintTrace(file);
        }
        for (uint8_t host = 0; host < 2 && !arguments.script.empty(); ++host)
        {
            std::ofstream file(arguments.script + (host == 0 ? "A.pkt" : "B.pkt"));
            replay.PrintScript(file, host, arguments.policies);
        }
    }
    const std::string found = ViolationName(result.violation);
    if (!arguments.expect.empty())
    {
        return found == arguments.expect ? FOUND_NOTHING : FOUND;
    }
    return result.violation == Violation::NONE ? FOUND_NOTHING : FOUND;
}
