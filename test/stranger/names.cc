/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Names the protocol as text only: no symbol of the library is used, and it must be linked.
 */

#include "ns3/core-module.h"
#include "ns3/tcp-conn-module.h"

int
main()
{
    std::cout << ns3::TypeId::LookupByName("ns3::TcpConnL4Protocol").GetName() << std::endl;
}
