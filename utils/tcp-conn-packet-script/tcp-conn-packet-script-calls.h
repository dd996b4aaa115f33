/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PACKET_SCRIPT_CALLS_H
#define TCP_CONN_PACKET_SCRIPT_CALLS_H

#include "tcp-conn-packet-script-sockets.h"
#include "tcp-conn-packet-script.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * The calls of a script: names and arguments of system calls, to sockets.
 */

namespace ns3
{
namespace TcpConnPacketScript
{

/** The application of a script: its descriptors, by the numbers that the script gives them. */
class Calls
{
  public:
    /**
     * @param testbed the host
     * @param setup what the script runs with
     * @param changed called when a socket has something to tell
     */
    Calls(Testbed& testbed, const Setup& setup, Descriptor::Changed changed);

    /**
     * Do a call, or try again one that blocked.
     * @param event an event of kind CALL
     * @return what it returns
     * @throws Failure where it cannot be done as written
     * @throws Unsupported where the runner or the socket cannot do it
     */
    Answer Do(const Event& event);

    /**
     * @param event an event of kind CALL
     * @param answer what its call returned
     * @return "" if that is what the script says; else what it returned
     */
    static std::string Compare(const Event& event, const Answer& answer);

    /**
     * Set an attribute that stands for a sysctl, for all sockets from now on.
     * @param name attribute
     * @param value its value
     */
    void SetDefault(const std::string& name, const std::string& value);

    /** @return the port that was bound last, or 0. */
    uint16_t BoundPort() const;

  private:
    Answer DoSocket();
    Answer DoAddress(Descriptor& descriptor);
    Answer DoAccept(Descriptor& descriptor);
    Answer DoText(Descriptor& descriptor);
    Answer DoSetOption(Descriptor& descriptor);
    Answer DoGetOption(Descriptor& descriptor);
    Answer DoControl(Descriptor& descriptor);
    Answer DoPoll();
    Answer DoClose(Descriptor& descriptor);

    Address ReadAddress(const Expression& expression, bool peer) const;
    const Expression& Argument(std::size_t index) const;
    int64_t Number(const Expression& expression) const;
    int64_t VectorSize(const Expression& list) const;
    std::shared_ptr<Descriptor> Find(int64_t number) const;
    [[noreturn]] void Refuse(const std::string& feature) const;

    Testbed& m_testbed;                                       //!< The host.
    const Setup& m_setup;                                     //!< What the script runs with.
    Descriptor::Changed m_changed;                            //!< When sockets tell something.
    std::map<int64_t, std::shared_ptr<Descriptor>> m_sockets; //!< By number in the script.
    std::map<std::string, std::string> m_defaults;            //!< Attributes of new sockets.
    uint16_t m_boundPort{0};                                  //!< The port that was bound last.
    const Event* m_event{nullptr};                            //!< The call that is done.
};

} // namespace TcpConnPacketScript
} // namespace ns3

#endif /* TCP_CONN_PACKET_SCRIPT_CALLS_H */
