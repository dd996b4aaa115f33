#
# SPDX-License-Identifier: GPL-2.0-only
#
"""A Chromium without a window, driven through its debugging pipe."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE = 60  # seconds


def find():
    """The path of a Chromium; None if there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


class BrowserError(Exception):
    """Chromium did not do what it was asked; the text says what."""


class Browser:
    """One page in a Chromium.

    Attributes: complaints: what the page has written to the console as an error or a warning, and
    exceptions that nobody caught.
    """

    def __init__(self, program, width=1400, height=900):
        self.complaints = []
        self._number = 0
        self._events = []
        self._text = b""
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        # The browser reads from descriptor 3 and writes to 4.
        theirs_in, self._out = _pipe()
        self._in, theirs_out = _pipe()
        start = "import os, sys; os.dup2(%d, 3); os.dup2(%d, 4); " % (theirs_in, theirs_out)
        start += "os.execv(sys.argv[1], sys.argv[1:])"
        command = [
            sys.executable, "-c", start, program,
            "--headless", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-extensions", "--hide-scrollbars",
            "--user-data-dir=" + self._folder.name, "--window-size=%d,%d" % (width, height),
        ]  # fmt: skip
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        self._child = subprocess.Popen(
            command,
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(domain + ".enable")
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        os.close(self._in)
        os.close(self._out)
        self._folder.cleanup()

    def ask(self, method, **parameters):
        """One command to the page; gives its result."""
        return self._ask(method, self._session, **parameters)

    def _ask(self, method, session=None, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next(method)
            if answer.get("id") != self._number:
                self._note(answer)
            elif "error" in answer:
                raise BrowserError("%s: %s" % (method, answer["error"]["message"]))
            else:
                return answer["result"]

    def _next(self, what):
        end = time.monotonic() + _PATIENCE
        while b"\0" not in self._text:
            ready, _, _ = select.select([self._in], [], [], max(0, end - time.monotonic()))
            piece = os.read(self._in, 1 << 20) if ready else b""
            if not piece:
                raise BrowserError("no answer to %s" % what)
            self._text += piece
        message, _, self._text = self._text.partition(b"\0")
        return json.loads(message)

    def _note(self, event):
        method, details = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            found = details["exceptionDetails"]
            self.complaints.append(
                found.get("exception", {}).get("description") or found.get("text")
            )
        elif method == "Runtime.consoleAPICalled" and details["type"] in ("error", "warning"):
            self.complaints.append(str(details["args"]))
        elif method == "Log.entryAdded" and details["entry"]["level"] in ("error", "warning"):
            self.complaints.append(details["entry"]["text"])
        self._events.append(method)

    def open(self, path):
        """Loads a file; gives the seconds that it took."""
        self._events.clear()
        begin = time.monotonic()
        self.ask("Page.navigate", url="file://" + os.path.abspath(path))
        while "Page.loadEventFired" not in self._events:
            self._note(self._next("load"))
        # Until it has been drawn.
        self.run("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
        return time.monotonic() - begin

    def run(self, script):
        """The value of an expression in the page, awaited."""
        answer = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description", str(details)))
        return answer["result"].get("value")

    def settle(self):
        """Waits until the page has been drawn again."""
        self.run("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")

    def mouse(self, what, x, y, **more):
        """An event of the mouse: mouseMoved, mousePressed, mouseReleased, mouseWheel."""
        self.ask("Input.dispatchMouseEvent", type=what, x=x, y=y, **more)
        self.settle()

    def click(self, selector):
        """Clicks in the middle of an element."""
        x, y = self.run(
            "(() => { const e = document.querySelector(%s); e.scrollIntoView({block: 'nearest'});"
            "const b = e.getBoundingClientRect();"
            "return [b.left + b.width / 2, b.top + b.height / 2]; })()" % json.dumps(selector)
        )
        for what in ("mousePressed", "mouseReleased"):
            self.mouse(what, x, y, button="left", clickCount=1)

    def type(self, text):
        """Types text, then Enter."""
        self.ask("Input.insertText", text=text)
        for what in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=what, key="Enter", code="Enter",
                     windowsVirtualKeyCode=13, text="\r")  # fmt: skip
        self.settle()

    def screenshot(self, path):
        """A picture of the page."""
        data = self.ask("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))


def _pipe():
    """A pipe whose descriptors are clear of 3 and 4."""
    ends = []
    for end in os.pipe():
        ends.append(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10))
        os.close(end)
    return ends
