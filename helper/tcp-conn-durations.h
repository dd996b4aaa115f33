/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_DURATIONS_H
#define TCP_CONN_DURATIONS_H

#include "ns3/nstime.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * Durations, as many as there are: their number, extremes, mean, quantiles and histogram, in
 * memory that does not grow with their number.
 */
class TcpConnDurations
{
  public:
    /** Durations in [from, to). */
    struct Bin
    {
        Time from;         //!< Shortest.
        Time to;           //!< What is longer than the longest.
        uint64_t count{0}; //!< How many.
    };

    /** @param duration a duration; a negative one counts as 0 */
    void Add(Time duration);
    /** @param other durations that are added to these */
    void Merge(const TcpConnDurations& other);

    /** @return how many there are. */
    uint64_t GetCount() const;
    /** @return the shortest; 0 if there is none. */
    Time GetMin() const;
    /** @return the longest; 0 if there is none. */
    Time GetMax() const;
    /** @return the mean; 0 if there is none. */
    Time GetMean() const;
    /**
     * @param p 0 to 1: 0.5 for the median
     * @return the shortest duration that at least the fraction p of all do not exceed, within
     *         1.6 %, exactly if all near it are equal; 0 if there is none
     */
    Time GetQuantile(double p) const;
    /** @return durations and the fraction of all that does not exceed them, rising, within 0.8 %.
     */
    std::vector<std::pair<Time, double>> GetDistribution() const;
    /**
     * @return the histogram: bins from the shortest to the longest duration, with edges of 1, 2
     *         and 5 times powers of 10 ns; the first bin begins at 0
     */
    std::vector<Bin> GetBins() const;

  private:
    static constexpr std::size_t BINS = 57; //!< Bins: 1 ns to 5e18 ns, and below 1 ns.

    /** Durations that differ by 1/64 at most. */
    struct Bucket
    {
        uint64_t count{0}; //!< How many.
        double sum{0};     //!< Their sum, ns.

        /** @return their mean */
        Time Mean() const;
    };

    uint64_t m_count{0};                  //!< How many.
    int64_t m_min{0};                     //!< Shortest, ns.
    int64_t m_max{0};                     //!< Longest, ns.
    double m_sum{0};                      //!< Their sum, ns.
    std::map<uint32_t, Bucket> m_buckets; //!< By leading 7 bits and exponent.
    std::array<uint64_t, BINS> m_bins{};  //!< Counts of the histogram.
};

} // namespace ns3

#endif /* TCP_CONN_DURATIONS_H */
