/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_IMPAIRMENT_RULE_H
#define TCP_CONN_IMPAIRMENT_RULE_H

#include "tcp-conn-impairment-packet.h"

#include "ns3/nstime.h"
#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{

/// A time to wait: constant, or drawn anew each time.
struct TcpConnImpairmentDelay
{
    Time constant;                   //!< The time, if nothing is drawn.
    Ptr<RandomVariableStream> drawn; //!< Seconds; null if constant.

    /** @return the time; a negative draw counts as zero */
    Time Next() const;
};

/// Numbers from first to last, both included.
struct TcpConnImpairmentRange
{
    uint32_t first{0};         //!< The first.
    uint32_t last{UINT32_MAX}; //!< The last.

    /**
     * @param number a number
     * @return it is in the range; a range that ends before it begins has none
     */
    bool Has(uint32_t number) const
    {
        return number >= first && number <= last;
    }

    /**
     * @param begin first sequence number
     * @param length how many there are, at least 1
     * @return one of them is in the range, which may wrap at 2^32
     */
    bool Overlaps(uint32_t begin, uint32_t length) const
    {
        return begin - first <= last - first || first - begin < length;
    }
};

/// One end of a conversation, as a rule names it.
struct TcpConnImpairmentEndpoint
{
    /// Which addresses a host can have.
    enum class Family : uint8_t
    {
        ANY,  //!< Any address.
        IPV4, //!< IPv4, of a prefix.
        IPV6  //!< IPv6, of a prefix.
    };

    Family family{Family::ANY};                 //!< What kind of address.
    TcpConnImpairmentPacket::Bytes address{};   //!< The address, in the form of a packet's.
    uint32_t prefix{0};                         //!< Bits of it that count.
    std::optional<TcpConnImpairmentRange> port; //!< The port; any if absent.

    /**
     * @param packet a packet
     * @param source its source, not its destination
     * @return that end of it is this one
     */
    bool Has(const TcpConnImpairmentPacket& packet, bool source) const;
};

/// Source and destination, as a rule names them.
struct TcpConnImpairmentPair
{
    TcpConnImpairmentEndpoint source;      //!< The source.
    TcpConnImpairmentEndpoint destination; //!< The destination.
    bool both{false};                      //!< The other direction too.

    /**
     * @param packet a packet
     * @return it goes between these
     */
    bool Has(const TcpConnImpairmentPacket& packet) const;
};

/**
 * @ingroup tcp-conn
 *
 * What a rule says: read from one line of text.
 *
 * A rule is an action and, in any order, what it needs and the conditions under which it applies.
 * Words are in lower case and the names of flags in upper case; white space separates them.
 *
 * @code
 * rule       = action *( parameter / condition )
 * action     = "pass" / "drop" / "delay" / "duplicate" / "reorder" / "corrupt"
 *
 * parameter  = [ "by" ] duration          ; delay: for how long, needed
 *            / "copies" number            ; duplicate: how many more, 1 unless told
 *            / "after" duration           ; duplicate: time from one to the next, 0 unless told
 *            / "by" number                ; reorder: how many go first, 1 unless told
 *            / "by" duration              ; reorder: or for how long it waits
 *            / "within" time              ; reorder: waits at most this long, 1 s unless told
 *            / "at" part                  ; corrupt: where, see below
 *            / "bits" number              ; corrupt: how many bits, 1 unless told
 * part       = "payload" / "header" / "checksum" / number
 *
 * condition  = "tcp" / "udp" / "icmp" / "any"    ; tcp unless told
 *            / "ipv4" / "ipv6"
 *            / flags / "exactly" flags / "allof" flags / "anyof" flags / "noneof" flags
 *            / "data" / "pureack"
 *            / "from" end / "to" end / "conn" end ( ">" / "<>" ) end
 *            / "seq" range / "ack" range / "length" range
 *            / "time" [ time ] "-" [ time ]
 *            / "occurrence" range *( "," range ) / "first" number / "every" number
 *            / "per" "conn"
 *            / "probability" decimal
 *            / "limit" number
 * flags      = flag *( ( "," / "+" ) flag )
 * flag       = "FIN" / "SYN" / "RST" / "PSH" / "ACK" / "URG" / "ECE" / "CWR" / "AE"
 * end        = host [ ":" ports ] / ":" ports
 * host       = "*" / IPv4 [ "/" bits ] / "[" IPv6 [ "/" bits ] "]"
 * ports      = "*" / range
 * range      = number [ "-" [ number ] ]
 * duration   = time / "ns3::" random variable [ "[" name "=" value *( "|" name "=" value ) "]" ]
 * time       = decimal ( "s" / "ms" / "us" / "ns" / "ps" / "fs" / "min" / "h" / "d" / "y" )
 * @endcode
 *
 * - flags: those named are set.  Of SYN, FIN and RST, those not named are clear; with SYN, so is
 * ACK unless named.  The others can be either.  So SYN is the first segment of a handshake and
 * SYN,ACK the second, with or without ECN; FIN matches although it always carries ACK.
 * - exactly: those named are set and all others are clear.  allof, anyof, noneof: all, at least
 * one, none of those named are set.
 * - data: there is a payload.  pureack: ACK, without SYN, FIN, RST and payload.
 * - seq: the segment occupies at least one of these sequence numbers, as they are in the header;
 *   the range may wrap at 2^32.  A pure acknowledgment occupies none.  ack: the acknowledgment
 * field is in the range, and ACK is set.  length: bytes of payload.
 * - time: from the first, included, until the second, excluded, of the simulation.
 * - occurrence: the packets that meet all conditions above are counted from 1, by the rule; it
 *   applies to those.  first 2 is occurrence 1-2; every 3 is 3, 6, 9, ...  per conn: each direction
 *   of each connection is counted by itself.
 * - probability, 0 to 1, is drawn for what is left.  limit: the rule applies so many times in all.
 * - tcp, udp: whole segments and datagrams only.  any: every IPv4 and IPv6 packet.
 */
class TcpConnImpairmentSpec
{
  public:
    /// What is done to a packet.
    enum class Action : uint8_t
    {
        PASS,      //!< Nothing, and rules further down are not asked.
        DROP,      //!< Gone.
        DELAY,     //!< Held for some time.
        DUPLICATE, //!< Sent more than once.
        REORDER,   //!< Held until others have gone first.
        CORRUPT    //!< Bits inverted.
    };

    /// Of which transport.
    enum class Kind : uint8_t
    {
        TCP,  //!< TCP segments.
        UDP,  //!< UDP datagrams.
        ICMP, //!< ICMP and ICMPv6 messages.
        ANY   //!< All of IPv4 and IPv6.
    };

    /// Which flags: those of mask are as in value.
    struct Flags
    {
        uint16_t mask;  //!< Flags that count.
        uint16_t value; //!< What they are.
    };

    std::string text;                                     //!< The rule as it was written.
    Action action{Action::PASS};                          //!< What is done.
    std::optional<TcpConnImpairmentDelay> delay;          //!< By how long.
    uint32_t overtakers{0};                               //!< How many go first; 0: by time.
    Time within{Seconds(1)};                              //!< How long to wait for these.
    uint32_t copies{1};                                   //!< How many more.
    TcpConnImpairmentPacket::Part part{};                 //!< What is corrupted.
    uint32_t byte{0};                                     //!< Which byte, for Part::BYTE.
    uint32_t bits{1};                                     //!< How many bits.
    Kind kind{Kind::TCP};                                 //!< Transport.
    std::optional<bool> ipv6;                             //!< IP version.
    std::vector<Flags> flags;                             //!< All of these hold.
    std::vector<uint16_t> anyOf;                          //!< Of each, at least one is set.
    bool data{false};                                     //!< Has payload.
    bool pureAck{false};                                  //!< Has none, and no control flag.
    std::vector<TcpConnImpairmentPair> pairs;             //!< Ends, each of which holds.
    std::optional<TcpConnImpairmentRange> sequence;       //!< Sequence numbers.
    std::optional<TcpConnImpairmentRange> acknowledgment; //!< Acknowledgment field.
    std::optional<TcpConnImpairmentRange> length;         //!< Bytes of payload.
    std::optional<std::pair<Time, Time>> window;          //!< From the first to before the second.
    std::vector<TcpConnImpairmentRange> occurrences;      //!< Which ones; all if empty.
    uint32_t every{1};                                    //!< Each one that this divides.
    bool perConnection{false};                            //!< Counted by connection.
    double probability{1};                                //!< Of those, the share.
    uint32_t limit{UINT32_MAX};                           //!< Applies so many times at most.

    /**
     * Read a rule.
     * @param text one rule
     * @param spec what it says; unspecified if it cannot be read
     * @param error what is wrong: the rule, the place in it, and what could stand there
     * @return it could be read
     */
    static bool Parse(const std::string& text, TcpConnImpairmentSpec& spec, std::string& error);

    /**
     * Cut a text into rules, at semicolons and ends of lines; from # to the end of a line is
     * comment.
     * @param text any number of rules
     * @return each that is not empty
     */
    static std::vector<std::string> Split(const std::string& text);

    /**
     * The conditions that look at one packet alone.
     * @param packet a packet
     * @param now the time
     * @return they hold
     */
    bool Matches(const TcpConnImpairmentPacket& packet, Time now) const;

  private:
    /** @return the transport is the one asked for */
    bool MatchesKind(const TcpConnImpairmentPacket& packet) const;
    /** @return what is asked of a segment holds */
    bool MatchesSegment(const TcpConnImpairmentPacket& packet) const;
};

/**
 * @ingroup tcp-conn
 *
 * A rule at work: what it says, and what it has counted.
 */
class TcpConnImpairmentRule
{
  public:
    /// Random variable streams that a rule uses, whatever it says.
    static constexpr int64_t STREAMS = 2;

    /** @param spec what it says */
    explicit TcpConnImpairmentRule(TcpConnImpairmentSpec spec);

    /** @return what it says */
    const TcpConnImpairmentSpec& Get() const
    {
        return m_spec;
    }

    /**
     * Whether the rule applies to a packet.  Counts it.
     * @param packet a packet
     * @param now the time
     * @return it does
     */
    bool Applies(const TcpConnImpairmentPacket& packet, Time now);

    /**
     * @param packet of which something is to be corrupted
     * @param bytes its bytes from the transport header on
     * @return the same with bits inverted, drawn from the part that the rule names
     */
    Ptr<Packet> Corrupt(const TcpConnImpairmentPacket& packet, Ptr<const Packet> bytes) const;

    /** @return packets that met the conditions up to the counting of occurrences */
    uint64_t GetMatched() const
    {
        return m_matched;
    }

    /** @return packets that the rule was applied to */
    uint64_t GetHits() const
    {
        return m_hits;
    }

    /**
     * Use fixed streams of random numbers.
     * @param stream the first
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream);

  private:
    /** @return the place of this packet among those counted */
    uint64_t Count(const TcpConnImpairmentPacket& packet);
    /** @return that place is one of those asked for */
    bool Chosen(uint64_t place) const;

    TcpConnImpairmentSpec m_spec;                              //!< What it says.
    Ptr<UniformRandomVariable> m_random;                       //!< Probability and bits.
    uint64_t m_matched{0};                                     //!< Met the conditions.
    uint64_t m_hits{0};                                        //!< Applied to.
    std::map<TcpConnImpairmentPacket::Flow, uint64_t> m_flows; //!< Counts, by connection.
};

} // namespace ns3

#endif /* TCP_CONN_IMPAIRMENT_RULE_H */
