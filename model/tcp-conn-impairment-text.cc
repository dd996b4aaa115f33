/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-impairment-text-private.h"

#include "ns3/object-factory.h"
#include "ns3/string.h"
#include "ns3/type-id.h"

#include <arpa/inet.h>
#include <cstdlib>
#include <map>
#include <sstream>

namespace ns3
{
namespace TcpConnImpairmentText
{

using Range = TcpConnImpairmentRange;
using Endpoint = TcpConnImpairmentEndpoint;

namespace
{

/// Seconds in each unit of time.
const std::map<std::string, double> UNITS = {
    {"y", 365 * 86400.0},
    {"d", 86400},
    {"h", 3600},
    {"min", 60},
    {"s", 1},
    {"ms", 1e-3},
    {"us", 1e-6},
    {"ns", 1e-9},
    {"ps", 1e-12},
    {"fs", 1e-15},
};

/** @return the text is a host of the IP version, with or without a prefix length, and that */
bool
ReadAddress(const std::string& text, bool ipv6, Endpoint& end)
{
    end.family = ipv6 ? Endpoint::Family::IPV6 : Endpoint::Family::IPV4;
    std::size_t slash = text.find('/');
    uint32_t most = ipv6 ? 128 : 32;
    end.prefix = most;
    if (slash != text.npos &&
        (!ReadNumber(text.substr(slash + 1), end.prefix) || end.prefix > most))
    {
        return false;
    }
    std::size_t skipped = ipv6 ? 0 : 12;
    end.address = {};
    if (!ipv6)
    {
        end.address[10] = end.address[11] = 0xff;
        end.prefix += 96;
    }
    return inet_pton(ipv6 ? AF_INET6 : AF_INET,
                     text.substr(0, slash).c_str(),
                     &end.address[skipped]) == 1;
}

/** @return the text can be the value of an attribute, as far as ns-3 would abort if it cannot */
bool
CanBe(const std::string& text, const AttributeChecker& checker)
{
    std::string type = checker.GetValueTypeName();
    if (type != "ns3::DoubleValue" && type != "ns3::IntegerValue")
    {
        return true;
    }
    char* end = nullptr;
    if (type == "ns3::IntegerValue")
    {
        std::strtoll(text.c_str(), &end, 10);
    }
    else
    {
        std::strtod(text.c_str(), &end);
    }
    return !text.empty() && *end == 0;
}

} // namespace

bool
ReadDecimal(const std::string& text, double& value)
{
    std::size_t digits = 0;
    std::size_t points = 0;
    for (char c : text)
    {
        digits += c >= '0' && c <= '9' ? 1 : 0;
        points += c == '.' ? 1 : 0;
    }
    if (digits == 0 || points > 1 || digits + points != text.size())
    {
        return false;
    }
    std::istringstream(text) >> value;
    return true;
}

bool
ReadNumber(const std::string& text, uint32_t& value)
{
    if (text.empty() || text.size() > 10 || text.find_first_not_of("0123456789") != text.npos)
    {
        return false;
    }
    uint64_t number = std::strtoull(text.c_str(), nullptr, 10);
    value = static_cast<uint32_t>(number);
    return number <= UINT32_MAX;
}

bool
ReadRange(const std::string& text, Range& range)
{
    std::size_t dash = text.find('-');
    if (!ReadNumber(text.substr(0, dash), range.first))
    {
        return false;
    }
    range.last = dash == text.npos ? range.first : UINT32_MAX;
    return dash == text.npos || dash + 1 == text.size() ||
           ReadNumber(text.substr(dash + 1), range.last);
}

bool
ReadTime(const std::string& text, Time& time)
{
    std::size_t end = text.find_first_not_of("0123456789.");
    double number = 0;
    if (end == text.npos || !ReadDecimal(text.substr(0, end), number))
    {
        return false;
    }
    auto unit = UNITS.find(text.substr(end));
    // Half of what there is: the time of an event is the sum of two.
    if (unit == UNITS.end() || number * unit->second > Time::Max().GetSeconds() / 2)
    {
        return false;
    }
    time = Time(text);
    return true;
}

bool
ReadRandom(const std::string& text, Ptr<RandomVariableStream>& random)
{
    std::size_t open = text.find('[');
    TypeId tid;
    if (!TypeId::LookupByNameFailSafe(text.substr(0, open), &tid) ||
        !tid.IsChildOf(RandomVariableStream::GetTypeId()) || !tid.HasConstructor() ||
        (open != text.npos && text.back() != ']'))
    {
        return false;
    }
    ObjectFactory factory;
    factory.SetTypeId(tid);
    std::string values = open == text.npos ? "" : text.substr(open + 1, text.size() - open - 2);
    std::istringstream stream(values);
    for (std::string pair; std::getline(stream, pair, '|');)
    {
        std::size_t equals = pair.find('=');
        TypeId::AttributeInformation info;
        if (equals == pair.npos || !tid.LookupAttributeByName(pair.substr(0, equals), &info))
        {
            return false;
        }
        StringValue value(pair.substr(equals + 1));
        if (!CanBe(value.Get(), *info.checker) || !info.checker->CreateValidValue(value))
        {
            return false;
        }
        factory.Set(info.name, value);
    }
    random = factory.Create<RandomVariableStream>();
    return true;
}

bool
ReadEndpoint(const std::string& text, Endpoint& end)
{
    if (text.empty())
    {
        return false;
    }
    bool bracket = text[0] == '[';
    std::size_t close = bracket ? text.find(']') : 0;
    if (close == text.npos)
    {
        return false;
    }
    std::size_t colon = text.find(':', close);
    std::string host = text.substr(0, colon);
    if (bracket)
    {
        if (colon != text.npos ? colon != close + 1 : close + 1 != text.size())
        {
            return false;
        }
        host = text.substr(1, close - 1);
    }
    if (bracket || (host != "*" && !host.empty()))
    {
        if (!ReadAddress(host, bracket, end))
        {
            return false;
        }
    }
    if (colon == text.npos)
    {
        return true;
    }
    std::string port = text.substr(colon + 1);
    Range range;
    if (port == "*")
    {
        return true;
    }
    if (!ReadRange(port, range) || range.first > 65535 || range.last < range.first)
    {
        return false;
    }
    end.port = range;
    return true;
}

} // namespace TcpConnImpairmentText
} // namespace ns3
