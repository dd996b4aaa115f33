/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-admission-test.h"
#include "tcp-conn-child.h"

#include "ns3/boolean.h"
#include "ns3/command-line.h"
#include "ns3/config-store.h"
#include "ns3/config.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-isn.h"
#include "ns3/tcp-conn-stack-helper.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <iostream>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * How policies are chosen: for a host, a listener or a socket; from a script, a command line or a
 * ConfigStore file; those of a user's own; and what is said to a choice that cannot be.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

// Policies as a user defines them in a script

/** Numbers that count up from an attribute, by a step that a block of the host remembers. */
class OwnIsn : public TcpConnIsn
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::OwnIsn")
                                .SetParent<TcpConnIsn>()
                                .AddConstructor<OwnIsn>()
                                .AddAttribute("First",
                                              "First number.",
                                              UintegerValue(7),
                                              MakeUintegerAccessor(&OwnIsn::m_first),
                                              MakeUintegerChecker<uint32_t>());
        return tid;
    }

    /** The block. */
    struct Count : public TcpConnPolicyState
    {
        uint32_t used{0}; //!< Numbers given.

        std::unique_ptr<TcpConnPolicyState> Copy() const override
        {
            return std::make_unique<Count>(*this);
        }
    };

    SequenceNumber32 Choose(const TcpConnKey&, Time, TcpConnPolicyState* state) const override
    {
        return SequenceNumber32(m_first + 1000 * static_cast<Count*>(state)->used++);
    }

    std::unique_ptr<TcpConnPolicyState> CreateState(uint64_t) const override
    {
        return std::make_unique<Count>();
    }

  private:
    uint32_t m_first{0}; //!< First number.
};

/** Every second SYN of a listener that has no half-open connection is dropped. */
class OwnAdmission : public TcpConnAdmission
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::OwnAdmission")
                                .SetParent<TcpConnAdmission>()
                                .AddConstructor<OwnAdmission>();
        return tid;
    }

    Verdict Admit(uint32_t halfOpen, uint32_t) const override
    {
        return halfOpen % 2 == 1 ? Verdict::REFUSE : Verdict::ADMIT;
    }
};

/** Close in ESTABLISHED does nothing: a row of its own. */
class OwnRelease : public TcpConnRelease
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId()
    {
        static TypeId tid =
            TypeId("ns3::OwnRelease").SetParent<TcpConnRelease>().AddConstructor<OwnRelease>();
        return tid;
    }

    bool JoinsFinWithAck() const override
    {
        return true;
    }

    std::vector<TcpConnRule> Rules() const override
    {
        return {{1U << TcpSocket::ESTABLISHED,
                 TcpConnEvent::CLOSE,
                 TcpConnGuard::ALWAYS,
                 TcpConnRule::SAME,
                 TcpConnAction::NOTHING,
                 TcpConnThen::DONE,
                 "none: own"}};
    }
};

NS_OBJECT_ENSURE_REGISTERED(OwnIsn);
NS_OBJECT_ENSURE_REGISTERED(OwnAdmission);
NS_OBJECT_ENSURE_REGISTERED(OwnRelease);

/** See the file. */
class ChoiceSuite : public Suite
{
  public:
    ChoiceSuite();

  private:
    void AddScript();
    void AddOwn();
    void AddDefaults();
    void AddFiles();
    void AddBad();
};

/** @param w the script @return the policies of the host */
std::string
PoliciesOf(Script& w)
{
    return w.L4()->GetObject<TcpConnL4Protocol>()->GetPolicies();
}

/** The host's number for a connection of the peer. */
uint32_t
Number(Script& w, uint16_t port, double at, uint16_t hostPort = 80)
{
    w.Use(port, hostPort).At(at).Send(SYN, 0);
    w.At(at + 0.002).Expect(SYN | ACK, 0, 1);
    const uint32_t number = w.Last().seq;
    w.At(at + 0.003).Send(RST, 1);
    w.At(at + 0.005).Nothing();
    return number;
}

void
ChoiceSuite::AddScript()
{
    Add("host: by text, as ObjectFactory, and shown by GetPolicies", [](Script& w) {
        w.Check(PoliciesOf(w) ==
                    "handshake=TcpConnThreeWayHandshake release=TcpConnJoinedRelease "
                    "isn=TcpConnIsnRfc6528 admission=TcpConnBacklog check=TcpConnCheckRfc5961 "
                    "timewait=TcpConnTwoMsl retry=TcpConnRetryRfc6298 icmp=TcpConnIcmpRfc5461",
                PoliciesOf(w));
        w.Policy("Admission", " ns3::TcpConnSynCache[ Limit = 9 ] ");
        w.Check(PoliciesOf(w).find("admission=TcpConnSynCache") != std::string::npos, "text");
        ObjectFactory clock;
        clock.SetTypeId("ns3::TcpConnIsnConstant");
        clock.Set("Value", UintegerValue(300));
        w.L4()->SetAttribute("Isn", ObjectFactoryValue(clock));
        w.Listen();
        w.Check(Number(w, 40000, 1.0) == 300, "factory");
        ObjectFactoryValue read;
        w.L4()->GetAttribute("Isn", read);
        w.Check(read.Get().GetTypeId().GetName() == "ns3::TcpConnIsnConstant", "read back");
    });
    Add("host: what its text says can be read back as text", [](Script& w) {
        w.Policy("Admission", "ns3::TcpConnBacklog[Backlog=3|AbortOnOverflow=true]");
        StringValue text;
        w.L4()->GetAttribute("Admission", text);
        w.Policy("Admission", "ns3::TcpConnUnlimited").Policy("Admission", text.Get());
        StringValue again;
        w.L4()->GetAttribute("Admission", again);
        w.Check(text.Get() == again.Get() && text.Get().find("Backlog=3") != std::string::npos,
                text.Get());
    });
    Add("host: changed: sockets that are there keep what they have", [](Script& w) {
        w.Policy("Isn", "ns3::TcpConnIsnConstant[Value=100]").Listen();
        w.Policy("Isn", "ns3::TcpConnIsnConstant[Value=300]").Listen(81);
        w.Check(Number(w, 40000, 1.0, 80) == 100 && Number(w, 40000, 1.1, 81) == 300, "numbers");
    });
    Add("listener and socket: by the attribute of the same name", [](Script& w) {
        w.Set("Isn", StringValue("ns3::TcpConnIsnConstant[Value=100]")).Listen();
        w.Set("Isn", StringValue("ns3::TcpConnIsnConstant[Value=300]")).At(0.5).Connect();
        w.At(0.501).Expect(SYN, 0).Check(w.Last().seq == 300, "the socket");
        w.Check(Number(w, 40000, 1.0) == 100, "the listener");
    });
    Add("listener: set after Listen holds for what comes then", [](Script& w) {
        w.Listen();
        HalfOpen(w, 40000, 1.0);
        w.Listener().socket->SetAttribute("Isn", StringValue("ns3::TcpConnIsnConstant[Value=5]"));
        w.Check(Number(w, 40001, 1.1) == 5, "the new one");
        w.Use(40000).Send(ACK, 1, 1);
        w.At(1.2).Nothing().State("ESTABLISHED");
    });
    Add("socket: empty: as the host has it", [](Script& w) {
        w.Policy("Isn", "ns3::TcpConnIsnConstant[Value=100]").Set("Isn", StringValue("")).Listen();
        w.Check(Number(w, 40000, 1.0) == 100, "the host's");
    });
    Add("helper: SetIsn of the stack helper", [](Script& w) {
        TcpConnStackHelper stack;
        stack.SetAdmission("ns3::TcpConnBacklog", "Backlog", UintegerValue(128));
        stack.SetIsn("ns3::TcpConnIsnClock");
        Ptr<Node> node = CreateObject<Node>();
        stack.Install(node);
        const std::string policies = node->GetObject<TcpConnL4Protocol>()->GetPolicies();
        w.Check(policies.find("isn=TcpConnIsnClock") != std::string::npos, policies);
        ObjectFactoryValue admission;
        node->GetObject<TcpConnL4Protocol>()->GetAttribute("Admission", admission);
        UintegerValue backlog;
        admission.Get().Create<TcpConnBacklog>()->GetAttribute("Backlog", backlog);
        w.Check(backlog.Get() == 128, std::to_string(backlog.Get()));
    });
}

void
ChoiceSuite::AddOwn()
{
    Add("own: an ISN policy with an attribute and a block", [](Script& w) {
        w.Policy("Isn", "ns3::OwnIsn[First=50]").Listen();
        w.Check(Number(w, 40000, 1.0) == 50 && Number(w, 40001, 1.1) == 1050, "numbers");
        w.Check(PoliciesOf(w).find("isn=OwnIsn") != std::string::npos, PoliciesOf(w));
    });
    Add("own: an ISN policy of one listener", [](Script& w) {
        w.Set("Isn", StringValue("ns3::OwnIsn")).Listen();
        w.Check(Number(w, 40000, 1.0) == 7 && Number(w, 40001, 1.1) == 1007, "numbers");
    });
    Add("own: an admission policy", [](Script& w) {
        w.Policy("Admission", "ns3::OwnAdmission").Listen();
        HalfOpen(w, 40000, 1.0);
        w.Use(40001, 80).At(1.1).Send(SYN, 0);
        w.At(1.102).Expect(RST | ACK, 0, 1);
        CheckIdentities(w, CountersOf(w));
        w.Check(CountersOf(w).refused == 1, "refused");
    });
    Add("own: a release policy with a row of its own", [](Script& w) {
        w.Policy("Release", "ns3::OwnRelease").PassiveOpen();
        w.At(1.1).Close();
        w.At(60.0).Nothing().State("ESTABLISHED");
        w.Policy("Release", "ns3::TcpConnJoinedRelease"); // the connection keeps what it has
        w.Close().At(61.0).Nothing().State("ESTABLISHED");
    });
}

/**
 * A case in a child, whose defaults are its own.
 */
class ChildCase : public TestCase
{
  public:
    /**
     * @param name name
     * @param before what is done before there is a host
     * @param body what then happens
     */
    ChildCase(const std::string& name,
              const std::function<void(ChildCase&)>& before,
              const Row::Body& body)
        : TestCase(name),
          m_before(before),
          m_body(body)
    {
    }

    /** @param name a name @return a file in the temporary directory */
    std::string File(const std::string& name)
    {
        return CreateTempDirFilename(name);
    }

  private:
    void DoRun() override
    {
        File("made"); // the directory, before there are two processes
        const auto child = TcpConnTest::RunChild([this]() {
            try
            {
                m_before(*this);
                Script w;
                m_body(w);
                w.Finish();
                return 0;
            }
            catch (const Failed& f)
            {
                std::cerr << f.what;
                return 1;
            }
        });
        NS_TEST_EXPECT_MSG_EQ(child.code, 0, GetName() << ": " << child.words);
    }

    std::function<void(ChildCase&)> m_before; //!< Before there is a host.
    Row::Body m_body;                         //!< What happens then.
};

/// A constant for the host's number, so that the choice is seen on the wire.
const std::string CONSTANT = "ns3::TcpConnIsnConstant[Value=300]";

void
ChoiceSuite::AddDefaults()
{
    const auto is300 = [](Script& w) {
        w.Listen();
        w.Check(Number(w, 40000, 1.0) == 300, "not 300");
    };
    AddTestCase(new ChildCase(
                    "Config::SetDefault of the host's attribute",
                    [](ChildCase&) {
                        Config::SetDefault("ns3::TcpConnL4Protocol::Isn", StringValue(CONSTANT));
                    },
                    is300),
                TCP_CONN_QUICK);
    AddTestCase(new ChildCase(
                    "Config::SetDefault of the socket's attribute comes before the host's",
                    [](ChildCase&) {
                        Config::SetDefault("ns3::TcpConnL4Protocol::Isn",
                                           StringValue("ns3::TcpConnIsnClock"));
                        Config::SetDefault("ns3::TcpConnSocket::Isn", StringValue(CONSTANT));
                    },
                    is300),
                TCP_CONN_QUICK);
    AddTestCase(new ChildCase(
                    "Config::SetDefault of the policy's attribute",
                    [](ChildCase&) {
                        Config::SetDefault("ns3::TcpConnL4Protocol::Isn",
                                           StringValue("ns3::TcpConnIsnConstant"));
                        Config::SetDefault("ns3::TcpConnIsnConstant::Value", UintegerValue(300));
                    },
                    is300),
                TCP_CONN_QUICK);
    AddTestCase(new ChildCase(
                    "command line: policy of the host, attribute of the policy, limit",
                    [](ChildCase&) {
                        CommandLine cmd;
                        cmd.Parse({"program",
                                   "--ns3::TcpConnL4Protocol::Isn=" + CONSTANT,
                                   "--ns3::TcpConnBacklog::Backlog=1",
                                   "--ns3::TcpConnL4Protocol::MaxOrphans=3",
                                   "--ns3::TcpConnSocket::Release=ns3::TcpConnAbortiveRelease"});
                    },
                    [](Script& w) {
                        w.Listen();
                        HalfOpen(w, 40000, 1.0);
                        w.Check(w.Last().seq == 300, "not 300");
                        SynDropped(w, 40001, 1.1);
                        w.Use(40000).At(1.2).Send(ACK, 1, 1);
                        w.At(1.3).Close();
                        w.At(1.301).ExpectReset(1);
                        UintegerValue limit;
                        w.L4()->GetAttribute("MaxOrphans", limit);
                        w.Check(limit.Get() == 3, "MaxOrphans");
                    }),
                TCP_CONN_QUICK);
}

void
ChoiceSuite::AddFiles()
{
    const auto use = [](const std::string& mode, const std::string& file) {
        Config::SetDefault("ns3::ConfigStore::Mode", StringValue(mode));
        Config::SetDefault("ns3::ConfigStore::FileFormat", StringValue("RawText"));
        Config::SetDefault("ns3::ConfigStore::Filename", StringValue(file));
        ConfigStore store;
        store.ConfigureDefaults();
    };
    const auto check = [](Script& w) {
        w.Listen();
        HalfOpen(w, 40000, 1.0);
        w.Check(w.Last().seq == 300, "not 300");
        SynDropped(w, 40001, 1.1);
    };
    AddTestCase(new ChildCase(
                    "ConfigStore: a file with two policies",
                    [use](ChildCase& test) {
                        const std::string file = test.File("policies.txt");
                        std::ofstream(file)
                            << "default ns3::TcpConnL4Protocol::Isn \"" << CONSTANT << "\"\n"
                            << "default ns3::TcpConnL4Protocol::Admission "
                               "\"ns3::TcpConnBacklog[Backlog=1]\"\n";
                        use("Load", file);
                    },
                    check),
                TCP_CONN_QUICK);
    AddTestCase(new ChildCase(
                    "ConfigStore: what is saved can be loaded",
                    [use](ChildCase& test) {
                        const std::string file = test.File("saved.txt");
                        const std::string admission = "ns3::TcpConnBacklog[Backlog=1]";
                        Config::SetDefault("ns3::TcpConnL4Protocol::Isn", StringValue(CONSTANT));
                        Config::SetDefault("ns3::TcpConnL4Protocol::Admission",
                                           StringValue(admission));
                        use("Save", file);
                        Config::Reset();
                        // Not every module of ns-3 can read what it has written.
                        const std::string ours = test.File("ours.txt");
                        std::ifstream from(file);
                        std::ofstream to(ours);
                        for (std::string line; std::getline(from, line);)
                        {
                            to << (line.rfind("default ns3::TcpConn", 0) == 0 ? line + "\n" : "");
                        }
                        to.close();
                        use("Load", ours);
                    },
                    check),
                TCP_CONN_QUICK);
}

/** A choice that cannot be: the program ends, and says why. */
class BadCase : public TestCase
{
  public:
    /**
     * @param where "default" of the host, "host", "socket" or "policy"
     * @param attribute the attribute
     * @param value its value
     * @param words what must be said
     */
    BadCase(const std::string& where,
            const std::string& attribute,
            const std::string& value,
            const std::vector<std::string>& words)
        : TestCase("bad: " + where + " " + attribute + "=" + value),
          m_where(where),
          m_attribute(attribute),
          m_value(value),
          m_words(words)
    {
    }

  private:
    /** Choose it. */
    void Choose() const
    {
        const StringValue value(m_value);
        if (m_where == "default")
        {
            Config::SetDefault("ns3::TcpConnL4Protocol::" + m_attribute, value);
        }
        Script w;
        if (m_where == "host")
        {
            w.L4()->SetAttribute(m_attribute, value);
        }
        Ptr<Socket> socket = w.NewSocket();
        if (m_where == "socket")
        {
            socket->SetAttribute(m_attribute, value);
        }
    }

    void DoRun() override
    {
        const auto child = TcpConnTest::RunChild([this]() {
            Choose();
            return 0;
        });
        NS_TEST_EXPECT_MSG_EQ(child.aborted, true, GetName() << ": not refused: " << child.words);
        for (const auto& word : m_words)
        {
            NS_TEST_EXPECT_MSG_EQ((child.words.find(word) != std::string::npos),
                                  true,
                                  GetName() << ": \"" << word << "\" is not in " << child.words);
        }
    }

    std::string m_where;              //!< Where it is chosen.
    std::string m_attribute;          //!< The attribute.
    std::string m_value;              //!< Its value.
    std::vector<std::string> m_words; //!< What must be said.
};

void
ChoiceSuite::AddBad()
{
    struct Line
    {
        std::string attribute;          //!< The attribute.
        std::string value;              //!< Its value.
        std::vector<std::string> words; //!< What must be said, beside the attribute.
    };

    const std::string number = "uint32_t 0:4294967295";
    const std::vector<Line> lines{
        {"Admission", "ns3::TcpConnBacklog[Backlog=-3]", {"ns3::TcpConnBacklog::Backlog", number}},
        {"Admission", "ns3::TcpConnBacklog[Backlog=5000000000]", {"5000000000", number}},
        {"Admission", "ns3::TcpConnBacklog[Backlog=many]", {"many", number}},
        {"Admission", "ns3::TcpConnBacklog[Backlog=]", {"Backlog", number}},
        {"Admission", "ns3::TcpConnBacklog[AbortOnOverflow=maybe]", {"maybe", "BooleanValue"}},
        {"Admission",
         "ns3::TcpConnBacklog[Lenght=3]",
         {"no attribute Lenght", "Backlog", "AbortOnOverflow"}},
        {"Admission", "ns3::TcpConnBacklog[Backlog=3", {"]"}},
        {"Admission", "ns3::TcpConnBacklog[3]", {"Attribute=value"}},
        {"Admission", "ns3::TcpConnSynCache[Limit=0]", {"Limit", "uint32_t 1:4294967295"}},
        {"Admission", "ns3::TcpConnUnlimited[Backlog=3]", {"no attribute Backlog", "none"}},
        {"Admission", "ns3::TcpConnSinCookies", {"TcpConnSinCookies", "ns3::TcpConnSynCookies"}},
        {"Admission", "ns3::TcpConnAdmission", {"ns3::TcpConnAdmission", "ns3::TcpConnBacklog"}},
        {"Admission", "ns3::TcpConnIsnClock", {"ns3::TcpConnIsnClock", "ns3::TcpConnSynCache"}},
        {"Isn", "ns3::TcpConnBacklog", {"ns3::TcpConnBacklog", "ns3::OwnIsn"}},
        {"Isn", "ns3::Node", {"ns3::Node", "ns3::TcpConnIsnClock"}},
        {"Handshake", "two-way", {"two-way", "ns3::TcpConnTwoWayHandshake"}},
        {"Release", "ns3::TcpConnTwoMsl", {"ns3::TcpConnAbortiveRelease"}},
        {"SegmentCheck", "ns3::TcpConnCheckRfc5961[ChallengeInterval=soon]", {"soon", "Time"}},
        {"TimeWait", "ns3::TcpConnCheckRfc793", {"ns3::TcpConnNoTimeWait"}},
        {"Retry", "ns3::TcpConnRetryFixed[Interval=0s]", {"Interval", "Time"}},
        {"Retry", "ns3::TcpConnRetryFixed[Count=255]", {"Count", "0:254"}},
        {"Icmp", "ns3::TcpConnRetryLinux", {"ns3::TcpConnIcmpIgnore"}}};
    for (const Line& line : lines)
    {
        for (const std::string where : {"default", "host", "socket"})
        {
            const std::string owner =
                where == "socket" ? "ns3::TcpConnSocket::" : "ns3::TcpConnL4Protocol::";
            std::vector<std::string> words = line.words;
            words.push_back(owner + line.attribute + ":");
            AddTestCase(new BadCase(where, line.attribute, line.value, words), TCP_CONN_QUICK);
        }
    }
    AddTestCase(new BadCase("host", "Admision", "ns3::TcpConnBacklog", {"Admision"}),
                TCP_CONN_QUICK);
    AddTestCase(new BadCase("host", "Admission", "", {"ns3::TcpConnL4Protocol::Admission"}),
                TCP_CONN_QUICK);
    AddTestCase(new BadCase("host", "MaxConnections", "-1", {"MaxConnections"}), TCP_CONN_QUICK);
}

ChoiceSuite::ChoiceSuite()
    : Suite("tcp-conn-choice")
{
    AddScript();
    AddOwn();
    AddDefaults();
    AddFiles();
    AddBad();
}

/** The one instance. */
ChoiceSuite g_choiceSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
