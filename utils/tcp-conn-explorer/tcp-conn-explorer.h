/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_EXPLORER_H
#define TCP_CONN_EXPLORER_H

#include "tcp-conn-explorer-atlas.h"

#include <array>
#include <deque>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace TcpConnExplorer
{

/** What is explored. */
struct Setup
{
    ns3::Ptr<const ns3::TcpConnPolicies> policies[2]; //!< Policies of each host.
    ns3::TcpConnSettings settings;                    //!< Settings of their connections.
    HostBounds bounds[2];                             //!< What each host may do.
    uint8_t inFlight{3}; //!< Segments in the network in each direction, 4 at most; more are lost.
    uint8_t losses{1};   //!< Segments that the network loses at other times.
    uint8_t repeats{1};  //!< Segments that it delivers once more.
    bool reorder{true};  //!< It delivers them in any order.
    bool mslHolds{true}; //!< No segment outlives the 2 MSL of a TIME-WAIT that began after it.
    uint32_t states{1000000}; //!< Most states; no more are followed then.
};

/** What can be wrong. */
enum class Violation : uint8_t
{
    NONE,
    ILLEGAL_MOVE,     //!< A move that RFC 9293 does not know.
    DEADLOCK,         //!< An end waits for its peer and no timer runs.
    WRONG_NUMBERS,    //!< Both are ESTABLISHED, and not with each other's numbers.
    OLD_BYTES,        //!< Text of another incarnation was delivered.
    NO_WAY_TO_CLOSED, //!< From here both can no longer reach CLOSED.
    GHOST,            //!< An end is ESTABLISHED with numbers that its peer never knew.
    RESET_ANSWERED,   //!< A reset answered a reset.
};

/** @param v a violation @return its name: "ghost", "old-bytes", ... */
const char* ViolationName(Violation v);

/** One thing that happens in the network of two hosts. */
struct Act
{
    /** Kinds of acts. */
    enum Kind : uint8_t
    {
        HOST,    //!< A call or an expiry at a host.
        DELIVER, //!< A segment arrives.
        REPEAT,  //!< A segment arrives, and stays in the network.
        LOSE,    //!< A segment is lost.
    };

    Kind kind{HOST};    //!< Kind.
    uint8_t host{0};    //!< The host at which it happens, or to which the segment went.
    uint8_t code{0};    //!< HOST: see Event::Of().
    uint32_t letter{0}; //!< The segment's number otherwise.
};

/** What was found. */
struct Result
{
    Violation violation{Violation::NONE}; //!< What is wrong.
    std::vector<Act> run;                 //!< The shortest run to it.
    uint64_t states{0};                   //!< States reached.
    uint64_t steps{0};                    //!< Steps made between them.
    uint32_t depth{0};                    //!< Steps of the longest of the shortest runs.
    bool complete{false};                 //!< All states within the bounds were reached.
    uint64_t halfOpen{0};                 //!< States with a half-open connection.
    uint64_t overflows{0};                //!< Segments lost because the network was full.
    size_t hosts{0};                      //!< States of one host met.
    size_t letters{0};                    //!< Different segments met.
    size_t rows{0};                       //!< Rows of the table taken.
    size_t allRows{0};                    //!< Rows that it has.
    double seconds{0};                    //!< Time that it took.
    std::set<std::pair<int, int>> pairs;  //!< Pairs of the two hosts' states reached.
};

/**
 * Goes through all that can happen, breadth first, until something is wrong or all is seen.
 */
class Search
{
  public:
    /** @param setup what is explored */
    explicit Search(const Setup& setup);

    /** @return what was found. */
    Result Run();

    /** @return the hosts and segments met. */
    const Atlas& GetAtlas() const;

  private:
    static constexpr uint32_t ROOM = 4;            //!< Most segments in one direction.
    static constexpr uint32_t EMPTY = UINT32_MAX;  //!< No segment.
    static constexpr uint32_t LETTER = 0x3fffffff; //!< Bits of its number.

    /**
     * Everything at one moment.  Two worlds are the same if all their bytes are.  The two highest
     * bits of a segment say for each host whether it was sent before the TIME-WAIT in which that
     * host is began.
     */
    struct World
    {
        std::array<uint32_t, 2> host;       //!< Numbers of the hosts.
        std::array<uint32_t, 2 * ROOM> net; //!< Segments to host 0, then to host 1.
        uint16_t losses;                    //!< Losses left.
        uint16_t repeats;                   //!< Repeats left.
    };

    void Expand(uint32_t from);
    void HostSteps(uint32_t from, uint32_t side);
    void NetSteps(uint32_t from, uint32_t side);
    bool MayExpire(const World& world, uint32_t side, const Step& step) const;
    World After(const World& world, uint32_t side, const Step& step);
    void Post(World& world, uint32_t to, uint32_t letter);
    void Reach(const World& world, uint32_t from, const Act& act, const Step* step);
    Violation Judge(const World& world) const;
    bool IsGhost(const Host& host, const Host& peer) const;
    bool IsHalfOpen(const Host& host, const Host& peer) const;
    uint32_t Find(const World& world, bool& isNew);
    void Grow();
    static uint64_t Hash(const World& world);
    static void Remove(World& world, uint32_t slot);
    static uint32_t Mark(uint32_t side);
    void FindWays();
    std::vector<Act> RunTo(uint32_t at) const;

    Setup m_setup;                    //!< What is explored.
    Atlas m_atlas;                    //!< Hosts and segments.
    std::deque<World> m_worlds;       //!< States in the order in which they were reached.
    std::deque<uint32_t> m_from;      //!< The state before each.
    std::deque<Act> m_by;             //!< What led to each.
    std::vector<uint32_t> m_index;    //!< Hash table of their numbers.
    std::deque<uint32_t> m_next;      //!< Successors of each state, those by which it may close.
    std::deque<uint64_t> m_firstNext; //!< Where those of each state begin.
    Result m_result;                  //!< What was found.
};

} // namespace TcpConnExplorer

#endif /* TCP_CONN_EXPLORER_H */
