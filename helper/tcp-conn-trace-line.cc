/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-trace-line-private.h"

#include <algorithm>

namespace ns3
{

namespace TcpConnChars
{

namespace
{

/** Names of the flags, in the order in which they are written. */
constexpr struct
{
    uint16_t bit;     //!< The flag.
    const char* name; //!< Its name, of three letters.
} FLAG_NAMES[] = {
    {TCP_CONN_SYN, "SYN"},
    {TCP_CONN_FIN, "FIN"},
    {TCP_CONN_RST, "RST"},
    {TCP_CONN_PSH, "PSH"},
    {TCP_CONN_ACK, "ACK"},
    {TCP_CONN_URG, "URG"},
    {TCP_CONN_ECE, "ECE"},
    {TCP_CONN_CWR, "CWR"},
};

} // namespace

char*
PutTime(char* p, Time time)
{
    int64_t ns = time.GetNanoSeconds();
    if (ns < 0)
    {
        *p++ = '-';
        ns = -ns;
    }
    p = PutNumber(p, static_cast<uint64_t>(ns / 1000000000));
    *p = '.';
    auto rest = static_cast<uint32_t>(ns % 1000000000);
    for (char* digit = p + 9; digit != p; --digit)
    {
        *digit = static_cast<char>('0' + rest % 10);
        rest /= 10;
    }
    return p + 10;
}

char*
PutFlags(char* p, uint16_t flags, char separator)
{
    char* const begin = p;
    for (const auto& flag : FLAG_NAMES)
    {
        if (flags & flag.bit)
        {
            p = PutText(p, flag.name, 3);
            *p++ = separator;
        }
    }
    if (p == begin)
    {
        *p = '-';
        return p + 1;
    }
    return p - 1; // without the last separator
}

namespace
{

/**
 * The cookie of a Fast Open option, as hexadecimal digits; nothing for a request.
 * @param p where
 * @param options the options
 * @return its end
 */
char*
PutCookie(char* p, const TcpConnOptions& options)
{
    const std::size_t length = std::min<std::size_t>(options.cookieLength, options.cookie.size());
    for (std::size_t i = 0; i < length; ++i)
    {
        p = i == 0 ? PutText(p, "=") : p;
        *p++ = "0123456789abcdef"[options.cookie[i] >> 4];
        *p++ = "0123456789abcdef"[options.cookie[i] & 0xf];
    }
    return p;
}

} // namespace

char*
PutOptions(char* p, const TcpConnOptions& options, char separator)
{
    if (options.Has(TcpConnOptions::MSS))
    {
        p = PutField(p, " mss=", options.mss);
    }
    if (options.Has(TcpConnOptions::WINDOW_SCALE))
    {
        p = PutField(p, " ws=", options.windowScale);
    }
    if (options.Has(TcpConnOptions::SACK_PERMITTED))
    {
        p = PutText(p, " sackok");
    }
    if (options.Has(TcpConnOptions::TIMESTAMPS))
    {
        p = PutField(p, " ts=", options.tsVal);
        p = PutField(p, "/", options.tsEcr);
    }
    if (options.Has(TcpConnOptions::SACK))
    {
        const std::size_t count = std::min<std::size_t>(options.sackCount, options.sack.size());
        for (std::size_t i = 0; i < count; ++i)
        {
            if (i == 0)
            {
                p = PutText(p, " sack=");
            }
            else
            {
                *p++ = separator;
            }
            p = PutNumber(p, options.sack[i].left.GetValue());
            p = PutField(p, "-", options.sack[i].right.GetValue());
        }
    }
    if (options.Has(TcpConnOptions::FAST_OPEN))
    {
        p = PutCookie(PutText(p, " fo"), options);
    }
    return p;
}

} // namespace TcpConnChars

using namespace TcpConnChars;

namespace
{

/**
 * Flags, seq=, ack= and len=.
 * @param p where to write
 * @param segment the segment
 * @return where the text ends
 */
char*
PutNumbers(char* p, const TcpConnSegment& segment)
{
    p = PutFlags(p, segment.flags, ',');
    p = PutField(p, " seq=", segment.seq.GetValue());
    p = PutField(p, " ack=", segment.ack.GetValue());
    return PutField(p, " len=", segment.length);
}

} // namespace

char*
TcpConnTraceLine::Transition(char* p, const TcpConnTransition& t)
{
    p = PutText(p, "T ", 2);
    p = Origin(p, t.time, t.node, t.id, t.key);
    p = PutText(p, TcpConnStateName(t.from));
    *p++ = ' ';
    p = PutText(p, TcpConnStateName(t.to));
    *p++ = ' ';
    p = PutText(p, t.Cause());
    p = PutTime(PutText(p, " in=", 4), t.inState);
    if (t.segment)
    {
        p = PutNumbers(PutText(p, " seg=", 5), *t.segment);
    }
    return p;
}

char*
TcpConnTraceLine::Segment(char* p, char kind, const TcpConnSegmentEvent& s)
{
    *p++ = kind;
    *p++ = ' ';
    p = Origin(p, s.time, s.node, s.id, s.key);
    p = PutNumbers(p, s.segment);
    p = PutField(p, " win=", s.segment.window);
    if (s.segment.options.present)
    {
        p = PutOptions(p, s.segment.options, ',');
    }
    if (kind == 'D')
    {
        p = PutText(PutText(p, " reason="), s.reason ? s.reason : "unknown");
    }
    return p;
}

char*
TcpConnTraceLine::Ends(char* p, const TcpConnKey& key, char separator)
{
    p = End(p, key.local, key.localPort, key.v6);
    *p++ = separator;
    return End(p, key.peer, key.peerPort, key.v6);
}

char*
TcpConnTraceLine::Origin(char* p, Time time, uint32_t node, uint64_t id, const TcpConnKey& key)
{
    p = PutTime(p, time);
    *p++ = ' ';
    p = PutNumber(p, node);
    *p++ = ' ';
    p = PutNumber(p, id);
    *p++ = ' ';
    p = Ends(p, key, ' ');
    *p++ = ' ';
    return p;
}

char*
TcpConnTraceLine::End(char* p, const TcpConnIp& ip, uint16_t port, bool v6)
{
    // The same text as TcpConnKey::LocalText, which is asked once for an address.
    const std::size_t hash = v6 ? ip[7] * 5 + ip[14] * 3 + ip[15] : ip[2] * 3 + ip[3];
    AddressText& entry = m_texts[hash % TEXTS];
    if (entry.text.empty() || entry.ip != ip || entry.v6 != v6)
    {
        TcpConnKey key;
        key.local = ip;
        key.v6 = v6;
        entry.ip = ip;
        entry.v6 = v6;
        entry.text = key.LocalText();
        entry.text.resize(entry.text.rfind(':'));
    }
    p = PutText(p, entry.text.data(), entry.text.size());
    *p++ = ':';
    return PutNumber(p, port);
}

} // namespace ns3
