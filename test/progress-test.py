#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
"""A long run on a terminal shows how far it has come; a real interrupt from its keyboard ends it,
and its traces are complete: legal, and the beginning of those of the whole run.

The programs are started on a terminal of their own (a pty) as a shell would start them, so that
the key ^C reaches all processes of theirs, gzip too.
"""

import gzip
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = os.environ["TCP_CONN_SOURCE_DIR"]
BUILD = os.environ["TCP_CONN_BUILD_DIR"]
ISLANDS = [os.path.join(BUILD, "bin", "tcp-conn-islands"), "--islands=4", "--clients=8"]
LONG = ["--connections=250", "--unit=4ms"]  # it takes seconds
PATIENCE = 120  # seconds until something has gone wrong


def on_terminal(command, key, until, folder):
    """Runs a command on a terminal, and types key when what it writes matches until.  Gives the
    exit status, as subprocess does, and what was written to standard error output."""
    pid, terminal = pty.fork()
    if pid == 0:
        out = os.open(os.path.join(folder, "stdout"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.execv(command[0], command)
    written, end = b"", time.monotonic() + PATIENCE
    while True:
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            raise AssertionError("%s: nothing more in %d s after %r" % (command, PATIENCE, written))
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            text = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not text:
            break
        written += text
        if key and re.search(until, written):
            os.write(terminal, key)
            key = None
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return code, written.decode("ascii", "replace")


def read(path):
    """The bytes of a trace, unzipped."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        return file.read()


def check(path):
    """Asserts that a trace is legal."""
    tool = os.path.join(SOURCE, "utils", "tcp-conn-trace")
    subprocess.run([sys.executable, tool, "check", "--quiet", path], check=True)


def interrupted(folder, trace, whole):
    """^C after some lines of progress: the trace is a beginning of the whole."""
    command = ISLANDS + LONG + ["--outputDir=" + folder, "--trace=" + trace]
    path = os.path.join(folder, "tcp-conn-islands-0" + trace)
    code, shown = on_terminal(command, b"\x03", rb"ESTABLISHED.*\r", folder)
    assert code == 128 + signal.SIGINT, (code, shown)
    assert re.search(r"\r\d+\.\d+ of \d+ s, \d+:\d\d left, .*\d+ TIME-WAIT", shown), shown
    assert "interrupted at " in shown, shown
    part = read(path)
    check(path)
    print("%s: %d of %d bytes" % (trace, len(part), len(whole)))
    assert whole.startswith(part), "%s: not the beginning of the whole" % trace
    assert part.endswith(b"\n")
    assert 1000 < len(part) < len(whole), "it was not interrupted on its way"


def whole_run(folder):
    """The trace of the run that is not interrupted: in a pipe, where nothing is shown, and on a
    terminal."""
    command = ISLANDS + LONG + ["--outputDir=" + folder]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert (run.returncode, run.stderr) == (0, b""), run
    whole = read(os.path.join(folder, "tcp-conn-islands-0.tr"))
    code, shown = on_terminal(command, None, None, folder)
    assert code == 0 and "ESTABLISHED" in shown, (code, shown)
    assert whole == read(os.path.join(folder, "tcp-conn-islands-0.tr")), "the trace is another one"
    return whole


def experiment(folder):
    """An experiment that is interrupted: exit status, legal traces, and the tables it has."""
    command = [os.path.join(BUILD, "bin", "tcp-conn-syn-flood"), "--outputDir=" + folder,
               "--rates=4000,8000,16000", "--connections=2000"]  # fmt: skip
    code, shown = on_terminal(command, b"\x03", rb"events/s", folder)
    assert code == 128 + signal.SIGINT, (code, shown)
    with open(os.path.join(folder, "stdout"), encoding="ascii") as file:
        assert "Legitimate connections during a SYN flood" in file.read()


def killed(folder):
    """SIGTERM ends it in good order too."""
    trace = os.path.join(folder, "tcp-conn-islands-0.tr")
    os.remove(trace)
    command = ISLANDS + ["--connections=4000", "--unit=40ms", "--outputDir=" + folder]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as run:
        end = time.monotonic() + PATIENCE
        while not (os.path.exists(trace) and os.path.getsize(trace) > 0):
            assert time.monotonic() < end and run.poll() is None, "no trace"
            time.sleep(0.02)
        run.terminate()
        told = run.stderr.read()
        assert run.wait(PATIENCE) == 128 + signal.SIGTERM, told
    assert told.startswith(b"interrupted at "), told
    check(trace)


def main():
    if not os.access(ISLANDS[0], os.X_OK):
        print("skipped: tcp-conn-islands was not built (TCP_CONN_EXAMPLES is off)")
        return 77
    folder = tempfile.mkdtemp()
    try:
        whole = whole_run(folder)
        interrupted(folder, ".tr", whole)
        interrupted(folder, ".tr.gz", whole)
        experiment(folder)
        killed(folder)
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
