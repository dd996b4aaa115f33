/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_STATE_LABELS_H
#define TCP_CONN_STATE_LABELS_H

#include "tcp-conn-census.h"

#include "ns3/node-container.h"
#include "ns3/node.h"
#include "ns3/simple-ref-count.h"
#include "ns3/tcp-conn-trace.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace ns3
{

/** @ingroup tcp-conn
 * Tells a picture of the network, as NetAnim's, the states of each host's connections: "LISTEN",
 * "ESTABLISHED", "ESTABLISHED 3, TIME-WAIT 2".
 *
 *     AnimationInterface animation("run.xml");
 *     TcpConnStateLabels::Show(animation, nodes);
 */
class TcpConnStateLabels : public SimpleRefCount<TcpConnStateLabels>
{
  public:
    /// Sets the text at a node.
    using Label = std::function<void(Ptr<Node>, const std::string&)>;

    /** @param label what sets a text */
    explicit TcpConnStateLabels(Label label);

    /** @param nodes nodes that have a TcpConnL4Protocol, whose text is set from now on */
    void Attach(NodeContainer nodes);

    /**
     * Label the nodes of an animation.
     * @tparam Animation AnimationInterface, or what has its UpdateNodeDescription
     * @param animation the animation; it must live until the simulation is destroyed
     * @param nodes nodes that have a TcpConnL4Protocol
     */
    template <typename Animation>
    static void Show(Animation& animation, NodeContainer nodes)
    {
        Create<TcpConnStateLabels>([&animation](Ptr<Node> node, const std::string& text) {
            animation.UpdateNodeDescription(node, text);
        })->Attach(nodes);
    }

    /** @param counts connections in each state @return the text for them */
    static std::string TextOf(const TcpConnCensus::Counts& counts);

  private:
    void Transition(const TcpConnTransition& t);

    Label m_label;                           //!< What sets a text.
    Ptr<TcpConnCensus> m_census;             //!< Counts.
    std::map<uint32_t, std::string> m_texts; //!< What was set last.
};

} // namespace ns3

#endif /* TCP_CONN_STATE_LABELS_H */
