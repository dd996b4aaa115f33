/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_IMPAIRMENT_QUEUE_DISC_H
#define TCP_CONN_IMPAIRMENT_QUEUE_DISC_H

#include "tcp-conn-impairment-rule.h"

#include "ns3/event-id.h"
#include "ns3/queue-disc.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace ns3
{

class TcpConnImpairmentQueue;

/**
 * @ingroup tcp-conn
 *
 * A network that misbehaves on purpose: a queue disc that drops, delays, duplicates, reorders or
 * corrupts the packets that its rules name, and is a first-in-first-out queue for all others.  It
 * works with any protocol above it, and needs no help from the device under it.
 *
 * @code
 * TrafficControlHelper tc;
 * tc.SetRootQueueDisc("ns3::TcpConnImpairmentQueueDisc",
 *                     "Rules", StringValue("drop SYN occurrence 1; delay FIN 3s"));
 * tc.Install(device);
 * @endcode
 *
 * The rules are described with TcpConnImpairmentSpec.  A packet that leaves through the device is
 * shown to each rule in turn, the first added first, and each that applies acts on what the ones
 * before have made of it:
 * - pass: the rules further down are not asked.
 * - drop: the packet is gone, and the rules further down are not asked.
 * - delay: the packet is held, and others overtake it.  Delays of several rules add up.
 * - duplicate: each copy is what the packet is at that moment, with its delay so far; the rules
 *   further down see the packet alone, not its copies.
 * - reorder: the packet is held until so many later packets of its flow (addresses, ports and
 *   protocol) that are not held themselves have gone into the queue, or at most for some time.  Or
 *   it is held for a given time.
 * - corrupt: bits of it are inverted, one unless told.  With checksums (the global value
 *   ChecksumEnabled) the receiver notices one inverted bit, always.  Without, the receiver takes
 *   the packet as it is, and a checksum field means nothing.  A queue disc has no part in the IP
 *   header, nor in that of the link.
 *
 * Packets that are neither IPv4 nor IPv6 (ARP) pass.  The device sends what is due in the order in
 * which it became due.
 *
 * What is held is in the queue and counts for MaxSize.  The statistics of QueueDisc keep their
 * identities: a packet dropped by a rule is dropped before enqueue, with RULE_DROP as the reason;
 * each copy counts as one more packet received.
 *
 * It can only be a root queue disc, or a child of one that leaves running to its children (as
 * MqQueueDisc does), since what is held has to be sent without a new packet from above.
 */
class TcpConnImpairmentQueueDisc : public QueueDisc
{
  public:
    /// Reason of a drop: a rule.
    static constexpr const char* RULE_DROP = "Dropped by an impairment rule";
    /// Reason of a drop: the queue is full.
    static constexpr const char* LIMIT_EXCEEDED_DROP = "Queue disc limit exceeded";

    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    TcpConnImpairmentQueueDisc();
    ~TcpConnImpairmentQueueDisc() override;

    /**
     * Add a rule after those that there are, at any time.  Aborts with a message if it cannot be
     * read.
     * @param rule its text
     * @return its index, from 0
     */
    uint32_t AddRule(const std::string& rule);

    /**
     * Replace all rules.  Aborts with a message if one cannot be read.
     * @param rules any number of rules, with semicolons or ends of lines between them; from # to
     * the end of a line is comment
     */
    void SetRules(const std::string& rules);

    /** @return all rules, with semicolons between them */
    std::string GetRules() const;

    /** Forget all rules.  What is held stays so. */
    void ClearRules();

    /** @return how many rules there are */
    uint32_t GetNRules() const;

    /**
     * @param index of a rule, less than GetNRules()
     * @return its text
     */
    std::string GetRule(uint32_t index) const;

    /**
     * @param index of a rule, less than GetNRules()
     * @return packets that it was applied to
     */
    uint64_t GetHits(uint32_t index) const;

    /**
     * @param index of a rule, less than GetNRules()
     * @return packets that it could have been applied to: those counted for occurrence, every and
     *         first, before these and probability and limit have chosen
     */
    uint64_t GetMatched(uint32_t index) const;

    /**
     * Print a line for each rule: index, hits, matched, text.
     * @param os where to
     */
    void PrintRules(std::ostream& os) const;

    /**
     * Use fixed streams of random numbers for the rules that there are.
     * @param stream the first
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream);

    /**
     * TracedCallback signature of a rule that applies to a packet, before it acts.
     * @param [in] item the packet as it is
     * @param [in] index of the rule
     * @param [in] rule its text
     */
    typedef void (*ImpairedTracedCallback)(Ptr<const QueueDiscItem> item,
                                           uint32_t index,
                                           const std::string& rule);

  protected:
    /** Packets that are held are let go. */
    void DoDispose() override;

  private:
    /// What becomes of a packet.
    struct Fate
    {
        Ptr<QueueDiscItem> item; //!< The packet, maybe no more the one that came.
        Time delay;              //!< How long it is held.
        uint32_t overtakers{0};  //!< How many packets of the flow go first.
        bool dropped{false};     //!< It is gone.
    };

    bool DoEnqueue(Ptr<QueueDiscItem> item) override;
    Ptr<QueueDiscItem> DoDequeue() override;
    bool CheckConfig() override;
    void InitializeParams() override;

    /** @return what the rules make of a packet, and of the copies that they make */
    Fate Judge(Ptr<QueueDiscItem> item,
               const TcpConnImpairmentPacket& packet,
               std::vector<Fate>& copies);
    /** Apply one rule. */
    void Act(TcpConnImpairmentRule& rule,
             const TcpConnImpairmentPacket& packet,
             Fate& fate,
             std::vector<Fate>& copies);
    /** Make the copies that a rule asks for. */
    static void MakeCopies(const TcpConnImpairmentSpec& spec,
                           const Fate& fate,
                           std::vector<Fate>& copies);
    /** @return the packet was put in the queue, and not dropped for lack of room */
    bool Store(const Fate& fate, const TcpConnImpairmentPacket::Flow& flow);
    /** Run at a time, or earlier. */
    void RunAt(Time at);
    /** Send what has become due. */
    void Wake();

    std::vector<std::shared_ptr<TcpConnImpairmentRule>> m_rules; //!< The rules.

    Ptr<TcpConnImpairmentQueue> m_queue; //!< The queue: also in the list of internal queues.
    const Fate* m_copy{nullptr};         //!< The copy that is being put in the queue.
    EventId m_wake;                      //!< Sends what has become due.
    Time m_wakeTime;                     //!< When.

    /// A rule applies to a packet.
    TracedCallback<Ptr<const QueueDiscItem>, uint32_t, const std::string&> m_impaired;
};

} // namespace ns3

#endif /* TCP_CONN_IMPAIRMENT_QUEUE_DISC_H */
