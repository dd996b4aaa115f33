/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-pool.h"
#include "ns3/test.h"

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;

namespace
{

/** One rule of the pool: a name and a function that says what is wrong. */
class PoolRule : public TestCase
{
  public:
    /**
     * @param name the rule
     * @param check returns what is wrong; empty: nothing
     */
    PoolRule(const std::string& name, std::function<std::string()> check)
        : TestCase(name),
          m_check(std::move(check))
    {
    }

  private:
    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(m_check(), "", GetName());
    }

    std::function<std::string()> m_check; //!< The check.
};

/** @return what is wrong with names and places of many objects of each size */
std::string
NamesAndPlaces()
{
    std::string wrong;
    for (std::size_t bytes : {1U, 8U, 24U, 80U, 104U, 288U, 1000U, 4096U})
    {
        std::map<TcpConnPool::Name, void*> objects;
        for (int i = 0; i < 1000; ++i)
        {
            void* object = TcpConnPool::Take(bytes);
            wrong += reinterpret_cast<uintptr_t>(object) % 8 == 0 ? "" : "not aligned; ";
            const TcpConnPool::Name name = TcpConnPool::NameOf(object);
            wrong += name != 0 ? "" : "a name is 0; ";
            wrong += TcpConnPool::At(name) == object ? "" : "a name leads elsewhere; ";
            wrong += objects.emplace(name, object).second ? "" : "a name came twice; ";
            std::memset(object, i, bytes);
        }
        for (const auto& [name, object] : objects)
        {
            TcpConnPool::Give(object);
        }
    }
    return wrong;
}

/** @return what is wrong with objects that come and go for long: none may touch another's room */
std::string
ComingAndGoing()
{
    std::string wrong;
    std::mt19937 random(1);
    std::vector<std::pair<uint8_t*, std::size_t>> objects;
    for (int i = 0; i < 200000; ++i)
    {
        const bool grow = i / 20000 % 2 == 0;
        if (objects.empty() || random() % 100 < (grow ? 60U : 40U))
        {
            const std::size_t bytes = 8 * (1 + random() % 12);
            auto* object = static_cast<uint8_t*>(TcpConnPool::Take(bytes));
            std::memset(object, static_cast<int>(bytes), bytes);
            objects.emplace_back(object, bytes);
            continue;
        }
        std::swap(objects[random() % objects.size()], objects.back());
        const auto [object, bytes] = objects.back();
        objects.pop_back();
        for (std::size_t b = 0; b < bytes; ++b)
        {
            wrong += object[b] == bytes ? "" : "another object wrote here; ";
        }
        TcpConnPool::Give(object);
    }
    for (const auto& [object, bytes] : objects)
    {
        TcpConnPool::Give(object);
    }
    return wrong;
}

/** @return what is wrong with the memory that the pool itself takes */
std::string
Memory()
{
    std::string wrong;
    const std::size_t before = TcpConnPool::HeapBytes();
    std::vector<void*> objects;
    for (int i = 0; i < 100000; ++i)
    {
        objects.push_back(TcpConnPool::Take(80));
    }
    const double each = static_cast<double>(TcpConnPool::HeapBytes() - before) / 100000;
    wrong += each < 81 ? "" : "80 bytes take " + std::to_string(each) + "; ";
    for (void* object : objects)
    {
        TcpConnPool::Give(object);
    }
    // The list of chunks stays as long as there is one chunk.
    const std::size_t after = TcpConnPool::HeapBytes();
    wrong += after <= before + 8192 ? "" : std::to_string(after - before) + " bytes are left; ";
    return wrong;
}

/** @return what is wrong with objects of a pooled class, and with bytes behind them */
std::string
Classes()
{
    struct Pooled : public TcpConnPooled
    {
        uint64_t value{7};
    };

    std::string wrong;
    auto* one = new Pooled;
    auto* two = new (16) Pooled;
    wrong += TcpConnPool::At(TcpConnPool::NameOf(one)) == one ? "" : "not in the pool; ";
    std::memset(static_cast<void*>(two + 1), 1, 16);
    wrong += two->value == 7 ? "" : "bytes behind it are not behind it; ";
    delete two;
    delete one;
    delete static_cast<Pooled*>(nullptr);
    return wrong;
}

/** The pool of the objects of connections. */
class PoolSuite : public TestSuite
{
  public:
    PoolSuite()
        : TestSuite("tcp-conn-pool", TCP_CONN_UNIT)
    {
        const auto add = [this](const std::string& name, std::function<std::string()> check) {
            AddTestCase(new PoolRule(name, std::move(check)), TCP_CONN_QUICK);
        };
        add("Each object has a name of its own, that leads to it", NamesAndPlaces);
        add("No object's room is another's", ComingAndGoing);
        add("The pool adds little, and gives back what is not used", Memory);
        add("Classes put their objects there, with bytes behind them", Classes);
    }
};

PoolSuite g_poolSuite; //!< The suite.

} // namespace
