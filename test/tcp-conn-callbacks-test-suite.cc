/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-callbacks.h"

#include "ns3/packet.h"
#include "ns3/tcp-conn-compat.h"

/**
 * @file
 * @ingroup tcp-conn
 * Any call is legal in any callback and any trace sink, as is dropping the last reference: each
 * is done in each, and what comes of it must be in order: one end told for each connection that
 * began (none where the application aborted), data before it, and no record left.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** One deed at one site of one life, at each time that the site is reached. */
class DeedRow : public TestCase
{
  public:
    /** @param plot the life @param site where @param deed what */
    DeedRow(const Plot& plot, Site site, Deed deed)
        : TestCase(plot.Name() + ": in " + SiteName(site) + ": " + DeedName(deed)),
          m_plot(plot),
          m_site(site),
          m_deed(deed)
    {
    }

  private:
    void DoRun() override
    {
        std::string why;
        bool acted = true;
        for (uint32_t occurrence = 0; why.empty() && acted && occurrence < 20; occurrence++)
        {
            why = Live(occurrence, acted);
            if (occurrence == 0 && !acted)
            {
                why = "it was never reached";
            }
            why = why.empty() ? "" : "time " + std::to_string(occurrence + 1) + ": " + why;
        }
        if (Under::Get().report)
        {
            Under::Get().report(GetName(), why);
            return;
        }
        NS_TEST_EXPECT_MSG_EQ(why, "", GetName());
    }

    /** Live once. @param occurrence when @param [out] acted it was reached @return what is wrong */
    std::string Live(uint32_t occurrence, bool& acted) const
    {
        std::vector<Ptr<Socket>> survivors;
        std::string why;
        {
            Script script(occurrence % 2 == 1);
            Actor actor(script, m_plot, m_site, occurrence, m_deed);
            try
            {
                why = actor.Live();
            }
            catch (const Failed& f)
            {
                why = f.what;
            }
            acted = actor.acted;
            survivors = actor.survivors;
        }
        // Simulator::Destroy has been called.
        for (const auto& socket : survivors)
        {
            if (socket)
            {
                why += socket->Send(Create<Packet>(1)) == -1 ? "" : "Send worked after the end";
                socket->Recv();
                socket->Close();
            }
        }
        return why;
    }

    Plot m_plot; //!< The life.
    Site m_site; //!< Where.
    Deed m_deed; //!< What.
};

/** See the file. */
class CallbacksSuite : public TestSuite
{
  public:
    CallbacksSuite()
        : TestSuite("tcp-conn-callbacks", TCP_CONN_UNIT)
    {
        const Plot active;
        Plot passive;
        passive.passive = true;
        Plot refused;
        refused.refused = true;
        Plot reset;
        reset.reset = true;
        Plot passiveReset = passive;
        passiveReset.reset = true;
        const std::vector<Site> common{Site::DATA,
                                       Site::SENT,
                                       Site::SPACE,
                                       Site::NORMAL,
                                       Site::STATE,
                                       Site::TRANSITION,
                                       Site::TX,
                                       Site::RX,
                                       Site::DROP};
        Add(active, common);
        Add(active, {Site::CONNECTED});
        Add(passive, common);
        Add(passive, {Site::REQUEST, Site::CREATED});
        Add(refused, {Site::FAILED, Site::STATE, Site::TRANSITION, Site::TX, Site::RX});
        Add(reset, {Site::DATA, Site::ERROR, Site::STATE, Site::TRANSITION, Site::RX});
        Add(passiveReset, {Site::DATA, Site::ERROR, Site::STATE, Site::TRANSITION, Site::RX});
    }

  private:
    /** All deeds at these sites of a life. @param plot the life @param sites where */
    void Add(const Plot& plot, const std::vector<Site>& sites)
    {
        for (const Site site : sites)
        {
            for (uint32_t deed = 0; deed < static_cast<uint32_t>(Deed::COUNT); deed++)
            {
                AddTestCase(new DeedRow(plot, site, static_cast<Deed>(deed)), TCP_CONN_QUICK);
            }
        }
    }
};

/** The one instance. */
CallbacksSuite g_callbacksSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
