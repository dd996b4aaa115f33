/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <sstream>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * The retry schedules: the time of each repeat of a SYN, a SYN+ACK, text and a FIN, and when each
 * is given up.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/// TypeIds of the policies.
const std::string RFC6298 = "ns3::TcpConnRetryRfc6298";
const std::string LINUX = "ns3::TcpConnRetryLinux";
const std::string FIXED = "ns3::TcpConnRetryFixed";

/** Seconds after the first segment. */
using Times = std::vector<double>;

/** See the file. */
class RetrySuite : public Suite
{
  public:
    RetrySuite();

  private:
    void AddRfc6298();
    void AddLinux();
    void AddFixed();
    void AddChoice();
};

/**
 * The segments that come from now on, until nothing comes for ten minutes, are at these times.
 * @param w the script
 * @param flags flags of each
 * @param first when the first came, seconds
 * @param times the repeats, seconds after the first
 * @param end when the connection is gone, seconds after the first
 */
void
Repeats(Script& w, uint8_t flags, double first, const Times& times, double end)
{
    const std::size_t before = w.Wire().seen.size();
    w.At(first + end - 0.01).Skip();
    w.Check(!w.Table().empty(), "given up too early");
    w.At(first + end + 0.01).Skip().Connections(0);
    w.At(first + end + 600).Skip();
    const auto& seen = w.Wire().seen;
    std::ostringstream got;
    bool same = seen.size() - before == times.size();
    for (std::size_t i = before; i < seen.size(); i++)
    {
        const double at = seen[i].time.GetSeconds() - first;
        got << at << " ";
        const bool here = i - before < times.size() && at > times[i - before] - 0.005 &&
                          at < times[i - before] + 0.005;
        same = same && here && (seen[i].flags & (SYN | FIN | RST)) == flags;
    }
    w.Check(same, "repeats at " + got.str());
}

/** The host's SYN is never answered. */
Row::Body
OfSyn(const std::string& policy, const Times& times, double end)
{
    return [=](Script& w) {
        w.Policy("Retry", policy).At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        Repeats(w, SYN, 1.001, times, end - 0.001);
        w.Events("failed").Failure("timed-out");
    };
}

/** The host's SYN+ACK is never answered. */
Row::Body
OfSynAck(const std::string& policy, const Times& times, double end)
{
    return [=](Script& w) {
        w.Policy("Retry", policy).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        Repeats(w, SYN, 1.002, times, end - 0.001);
    };
}

/** The host's text is never acknowledged; the first timeout is MinRto, 1 s. */
Row::Body
OfText(const std::string& policy, const Times& times, double end)
{
    return [=](Script& w) {
        w.Policy("Retry", policy).PassiveOpen();
        w.At(2.000).Write(10);
        w.At(2.001).Expect(ACK, 1, 1, 10);
        Repeats(w, 0, 2.001, times, end - 0.001);
        w.Events("created error").Failure("timed-out");
    };
}

/** The host's FIN is never acknowledged. */
Row::Body
OfFin(const std::string& policy, const Times& times, double end)
{
    return [=](Script& w) {
        w.Policy("Retry", policy).PassiveOpen();
        w.At(2.000).Close();
        w.At(2.001).Expect(FIN | ACK, 1, 1);
        Repeats(w, FIN, 2.001, times, end - 0.001);
    };
}

void
RetrySuite::AddRfc6298()
{
    AddBoth("RFC 6298: SYN: 1 s, doubled to 60 s, for 3 minutes at least (RFC 9293 3.8.3)",
            OfSyn(RFC6298, {1, 3, 7, 15, 31, 63, 123}, 183));
    AddBoth("RFC 6298: SYN+ACK: the same", OfSynAck(RFC6298, {1, 3, 7, 15, 31, 63, 123}, 183));
    AddBoth("RFC 6298: text: the same doubling, for 100 s at least",
            OfText(RFC6298, {1, 3, 7, 15, 31, 63}, 123));
    AddBoth("RFC 6298: FIN: as text", OfFin(RFC6298, {1, 3, 7, 15, 31, 63}, 123));
    Add("RFC 6298: ConnCount 2: as the application says", [](Script& w) {
        w.Set("ConnCount", UintegerValue(2));
        OfSyn(RFC6298, {1, 3}, 7)(w);
    });
    Add("RFC 6298: DataRetries 3: as the application says", [](Script& w) {
        w.Set("DataRetries", UintegerValue(3));
        OfText(RFC6298, {1, 3, 7}, 15)(w);
    });
    Add("RFC 6298: ConnTimeout 500 ms", [](Script& w) {
        w.Set("ConnTimeout", TimeValue(MilliSeconds(500))).Set("ConnCount", UintegerValue(3));
        OfSyn(RFC6298, {0.5, 1.5, 3.5}, 7.5)(w);
    });
    Add("RFC 6298: MaxRto 4 s: no timeout is greater", [](Script& w) {
        w.Set("MaxRto", TimeValue(Seconds(4))).Set("ConnCount", UintegerValue(5));
        OfSyn(RFC6298, {1, 3, 7, 11, 15}, 19)(w);
    });
}

void
RetrySuite::AddLinux()
{
    AddBoth("Linux: SYN: six repeats, given up after 127 s",
            OfSyn(LINUX, {1, 3, 7, 15, 31, 63}, 127));
    AddBoth("Linux: SYN+ACK: five repeats, forgotten after 63 s",
            OfSynAck(LINUX, {1, 3, 7, 15, 31}, 63));
    Add("Linux: text: fifteen repeats, doubled to 120 s",
        OfText(LINUX, {1, 3, 7, 15, 31, 63, 127, 247, 367, 487, 607, 727, 847, 967, 1087}, 1207));
    Add("Linux: SynRetries 2", OfSyn(LINUX + "[SynRetries=2]", {1, 3}, 7));
    Add("Linux: SynRetries 0: once only", OfSyn(LINUX + "[SynRetries=0]", {}, 1));
    Add("Linux: SynAckRetries 1", OfSynAck(LINUX + "[SynAckRetries=1]", {1}, 3));
    Add("Linux: Retries2 4, MaxTimeout 3 s",
        OfText(LINUX + "[Retries2=4|MaxTimeout=3s]", {1, 3, 6, 9}, 12));
    Add("Linux: the counts of the application have no say", [](Script& w) {
        w.Set("ConnCount", UintegerValue(1)).Set("DataRetries", UintegerValue(1));
        OfSyn(LINUX, {1, 3, 7, 15, 31, 63}, 127)(w);
    });
}

void
RetrySuite::AddFixed()
{
    AddBoth("fixed: SYN: 1 s, five times", OfSyn(FIXED, {1, 2, 3, 4, 5}, 6));
    AddBoth("fixed: SYN+ACK, Interval 250 ms, Count 3",
            OfSynAck(FIXED + "[Interval=250ms|Count=3]", {0.25, 0.5, 0.75}, 1));
    Add("fixed: text, Interval 2 s, Count 2", OfText(FIXED + "[Interval=2s|Count=2]", {2, 4}, 6));
    Add("fixed: FIN, Count 0: once only", OfFin(FIXED + "[Count=0]", {}, 1));
}

void
RetrySuite::AddChoice()
{
    Add("chosen for one socket", [](Script& w) {
        w.Set("Retry", StringValue(FIXED + "[Interval=3s|Count=1]"));
        OfSyn(RFC6298, {3}, 6)(w);
    });
    Add("chosen for a listener: its SYN+ACKs", [](Script& w) {
        w.Set("Retry", StringValue(FIXED + "[Interval=3s|Count=2]"));
        OfSynAck(RFC6298, {3, 6}, 9)(w);
    });
}

RetrySuite::RetrySuite()
    : Suite("tcp-conn-retry")
{
    AddRfc6298();
    AddLinux();
    AddFixed();
    AddChoice();
}

/** The one instance. */
RetrySuite g_retrySuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
