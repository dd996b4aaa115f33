/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-durations.h"

#include <algorithm>
#include <cmath>

namespace ns3
{

namespace
{

constexpr uint32_t HALF = 64; //!< Buckets of one power of two; the first 2 * HALF are exact.

/** @param ns nanoseconds @return the bucket that they belong to */
uint32_t
BucketOf(uint64_t ns)
{
    // The leading 7 bits, and how far they have been shifted: buckets have equal relative width.
    uint32_t shift = 0;
    while (ns >= 2 * HALF)
    {
        ns >>= 1;
        ++shift;
    }
    return shift * HALF + static_cast<uint32_t>(ns);
}

/** @param bin number of a bin of the histogram, from 1 @return its lower edge, ns */
uint64_t
EdgeOf(std::size_t bin)
{
    static constexpr uint64_t steps[] = {1, 2, 5};
    uint64_t edge = steps[(bin - 1) % 3];
    for (std::size_t i = 0; i < (bin - 1) / 3; ++i)
    {
        edge *= 10;
    }
    return edge;
}

/** @param ns nanoseconds @param bins number of bins @return the bin that they belong to */
std::size_t
BinOf(uint64_t ns, std::size_t bins)
{
    static const auto edges = [bins]() {
        std::vector<uint64_t> all;
        for (std::size_t bin = 1; bin < bins; ++bin)
        {
            all.push_back(EdgeOf(bin));
        }
        return all;
    }();
    return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), ns) -
                                    edges.begin());
}

} // namespace

void
TcpConnDurations::Add(Time duration)
{
    const int64_t ns = std::max<int64_t>(duration.GetNanoSeconds(), 0);
    m_min = m_count == 0 ? ns : std::min(m_min, ns);
    m_max = std::max(m_max, ns);
    m_sum += static_cast<double>(ns);
    ++m_count;
    Bucket& bucket = m_buckets[BucketOf(static_cast<uint64_t>(ns))];
    ++bucket.count;
    bucket.sum += static_cast<double>(ns);
    ++m_bins[BinOf(static_cast<uint64_t>(ns), BINS)];
}

void
TcpConnDurations::Merge(const TcpConnDurations& other)
{
    if (other.m_count == 0)
    {
        return;
    }
    m_min = m_count == 0 ? other.m_min : std::min(m_min, other.m_min);
    m_max = std::max(m_max, other.m_max);
    m_sum += other.m_sum;
    m_count += other.m_count;
    for (const auto& [number, bucket] : other.m_buckets)
    {
        m_buckets[number].count += bucket.count;
        m_buckets[number].sum += bucket.sum;
    }
    for (std::size_t i = 0; i < BINS; ++i)
    {
        m_bins[i] += other.m_bins[i];
    }
}

uint64_t
TcpConnDurations::GetCount() const
{
    return m_count;
}

Time
TcpConnDurations::GetMin() const
{
    return NanoSeconds(m_min);
}

Time
TcpConnDurations::GetMax() const
{
    return NanoSeconds(m_max);
}

Time
TcpConnDurations::GetMean() const
{
    return m_count == 0 ? Time(0) : NanoSeconds(std::llround(m_sum / static_cast<double>(m_count)));
}

Time
TcpConnDurations::Bucket::Mean() const
{
    return NanoSeconds(std::llround(sum / static_cast<double>(count)));
}

Time
TcpConnDurations::GetQuantile(double p) const
{
    const double rank = std::max(1.0, std::ceil(p * static_cast<double>(m_count)));
    if (rank >= static_cast<double>(m_count))
    {
        return GetMax();
    }
    uint64_t seen = 0;
    for (const auto& [number, bucket] : m_buckets)
    {
        seen += bucket.count;
        if (static_cast<double>(seen) >= rank)
        {
            return bucket.Mean();
        }
    }
    return GetMax();
}

std::vector<std::pair<Time, double>>
TcpConnDurations::GetDistribution() const
{
    std::vector<std::pair<Time, double>> all;
    uint64_t seen = 0;
    for (const auto& [number, bucket] : m_buckets)
    {
        seen += bucket.count;
        all.emplace_back(bucket.Mean(), static_cast<double>(seen) / static_cast<double>(m_count));
    }
    return all;
}

std::vector<TcpConnDurations::Bin>
TcpConnDurations::GetBins() const
{
    std::vector<Bin> all;
    if (m_count == 0)
    {
        return all;
    }
    const std::size_t last = BinOf(static_cast<uint64_t>(m_max), BINS);
    for (std::size_t i = BinOf(static_cast<uint64_t>(m_min), BINS); i <= last; ++i)
    {
        const auto from = static_cast<int64_t>(i == 0 ? 0 : EdgeOf(i));
        const auto to = i + 1 < BINS ? static_cast<int64_t>(EdgeOf(i + 1)) : m_max;
        all.push_back({NanoSeconds(from), NanoSeconds(to), m_bins[i]});
    }
    return all;
}

} // namespace ns3
