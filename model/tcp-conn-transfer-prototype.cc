/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-transfer-prototype.h"

#include "ns3/abort.h"
#include "ns3/callback.h"
#include "ns3/tcp-prr-recovery.h"

#include <set>
#include <string>
#include <typeinfo>
#include <utility>

namespace ns3
{

namespace
{

/** The receive window that TcpTxBuffer::NextSeg is told: windows are judged by the transfer. */
uint32_t
AnyWindow()
{
    return UINT32_MAX;
}

/** Where DCTCP sends an acknowledgment of its own: nowhere, the machine sends them. */
void
IgnoreAcknowledgment(uint8_t)
{
}

/**
 * @param type a class
 * @param attribute an attribute of it
 * @return whether a copy has by chance what the memory held before: the copy constructor leaves
 * the member out, in some version of ns-3, and nothing else sets it
 */
bool
IsLeftToChance(TypeId type, const std::string& attribute)
{
    static const std::set<std::pair<std::string, std::string>> known{
        {"ns3::TcpCubic", "TcpFriendliness"},
        {"ns3::TcpHybla", "RRTT"},
        {"ns3::TcpLinuxReno", "BetaEcn"},
        {"ns3::TcpLinuxReno", "BetaLoss"},
    };
    return known.count({type.GetName(), attribute}) > 0;
}

/** RttMeanDeviation that can be given an estimate. */
class SeededRtt : public RttMeanDeviation
{
  public:
    /**
     * @param gains the gains are taken from here
     * @param path the estimate
     */
    SeededRtt(const RttMeanDeviation& gains, const TcpConnPath& path)
        : RttMeanDeviation(gains)
    {
        m_estimatedRtt = path.srtt;
        m_estimatedVariation = path.rttVar;
        m_nSamples = path.samples;
    }
};

/**
 * @param control a congestion control
 * @return what it remembers beyond the congestion window and the threshold
 */
TcpConnTransferPrototype::Memory
MemoryOf(const TcpCongestionOps& control)
{
    struct Row
    {
        const char* name;
        TcpConnTransferPrototype::Memory memory;
    };

    static const Row rows[] = {
        // No members at all.
        {"ns3::TcpNewReno", TcpConnTransferPrototype::NOTHING},
        // A counter of acknowledged segments: less than one segment of growth is lost.
        {"ns3::TcpLinuxReno", TcpConnTransferPrototype::NOTHING},
        {"ns3::TcpScalable", TcpConnTransferPrototype::NOTHING},
        {"ns3::TcpHighSpeed", TcpConnTransferPrototype::NOTHING},
        // The window at the last loss and the epoch since then: nothing before a loss, apart
        // from what hybrid slow start learns anew in each round trip.
        {"ns3::TcpCubic", TcpConnTransferPrototype::AFTER_LOSS},
        {"ns3::TcpBic", TcpConnTransferPrototype::AFTER_LOSS},
    };
    const std::string name = control.GetInstanceTypeId().GetName();
    for (const auto& row : rows)
    {
        if (name == row.name)
        {
            return row.memory;
        }
    }
    return TcpConnTransferPrototype::ALWAYS;
}

/**
 * @param type the class to make
 * @return a factory of it
 */
ObjectFactory
FactoryOf(TypeId type)
{
    ObjectFactory factory;
    factory.SetTypeId(type);
    return factory;
}

} // namespace

TcpConnTransferPrototype::TcpConnTransferPrototype(const ObjectFactory& control,
                                                   const ObjectFactory& recovery,
                                                   const ObjectFactory& rtt)
    : m_control(control.Create<TcpCongestionOps>()),
      m_recovery(recovery.Create<TcpRecoveryOps>()),
      m_rtt(rtt.Create<RttEstimator>())
{
    NS_ABORT_MSG_UNLESS(m_control, "not a congestion control: " << control.GetTypeId().GetName());
    NS_ABORT_MSG_UNLESS(m_recovery, "not a TcpRecoveryOps: " << recovery.GetTypeId().GetName());
    NS_ABORT_MSG_UNLESS(m_rtt, "not an RttEstimator: " << rtt.GetTypeId().GetName());
    Complete();
}

TcpConnTransferPrototype::TcpConnTransferPrototype(TypeId control, TypeId recovery, TypeId rtt)
    : TcpConnTransferPrototype(FactoryOf(control), FactoryOf(recovery), FactoryOf(rtt))
{
}

TcpConnTransferPrototype::TcpConnTransferPrototype(Ptr<TcpCongestionOps> control,
                                                   Ptr<TcpRecoveryOps> recovery,
                                                   Ptr<RttEstimator> rtt)
    : m_control(control),
      m_recovery(recovery),
      m_rtt(rtt)
{
    NS_ABORT_MSG_UNLESS(control && recovery && rtt, "a data phase needs all of its parts");
    Complete();
}

void
TcpConnTransferPrototype::Complete()
{
    m_tx = CreateObject<TcpTxBuffer>();
    m_tx->SetRWndCallback(MakeCallback(&AnyWindow));
    m_rx = CreateObject<TcpRxBuffer>();
    m_state = CreateObject<TcpSocketState>();
    m_state->m_sendEmptyPacketCallback = MakeCallback(&IgnoreAcknowledgment);
    if (m_control->HasCongControl())
    {
        m_rate = CreateObject<TcpRateLinux>();
    }
    // What the congestion control wants of ECN is known from a state block that it has set up.
    Ptr<TcpSocketState> probe = CopyObject<TcpSocketState>(m_state);
    const std::string name = m_control->GetInstanceTypeId().GetName();
    m_controlSchedules = name.find("ns3::TcpWestwood") == 0;
    m_inProportion = DynamicCast<TcpPrrRecovery>(m_recovery) != nullptr;
    Ptr<TcpCongestionOps> control = ForkControl();
    m_controlForgets = Compare(m_control, control);
    m_recoveryForgets = Compare(m_recovery, m_recovery->Fork());
    m_rttForgets = Compare(m_rtt, m_rtt->Copy());
    Remind(control, m_controlForgets);
    control->Init(probe);
    m_useEcn = probe->m_useEcn;
    m_memory = MemoryOf(*m_control);
    // A class derived from it is told the TypeId of RttMeanDeviation by ns-3: ask the language.
    const RttEstimator& rtt = *m_rtt;
    m_rttSeedable = typeid(rtt) == typeid(RttMeanDeviation);
}

std::vector<TcpConnTransferPrototype::Forgotten>
TcpConnTransferPrototype::Compare(Ptr<Object> original, Ptr<Object> copy)
{
    std::vector<Forgotten> forgotten;
    // Some copy constructors leave members out.
    for (TypeId type = original->GetInstanceTypeId(); type != Object::GetTypeId();
         type = type.GetParent())
    {
        for (size_t i = 0; i < type.GetAttributeN(); ++i)
        {
            const TypeId::AttributeInformation info = type.GetAttribute(i);
            const uint32_t both = TypeId::ATTR_GET | TypeId::ATTR_SET;
            if ((info.flags & both) != both || !info.accessor->HasGetter() ||
                !info.accessor->HasSetter())
            {
                continue;
            }
            Ptr<AttributeValue> mine = info.checker->Create();
            Ptr<AttributeValue> its = info.checker->Create();
            if (info.accessor->Get(PeekPointer(original), *mine) &&
                info.accessor->Get(PeekPointer(copy), *its) &&
                (IsLeftToChance(type, info.name) ||
                 mine->SerializeToString(info.checker) != its->SerializeToString(info.checker)))
            {
                forgotten.push_back({info.accessor, mine});
            }
        }
    }
    return forgotten;
}

void
TcpConnTransferPrototype::Remind(Ptr<Object> copy, const std::vector<Forgotten>& forgotten)
{
    for (const auto& attribute : forgotten)
    {
        attribute.accessor->Set(PeekPointer(copy), *attribute.value);
    }
}

Ptr<TcpSocketState>
TcpConnTransferPrototype::State() const
{
    return m_state;
}

Ptr<TcpCongestionOps>
TcpConnTransferPrototype::Control() const
{
    return m_control;
}

TcpSocketState::UseEcn_t
TcpConnTransferPrototype::UseEcn() const
{
    return m_useEcn;
}

TcpConnTransferPrototype::Memory
TcpConnTransferPrototype::ControlMemory() const
{
    return m_memory;
}

bool
TcpConnTransferPrototype::ControlSchedules() const
{
    return m_controlSchedules;
}

bool
TcpConnTransferPrototype::RecoveryInProportion() const
{
    return m_inProportion;
}

bool
TcpConnTransferPrototype::RttSeedable() const
{
    return m_rttSeedable;
}

Ptr<TcpTxBuffer>
TcpConnTransferPrototype::CopyTxBuffer() const
{
    return CopyObject<TcpTxBuffer>(m_tx);
}

Ptr<TcpRxBuffer>
TcpConnTransferPrototype::CopyRxBuffer() const
{
    return CopyObject<TcpRxBuffer>(m_rx);
}

Ptr<TcpSocketState>
TcpConnTransferPrototype::CopyState() const
{
    Ptr<TcpSocketState> state = CopyObject<TcpSocketState>(m_state);
    state->m_sendEmptyPacketCallback = m_state->m_sendEmptyPacketCallback;
    return state;
}

Ptr<TcpCongestionOps>
TcpConnTransferPrototype::ForkControl() const
{
    if (!m_controlSchedules)
    {
        return m_control->Fork();
    }
    // TcpWestwood's copy constructor leaves a counter uninitialised: chance would have its way.
    return FactoryOf(m_control->GetInstanceTypeId()).Create<TcpCongestionOps>();
}

Ptr<TcpCongestionOps>
TcpConnTransferPrototype::CopyControl() const
{
    Ptr<TcpCongestionOps> control = ForkControl();
    Remind(control, m_controlForgets);
    return control;
}

Ptr<TcpRecoveryOps>
TcpConnTransferPrototype::CopyRecovery() const
{
    Ptr<TcpRecoveryOps> recovery = m_recovery->Fork();
    Remind(recovery, m_recoveryForgets);
    return recovery;
}

Ptr<TcpRateOps>
TcpConnTransferPrototype::CopyRate() const
{
    return m_rate ? CopyObject<TcpRateLinux>(m_rate) : nullptr;
}

Ptr<RttEstimator>
TcpConnTransferPrototype::CopyRtt(const TcpConnPath& path) const
{
    if (path.samples > 0 && m_rttSeedable)
    {
        const auto& gains = static_cast<const RttMeanDeviation&>(*m_rtt);
        return Ptr<RttEstimator>(new SeededRtt(gains, path), false);
    }
    Ptr<RttEstimator> rtt = m_rtt->Copy();
    Remind(rtt, m_rttForgets);
    if (path.samples > 0)
    {
        // Another estimator knows what it is told: one sample, that of the handshake.
        rtt->Measurement(path.srtt);
    }
    return rtt;
}

} // namespace ns3
