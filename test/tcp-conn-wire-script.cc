/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/simulator.h"

#include <iomanip>
#include <sstream>

// The time and the wire of a script.

namespace ns3
{
namespace TcpConnWire
{

namespace
{

constexpr int64_t WRAP = int64_t(1) << 32;

bool
SameHost(const Host& a, const Host& b)
{
    return a.v6 == b.v6 && a.Bytes() == b.Bytes();
}

/** A difference of sequence numbers, from -2^31 up. */
int64_t
Relative(uint32_t number, uint32_t base)
{
    return static_cast<int32_t>(number - base);
}

uint32_t
Absolute(int64_t relative, uint32_t base)
{
    return base + static_cast<uint32_t>(((relative % WRAP) + WRAP) % WRAP);
}

void
AppendOption(std::string& o, std::initializer_list<uint32_t> bytes)
{
    for (uint32_t b : bytes)
    {
        o.push_back(static_cast<char>(b));
    }
}

} // namespace

std::string
Pattern(int64_t from, uint64_t n, bool capital)
{
    std::string s(n, ' ');
    for (uint64_t i = 0; i < n; i++)
    {
        const int64_t k = (((from + static_cast<int64_t>(i)) % 26) + 26) % 26;
        s[i] = static_cast<char>((capital ? 'A' : 'a') + k);
    }
    return s;
}

Seg&
Seg::Win(int64_t v)
{
    window = v;
    return *this;
}

Seg&
Seg::Mss(int v)
{
    mss = v;
    return *this;
}

Seg&
Seg::Ws(int v)
{
    ws = v;
    return *this;
}

Seg&
Seg::Fo(const std::string& v)
{
    fastOpen = true;
    cookie = v;
    return *this;
}

Seg&
Seg::SackOk()
{
    sackOk = true;
    return *this;
}

Seg&
Seg::Ts(uint32_t v, uint32_t e)
{
    tsVal = v;
    tsEcr = e;
    return *this;
}

Seg&
Seg::Bad()
{
    badChecksum = true;
    return *this;
}

Seg&
Seg::OrFin()
{
    ignored |= FIN;
    return *this;
}

Seg&
Seg::Urg(uint16_t v)
{
    urgent = v;
    return *this;
}

// Time

Script&
Script::At(double t, double slack)
{
    m_at = Seconds(t);
    m_slack = Seconds(slack);
    return *this;
}

double
Script::Now() const
{
    return Simulator::Now().GetSeconds();
}

void
Script::Go()
{
    if (m_at > Simulator::Now())
    {
        RunTo(m_at, false);
    }
}

void
Script::RunTo(Time t, bool stopAtSegment)
{
    m_stopAtSegment = stopAtSegment;
    EventId stop = Simulator::Schedule(t - Simulator::Now(), []() { Simulator::Stop(); });
    Simulator::Run();
    stop.Cancel();
    m_stopAtSegment = false;
}

void
Script::OnSeen()
{
    if (m_peer->keep)
    {
        const Segment& s = m_peer->seen.back();
        for (Flow& f : m_flows)
        {
            const bool mine = SameHost(f.peer, s.dst) && f.peerPort == s.dstPort &&
                              (f.hostPort == 0 || f.hostPort == s.srcPort);
            if (mine && (s.flags & SYN))
            {
                f.hostPort = s.srcPort;
                f.iss = s.seq;
            }
        }
    }
    if (m_stopAtSegment)
    {
        Simulator::Stop();
    }
}

// The wire

Script&
Script::Use(uint16_t peerPort, uint16_t hostPort)
{
    for (Flow& f : m_flows)
    {
        if (f.peerPort == peerPort && SameHost(f.peer, PeerAddress()) &&
            (hostPort == 0 || f.hostPort == hostPort))
        {
            m_flow = &f;
            return *this;
        }
    }
    Flow f;
    f.peer = PeerAddress();
    f.peerPort = peerPort;
    f.hostPort = hostPort;
    f.isn = m_isn;
    m_flows.push_back(f);
    m_flow = &m_flows.back();
    return *this;
}

Flow&
Script::Current()
{
    if (!m_flow)
    {
        Use(40000);
    }
    return *m_flow;
}

Script&
Script::Isn(uint32_t isn)
{
    m_isn = isn;
    if (m_flow)
    {
        m_flow->isn = isn;
    }
    return *this;
}

Script&
Script::Window(uint16_t w)
{
    m_window = w;
    return *this;
}

Segment
Script::Make(const Seg& s) const
{
    const Flow& f = *m_flow;
    Segment o;
    o.src = f.peer;
    o.dst = m_hostAddress;
    o.srcPort = f.peerPort;
    o.dstPort = f.hostPort;
    o.flags = s.flags;
    o.seq = Absolute(s.seq, f.isn);
    o.ack = (s.flags & ACK) ? Absolute(s.ack, f.iss) : 0;
    o.window = s.window == ANY ? m_window : static_cast<uint16_t>(s.window);
    o.urgent = s.urgent;
    o.badChecksum = s.badChecksum;
    if (s.mss >= 0)
    {
        AppendOption(o.options, {2, 4, uint32_t(s.mss) >> 8, uint32_t(s.mss)});
    }
    if (s.ws >= 0)
    {
        AppendOption(o.options, {1, 3, 3, uint32_t(s.ws)});
    }
    if (s.sackOk)
    {
        AppendOption(o.options, {1, 1, 4, 2});
    }
    if (s.tsVal != ANY)
    {
        const auto v = static_cast<uint32_t>(s.tsVal);
        AppendOption(o.options, {1, 1, 8, 10, v >> 24, v >> 16, v >> 8, v});
        AppendOption(o.options, {s.tsEcr >> 24, s.tsEcr >> 16, s.tsEcr >> 8, s.tsEcr});
    }
    if (s.fastOpen)
    {
        AppendOption(o.options, {1, 1, 34, 2 + uint32_t(s.cookie.size())});
        o.options += s.cookie;
    }
    const int64_t first = s.seq + ((s.flags & SYN) ? 1 : 0) - 1;
    o.payload = Pattern(first, static_cast<uint64_t>(s.len), false);
    return o;
}

Script&
Script::Send(const Seg& s)
{
    Go();
    Current();
    m_peer->Send(Make(s));
    return *this;
}

Script&
Script::Send(int f, int64_t s, int64_t a, uint32_t n)
{
    return Send(Seg(f, s, a, n));
}

const Segment*
Script::Next(Time t)
{
    while (m_taken == m_peer->seen.size() && Simulator::Now() < t)
    {
        RunTo(t, true);
    }
    return m_taken < m_peer->seen.size() ? &m_peer->seen[m_taken++] : nullptr;
}

Script&
Script::Expect(const Seg& s)
{
    const Segment* got = Next(m_at + m_slack);
    if (!got)
    {
        Fail("nothing came; expected " + Show(s));
    }
    m_last = *got;
    const std::string difference = Differs(m_last, s);
    if (!difference.empty())
    {
        Fail(difference + "; expected " + Show(s) + ", got" + Show(m_last));
    }
    if (m_last.time < m_at - m_slack || m_last.time > m_at + m_slack)
    {
        Fail("not at this time:" + Show(m_last));
    }
    return *this;
}

Script&
Script::Expect(int f, int64_t s, int64_t a, int64_t n)
{
    Seg pattern(f, s, a);
    pattern.len = n;
    return Expect(pattern);
}

Script&
Script::ExpectWithFin(int64_t s, int64_t a, uint32_t n)
{
    Expect(Seg(ACK, s, a, n).OrFin());
    return (m_last.flags & FIN) ? *this : Expect(FIN | ACK, s + n, a);
}

Script&
Script::ExpectReset(int64_t seq)
{
    const Segment* got = Next(m_at + m_slack);
    if (!got)
    {
        Fail("nothing came; expected a reset");
    }
    m_last = *got;
    const bool is = (m_last.flags & (RST | SYN | FIN)) == RST && m_last.payload.empty() &&
                    m_last.seq == Absolute(seq, Current().iss) && FlowOf(m_last) == m_flow;
    return Check(is, "expected a reset with seq=" + std::to_string(seq) + ", got" + Show(m_last));
}

Script&
Script::Await(const Seg& s)
{
    const Segment* got = Next(m_at);
    while (got && !Differs(*got, s).empty())
    {
        got = Next(m_at);
    }
    if (!got)
    {
        Fail("never came: " + Show(s));
    }
    m_last = *got;
    return *this;
}

Script&
Script::Nothing()
{
    const Segment* got = Next(m_at);
    if (got)
    {
        Fail("expected nothing, got" + Show(*got));
    }
    return *this;
}

Script&
Script::Skip()
{
    Go();
    m_taken = m_peer->seen.size();
    return *this;
}

const Segment&
Script::Last() const
{
    return m_last;
}

Script&
Script::Icmp(uint8_t type, uint8_t code, uint32_t info)
{
    Go();
    m_peer->SendIcmp(PeerAddress(7), m_last, type, code, info);
    return *this;
}

const Flow*
Script::FlowOf(const Segment& s) const
{
    for (const Flow& f : m_flows)
    {
        if (SameHost(f.peer, s.dst) && f.peerPort == s.dstPort && f.hostPort == s.srcPort)
        {
            return &f;
        }
    }
    return nullptr;
}

std::string
Script::Differs(const Segment& s, const Seg& p) const
{
    const Flow* f = FlowOf(s);
    if (f != m_flow)
    {
        return "of another pair of ports";
    }
    const int compared = ~p.ignored;
    if ((s.flags & compared) != (p.flags & compared))
    {
        return "flags differ";
    }
    if (p.seq != ANY && s.seq != Absolute(p.seq, f->iss))
    {
        return "seq differs";
    }
    if (p.ack != ANY && (p.flags & ACK) && s.ack != Absolute(p.ack, f->isn))
    {
        return "ack differs";
    }
    if (p.len != ANY && s.payload.size() != static_cast<uint64_t>(p.len))
    {
        return "length differs";
    }
    if (p.window != ANY && s.window != p.window)
    {
        return "window differs";
    }
    if (p.mss >= 0 && s.mss != p.mss)
    {
        return "MSS option differs";
    }
    const int64_t first = Relative(s.seq, f->iss) + ((s.flags & SYN) ? 1 : 0) - 1;
    // A keep-alive or window probe may carry a byte of any value.
    if (s.payload.size() > 1 && s.payload != Pattern(first, s.payload.size(), true))
    {
        return "text differs";
    }
    return "";
}

std::string
Script::Show(const Seg& s)
{
    std::ostringstream o;
    const auto number = [&o](const char* name, int64_t v) {
        o << ' ' << name << '=';
        v == ANY ? o << '*' : o << v;
    };
    o << FlagNames(s.flags);
    number("seq", s.seq);
    if (s.flags & ACK)
    {
        number("ack", s.ack);
    }
    number("len", s.len);
    if (s.window != ANY)
    {
        number("win", s.window);
    }
    if (s.mss >= 0)
    {
        number("mss", s.mss);
    }
    return o.str();
}

std::string
Script::Show(const Segment& s) const
{
    std::ostringstream o;
    o << std::fixed << std::setprecision(4) << "\n  " << s.time.GetSeconds();
    Flow none;
    const Flow* f = &none;
    bool fromHost = false;
    for (const Flow& c : m_flows)
    {
        if (c.peerPort == s.dstPort && c.hostPort == s.srcPort)
        {
            f = &c;
            fromHost = true;
        }
        else if (c.peerPort == s.srcPort && c.hostPort == s.dstPort)
        {
            f = &c;
        }
    }
    o << (fromHost ? " host > " : " peer > ") << s.srcPort << '>' << s.dstPort << ' '
      << FlagNames(s.flags) << " seq=" << Relative(s.seq, fromHost ? f->iss : f->isn);
    if (s.flags & ACK)
    {
        o << " ack=" << Relative(s.ack, fromHost ? f->isn : f->iss);
    }
    o << " len=" << s.payload.size() << " win=" << s.window;
    if (s.mss >= 0)
    {
        o << " mss=" << s.mss;
    }
    return o.str();
}

void
Script::Fail(const std::string& what) const
{
    std::ostringstream o;
    o << std::fixed << std::setprecision(4) << "at " << m_at.GetSeconds() << " (now "
      << Simulator::Now().GetSeconds() << "): " << what << "\nthe exchange:";
    std::multimap<Time, std::string> lines;
    for (const Segment& s : m_peer->sent)
    {
        lines.emplace(s.time, Show(s));
    }
    for (const Segment& s : m_peer->seen)
    {
        lines.emplace(s.time, Show(s));
    }
    std::size_t left = 60;
    for (const auto& line : lines)
    {
        if (left-- == 0)
        {
            o << "\n  ...";
            break;
        }
        o << line.second;
    }
    throw Failed{o.str()};
}

// What a script asks for in advance, and openings

Script&
Script::NoRead()
{
    m_noRead = true;
    if (!m_ends.empty())
    {
        End().autoRead = false;
    }
    return *this;
}

Script&
Script::CloseOnEof()
{
    m_closeOnEof = true;
    if (!m_ends.empty())
    {
        End().closeOnEof = true;
    }
    return *this;
}

Script&
Script::Accept(bool accept)
{
    m_accept = accept;
    return *this;
}

Script&
Script::PassiveOpen(double t)
{
    At(t - 0.001).Listen();
    Current();
    At(t).Send(SYN, 0);
    At(t + 0.002).Expect(SYN | ACK, 0, 1);
    At(t + 0.005).Send(ACK, 1, 1);
    return At(t + 0.010).Nothing();
}

Script&
Script::ActiveOpen(double t)
{
    At(t).Connect();
    At(t + 0.001).Expect(SYN, 0);
    At(t + 0.002).Send(SYN | ACK, 0, 1);
    At(t + 0.004).Expect(ACK, 1, 1);
    return At(t + 0.010).Nothing();
}

} // namespace TcpConnWire
} // namespace ns3
