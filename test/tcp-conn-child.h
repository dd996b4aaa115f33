/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_CHILD_H
#define TCP_CONN_CHILD_H

#include <csignal>
#include <functional>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/**
 * @file
 * @ingroup tcp-conn
 * Test support: code that runs in a process of its own, because it changes defaults of ns-3 for
 * good, or ends the program.
 */

namespace ns3
{
namespace TcpConnTest
{

/** How a child ended. */
struct Child
{
    bool aborted{false}; //!< By abort(), as NS_ABORT and NS_FATAL do.
    int code{-1};        //!< What the code returned; -1: it did not return.
    std::string words;   //!< What it wrote to the standard error output.
};

/**
 * Run code in a child.
 * @param body the code
 * @return how it ended
 */
inline Child
RunChild(const std::function<int()>& body)
{
    Child child;
    int ends[2];
    if (pipe(ends) != 0)
    {
        return child;
    }
    const pid_t pid = fork();
    if (pid == 0)
    {
        const rlimit none{0, 0};
        setrlimit(RLIMIT_CORE, &none);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        _exit(body());
    }
    close(ends[1]);
    char buffer[512];
    for (ssize_t n = 1; n > 0;)
    {
        n = read(ends[0], buffer, sizeof(buffer));
        child.words.append(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
    }
    close(ends[0]);
    int status = 0;
    if (pid > 0 && waitpid(pid, &status, 0) == pid)
    {
        child.aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
        child.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    return child;
}

} // namespace TcpConnTest
} // namespace ns3

#endif /* TCP_CONN_CHILD_H */
