/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/object-factory.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-impairment-queue-disc.h"
#include "ns3/test.h"

#include <string>
#include <utility>

using namespace ns3;

/**
 * @file
 * @ingroup tcp-conn
 * How the rules of the impairment queue disc are read.
 */

namespace
{

/** @return a name for a test case, which may not have some of the characters that rules have */
std::string
Name(std::string text)
{
    for (char& c : text)
    {
        c = std::string("\"/\\|?").find(c) == std::string::npos ? c : '!';
    }
    return text;
}

/** One text of a rule: whether it can be read, and what is said if not. */
class ImpairmentText : public TestCase
{
  public:
    /**
     * @param rule its text
     * @param error what the message says; empty if the rule can be read
     */
    ImpairmentText(const std::string& rule, const std::string& error)
        : TestCase(Name(rule) + (error.empty() ? " is read" : " is refused")),
          m_rule(rule),
          m_error(error)
    {
    }

  private:
    void DoRun() override
    {
        TcpConnImpairmentSpec spec;
        std::string error;
        bool read = TcpConnImpairmentSpec::Parse(m_rule, spec, error);
        NS_TEST_ASSERT_MSG_EQ(read, m_error.empty(), error);
        NS_TEST_ASSERT_MSG_EQ(error.empty(), read, error);
        NS_TEST_ASSERT_MSG_EQ(spec.text, m_rule, "kept as written");
        if (!read)
        {
            NS_TEST_ASSERT_MSG_NE(error.find(m_error), error.npos, error);
            NS_TEST_ASSERT_MSG_NE(error.find(m_rule), error.npos, "names the rule: " + error);
        }
    }

    std::string m_rule;  //!< The rule.
    std::string m_error; //!< What is said.
};

/** A text of several rules is cut into each. */
class ImpairmentSplit : public TestCase
{
  public:
    ImpairmentSplit()
        : TestCase("several rules in one text")
    {
    }

  private:
    void DoRun() override
    {
        auto rules = TcpConnImpairmentSpec::Split("drop SYN ; delay FIN 3s;;\n"
                                                  "# none; of these\n"
                                                  "\tcorrupt data # all\r\n"
                                                  "pass tcp");
        std::string all;
        for (const auto& rule : rules)
        {
            all += "{" + rule + "}";
        }
        NS_TEST_ASSERT_MSG_EQ(all, "{drop SYN}{delay FIN 3s}{corrupt data}{pass tcp}", "cut");
        auto disc = CreateObjectWithAttributes<TcpConnImpairmentQueueDisc>(
            "Rules",
            StringValue("drop SYN\n delay FIN 3s"));
        disc->AddRule("pass any");
        StringValue value;
        disc->GetAttribute("Rules", value);
        NS_TEST_ASSERT_MSG_EQ(value.Get(), "drop SYN; delay FIN 3s; pass any", "attribute");
        disc->SetRules("drop RST");
        NS_TEST_ASSERT_MSG_EQ(disc->GetNRules(), 1, "replaced");
        NS_TEST_ASSERT_MSG_EQ(disc->GetRule(0), "drop RST", "replaced");
        disc->Dispose();
    }
};

/// Rules that can be read.
const char* const READABLE[] = {
    "pass tcp",
    "drop any",
    "drop SYN occurrence 1",
    "drop SYN,ACK from 10.0.0.2:80 first 2",
    "delay FIN 3s",
    "delay by 0.5ms any",
    "delay probability .5 FIN 1min",
    "delay data ns3::UniformRandomVariable[Min=0.01|Max=0.02] per conn every 3",
    "delay data by ns3::ExponentialRandomVariable",
    "duplicate data probability 0.1",
    "duplicate SYN copies 3 after 3s",
    "reorder data probability 0.05 by 3",
    "reorder data by 10ms",
    "reorder data within 200us by 2",
    "corrupt seq 1000-2000",
    "corrupt any at 0 bits 8",
    "drop conn 10.0.0.1:* > 10.0.0.2:80",
    "drop conn 10.0.0.1:*>10.0.0.2:80",
    "drop conn [2001:db8::1]:1-65535 <> [2001:db8::/32]",
    "drop to :80",
    "drop udp from * to *:53 length 1-512",
    "drop exactly SYN+ECE+CWR",
    "drop allof FIN,PSH anyof ECE,CWR noneof URG,AE ack 5-",
    "drop tcp time 1s-2.5s occurrence 1,3-5,9- limit 4 ipv6",
    "drop icmp time -200ms",
    "drop pureack time 1h-",
};

/// Rules that cannot be read, and what is said.
const std::pair<const char*, const char*> UNREADABLE[] = {
    {"", "at its end: expected pass, drop, delay"},
    {"lose SYN", "character 1, \"lose\": expected pass, drop, delay"},
    {"drop SIN occurrence 1", "character 6, \"SIN\": expected flags such as SYN"},
    {"drop SYN, ACK", "character 6, \"SYN,\": expected flags"},
    {"drop SYN occurrence", "at its end: expected which ones"},
    {"drop SYN occurrence 0", "character 21, \"0\": expected which ones"},
    {"drop SYN occurrence 3-2", "\"3-2\": expected which ones"},
    {"drop SYN occurrence 1,", "\"1,\": expected which ones"},
    {"drop SYN first 0", "expected a number from 1"},
    {"drop SYN first -1", "expected a number from 1"},
    {"drop SYN every 4294967296", "expected a number from 1 to 4294967295"},
    {"drop SYN first 1 every 2", "only one of \"occurrence\""},
    {"drop SYN SYN", "there are flags already"},
    {"drop data data", "\"data\" stands twice"},
    {"drop data pureack", "do not go together"},
    {"drop tcp udp", "\"tcp\" and \"udp\" do not go together"},
    {"drop ipv4 ipv6", "do not go together"},
    {"drop udp SYN", "flags, pureack, seq and ack are of TCP only"},
    {"drop any seq 1-2", "of TCP only"},
    {"drop data probability 1.1", "character 23, \"1.1\": expected a decimal number from 0 to 1"},
    {"drop data probability -0.1", "expected a decimal number from 0 to 1"},
    {"drop data probability 0x1", "expected a decimal number from 0 to 1"},
    {"drop seq", "at its end: expected a number, a range"},
    {"drop seq 4294967296", "expected a number, a range"},
    {"drop length 9-1", "expected a number, a range"},
    {"drop from", "at its end: expected an end such as"},
    {"drop from 10.0.0", "expected an end such as"},
    {"drop from 10.0.0.1/33", "expected an end such as"},
    {"drop from 10.0.0.1:", "expected an end such as"},
    {"drop from 10.0.0.1:65536", "expected an end such as"},
    {"drop from [2001:db8::1", "expected an end such as"},
    {"drop from [2001:db8::1]80", "expected an end such as"},
    {"drop from 2001:db8::1", "expected an end such as"},
    {"drop from [10.0.0.1]:80", "expected an end such as"},
    {"drop conn 10.0.0.1 10.0.0.2", "character 20, \"10.0.0.2\": expected > or <>"},
    {"drop conn 10.0.0.1 >", "at its end: expected an end such as"},
    {"drop time 1s", "expected a span of time"},
    {"drop time 2s-1s", "expected a span of time"},
    {"drop time -", "expected a span of time"},
    {"drop per host", "\"host\": expected conn"},
    {"delay FIN", "at its end: expected a time"},
    {"delay FIN 3", "for delay also by, and a time such as"},
    {"delay FIN -3s", "expected"},
    {"delay FIN 3s 4s", "\"4s\": expected"},
    {"delay FIN by 1e3s", "expected a time"},
    {"delay FIN by 999999999y", "expected a time"},
    {"delay FIN by ns3::NoSuchVariable", "expected a time"},
    {"delay FIN by ns3::Packet", "expected a time"},
    {"delay FIN by ns3::UniformRandomVariable[Mean=1]", "expected a time"},
    {"delay FIN by ns3::UniformRandomVariable[Min=x]", "expected a time"},
    {"delay FIN by ns3::UniformRandomVariable[Min=1", "expected a time"},
    {"delay FIN by ns3::UniformRandomVariable[Stream=1.5]", "expected a time"},
    {"delay FIN by ns3::UniformRandomVariable[Antithetic=maybe]", "expected a time"},
    {"duplicate SYN copies 1001", "expected a number from 1 to 1000"},
    {"duplicate SYN after 3", "expected a time"},
    {"reorder data by 0", "expected a number of packets"},
    {"reorder data within 5", "expected a time such as"},
    {"corrupt data at tail", "expected payload, header, checksum"},
    {"corrupt data at 65536", "expected payload, header, checksum"},
    {"corrupt data bits 0", "expected a number from 1 to 1000"},
    {"drop data by 3s", "\"by\": expected"},
    {"drop data copies 3", "\"copies\": expected"},
};

/** Suite of the text of rules. */
class TcpConnImpairmentRuleTestSuite : public TestSuite
{
  public:
    TcpConnImpairmentRuleTestSuite()
        : TestSuite("tcp-conn-impairment-rule", TCP_CONN_UNIT)
    {
        for (const char* rule : READABLE)
        {
            AddTestCase(new ImpairmentText(rule, ""), TCP_CONN_QUICK);
        }
        for (const auto& [rule, error] : UNREADABLE)
        {
            AddTestCase(new ImpairmentText(rule, error), TCP_CONN_QUICK);
        }
        AddTestCase(new ImpairmentSplit, TCP_CONN_QUICK);
    }
};

TcpConnImpairmentRuleTestSuite g_tcpConnImpairmentRuleTestSuite; //!< The suite.

} // namespace
