/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PACKET_SCRIPT_H
#define TCP_CONN_PACKET_SCRIPT_H

#include "ns3/nstime.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * What a packet script says.  The language is packetdrill's: a list of events, each with a time,
 * that are segments into and out of a host and socket calls of an application on it.
 */

namespace ns3
{
namespace TcpConnPacketScript
{

/** A script cannot be read, or a line of it does not hold. */
struct Failure
{
    int line;         //!< Line of the script, from 1.
    std::string what; //!< The reason, for a reader of the script.
};

/** A script uses something that this runner does not do. */
struct Unsupported
{
    int line;         //!< Line of the script, from 1.
    std::string what; //!< Name of the feature.
};

/** When an event shall happen. */
struct When
{
    /** How the times count. */
    enum Kind
    {
        ABSOLUTE, //!< From the start of the script.
        RELATIVE, //!< From the event before.
        ANY       //!< Whenever it happens.
    };

    Kind kind{ABSOLUTE}; //!< How the times count.
    Time from;           //!< The time, or the earliest.
    Time to;             //!< The same, or the latest.
    bool range{false};   //!< from and to were given.
};

/** An argument or result of a call. */
struct Expression
{
    /** What it is. */
    enum Kind
    {
        ELLIPSIS, //!< "...": anything.
        INTEGER,  //!< number.
        WORD,     //!< text: the name of a constant.
        STRING,   //!< text.
        BITS,     //!< parts, joined by "|".
        ARRAY,    //!< parts, in [ ].
        STRUCT,   //!< parts, in { }; those with names are NAMED.
        NAMED,    //!< text = parts[0].
        CALL      //!< text ( parts ).
    };

    Kind kind{ELLIPSIS};           //!< What it is.
    int64_t number{0};             //!< INTEGER.
    std::string text;              //!< WORD, STRING, NAMED, CALL.
    std::vector<Expression> parts; //!< BITS, ARRAY, STRUCT, NAMED, CALL.

    /**
     * @param name of a member
     * @return the value of a member of a STRUCT, or nullptr
     */
    const Expression* Member(const std::string& name) const;
    /**
     * @param word a constant
     * @return whether it is the constant, or has it among its bits
     */
    bool Has(const std::string& word) const;
    /** @return the text of the expression in a script */
    std::string Text() const;
};

/** A TCP option of a segment. */
struct Option
{
    /** Option kinds, by number (IANA). */
    enum Kind : uint8_t
    {
        EOL = 0,        //!< End of list.
        NOP = 1,        //!< No operation.
        MSS = 2,        //!< first: the size.
        WSCALE = 3,     //!< first: the shift.
        SACK_OK = 4,    //!< SACK permitted.
        SACK = 5,       //!< blocks.
        TIMESTAMPS = 8, //!< first: TSval, second: TSecr.
    };

    Kind kind;                                         //!< Kind.
    uint32_t first{0};                                 //!< First value.
    uint32_t second{0};                                //!< Second value.
    std::vector<std::pair<uint32_t, uint32_t>> blocks; //!< SACK blocks.
};

/** A segment, or an ICMP error. */
struct PacketLine
{
    bool inbound{false};         //!< Into the host.
    bool hasPorts{false};        //!< Ports are given.
    uint16_t from{0};            //!< Source port.
    uint16_t to{0};              //!< Destination port.
    uint8_t flags{0};            //!< TCP flags.
    uint32_t seq{0};             //!< Sequence number as the script counts.
    uint32_t length{0};          //!< Length of the text.
    uint32_t ack{0};             //!< Acknowledgement number as the script counts.
    int64_t window{-1};          //!< Window field, or -1.
    uint16_t urgent{0};          //!< Urgent pointer.
    bool anyOptions{false};      //!< "<...>".
    std::vector<Option> options; //!< Options in order.

    std::string icmpType; //!< ICMP: its type by name; else empty.
    std::string icmpCode; //!< ICMP: its code by name, or empty.
    uint32_t mtu{0};      //!< ICMP: MTU of the next hop.
    bool quotes{false};   //!< ICMP: seq and length are those of the quoted segment.
};

/** A socket call. */
struct CallLine
{
    std::string name;                  //!< Function.
    std::vector<Expression> arguments; //!< Arguments.
    Expression result;                 //!< Return value.
    std::string error;                 //!< errno by name, or empty.
    bool blocks{false};                //!< Its end has a time of its own.
    Time end;                          //!< When it returns, counted as the event's time.
};

/** One line of a script. */
struct Event
{
    /** What it is. */
    enum Kind
    {
        PACKET, //!< packet.
        CALL,   //!< call.
        SHELL,  //!< text: a command in backticks.
        CODE    //!< text: a program in %{ }%.
    };

    Kind kind{PACKET};  //!< What it is.
    int line{0};        //!< Where it begins.
    When when;          //!< When it happens.
    PacketLine packet;  //!< PACKET.
    CallLine call;      //!< CALL.
    std::string text;   //!< SHELL, CODE.
    std::string source; //!< First line of it in the script, without blanks at the ends.
};

/** A whole script. */
struct Script
{
    std::string name;                                         //!< File name.
    std::vector<std::pair<std::string, std::string>> options; //!< --name=value.
    std::vector<Event> events; //!< Events in order; first the commands without a time.
};

/**
 * @param flags TCP flags
 * @return them as a script writes them: "S.", "-" for none
 */
std::string FlagText(uint8_t flags);

/**
 * @param packet a segment
 * @return it as a script writes it
 */
std::string PacketText(const PacketLine& packet);

} // namespace TcpConnPacketScript
} // namespace ns3

#endif /* TCP_CONN_PACKET_SCRIPT_H */
