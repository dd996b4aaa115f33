/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PACKET_SCRIPT_SOCKETS_H
#define TCP_CONN_PACKET_SCRIPT_SOCKETS_H

#include "tcp-conn-packet-script-testbed.h"

#include "ns3/address.h"
#include "ns3/socket.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * BSD sockets on top of ns3::Socket: what a system call returns follows from what the socket
 * answers and from the callbacks that it made.
 */

namespace ns3
{
namespace TcpConnPacketScript
{

/** What a system call returns. */
struct Answer
{
    bool done{true};   //!< It returns now; else it would block.
    int64_t value{0};  //!< Its value.
    std::string error; //!< errno by name, where value is -1; "?": the socket cannot tell.
    std::string lacks; //!< Not empty: the socket cannot do that at all; what it lacks.

    /** @param value what it returns @return the answer */
    static Answer Value(int64_t value);
    /** @param name errno @return the answer */
    static Answer Error(const std::string& name);
    /** @return the answer of a call that blocks */
    static Answer Blocks();
    /** @param what what is missing @return the answer */
    static Answer Lacks(const std::string& what);
};

/** A socket with what BSD keeps beside it. */
class Descriptor
{
  public:
    /** Called after each callback of any socket. */
    using Changed = std::function<void()>;

    /**
     * @param socket a socket
     * @param changed called after each callback
     */
    Descriptor(Ptr<Socket> socket, Changed changed);
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    /** @name System calls; those that may block can be repeated until done. */
    /**@{*/
    /** @param address local address @return the answer */
    Answer Bind(const Address& address);
    /** @param backlog length of the queue @return the answer */
    Answer Listen(int64_t backlog);
    /** @param address of the peer @return the answer */
    Answer Connect(const Address& address);
    /** @param accepted set to the new connection @return the answer */
    Answer Accept(std::shared_ptr<Descriptor>& accepted);
    /** @param size most bytes @return the answer */
    Answer Read(uint32_t size);
    /** @param size bytes @return the answer */
    Answer Write(uint32_t size);
    /** @param how SHUT_RD, SHUT_WR or SHUT_RDWR @return the answer */
    Answer Shutdown(const std::string& how);
    /** @return the answer */
    Answer Close();
    /**
     * @param name option
     * @param value its value; of a structure, its last member
     * @param on first member of the structure is not zero
     * @return the answer
     */
    Answer SetOption(const std::string& name, int64_t value, bool on);
    /**@}*/

    /** @return the pending error by name, which is cleared; "" if none. */
    std::string TakeError();
    /** @return events of poll(2) that hold, joined by '|'. */
    std::string Poll();
    /** @return bytes that can be read. */
    uint32_t Unread() const;

    bool nonBlocking{false}; //!< O_NONBLOCK.
    bool v6{false};          //!< AF_INET6.

  private:
    Answer SocketError() const;
    Answer Pending();
    Answer Set(const std::string& attribute, const AttributeValue& value);
    Answer SetKeepAlive();
    std::string FailureName() const;
    void OnConnected(Ptr<Socket> socket);
    void OnRefused(Ptr<Socket> socket);
    void OnEnd(Ptr<Socket> socket);
    void OnError(Ptr<Socket> socket);
    void OnReadable(Ptr<Socket> socket);
    void OnWritable(Ptr<Socket> socket, uint32_t space);
    void OnAccepted(Ptr<Socket> socket, const Address& from);
    void Changes();

    Ptr<Socket> m_socket;     //!< The socket.
    Changed m_changed;        //!< Called after each callback.
    bool m_listening{false};  //!< It listens.
    bool m_connecting{false}; //!< Connect was called and has not ended.
    bool m_waiting{false};    //!< A connect of the application blocks.
    bool m_connected{false};  //!< There is a connection.
    bool m_ended{false};      //!< The peer's end of stream came.
    bool m_broken{false};     //!< The connection failed.
    bool m_writeShut{false};  //!< The application said that it writes no more.
    bool m_readShut{false};   //!< The application said that it reads no more.
    std::string m_error;      //!< Pending error; read or written once.
    uint32_t m_written{0};    //!< Of a write that blocks, the bytes already taken.
    bool m_keepAlive{false};  //!< SO_KEEPALIVE.
    int64_t m_keepIdle{7200}; //!< TCP_KEEPIDLE, seconds.
    std::deque<std::shared_ptr<Descriptor>> m_queue; //!< Connections to be accepted.
};

} // namespace TcpConnPacketScript
} // namespace ns3

#endif /* TCP_CONN_PACKET_SCRIPT_SOCKETS_H */
