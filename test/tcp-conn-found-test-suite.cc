/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-conn-l4-protocol.h"
#include "ns3/tcp-conn-socket.h"

/**
 * @file
 * @ingroup tcp-conn
 * What random walks have found, each as the shortest exchange that shows it.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class FoundSuite : public Suite
{
  public:
    FoundSuite();

  private:
    void AddClosedInCallback();
    void AddClosedBeforeOpen();
    void AddOwnHost();
    void AddCrash();
};

/** What a socket tells after its application has closed it in a callback. */
struct Told
{
    Told()
        : whenOpen([](Ptr<TcpConnSocket> s) { s->Close(); })
    {
    }

    void OnOpen(Ptr<Socket> s)
    {
        open = true;
        whenOpen(DynamicCast<TcpConnSocket>(s));
    }

    void OnFailed(Ptr<Socket> /* s */)
    {
        failed = true;
    }

    void OnRoom(Ptr<Socket> /* s */, uint32_t /* bytes */)
    {
        room = true;
    }

    std::function<void(Ptr<TcpConnSocket>)> whenOpen; //!< What it does when it is open.
    bool open{false};                                 //!< It was told to be open.
    bool failed{false};                               //!< It was told to have failed.
    bool room{false};                                 //!< It was told of room to send.
};

/** Watch the current socket. @param w the script @param told where to note it */
void
Watch(Script& w, Told& told)
{
    w.Sock()->SetConnectCallback(MakeCallback(&Told::OnOpen, &told),
                                 MakeCallback(&Told::OnFailed, &told));
    w.Sock()->SetSendCallback(MakeCallback(&Told::OnRoom, &told));
}

void
FoundSuite::AddClosedInCallback()
{
    AddBoth("aborted when it is told to be open: not told of room to send", [](Script& w) {
        Told told;
        told.whenOpen = [](Ptr<TcpConnSocket> s) { s->Abort(); };
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Do([&]() { Watch(w, told); }).Send(SYN | ACK, 0, 1);
        w.At(1.003).Expect(ACK, 1, 1).ExpectReset(1).Connections(0);
        w.Check(told.open && !told.room, "told of room");
    });
    AddBoth("closed when it is told to be open: not told of room to send", [](Script& w) {
        Told told;
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Do([&]() { Watch(w, told); }).Send(SYN | ACK, 0, 1);
        w.At(1.003).Expect(ACK, 1, 1).Expect(FIN | ACK, 1, 1).State("FIN-WAIT-1");
        w.At(1.100).Send(ACK, 1, 2).At(1.200).Nothing().State("FIN-WAIT-2");
        w.Check(told.open && !told.room, "told of room");
    });
}

void
FoundSuite::AddClosedBeforeOpen()
{
    AddBoth("simultaneous open, closed in SYN-RECEIVED: not told to be open", [](Script& w) {
        Told told;
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Do([&]() { Watch(w, told); }).Send(SYN, 0);
        w.At(1.003).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED").Write(10).Close();
        w.At(1.100).Send(SYN | ACK, 0, 1);
        w.At(1.200).Skip().Send(ACK, 1, 12).At(1.300).Skip().State("FIN-WAIT-2");
        w.Check(!told.open && !told.room && !told.failed, "told after Close");
    });
    AddBoth("simultaneous open, half-closed in SYN-RECEIVED: told to be open before text comes",
            [](Script& w) {
                w.At(1.000).Connect();
                w.At(1.001).Expect(SYN, 0).Send(SYN, 0);
                w.At(1.003).Expect(SYN | ACK, 0, 1).ShutdownSend();
                w.At(1.005).Expect(FIN | ACK, 1, 1).State("FIN-WAIT-1");
                w.At(1.100).Send(ACK, 1, 2, 10);
                w.At(1.200).Skip().State("FIN-WAIT-2").Received(10).Events("connected data");
                w.At(1.300).Send(FIN | ACK, 11, 2);
                w.At(1.400).Skip().State("TIME-WAIT").Events("connected data normal");
            });
    AddBoth("simultaneous open, half-closed in SYN-RECEIVED: told to be open before the end comes",
            [](Script& w) {
                w.At(1.000).Connect();
                w.At(1.001).Expect(SYN, 0).Send(SYN, 0);
                w.At(1.003).Expect(SYN | ACK, 0, 1).ShutdownSend();
                w.At(1.005).Expect(FIN | ACK, 1, 1).State("FIN-WAIT-1");
                w.At(1.100).Send(FIN | ACK, 1, 2);
                w.At(1.200).Skip().State("TIME-WAIT").Events("connected normal");
            });
}

/** A server on the script's host sends as soon as it is asked, and its client is there too. */
class OwnHost
{
  public:
    /** @param script the script */
    explicit OwnHost(Script& script)
        : m_script(script)
    {
    }

    /** Connect the host to itself. */
    void Connect()
    {
        const Host own = m_script.HostAddress();
        m_listener = m_script.NewSocket();
        m_listener->Bind(own.With(80));
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&OwnHost::OnCreated, this));
        m_listener->Listen();
        m_client = m_script.NewSocket();
        m_client->SetConnectCallback(MakeCallback(&OwnHost::OnOpen, this),
                                     MakeNullCallback<void, Ptr<Socket>>());
        m_client->SetRecvCallback(MakeCallback(&OwnHost::OnText, this));
        m_client->SetCloseCallbacks(MakeCallback(&OwnHost::OnEnd, this),
                                    MakeNullCallback<void, Ptr<Socket>>());
        m_client->Connect(own.With(80));
        story += "connecting ";
    }

    /** Let go. */
    void Close()
    {
        m_client->Close();
        m_listener->Close();
    }

    std::string story; //!< What happened, in order.

  private:
    void OnCreated(Ptr<Socket> s, const Address& /* from */)
    {
        s->Send(Create<Packet>(3000));
        s->Close();
    }

    void OnOpen(Ptr<Socket> /* s */)
    {
        story += "open ";
    }

    void OnText(Ptr<Socket> s)
    {
        m_read += s->Recv()->GetSize();
        story += m_read == 3000 ? "3000 " : "";
    }

    void OnEnd(Ptr<Socket> /* s */)
    {
        story += "end";
    }

    Script& m_script;       //!< The script.
    Ptr<Socket> m_listener; //!< The server.
    Ptr<Socket> m_client;   //!< The client.
    uint32_t m_read{0};     //!< Bytes that came.
};

void
FoundSuite::AddOwnHost()
{
    AddBoth("a host connects to itself: callbacks come in order, none within Connect",
            [](Script& w) {
                OwnHost own(w);
                w.At(1.000).Do([&]() { own.Connect(); });
                w.At(2.000).Skip().Do([&]() { own.Close(); });
                w.At(3.000).Skip().Check(own.story == "connecting open 3000 end", own.story);
            });
}

void
FoundSuite::AddCrash()
{
    AddBoth("a crash frees ports, though applications hold their sockets", [](Script& w) {
        w.Listen(80).At(1.000).Do([&]() {
            DynamicCast<TcpConnL4Protocol>(w.L4())->Crash();
            Ptr<Socket> s = w.NewSocket();
            w.Check(s->Bind(w.HostAddress().With(80)) == 0 && s->Listen() == 0, "port is held");
            s->Close();
        });
    });
}

FoundSuite::FoundSuite()
    : Suite("tcp-conn-found")
{
    AddClosedInCallback();
    AddClosedBeforeOpen();
    AddOwnHost();
    AddCrash();
}

FoundSuite g_suite; //!< The suite.

} // namespace
} // namespace TcpConnWire
} // namespace ns3
