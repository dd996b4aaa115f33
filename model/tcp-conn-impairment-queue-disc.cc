/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-impairment-queue-disc.h"

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/queue.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <iomanip>
#include <iterator>
#include <list>
#include <map>
#include <sstream>
#include <utility>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("TcpConnImpairmentQueueDisc");

NS_OBJECT_ENSURE_REGISTERED(TcpConnImpairmentQueueDisc);

namespace
{

/** @return the sum of two delays, each and both at most half of what Time can tell */
Time
Sum(Time one, Time other)
{
    return std::min(one + other, Time::Max() / 2);
}

} // namespace

/**
 * @ingroup tcp-conn
 *
 * The queue of an impairment: a packet can be taken out from the time on that it is due, and those
 * due first, first.
 */
class TcpConnImpairmentQueue : public Queue<QueueDiscItem>
{
  public:
    using Flow = TcpConnImpairmentPacket::Flow;

    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    /**
     * Put a packet in, and count it for those of its flow that wait for others to go first.
     * @param item the packet
     * @param due from when on it can be taken out
     * @param flow its flow
     * @param overtakers due earlier, as soon as so many packets of its flow have gone first; 0: no
     * @return there was room
     */
    bool Hold(Ptr<QueueDiscItem> item, Time due, const Flow& flow, uint32_t overtakers);

    /** @return when the first is due; the queue is not empty */
    Time FirstDue() const
    {
        return m_order.begin()->first;
    }

    bool Enqueue(Ptr<QueueDiscItem> item) override;
    Ptr<QueueDiscItem> Dequeue() override;
    Ptr<QueueDiscItem> Remove() override;
    Ptr<const QueueDiscItem> Peek() const override;

  protected:
    void DoDispose() override;

  private:
    /// A packet in the queue.
    struct Held
    {
        ConstIterator item;     //!< Where it is in the container.
        uint32_t overtakers{0}; //!< How many have to go first still; 0 if none has to.
    };

    /// Packets by the time when they are due, and by that of being put in.
    using Order = std::multimap<Time, Held>;

    /** A packet of a flow has gone in and is due at once. */
    void Overtake(const Flow& flow);
    /** @return the first, no longer in the order */
    ConstIterator TakeFirst();

    Order m_order;                                           //!< All packets.
    std::list<std::pair<Flow, Order::iterator>> m_overtaken; //!< Those that wait for others.
};

NS_OBJECT_ENSURE_REGISTERED(TcpConnImpairmentQueue);

TypeId
TcpConnImpairmentQueue::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnImpairmentQueue")
                            .SetParent<Queue<QueueDiscItem>>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnImpairmentQueue>();
    return tid;
}

bool
TcpConnImpairmentQueue::Hold(Ptr<QueueDiscItem> item,
                             Time due,
                             const Flow& flow,
                             uint32_t overtakers)
{
    if (!DoEnqueue(GetContainer().end(), item))
    {
        return false;
    }
    auto held = m_order.insert({due, {std::prev(GetContainer().end()), overtakers}});
    if (overtakers > 0)
    {
        m_overtaken.emplace_back(flow, held);
    }
    else if (due <= Simulator::Now())
    {
        Overtake(flow);
    }
    return true;
}

void
TcpConnImpairmentQueue::Overtake(const Flow& flow)
{
    for (auto next = m_overtaken.begin(); next != m_overtaken.end();)
    {
        auto waiting = next++;
        if (waiting->first == flow && --waiting->second->second.overtakers == 0)
        {
            auto node = m_order.extract(waiting->second);
            // It goes behind all that are due now, the last overtaker among them.
            node.key() = Simulator::Now();
            m_order.insert(std::move(node));
            m_overtaken.erase(waiting);
        }
    }
}

TcpConnImpairmentQueue::ConstIterator
TcpConnImpairmentQueue::TakeFirst()
{
    auto first = m_order.begin();
    if (first->second.overtakers > 0)
    {
        m_overtaken.remove_if([first](const auto& waiting) { return waiting.second == first; });
    }
    ConstIterator item = first->second.item;
    m_order.erase(first);
    return item;
}

bool
TcpConnImpairmentQueue::Enqueue(Ptr<QueueDiscItem> item)
{
    return Hold(item, Simulator::Now(), Flow(), 0);
}

Ptr<QueueDiscItem>
TcpConnImpairmentQueue::Dequeue()
{
    bool due = !m_order.empty() && FirstDue() <= Simulator::Now();
    return due ? DoDequeue(TakeFirst()) : nullptr;
}

Ptr<QueueDiscItem>
TcpConnImpairmentQueue::Remove()
{
    return m_order.empty() ? nullptr : DoRemove(TakeFirst());
}

Ptr<const QueueDiscItem>
TcpConnImpairmentQueue::Peek() const
{
    bool due = !m_order.empty() && FirstDue() <= Simulator::Now();
    return due ? DoPeek(m_order.begin()->second.item) : nullptr;
}

void
TcpConnImpairmentQueue::DoDispose()
{
    m_overtaken.clear();
    m_order.clear();
    Queue<QueueDiscItem>::DoDispose();
}

TypeId
TcpConnImpairmentQueueDisc::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnImpairmentQueueDisc")
            .SetParent<QueueDisc>()
            .SetGroupName("TcpConn")
            .AddConstructor<TcpConnImpairmentQueueDisc>()
            .AddAttribute("MaxSize",
                          "How much is in the queue at most, what is held included",
                          QueueSizeValue(QueueSize("1000p")),
                          MakeQueueSizeAccessor(&QueueDisc::SetMaxSize, &QueueDisc::GetMaxSize),
                          MakeQueueSizeChecker())
            .AddAttribute("Rules",
                          "What is done to which packets: rules such as "
                          "\"drop SYN occurrence 1; delay FIN 3s\"",
                          StringValue(""),
                          MakeStringAccessor(&TcpConnImpairmentQueueDisc::SetRules,
                                             &TcpConnImpairmentQueueDisc::GetRules),
                          MakeStringChecker())
            .AddTraceSource("Impaired",
                            "A rule applies to a packet",
                            MakeTraceSourceAccessor(&TcpConnImpairmentQueueDisc::m_impaired),
                            "ns3::TcpConnImpairmentQueueDisc::ImpairedTracedCallback");
    return tid;
}

TcpConnImpairmentQueueDisc::TcpConnImpairmentQueueDisc()
    : QueueDisc(QueueDiscSizePolicy::SINGLE_INTERNAL_QUEUE)
{
    NS_LOG_FUNCTION(this);
}

TcpConnImpairmentQueueDisc::~TcpConnImpairmentQueueDisc()
{
    NS_LOG_FUNCTION(this);
    // TrafficControlHelper::Uninstall gives a queue disc up without disposing of it.
    m_wake.Cancel();
}

void
TcpConnImpairmentQueueDisc::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_wake.Cancel();
    m_wake = EventId();
    if (m_queue)
    {
        m_queue->Dispose();
        m_queue = nullptr;
    }
    m_rules.clear();
    QueueDisc::DoDispose();
}

uint32_t
TcpConnImpairmentQueueDisc::AddRule(const std::string& rule)
{
    NS_LOG_FUNCTION(this << rule);
    TcpConnImpairmentSpec spec;
    std::string error;
    bool read = TcpConnImpairmentSpec::Parse(rule, spec, error);
    NS_ABORT_MSG_UNLESS(read, error);
    m_rules.push_back(std::make_shared<TcpConnImpairmentRule>(std::move(spec)));
    return GetNRules() - 1;
}

void
TcpConnImpairmentQueueDisc::SetRules(const std::string& rules)
{
    NS_LOG_FUNCTION(this << rules);
    ClearRules();
    for (const auto& rule : TcpConnImpairmentSpec::Split(rules))
    {
        AddRule(rule);
    }
}

std::string
TcpConnImpairmentQueueDisc::GetRules() const
{
    std::string rules;
    for (const auto& rule : m_rules)
    {
        rules += (rules.empty() ? "" : "; ") + rule->Get().text;
    }
    return rules;
}

void
TcpConnImpairmentQueueDisc::ClearRules()
{
    NS_LOG_FUNCTION(this);
    m_rules.clear();
}

uint32_t
TcpConnImpairmentQueueDisc::GetNRules() const
{
    return static_cast<uint32_t>(m_rules.size());
}

std::string
TcpConnImpairmentQueueDisc::GetRule(uint32_t index) const
{
    NS_ABORT_MSG_UNLESS(index < m_rules.size(), "there is no impairment rule " << index);
    return m_rules[index]->Get().text;
}

uint64_t
TcpConnImpairmentQueueDisc::GetHits(uint32_t index) const
{
    NS_ABORT_MSG_UNLESS(index < m_rules.size(), "there is no impairment rule " << index);
    return m_rules[index]->GetHits();
}

uint64_t
TcpConnImpairmentQueueDisc::GetMatched(uint32_t index) const
{
    NS_ABORT_MSG_UNLESS(index < m_rules.size(), "there is no impairment rule " << index);
    return m_rules[index]->GetMatched();
}

void
TcpConnImpairmentQueueDisc::PrintRules(std::ostream& os) const
{
    // Of its own, so that the caller's stream keeps its format.
    std::ostringstream table;
    table << "rule      hits   matched  text\n";
    for (uint32_t i = 0; i < GetNRules(); ++i)
    {
        table << std::setw(4) << i << std::setw(10) << GetHits(i) << std::setw(10) << GetMatched(i)
              << "  " << GetRule(i) << "\n";
    }
    os << table.str();
}

int64_t
TcpConnImpairmentQueueDisc::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    int64_t used = 0;
    for (auto& rule : m_rules)
    {
        used += rule->AssignStreams(stream + used);
    }
    return used;
}

bool
TcpConnImpairmentQueueDisc::DoEnqueue(Ptr<QueueDiscItem> item)
{
    NS_LOG_FUNCTION(this << item);
    if (m_copy != nullptr)
    {
        return Store(*std::exchange(m_copy, nullptr), TcpConnImpairmentPacket::Flow());
    }
    TcpConnImpairmentPacket packet;
    if (m_rules.empty() || !TcpConnImpairmentPacket::Read(item, packet))
    {
        return Store({item, Time(0)}, TcpConnImpairmentPacket::Flow());
    }
    std::vector<Fate> copies;
    Fate fate = Judge(item, packet, copies);
    bool stored = false;
    if (fate.dropped)
    {
        DropBeforeEnqueue(item, RULE_DROP);
    }
    else
    {
        stored = Store(fate, packet.GetFlow());
    }
    // Only now: each is a packet received by itself, and the one at hand has been accounted for.
    for (const auto& copy : copies)
    {
        m_copy = &copy;
        Enqueue(copy.item);
        RunAt(Simulator::Now() + copy.delay);
    }
    return stored;
}

TcpConnImpairmentQueueDisc::Fate
TcpConnImpairmentQueueDisc::Judge(Ptr<QueueDiscItem> item,
                                  const TcpConnImpairmentPacket& packet,
                                  std::vector<Fate>& copies)
{
    Fate fate{item, Time(0)};
    for (uint32_t i = 0; i < m_rules.size() && !fate.dropped; ++i)
    {
        // A copy of the pointer: a sink may change the rules.
        std::shared_ptr<TcpConnImpairmentRule> rule = m_rules[i];
        if (!rule->Applies(packet, Simulator::Now()))
        {
            continue;
        }
        m_impaired(fate.item, i, rule->Get().text);
        if (rule->Get().action == TcpConnImpairmentSpec::Action::PASS)
        {
            break;
        }
        Act(*rule, packet, fate, copies);
    }
    return fate;
}

void
TcpConnImpairmentQueueDisc::Act(TcpConnImpairmentRule& rule,
                                const TcpConnImpairmentPacket& packet,
                                Fate& fate,
                                std::vector<Fate>& copies)
{
    using Action = TcpConnImpairmentSpec::Action;
    const TcpConnImpairmentSpec& spec = rule.Get();
    switch (spec.action)
    {
    case Action::PASS:
        break;
    case Action::DROP:
        fate.dropped = true;
        break;
    case Action::DELAY:
        fate.delay = Sum(fate.delay, spec.delay->Next());
        break;
    case Action::DUPLICATE:
        MakeCopies(spec, fate, copies);
        break;
    case Action::REORDER:
        fate.overtakers = std::max(fate.overtakers, spec.overtakers);
        fate.delay = Sum(fate.delay, spec.delay ? spec.delay->Next() : spec.within);
        break;
    case Action::CORRUPT:
        fate.item =
            TcpConnImpairmentPacket::Copy(fate.item, rule.Corrupt(packet, fate.item->GetPacket()));
        break;
    }
}

void
TcpConnImpairmentQueueDisc::MakeCopies(const TcpConnImpairmentSpec& spec,
                                       const Fate& fate,
                                       std::vector<Fate>& copies)
{
    Time delay = fate.delay;
    for (uint32_t i = 0; i < spec.copies; ++i)
    {
        if (spec.delay)
        {
            delay = Sum(delay, spec.delay->Next());
        }
        copies.push_back({TcpConnImpairmentPacket::Copy(fate.item), delay});
    }
}

bool
TcpConnImpairmentQueueDisc::Store(const Fate& fate, const TcpConnImpairmentPacket::Flow& flow)
{
    if (GetCurrentSize() + fate.item > GetMaxSize())
    {
        DropBeforeEnqueue(fate.item, LIMIT_EXCEEDED_DROP);
        return false;
    }
    return m_queue->Hold(fate.item, Simulator::Now() + fate.delay, flow, fate.overtakers);
}

Ptr<QueueDiscItem>
TcpConnImpairmentQueueDisc::DoDequeue()
{
    NS_LOG_FUNCTION(this);
    Ptr<QueueDiscItem> item = m_queue->Dequeue();
    if (!item && !m_queue->IsEmpty())
    {
        RunAt(m_queue->FirstDue());
    }
    return item;
}

void
TcpConnImpairmentQueueDisc::RunAt(Time at)
{
    if (!m_wake.IsExpired() && m_wakeTime <= at)
    {
        return;
    }
    m_wake.Cancel();
    m_wakeTime = at;
    m_wake = Simulator::Schedule(at - Simulator::Now(), &TcpConnImpairmentQueueDisc::Wake, this);
}

void
TcpConnImpairmentQueueDisc::Wake()
{
    NS_LOG_FUNCTION(this);
    NS_ABORT_MSG_UNLESS(GetSendCallback(),
                        "TcpConnImpairmentQueueDisc holds a packet, and nobody asks for it: it can "
                        "only be a root queue disc, or a child of MqQueueDisc");
    uint32_t before = GetStats().nTotalDequeuedPackets;
    Run();
    // A run stops at its quota.  A device that takes no notice of that does not ask again.
    if (GetStats().nTotalDequeuedPackets - before >= GetQuota())
    {
        RunAt(Simulator::Now());
    }
}

bool
TcpConnImpairmentQueueDisc::CheckConfig()
{
    NS_LOG_FUNCTION(this);
    if (GetNQueueDiscClasses() > 0 || GetNPacketFilters() > 0 || GetNInternalQueues() > 0)
    {
        NS_LOG_ERROR("TcpConnImpairmentQueueDisc has a queue of its own, and takes no classes, "
                     "packet filters or queues");
        return false;
    }
    m_queue = CreateObject<TcpConnImpairmentQueue>();
    m_queue->SetMaxSize(GetMaxSize());
    AddInternalQueue(m_queue);
    return true;
}

void
TcpConnImpairmentQueueDisc::InitializeParams()
{
    NS_LOG_FUNCTION(this);
}

} // namespace ns3
