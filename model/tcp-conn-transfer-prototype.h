/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TRANSFER_PROTOTYPE_H
#define TCP_CONN_TRANSFER_PROTOTYPE_H

#include "tcp-conn-tcb.h"

#include "ns3/attribute.h"
#include "ns3/object-factory.h"
#include "ns3/rtt-estimator.h"
#include "ns3/simple-ref-count.h"
#include "ns3/tcp-congestion-ops.h"
#include "ns3/tcp-rate-ops.h"
#include "ns3/tcp-recovery-ops.h"
#include "ns3/tcp-rx-buffer.h"
#include "ns3/tcp-socket-state.h"
#include "ns3/tcp-tx-buffer.h"
#include "ns3/type-id.h"

#include <string>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * The parts of a data phase, made once with their attributes and copied for each connection:
 * CreateObject constructs the attributes through strings and costs ten times what a copy does.
 * One prototype serves all connections with the same congestion control, recovery and
 * estimator, of one host or of thousands.
 *
 * Defaults that Config::SetDefault gives to ns3::TcpSocketState (EnablePacing, ...), to the
 * congestion control, etc. are read when the prototype is made.
 */
class TcpConnTransferPrototype : public SimpleRefCount<TcpConnTransferPrototype>
{
  public:
    /** How much a congestion control remembers beyond cwnd and ssthresh. */
    enum Memory
    {
        NOTHING,    //!< Nothing, or a fraction of one segment of growth.
        AFTER_LOSS, //!< Nothing that counts before the first congestion event.
        ALWAYS      //!< Estimates that cwnd and ssthresh do not tell.
    };

    /**
     * @param control TypeId of a TcpCongestionOps, with attributes
     * @param recovery TypeId of a TcpRecoveryOps, with attributes
     * @param rtt TypeId of an RttEstimator, with attributes
     */
    TcpConnTransferPrototype(const ObjectFactory& control,
                             const ObjectFactory& recovery,
                             const ObjectFactory& rtt);

    /**
     * @param control TypeId of a TcpCongestionOps
     * @param recovery TypeId of a TcpRecoveryOps
     * @param rtt TypeId of an RttEstimator
     */
    TcpConnTransferPrototype(TypeId control, TypeId recovery, TypeId rtt);

    /**
     * From objects that a script has made and set up.
     * @param control congestion control, not in use by a connection
     * @param recovery recovery
     * @param rtt estimator
     */
    TcpConnTransferPrototype(Ptr<TcpCongestionOps> control,
                             Ptr<TcpRecoveryOps> recovery,
                             Ptr<RttEstimator> rtt);

    /** @return the state block that is copied; a change here holds for later connections. */
    Ptr<TcpSocketState> State() const;

    /** @return the congestion control that is copied. */
    Ptr<TcpCongestionOps> Control() const;

    /** @return what the congestion control asks of ECN: DCTCP turns it on (RFC 8257). */
    TcpSocketState::UseEcn_t UseEcn() const;

    /** @return how much the congestion control remembers. */
    Memory ControlMemory() const;

    /** @return whether the congestion control runs a clock of its own (TcpWestwood). */
    bool ControlSchedules() const;

    /** @return whether recovery is by proportional rate reduction (RFC 6937). */
    bool RecoveryInProportion() const;

    /** @return whether SRTT and RTTVAR can be put back into the estimator. */
    bool RttSeedable() const;

    // Copies for one connection.

    /** @return an empty send buffer. */
    Ptr<TcpTxBuffer> CopyTxBuffer() const;
    /** @return an empty reordering buffer. */
    Ptr<TcpRxBuffer> CopyRxBuffer() const;
    /** @return a fresh state block. */
    Ptr<TcpSocketState> CopyState() const;
    /** @return a fresh congestion control. */
    Ptr<TcpCongestionOps> CopyControl() const;
    /** @return a fresh recovery. */
    Ptr<TcpRecoveryOps> CopyRecovery() const;
    /** @return a fresh rate estimator; nullptr if the congestion control uses none. */
    Ptr<TcpRateOps> CopyRate() const;
    /**
     * @param path what is known already
     * @return an estimator that knows it
     */
    Ptr<RttEstimator> CopyRtt(const TcpConnPath& path) const;

  private:
    /** An attribute that a class forgets to copy. */
    struct Forgotten
    {
        Ptr<const AttributeAccessor> accessor; //!< Its accessor.
        Ptr<AttributeValue> value;             //!< The value of the prototype.
    };

    /** Make the parts that are the same for all. */
    void Complete();

    /** @return a copy of the congestion control; attributes may be missing. */
    Ptr<TcpCongestionOps> ForkControl() const;

    /**
     * @param original a part
     * @param copy its copy
     * @return the attributes in which they differ, or may in another copy
     */
    static std::vector<Forgotten> Compare(Ptr<Object> original, Ptr<Object> copy);

    /**
     * @param copy the copy of a part
     * @param forgotten the attributes to be set in it
     */
    static void Remind(Ptr<Object> copy, const std::vector<Forgotten>& forgotten);

    Ptr<TcpTxBuffer> m_tx;           //!< Send buffer.
    Ptr<TcpRxBuffer> m_rx;           //!< Reordering buffer.
    Ptr<TcpSocketState> m_state;     //!< State block.
    Ptr<TcpCongestionOps> m_control; //!< Congestion control.
    Ptr<TcpRecoveryOps> m_recovery;  //!< Recovery.
    Ptr<RttEstimator> m_rtt;         //!< Estimator.
    Ptr<TcpRateLinux> m_rate;        //!< Rate estimator, if the congestion control uses it.
    TcpSocketState::UseEcn_t m_useEcn{TcpSocketState::Off}; //!< See UseEcn().
    Memory m_memory{ALWAYS};                                //!< See ControlMemory().
    bool m_controlSchedules{false};                         //!< See ControlSchedules().
    bool m_inProportion{false};                             //!< See RecoveryInProportion().
    bool m_rttSeedable{false};                              //!< See RttSeedable().
    std::vector<Forgotten> m_controlForgets;  //!< What Fork() of m_control does not copy.
    std::vector<Forgotten> m_recoveryForgets; //!< What Fork() of m_recovery does not copy.
    std::vector<Forgotten> m_rttForgets;      //!< What Copy() of m_rtt does not copy.
};

} // namespace ns3

#endif /* TCP_CONN_TRANSFER_PROTOTYPE_H */
