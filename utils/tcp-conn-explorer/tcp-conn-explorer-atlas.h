/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_EXPLORER_ATLAS_H
#define TCP_CONN_EXPLORER_ATLAS_H

#include "tcp-conn-explorer-host.h"

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace TcpConnExplorer
{

/** A segment in the network. */
struct Letter
{
    ns3::TcpConnSegment segment; //!< The segment.
    uint32_t tag;                //!< Who sent it, see Host::Tag().
};

/** An event of a host and what it leads to. */
struct Step
{
    uint32_t host{0};          //!< The host after it.
    uint32_t firstSent{0};     //!< Where its segments are, see Atlas::Sent().
    uint8_t sent{0};           //!< Number of segments sent.
    uint8_t code{0};           //!< The event, unless it is an arrival: see Event::Of().
    bool illegal{false};       //!< See Outcome.
    bool resetAnswered{false}; //!< See Outcome.
    bool oldBytes{false};      //!< See Outcome.
    bool timeWaitBegun{false}; //!< See Outcome.
};

/**
 * Every host and every segment that was met, once each and by number, and every step of a host.
 * What a host does depends on itself and the event alone, so the machine runs once for each pair
 * of them, however many states of the whole network have it in common.
 */
class Atlas
{
  public:
    /** @param host a host @return its number */
    uint32_t Add(const Host& host);
    /** @param number number of a host @return the host */
    const Host& At(uint32_t number) const;
    /** @param number number of a segment @return the segment */
    const Letter& LetterAt(uint32_t number) const;

    /** @param host number of a host @return its calls and expiries */
    const std::vector<Step>& StepsOf(uint32_t host);
    /** @param host number of a host @param letter number of a segment @return its arrival */
    const Step& Arrival(uint32_t host, uint32_t letter);
    /** @param step a step @param i which segment @return the number of a segment that it sends */
    uint32_t Sent(const Step& step, uint32_t i) const;

    /** @return number of hosts met. */
    size_t Hosts() const;
    /** @return number of segments met. */
    size_t Letters() const;
    /** @return how often each row of the table was taken by the steps. */
    const std::vector<uint64_t>& Taken() const;

  private:
    /** @param host number of a host @param event the event @return what it leads to */
    Step Make(uint32_t host, const Event& event);
    /** @param segment a segment @param tag who sent it @return its number */
    uint32_t AddLetter(const ns3::TcpConnSegment& segment, uint32_t tag);

    std::deque<Host> m_hosts;                                //!< Hosts by number.
    std::unordered_multimap<std::string, uint32_t> m_byHost; //!< Numbers by Host::Canonical().
    std::deque<Letter> m_letters;                            //!< Segments by number.
    std::unordered_map<std::string, uint32_t> m_byLetter;    //!< Their numbers.
    std::deque<std::vector<Step>> m_steps;                   //!< Calls and expiries by host.
    std::vector<bool> m_stepsMade;                           //!< Which of them were made.
    std::unordered_map<uint64_t, Step> m_arrivals;           //!< By host and segment.
    std::vector<uint32_t> m_sent;                            //!< Segments of all steps.
    std::vector<uint64_t> m_taken;                           //!< See Taken().
};

} // namespace TcpConnExplorer

#endif /* TCP_CONN_EXPLORER_ATLAS_H */
