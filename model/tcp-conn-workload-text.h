/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_WORKLOAD_TEXT_H
#define TCP_CONN_WORKLOAD_TEXT_H

#include <cstdint>

namespace ns3
{

/** @ingroup tcp-conn
 * What the first bytes of each request tell the server: all that it needs to know, so that one
 * server serves clients of every kind.
 */
struct TcpConnWorkloadRequest
{
    /** Which end closes first. */
    enum Closer : uint8_t
    {
        CLIENT, //!< The client closes, the server closes after it.
        SERVER, //!< The server closes, the client closes after it.
        BOTH,   //!< Both close at the same instant, so that their FINs cross.
        ABORT,  //!< The client aborts: its TCP sends RST.
    };

    static constexpr uint32_t SIZE = 36; //!< Bytes on the wire; the least size of a request.

    uint64_t key{0};    //!< The connection: what its text depends on.
    uint32_t size{0};   //!< Bytes of this request, these first ones included.
    uint32_t reply{0};  //!< Bytes that the server shall answer.
    uint32_t toCome{0}; //!< Requests that will follow on this connection.
    int64_t delay{0};   //!< Nanoseconds until the server closes: after its last reply if it closes
                        //!< first or with the client, after the client's FIN otherwise; negative:
                        //!< it never does.
    Closer closer{CLIENT}; //!< Who closes.
    bool patterned{false}; //!< Text is TcpConnWorkloadText, of the reply too; zeros otherwise.

    /** @param to room for SIZE bytes; filled, network byte order */
    void Encode(uint8_t* to) const;

    /**
     * @param from SIZE bytes
     * @return whether they are a request, unharmed; if not, the members are as before
     */
    bool Decode(const uint8_t* from);
};

/** @ingroup tcp-conn
 * Text of which each byte depends on the connection, the direction and the place in the stream, so
 * that text of another connection, or from another place, is recognised.
 */
class TcpConnWorkloadText
{
  public:
    /** What was found wrong. */
    struct Verdict
    {
        uint64_t corrupted{0};  //!< Bytes that are not what they should be.
        uint64_t duplicated{0}; //!< Bytes that repeat what had come before.
    };

    /**
     * @param key the connection
     * @param reply from server to client
     * @return what the text of that direction is made from
     */
    static uint64_t Seed(uint64_t key, bool reply);

    /**
     * Write text.
     * @param seed see Seed
     * @param offset place in the stream of the first byte
     * @param to where; room for @p size bytes
     * @param size bytes
     */
    static void Fill(uint64_t seed, uint32_t offset, uint8_t* to, uint32_t size);

    /**
     * Check text.  Eight bytes or more that repeat text of the last 64 KiB are duplicated, and the
     * text is expected to go on behind them; any other difference is corruption.
     * @param seed see Seed
     * @param offset place in the stream of the first byte
     * @param from the text
     * @param size bytes
     * @param [in,out] verdict what is wrong is added to it
     * @return bytes by which the stream went on: @p size without the duplicated ones
     */
    static uint32_t Check(uint64_t seed,
                          uint32_t offset,
                          const uint8_t* from,
                          uint32_t size,
                          Verdict& verdict);

  private:
    /**
     * @param seed see Seed
     * @param offset place in the stream
     * @param from bytes
     * @param size their number
     * @return how many of the first of them are right
     */
    static uint32_t Matching(uint64_t seed, uint32_t offset, const uint8_t* from, uint32_t size);
    /**
     * @param seed see Seed
     * @param offset place in the stream
     * @param from bytes that are not those of that place
     * @param size their number
     * @return how far before that place they belong; 0: nowhere
     */
    static uint32_t Repeats(uint64_t seed, uint32_t offset, const uint8_t* from, uint32_t size);
};

} // namespace ns3

#endif /* TCP_CONN_WORKLOAD_TEXT_H */
