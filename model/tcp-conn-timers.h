/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TIMERS_H
#define TCP_CONN_TIMERS_H

#include "tcp-conn-pool.h"

#include "ns3/nstime.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

namespace ns3
{

/** @ingroup tcp-conn
 * One deadline in a host's timer queue: 24 bytes of a record in the pool, no allocation.
 * It must not be armed when it is destroyed.
 */
class TcpConnTimerNode : public TcpConnPooled
{
  public:
    TcpConnTimerNode() = default;

    TcpConnTimerNode(const TcpConnTimerNode&) = delete;
    TcpConnTimerNode& operator=(const TcpConnTimerNode&) = delete;

    /** @return whether the node waits for its deadline. */
    bool IsArmed() const
    {
        return m_place != IDLE;
    }

    /** @return the deadline; Time::Max() if the node is not armed. */
    Time When() const
    {
        return IsArmed() ? Time(m_when) : Time::Max();
    }

  private:
    friend class TcpConnTimers;
    friend struct TcpConnTimerList;

    static constexpr uint16_t DUE = 0xfffe;  //!< Place: in the list of what is due now.
    static constexpr uint16_t IDLE = 0xffff; //!< Place: nowhere.

    /** @return the next node in the circle of the slot. */
    TcpConnTimerNode& Next() const
    {
        return *static_cast<TcpConnTimerNode*>(TcpConnPool::At(m_next));
    }

    /** @return the one before in the circle of the slot. */
    TcpConnTimerNode& Previous() const
    {
        return *static_cast<TcpConnTimerNode*>(TcpConnPool::At(m_previous));
    }

    int64_t m_when{0};               //!< Deadline, in steps of Time's resolution.
    TcpConnPool::Name m_previous{0}; //!< Neighbour in the circle of the slot.
    TcpConnPool::Name m_next{0};     //!< Neighbour in the circle of the slot.
    uint32_t m_order{0};             //!< When it was armed, among all: decides between equals.
    uint16_t m_place{IDLE};          //!< Slot of the wheel, DUE or IDLE.
};

static_assert(sizeof(TcpConnTimerNode) == 24, "a node is part of every record");

/** @ingroup tcp-conn
 * The timer queue of one host: any number of deadlines behind one alarm, which the host makes a
 * simulator event.
 *
 * A hierarchical timing wheel over the steps of Time's resolution.  A node lies in the level of
 * the highest base-32 digit in which its deadline differs from the time the wheel stands at, and
 * there in the slot of that digit.  Each slot knows the earliest deadline put into it, so the
 * alarm is exact: it never rings merely to turn the wheel.  Arm, re-arm and cancel are O(1); a
 * node is moved at most once a level on its way to its deadline.
 *
 * Re-arming to a later time only stores the deadline.  The alarm may then ring with nothing due,
 * once, and puts the node where it belongs; the same happens after a cancel.
 *
 * An unused queue holds nothing on the heap.
 */
class TcpConnTimers
{
  public:
    /** The one event of the host. */
    class Alarm
    {
      public:
        virtual ~Alarm() = default;
        /**
         * Call Expire at this time; replaces the time set before, which was later or has rung.
         * @param at when, never in the past
         */
        virtual void SetAlarm(const Time& at) = 0;
        /** No node is armed any more: do not ring. */
        virtual void ClearAlarm() = 0;
    };

    /** @param alarm the host's event; must outlive the queue. */
    explicit TcpConnTimers(Alarm& alarm);
    /** Disarms every node.  The alarm is not told: its owner ends with the queue. */
    ~TcpConnTimers();
    TcpConnTimers(const TcpConnTimers&) = delete;
    TcpConnTimers& operator=(const TcpConnTimers&) = delete;

    /**
     * Arm a node, or arm it anew.
     * @param node the node
     * @param now the present time
     * @param when its deadline; one that has passed counts as now; Time::Max() cancels
     */
    void Arm(TcpConnTimerNode& node, const Time& now, const Time& when)
    {
        const int64_t at = when.GetTimeStep();
        if (node.m_place < TcpConnTimerNode::DUE && at >= node.m_when && at != NEVER)
        {
            // An ACK puts the retransmission off (RFC 6298 5.3): it must cost next to nothing.
            node.m_when = at;
            node.m_order = ++m_order;
            return;
        }
        Rearm(node, now.GetTimeStep(), at);
    }

    /**
     * Disarm a node; one that is not armed is left alone.
     * @param node the node
     */
    void Cancel(TcpConnTimerNode& node);

    /** Disarm every node, and the alarm: O(nodes). */
    void CancelAll();

    /**
     * The alarm rang: take each node that is due and hand it over, disarmed, in the order of
     * deadlines, of equal ones in the order of arming.  What is called may arm and cancel any node
     * (one that it arms for now is handed over too) and destroy any node that is not armed, the
     * one it was given included; it must not destroy the queue.
     * @tparam F void(TcpConnTimerNode&)
     * @param now the present time
     * @param expire what to call for each node
     */
    template <typename F>
    void Expire(const Time& now, F&& expire)
    {
        Advance(now.GetTimeStep());
        while (TcpConnTimerNode* node = TakeDue())
        {
            expire(*node);
        }
        Settle();
    }

    /** @return the number of nodes armed. */
    std::size_t Count() const
    {
        return m_count;
    }

    /** Give the memory of the wheel back if no node is armed.  Expire does so by itself. */
    void Trim();

    /** @return how often a node was put into a slot, since the beginning: the work done. */
    uint64_t Placements() const
    {
        return m_placements;
    }

  private:
    struct Wheel;

    /** No deadline. */
    static constexpr int64_t NEVER = std::numeric_limits<int64_t>::max();

    /**
     * Arm that cannot leave the node where it is.
     * @param node the node
     * @param now the present time
     * @param at its deadline
     */
    void Rearm(TcpConnTimerNode& node, int64_t now, int64_t at);
    /**
     * Turn the wheel and collect what is due.
     * @param now the present time
     */
    void Advance(int64_t now);
    /** @return the next node that is due, disarmed; nullptr: none is left. */
    TcpConnTimerNode* TakeDue();
    /** Set the alarm for what comes next. */
    void Settle();

    Alarm& m_alarm;                 //!< The host's event.
    std::unique_ptr<Wheel> m_wheel; //!< Made when the first node is armed.
    std::size_t m_count{0};         //!< Nodes armed.
    uint32_t m_order{0};            //!< Nodes ever armed; goes round.
    uint64_t m_placements{0};       //!< Nodes ever put into a slot.
};

static_assert(sizeof(TcpConnTimers) <= 64, "most hosts have an unused queue");

} // namespace ns3

#endif /* TCP_CONN_TIMERS_H */
