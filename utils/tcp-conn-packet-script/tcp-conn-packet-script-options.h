/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PACKET_SCRIPT_OPTIONS_H
#define TCP_CONN_PACKET_SCRIPT_OPTIONS_H

#include "tcp-conn-packet-script-testbed.h"
#include "tcp-conn-packet-script.h"

#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * What a script says of the host: its options and the sysctls that it sets.
 */

namespace ns3
{
namespace TcpConnPacketScript
{

/**
 * Apply the options of a script.
 * @param script the script
 * @param setup changed to what they say
 * @throws Failure where a value is not legal
 * @throws Unsupported where an option is not known
 */
void ApplyOptions(const Script& script, Setup& setup);

/** Attributes of sockets, by name, and their values. */
using Attributes = std::vector<std::pair<std::string, std::string>>;

/**
 * Find sysctls in a command.
 * @param command a command in backticks
 * @return the attributes that stand for those that are known
 */
Attributes FindSysctls(const std::string& command);

/**
 * Number of an ICMP error.
 * @param v6 ICMPv6
 * @param packet a line with ICMP
 * @param type set to its type
 * @param code set to its code
 * @return whether its names are known
 */
bool FindIcmp(bool v6, const PacketLine& packet, uint8_t& type, uint8_t& code);

/**
 * @param v6 an IPv6 address is meant
 * @param text an address
 * @return whether it is one
 */
bool IsAddress(bool v6, const std::string& text);

} // namespace TcpConnPacketScript
} // namespace ns3

#endif /* TCP_CONN_PACKET_SCRIPT_OPTIONS_H */
