/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-explorer.h"

#include "ns3/abort.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace TcpConnExplorer
{

using namespace ns3;

const char*
ViolationName(Violation v)
{
    static const char* const names[] = {"none",
                                        "illegal-move",
                                        "deadlock",
                                        "wrong-numbers",
                                        "old-bytes",
                                        "no-way-to-closed",
                                        "ghost",
                                        "reset-answered"};
    return names[static_cast<size_t>(v)];
}

Search::Search(const Setup& setup)
    : m_setup(setup)
{
    NS_ABORT_MSG_IF(setup.inFlight > ROOM, "TcpConnExplorer: at most 4 segments in a direction");
}

const Atlas&
Search::GetAtlas() const
{
    return m_atlas;
}

Result
Search::Run()
{
    const auto begin = std::chrono::steady_clock::now();
    World first{};
    first.net.fill(EMPTY);
    first.losses = m_setup.losses;
    first.repeats = m_setup.repeats;
    for (uint8_t side : {0, 1})
    {
        first.host[side] =
            m_atlas.Add(Host(side, m_setup.policies[side], m_setup.settings, m_setup.bounds[side]));
    }
    Reach(first, EMPTY, Act(), nullptr);
    uint32_t levelEnd = 1;
    uint32_t at = 0;
    for (; at < m_worlds.size() && m_result.violation == Violation::NONE; ++at)
    {
        if (at == levelEnd)
        {
            levelEnd = static_cast<uint32_t>(m_worlds.size());
            ++m_result.depth;
        }
        if (m_worlds.size() >= m_setup.states)
        {
            break;
        }
        m_firstNext.push_back(m_next.size());
        Expand(at);
    }
    m_result.complete = at == m_worlds.size();
    const bool ways = m_setup.bounds[0].giveUp && m_setup.bounds[1].giveUp;
    if (m_result.violation == Violation::NONE && ways)
    {
        m_firstNext.push_back(m_next.size());
        FindWays();
    }
    m_result.states = m_worlds.size();
    m_result.hosts = m_atlas.Hosts();
    m_result.letters = m_atlas.Letters();
    m_result.allRows = m_atlas.Taken().size();
    m_result.rows = std::count_if(m_atlas.Taken().begin(), m_atlas.Taken().end(), [](uint64_t n) {
        return n > 0;
    });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    m_result.seconds = took.count();
    return m_result;
}

// What can happen -------------------------------------------------------------------------------

void
Search::Expand(uint32_t from)
{
    for (uint32_t side : {0, 1})
    {
        HostSteps(from, side);
        NetSteps(from, side);
    }
}

uint32_t
Search::Mark(uint32_t side)
{
    return 1U << (30 + side);
}

bool
Search::MayExpire(const World& world, uint32_t side, const Step& step) const
{
    if (!m_setup.mslHolds || step.code != Event::Expiry(TCP_CONN_TIME_WAIT))
    {
        return true;
    }
    return std::none_of(world.net.begin(), world.net.end(), [side](uint32_t letter) {
        return letter != EMPTY && (letter & Mark(side));
    });
}

void
Search::HostSteps(uint32_t from, uint32_t side)
{
    const World world = m_worlds[from];
    for (const Step& step : m_atlas.StepsOf(world.host[side]))
    {
        if (MayExpire(world, side, step))
        {
            Act act;
            act.host = static_cast<uint8_t>(side);
            act.code = step.code;
            Reach(After(world, side, step), from, act, &step);
        }
    }
}

void
Search::NetSteps(uint32_t from, uint32_t side)
{
    const World world = m_worlds[from];
    uint32_t before = EMPTY;
    for (uint32_t slot = side * ROOM; slot < (side + 1) * ROOM; ++slot)
    {
        const uint32_t letter = world.net[slot];
        if (letter == EMPTY || letter == before)
        {
            continue; // an equal one was seen to
        }
        before = letter;
        Act act;
        act.host = static_cast<uint8_t>(side);
        act.letter = letter & LETTER;
        const Step& step = m_atlas.Arrival(world.host[side], act.letter);
        World rest = world;
        Remove(rest, slot);
        act.kind = Act::DELIVER;
        Reach(After(rest, side, step), from, act, &step);
        if (world.repeats > 0)
        {
            World more = world;
            --more.repeats;
            act.kind = Act::REPEAT;
            Reach(After(more, side, step), from, act, &step);
        }
        if (world.losses > 0)
        {
            --rest.losses;
            act.kind = Act::LOSE;
            Reach(rest, from, act, nullptr);
        }
        if (!m_setup.reorder)
        {
            break;
        }
    }
}

Search::World
Search::After(const World& world, uint32_t side, const Step& step)
{
    World after = world;
    after.host[side] = step.host;
    const bool over = m_atlas.At(step.host).State() != TcpSocket::TIME_WAIT;
    if (m_setup.mslHolds && (step.timeWaitBegun || over))
    {
        for (uint32_t& letter : after.net)
        {
            if (letter != EMPTY)
            {
                letter = over ? letter & ~Mark(side) : letter | Mark(side);
            }
        }
        if (m_setup.reorder)
        {
            std::sort(after.net.begin(), after.net.begin() + ROOM);
            std::sort(after.net.begin() + ROOM, after.net.end());
        }
    }
    for (uint32_t i = 0; i < step.sent; ++i)
    {
        Post(after, 1 - side, m_atlas.Sent(step, i));
    }
    return after;
}

void
Search::Post(World& world, uint32_t to, uint32_t letter)
{
    uint32_t* begin = &world.net[to * ROOM];
    const auto used =
        static_cast<uint32_t>(std::find(begin, begin + ROOM, static_cast<uint32_t>(EMPTY)) - begin);
    if (used >= m_setup.inFlight)
    {
        ++m_result.overflows;
        return;
    }
    begin[used] = letter;
    if (m_setup.reorder)
    {
        std::sort(begin, begin + used + 1);
    }
}

void
Search::Remove(World& world, uint32_t slot)
{
    const uint32_t end = (slot / ROOM + 1) * ROOM;
    for (uint32_t i = slot; i + 1 < end; ++i)
    {
        world.net[i] = world.net[i + 1];
    }
    world.net[end - 1] = EMPTY;
}

// States reached --------------------------------------------------------------------------------

uint64_t
Search::Hash(const World& world)
{
    uint32_t words[sizeof(World) / sizeof(uint32_t)];
    std::memcpy(words, &world, sizeof(World));
    uint64_t hash = 0x9e3779b97f4a7c15ULL;
    for (const uint32_t word : words)
    {
        hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
        hash ^= hash >> 32;
    }
    return hash;
}

void
Search::Grow()
{
    const size_t size = std::max<size_t>(1U << 12, m_index.size() * 2);
    m_index.assign(size, EMPTY);
    for (uint32_t i = 0; i < m_worlds.size(); ++i)
    {
        size_t at = Hash(m_worlds[i]) & (size - 1);
        while (m_index[at] != EMPTY)
        {
            at = (at + 1) & (size - 1);
        }
        m_index[at] = i;
    }
}

uint32_t
Search::Find(const World& world, bool& isNew)
{
    if (m_worlds.size() * 3 >= m_index.size() * 2)
    {
        Grow();
    }
    size_t at = Hash(world) & (m_index.size() - 1);
    for (; m_index[at] != EMPTY; at = (at + 1) & (m_index.size() - 1))
    {
        if (std::memcmp(&m_worlds[m_index[at]], &world, sizeof(World)) == 0)
        {
            isNew = false;
            return m_index[at];
        }
    }
    isNew = true;
    m_index[at] = static_cast<uint32_t>(m_worlds.size());
    m_worlds.push_back(world);
    return m_index[at];
}

void
Search::Reach(const World& world, uint32_t from, const Act& act, const Step* step)
{
    if (m_result.violation != Violation::NONE)
    {
        return;
    }
    m_result.steps += from != EMPTY ? 1 : 0;
    bool isNew = false;
    const uint32_t at = Find(world, isNew);
    if (isNew)
    {
        m_from.push_back(from);
        m_by.push_back(act);
    }
    const bool forced = act.kind == Act::HOST && from != EMPTY &&
                        (act.code == Event::ABORT || act.code == Event::CRASH);
    if (from != EMPTY && at != from && !forced)
    {
        m_next.push_back(at);
    }
    Violation violation = Violation::NONE;
    if (step && (step->illegal || step->resetAnswered || step->oldBytes))
    {
        violation = step->illegal         ? Violation::ILLEGAL_MOVE
                    : step->resetAnswered ? Violation::RESET_ANSWERED
                                          : Violation::OLD_BYTES;
    }
    else if (isNew)
    {
        violation = Judge(world);
        const Host& a = m_atlas.At(world.host[0]);
        const Host& b = m_atlas.At(world.host[1]);
        m_result.pairs.emplace(a.State(), b.State());
        m_result.halfOpen += IsHalfOpen(a, b) || IsHalfOpen(b, a) ? 1 : 0;
    }
    if (violation != Violation::NONE)
    {
        m_result.violation = violation;
        m_result.run = from == EMPTY ? std::vector<Act>() : RunTo(from);
        m_result.run.push_back(act);
    }
}

Violation
Search::Judge(const World& world) const
{
    const Host& a = m_atlas.At(world.host[0]);
    const Host& b = m_atlas.At(world.host[1]);
    if (a.Stuck() || b.Stuck())
    {
        return Violation::DEADLOCK;
    }
    if (IsGhost(a, b) || IsGhost(b, a))
    {
        return Violation::GHOST;
    }
    const bool both = a.State() == TcpSocket::ESTABLISHED && b.State() == TcpSocket::ESTABLISHED;
    if (both && (a.Tcb().irs != b.Tcb().iss || b.Tcb().irs != a.Tcb().iss))
    {
        return Violation::WRONG_NUMBERS;
    }
    return Violation::NONE;
}

bool
Search::IsGhost(const Host& host, const Host& peer) const
{
    const TcpConnTcb& tcb = host.Tcb();
    if (host.State() != TcpSocket::ESTABLISHED)
    {
        return false;
    }
    // A peer that still waits for the answer to this very SYN may come to know.
    const bool waits = peer.State() == TcpSocket::SYN_SENT && peer.Tcb().iss == tcb.irs;
    return !waits && !peer.Knew(tcb.irs.GetValue(), tcb.iss.GetValue());
}

bool
Search::IsHalfOpen(const Host& host, const Host& peer) const
{
    const TcpConnTcb& tcb = host.Tcb();
    const bool gone = peer.State() == TcpSocket::CLOSED || peer.State() == TcpSocket::LISTEN ||
                      peer.Tcb().iss != tcb.irs;
    return host.State() == TcpSocket::ESTABLISHED && gone;
}

std::vector<Act>
Search::RunTo(uint32_t at) const
{
    std::vector<Act> run;
    for (; m_from[at] != EMPTY; at = m_from[at])
    {
        run.push_back(m_by[at]);
    }
    std::reverse(run.begin(), run.end());
    return run;
}

// From everywhere both can reach CLOSED ---------------------------------------------------------

void
Search::FindWays()
{
    const size_t expanded = m_firstNext.size() - 1;
    std::vector<bool> closes(m_worlds.size());
    for (size_t i = 0; i < m_worlds.size(); ++i)
    {
        const auto& host = m_worlds[i].host;
        const bool closed = m_atlas.At(host[0]).State() == TcpSocket::CLOSED &&
                            m_atlas.At(host[1]).State() == TcpSocket::CLOSED;
        // What follows a state beyond the limit is not known.
        closes[i] = closed || i >= expanded;
    }
    for (bool changed = true; changed;)
    {
        changed = false;
        for (size_t i = expanded; i-- > 0;)
        {
            for (uint64_t n = m_firstNext[i]; n < m_firstNext[i + 1] && !closes[i]; ++n)
            {
                closes[i] = closes[m_next[n]];
                changed |= closes[i];
            }
        }
    }
    const auto lost = std::find(closes.begin(), closes.end(), false);
    if (lost != closes.end())
    {
        m_result.violation = Violation::NO_WAY_TO_CLOSED;
        m_result.run = RunTo(static_cast<uint32_t>(lost - closes.begin()));
    }
}

} // namespace TcpConnExplorer
