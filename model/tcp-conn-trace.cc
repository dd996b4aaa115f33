/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-trace.h"

namespace ns3
{

const char*
TcpConnStateName(TcpSocket::TcpStates_t state)
{
    switch (state)
    {
    case TcpSocket::CLOSED:
        return "CLOSED";
    case TcpSocket::LISTEN:
        return "LISTEN";
    case TcpSocket::SYN_SENT:
        return "SYN-SENT";
    case TcpSocket::SYN_RCVD:
        return "SYN-RECEIVED";
    case TcpSocket::ESTABLISHED:
        return "ESTABLISHED";
    case TcpSocket::CLOSE_WAIT:
        return "CLOSE-WAIT";
    case TcpSocket::LAST_ACK:
        return "LAST-ACK";
    case TcpSocket::FIN_WAIT_1:
        return "FIN-WAIT-1";
    case TcpSocket::FIN_WAIT_2:
        return "FIN-WAIT-2";
    case TcpSocket::CLOSING:
        return "CLOSING";
    case TcpSocket::TIME_WAIT:
        return "TIME-WAIT";
    case TcpSocket::LAST_STATE:
        break;
    }
    return "?";
}

} // namespace ns3
