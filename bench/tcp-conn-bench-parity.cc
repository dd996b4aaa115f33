/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Goodput of this module's TCP beside ns-3's own in one run: each congestion control on each path,
 * and the share of a bottleneck that the two have against each other, as tables of
 * reStructuredText.  With --window, congestion windows over time instead, for gnuplot.
 */

#include "../examples/tcp-conn-option.h"
#include "../test/tcp-conn-parity.h"

#include "ns3/abort.h"
#include "ns3/command-line.h"

#include <cmath>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::TcpConnTest;

namespace
{

constexpr int64_t WINDOW_STEP = 1448; //!< Changes of the window that are printed: a segment.

/// Widths of the columns of a table.
using Widths = std::vector<int>;

/** The line above, below and between the parts of a table.  @param widths of its columns */
void
Rule(const Widths& widths)
{
    for (const int& width : widths)
    {
        std::cout << (&width == &widths.front() ? "" : "  ") << std::string(width, '=');
    }
    std::cout << "\n";
}

/** A line of a table.  @param widths of its columns @param cells their text */
void
Row(const Widths& widths, const std::vector<std::string>& cells)
{
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i)
    {
        line += cells[i] + std::string(widths[i] + 2 - cells[i].size(), ' ');
    }
    std::cout << line.substr(0, line.find_last_not_of(' ') + 1) << std::endl;
}

/** @param value a number @param digits after the point @return its text */
std::string
Fixed(double value, int digits)
{
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

/** Print the table of a path.  @param path the path @param controls the congestion controls */
void
PrintPath(const ParityPath& path, const std::vector<std::string>& controls)
{
    const Widths widths{12, 8, 8, 16, 5, 14, 14};
    std::cout << "\n" << path.name << ", transfers of " << path.seconds << " s\n\n";
    Rule(widths);
    Row(widths,
        {"control", "ns-3's", "module", "ratio", "seeds", "recoveries/min", "timeouts/min"});
    Rule(widths);
    for (const std::string& control : controls)
    {
        const ParityResult r = ParityCompare(control, path);
        Row(widths,
            {control,
             Fixed(r.stock.goodput, 3),
             Fixed(r.ours.goodput, 3),
             Fixed(r.ratio, 3) + " +- " + Fixed(r.error, 3),
             std::to_string(r.seeds),
             Fixed(r.stock.recoveries, 1) + " : " + Fixed(r.ours.recoveries, 1),
             Fixed(r.stock.timeouts, 1) + " : " + Fixed(r.ours.timeouts, 1)});
    }
    Rule(widths);
}

/** Print the table of shares.  @param controls the congestion controls */
void
PrintShares(const std::vector<std::string>& controls)
{
    const Widths widths{12, 16, 5};
    std::cout << "\nshares\n\n";
    Rule(widths);
    Row(widths, {"control", "module : ns-3's", "pairs"});
    Rule(widths);
    for (const std::string& control : controls)
    {
        const ParityShares shares = ParityShare(control);
        Row(widths,
            {control,
             Fixed(shares.ratio, 3) + " +- " + Fixed(shares.error, 3),
             std::to_string(shares.pairs)});
    }
    Rule(widths);
}

/** Print congestion windows, two blocks.  @param path the path @param control the control */
void
PrintWindows(const ParityPath& path, const std::string& control)
{
    for (const ParityStack stack : {ParityStack::STOCK, ParityStack::OURS})
    {
        std::cout << (stack == ParityStack::STOCK ? "# ns-3's own: " : "# this module: ") << control
                  << ", " << path.name << "\n";
        int64_t shown = 0;
        ParityTransfer(stack, control, path, 1, [&](double seconds, uint32_t bytes) {
            if (std::abs(shown - bytes) >= WINDOW_STEP)
            {
                std::cout << seconds << " " << bytes << "\n";
                shown = bytes;
            }
        });
        std::cout << "\n\n";
    }
}

/**
 * Ends the program unless there are such.
 * @param path a path, all or shares
 * @param control a congestion control, or all
 * @param one only one path and control are legal
 */
void
CheckChoices(const std::string& path, const std::string& control, bool one)
{
    bool known = !one && (path == "all" || path == "shares");
    std::string paths = one ? "" : "all, shares, ";
    for (const ParityPath& each : ParityPaths())
    {
        known = known || path == each.name;
        paths += each.name + ", ";
    }
    TcpConnCheckOption(known, "path", paths + "not \"" + path + "\"");
    known = !one && control == "all";
    std::string controls = one ? "" : "all, ";
    for (const std::string& each : ParityControls())
    {
        known = known || control == each;
        controls += each + ", ";
    }
    TcpConnCheckOption(known, "control", controls + "not \"" + control + "\"");
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string path = "all";
    std::string control = "all";
    bool window = false;
    CommandLine cmd(__FILE__);
    cmd.Usage("The same transfers with this TCP and with ns-3's own: goodput and what it took.");
    cmd.AddValue("path", "a path, all of them, or shares", path);
    cmd.AddValue("control", "a congestion control, such as TcpCubic, or all", control);
    cmd.AddValue("window", "print congestion windows of one path and control", window);
    cmd.Parse(argc, argv);
    CheckChoices(path, control, window);
    if (window)
    {
        PrintWindows(ParityPathOf(path), control);
        return 0;
    }
    const std::vector<std::string> controls =
        control == "all" ? ParityControls() : std::vector<std::string>{control};
    for (const ParityPath& each : ParityPaths())
    {
        if (path == "all" || path == each.name)
        {
            PrintPath(each, controls);
        }
    }
    if (path == "all" || path == "shares")
    {
        PrintShares(controls);
    }
    return 0;
}
