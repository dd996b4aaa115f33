/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/string.h"
#include "ns3/tcp-conn-isn.h"
#include "ns3/tcp-conn-l4-protocol.h"

#include <cstdint>
#include <set>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Initial sequence numbers: RFC 793's clock, constants, RFC 6528, random.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/// TypeIds of the policies.
const std::string CLOCK = "ns3::TcpConnIsnClock";
const std::string CONSTANT = "ns3::TcpConnIsnConstant";
const std::string RFC6528 = "ns3::TcpConnIsnRfc6528";
const std::string RANDOM = "ns3::TcpConnIsnRandom";

/** See the file. */
class IsnSuite : public Suite
{
  public:
    IsnSuite();

  private:
    void AddClock();
    void AddConstant();
    void AddRfc6528();
    void AddRandom();
    void AddChoice();
};

/** Open and reset connections from one port of the peer, one a second; the host's numbers. */
std::vector<uint32_t>
Numbers(Script& w, int from, int n, uint16_t firstPort, uint16_t step)
{
    std::vector<uint32_t> numbers;
    for (int i = 0; i < n; i++)
    {
        w.Use(static_cast<uint16_t>(firstPort + i * step), 80);
        w.At(from + i).Send(SYN, 0);
        w.At(from + i + 0.002).Expect(SYN | ACK, 0, 1);
        numbers.push_back(w.Last().seq);
        w.At(from + i + 0.010).Send(RST, 1);
    }
    return numbers;
}

/** The stream of the host's random numbers. */
void
Stream(Script& w, int64_t stream)
{
    w.Do([&w, stream]() { w.L4()->GetObject<TcpConnL4Protocol>()->AssignStreams(stream); });
}

/** The numbers of a host with a policy and a stream. */
std::vector<uint32_t>
NumbersOf(const std::string& policy, int64_t stream)
{
    Script w;
    w.Policy("Isn", policy);
    Stream(w, stream);
    w.Listen();
    return Numbers(w, 1, 5, 40000, 1);
}

void
IsnSuite::AddClock()
{
    AddBoth("clock: 4 microseconds a tick, the same for every connection", [](Script& w) {
        w.Policy("Isn", CLOCK).Listen();
        // The SYN arrives 1 ms later: 1.001 s is 250250 ticks.
        const auto numbers = Numbers(w, 1, 4, 40000, 1);
        for (uint32_t i = 0; i < 4; i++)
        {
            w.Check(numbers[i] == 250250 + i * 250000, std::to_string(numbers[i]));
        }
    });
    Add("clock: an active open at 2 s: 500000", [](Script& w) {
        w.Policy("Isn", CLOCK).At(2.000).Connect();
        w.At(2.001).Expect(SYN, 0).Check(w.Last().seq == 500000, std::to_string(w.Last().seq));
    });
    Add("clock: it wraps after 4.77 hours", [](Script& w) {
        w.Policy("Isn", CLOCK).At(17180.000).Connect();
        w.At(17180.001).Expect(SYN, 0);
        w.Check(w.Last().seq == 32704, std::to_string(w.Last().seq)); // 17180 s / 4 us - 2^32
    });
}

void
IsnSuite::AddConstant()
{
    AddBoth("constant: 100 of the client, 300 of the server", [](Script& w) {
        w.Policy("Isn", CONSTANT + "[Value=300]").Isn(100).PassiveOpen();
        w.Check(w.Current().iss == 300, std::to_string(w.Current().iss));
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10).Check(w.Last().seq == 301 && w.Last().ack == 101, "301");
    });
    Add("constant: every connection, at every time", [](Script& w) {
        w.Policy("Isn", CONSTANT + "[Value=100]").Listen();
        for (uint32_t n : Numbers(w, 1, 3, 40000, 1))
        {
            w.Check(n == 100, std::to_string(n));
        }
        for (uint32_t n : Numbers(w, 100, 3, 40000, 0))
        {
            w.Check(n == 100, std::to_string(n));
        }
    });
    Add("constant: 0 by default, and the greatest number wraps into text", [](Script& w) {
        w.Policy("Isn", CONSTANT).Listen();
        w.Check(Numbers(w, 1, 1, 40000, 1)[0] == 0, "not 0");
        w.Policy("Isn", CONSTANT + "[Value=4294967295]").CloseListener().Listen();
        w.Use(40010).At(3.000).Send(SYN, 0);
        w.At(3.002).Expect(SYN | ACK, 0, 1).Check(w.Last().seq == 4294967295U, "not 2^32 - 1");
        w.At(3.003).Send(ACK, 1, 1);
        w.At(3.100).Write(10);
        w.At(3.101).Expect(ACK, 1, 1, 10).Check(w.Last().seq == 0, "text does not begin at 0");
    });
}

void
IsnSuite::AddRfc6528()
{
    AddBoth("RFC 6528: connections differ by more than the clock", [](Script& w) {
        w.Policy("Isn", RFC6528).Listen();
        const auto numbers = Numbers(w, 1, 8, 40000, 1);
        std::set<uint32_t> offsets;
        for (uint32_t i = 0; i < numbers.size(); i++)
        {
            offsets.insert(numbers[i] - i * 250000);
        }
        w.Check(offsets.size() == 8, "4-tuples with one offset");
    });
    AddBoth("RFC 6528: one 4-tuple: exactly the clock's 4 us further, never back", [](Script& w) {
        w.Policy("Isn", RFC6528).Listen();
        const auto numbers = Numbers(w, 1, 8, 40000, 0);
        for (std::size_t i = 1; i < numbers.size(); i++)
        {
            w.Check(numbers[i] - numbers[i - 1] == 250000, "not a second further");
        }
    });
    Add("RFC 6528: the same stream, the same numbers; another, others", [](Script& w) {
        const auto seven = NumbersOf(RFC6528, 7);
        w.Check(seven == NumbersOf(RFC6528, 7), "not repeatable");
        const auto eight = NumbersOf(RFC6528, 8);
        for (std::size_t i = 0; i < seven.size(); i++)
        {
            w.Check(seven[i] != eight[i], "the stream does not matter");
        }
    });
    Add("RFC 6528: the number is unbiased", [](Script& w) {
        TcpConnKey key;
        Ptr<TcpConnIsnRfc6528> policy = CreateObject<TcpConnIsnRfc6528>();
        const auto state = policy->CreateState(1);
        uint64_t high = 0;
        for (uint32_t i = 0; i < 4000; i++)
        {
            key.peerPort = static_cast<uint16_t>(i);
            high += policy->Choose(key, Seconds(1), state.get()).GetValue() >> 31;
        }
        w.Check(high > 1850 && high < 2150, std::to_string(high) + " of 4000 in the upper half");
    });
}

void
IsnSuite::AddRandom()
{
    Add("random: another number each time, also for one 4-tuple", [](Script& w) {
        w.Policy("Isn", RANDOM).Listen();
        const auto numbers = Numbers(w, 1, 8, 40000, 0);
        const std::set<uint32_t> distinct(numbers.begin(), numbers.end());
        w.Check(distinct.size() == 8, "numbers come again");
        int back = 0;
        for (std::size_t i = 1; i < numbers.size(); i++)
        {
            back += static_cast<int32_t>(numbers[i] - numbers[i - 1]) < 0 ? 1 : 0;
        }
        w.Check(back > 0, "it never went back: no random numbers");
    });
    Add("random: the same stream, the same numbers; another, others", [](Script& w) {
        const auto seven = NumbersOf(RANDOM, 7);
        w.Check(seven == NumbersOf(RANDOM, 7), "not repeatable");
        w.Check(seven != NumbersOf(RANDOM, 8), "the stream does not matter");
    });
}

void
IsnSuite::AddChoice()
{
    Add("chosen for a listener: its connections alone", [](Script& w) {
        w.Set("Isn", StringValue(CONSTANT + "[Value=300]")).PassiveOpen();
        w.Check(w.Current().iss == 300, "the listener's");
        w.Set("Isn", StringValue("")).At(2.000).Do([&w]() {
            Ptr<Socket> s = w.L4()->GetObject<TcpConnL4Protocol>()->CreateSocket();
            s->Bind();
            s->Connect(w.PeerAddress().With(9000));
        });
        w.Use(9000, 0).At(2.001).Expect(SYN, 0);
        w.Check(w.Last().seq != 300, "another socket has it too");
    });
    Add("RFC 6528 of a socket and of the host: one key, one line of numbers", [](Script& w) {
        w.Listen();
        const auto first = Numbers(w, 1, 1, 40000, 0);
        w.CloseListener().Set("Isn", StringValue(RFC6528)).Listen();
        const auto second = Numbers(w, 2, 1, 40000, 0);
        w.Check(second[0] - first[0] == 250000, "another key");
    });
}

IsnSuite::IsnSuite()
    : Suite("tcp-conn-isn")
{
    AddClock();
    AddConstant();
    AddRfc6528();
    AddRandom();
    AddChoice();
}

/** The one instance. */
IsnSuite g_isnSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
