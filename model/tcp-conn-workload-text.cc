/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-workload-text.h"

#include <algorithm>

namespace ns3
{

namespace
{

constexpr uint64_t MAGIC = 0x7457;        // first two bytes of a request
constexpr uint32_t CHECKED = 32;          // bytes of a request that its last four protect
constexpr uint32_t LEAST_REPEAT = 8;      // fewer bytes may look alike by chance
constexpr uint32_t REPEAT_WINDOW = 65536; // how far back repeats are looked for
constexpr uint32_t MOST_SEARCHES = 16;    // in one check: what is all wrong costs little

/** @param x a number @return a number that looks random; one to one */
uint64_t
Mix(uint64_t x)
{
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93;
    return x ^ (x >> 32);
}

/** @param seed of the text @param offset place @return the eight bytes around that place */
uint64_t
Word(uint64_t seed, uint32_t offset)
{
    return Mix(seed + offset / 8);
}

/** @param word eight bytes @param offset place @return the byte at that place */
uint8_t
ByteOf(uint64_t word, uint32_t offset)
{
    return static_cast<uint8_t>(word >> (8 * (offset % 8)));
}

/** @param to room @param value a number @param bytes how many of its low bytes to write */
void
Put(uint8_t*& to, uint64_t value, uint32_t bytes)
{
    while (bytes-- > 0)
    {
        *to++ = static_cast<uint8_t>(value >> (8 * bytes));
    }
}

/** @param from bytes @param bytes how many @return the number */
uint64_t
Take(const uint8_t*& from, uint32_t bytes)
{
    uint64_t value = 0;
    while (bytes-- > 0)
    {
        value = value << 8 | *from++;
    }
    return value;
}

/** @param from the first bytes of a request @return what its last four bytes are */
uint32_t
CheckWord(const uint8_t* from)
{
    uint64_t sum = MAGIC;
    for (uint32_t i = 0; i < CHECKED; i++)
    {
        sum = Mix(sum ^ from[i]);
    }
    return static_cast<uint32_t>(sum);
}

} // namespace

void
TcpConnWorkloadRequest::Encode(uint8_t* to) const
{
    uint8_t* at = to;
    Put(at, MAGIC, 2);
    Put(at, static_cast<uint8_t>(closer), 1);
    Put(at, patterned ? 1 : 0, 1);
    Put(at, key, 8);
    Put(at, size, 4);
    Put(at, reply, 4);
    Put(at, toCome, 4);
    Put(at, static_cast<uint64_t>(delay), 8);
    Put(at, CheckWord(to), 4);
}

bool
TcpConnWorkloadRequest::Decode(const uint8_t* from)
{
    const uint8_t* at = from;
    TcpConnWorkloadRequest read;
    const uint64_t magic = Take(at, 2);
    const uint64_t who = Take(at, 1);
    read.patterned = Take(at, 1) == 1;
    read.key = Take(at, 8);
    read.size = static_cast<uint32_t>(Take(at, 4));
    read.reply = static_cast<uint32_t>(Take(at, 4));
    read.toCome = static_cast<uint32_t>(Take(at, 4));
    read.delay = static_cast<int64_t>(Take(at, 8));
    read.closer = static_cast<Closer>(who);
    const bool legal = magic == MAGIC && read.size >= SIZE && who <= ABORT;
    if (!legal || Take(at, 4) != CheckWord(from))
    {
        return false;
    }
    *this = read;
    return true;
}

uint64_t
TcpConnWorkloadText::Seed(uint64_t key, bool reply)
{
    return Mix(2 * key + (reply ? 1 : 0) + MAGIC);
}

void
TcpConnWorkloadText::Fill(uint64_t seed, uint32_t offset, uint8_t* to, uint32_t size)
{
    while (size > 0)
    {
        const uint64_t word = Word(seed, offset);
        const uint32_t run = std::min(size, 8 - offset % 8);
        for (uint32_t i = 0; i < run; i++)
        {
            *to++ = ByteOf(word, offset + i);
        }
        offset += run;
        size -= run;
    }
}

uint32_t
TcpConnWorkloadText::Matching(uint64_t seed, uint32_t offset, const uint8_t* from, uint32_t size)
{
    uint32_t done = 0;
    while (done < size)
    {
        const uint64_t word = Word(seed, offset + done);
        const uint32_t run = std::min(size - done, 8 - (offset + done) % 8);
        for (uint32_t i = 0; i < run; i++)
        {
            if (from[done] != ByteOf(word, offset + done))
            {
                return done;
            }
            done++;
        }
    }
    return done;
}

uint32_t
TcpConnWorkloadText::Repeats(uint64_t seed, uint32_t offset, const uint8_t* from, uint32_t size)
{
    if (size < LEAST_REPEAT ||
        Matching(seed, offset + 1, from + 1, LEAST_REPEAT - 1) == LEAST_REPEAT - 1)
    {
        return 0; // one byte alone is wrong
    }
    for (uint32_t back = 1; back <= std::min(offset, REPEAT_WINDOW); back++)
    {
        if (Matching(seed, offset - back, from, LEAST_REPEAT) == LEAST_REPEAT)
        {
            return back;
        }
    }
    return 0;
}

uint32_t
TcpConnWorkloadText::Check(uint64_t seed,
                           uint32_t offset,
                           const uint8_t* from,
                           uint32_t size,
                           Verdict& verdict)
{
    uint32_t place = offset;
    uint32_t searches = 0;
    while (size > 0)
    {
        const uint32_t good = Matching(seed, place, from, size);
        place += good;
        from += good;
        size -= good;
        if (size == 0)
        {
            break;
        }
        const bool search = searches++ < MOST_SEARCHES;
        const uint32_t back = search ? Repeats(seed, place, from, size) : 0;
        uint32_t wrong = 1;
        if (back > 0)
        {
            wrong = Matching(seed, place - back, from, std::min(size, back));
            verdict.duplicated += wrong;
        }
        else
        {
            verdict.corrupted++;
            place++;
        }
        from += wrong;
        size -= wrong;
    }
    return place - offset;
}

} // namespace ns3
