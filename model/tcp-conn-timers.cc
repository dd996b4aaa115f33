/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-timers.h"

#include "ns3/assert.h"

#include <algorithm>
#include <array>
#include <vector>

namespace ns3
{

namespace
{

/** Bits of a digit: a level has 32 slots of 16 bytes. */
constexpr unsigned BITS = 5;
/** Slots of a level. */
constexpr unsigned SLOTS = 1U << BITS;
/** Levels for the 63 bits of a time. */
constexpr unsigned LEVELS = (63 + BITS - 1) / BITS;

/**
 * @param set a set of slots or levels, not empty
 * @return its lowest member
 */
unsigned
Lowest(uint32_t set)
{
    return static_cast<unsigned>(__builtin_ctz(set));
}

/**
 * @param a a time
 * @param b another
 * @return the level of the highest digit in which they differ; 0 if they are equal
 */
unsigned
LevelOf(int64_t a, int64_t b)
{
    const auto differ = static_cast<uint64_t>(a ^ b) | 1;
    return (63U - static_cast<unsigned>(__builtin_clzll(differ))) / BITS;
}

/**
 * @param time a time
 * @param level a level
 * @return the digit of that level
 */
unsigned
Digit(int64_t time, unsigned level)
{
    return static_cast<unsigned>(time >> (level * BITS)) & (SLOTS - 1);
}

} // namespace

/** A circle of nodes, oldest first. */
struct TcpConnTimerList
{
    TcpConnTimerNode* first{nullptr}; //!< The oldest; nullptr: the list is empty.

    /**
     * Append a node.
     * @param node the node, in no list
     * @param place what to note in it as the place of this list
     */
    void PushBack(TcpConnTimerNode& node, uint16_t place)
    {
        node.m_place = place;
        if (!first)
        {
            first = &node;
            node.m_previous = node.m_next = TcpConnPool::NameOf(&node);
            return;
        }
        node.m_previous = first->m_previous;
        node.m_next = TcpConnPool::NameOf(first);
        node.Previous().m_next = first->m_previous = TcpConnPool::NameOf(&node);
    }

    /**
     * Take a node out.
     * @param node the node, in this list
     */
    void Remove(TcpConnTimerNode& node)
    {
        TcpConnTimerNode& next = node.Next();
        node.Previous().m_next = node.m_next;
        next.m_previous = node.m_previous;
        if (first == &node)
        {
            first = &next == &node ? nullptr : &next;
        }
        node.m_place = TcpConnTimerNode::IDLE;
    }

    /** Order by deadline, then by arming.  As a rule all are in order already. */
    void Sort()
    {
        if (!first || IsSorted())
        {
            return;
        }
        std::vector<TcpConnTimerNode*> nodes;
        while (first)
        {
            nodes.push_back(first);
            Remove(*first);
        }
        std::stable_sort(nodes.begin(), nodes.end(), [](const auto* a, const auto* b) {
            return Before(*a, *b);
        });
        for (TcpConnTimerNode* node : nodes)
        {
            PushBack(*node, TcpConnTimerNode::DUE);
        }
    }

  private:
    /**
     * @param a a node
     * @param b another
     * @return whether a is to be handed over before b
     */
    static bool Before(const TcpConnTimerNode& a, const TcpConnTimerNode& b)
    {
        return a.m_when != b.m_when ? a.m_when < b.m_when
                                    : static_cast<int32_t>(a.m_order - b.m_order) < 0;
    }

    /** @return whether the nodes, of which there is one, are in order. */
    bool IsSorted() const
    {
        const TcpConnTimerNode* node = first;
        while (&node->Next() != first)
        {
            if (Before(node->Next(), *node))
            {
                return false;
            }
            node = &node->Next();
        }
        return true;
    }
};

/** What a queue with armed nodes needs. */
struct TcpConnTimers::Wheel
{
    /** Nodes whose deadlines share all digits from this level up. */
    struct Slot
    {
        TcpConnTimerList nodes; //!< The nodes.
        int64_t earliest{0};    //!< No node here is due before; exact until one is moved or leaves.
    };

    /** The slots of one digit. */
    struct Level
    {
        uint32_t occupied{0};          //!< Slots with nodes.
        std::array<Slot, SLOTS> slots; //!< All slots.
    };

    std::array<std::unique_ptr<Level>, LEVELS> levels; //!< Made when first used.
    uint32_t occupied{0};                              //!< Levels with nodes.
    bool expiring{false};                              //!< Nodes are being handed over.
    int64_t base{0};                                   //!< The time the wheel stands at.
    int64_t alarmAt{NEVER};                            //!< When the alarm rings.
    TcpConnTimerList due;                              //!< What is due and not yet handed over.

    /**
     * Put a node into the slot of its deadline.
     * @param node the node, in no list, due at base or later
     */
    void Place(TcpConnTimerNode& node)
    {
        const unsigned l = LevelOf(node.m_when, base);
        const unsigned s = Digit(node.m_when, l);
        if (!levels[l])
        {
            levels[l] = std::make_unique<Level>();
        }
        Slot& slot = levels[l]->slots[s];
        slot.earliest = slot.nodes.first ? std::min(slot.earliest, node.m_when) : node.m_when;
        slot.nodes.PushBack(node, static_cast<uint16_t>(l * SLOTS + s));
        levels[l]->occupied |= 1U << s;
        occupied |= 1U << l;
    }

    /**
     * Take a node out of the list it is in.
     * @param node the node, armed
     */
    void Remove(TcpConnTimerNode& node)
    {
        const unsigned place = node.m_place;
        if (place == TcpConnTimerNode::DUE)
        {
            due.Remove(node);
            return;
        }
        Slot& slot = levels[place / SLOTS]->slots[place % SLOTS];
        slot.nodes.Remove(node);
        if (!slot.nodes.first)
        {
            Vacate(place / SLOTS, place % SLOTS);
        }
    }

    /**
     * Note that a slot has become empty.
     * @param l its level
     * @param s its number there
     */
    void Vacate(unsigned l, unsigned s)
    {
        levels[l]->occupied &= ~(1U << s);
        if (!levels[l]->occupied)
        {
            occupied &= ~(1U << l);
        }
    }

    /**
     * Empty a slot that the wheel has reached: what is due joins the list of what is due, the
     * rest is placed anew.
     * @param l its level
     * @param s its number there
     * @return nodes placed anew
     */
    uint64_t Empty(unsigned l, unsigned s)
    {
        uint64_t placed = 0;
        TcpConnTimerNode* node = levels[l]->slots[s].nodes.first;
        levels[l]->slots[s].nodes.first = nullptr;
        Vacate(l, s);
        node->Previous().m_next = 0;
        while (node)
        {
            TcpConnTimerNode* next = node->m_next ? &node->Next() : nullptr;
            if (node->m_when <= base)
            {
                due.PushBack(*node, TcpConnTimerNode::DUE);
            }
            else
            {
                Place(*node);
                ++placed;
            }
            node = next;
        }
        return placed;
    }

    /** @return the earliest deadline of the nodes in slots, of which there is one. */
    int64_t Earliest() const
    {
        // Lower levels differ from the base in lower digits only: they come first.
        const Level& level = *levels[Lowest(occupied)];
        return level.slots[Lowest(level.occupied)].earliest;
    }
};

TcpConnTimers::TcpConnTimers(Alarm& alarm)
    : m_alarm(alarm)
{
}

TcpConnTimers::~TcpConnTimers()
{
    if (m_wheel)
    {
        m_wheel->alarmAt = NEVER;
        CancelAll();
    }
}

void
TcpConnTimers::Rearm(TcpConnTimerNode& node, int64_t now, int64_t at)
{
    if (at == NEVER)
    {
        Cancel(node);
        return;
    }
    if (!m_wheel)
    {
        m_wheel = std::make_unique<Wheel>();
    }
    Wheel& wheel = *m_wheel;
    if (m_count == 0)
    {
        wheel.base = std::max(wheel.base, now);
    }
    if (node.IsArmed())
    {
        wheel.Remove(node);
    }
    else
    {
        ++m_count;
    }
    node.m_when = std::max(at, std::max(now, wheel.base));
    node.m_order = ++m_order;
    if (wheel.expiring && node.m_when <= wheel.base)
    {
        wheel.due.PushBack(node, TcpConnTimerNode::DUE);
        return;
    }
    wheel.Place(node);
    ++m_placements;
    if (!wheel.expiring && node.m_when < wheel.alarmAt)
    {
        wheel.alarmAt = node.m_when;
        m_alarm.SetAlarm(Time(node.m_when));
    }
}

void
TcpConnTimers::Cancel(TcpConnTimerNode& node)
{
    if (!node.IsArmed())
    {
        return;
    }
    m_wheel->Remove(node);
    --m_count;
    if (m_count == 0 && m_wheel->alarmAt != NEVER)
    {
        m_wheel->alarmAt = NEVER;
        m_alarm.ClearAlarm();
    }
}

void
TcpConnTimers::CancelAll()
{
    if (!m_wheel)
    {
        return;
    }
    while (m_wheel->due.first)
    {
        Cancel(*m_wheel->due.first);
    }
    while (m_wheel->occupied)
    {
        Wheel::Level& level = *m_wheel->levels[Lowest(m_wheel->occupied)];
        Cancel(*level.slots[Lowest(level.occupied)].nodes.first);
    }
    Trim();
}

void
TcpConnTimers::Advance(int64_t now)
{
    if (!m_wheel)
    {
        return;
    }
    Wheel& wheel = *m_wheel;
    NS_ASSERT_MSG(!wheel.expiring, "Expire was called from within");
    now = std::max(now, wheel.base);
    const unsigned top = LevelOf(now, wheel.base);
    wheel.base = now;
    wheel.expiring = true;
    if (wheel.alarmAt <= now)
    {
        wheel.alarmAt = NEVER; // it has rung
    }
    // Below the highest digit that changes the wheel has gone round, at that digit up to the
    // present slot.  What is placed anew may join a slot above that is still to be emptied, and
    // is then placed once more, but never one below.
    for (unsigned l = 0; l <= top; ++l)
    {
        if (!(wheel.occupied & (1U << l)))
        {
            continue;
        }
        const uint32_t passed = l < top ? ~0U : ~0U >> (SLOTS - 1 - Digit(now, l));
        for (uint32_t s = wheel.levels[l]->occupied & passed; s; s &= s - 1)
        {
            m_placements += wheel.Empty(l, Lowest(s));
        }
    }
    wheel.due.Sort();
}

TcpConnTimerNode*
TcpConnTimers::TakeDue()
{
    TcpConnTimerNode* node = m_wheel ? m_wheel->due.first : nullptr;
    if (node)
    {
        m_wheel->due.Remove(*node);
        --m_count;
    }
    return node;
}

void
TcpConnTimers::Settle()
{
    if (!m_wheel)
    {
        return;
    }
    m_wheel->expiring = false;
    if (m_count == 0)
    {
        Trim();
        return;
    }
    const int64_t next = m_wheel->Earliest();
    if (next < m_wheel->alarmAt)
    {
        m_wheel->alarmAt = next;
        m_alarm.SetAlarm(Time(next));
    }
}

void
TcpConnTimers::Trim()
{
    if (m_count == 0 && m_wheel && !m_wheel->expiring)
    {
        m_wheel.reset();
    }
}

} // namespace ns3
