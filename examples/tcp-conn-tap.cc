/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * A simulated host behind a TAP device: the Linux kernel is its peer.
 *
 * The simulated host (10.99.1.2, fd00:9a::2) accepts one connection or opens one, sends a
 * file, stores what it receives, and closes when told to or when the peer has closed.  It runs in
 * real time, with checksums, inside the network namespace that owns the TAP device:
 *
 *     ip netns add tap
 *     ip netns exec tap ip tuntap add dev tap0 mode tap
 *     ip netns exec tap ip addr add 10.99.0.1/24 dev tap0
 *     ip netns exec tap ip link set tap0 up
 *     ip netns exec tap ip route add 10.99.1.0/24 via 10.99.0.2
 *     ip netns exec tap ./tcp-conn-tap --mode=serve --port=4000 --send=in.bin --receive=out.bin
 *
 * tcp-conn-tap.sh, beside this file, does that and judges the outcome.  The simulated network can
 * lose, double and reorder segments in both directions.
 *
 * The protocol is made by its TypeId name alone: any class that joins the node by aggregation
 * serves, stock ns-3 TCP too (--tcp=stock).
 *
 * What happens is told on standard output, a line an event: "ready", "connected", "complete",
 * "eof", "state A B", ...  Two files in the folder --control steer the program when they appear:
 * "sim-close" lets it close its side as soon as the exchange is complete, "stop" ends it.
 */

#include "tcp-conn-option.h"
#include "tcp-conn-tap-host.h"

#include "ns3/core-module.h"
#include "ns3/network-module.h"
#include "ns3/tcp-socket.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

using namespace ns3;
using TcpConnTap::Host;
using TcpConnTap::Tell;

namespace
{

/// What the command line says of the connection.
struct Options
{
    std::string mode{"serve"}; //!< serve, connect, or idle.
    uint16_t port{4000};       //!< Port of the server.
    std::string send;          //!< File to send.
    std::string receive;       //!< File for what comes.
    uint64_t bytes{0};         //!< Bytes expected; 0: as many as are sent.
    bool half{false};          //!< Half-close when all is sent.
    bool reply{false};         //!< Send only after the peer's half-close.
};

/**
 * The application: one connection, a file each way.
 */
class Exchange
{
  public:
    /**
     * @param host the simulated host
     * @param options the command line
     */
    Exchange(const Host& host, const Options& options)
        : m_host(host),
          m_options(options)
    {
        if (!options.send.empty())
        {
            std::ifstream in(options.send, std::ios::binary);
            NS_ABORT_MSG_UNLESS(in, "--send: cannot read " << options.send);
            m_data.assign(std::istreambuf_iterator<char>(in), {});
        }
        if (!options.receive.empty())
        {
            m_out.open(options.receive, std::ios::binary);
            NS_ABORT_MSG_UNLESS(m_out, "--receive: cannot write " << options.receive);
        }
        m_expected = options.bytes > 0 ? options.bytes : m_data.size();
    }

    /// Begin as --mode says.
    void Start()
    {
        if (m_options.mode == "serve")
        {
            Serve();
        }
        else if (m_options.mode == "connect")
        {
            Connect();
        }
        Tell("ready");
        Poll();
    }

    /** @return whether the program was told to stop, rather than out of time. */
    bool Stopped() const
    {
        return m_stopped;
    }

  private:
    /// Wait for the kernel's connection.
    void Serve()
    {
        m_listener = m_host.NewSocket();
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&Exchange::Accepted, this));
        NS_ABORT_MSG_IF(m_listener->Bind(m_host.Own(m_options.port)) != 0, "bind failed");
        NS_ABORT_MSG_IF(m_listener->Listen() != 0, "listen failed");
    }

    /// Open a connection to the kernel.
    void Connect()
    {
        m_socket = m_host.NewSocket();
        Watch();
        m_socket->SetConnectCallback(MakeCallback(&Exchange::Connected, this),
                                     MakeCallback(&Exchange::Failed, this));
        const int bound = m_host.setup.ipv6 ? m_socket->Bind6() : m_socket->Bind();
        NS_ABORT_MSG_IF(bound != 0, "bind failed");
        NS_ABORT_MSG_IF(m_socket->Connect(m_host.Kernel(m_options.port)) != 0, "connect failed");
    }

    /// Set the callbacks of the connection.
    void Watch()
    {
        m_socket->SetRecvCallback(MakeCallback(&Exchange::Read, this));
        m_socket->SetSendCallback(MakeCallback(&Exchange::Space, this));
        m_socket->SetCloseCallbacks(MakeCallback(&Exchange::PeerClosed, this),
                                    MakeCallback(&Exchange::Broken, this));
        m_socket->TraceConnectWithoutContext("State", MakeCallback(&Exchange::State, this));
    }

    /// The kernel has connected.
    void Accepted(Ptr<Socket> socket, const Address& /* from */)
    {
        m_socket = socket;
        Watch();
        Tell("accepted");
        Write();
    }

    /// The connection to the kernel is open.
    void Connected(Ptr<Socket> /* socket */)
    {
        Tell("connected");
        Write();
    }

    /// The connection to the kernel was refused, or nobody answered.
    void Failed(Ptr<Socket> socket)
    {
        Tell("connect-failed errno=" + std::to_string(socket->GetErrno()));
        m_socket = nullptr;
    }

    /// The send buffer has room.
    void Space(Ptr<Socket> /* socket */, uint32_t /* room */)
    {
        Write();
    }

    /// Give the socket as much as it takes.
    void Write()
    {
        const bool wait = m_options.reply && !m_eof;
        while (m_socket && !wait && m_sent < m_data.size() && m_socket->GetTxAvailable() > 0)
        {
            const uint64_t left = m_data.size() - m_sent;
            const auto size = static_cast<uint32_t>(
                std::min<uint64_t>({left, m_socket->GetTxAvailable(), 16384}));
            const auto* from = reinterpret_cast<const uint8_t*>(m_data.data()) + m_sent;
            const int taken = m_socket->Send(Create<Packet>(from, size));
            if (taken <= 0)
            {
                break;
            }
            m_sent += static_cast<uint64_t>(taken);
        }
        if (m_socket && m_options.half && !m_shut && m_sent == m_data.size())
        {
            m_shut = true;
            Tell("shutdown");
            m_socket->ShutdownSend();
        }
        CheckComplete();
    }

    /// Take what has come.
    void Read(Ptr<Socket> socket)
    {
        while (Ptr<Packet> packet = socket->Recv())
        {
            if (packet->GetSize() == 0)
            {
                break;
            }
            std::vector<uint8_t> bytes(packet->GetSize());
            packet->CopyData(bytes.data(), packet->GetSize());
            m_out.write(reinterpret_cast<const char*>(bytes.data()), packet->GetSize());
            m_received += packet->GetSize();
        }
        CheckComplete();
    }

    /// Tell once that all was handed over and all has come.
    void CheckComplete()
    {
        if (!m_complete && m_sent == m_data.size() && m_received >= m_expected)
        {
            m_complete = true;
            m_out.flush();
            Tell("complete sent=" + std::to_string(m_sent) +
                 " received=" + std::to_string(m_received));
        }
    }

    /// The peer's FIN has come: finish sending and close too.
    void PeerClosed(Ptr<Socket> /* socket */)
    {
        m_eof = true;
        Tell("eof received=" + std::to_string(m_received));
        Write();
    }

    /// The connection was reset or given up.
    void Broken(Ptr<Socket> socket)
    {
        Tell("error errno=" + std::to_string(socket->GetErrno()));
        m_socket = nullptr;
    }

    /// Close our side, once.
    void Close()
    {
        if (m_socket && !m_closed)
        {
            m_closed = true;
            Tell("close");
            m_socket->Close();
        }
    }

    /// The connection has changed its state.
    void State(TcpSocket::TcpStates_t from, TcpSocket::TcpStates_t to)
    {
        Tell(std::string("state ") + TcpSocket::TcpStateName[from] + " " +
             TcpSocket::TcpStateName[to]);
    }

    /// Look for the control files, and again soon.
    void Poll()
    {
        if (m_complete && (m_eof || m_host.Told("sim-close")))
        {
            Close();
        }
        if (m_host.Told("stop"))
        {
            m_stopped = true;
            m_socket = nullptr;
            m_listener = nullptr;
            m_host.TellTable();
            m_host.TellRules();
            Simulator::Stop();
            return;
        }
        Simulator::Schedule(MilliSeconds(10), &Exchange::Poll, this);
    }

    const Host& m_host;       //!< The simulated host.
    Options m_options;        //!< The command line.
    Ptr<Socket> m_listener;   //!< Listening socket.
    Ptr<Socket> m_socket;     //!< The connection.
    std::vector<char> m_data; //!< What to send.
    std::ofstream m_out;      //!< Where to put what comes.
    uint64_t m_expected{0};   //!< Bytes that shall come.
    uint64_t m_sent{0};       //!< Bytes handed to the socket.
    uint64_t m_received{0};   //!< Bytes that came.
    bool m_complete{false};   //!< Both are as many as they shall be.
    bool m_eof{false};        //!< The peer has closed.
    bool m_shut{false};       //!< We have half-closed.
    bool m_closed{false};     //!< We have closed.
    bool m_stopped{false};    //!< We were told to stop.
};

} // namespace

int
main(int argc, char** argv)
{
    Options options;
    TcpConnTap::Setup setup;
    CommandLine cmd(__FILE__);
    cmd.Usage(
        "A simulated host as the peer of the Linux kernel; tcp-conn-tap.sh sets up a device.");
    setup.AddTo(cmd);
    cmd.AddValue("mode", "serve, connect or idle (no socket)", options.mode);
    cmd.AddValue("port", "port of the server", options.port);
    cmd.AddValue("send", "file to send", options.send);
    cmd.AddValue("receive", "file for what comes", options.receive);
    cmd.AddValue("bytes", "bytes expected (0: as many as are sent)", options.bytes);
    cmd.AddValue("half", "half-close when all is sent", options.half);
    cmd.AddValue("reply", "send only after the peer has half-closed", options.reply);
    cmd.Parse(argc, argv);
    setup.Check();
    TcpConnCheckOption(options.mode == "serve" || options.mode == "connect" ||
                           options.mode == "idle",
                       "mode",
                       "serve, connect or idle, not \"" + options.mode + "\"");
    TcpConnCheckOption(options.port >= 1, "port", "1 to 65535");

    Host host(setup);
    if (!host.Attach())
    {
        return TcpConnTap::SKIPPED;
    }
    Exchange exchange(host, options);
    // The device starts at time 0; sockets are opened when it is up.
    Simulator::Schedule(MilliSeconds(50), &Exchange::Start, &exchange);
    Simulator::Stop(setup.limit);
    Simulator::Run();
    Simulator::Destroy();
    if (!exchange.Stopped())
    {
        std::cerr << "tcp-conn-tap: out of time" << std::endl;
        return 1;
    }
    return 0;
}
