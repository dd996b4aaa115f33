/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_BENCH_SWITCH_H
#define TCP_CONN_BENCH_SWITCH_H

#include "ns3/mac48-address.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/simple-channel.h"

#include <map>

namespace ns3
{

/**
 * A switch for any number of hosts: a frame goes to the device that it is for, and is not looked
 * at by all others; so that the network's own cost does not grow with the number of hosts.
 */
class TcpConnBenchSwitch : public SimpleChannel
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    /**
     * Put a device on each node and connect them.
     * @param nodes the nodes
     * @param delay from any to any other
     * @return the devices
     */
    static NetDeviceContainer Connect(const NodeContainer& nodes, Time delay);

    void Send(Ptr<Packet> packet,
              uint16_t protocol,
              Mac48Address to,
              Mac48Address from,
              Ptr<SimpleNetDevice> sender) override;
    void Add(Ptr<SimpleNetDevice> device) override;

  private:
    std::map<Mac48Address, Ptr<SimpleNetDevice>> m_byAddress; //!< The devices.
    Time m_latency;                                           //!< From any to any other.
};

} // namespace ns3

#endif /* TCP_CONN_BENCH_SWITCH_H */
