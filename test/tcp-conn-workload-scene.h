/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_WORKLOAD_SCENE_H
#define TCP_CONN_WORKLOAD_SCENE_H

#include "tcp-conn-two-hosts.h"

#include "ns3/tcp-conn-workload-client.h"
#include "ns3/tcp-conn-workload-helper.h"
#include "ns3/tcp-conn-workload-server.h"

#include <sstream>
#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * What tests of the workload share: a client, a server, and a record of what they told.
 */

namespace ns3
{
namespace TcpConnTest
{

/// Where the server of a WorkloadScene listens.
constexpr uint16_t PORT = 80;

/**
 * @param stack a TCP
 * @return its name
 */
std::string NameOf(Stack stack);

/// A client on host 0, a server on host 1, and what they told.
struct WorkloadScene
{
    /**
     * @param first TCP of the client
     * @param second TCP of the server
     * @param ipv6 whether they use IPv6
     * @param loss probability that a packet is lost
     */
    WorkloadScene(Stack first, Stack second, bool ipv6 = false, double loss = 0);

    /**
     * @param name attribute of the client
     * @param value its value as text
     */
    void Set(const std::string& name, const std::string& value);

    /**
     * @param name attribute of the client, a random variable
     * @param value its only value
     */
    void Fix(const std::string& name, double value);

    /**
     * Make the applications.
     * @param stream first random stream
     * @param listen make the server too
     */
    void Install(int64_t stream = 500, bool listen = true);

    /// @param seconds how long the simulation takes
    void Run(double seconds);

    TwoHosts hosts;                           //!< The hosts.
    TcpConnWorkloadClientHelper clientHelper; //!< Makes the client.
    TcpConnWorkloadServerHelper serverHelper; //!< Makes the server.
    Ptr<TcpConnWorkloadClient> client;        //!< The client.
    Ptr<TcpConnWorkloadServer> server;        //!< The server.
    bool identities{true};                    //!< The counters always added up.
    Time setUp{0};                            //!< Last set-up time.
    Time completed{0};                        //!< Duration of the last that completed.
    std::string causes;                       //!< Causes of failure.
    uint32_t active{0};                       //!< Active connections, as traced.
    uint32_t mostActive{0};                   //!< Their greatest number.
    std::ostringstream log;                   //!< Everything that was told.

  private:
    /// Look at the counters' identities, again and again.
    void Watch();
    /// @param app whose counters shall add up
    void Judge(Ptr<TcpConnWorkloadApp> app);
    /// Trace Accepted.
    void Accepted(const Address& from);
    /// Trace Served.
    void Served(Time total);
    /// Trace SetUpTime.
    void SetUp(Time time);
    /// Trace Completed.
    void Completed(Time total);
    /// Trace Failed.
    void Failed(const std::string& cause);
    /// Trace Active.
    void ActiveChanged(uint32_t from, uint32_t to);
    /// @param what an event @param time what it told
    void Note(const std::string& what, Time time);
};

} // namespace TcpConnTest
} // namespace ns3

#endif /* TCP_CONN_WORKLOAD_SCENE_H */
