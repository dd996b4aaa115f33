/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/string.h"
#include "ns3/tcp-conn-icmp.h"
#include "ns3/uinteger.h"

#include <utility>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * What ICMP errors do under each policy: RFC 1122 4.2.3.9 and RFC 5461, hard in SYN-SENT, ignored.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/// TypeIds of the policies.
const std::string RFC5461 = "ns3::TcpConnIcmpRfc5461";
const std::string HARD = "ns3::TcpConnIcmpHardInSynSent";
const std::string IGNORE = "ns3::TcpConnIcmpIgnore";

/** An ICMP error: type and code. */
using Error = std::pair<int, int>;

/** See the file. */
class IcmpSuite : public Suite
{
  public:
    IcmpSuite();

  private:
    void AddClasses();
    void AddSynSent();
    void AddSynReceived();
    void AddEstablished();
    void AddTooBig();
    void AddChoice();
};

/** The host's SYN is answered by an ICMP error. */
Script&
Unanswered(Script& w, const std::string& policy, const Error& error)
{
    w.Policy("Icmp", policy).At(1.000).Connect();
    w.At(1.001).Expect(SYN, 0);
    w.At(1.002).Icmp(static_cast<uint8_t>(error.first), static_cast<uint8_t>(error.second));
    return w.At(1.010).Nothing();
}

/** @param v6 IPv6 @return an error that is hard: no such port */
Error
PortUnreachable(bool v6)
{
    return v6 ? Error{1, 4} : Error{3, 3};
}

/** @param v6 IPv6 @return an error that is soft: no such host */
Error
HostUnreachable(bool v6)
{
    return v6 ? Error{1, 3} : Error{3, 1};
}

void
IcmpSuite::AddClasses()
{
    using Meaning = TcpConnIcmp::Meaning;

    struct Line
    {
        bool v6;         //!< ICMPv6.
        int type;        //!< Type.
        int from;        //!< First code.
        int to;          //!< Last code.
        Meaning meaning; //!< What it means.
    };

    static const std::vector<Line> lines{
        {false, 3, 0, 1, Meaning::SOFT},    {false, 3, 2, 3, Meaning::HARD},
        {false, 3, 4, 4, Meaning::TOO_BIG}, {false, 3, 5, 8, Meaning::SOFT},
        {false, 3, 9, 10, Meaning::HARD},   {false, 3, 11, 12, Meaning::SOFT},
        {false, 3, 13, 13, Meaning::HARD},  {false, 4, 0, 0, Meaning::NOTHING},
        {false, 5, 0, 1, Meaning::NOTHING}, {false, 11, 0, 1, Meaning::SOFT},
        {false, 12, 0, 2, Meaning::SOFT},   {true, 1, 0, 0, Meaning::SOFT},
        {true, 1, 1, 1, Meaning::HARD},     {true, 1, 2, 3, Meaning::SOFT},
        {true, 1, 4, 4, Meaning::HARD},     {true, 2, 0, 0, Meaning::TOO_BIG},
        {true, 3, 0, 1, Meaning::SOFT},     {true, 4, 0, 0, Meaning::SOFT},
        {true, 4, 1, 1, Meaning::HARD},     {true, 128, 0, 0, Meaning::NOTHING}};
    Add("what each type and code means", [](Script& w) {
        Ptr<TcpConnIcmp> standard = CreateObject<TcpConnIcmpRfc5461>();
        Ptr<TcpConnIcmp> ignore = CreateObject<TcpConnIcmpIgnore>();
        for (const Line& line : lines)
        {
            for (int code = line.from; code <= line.to; code++)
            {
                const auto t = static_cast<uint8_t>(line.type);
                const auto c = static_cast<uint8_t>(code);
                const std::string text = (line.v6 ? "ICMPv6 " : "ICMP ") +
                                         std::to_string(line.type) + "/" + std::to_string(code);
                w.Check(standard->Classify(t, c, line.v6) == line.meaning, text);
                const Meaning alone =
                    line.meaning == Meaning::TOO_BIG ? Meaning::TOO_BIG : Meaning::NOTHING;
                w.Check(ignore->Classify(t, c, line.v6) == alone, text + " is not ignored");
            }
        }
    });
}

void
IcmpSuite::AddSynSent()
{
    AddBoth("RFC 5461: SYN-SENT: hard: the connection fails", [](Script& w) {
        Unanswered(w, RFC5461, PortUnreachable(w.IsV6()));
        w.Connections(0).Events("failed").Failure("unreachable");
    });
    AddBoth("RFC 5461: SYN-SENT: soft: tried again, and told when it is given up", [](Script& w) {
        w.Set("ConnCount", UintegerValue(1));
        Unanswered(w, RFC5461, HostUnreachable(w.IsV6())).State("SYN-SENT");
        w.At(2.001).Expect(SYN, 0);
        w.At(4.100).Nothing().Events("failed").Failure("unreachable");
    });
    AddBoth("RFC 5461: SYN-SENT: soft, then an answer: it opens", [](Script& w) {
        Unanswered(w, RFC5461, HostUnreachable(w.IsV6()));
        w.At(1.100).Send(SYN | ACK, 0, 1);
        w.At(1.102).Expect(ACK, 1, 1).State("ESTABLISHED");
    });
    AddBoth("hard in SYN-SENT: soft: the connection fails at once (RFC 5461 4.1)", [](Script& w) {
        Unanswered(w, HARD, HostUnreachable(w.IsV6()));
        w.Connections(0).Events("failed").Failure("unreachable");
    });
    AddBoth("hard in SYN-SENT: hard: the same", [](Script& w) {
        Unanswered(w, HARD, PortUnreachable(w.IsV6()));
        w.Connections(0).Events("failed").Failure("unreachable");
    });
    AddBoth("ignore: SYN-SENT: hard: nothing", [](Script& w) {
        Unanswered(w, IGNORE, PortUnreachable(w.IsV6())).State("SYN-SENT");
        w.At(2.001).Expect(SYN, 0).Send(SYN | ACK, 0, 1);
        w.At(2.003).Expect(ACK, 1, 1).State("ESTABLISHED");
    });
    Add("ignore: given up later: timed out, not unreachable", [](Script& w) {
        w.Set("ConnCount", UintegerValue(1));
        Unanswered(w, IGNORE, HostUnreachable(false));
        w.At(2.001).Expect(SYN, 0);
        w.At(4.100).Nothing().Failure("timed-out");
    });
}

void
IcmpSuite::AddSynReceived()
{
    const auto half = [](Script& w, const std::string& policy, const Error& error) -> Script& {
        w.Policy("Icmp", policy).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.003).Icmp(static_cast<uint8_t>(error.first), static_cast<uint8_t>(error.second));
        return w.At(1.100).Nothing();
    };
    AddBoth("RFC 5461: half-open: hard: forgotten",
            [half](Script& w) { half(w, RFC5461, PortUnreachable(w.IsV6())).Connections(0); });
    AddBoth("RFC 5461: half-open: soft: it stays", [half](Script& w) {
        half(w, RFC5461, HostUnreachable(w.IsV6())).State("SYN-RECEIVED");
    });
    AddBoth("hard in SYN-SENT: half-open: soft: forgotten",
            [half](Script& w) { half(w, HARD, HostUnreachable(w.IsV6())).Connections(0); });
    AddBoth("ignore: half-open: hard: it stays", [half](Script& w) {
        half(w, IGNORE, PortUnreachable(w.IsV6())).State("SYN-RECEIVED");
    });
}

void
IcmpSuite::AddEstablished()
{
    for (const std::string& policy : {RFC5461, HARD, IGNORE})
    {
        AddBoth(policy + ": ESTABLISHED: no error ends it (RFC 5461 4.1)", [policy](Script& w) {
            w.Policy("Icmp", policy).PassiveOpen();
            w.At(1.100).Write(10);
            w.At(1.101).Expect(ACK, 1, 1, 10);
            const Error errors[] = {PortUnreachable(w.IsV6()), HostUnreachable(w.IsV6())};
            for (const Error& error : errors)
            {
                w.At(1.102).Icmp(static_cast<uint8_t>(error.first),
                                 static_cast<uint8_t>(error.second));
            }
            w.At(1.200).Nothing().State("ESTABLISHED").Send(ACK, 1, 11);
            w.At(1.300).Nothing().State("ESTABLISHED").Events("created");
        });
    }
    Add("an error about nothing in flight is not believed (RFC 5927 4.1)", [](Script& w) {
        Unanswered(w, IGNORE, {3, 3}).Policy("Icmp", HARD);
        w.At(1.100).Send(SYN | ACK, 0, 1);
        w.At(1.102).Expect(ACK, 1, 1);
        w.At(1.103).Icmp(3, 3);
        w.At(1.200).Nothing().State("ESTABLISHED");
    });
}

void
IcmpSuite::AddTooBig()
{
    for (const std::string& policy : {RFC5461, HARD, IGNORE})
    {
        AddBoth(policy + ": packet too big: later segments are smaller", [policy](Script& w) {
            w.Set("SegmentSize", UintegerValue(1400)).Policy("Icmp", policy).Listen();
            w.Use(40000).At(1.000).Send(Seg(SYN, 0).Mss(1400));
            w.At(1.002).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
            w.At(1.100).Write(1400);
            w.At(1.101).Expect(ACK, 1, 1, 1400);
            const uint32_t mtu = 1300;
            w.IsV6() ? w.Icmp(2, 0, mtu) : w.Icmp(3, 4, mtu);
            w.At(1.110).Skip().Send(ACK, 1, 1401);
            w.At(1.200).Skip().Write(1400);
            w.At(1.201).Expect(ACK, 1401, 1, w.IsV6() ? 1240 : 1260);
            w.Skip();
        });
    }
}

void
IcmpSuite::AddChoice()
{
    Add("chosen for one socket: the host's other sockets have the host's", [](Script& w) {
        w.Set("Icmp", StringValue(IGNORE));
        Unanswered(w, RFC5461, {3, 3}).State("SYN-SENT");
        w.Set("Icmp", StringValue(RFC5461)).At(1.100).Connect(9001);
        w.At(1.101).Expect(SYN, 0);
        w.At(1.102).Icmp(3, 3);
        w.At(1.200).Nothing().Failure("unreachable").Connections(1);
    });
    Add("chosen for a listener: its half-open connections", [](Script& w) {
        w.Set("Icmp", StringValue(HARD)).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.003).Icmp(3, 1);
        w.At(1.100).Nothing().Connections(0);
    });
}

IcmpSuite::IcmpSuite()
    : Suite("tcp-conn-icmp")
{
    AddClasses();
    AddSynSent();
    AddSynReceived();
    AddEstablished();
    AddTooBig();
    AddChoice();
}

/** The one instance. */
IcmpSuite g_icmpSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
