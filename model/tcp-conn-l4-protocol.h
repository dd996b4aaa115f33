/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_L4_PROTOCOL_H
#define TCP_CONN_L4_PROTOCOL_H

#include "tcp-conn-bound.h"
#include "tcp-conn-listener.h"
#include "tcp-conn-machine.h"
#include "tcp-conn-ports.h"
#include "tcp-conn-record.h"
#include "tcp-conn-resources.h"
#include "tcp-conn-table.h"
#include "tcp-conn-timers.h"
#include "tcp-conn-trace.h"

#include "ns3/event-id.h"
#include "ns3/ip-l4-protocol.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/object-factory.h"
#include "ns3/traced-callback.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3
{

class Node;
class NetDevice;
class Packet;
class Socket;
class TcpConnHeader;
class TcpConnRowCounts;
class TcpConnSocket;
class TcpConnHostScope;

/** @ingroup tcp-conn
 * TCP (IP protocol 6) of one host: parses, verifies and demultiplexes segments, runs the machine
 * on the connection that they belong to, and does what it wants done.
 *
 * Aggregated to a node, before or after IPv4 and IPv6, it registers itself with them and offers
 * the socket factory ns3::TcpConnSocketFactory.  Beside a stock TcpL4Protocol on the same node it
 * takes what belongs to its own connections and listeners and passes everything else on.
 */
class TcpConnL4Protocol : public IpL4Protocol, private TcpConnTimers::Alarm
{
  public:
    /** Protocol number of TCP (RFC 9293). */
    static constexpr uint8_t NUMBER = 6;

    /** @return the TypeId. */
    static TypeId GetTypeId();

    TcpConnL4Protocol();
    ~TcpConnL4Protocol() override;
    TcpConnL4Protocol(const TcpConnL4Protocol&) = delete;
    TcpConnL4Protocol& operator=(const TcpConnL4Protocol&) = delete;

    /** @return a new socket with this host's settings and policies. */
    Ptr<Socket> CreateSocket();

    /**
     * The host crashes: every connection and listener is forgotten without a segment (RFC 9293
     * section 3.5.1); sockets are CLOSED and their applications hear nothing.
     */
    void Crash();

    /**
     * Fix the random numbers of this host: initial sequence numbers, port choice.
     * @param stream number that stands for the host
     * @return how many streams were used
     */
    int64_t AssignStreams(int64_t stream);

    /**
     * @return one line a connection, by id: "id local peer state"; half-open ones and those in
     *         TIME-WAIT included, listeners not
     */
    std::string GetConnectionTable() const;

    /** @return the policies in force on this host, as a trace's header names them. */
    std::string GetPolicies();

    /** @return number of connections on this host, in whatever state. */
    std::size_t GetNConnections() const;

    /** @return what is in use of this host's resources, and what was refused for want of them. */
    const TcpConnResources& GetResources() const;

    /** @return the node. */
    Ptr<Node> GetNode() const;

    /**
     * Count how often each row of the tables of transitions is taken, from now on.
     * @param counts where to count; hosts may share it.  nullptr: no more
     */
    void CountRows(std::shared_ptr<TcpConnRowCounts> counts);

    // IpL4Protocol

    /** @return NUMBER. */
    int GetProtocolNumber() const override;

    /**
     * A segment has come by IPv4.  One that is broken (length, checksum) is dropped and told of by
     * the trace source Drop; one that belongs to nobody gets a reset (RFC 9293 section 3.10.7.1),
     * unless there is a stock TCP to take it.
     * @param packet the segment, without its IP header; may be shared, is not changed
     * @param header the IP header
     * @param interface where it came in
     * @return RX_OK: taken, or dropped as malformed; RX_CSUM_FAILED; RX_ENDPOINT_CLOSED: it
     *         belonged to nobody; of what the stock TCP was given, what that says
     */
    RxStatus Receive(Ptr<Packet> packet,
                     const Ipv4Header& header,
                     Ptr<Ipv4Interface> interface) override;

    /**
     * A segment has come by IPv6; else the same.
     * @param packet the segment, without its IP headers; may be shared, is not changed
     * @param header the IP header
     * @param interface where it came in
     * @return as for IPv4
     */
    RxStatus Receive(Ptr<Packet> packet,
                     const Ipv6Header& header,
                     Ptr<Ipv6Interface> interface) override;

    /**
     * An ICMP error about a segment of this host has come.  One about a segment that is not in
     * flight is not believed (RFC 5927 section 4.1).
     * @param icmpSource who says so
     * @param icmpTtl time to live of the message, hops
     * @param icmpType type, as in the message
     * @param icmpCode code, as in the message
     * @param icmpInfo what belongs to the type; of packet too big, the MTU in bytes
     * @param payloadSource source of the segment: an address of this host
     * @param payloadDestination destination of the segment
     * @param payload the segment's first 8 bytes
     */
    void ReceiveIcmp(Ipv4Address icmpSource,
                     uint8_t icmpTtl,
                     uint8_t icmpType,
                     uint8_t icmpCode,
                     uint32_t icmpInfo,
                     Ipv4Address payloadSource,
                     Ipv4Address payloadDestination,
                     const uint8_t payload[8]) override;

    /**
     * An ICMPv6 error about a segment of this host has come; else the same.
     * @param icmpSource who says so
     * @param icmpTtl hop limit of the message, hops
     * @param icmpType type, as in the message
     * @param icmpCode code, as in the message
     * @param icmpInfo what belongs to the type; of packet too big, the MTU in bytes
     * @param payloadSource source of the segment: an address of this host
     * @param payloadDestination destination of the segment
     * @param payload the segment's first 8 bytes
     */
    void ReceiveIcmp(Ipv6Address icmpSource,
                     uint8_t icmpTtl,
                     uint8_t icmpType,
                     uint8_t icmpCode,
                     uint32_t icmpInfo,
                     Ipv6Address payloadSource,
                     Ipv6Address payloadDestination,
                     const uint8_t payload[8]) override;

    /** @param cb what sends segments by IPv4; that of the node's IPv4, unless it is changed. */
    void SetDownTarget(DownTargetCallback cb) override;

    /** @param cb what sends segments by IPv6; that of the node's IPv6, unless it is changed. */
    void SetDownTarget6(DownTargetCallback6 cb) override;

    /** @return what sends segments by IPv4; null before there is IPv4. */
    DownTargetCallback GetDownTarget() const override;

    /** @return what sends segments by IPv6; null before there is IPv6. */
    DownTargetCallback6 GetDownTarget6() const override;

  protected:
    /** Something was aggregated to the node: registers with IPv4 and IPv6, finds a stock TCP. */
    void NotifyNewAggregate() override;

    /** The simulation begins: what came to the node meanwhile is registered with. */
    void DoInitialize() override;

    /** Connections and listeners are forgotten without a segment. */
    void DoDispose() override;

  private:
    friend class TcpConnSocket;
    friend class TcpConnHostScope;
    friend class TcpConnResources;
    friend struct TcpConnL4Attributes;

    /** What policies of a family keep for this host, by the TypeId of the policy. */
    using States = std::map<TypeId, std::shared_ptr<TcpConnPolicyState>>;

    /** An arriving segment and what came with it. */
    struct Arrival
    {
        const TcpConnSegment* segment{nullptr};     //!< Header.
        Ptr<Packet> payload;                        //!< Text.
        Ptr<Packet> whole;                          //!< The packet as it came, for another TCP.
        int32_t device{-1};                         //!< Device that it came through.
        uint16_t pathMss{536};                      //!< Most text that the device's MTU takes.
        const SequenceNumber32* oldSndNxt{nullptr}; //!< See TcpConnScope::oldSndNxt.
    };

    /** Text and FIN of a SYN, kept until the connection is established. */
    struct Stashed
    {
        TcpConnSegment segment; //!< The SYN.
        Ptr<Packet> payload;    //!< Its text.
    };

    // Standing on a node.
    void Attach();
    void OfferFactory();
    bool AddressLegal(const Ipv4Address& address, Ptr<NetDevice> device) const;
    static bool AddressLegal(const Ipv6Address& address);

    // Settings and policies (tcp-conn-l4-defaults.cc).
    Ptr<const TcpConnProfile> Profile();
    Ptr<const TcpConnProfile> ProfileOf(TcpConnRecordHead& head);
    Ptr<TcpConnPolicies> MakePolicies() const;
    Ptr<TcpConnSocket> Prototype();
    std::shared_ptr<TcpConnPolicyState> StateOf(States& states, const TcpConnPolicy& policy) const;
    static void TakeOverDefaults(TcpConnSocket& socket);
    void Replace(TcpConnProfile& profile, const std::string& family, const ObjectFactory& policy);
    static TypeId TypeOrStock(TypeId own, const char* attribute);

    // Segments in (tcp-conn-l4-protocol.cc).
    RxStatus Accept(TcpConnKey& key,
                    TcpConnHeader& header,
                    Ptr<Packet> packet,
                    uint8_t tos,
                    Ptr<NetDevice> device,
                    const std::function<RxStatus()>& stock);
    void Icmp(const TcpConnKey& addresses,
              uint8_t type,
              uint8_t code,
              uint32_t info,
              const uint8_t* payload,
              const std::function<void()>& stock);

    // Dispatch (tcp-conn-l4-dispatch.cc).
    bool Dispatch(const TcpConnKey& key, const Arrival& arrival);
    void DispatchFull(TcpConnFull& full, const Arrival& arrival);
    void DispatchHalfOpen(TcpConnHalfOpen& half, const Arrival& arrival);
    void DispatchLate(TcpConnLate& late, const Arrival& arrival);
    void DispatchListener(TcpConnListener& listener, const TcpConnKey& key, const Arrival& arrival);
    void DispatchNone(const TcpConnKey& key, const Arrival& arrival);
    TcpConnAnswer Call(TcpConnFull& full, TcpConnEvent call);
    TcpConnAnswer Call(TcpConnListener& listener, TcpConnEvent call);
    TcpConnAnswer Ask(TcpConnFull& full, TcpConnEvent call);
    void OfferWindow(TcpConnFull& full);
    void ReportTo(TcpConnRecordHead& head, TcpConnEvent error, uint16_t mss, uint32_t quoted);
    void Ring();
    void Expire(TcpConnTimerNode& node);
    void ExpireFull(TcpConnFull& full);
    void ExpireHalfOpen(TcpConnHalfOpen& half);
    void ExpireLate(TcpConnLate& late);
    static void ExpireDue(TcpConnHostScope& scope);
    void Abandon(TcpConnHalfOpen& half);
    void Finish(TcpConnHostScope& scope);
    void Execute(TcpConnHostScope& scope);
    void Notify(TcpConnHostScope& scope, const TcpConnEffect& effect);
    void NotifyEstablished(TcpConnSocket& socket, const TcpConnHostScope& scope);
    void NotifyLateOpen(TcpConnSocket& socket, const TcpConnHostScope& scope);
    void Pump(TcpConnSocket& socket);
    void Settle(TcpConnSocket& socket);
    void SettleHalfOpen(TcpConnHostScope& scope);
    void SettleLate(TcpConnHostScope& scope);
    void NewHalfOpen(TcpConnHostScope& scope, TcpConnListener& listener);
    TcpConnListener* ListenerOf(uint32_t number) const;
    void Replay(TcpConnSocket& socket, uint64_t id);
    bool Admit(TcpConnHostScope& scope, TcpConnListener& listener);
    bool AdmitSyn(TcpConnHostScope& scope, TcpConnListener& listener);
    bool AdmitCookie(TcpConnHostScope& scope, TcpConnListener& listener);
    static TcpConnAdmission::Verdict Asked(TcpConnHostScope& scope, TcpConnSocket& socket);
    void Count(TcpConnAdmission::Verdict verdict, TcpConnListener& listener);
    void Evict(TcpConnListener& listener);
    TcpConnFull* Accepted(TcpConnListener& listener,
                          uint64_t id,
                          const TcpConnKey& key,
                          const TcpConnTcb& tcb,
                          uint8_t tos);
    TcpConnFull* Promote(TcpConnHalfOpen& half, const TcpConnTcb& tcb);
    TcpConnFull* PromoteAtOnce(TcpConnListener& listener,
                               const TcpConnKey& key,
                               const TcpConnTcb& tcb,
                               uint8_t tos);
    void Retire(TcpConnFull& full);
    void Remove(TcpConnFull& full);
    void Allot(TcpConnSocket& socket);
    void GiveBack(TcpConnSocket& socket);
    void EndUse(TcpConnSocket& socket);
    static uint64_t BuffersOf(const TcpConnSettings& settings);
    void RemoveHalfOpen(TcpConnHalfOpen& half);
    void RemoveLate(TcpConnLate& late);

    // Connections and listeners, for the socket.
    TcpConnFull* Open(const TcpConnKey& key, TcpConnSocket& socket);
    bool HasRoom(const TcpConnSettings& settings);
    bool Orphan(TcpConnSocket& socket);
    bool HasAddress(const TcpConnIp& address, bool v6) const;
    bool FindRoute(TcpConnKey& key, Ptr<NetDevice> device, uint16_t& pathMss) const;
    Ptr<Ipv4Route> RouteTo(const Ipv4Address& peer, Ptr<NetDevice> device) const;
    Ptr<Ipv6Route> RouteTo(const Ipv6Address& peer, Ptr<NetDevice> device) const;
    bool PeerLegal(const TcpConnKey& key, Ptr<NetDevice> device) const;
    void Enter(TcpConnRecordHead& head);
    void Leave(TcpConnRecordHead& head);
    bool InUse(uint16_t port) const;
    uint16_t ChoosePort(const TcpConnKey& key);
    bool IsTaken(const TcpConnKey& key) const;
    bool StockHolds(const TcpConnIp& address, uint16_t port, bool v6) const;
    void Hold(TcpConnSocket& socket);
    void Unhold(TcpConnSocket& socket);
    std::vector<TcpConnSocket*> BoundTo(uint16_t port) const;
    void AddListener(TcpConnListener& listener);
    void RemoveListener(TcpConnListener& listener);
    void MoveListener(TcpConnListener& listener, Ptr<NetDevice> device);
    void AddSocket(TcpConnSocket& socket);
    void RemoveSocket(TcpConnSocket& socket);

    // Segments out.
    void Transmit(const TcpConnKey& key,
                  uint64_t id,
                  TcpConnSegment segment,
                  Ptr<Packet> payload,
                  const TcpConnSocket* socket,
                  bool ect,
                  int tos = -1);
    uint16_t PathMss(Ptr<NetDevice> device, bool v6) const;

    // Traces.
    void TraceMove(const TcpConnHostScope& scope, const TcpConnEffect& effect);
    void TraceRx(uint64_t id, const TcpConnKey& key, const TcpConnSegment& segment);
    void TraceDrop(uint64_t id,
                   const TcpConnKey& key,
                   const TcpConnSegment& segment,
                   const char* reason);

    // TcpConnTimers::Alarm
    void SetAlarm(const Time& at) override;
    void ClearAlarm() override;

    /** @param i index @return a socket of this host */
    Ptr<TcpConnSocket> GetSocket(std::size_t i) const;
    /** @return number of sockets of this host */
    std::size_t GetNSockets() const;

    Ptr<Node> m_node;                  //!< The node.
    Ptr<Ipv4> m_ipv4;                  //!< Its IPv4.
    Ptr<Ipv6> m_ipv6;                  //!< Its IPv6.
    Ptr<IpL4Protocol> m_stock;         //!< Another TCP of IPv4, to which the rest goes.
    Ptr<IpL4Protocol> m_stock6;        //!< Another TCP of IPv6.
    DownTargetCallback m_downTarget;   //!< IPv4's Send.
    DownTargetCallback6 m_downTarget6; //!< IPv6's Send.
    uint32_t m_sending{0};             //!< A segment is being handed to IP.
    bool m_factoryOffered{false};      //!< The socket factory is aggregated.

    ObjectFactory m_handshake;    //!< Handshake policy.
    ObjectFactory m_release;      //!< Release policy.
    ObjectFactory m_isn;          //!< ISN policy.
    ObjectFactory m_admission;    //!< Admission policy.
    ObjectFactory m_segmentCheck; //!< Segment check.
    ObjectFactory m_timeWait;     //!< TIME-WAIT policy.
    ObjectFactory m_retry;        //!< Retry schedule.
    ObjectFactory m_icmp;         //!< ICMP policy.
    TypeId m_congestionType;      //!< Congestion control; ns3::Object: as ns3::TcpL4Protocol has.
    TypeId m_recoveryType;        //!< Recovery; the same.
    TypeId m_rttType;             //!< RTT estimator; the same.
    States m_isnStates;           //!< What ISN policies keep.
    States m_checkStates;         //!< What segment checks keep.
    States m_handshakeStates;     //!< What handshake policies keep.
    double m_msl{-1};             //!< MSL in seconds; -1: the sockets' own default.
    bool m_asStock{false};        //!< Offer ns3::TcpSocketFactory too.
    uint16_t m_firstPort{0};      //!< First ephemeral port.
    uint16_t m_lastPort{0};       //!< Last ephemeral port.

    Ptr<TcpConnSocket> m_prototype; //!< What sockets are copied from.
    Time m_prototypeMade;           //!< When.

    uint64_t m_ids{0};                                           //!< Ids given so far.
    uint64_t m_seed{0};                                          //!< Seed of this host.
    TcpConnTable m_table;                                        //!< Connections.
    TcpConnResources m_resources;                                //!< Limits and levels.
    TcpConnListenerTable m_listeners;                            //!< Listeners.
    TcpConnPorts m_ports;                                        //!< Local ports.
    TcpConnTimers m_timers;                                      //!< Deadlines.
    EventId m_alarm;                                             //!< The event of the next one.
    std::map<uint64_t, Stashed> m_stash;                         //!< By connection id.
    std::vector<TcpConnSocket*> m_sockets;                       //!< Sockets of this host.
    TcpConnBound m_bound;                                        //!< Sockets that are bound.
    std::unordered_map<uint32_t, TcpConnListener*> m_listenerOf; //!< Listeners by their numbers.
    uint32_t m_listenerNumber{0};                                //!< The last one given.
    mutable std::map<TcpConnIp, uint32_t> m_interfaceOf; //!< Where each address was found last.
    std::shared_ptr<TcpConnRowCounts> m_rowCounts;       //!< Rows taken, if counted.

    TracedCallback<const TcpConnTransition&> m_transitionTrace; //!< Transition.
    TracedCallback<uint64_t,
                   const Address&,
                   const Address&,
                   TcpSocket::TcpStates_t,
                   TcpSocket::TcpStates_t>
        m_stateTrace;                                       //!< StateChange.
    TracedCallback<const TcpConnSegmentEvent&> m_txTrace;   //!< Tx.
    TracedCallback<const TcpConnSegmentEvent&> m_rxTrace;   //!< Rx.
    TracedCallback<const TcpConnSegmentEvent&> m_dropTrace; //!< Drop.
};

} // namespace ns3

#endif /* TCP_CONN_L4_PROTOCOL_H */
