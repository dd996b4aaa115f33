/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TRACE_LINE_PRIVATE_H
#define TCP_CONN_TRACE_LINE_PRIVATE_H

#include "ns3/nstime.h"
#include "ns3/tcp-conn-trace.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * The text of records.  Characters are put one after the other into memory that has room for
 * them; each function gets where to write and returns where what it wrote ends.  Numbers are made
 * without iostreams: a trace has millions of them.
 */

namespace ns3
{

/** How values are written in traces of all forms. */
namespace TcpConnChars
{

/** Put bytes. @param p where @param text bytes @param length how many @return their end */
inline char*
PutText(char* p, const char* text, std::size_t length)
{
    std::memcpy(p, text, length);
    return p + length;
}

/** Put text. @param p where @param text the text @return its end */
inline char*
PutText(char* p, const char* text)
{
    return PutText(p, text, std::strlen(text));
}

/** Put a number. @param p where, with room for 20 digits @param number it @return its end */
inline char*
PutNumber(char* p, uint64_t number)
{
    return std::to_chars(p, p + 20, number).ptr;
}

/** Put a name and a number. @param p where @param name name @param number it @return its end */
inline char*
PutField(char* p, const char* name, uint64_t number)
{
    return PutNumber(PutText(p, name), number);
}

/** Put seconds with nine decimals. @param p where @param time the time @return its end */
char* PutTime(char* p, Time time);

/**
 * Put the names of flags.
 * @param p where
 * @param flags set of TcpConnFlag bits
 * @param separator what stands between them
 * @return their end
 */
char* PutFlags(char* p, uint16_t flags, char separator);

/**
 * Put the options that the grammar knows, each after a blank.
 * @param p where
 * @param options the options
 * @param separator what stands between blocks of a SACK option
 * @return their end
 */
char* PutOptions(char* p, const TcpConnOptions& options, char separator);

} // namespace TcpConnChars

/** @ingroup tcp-conn
 * Makes the lines of format tcp-conn-trace 1, and the ends of connections as in them.
 */
class TcpConnTraceLine
{
  public:
    static constexpr std::size_t SIZE = 512; //!< A line needs less, without cause and reason.

    /**
     * A line T.
     * @param p where, with room for SIZE bytes and the cause
     * @param t the transition
     * @return its end
     */
    char* Transition(char* p, const TcpConnTransition& t);
    /**
     * A line S, R or D.
     * @param p where, with room for SIZE bytes and the reason
     * @param kind 'S', 'R' or 'D'
     * @param s the segment
     * @return its end
     */
    char* Segment(char* p, char kind, const TcpConnSegmentEvent& s);
    /**
     * Both ends of a connection.
     * @param p where
     * @param key the connection
     * @param separator what stands between them
     * @return their end
     */
    char* Ends(char* p, const TcpConnKey& key, char separator);

  private:
    static constexpr std::size_t TEXTS = 256; //!< Texts of addresses that are kept.

    /** The text of an address, made once. */
    struct AddressText
    {
        TcpConnIp ip{};   //!< The address.
        bool v6{false};   //!< It is IPv6.
        std::string text; //!< "10.1.1.1" or "[2001:db8::1]"; empty: not made.
    };

    char* Origin(char* p, Time time, uint32_t node, uint64_t id, const TcpConnKey& key);
    char* End(char* p, const TcpConnIp& ip, uint16_t port, bool v6);

    std::array<AddressText, TEXTS> m_texts; //!< Texts of addresses.
};

} // namespace ns3

#endif /* TCP_CONN_TRACE_LINE_PRIVATE_H */
