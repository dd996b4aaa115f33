/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-ports.h"
#include "ns3/test.h"

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;

namespace
{

/** No port is taken otherwise. */
const TcpConnPorts::IsTaken FREE;

/**
 * @param peer number of the peer
 * @param localPort local port
 * @return a connection of one host to that peer
 */
TcpConnKey
To(uint32_t peer, uint16_t localPort = 0)
{
    TcpConnKey key;
    key.local = {10, 0, 0, 1};
    key.peer = {10,
                static_cast<uint8_t>(peer >> 16),
                static_cast<uint8_t>(peer >> 8),
                static_cast<uint8_t>(peer)};
    key.peerPort = 80;
    key.localPort = localPort;
    return key;
}

/** One rule of port choice: a name and a function that checks it. */
class PortsRule : public TestCase
{
  public:
    /** Checks one rule. */
    using Check = std::function<void(PortsRule&)>;

    /**
     * @param name the rule
     * @param check how to check it
     */
    PortsRule(const std::string& name, Check check)
        : TestCase(name),
          m_check(std::move(check))
    {
    }

    /**
     * @param what what is compared
     * @param got actual value
     * @param want expected value
     */
    template <typename A, typename B>
    void Equal(const std::string& what, const A& got, const B& want)
    {
        NS_TEST_EXPECT_MSG_EQ((got == static_cast<A>(want)),
                              true,
                              what << ": got " << got << ", not " << want);
    }

    /**
     * @param what what must hold
     * @param holds whether it does
     */
    void True(const std::string& what, bool holds)
    {
        NS_TEST_EXPECT_MSG_EQ(holds, true, what);
    }

  private:
    void DoRun() override
    {
        m_check(*this);
    }

    Check m_check; //!< The check.
};

/**
 * Choose and take ports until none is left.
 * @param ports the ports
 * @param peer number of the peer
 * @return all that were chosen, in order
 */
std::vector<uint16_t>
TakeAll(TcpConnPorts& ports, uint32_t peer)
{
    std::vector<uint16_t> all;
    while (uint16_t port = ports.Choose(To(peer), FREE))
    {
        if (!ports.Take(To(peer, port)) || all.size() > 65535)
        {
            break;
        }
        all.push_back(port);
    }
    return all;
}

void
AllOfTheRange(PortsRule& t)
{
    TcpConnPorts ports(1);
    const auto all = TakeAll(ports, 7);
    const std::set<uint16_t> different(all.begin(), all.end());
    t.Equal("ports", all.size(), 16384);
    t.Equal("different ones", different.size(), 16384);
    t.Equal("lowest", *different.begin(), 49152);
    t.Equal("highest", *different.rbegin(), 65535);
    t.Equal("taken", ports.Taken(To(7)), 16384);
    t.True("bytes", ports.HeapBytes() <= 5000);
    for (std::size_t i = 1; i < all.size(); ++i)
    {
        ports.Release(To(7, all[i]));
    }
    t.True("bytes for one port", ports.HeapBytes() <= 300);
}

void
ExhaustedAtOnce(PortsRule& t)
{
    TcpConnPorts ports;
    t.True("range", ports.SetRange(1024, 65535));
    t.Equal("ports", TakeAll(ports, 7).size(), 64512);
    const uint64_t looks = ports.Looks();
    for (int i = 0; i < 1000; ++i)
    {
        t.Equal("none is left", ports.Choose(To(7), FREE), 0);
    }
    t.Equal("looks", ports.Looks(), looks);
    t.True("released", ports.Release(To(7, 30000)));
    t.Equal("the one that is free again", ports.Choose(To(7), FREE), 30000);
    t.True("another peer has all", ports.Choose(To(8), FREE) != 0);
}

void
EachDestination(PortsRule& t)
{
    TcpConnPorts ports(3);
    for (uint32_t peer = 1; peer <= 4; ++peer)
    {
        t.Equal("ports to one peer", TakeAll(ports, peer).size(), 16384);
    }
    std::vector<TcpConnKey> others(5, To(1));
    others[0].local[3] = 2;
    others[1].peer[0] = 11;
    others[2].peerPort = 81;
    others[3].v6 = true;
    others[4].localPort = 5; // is not looked at
    for (std::size_t i = 0; i < others.size(); ++i)
    {
        t.Equal("another destination " + std::to_string(i),
                ports.Choose(others[i], FREE) != 0,
                i != 4);
    }
}

void
ManyPeers(PortsRule& t)
{
    TcpConnPorts ports(4);
    std::map<uint32_t, uint16_t> used;
    for (uint32_t peer = 0; peer < 100000; ++peer)
    {
        used[peer] = ports.Choose(To(peer), FREE);
        t.True("a port", used[peer] >= 49152 && ports.Take(To(peer, used[peer])));
    }
    t.True("looks", ports.Looks() <= 100100);
    t.True("bytes a connection, each to its own peer", ports.HeapBytes() / used.size() <= 100);
    for (const auto& [peer, port] : used)
    {
        t.True("released", ports.Release(To(peer, port)));
    }
    t.True("nothing is kept", ports.Empty());
}

/**
 * Open and close to one peer, 100,000 times, with a number of ports in use.
 * @param t the test
 * @param inUse the number
 * @param clustered they are neighbours that stay in use; else anywhere, and any may be closed
 * @return looks a choice
 */
double
LooksAChoice(PortsRule& t, std::size_t inUse, bool clustered)
{
    TcpConnPorts ports(5);
    ports.SetRange(1024, 65535);
    std::mt19937 random(6);
    auto open = TakeAll(ports, 1);
    if (!clustered)
    {
        std::shuffle(open.begin(), open.end(), random);
    }
    for (; open.size() > inUse; open.pop_back())
    {
        ports.Release(To(1, open.back()));
    }
    const uint64_t before = ports.Looks();
    constexpr int CHOICES = 100000;
    for (int i = 0; i < CHOICES; ++i)
    {
        open.push_back(ports.Choose(To(1), FREE));
        t.True("a free port", open.back() != 0 && ports.Take(To(1, open.back())));
        if (!clustered)
        {
            std::swap(open[random() % open.size()], open.back());
        }
        ports.Release(To(1, open.back()));
        open.pop_back();
    }
    return static_cast<double>(ports.Looks() - before) / CHOICES;
}

void
WorkDoesNotGrow(PortsRule& t)
{
    for (bool clustered : {false, true})
    {
        const double few = LooksAChoice(t, 600, clustered);
        const double many = LooksAChoice(t, 60000, clustered);
        t.True("600 in use: " + std::to_string(few), few <= 1.5);
        t.True("60000 in use: " + std::to_string(many), many <= 1.5);
    }
}

void
ReusedLast(PortsRule& t)
{
    TcpConnPorts ports(8);
    std::set<uint16_t> seen;
    for (int i = 0; i < 16384; ++i)
    {
        const uint16_t port = ports.Choose(To(1), FREE);
        t.True("taken", ports.Take(To(1, port)));
        t.True("released", ports.Release(To(1, port)));
        t.True("a port comes again only after all others", seen.insert(port).second);
    }
}

void
SameSeedSamePorts(PortsRule& t)
{
    TcpConnPorts a(1);
    TcpConnPorts b(1);
    TcpConnPorts c(2);
    int equal = 0;
    for (uint32_t peer = 0; peer < 1000; ++peer)
    {
        const uint16_t port = a.Choose(To(peer), FREE);
        t.Equal("same seed", b.Choose(To(peer), FREE), port);
        equal += c.Choose(To(peer), FREE) == port;
    }
    t.True("another seed, other ports", equal < 10);
}

void
SeedLater(PortsRule& t)
{
    TcpConnPorts ports(1);
    t.True("taken", ports.Take(To(1, 50000)));
    ports.SetSeed(2);
    t.Equal("the new seed rules", ports.Choose(To(3), FREE), TcpConnPorts(2).Choose(To(3), FREE));
    t.Equal("what is in use stays known", ports.Taken(To(1)), 1);
    t.True("released", ports.Release(To(1, 50000)));
}

void
OffsetsDiffer(PortsRule& t)
{
    std::set<uint16_t> first;
    for (uint32_t peer = 0; peer < 100; ++peer)
    {
        TcpConnPorts ports(9);
        first.insert(ports.Choose(To(peer), FREE));
    }
    t.True("first ports to 100 peers", first.size() > 90);
}

void
HeldIsNotChosen(PortsRule& t)
{
    TcpConnPorts ports(10);
    t.True("range", ports.SetRange(50000, 50009));
    t.Equal("nobody holds", ports.Holders(50003), 0);
    ports.Hold(50003);
    ports.Hold(50003);
    ports.Hold(80);
    t.Equal("holders", ports.Holders(50003), 2);
    const auto all = TakeAll(ports, 1);
    t.Equal("all but one", all.size(), 9);
    t.True("not the one", std::set<uint16_t>(all.begin(), all.end()).count(50003) == 0);
    t.True("one lets go", ports.Unhold(50003));
    t.Equal("still held", ports.Choose(To(1), FREE), 0);
    t.True("both let go", ports.Unhold(50003));
    t.Equal("free", ports.Choose(To(1), FREE), 50003);
    t.True("nobody is left", !ports.Unhold(50003));
    t.True("a port that was not held", !ports.Unhold(50004));
    t.True("another", ports.Unhold(80));
}

void
AllHeld(PortsRule& t)
{
    TcpConnPorts ports(11);
    for (uint32_t port = 49152; port <= 65535; ++port)
    {
        ports.Hold(static_cast<uint16_t>(port));
    }
    t.Equal("none is left", ports.Choose(To(1), FREE), 0);
    const uint64_t looks = ports.Looks();
    t.Equal("none to another peer", ports.Choose(To(2), FREE), 0);
    t.Equal("at once", ports.Looks(), looks);
    ports.Unhold(60000);
    t.Equal("one is free", ports.Choose(To(2), FREE), 60000);
}

void
AskedFor(PortsRule& t)
{
    TcpConnPorts ports(12);
    t.True("range", ports.SetRange(50000, 50099));
    const auto odd = [](uint16_t port) { return port % 2 == 1; };
    for (int i = 0; i < 50; ++i)
    {
        const uint16_t port = ports.Choose(To(1), odd);
        t.Equal("even", port % 2, 0);
        t.True("taken", ports.Take(To(1, port)));
    }
    t.Equal("none is left", ports.Choose(To(1), odd), 0);
    t.True("a refusal is not remembered", ports.Choose(To(1), FREE) != 0);
    int asked = 0;
    ports.Choose(To(1), [&](uint16_t port) {
        ++asked;
        t.Equal("only free ones are asked for", port % 2, 1);
        return true;
    });
    t.Equal("each once", asked, 50);
}

void
Ranges(PortsRule& t)
{
    TcpConnPorts ports(13);
    t.Equal("first", ports.First(), 49152);
    t.Equal("last", ports.Last(), 65535);
    t.True("0 is no port", !ports.SetRange(0, 10));
    t.True("upside down", !ports.SetRange(11, 10));
    t.Equal("unchanged", ports.First(), 49152);
    t.True("one port", ports.SetRange(65535, 65535));
    t.Equal("that one", TakeAll(ports, 1).size(), 1);
    t.True("all ports", ports.SetRange(1, 65535));
    t.Equal("the others", TakeAll(ports, 1).size(), 65534);
    t.True("within one word", ports.SetRange(130, 140));
    t.Equal("all in use", ports.Choose(To(1), FREE), 0);
    t.Equal("for another peer", TakeAll(ports, 2).size(), 11);
}

void
TakeAndRelease(PortsRule& t)
{
    TcpConnPorts ports(14);
    t.True("empty", ports.Empty());
    t.True("not taken", !ports.Release(To(1, 50000)));
    t.True("taken", ports.Take(To(1, 50000)));
    t.True("taken already", !ports.Take(To(1, 50000)));
    t.True("a port outside the range", ports.Take(To(1, 22)));
    t.True("not to this peer", !ports.Release(To(2, 50000)));
    t.True("not this port", !ports.Release(To(1, 50001)));
    t.True("released", ports.Release(To(1, 50000)));
    t.True("not twice", !ports.Release(To(1, 50000)));
    t.True("not yet empty", !ports.Empty());
    t.True("released", ports.Release(To(1, 22)));
    t.True("empty again", ports.Empty());
    ports.Hold(5);
    t.True("held", !ports.Empty());
    ports.Unhold(5);
    t.True("empty at the end", ports.Empty());
    t.True("small while empty", sizeof(TcpConnPorts) <= 64);
}

void
LikeASet(PortsRule& t)
{
    TcpConnPorts ports(15);
    ports.SetRange(2000, 2299);
    std::mt19937 random(16);
    std::set<std::pair<uint32_t, uint16_t>> taken;
    std::multiset<uint16_t> held;
    int none = 0;
    int wrong = 0;
    for (int i = 0; i < 30000; ++i)
    {
        const uint32_t peer = random() % 3;
        const auto port = static_cast<uint16_t>(1990 + random() % 320);
        switch (random() % 8)
        {
        case 0:
            t.Equal("take", ports.Take(To(peer, port)), taken.emplace(peer, port).second);
            break;
        case 1:
            t.Equal("release", ports.Release(To(peer, port)), taken.erase({peer, port}) == 1);
            break;
        case 2:
            if (held.size() < 30)
            {
                ports.Hold(port);
                held.insert(port);
            }
            break;
        case 3: {
            const auto it = held.find(port);
            t.Equal("unhold", ports.Unhold(port), it != held.end());
            if (it != held.end())
            {
                held.erase(it);
            }
            break;
        }
        default: {
            const uint16_t chosen = ports.Choose(To(peer), FREE);
            if (chosen != 0)
            {
                t.True("in the range", chosen >= 2000 && chosen <= 2299);
                t.True("not held", held.count(chosen) == 0);
                t.True("not taken",
                       taken.emplace(peer, chosen).second && ports.Take(To(peer, chosen)));
                break;
            }
            ++none;
            for (uint16_t p = 2000; p <= 2299; ++p)
            {
                wrong += held.count(p) == 0 && taken.count({peer, p}) == 0;
            }
        }
        }
    }
    t.Equal("ports that were left when none was said to be", wrong, 0);
    t.True("the end of the range was seen", none > 300);
}

/** Suite of the local ports. */
class TcpConnPortsTestSuite : public TestSuite
{
  public:
    TcpConnPortsTestSuite()
        : TestSuite("tcp-conn-ports", TCP_CONN_UNIT)
    {
        const std::vector<std::pair<std::string, PortsRule::Check>> rules{
            {"all ports of the range are chosen, each once", AllOfTheRange},
            {"that none is left is known at once", ExhaustedAtOnce},
            {"each destination has all ports", EachDestination},
            {"100,000 peers", ManyPeers},
            {"work does not grow with the ports in use", WorkDoesNotGrow},
            {"a released port comes again last", ReusedLast},
            {"same seed, same ports", SameSeedSamePorts},
            {"the seed may change while ports are in use", SeedLater},
            {"the first port hangs on the destination", OffsetsDiffer},
            {"a port that is held is not chosen", HeldIsNotChosen},
            {"all ports are held", AllHeld},
            {"the caller's refusals are heeded and not kept", AskedFor},
            {"ranges", Ranges},
            {"take and release", TakeAndRelease},
            {"like a set, in random operations", LikeASet},
        };
        for (const auto& [name, check] : rules)
        {
            AddTestCase(new PortsRule(name, check), TCP_CONN_QUICK);
        }
    }
};

/** The suite. */
TcpConnPortsTestSuite g_tcpConnPortsTestSuite;

} // namespace
