/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_POOL_H
#define TCP_CONN_POOL_H

#include <cstddef>
#include <cstdint>

namespace ns3
{

/** @ingroup tcp-conn
 * The memory of the objects that there are for each connection, in chunks of 16 KiB that hold
 * objects of one size: none has a word of malloc's beside it, and 32 bits name each of them, so
 * that a list or a table of them takes half of what pointers would.
 *
 * One pool serves all hosts of the process.  A chunk without an object is given back at once.
 */
class TcpConnPool
{
  public:
    /** What names an object; 0: none. */
    using Name = uint32_t;

    /** Most bytes of an object. */
    static constexpr std::size_t LARGEST = 4096;

    /**
     * @param bytes size of an object, up to LARGEST
     * @return room for it, aligned to 8 bytes
     */
    static void* Take(std::size_t bytes);

    /**
     * Give room back.
     * @param object what Take returned
     */
    static void Give(void* object);

    /**
     * @param object an object of the pool, or a part of one that is aligned to 8 bytes
     * @return its name
     */
    static Name NameOf(const void* object)
    {
        const auto at = reinterpret_cast<uintptr_t>(object);
        const auto* chunk = reinterpret_cast<const uint32_t*>(at & ~(CHUNK - 1));
        return *chunk << WORD_BITS | static_cast<uint32_t>((at & (CHUNK - 1)) / 8);
    }

    /**
     * @param name the name of an object that exists
     * @return what was named
     */
    static void* At(Name name)
    {
        return s_chunks[name >> WORD_BITS] + (name & ((1U << WORD_BITS) - 1)) * 8;
    }

    /** @return bytes that the pool has from malloc. */
    static std::size_t HeapBytes();

  private:
    struct Chunk;

    static constexpr uintptr_t CHUNK = 16384; //!< Bytes of a chunk, and its alignment.
    static constexpr unsigned WORD_BITS = 11; //!< Bits that say which word of a chunk is meant.

    static Chunk* NewChunk(std::size_t words);
    static void DeleteChunk(Chunk* chunk);
    static void Link(Chunk* chunk);
    static void Unlink(Chunk* chunk);

    static char** s_chunks;   //!< All chunks, by number; where one is free, the next free one.
    static uint32_t s_size;   //!< Numbers that s_chunks has room for.
    static uint32_t s_used;   //!< Chunks.
    static uint32_t s_vacant; //!< The first free number; s_size: none is.
    static Chunk* s_open[];   //!< Chunks with room, by the words of an object.
};

/** @ingroup tcp-conn
 * Puts the objects of a class, and of those derived from it, into the pool.
 */
struct TcpConnPooled
{
    /** @param bytes size of the object @return room for it */
    static void* operator new(std::size_t bytes)
    {
        return TcpConnPool::Take(bytes);
    }

    /**
     * @param bytes size of the object
     * @param more bytes that follow it
     * @return room for both
     */
    static void* operator new(std::size_t bytes, std::size_t more)
    {
        return TcpConnPool::Take(bytes + more);
    }

    /** @param object room that was taken */
    static void operator delete(void* object)
    {
        TcpConnPool::Give(object);
    }

    /** @param object room that was taken, in vain */
    static void operator delete(void* object, std::size_t /* more */)
    {
        TcpConnPool::Give(object);
    }
};

} // namespace ns3

#endif /* TCP_CONN_POOL_H */
