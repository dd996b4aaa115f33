/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-census.h"

#include "ns3/abort.h"
#include "ns3/gnuplot.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

/**
 * @file
 * @ingroup tcp-conn
 * The files that a census writes: comma-separated values, and charts for gnuplot.
 */

namespace ns3
{

namespace
{

/** @param name name of a file @return the file; ends the program if it cannot be opened */
std::ofstream
Open(const std::string& name)
{
    std::ofstream file(name);
    NS_ABORT_MSG_UNLESS(file, "TcpConnCensus: cannot write " << name);
    return file;
}

/** @param file a file that has been written @param name its name */
void
Close(std::ofstream& file, const std::string& name)
{
    file.close();
    NS_ABORT_MSG_IF(file.fail(), "TcpConnCensus: cannot write " << name);
}

/** @param i number of a state @return its name */
const char*
StateName(std::size_t i)
{
    return TcpConnStateName(static_cast<TcpSocket::TcpStates_t>(i));
}

/** @param i number of a state @return what gnuplot is told of its colour, the same in all charts */
std::string
Colour(std::size_t i)
{
    static const char* const colours[TcpConnCensus::STATES] = {"#999999",
                                                               "#666666",
                                                               "#d62728",
                                                               "#ff7f0e",
                                                               "#2ca02c",
                                                               "#9467bd",
                                                               "#e377c2",
                                                               "#17becf",
                                                               "#8c564b",
                                                               "#bcbd22",
                                                               "#1f77b4"};
    return std::string(" linecolor rgb \"") + colours[i] + "\"";
}

/** @param node id of a host, or ALL @return its name in a column */
std::string
NodeName(uint32_t node)
{
    return node == TcpConnCensus::ALL ? "all" : std::to_string(node);
}

/** @param time a time @return seconds with nine decimals */
std::string
Exact(Time time)
{
    const int64_t ns = time.GetNanoSeconds();
    char text[48];
    std::snprintf(text,
                  sizeof(text),
                  "%lld.%09lld",
                  static_cast<long long>(ns / 1000000000),
                  static_cast<long long>(ns % 1000000000));
    return text;
}

/**
 * @param durations how long things took
 * @param visit called for each that happened: its name and how long it took
 */
template <typename Visit>
void
ForEach(const TcpConnCensus::Durations& durations, const Visit& visit)
{
    const auto one = [&visit](const char* name, const TcpConnDurations& d) {
        if (d.GetCount() > 0)
        {
            visit(name, d);
        }
    };
    one("active-set-up", durations.activeSetUp);
    one("passive-set-up", durations.passiveSetUp);
    one("release", durations.release);
    for (std::size_t i = 0; i < TcpConnCensus::STATES; ++i)
    {
        one(StateName(i), durations.inState[i]);
    }
}

/** @param title title of a chart @param file its file @param x text of an axis @param y same */
Gnuplot
Chart(const std::string& title, const std::string& file, const std::string& x, const std::string& y)
{
    Gnuplot chart(file, title);
    chart.SetTerminal("png size 960,540");
    chart.SetLegend(x, y);
    chart.AppendExtra("set key outside right spacing 1.4\nset grid");
    return chart;
}

/** @param edge edge of a bin @return "20 ms" */
std::string
EdgeName(Time edge)
{
    static const char* const units[] = {"ns", "us", "ms", "s"};
    auto value = static_cast<uint64_t>(edge.GetNanoSeconds());
    std::size_t unit = 0;
    while (unit < 3 && value > 0 && value % 1000 == 0)
    {
        value /= 1000;
        ++unit;
    }
    return std::to_string(value) + " " + units[unit];
}

/** The bins of a histogram that are shown: those with something in them, and those between. */
class Axis
{
  public:
    /** @param all what is shown */
    explicit Axis(const TcpConnDurations& all)
    {
        for (const TcpConnDurations::Bin& bin : all.GetBins())
        {
            // Stays of no time stand beside the others, not decades away.
            if (bin.count > 0 ||
                (!m_places.empty() && m_places.rbegin()->first.IsStrictlyPositive()))
            {
                const std::size_t place = m_places.size();
                m_places[bin.from] = place;
                const auto x = static_cast<double>(place);
                if (bin.from.IsZero())
                {
                    Tic("no time", x);
                    continue;
                }
                Tic(EdgeName(bin.from), x - 0.5);
                Tic(EdgeName(bin.to), x + 0.5);
            }
        }
    }

    /** @return how many there are */
    std::size_t Size() const
    {
        return m_places.size();
    }

    /** @param from lower edge of a bin @return where it is shown */
    double At(Time from) const
    {
        return static_cast<double>(m_places.at(from));
    }

    /** @return what gnuplot is told */
    std::string Extra() const
    {
        return "set xrange [-0.6:" + std::to_string(m_places.size()) + " - 0.4]\nset xtics (" +
               m_tics + ") rotate";
    }

  private:
    /** A tic. @param name its name @param x where it is */
    void Tic(const std::string& name, double x)
    {
        m_tics += (m_tics.empty() ? "\"" : ", \"") + name + "\" " + std::to_string(x);
    }

    std::map<Time, std::size_t> m_places; //!< Places of bins by their lower edges.
    std::string m_tics;                   //!< Names of the edges.
};

/**
 * The histogram of the time in each state: groups of bars, a group for each bin.
 * @param durations how long things took
 * @param prefix beginning of the file's name
 * @return the chart
 */
Gnuplot
TimesChart(const TcpConnCensus::Durations& durations, const std::string& prefix)
{
    TcpConnDurations all;
    std::vector<std::size_t> shown;
    for (std::size_t i = TcpSocket::LISTEN + 1; i < TcpConnCensus::STATES; ++i)
    {
        all.Merge(durations.inState[i]);
        if (durations.inState[i].GetCount() > 0)
        {
            shown.push_back(i);
        }
    }
    const Axis axis(all);
    Gnuplot chart = Chart("Time in each state", prefix + "-times.png", "Time", "Stays");
    chart.AppendExtra("set logscale y\nset yrange [0.5:*]\n" + axis.Extra());
    const double width = 0.9 / static_cast<double>(std::max<std::size_t>(shown.size(), 1));
    const int pixels = static_cast<int>(680 * width / static_cast<double>(axis.Size() + 1));
    for (std::size_t k = 0; k < shown.size(); ++k)
    {
        Gnuplot2dDataset bars(StateName(shown[k]));
        bars.SetStyle(Gnuplot2dDataset::IMPULSES);
        bars.SetExtra("linewidth " + std::to_string(std::max(1, pixels)) + Colour(shown[k]));
        for (const TcpConnDurations::Bin& bin : durations.inState[shown[k]].GetBins())
        {
            if (bin.count > 0)
            {
                bars.Add(axis.At(bin.from) - 0.45 + (static_cast<double>(k) + 0.5) * width,
                         static_cast<double>(bin.count));
            }
        }
        chart.AddDataset(bars);
    }
    return chart;
}

/**
 * The distribution of set-up and release.
 * @param durations how long things took
 * @param prefix beginning of the file's name
 * @return the chart
 */
Gnuplot
LatencyChart(const TcpConnCensus::Durations& durations, const std::string& prefix)
{
    Gnuplot chart =
        Chart("Set-up and release", prefix + "-latency.png", "Time in s", "Part of connections");
    const auto add = [&chart](const std::string& name, const TcpConnDurations& d) {
        Gnuplot2dDataset line(name);
        line.SetStyle(Gnuplot2dDataset::LINES);
        line.SetExtra("linewidth 2");
        double part = 0;
        for (const auto& [time, upTo] : d.GetDistribution())
        {
            const double x = std::max(time, NanoSeconds(1)).GetSeconds(); // it has a logarithm
            line.Add(x, part);
            line.Add(x, upTo);
            part = upTo;
        }
        if (d.GetCount() > 0)
        {
            chart.AddDataset(line);
        }
    };
    add("set-up, active", durations.activeSetUp);
    add("set-up, passive", durations.passiveSetUp);
    add("release", durations.release);
    TcpConnDurations all = durations.activeSetUp;
    all.Merge(durations.passiveSetUp);
    all.Merge(durations.release);
    std::ostringstream extra;
    extra << "set logscale x\nset yrange [0:1.02]\nset format x \"%g\"\nset xrange ["
          << std::max(all.GetMin(), NanoSeconds(2)).GetSeconds() / 2 << ":"
          << std::max(all.GetMax(), NanoSeconds(2)).GetSeconds() * 2 << "]";
    chart.AppendExtra(extra.str());
    return chart;
}

/** @param chart a chart that is written @param os where */
void
Write(Gnuplot& chart, std::ostream& os)
{
    chart.GenerateOutput(os);
    os << "reset\n\n";
}

} // namespace

void
TcpConnCensus::WriteCsv(const std::string& prefix)
{
    CatchUp();
    std::vector<uint32_t> nodes = Nodes();
    nodes.insert(nodes.begin(), ALL);

    std::ofstream states = Open(prefix + "-states.csv");
    states << "time,node";
    for (std::size_t i = TcpSocket::LISTEN; i < STATES; ++i)
    {
        states << ',' << StateName(i);
    }
    states << '\n';
    std::ofstream durations = Open(prefix + "-durations.csv");
    durations << "node,what,count,min,q10,q25,q50,q75,q90,q99,max,mean\n";
    std::ofstream histogram = Open(prefix + "-histogram.csv");
    histogram << "node,what,from,to,count\n";
    for (const uint32_t node : nodes)
    {
        VisitSteps(node, [&states](Time time, uint32_t whose, const Counts& counts) {
            states << Exact(time) << ',' << NodeName(whose);
            for (std::size_t i = TcpSocket::LISTEN; i < STATES; ++i)
            {
                states << ',' << counts[i];
            }
            states << '\n';
        });
        ForEach(GetDurations(node), [&](const char* name, const TcpConnDurations& d) {
            const std::string whose = NodeName(node) + ',' + name + ',';
            durations << whose << d.GetCount() << ',' << Exact(d.GetMin());
            for (const double p : {0.1, 0.25, 0.5, 0.75, 0.9, 0.99})
            {
                durations << ',' << Exact(d.GetQuantile(p));
            }
            durations << ',' << Exact(d.GetMax()) << ',' << Exact(d.GetMean()) << '\n';
            for (const TcpConnDurations::Bin& bin : d.GetBins())
            {
                histogram << whose << Exact(bin.from) << ',' << Exact(bin.to) << ',' << bin.count
                          << '\n';
            }
        });
    }
    Close(states, prefix + "-states.csv");
    Close(durations, prefix + "-durations.csv");
    Close(histogram, prefix + "-histogram.csv");
}

void
TcpConnCensus::WriteCharts(const std::string& prefix)
{
    CatchUp();
    std::ofstream file = Open(prefix + ".plt");
    file << "# Charts of connections: gnuplot " << prefix << ".plt\n\n";
    const Durations durations = GetDurations();

    // A chart of nothing is an error for gnuplot.
    bool any = false;
    Gnuplot states = StatesChart(prefix, any);
    if (any)
    {
        Write(states, file);
    }
    if (std::any_of(durations.inState.begin(),
                    durations.inState.end(),
                    [](const TcpConnDurations& d) { return d.GetCount() > 0; }))
    {
        Gnuplot times = TimesChart(durations, prefix);
        Write(times, file);
    }
    if (durations.activeSetUp.GetCount() + durations.passiveSetUp.GetCount() +
            durations.release.GetCount() >
        0)
    {
        Gnuplot latency = LatencyChart(durations, prefix);
        Write(latency, file);
    }
    Close(file, prefix + ".plt");
}

Gnuplot
TcpConnCensus::StatesChart(const std::string& prefix, bool& any) const
{
    Gnuplot states =
        Chart("Connections by state", prefix + "-states.png", "Time in s", "Connections");
    const double end =
        static_cast<double>(std::max<int64_t>(m_next - 1, 1)) * m_interval.GetSeconds();
    states.AppendExtra("set yrange [0:*]\nset xrange [0:" + std::to_string(end) + "]");
    for (std::size_t i = TcpSocket::LISTEN + 1; i < STATES; ++i)
    {
        Gnuplot2dDataset line(StateName(i));
        line.SetStyle(Gnuplot2dDataset::STEPS);
        line.SetExtra("linewidth 2" + Colour(i));
        bool shown = false;
        VisitSteps(ALL, [&](Time time, uint32_t /* node */, const Counts& counts) {
            shown = shown || counts[i] > 0;
            line.Add(time.GetSeconds(), counts[i]);
        });
        if (shown)
        {
            any = true;
            states.AddDataset(line);
        }
    }
    return states;
}

} // namespace ns3
