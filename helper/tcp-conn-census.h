/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_CENSUS_H
#define TCP_CONN_CENSUS_H

#include "tcp-conn-durations.h"

#include "ns3/node-container.h"
#include "ns3/object.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/simple-ref-count.h"
#include "ns3/tcp-conn-key.h"
#include "ns3/tcp-conn-trace.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3
{

class Gnuplot;

/** @ingroup tcp-conn
 * Counts connections: how many are in each state, over time and at any moment, for each host and
 * for all; how long they stay in each state; how long set-up and release take; how they end.
 *
 * It knows what the trace source Transition tells and nothing else: attach it before the first
 * connection is opened.  It schedules no events, but for the printing that is asked for, so a
 * simulation that ends when nothing is left to do still does.
 */
class TcpConnCensus : public SimpleRefCount<TcpConnCensus>
{
  public:
    static constexpr std::size_t STATES = TcpSocket::LAST_STATE; //!< Number of states.
    static constexpr uint32_t ALL = UINT32_MAX; //!< In the place of a host's id: all hosts.

    /** Number of connections in each state, by TcpSocket::TcpStates_t; listeners in LISTEN. */
    using Counts = std::array<uint32_t, STATES>;

    /** What became of connections. */
    struct Totals
    {
        uint64_t opened{0};      //!< Connections seen.
        uint64_t established{0}; //!< Those that reached ESTABLISHED.
        uint64_t failed{0};      //!< Those that ended before.
        uint64_t released{0};    //!< Both FINs acknowledged: TIME-WAIT, or CLOSED from LAST-ACK.
        uint64_t aborted{0};     //!< Ended otherwise: reset, aborted, timed out, crashed.
    };

    /** How long things took. */
    struct Durations
    {
        /// Time in each state, of stays that have ended, by TcpSocket::TcpStates_t.
        std::array<TcpConnDurations, STATES> inState;
        TcpConnDurations activeSetUp;  //!< From the first SYN sent to ESTABLISHED.
        TcpConnDurations passiveSetUp; //!< From the first SYN received to ESTABLISHED.
        TcpConnDurations release;      //!< From leaving ESTABLISHED to TIME-WAIT or CLOSED.
    };

    /** @param interval step of the counts over time; 0: they are not kept */
    explicit TcpConnCensus(Time interval = Seconds(1));
    TcpConnCensus(const TcpConnCensus&) = delete;
    TcpConnCensus& operator=(const TcpConnCensus&) = delete;

    /** @param nodes nodes that have a TcpConnL4Protocol; ends the program if one has none */
    void Attach(NodeContainer nodes);
    /** @param protocol any object with the trace source Transition; ends the program otherwise */
    void Attach(Ptr<Object> protocol);
    /** What a sink of Transition is told. @param t a transition */
    void Transition(const TcpConnTransition& t);

    /** @param node id of a host, or ALL @return connections in each state now */
    Counts GetCounts(uint32_t node = ALL) const;
    /** @param node id of a host, or ALL @return what became of connections */
    Totals GetTotals(uint32_t node = ALL) const;
    /** @param node id of a host, or ALL @return how long things took */
    Durations GetDurations(uint32_t node = ALL) const;

    /** Print counts as "ss -s" does. @param os where @param node id of a host, or ALL */
    void PrintSummary(std::ostream& os, uint32_t node = ALL) const;
    /**
     * Print listeners and connections as "netstat -an" does, with the identity that they have in
     * traces and the time in their state; by host and id.
     * @param os where
     * @param node id of a host, or ALL
     */
    void PrintConnections(std::ostream& os, uint32_t node = ALL) const;
    /** Print quantiles of set-up, release and time in each state. @param os where @param node id */
    void PrintDurations(std::ostream& os, uint32_t node = ALL) const;

    /** PrintSummary at a time. @param at time of simulation @param stream where @param node id */
    void PrintSummaryAt(Time at, Ptr<OutputStreamWrapper> stream, uint32_t node = ALL);
    /** PrintSummary again and again, until the simulation is stopped. @param interval how often
     * @param stream where @param node id */
    void PrintSummaryEvery(Time interval, Ptr<OutputStreamWrapper> stream, uint32_t node = ALL);
    /** PrintConnections at a time. @param at the time @param stream where @param node id */
    void PrintConnectionsAt(Time at, Ptr<OutputStreamWrapper> stream, uint32_t node = ALL);
    /** PrintConnections again and again, until the simulation is stopped. @param interval how often
     * @param stream where @param node id */
    void PrintConnectionsEvery(Time interval, Ptr<OutputStreamWrapper> stream, uint32_t node = ALL);

    /**
     * Write files of comma-separated values, of each host and of all (node "all"):
     * - prefix-states.csv: connections in each state at each step of time, time in s;
     * - prefix-durations.csv: count, extremes, mean and quantiles in s, of set-up, release and
     *   each state;
     * - prefix-histogram.csv: bins of the same.
     * @param prefix beginning of the names
     */
    void WriteCsv(const std::string& prefix);
    /**
     * Write prefix.plt, from which "gnuplot prefix.plt" draws, of all hosts:
     * - prefix-states.png: connections in each state over time;
     * - prefix-times.png: histogram of the time in each state;
     * - prefix-latency.png: distribution of set-up and release.
     * @param prefix beginning of the names; gnuplot is to be started in the same folder
     */
    void WriteCharts(const std::string& prefix);

  private:
    /** What is known of a connection that there is. */
    struct Connection
    {
        TcpConnKey key;                                  //!< Its ends.
        TcpSocket::TcpStates_t state{TcpSocket::CLOSED}; //!< Its state.
        Time since;                                      //!< When it was entered.
        Time opened;                                     //!< When its set-up began.
        Time left;                                       //!< When ESTABLISHED was left.
        bool timed{false};                               //!< The beginning of set-up was seen.
        bool active{false};                              //!< It was opened by an active OPEN.
        bool established{false};                         //!< It has reached ESTABLISHED.
    };

    /** What is known of a host. */
    struct Host
    {
        std::unordered_map<uint64_t, Connection> connections; //!< By id; listeners too.
        Counts counts{};                                      //!< In each state now.
        Totals totals;                                        //!< What became of connections.
        Durations durations;                                  //!< How long things took.
    };

    /** Counts that have not changed for some steps. */
    struct Stretch
    {
        int64_t first;   //!< Number of the first step.
        int64_t last;    //!< Number of the last one.
        uint32_t node;   //!< Host.
        Counts counts{}; //!< The counts.
    };

    using Printer = void (TcpConnCensus::*)(std::ostream&, uint32_t) const;
    /// Visits each step: its time, the host or ALL, and the counts.
    using Visitor = std::function<void(Time, uint32_t, const Counts&)>;

    void Advance(Time now, bool including);
    void CatchUp();
    void Follow(Host& host, Connection& connection, const TcpConnTransition& t);
    static void CountEnd(Host& host, const Connection& connection, const TcpConnTransition& t);
    void PrintAt(Time at, Printer printer, Ptr<OutputStreamWrapper> stream, uint32_t node);
    void PrintEvery(Time interval, Printer printer, Ptr<OutputStreamWrapper> stream, uint32_t node);
    void PrintAgain(Time interval, Printer printer, Ptr<OutputStreamWrapper> stream, uint32_t node);
    void VisitSteps(uint32_t node, const Visitor& visitor) const;
    std::vector<uint32_t> Nodes() const;
    Gnuplot StatesChart(const std::string& prefix, bool& any) const;

    Time m_interval;                          //!< Step of the counts over time.
    int64_t m_next{0};                        //!< Number of the next step.
    std::map<uint32_t, Host> m_hosts;         //!< Hosts by id.
    std::vector<Stretch> m_series;            //!< Counts over time.
    std::map<uint32_t, std::size_t> m_latest; //!< The last stretch of each host.
    Counts m_counts{};                        //!< Of all hosts.
};

} // namespace ns3

#endif /* TCP_CONN_CENSUS_H */
