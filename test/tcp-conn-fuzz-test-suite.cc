/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "../utils/tcp-conn-fuzz/tcp-conn-fuzz.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/test.h"

#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

/** An input of the fuzzer. */
struct Input
{
    std::string digits;         //!< It as hexadecimal digits.
    std::string name;           //!< What it once found; empty: nothing.
    std::vector<uint8_t> bytes; //!< It.
};

/** @param target name of a target @return the inputs in the repository */
std::vector<Input>
Corpus(const std::string& target)
{
    std::ifstream file(std::string(TCP_CONN_TEST_DIR) + "/../utils/tcp-conn-fuzz/corpus/" + target +
                       ".hex");
    std::vector<Input> inputs;
    for (std::string line; std::getline(file, line);)
    {
        Input input;
        std::istringstream words(line);
        words >> input.digits >> input.name;
        for (size_t i = 0; i + 1 < input.digits.size() && input.digits[0] != '#'; i += 2)
        {
            input.bytes.push_back(
                static_cast<uint8_t>(std::stoul(input.digits.substr(i, 2), nullptr, 16)));
        }
        if (!input.bytes.empty())
        {
            inputs.push_back(input);
        }
    }
    return inputs;
}

/** What a target says of some inputs. */
class FuzzTest : public TestCase
{
  public:
    /** @param name what they are @param target the target @param inputs the inputs */
    FuzzTest(const std::string& name, TcpConnFuzz::Target target, const std::vector<Input>& inputs)
        : TestCase(name),
          m_target(target),
          m_inputs(inputs)
    {
    }

  private:
    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(m_inputs.empty(), false, "there are inputs");
        for (const Input& input : m_inputs)
        {
            NS_TEST_EXPECT_MSG_EQ(m_target(input.bytes.data(), input.bytes.size()),
                                  "",
                                  input.digits);
        }
    }

    TcpConnFuzz::Target m_target; //!< The target.
    std::vector<Input> m_inputs;  //!< The inputs.
};

/** @param count how many @return inputs by chance, always the same */
std::vector<Input>
ByChance(uint32_t count)
{
    std::mt19937 random(1);
    std::vector<Input> inputs(count);
    for (Input& input : inputs)
    {
        input.bytes.resize(random() % 200);
        for (uint8_t& byte : input.bytes)
        {
            byte = static_cast<uint8_t>(random());
            input.digits += "0123456789abcdef"[byte >> 4];
            input.digits += "0123456789abcdef"[byte & 15];
        }
    }
    return inputs;
}

/** What the fuzzer has tried. */
class FuzzSuite : public TestSuite
{
  public:
    FuzzSuite()
        : TestSuite("tcp-conn-fuzz", TCP_CONN_UNIT)
    {
        const std::pair<const char*, TcpConnFuzz::Target> targets[] = {
            {"Header", &TcpConnFuzz::Header},
            {"Segments", &TcpConnFuzz::Segments},
            {"Scripts", &TcpConnFuzz::Scripts}};
        for (const auto& [name, target] : targets)
        {
            const std::vector<Input> corpus = Corpus(name);
            Add(std::string(name) + ": the corpus", target, corpus);
            Add(std::string(name) + ": by chance", target, ByChance(2000));
            for (const Input& input : corpus)
            {
                if (!input.name.empty())
                {
                    Add(std::string(name) + ": " + input.name, target, {input});
                }
            }
        }
    }

  private:
    /** @param name what they are @param target the target @param inputs the inputs */
    void Add(const std::string& name, TcpConnFuzz::Target target, const std::vector<Input>& inputs)
    {
        AddTestCase(new FuzzTest(name, target, inputs), TCP_CONN_QUICK);
    }
} g_fuzzSuite; //!< The suite.

} // namespace
