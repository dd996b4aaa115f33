/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "../utils/tcp-conn-packet-script/tcp-conn-packet-script-parser.h"
#include "../utils/tcp-conn-packet-script/tcp-conn-packet-script-runner.h"

#include "ns3/system-path.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/test.h"

#include <algorithm>
#include <list>
#include <string>

using namespace ns3;
using TcpConnPacketScript::Event;
using TcpConnPacketScript::Expression;
using TcpConnPacketScript::Option;
using TcpConnPacketScript::Script;
using TcpConnPacketScript::Setup;
using TcpConnPacketScript::Verdict;
using TcpConnPacketScript::When;

namespace
{

/** A script that does not pass, and what is said of it. */
struct BadRow
{
    const char* name;   //!< What is wrong.
    const char* script; //!< The script.
    const char* says;   //!< The verdict, for a script of the name "x".
};

/** Opens a connection to the host; six lines. */
#define OPEN                                                                                       \
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"                                                \
    "+0 bind(3, ..., ...) = 0\n"                                                                   \
    "+0 listen(3, 1) = 0\n"                                                                        \
    "+0 < S 0:0(0) win 1000\n"                                                                     \
    "+0 > S. 0:0(0) ack 1 <...>\n"                                                                 \
    "+0 < . 1:1(0) ack 1 win 1000\n"

const BadRow BROKEN[] = {
    {"nothing", "// nothing\n", "FAIL x:2: expected an event, got the end of the script"},
    {"no time", "\n< S 0:0(0) win 5", "FAIL x:2: expected a time in seconds, got '<'"},
    {"no event", "+1 = 5", "FAIL x:1: expected '<', '>', a call, a command or a program, got '='"},
    {"backwards", "1 `a`\n.5 < R 0:0(0)", "FAIL x:2: time goes backwards"},
    {"empty range", "+2~+1 > R 0:0(0)", "FAIL x:1: a range of times ends before it begins"},
    {"mixed range",
     "1~+2 > R 0:0(0)",
     "FAIL x:1: both ends of a range of times are relative, or none"},
    {"unknown flag", "0 < SX 0:0(0) win 5", "FAIL x:1: unknown TCP flag 'X'"},
    {"no flags", "0 < 0:0(0) win 5", "FAIL x:1: expected TCP flags, got '0'"},
    {"wrong length", "0 < S 0:5(4) win 5", "FAIL x:1: 0:5 are not 4 bytes"},
    {"large number",
     "0 < S 4294967296:0(0) win 5",
     "FAIL x:1: a sequence number 4294967296 is not in 0 to 4294967295"},
    {"huge number",
     "0 < S 99999999999999999999:0(0) win 5",
     "FAIL x:1: number 99999999999999999999 is too large"},
    {"no window", "0 < S 0:0(0)", "FAIL x:1: a segment into the host has a window"},
    {"large window", "0 < S 0:0(0) win 65536", "FAIL x:1: a window 65536 is not in 0 to 65535"},
    {"ack, no flag",
     "0 < S 0:0(0) ack 1 win 5",
     "FAIL x:1: a segment with an acknowledgment number has the flag '.'"},
    {"urgent, no flag",
     "0 < . 0:0(0) ack 1 win 5 urg 1",
     "FAIL x:1: a segment with an urgent pointer has the flag 'U'"},
    {"unknown option",
     "0 < S 0:0(0) win 5 <nop,mzz 5>",
     "FAIL x:1: expected a TCP option, got 'mzz'"},
    {"half a timestamp", "0 < S 0:0(0) win 5 <TS val 5>", "FAIL x:1: expected 'ecr', got '>'"},
    {"options have no end",
     "0 < S 0:0(0) win 5 <nop\n+0 > . 1:1(0) ack 1",
     "FAIL x:2: expected '>' after the options, got '+'"},
    {"too many options",
     "0 < S 0:0(0) win 5 <TS val 1 ecr 2,TS val 1 ecr 2,TS val 1 ecr 2,sack 1:2 3:4>",
     "FAIL x:1: the options have more than 40 bytes"},
    {"too much text",
     "0 < S 0:65500(65500) win 5",
     "FAIL x:1: a segment into the host has at most 65400 bytes of text"},
    {"bad address",
     "--local_ip=1.2.3\n0 `true`",
     "FAIL x:1: '1.2.3' is no address of this IP "
     "version"},
    {"bad address in a call",
     "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
     "+0 bind(3, {sin_port=htons(5), sin_addr=inet_addr(\"a\")}, ...) = 0",
     "FAIL x:2: 'a' is no address of this IP version"},
    {"no result",
     "0 close(3)\n",
     "FAIL x:2: expected '=' before the result, got the end of the "
     "script"},
    {"list has no end", "0 read(3, ..., 5 = 5", "FAIL x:1: expected ')' or ',' in a list, got '='"},
    {"note has no end",
     "0 close(3) = 0 (fine",
     "FAIL x:1: expected ')' after the note, got the "
     "end of the script"},
    {"string has no end", "0 `true`\n+0 open(\"a, 5) = 4", "FAIL x:2: string has no end"},
    {"comment has no end", "0 `true`\n/* a\n b", "FAIL x:2: comment has no end"},
    {"program has no end", "0 `true`\n\n+0 %{ a\n", "FAIL x:3: program has no end"},
    {"call ends early",
     "+1...0.5 connect(3, ..., ...) = 0",
     "FAIL x:1: the call ends before it "
     "begins"},
    {"call at any time",
     "*...5 connect(3, ..., ...) = 0",
     "FAIL x:1: a call that blocks begins at a fixed time"},
    {"bad IP version",
     "--ip_version=ipv5\n0 `true`",
     "FAIL x:1: --ip_version=ipv5: expected ipv4, ipv6 or ipv4-mapped-ipv6"},
    {"bad MTU", "--mtu=5\n0 `true`", "FAIL x:1: --mtu=5: expected a number from 68 to 65535"},
    {"bad attribute",
     "--ns3_attribute=Sack\n0 `true`",
     "FAIL x:1: --ns3_attribute=Sack: expected <name>=<value>"},
    {"too few arguments", "0 socket(...) = 3", "FAIL x:1: socket has 1 arguments, too few"},
    {"no number", "0 close(x) = 0", "FAIL x:1: expected a number, got x"},
};

const BadRow SKIPPED[] = {
    {"option", "--wire_client\n0 `true`", "SKIP x:1: script option --wire_client"},
    {"UDP", "0 < udp (5)", "SKIP x:1: packets of udp"},
    {"TOS", "0 < [ect0] S 0:0(0) win 5", "SKIP x:1: IP header field ect0"},
    {"accurate ECN", "0 < SA 0:0(0) win 5", "SKIP x:1: accurate ECN"},
    {"Fast Open", "\n0 < S 0:0(0) win 5 <FO abcd>", "SKIP x:2: TCP option FO"},
    {"datagrams",
     "0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3",
     "SKIP x:1: sockets of type "
     "SOCK_DGRAM"},
    {"call", "0 epoll_create(1) = 3", "SKIP x:1: call epoll_create"},
    {"flag",
     OPEN "+0 accept(3, ..., ...) = 4\n+0 send(4, ..., 5, MSG_OOB) = 5",
     "SKIP x:8: flag "
     "MSG_OOB"},
    {"socket option",
     OPEN "+0 setsockopt(3, SOL_TCP, TCP_CORK, [1], 4) = 0",
     "SKIP x:7: socket option TCP_CORK"},
    {"attribute",
     "--ns3_attribute=Colour=red\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3",
     "SKIP x:2: socket attribute Colour"},
    {"ICMP", "0 < icmp redirect", "SKIP x:1: ICMP redirect "},
};

const BadRow WRONG[] = {
    {"no segment",
     "0 > R 0:0(0)",
     "FAIL x:1: expected > R 0:0(0) at 0.000000, got no segment until then"},
    {"another segment",
     "0 < . 5:5(0) ack 7 win 1\n+0 > R. 7:7(0) ack 5",
     "FAIL x:2: expected > R. 7:7(0) ack 5 at 0.000000, got > R 7:7(0) win 0 at 0.000000"},
    {"another number",
     OPEN "+0 accept(3, ..., ...) = 4\n+0 close(4) = 0\n+0 > F. 2:2(0) ack 1",
     "FAIL x:9: expected > F. 2:2(0) ack 1 at 0.000000, got > F. 1:1(0) ack 1 win 65535 at "
     "0.000006"},
    {"another option",
     "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
     "+0 setsockopt(3, SOL_SOCKET, SO_RCVBUF, [1000], 4) = 0\n"
     "+0...1 connect(3, ..., ...) = 0\n"
     "+0 > S 0:0(0) <mss 1400,sackOK,TS val 1 ecr 0,wscale 0>",
     "FAIL x:4: expected > S 0:0(0) <mss 1400,sackOK,TS val 1 ecr 0,wscale 0> at 0.000000, got > S "
     "0:0(0) win 1000 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 0> at 0.000002"},
    {"too late",
     "0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3\n"
     "+0 connect(3, ..., ...) = -1 EINPROGRESS\n+0 > S 0:0(0) <...>\n+.99 > S 0:0(0) <...>",
     "FAIL x:4: expected > S 0:0(0) <...> at 0.990000, got no segment until then"},
    {"too early",
     "0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3\n"
     "+0 connect(3, ..., ...) = -1 EINPROGRESS\n+0.1 > S 0:0(0) <...>",
     "FAIL x:3: expected > S 0:0(0) <...> at 0.100000, got it at 0.000001"},
    {"one too many",
     "0 < . 5:5(0) ack 7 win 1\n+0 < R 9:9(0)",
     "FAIL x:2: expected no more segments, got > R 7:7(0) win 0 at 0.000000"},
    {"another value",
     OPEN "+0 accept(3, ..., ...) = 4\n+0 write(4, ..., 5) = 4",
     "FAIL x:8: expected write() = 4, got 5"},
    {"another error",
     "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 close(7) = -1 EINVAL",
     "FAIL x:2: expected close() = -1 EINVAL, got -1 EBADF"},
    {"it blocks",
     "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n"
     "+0 listen(3, 1) = 0\n+0 accept(3, ..., ...) = 4",
     "FAIL x:4: expected accept() = 4 at 0.000000, got no return: it blocks"},
    {"it returns early",
     "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0...2 connect(3, ..., ...) = -1 ECONNREFUSED\n"
     "+0 > S 0:0(0) <...>\n+1 < R. 0:0(0) ack 1\n+1 close(3) = 0",
     "FAIL x:2: expected connect() = -1 ECONNREFUSED at 2.000000, got it at 1.000000"},
    {"another pending error",
     "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
     "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [EPIPE], [4]) = 0",
     "FAIL x:2: expected the error EPIPE, got 0"},
    {"other poll events",
     OPEN "+0 poll([{fd=3, events=POLLIN, revents=POLLOUT}], 1, 0) = 1",
     "FAIL x:7: expected the events POLLOUT, got those of |POLLIN|"},
};

/** A script that must not pass. */
class BadScript : public TestCase
{
  public:
    /**
     * @param group what kind of script
     * @param row the script
     */
    BadScript(const std::string& group, const BadRow& row)
        : TestCase(group + ": " + row.name),
          m_row(row)
    {
    }

  private:
    void DoRun() override
    {
        Setup setup;
        setup.strict = true;
        const Verdict verdict = TcpConnPacketScript::Run("x", m_row.script, setup);
        NS_TEST_EXPECT_MSG_EQ(verdict.Text("x"), m_row.says, m_row.name);
    }

    BadRow m_row; //!< The script.
};

/** What the parser makes of a script that uses the whole language. */
class WholeLanguage : public TestCase
{
  public:
    WholeLanguage()
        : TestCase("every rule of the language is read")
    {
    }

  private:
    void DoRun() override;
    void CheckTimes(const Script& script);
    void CheckPackets(const Script& script);
    void CheckCalls(const Script& script);
};

void
WholeLanguage::DoRun()
{
    const Script script = TcpConnPacketScript::Parse(
        "x",
        "# options\n--ip_version=ipv6 --tolerance_usecs=100\n"
        "`a command` // before the first time\n"
        "0.5 < [noecn] 5000 > 80 SEW 4294967295:0(1) win 9 <mss 1,nop,wscale 2,sackOK,eol>\n"
        "+.25~+1 > FPU. 1:11(10) ack 7 win 0 urg 3 <TS val 1 ecr 2,sack 3:4 5:6>\n"
        "* > - 0:0(0) <...>\n"
        "/* of two\n lines */ +0 < icmp unreachable frag_needed mtu 999 [1:11(10)]\n"
        "2~3 > R 1:1(0)\n"
        "+.1...0.2 connect(3, {sa_family = AF_INET, sin_port = htons(8), "
        "sin_addr = inet_addr(\"192.0.2.1\")}, ...) = -1 EINPROGRESS (in progress)\n"
        "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0x10 (flags ...)\n"
        "+0 %{ print('}') }%\n"
        "+0 sendmsg(3, {msg_iov(1)=[{..., 5}], msg_flags=0}, 0) = 5");
    NS_TEST_ASSERT_MSG_EQ(script.events.size(), 10, "events");
    NS_TEST_EXPECT_MSG_EQ(script.options.size(), 2, "options");
    NS_TEST_EXPECT_MSG_EQ(script.options[1].first, "tolerance_usecs", "name of an option");
    NS_TEST_EXPECT_MSG_EQ(script.options[1].second, "100", "value of an option");
    NS_TEST_EXPECT_MSG_EQ(script.events[0].text, "a command", "command");
    NS_TEST_EXPECT_MSG_EQ(script.events[8].text, " print('}') ", "program");
    NS_TEST_EXPECT_MSG_EQ(script.events[5].line, 9, "line");
    NS_TEST_EXPECT_MSG_EQ(script.events[5].source, "2~3 > R 1:1(0)", "source");
    CheckTimes(script);
    CheckPackets(script);
    CheckCalls(script);
}

void
WholeLanguage::CheckTimes(const Script& script)
{
    const auto& events = script.events;
    NS_TEST_EXPECT_MSG_EQ(events[1].when.kind, When::ABSOLUTE, "absolute time");
    NS_TEST_EXPECT_MSG_EQ(events[1].when.from, MilliSeconds(500), "absolute time");
    NS_TEST_EXPECT_MSG_EQ(events[2].when.kind, When::RELATIVE, "relative range");
    NS_TEST_EXPECT_MSG_EQ(events[2].when.from, MilliSeconds(250), "begin of a range");
    NS_TEST_EXPECT_MSG_EQ(events[2].when.to, Seconds(1), "end of a range");
    NS_TEST_EXPECT_MSG_EQ(events[3].when.kind, When::ANY, "any time");
    NS_TEST_EXPECT_MSG_EQ(events[5].when.kind, When::ABSOLUTE, "absolute range");
    NS_TEST_EXPECT_MSG_EQ(events[5].when.range, true, "absolute range");
}

void
WholeLanguage::CheckPackets(const Script& script)
{
    const auto& first = script.events[1].packet;
    NS_TEST_EXPECT_MSG_EQ(first.inbound, true, "direction");
    NS_TEST_EXPECT_MSG_EQ(TcpConnPacketScript::PacketText(first),
                          "< 5000 > 80 SEW 4294967295:0(1) win 9 "
                          "<mss 1,nop,wscale 2,sackOK,eol>",
                          "first segment");
    const auto& second = script.events[2].packet;
    NS_TEST_EXPECT_MSG_EQ(TcpConnPacketScript::PacketText(second),
                          "> FPU. 1:11(10) ack 7 win 0 urg 3 <TS val 1 ecr 2,sack 3:4 5:6>",
                          "second segment");
    NS_TEST_EXPECT_MSG_EQ(TcpConnPacketScript::PacketText(script.events[3].packet),
                          "> - 0:0(0) <...>",
                          "third segment");
    const auto& icmp = script.events[4].packet;
    NS_TEST_EXPECT_MSG_EQ(icmp.icmpType + " " + icmp.icmpCode, "unreachable frag_needed", "ICMP");
    NS_TEST_EXPECT_MSG_EQ(icmp.mtu, 999, "MTU");
    NS_TEST_EXPECT_MSG_EQ(icmp.length, 10, "quoted text");
}

void
WholeLanguage::CheckCalls(const Script& script)
{
    const auto& connect = script.events[6].call;
    NS_TEST_EXPECT_MSG_EQ(connect.name, "connect", "name");
    NS_TEST_EXPECT_MSG_EQ(connect.blocks, true, "it blocks");
    NS_TEST_EXPECT_MSG_EQ(connect.end, MilliSeconds(200), "end");
    NS_TEST_EXPECT_MSG_EQ(connect.result.number, -1, "result");
    NS_TEST_EXPECT_MSG_EQ(connect.error, "EINPROGRESS", "error");
    NS_TEST_ASSERT_MSG_EQ(connect.arguments.size(), 3, "arguments");
    const Expression* address = connect.arguments[1].Member("sin_addr");
    NS_TEST_ASSERT_MSG_EQ((address != nullptr), true, "member of a structure");
    NS_TEST_EXPECT_MSG_EQ(address->Text(), "inet_addr(\"192.0.2.1\")", "member of a structure");
    const auto& fcntl = script.events[7].call;
    NS_TEST_EXPECT_MSG_EQ(fcntl.arguments[2].Has("O_NONBLOCK"), true, "bit");
    NS_TEST_EXPECT_MSG_EQ(fcntl.arguments[2].Has("O_RDONLY"), false, "bit");
    NS_TEST_EXPECT_MSG_EQ(fcntl.result.number, 16, "hexadecimal number");
    NS_TEST_EXPECT_MSG_EQ(script.events[9].call.arguments[1].Text(),
                          "{msg_iov=[{..., 5}], msg_flags=0}",
                          "structure");
}

/** A script of test/packet-scripts/. */
class ScriptFile : public TestCase
{
  public:
    /**
     * @param folder where the script is
     * @param name of the file
     */
    ScriptFile(const std::string& folder, const std::string& name)
        : TestCase(name),
          m_path(SystemPath::Append(folder, name))
    {
    }

  private:
    void DoRun() override
    {
        Setup setup;
        setup.strict = true;
        const Verdict verdict = TcpConnPacketScript::RunFile(m_path, setup);
        NS_TEST_EXPECT_MSG_EQ(verdict.Text(m_path), "PASS " + m_path, "verdict");
    }

    std::string m_path; //!< The script.
};

/** Suite of packet scripts: what reads and runs them, and the scripts that there are. */
class TcpConnPacketScriptTestSuite : public TestSuite
{
  public:
    TcpConnPacketScriptTestSuite()
        : TestSuite("tcp-conn-packet-script", TCP_CONN_UNIT)
    {
        AddTestCase(new WholeLanguage, TCP_CONN_QUICK);
        AddRows("broken", BROKEN);
        AddRows("skipped", SKIPPED);
        AddRows("wrong", WRONG);
        const std::string folder = TCP_CONN_TEST_DIR "/packet-scripts";
        if (!SystemPath::Exists(folder))
        {
            return; // the sources are gone: what runs is not a test of them
        }
        std::list<std::string> names = SystemPath::ReadFiles(folder);
        names.sort();
        for (const std::string& name : names)
        {
            if (name.size() > 4 && name.substr(name.size() - 4) == ".pkt")
            {
                AddTestCase(new ScriptFile(folder, name), TCP_CONN_QUICK);
            }
        }
    }

  private:
    /**
     * @tparam N number of rows
     * @param group what kind of scripts
     * @param rows the scripts
     */
    template <std::size_t N>
    void AddRows(const char* group, const BadRow (&rows)[N])
    {
        for (const BadRow& row : rows)
        {
            AddTestCase(new BadScript(group, row), TCP_CONN_QUICK);
        }
    }
};

/** The suite. */
TcpConnPacketScriptTestSuite g_tcpConnPacketScriptTestSuite;

} // namespace
