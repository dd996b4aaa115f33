/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-packet-script-options.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstdlib>
#include <map>
#include <set>

namespace ns3
{
namespace TcpConnPacketScript
{

namespace
{

/** A number of an option. */
uint32_t
NumberOf(const std::string& name, const std::string& value, uint32_t least, uint32_t most)
{
    char* end = nullptr;
    const long long number = std::strtoll(value.c_str(), &end, 0);
    if (value.empty() || *end != '\0' || number < least || number > most)
    {
        throw Failure{1,
                      "--" + name + "=" + value + ": expected a number from " +
                          std::to_string(least) + " to " + std::to_string(most)};
    }
    return static_cast<uint32_t>(number);
}

void
ApplyIpVersion(const std::string& value, Setup& setup)
{
    if (value != "ipv4" && value != "ipv6" && value != "ipv4-mapped-ipv6")
    {
        throw Failure{1, "--ip_version=" + value + ": expected ipv4, ipv6 or ipv4-mapped-ipv6"};
    }
    setup.ipv6 = value == "ipv6";
    setup.mapped = value == "ipv4-mapped-ipv6";
}

/** A value of a sysctl, as attributes. */
Attributes
SysctlOf(const std::string& name, const std::string& value)
{
    static const std::map<std::string, std::string> same{
        {"net.ipv4.tcp_timestamps", "Timestamp"},
        {"net.ipv4.tcp_sack", "Sack"},
        {"net.ipv4.tcp_window_scaling", "WindowScaling"},
        {"net.ipv4.tcp_syn_retries", "ConnCount"},
        {"net.ipv4.tcp_retries2", "DataRetries"},
        {"net.inet.tcp.sack.enable", "Sack"},
    };
    static const std::map<std::string, std::string> seconds{
        {"net.ipv4.tcp_fin_timeout", "FinWait2Timeout"},
    };
    static const std::map<std::string, std::string> milliseconds{
        {"net.inet.tcp.finwait2_timeout", "FinWait2Timeout"},
    };
    const auto known = same.find(name);
    if (known != same.end())
    {
        return {{known->second, value}};
    }
    if (seconds.count(name))
    {
        return {{seconds.at(name), value + "s"}};
    }
    if (milliseconds.count(name))
    {
        return {{milliseconds.at(name), value + "ms"}};
    }
    if (name == "net.inet.tcp.rfc1323")
    {
        return {{"Timestamp", value}, {"WindowScaling", value}};
    }
    if (name == "net.inet.tcp.msl")
    {
        return {{"MaxSegLifetime", std::to_string(std::atof(value.c_str()) / 1000)}};
    }
    if (name == "net.ipv4.tcp_ecn" || name == "net.inet.tcp.ecn.enable")
    {
        return {{"UseEcn", value == "1" ? "On" : (value == "2" ? "AcceptOnly" : "Off")}};
    }
    return {};
}

} // namespace

void
ApplyOptions(const Script& script, Setup& setup)
{
    static const std::set<std::string> meaningless{"speed",
                                                   "gateway_ip",
                                                   "netmask_ip",
                                                   "init_scripts",
                                                   "non_fatal",
                                                   "send_omit_free",
                                                   "tcp_ts_tick_usecs",
                                                   "persistent_tun_dev"};
    for (const auto& option : script.options)
    {
        const std::string& name = option.first;
        const std::string& value = option.second;
        if (name == "ip_version")
        {
            ApplyIpVersion(value, setup);
        }
        else if (name == "tolerance_usecs")
        {
            setup.tolerance = MicroSeconds(NumberOf(name, value, 0, 1000000000));
        }
        else if (name == "mtu")
        {
            setup.mtu = NumberOf(name, value, 68, 65535);
        }
        else if (name == "mss")
        {
            setup.attributes.emplace_back("SegmentSize", value);
        }
        else if (name == "bind_port")
        {
            setup.bindPort = static_cast<uint16_t>(NumberOf(name, value, 1, 65535));
        }
        else if (name == "connect_port")
        {
            setup.connectPort = static_cast<uint16_t>(NumberOf(name, value, 1, 65535));
        }
        else if (name == "local_ip")
        {
            setup.local = value;
        }
        else if (name == "remote_ip")
        {
            setup.remote = value;
        }
        else if (name == "ns3_attribute")
        {
            const std::size_t middle = value.find('=');
            if (middle == std::string::npos)
            {
                throw Failure{1, "--" + name + "=" + value + ": expected <name>=<value>"};
            }
            setup.attributes.emplace_back(value.substr(0, middle), value.substr(middle + 1));
        }
        else if (meaningless.count(name) == 0)
        {
            throw Unsupported{1, "script option --" + name};
        }
    }
    for (const std::string& address : {setup.local, setup.remote})
    {
        if (!address.empty() && !IsAddress(setup.ipv6, address))
        {
            throw Failure{1, "'" + address + "' is no address of this IP version"};
        }
    }
}

bool
IsAddress(bool v6, const std::string& text)
{
    uint8_t bytes[16];
    return inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), bytes) == 1;
}

Attributes
FindSysctls(const std::string& command)
{
    // Words of the form net.a.b=value, or /proc/sys/net/a/b=value; blanks, quotes and semicolons
    // end a word.
    const std::string ends = " \t\n\";";
    Attributes found;
    for (size_t at = command.find_first_not_of(ends); at != std::string::npos;)
    {
        const size_t end = std::min(command.find_first_of(ends, at), command.size());
        const std::string word = command.substr(at, end - at);
        at = command.find_first_not_of(ends, end);
        const size_t net = word.find("net");
        const size_t equals = word.find('=');
        if (net == std::string::npos || equals == std::string::npos || net > equals)
        {
            continue;
        }
        std::string name = word.substr(net, equals - net);
        std::replace(name.begin(), name.end(), '/', '.');
        for (const auto& attribute : SysctlOf(name, word.substr(equals + 1)))
        {
            found.push_back(attribute);
        }
    }
    return found;
}

bool
FindIcmp(bool v6, const PacketLine& packet, uint8_t& type, uint8_t& code)
{
    using Numbers = std::map<std::string, uint8_t>;
    static const Numbers types4{{"unreachable", 3},
                                {"source_quench", 4},
                                {"time_exceeded", 11},
                                {"parameter_problem", 12}};
    static const Numbers types6{{"unreachable", 1},
                                {"packet_too_big", 2},
                                {"time_exceeded", 3},
                                {"parameter_problem", 4}};
    static const Numbers codes4{{"net_unreachable", 0},
                                {"host_unreachable", 1},
                                {"protocol_unreachable", 2},
                                {"port_unreachable", 3},
                                {"frag_needed", 4},
                                {"source_route_failed", 5},
                                {"net_unknown", 6},
                                {"host_unknown", 7},
                                {"source_host_isolated", 8},
                                {"net_prohibited", 9},
                                {"host_prohibited", 10},
                                {"net_unreachable_for_service", 11},
                                {"host_unreachable_for_service", 12},
                                {"packet_filtered", 13},
                                {"precedence_violation", 14},
                                {"precedence_cutoff", 15}};
    static const Numbers codes6{{"no_route", 0},
                                {"admin_prohibited", 1},
                                {"not_neighbour", 2},
                                {"addr_unreachable", 3},
                                {"port_unreachable", 4}};
    const Numbers& types = v6 ? types6 : types4;
    const Numbers& codes = v6 ? codes6 : codes4;
    const auto foundType = types.find(packet.icmpType);
    const auto foundCode = codes.find(packet.icmpCode);
    if (foundType == types.end() ||
        (!packet.icmpCode.empty() && foundCode == codes.end() && packet.icmpType == "unreachable"))
    {
        return false;
    }
    type = foundType->second;
    code = foundCode == codes.end() ? 0 : foundCode->second;
    return true;
}

} // namespace TcpConnPacketScript
} // namespace ns3
