# SPDX-License-Identifier: GPL-2.0-only
"""Policies: by name with attributes, and written in Python."""

import gc

from scene import Scene, ns, raises, syns, t

# By name
scene = Scene(
    lambda stack: (
        t.set_policy(stack, "Isn", "TcpConnIsnConstant", Value=300),
        t.set_policy(stack, "Admission", "ns3::TcpConnBacklog[Backlog=7]"),
        t.set_policy(stack, "TimeWait", "TcpConnTwoMsl", Reuse=False),
    )
)
t.set_policy(scene.tcp[0], "Retry", "TcpConnRetryFixed", Interval="500ms", Count=2)
policies = str(scene.tcp[0].GetPolicies())
for name in ("isn=TcpConnIsnConstant", "admission=TcpConnBacklog", "retry=TcpConnRetryFixed"):
    assert name in policies, policies
socket = scene.socket()
t.set_policy(socket, "Isn", "TcpConnIsnConstant", Value=5)
sent = syns(scene)
t.schedule(1, socket.Connect, t.address("10.0.0.9", 80))  # nobody is there
t.run()
assert sent == [(1.0, 5), (1.5, 5), (2.0, 5)], sent
t.destroy()

assert "family" in raises(TypeError, t.set_policy, socket, "TcpConnBacklog")
assert "already" in raises(
    ValueError, t.set_policy, socket, "Isn", "TcpConnIsnConstant[Value=1]", Value=2
)


# In Python
class Counting(t.IsnPolicy):
    """Numbers that count up, and what was asked."""

    def __init__(self):
        self.asked = []

    def choose(self, key, now):
        self.asked.append((str(key.LocalText()), str(key.PeerText()), now))
        return 1000 * len(self.asked) + 0xFFFF0000


class OddOnly(t.AdmissionPolicy):
    """Drops every second SYN, and counts them."""

    seen = 0

    def admit(self, half_open, accepting):
        self.seen += 1
        return t.Verdict.ADMIT if self.seen % 2 == 0 else t.Verdict.DROP


class Patient(t.RetryPolicy):
    """A first timeout of its own, and an end."""

    def syn_timeout(self):
        return 0.25

    def backoff(self, rto, retries):
        return rto * (1 + retries)

    def give_up(self, tcb, now):
        return tcb.retries >= 2


isn, odd = Counting(), OddOnly()
scene = Scene(
    lambda stack: (
        t.set_policy(stack, isn),
        t.set_policy(stack, "Admission", odd, Backlog=3),
        t.set_policy(stack, Patient()),  # held by nobody else
    )
)
gc.collect()
policies = str(scene.tcp[1].GetPolicies())
for name in ("isn=TcpConnFunctionIsn", "TcpConnFunctionAdmission", "TcpConnFunctionRetry"):
    assert name in policies, policies
listener = scene.listen()
moves, sent = t.moves(scene.tcp[0]), syns(scene)
first, second = scene.socket(), scene.socket()
t.schedule(1, first.Connect, scene.there)
t.run(stop=10)
# The first SYN is dropped, the second, 0.25 s later, taken.
assert [time for time, _ in sent] == [1.0, 1.25] and odd.seen == 2, (sent, odd.seen)
assert moves[-1].new == "ESTABLISHED", moves
assert sent[0][1] == 1000 + 0xFFFF0000, sent
assert isn.asked[0][1:] == ("10.0.0.2:80", 1.0), isn.asked
assert isn.asked[1][:1] == ("10.0.0.2:80",), isn.asked
# Nobody answers: 0.25, then 0.25 * 2 and given up after 0.25 * 3.
sent.clear()
t.schedule(1, second.Connect, t.address("10.0.0.9", 80))
t.run(stop=20)
assert [time for time, _ in sent] == [11.0, 11.25, 11.75], sent
assert (moves[-1].new, moves[-1].time) == ("CLOSED", 12.5), moves[-1]
t.destroy()


# Mistakes
class Broken(t.IsnPolicy):
    def choose(self, key, now):
        raise ArithmeticError("no number")


class Nothing(t.AdmissionPolicy):
    """Decides nothing: the backlog counts."""


scene = Scene(lambda stack: t.set_policy(stack, Broken()))
socket = scene.socket()
t.schedule(1, socket.Connect, scene.there)
assert "no number" in raises(ArithmeticError, t.run)
assert "by name" in raises(TypeError, t.set_policy, socket, Nothing())
assert "family" in raises(ValueError, t.set_policy, scene.tcp[0], "Isn", Nothing())
raises(TypeError, t.set_policy, scene.tcp[0], "Isn", 3)
t.destroy()

scene = Scene(lambda stack: t.set_policy(stack, Nothing(), Backlog=0))
listener, socket = scene.listen(), scene.socket()
moves = t.moves(scene.tcp[1])
t.schedule(1, socket.Connect, scene.there)
t.run(stop=2)
assert not moves, moves
t.destroy()
