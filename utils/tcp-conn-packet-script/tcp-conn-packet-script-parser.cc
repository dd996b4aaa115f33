/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-packet-script-parser.h"

#include "tcp-conn-packet-script-lexer.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

namespace ns3
{
namespace TcpConnPacketScript
{

namespace
{

constexpr uint8_t RST = 0x04;
constexpr uint8_t ACK = 0x10;
constexpr uint8_t URG = 0x20;

/** Most text that fits an IP packet beside the longest headers. */
constexpr uint32_t MAX_TEXT = 65400;

/** Most bytes of options (RFC 9293 section 3.1). */
constexpr std::size_t MAX_OPTIONS = 40;

/** Bytes of an option on the wire. */
std::size_t
SizeOf(const Option& option)
{
    switch (option.kind)
    {
    case Option::MSS:
        return 4;
    case Option::WSCALE:
        return 3;
    case Option::SACK_OK:
        return 2;
    case Option::SACK:
        return 2 + 8 * option.blocks.size();
    case Option::TIMESTAMPS:
        return 10;
    default:
        return 1;
    }
}

/** A recursive descent over the tokens; one function for each rule of the language. */
class Parser
{
  public:
    /**
     * @param name what to call the script
     * @param text the script
     */
    Parser(const std::string& name, const std::string& text);

    /** @return the script. */
    Script All();

  private:
    const Token& Now() const
    {
        return m_tokens[m_at];
    }

    const Token& Ahead(std::size_t count) const
    {
        return m_tokens[std::min(m_at + count, m_tokens.size() - 1)];
    }

    [[noreturn]] void Expected(const std::string& what) const;
    [[noreturn]] void Refuse(const std::string& feature) const;
    Token Take();
    bool TakeIf(char sign);
    bool TakeIf(const char* word);
    void Need(char sign, const char* where);
    int64_t NeedNumber(const char* what, int64_t least, int64_t most);
    uint32_t NeedNumber32(const char* what);
    std::string NeedWord(const char* what);

    Time ReadTime();
    When ReadWhen();
    Event ReadEvent();
    PacketLine ReadPacket();
    void ReadEnvelope(PacketLine& packet);
    uint8_t ReadFlags();
    void ReadSpan(uint32_t& seq, uint32_t& length);
    void ReadIcmp(PacketLine& packet);
    void ReadOptions(PacketLine& packet);
    Option ReadOption();
    CallLine ReadCall(const When& when);
    Expression ReadExpression();
    Expression ReadTerm();
    Expression ReadList(Expression::Kind kind, char close);
    void SkipNote();
    std::string SourceOf(int line) const;

    Script m_script;                  //!< What was read.
    std::vector<std::string> m_lines; //!< Its lines.
    std::vector<Token> m_tokens;      //!< Its tokens.
    std::size_t m_at{0};              //!< The token that is looked at.
    Time m_last;                      //!< Last absolute time.
};

Parser::Parser(const std::string& name, const std::string& text)
    : m_tokens(Tokenize(text))
{
    m_script.name = name;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
    {
        m_lines.push_back(line);
    }
}

void
Parser::Expected(const std::string& what) const
{
    const Token& token = Now();
    std::string got = token.kind == Token::END ? "the end of the script" : "'" + token.text + "'";
    if (token.kind == Token::STRING)
    {
        got = "\"" + token.text + "\"";
    }
    throw Failure{token.line, "expected " + what + ", got " + got};
}

void
Parser::Refuse(const std::string& feature) const
{
    throw Unsupported{Now().line, feature};
}

Token
Parser::Take()
{
    return m_tokens[Now().kind == Token::END ? m_at : m_at++];
}

bool
Parser::TakeIf(char sign)
{
    const bool is = Now().Is(sign);
    m_at += is;
    return is;
}

bool
Parser::TakeIf(const char* word)
{
    const bool is = Now().Is(word);
    m_at += is;
    return is;
}

void
Parser::Need(char sign, const char* where)
{
    if (!TakeIf(sign))
    {
        Expected(std::string("'") + sign + "' " + where);
    }
}

int64_t
Parser::NeedNumber(const char* what, int64_t least, int64_t most)
{
    if (Now().kind != Token::INTEGER)
    {
        Expected(what);
    }
    if (Now().number < least || Now().number > most)
    {
        throw Failure{Now().line,
                      std::string(what) + " " + Now().text + " is not in " + std::to_string(least) +
                          " to " + std::to_string(most)};
    }
    return Take().number;
}

uint32_t
Parser::NeedNumber32(const char* what)
{
    return static_cast<uint32_t>(NeedNumber(what, 0, UINT32_MAX));
}

std::string
Parser::NeedWord(const char* what)
{
    if (Now().kind != Token::WORD)
    {
        Expected(what);
    }
    return Take().text;
}

std::string
Parser::SourceOf(int line) const
{
    const std::string& whole = m_lines.at(line - 1);
    const std::size_t first = whole.find_first_not_of(" \t");
    const std::size_t last = whole.find_last_not_of(" \t\r");
    return first == std::string::npos ? "" : whole.substr(first, last - first + 1);
}

Time
Parser::ReadTime()
{
    if (Now().kind != Token::INTEGER && Now().kind != Token::REAL)
    {
        Expected("a time in seconds");
    }
    const double seconds = std::strtod(Now().text.c_str(), nullptr);
    if (seconds < 0 || seconds > 1e9)
    {
        throw Failure{Now().line, "time " + Now().text + " is not in 0 to 1e9 s"};
    }
    Take();
    return NanoSeconds(std::llround(seconds * 1e9));
}

When
Parser::ReadWhen()
{
    When when;
    const int line = Now().line;
    if (TakeIf('*'))
    {
        when.kind = When::ANY;
        return when;
    }
    when.kind = TakeIf('+') ? When::RELATIVE : When::ABSOLUTE;
    when.from = ReadTime();
    when.to = when.from;
    if (TakeIf('~'))
    {
        when.range = true;
        if (TakeIf('+') != (when.kind == When::RELATIVE))
        {
            throw Failure{line, "both ends of a range of times are relative, or none"};
        }
        when.to = ReadTime();
    }
    if (when.to < when.from)
    {
        throw Failure{line, "a range of times ends before it begins"};
    }
    if (when.kind == When::ABSOLUTE)
    {
        if (when.from < m_last)
        {
            throw Failure{line, "time goes backwards"};
        }
        m_last = when.from;
    }
    return when;
}

Script
Parser::All()
{
    while (Now().kind == Token::OPTION)
    {
        const Token token = Take();
        m_script.options.emplace_back(token.text, token.value);
    }
    while (Now().kind != Token::END)
    {
        m_script.events.push_back(ReadEvent());
    }
    if (m_script.events.empty())
    {
        Expected("an event");
    }
    return m_script;
}

Event
Parser::ReadEvent()
{
    Event event;
    event.line = Now().line;
    event.source = SourceOf(event.line);
    event.when.kind = When::RELATIVE;
    if (Now().kind != Token::SHELL)
    {
        event.when = ReadWhen();
    }
    if (Now().kind == Token::SHELL || Now().kind == Token::CODE)
    {
        event.kind = Now().kind == Token::SHELL ? Event::SHELL : Event::CODE;
        event.text = Take().text;
    }
    else if (Now().Is('<') || Now().Is('>'))
    {
        event.kind = Event::PACKET;
        event.packet = ReadPacket();
    }
    else if (Now().kind == Token::WORD || Now().kind == Token::ELLIPSIS)
    {
        event.kind = Event::CALL;
        event.call = ReadCall(event.when);
    }
    else
    {
        Expected("'<', '>', a call, a command or a program");
    }
    return event;
}

// Segments

PacketLine
Parser::ReadPacket()
{
    PacketLine packet;
    const int line = Now().line;
    packet.inbound = Take().Is('<');
    ReadEnvelope(packet);
    if (TakeIf("icmp"))
    {
        ReadIcmp(packet);
        return packet;
    }
    packet.flags = ReadFlags();
    ReadSpan(packet.seq, packet.length);
    if (TakeIf("ack"))
    {
        packet.ack = NeedNumber32("an acknowledgment number");
        if (!(packet.flags & ACK))
        {
            throw Failure{line, "a segment with an acknowledgment number has the flag '.'"};
        }
    }
    if (TakeIf("win"))
    {
        packet.window = NeedNumber("a window", 0, UINT16_MAX);
    }
    else if (packet.inbound && !(packet.flags & RST))
    {
        throw Failure{line, "a segment into the host has a window"};
    }
    if (TakeIf("urg"))
    {
        packet.urgent = static_cast<uint16_t>(NeedNumber("an urgent pointer", 0, UINT16_MAX));
        if (!(packet.flags & URG))
        {
            throw Failure{line, "a segment with an urgent pointer has the flag 'U'"};
        }
    }
    if (packet.inbound && packet.length > MAX_TEXT)
    {
        throw Failure{line,
                      "a segment into the host has at most " + std::to_string(MAX_TEXT) +
                          " bytes of text"};
    }
    if (TakeIf('<'))
    {
        ReadOptions(packet);
    }
    return packet;
}

void
Parser::ReadEnvelope(PacketLine& packet)
{
    const bool bracket = Now().Is('[');
    if (bracket || Now().Is('('))
    {
        Take();
        // What ECN says in the IP header is not looked at, so that it is not there must do.
        if (!TakeIf("noecn"))
        {
            Refuse("IP header field " + Now().text);
        }
        Need(bracket ? ']' : ')', "after the IP header fields");
    }
    for (const char* word : {"ipv4", "ipv6", "gre", "mpls", "udp", "sctp", "psp"})
    {
        if (Now().Is(word))
        {
            Refuse(std::string("packets of ") + word);
        }
    }
    if (Now().kind == Token::INTEGER && Ahead(1).Is('>'))
    {
        packet.hasPorts = true;
        packet.from = static_cast<uint16_t>(NeedNumber("a port", 0, UINT16_MAX));
        Need('>', "between the ports");
        packet.to = static_cast<uint16_t>(NeedNumber("a port", 0, UINT16_MAX));
        TakeIf(':');
    }
}

uint8_t
Parser::ReadFlags()
{
    if (TakeIf('-'))
    {
        return 0;
    }
    if (Now().kind != Token::WORD && !Now().Is('.'))
    {
        Expected("TCP flags");
    }
    static const std::string letters = "FSRP.UEW";
    uint8_t flags = 0;
    do
    {
        for (const char letter : Now().text)
        {
            const std::size_t bit = letters.find(letter);
            if (letter == 'A' || (letter >= '0' && letter <= '9'))
            {
                Refuse("accurate ECN");
            }
            if (bit == std::string::npos)
            {
                throw Failure{Now().line, std::string("unknown TCP flag '") + letter + "'"};
            }
            flags |= 1U << bit;
        }
        Take();
    } while ((Now().kind == Token::WORD || Now().Is('.')) && !Now().blank);
    return flags;
}

void
Parser::ReadSpan(uint32_t& seq, uint32_t& length)
{
    const int line = Now().line;
    seq = NeedNumber32("a sequence number");
    Need(':', "after the sequence number");
    const uint32_t end = NeedNumber32("the sequence number after the text");
    Need('(', "before the length");
    length = static_cast<uint32_t>(NeedNumber("a length", 0, UINT16_MAX * 16));
    Need(')', "after the length");
    if (seq + length != end)
    {
        throw Failure{line,
                      std::to_string(seq) + ":" + std::to_string(end) + " are not " +
                          std::to_string(length) + " bytes"};
    }
}

void
Parser::ReadIcmp(PacketLine& packet)
{
    if (!packet.inbound)
    {
        Refuse("ICMP from the host");
    }
    packet.icmpType = NeedWord("an ICMP type");
    if (Now().kind == Token::WORD && !Now().Is("mtu") && !Now().Is("id"))
    {
        packet.icmpCode = Take().text;
    }
    if (TakeIf("mtu"))
    {
        packet.mtu = NeedNumber32("an MTU");
    }
    if (Now().Is("id"))
    {
        Refuse("ICMP echo");
    }
    if (TakeIf('['))
    {
        if (Now().kind == Token::WORD)
        {
            Refuse("ICMP about packets of " + Now().text);
        }
        packet.quotes = true;
        ReadSpan(packet.seq, packet.length);
        Need(']', "after the quoted segment");
    }
}

void
Parser::ReadOptions(PacketLine& packet)
{
    if (Now().kind == Token::ELLIPSIS)
    {
        Take();
        packet.anyOptions = true;
        Need('>', "after the options");
        return;
    }
    const int line = Now().line;
    std::size_t size = 0;
    do
    {
        packet.options.push_back(ReadOption());
        size += SizeOf(packet.options.back());
    } while (TakeIf(','));
    if (size > MAX_OPTIONS)
    {
        throw Failure{line, "the options have more than 40 bytes"};
    }
    Need('>', "after the options");
}

Option
Parser::ReadOption()
{
    Option option{Option::NOP, 0, 0, {}};
    const std::string name = Now().kind == Token::WORD ? Now().text : "";
    for (const char* word : {"FO", "FOEXP", "md5", "ECN", "e0b", "e1b", "ceb", "AO"})
    {
        if (name == word)
        {
            Refuse("TCP option " + name);
        }
    }
    if (TakeIf("mss"))
    {
        option.kind = Option::MSS;
        option.first = static_cast<uint32_t>(NeedNumber("a segment size", 0, UINT16_MAX));
    }
    else if (TakeIf("wscale"))
    {
        option.kind = Option::WSCALE;
        option.first = static_cast<uint32_t>(NeedNumber("a shift", 0, UINT8_MAX));
    }
    else if (TakeIf("TS"))
    {
        option.kind = Option::TIMESTAMPS;
        if (!TakeIf("val"))
        {
            Expected("'val'");
        }
        option.first = NeedNumber32("a timestamp");
        if (!TakeIf("ecr"))
        {
            Expected("'ecr'");
        }
        option.second = NeedNumber32("a timestamp");
    }
    else if (TakeIf("sack"))
    {
        option.kind = Option::SACK;
        do
        {
            const uint32_t from = NeedNumber32("a SACK block");
            Need(':', "in a SACK block");
            option.blocks.emplace_back(from, NeedNumber32("the end of a SACK block"));
        } while (Now().kind == Token::INTEGER);
    }
    else if (TakeIf("sackOK"))
    {
        option.kind = Option::SACK_OK;
    }
    else if (TakeIf("eol"))
    {
        option.kind = Option::EOL;
    }
    else if (!TakeIf("nop"))
    {
        Expected("a TCP option");
    }
    return option;
}

// Calls

CallLine
Parser::ReadCall(const When& when)
{
    CallLine call;
    const int line = Now().line;
    if (Now().kind == Token::ELLIPSIS)
    {
        Take();
        call.blocks = true;
        call.end = ReadTime();
        if (when.kind == When::ANY || when.range)
        {
            throw Failure{line, "a call that blocks begins at a fixed time"};
        }
        if (call.end < when.from)
        {
            throw Failure{line, "the call ends before it begins"};
        }
    }
    call.name = NeedWord("the name of a call");
    Need('(', "before the arguments");
    call.arguments = ReadList(Expression::ARRAY, ')').parts;
    Need('=', "before the result");
    call.result = ReadExpression();
    if (Now().kind == Token::WORD)
    {
        call.error = Take().text;
    }
    SkipNote();
    return call;
}

void
Parser::SkipNote()
{
    if (!TakeIf('('))
    {
        return;
    }
    while (!TakeIf(')'))
    {
        if (Now().kind == Token::END)
        {
            Expected("')' after the note");
        }
        Take();
    }
}

Expression
Parser::ReadList(Expression::Kind kind, char close)
{
    Expression list;
    list.kind = kind;
    if (TakeIf(close))
    {
        return list;
    }
    do
    {
        list.parts.push_back(ReadExpression());
    } while (TakeIf(','));
    Need(close, "or ',' in a list");
    return list;
}

Expression
Parser::ReadExpression()
{
    Expression first = ReadTerm();
    const bool name = first.kind == Expression::WORD || first.kind == Expression::CALL;
    if (name && TakeIf('='))
    {
        Expression named;
        named.kind = Expression::NAMED;
        named.text = first.text;
        named.parts.push_back(ReadExpression());
        return named;
    }
    if (!Now().Is('|'))
    {
        return first;
    }
    Expression bits;
    bits.kind = Expression::BITS;
    bits.parts.push_back(first);
    while (TakeIf('|'))
    {
        bits.parts.push_back(ReadTerm());
    }
    return bits;
}

Expression
Parser::ReadTerm()
{
    Expression term;
    if (TakeIf('['))
    {
        return ReadList(Expression::ARRAY, ']');
    }
    if (TakeIf('{'))
    {
        return ReadList(Expression::STRUCT, '}');
    }
    const Token token = Now();
    switch (token.kind)
    {
    case Token::ELLIPSIS:
        break;
    case Token::INTEGER:
        term.kind = Expression::INTEGER;
        term.number = token.number;
        break;
    case Token::STRING:
        term.kind = Expression::STRING;
        break;
    case Token::WORD:
        term.kind = Expression::WORD;
        break;
    default:
        Expected("a value");
    }
    term.text = token.text;
    Take();
    if (token.kind == Token::WORD && TakeIf('('))
    {
        term = ReadList(Expression::CALL, ')');
        term.text = token.text;
    }
    if (token.kind == Token::STRING && Now().kind == Token::ELLIPSIS)
    {
        Take(); // the string again and again
    }
    return term;
}

} // namespace

Script
Parse(const std::string& name, const std::string& text)
{
    return Parser(name, text).All();
}

} // namespace TcpConnPacketScript
} // namespace ns3
