/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_IMPAIRMENT_TEXT_PRIVATE_H
#define TCP_CONN_IMPAIRMENT_TEXT_PRIVATE_H

#include "tcp-conn-impairment-rule.h"

#include <string>

namespace ns3
{

/**
 * @ingroup tcp-conn
 * The values in the text of an impairment rule.  Each of these says whether the whole text is such
 * a value; if it is not, what was given for the value is unspecified.
 */
namespace TcpConnImpairmentText
{

/** A decimal number without sign or exponent. */
bool ReadDecimal(const std::string& text, double& value);
/** A number that fits in 32 bits. */
bool ReadNumber(const std::string& text, uint32_t& value);
/** Numbers: "a", "a-" or "a-b". */
bool ReadRange(const std::string& text, TcpConnImpairmentRange& range);
/** A time with its unit, at most half of what ns3::Time can tell. */
bool ReadTime(const std::string& text, Time& time);
/** A random variable with its attributes. */
bool ReadRandom(const std::string& text, Ptr<RandomVariableStream>& random);
/** An end of a conversation. */
bool ReadEndpoint(const std::string& text, TcpConnImpairmentEndpoint& end);

} // namespace TcpConnImpairmentText
} // namespace ns3

#endif /* TCP_CONN_IMPAIRMENT_TEXT_PRIVATE_H */
