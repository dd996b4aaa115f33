/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_ADMISSION_H
#define TCP_CONN_ADMISSION_H

#include "tcp-conn-policy.h"


namespace ns3
{


/** @ingroup tcp-conn
 * Which SYNs a listener takes, and where the connections wait.
 */
class TcpConnAdmission : public TcpConnPolicy
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    /** What becomes of a SYN. */
    enum class Verdict : uint8_t
    {
        ADMIT,  //!< It is taken.
        DROP,   //!< It is dropped: the client tries again.
        REFUSE, //!< It is answered by a reset.
    };

    /**
     * @param halfOpen connections of the listener in SYN-RECEIVED
     * @param accepting connections that wait to be accepted
     * @return what becomes of one more SYN
     */
    virtual Verdict Admit(uint32_t halfOpen, uint32_t accepting) const = 0;
};

/** @ingroup tcp-conn
 * A SYN queue and an accept queue, each no longer than the backlog, as Linux has them.
 */
class TcpConnBacklog : public TcpConnAdmission
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    Verdict Admit(uint32_t halfOpen, uint32_t accepting) const override;

  private:
    uint32_t m_backlog{0}; //!< Length of each queue.
};

/** @ingroup tcp-conn
 * Every SYN is taken, as stock ns-3 does.
 */
class TcpConnUnlimited : public TcpConnAdmission
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    Verdict Admit(uint32_t halfOpen, uint32_t accepting) const override;
};

} // namespace ns3

#endif /* TCP_CONN_ADMISSION_H */
