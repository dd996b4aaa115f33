/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * Many connections at once between a simulated host and the Linux kernel.
 *
 * Half of them are opened by each side, and of each half one half is closed first by each side.
 * Connection n has the client port 20000 + n; the kernel opens the even ones, and closes first
 * those in which n / 2 is even.  All are held open until every one has exchanged its text, which
 * both sides can compute from n.  tcp-conn-tap-many.sh, beside this file, sets up what it needs
 * and judges the outcome; see tcp-conn-tap.cc for the network.
 *
 * Events are lines on standard output: "ready", "all open", "all complete", "all ended", and
 * "error n ..." for each connection that did not go as it should.
 */

#include "tcp-conn-option.h"
#include "tcp-conn-tap-host.h"

#include "ns3/core-module.h"
#include "ns3/network-module.h"
#include "ns3/tcp-socket.h"

#include <iostream>
#include <memory>
#include <vector>

using namespace ns3;
using TcpConnTap::Host;
using TcpConnTap::Tell;

namespace
{

/// Client port of connection 0.
constexpr uint16_t FIRST_PORT = 20000;

/// What the command line says of the connections.
struct Options
{
    uint32_t connections{200}; //!< How many.
    uint32_t bytes{20000};     //!< Bytes each way.
    uint16_t port{4000};       //!< Port of the servers.
};

/// One connection.
class Life
{
  public:
    /**
     * @param number of the connection
     * @param bytes each way
     */
    Life(uint32_t number, uint32_t bytes)
        : m_number(number),
          m_bytes(bytes)
    {
    }

    /**
     * Open it to the kernel.
     * @param host the simulated host
     * @param port of the kernel's server
     */
    void Connect(const Host& host, uint16_t port)
    {
        Watch(host.NewSocket());
        m_socket->SetConnectCallback(MakeCallback(&Life::Connected, this),
                                     MakeCallback(&Life::Broken, this));
        const int bound = m_socket->Bind(host.Own(static_cast<uint16_t>(FIRST_PORT + m_number)));
        NS_ABORT_MSG_IF(bound != 0, "bind failed");
        NS_ABORT_MSG_IF(m_socket->Connect(host.Kernel(port)) != 0, "connect failed");
    }

    /** @param socket that a listener has accepted */
    void Accept(Ptr<Socket> socket)
    {
        Watch(socket);
        Connected(socket);
    }

    /** @return the simulated host opens it, not the kernel. */
    bool OpensHere() const
    {
        return m_number % 2 == 1;
    }

    /** @return it was open. */
    bool Opened() const
    {
        return m_opened;
    }

    /** @return all was sent and all has come. */
    bool Complete() const
    {
        return m_sent == m_bytes && m_received == m_bytes;
    }

    /** @return it is over. */
    bool Ended() const
    {
        return m_ended;
    }

    /// Close it if it is this side that closes first.
    void CloseIfFirst()
    {
        if (m_number / 2 % 2 == 1)
        {
            Close();
        }
    }

    /// Let go of the socket.
    void Forget()
    {
        m_socket = nullptr;
    }

  private:
    /**
     * @param side 0: what the kernel sends, 1: what the simulated host sends
     * @param at place in the text
     * @return the byte there
     */
    uint8_t TextAt(uint32_t side, uint32_t at) const
    {
        return static_cast<uint8_t>(at * 31 + (at >> 8) * 17 + m_number * 7 + side * 101);
    }

    /** @param socket whose callbacks are ours */
    void Watch(Ptr<Socket> socket)
    {
        m_socket = socket;
        socket->SetRecvCallback(MakeCallback(&Life::Read, this));
        socket->SetSendCallback(MakeCallback(&Life::Space, this));
        socket->SetCloseCallbacks(MakeCallback(&Life::PeerClosed, this),
                                  MakeCallback(&Life::Broken, this));
        socket->TraceConnectWithoutContext("State", MakeCallback(&Life::State, this));
    }

    /// It is open.
    void Connected(Ptr<Socket> /* socket */)
    {
        m_opened = true;
        Write();
    }

    /// The send buffer has room.
    void Space(Ptr<Socket> /* socket */, uint32_t /* room */)
    {
        Write();
    }

    /// Send as much as there is room for.
    void Write()
    {
        while (m_opened && !m_closed && m_sent < m_bytes && m_socket->GetTxAvailable() > 0)
        {
            std::vector<uint8_t> text(std::min(m_bytes - m_sent, m_socket->GetTxAvailable()));
            for (std::size_t i = 0; i < text.size(); i++)
            {
                text[i] = TextAt(1, m_sent + static_cast<uint32_t>(i));
            }
            const auto size = static_cast<uint32_t>(text.size());
            const int taken = m_socket->Send(Create<Packet>(text.data(), size));
            if (taken <= 0)
            {
                break;
            }
            m_sent += static_cast<uint32_t>(taken);
        }
    }

    /// Take what has come and look at each byte.
    void Read(Ptr<Socket> socket)
    {
        for (Ptr<Packet> packet = socket->Recv(); packet && packet->GetSize() > 0;
             packet = socket->Recv())
        {
            std::vector<uint8_t> text(packet->GetSize());
            packet->CopyData(text.data(), packet->GetSize());
            for (const uint8_t byte : text)
            {
                m_wrong = m_wrong || byte != TextAt(0, m_received);
                m_received++;
            }
        }
    }

    /// The peer's FIN has come.
    void PeerClosed(Ptr<Socket> socket)
    {
        Read(socket);
        m_eof = true;
        Close();
    }

    /// The connection failed.
    void Broken(Ptr<Socket> socket)
    {
        Error("broken, errno " + std::to_string(socket->GetErrno()));
    }

    /// Close this side, once.
    void Close()
    {
        if (!m_closed)
        {
            m_closed = true;
            m_socket->Close();
        }
    }

    /// The connection has changed its state.
    void State(TcpSocket::TcpStates_t from, TcpSocket::TcpStates_t to)
    {
        if (to != TcpSocket::CLOSED)
        {
            return;
        }
        m_ended = true;
        const bool last = from == TcpSocket::LAST_ACK || from == TcpSocket::TIME_WAIT;
        if (!last || !m_eof || !Complete() || m_wrong)
        {
            Error(std::string("ended in ") + TcpSocket::TcpStateName[from] + ", sent " +
                  std::to_string(m_sent) + ", received " + std::to_string(m_received) +
                  (m_wrong ? ", wrong bytes" : "") + (m_eof ? "" : ", no end of stream"));
        }
    }

    /** @param text what is wrong */
    void Error(const std::string& text) const
    {
        Tell("error " + std::to_string(m_number) + " " + text);
    }

    const uint32_t m_number; //!< Which one it is.
    const uint32_t m_bytes;  //!< Bytes each way.
    Ptr<Socket> m_socket;    //!< Its socket.
    uint32_t m_sent{0};      //!< Bytes handed to the socket.
    uint32_t m_received{0};  //!< Bytes that came.
    bool m_opened{false};    //!< It was open.
    bool m_wrong{false};     //!< A byte was not what it should be.
    bool m_eof{false};       //!< The peer has closed.
    bool m_closed{false};    //!< We have closed.
    bool m_ended{false};     //!< It is over.
};

/// All of them.
class Lives
{
  public:
    /**
     * @param host the simulated host
     * @param options the command line
     */
    Lives(const Host& host, const Options& options)
        : m_host(host),
          m_options(options)
    {
        for (uint32_t i = 0; i < options.connections; i++)
        {
            m_lives.push_back(std::make_unique<Life>(i, options.bytes));
        }
    }

    /// Listen and connect.
    void Start()
    {
        m_listener = m_host.NewSocket();
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&Lives::Accepted, this));
        NS_ABORT_MSG_IF(m_listener->Bind(m_host.Own(m_options.port)) != 0, "bind failed");
        NS_ABORT_MSG_IF(m_listener->Listen() != 0, "listen failed");
        Tell("ready");
        for (const auto& life : m_lives)
        {
            if (life->OpensHere())
            {
                life->Connect(m_host, m_options.port);
            }
        }
        Poll();
    }

    /** @return whether the program was told to stop, rather than out of time. */
    bool Stopped() const
    {
        return m_stopped;
    }

  private:
    /// The kernel has connected: its port says which connection it is.
    void Accepted(Ptr<Socket> socket, const Address& from)
    {
        const uint16_t port = Inet6SocketAddress::IsMatchingType(from)
                                  ? Inet6SocketAddress::ConvertFrom(from).GetPort()
                                  : InetSocketAddress::ConvertFrom(from).GetPort();
        m_lives.at(port - FIRST_PORT)->Accept(socket);
    }

    /**
     * Tell once that something holds for all.
     * @param told whether it was told
     * @param what it is
     * @param holds whether it holds for one
     * @return whether it was told now
     */
    bool TellAll(bool& told, const std::string& what, bool (Life::*holds)() const)
    {
        if (told)
        {
            return false;
        }
        for (const auto& life : m_lives)
        {
            if (!(life.get()->*holds)())
            {
                return false;
            }
        }
        told = true;
        Tell(what);
        return true;
    }

    /// Look how far they are, and again soon.
    void Poll()
    {
        TellAll(m_opened, "all open", &Life::Opened);
        if (TellAll(m_complete, "all complete", &Life::Complete))
        {
            for (const auto& life : m_lives)
            {
                life->CloseIfFirst();
            }
        }
        TellAll(m_ended, "all ended", &Life::Ended);
        if (m_host.Told("stop"))
        {
            Stop();
            return;
        }
        Simulator::Schedule(MilliSeconds(10), &Lives::Poll, this);
    }

    /// End the run.
    void Stop()
    {
        m_stopped = true;
        m_listener = nullptr;
        for (const auto& life : m_lives)
        {
            life->Forget();
        }
        m_host.TellTable();
        m_host.TellRules();
        Simulator::Stop();
    }

    const Host& m_host;                         //!< The simulated host.
    const Options m_options;                    //!< The command line.
    Ptr<Socket> m_listener;                     //!< Listening socket.
    std::vector<std::unique_ptr<Life>> m_lives; //!< The connections.
    bool m_opened{false};                       //!< It was told that all are open.
    bool m_complete{false};                     //!< It was told that all are complete.
    bool m_ended{false};                        //!< It was told that all are over.
    bool m_stopped{false};                      //!< We were told to stop.
};

} // namespace

int
main(int argc, char** argv)
{
    Options options;
    TcpConnTap::Setup setup;
    CommandLine cmd(__FILE__);
    cmd.Usage(
        "Many connections at once with the Linux kernel; tcp-conn-tap-many.sh sets up a device.");
    setup.AddTo(cmd);
    cmd.AddValue("connections", "how many, up to 10000", options.connections);
    cmd.AddValue("bytes", "bytes each way on each connection", options.bytes);
    cmd.AddValue("port", "port of the servers", options.port);
    cmd.Parse(argc, argv);
    setup.Check();
    TcpConnCheckOption(options.connections >= 1 && options.connections <= 10000,
                       "connections",
                       "1 to 10000");

    Host host(setup);
    if (!host.Attach())
    {
        return TcpConnTap::SKIPPED;
    }
    Lives lives(host, options);
    // The device starts at time 0; sockets are opened when it is up.
    Simulator::Schedule(MilliSeconds(50), &Lives::Start, &lives);
    Simulator::Stop(setup.limit);
    Simulator::Run();
    Simulator::Destroy();
    if (!lives.Stopped())
    {
        std::cerr << "tcp-conn-tap-many: out of time" << std::endl;
        return 1;
    }
    return 0;
}
