/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_FUZZ_H
#define TCP_CONN_FUZZ_H

#include <cstddef>
#include <cstdint>
#include <string>

/** @ingroup tcp-conn
 * What a fuzzer feeds: any bytes are a segment on the wire, segments that arrive in some state, or
 * a script of calls, timeouts, errors and segments.
 */
namespace TcpConnFuzz
{

/** A target: takes any bytes and says what is wrong; empty: nothing is. */
using Target = std::string (*)(const uint8_t* data, size_t size);

/**
 * The wire codec: the bytes are parsed; what was parsed is written and parsed again.
 * @param data the bytes
 * @param size their number
 * @return what is wrong
 */
std::string Header(const uint8_t* data, size_t size);

/**
 * Segments against each state: the first byte chooses a state, the others are segments.
 * @param data the bytes
 * @param size their number
 * @return what is wrong
 */
std::string Segments(const uint8_t* data, size_t size);

/**
 * Scripts: calls, timeouts, ICMP errors and segments, from CLOSED on.
 * @param data the bytes
 * @param size their number
 * @return what is wrong
 */
std::string Scripts(const uint8_t* data, size_t size);

} // namespace TcpConnFuzz

#endif /* TCP_CONN_FUZZ_H */
