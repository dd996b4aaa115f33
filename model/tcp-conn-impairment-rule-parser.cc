/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-impairment-rule.h"
#include "tcp-conn-impairment-text-private.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <sstream>

namespace ns3
{

namespace
{

using Packets = TcpConnImpairmentPacket;
using Range = TcpConnImpairmentRange;
using Spec = TcpConnImpairmentSpec;
using Action = TcpConnImpairmentSpec::Action;
using Kind = TcpConnImpairmentSpec::Kind;
using namespace TcpConnImpairmentText;

/// A word of a rule and where it is.
struct Word
{
    std::string text;  //!< The word.
    std::size_t place; //!< Its first character, from 0.
};

/// What a conversation's ends stand between.
const char* const ONE_WAY = ">";
const char* const BOTH_WAYS = "<>";

const std::map<std::string, Action> ACTIONS = {
    {"pass", Action::PASS},
    {"drop", Action::DROP},
    {"delay", Action::DELAY},
    {"duplicate", Action::DUPLICATE},
    {"reorder", Action::REORDER},
    {"corrupt", Action::CORRUPT},
};

const std::map<std::string, Kind> KINDS = {
    {"tcp", Kind::TCP},
    {"udp", Kind::UDP},
    {"icmp", Kind::ICMP},
    {"any", Kind::ANY},
};

const std::map<std::string, uint16_t> FLAGS = {
    {"FIN", Packets::FIN},
    {"SYN", Packets::SYN},
    {"RST", Packets::RST},
    {"PSH", Packets::PSH},
    {"ACK", Packets::ACK},
    {"URG", Packets::URG},
    {"ECE", Packets::ECE},
    {"CWR", Packets::CWR},
    {"AE", Packets::AE},
};

const char* const A_RANGE = "a number, a range such as 1000-2000, or 1000-";
const char* const A_TIME = "a time such as 3s, 0.5ms or 200us";
const char* const A_DURATION =
    "a time such as 3s or 0.5ms, or a random variable of seconds such as "
    "ns3::UniformRandomVariable[Min=0.01|Max=0.02]";
const char* const AN_END = "an end such as 10.0.0.1:80, 10.0.0.0/8, [2001:db8::1]:1000-2000, *:80, "
                           ":80 or *";
const char* const SOME_FLAGS =
    "flags such as SYN or SYN,ACK, of FIN, SYN, RST, PSH, ACK, URG, ECE, "
    "CWR and AE";
const char* const CONDITIONS =
    "flags such as SYN or SYN,ACK, exactly, allof, anyof, noneof, data, pureack, tcp, udp, icmp, "
    "any, ipv4, ipv6, from, to, conn, seq, ack, length, time, occurrence, first, every, per conn, "
    "probability, limit";

/** Reads one rule. */
class Parser
{
  public:
    /**
     * @param text the rule
     * @param spec what it says
     */
    Parser(const std::string& text, Spec& spec)
        : m_text(text),
          m_spec(spec)
    {
        Cut();
    }

    /** @return it could be read */
    bool Run();

    /** @return what is wrong */
    const std::string& GetError() const
    {
        return m_error;
    }

  private:
    /// Reads what stands after a word.
    using Reader = std::function<bool()>;

    /** Cut the text into words; what is in brackets is not cut. */
    void Cut();
    /** @return a reader for each word that can stand after the action */
    std::map<std::string, Reader> Readers();
    /** @return false, having said that the word at hand is not what was expected */
    bool Wrong(const std::string& expected);
    /** @return false, having said that the word at hand does not go with others */
    bool Conflict(const std::string& why);
    /** @return false, having said that two words do not go together */
    bool Clash(const std::string& one, const std::string& other);
    /** @return the next word, which becomes the word at hand; empty at the end */
    const std::string& Next();
    /** @return there is a next word and it is this; if so it becomes the word at hand */
    bool Accept(const std::string& word);

    bool ReadWord();                       //!< One parameter or condition.
    bool ReadFlags(bool& are);             //!< The word at hand as flags, if they are flags.
    bool ReadDelay(bool number);           //!< The next word as a duration, or a number of packets.
    bool ReadPart();                       //!< Where to corrupt.
    bool ReadTest(const std::string& how); //!< exactly, allof, anyof, noneof.
    bool ReadPair();                       //!< conn.
    bool ReadOneEnd(bool source);          //!< from, to.
    bool ReadWindow();                     //!< time.
    bool ReadOccurrences();                //!< occurrence.
    bool ReadProbability();                //!< probability.
    bool ReadCount(uint32_t& count, uint32_t most = UINT32_MAX); //!< A number from 1 to most.
    bool ReadARange(std::optional<Range>& to, bool wraps);       //!< A range.
    bool ReadKind(); //!< The word at hand as a transport.
    bool Check();    //!< The rule as a whole.

    /** @return the flags that a word names; 0 if it names something else */
    static uint16_t FlagsOf(const std::string& word);

    const std::string& m_text;          //!< The rule.
    Spec& m_spec;                       //!< What it says.
    std::string m_error;                //!< What is wrong.
    std::vector<Word> m_words;          //!< Its words.
    std::size_t m_next{0};              //!< The next of them.
    std::map<std::string, bool> m_seen; //!< Words that have been read.
};

void
Parser::Cut()
{
    std::string word;
    int depth = 0;
    auto end = [this, &word](std::size_t place) {
        if (!word.empty())
        {
            m_words.push_back({word, place - word.size()});
            word.clear();
        }
    };
    for (std::size_t i = 0; i <= m_text.size(); ++i)
    {
        char c = i < m_text.size() ? m_text[i] : ' ';
        depth += c == '[' ? 1 : c == ']' ? -1 : 0;
        bool blank = std::isspace(static_cast<unsigned char>(c)) != 0 && depth <= 0;
        bool arrow = c == '<' || c == '>';
        bool inArrow = !word.empty() && (word[0] == '<' || word[0] == '>');
        if (blank || i == m_text.size() || (!word.empty() && arrow != inArrow))
        {
            end(i);
        }
        if (!blank && i < m_text.size())
        {
            word += c;
        }
    }
}

bool
Parser::Wrong(const std::string& expected)
{
    std::ostringstream os;
    os << "impairment rule \"" << m_text << "\", ";
    if (m_next > m_words.size())
    {
        os << "at its end";
    }
    else
    {
        const Word& word = m_words[m_next - 1];
        os << "character " << word.place + 1 << ", \"" << word.text << "\"";
    }
    os << ": expected " << expected;
    m_error = os.str();
    return false;
}

bool
Parser::Conflict(const std::string& why)
{
    m_error = "impairment rule \"" + m_text + "\": " + why;
    return false;
}

bool
Parser::Clash(const std::string& one, const std::string& other)
{
    std::ostringstream os;
    os << '"' << one << "\" and \"" << other << "\" do not go together";
    return Conflict(os.str());
}

const std::string&
Parser::Next()
{
    static const std::string none;
    ++m_next;
    return m_next <= m_words.size() ? m_words[m_next - 1].text : none;
}

bool
Parser::Accept(const std::string& word)
{
    if (m_next < m_words.size() && m_words[m_next].text == word)
    {
        ++m_next;
        return true;
    }
    return false;
}

uint16_t
Parser::FlagsOf(const std::string& word)
{
    uint16_t flags = 0;
    for (std::size_t begin = 0; begin <= word.size();)
    {
        std::size_t end = std::min(word.find_first_of(",+", begin), word.size());
        auto flag = FLAGS.find(word.substr(begin, end - begin));
        if (flag == FLAGS.end())
        {
            return 0;
        }
        flags |= flag->second;
        begin = end + 1;
    }
    return flags;
}

bool
Parser::ReadFlags(bool& are)
{
    const std::string& word = m_words[m_next - 1].text;
    uint16_t named = FlagsOf(word);
    are = named != 0;
    if (!are)
    {
        return true;
    }
    if (!m_spec.flags.empty() || !m_spec.anyOf.empty())
    {
        return Conflict("\"" + word +
                        "\": there are flags already; combine exactly, allof, anyof "
                        "and noneof instead");
    }
    // What a handshake or release is made of counts; what else is set does not.
    auto mask = static_cast<uint16_t>(named | Packets::SYN | Packets::FIN | Packets::RST);
    if ((named & Packets::SYN) != 0)
    {
        mask |= Packets::ACK;
    }
    m_spec.flags.push_back({mask, named});
    return true;
}

bool
Parser::ReadTest(const std::string& how)
{
    uint16_t named = FlagsOf(Next());
    if (named == 0)
    {
        return Wrong(SOME_FLAGS);
    }
    if (how == "exactly")
    {
        m_spec.flags.push_back({0x1ff, named});
    }
    else if (how == "allof")
    {
        m_spec.flags.push_back({named, named});
    }
    else if (how == "noneof")
    {
        m_spec.flags.push_back({named, 0});
    }
    else
    {
        m_spec.anyOf.push_back(named);
    }
    return true;
}

bool
Parser::ReadDelay(bool number)
{
    const std::string& word = Next();
    if (number && ReadNumber(word, m_spec.overtakers) && m_spec.overtakers > 0)
    {
        return true;
    }
    TcpConnImpairmentDelay delay;
    if (!ReadTime(word, delay.constant) && !ReadRandom(word, delay.drawn))
    {
        return Wrong(std::string(number ? "a number of packets, " : "") + A_DURATION);
    }
    m_spec.delay = delay;
    return true;
}

bool
Parser::ReadPart()
{
    static const std::map<std::string, Packets::Part> PARTS = {
        {"payload", Packets::Part::PAYLOAD},
        {"header", Packets::Part::HEADER},
        {"checksum", Packets::Part::CHECKSUM},
    };
    const std::string& word = Next();
    auto part = PARTS.find(word);
    if (part != PARTS.end())
    {
        m_spec.part = part->second;
        return true;
    }
    m_spec.part = Packets::Part::BYTE;
    return (ReadNumber(word, m_spec.byte) && m_spec.byte < 65536) ||
           Wrong("payload, header, checksum, or a byte's number from 0 to 65535");
}

bool
Parser::ReadOneEnd(bool source)
{
    TcpConnImpairmentPair pair;
    if (!ReadEndpoint(Next(), source ? pair.source : pair.destination))
    {
        return Wrong(AN_END);
    }
    m_spec.pairs.push_back(pair);
    return true;
}

bool
Parser::ReadPair()
{
    TcpConnImpairmentPair pair;
    if (!ReadEndpoint(Next(), pair.source))
    {
        return Wrong(AN_END);
    }
    pair.both = Accept(BOTH_WAYS);
    if (!pair.both && Next() != ONE_WAY)
    {
        return Wrong("> or <>");
    }
    if (!ReadEndpoint(Next(), pair.destination))
    {
        return Wrong(AN_END);
    }
    m_spec.pairs.push_back(pair);
    return true;
}

bool
Parser::ReadWindow()
{
    const std::string& word = Next();
    std::size_t dash = word.find('-');
    std::pair<Time, Time> window{Time(0), Time::Max()};
    if (dash == word.npos || word == "-" ||
        (dash > 0 && !ReadTime(word.substr(0, dash), window.first)) ||
        (dash + 1 < word.size() && !ReadTime(word.substr(dash + 1), window.second)) ||
        window.first >= window.second)
    {
        return Wrong("a span of time such as 1s-2.5s, 1s- or -200ms");
    }
    m_spec.window = window;
    return true;
}

bool
Parser::ReadOccurrences()
{
    const std::string& word = Next();
    // The comma makes a part of what follows the last one: of nothing, if the word ends in a comma.
    std::istringstream stream(word + ",");
    for (std::string part; std::getline(stream, part, ',');)
    {
        Range range;
        if (!ReadRange(part, range) || range.first == 0 || range.last < range.first)
        {
            m_spec.occurrences.clear();
            break;
        }
        m_spec.occurrences.push_back(range);
    }
    return !m_spec.occurrences.empty() ||
           Wrong("which ones, counted from 1, such as 1, 2-4, 5- or 1,3,7-9");
}

bool
Parser::ReadProbability()
{
    return (ReadDecimal(Next(), m_spec.probability) && m_spec.probability <= 1) ||
           Wrong("a decimal number from 0 to 1");
}

bool
Parser::ReadCount(uint32_t& count, uint32_t most)
{
    return (ReadNumber(Next(), count) && count > 0 && count <= most) ||
           Wrong("a number from 1 to " + std::to_string(most));
}

bool
Parser::ReadARange(std::optional<Range>& to, bool wraps)
{
    Range range;
    if (!ReadRange(Next(), range) || (!wraps && range.last < range.first))
    {
        return Wrong(A_RANGE);
    }
    to = range;
    return true;
}

bool
Parser::ReadKind()
{
    const std::string& word = m_words[m_next - 1].text;
    for (const auto& [name, kind] : KINDS)
    {
        if (name != word && m_seen.count(name) != 0)
        {
            return Clash(name, word);
        }
    }
    m_spec.kind = KINDS.at(word);
    return true;
}

std::map<std::string, Parser::Reader>
Parser::Readers()
{
    std::map<std::string, Reader> readers = {
        {"data", [this] { return m_spec.data = true; }},
        {"pureack", [this] { return m_spec.pureAck = true; }},
        {"from", [this] { return ReadOneEnd(true); }},
        {"to", [this] { return ReadOneEnd(false); }},
        {"conn", [this] { return ReadPair(); }},
        {"seq", [this] { return ReadARange(m_spec.sequence, true); }},
        {"ack", [this] { return ReadARange(m_spec.acknowledgment, true); }},
        {"length", [this] { return ReadARange(m_spec.length, false); }},
        {"time", [this] { return ReadWindow(); }},
        {"occurrence", [this] { return ReadOccurrences(); }},
        {"every", [this] { return ReadCount(m_spec.every); }},
        {"probability", [this] { return ReadProbability(); }},
        {"limit", [this] { return ReadCount(m_spec.limit); }},
        {"per", [this] { return (m_spec.perConnection = Next() == "conn") || Wrong("conn"); }},
    };
    readers["first"] = [this] {
        Range range{1, 0};
        bool read = ReadCount(range.last);
        m_spec.occurrences.push_back(range);
        return read;
    };
    for (const auto& kind : KINDS)
    {
        readers[kind.first] = [this] { return ReadKind(); };
    }
    for (const std::string how : {"exactly", "allof", "anyof", "noneof"})
    {
        readers[how] = [this, how] { return ReadTest(how); };
    }
    for (bool ipv6 : {false, true})
    {
        readers[ipv6 ? "ipv6" : "ipv4"] = [this, ipv6] {
            m_spec.ipv6 = ipv6;
            return true;
        };
    }
    switch (m_spec.action)
    {
    case Action::DELAY:
        readers["by"] = [this] { return ReadDelay(false); };
        break;
    case Action::REORDER:
        readers["by"] = [this] { return ReadDelay(true); };
        readers["within"] = [this] { return ReadTime(Next(), m_spec.within) || Wrong(A_TIME); };
        break;
    case Action::DUPLICATE:
        readers["copies"] = [this] { return ReadCount(m_spec.copies, 1000); };
        readers["after"] = [this] { return ReadDelay(false); };
        break;
    case Action::CORRUPT:
        readers["at"] = [this] { return ReadPart(); };
        readers["bits"] = [this] { return ReadCount(m_spec.bits, 1000); };
        break;
    case Action::PASS:
    case Action::DROP:
        break;
    }
    return readers;
}

bool
Parser::ReadWord()
{
    static const std::map<Action, std::string> PARAMETERS = {
        {Action::DELAY, std::string("; for delay also by, and ") + A_DURATION},
        {Action::REORDER, "; for reorder also by, within"},
        {Action::DUPLICATE, "; for duplicate also copies, after"},
        {Action::CORRUPT, "; for corrupt also at, bits"},
    };
    const auto readers = Readers();
    const std::string& word = Next();
    auto reader = readers.find(word);
    if (reader != readers.end())
    {
        if (m_seen[word] && word != "allof" && word != "anyof" && word != "noneof")
        {
            return Conflict("\"" + word + "\" stands twice");
        }
        bool read = reader->second();
        m_seen[word] = true;
        return read;
    }
    bool flags = false;
    if (!ReadFlags(flags) || flags)
    {
        return flags && m_error.empty();
    }
    if (m_spec.action == Action::DELAY && !m_spec.delay)
    {
        --m_next;
        if (ReadDelay(false))
        {
            return true;
        }
    }
    auto more = PARAMETERS.find(m_spec.action);
    return Wrong(CONDITIONS + (more == PARAMETERS.end() ? "" : more->second));
}

bool
Parser::Check()
{
    if (m_spec.action == Action::DELAY && !m_spec.delay)
    {
        ++m_next;
        return Wrong(A_DURATION);
    }
    if (m_spec.action == Action::REORDER && !m_spec.delay && m_spec.overtakers == 0)
    {
        m_spec.overtakers = 1;
    }
    bool segment = !m_spec.flags.empty() || !m_spec.anyOf.empty() || m_spec.pureAck ||
                   m_spec.sequence || m_spec.acknowledgment;
    if (segment && m_spec.kind != Kind::TCP)
    {
        return Conflict("flags, pureack, seq and ack are of TCP only");
    }
    if (m_seen.count("data") != 0 && m_seen.count("pureack") != 0)
    {
        return Clash("data", "pureack");
    }
    if (m_seen.count("ipv4") != 0 && m_seen.count("ipv6") != 0)
    {
        return Clash("ipv4", "ipv6");
    }
    if (m_seen.count("occurrence") + m_seen.count("first") + m_seen.count("every") > 1)
    {
        return Conflict("only one of \"occurrence\", \"first\" and \"every\" can stand");
    }
    return true;
}

bool
Parser::Run()
{
    auto action = ACTIONS.find(Next());
    if (action == ACTIONS.end())
    {
        return Wrong("pass, drop, delay, duplicate, reorder or corrupt");
    }
    m_spec.action = action->second;
    while (m_next < m_words.size())
    {
        if (!ReadWord())
        {
            return false;
        }
    }
    return Check();
}

} // namespace

bool
TcpConnImpairmentSpec::Parse(const std::string& text,
                             TcpConnImpairmentSpec& spec,
                             std::string& error)
{
    spec = TcpConnImpairmentSpec();
    spec.text = text;
    Parser parser(text, spec);
    bool read = parser.Run();
    error = parser.GetError();
    return read;
}

std::vector<std::string>
TcpConnImpairmentSpec::Split(const std::string& text)
{
    std::vector<std::string> rules;
    std::string rule;
    bool comment = false;
    for (std::size_t i = 0; i <= text.size(); ++i)
    {
        char c = i < text.size() ? text[i] : '\n';
        comment = c != '\n' && (comment || c == '#');
        if (c == '\n' || (c == ';' && !comment))
        {
            std::size_t begin = rule.find_first_not_of(" \t\r");
            if (begin != rule.npos)
            {
                rules.push_back(rule.substr(begin, rule.find_last_not_of(" \t\r") + 1 - begin));
            }
            rule.clear();
        }
        else if (!comment)
        {
            rule += c;
        }
    }
    return rules;
}

} // namespace ns3
