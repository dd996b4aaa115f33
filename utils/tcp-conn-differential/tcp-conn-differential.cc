/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * Runs scripts of calls and segments on this module's TCP and on ns-3's own, in one process, and
 * prints what each host did: answers of calls, segments, and the state after each step.
 *
 * The scripts, their language and the tool that compares the outcome, also with that of the Linux
 * kernel, are test/differential/scripts.txt and differential.py beside this file.
 *
 * Output: a line a step: name of the script, TCP, number of the step from 0, and outcome, with
 * tabulators between them.
 */

#include "../tcp-conn-packet-script/tcp-conn-packet-script-sockets.h"
#include "../tcp-conn-packet-script/tcp-conn-packet-script.h"

#include "ns3/abort.h"
#include "ns3/command-line.h"
#include "ns3/node-list.h"
#include "ns3/object-ptr-container.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-trace.h"
#include "ns3/tcp-socket-base.h"

#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;
using TcpConnPacketScript::Answer;
using TcpConnPacketScript::Descriptor;
using TcpConnPacketScript::Setup;
using TcpConnPacketScript::Testbed;
using TcpConnWire::Segment;

namespace
{

/// Initial sequence number of the peer.
constexpr uint32_t PEER_ISN = 1000000;
/// Stands for that of the host as long as it has sent no SYN.
constexpr uint32_t UNKNOWN_ISN = 5000000;
/// Port of the side that listens.
constexpr uint16_t SERVER_PORT = 8080;
/// Port of the peer where it opens.
constexpr uint16_t CLIENT_PORT = 40000;
/// How long a step takes, unless it is a wait: longer than a delayed acknowledgment.
const Time STEP = MilliSeconds(250);

/// A script.
struct Script
{
    std::string name;               //!< Its name.
    std::vector<std::string> steps; //!< Its steps.
};

/**
 * @param path a file of scripts; indented lines are outcomes
 * @return the scripts
 */
std::vector<Script>
ReadScripts(const std::string& path)
{
    std::vector<Script> scripts;
    std::ifstream file(path);
    NS_ABORT_MSG_UNLESS(file, "cannot read " << path);
    bool inside = false;
    for (std::string line; std::getline(file, line);)
    {
        std::istringstream words(line);
        std::string first;
        words >> first;
        if (line.empty() || line[0] == ' ' || line[0] == '#')
        {
            continue;
        }
        if (first == "script" || first == "reason")
        {
            inside = first == "script";
            if (inside)
            {
                scripts.emplace_back();
                std::getline(words >> std::ws, scripts.back().name, ':');
            }
        }
        else if (inside)
        {
            scripts.back().steps.push_back(line);
        }
    }
    return scripts;
}

/// Gives access to the state of a socket of ns-3's own TCP, which has no public member for it.
struct Peek : TcpSocketBase
{
    /**
     * @param socket a socket
     * @return its state
     */
    static TcpStates_t State(const TcpSocketBase& socket)
    {
        return (socket.*(&Peek::m_state)).Get();
    }
};

/**
 * @param host a host with ns-3's own TCP
 * @return the state of its connection
 */
std::string
StockState(Ptr<Node> host)
{
    ObjectPtrContainerValue sockets;
    host->GetObject<Object>(TypeId::LookupByName("ns3::TcpL4Protocol"))
        ->GetAttribute("SocketList", sockets);
    for (auto it = sockets.Begin(); it != sockets.End(); ++it)
    {
        const TcpSocket::TcpStates_t state = Peek::State(*DynamicCast<TcpSocketBase>(it->second));
        if (state != TcpSocket::CLOSED && state != TcpSocket::LISTEN)
        {
            return TcpConnStateName(state);
        }
    }
    return "CLOSED";
}

/**
 * @param host a host with this module's TCP
 * @return the state of its connection
 */
std::string
OwnState(Ptr<Node> host)
{
    StringValue table;
    host->GetObject<Object>(TypeId::LookupByName("ns3::TcpConnL4Protocol"))
        ->GetAttribute("ConnectionTable", table);
    std::istringstream words(table.Get());
    std::string id;
    std::string local;
    std::string peer;
    std::string state = "CLOSED";
    words >> id >> local >> peer >> state;
    return state;
}

/// One run of one script on one TCP.
class Run
{
  public:
    /**
     * @param setup the TCP
     * @param stock it is ns-3's own
     */
    Run(const Setup& setup, bool stock)
        : m_stock(stock),
          m_testbed(setup)
    {
    }

    /**
     * Do a step.
     * @param step its text
     * @return what the host did
     */
    std::string Do(const std::string& step)
    {
        m_outcome.clear();
        std::istringstream words(step);
        std::string verb;
        words >> verb;
        Time end = Simulator::Now() + STEP;
        if (verb == "<")
        {
            SendSegment(words, step);
        }
        else if (verb == "wait")
        {
            double seconds = 0;
            words >> seconds;
            end = Simulator::Now() + Seconds(seconds);
        }
        else
        {
            m_testbed.Do([&]() { Call(verb, words, step); });
        }
        m_testbed.RunTo(end);
        TakeSegments();
        // The first node is the host.
        Ptr<Node> host = NodeList::GetNode(0);
        Add(m_stock ? StockState(host) : OwnState(host));
        return m_outcome;
    }

  private:
    /** @param text one more thing that the host did */
    void Add(const std::string& text)
    {
        m_outcome += (m_outcome.empty() ? "" : "; ") + text;
    }

    /**
     * Tell what a call returned, unless it is 0 or a connect that goes on.
     * @param verb name of the call
     * @param answer what it returned
     */
    void Tell(const std::string& verb, const Answer& answer)
    {
        if (!answer.lacks.empty())
        {
            Add(verb + "=unsupported");
        }
        else if (answer.value < 0 && answer.error != "EINPROGRESS")
        {
            Add(verb + "=" + answer.error);
        }
        else if (verb == "send" || verb == "recv")
        {
            Add(verb + "=" + std::to_string(answer.value));
        }
    }

    /** @return a new socket whose calls do not block */
    std::shared_ptr<Descriptor> NewSocket()
    {
        std::string refused;
        auto socket = std::make_shared<Descriptor>(m_testbed.NewSocket(refused), []() {});
        NS_ABORT_MSG_UNLESS(refused.empty(), "no socket attribute " << refused);
        socket->nonBlocking = true;
        return socket;
    }

    /**
     * Do a call.
     * @param verb its name
     * @param words its arguments
     * @param step the whole line
     */
    void Call(const std::string& verb, std::istringstream& words, const std::string& step)
    {
        uint32_t number = 0;
        if (verb == "listen")
        {
            m_listener = NewSocket();
            Tell(verb, m_listener->Bind(m_testbed.Local().With(SERVER_PORT)));
            Tell(verb, m_listener->Listen(8));
        }
        else if (verb == "unlisten")
        {
            m_listener->Close();
            m_listener = nullptr;
        }
        else if (verb == "accept")
        {
            Tell(verb, m_listener->Accept(m_socket));
            m_socket->nonBlocking = true;
        }
        else if (verb == "connect")
        {
            m_socket = NewSocket();
            Tell(verb, m_socket->Connect(m_testbed.Remote().With(SERVER_PORT)));
        }
        else if (verb == "send" && words >> number)
        {
            Tell(verb, m_socket->Write(number));
        }
        else if (verb == "recv" && words >> number)
        {
            Tell(verb, m_socket->Read(number));
        }
        else if (verb == "shutdown")
        {
            Tell(verb, m_socket->Shutdown("SHUT_WR"));
        }
        else if (verb == "close")
        {
            m_socket->Close();
            m_socket = nullptr;
        }
        else if (verb == "linger" && words >> number)
        {
            Tell(verb, m_socket->SetOption("SO_LINGER", number, true));
        }
        else if (verb == "keepalive" && words >> number)
        {
            const Answer answer = m_socket->SetOption("SO_KEEPALIVE", 1, true);
            Tell(verb, answer);
            m_socket->SetOption("TCP_KEEPIDLE", number, true);
            m_socket->SetOption("TCP_KEEPINTVL", number, true);
            m_socket->SetOption("TCP_KEEPCNT", 2, true);
        }
        else
        {
            NS_ABORT_MSG("cannot read the step: " << step);
        }
    }

    /**
     * Send a segment to the host: flags, first:next(length), and maybe "ack n" and "win n".
     * @param words they
     * @param step the whole line
     */
    void SendSegment(std::istringstream& words, const std::string& step)
    {
        static const std::map<char, uint8_t> letters{{'F', TcpConnWire::FIN},
                                                     {'S', TcpConnWire::SYN},
                                                     {'R', TcpConnWire::RST},
                                                     {'P', TcpConnWire::PSH},
                                                     {'.', TcpConnWire::ACK}};
        Segment segment;
        segment.src = m_testbed.Remote();
        segment.dst = m_testbed.Local();
        segment.srcPort = m_peerPort;
        segment.dstPort = m_hostPort;
        std::string flags;
        int64_t first = 0;
        int64_t next = 0;
        uint32_t length = 0;
        char sign = ' ';
        words >> flags >> first >> sign >> next >> sign >> length >> sign;
        NS_ABORT_MSG_UNLESS(words, "cannot read the step: " << step);
        for (const char flag : flags)
        {
            segment.flags |= letters.at(flag);
        }
        segment.seq = PEER_ISN + static_cast<uint32_t>(first);
        segment.payload.assign(length, 'p');
        std::string word;
        for (int64_t value = 0; words >> word >> value;)
        {
            if (word == "ack")
            {
                segment.ack = m_hostIsn + static_cast<uint32_t>(value);
            }
            else
            {
                segment.window = static_cast<uint16_t>(value);
            }
        }
        if (segment.flags & TcpConnWire::SYN)
        {
            segment.options = std::string("\x02\x04\x05\xb4", 4); // MSS 1460
        }
        m_testbed.Do([&]() { m_testbed.Peer().Send(segment); });
    }

    /// Tell what segments the host has sent.
    void TakeSegments()
    {
        for (const Segment& segment : m_testbed.segments)
        {
            Add(SegmentText(segment));
        }
        m_testbed.segments.clear();
    }

    /**
     * @param segment of the host
     * @return it with numbers that count from the initial ones
     */
    std::string SegmentText(const Segment& segment)
    {
        if (segment.flags & TcpConnWire::SYN)
        {
            m_hostIsn = segment.seq;
            m_hostPort = segment.srcPort;
            m_peerPort = segment.dstPort;
        }
        // A reset for a segment without acknowledgment has the number 0 (RFC 9293 3.10.7.1).
        const bool reset = segment.flags & TcpConnWire::RST;
        const bool plain = reset && segment.seq == 0;
        const auto first = plain ? 0 : static_cast<int32_t>(segment.seq - m_hostIsn);
        std::ostringstream text;
        text << "> " << TcpConnPacketScript::FlagText(segment.flags) << " " << first << ":"
             << first + static_cast<int32_t>(segment.payload.size()) << "("
             << segment.payload.size() << ")";
        if (segment.flags & TcpConnWire::ACK)
        {
            text << " ack " << static_cast<int32_t>(segment.ack - PEER_ISN);
        }
        return text.str();
    }

    const bool m_stock;                     //!< The TCP is ns-3's own.
    Testbed m_testbed;                      //!< The host.
    std::shared_ptr<Descriptor> m_listener; //!< The listening socket.
    std::shared_ptr<Descriptor> m_socket;   //!< The connection.
    uint32_t m_hostIsn{UNKNOWN_ISN};        //!< Initial sequence number of the host.
    uint16_t m_hostPort{SERVER_PORT};       //!< Port of the host.
    uint16_t m_peerPort{CLIENT_PORT};       //!< Port of the peer.
    std::string m_outcome;                  //!< What the host did in this step.
};

/**
 * Run a script and print its outcome.
 * @param script the script
 * @param name of the TCP: ours or stock
 */
void
RunScript(const Script& script, const std::string& name)
{
    const bool stock = name == "stock";
    Setup setup;
    // As the kernel has it: the first timeout of RFC 6298, and the segments of an Ethernet.
    setup.attributes.emplace_back("ConnTimeout", "1s");
    setup.attributes.emplace_back("SegmentSize", "1460");
    if (stock)
    {
        setup.factory = "ns3::TcpSocketFactory";
        setup.protocol = "ns3::TcpL4Protocol";
    }
    Run run(setup, stock);
    for (std::size_t i = 0; i < script.steps.size(); i++)
    {
        std::cout << script.name << '\t' << name << '\t' << i << '\t' << run.Do(script.steps[i])
                  << std::endl;
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string path;
    std::string only;
    CommandLine cmd(__FILE__);
    cmd.Usage("Runs scripts of calls and segments on this module's TCP and on ns-3's own.");
    cmd.AddValue("only", "name of the only script to run", only);
    cmd.AddNonOption("scripts", "file of scripts", path);
    cmd.Parse(argc, argv);
    for (const Script& script : ReadScripts(path))
    {
        if (only.empty() || script.name == only)
        {
            RunScript(script, "ours");
            RunScript(script, "stock");
        }
    }
    return 0;
}
