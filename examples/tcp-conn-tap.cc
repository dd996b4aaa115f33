/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * A simulated host on a TAP device: the Linux kernel is its peer.
 *
 * The simulated host (10.99.0.2, 2001:db8:99::2) accepts one connection or opens one, sends a
 * file, stores what it receives, and closes when told to or when the peer has closed.  It runs in
 * real time, with checksums, inside the network namespace that owns the TAP device:
 *
 *     ip netns add tap
 *     ip netns exec tap ip tuntap add dev tap0 mode tap
 *     ip netns exec tap ip addr add 10.99.0.1/24 dev tap0
 *     ip netns exec tap ip link set tap0 up
 *     ip netns exec tap ./tcp-conn-tap --mode=serve --port=4000 --send=in.bin --receive=out.bin
 *
 * tcp-conn-tap.sh, beside this file, does that and judges the outcome.
 *
 * The protocol is made by its TypeId name alone: any class that joins the node by aggregation
 * serves, stock ns-3 TCP too (--tcp=stock).
 *
 * What happens is told on standard output, a line an event: "ready", "connected", "complete",
 * "eof", "state A B", ...  Two files in the folder --control steer the program when they appear:
 * "sim-close" lets it close its side as soon as the exchange is complete, "stop" ends it.
 */

#include "ns3/core-module.h"
#include "ns3/fd-net-device-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/traffic-control-layer.h"

#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <vector>

using namespace ns3;

namespace
{

/// Exit code of a run that the machine does not permit: automake's "skipped".
constexpr int SKIPPED = 77;
/// Ethernet type of IPv4.
constexpr uint16_t ETHERNET_IPV4 = 0x0800;
/// Ethernet type of IPv6.
constexpr uint16_t ETHERNET_IPV6 = 0x86dd;

/// What the command line says.
struct Options
{
    std::string tcp{"ns3::TcpConnL4Protocol"};        //!< TypeId of the protocol, or "stock".
    std::string factory{"ns3::TcpConnSocketFactory"}; //!< TypeId of its socket factory.
    std::string device{"tap0"};                       //!< TAP device.
    std::string mode{"serve"};                        //!< serve, connect, or idle.
    uint16_t port{4000};                              //!< Port of the server.
    bool ipv6{false};                                 //!< Use IPv6.
    std::string send;                                 //!< File to send.
    std::string receive;                              //!< File for what comes.
    uint64_t bytes{0};                                //!< Bytes expected; 0: as many as are sent.
    bool half{false};                                 //!< Half-close when all is sent.
    bool reply{false};                                //!< Send only after the peer's half-close.
    std::string control{"."};                         //!< Folder of the control files.
    Time limit{Seconds(60)};                          //!< Longest run.
    double msl{0.5};                                  //!< Maximum segment lifetime, seconds.
    uint32_t segment{1400};                           //!< Segment size, bytes.
    uint32_t buffer{131072};                          //!< Send and receive buffers, bytes.
    double loss{0};                                   //!< Probability of losing a segment.
    double duplicate{0};                              //!< Probability of doubling a segment.
    double reorder{0};                                //!< Probability of delaying a segment.
    std::string pcap;                                 //!< Capture file.
};

/**
 * Tell one event: a line, at once, with the time in seconds.
 * @param text what happened
 */
void
Tell(const std::string& text)
{
    std::cout << Simulator::Now().GetSeconds() << " " << text << std::endl;
}

/**
 * A device on a file descriptor that loses, doubles and delays TCP segments, in both directions.
 * Other packets (ARP, neighbour discovery) pass untouched.
 */
class ImpairedDevice : public FdNetDevice
{
  public:
    /**
     * @param o probabilities of losing, doubling and delaying
     */
    void SetImpairment(const Options& o)
    {
        m_loss = o.loss;
        m_duplicate = o.duplicate;
        m_reorder = o.reorder;
        m_random = CreateObject<UniformRandomVariable>();
    }

    void SetReceiveCallback(NetDevice::ReceiveCallback cb) override
    {
        m_up = cb;
        FdNetDevice::SetReceiveCallback(MakeCallback(&ImpairedDevice::Receive, this));
    }

    bool SendFrom(Ptr<Packet> packet,
                  const Address& source,
                  const Address& dest,
                  uint16_t protocol) override
    {
        if (!m_random || !IsTcp(packet, protocol))
        {
            return FdNetDevice::SendFrom(packet, source, dest, protocol);
        }
        for (uint32_t copies = Copies(); copies > 0; copies--)
        {
            // By value: the frame may leave after the caller's objects have gone.
            Simulator::Schedule(Delay(),
                                [this,
                                 p = packet->Copy(),
                                 source = Address(source),
                                 dest = Address(dest),
                                 protocol] { FdNetDevice::SendFrom(p, source, dest, protocol); });
        }
        return true;
    }

  private:
    /**
     * A frame has come from the kernel.
     * @return whether the node took it
     */
    bool Receive(Ptr<NetDevice> device,
                 Ptr<const Packet> packet,
                 uint16_t protocol,
                 const Address& from)
    {
        if (!m_random || !IsTcp(packet, protocol))
        {
            return m_up(device, packet, protocol, from);
        }
        for (uint32_t copies = Copies(); copies > 0; copies--)
        {
            Simulator::Schedule(Delay(),
                                [this, p = packet->Copy(), protocol, from = Address(from)] {
                                    m_up(this, p, protocol, from);
                                });
        }
        return true;
    }

    /**
     * @param packet an IP packet
     * @param protocol its Ethernet type
     * @return whether it carries TCP directly behind the IP header
     */
    static bool IsTcp(Ptr<const Packet> packet, uint16_t protocol)
    {
        uint8_t head[10] = {};
        packet->CopyData(head, sizeof(head));
        return (protocol == ETHERNET_IPV4 && head[9] == 6) ||
               (protocol == ETHERNET_IPV6 && head[6] == 6);
    }

    /** @return how often the next segment arrives: 0, 1 or 2. */
    uint32_t Copies()
    {
        if (m_random->GetValue(0, 1) < m_loss)
        {
            return 0;
        }
        return m_random->GetValue(0, 1) < m_duplicate ? 2 : 1;
    }

    /** @return how long the next segment is held back: long enough that others pass it. */
    Time Delay()
    {
        const bool late = m_random->GetValue(0, 1) < m_reorder;
        return late ? MicroSeconds(m_random->GetInteger(1000, 5000)) : Time(0);
    }

    NetDevice::ReceiveCallback m_up;     //!< The node.
    Ptr<UniformRandomVariable> m_random; //!< Decides; null: no impairment.
    double m_loss{0};                    //!< Probability of losing a segment.
    double m_duplicate{0};               //!< Probability of doubling it.
    double m_reorder{0};                 //!< Probability of delaying it.
};

/**
 * The application: one connection, a file each way.
 */
class Exchange
{
  public:
    /**
     * @param node the simulated host
     * @param options the command line
     */
    Exchange(Ptr<Node> node, const Options& options)
        : m_node(node),
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
    /** @return a new socket of the protocol under test. */
    Ptr<Socket> NewSocket()
    {
        Ptr<Socket> s = Socket::CreateSocket(m_node, TypeId::LookupByName(m_options.factory));
        s->SetAttributeFailSafe("MaxSegLifetime", DoubleValue(m_options.msl));
        return s;
    }

    /**
     * @param sim the simulated host's address, not the kernel's
     * @return that address with the server's port
     */
    Address Server(bool sim) const
    {
        if (m_options.ipv6)
        {
            return Inet6SocketAddress(sim ? "2001:db8:99::2" : "2001:db8:99::1", m_options.port);
        }
        return InetSocketAddress(sim ? "10.99.0.2" : "10.99.0.1", m_options.port);
    }

    /// Wait for the kernel's connection.
    void Serve()
    {
        m_listener = NewSocket();
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&Exchange::Accepted, this));
        NS_ABORT_MSG_IF(m_listener->Bind(Server(true)) != 0, "bind failed");
        NS_ABORT_MSG_IF(m_listener->Listen() != 0, "listen failed");
    }

    /// Open a connection to the kernel.
    void Connect()
    {
        m_socket = NewSocket();
        Watch();
        m_socket->SetConnectCallback(MakeCallback(&Exchange::Connected, this),
                                     MakeCallback(&Exchange::Failed, this));
        const int bound = m_options.ipv6 ? m_socket->Bind6() : m_socket->Bind();
        NS_ABORT_MSG_IF(bound != 0, "bind failed");
        NS_ABORT_MSG_IF(m_socket->Connect(Server(false)) != 0, "connect failed");
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

    /**
     * @param name a control file
     * @return whether it is there
     */
    bool Told(const std::string& name) const
    {
        return access((m_options.control + "/" + name).c_str(), F_OK) == 0;
    }

    /// Look for the control files, and again soon.
    void Poll()
    {
        if (m_complete && (m_eof || Told("sim-close")))
        {
            Close();
        }
        if (Told("stop"))
        {
            m_stopped = true;
            TellTable();
            Simulator::Stop();
            return;
        }
        Simulator::Schedule(MilliSeconds(10), &Exchange::Poll, this);
    }

    /// Tell the protocol's table of connections, if it shows one.
    void TellTable()
    {
        m_socket = nullptr;
        m_listener = nullptr;
        const std::string name = m_options.tcp == "stock" ? "ns3::TcpL4Protocol" : m_options.tcp;
        Ptr<Object> tcp = m_node->GetObject<Object>(TypeId::LookupByName(name));
        StringValue table;
        const bool shown = tcp->GetAttributeFailSafe("ConnectionTable", table);
        Tell(shown ? "table [" + table.Get() + "]" : "table unknown");
    }

    Ptr<Node> m_node;         //!< The simulated host.
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

/**
 * Attach to a TAP device of this network namespace.
 * @param name its name
 * @return the file descriptor, or -1
 */
int
OpenTap(const std::string& name)
{
    const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (fd < 0)
    {
        return -1;
    }
    ifreq request{};
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    if (ioctl(fd, TUNSETIFF, &request) < 0)
    {
        close(fd);
        return -1;
    }
    return fd;
}

/**
 * Make an object by its TypeId name and aggregate it to a node.
 * @param node the node
 * @param name the TypeId
 */
void
Aggregate(Ptr<Node> node, const std::string& name)
{
    TypeId tid;
    NS_ABORT_MSG_UNLESS(TypeId::LookupByNameFailSafe(name, &tid),
                        "--tcp: no TypeId " << name << "; is its library linked?");
    ObjectFactory factory;
    factory.SetTypeId(tid);
    node->AggregateObject(factory.Create<Object>());
}

/**
 * A dual-stack host in which the only TCP is the one named.
 * @param node the host
 * @param tcp TypeId of the protocol
 */
void
InstallStack(Ptr<Node> node, const std::string& tcp)
{
    Aggregate(node, "ns3::ArpL3Protocol");
    Aggregate(node, "ns3::Ipv4L3Protocol");
    Aggregate(node, "ns3::Icmpv4L4Protocol");
    node->GetObject<Ipv4>()->SetRoutingProtocol(Ipv4StaticRoutingHelper().Create(node));
    // The addresses are known to be free, and detection would delay the first connection.
    Config::SetDefault("ns3::Icmpv6L4Protocol::DAD", BooleanValue(false));
    Aggregate(node, "ns3::Ipv6L3Protocol");
    Aggregate(node, "ns3::Icmpv6L4Protocol");
    node->GetObject<Ipv6>()->SetRoutingProtocol(Ipv6StaticRoutingHelper().Create(node));
    node->GetObject<Ipv6L3Protocol>()->RegisterExtensions();
    node->GetObject<Ipv6L3Protocol>()->RegisterOptions();
    Aggregate(node, "ns3::TrafficControlLayer");
    Aggregate(node, "ns3::UdpL4Protocol");
    Aggregate(node, tcp);
    // Whoever builds a stack tells ARP where packets leave.
    node->GetObject<ArpL3Protocol>()->SetTrafficControl(node->GetObject<TrafficControlLayer>());
}

/**
 * Put the host on the TAP device.
 * @param node the host
 * @param options the command line
 * @param fd file descriptor of the TAP device
 * @return the device
 */
Ptr<ImpairedDevice>
InstallDevice(Ptr<Node> node, const Options& options, int fd)
{
    Ptr<ImpairedDevice> device = CreateObject<ImpairedDevice>();
    device->SetAddress(Mac48Address("02:00:00:99:00:02"));
    device->SetIsMulticast(true);
    device->SetFileDescriptor(fd);
    if (options.loss > 0 || options.duplicate > 0 || options.reorder > 0)
    {
        device->SetImpairment(options);
    }
    node->AddDevice(device);

    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    const uint32_t v4 = ipv4->AddInterface(device);
    ipv4->AddAddress(v4, Ipv4InterfaceAddress("10.99.0.2", "255.255.255.0"));
    ipv4->SetUp(v4);
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    const uint32_t v6 = ipv6->AddInterface(device);
    ipv6->AddAddress(v6, Ipv6InterfaceAddress("2001:db8:99::2", Ipv6Prefix(64)));
    ipv6->SetUp(v6);
    return device;
}

/**
 * Read the command line.
 * @param argc number of words
 * @param argv words
 * @return the options
 */
Options
Parse(int argc, char** argv)
{
    Options o;
    CommandLine cmd(__FILE__);
    cmd.AddValue("tcp", "TypeId of the protocol, or stock", o.tcp);
    cmd.AddValue("factory", "TypeId of its socket factory", o.factory);
    cmd.AddValue("device", "TAP device in this network namespace", o.device);
    cmd.AddValue("mode", "serve, connect or idle (no socket)", o.mode);
    cmd.AddValue("port", "port of the server", o.port);
    cmd.AddValue("ipv6", "use IPv6", o.ipv6);
    cmd.AddValue("send", "file to send", o.send);
    cmd.AddValue("receive", "file for what comes", o.receive);
    cmd.AddValue("bytes", "bytes expected (0: as many as are sent)", o.bytes);
    cmd.AddValue("half", "half-close when all is sent", o.half);
    cmd.AddValue("reply", "send only after the peer has half-closed", o.reply);
    cmd.AddValue("control", "folder of the control files sim-close and stop", o.control);
    cmd.AddValue("limit", "longest run", o.limit);
    cmd.AddValue("msl", "maximum segment lifetime, seconds", o.msl);
    cmd.AddValue("segment", "segment size, bytes", o.segment);
    cmd.AddValue("buffer", "send and receive buffers, bytes", o.buffer);
    cmd.AddValue("loss", "probability of losing a segment, each way", o.loss);
    cmd.AddValue("duplicate", "probability of doubling a segment, each way", o.duplicate);
    cmd.AddValue("reorder", "probability of delaying a segment, each way", o.reorder);
    cmd.AddValue("pcap", "write a capture of the device to this file", o.pcap);
    cmd.Parse(argc, argv);
    NS_ABORT_MSG_UNLESS(o.mode == "serve" || o.mode == "connect" || o.mode == "idle",
                        "--mode is serve, connect or idle, not " << o.mode);
    if (o.tcp == "stock")
    {
        o.factory = "ns3::TcpSocketFactory";
    }
    return o;
}

} // namespace

int
main(int argc, char** argv)
{
    const Options options = Parse(argc, argv);
    GlobalValue::Bind("SimulatorImplementationType", StringValue("ns3::RealtimeSimulatorImpl"));
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(options.segment));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(options.buffer));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(options.buffer));

    const int fd = OpenTap(options.device);
    if (fd < 0)
    {
        std::cerr << "tcp-conn-tap: cannot attach to TAP device " << options.device << ": "
                  << std::strerror(errno) << std::endl;
        return SKIPPED;
    }
    Ptr<Node> node = CreateObject<Node>();
    InstallStack(node, options.tcp == "stock" ? "ns3::TcpL4Protocol" : options.tcp);
    Ptr<ImpairedDevice> device = InstallDevice(node, options, fd);
    if (!options.pcap.empty())
    {
        FdNetDeviceHelper().EnablePcap(options.pcap, device, true, true);
    }

    Exchange exchange(node, options);
    // The device starts at time 0; sockets are opened when it is up.
    Simulator::Schedule(MilliSeconds(50), &Exchange::Start, &exchange);
    Simulator::Stop(options.limit);
    Simulator::Run();
    Simulator::Destroy();
    if (!exchange.Stopped())
    {
        std::cerr << "tcp-conn-tap: out of time" << std::endl;
        return 1;
    }
    return 0;
}
