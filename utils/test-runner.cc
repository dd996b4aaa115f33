/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * The test runner of a stand-alone build.  In an ns-3 tree, ns-3's own runs the suites.
 */

#include "ns3/test.h"

int
main(int argc, char* argv[])
{
    return ns3::TestRunner::Run(argc, argv);
}
