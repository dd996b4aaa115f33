/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-packet-script.h"

#include <sstream>

namespace ns3
{
namespace TcpConnPacketScript
{

namespace
{

/** Join the texts of expressions. */
std::string
Join(const std::vector<Expression>& parts, const char* between)
{
    std::string text;
    for (const Expression& part : parts)
    {
        text += (text.empty() ? "" : between) + part.Text();
    }
    return text;
}

std::string
OptionText(const Option& option)
{
    std::ostringstream text;
    switch (option.kind)
    {
    case Option::EOL:
        return "eol";
    case Option::NOP:
        return "nop";
    case Option::MSS:
        text << "mss " << option.first;
        break;
    case Option::WSCALE:
        text << "wscale " << option.first;
        break;
    case Option::SACK_OK:
        return "sackOK";
    case Option::SACK:
        text << "sack";
        for (const auto& block : option.blocks)
        {
            text << " " << block.first << ":" << block.second;
        }
        break;
    case Option::TIMESTAMPS:
        text << "TS val " << option.first << " ecr " << option.second;
        break;
    default:
        text << "kind " << static_cast<int>(option.kind);
        break;
    }
    return text.str();
}

} // namespace

const Expression*
Expression::Member(const std::string& name) const
{
    for (const Expression& part : parts)
    {
        if (part.kind == NAMED && part.text == name)
        {
            return &part.parts[0];
        }
    }
    return nullptr;
}

bool
Expression::Has(const std::string& word) const
{
    if (kind == WORD)
    {
        return text == word;
    }
    bool found = false;
    for (const Expression& part : parts)
    {
        found = found || (kind == BITS && part.Has(word));
    }
    return found;
}

std::string
Expression::Text() const
{
    switch (kind)
    {
    case INTEGER:
        return std::to_string(number);
    case WORD:
        return text;
    case STRING:
        return "\"" + text + "\"";
    case BITS:
        return Join(parts, "|");
    case ARRAY:
        return "[" + Join(parts, ", ") + "]";
    case STRUCT:
        return "{" + Join(parts, ", ") + "}";
    case NAMED:
        return text + "=" + parts[0].Text();
    case CALL:
        return text + "(" + Join(parts, ", ") + ")";
    default:
        return "...";
    }
}

std::string
FlagText(uint8_t flags)
{
    // In the order in which scripts usually write them.
    static const std::pair<uint8_t, char> names[] = {{0x02, 'S'},
                                                     {0x01, 'F'},
                                                     {0x04, 'R'},
                                                     {0x08, 'P'},
                                                     {0x20, 'U'},
                                                     {0x40, 'E'},
                                                     {0x80, 'W'},
                                                     {0x10, '.'}};
    std::string text;
    for (const auto& name : names)
    {
        if (flags & name.first)
        {
            text.push_back(name.second);
        }
    }
    return text.empty() ? "-" : text;
}

std::string
PacketText(const PacketLine& packet)
{
    std::ostringstream text;
    text << (packet.inbound ? "<" : ">");
    if (packet.hasPorts)
    {
        text << " " << packet.from << " > " << packet.to;
    }
    if (!packet.icmpType.empty())
    {
        text << " icmp " << packet.icmpType << " " << packet.icmpCode;
        return text.str();
    }
    text << " " << FlagText(packet.flags) << " " << packet.seq << ":"
         << static_cast<uint32_t>(packet.seq + packet.length) << "(" << packet.length << ")";
    if (packet.flags & 0x10)
    {
        text << " ack " << packet.ack;
    }
    if (packet.window >= 0)
    {
        text << " win " << packet.window;
    }
    if (packet.flags & 0x20)
    {
        text << " urg " << packet.urgent;
    }
    if (packet.anyOptions)
    {
        text << " <...>";
    }
    else if (!packet.options.empty())
    {
        std::string list;
        for (const Option& option : packet.options)
        {
            list += (list.empty() ? "" : ",") + OptionText(option);
        }
        text << " <" << list << ">";
    }
    return text.str();
}

} // namespace TcpConnPacketScript
} // namespace ns3
