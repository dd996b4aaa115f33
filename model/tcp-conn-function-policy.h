/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_FUNCTION_POLICY_H
#define TCP_CONN_FUNCTION_POLICY_H

#include "tcp-conn-admission.h"
#include "tcp-conn-isn.h"
#include "tcp-conn-retry.h"

#include "ns3/object-factory.h"
#include "ns3/object.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <functional>
#include <string>

namespace ns3
{

/** @ingroup tcp-conn
 * Decisions as functions, for the attribute Functions of the policies in this file: lambdas of a
 * script, or callables of another language.  Where there is a class with a TypeId, derive it from
 * the family instead.
 *
 * What is not set is decided as the base of the policy decides it.  Arguments and results are
 * numbers that every language has; references are valid during the call only.  The functions are
 * called in the middle of a transition: they may read, but make no call on a socket.
 */
class TcpConnPolicyFunctions : public Object
{
  public:
    /**
     * An initial sequence number (TcpConnIsn::Choose).
     * @param key the connection
     * @param now the time, in seconds
     * @return ISS
     */
    using ChooseFunction = std::function<uint32_t(const TcpConnKey& key, double now)>;
    /**
     * What becomes of a SYN (TcpConnAdmission::Admit).
     * @param halfOpen connections of the listener in SYN-RECEIVED
     * @param accepting connections that wait to be accepted
     * @return a TcpConnAdmission::Verdict but COOKIE, as a number
     */
    using AdmitFunction = std::function<int(uint32_t halfOpen, uint32_t accepting)>;
    /**
     * What becomes of a connection that is established (TcpConnAdmission::Complete).
     * @param accepting connections that wait to be accepted
     * @return ADMIT, DROP or REFUSE of TcpConnAdmission::Verdict, as a number
     */
    using CompleteFunction = std::function<int(uint32_t accepting)>;
    /**
     * The first timeout of a SYN (TcpConnRetry::SynTimeout).
     * @return seconds, more than 0
     */
    using SynTimeoutFunction = std::function<double()>;
    /**
     * The timeout that follows some retransmissions (TcpConnRetry::Backoff).
     * @param rto the timeout without back-off, in seconds
     * @param retries retransmissions made
     * @return seconds, more than 0
     */
    using BackoffFunction = std::function<double(double rto, uint32_t retries)>;
    /**
     * Is it given up (TcpConnRetry::GiveUp)?
     * @param tcb the connection
     * @param now the time, in seconds
     * @return whether it is
     */
    using GiveUpFunction = std::function<bool(const TcpConnTcb& tcb, double now)>;

    /** @return the TypeId. */
    static TypeId GetTypeId();

    /**
     * A policy that these functions decide; what is set later counts as well.
     * @param family "Isn", "Admission" or "Retry"
     * @return the policy, as the attribute of that name of ns3::TcpConnL4Protocol takes it
     */
    ObjectFactory Policy(const std::string& family);

    /** @param choose for TcpConnFunctionIsn */
    void SetChoose(const ChooseFunction& choose);
    /** @param admit for TcpConnFunctionAdmission */
    void SetAdmit(const AdmitFunction& admit);
    /** @param complete for TcpConnFunctionAdmission */
    void SetComplete(const CompleteFunction& complete);
    /** @param synTimeout for TcpConnFunctionRetry */
    void SetSynTimeout(const SynTimeoutFunction& synTimeout);
    /** @param backoff for TcpConnFunctionRetry */
    void SetBackoff(const BackoffFunction& backoff);
    /** @param giveUp for TcpConnFunctionRetry */
    void SetGiveUp(const GiveUpFunction& giveUp);

  private:
    friend class TcpConnFunctionIsn;
    friend class TcpConnFunctionAdmission;
    friend class TcpConnFunctionRetry;

    ChooseFunction m_choose;         //!< Initial sequence number.
    AdmitFunction m_admit;           //!< A SYN.
    CompleteFunction m_complete;     //!< An established connection.
    SynTimeoutFunction m_synTimeout; //!< First timeout.
    BackoffFunction m_backoff;       //!< Later timeouts.
    GiveUpFunction m_giveUp;         //!< The end.
};

/** @ingroup tcp-conn
 * Initial sequence numbers by a function; without one, as TcpConnIsnRfc6528.
 */
class TcpConnFunctionIsn : public TcpConnIsnRfc6528
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    SequenceNumber32 Choose(const TcpConnKey& key,
                            Time now,
                            TcpConnPolicyState* state) const override;

  private:
    Ptr<TcpConnPolicyFunctions> m_functions; //!< Who decides.
};

/** @ingroup tcp-conn
 * Admission by functions; what they do not decide, as TcpConnBacklog.  A verdict that is none, or
 * COOKIE, ends the program.
 */
class TcpConnFunctionAdmission : public TcpConnBacklog
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    Verdict Admit(uint32_t halfOpen, uint32_t accepting) const override;
    Verdict Complete(uint32_t accepting) const override;
    bool Evicts() const override;

  private:
    Ptr<TcpConnPolicyFunctions> m_functions; //!< Who decides.
};

/** @ingroup tcp-conn
 * A retry schedule by functions; what they do not decide, as TcpConnRetryRfc6298.  A timeout that
 * is not more than 0 ends the program.
 */
class TcpConnFunctionRetry : public TcpConnRetryRfc6298
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    Time SynTimeout(const TcpConnSettings& settings) const override;
    Time Backoff(Time rto, uint32_t retries, const TcpConnSettings& settings) const override;
    bool GiveUp(const TcpConnTcb& tcb, const TcpConnSettings& settings, Time now) const override;

  private:
    Ptr<TcpConnPolicyFunctions> m_functions; //!< Who decides.
};

} // namespace ns3

#endif /* TCP_CONN_FUNCTION_POLICY_H */
