# SPDX-License-Identifier: GPL-2.0-only
"""Events: order, arguments, cancelling, exceptions; and one run after another."""

import gc

from scene import ns, raises, t

told = []


def tell(*arguments):
    told.append((round(ns.Simulator.Now().GetSeconds(), 6), *arguments))


t.schedule(2, tell, "two", [2])
t.schedule("1500ms", tell)
t.schedule(ns.MilliSeconds(250), lambda: tell("held by nobody"))
gone = t.schedule(1, tell, "cancelled")
kept = t.schedule(1, tell, "kept")
gc.collect()
assert gone.pending and kept.pending
gone.cancel()
gone.cancel()
assert not gone.pending
t.run()
assert told == [(0.25, "held by nobody"), (1.0, "kept"), (1.5,), (2.0, "two", [2])], told
assert not kept.pending
kept.cancel()

assert "ago" in raises(ValueError, t.schedule, -1, tell)
assert "called" in raises(TypeError, t.schedule, 1, "no function")

# An event that schedules the next, many times: nothing is compiled anew for them.
count = [0]


def again():
    count[0] += 1
    if count[0] < 1000:
        t.schedule(0.001, again)


t.schedule(0, again)
t.run()
assert count == [1000], count


# An exception ends the run, comes out of run(), and does not come again.
def fail():
    raise KeyError("mine")


told.clear()
t.schedule(1, fail)
t.schedule(2, tell, "not reached")
assert "mine" in raises(KeyError, t.run)
assert not told
t.run()
assert [words[1] for words in told] == ["not reached"]

# After destroy() time begins anew, and what was scheduled is gone.
left = t.schedule(1, tell, "gone")
t.destroy()
assert not left.pending
told.clear()
t.schedule(1, tell, "anew")
t.run(stop=5)
assert told == [(1.0, "anew")] and ns.Simulator.Now().GetSeconds() == 5.0, told
t.destroy()
