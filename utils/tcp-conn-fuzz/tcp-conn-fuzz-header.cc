/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-fuzz.h"

#include "ns3/buffer.h"
#include "ns3/tcp-conn-header.h"

#include <sstream>
#include <vector>

namespace TcpConnFuzz
{

using namespace ns3;

std::string
Header(const uint8_t* data, size_t size)
{
    const auto length = static_cast<uint32_t>(size);
    TcpConnHeader first;
    if (!first.Decode(data, length))
    {
        return first.GetParseResult() == TcpConnParse::OK ? "refused, and no reason given" : "";
    }
    std::ostringstream shown;
    first.Print(shown);
    TcpConnHeader::Checksum(TcpConnIp(), TcpConnIp(), false, data, length);
    // The same bytes in a buffer of ns-3.
    Buffer buffer;
    buffer.AddAtStart(length);
    buffer.Begin().Write(data, length);
    TcpConnHeader read;
    const uint32_t taken = read.Deserialize(buffer.Begin());
    if (taken < TcpConnHeader::MIN_SIZE || taken > TcpConnHeader::MAX_SIZE || taken > length)
    {
        return "a header of " + std::to_string(taken) + " bytes";
    }
    // What was understood is written, and then says the same.
    std::vector<uint8_t> bytes(TcpConnHeader::MAX_SIZE);
    const uint32_t written = first.Encode(bytes.data());
    TcpConnHeader second;
    if (!second.Decode(bytes.data(), written) || second.OptionsMalformed())
    {
        return "what was written is no header";
    }
    std::vector<uint8_t> again(TcpConnHeader::MAX_SIZE);
    if (second.Encode(again.data()) != written || again != bytes)
    {
        return "written twice, it is not the same";
    }
    return "";
}

} // namespace TcpConnFuzz
