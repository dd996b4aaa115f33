/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_EXPLORER_REPORT_H
#define TCP_CONN_EXPLORER_REPORT_H

#include "tcp-conn-explorer.h"

#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace TcpConnExplorer
{

/** @return the TypeId name of the default policy of each family. */
std::map<std::string, std::string> DefaultPolicies();

/**
 * @param names TypeId name, and attributes as [name=value|name=value], of the policy of each family
 * @param [out] wrong what is wrong with them
 * @return the policies; nullptr: something is wrong
 */
ns3::Ptr<ns3::TcpConnPolicies> MakePolicies(const std::map<std::string, std::string>& names,
                                            std::string& wrong);

/** @return the bounds of the program without arguments; policies are not set. */
Setup DefaultSetup();

/** @param os where to write @param result what was found */
void Print(std::ostream& os, const Result& result);

/** A run, done once more, step by step. */
class Replay
{
  public:
    /**
     * @param setup what was explored
     * @param run a run found in it
     * @param atlas the segments of the search
     */
    Replay(const Setup& setup, const std::vector<Act>& run, const Atlas& atlas);

    /** @param os where to draw it, a line for each thing that happens */
    void PrintLadder(std::ostream& os) const;
    /** @param os where to write it as a trace, a second for each step */
    void PrintTrace(std::ostream& os) const;
    /**
     * What happens at one host, as a packet script that the simulator runs: its application's
     * calls, the segments that come and those that go out.
     * @param os where to write it
     * @param host 0 or 1
     * @param policies TypeId names of the policies, by family
     */
    void PrintScript(std::ostream& os,
                     uint8_t host,
                     const std::map<std::string, std::string>& policies) const;

  private:
    friend class Script;

    /** One step. */
    struct Line
    {
        uint8_t host;                          //!< At which host.
        std::string what;                      //!< What happens.
        bool arrival;                          //!< A segment arrives.
        bool lost;                             //!< A segment is lost.
        ns3::TcpConnSegment segment;           //!< That segment.
        Outcome outcome;                       //!< What came of it.
        ns3::TcpSocket::TcpStates_t states[2]; //!< States after it.
        uint8_t incarnation;                   //!< Incarnations of the host after it.
    };

    std::string Number(uint8_t host, ns3::SequenceNumber32 number) const;
    std::string Text(uint8_t from, const ns3::TcpConnSegment& segment) const;

    ns3::TcpConnKey m_keys[2];                   //!< Names of the connection.
    std::vector<ns3::SequenceNumber32> m_iss[2]; //!< Initial numbers of each host's incarnations.
    std::string m_policies;                      //!< Policies.
    std::vector<Line> m_lines;                   //!< Steps.
};

} // namespace TcpConnExplorer

#endif /* TCP_CONN_EXPLORER_REPORT_H */
