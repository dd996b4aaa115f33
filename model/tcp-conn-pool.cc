/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-pool.h"

#include "ns3/abort.h"
#include "ns3/assert.h"

#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(address, bytes)
#define ASAN_UNPOISON_MEMORY_REGION(address, bytes)
#endif

namespace ns3
{

namespace
{

/** Room without an object. */
struct Free
{
    Free* next; //!< The next one of the chunk.
};

/** Words of the largest object. */
constexpr std::size_t WORDS = TcpConnPool::LARGEST / 8;

} // namespace

/** A chunk: this head, and room for objects. */
struct TcpConnPool::Chunk
{
    uint32_t number; //!< Place in s_chunks; comes first, NameOf reads it.
    uint16_t words;  //!< Words of an object.
    uint16_t count;  //!< Objects.
    uint32_t fresh;  //!< Byte from which on nothing was ever used.
    Free* free;      //!< What was given back.
    Chunk* previous; //!< Neighbour in the list of those with room.
    Chunk* next;     //!< Neighbour in the list of those with room.

    /** @return bytes of an object */
    std::size_t Bytes() const
    {
        return words * std::size_t{8};
    }

    /** @return whether no further object fits */
    bool Full() const
    {
        return !free && fresh + Bytes() > CHUNK;
    }
};

char** TcpConnPool::s_chunks = nullptr;
uint32_t TcpConnPool::s_size = 0;
uint32_t TcpConnPool::s_used = 0;
uint32_t TcpConnPool::s_vacant = 0;
TcpConnPool::Chunk* TcpConnPool::s_open[WORDS + 1] = {};

void*
TcpConnPool::Take(std::size_t bytes)
{
    const std::size_t words = (bytes + 7) / 8;
    NS_ABORT_MSG_IF(words > WORDS, "an object of " << bytes << " bytes is too large for the pool");
    Chunk* chunk = s_open[words] ? s_open[words] : NewChunk(words);
    void* object = chunk->free;
    if (object)
    {
        ASAN_UNPOISON_MEMORY_REGION(object, chunk->Bytes());
        chunk->free = chunk->free->next;
    }
    else
    {
        object = reinterpret_cast<char*>(chunk) + chunk->fresh;
        ASAN_UNPOISON_MEMORY_REGION(object, chunk->Bytes());
        chunk->fresh += static_cast<uint32_t>(chunk->Bytes());
    }
    ++chunk->count;
    if (chunk->Full())
    {
        Unlink(chunk);
    }
    return object;
}

void
TcpConnPool::Give(void* object)
{
    if (!object)
    {
        return;
    }
    auto* chunk = reinterpret_cast<Chunk*>(reinterpret_cast<uintptr_t>(object) & ~(CHUNK - 1));
    if (chunk->Full())
    {
        Link(chunk);
    }
    --chunk->count;
    if (chunk->count == 0)
    {
        DeleteChunk(chunk);
        return;
    }
    chunk->free = new (object) Free{chunk->free};
    ASAN_POISON_MEMORY_REGION(object, chunk->Bytes());
}

std::size_t
TcpConnPool::HeapBytes()
{
    return s_used * CHUNK + s_size * sizeof(char*);
}

TcpConnPool::Chunk*
TcpConnPool::NewChunk(std::size_t words)
{
    if (s_vacant == s_size)
    {
        const uint32_t size = s_size > 0 ? s_size * 2 : 16;
        NS_ABORT_MSG_IF(size > 1U << (32 - WORD_BITS), "no name is left for another connection");
        auto** chunks = static_cast<char**>(std::realloc(s_chunks, size * sizeof(char*)));
        NS_ABORT_MSG_UNLESS(chunks, "no memory");
        for (uintptr_t i = s_size; i < size; ++i)
        {
            chunks[i] = reinterpret_cast<char*>(i + 1);
        }
        s_chunks = chunks;
        s_size = size;
    }
    auto* room = static_cast<char*>(std::aligned_alloc(CHUNK, CHUNK));
    NS_ABORT_MSG_UNLESS(room, "no memory");
    const uint32_t number = s_vacant;
    s_vacant = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(s_chunks[number]));
    s_chunks[number] = room;
    ++s_used;
    auto* chunk = new (room)
        Chunk{number, static_cast<uint16_t>(words), 0, sizeof(Chunk), nullptr, nullptr, nullptr};
    ASAN_POISON_MEMORY_REGION(room + sizeof(Chunk), CHUNK - sizeof(Chunk));
    Link(chunk);
    return chunk;
}

void
TcpConnPool::DeleteChunk(Chunk* chunk)
{
    Unlink(chunk);
    s_chunks[chunk->number] = reinterpret_cast<char*>(uintptr_t{s_vacant});
    s_vacant = chunk->number;
    ASAN_UNPOISON_MEMORY_REGION(chunk, CHUNK);
    std::free(chunk);
    if (--s_used == 0)
    {
        std::free(s_chunks);
        s_chunks = nullptr;
        s_size = 0;
        s_vacant = 0;
    }
}

void
TcpConnPool::Link(Chunk* chunk)
{
    Chunk*& first = s_open[chunk->words];
    chunk->previous = nullptr;
    chunk->next = first;
    if (first)
    {
        first->previous = chunk;
    }
    first = chunk;
}

void
TcpConnPool::Unlink(Chunk* chunk)
{
    (chunk->previous ? chunk->previous->next : s_open[chunk->words]) = chunk->next;
    if (chunk->next)
    {
        chunk->next->previous = chunk->previous;
    }
}

} // namespace ns3
