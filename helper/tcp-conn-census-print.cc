/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-census.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <cstdio>
#include <iomanip>
#include <sstream>

/**
 * @file
 * @ingroup tcp-conn
 * What a census prints.
 */

namespace ns3
{

namespace
{

/** The states in the order, and with the names, of ss. */
constexpr struct
{
    TcpSocket::TcpStates_t state; //!< The state.
    const char* name;             //!< Its name.
} SUMMARY[] = {
    {TcpSocket::SYN_SENT, "syn-sent"},
    {TcpSocket::SYN_RCVD, "syn-recv"},
    {TcpSocket::FIN_WAIT_1, "fin-wait-1"},
    {TcpSocket::FIN_WAIT_2, "fin-wait-2"},
    {TcpSocket::CLOSE_WAIT, "close-wait"},
    {TcpSocket::CLOSING, "closing"},
    {TcpSocket::LAST_ACK, "last-ack"},
    {TcpSocket::TIME_WAIT, "time-wait"},
    {TcpSocket::LISTEN, "listen"},
};

/** @param time a time @param decimals how many @return seconds */
std::string
SecondsOf(Time time, int decimals)
{
    char text[64];
    std::snprintf(text, sizeof(text), "%.*f", decimals, time.GetSeconds());
    return text;
}

/** @param node id of a host, or ALL @return "node 3" or "all hosts" */
std::string
WhoseOf(uint32_t node)
{
    return node == TcpConnCensus::ALL ? "all hosts" : "node " + std::to_string(node);
}

/** Prints a column. @param os where @param text it @param width of the column */
void
PrintColumn(std::ostream& os, const std::string& text, std::size_t width)
{
    os << text << std::string(text.size() < width ? width - text.size() : 1, ' ');
}

/** Prints a line of quantiles. @param os where @param name of what @param d how long it took */
void
PrintQuantiles(std::ostream& os, const std::string& name, const TcpConnDurations& d)
{
    if (d.GetCount() == 0)
    {
        return;
    }
    PrintColumn(os, name, 16);
    PrintColumn(os, std::to_string(d.GetCount()), 10);
    for (const Time& time :
         {d.GetMin(), d.GetQuantile(0.5), d.GetQuantile(0.9), d.GetQuantile(0.99), d.GetMax()})
    {
        PrintColumn(os, SecondsOf(time, 6), 13);
    }
    os << SecondsOf(d.GetMean(), 6) << "\n";
}

} // namespace

void
TcpConnCensus::PrintSummary(std::ostream& os, uint32_t node) const
{
    const Counts counts = GetCounts(node);
    uint32_t total = 0;
    uint32_t ipv6 = 0;
    for (const auto& [id, host] : m_hosts)
    {
        if (node == ALL || node == id)
        {
            total += static_cast<uint32_t>(host.connections.size());
            ipv6 += static_cast<uint32_t>(
                std::count_if(host.connections.begin(),
                              host.connections.end(),
                              [](const auto& entry) { return entry.second.key.v6; }));
        }
    }
    std::ostringstream text; // one piece, whatever the format of the stream is
    text << "At " << SecondsOf(Simulator::Now(), 6) << " s, " << WhoseOf(node) << "\n"
         << "TCP:   " << total << " (estab " << counts[TcpSocket::ESTABLISHED];
    for (const auto& entry : SUMMARY)
    {
        if (counts[entry.state] > 0)
        {
            text << ", " << entry.name << " " << counts[entry.state];
        }
    }
    text << ")\n\nTransport Total     IP        IPv6\n";
    PrintColumn(text, "TCP", 10);
    PrintColumn(text, std::to_string(total), 10);
    PrintColumn(text, std::to_string(total - ipv6), 10);
    text << ipv6 << "\n\n";
    os << text.str();
}

void
TcpConnCensus::PrintConnections(std::ostream& os, uint32_t node) const
{
    std::ostringstream text;
    text << "TCP connections (servers and established) at " << SecondsOf(Simulator::Now(), 6)
         << " s, " << WhoseOf(node) << "\n";
    PrintColumn(text, "Node:Id", 10);
    PrintColumn(text, "Proto", 6);
    PrintColumn(text, "Local Address", 24);
    PrintColumn(text, "Foreign Address", 24);
    PrintColumn(text, "State", 13);
    text << "In State\n";
    for (const auto& [id, host] : m_hosts)
    {
        if (node != ALL && node != id)
        {
            continue;
        }
        std::map<uint64_t, const Connection*> sorted;
        for (const auto& [number, connection] : host.connections)
        {
            sorted[number] = &connection;
        }
        for (const auto& [number, connection] : sorted)
        {
            PrintColumn(text, std::to_string(id) + ":" + std::to_string(number), 10);
            PrintColumn(text, connection->key.v6 ? "tcp6" : "tcp", 6);
            PrintColumn(text, connection->key.LocalText(), 24);
            const bool listens = connection->state == TcpSocket::LISTEN;
            PrintColumn(text, listens ? "*:*" : connection->key.PeerText(), 24);
            PrintColumn(text, TcpConnStateName(connection->state), 13);
            text << SecondsOf(Simulator::Now() - connection->since, 6) << "\n";
        }
    }
    os << text.str() << "\n";
}

void
TcpConnCensus::PrintDurations(std::ostream& os, uint32_t node) const
{
    const Totals totals = GetTotals(node);
    const Durations durations = GetDurations(node);
    std::ostringstream text;
    text << "Connections, " << WhoseOf(node) << ": " << totals.opened << " opened, "
         << totals.established << " established, " << totals.failed << " failed, "
         << totals.released << " released, " << totals.aborted << " aborted\n";
    PrintColumn(text, "Seconds", 16);
    PrintColumn(text, "Count", 10);
    for (const char* name : {"Min", "Median", "90 %", "99 %", "Max"})
    {
        PrintColumn(text, name, 13);
    }
    text << "Mean\n";
    PrintQuantiles(text, "set-up, active", durations.activeSetUp);
    PrintQuantiles(text, "set-up, passive", durations.passiveSetUp);
    PrintQuantiles(text, "release", durations.release);
    for (std::size_t i = 0; i < STATES; ++i)
    {
        PrintQuantiles(text,
                       TcpConnStateName(static_cast<TcpSocket::TcpStates_t>(i)),
                       durations.inState[i]);
    }
    os << text.str() << "\n";
}

// At a time

void
TcpConnCensus::PrintAt(Time at, Printer printer, Ptr<OutputStreamWrapper> stream, uint32_t node)
{
    Ptr<TcpConnCensus> self(this);
    Simulator::Schedule(at - Simulator::Now(), [self, printer, stream, node]() {
        ((*self).*printer)(*stream->GetStream(), node);
    });
}

void
TcpConnCensus::PrintEvery(Time interval,
                          Printer printer,
                          Ptr<OutputStreamWrapper> stream,
                          uint32_t node)
{
    Simulator::Schedule(interval,
                        &TcpConnCensus::PrintAgain,
                        Ptr<TcpConnCensus>(this),
                        interval,
                        printer,
                        stream,
                        node);
}

void
TcpConnCensus::PrintAgain(Time interval,
                          Printer printer,
                          Ptr<OutputStreamWrapper> stream,
                          uint32_t node)
{
    (this->*printer)(*stream->GetStream(), node);
    PrintEvery(interval, printer, stream, node);
}

void
TcpConnCensus::PrintSummaryAt(Time at, Ptr<OutputStreamWrapper> stream, uint32_t node)
{
    PrintAt(at, &TcpConnCensus::PrintSummary, stream, node);
}

void
TcpConnCensus::PrintSummaryEvery(Time interval, Ptr<OutputStreamWrapper> stream, uint32_t node)
{
    PrintEvery(interval, &TcpConnCensus::PrintSummary, stream, node);
}

void
TcpConnCensus::PrintConnectionsAt(Time at, Ptr<OutputStreamWrapper> stream, uint32_t node)
{
    PrintAt(at, &TcpConnCensus::PrintConnections, stream, node);
}

void
TcpConnCensus::PrintConnectionsEvery(Time interval, Ptr<OutputStreamWrapper> stream, uint32_t node)
{
    PrintEvery(interval, &TcpConnCensus::PrintConnections, stream, node);
}

} // namespace ns3
