/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-table.h"

#include "ns3/assert.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstring>
#include <map>
#include <tuple>
#include <unordered_map>

namespace ns3
{

namespace
{

/**
 * Take one word into a hash.
 * @param hash the hash so far
 * @param word the word
 * @return the hash with it
 */
uint64_t
HashWord(uint64_t hash, uint64_t word)
{
    // A bijection of either argument: words that differ do not meet by themselves.
    hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
    return hash ^ (hash >> 32);
}

/**
 * Take eight bytes into a hash, the same way on every machine.
 * @param hash the hash so far
 * @param bytes the bytes
 * @return the hash with them
 */
uint64_t
HashBytes(uint64_t hash, const uint8_t* bytes)
{
    uint64_t word = 0;
    for (unsigned i = 0; i < 8; ++i)
    {
        word |= static_cast<uint64_t>(bytes[i]) << (8 * i);
    }
    return HashWord(hash, word);
}

/**
 * Hash of a 4-tuple.
 * @param seed the seed
 * @param v6 the addresses are IPv6
 * @param localPort local port
 * @param peerPort peer's port
 * @param addresses local and peer's address: 8 bytes, or 32
 * @return the hash
 */
uint64_t
HashTuple(uint64_t seed, bool v6, uint16_t localPort, uint16_t peerPort, const uint8_t* addresses)
{
    uint64_t hash = HashWord(seed, static_cast<uint64_t>(peerPort) << 16 | localPort);
    for (unsigned i = 0; i < (v6 ? 32 : 8); i += 8)
    {
        hash = HashBytes(hash, addresses + i);
    }
    hash *= 0xd6e8feb86659fd93ULL; // the last word reaches all bits
    return hash ^ (hash >> 32);
}

/** @param name a record's name @return the record */
TcpConnRecordHead*
Named(TcpConnPool::Name name)
{
    // A record begins with its timer node, at the address that was named.
    return static_cast<TcpConnRecordHead*>(static_cast<TcpConnTimerNode*>(TcpConnPool::At(name)));
}

/** Hash of records and of keys, alike. */
struct RecordHash
{
    using is_transparent = void; //!< Keys need not be made records.
    using is_avalanching = void; //!< All bits are good.

    uint64_t seed; //!< The seed.

    /**
     * @param name a record
     * @return its hash
     */
    std::size_t operator()(TcpConnPool::Name name) const
    {
        const TcpConnRecordHead& record = *Named(name);
        return HashTuple(seed, record.v6, record.localPort, record.peerPort, record.Addresses());
    }

    /**
     * @param key a 4-tuple
     * @return its hash
     */
    std::size_t operator()(const TcpConnKey& key) const
    {
        return TcpConnKeyHash(seed, key);
    }
};

/** Equality of records and keys. */
struct RecordEqual
{
    using is_transparent = void; //!< Keys need not be made records.

    /**
     * @param a a record
     * @param b another
     * @return whether they have one 4-tuple
     */
    bool operator()(TcpConnPool::Name a, TcpConnPool::Name b) const
    {
        return a == b || Named(a)->SameKey(*Named(b));
    }

    /**
     * @param key a 4-tuple
     * @param record a record
     * @return whether it is the record's
     */
    bool operator()(const TcpConnKey& key, TcpConnPool::Name record) const
    {
        return Named(record)->Matches(key);
    }

    /**
     * @param record a record
     * @param key a 4-tuple
     * @return whether it is the record's
     */
    bool operator()(TcpConnPool::Name record, const TcpConnKey& key) const
    {
        return Named(record)->Matches(key);
    }
};

} // namespace

uint64_t
TcpConnKeyHash(uint64_t seed, const TcpConnKey& key)
{
    const std::size_t n = key.v6 ? 16 : 4;
    std::array<uint8_t, 32> addresses;
    std::memcpy(addresses.data(), key.local.data(), n);
    std::memcpy(addresses.data() + n, key.peer.data(), n);
    return HashTuple(seed, key.v6, key.localPort, key.peerPort, addresses.data());
}

TcpConnRecordHead::TcpConnRecordHead(uint64_t recordId,
                                     uint8_t recordKind,
                                     std::size_t bytes,
                                     const TcpConnKey& key)
    : kind(recordKind),
      v6(key.v6),
      words(bytes / 8),
      id(recordId),
      localPort(key.localPort),
      peerPort(key.peerPort)
{
    NS_ASSERT_MSG(bytes % 8 == 0 && words * std::size_t{8} == bytes, "addresses begin elsewhere");
    const std::size_t n = AddressBytes(v6) / 2;
    auto* addresses = const_cast<uint8_t*>(Addresses());
    std::memcpy(addresses, key.local.data(), n);
    std::memcpy(addresses + n, key.peer.data(), n);
}

TcpConnKey
TcpConnRecordHead::Key() const
{
    const std::size_t n = v6 ? 16 : 4;
    TcpConnKey key;
    std::memcpy(key.local.data(), Addresses(), n);
    std::memcpy(key.peer.data(), Addresses() + n, n);
    key.localPort = localPort;
    key.peerPort = peerPort;
    key.v6 = v6;
    return key;
}

bool
TcpConnRecordHead::Matches(const TcpConnKey& key) const
{
    const std::size_t n = v6 ? 16 : 4;
    return localPort == key.localPort && peerPort == key.peerPort && v6 == key.v6 &&
           std::memcmp(Addresses(), key.local.data(), n) == 0 &&
           std::memcmp(Addresses() + n, key.peer.data(), n) == 0;
}

bool
TcpConnRecordHead::SameKey(const TcpConnRecordHead& other) const
{
    return localPort == other.localPort && peerPort == other.peerPort && v6 == other.v6 &&
           std::memcmp(Addresses(), other.Addresses(), AddressBytes(v6)) == 0;
}

/** The hash set. */
struct TcpConnTable::Set
{
    /** Names of records by their 4-tuples. */
    using Records = boost::unordered_flat_set<TcpConnPool::Name, RecordHash, RecordEqual>;

    Records records; //!< The records.

    /** @param seed of the hash. */
    explicit Set(uint64_t seed)
        : records(0, RecordHash{seed})
    {
    }

    /**
     * @param record a record
     * @return where this very object is; the end: it is not here
     */
    Records::iterator FindObject(const TcpConnRecordHead& record)
    {
        const TcpConnPool::Name name = TcpConnPool::NameOf(&record);
        auto it = records.find(name);
        return it != records.end() && *it == name ? it : records.end();
    }
};

TcpConnTable::TcpConnTable(uint64_t seed)
    : m_seed(seed)
{
}

TcpConnTable::~TcpConnTable() = default;

TcpConnRecordHead*
TcpConnTable::Find(const TcpConnKey& key) const
{
    if (!m_set)
    {
        return nullptr;
    }
    const auto it = m_set->records.find(key);
    return it == m_set->records.end() ? nullptr : Named(*it);
}

bool
TcpConnTable::Insert(TcpConnRecordHead& record)
{
    if (!m_set)
    {
        m_set = std::make_unique<Set>(m_seed);
    }
    return m_set->records.insert(TcpConnPool::NameOf(&record)).second;
}

bool
TcpConnTable::Erase(const TcpConnRecordHead& record)
{
    if (!m_set)
    {
        return false;
    }
    auto& records = m_set->records;
    const auto it = m_set->FindObject(record);
    if (it == records.end())
    {
        return false;
    }
    records.erase(it);
    if (records.empty())
    {
        m_set.reset();
    }
    else if (records.bucket_count() > 64 && records.size() < records.bucket_count() / 8)
    {
        records.rehash(records.size() * 2); // far from both limits: the cost is spread
    }
    return true;
}

bool
TcpConnTable::Replace(const TcpConnRecordHead& old, TcpConnRecordHead& record)
{
    if (!m_set || !old.SameKey(record))
    {
        return false;
    }
    const auto it = m_set->FindObject(old);
    if (it == m_set->records.end())
    {
        return false;
    }
    // Hash and equality are the same: the slot is.
    const_cast<TcpConnPool::Name&>(*it) = TcpConnPool::NameOf(&record);
    return true;
}

std::size_t
TcpConnTable::Size() const
{
    return m_set ? m_set->records.size() : 0;
}

std::vector<TcpConnRecordHead*>
TcpConnTable::Sorted() const
{
    std::vector<TcpConnRecordHead*> all;
    if (m_set)
    {
        all.reserve(m_set->records.size());
        for (TcpConnPool::Name name : m_set->records)
        {
            all.push_back(Named(name));
        }
    }
    std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
    return all;
}

std::size_t
TcpConnTable::HeapBytes() const
{
    // A group of 15 slots has 16 bytes beside them.
    return m_set ? sizeof(Set) +
                       m_set->records.bucket_count() / 15 * (15 * sizeof(TcpConnPool::Name) + 16)
                 : 0;
}

/** Listeners by port. */
struct TcpConnListenerTable::Ports
{
    /** Family, address, device, whether it takes the other family too. */
    using Place = std::tuple<bool, TcpConnIp, int32_t, bool>;
    /** The listeners of one port: by place, and there by age. */
    using Places = std::map<Place, std::vector<TcpConnListener*>>;

    std::unordered_map<uint16_t, Places> ports; //!< All listeners.
    std::size_t size{0};                        //!< Their number.

    /**
     * @param at where a listener listens
     * @return the same without its port
     */
    static Place PlaceOf(const TcpConnListenerAt& at)
    {
        return {at.v6, at.address, at.device, at.dual};
    }

    /**
     * Append the listeners of one port.
     * @param places the port
     * @param[in,out] out where to
     */
    static void Append(const Places& places, std::vector<TcpConnListener*>& out)
    {
        for (const auto& [place, listeners] : places)
        {
            out.insert(out.end(), listeners.begin(), listeners.end());
        }
    }

    /**
     * @param places listeners of a port
     * @param place where to look
     * @param hash of the 4-tuple: decides between several
     * @return a listener; nullptr: none is there
     */
    static TcpConnListener* Pick(const Places& places, const Place& place, uint64_t hash)
    {
        const auto it = places.find(place);
        return it == places.end() ? nullptr : it->second[hash % it->second.size()];
    }
};

TcpConnListenerTable::TcpConnListenerTable(uint64_t seed)
    : m_seed(seed)
{
}

TcpConnListenerTable::~TcpConnListenerTable() = default;

bool
TcpConnListenerTable::Add(const TcpConnListenerAt& at, TcpConnListener* listener)
{
    NS_ASSERT_MSG(!at.dual || (at.v6 && at.address == TcpConnIp{}),
                  "only the unspecified IPv6 address takes IPv4 also");
    if (!m_ports)
    {
        m_ports = std::make_unique<Ports>();
    }
    auto& here = m_ports->ports[at.port][Ports::PlaceOf(at)];
    if (std::find(here.begin(), here.end(), listener) != here.end())
    {
        return false;
    }
    here.push_back(listener);
    ++m_ports->size;
    return true;
}

bool
TcpConnListenerTable::Remove(const TcpConnListenerAt& at, TcpConnListener* listener)
{
    if (!m_ports)
    {
        return false;
    }
    const auto port = m_ports->ports.find(at.port);
    if (port == m_ports->ports.end())
    {
        return false;
    }
    const auto place = port->second.find(Ports::PlaceOf(at));
    if (place == port->second.end())
    {
        return false;
    }
    auto& here = place->second;
    const auto it = std::find(here.begin(), here.end(), listener);
    if (it == here.end())
    {
        return false;
    }
    here.erase(it);
    if (here.empty())
    {
        port->second.erase(place);
    }
    if (port->second.empty())
    {
        m_ports->ports.erase(port);
    }
    if (--m_ports->size == 0)
    {
        m_ports.reset();
    }
    return true;
}

TcpConnListener*
TcpConnListenerTable::Find(const TcpConnKey& key, int32_t device) const
{
    if (!m_ports)
    {
        return nullptr;
    }
    const auto port = m_ports->ports.find(key.localPort);
    if (port == m_ports->ports.end())
    {
        return nullptr;
    }
    const uint64_t hash = TcpConnKeyHash(m_seed, key);
    for (const TcpConnIp& address : {key.local, TcpConnIp{}})
    {
        for (int32_t bound : {device, TcpConnListenerAt::ANY_DEVICE})
        {
            TcpConnListener* found =
                Ports::Pick(port->second, {key.v6, address, bound, false}, hash);
            if (!found && address == TcpConnIp{})
            {
                found = Ports::Pick(port->second, {true, address, bound, true}, hash);
            }
            if (found)
            {
                return found;
            }
        }
    }
    return nullptr;
}

std::vector<TcpConnListener*>
TcpConnListenerTable::OnPort(uint16_t port) const
{
    std::vector<TcpConnListener*> all;
    if (m_ports && m_ports->ports.count(port))
    {
        Ports::Append(m_ports->ports.at(port), all);
    }
    return all;
}

std::vector<TcpConnListener*>
TcpConnListenerTable::All() const
{
    std::vector<TcpConnListener*> all;
    if (m_ports)
    {
        std::vector<uint16_t> ports;
        for (const auto& [port, places] : m_ports->ports)
        {
            ports.push_back(port);
        }
        std::sort(ports.begin(), ports.end());
        for (uint16_t port : ports)
        {
            Ports::Append(m_ports->ports.at(port), all);
        }
    }
    return all;
}

std::size_t
TcpConnListenerTable::Size() const
{
    return m_ports ? m_ports->size : 0;
}

} // namespace ns3
