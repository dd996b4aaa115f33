/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-progress.h"

#include "ns3/abort.h"
#include "ns3/callback.h"
#include "ns3/global-value.h"
#include "ns3/object-factory.h"
#include "ns3/scheduler.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-l4-protocol.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace ns3
{

namespace
{

/// The signal that has asked the program to end; 0: none has.
volatile std::sig_atomic_t g_signal = 0;
/// The one progress that there is.
TcpConnProgress* g_progress = nullptr;
/// Schedulers of TcpConnProgress that there are.
uint32_t g_schedulers = 0;
/// The type of scheduler that does the work.
std::string g_inner;
/// What the signals did before.
struct sigaction g_before[2];

const char* const SCHEDULER = "ns3::TcpConnProgressScheduler"; //!< Type of the one between.
constexpr int SIGNALS[] = {SIGINT, SIGTERM};                   //!< What asks a program to end.

/** Take note of the first signal; the next one has its usual effect. @param number the signal */
void
Interrupt(int number)
{
    // Nothing here but what POSIX allows in a handler: the simulator looks at this before its
    // next event.
    g_signal = number;
    for (const int one : SIGNALS)
    {
        std::signal(one, SIG_DFL);
    }
}

/** @return type of the simulator's scheduler, as it is set */
std::string
SchedulerType()
{
    StringValue value;
    GlobalValue::GetValueByName("SchedulerType", value);
    return value.Get();
}

/** @return bytes of this process in memory; 0: not known */
uint64_t
Memory()
{
    std::ifstream file("/proc/self/statm");
    uint64_t all = 0;
    uint64_t resident = 0;
    file >> all >> resident;
    return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

/** @return columns of the terminal */
uint32_t
Columns()
{
    winsize size{};
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return known ? size.ws_col - 1U : 79U;
}

/** @param format for printf @param value a number @return the text */
std::string
Text(const char* format, double value)
{
    char text[64];
    std::snprintf(text, sizeof(text), format, value);
    return text;
}

/** @param value a number @return it with three digits or so, and k, M or G */
std::string
Short(double value)
{
    const char* const units[] = {"", " k", " M", " G"};
    std::size_t unit = 0;
    for (; value >= 9999.5 && unit < 3; ++unit)
    {
        value /= 1000;
    }
    return Text("%.0f", value) + units[unit];
}

/** @param seconds wall-clock time @return "1:05" or "2:03:04" */
std::string
Clockwise(double seconds)
{
    const auto s = static_cast<uint64_t>(std::llround(seconds));
    char text[32];
    if (s < 3600)
    {
        std::snprintf(text, sizeof(text), "%d:%02d", int(s / 60), int(s % 60));
    }
    else
    {
        std::snprintf(text,
                      sizeof(text),
                      "%llu:%02d:%02d",
                      static_cast<unsigned long long>(s / 3600),
                      int(s / 60 % 60),
                      int(s % 60));
    }
    return text;
}

/** @param states connections in each state @return those that there are, most first */
std::string
States(const std::array<int64_t, TcpSocket::LAST_STATE>& states)
{
    std::vector<std::pair<int64_t, std::string>> some;
    for (std::size_t i = 0; i < states.size(); ++i)
    {
        if (states[i] > 0)
        {
            some.emplace_back(states[i], TcpConnStateName(static_cast<TcpSocket::TcpStates_t>(i)));
        }
    }
    std::stable_sort(some.begin(), some.end(), [](const auto& a, const auto& b) {
        return a.first > b.first;
    });
    std::string text;
    for (const auto& [count, name] : some)
    {
        text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + name;
    }
    return text;
}

} // namespace

/**
 * Hands all on to another scheduler, and lets the progress look before each event.  This is the
 * one place where it can look without an event of its own, which would keep the simulation going.
 */
class TcpConnProgressScheduler : public Scheduler
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId(SCHEDULER)
                                .SetParent<Scheduler>()
                                .SetGroupName("TcpConn")
                                .HideFromDocumentation()
                                .AddConstructor<TcpConnProgressScheduler>();
        return tid;
    }

    TcpConnProgressScheduler()
    {
        NS_ABORT_MSG_IF(g_inner.empty(),
                        "SchedulerType: " << SCHEDULER << " is set by TcpConnProgress alone");
        m_inner = ObjectFactory(g_inner).Create<Scheduler>();
        ++g_schedulers;
    }

    ~TcpConnProgressScheduler() override
    {
        --g_schedulers;
        if (g_progress)
        {
            // The simulation has gone, and its connections with it.
            g_progress->m_tally = Create<TcpConnProgress::Tally>();
            g_progress->m_counts = false;
        }
    }

    void Insert(const Event& event) override
    {
        m_inner->Insert(event);
    }

    bool IsEmpty() const override
    {
        return m_inner->IsEmpty();
    }

    Event PeekNext() const override
    {
        return m_inner->PeekNext();
    }

    Event RemoveNext() override
    {
        if (g_progress)
        {
            g_progress->BeforeEvent();
        }
        return m_inner->RemoveNext();
    }

    void Remove(const Event& event) override
    {
        m_inner->Remove(event);
    }

  private:
    Ptr<Scheduler> m_inner; //!< Does the work.
};

NS_OBJECT_ENSURE_REGISTERED(TcpConnProgressScheduler);

// The progress

TcpConnProgress::TcpConnProgress()
    : m_tally(Create<Tally>())
{
    NS_ABORT_MSG_IF(g_progress, "TcpConnProgress: there can be one at a time");
    g_progress = this;
    if (isatty(STDERR_FILENO))
    {
        m_stream = &std::cerr;
    }
    m_begin.wall = m_last.wall = Clock::now();
    TakePlace();
    struct sigaction action = {};
    action.sa_handler = Interrupt;
    // System calls go on; a write that was under way is not broken off.
    action.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < 2; ++i)
    {
        sigaction(SIGNALS[i], nullptr, &g_before[i]);
        // What is ignored stays so: the program was started in the background.
        if (g_before[i].sa_handler != SIG_IGN)
        {
            sigaction(SIGNALS[i], &action, nullptr);
        }
    }
}

TcpConnProgress::~TcpConnProgress()
{
    Erase();
    for (std::size_t i = 0; i < 2; ++i)
    {
        sigaction(SIGNALS[i], &g_before[i], nullptr);
    }
    g_signal = 0;
    g_progress = nullptr;
    if (SchedulerType() == SCHEDULER)
    {
        GlobalValue::Bind("SchedulerType", StringValue(g_inner));
    }
}

void
TcpConnProgress::TakePlace()
{
    const std::string type = SchedulerType();
    if (type != SCHEDULER)
    {
        g_inner = type;
        GlobalValue::Bind("SchedulerType", StringValue(SCHEDULER));
    }
}

void
TcpConnProgress::ShowOn(std::ostream& os, uint32_t columns, std::chrono::milliseconds every)
{
    m_stream = &os;
    m_columns = columns;
    m_every = every;
}

void
TcpConnProgress::Attach(const NodeContainer& nodes)
{
    if (!m_stream)
    {
        return;
    }
    for (auto i = nodes.Begin(); i != nodes.End(); ++i)
    {
        Ptr<TcpConnL4Protocol> tcp = (*i)->GetObject<TcpConnL4Protocol>();
        NS_ABORT_MSG_UNLESS(tcp,
                            "TcpConnProgress: node " << (*i)->GetId()
                                                     << " has no TcpConnL4Protocol");
        tcp->TraceConnectWithoutContext("Transition", MakeCallback(&Tally::Take, m_tally));
    }
    m_counts = true;
}

void
TcpConnProgress::Begin(const std::string& phase, Time end)
{
    // The command line may have chosen another scheduler, or the simulator was there already.
    TakePlace();
    if (g_schedulers == 0)
    {
        Simulator::SetScheduler(ObjectFactory(SCHEDULER));
    }
    m_phase = phase;
    m_end = end;
    m_begin = m_last = MarkNow();
}

void
TcpConnProgress::Erase()
{
    if (m_written)
    {
        *m_stream << "\r\033[K" << std::flush;
        m_written = false;
    }
}

bool
TcpConnProgress::IsInterrupted()
{
    return g_signal != 0;
}

int
TcpConnProgress::ExitStatus(int status)
{
    return g_signal != 0 ? 128 + g_signal : status;
}

void
TcpConnProgress::Tally::Take(const TcpConnTransition& t)
{
    ++transitions;
    if (t.from == t.to)
    {
        return;
    }
    // A listener stays when a segment opens a connection, and a connection of its own that is
    // refused "returns to LISTEN" by ending.
    const bool born = t.from == TcpSocket::CLOSED || (t.from == TcpSocket::LISTEN && t.segment);
    const bool dies =
        t.to == TcpSocket::CLOSED || (t.from == TcpSocket::SYN_RCVD && t.to == TcpSocket::LISTEN);
    states[t.from] -= born ? 0 : 1;
    states[t.to] += dies ? 0 : 1;
}

TcpConnProgress::Mark
TcpConnProgress::MarkNow() const
{
    Mark mark;
    mark.wall = Clock::now();
    mark.now = Simulator::Now();
    mark.transitions = m_tally->transitions;
    mark.events = Simulator::GetEventCount();
    return mark;
}

void
TcpConnProgress::BeforeEvent()
{
    if (g_signal != 0)
    {
        Stop();
    }
    else if (m_stream && --m_toLook == 0)
    {
        m_toLook = STEP;
        LookAtClock();
    }
}

void
TcpConnProgress::Stop()
{
    Simulator::Stop();
    if (!m_told)
    {
        m_told = true;
        Erase();
        std::cerr << "interrupted at " << Simulator::Now().GetSeconds()
                  << " s of simulated time: the run ends here, its traces are completed "
                     "(interrupt again to kill it)\n";
    }
}

void
TcpConnProgress::LookAtClock()
{
    if (Clock::now() - m_last.wall >= m_every)
    {
        Write();
    }
}

TcpConnProgress::Look
TcpConnProgress::GetLook() const
{
    const Mark mark = MarkNow();
    const auto since = [&mark](const Mark& before) {
        return std::max(std::chrono::duration<double>(mark.wall - before.wall).count(), 1e-6);
    };
    Look look;
    look.phase = m_phase;
    look.now = mark.now;
    look.end = m_end;
    look.states = m_tally->states;
    // A new simulation counts events from 0 again.
    look.events =
        static_cast<double>(mark.events - std::min(mark.events, m_last.events)) / since(m_last);
    if (m_counts)
    {
        look.transitions =
            static_cast<double>(mark.transitions - std::min(mark.transitions, m_last.transitions)) /
            since(m_last);
    }
    look.memory = Memory();
    const Time done = mark.now - m_begin.now;
    if (m_end > mark.now && done.IsStrictlyPositive())
    {
        look.left = since(m_begin) * (m_end - mark.now).GetSeconds() / done.GetSeconds();
    }
    return look;
}

void
TcpConnProgress::Write()
{
    const Look look = GetLook();
    m_last = MarkNow();
    *m_stream << "\r" << Line(look, m_columns > 0 ? m_columns : Columns()) << "\033[K"
              << std::flush;
    m_written = true;
}

std::string
TcpConnProgress::Line(const Look& look, uint32_t columns)
{
    std::string line = look.phase.empty() ? "" : look.phase + ": ";
    line += Text("%.3f", look.now.GetSeconds());
    line += look.end.IsStrictlyPositive() ? Text(" of %.0f s", look.end.GetSeconds()) : " s";
    // The most wanted first: what does not fit is cut off.
    if (look.left >= 0)
    {
        line += ", " + Clockwise(look.left) + " left";
    }
    const std::string states = States(look.states);
    line += states.empty() ? "" : ", " + states;
    if (look.transitions >= 0)
    {
        line += ", " + Short(look.transitions) + " transitions/s";
    }
    if (look.events >= 0)
    {
        line += ", " + Short(look.events) + " events/s";
    }
    if (look.memory > 0)
    {
        line += ", " + Text("%.0f MB", static_cast<double>(look.memory) / 1e6);
    }
    return line.substr(0, columns);
}

} // namespace ns3
