/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_OPTION_H
#define TCP_CONN_OPTION_H

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace ns3
{

/**
 * Ends the program with a message and exit code 1, as ns3::CommandLine does, unless an option has a
 * value that the program can work with.
 * @param legal whether it has
 * @param name the option, without "--"
 * @param takes what it takes, with the unit: "1 to 1000 clients"
 */
inline void
TcpConnCheckOption(bool legal, const std::string& name, const std::string& takes)
{
    if (!legal)
    {
        std::cerr << "Invalid value: --" << name << " takes " << takes << std::endl;
        std::exit(1);
    }
}

/**
 * Reads an option that is a list of numbers; a wrong one ends the program, see TcpConnCheckOption.
 * @param name the option, without "--"
 * @param list numbers, separated by commas
 * @param least the least number
 * @param most the greatest number
 * @param unit what the numbers are
 * @return the numbers
 */
inline std::vector<double>
TcpConnReadNumbers(const std::string& name,
                   const std::string& list,
                   double least,
                   double most,
                   const std::string& unit)
{
    std::vector<double> numbers;
    std::ostringstream takes;
    takes << least << " to " << most << " " << unit << ", separated by commas, not \"" << list
          << "\"";
    std::istringstream words(list + ",");
    for (std::string word; std::getline(words, word, ',');)
    {
        std::istringstream in(word);
        double number = 0;
        const bool read = static_cast<bool>(in >> number) && in.peek() == EOF;
        TcpConnCheckOption(read && number >= least && number <= most, name, takes.str());
        numbers.push_back(number);
    }
    return numbers;
}

} // namespace ns3

#endif /* TCP_CONN_OPTION_H */
