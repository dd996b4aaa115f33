/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_EXPLORER_HOST_H
#define TCP_CONN_EXPLORER_HOST_H

#include "../../test/tcp-conn-core-end.h"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/** @ingroup tcp-conn
 * Exploration of all states that two ends of a connection can reach (utils/tcp-conn-explorer).
 */
namespace TcpConnExplorer
{

/** What a host may do, and how often. */
struct HostBounds
{
    uint8_t opens{1};        //!< Active opens.
    uint8_t listens{1};      //!< Passive opens.
    uint8_t incarnations{2}; //!< Connections that choose an initial sequence number.
    uint8_t sends{1};        //!< SEND calls of the application.
    uint8_t aborts{1};       //!< ABORT calls.
    uint8_t crashes{0};      //!< Times that the host forgets everything.
    bool halfClose{true};    //!< CLOSE, after which the application reads on.
    bool giveUp{true};       //!< What is not acknowledged is given up in the end.
    bool letGo{true};        //!< CLOSE by which the application lets go of the connection.
};

/** What happens to a host. */
struct Event
{
    /** Kinds of events. */
    enum Kind : uint8_t
    {
        PASSIVE_OPEN,
        ACTIVE_OPEN,
        SEND,
        CLOSE,
        LET_GO,
        ABORT,
        CRASH,
        EXPIRE, //!< A timer expires.
        ARRIVE, //!< A segment arrives.
    };

    /**
     * @param timer a timer
     * @return the code of its expiry: calls come first, then timers
     */
    static constexpr uint32_t Expiry(ns3::TcpConnTimer timer)
    {
        return static_cast<uint32_t>(EXPIRE) + static_cast<uint32_t>(timer);
    }

    /** Number of events that are not arrivals: calls, then timers. */
    static constexpr uint32_t CODES =
        static_cast<uint32_t>(EXPIRE) + static_cast<uint32_t>(ns3::TCP_CONN_TIMERS);

    Kind kind{ARRIVE};                           //!< Kind.
    ns3::TcpConnTimer timer{};                   //!< EXPIRE: which timer.
    const ns3::TcpConnSegment* segment{nullptr}; //!< ARRIVE: the segment.
    uint32_t tag{0};                             //!< ARRIVE: who sent it, see Host::Tag().

    /** @param code number below CODES @return the call or expiry of that number */
    static Event Of(uint32_t code);
    /** @return its name: "active-open", "retransmission-timeout", ... */
    std::string Name() const;
};

/** What came of an event. */
struct Outcome
{
    bool illegal{false};       //!< A state was left in a way that RFC 9293 does not know.
    bool resetAnswered{false}; //!< A reset was answered by a reset.
    bool oldBytes{false};      //!< Text of another incarnation was delivered.
    bool timeWaitBegun{false}; //!< The 2 MSL of TIME-WAIT began, or began anew.
    std::vector<ns3::TcpConnEffect> effects; //!< What the machine wanted done.
    std::vector<ns3::TcpConnSegment> sent;   //!< Segments sent.
    uint32_t tag{0};                         //!< Tag of the segments sent.
    uint32_t bytes{0};                       //!< Bytes that the application read.
};

/**
 * One host: at most one connection between two fixed addresses and ports, a listener perhaps, an
 * application, and what remains to be done of its bounds.  The connection is a control block that
 * the machine of the simulator works on.
 *
 * A plain value: it can be copied and compared.  Its clock ticks (one second) with each incarnation
 * and at no other time; timers have no deadlines but may expire at any moment once they are set.
 */
class Host
{
  public:
    /**
     * @param side 0 or 1: which of the two hosts
     * @param rules the policies
     * @param settings the settings of its connections
     * @param bounds what it may do
     */
    Host(uint8_t side,
         ns3::Ptr<const ns3::TcpConnPolicies> rules,
         const ns3::TcpConnSettings& settings,
         const HostBounds& bounds);

    /** @param event a call or an expiry @return whether it can happen now */
    bool Can(const Event& event) const;

    /**
     * An event happens.
     * @param event the event; Can() holds, or a segment arrives
     * @param [in,out] taken counts by row of the table, added to; nullptr: none
     * @return what came of it
     */
    Outcome Apply(const Event& event, std::vector<uint64_t>* taken);

    /** @return the state of its connection; CLOSED or LISTEN if there is none. */
    ns3::TcpSocket::TcpStates_t State() const;
    /** @return its control block. */
    const ns3::TcpConnTcb& Tcb() const;
    /** @return who it is: its incarnation, and that of the peer's from which it has its IRS. */
    uint32_t Tag() const;
    /** @return number of incarnations so far. */
    uint8_t Incarnation() const;
    /** @return the name of its connection. */
    const ns3::TcpConnKey& Key() const;
    /** @return its policies. */
    const ns3::TcpConnPolicies& Rules() const;

    /**
     * @param iss a number of this host
     * @param irs a number of its peer
     * @return whether it ever had a control block with both
     */
    bool Knew(uint32_t iss, uint32_t irs) const;

    /** @return whether it waits for its peer and no timer is set that would end that. */
    bool Stuck() const;

    /** @return everything that can make a difference to what it does, as bytes. */
    std::string Canonical() const;
    /** @param o a host of the same Canonical() @return whether both data phases are equal */
    bool SameText(const Host& o) const;

  private:
    void Arrive(const Event& event, Outcome& outcome);
    void Call(Event::Kind kind);
    bool Open(const Event& event);
    void Renew();
    void Judge(const Event& event, Outcome& outcome) const;
    void Learn();
    void Read(Outcome& outcome);
    ns3::Time Clock(uint32_t incarnation) const;

    ns3::TcpConnCoreEnd m_core;                         //!< The connection.
    ns3::Ptr<const ns3::TcpConnPolicies> m_rules;       //!< Policies.
    HostBounds m_left;                                  //!< What may still be done.
    uint8_t m_side;                                     //!< Which host.
    uint8_t m_incarnation{0};                           //!< Incarnations so far.
    uint8_t m_peerIncarnation{0};                       //!< Whose SYN it took; 0: none.
    uint8_t m_lastOpened{0};                            //!< Last incarnation before that was open.
    bool m_opened{false};                               //!< This one is or was open.
    bool m_listener{false};                             //!< The application listens.
    std::vector<std::pair<uint32_t, uint32_t>> m_known; //!< Pairs (ISS, IRS) that it knew.
};

/**
 * Is this a move of RFC 9293 (figure 5 and section 3.10)?
 * @param row a row that moves a connection
 * @return whether it is
 */
bool IsLegalMove(const ns3::TcpConnRow& row);

/**
 * @param segment a segment
 * @param tag who sent it
 * @return both as bytes
 */
std::string CanonicalSegment(const ns3::TcpConnSegment& segment, uint32_t tag);

} // namespace TcpConnExplorer

#endif /* TCP_CONN_EXPLORER_HOST_H */
