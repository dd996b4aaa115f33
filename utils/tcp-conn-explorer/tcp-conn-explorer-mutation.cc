/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-explorer-mutation.h"

#include "ns3/tcp-conn-trace.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnMutation);

TypeId
TcpConnMutation::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnMutation")
                            .SetParent<TcpConnRetryRfc6298>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnMutation>();
    return tid;
}

std::vector<TcpConnRule>
TcpConnMutation::Rules() const
{
    return rules;
}

} // namespace ns3

namespace TcpConnExplorer
{

using namespace ns3;

namespace
{

/** Rows of one cell. */
using Cell = std::vector<TcpConnRule>;

/** @param event an event @return whether it is a check of an arriving segment */
bool
IsCheck(TcpConnEvent event)
{
    return event >= TcpConnEvent::SEQUENCE && event <= TcpConnEvent::FIN;
}

/** @param first first row of a cell @return its rows as rules */
Cell
RulesOf(const TcpConnRow* first)
{
    Cell cell;
    for (const TcpConnRow* row = first;; ++row)
    {
        cell.push_back({static_cast<uint16_t>(1U << row->from),
                        row->event,
                        row->guard,
                        row->to,
                        row->action,
                        row->then,
                        row->clause});
        if (row->guard == TcpConnGuard::ALWAYS)
        {
            return cell;
        }
    }
}

/**
 * @param action an action
 * @return whether the machine does nothing for it: it is a name for what the host does, or for
 *         what the move itself is
 */
bool
IsIdle(TcpConnAction action)
{
    switch (action)
    {
    case TcpConnAction::NOTHING:
    case TcpConnAction::QUEUE_TEXT:
    case TcpConnAction::QUEUE_AND_SEND:
    case TcpConnAction::DELIVER:
    case TcpConnAction::FORGET_HALF_OPEN:
        return true;
    default:
        return false;
    }
}

/** @param event an event @return an action that a row which does nothing could do by mistake */
TcpConnAction
Intruder(TcpConnEvent event)
{
    if (IsCheck(event))
    {
        return TcpConnAction::RESET_REPLY;
    }
    return event < TcpConnEvent::SEQUENCE ? TcpConnAction::ERROR_AGAIN : TcpConnAction::TIMED_OUT;
}

/** Collects the changes of one row. */
class Changes
{
  public:
    /** @param row the row @param cell its cell @param at its place there @param [out] all where */
    Changes(const TcpConnRow& row, const Cell& cell, size_t at, std::vector<Mutant>& all)
        : m_row(row),
          m_cell(cell),
          m_at(at),
          m_all(all)
    {
    }

    /** The state after it. */
    void State()
    {
        if (m_row.to != m_row.from)
        {
            Change("stays", [this](TcpConnRule& rule) { rule.to = m_row.from; });
        }
        // Some other state: the one that follows in the enumeration and is not left.
        int other = (m_row.to + 1) % TcpSocket::LAST_STATE;
        other = other == m_row.from ? (other + 1) % TcpSocket::LAST_STATE : other;
        const auto to = static_cast<TcpSocket::TcpStates_t>(other);
        Change(std::string("to ") + TcpConnStateName(to),
               [to](TcpConnRule& rule) { rule.to = to; });
    }

    /** What it does. */
    void Action()
    {
        const TcpConnAction action =
            IsIdle(m_row.action) ? Intruder(m_row.event) : TcpConnAction::NOTHING;
        Change(std::string("does ") + TcpConnActionName(action),
               [action](TcpConnRule& rule) { rule.action = action; });
    }

    /** When it is taken: whatever its guard says, or not at all. */
    void Guard()
    {
        if (m_row.guard == TcpConnGuard::ALWAYS)
        {
            return;
        }
        Change("always", [](TcpConnRule& rule) { rule.guard = TcpConnGuard::ALWAYS; });
        Cell cell = m_cell;
        cell.erase(cell.begin() + static_cast<std::ptrdiff_t>(m_at));
        Add("never", cell);
    }

    /** What follows it. */
    void Then()
    {
        if (!IsCheck(m_row.event))
        {
            return;
        }
        // The FIN is the last check: nothing follows it, but it may be dropped.
        const bool goesOn = m_row.then != TcpConnThen::NEXT && m_row.event != TcpConnEvent::FIN;
        const bool drops = m_row.then != TcpConnThen::DROP;
        const TcpConnThen then = goesOn  ? TcpConnThen::NEXT
                                 : drops ? TcpConnThen::DROP
                                         : TcpConnThen::DONE;
        Change(goesOn  ? "goes on"
               : drops ? "drops the segment"
                       : "does not count as dropped",
               [then](TcpConnRule& rule) { rule.then = then; });
    }

  private:
    /** @param what what is changed @param change how */
    template <typename F>
    void Change(const std::string& what, F change)
    {
        Cell cell = m_cell;
        change(cell[m_at]);
        Add(what, cell);
    }

    /** @param what what is changed @param cell the cell then */
    void Add(const std::string& what, const Cell& cell)
    {
        m_all.push_back(
            {m_row.from,
             std::string(TcpConnStateName(m_row.from)) + " x " + m_row.cause + ": " + what,
             cell});
    }

    const TcpConnRow& m_row;    //!< The row.
    const Cell& m_cell;         //!< Its cell.
    size_t m_at;                //!< Its place there.
    std::vector<Mutant>& m_all; //!< Where they go.
};

} // namespace

std::vector<Mutant>
AllMutants()
{
    std::vector<Mutant> all;
    const TcpConnTransitionTable& table = TcpConnTransitionTable::Rfc9293();
    for (const TcpConnRow& row : table.Rows())
    {
        const TcpConnRow* first = table.Cell(row.from, row.event);
        const Cell cell = RulesOf(first);
        Changes changes(row, cell, static_cast<size_t>(&row - first), all);
        changes.State();
        changes.Action();
        changes.Guard();
        changes.Then();
    }
    return all;
}

} // namespace TcpConnExplorer
