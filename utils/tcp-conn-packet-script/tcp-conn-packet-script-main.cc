/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * Runs packet scripts, in packetdrill's language, against a TCP of ns-3 in virtual time.
 */

#include "tcp-conn-packet-script-runner.h"

#include "ns3/command-line.h"
#include "ns3/object.h"

#include <iostream>

using namespace ns3;
using TcpConnPacketScript::Setup;
using TcpConnPacketScript::Verdict;

namespace
{

/** An argument <name>=<value> of --attribute, which may be given many times. */
bool
AddAttribute(Setup* setup, const std::string& argument)
{
    const std::size_t middle = argument.find('=');
    if (middle == std::string::npos || middle == 0)
    {
        return false;
    }
    setup->attributes.emplace_back(argument.substr(0, middle), argument.substr(middle + 1));
    return true;
}

} // namespace

int
main(int argc, char* argv[])
{
    Setup setup;
    std::string first;
    double tolerance = 4;
    bool quiet = false;
    CommandLine cmd(__FILE__);
    cmd.Usage(
        "Runs packet scripts (packetdrill's language) against a TCP of ns-3 in virtual time.");
    cmd.AddValue("factory", "TypeId name of the socket factory under test", setup.factory);
    cmd.AddValue("protocol", "TypeId name of the protocol that brings it", setup.protocol);
    cmd.AddValue("tolerance", "How early or late an event may be, milliseconds", tolerance);
    cmd.AddValue("looseOptions", "Compare only the kinds of options sent", setup.looseOptions);
    cmd.AddValue("loosePush", "Do not compare PSH of segments sent", setup.loosePush);
    cmd.AddValue("strict", "No segment may be left over at the end", setup.strict);
    cmd.AddValue("quiet", "Print only what did not pass", quiet);
    cmd.AddValue("attribute",
                 "<name>=<value>: attribute of each socket; may be given many times",
                 MakeBoundCallback(&AddAttribute, &setup));
    cmd.AddNonOption("script", "file to run; more may follow", first);
    cmd.Parse(argc, argv);
    setup.tolerance = NanoSeconds(static_cast<int64_t>(tolerance * 1e6));
    for (const std::string& name : {setup.factory, setup.protocol})
    {
        TypeId tid;
        if (!TypeId::LookupByNameFailSafe(name, &tid))
        {
            std::cerr << argv[0] << ": there is no TypeId " << name << std::endl;
            return 2;
        }
    }
    if (first.empty())
    {
        std::cerr << argv[0] << ": no script is given (see --help)" << std::endl;
        return 2;
    }
    int counts[3] = {0, 0, 0};
    for (std::size_t i = 0; i <= cmd.GetNExtraNonOptions(); i++)
    {
        const std::string path = i == 0 ? first : cmd.GetExtraNonOption(i - 1);
        const Verdict verdict = TcpConnPacketScript::RunFile(path, setup);
        counts[verdict.kind]++;
        if (!quiet || verdict.kind != Verdict::PASS)
        {
            std::cout << verdict.Text(path) << std::endl;
        }
    }
    std::cout << counts[0] << " passed, " << counts[1] << " failed, " << counts[2] << " skipped"
              << std::endl;
    return counts[1] == 0 ? 0 : 1;
}
