/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_RANDOM_WALK_SCENE_H
#define TCP_CONN_RANDOM_WALK_SCENE_H

#include "ns3/nstime.h"
#include "ns3/type-id.h"

#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * What a random walk is made of: everything is drawn from its seed.
 */

namespace ns3
{
namespace TcpConnRandomWalk
{

/** Random numbers that are the same with every compiler and library. */
class Dice
{
  public:
    /** @param seed what they follow from */
    explicit Dice(uint64_t seed);

    /** @param n a number, not 0 @return a number below it */
    uint64_t Below(uint64_t n);
    /** @param least least number @param most greatest @return a number, both included */
    uint64_t Between(uint64_t least, uint64_t most);
    /** @param percent probability @return whether it happens */
    bool Chance(uint32_t percent);
    /** @param most a time @return a time below it, in microseconds */
    Time Within(Time most);

    /** @param list some, not none @return one of them */
    template <typename T>
    const T& Pick(const std::vector<T>& list)
    {
        return list[Below(list.size())];
    }

  private:
    std::mt19937_64 m_engine; //!< Its numbers are fixed by the standard, distributions are not.
};

/** Names and values of attributes. */
using Attributes = std::vector<std::pair<std::string, std::string>>;

/** The families of policies: attribute of the protocol, base class. */
const std::vector<std::pair<std::string, TypeId>>& Families();

/** @param family base class of a family @return the module's policies of it, by name */
std::vector<TypeId> PoliciesOf(TypeId family);

/** One host. */
struct HostScene
{
    std::map<std::string, std::string> policies; //!< By family, as text.
    Attributes protocol;                         //!< Other attributes of its protocol.
    std::string rules;                           //!< What becomes of what it sends.
    std::vector<Time> crashes;                   //!< When it crashes.
    uint32_t icmpPercent{0};                     //!< Segments that an ICMP error answers.
};

/** What a walk is made of. */
struct Scene
{
    /** @param dice what it is drawn from */
    explicit Scene(Dice& dice);

    /** @return it as text, some lines */
    std::string Text() const;

    std::array<HostScene, 2> hosts; //!< The hosts.
    std::string rate;               //!< Rate of the link.
    std::string delay;              //!< Its delay.
    double msl{0};                  //!< Maximum segment lifetime, seconds.
    Time span;                      //!< Applications begin what they do within this time.
    uint32_t clients{0};            //!< Sockets that connect.
    uint32_t listeners{0};          //!< Sockets that listen, for each host.
    bool checksums{false};          //!< Checksums are made and looked at.
    bool v6{false};                 //!< IPv6, not IPv4.
    /**
     * No byte of an old connection can be delivered to a new one: no policy, limit or crash takes
     * TCP's means against it.
     */
    bool safe{true};
    /** Nor can text be delivered to two connections, each of them whole (Fast Open: it can). */
    bool once{true};

  private:
    void DrawPolicies(Dice& dice, HostScene& host, bool sane);
    void DrawLimits(Dice& dice, HostScene& host, bool sane);
    void DrawRules(Dice& dice, HostScene& host);
};

/** @param dice what they are drawn from @return attributes of one socket: few, and legal */
Attributes DrawSocketAttributes(Dice& dice);

/**
 * @param dice what it is drawn from
 * @param family attribute of a family
 * @return a policy of it as text
 */
std::string DrawPolicy(Dice& dice, const std::string& family);

} // namespace TcpConnRandomWalk
} // namespace ns3

#endif /* TCP_CONN_RANDOM_WALK_SCENE_H */
