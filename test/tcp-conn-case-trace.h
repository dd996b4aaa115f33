/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_CASE_TRACE_H
#define TCP_CONN_CASE_TRACE_H

#include "ns3/ptr.h"

#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * Traces of test cases.  Where the environment variable TCP_CONN_TRACE_DIR names a folder, what
 * happens at the hosts of each test case is written to a file of its own there, for the trace
 * checker; otherwise nothing is.
 */

namespace ns3
{

class Node;

namespace TcpConnTest
{

/**
 * Write what happens at a host from now on, until Simulator::Destroy, to the trace of the test case
 * that runs.  To be called as soon as the host has its protocol.
 * @param host a node; one without TcpConnL4Protocol is left alone
 */
void TraceHost(Ptr<Node> host);

/**
 * Begin a trace of this name, in the place of one named by its number.
 * @param name name of the test case
 */
void NameTrace(const std::string& name);

} // namespace TcpConnTest
} // namespace ns3

#endif /* TCP_CONN_CASE_TRACE_H */
