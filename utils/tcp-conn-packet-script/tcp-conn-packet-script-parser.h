/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PACKET_SCRIPT_PARSER_H
#define TCP_CONN_PACKET_SCRIPT_PARSER_H

#include "tcp-conn-packet-script.h"

#include <string>

namespace ns3
{
namespace TcpConnPacketScript
{

/**
 * Read a script.
 * @param name what to call it in messages
 * @param text the script
 * @return what it says
 * @throws Failure at the first thing that is not of the language
 * @throws Unsupported at the first thing of the language that is not done here
 */
Script Parse(const std::string& name, const std::string& text);

} // namespace TcpConnPacketScript
} // namespace ns3

#endif /* TCP_CONN_PACKET_SCRIPT_PARSER_H */
