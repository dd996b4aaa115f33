/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/string.h"

/**
 * @file
 * @ingroup tcp-conn
 * Segment checks: RFC 5961 beside RFC 793, segment by segment, in each state that knows the peer.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/// TypeIds of the policies.
const std::string RFC5961 = "ns3::TcpConnCheckRfc5961";
const std::string RFC793 = "ns3::TcpConnCheckRfc793";

/** See the file. */
class SegmentCheckSuite : public Suite
{
  public:
    SegmentCheckSuite();

  private:
    void AddResets();
    void AddSyns();
    void AddAcks();
    void AddLimit();
};

/** Bring a connection to a state; the host's next number is then 1, or 2 where its FIN is sent. */
void
BringTo(Script& w, const std::string& state)
{
    w.PassiveOpen();
    if (state == "CLOSE-WAIT" || state == "LAST-ACK")
    {
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(1.200).Skip();
    }
    if (state != "ESTABLISHED" && state != "CLOSE-WAIT")
    {
        w.At(1.300).Close();
        w.At(1.310).Skip();
    }
    if (state == "FIN-WAIT-2")
    {
        w.At(1.320).Send(ACK, 1, 2);
    }
    if (state == "CLOSING")
    {
        w.At(1.320).Send(FIN | ACK, 1, 1);
    }
    w.At(1.400).Skip().State(state);
}

/** The number that the host expects next in a state. */
int64_t
Expected(const std::string& state)
{
    return state == "CLOSE-WAIT" || state == "LAST-ACK" || state == "CLOSING" ? 2 : 1;
}

/// States in which both ends know each other.
const char* const STATES[] =
    {"ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK"};

void
SegmentCheckSuite::AddResets()
{
    for (const std::string state : STATES)
    {
        Add("RFC 5961: " + state + ": RST in the window: challenge ACK; the very one: reset",
            [state](Script& w) {
                w.Policy("SegmentCheck", RFC5961);
                BringTo(w, state);
                const int64_t next = Expected(state);
                w.At(1.500).Send(RST, next + 100);
                w.At(1.502).Expect(ACK, ANY, next).State(state).Send(RST, next);
                w.At(1.510).Nothing().State("CLOSED");
            });
        Add("RFC 793: " + state + ": RST anywhere in the window: reset", [state](Script& w) {
            w.Policy("SegmentCheck", RFC793);
            BringTo(w, state);
            w.At(1.500).Send(RST, Expected(state) + 100);
            w.At(1.510).Nothing().State("CLOSED").Failure("reset");
        });
    }
    for (const std::string& policy : {RFC5961, RFC793})
    {
        AddBoth(policy + ": RST out of the window: dropped", [policy](Script& w) {
            w.Policy("SegmentCheck", policy).PassiveOpen();
            w.At(1.500).Send(RST, 0).Send(RST, 1 << 30);
            w.At(2.000).Nothing().State("ESTABLISHED");
        });
    }
    Add("RFC 793: SYN-RECEIVED: RST in the window: back to LISTEN", [](Script& w) {
        w.Policy("SegmentCheck", RFC793).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1).Send(RST, 500);
        w.At(1.100).Nothing().Connections(0);
    });
    Add("RFC 5961: SYN-RECEIVED: RST in the window: challenge ACK", [](Script& w) {
        w.Policy("SegmentCheck", RFC5961).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1).Send(RST, 500);
        w.At(1.004).Expect(ACK, 1, 1).State("SYN-RECEIVED");
    });
}

void
SegmentCheckSuite::AddSyns()
{
    for (const std::string state : STATES)
    {
        Add("RFC 5961: " + state + ": SYN in the window: challenge ACK", [state](Script& w) {
            w.Policy("SegmentCheck", RFC5961);
            BringTo(w, state);
            w.At(1.500).Send(SYN, Expected(state) + 100);
            w.At(1.502).Expect(ACK, ANY, Expected(state)).State(state);
        });
        Add("RFC 793: " + state + ": SYN in the window: RST, CLOSED", [state](Script& w) {
            w.Policy("SegmentCheck", RFC793).Allow(state, "CLOSED");
            BringTo(w, state);
            w.At(1.500).Send(SYN, Expected(state) + 100);
            const bool finSent = state != "ESTABLISHED" && state != "CLOSE-WAIT";
            w.At(1.502).ExpectReset(finSent ? 2 : 1).State("CLOSED").Failure("reset");
        });
        Add("RFC 793: " + state + ": SYN out of the window: ACK", [state](Script& w) {
            w.Policy("SegmentCheck", RFC793);
            BringTo(w, state);
            w.At(1.500).Send(SYN, 0);
            w.At(1.502).Expect(ACK, ANY, Expected(state)).State(state);
        });
    }
}

void
SegmentCheckSuite::AddAcks()
{
    // An ACK older than anything that the peer can have sent (RFC 5961 section 5): the window
    // that the peer ever offered is 65535.
    AddBoth("RFC 5961: text with an ACK older than the window: challenge ACK, not taken",
            [](Script& w) {
                w.Policy("SegmentCheck", RFC5961).PassiveOpen();
                w.At(1.500).Send(ACK, 1, -65540, 10);
                w.At(1.502).Expect(ACK, 1, 1).Received(0);
                w.At(1.600).Send(ACK, 1, -65500, 10);
                w.At(1.602).Expect(ACK, 1, 11).Received(10);
            });
    AddBoth("RFC 793: text with an ACK of any age: taken", [](Script& w) {
        w.Policy("SegmentCheck", RFC793).PassiveOpen();
        w.At(1.500).Send(ACK, 1, -(1 << 30), 10);
        w.At(1.502).Expect(ACK, 1, 11).Received(10);
    });
    for (const std::string& policy : {RFC5961, RFC793})
    {
        AddBoth(policy + ": an ACK of what was never sent: ACK, not taken", [policy](Script& w) {
            w.Policy("SegmentCheck", policy).PassiveOpen();
            w.At(1.500).Send(ACK, 1, 1000, 10);
            w.At(1.502).Expect(ACK, 1, 1).Received(0).State("ESTABLISHED");
        });
    }
}

void
SegmentCheckSuite::AddLimit()
{
    const auto storm = [](Script& w, double at, int n) {
        w.Skip();
        const std::size_t before = w.Wire().seen.size();
        w.At(at);
        for (int i = 0; i < n; i++)
        {
            w.Send(RST, 10);
        }
        w.At(at + 0.1).Skip();
        return w.Wire().seen.size() - before;
    };
    Add("RFC 5961: ChallengeLimit in ChallengeInterval, then as many again", [storm](Script& w) {
        w.Policy("SegmentCheck", RFC5961 + "[ChallengeLimit=3|ChallengeInterval=2s]");
        w.PassiveOpen();
        w.Check(storm(w, 2.0, 10) == 3, "not 3");
        w.Check(storm(w, 3.0, 10) == 0, "some in the same interval");
        w.Check(storm(w, 4.1, 10) == 3, "not 3 again");
    });
    Add("RFC 5961: the limit is the host's, not the connection's", [storm](Script& w) {
        w.Policy("SegmentCheck", RFC5961 + "[ChallengeLimit=3|ChallengeInterval=2s]");
        w.PassiveOpen();
        w.Use(40001).At(1.500).Send(SYN, 0);
        w.At(1.502).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
        w.Check(storm(w, 2.0, 2) == 2, "not 2");
        w.Use(40000);
        w.Check(storm(w, 2.5, 5) == 1, "not 1 for the other");
    });
    Add("RFC 5961: ChallengeLimit 0: no limit", [storm](Script& w) {
        for (const std::size_t limit : {0, 100})
        {
            Script other;
            other.Policy(
                "SegmentCheck",
                RFC5961 + "[ChallengeInterval=1000s|ChallengeLimit=" + std::to_string(limit) + "]");
            other.PassiveOpen();
            std::size_t answers = 0;
            for (int i = 0; i < 5; i++)
            {
                answers += storm(other, 2.0 + i, 80);
            }
            w.Check(answers == (limit == 0 ? 400 : limit), std::to_string(answers));
        }
    });
    Add("chosen for a listener: its connections alone", [](Script& w) {
        w.Set("SegmentCheck", StringValue(RFC793)).PassiveOpen();
        w.Set("SegmentCheck", StringValue(RFC5961)).At(1.100).Listen(81);
        w.Use(40001, 81).At(1.200).Send(SYN, 0);
        w.At(1.202).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
        w.At(1.300).Send(RST, 10);
        w.At(1.302).Expect(ACK, 1, 1).State("ESTABLISHED");
        w.Use(40000, 80).At(1.400).Send(RST, 10);
        w.At(1.500).Nothing().State("CLOSED");
    });
}

SegmentCheckSuite::SegmentCheckSuite()
    : Suite("tcp-conn-segment-check")
{
    AddResets();
    AddSyns();
    AddAcks();
    AddLimit();
}

/** The one instance. */
SegmentCheckSuite g_segmentCheckSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
