/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Heap that a connection takes: half-open, established and idle (before and after an exchange),
 * and in TIME-WAIT; for this module's TCP and ns-3's own, in one run.  What malloc adds, and the
 * slots of tables, are counted; what the application itself keeps (a Ptr for each socket) is
 * taken off.
 */

#include "../examples/tcp-conn-option.h"
#include "tcp-conn-bench-scene.h"

#include "ns3/core-module.h"

#include <iomanip>
#include <iostream>
#include <malloc.h>

using namespace ns3;

namespace
{

/** @return bytes of heap in use. */
int64_t
Heap()
{
    const struct mallinfo2 info = mallinfo2();
    return static_cast<int64_t>(info.uordblks + info.hblkhd);
}

/** Run the simulation for a while.  @param time how long */
void
RunFor(Time time)
{
    Simulator::Stop(time);
    Simulator::Run();
}

/** Heap in use at one moment and the next. */
class Meter
{
  public:
    /** Begin anew. */
    void Start()
    {
        m_before = Heap();
    }

    /** @param units connections @return bytes since the start for each */
    double Each(uint32_t units) const
    {
        return static_cast<double>(Heap() - m_before) / units;
    }

  private:
    int64_t m_before{Heap()}; //!< Bytes at the start.
};

/** What was measured of one stack, in bytes. */
struct Result
{
    double halfOpen{0};    //!< A connection in SYN-RECEIVED.
    double established{0}; //!< A socket that is established and was never used.
    double used{0};        //!< The same after an exchange.
    double timeWait{0};    //!< A connection in TIME-WAIT.
    double left{0};        //!< What remains of each when all is over.
};

/** @param stack "stock" or "ours" @param n connections of each kind @return what was measured */
Result
Measure(const std::string& stack, uint32_t n)
{
    Result result;
    TcpConnBenchScene scene(stack, 2, Seconds(30));
    Meter meter;
    scene.OpenIdle(100); // what is made once is not counted
    scene.Exchange();
    RunFor(Seconds(60));
    scene.CloseIdle();
    scene.Flood(100);
    RunFor(Seconds(600));

    meter.Start();
    scene.OpenIdle(n);
    RunFor(MilliSeconds(4) * n + Seconds(5));
    result.established = meter.Each(2 * n) - sizeof(Ptr<Socket>);
    scene.Exchange();
    RunFor(Seconds(60));
    result.used = meter.Each(2 * n) - sizeof(Ptr<Socket>);

    scene.CloseIdle();
    RunFor(Seconds(5));
    // Both sockets of each connection are gone, one record is left.
    result.timeWait = meter.Each(n);
    RunFor(Seconds(600));
    result.left = meter.Each(n);

    meter.Start();
    scene.Flood(n);
    RunFor(MilliSeconds(500));
    result.halfOpen = meter.Each(n);
    return result;
}

/** @param name what @param stock stock's bytes @param ours ours @param limit what we promise */
void
Print(const std::string& name, double stock, double ours, double limit)
{
    std::cout << std::left << std::setw(34) << name << std::right << std::fixed
              << std::setprecision(0) << std::setw(10) << stock << std::setw(10) << ours
              << std::setw(10) << limit << "\n";
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t n = 2000;
    CommandLine cmd(__FILE__);
    cmd.Usage("Heap for each connection in each state, beside ns-3's own TCP.");
    cmd.AddValue("connections", "connections of each kind", n);
    cmd.Parse(argc, argv);
    TcpConnCheckOption(n >= 1 && n <= 1000000, "connections", "1 to 1000000");
    const Result stock = Measure("stock", n);
    const Result ours = Measure("ours", n);
    std::cout << std::left << std::setw(34) << "bytes" << std::right << std::setw(10) << "stock"
              << std::setw(10) << "ours" << std::setw(10) << "limit"
              << "\n";
    Print("half-open connection", stock.halfOpen, ours.halfOpen, 96);
    Print("established, idle: a socket", stock.established, ours.established, 640);
    Print("... after an exchange", stock.used, ours.used, 640);
    Print("TIME-WAIT", stock.timeWait, ours.timeWait, 96);
    Print("left at the end of a connection", stock.left, ours.left, 0);
    return 0;
}
