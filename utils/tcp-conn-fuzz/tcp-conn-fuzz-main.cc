/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * The entry of libFuzzer.  TCP_CONN_FUZZ_TARGET is one of the targets of tcp-conn-fuzz.h.
 */

#include "tcp-conn-fuzz.h"

#include <cstdio>
#include <cstdlib>

/** @param data bytes @param size their number @return 0 */
extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string wrong = TcpConnFuzz::TCP_CONN_FUZZ_TARGET(data, size);
    if (!wrong.empty())
    {
        std::fprintf(stderr, "wrong: %s\n", wrong.c_str());
        std::abort();
    }
    return 0;
}
