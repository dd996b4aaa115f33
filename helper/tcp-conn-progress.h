/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PROGRESS_H
#define TCP_CONN_PROGRESS_H

#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/simple-ref-count.h"
#include "ns3/tcp-conn-trace.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

namespace ns3
{

/** @ingroup tcp-conn
 * Shows how far a long run has come, and ends it in good order when it is interrupted.
 *
 * On a terminal (standard error output), one line is written again and again: simulated time,
 * connections by state, transitions and events a second, memory, time left.  Where that is no
 * terminal, nothing is written and nothing is counted.
 *
 * The first SIGINT or SIGTERM stops the run after the event that is under way, and so does each
 * Simulator::Run from then on: traces end there and are complete once Simulator::Destroy has been
 * called.  A second one kills the program.
 *
 * Make one at the beginning of main, before the first node and before CommandLine::Parse, and keep
 * it to the end; there can be one at a time.  It sits between the simulator and its scheduler
 * (GlobalValue SchedulerType), schedules no event and draws no random number: a run is the same
 * with and without it.  A scheduler that is set by Simulator::SetScheduler puts it out of action.
 */
class TcpConnProgress
{
  public:
    /** What one line tells. */
    struct Look
    {
        std::string phase;                                   //!< Name of what is run.
        Time now;                                            //!< Simulated time.
        Time end;                                            //!< When it ends; 0: not known.
        std::array<int64_t, TcpSocket::LAST_STATE> states{}; //!< Connections in each state.
        double transitions{-1}; //!< Transitions a second of wall-clock time; negative: not known.
        double events{-1};      //!< Events a second of wall-clock time; negative: not known.
        uint64_t memory{0};     //!< Bytes of the process in memory; 0: not known.
        double left{-1};        //!< Seconds of wall-clock time to the end; negative: not known.
    };

    TcpConnProgress();
    ~TcpConnProgress();
    TcpConnProgress(const TcpConnProgress&) = delete;
    TcpConnProgress& operator=(const TcpConnProgress&) = delete;

    /**
     * Show on a stream, terminal or not, in place of the standard error output.  Before Attach.
     * @param os the stream, which must live as long as this
     * @param columns longest line
     * @param every wall-clock time from one line to the next
     */
    void ShowOn(std::ostream& os, uint32_t columns, std::chrono::milliseconds every);
    /** Count connections of nodes, if anything is shown. @param nodes nodes with this TCP */
    void Attach(const NodeContainer& nodes);
    /**
     * What is run from now on.
     * @param phase its name; may be empty
     * @param end the simulated time at which it ends, for telling the time left; 0: not known
     */
    void Begin(const std::string& phase, Time end = Time(0));
    /** Take the line off the terminal, before others write there. */
    void Erase();

    /** @return what a line would tell now; rates are since the last line. */
    Look GetLook() const;
    /** @return whether a signal has asked the program to end. */
    static bool IsInterrupted();
    /** @param status exit status of main @return that, or that of a program ended by the signal */
    static int ExitStatus(int status = 0);

    /** @param look what to tell @param columns longest line @return the line */
    static std::string Line(const Look& look, uint32_t columns);

  private:
    friend class TcpConnProgressScheduler;
    using Clock = std::chrono::steady_clock;

    /** Connections by state; shared with the trace sources, which may outlive the simulation. */
    struct Tally : public SimpleRefCount<Tally>
    {
        /** @param t a transition */
        void Take(const TcpConnTransition& t);

        std::array<int64_t, TcpSocket::LAST_STATE> states{}; //!< Connections in each state.
        uint64_t transitions{0};                             //!< Transitions seen.
    };

    /** What was seen at a moment. */
    struct Mark
    {
        Clock::time_point wall;  //!< When.
        Time now;                //!< Simulated time.
        uint64_t transitions{0}; //!< Transitions up to then.
        uint64_t events{0};      //!< Events up to then.
    };

    void TakePlace();
    void BeforeEvent();
    void Stop();
    void LookAtClock();
    void Write();
    Mark MarkNow() const;

    static constexpr uint32_t STEP = 256; //!< Events from one look at the clock to the next.

    std::ostream* m_stream{nullptr};        //!< Where to show, or null.
    uint32_t m_columns{0};                  //!< Longest line; 0: as wide as the terminal.
    std::chrono::milliseconds m_every{500}; //!< From one line to the next.
    uint32_t m_toLook{STEP};                //!< Events to the next look at the clock.
    std::string m_phase;                    //!< Name of what is run.
    Time m_end;                             //!< When it ends; 0: not known.
    Mark m_begin;                           //!< When it began.
    Mark m_last;                            //!< The last line.
    Ptr<Tally> m_tally;                     //!< What is counted.
    bool m_counts{false};                   //!< Something is counted.
    bool m_written{false};                  //!< There is a line on the terminal.
    bool m_told{false};                     //!< The interrupt was told of.
};

} // namespace ns3

#endif /* TCP_CONN_PROGRESS_H */
