/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PACKET_SCRIPT_RUNNER_H
#define TCP_CONN_PACKET_SCRIPT_RUNNER_H

#include "tcp-conn-packet-script-testbed.h"

#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * Runs packet scripts in virtual time.
 */

namespace ns3
{
namespace TcpConnPacketScript
{

/** How a script ended. */
struct Verdict
{
    /** The outcomes. */
    enum Kind
    {
        PASS, //!< Every line held.
        FAIL, //!< A line did not hold, or cannot be read.
        SKIP  //!< The script uses what the runner, or the TCP, does not have.
    };

    Kind kind{PASS};  //!< Outcome.
    int line{0};      //!< FAIL, SKIP: the line.
    std::string what; //!< FAIL, SKIP: the reason.
    int programs{0};  //!< Programs in %{ }% that were passed over.
    int commands{0};  //!< Commands in backticks that were passed over.

    /**
     * @param name of the script
     * @return one line: outcome, script, line and reason
     */
    std::string Text(const std::string& name) const;
};

/**
 * Run a script.  Only one runs at a time, for it owns the simulator.
 * @param name what to call it
 * @param text the script
 * @param setup what it runs with, where its own options do not say otherwise
 * @return how it ended
 */
Verdict Run(const std::string& name, const std::string& text, const Setup& setup);

/**
 * Run a script.
 * @param path file to read
 * @param setup what it runs with
 * @return how it ended; FAIL if the file cannot be read
 */
Verdict RunFile(const std::string& path, const Setup& setup);

} // namespace TcpConnPacketScript
} // namespace ns3

#endif /* TCP_CONN_PACKET_SCRIPT_RUNNER_H */
