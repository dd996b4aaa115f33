/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-core-script.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-trace.h"

#include <algorithm>
#include <csignal>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace ns3;

namespace
{

using State = TcpSocket::TcpStates_t;

/** A function that checks something. */
class TableTest : public TestCase
{
  public:
    /** Checks it; the text says what is wrong, empty: nothing is. */
    using Check = std::function<std::string()>;

    /** @param name what is checked @param check how */
    TableTest(const std::string& name, Check check)
        : TestCase(name),
          m_check(std::move(check))
    {
    }

  private:
    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(m_check(), "", GetName());
    }

    Check m_check; //!< The check.
};

/** @param row a row @return its name */
std::string
NameOf(const TcpConnRow& row)
{
    return std::string(TcpConnStateName(row.from)) + " x " + row.cause;
}

// The table as it stands --------------------------------------------------------------------------

/** @param table a table @return cells without rows, out of order, or with a row never reached */
std::string
FindHoles(const TcpConnTransitionTable& table)
{
    std::string wrong;
    size_t next = 0;
    for (int s = 0; s < TcpSocket::LAST_STATE; ++s)
    {
        for (int e = 0; e < static_cast<int>(TcpConnEvent::COUNT); ++e)
        {
            const TcpConnRow* row = table.Cell(static_cast<State>(s), static_cast<TcpConnEvent>(e));
            std::set<TcpConnGuard> guards;
            const bool begins = row == &table.Rows()[next];
            bool sound = begins;
            for (bool last = false; sound && !last; ++row, ++next)
            {
                last = row->guard == TcpConnGuard::ALWAYS;
                sound = row->from == s && static_cast<int>(row->event) == e && row->index == next &&
                        guards.insert(row->guard).second;
            }
            wrong += sound ? ""
                           : std::string(TcpConnStateName(static_cast<State>(s))) + " x " +
                                 TcpConnEventName(static_cast<TcpConnEvent>(e)) + "; ";
        }
    }
    return next == table.Rows().size() ? wrong : wrong + "rows of no cell";
}

/** @return rows without a clause, or with a cause that is not "event" or "event/guard" */
std::string
FindUnexplained()
{
    std::string wrong;
    for (const TcpConnRow& row : TcpConnTransitionTable::Rfc9293().Rows())
    {
        std::string cause = TcpConnEventName(row.event);
        cause +=
            row.guard == TcpConnGuard::ALWAYS ? "" : std::string("/") + TcpConnGuardName(row.guard);
        const bool sound = row.clause && row.clause[0] != '\0' && !row.policy && cause == row.cause;
        wrong += sound ? "" : NameOf(row) + "; ";
    }
    return wrong;
}

/** @return moves that the table and RFC 9293's figure 5 do not both have */
std::string
CompareFigure5()
{
    // Figure 5 and its notes.  FIN-WAIT-1 comes to TIME-WAIT by way of FIN-WAIT-2.  What aborts,
    // resets, timeouts and errors add is a move to CLOSED from everywhere.
    const std::set<std::pair<int, int>> figure = {
        {TcpSocket::CLOSED, TcpSocket::LISTEN},
        {TcpSocket::CLOSED, TcpSocket::SYN_SENT},
        {TcpSocket::LISTEN, TcpSocket::SYN_SENT},
        {TcpSocket::LISTEN, TcpSocket::SYN_RCVD},
        {TcpSocket::SYN_SENT, TcpSocket::SYN_RCVD},
        {TcpSocket::SYN_SENT, TcpSocket::ESTABLISHED},
        {TcpSocket::SYN_RCVD, TcpSocket::LISTEN},
        {TcpSocket::SYN_RCVD, TcpSocket::ESTABLISHED},
        {TcpSocket::SYN_RCVD, TcpSocket::FIN_WAIT_1},
        {TcpSocket::ESTABLISHED, TcpSocket::FIN_WAIT_1},
        {TcpSocket::ESTABLISHED, TcpSocket::CLOSE_WAIT},
        {TcpSocket::FIN_WAIT_1, TcpSocket::FIN_WAIT_2},
        {TcpSocket::FIN_WAIT_1, TcpSocket::CLOSING},
        {TcpSocket::FIN_WAIT_2, TcpSocket::TIME_WAIT},
        {TcpSocket::CLOSING, TcpSocket::TIME_WAIT},
        {TcpSocket::CLOSE_WAIT, TcpSocket::LAST_ACK},
    };
    std::string wrong;
    for (int from = 0; from < TcpSocket::LAST_STATE; ++from)
    {
        for (int to = 0; to < TcpSocket::LAST_STATE; ++to)
        {
            const bool drawn = figure.count({from, to}) || to == TcpSocket::CLOSED;
            const bool listed = TcpConnTransitionTable::Rfc9293().Lists(static_cast<State>(from),
                                                                        static_cast<State>(to));
            if (from != to && drawn != listed)
            {
                wrong += std::string(TcpConnStateName(static_cast<State>(from))) + " -> " +
                         TcpConnStateName(static_cast<State>(to)) + "; ";
            }
        }
    }
    return wrong;
}

/** @return rows that none of the row tests takes */
std::string
FindUntaken()
{
    const auto& rows = TcpConnTransitionTable::Rfc9293().Rows();
    std::vector<uint32_t> taken(rows.size());
    for (const auto* cases : {&TcpConnCallRows(), &TcpConnSegmentRows(), &TcpConnTimeoutRows()})
    {
        for (const TcpConnRowCase& rowCase : *cases)
        {
            for (int s = 0; s < TcpSocket::LAST_STATE; ++s)
            {
                const auto state = static_cast<State>(s);
                if ((rowCase.states >> s) & 1)
                {
                    const auto result = TcpConnRunRow(rowCase, state, 0, 0, nullptr);
                    taken[result.row ? result.row->index : 0] += result.Good() ? 1 : 0;
                }
            }
        }
    }
    std::string wrong;
    for (const TcpConnRow& row : rows)
    {
        wrong += taken[row.index] > 0 ? "" : NameOf(row) + "; ";
    }
    return wrong;
}

// A policy's rules --------------------------------------------------------------------------------

/** Two rules: one tried before RFC 9293's, one that stands for a whole cell. */
const std::vector<TcpConnRule> EXTRA = {
    {TcpConnRule::In(TcpSocket::LISTEN) | TcpConnRule::In(TcpSocket::SYN_SENT),
     TcpConnEvent::SYN,
     TcpConnGuard::UNASKED_SYN_ACK,
     TcpSocket::ESTABLISHED,
     TcpConnAction::NOTHING,
     TcpConnThen::NEXT,
     "test"},
    {TcpConnRule::In(TcpSocket::TIME_WAIT),
     TcpConnEvent::RST,
     TcpConnGuard::ALWAYS,
     TcpSocket::CLOSED,
     TcpConnAction::DELETE_TCB,
     TcpConnThen::DONE,
     "test"}};

/** @return what is wrong with the table that has them */
std::string
CheckExtended()
{
    const TcpConnTransitionTable& base = TcpConnTransitionTable::Rfc9293();
    const size_t before = base.Rows().size();
    const TcpConnTransitionTable table(base, "Test", EXTRA);
    std::string wrong = FindHoles(table);
    wrong += base.Rows().size() == before ? "" : "the base has changed; ";
    // TIME-WAIT x RST has one row in RFC 9293's table: it is replaced.
    wrong += table.Rows().size() == before + 2 ? "" : "not two rows more; ";
    const TcpConnRow* syn = table.Cell(TcpSocket::LISTEN, TcpConnEvent::SYN);
    const TcpConnRow* old = base.Cell(TcpSocket::LISTEN, TcpConnEvent::SYN);
    wrong += syn->guard == TcpConnGuard::UNASKED_SYN_ACK && syn->policy == std::string("Test")
                 ? ""
                 : "the rule is not tried first; ";
    wrong += syn[1].guard == old->guard && !syn[1].policy ? "" : "RFC 9293's rows do not follow; ";
    const TcpConnRow* rst = table.Cell(TcpSocket::TIME_WAIT, TcpConnEvent::RST);
    wrong += rst->to == TcpSocket::CLOSED && rst->policy ? "" : "the cell is not replaced; ";
    wrong += table.Lists(TcpSocket::LISTEN, TcpSocket::ESTABLISHED) &&
                     !base.Lists(TcpSocket::LISTEN, TcpSocket::ESTABLISHED)
                 ? ""
                 : "the move is not listed there alone; ";
    return wrong;
}

/** @return what is wrong with a table that two policies extend: the later one comes first */
std::string
CheckTwice()
{
    const TcpConnTransitionTable once(TcpConnTransitionTable::Rfc9293(), "First", EXTRA);
    auto rules = EXTRA;
    rules[0].guard = TcpConnGuard::COOKIE_DUE;
    rules[1].to = TcpConnRule::SAME;
    const TcpConnTransitionTable twice(once, "Second", rules);
    const TcpConnRow* syn = twice.Cell(TcpSocket::LISTEN, TcpConnEvent::SYN);
    const TcpConnRow* rst = twice.Cell(TcpSocket::TIME_WAIT, TcpConnEvent::RST);
    std::string wrong = FindHoles(twice);
    wrong += syn[0].policy == std::string("Second") && syn[1].policy == std::string("First") &&
                     !syn[2].policy
                 ? ""
                 : "not the later policy first; ";
    wrong += rst->policy == std::string("Second") && rst->to == TcpSocket::TIME_WAIT
                 ? ""
                 : "the later one does not replace the earlier one's; ";
    return wrong;
}

// The one function that moves ---------------------------------------------------------------------

/** A handshake whose table knows no way from LISTEN to SYN-RECEIVED. */
class DeafHandshake : public TcpConnThreeWayHandshake
{
  public:
    std::vector<TcpConnRule> Rules() const override
    {
        return {{TcpConnRule::In(TcpSocket::LISTEN),
                 TcpConnEvent::SYN,
                 TcpConnGuard::ALWAYS,
                 TcpConnRule::SAME,
                 TcpConnAction::NOTHING,
                 TcpConnThen::DROP,
                 "test"}};
    }
};

/** An end that changes underneath the machine while it asks about a SYN. */
class ShiftyEnd : public TcpConnCoreEnd
{
  public:
    /** @param state it changes its control block, for one in CLOSED; else its table */
    explicit ShiftyEnd(bool state)
        : TcpConnCoreEnd(MakePolicies(100)),
          m_state(state),
          m_other(MakePolicies(100))
    {
        m_other->handshake = CreateObject<DeafHandshake>();
        m_other->Compose();
    }

    TcpConnAdmission::Verdict Admit() override
    {
        if (m_state)
        {
            tcb = &m_closed;
        }
        else
        {
            policies = PeekPointer(m_other);
        }
        return TcpConnAdmission::Verdict::ADMIT;
    }

  private:
    bool m_state;                 //!< What changes.
    Ptr<TcpConnPolicies> m_other; //!< The other table.
    TcpConnTcb m_closed;          //!< The other block.
};

/**
 * Let an end take a SYN in a process of its own.
 * @param end the end, in CLOSED
 * @param [out] words what the process said
 * @return whether it aborted
 */
bool
DiesOfSyn(TcpConnCoreEnd& end, std::string& words)
{
    int pipeEnds[2];
    if (pipe(pipeEnds) != 0)
    {
        return false;
    }
    const pid_t child = fork();
    if (child == 0)
    {
        const rlimit none{0, 0};
        setrlimit(RLIMIT_CORE, &none);
        dup2(pipeEnds[1], STDERR_FILENO);
        close(pipeEnds[0]);
        end.BecomeClone();
        TcpConnSegment syn;
        syn.flags = TCP_CONN_SYN;
        end.Arrive(syn);
        _exit(0);
    }
    close(pipeEnds[1]);
    char buffer[256];
    for (ssize_t n = 1; n > 0;)
    {
        n = read(pipeEnds[0], buffer, sizeof(buffer));
        words.append(buffer, static_cast<size_t>(std::max<ssize_t>(n, 0)));
    }
    close(pipeEnds[0]);
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGABRT;
}

/** @param state the control block changes; else the table @param message what must be said */
std::string
CheckRefusal(bool state, const std::string& message)
{
    ShiftyEnd end(state);
    std::string words;
    if (!DiesOfSyn(end, words))
    {
        return "it went on: " + words;
    }
    return words.find(message) == std::string::npos ? "it said: " + words : "";
}

/** @return what is wrong where nothing changes: the same SYN is taken, and the process lives */
std::string
CheckNoRefusal()
{
    TcpConnCoreEnd end(TcpConnCoreEnd::MakePolicies(100));
    std::string words;
    return DiesOfSyn(end, words) ? "it aborted: " + words : words;
}

// JSON --------------------------------------------------------------------------------------------

/** A reader of an array of flat objects with strings and null, strict in all that it knows. */
class JsonRows
{
  public:
    /** @param text the array */
    explicit JsonRows(const std::string& text)
        : m_text(text)
    {
    }

    /** @return number of objects with @p members members each; -1: it is not such an array */
    int Count(size_t members)
    {
        int objects = 0;
        bool sound = Take('[');
        do
        {
            sound = sound && Object() == members;
            ++objects;
        } while (sound && Take(','));
        sound = sound && Take(']') && m_at == m_text.size();
        return sound ? objects : -1;
    }

  private:
    /** @param c a character that may stand next, blanks aside @return whether it did */
    bool Take(char c)
    {
        const bool is = m_at < m_text.size() && m_text[m_at] == c;
        m_at += is ? 1 : 0;
        Blanks();
        return is;
    }

    /** Skip blanks. */
    void Blanks()
    {
        m_at = std::min(m_text.find_first_not_of(" \n", m_at), m_text.size());
    }

    /** @return whether a string was read */
    bool String()
    {
        if (m_at >= m_text.size() || m_text[m_at] != '"')
        {
            return false;
        }
        const size_t end = m_text.find('"', m_at + 1);
        const bool plain =
            end != std::string::npos &&
            m_text.substr(m_at, end - m_at).find_first_of("\\\n") == std::string::npos;
        m_at = plain ? end + 1 : m_at;
        Blanks();
        return plain;
    }

    /** @return whether null was read */
    bool Null()
    {
        const bool is = m_text.compare(m_at, 4, "null") == 0;
        m_at += is ? 4 : 0;
        Blanks();
        return is;
    }

    /** @return number of members of an object; 0: there is none */
    size_t Object()
    {
        size_t members = 0;
        bool sound = Take('{');
        do
        {
            sound = sound && String() && Take(':') && (String() || Null());
            ++members;
        } while (sound && Take(','));
        return sound && Take('}') ? members : 0;
    }

    std::string m_text; //!< The array.
    size_t m_at{0};     //!< Where it is read.
};

/** @param table a table @return what is wrong with what it writes */
std::string
CheckJson(const TcpConnTransitionTable& table)
{
    std::ostringstream os;
    table.WriteJson(os);
    const int objects = JsonRows(os.str()).Count(7);
    return objects == static_cast<int>(table.Rows().size())
               ? ""
               : std::to_string(objects) + " objects of seven members";
}

/** The table itself, and what the row tests leave out. */
class MachineTableSuite : public TestSuite
{
  public:
    MachineTableSuite()
        : TestSuite("tcp-conn-machine-table", TCP_CONN_UNIT)
    {
        const TcpConnTransitionTable& rfc = TcpConnTransitionTable::Rfc9293();
        Add("Each of 11 states x each event has rows, the last without condition",
            [&rfc] { return FindHoles(rfc); });
        Add("Each row has its clause and its cause", &FindUnexplained);
        Add("The moves are those of figure 5 of RFC 9293", &CompareFigure5);
        Add("Each row is taken by a test of its name", &FindUntaken);
        Add("The rules of a policy come first, or replace", &CheckExtended);
        Add("The rules of a second policy come before those of the first", &CheckTwice);
        Add("A SYN that the table takes does no harm", &CheckNoRefusal);
        Add("A move is refused that the table does not list", [] {
            return CheckRefusal(false, "the table lists no move from LISTEN to SYN-RECEIVED");
        });
        Add("A row of another state is refused", [] {
            return CheckRefusal(true, "the table lists no move from CLOSED to SYN-RECEIVED");
        });
        Add("JSON has an object for each row", [&rfc] { return CheckJson(rfc); });
        Add("JSON has an object for each row of a policy too",
            [&rfc] { return CheckJson(TcpConnTransitionTable(rfc, "Test", EXTRA)); });
    }

  private:
    /** @param name what is checked @param check how */
    void Add(const std::string& name, TableTest::Check check)
    {
        AddTestCase(new TableTest(name, std::move(check)), TCP_CONN_QUICK);
    }
} g_machineTableSuite; //!< The suite.

} // namespace
