/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * How many transitions a second of CPU time writes, in each form of a trace.  The transitions are
 * those of many connections, in order of time, with the segments that caused them; the CPU time is
 * this process's (gzip runs beside it).  Ends with exit code 1 if lines of ASCII to a file are
 * fewer than --least.
 */

#include "../examples/tcp-conn-option.h"

#include "ns3/core-module.h"
#include "ns3/ipv4-address.h"
#include "ns3/tcp-conn-pcapng-writer.h"
#include "ns3/tcp-conn-trace-helper.h"
#include "ns3/tcp-conn-transition-table.h"

#include <cstdio>
#include <ctime>
#include <iomanip>
#include <iostream>

using namespace ns3;

namespace
{

/** A life: what is entered, why, and the flags of the segment that caused it. */
const struct
{
    TcpSocket::TcpStates_t to; //!< State entered.
    const char* cause;         //!< Cause.
    uint16_t flags;            //!< Flags, 0: no segment.
} LIFE[] = {
    {TcpSocket::SYN_SENT, "active-open", 0},
    {TcpSocket::ESTABLISHED, "syn/syn-acked", TCP_CONN_SYN | TCP_CONN_ACK},
    {TcpSocket::FIN_WAIT_1, "close", 0},
    {TcpSocket::FIN_WAIT_2, "ack/ack-of-fin", TCP_CONN_ACK},
    {TcpSocket::TIME_WAIT, "fin", TCP_CONN_FIN | TCP_CONN_ACK},
    {TcpSocket::CLOSED, "time-wait-timeout", 0},
};

/** @param writer writer @param count how many transitions it is told of */
void
Tell(TcpConnRecordWriter& writer, uint64_t count)
{
    constexpr uint64_t STEPS = std::size(LIFE);
    TcpConnKey key;
    key.peer = TcpConnKey::FromIpv4(Ipv4Address("10.200.0.1"));
    key.peerPort = 80;
    for (uint64_t i = 0; i < count; ++i)
    {
        const uint64_t id = i / STEPS + 1;
        const auto& step = LIFE[i % STEPS];
        key.local = TcpConnKey::FromIpv4(Ipv4Address(0x0a000000 + static_cast<uint32_t>(id % 200)));
        key.localPort = static_cast<uint16_t>(49152 + id % 16384);
        TcpConnSegment segment;
        segment.seq = SequenceNumber32(static_cast<uint32_t>(i * 2654435761U));
        segment.ack = SequenceNumber32(static_cast<uint32_t>(i * 40503U));
        segment.flags = step.flags;
        TcpConnRow row{};
        row.cause = step.cause;
        writer.Transition({MicroSeconds(i),
                           static_cast<uint32_t>(id % 200),
                           id,
                           key,
                           i % STEPS == 0 ? TcpSocket::CLOSED : LIFE[i % STEPS - 1].to,
                           step.to,
                           row,
                           step.flags ? &segment : nullptr,
                           NanoSeconds(i * 7919)});
    }
}

/**
 * @tparam Writer form of the trace
 * @param name name of the file, which is removed
 * @param count how many transitions
 * @return how many a second of CPU time writes
 */
template <typename Writer>
double
Measure(const std::string& name, uint64_t count)
{
    const std::clock_t before = std::clock();
    {
        Writer writer(name, "handshake=TcpConnThreeWayHandshake");
        Tell(writer, count);
    }
    const double used = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    std::remove(name.c_str());
    const double rate = static_cast<double>(count) / used;
    std::cout << std::left << std::setw(24) << name << std::right << std::fixed
              << std::setprecision(2) << std::setw(8) << rate / 1e6 << "\n";
    return rate;
}

} // namespace

int
main(int argc, char* argv[])
{
    uint64_t count = 2000000;
    double least = 1e6;
    std::string prefix = "bench-trace";
    CommandLine cmd(__FILE__);
    cmd.Usage("How many transitions a second of CPU time writes, in each form of a trace.");
    cmd.AddValue("count", "transitions in each form", count);
    cmd.AddValue("least", "least transitions a CPU second, of ASCII to a file", least);
    cmd.AddValue("prefix", "beginning of the names of the files, which are removed", prefix);
    cmd.Parse(argc, argv);
    TcpConnCheckOption(count >= 1 && count <= 1000000000, "count", "1 to 1000000000");
    TcpConnCheckOption(least >= 0, "least", "0 or more transitions a second");

    std::cout << "Millions of transitions a second of CPU time\n";
    const double ascii = Measure<TcpConnTraceWriter>(prefix + ".tr", count);
    Measure<TcpConnTraceWriter>(prefix + ".tr.gz", count);
    Measure<TcpConnCsvWriter>(prefix + ".csv", count);
    Measure<TcpConnPcapngWriter>(prefix + ".pcapng", count);
    return ascii >= least ? 0 : 1;
}
