/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-ports.h"

#include "tcp-conn-table.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <unordered_map>
#include <vector>

namespace ns3
{

namespace
{

/** A set of ports: 16 bytes for each 64 neighbours of which one is in it. */
class PortSet
{
  public:
    /**
     * @param index number of a word: port / 64
     * @return the ports of that word, as bits
     */
    uint64_t Word(uint32_t index) const
    {
        const auto it = Find(index);
        return it != m_words.end() && it->index == index ? it->bits : 0;
    }

    /** @param port a port @return whether it is in the set */
    bool Has(uint16_t port) const
    {
        return Word(port / 64) & Bit(port);
    }

    /**
     * @param port a port
     * @return whether it was not in the set, and now is
     */
    bool Insert(uint16_t port)
    {
        auto it = m_words.begin() + (Find(port / 64) - m_words.cbegin());
        if (it == m_words.end() || it->index != port / 64)
        {
            it = m_words.insert(it, {port / 64U, 0});
        }
        if (it->bits & Bit(port))
        {
            return false;
        }
        it->bits |= Bit(port);
        ++m_size;
        return true;
    }

    /**
     * @param port a port
     * @return whether it was in the set, and now is not
     */
    bool Erase(uint16_t port)
    {
        if (!Has(port))
        {
            return false;
        }
        const auto it = m_words.begin() + (Find(port / 64) - m_words.cbegin());
        it->bits &= ~Bit(port);
        if (it->bits == 0)
        {
            m_words.erase(it);
        }
        --m_size;
        return true;
    }

    /** @return the number of ports. */
    uint32_t Size() const
    {
        return m_size;
    }

    /** @return bytes in use on the heap. */
    std::size_t HeapBytes() const
    {
        return m_words.size() * sizeof(Group);
    }

  private:
    /** 64 neighbours. */
    struct Group
    {
        uint32_t index; //!< port / 64.
        uint64_t bits;  //!< Those in the set; never none.
    };

    /**
     * @param port a port
     * @return its bit in its word
     */
    static uint64_t Bit(uint16_t port)
    {
        return uint64_t{1} << (port % 64);
    }

    /**
     * @param index number of a word
     * @return where it is, or else where it belongs
     */
    std::vector<Group>::const_iterator Find(uint32_t index) const
    {
        return std::lower_bound(
            m_words.cbegin(),
            m_words.cend(),
            index,
            [](const Group& group, uint32_t wanted) { return group.index < wanted; });
    }

    std::vector<Group> m_words; //!< In the order of ports.
    uint32_t m_size{0};         //!< Ports in the set.
};

/** Ports with a count each, which as a rule is one. */
class CountedPorts
{
  public:
    /** @param port a port @return its count */
    uint32_t Of(uint16_t port) const
    {
        return m_ports.Has(port) ? 1 + Beyond(port) : 0;
    }

    /** Count one more. @param port a port */
    void Add(uint16_t port)
    {
        if (m_ports.Insert(port))
        {
            return;
        }
        if (!m_more)
        {
            m_more = std::make_unique<Counts>();
        }
        ++(*m_more)[port];
    }

    /** Count one less. @param port a port of which there is one @return whether it was the last */
    bool Remove(uint16_t port)
    {
        if (Beyond(port) == 0)
        {
            return m_ports.Erase(port);
        }
        const auto it = m_more->find(port);
        if (--it->second == 0)
        {
            m_more->erase(it);
        }
        if (m_more->empty())
        {
            m_more.reset();
        }
        return false;
    }

    /** @return the ports that have a count. */
    const PortSet& Ports() const
    {
        return m_ports;
    }

    /** @return bytes on the heap, about. */
    std::size_t HeapBytes() const
    {
        // A byte says what is in a slot of 8.
        return m_ports.HeapBytes() + (m_more ? sizeof(Counts) + m_more->bucket_count() * 9 : 0);
    }

  private:
    /** Counts by port. */
    using Counts = boost::unordered_flat_map<uint16_t, uint32_t>;

    /** @param port a port @return its count beyond one */
    uint32_t Beyond(uint16_t port) const
    {
        if (!m_more)
        {
            return 0;
        }
        const auto it = m_more->find(port);
        return it == m_more->end() ? 0 : it->second;
    }

    PortSet m_ports;                //!< Those that have a count.
    std::unique_ptr<Counts> m_more; //!< Counts beyond one; none is 0.
};

/** A search for a free port. */
struct Search
{
    const PortSet& taken;                 //!< Ports taken for the destination.
    const PortSet& held;                  //!< Ports that are held.
    const TcpConnPorts::IsTaken& isTaken; //!< What else may be taken; perhaps empty.
    uint64_t looks{0};                    //!< Words looked at.
    bool refused{false};                  //!< isTaken refused a port.

    /**
     * @param from first port
     * @param to last port
     * @return the first free port from there to there; 0: none
     */
    uint32_t Next(uint32_t from, uint32_t to)
    {
        for (uint32_t port = from; port <= to; port = (port / 64 + 1) * 64)
        {
            ++looks;
            uint64_t free = ~(taken.Word(port / 64) | held.Word(port / 64));
            free &= ~uint64_t{0} << (port % 64);
            for (; free; free &= free - 1)
            {
                const auto found = port / 64 * 64 + static_cast<uint32_t>(__builtin_ctzll(free));
                if (found > to)
                {
                    return 0;
                }
                if (!isTaken || !isTaken(static_cast<uint16_t>(found)))
                {
                    return found;
                }
                refused = true;
            }
        }
        return 0;
    }
};

/** What is in use towards one destination. */
struct Use
{
    PortSet taken;      //!< The ports.
    uint64_t fullAt{0}; //!< The book's version at which no port was left; 0: one may be.
};

} // namespace

/** What is in use. */
struct TcpConnPorts::Book
{
    std::unordered_map<uint64_t, Use> uses; //!< By destination; none is empty.
    CountedPorts used;                      //!< Ports of connections.
    CountedPorts held;                      //!< Ports that are held.
    uint64_t version{1};                    //!< Grows when ports may have become free.
    uint64_t fullAt{0};                     //!< The version at which all were held.

    /**
     * @param destination name of a destination
     * @return what is in use towards it; nullptr: nothing is
     */
    Use* Find(uint64_t destination)
    {
        const auto it = uses.find(destination);
        return it == uses.end() ? nullptr : &it->second;
    }
};

TcpConnPorts::TcpConnPorts(uint64_t seed)
    : m_seed(seed)
{
}

TcpConnPorts::~TcpConnPorts() = default;

void
TcpConnPorts::SetSeed(uint64_t seed)
{
    m_seed = seed;
}

bool
TcpConnPorts::SetRange(uint16_t first, uint16_t last)
{
    if (first == 0 || first > last)
    {
        return false;
    }
    m_first = first;
    m_last = last;
    if (m_book)
    {
        ++m_book->version;
    }
    return true;
}

uint64_t
TcpConnPorts::Destination(const TcpConnKey& key)
{
    TcpConnKey destination = key;
    destination.localPort = 0;
    return TcpConnKeyHash(0, destination);
}

uint16_t
TcpConnPorts::Choose(const TcpConnKey& key, const IsTaken& isTaken)
{
    static const PortSet none;
    const uint64_t destination = Destination(key);
    Use* use = m_book ? m_book->Find(destination) : nullptr;
    uint64_t* fullAt = use ? &use->fullAt : m_book ? &m_book->fullAt : nullptr;
    if (fullAt && *fullAt == m_book->version)
    {
        return 0;
    }
    Search search{use ? use->taken : none, m_book ? m_book->held.Ports() : none, isTaken};
    const uint32_t range = m_last - m_first + 1U;
    const uint64_t offset = (destination ^ m_seed) * 0x9e3779b97f4a7c15ULL >> 32;
    const uint32_t start = m_first + static_cast<uint32_t>((offset + m_next) % range);
    uint32_t port = search.Next(start, m_last);
    if (port == 0)
    {
        port = search.Next(m_first, start - 1);
    }
    m_looks += search.looks;
    if (port != 0)
    {
        // The counter goes past what was in use: it is passed over once a round, not each time.
        m_next = (m_next % range + (port + range - start) % range + 1) % range;
    }
    else if (fullAt && !search.refused)
    {
        *fullAt = m_book->version;
    }
    return static_cast<uint16_t>(port);
}

bool
TcpConnPorts::Take(const TcpConnKey& key)
{
    return MakeBook().uses[Destination(key)].taken.Insert(key.localPort);
}

bool
TcpConnPorts::Release(const TcpConnKey& key)
{
    const uint64_t destination = Destination(key);
    Use* use = m_book ? m_book->Find(destination) : nullptr;
    if (!use || !use->taken.Erase(key.localPort))
    {
        return false;
    }
    use->fullAt = 0;
    if (use->taken.Size() == 0)
    {
        m_book->uses.erase(destination);
        Trim();
    }
    return true;
}

void
TcpConnPorts::Hold(uint16_t port)
{
    MakeBook().held.Add(port);
}

bool
TcpConnPorts::Unhold(uint16_t port)
{
    if (Holders(port) == 0)
    {
        return false;
    }
    if (m_book->held.Remove(port))
    {
        ++m_book->version;
        Trim();
    }
    return true;
}

uint32_t
TcpConnPorts::Holders(uint16_t port) const
{
    return m_book ? m_book->held.Of(port) : 0;
}

void
TcpConnPorts::Enter(uint16_t port)
{
    MakeBook().used.Add(port);
}

void
TcpConnPorts::Leave(uint16_t port)
{
    m_book->used.Remove(port);
    Trim();
}

bool
TcpConnPorts::InUse(uint16_t port) const
{
    return m_book && m_book->used.Of(port) > 0;
}

std::size_t
TcpConnPorts::Taken(const TcpConnKey& key) const
{
    const Use* use = m_book ? m_book->Find(Destination(key)) : nullptr;
    return use ? use->taken.Size() : 0;
}

std::size_t
TcpConnPorts::HeapBytes() const
{
    if (!m_book)
    {
        return 0;
    }
    // A node of a map has two words beside its value.
    std::size_t bytes = sizeof(Book) + m_book->held.HeapBytes() + m_book->used.HeapBytes();
    for (const auto& [destination, use] : m_book->uses)
    {
        bytes += sizeof(use) + 24 + use.taken.HeapBytes();
    }
    return bytes;
}

TcpConnPorts::Book&
TcpConnPorts::MakeBook()
{
    if (!m_book)
    {
        m_book = std::make_unique<Book>();
    }
    return *m_book;
}

void
TcpConnPorts::Trim()
{
    if (m_book->uses.empty() && m_book->held.Ports().Size() == 0 &&
        m_book->used.Ports().Size() == 0)
    {
        m_book.reset();
    }
}

} // namespace ns3
