/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-table.h"
#include "ns3/test.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;

namespace
{

/** A record with something behind its head. */
struct Record : TcpConnRecordHead
{
    /** @param number its id @param what its kind @param key the 4-tuple */
    Record(uint64_t number, uint8_t what, const TcpConnKey& key)
        : TcpConnRecordHead(number, what, sizeof(Record), key)
    {
    }

    uint64_t body{0x1122334455667788}; //!< Must not be touched.
};

/** @param id its id @param kind its kind @param key the 4-tuple @return a record */
std::unique_ptr<Record>
Make(uint64_t id, uint8_t kind, const TcpConnKey& key)
{
    return std::unique_ptr<Record>(new (TcpConnRecordHead::AddressBytes(key.v6))
                                       Record(id, kind, key));
}

/**
 * @param host number that makes the peer's address
 * @param peerPort peer's port
 * @return an IPv4 connection to port 80
 */
TcpConnKey
Key4(uint32_t host, uint16_t peerPort)
{
    TcpConnKey key;
    key.local = {10, 0, 0, 1};
    key.peer = {static_cast<uint8_t>(host >> 24),
                static_cast<uint8_t>(host >> 16),
                static_cast<uint8_t>(host >> 8),
                static_cast<uint8_t>(host)};
    key.localPort = 80;
    key.peerPort = peerPort;
    return key;
}

/** @return an IPv6 connection with no two bytes alike. */
TcpConnKey
Key6()
{
    TcpConnKey key;
    for (uint8_t i = 0; i < 16; ++i)
    {
        key.local[i] = 0x20 + i;
        key.peer[i] = 0x40 + i;
    }
    key.localPort = 0x6162;
    key.peerPort = 0x6364;
    key.v6 = true;
    return key;
}

/**
 * @param key a connection
 * @return all that differ from it in one bit of one field
 */
std::vector<TcpConnKey>
OneBitOff(const TcpConnKey& key)
{
    std::vector<TcpConnKey> all;
    for (std::size_t bit = 0; bit < (key.v6 ? 128 : 32); ++bit)
    {
        all.push_back(key);
        all.back().local[bit / 8] ^= 1 << bit % 8;
        all.push_back(key);
        all.back().peer[bit / 8] ^= 1 << bit % 8;
    }
    for (int bit = 0; bit < 16; ++bit)
    {
        all.push_back(key);
        all.back().localPort ^= 1 << bit;
        all.push_back(key);
        all.back().peerPort ^= 1 << bit;
    }
    all.push_back(key);
    all.back().v6 = !key.v6;
    return all;
}

/** One rule of the tables: a name and a function that checks it. */
class TableRule : public TestCase
{
  public:
    /** Checks one rule. */
    using Check = std::function<void(TableRule&)>;

    /**
     * @param name the rule
     * @param check how to check it
     */
    TableRule(const std::string& name, Check check)
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

/** @param record a record @param n a number @return so many bytes behind it */
std::vector<uint8_t>
Behind(const Record& record, std::size_t n)
{
    const auto* end = reinterpret_cast<const uint8_t*>(&record + 1);
    return {end, end + n};
}

void
HeadKeepsKey(TableRule& t)
{
    TcpConnKey key4 = Key4(0x0a090807, 0x1234);
    key4.local[7] = 9; // beyond an IPv4 address: means nothing
    const auto fourMade = Make(5, 6, key4);
    Record& four = *fourMade;
    key4.local[7] = 0;
    t.True("IPv4 key", four.Key() == key4);
    t.Equal("id", four.id, 5);
    t.Equal("kind", four.kind, 6);
    t.Equal("what follows", four.body, 0x1122334455667788);
    const auto sixMade = Make(7, 8, Key6());
    Record& six = *sixMade;
    t.True("IPv6 key", six.Key() == Key6());
    t.True("IPv4 addresses at the end",
           Behind(four, 8) == std::vector<uint8_t>{10, 0, 0, 1, 10, 9, 8, 7});
    t.True("IPv6 addresses at the end",
           Behind(six, 32).front() == 0x20 && Behind(six, 32).back() == 0x4f);
    t.True("bytes", sizeof(TcpConnRecordHead) <= 40);
}

void
EveryBitCounts(TableRule& t)
{
    const auto fourMade = Make(1, 0, Key4(0x0a000002, 1000));
    Record& four = *fourMade;
    const auto sixMade = Make(2, 0, Key6());
    Record& six = *sixMade;
    TcpConnTable table(77);
    t.True("IPv4 entered", table.Insert(four));
    t.True("IPv6 entered", table.Insert(six));
    for (TcpConnRecordHead* record : std::vector<TcpConnRecordHead*>{&four, &six})
    {
        t.True("found", table.Find(record->Key()) == record);
        t.True("matches", record->Matches(record->Key()));
        for (const TcpConnKey& other : OneBitOff(record->Key()))
        {
            t.True("not found with one bit off", table.Find(other) == nullptr);
            t.True("does not match with one bit off", !record->Matches(other));
            t.True("another hash", TcpConnKeyHash(1, other) != TcpConnKeyHash(1, record->Key()));
        }
    }
}

void
InsertOnce(TableRule& t)
{
    TcpConnTable table;
    const auto aMade = Make(1, 0, Key4(1, 1));
    Record& a = *aMade;
    const auto bMade = Make(2, 0, Key4(1, 1));
    Record& b = *bMade;
    t.True("entered", table.Insert(a));
    t.True("the same once more", !table.Insert(a));
    t.True("another of its key", !table.Insert(b));
    t.True("the first stays", table.Find(a.Key()) == &a);
    t.Equal("size", table.Size(), 1);
}

void
EraseThis(TableRule& t)
{
    TcpConnTable table;
    const auto aMade = Make(1, 0, Key4(1, 1));
    Record& a = *aMade;
    const auto bMade = Make(2, 0, Key4(1, 1));
    Record& b = *bMade;
    const auto cMade = Make(3, 0, Key4(1, 2));
    Record& c = *cMade;
    t.True("empty table", !table.Erase(a));
    table.Insert(a);
    t.True("another object of its key", !table.Erase(b));
    t.True("another key", !table.Erase(c));
    t.Equal("size", table.Size(), 1);
    t.True("erased", table.Erase(a));
    t.True("gone", table.Find(a.Key()) == nullptr);
    t.Equal("size", table.Size(), 0);
}

void
ReplaceThis(TableRule& t)
{
    TcpConnTable table;
    const auto aMade = Make(1, 0, Key4(1, 1));
    Record& a = *aMade;
    const auto bMade = Make(1, 1, Key4(1, 1));
    Record& b = *bMade;
    const auto cMade = Make(3, 0, Key4(1, 2));
    Record& c = *cMade;
    t.True("empty table", !table.Replace(a, b));
    table.Insert(a);
    t.True("another key", !table.Replace(a, c));
    t.True("the old one is not in the table", !table.Replace(b, a));
    t.True("replaced", table.Replace(a, b));
    t.True("found", table.Find(a.Key()) == &b);
    t.True("the old one is out", !table.Erase(a));
    t.Equal("size", table.Size(), 1);
    t.True("by itself", table.Replace(b, b));
    t.True("erased", table.Erase(b));
}

void
SortedById(TableRule& t)
{
    TcpConnTable table(3);
    t.True("nothing", table.Sorted().empty());
    std::vector<std::unique_ptr<Record>> records;
    for (uint64_t i = 0; i < 1000; ++i)
    {
        records.push_back(Make(1 + i * 7919 % 1000, 0, Key4(1, static_cast<uint16_t>(i))));
        table.Insert(*records.back());
    }
    const auto all = table.Sorted();
    t.Equal("size", all.size(), 1000);
    for (std::size_t i = 0; i < all.size(); ++i)
    {
        t.Equal("id", all[i]->id, i + 1);
    }
}

void
HeapIsSmall(TableRule& t)
{
    TcpConnTable table;
    t.True("unused object", sizeof(TcpConnTable) <= 16);
    t.Equal("unused", table.HeapBytes(), 0);
    std::vector<std::unique_ptr<Record>> records;
    double worst = 0;
    for (uint32_t i = 0; i < 200000; ++i)
    {
        records.push_back(Make(i, 0, Key4(i, 5)));
        table.Insert(*records.back());
        if (i > 1000)
        {
            worst = std::max(worst, static_cast<double>(table.HeapBytes()) / (i + 1));
        }
    }
    t.True("bytes a record, at worst: " + std::to_string(worst), worst <= 12);
    const std::size_t most = table.HeapBytes();
    while (records.size() > 1000)
    {
        t.True("erased", table.Erase(*records.back()));
        records.pop_back();
    }
    t.True("shrinks", table.HeapBytes() < most / 20);
    for (const auto& record : records)
    {
        t.True("still found", table.Find(record->Key()) == record.get());
    }
    for (const auto& record : records)
    {
        t.True("erased", table.Erase(*record));
    }
    t.Equal("empty", table.HeapBytes(), 0);
}

/**
 * @param keys some connections
 * @return most of them that share the top 16 bits of their hash
 */
std::size_t
Fullest(const std::vector<TcpConnKey>& keys)
{
    std::vector<uint32_t> high(65536);
    std::vector<uint32_t> low(65536);
    for (const TcpConnKey& key : keys)
    {
        const uint64_t hash = TcpConnKeyHash(42, key);
        ++high[hash >> 48];
        ++low[hash & 65535];
    }
    return std::max(*std::max_element(high.begin(), high.end()),
                    *std::max_element(low.begin(), low.end()));
}

void
HashSpreads(TableRule& t)
{
    // 16 keys a place on average: by chance the fullest of 65536 places has about 40.
    constexpr uint32_t KEYS = 1 << 20;
    std::map<std::string, std::function<TcpConnKey(uint32_t)>> makers;
    makers["peers that count"] = [](uint32_t i) { return Key4(i, 1000); };
    makers["peers in their first bytes"] = [](uint32_t i) { return Key4(i << 12, 1000); };
    makers["ports and peers"] = [](uint32_t i) {
        return Key4(0x0a000000 + (i >> 16), static_cast<uint16_t>(i));
    };
    makers["local ports"] = [](uint32_t i) {
        TcpConnKey key = Key4(i >> 16, 80);
        key.localPort = static_cast<uint16_t>(i);
        return key;
    };
    makers["IPv6 peers"] = [](uint32_t i) {
        TcpConnKey key = Key6();
        key.peer[6] = static_cast<uint8_t>(i >> 16);
        key.peer[7] = static_cast<uint8_t>(i >> 8);
        key.peer[15] = static_cast<uint8_t>(i);
        return key;
    };
    for (const auto& [name, make] : makers)
    {
        std::vector<TcpConnKey> keys;
        for (uint32_t i = 0; i < KEYS; ++i)
        {
            keys.push_back(make(i));
        }
        const std::size_t fullest = Fullest(keys);
        t.True(name + ": " + std::to_string(fullest), fullest <= 60);
    }
}

void
LikeAMap(TableRule& t)
{
    TcpConnTable table(11);
    std::mt19937 random(12);
    std::map<uint32_t, std::unique_ptr<Record>> model;
    std::size_t most = 0;
    for (int i = 0; i < 200000; ++i)
    {
        // Waves: the table grows to thousands and shrinks to a few.
        const bool grow = i / 20000 % 2 == 0;
        const uint32_t host = random() % 5000;
        auto& record = model[host];
        t.True("found", table.Find(Key4(host, 9)) == record.get());
        if (!record && (grow || random() % 8 == 0))
        {
            record = Make(i, 0, Key4(host, 9));
            t.True("inserted", table.Insert(*record));
        }
        else if (record && random() % 4 == 0)
        {
            auto other = Make(i, 1, Key4(host, 9));
            t.True("replaced", table.Replace(*record, *other));
            record = std::move(other);
        }
        else if (record && !grow)
        {
            t.True("erased", table.Erase(*record));
            record.reset();
        }
        if (!record)
        {
            model.erase(host);
        }
        most = std::max(most, model.size());
        t.Equal("size", table.Size(), model.size());
    }
    t.True("it grew", most > 4000);
    t.True("it shrank", model.size() < 1500);
}

/** Names for listeners: the table never looks at what is behind one. */
class Listeners
{
  public:
    /** @param count how many. */
    explicit Listeners(std::size_t count)
        : m_bytes(count)
    {
    }

    /**
     * @param i number of a listener
     * @return its name
     */
    TcpConnListener* operator[](std::size_t i)
    {
        return reinterpret_cast<TcpConnListener*>(&m_bytes[i]);
    }

  private:
    std::vector<char> m_bytes; //!< One each.
};

/** A place to listen and a segment, and who takes it. */
struct ListenerRow
{
    const char* name;                  //!< What is tried.
    std::vector<TcpConnListenerAt> at; //!< Where listeners are.
    TcpConnKey key;                    //!< The 4-tuple of the segment.
    int32_t device;                    //!< Where it came in.
    int want;                          //!< The listener that takes it; -1: none.
};

/** @return the rows for who takes a segment. */
std::vector<ListenerRow>
ListenerRows()
{
    const TcpConnKey four = Key4(0x0a000002, 1000); // to 10.0.0.1:80
    TcpConnKey six = Key6();
    six.localPort = 80;
    constexpr int32_t ANY = TcpConnListenerAt::ANY_DEVICE;
    const TcpConnListenerAt wild4{{}, 80, false, false, ANY};
    const TcpConnListenerAt own4{four.local, 80, false, false, ANY};
    const TcpConnListenerAt other4{{10, 0, 0, 2}, 80, false, false, ANY};
    const TcpConnListenerAt wild6{{}, 80, true, false, ANY};
    const TcpConnListenerAt dual{{}, 80, true, true, ANY};
    const TcpConnListenerAt own6{six.local, 80, true, false, ANY};
    const TcpConnListenerAt port81{{}, 81, false, false, ANY};
    const auto on = [](TcpConnListenerAt at, int32_t device) {
        at.device = device;
        return at;
    };
    return {
        {"no listener at all", {}, four, 1, -1},
        {"another port", {port81}, four, 1, -1},
        {"any IPv4 address", {wild4}, four, 1, 0},
        {"its own address", {own4}, four, 1, 0},
        {"another address", {other4}, four, 1, -1},
        {"its own before any", {wild4, own4, other4}, four, 1, 1},
        {"any, where its own is another", {other4, wild4}, four, 1, 1},
        {"IPv6 alone takes no IPv4", {wild6}, four, 1, -1},
        {"dual takes IPv4", {dual}, four, 1, 0},
        {"IPv4 before dual", {dual, wild4}, four, 1, 1},
        {"IPv4 takes no IPv6", {wild4, own4}, six, 1, -1},
        {"any IPv6 address", {wild6}, six, 1, 0},
        {"dual takes IPv6", {dual}, six, 1, 0},
        {"IPv6 alone before dual", {dual, wild6}, six, 1, 1},
        {"its own IPv6 address before any", {wild6, dual, own6}, six, 1, 2},
        {"its device", {on(wild4, 1)}, four, 1, 0},
        {"another device", {on(wild4, 2)}, four, 1, -1},
        {"its device before any", {wild4, on(wild4, 1), on(wild4, 2)}, four, 1, 1},
        {"its own address before its device", {on(wild4, 1), own4}, four, 1, 1},
        {"address and device", {own4, on(own4, 1)}, four, 1, 1},
        {"dual on its device before any device", {wild4, on(dual, 1)}, four, 1, 1},
        {"IPv4 on its device before dual on it", {on(dual, 1), on(wild4, 1)}, four, 1, 1},
    };
}

/**
 * Check one row.
 * @param t the test
 * @param row the row
 */
void
CheckListenerRow(TableRule& t, const ListenerRow& row)
{
    TcpConnListenerTable table;
    Listeners listeners(row.at.size());
    for (std::size_t i = 0; i < row.at.size(); ++i)
    {
        t.True("added", table.Add(row.at[i], listeners[i]));
    }
    TcpConnListener* want = row.want < 0 ? nullptr : listeners[row.want];
    t.True("who takes it", table.Find(row.key, row.device) == want);
    t.Equal("size", table.Size(), row.at.size());
    if (want)
    {
        t.True("removed", table.Remove(row.at[row.want], want));
        t.True("somebody else then", table.Find(row.key, row.device) != want);
    }
}

void
ListenersOnOnePort(TableRule& t)
{
    TcpConnListenerTable table(5);
    Listeners listeners(4);
    const TcpConnListenerAt at{{}, 80, false, false, TcpConnListenerAt::ANY_DEVICE};
    TcpConnListenerAt specific = at;
    specific.address = {10, 0, 0, 1};
    TcpConnListenerAt later = at;
    later.port = 81;
    t.True("added", table.Add(later, listeners[3]) && table.Add(specific, listeners[2]));
    t.True("two at one place", table.Add(at, listeners[1]) && table.Add(at, listeners[0]));
    t.True("the same twice", !table.Add(at, listeners[0]));
    const std::vector<TcpConnListener*> want{listeners[1], listeners[0], listeners[2]};
    t.True("all on the port, any address first, by age", table.OnPort(80) == want);
    t.True("nobody on another", table.OnPort(82).empty());
    t.Equal("all", table.All().size(), 4);
    t.True("by port", table.All().back() == listeners[3]);

    std::map<TcpConnListener*, int> shares;
    for (uint16_t port = 1; port <= 1000; ++port)
    {
        TcpConnKey key = Key4(1, port);
        key.local = {10, 0, 0, 9};
        TcpConnListener* found = table.Find(key, 1);
        t.True("a repeated SYN finds the same", table.Find(key, 1) == found);
        ++shares[found];
    }
    t.Equal("both take some", shares.size(), 2);
    t.True("about half", shares[listeners[0]] > 400 && shares[listeners[1]] > 400);

    t.True("not there", !table.Remove(specific, listeners[0]));
    t.True("not on that port", !table.Remove(later, listeners[0]));
    t.True("removed", table.Remove(at, listeners[1]));
    t.True("not twice", !table.Remove(at, listeners[1]));
    t.True("the others", table.Remove(at, listeners[0]) && table.Remove(specific, listeners[2]));
    t.True("the last", table.Remove(later, listeners[3]));
    t.Equal("size", table.Size(), 0);
    t.True("none", table.All().empty() && !table.Find(Key4(1, 1), 1));
    t.True("removed from nothing", !table.Remove(later, listeners[3]));
    t.True("unused object", sizeof(TcpConnListenerTable) <= 16);
}

void
ManyListeners(TableRule& t)
{
    TcpConnListenerTable table;
    Listeners listeners(65535);
    for (uint32_t port = 1; port <= 65535; ++port)
    {
        TcpConnListenerAt at;
        at.port = static_cast<uint16_t>(port);
        table.Add(at, listeners[port - 1]);
    }
    TcpConnKey key = Key4(1, 1);
    for (uint32_t port = 1; port <= 65535; ++port)
    {
        key.localPort = static_cast<uint16_t>(port);
        t.True("its own listener", table.Find(key, 0) == listeners[port - 1]);
    }
    const auto all = table.All();
    t.True("all, by port", all.size() == 65535 && all[79] == listeners[79]);
}

/** Suite of the tables. */
class TcpConnTableTestSuite : public TestSuite
{
  public:
    TcpConnTableTestSuite()
        : TestSuite("tcp-conn-table", TCP_CONN_UNIT)
    {
        const std::vector<std::pair<std::string, TableRule::Check>> rules{
            {"a head keeps its key, and no more bytes", HeadKeepsKey},
            {"every bit of the 4-tuple counts", EveryBitCounts},
            {"one record a 4-tuple", InsertOnce},
            {"only the object itself is erased", EraseThis},
            {"only the object itself is replaced, by one of its key", ReplaceThis},
            {"sorted by id", SortedById},
            {"bytes a record; none in an unused table", HeapIsSmall},
            {"keys that count spread like random ones", HashSpreads},
            {"like a map, in random operations", LikeAMap},
            {"several listeners on one port", ListenersOnOnePort},
            {"a listener on each port", ManyListeners},
        };
        for (const auto& [name, check] : rules)
        {
            AddTestCase(new TableRule(name, check), TCP_CONN_QUICK);
        }
        for (const ListenerRow& row : ListenerRows())
        {
            AddTestCase(new TableRule(std::string("listener: ") + row.name,
                                      [row](TableRule& t) { CheckListenerRow(t, row); }),
                        TCP_CONN_QUICK);
        }
    }
};

/** The suite. */
TcpConnTableTestSuite g_tcpConnTableTestSuite;

} // namespace
