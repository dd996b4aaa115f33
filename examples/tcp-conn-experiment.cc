/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-experiment.h"

#include "ns3/abort.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/system-path.h"
#include "ns3/tcp-conn-l4-protocol.h"
#include "ns3/tcp-conn-record.h"
#include "ns3/tcp-conn-socket.h"
#include "ns3/traffic-control-helper.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

namespace ns3
{

namespace
{

/** @param value a number @return its text: at most six digits, no exponent of small numbers */
std::string
NumberText(double value)
{
    std::ostringstream os;
    os << std::setprecision(6) << value;
    return os.str();
}

/** @param text a cell @return it as CSV has it */
std::string
CsvText(const std::string& text)
{
    if (text.find_first_of(",\"\n") == std::string::npos)
    {
        return text;
    }
    std::string quoted{"\""};
    for (const char c : text)
    {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + '"';
}

/** @param text a word of a command @return it in quotes for the shell */
std::string
ShellText(const std::string& text)
{
    std::string quoted{"'"};
    for (const char c : text)
    {
        quoted += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return quoted + '\'';
}

/** @param rules impairment rules @param device where @return the queue disc */
Ptr<QueueDisc>
Impair(const std::string& rules, Ptr<NetDevice> device)
{
    TrafficControlHelper helper;
    helper.SetRootQueueDisc("ns3::TcpConnImpairmentQueueDisc", "Rules", StringValue(rules));
    return helper.Install(device).Get(0);
}

/** @param flags set of TcpConnFlag bits @return their names, without PSH */
std::string
FlagsText(uint16_t flags)
{
    const std::pair<uint16_t, const char*> names[] = {{TCP_CONN_SYN, "SYN"},
                                                      {TCP_CONN_FIN, "FIN"},
                                                      {TCP_CONN_RST, "RST"},
                                                      {TCP_CONN_ACK, "ACK"},
                                                      {TCP_CONN_URG, "URG"},
                                                      {TCP_CONN_ECE, "ECE"},
                                                      {TCP_CONN_CWR, "CWR"}};
    std::string text;
    for (const auto& [bit, name] : names)
    {
        if (flags & bit)
        {
            text += (text.empty() ? "" : ",") + std::string(name);
        }
    }
    return text;
}

} // namespace

TcpConnCell::TcpConnCell(const char* words)
    : text(words)
{
}

TcpConnCell::TcpConnCell(const std::string& words)
    : text(words)
{
}

TcpConnCell::TcpConnCell(double value)
    : text(NumberText(value)),
      number(true)
{
}

TcpConnCell::TcpConnCell(Time value)
    : TcpConnCell(value.GetSeconds())
{
}

TcpConnResultTable::TcpConnResultTable(const std::string& title,
                                       const std::vector<TcpConnColumn>& columns)
    : m_title(title),
      m_columns(columns)
{
}

void
TcpConnResultTable::Row(const std::vector<TcpConnCell>& cells)
{
    NS_ABORT_MSG_UNLESS(cells.size() == m_columns.size(),
                        "a row of " << cells.size() << " cells in \"" << m_title << "\"");
    m_rows.push_back(cells);
}

void
TcpConnResultTable::Print(std::ostream& os) const
{
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < m_columns.size(); ++i)
    {
        std::size_t width = std::max(m_columns[i].heading.size(), m_columns[i].unit.size());
        for (const auto& row : m_rows)
        {
            width = std::max(width, row[i].text.size());
        }
        widths.push_back(width);
    }
    // The first row decides on which side a column is set.
    const auto line = [&](const auto& textOf) {
        std::string all;
        for (std::size_t i = 0; i < m_columns.size(); ++i)
        {
            const std::string text = textOf(i);
            const std::string blanks(widths[i] - text.size(), ' ');
            const bool right = !m_rows.empty() && m_rows[0][i].number;
            all += (i > 0 ? "  " : "") + (right ? blanks + text : text + blanks);
        }
        os << all.substr(0, all.find_last_not_of(' ') + 1) << "\n";
    };
    os << m_title << "\n\n";
    line([&](std::size_t i) { return m_columns[i].heading; });
    if (std::any_of(m_columns.begin(), m_columns.end(), [](const auto& c) {
            return !c.unit.empty();
        }))
    {
        line([&](std::size_t i) { return m_columns[i].unit; });
    }
    line([&](std::size_t i) { return std::string(widths[i], '-'); });
    for (const auto& row : m_rows)
    {
        line([&](std::size_t i) { return row[i].text; });
    }
    os << "\n";
}

void
TcpConnResultTable::WriteCsv(const std::string& fileName) const
{
    std::ofstream file(fileName);
    for (std::size_t i = 0; i < m_columns.size(); ++i)
    {
        file << (i > 0 ? "," : "") << CsvText(m_columns[i].heading);
    }
    file << "\n";
    for (const auto& row : m_rows)
    {
        for (std::size_t i = 0; i < row.size(); ++i)
        {
            file << (i > 0 ? "," : "") << CsvText(row[i].text);
        }
        file << "\n";
    }
    file.close();
    NS_ABORT_MSG_UNLESS(file, "cannot write " << fileName);
}

TcpConnExperiment* TcpConnExperiment::s_running = nullptr;

TcpConnExperiment::TcpConnExperiment(const std::string& name, const std::string& usage)
    : m_name(name),
      m_command(name + ".cc")
{
    m_command.Usage(usage);
    Option("outputDir", "folder for tables (.csv) and traces (.tr)", m_outputDir);
    Option("ladder",
           "case whose ladder is drawn, named as its trace file; all; none; empty: the usual one",
           m_ladder);
    s_running = this;
}

TcpConnExperiment::~TcpConnExperiment()
{
    s_running = nullptr;
}

void
TcpConnExperiment::Parse(int argc, char* argv[])
{
    m_command.Parse(argc, argv);
    SystemPath::MakeDirectories(m_outputDir);
}

TcpConnResultTable&
TcpConnExperiment::Table(const std::string& name,
                         const std::string& title,
                         const std::vector<TcpConnColumn>& columns)
{
    m_tables.push_back({name, TcpConnResultTable(title, columns)});
    return m_tables.back().table;
}

std::string
TcpConnExperiment::File(const std::string& label, const std::string& ending) const
{
    return m_outputDir + "/" + m_name + "-" + label + ending;
}

void
TcpConnExperiment::Trace(const std::string& label, const NodeContainer& nodes)
{
    TcpConnHelper::EnableTransitionAscii(File(label, ".tr"), nodes);
    m_progress.Attach(nodes);
    m_traces.push_back(label);
}

void
TcpConnExperiment::Run()
{
    TcpConnProgress& progress = s_running->m_progress;
    progress.Begin(s_running->m_name);
    Simulator::Run();
    progress.Erase();
    if (TcpConnProgress::IsInterrupted())
    {
        // The experiment would go on with what a run has left that did not come to its end.
        Simulator::Destroy();
        s_running->Tables();
        std::exit(TcpConnProgress::ExitStatus());
    }
}

void
TcpConnExperiment::Tables()
{
    for (const auto& [name, table] : m_tables)
    {
        table.Print(std::cout);
        table.WriteCsv(File(name, ".csv"));
    }
}

void
TcpConnExperiment::Ladder(const std::string& label)
{
    if (m_ladder.empty())
    {
        m_ladder = label;
    }
}

int
TcpConnExperiment::Finish()
{
    Tables();
    if (std::find(m_traces.begin(), m_traces.end(), m_ladder) == m_traces.end() &&
        m_ladder != "all" && m_ladder != "none")
    {
        std::string cases;
        for (const auto& label : m_traces)
        {
            cases += label + ", ";
        }
        TcpConnCheckOption(false, "ladder", cases + "all or none, not \"" + m_ladder + "\"");
    }
    for (const auto& label : m_traces)
    {
        if (label != m_ladder && m_ladder != "all")
        {
            continue;
        }
        // Absent or not, the tool is told of: the command is worth knowing in any case.
        const std::string trace = File(label, ".tr");
        std::cout << "Drawn by: utils/tcp-conn-trace ladder " << trace << "\n\n" << std::flush;
        const std::string tool = ShellText(TCP_CONN_TRACE_TOOL);
        const std::string draw =
            "test -r " + tool + " && command -v python3 >/dev/null && python3 ";
        if (std::system((draw + tool + " ladder " + ShellText(trace)).c_str()) != 0)
        {
            std::cout << "(" << TCP_CONN_TRACE_TOOL << " or python3 is missing)\n";
        }
        std::cout << "\n";
    }
    return 0;
}

TcpConnTwoEnds::TcpConnTwoEnds(const TcpConnStackHelper& stack,
                               Time delay,
                               const std::string& forthRules,
                               const std::string& backRules)
    : nodes(2)
{
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    link.SetChannelAttribute("Delay", TimeValue(delay));
    const NetDeviceContainer devices = link.Install(nodes);
    stack.Install(nodes);
    // Before the addresses: their helper installs a queue disc where there is none.
    forth = Impair(forthRules, devices.Get(0));
    back = Impair(backRules, devices.Get(1));
    const auto interfaces = Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);
    client = interfaces.GetAddress(0);
    server = interfaces.GetAddress(1);
}

TcpConnHostLog::TcpConnHostLog(Ptr<Node> node)
{
    auto tcp = node->GetObject<TcpConnL4Protocol>();
    tcp->TraceConnectWithoutContext("Transition", MakeCallback(&TcpConnHostLog::Moved, this));
    tcp->TraceConnectWithoutContext("Tx", MakeCallback(&TcpConnHostLog::Sent, this));
    tcp->TraceConnectWithoutContext("Rx", MakeCallback(&TcpConnHostLog::Received, this));
}

const TcpConnHostLog::Move*
TcpConnHostLog::FirstInto(TcpSocket::TcpStates_t to) const
{
    const auto is = [to](const Move& move) { return move.to == to; };
    const auto found = std::find_if(moves.begin(), moves.end(), is);
    return found == moves.end() ? nullptr : &*found;
}

std::map<std::string, uint32_t>
TcpConnHostLog::SentByFlags(Time since) const
{
    std::map<std::string, uint32_t> counts;
    for (const auto& segment : sent)
    {
        if (segment.time >= since)
        {
            ++counts[segment.flags];
        }
    }
    return counts;
}

void
TcpConnHostLog::Moved(const TcpConnTransition& t)
{
    moves.push_back({t.time, t.id, t.from, t.to, t.Cause(), t.inState});
}

void
TcpConnHostLog::Sent(const TcpConnSegmentEvent& s)
{
    sent.push_back({s.time, s.id, FlagsText(s.segment.flags), s.segment.length});
}

void
TcpConnHostLog::Received(const TcpConnSegmentEvent& s)
{
    received.push_back({s.time, s.id, FlagsText(s.segment.flags), s.segment.length});
}

TcpConnHolding::TcpConnHolding(Ptr<Node> node)
{
    std::istringstream lines(node->GetObject<TcpConnL4Protocol>()->GetConnectionTable());
    std::string id;
    std::string local;
    std::string peer;
    std::string name;
    while (lines >> id >> local >> peer >> name)
    {
        ++states[name];
        ++connections;
    }
    for (int i = 0; i < TcpSocket::LAST_STATE; ++i)
    {
        const auto state = static_cast<TcpSocket::TcpStates_t>(i);
        const auto found = states.find(TcpConnStateName(state));
        bytes += found == states.end() ? 0 : uint64_t{found->second} * BytesIn(state);
    }
}

uint32_t
TcpConnHolding::BytesIn(TcpSocket::TcpStates_t state)
{
    switch (state)
    {
    case TcpSocket::CLOSED:
    case TcpSocket::LISTEN:
        return 0;
    case TcpSocket::SYN_RCVD:
        return TcpConnResources::RecordBytes(TCP_CONN_HALF_OPEN, false);
    case TcpSocket::TIME_WAIT:
        return TcpConnResources::RecordBytes(TCP_CONN_LATE, false);
    default:
        return TcpConnResources::RecordBytes(TCP_CONN_FULL, false) + sizeof(TcpConnSocket);
    }
}

} // namespace ns3
