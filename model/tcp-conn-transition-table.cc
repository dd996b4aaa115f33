/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-transition-table.h"

#include "tcp-conn-trace.h"

#include "ns3/abort.h"

#include <map>
#include <set>

namespace ns3
{

namespace
{

using Ev = TcpConnEvent;
using Gu = TcpConnGuard;
using Ac = TcpConnAction;

constexpr int SAME = TcpConnRule::SAME;
constexpr auto NEXT = TcpConnThen::NEXT;
constexpr auto DROP = TcpConnThen::DROP;
constexpr auto DONE = TcpConnThen::DONE;

constexpr uint16_t C = TcpConnRule::In(TcpSocket::CLOSED);
constexpr uint16_t L = TcpConnRule::In(TcpSocket::LISTEN);
constexpr uint16_t SS = TcpConnRule::In(TcpSocket::SYN_SENT);
constexpr uint16_t SR = TcpConnRule::In(TcpSocket::SYN_RCVD);
constexpr uint16_t E = TcpConnRule::In(TcpSocket::ESTABLISHED);
constexpr uint16_t F1 = TcpConnRule::In(TcpSocket::FIN_WAIT_1);
constexpr uint16_t F2 = TcpConnRule::In(TcpSocket::FIN_WAIT_2);
constexpr uint16_t CW = TcpConnRule::In(TcpSocket::CLOSE_WAIT);
constexpr uint16_t CL = TcpConnRule::In(TcpSocket::CLOSING);
constexpr uint16_t LA = TcpConnRule::In(TcpSocket::LAST_ACK);
constexpr uint16_t TW = TcpConnRule::In(TcpSocket::TIME_WAIT);
constexpr uint16_t SYNCHRONISED = E | F1 | F2 | CW | CL | LA | TW;
constexpr uint16_t ALL = C | L | SS | SR | SYNCHRONISED;

constexpr int CLOSED = TcpSocket::CLOSED;
constexpr int LISTEN = TcpSocket::LISTEN;
constexpr int SYN_SENT = TcpSocket::SYN_SENT;
constexpr int SYN_RECEIVED = TcpSocket::SYN_RCVD;
constexpr int ESTABLISHED = TcpSocket::ESTABLISHED;
constexpr int FIN_WAIT_1 = TcpSocket::FIN_WAIT_1;
constexpr int FIN_WAIT_2 = TcpSocket::FIN_WAIT_2;
constexpr int CLOSE_WAIT = TcpSocket::CLOSE_WAIT;
constexpr int CLOSING = TcpSocket::CLOSING;
constexpr int LAST_ACK = TcpSocket::LAST_ACK;
constexpr int TIME_WAIT = TcpSocket::TIME_WAIT;

// clang-format off
/**
 * The whole machine.  States x events, each cell once and total: its rows are tried from top to
 * bottom, the last has no condition.  The clause is a section of RFC 9293 unless it names another.
 */
const TcpConnRule RULES[] = {
// User calls
{C,           Ev::PASSIVE_OPEN, Gu::ALWAYS, LISTEN,   Ac::START_LISTENING,     DONE, "3.10.1"},
{L,           Ev::PASSIVE_OPEN, Gu::ALWAYS, SAME,     Ac::NOTHING,             DONE, "3.10.1"},
{ALL & ~(C|L),Ev::PASSIVE_OPEN, Gu::ALWAYS, SAME,     Ac::ERROR_CONNECTED,     DONE, "3.10.1"},
{C | L,       Ev::ACTIVE_OPEN,  Gu::ALWAYS, SYN_SENT, Ac::SEND_SYN,            DONE, "3.10.1"},
{ALL & ~(C|L),Ev::ACTIVE_OPEN,  Gu::ALWAYS, SAME,     Ac::ERROR_CONNECTED,     DONE, "3.10.1"},
{C | L,       Ev::SEND,         Gu::ALWAYS, SAME,     Ac::ERROR_NOT_CONNECTED, DONE, "3.10.2"},
{SS | SR,     Ev::SEND,         Gu::ALWAYS, SAME,     Ac::QUEUE_TEXT,          DONE, "3.10.2"},
{E | CW,      Ev::SEND,         Gu::ALWAYS, SAME,     Ac::QUEUE_AND_SEND,      DONE, "3.10.2"},
{F1|F2|CL|LA|TW, Ev::SEND,      Gu::ALWAYS, SAME,     Ac::ERROR_CLOSING,       DONE, "3.10.2"},
{C | L,       Ev::RECEIVE,      Gu::ALWAYS, SAME,     Ac::ERROR_NOT_CONNECTED, DONE, "3.10.3"},
{SS | SR,     Ev::RECEIVE,      Gu::ALWAYS, SAME,     Ac::ERROR_AGAIN,         DONE, "3.10.3"},
{E | F1 | F2, Ev::RECEIVE,      Gu::ALWAYS, SAME,     Ac::DELIVER,             DONE, "3.10.3"},
{CW|CL|LA|TW, Ev::RECEIVE,      Gu::ALWAYS, SAME,     Ac::END_OF_STREAM,       DONE, "3.10.3"},
{C,           Ev::CLOSE, Gu::ALWAYS,         SAME,       Ac::ERROR_NOT_CONNECTED, DONE, "3.10.4"},
{L | SS,      Ev::CLOSE, Gu::ALWAYS,         CLOSED,     Ac::DELETE_TCB,       DONE, "3.10.4"},
{SR|E|F1|F2|CW|CL|LA, Ev::CLOSE, Gu::ABRUPT, CLOSED,     Ac::RESET_PEER,       DONE, "3.6.1"},
{SR,          Ev::CLOSE, Gu::NOTHING_QUEUED, FIN_WAIT_1, Ac::QUEUE_FIN,        DONE, "3.10.4"},
{SR,          Ev::CLOSE, Gu::ALWAYS,         SAME,       Ac::QUEUE_FIN,        DONE, "3.10.4"},
{E,           Ev::CLOSE, Gu::ALWAYS,         FIN_WAIT_1, Ac::QUEUE_FIN,        DONE, "3.10.4"},
{CW,          Ev::CLOSE, Gu::ALWAYS,         LAST_ACK,   Ac::QUEUE_FIN,        DONE, "3.10.4"},
{F1|F2|CL|LA|TW, Ev::CLOSE, Gu::ALWAYS,      SAME,       Ac::STAY_CLOSING,     DONE, "3.10.4"},
{C,              Ev::ABORT,  Gu::ALWAYS, SAME,   Ac::ERROR_NOT_CONNECTED,      DONE, "3.10.5"},
{L | SS,         Ev::ABORT,  Gu::ALWAYS, CLOSED, Ac::DELETE_TCB,               DONE, "3.10.5"},
{SR|E|F1|F2|CW,  Ev::ABORT,  Gu::ALWAYS, CLOSED, Ac::RESET_PEER,               DONE, "3.10.5"},
{CL | LA | TW,   Ev::ABORT,  Gu::ALWAYS, CLOSED, Ac::DELETE_TCB,               DONE, "3.10.5"},
{ALL,            Ev::STATUS, Gu::ALWAYS, SAME,   Ac::NOTHING,                  DONE, "3.10.6"},
// A segment arrives: sequence number
{C | L | SS,  Ev::SEQUENCE, Gu::ALWAYS,          SAME,   Ac::NOTHING,          NEXT, "3.10.7"},
{TW,          Ev::SEQUENCE, Gu::NEW_INCARNATION, CLOSED, Ac::REINCARNATE,      DONE, "RFC 6191"},
{SR | SYNCHRONISED, Ev::SEQUENCE, Gu::MISSING_TIMESTAMP, SAME, Ac::NOTHING, DROP, "RFC 7323 3.2"},
{SR,          Ev::SEQUENCE, Gu::CROSSED_SYN_ACK, SAME,   Ac::TRIM_SYN,         NEXT, "3.5 figure 7"},
{SR,          Ev::SEQUENCE, Gu::REPEATED_SYN,    SAME,   Ac::REPEAT_SYN_ACK,   DROP, "3.10.7.4"},
{SR,          Ev::SEQUENCE, Gu::ACCEPTABLE,      SAME,   Ac::NOTE_SEGMENT,     NEXT, "3.10.7.4"},
{SR,          Ev::SEQUENCE, Gu::RST_BIT,         SAME,   Ac::NOTHING,          DROP, "3.10.7.4"},
{SR,          Ev::SEQUENCE, Gu::EDGE,            SAME,   Ac::TRIM_TEXT,        NEXT, "3.10.7.4"},
{SR,          Ev::SEQUENCE, Gu::ALWAYS,          SAME,   Ac::SEND_ACK,         DROP, "3.10.7.4"},
{E|F1|F2|CW|CL|LA, Ev::SEQUENCE, Gu::ACCEPTABLE, SAME,   Ac::NOTE_SEGMENT,     NEXT, "3.10.7.4"},
{E|F1|F2|CW|CL|LA, Ev::SEQUENCE, Gu::RST_BIT,    SAME,   Ac::NOTHING,          DROP, "3.10.7.4"},
{E|F1|F2|CW|CL|LA, Ev::SEQUENCE, Gu::EDGE,       SAME,   Ac::TRIM_TEXT,        NEXT, "3.10.7.4"},
{E|F1|F2|CW|CL|LA, Ev::SEQUENCE, Gu::ALWAYS,     SAME,   Ac::SEND_ACK,         DROP, "3.10.7.4"},
{TW,          Ev::SEQUENCE, Gu::ACCEPTABLE,      SAME,   Ac::NOTE_SEGMENT,     NEXT, "3.10.7.4"},
{TW,          Ev::SEQUENCE, Gu::RST_BIT,         SAME,   Ac::NOTHING,          DROP, "RFC 1337"},
{TW,          Ev::SEQUENCE, Gu::REPEATED_FIN,    SAME,   Ac::ACK_AND_RESTART,  DROP, "3.10.7.4"},
{TW,          Ev::SEQUENCE, Gu::ALWAYS,          SAME,   Ac::SEND_ACK,         DROP, "3.10.7.4"},
// RST
{C | L,        Ev::RST, Gu::ALWAYS,              SAME,   Ac::NOTHING,          DROP, "3.10.7.1"},
{SS,           Ev::RST, Gu::ACK_BIT,             CLOSED, Ac::REFUSED_BY_PEER,  DONE, "3.10.7.3"},
{SS,           Ev::RST, Gu::ALWAYS,              SAME,   Ac::NOTHING,          DROP, "3.10.7.3"},
{SR,           Ev::RST, Gu::RESET_VALID_PASSIVE, LISTEN, Ac::FORGET_HALF_OPEN, DONE, "3.10.7.4"},
{SR,           Ev::RST, Gu::RESET_VALID,         CLOSED, Ac::REFUSED_BY_PEER,  DONE, "3.10.7.4"},
{SR,           Ev::RST, Gu::ALWAYS,              SAME,   Ac::CHALLENGE_ACK,    DROP, "RFC 5961 3.2"},
{E|F1|F2|CW|CL|LA, Ev::RST, Gu::RESET_VALID,     CLOSED, Ac::RESET_BY_PEER,    DONE, "3.10.7.4"},
{E|F1|F2|CW|CL|LA, Ev::RST, Gu::ALWAYS,          SAME,   Ac::CHALLENGE_ACK,    DROP, "RFC 5961 3.2"},
{TW,           Ev::RST, Gu::ALWAYS,              SAME,   Ac::NOTHING,          DROP, "RFC 1337"},
// SYN
{C,            Ev::SYN, Gu::ALWAYS,       SAME,         Ac::NOTHING,           DROP, "3.10.7.1"},
{L,            Ev::SYN, Gu::NOT_ADMITTED, SAME,         Ac::NOTHING,           DROP, "RFC 4987"},
{L,            Ev::SYN, Gu::REFUSED,      SAME,         Ac::RESET_REPLY,       DROP, "3.10.7.2"},
{L,            Ev::SYN, Gu::ALWAYS,       SYN_RECEIVED, Ac::OPEN_HALF,         NEXT, "3.10.7.2"},
{SS,           Ev::SYN, Gu::SYN_ACKED,    ESTABLISHED,  Ac::TAKE_SYN_ACK,      NEXT, "3.10.7.3"},
{SS,           Ev::SYN, Gu::ALWAYS,       SYN_RECEIVED, Ac::TAKE_CROSSING_SYN, NEXT, "3.10.7.3"},
{SR,           Ev::SYN, Gu::PASSIVE,      LISTEN,       Ac::FORGET_HALF_OPEN,  DROP, "3.10.7.4"},
{SR | SYNCHRONISED, Ev::SYN, Gu::ALWAYS,  SAME,         Ac::CHALLENGE_ACK,     DROP, "RFC 5961 4.2"},
// ACK
{C,            Ev::ACK, Gu::ALWAYS,        SAME,        Ac::RESET_REPLY,       DROP, "3.10.7.1"},
{L,            Ev::ACK, Gu::ACK_BIT,       SAME,        Ac::RESET_REPLY,       DROP, "3.10.7.2"},
{L,            Ev::ACK, Gu::ALWAYS,        SAME,        Ac::NOTHING,           NEXT, "3.10.7.2"},
{SS,           Ev::ACK, Gu::NO_ACK_BIT,    SAME,        Ac::NOTHING,           NEXT, "3.10.7.3"},
{SS,           Ev::ACK, Gu::WRONG_ACK_RST, SAME,        Ac::NOTHING,           DROP, "3.10.7.3"},
{SS,           Ev::ACK, Gu::WRONG_ACK,     SAME,        Ac::RESET_REPLY,       DROP, "3.10.7.3"},
{SS,           Ev::ACK, Gu::ALWAYS,        SAME,        Ac::NOTHING,           NEXT, "3.10.7.3"},
{SR,           Ev::ACK, Gu::NO_ACK_BIT,    SAME,        Ac::NOTHING,           DROP, "3.10.7.4"},
{SR,           Ev::ACK, Gu::WRONG_ACK,     SAME,        Ac::RESET_REPLY,       DROP, "3.10.7.4"},
{SR,           Ev::ACK, Gu::ALWAYS,        ESTABLISHED, Ac::TAKE_ACK_OF_SYN,   NEXT, "3.10.7.4"},
{SYNCHRONISED, Ev::ACK, Gu::NO_ACK_BIT,    SAME,        Ac::NOTHING,           DROP, "3.10.7.4"},
{SYNCHRONISED, Ev::ACK, Gu::FUTURE_ACK,    SAME,        Ac::CHALLENGE_ACK,     DROP, "RFC 5961 5.2"},
{SYNCHRONISED, Ev::ACK, Gu::STALE_ACK,     SAME,        Ac::CHALLENGE_ACK,     DROP, "RFC 5961 5.2"},
{E | F2 | CW,  Ev::ACK, Gu::ALWAYS,        SAME,        Ac::TAKE_ACK,          NEXT, "3.10.7.4"},
{F1,           Ev::ACK, Gu::ACK_OF_FIN,    FIN_WAIT_2,  Ac::TAKE_ACK,          NEXT, "3.10.7.4"},
{CL,           Ev::ACK, Gu::ACK_OF_FIN,    TIME_WAIT,   Ac::TAKE_ACK,          NEXT, "3.10.7.4"},
{LA,           Ev::ACK, Gu::ACK_OF_FIN,    CLOSED,      Ac::TAKE_ACK,          DONE, "3.10.7.4"},
{F1 | CL | LA, Ev::ACK, Gu::ALWAYS,        SAME,        Ac::TAKE_ACK,          NEXT, "3.10.7.4"},
{TW,           Ev::ACK, Gu::ALWAYS,        SAME,        Ac::NOTHING,           NEXT, "3.10.7.4"},
// URG, text, FIN
{E | F1 | F2,          Ev::URG,  Gu::ALWAYS,    SAME,       Ac::TAKE_URGENT,     NEXT, "3.10.7.4"},
{ALL & ~(E|F1|F2),     Ev::URG,  Gu::ALWAYS,    SAME,       Ac::NOTHING,         NEXT, "3.10.7.4"},
{C | L | SS,           Ev::TEXT, Gu::ALWAYS,    SAME,       Ac::NOTHING,         DROP, "3.10.7"},
{SR,                   Ev::TEXT, Gu::ALWAYS,    SAME,       Ac::STASH_TEXT,      NEXT, "3.10.7.2"},
{E | F1 | F2,          Ev::TEXT, Gu::NO_READER, CLOSED,     Ac::RESET_NO_READER, DONE, "3.6.1"},
{E | F1 | F2,          Ev::TEXT, Gu::ALWAYS,    SAME,       Ac::TAKE_TEXT,       NEXT, "3.10.7.4"},
{CW | CL | LA | TW,    Ev::TEXT, Gu::ALWAYS,    SAME,       Ac::NOTHING,         NEXT, "3.10.7.4"},
{C | L | SS,           Ev::FIN,  Gu::ALWAYS,    SAME,       Ac::NOTHING,         DROP, "3.10.7.4"},
{SR,                   Ev::FIN,  Gu::ALWAYS,    SAME,       Ac::STASH_FIN,       DONE, "3.10.7.2"},
{E | F1 | F2,          Ev::FIN,  Gu::EARLY,     SAME,       Ac::NOTE_EARLY_FIN,  DONE, "3.10.7.4"},
{E,                    Ev::FIN,  Gu::ALWAYS,    CLOSE_WAIT, Ac::TAKE_FIN,        DONE, "3.10.7.4"},
{F1,                   Ev::FIN,  Gu::ALWAYS,    CLOSING,    Ac::TAKE_FIN,        DONE, "3.10.7.4"},
{F2,                   Ev::FIN,  Gu::ALWAYS,    TIME_WAIT,  Ac::TAKE_FIN,        DONE, "3.10.7.4"},
{CW | CL | LA,         Ev::FIN,  Gu::ALWAYS,    SAME,       Ac::NOTHING,         DONE, "3.10.7.4"},
{TW,                   Ev::FIN,  Gu::ALWAYS,    SAME,       Ac::ACK_AND_RESTART, DONE, "3.10.7.4"},
// Timeouts
{C | L,         Ev::USER_TIMEOUT, Gu::ALWAYS,  SAME,   Ac::NOTHING,          DONE, "3.10.8"},
{ALL & ~(C|L),  Ev::USER_TIMEOUT, Gu::ALWAYS,  CLOSED, Ac::TIMED_OUT,        DONE, "3.10.8"},
{C|L|F2|TW,     Ev::RETRANSMISSION_TIMEOUT, Gu::ALWAYS, SAME, Ac::NOTHING,   DONE, "3.10.8"},
{SS|SR|E|F1|CW|CL|LA, Ev::RETRANSMISSION_TIMEOUT, Gu::GIVE_UP, CLOSED, Ac::TIMED_OUT, DONE, "3.8.3"},
{SS|SR|E|F1|CW|CL|LA, Ev::RETRANSMISSION_TIMEOUT, Gu::ALWAYS, SAME, Ac::RETRANSMIT, DONE, "3.10.8"},
{TW,            Ev::TIME_WAIT_TIMEOUT, Gu::ALWAYS, CLOSED, Ac::DELETE_TCB,   DONE, "3.10.8"},
{ALL & ~TW,     Ev::TIME_WAIT_TIMEOUT, Gu::ALWAYS, SAME,   Ac::NOTHING,      DONE, "3.10.8"},
{C|L|SS|SR|F2|TW, Ev::PERSIST_TIMEOUT, Gu::ALWAYS,  SAME,   Ac::NOTHING,      DONE, "3.8.6.1"},
{E|F1|CW|CL|LA, Ev::PERSIST_TIMEOUT, Gu::GIVE_UP, CLOSED, Ac::TIMED_OUT,     DONE, "3.8.6.1"},
{E|F1|CW|CL|LA, Ev::PERSIST_TIMEOUT, Gu::ALWAYS,  SAME,   Ac::PROBE_WINDOW,  DONE, "3.8.6.1"},
{SYNCHRONISED & ~TW,     Ev::DELAYED_ACK_TIMEOUT, Gu::ALWAYS, SAME, Ac::SEND_DELAYED_ACK, DONE, "3.8.6.3"},
{C|L|SS|SR|TW,  Ev::DELAYED_ACK_TIMEOUT, Gu::ALWAYS, SAME, Ac::NOTHING,      DONE, "3.8.6.3"},
{E | CW | F2,   Ev::KEEP_ALIVE_TIMEOUT, Gu::GIVE_UP, CLOSED, Ac::TIMED_OUT_RESET, DONE, "3.8.4"},
{E | CW | F2,   Ev::KEEP_ALIVE_TIMEOUT, Gu::ALWAYS, SAME,   Ac::PROBE_ALIVE, DONE, "3.8.4"},
{ALL & ~(E|CW|F2), Ev::KEEP_ALIVE_TIMEOUT, Gu::ALWAYS, SAME, Ac::NOTHING,    DONE, "3.8.4"},
{F2,            Ev::FIN_WAIT_2_TIMEOUT, Gu::ALWAYS, CLOSED, Ac::TIMED_OUT,   DONE, "3.6.1"},
{ALL & ~F2,     Ev::FIN_WAIT_2_TIMEOUT, Gu::ALWAYS, SAME,   Ac::NOTHING,     DONE, "3.6.1"},
{SR|E|F1|CW|CL|LA, Ev::LINGER_TIMEOUT,  Gu::ALWAYS, CLOSED, Ac::RESET_PEER,  DONE, "3.6.1"},
{C|L|SS|F2|TW,  Ev::LINGER_TIMEOUT,     Gu::ALWAYS, SAME,   Ac::NOTHING,     DONE, "3.6.1"},
// The network and the host
{SS | SR,       Ev::ICMP_HARD,    Gu::ALWAYS, CLOSED, Ac::UNREACHABLE,       DONE, "3.9.2.2"},
{C | L | TW,    Ev::ICMP_HARD,    Gu::ALWAYS, SAME,   Ac::NOTHING,           DONE, "3.9.2.2"},
{SYNCHRONISED & ~TW, Ev::ICMP_HARD, Gu::ALWAYS, SAME, Ac::NOTE_SOFT_ERROR,   DONE, "RFC 5461 4.1"},
{ALL & ~(C|L|TW), Ev::ICMP_SOFT,  Gu::ALWAYS, SAME,   Ac::NOTE_SOFT_ERROR,   DONE, "3.9.2.2"},
{C | L | TW,    Ev::ICMP_SOFT,    Gu::ALWAYS, SAME,   Ac::NOTHING,           DONE, "3.9.2.2"},
{SS|SR|E|F1|CW|CL|LA, Ev::ICMP_TOO_BIG, Gu::ALWAYS, SAME, Ac::LOWER_MSS,     DONE, "RFC 1191"},
{C|L|F2|TW,     Ev::ICMP_TOO_BIG, Gu::ALWAYS, SAME,   Ac::NOTHING,           DONE, "RFC 1191"},
{SR,            Ev::EVICTED,      Gu::ALWAYS, CLOSED, Ac::DELETE_TCB,        DONE, "RFC 4987 3.4"},
{ALL & ~SR,     Ev::EVICTED,      Gu::ALWAYS, SAME,   Ac::NOTHING,           DONE, "RFC 4987 3.4"},
{C,             Ev::CRASH,        Gu::ALWAYS, SAME,   Ac::NOTHING,           DONE, "3.5.1"},
{ALL & ~C,      Ev::CRASH,        Gu::ALWAYS, CLOSED, Ac::DELETE_TCB,        DONE, "3.5.1"},
};
// clang-format on

const char* const EVENT_NAMES[] = {"passive-open",
                                   "active-open",
                                   "send",
                                   "receive",
                                   "close",
                                   "abort",
                                   "status",
                                   "sequence",
                                   "rst",
                                   "syn",
                                   "ack",
                                   "urg",
                                   "text",
                                   "fin",
                                   "user-timeout",
                                   "retransmission-timeout",
                                   "time-wait-timeout",
                                   "persist-timeout",
                                   "delayed-ack-timeout",
                                   "keep-alive-timeout",
                                   "fin-wait-2-timeout",
                                   "linger-timeout",
                                   "icmp-hard",
                                   "icmp-soft",
                                   "icmp-too-big",
                                   "evicted",
                                   "crash"};

const char* const GUARD_NAMES[] = {"",
                                   "acceptable",
                                   "crossed-syn-ack",
                                   "repeated-syn",
                                   "missing-timestamp",
                                   "edge",
                                   "repeated-fin",
                                   "new-incarnation",
                                   "rst-bit",
                                   "reset-valid",
                                   "reset-valid-passive",
                                   "passive",
                                   "no-ack-bit",
                                   "ack-bit",
                                   "wrong-ack",
                                   "wrong-ack-rst",
                                   "future-ack",
                                   "stale-ack",
                                   "ack-of-fin",
                                   "syn-acked",
                                   "not-admitted",
                                   "refused",
                                   "no-reader",
                                   "early",
                                   "abrupt",
                                   "nothing-queued",
                                   "accept-full",
                                   "accept-refused",
                                   "cookie-due",
                                   "cookie-valid",
                                   "unasked-syn-ack",
                                   "fast-open",
                                   "fast-open-declined",
                                   "fast-opened",
                                   "repeated-fast-syn",
                                   "reset-valid-fast",
                                   "ack-of-fast-syn",
                                   "give-up",
                                   "policy"};

const char* const ACTION_NAMES[] = {"nothing",
                                    "start-listening",
                                    "send-syn",
                                    "queue-text",
                                    "queue-and-send",
                                    "deliver",
                                    "queue-fin",
                                    "stay-closing",
                                    "delete-tcb",
                                    "reset-peer",
                                    "error-not-connected",
                                    "error-connected",
                                    "error-closing",
                                    "error-again",
                                    "end-of-stream",
                                    "reset-reply",
                                    "send-ack",
                                    "challenge-ack",
                                    "ack-and-restart",
                                    "repeat-syn-ack",
                                    "trim-syn",
                                    "trim-text",
                                    "note-segment",
                                    "open-half",
                                    "take-syn-ack",
                                    "take-crossing-syn",
                                    "take-ack-of-syn",
                                    "take-ack",
                                    "take-urgent",
                                    "take-text",
                                    "stash-text",
                                    "stash-fin",
                                    "note-early-fin",
                                    "take-fin",
                                    "reset-no-reader",
                                    "forget-half-open",
                                    "refused-by-peer",
                                    "reset-by-peer",
                                    "reset-both",
                                    "reincarnate",
                                    "open-at-once",
                                    "open-by-ack-and-syn",
                                    "take-syn-ack-silently",
                                    "note-ack-of-syn",
                                    "send-cookie",
                                    "take-cookie",
                                    "open-fast",
                                    "retransmit",
                                    "probe-window",
                                    "probe-alive",
                                    "send-delayed-ack",
                                    "timed-out",
                                    "timed-out-reset",
                                    "unreachable",
                                    "note-soft-error",
                                    "lower-mss",
                                    "policy"};

static_assert(sizeof(EVENT_NAMES) / sizeof(EVENT_NAMES[0]) == static_cast<size_t>(Ev::COUNT),
              "a name for each event");
static_assert(sizeof(GUARD_NAMES) / sizeof(GUARD_NAMES[0]) == static_cast<size_t>(Gu::POLICY) + 1,
              "a name for each guard");
static_assert(sizeof(ACTION_NAMES) / sizeof(ACTION_NAMES[0]) == static_cast<size_t>(Ac::POLICY) + 1,
              "a name for each action");

/**
 * A string that lives as long as the program: rows of all tables share their few causes.
 * @param s the text
 * @return the same, kept
 */
const char*
Keep(const std::string& s)
{
    static std::set<std::string> kept;
    return kept.insert(s).first->c_str();
}

/**
 * The cause of a row, as traces print it.
 * @param event its event
 * @param guard its guard
 * @return "event" or "event/guard"
 */
const char*
CauseOf(TcpConnEvent event, TcpConnGuard guard)
{
    std::string cause = TcpConnEventName(event);
    if (guard != TcpConnGuard::ALWAYS)
    {
        cause += std::string("/") + TcpConnGuardName(guard);
    }
    return Keep(cause);
}

/**
 * Expand a rule into a row for each of its states.
 * @param rule the rule
 * @param policy the policy that adds it; nullptr: none
 * @param [out] rows where the rows go
 */
void
Expand(const TcpConnRule& rule, const char* policy, std::vector<TcpConnRow>& rows)
{
    for (int s = 0; s < TcpSocket::LAST_STATE; ++s)
    {
        if ((rule.from >> s) & 1)
        {
            const auto from = static_cast<TcpSocket::TcpStates_t>(s);
            const auto to = rule.to == SAME ? from : static_cast<TcpSocket::TcpStates_t>(rule.to);
            rows.push_back({from,
                            rule.event,
                            rule.guard,
                            to,
                            rule.action,
                            rule.then,
                            rule.clause,
                            policy,
                            CauseOf(rule.event, rule.guard),
                            0});
        }
    }
}

} // namespace

const char*
TcpConnEventName(TcpConnEvent e)
{
    return EVENT_NAMES[static_cast<size_t>(e)];
}

const char*
TcpConnGuardName(TcpConnGuard g)
{
    return GUARD_NAMES[static_cast<size_t>(g)];
}

const char*
TcpConnActionName(TcpConnAction a)
{
    return ACTION_NAMES[static_cast<size_t>(a)];
}

const char*
TcpConnTransition::Cause() const
{
    return row.cause;
}

const TcpConnTransitionTable&
TcpConnTransitionTable::Rfc9293()
{
    static const TcpConnTransitionTable table;
    return table;
}

TcpConnTransitionTable::TcpConnTransitionTable()
{
    std::vector<TcpConnRow> rows;
    for (const auto& rule : RULES)
    {
        Expand(rule, nullptr, rows);
    }
    Build(rows);
}

TcpConnTransitionTable::TcpConnTransitionTable(const TcpConnTransitionTable& base,
                                               const char* policy,
                                               const std::vector<TcpConnRule>& rules)
{
    std::vector<TcpConnRow> rows;
    for (const auto& rule : rules)
    {
        Expand(rule, Keep(policy), rows);
    }
    rows.insert(rows.end(), base.m_rows.begin(), base.m_rows.end());
    Build(rows);
}

void
TcpConnTransitionTable::Build(const std::vector<TcpConnRow>& rows)
{
    for (int s = 0; s < TcpSocket::LAST_STATE; ++s)
    {
        for (size_t e = 0; e < EVENTS; ++e)
        {
            m_first[s][e] = static_cast<uint16_t>(m_rows.size());
            bool total = false;
            for (const auto& row : rows)
            {
                if (row.from == s && static_cast<size_t>(row.event) == e && !total)
                {
                    m_rows.push_back(row);
                    m_rows.back().index = static_cast<uint16_t>(m_rows.size() - 1);
                    m_moves[s] |= static_cast<uint16_t>(1U << row.to);
                    total = row.guard == TcpConnGuard::ALWAYS;
                }
            }
            NS_ABORT_MSG_UNLESS(total,
                                "TcpConnTransitionTable: the cell "
                                    << TcpConnStateName(static_cast<TcpSocket::TcpStates_t>(s))
                                    << " x " << EVENT_NAMES[e] << " has no row without condition");
        }
    }
}

void
TcpConnTransitionTable::WriteJson(std::ostream& os) const
{
    const char* separator = "[\n";
    for (const auto& row : m_rows)
    {
        os << separator << R"( {"from": ")" << TcpConnStateName(row.from) << R"(", "event": ")"
           << TcpConnEventName(row.event) << R"(", "guard": ")" << TcpConnGuardName(row.guard)
           << R"(", "to": ")" << TcpConnStateName(row.to) << R"(", "action": ")"
           << TcpConnActionName(row.action) << R"(", "clause": ")"
           << (row.clause[0] >= '0' && row.clause[0] <= '9' ? "RFC 9293 " : "") << row.clause
           << R"(", "policy": )";
        if (row.policy)
        {
            os << '"' << row.policy << "\"}";
        }
        else
        {
            os << "null}";
        }
        separator = ",\n";
    }
    os << "\n]\n";
}

} // namespace ns3
