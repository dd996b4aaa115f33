/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-core-script.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-trace.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace ns3
{

namespace
{

/** Control bits in the order in which they are written. */
const std::pair<uint16_t, const char*> FLAGS[] = {{TCP_CONN_SYN, "SYN"},
                                                  {TCP_CONN_FIN, "FIN"},
                                                  {TCP_CONN_RST, "RST"},
                                                  {TCP_CONN_PSH, "PSH"},
                                                  {TCP_CONN_URG, "URG"},
                                                  {TCP_CONN_ACK, "ACK"}};

/** Timers as scripts name them. */
const char* const TIMERS[TCP_CONN_TIMERS] = {"retransmission",
                                             "persist",
                                             "delayed-ack",
                                             "pacing",
                                             "user",
                                             "keep-alive",
                                             "fin-wait-2",
                                             "linger",
                                             "time-wait"};

/** Answers as scripts name them. */
const char* const ANSWERS[] =
    {"ok", "not-connected", "connected", "closing", "again", "end-of-stream"};

/** Notices as scripts name them. */
const char* const NOTICES[] = {"established",
                               "acked",
                               "text",
                               "urgent",
                               "peer-closed",
                               "failed",
                               "deleted",
                               "soft-error",
                               "struggling"};

/** @param text a list @param separator what stands between its items @return the items */
std::vector<std::string>
Split(const std::string& text, const std::string& separator)
{
    std::vector<std::string> items;
    for (size_t begin = 0; begin < text.size();)
    {
        const size_t end = std::min(text.find(separator, begin), text.size());
        if (end > begin)
        {
            items.push_back(text.substr(begin, end - begin));
        }
        begin = end + separator.size();
    }
    return items;
}

/** @param items some items @return them as a list */
std::string
Join(const std::vector<std::string>& items)
{
    std::string text;
    for (const auto& item : items)
    {
        text += (text.empty() ? "" : "; ") + item;
    }
    return text;
}

/** @param item something seen @return the place of its kind in the order */
int
KindOf(const std::string& item)
{
    switch (item[0])
    {
    case '-':
        return item[1] == '>' ? 0 : 4;
    case '+':
        return 4;
    case '>':
        return 2;
    default:
        break;
    }
    const bool note = item[0] == '=' || item == "dropped" || item == "reincarnate" ||
                      item.compare(0, 5, "stash") == 0 || item.compare(0, 4, "read") == 0;
    return note ? 1 : 3;
}

/** @param items what was seen, brought into one order: segments and moves keep theirs */
void
Order(std::vector<std::string>& items)
{
    std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
        const int kindA = KindOf(a);
        const int kindB = KindOf(b);
        return kindA != kindB ? kindA < kindB : (kindA == 1 || kindA == 4) && a < b;
    });
}

/** @param at a time @return it in seconds */
std::string
Print(Time at)
{
    std::ostringstream os;
    os << static_cast<double>(at.GetNanoSeconds()) / 1e9;
    return os.str();
}

/** @param words "key=value" or "key", blanks between them @return them by key */
std::map<std::string, std::string>
Parse(const std::string& words)
{
    std::map<std::string, std::string> parsed;
    for (const auto& word : Split(words, " "))
    {
        const size_t equal = std::min(word.find('='), word.size());
        parsed[word.substr(0, equal)] = equal < word.size() ? word.substr(equal + 1) : "";
    }
    return parsed;
}

/** @param name name of an event @return the event; COUNT: there is none of that name */
TcpConnEvent
EventOf(const std::string& name)
{
    int event = 0;
    while (event < static_cast<int>(TcpConnEvent::COUNT) &&
           name != TcpConnEventName(static_cast<TcpConnEvent>(event)))
    {
        ++event;
    }
    return static_cast<TcpConnEvent>(event);
}

} // namespace

// Setting up --------------------------------------------------------------------------------------

TcpConnCoreScript::TcpConnCoreScript(const std::string& given, uint32_t shiftS, uint32_t shiftR)
    : end(TcpConnCoreEnd::MakePolicies(100 + shiftS, Parse(given).count("fastopen") > 0)),
      m_given(Parse(given)),
      m_shiftS(shiftS),
      m_shiftR(shiftR)
{
    TcpConnSettings& config = end.config;
    config.windowScaling = false;
    config.sack = false;
    config.timestamps = Given("ts");
    config.linger = Value("linger", config.linger);
    config.connCount = static_cast<uint32_t>(Value("conncount", config.connCount));
    config.dataRetries = static_cast<uint32_t>(Value("dataretries", config.dataRetries));
    config.rcvBufSize = static_cast<uint32_t>(Value("rcvbuf", config.rcvBufSize));
    config.keepAliveIdle = Seconds(Value("keepalive", 0));
    config.keepAliveCount = static_cast<uint32_t>(Value("keepcount", config.keepAliveCount));
    config.userTimeout = Seconds(Value("usertimeout", 0));
    m_deadline = end.conn.deadline;
    if (Given("cached"))
    {
        CacheCookie();
    }
}

void
TcpConnCoreScript::CacheCookie()
{
    // As an answer to a SYN that asked for it brings it; without MSS.
    TcpConnSegment answer;
    OfferFastOpen("good", answer.options);
    TcpConnTcb asked;
    asked.fastOpenAsked = true;
    end.policies->handshake->NoteAnswer({end.name, end.config, end.now, end.handshakeState},
                                        answer,
                                        asked);
}

bool
TcpConnCoreScript::Given(const std::string& word) const
{
    return m_given.count(word) > 0;
}

double
TcpConnCoreScript::Value(const std::string& word, double otherwise) const
{
    const auto i = m_given.find(word);
    return i == m_given.end() ? otherwise : std::stod(i->second);
}

void
TcpConnCoreScript::Establish()
{
    Run("active-open; < SYN,ACK seq=300 ack=101");
    if (Given("win0"))
    {
        m_window = 0;
        Run("< ACK seq=301 ack=101");
    }
    if (Given("queued"))
    {
        Run("send " + m_given["queued"]);
    }
}

bool
TcpConnCoreScript::Reach(TcpSocket::TcpStates_t state)
{
    const auto text = static_cast<uint32_t>(Value("text", 0));
    const std::string len = " len=" + std::to_string(text);
    const std::string fin = "< FIN,ACK seq=301 ack=101" + len;
    const auto establish = [&]() {
        Establish();
        m_r += text;
        Run(text > 0 ? "< ACK seq=301 ack=101" + len : "");
    };
    const uint32_t ourFin = Given("win0") ? 0 : 1;
    switch (state)
    {
    case TcpSocket::CLOSED:
        break;
    case TcpSocket::LISTEN:
        Run("passive-open");
        end.BecomeClone();
        break;
    case TcpSocket::SYN_SENT:
        Run("active-open");
        break;
    case TcpSocket::SYN_RCVD:
        if (Given("active"))
        {
            Run("active-open; < SYN seq=300");
            break;
        }
        Run("passive-open");
        end.BecomeClone();
        Run(Given("fastopen") ? "< SYN seq=300 len=5 fo=good" : "< SYN seq=300");
        m_r += Given("fastopen") ? 5 : 0;
        break;
    case TcpSocket::ESTABLISHED:
        establish();
        break;
    case TcpSocket::FIN_WAIT_1:
        if (Given("fastopen"))
        {
            Reach(TcpSocket::SYN_RCVD);
            Run("close");
            m_s += 1;
            break;
        }
        establish();
        Run("close");
        m_s += ourFin;
        break;
    case TcpSocket::FIN_WAIT_2:
        establish();
        m_s += 1;
        Run("close; < ACK seq=R ack=S");
        break;
    case TcpSocket::CLOSE_WAIT:
    case TcpSocket::LAST_ACK:
        if (Given("fastopen"))
        {
            Run("passive-open");
            end.BecomeClone();
            Run("< SYN,FIN seq=300 len=5 fo=good");
            Run(state == TcpSocket::LAST_ACK ? "close" : "");
            m_s += state == TcpSocket::LAST_ACK ? 1 : 0;
            m_r += 6;
            break;
        }
        Establish();
        Run(fin + (state == TcpSocket::LAST_ACK ? "; close" : ""));
        m_s += state == TcpSocket::LAST_ACK ? ourFin : 0;
        m_r += text + 1;
        break;
    case TcpSocket::CLOSING:
        if (Given("fastopen"))
        {
            Reach(TcpSocket::FIN_WAIT_1);
            Run("< FIN,ACK seq=R ack=100");
            m_r += 1;
            break;
        }
        Establish();
        Run("close; " + fin);
        m_s += ourFin;
        m_r += text + 1;
        break;
    default:
        establish();
        m_s += 1;
        Run("close; < ACK seq=R ack=S; < FIN,ACK seq=R ack=S");
        m_r += 1;
        break;
    }
    Forget();
    const TcpConnTcb& tcb = end.conn;
    const bool sends = tcb.sndNxt == SequenceNumber32(m_s + m_shiftS) ||
                       state <= TcpSocket::LISTEN || Given("queued");
    const bool receives =
        tcb.rcvNxt == SequenceNumber32(m_r + m_shiftR) || state <= TcpSocket::SYN_SENT;
    return tcb.State() == state && sends && receives;
}

// Steps -------------------------------------------------------------------------------------------

void
TcpConnCoreScript::Run(const std::string& steps)
{
    for (const auto& step : Split(steps, "; "))
    {
        Step(step);
    }
}

void
TcpConnCoreScript::Step(const std::string& step)
{
    const size_t blank = std::min(step.find(' '), step.size());
    const std::string verb = step.substr(0, blank);
    const std::string argument = blank < step.size() ? step.substr(blank + 1) : "";
    if (verb == "<")
    {
        Segment(argument);
    }
    else if (verb == "wait")
    {
        end.now += Seconds(std::stod(argument));
    }
    else if (verb == "let-go")
    {
        end.conn.detached = true;
    }
    else if (verb == "full")
    {
        end.verdict = TcpConnAdmission::Verdict::DROP;
    }
    else if (verb == "refuse")
    {
        end.verdict = TcpConnAdmission::Verdict::REFUSE;
    }
    else if (verb == "queue")
    {
        end.Room();
        end.text->Queue(static_cast<uint32_t>(std::stoul(argument)));
    }
    else if (verb == "deaf")
    {
        end.listens = false;
    }
    else if (verb == "raise")
    {
        end.Call(EventOf(argument));
    }
    else
    {
        Event(verb, argument);
    }
}

void
TcpConnCoreScript::Event(const std::string& event, const std::string& argument)
{
    static const std::map<std::string, TcpConnTimer> timeouts = {
        {"user-timeout", TCP_CONN_USER},
        {"retransmission-timeout", TCP_CONN_RETRANSMISSION},
        {"time-wait-timeout", TCP_CONN_TIME_WAIT},
        {"persist-timeout", TCP_CONN_PERSIST},
        {"delayed-ack-timeout", TCP_CONN_DELAYED_ACK},
        {"keep-alive-timeout", TCP_CONN_KEEP_ALIVE},
        {"fin-wait-2-timeout", TCP_CONN_FIN_WAIT_2},
        {"linger-timeout", TCP_CONN_LINGER}};
    const TcpConnEvent code = EventOf(event);
    const auto timeout = timeouts.find(event);
    TcpConnAnswer answer = TcpConnAnswer::OK;
    if (timeout != timeouts.end())
    {
        const Time due = end.conn.deadline[timeout->second];
        end.now = due == Time::Max() ? end.now : std::max(end.now, due);
        end.Expire(timeout->second);
    }
    else if (event.compare(0, 5, "icmp-") == 0)
    {
        end.Report(code, static_cast<uint16_t>(argument.empty() ? 0 : std::stoul(argument)));
    }
    else if (code == TcpConnEvent::SEND)
    {
        answer = end.Send(static_cast<uint32_t>(std::stoul(argument)));
    }
    else if (code == TcpConnEvent::RECEIVE)
    {
        uint32_t bytes = 0;
        answer = end.Receive(static_cast<uint32_t>(std::stoul(argument)), bytes);
        Note(bytes > 0 ? "read " + std::to_string(bytes) : "");
    }
    else if (code != TcpConnEvent::COUNT)
    {
        answer = end.Call(code);
    }
    else
    {
        Note("no such step: " + event);
    }
    Note(answer == TcpConnAnswer::OK ? ""
                                     : std::string("= ") + ANSWERS[static_cast<size_t>(answer)]);
}

void
TcpConnCoreScript::Segment(const std::string& line)
{
    TcpConnSegment segment;
    auto fields = Parse(line);
    const auto field = [&](const char* name) {
        return fields.count(name) ? Number(fields[name]) : 0;
    };
    for (const auto& [bit, flag] : FLAGS)
    {
        const auto words = Split(Split(line, " ")[0], ",");
        segment.flags |= std::count(words.begin(), words.end(), flag) ? bit : 0;
    }
    segment.seq = SequenceNumber32(field("seq") + m_shiftR);
    segment.ack = SequenceNumber32(segment.Has(TCP_CONN_ACK) ? field("ack") + m_shiftS : 0);
    segment.length = field("len");
    segment.urgent = static_cast<uint16_t>(field("up"));
    segment.window = fields.count("win") ? static_cast<uint16_t>(field("win")) : m_window;
    if (fields.count("fo"))
    {
        OfferFastOpen(fields["fo"], segment.options);
    }
    if (Given("ts") && !fields.count("nots"))
    {
        segment.options.present |= TcpConnOptions::TIMESTAMPS;
        segment.options.tsVal = fields.count("ts") ? field("ts") : 1000;
    }
    end.Arrive(segment, 2);
}

void
TcpConnCoreScript::OfferFastOpen(const std::string& what, TcpConnOptions& options)
{
    options.present |= TcpConnOptions::FAST_OPEN;
    if (what == "good")
    {
        TcpConnSegment request;
        request.options.present = TcpConnOptions::FAST_OPEN;
        end.policies->handshake->Grant({end.name, end.config, end.now, end.handshakeState},
                                       request,
                                       options);
    }
    options.cookieLength = what == "ask" ? 0 : TcpConnFastOpen::COOKIE;
}

uint32_t
TcpConnCoreScript::Number(const std::string& expression) const
{
    const bool symbol = expression[0] == 'S' || expression[0] == 'R';
    const uint32_t base = !symbol ? 0 : expression[0] == 'S' ? m_s : m_r;
    const std::string rest = expression.substr(symbol ? 1 : 0);
    return base + static_cast<uint32_t>(rest.empty() ? 0 : std::stol(rest));
}

// What was seen -----------------------------------------------------------------------------------

void
TcpConnCoreScript::Note(const std::string& item)
{
    if (!item.empty())
    {
        m_notes.push_back(item);
    }
}

void
TcpConnCoreScript::Forget()
{
    m_notes.clear();
    m_done = end.done.size();
    m_sent = end.sent.size();
    m_stashed = end.stashed.has_value();
    m_deadline = end.conn.deadline;
}

std::string
TcpConnCoreScript::Print(const TcpConnSegment& segment) const
{
    std::string text = ">";
    const char* separator = " ";
    for (const auto& [bit, flag] : FLAGS)
    {
        if (segment.Has(bit))
        {
            text += separator + std::string(flag);
            separator = ",";
        }
    }
    // A reset for a segment without ACK has no number of this connection: <SEQ=0>.
    const bool bare = segment.Has(TCP_CONN_RST) && segment.Has(TCP_CONN_ACK);
    text += " seq=" + std::to_string(segment.seq.GetValue() - (bare ? 0 : m_shiftS));
    if (segment.Has(TCP_CONN_ACK))
    {
        text += " ack=" + std::to_string(segment.ack.GetValue() - m_shiftR);
    }
    if (segment.options.Has(TcpConnOptions::FAST_OPEN))
    {
        text += segment.options.cookieLength > 0 ? " fo=cookie" : " fo=ask";
    }
    text += segment.length > 0 ? " len=" + std::to_string(segment.length) : "";
    text += segment.window == 0 && !segment.Has(TCP_CONN_RST) ? " win=0" : "";
    return text;
}

std::string
TcpConnCoreScript::Seen() const
{
    std::vector<std::string> items = m_notes;
    for (size_t i = m_done; i < end.done.size(); ++i)
    {
        const TcpConnEffect& effect = end.done[i];
        std::string item;
        switch (effect.kind)
        {
        case TcpConnEffect::MOVE:
            item = std::string("-> ") + TcpConnStateName(effect.row->to);
            break;
        case TcpConnEffect::SEND:
            continue;
        case TcpConnEffect::DROP:
            item = "dropped";
            break;
        case TcpConnEffect::NOTICE:
            item = NOTICES[static_cast<size_t>(effect.notice)];
            item += effect.bytes > 0 ? " " + std::to_string(effect.bytes) : "";
            item += effect.failure != TcpConnFailure::NONE
                        ? std::string(" ") + TcpConnFailureName(effect.failure)
                        : "";
            break;
        case TcpConnEffect::REINCARNATE:
            item = "reincarnate";
            break;
        }
        items.push_back(item);
    }
    if (end.stashed && !m_stashed)
    {
        items.push_back("stash " + std::to_string(end.stashed->length));
    }
    for (size_t i = m_sent; i < end.sent.size(); ++i)
    {
        items.push_back(Print(end.sent[i]));
    }
    for (int timer = 0; timer < TCP_CONN_TIMERS && end.conn.State() > TcpSocket::LISTEN; ++timer)
    {
        const Time due = end.conn.deadline[timer];
        if (due != m_deadline[timer])
        {
            items.push_back(due == Time::Max() ? std::string("-") + TIMERS[timer]
                                               : std::string("+") + TIMERS[timer] + "=" +
                                                     ns3::Print(due - end.now));
        }
    }
    Order(items);
    return Join(items);
}

std::string
TcpConnCoreScript::Expand(const std::string& expected) const
{
    auto items = Split(expected, "; ");
    for (auto& item : items)
    {
        if (item[0] != '>')
        {
            continue;
        }
        auto words = Split(item, " ");
        item.clear();
        for (auto& word : words)
        {
            const bool number = word.compare(0, 4, "seq=") == 0 || word.compare(0, 4, "ack=") == 0;
            word = number ? word.substr(0, 4) + std::to_string(Number(word.substr(4))) : word;
            item += (item.empty() ? "" : " ") + word;
        }
    }
    Order(items);
    return Join(items);
}

// Tests of rows -----------------------------------------------------------------------------------

namespace
{

/**
 * @param table a table
 * @param state a state
 * @param cause a cause
 * @return the row; nullptr: none
 */
const TcpConnRow*
FindRow(const TcpConnTransitionTable& table, TcpSocket::TcpStates_t state, const std::string& cause)
{
    for (const TcpConnRow& row : table.Rows())
    {
        if (row.from == state && cause == row.cause)
        {
            return &row;
        }
    }
    return nullptr;
}

/** @param name name of a state @return the state */
TcpSocket::TcpStates_t
StateOf(const std::string& name)
{
    int state = 0;
    while (state < TcpSocket::LAST_STATE &&
           name != TcpConnStateName(static_cast<TcpSocket::TcpStates_t>(state)))
    {
        ++state;
    }
    return static_cast<TcpSocket::TcpStates_t>(state);
}

/** @param tcb a connection @return whether no timer is set that its state knows nothing of */
bool
Tidy(const TcpConnTcb& tcb)
{
    for (int timer = 0; timer < TCP_CONN_TIMERS; ++timer)
    {
        const bool allowed = tcb.State() > TcpSocket::LISTEN &&
                             (tcb.State() != TcpSocket::TIME_WAIT || timer == TCP_CONN_TIME_WAIT);
        if (!allowed && tcb.deadline[timer] != Time::Max())
        {
            return false;
        }
    }
    return true;
}

/** The test of one row. */
class RowTest : public TestCase
{
  public:
    /** @param name its name @param rowCase the test @param state its state */
    RowTest(const std::string& name, const TcpConnRowCase& rowCase, TcpSocket::TcpStates_t state)
        : TestCase(name),
          m_case(rowCase),
          m_state(state)
    {
    }

  private:
    void DoRun() override
    {
        const TcpConnRowResult result = TcpConnRunRow(m_case, m_state, 0, 0, nullptr);
        NS_TEST_ASSERT_MSG_EQ((result.row != nullptr), true, "the table has no such row");
        NS_TEST_ASSERT_MSG_EQ(result.reached, true, "the state was not reached");
        NS_TEST_EXPECT_MSG_EQ(result.seen, result.expected, "not what must be seen");
        NS_TEST_EXPECT_MSG_EQ(result.taken, true, "the row was not taken");
        NS_TEST_EXPECT_MSG_EQ(result.tidy, true, "a timer is set that the state does not know");
    }

    TcpConnRowCase m_case;          //!< The test.
    TcpSocket::TcpStates_t m_state; //!< Its state.
};

} // namespace

TcpConnRowResult
TcpConnRunRow(const TcpConnRowCase& rowCase,
              TcpSocket::TcpStates_t state,
              uint32_t shiftS,
              uint32_t shiftR,
              std::vector<uint32_t>* taken)
{
    TcpConnRowResult result;
    auto given = Parse(rowCase.given);
    TcpConnCoreScript script(rowCase.given, shiftS, shiftR);
    const TcpConnTransitionTable& table =
        given.count("fastopen") ? script.end.policies->Table() : TcpConnTransitionTable::Rfc9293();
    result.row = FindRow(table, state, rowCase.cause);
    if (!result.row)
    {
        return result;
    }
    result.reached = script.Reach(given.count("from") ? StateOf(given["from"]) : state);
    script.Run(rowCase.before);
    script.Forget();
    std::vector<uint32_t> counts(table.Rows().size());
    script.end.taken = counts.data();
    script.Run(rowCase.steps);
    result.taken = counts[result.row->index] > 0;
    result.tidy = Tidy(script.end.conn);
    result.seen = script.Seen();
    result.expected = script.Expand(rowCase.seen);
    for (size_t i = 0; taken && i < counts.size(); ++i)
    {
        (*taken)[i] += counts[i];
    }
    return result;
}

TcpConnRowSuite::TcpConnRowSuite(const std::string& suiteName,
                                 const std::vector<TcpConnRowCase>& cases)
    : TestSuite(suiteName, TCP_CONN_UNIT)
{
    std::set<std::string> names;
    for (const TcpConnRowCase& rowCase : cases)
    {
        for (int s = 0; s < TcpSocket::LAST_STATE; ++s)
        {
            const auto state = static_cast<TcpSocket::TcpStates_t>(s);
            if (!((rowCase.states >> s) & 1))
            {
                continue;
            }
            std::string name = std::string(TcpConnStateName(state)) + " x " + rowCase.cause;
            if (!names.insert(name).second)
            {
                // A row that is tested once more: the name says by what.
                name += std::string(", ") + rowCase.given + (*rowCase.given ? ": " : "") +
                        rowCase.steps;
            }
            std::replace(name.begin(), name.end(), '/', ':'); // ns-3 allows no slash in a name
            AddTestCase(new RowTest(name, rowCase, state), TCP_CONN_QUICK);
        }
    }
}

} // namespace ns3
