/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * What the small pieces cost, by Google Benchmark: finding a connection among many, arming,
 * re-arming and cancelling a timer among many, choosing a port with most in use, writing and
 * parsing a header, and one transition of the machine; beside what ns-3's own TCP uses for it.
 * The number behind a name is how many others there are.
 */

#include "../examples/tcp-conn-option.h"
#include "../test/tcp-conn-core-end.h"

#include "ns3/core-module.h"
#include "ns3/ipv4-end-point-demux.h"
#include "ns3/ipv4-end-point.h"
#include "ns3/packet.h"
#include "ns3/tcp-conn-header.h"
#include "ns3/tcp-conn-ports.h"
#include "ns3/tcp-conn-table.h"
#include "ns3/tcp-conn-timers.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-option-ts.h"

#include <benchmark/benchmark.h>
#include <memory>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

// Numbers that hop about, the same in each run (D. Knuth's MMIX).
uint64_t
Next(uint64_t& state)
{
    state = state * 6364136223846793005U + 1442695040888963407U;
    return state >> 33;
}

/** @param i number of a connection @return it: from 250 peers */
TcpConnKey
Key(uint32_t i)
{
    TcpConnKey key;
    key.local = {10, 0, 0, 1};
    key.peer = {10, 1, static_cast<uint8_t>(i % 250), 1};
    key.localPort = 80;
    key.peerPort = static_cast<uint16_t>(1024 + i / 250);
    return key;
}

// Finding a connection ---------------------------------------------------------------------------

/** A record. */
struct Record : TcpConnRecordHead
{
    /** @param i its number */
    explicit Record(uint32_t i)
        : TcpConnRecordHead(i + 1, 0, sizeof(Record), ::Key(i))
    {
    }
};

/** A segment's connection is looked up.  @param state arguments: connections */
void
FindOurs(benchmark::State& state)
{
    const auto n = static_cast<uint32_t>(state.range(0));
    TcpConnTable table(1);
    std::vector<std::unique_ptr<Record>> records;
    for (uint32_t i = 0; i < n; ++i)
    {
        records.emplace_back(new (TcpConnRecordHead::AddressBytes(false)) Record(i));
        table.Insert(*records.back());
    }
    uint64_t random = 1;
    for ([[maybe_unused]] auto _ : state)
    {
        benchmark::DoNotOptimize(table.Find(Key(Next(random) % n)));
    }
    for (const auto& record : records)
    {
        table.Erase(*record);
    }
}

/** The same by ns-3's list.  @param state arguments: connections */
void
FindStock(benchmark::State& state)
{
    const auto n = static_cast<uint32_t>(state.range(0));
    Ipv4EndPointDemux demux;
    const Ipv4Address local("10.0.0.1");
    const auto peer = [](const TcpConnKey& key) { return Ipv4Address::Deserialize(&key.peer[0]); };
    for (uint32_t i = 0; i < n; ++i)
    {
        const TcpConnKey key = Key(i);
        demux.Allocate(nullptr, local, 80, peer(key), key.peerPort);
    }
    uint64_t random = 1;
    for ([[maybe_unused]] auto _ : state)
    {
        const TcpConnKey key = Key(Next(random) % n);
        benchmark::DoNotOptimize(demux.Lookup(local, 80, peer(key), key.peerPort, nullptr));
    }
}

// Timers -----------------------------------------------------------------------------------------

/** A host whose alarm nobody hears, and timers of it that are armed. */
class Timers : public TcpConnTimers::Alarm
{
  public:
    /** @param n timers that are armed, some time within two minutes */
    explicit Timers(uint32_t n)
    {
        uint64_t random = 1;
        for (uint32_t i = 0; i < n; ++i)
        {
            m_nodes.push_back(std::make_unique<TcpConnTimerNode>());
            queue.Arm(*m_nodes.back(), Time(0), MilliSeconds(1000 + Next(random) % 119000));
        }
    }

    ~Timers() override
    {
        queue.CancelAll();
    }

    void SetAlarm(const Time& /* at */) override
    {
    }

    void ClearAlarm() override
    {
    }

    TcpConnTimers queue{*this}; //!< The queue.

  private:
    std::vector<std::unique_ptr<TcpConnTimerNode>> m_nodes; //!< Timers.
};

/** A timer is armed and cancelled.  @param state arguments: others that are armed */
void
ArmCancelOurs(benchmark::State& state)
{
    Timers timers(static_cast<uint32_t>(state.range(0)));
    const auto node = std::make_unique<TcpConnTimerNode>();
    uint64_t random = 2;
    for ([[maybe_unused]] auto _ : state)
    {
        timers.queue.Arm(*node, Time(0), MilliSeconds(1000 + Next(random) % 1000));
        timers.queue.Cancel(*node);
    }
}

/** A timer is put off, as an ACK does.  @param state arguments: others that are armed */
void
PutOffOurs(benchmark::State& state)
{
    Timers timers(static_cast<uint32_t>(state.range(0)));
    const auto node = std::make_unique<TcpConnTimerNode>();
    int64_t when = 1000000000;
    for ([[maybe_unused]] auto _ : state)
    {
        timers.queue.Arm(*node, Time(0), Time(++when));
    }
    timers.queue.Cancel(*node);
}

/** A timer is armed for sooner and for later.  @param state arguments: others that are armed */
void
RearmOurs(benchmark::State& state)
{
    Timers timers(static_cast<uint32_t>(state.range(0)));
    const auto node = std::make_unique<TcpConnTimerNode>();
    uint64_t random = 2;
    for ([[maybe_unused]] auto _ : state)
    {
        timers.queue.Arm(*node, Time(0), MilliSeconds(1000 + Next(random) % 1000));
    }
    timers.queue.Cancel(*node);
}

void
Nothing()
{
}

/** An event of the simulator is made and cancelled, which leaves it in the queue; every thousand
 * the queue is run empty, which is not counted.  @param state no arguments */
void
ArmCancelStock(benchmark::State& state)
{
    uint64_t random = 2;
    uint32_t events = 0;
    for ([[maybe_unused]] auto _ : state)
    {
        EventId event = Simulator::Schedule(MilliSeconds(1000 + Next(random) % 1000), &Nothing);
        Simulator::Cancel(event);
        if (++events % 1000 == 0)
        {
            state.PauseTiming();
            Simulator::Run();
            state.ResumeTiming();
        }
    }
    Simulator::Destroy();
}

// Ports ------------------------------------------------------------------------------------------

/** @param port a local port @return a connection from it, always to the same peer */
TcpConnKey
From(uint16_t port)
{
    TcpConnKey key = Key(0);
    key.peerPort = 80;
    key.localPort = port;
    return key;
}

/** A port is chosen, used and let go.  @param state arguments: others in use to the same peer, of
 * 64512 */
void
ChoosePort(benchmark::State& state)
{
    TcpConnPorts ports(1);
    ports.SetRange(1024, 65535);
    uint64_t random = 1; // those in use lie anywhere
    for (int64_t taken = 0; taken < state.range(0);)
    {
        taken += ports.Take(From(static_cast<uint16_t>(1024 + Next(random) % 64512)));
    }
    for ([[maybe_unused]] auto _ : state)
    {
        const TcpConnKey key = From(ports.Choose(From(0), nullptr));
        if (!ports.Take(key) || !ports.Release(key))
        {
            state.SkipWithError("no port was chosen");
            break;
        }
    }
}

/** A port is asked for when none is left.  @param state no arguments */
void
NoPortLeft(benchmark::State& state)
{
    TcpConnPorts ports(1);
    ports.SetRange(1024, 65535);
    for (uint32_t port = 1024; port <= 65535; ++port)
    {
        ports.Take(From(static_cast<uint16_t>(port)));
    }
    for ([[maybe_unused]] auto _ : state)
    {
        if (ports.Choose(From(0), nullptr) != 0)
        {
            state.SkipWithError("a port was chosen that is in use");
            break;
        }
    }
}

// Headers ----------------------------------------------------------------------------------------

/** @return the header of an ACK with timestamps. */
TcpConnHeader
OurAck()
{
    TcpConnSegment segment;
    segment.seq = SequenceNumber32(1000);
    segment.ack = SequenceNumber32(2000);
    segment.flags = TCP_CONN_ACK;
    segment.window = 512;
    segment.options.present = TcpConnOptions::TIMESTAMPS;
    segment.options.tsVal = 7;
    segment.options.tsEcr = 8;
    return TcpConnHeader(49152, 80, segment);
}

/** @return the same of ns-3's. */
TcpHeader
StockAck()
{
    TcpHeader header;
    header.SetSourcePort(49152);
    header.SetDestinationPort(80);
    header.SetSequenceNumber(SequenceNumber32(1000));
    header.SetAckNumber(SequenceNumber32(2000));
    header.SetFlags(TcpHeader::ACK);
    header.SetWindowSize(512);
    Ptr<TcpOptionTS> timestamps = CreateObject<TcpOptionTS>();
    timestamps->SetTimestamp(7);
    timestamps->SetEcho(8);
    header.AppendOption(timestamps);
    return header;
}

/** A header is put before a packet.  @param state no arguments @param header it */
template <typename H>
void
Write(benchmark::State& state, H header)
{
    for ([[maybe_unused]] auto _ : state)
    {
        Ptr<Packet> packet = Create<Packet>();
        packet->AddHeader(header);
        benchmark::DoNotOptimize(packet->GetSize());
    }
}

/** The header of a packet is parsed.  @param state no arguments @param header it */
template <typename H>
void
Parse(benchmark::State& state, H header)
{
    Ptr<Packet> packet = Create<Packet>();
    packet->AddHeader(header);
    for ([[maybe_unused]] auto _ : state)
    {
        H parsed;
        benchmark::DoNotOptimize(packet->PeekHeader(parsed));
    }
}

/** A packet is made: part of Write.  @param state no arguments */
void
MakePacket(benchmark::State& state)
{
    for ([[maybe_unused]] auto _ : state)
    {
        Ptr<Packet> packet = Create<Packet>();
        benchmark::DoNotOptimize(packet->GetSize());
    }
}

// The machine ------------------------------------------------------------------------------------

/** @return a SYN. */
TcpConnSegment
Syn()
{
    TcpConnSegment segment;
    segment.seq = SequenceNumber32(1000);
    segment.flags = TCP_CONN_SYN;
    segment.window = 65535;
    return segment;
}

/** LISTEN to SYN-RECEIVED: a block is made, the SYN taken and answered.  @param state no arguments
 */
void
TakeSyn(benchmark::State& state)
{
    TcpConnCoreEnd end(TcpConnCoreEnd::MakePolicies(5000));
    const TcpConnSegment syn = Syn();
    for ([[maybe_unused]] auto _ : state)
    {
        end.BecomeClone();
        end.Arrive(syn);
        if (end.sent.size() != 1)
        {
            state.SkipWithError("the SYN was not answered");
            break;
        }
        end.Forget();
    }
}

/** An ACK in ESTABLISHED that acknowledges nothing new.  @param state no arguments */
void
TakeAck(benchmark::State& state)
{
    TcpConnCoreEnd end(TcpConnCoreEnd::MakePolicies(5000));
    end.BecomeClone();
    end.Arrive(Syn());
    TcpConnSegment ack = Syn();
    ack.seq = SequenceNumber32(1001);
    ack.ack = SequenceNumber32(5001);
    ack.flags = TCP_CONN_ACK;
    end.Arrive(ack);
    if (end.conn.State() != TcpSocket::ESTABLISHED)
    {
        state.SkipWithError("the connection is not established");
    }
    for ([[maybe_unused]] auto _ : state)
    {
        end.Arrive(ack);
        end.Forget();
    }
}

/** Tell Google Benchmark of all. */
void
Register()
{
    using benchmark::RegisterBenchmark;
    RegisterBenchmark("find/ours", FindOurs)->RangeMultiplier(10)->Range(1, 1000000);
    RegisterBenchmark("find/stock", FindStock)->RangeMultiplier(10)->Range(1, 10000);
    for (const auto& [name, function] : {std::pair("arm-cancel/ours", ArmCancelOurs),
                                         std::pair("put-off/ours", PutOffOurs),
                                         std::pair("re-arm/ours", RearmOurs)})
    {
        RegisterBenchmark(name, function)->Arg(1)->Arg(1000)->Arg(1000000);
    }
    RegisterBenchmark("arm-cancel/stock", ArmCancelStock);
    RegisterBenchmark("choose-port", ChoosePort)->Arg(0)->Arg(1000)->Arg(60000)->Arg(64511);
    RegisterBenchmark("no-port-left", NoPortLeft);
    RegisterBenchmark("make-packet", MakePacket);
    RegisterBenchmark("write-header/ours", Write<TcpConnHeader>, OurAck());
    RegisterBenchmark("write-header/stock", Write<TcpHeader>, StockAck());
    RegisterBenchmark("parse-header/ours", Parse<TcpConnHeader>, OurAck());
    RegisterBenchmark("parse-header/stock", Parse<TcpHeader>, StockAck());
    RegisterBenchmark("take-syn", TakeSyn);
    RegisterBenchmark("take-ack", TakeAck);
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string filter = ".";
    double seconds = 0.2;
    CommandLine cmd(__FILE__);
    cmd.Usage("What finding a connection, a timer, a port, a header and a transition cost.");
    cmd.AddValue("filter", "regular expression: which pieces", filter);
    cmd.AddValue("seconds", "least time to measure each", seconds);
    cmd.Parse(argc, argv);
    TcpConnCheckOption(seconds > 0 && seconds <= 3600, "seconds", "above 0 to 3600");
    std::vector<std::string> words = {argv[0],
                                      "--benchmark_filter=" + filter,
                                      "--benchmark_min_time=" + std::to_string(seconds)};
    std::vector<char*> pointers;
    for (std::string& word : words)
    {
        pointers.push_back(word.data());
    }
    auto count = static_cast<int>(pointers.size());
    benchmark::Initialize(&count, pointers.data());
    Simulator::Run(); // until the first run ns-3 keeps a list of all objects of class Time
    Register();
    const std::size_t run = benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    TcpConnCheckOption(run > 0, "filter", "what matches a piece, not \"" + filter + "\"");
    return 0;
}
