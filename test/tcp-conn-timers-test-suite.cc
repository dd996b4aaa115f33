/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-timers.h"
#include "ns3/test.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;

namespace
{

/** Some timer nodes, in the pool as those of records are. */
class Nodes
{
  public:
    /** @param n how many */
    explicit Nodes(std::size_t n)
    {
        for (std::size_t i = 0; i < n; ++i)
        {
            m_nodes.push_back(std::make_unique<TcpConnTimerNode>());
        }
    }

    /** @param i index @return a node */
    TcpConnTimerNode& operator[](std::size_t i)
    {
        return *m_nodes[i];
    }

    /** @return how many. */
    std::size_t size() const
    {
        return m_nodes.size();
    }

    /** @return whether one is armed. */
    bool AnyArmed() const
    {
        return std::any_of(m_nodes.begin(), m_nodes.end(), [](const auto& node) {
            return node->IsArmed();
        });
    }

  private:
    std::vector<std::unique_ptr<TcpConnTimerNode>> m_nodes; //!< The nodes.
};

/** A host in little: a clock, an alarm and what was handed over. */
class Host : public TcpConnTimers::Alarm
{
  public:
    void SetAlarm(const Time& at) override
    {
        ++sets;
        lateSets += set && at >= alarm;
        pastSets += at < now;
        set = true;
        alarm = at;
    }

    void ClearAlarm() override
    {
        ++clears;
        set = false;
    }

    /**
     * Arm a node.
     * @param node the node
     * @param when its deadline, in steps of time
     */
    void Arm(TcpConnTimerNode& node, int64_t when)
    {
        timers.Arm(node, now, Time(when));
    }

    /**
     * Ring the alarm each time it is set up to a time, and stay there.
     * @param until the time
     * @param expire what to do with a node that is due
     */
    void Run(int64_t until, const std::function<void(TcpConnTimerNode&)>& expire)
    {
        while (set && alarm <= Time(until))
        {
            now = alarm;
            set = false;
            ++rings;
            bool any = false;
            timers.Expire(now, [&](TcpConnTimerNode& node) {
                any = true;
                expire(node);
            });
            idleRings += !any;
        }
        now = Time(until);
    }

    /**
     * Ring up to a time and note what comes.
     * @param until the time
     * @return nodes, each with the time at which it came
     */
    std::vector<std::pair<TcpConnTimerNode*, int64_t>> Collect(int64_t until)
    {
        std::vector<std::pair<TcpConnTimerNode*, int64_t>> all;
        Run(until, [&](TcpConnTimerNode& node) { all.emplace_back(&node, now.GetTimeStep()); });
        return all;
    }

    Time now{0};                 //!< The clock.
    Time alarm{0};               //!< When the alarm rings.
    bool set{false};             //!< The alarm is set.
    uint64_t sets{0};            //!< Calls of SetAlarm.
    uint64_t clears{0};          //!< Calls of ClearAlarm.
    uint64_t lateSets{0};        //!< Calls of SetAlarm that do not move it earlier.
    uint64_t pastSets{0};        //!< Calls of SetAlarm for the past.
    uint64_t rings{0};           //!< Times it rang.
    uint64_t idleRings{0};       //!< Times it rang with nothing due.
    TcpConnTimers timers{*this}; //!< The queue.
};

/** Times a record lives through, in steps of time. */
constexpr int64_t FOREVER = 9000000000000000000;

/** One rule of the queue: a name and a function that checks it. */
class TimersRule : public TestCase
{
  public:
    /** Checks one rule. */
    using Check = std::function<void(TimersRule&, Host&)>;

    /**
     * @param name the rule
     * @param check how to check it
     */
    TimersRule(const std::string& name, Check check)
        : TestCase(name),
          m_check(std::move(check))
    {
    }

    /**
     * @param what what is compared
     * @param got actual value
     * @param want expected value
     */
    template <typename A, typename B>
    void Equal(const std::string& what, const A& got, const B& want)
    {
        NS_TEST_EXPECT_MSG_EQ((got == static_cast<A>(want)),
                              true,
                              what << ": got " << got << ", not " << want);
    }

  private:
    void DoRun() override
    {
        auto host = std::make_unique<Host>();
        m_check(*this, *host);
        Equal("alarm set for the past", host->pastSets, 0);
        Equal("alarm moved later", host->lateSets, 0);
    }

    Check m_check; //!< The check.
};

void
ExactTimes(TimersRule& t, Host& h)
{
    const std::vector<int64_t> when{1,
                                    2,
                                    31,
                                    32,
                                    33,
                                    1023,
                                    1024,
                                    1025,
                                    999999999,
                                    1000000000,
                                    1 << 30,
                                    1LL << 40,
                                    (1LL << 40) + 1,
                                    1LL << 62,
                                    FOREVER};
    Nodes nodes(when.size());
    for (std::size_t i = when.size(); i-- > 0;)
    {
        h.Arm(nodes[i], when[i]);
        t.Equal("the deadline told", nodes[i].When().GetTimeStep(), when[i]);
        t.Equal("the alarm follows the earliest", h.alarm.GetTimeStep(), when[i]);
    }
    const auto got = h.Collect(FOREVER);
    t.Equal("nodes handed over", got.size(), when.size());
    for (std::size_t i = 0; i < std::min(got.size(), when.size()); ++i)
    {
        t.Equal("order", got[i].first == &nodes[i], true);
        t.Equal("time", got[i].second, when[i]);
    }
    t.Equal("rings with nothing due", h.idleRings, 0);
    t.Equal("nodes left", h.timers.Count(), 0);
    t.Equal("the alarm has rung, none to clear", h.clears, 0);
}

void
OrderOfArming(TimersRule& t, Host& h)
{
    Nodes nodes(4);
    h.Arm(nodes[0], 500); // will be put off to 1000 after all others
    h.Arm(nodes[1], 1000);
    h.Arm(nodes[2], 5000); // will be put forward to 1000
    h.Arm(nodes[3], 1000);
    h.Arm(nodes[2], 1000);
    h.Arm(nodes[0], 1000);
    const auto got = h.Collect(2000);
    const std::vector<int> want{1, 3, 2, 0};
    t.Equal("nodes", got.size(), want.size());
    for (std::size_t i = 0; i < std::min(got.size(), want.size()); ++i)
    {
        t.Equal("place " + std::to_string(i), got[i].first == &nodes[want[i]], true);
        t.Equal("time", got[i].second, 1000);
    }
}

void
LaterIsLazy(TimersRule& t, Host& h)
{
    Nodes only(1);
    TcpConnTimerNode& node = only[0];
    h.Arm(node, 1000000);
    for (int i = 1; i <= 1000000; ++i)
    {
        h.now = Time(int64_t{i} / 2);
        h.Arm(node, 1000000 + i);
    }
    t.Equal("placements", h.timers.Placements(), 1);
    t.Equal("alarms set", h.sets, 1);
    t.Equal("deadline", node.When().GetTimeStep(), 2000000);
    const auto got = h.Collect(3000000);
    t.Equal("handed over once", got.size(), 1);
    t.Equal("at the last deadline", got.at(0).second, 2000000);
    t.Equal("one ring with nothing due", h.idleRings, 1);
}

void
EarlierIsExact(TimersRule& t, Host& h)
{
    Nodes only(1);
    TcpConnTimerNode& node = only[0];
    h.Arm(node, 1LL << 50);
    h.Arm(node, 70);
    t.Equal("alarm", h.alarm.GetTimeStep(), 70);
    const auto got = h.Collect(FOREVER);
    t.Equal("handed over once", got.size(), 1);
    t.Equal("time", got.at(0).second, 70);
    t.Equal("rings", h.rings, 1);
}

void
LaterThenEarlier(TimersRule& t, Host& h)
{
    Nodes only(1);
    TcpConnTimerNode& node = only[0];
    h.Arm(node, 100);
    h.Arm(node, 1LL << 40);
    h.Arm(node, 200);
    t.Equal("the alarm stays", h.sets, 1);
    const auto got = h.Collect(FOREVER);
    t.Equal("handed over once", got.size(), 1);
    t.Equal("time", got.at(0).second, 200);
}

void
CancelClears(TimersRule& t, Host& h)
{
    Nodes nodes(2);
    h.timers.Cancel(nodes[0]);
    t.Equal("a node that is not armed", h.timers.Count(), 0);
    h.Arm(nodes[0], 100);
    h.Arm(nodes[1], 200);
    h.timers.Cancel(nodes[0]);
    t.Equal("armed", nodes[0].IsArmed(), false);
    t.Equal("deadline of a node that is not armed", nodes[0].When() == Time::Max(), true);
    t.Equal("the alarm stays while a node is armed", h.clears, 0);
    t.Equal("the alarm is not put off", h.alarm.GetTimeStep(), 100);
    h.timers.Cancel(nodes[1]);
    t.Equal("no node: the alarm is cleared", h.clears, 1);
    h.timers.Cancel(nodes[1]);
    t.Equal("cleared once", h.clears, 1);
    h.Arm(nodes[1], 300);
    t.Equal("set anew", h.alarm.GetTimeStep(), 300);
    h.timers.Arm(nodes[1], h.now, Time::Max());
    t.Equal("Time::Max() cancels", nodes[1].IsArmed(), false);
    t.Equal("and clears", h.clears, 2);
    t.Equal("nothing comes", h.Collect(FOREVER).size(), 0);
}

void
CancelAllClears(TimersRule& t, Host& h)
{
    Nodes nodes(100);
    for (std::size_t i = 0; i < nodes.size(); ++i)
    {
        h.Arm(nodes[i], static_cast<int64_t>(i * i * i * i * i));
    }
    h.timers.CancelAll();
    t.Equal("nodes left", h.timers.Count(), 0);
    t.Equal("armed", nodes.AnyArmed(), false);
    t.Equal("cleared", h.clears, 1);
    h.timers.CancelAll();
    t.Equal("cleared once", h.clears, 1);
    h.Arm(nodes[0], 9);
    t.Equal("usable again", h.Collect(10).size(), 1);
}

void
DestructorDisarms(TimersRule& t, Host& h)
{
    Nodes only(1);
    TcpConnTimerNode& node = only[0];
    {
        TcpConnTimers timers(h);
        timers.Arm(node, Time(0), Time(5));
    }
    t.Equal("armed", node.IsArmed(), false);
    t.Equal("the alarm is not told", h.clears, 0);
    h.set = false;
}

void
PastIsNow(TimersRule& t, Host& h)
{
    Nodes nodes(3);
    h.now = Time(1000);
    h.Arm(nodes[0], 1000);
    h.Arm(nodes[1], 10);
    h.Arm(nodes[2], -5);
    t.Equal("alarm", h.alarm.GetTimeStep(), 1000);
    const auto got = h.Collect(1000);
    t.Equal("handed over", got.size(), 3);
    t.Equal("in the order of arming", got.at(2).first == &nodes[2], true);
}

void
LateAlarm(TimersRule& t, Host& h)
{
    Nodes nodes(7);
    h.Arm(nodes[0], 70000);
    h.Arm(nodes[1], 3);
    h.Arm(nodes[2], 1LL << 33);
    h.Arm(nodes[3], 70000);
    h.Arm(nodes[4], 32767); // the last slot of three levels
    h.Arm(nodes[5], 1023);
    h.Arm(nodes[6], 31);
    std::vector<TcpConnTimerNode*> got;
    h.set = false;
    h.now = Time(80000);
    h.timers.Expire(h.now, [&](TcpConnTimerNode& node) { got.push_back(&node); });
    const std::vector<TcpConnTimerNode*> want{&nodes[1],
                                              &nodes[6],
                                              &nodes[5],
                                              &nodes[4],
                                              &nodes[0],
                                              &nodes[3]};
    t.Equal("what is overdue comes in order", got == want, true);
    t.Equal("alarm", h.alarm.GetTimeStep(), 1LL << 33);
    h.timers.CancelAll();
}

void
EarlyExpire(TimersRule& t, Host& h)
{
    Nodes only(1);
    TcpConnTimerNode& node = only[0];
    h.Arm(node, 1000);
    for (int64_t now : {0, 1, 999})
    {
        h.now = Time(now);
        h.timers.Expire(h.now, [&](TcpConnTimerNode&) { t.Equal("handed over early", 1, 0); });
    }
    t.Equal("the alarm stays as it was set", h.sets, 1);
    t.Equal("then it comes", h.Collect(1000).size(), 1);
}

void
ArmedWhileExpiring(TimersRule& t, Host& h)
{
    Nodes nodes(6);
    h.Arm(nodes[0], 100);
    h.Arm(nodes[1], 100);
    std::vector<std::pair<TcpConnTimerNode*, int64_t>> got;
    h.Run(1000, [&](TcpConnTimerNode& node) {
        got.emplace_back(&node, h.now.GetTimeStep());
        t.Equal("handed over disarmed", node.IsArmed(), false);
        if (got.size() == 1)
        {
            h.Arm(nodes[2], 100); // now: after those that were due before
            h.Arm(nodes[3], 50);  // the past: now
            h.Arm(nodes[4], 103);
            h.Arm(nodes[5], 102);
            h.Arm(nodes[1], 101); // one that is due is put off
            h.Arm(node, 101);
        }
    });
    const std::vector<std::pair<TcpConnTimerNode*, int64_t>> want{
        {&nodes[0], 100},
        {&nodes[2], 100},
        {&nodes[3], 100},
        {&nodes[1], 101},
        {&nodes[0], 101},
        {&nodes[5], 102},
        {&nodes[4], 103},
    };
    t.Equal("order", got == want, true);
    t.Equal("one ring a time", h.rings, 4);
    t.Equal("one alarm a ring", h.sets, 4);
}

void
CancelledWhileExpiring(TimersRule& t, Host& h)
{
    std::vector<std::unique_ptr<TcpConnTimerNode>> nodes;
    for (int i = 0; i < 10; ++i)
    {
        nodes.push_back(std::make_unique<TcpConnTimerNode>());
        h.Arm(*nodes.back(), 100 + (i == 9));
    }
    int calls = 0;
    h.Run(200, [&](TcpConnTimerNode&) {
        ++calls;
        for (auto& node : nodes) // the owner of all, the present one included, ends
        {
            h.timers.Cancel(*node);
            node.reset();
        }
        nodes.clear();
    });
    t.Equal("calls", calls, 1);
    t.Equal("nodes left", h.timers.Count(), 0);
    t.Equal("no alarm", h.set, false);
}

void
EndedWhileExpiring(TimersRule& t, Host& h)
{
    Nodes nodes(10);
    for (std::size_t i = 0; i < nodes.size(); ++i)
    {
        h.Arm(nodes[i], 100 + (i == 9));
    }
    int calls = 0;
    h.Run(200, [&](TcpConnTimerNode&) {
        ++calls;
        h.timers.CancelAll();
        h.timers.Trim();
        t.Equal("nodes left", h.timers.Count(), 0);
        h.Arm(nodes[0], calls == 1 ? 100 : 300); // a new life, for now and for later
    });
    t.Equal("calls", calls, 2);
    t.Equal("in one ring", h.rings, 1);
    t.Equal("nodes left at the end", h.timers.Count(), 1);
    h.timers.CancelAll();
}

/** Arms nodes with one duration, one a step apart, and lets them come: TIME-WAIT. */
uint64_t
SameDuration(TimersRule& t, Host& h, int64_t count, int64_t gap)
{
    Nodes nodes(count);
    for (int64_t i = 0; i < count; ++i)
    {
        h.now += Time(gap);
        h.Arm(nodes[i], h.now.GetTimeStep() + 240000000000);
    }
    std::size_t next = 0;
    h.Run(FOREVER, [&](TcpConnTimerNode& node) {
        if (&node != &nodes[next])
        {
            t.Equal("order", next, nodes.size());
        }
        ++next;
    });
    t.Equal("all came", next, nodes.size());
    t.Equal("rings", h.rings, gap ? nodes.size() : 1);
    return h.timers.Placements();
}

void
WorkOfTimeWait(TimersRule& t, Host&)
{
    for (int64_t gap : {0, 1, 1000, 10000000})
    {
        Host small;
        Host large;
        const double few = SameDuration(t, small, 2000, gap) / 2000.0;
        const double many = SameDuration(t, large, 200000, gap) / 200000.0;
        t.Equal("moves a node, few", few <= 13, true);
        t.Equal("moves a node, many", many <= 13, true);
    }
}

void
WorkBesideMany(TimersRule& t, Host& h)
{
    // 100,000 far nodes; one near timer that comes and is armed again, 100,000 times.
    Nodes nodes(100000);
    for (std::size_t i = 0; i < nodes.size(); ++i)
    {
        h.Arm(nodes[i], 240000000000 + static_cast<int64_t>(i));
    }
    Nodes only(1);
    TcpConnTimerNode& near = only[0];
    h.Arm(near, 1000);
    int64_t rounds = 0;
    h.Run(100000000, [&](TcpConnTimerNode& node) {
        ++rounds;
        h.Arm(node, h.now.GetTimeStep() + 1000);
    });
    t.Equal("rounds", rounds, 100000);
    t.Equal("rings", h.rings, 100000);
    // The near one once a round and once more where it crosses a digit; the far ones hardly move.
    t.Equal("placements", h.timers.Placements() <= 500000, true);
    h.timers.CancelAll();
}

void
WorkOfAcks(TimersRule& t, Host& h)
{
    // 100 connections, an ACK each 10 us for 10 s, a retransmission timeout of 200 ms.
    Nodes nodes(100);
    const auto never = [&](TcpConnTimerNode&) { t.Equal("came", 1, 0); };
    for (int64_t now = 0; now < 10000000000; now += 10000)
    {
        h.Run(now, never);
        h.Arm(nodes[now / 10000 % nodes.size()], now + 200000000);
    }
    // Each node is looked at once in a timeout, however many ACKs come.
    t.Equal("rings", h.rings <= 100 * 60, true);
    t.Equal("alarms", h.sets <= 100 * 60, true);
    t.Equal("placements", h.timers.Placements() <= 100 * 60 * 8, true);
    h.timers.CancelAll();
}

void
UnusedIsSmall(TimersRule& t, Host& h)
{
    t.Equal("bytes of an unused queue", sizeof(TcpConnTimers) <= 64, true);
    t.Equal("bytes of a node", sizeof(TcpConnTimerNode) <= 24, true);
    h.timers.Trim();
    h.timers.Expire(Time(7), [&](TcpConnTimerNode&) { t.Equal("came", 1, 0); });
    t.Equal("no alarm is set", h.sets + h.clears, 0);
    Nodes only(1);
    TcpConnTimerNode& node = only[0];
    h.now = Time(50);
    h.Arm(node, 100);
    h.timers.Trim();
    t.Equal("trimming spares armed nodes", h.Collect(100).size(), 1);
}

/** The queue against a sorted map, in random operations. */
class TimersModel : public TestCase
{
  public:
    /**
     * @param name what kind of durations
     * @param seed of the random numbers
     * @param bits the longest duration is 2 to this
     */
    TimersModel(const std::string& name, uint32_t seed, int bits)
        : TestCase(name),
          m_random(seed),
          m_bits(bits),
          m_nodes(300),
          m_where(m_nodes.size(), m_model.end())
    {
    }

  private:
    /** Nodes by deadline, then by arming: what comes first is first. */
    using Model = std::multimap<int64_t, std::size_t>;

    /** Arm or cancel a random node, in the queue and in the model. */
    void Operate()
    {
        const std::size_t i = m_random() % m_nodes.size();
        const int64_t now = m_host.now.GetTimeStep();
        if (m_where[i] != m_model.end())
        {
            m_model.erase(m_where[i]);
            m_where[i] = m_model.end();
        }
        if (m_random() % 4 == 0)
        {
            m_host.timers.Cancel(m_nodes[i]);
        }
        else
        {
            const int64_t mask = (int64_t{1} << (m_random() % (m_bits + 1))) - 1;
            const int64_t when = now + (static_cast<int64_t>(m_random()) & mask);
            m_host.Arm(m_nodes[i], when);
            m_where[i] = m_model.emplace(when, i);
        }
    }

    /**
     * Compare a node that came with the model, and sometimes do more.
     * @param node the node
     */
    void Expired(TcpConnTimerNode& node)
    {
        ++m_came;
        const auto first = m_model.begin();
        const bool right = first != m_model.end() && &m_nodes[first->second] == &node &&
                           Time(first->first) == m_host.now;
        m_wrong += !right;
        if (first != m_model.end())
        {
            m_where[first->second] = m_model.end();
            m_model.erase(first);
        }
        for (uint64_t more = m_random() % 3; more > 0 && m_operations > 0; --more)
        {
            --m_operations;
            Operate();
        }
    }

    /** Compare the alarm and the number of nodes with the model. */
    void Compare()
    {
        m_wrong += m_host.timers.Count() != m_model.size();
        m_wrong += m_host.set == m_model.empty();
        m_wrong += !m_model.empty() && m_host.alarm > Time(m_model.begin()->first);
    }

    void DoRun() override
    {
        while (m_operations > 0 && m_wrong == 0)
        {
            --m_operations;
            Operate();
            Compare();
            if (m_random() % 8 == 0)
            {
                const int64_t mask = (int64_t{1} << (m_random() % (m_bits + 1))) - 1;
                const int64_t until =
                    m_host.now.GetTimeStep() + (static_cast<int64_t>(m_random()) & mask) / 8;
                m_host.Run(until, [this](TcpConnTimerNode& node) { Expired(node); });
                Compare();
            }
        }
        m_host.Run(FOREVER, [this](TcpConnTimerNode& node) { Expired(node); });
        NS_TEST_EXPECT_MSG_EQ(m_wrong, 0U, "differs from the sorted map");
        NS_TEST_EXPECT_MSG_EQ(m_model.size(), 0U, "a node was lost");
        NS_TEST_EXPECT_MSG_GT(m_came, 20000U, "hardly a node came: the test is weak");
        NS_TEST_EXPECT_MSG_EQ(m_host.lateSets, 0U, "alarm moved later");
        NS_TEST_EXPECT_MSG_EQ(m_host.pastSets, 0U, "alarm set for the past");
    }

    std::mt19937_64 m_random;             //!< Random numbers.
    int m_bits;                           //!< Longest duration.
    Host m_host;                          //!< The queue.
    Nodes m_nodes;                        //!< The nodes.
    Model m_model;                        //!< The model.
    std::vector<Model::iterator> m_where; //!< Where each node is in it.
    uint64_t m_operations{200000};        //!< Still to do.
    uint64_t m_came{0};                   //!< Nodes handed over.
    uint64_t m_wrong{0};                  //!< Differences.
};

/** Suite of the timer queue. */
class TcpConnTimersTestSuite : public TestSuite
{
  public:
    TcpConnTimersTestSuite()
        : TestSuite("tcp-conn-timers", TCP_CONN_UNIT)
    {
        const std::vector<std::pair<std::string, TimersRule::Check>> rules{
            {"deadlines of 1 ns to centuries are exact, without an idle ring", ExactTimes},
            {"equal deadlines come in the order of arming", OrderOfArming},
            {"arming later moves neither node nor alarm", LaterIsLazy},
            {"arming earlier is exact", EarlierIsExact},
            {"arming later, then earlier", LaterThenEarlier},
            {"a cancelled node does not come; the last one clears the alarm", CancelClears},
            {"CancelAll disarms and clears", CancelAllClears},
            {"the destructor disarms", DestructorDisarms},
            {"a deadline that has passed is now", PastIsNow},
            {"an alarm that rings late hands over in order", LateAlarm},
            {"Expire before the alarm changes nothing", EarlyExpire},
            {"nodes armed while others are handed over", ArmedWhileExpiring},
            {"nodes cancelled and destroyed while others are handed over", CancelledWhileExpiring},
            {"CancelAll and Trim while nodes are handed over", EndedWhileExpiring},
            {"one duration for all: work a node does not grow with their number", WorkOfTimeWait},
            {"a near timer beside many far ones", WorkBesideMany},
            {"an ACK costs no placement and no alarm", WorkOfAcks},
            {"an unused queue is small and silent", UnusedIsSmall},
        };
        for (const auto& [name, check] : rules)
        {
            AddTestCase(new TimersRule(name, check), TCP_CONN_QUICK);
        }
        AddTestCase(new TimersModel("like a sorted map, up to 64 ns", 1, 6), TCP_CONN_QUICK);
        AddTestCase(new TimersModel("like a sorted map, up to 1 ms", 2, 20), TCP_CONN_QUICK);
        AddTestCase(new TimersModel("like a sorted map, up to 18 minutes", 3, 40), TCP_CONN_QUICK);
    }
};

/** The suite. */
TcpConnTimersTestSuite g_tcpConnTimersTestSuite;

} // namespace
