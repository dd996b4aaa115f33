/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PARITY_H
#define TCP_CONN_PARITY_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Transfers over one bottleneck, with this module's TCP and with ns-3's own, for tests and
 * benchmarks that compare them.
 */

namespace ns3
{
namespace TcpConnTest
{

/// What the path does to packets beside carrying them.
struct ParityPath
{
    std::string name;    //!< As tables call it.
    std::string rules;   //!< Of TcpConnImpairmentQueueDisc, for text on its way.
    std::string back;    //!< The same for acknowledgments on their way back.
    bool marks{false};   //!< RED marks; both ends use ECN.
    uint32_t seconds{0}; //!< How long a transfer lasts.
    uint32_t seeds{0};   //!< How many transfers are averaged, at least.
};

constexpr double PARITY_WITHIN = 0.03;           //!< What goodput may be less by.
constexpr uint32_t PARITY_MOST_SEEDS = 160;      //!< How many transfers are averaged at most.
constexpr uint32_t PARITY_SHARE_SECONDS = 40;    //!< How long two flows compete.
constexpr double PARITY_SHARE_WITHIN = 0.10;     //!< What shares may differ by.
constexpr uint32_t PARITY_SHARE_SEEDS = 4;       //!< How many pairs of runs of that are averaged.
constexpr uint32_t PARITY_MOST_SHARE_SEEDS = 32; //!< ... at most.

/// Whose TCP carries a flow.
enum class ParityStack
{
    STOCK, //!< That of ns-3.
    OURS   //!< That of this module.
};

/// What a transfer came to.
struct ParityRun
{
    uint64_t got{0};        //!< Bytes that have come to the receiver's application.
    uint32_t recoveries{0}; //!< Times that the sender entered fast recovery.
    uint32_t timeouts{0};   //!< Times that its retransmission timer began a recovery.
};

/// Told of a flow's congestion window: seconds, bytes.
using ParityWindow = std::function<void(double, uint32_t)>;

/** @return clean, lossy, reordering and marking paths. */
const std::vector<ParityPath>& ParityPaths();

/** @return the congestion controls of ns-3, without the name of the namespace. */
const std::vector<std::string>& ParityControls();

/**
 * @param name of a path
 * @return that path; ends the program if there is none
 */
const ParityPath& ParityPathOf(const std::string& name);

/**
 * One transfer: two hosts, 10 Mb/s, a round-trip time of 17 to 23 ms, room for 50 packets at the
 * bottleneck, text to send at all times.
 * @param stack whose TCP both hosts run
 * @param control congestion control
 * @param path the path
 * @param seed what is drawn at random; the same for both stacks
 * @param window told of the sender's congestion window, if not empty
 * @return what it came to
 */
ParityRun ParityTransfer(ParityStack stack,
                         const std::string& control,
                         const ParityPath& path,
                         uint32_t seed,
                         const ParityWindow& window = {});

/// The mean of transfers with one stack.
struct ParityMean
{
    double goodput{0};    //!< Mb/s.
    double recoveries{0}; //!< Fast recoveries in a minute.
    double timeouts{0};   //!< Timeouts in a minute.
};

/// Both stacks, over all seeds of a path.
struct ParityResult
{
    ParityMean stock;  //!< ns-3's own.
    ParityMean ours;   //!< This module's.
    double ratio{0};   //!< Goodput of ours by stock's.
    double error{0};   //!< Standard error of the ratio, from the seeds; 0 for one.
    uint32_t seeds{0}; //!< How many transfers were averaged.
};

/**
 * The same transfers with both, as many as it takes to tell that ours carries no less than
 * PARITY_WITHIN allows, by two standard errors; at least those of the path and at most
 * PARITY_MOST_SEEDS.
 * @param control congestion control
 * @param path the path
 * @return their goodput
 */
ParityResult ParityCompare(const std::string& control, const ParityPath& path);

/// How two flows share a bottleneck.
struct ParityShares
{
    double ratio{0};   //!< Bytes that came through ours by bytes that came through stock.
    double error{0};   //!< Standard error of the ratio, from the pairs of runs.
    uint32_t pairs{0}; //!< How many pairs of runs were averaged.
};

/**
 * Two flows with one congestion control, one of each stack, share a clean bottleneck.  Each run is
 * made twice, and each flow is the first to begin in one of the two.  As many pairs of runs are
 * made as it takes to tell that the ratio is within PARITY_SHARE_WITHIN of 1, by two standard
 * errors; at least PARITY_SHARE_SEEDS and at most PARITY_MOST_SHARE_SEEDS.
 * @param control congestion control
 * @return their shares
 */
ParityShares ParityShare(const std::string& control);

} // namespace TcpConnTest
} // namespace ns3

#endif /* TCP_CONN_PARITY_H */
