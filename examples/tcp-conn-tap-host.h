/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TAP_HOST_H
#define TCP_CONN_TAP_HOST_H

#include "ns3/address.h"
#include "ns3/command-line.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/queue-disc.h"
#include "ns3/socket.h"

#include <cstdint>
#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * A simulated host that the Linux kernel can reach:
 *
 *     kernel -- TAP -- router -- point-to-point link -- host
 *
 * The link has a rate, a delay and an impairment queue disc at each end, so that the network
 * between the two misbehaves inside the simulation and in both directions.
 */

namespace ns3
{
namespace TcpConnTap
{

/// Exit code of a run that the machine does not permit: automake's "skipped".
constexpr int SKIPPED = 77;

/// What the command line says of the host and of its network.
struct Setup
{
    std::string tcp{"ns3::TcpConnL4Protocol"};        //!< TypeId of the protocol, or "stock".
    std::string factory{"ns3::TcpConnSocketFactory"}; //!< TypeId of its socket factory.
    std::string device{"tap0"};                       //!< TAP device.
    bool ipv6{false};                                 //!< Use IPv6.
    std::string control{"."};                         //!< Folder of the control files.
    Time limit{Seconds(60)};                          //!< Longest run.
    double msl{0.5};                                  //!< Maximum segment lifetime, seconds.
    uint32_t segment{1400};                           //!< Segment size, bytes.
    uint32_t buffer{131072};                          //!< Send and receive buffers, bytes.
    std::string rate{"1Gbps"};                        //!< Rate of the link.
    std::string delay{"100us"};                       //!< Delay of the link.
    double loss{0};                                   //!< Probability of losing a segment.
    double duplicate{0};                              //!< Probability of doubling a segment.
    double reorder{0};                                //!< Probability of a segment being overtaken.
    std::string pcap;                                 //!< Capture file.

    /** @param cmd gets an option for each of these */
    void AddTo(CommandLine& cmd);
    /** Ends the program where one of them has a value that it cannot work with. */
    void Check() const;
};

/**
 * Tell one event: a line on standard output, at once, with the time in seconds.
 * @param text what happened
 */
void Tell(const std::string& text);

/// The host, the router, and what is between them.
class Host
{
  public:
    /**
     * Real time, checksums and defaults of sockets; then the nodes.  Ends the program if a TypeId
     * is not known.
     * @param setup what to make
     */
    explicit Host(Setup setup);

    /**
     * Attach to the TAP device.
     * @return whether the machine permits it; else standard error tells why not
     */
    bool Attach();

    /** @return a new socket of the protocol under test. */
    Ptr<Socket> NewSocket() const;

    /**
     * @param port a port
     * @return the simulated host's address with the port
     */
    Address Own(uint16_t port) const;

    /**
     * @param port a port
     * @return the kernel's address with the port
     */
    Address Kernel(uint16_t port) const;

    /**
     * @param name a control file
     * @return whether it is there
     */
    bool Told(const std::string& name) const;

    /// Tell the protocol's table of connections, if it shows one.
    void TellTable() const;

    /// Tell what each rule of impairment did.
    void TellRules() const;

    const Setup setup; //!< What it was made from.

  private:
    void MakeNodes();
    void MakeLink();
    void Impair(Ptr<NetDevice> device, Ptr<QueueDisc>& disc);
    std::string Rules() const;

    Ptr<Node> m_host;     //!< The simulated host.
    Ptr<Node> m_router;   //!< Between it and the TAP device.
    Ptr<QueueDisc> m_in;  //!< Impairs what comes to the host; null: nothing does.
    Ptr<QueueDisc> m_out; //!< Impairs what it sends.
};

} // namespace TcpConnTap
} // namespace ns3

#endif /* TCP_CONN_TAP_HOST_H */
