"""Headless Chromium for tests, spoken to by its DevTools protocol over a pipe: no driver, no port, no network.

https://chromedevtools.github.io/devtools-protocol/ ; messages are JSON texts, each ended by a zero byte, on the file
descriptors 3 (to the browser) and 4 (from it), which `--remote-debugging-pipe` asks for.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE_S = 120.0  # for one answer, on a machine that is busy with more
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",  # tests may run as root, whom Chromium refuses otherwise; it opens files of ours alone
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)


class Page:
    """One tab. `messages` are what its console and its network told since it was made."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Asks the tab for something, and waits for the answer."""
        return self._browser.call(method, parameters, self._session)

    def open(self, file: Path, *, width: int = 1280, dark: bool = False, media: str = "") -> None:
        """Shows a file, in a window of this width, and waits until it is loaded."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=media, features=[scheme])
        seen = self._browser.count("Page.loadEventFired", self._session)
        self.call("Page.navigate", url=file.resolve().as_uri())
        self._browser.wait(lambda: self._browser.count("Page.loadEventFired", self._session) > seen)

    def value(self, expression: str) -> Any:
        """What a script's expression comes to in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression[:200]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def screenshot(self, file: Path, *, whole: bool = True) -> None:
        """The page as a PNG image."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        more = {"captureBeyondViewport": True, "clip": clip} if whole else {}
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", **more)["data"]))

    def printed(self) -> bytes:
        """The page as a PDF."""
        return base64.b64decode(self.call("Page.printToPDF")["data"])

    def complaints(self) -> list[str]:
        """Errors and warnings of the page: of its scripts, its policy, what it failed to load."""
        kinds = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
        return [
            json.dumps(event["params"]) for event in self._browser.events(self._session) if event["method"] in kinds
        ]

    def requests(self) -> list[str]:
        """The addresses of everything that the page asked for."""
        events = self._browser.events(self._session)
        return [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]


class Browser:
    """A running Chromium, with its answers and events."""

    def __init__(self, process: subprocess.Popen[bytes], to: int, back: int) -> None:
        self._process, self._to, self._back = process, to, back
        self._rest, self._number = b"", 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._events: list[dict[str, Any]] = []

    def call(self, method: str, parameters: dict[str, Any], session: str = "") -> dict[str, Any]:
        """One request and its answer."""
        self._number += 1
        number = self._number
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        self.wait(lambda: number in self._answers)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def page(self) -> Page:
        """A new tab."""
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        return Page(self, self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"])

    def events(self, session: str) -> list[dict[str, Any]]:
        """What a tab has told."""
        return [event for event in self._events if event.get("sessionId") == session]

    def count(self, method: str, session: str) -> int:
        """How many events of a kind a tab has told."""
        return sum(event["method"] == method for event in self.events(session))

    def wait(self, done: Any) -> None:
        """Reads until a condition holds; AssertionError if that takes longer than PATIENCE_S."""
        end = time.monotonic() + PATIENCE_S
        while not done():
            ready, _, _ = select.select([self._back], [], [], 1.0)
            if ready:
                self._read()
            elif self._process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"Chromium did not answer (exit code {self._process.poll()})")

    def _read(self) -> None:
        data = os.read(self._back, 1 << 20)
        if not data:
            raise AssertionError("Chromium has ended")
        *messages, self._rest = (self._rest + data).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self._answers[message["id"]] = message
            else:
                self._events.append(message)


def executable() -> str:
    """Where Chromium is; AssertionError saying how to get it."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    assert found, f"the tests need {_NAMES[0]}: make chromium"
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium for the block, ended with all its processes at its end."""
    begin_read, begin_write = os.pipe()
    end_read, end_write = os.pipe()
    folder = tempfile.mkdtemp(prefix="chromium-")
    # The shell gives the two pipes the numbers that Chromium expects them under.
    command = f'exec "$0" "$@" 3<&{begin_read} 4>&{end_write}'
    process = subprocess.Popen(
        ["/bin/bash", "-c", command, executable(), *_FLAGS, f"--user-data-dir={folder}", "about:blank"],
        pass_fds=(begin_read, end_write),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(begin_read)
    os.close(end_write)
    try:
        yield Browser(process, begin_write, end_read)
    finally:
        os.close(begin_write)
        os.close(end_read)
        _end(process)
        shutil.rmtree(folder, ignore_errors=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(10)  # it ends when its pipe does
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
