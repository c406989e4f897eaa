"""A real browser, spoken to over two pipes: the DevTools protocol, JSON texts that end in NUL."""

import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
from types import TracebackType
from typing import Any

PROGRAM = next((one for name in ("chromium", "chromium-browser", "google-chrome", "chrome")
                if (one := shutil.which(name))), None)  # fmt: skip
_WAIT = 60  # seconds
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--remote-debugging-pipe",
)


class Browser:
    """A page in a browser of its own. `events` holds all that it told of."""

    def __enter__(self) -> "Browser":
        assert PROGRAM
        self._home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, self._write = os.pipe()
        self._read, theirs_out = os.pipe()
        line = [PROGRAM, *_OPTIONS, f"--user-data-dir={self._home.name}", "about:blank"]

        def connect() -> None:
            """Put the pipes where the browser looks for them: at 3 and 4."""
            ends = [fcntl.fcntl(one, fcntl.F_DUPFD, 10) for one in (theirs_in, theirs_out)]
            for at, end in enumerate(ends, 3):
                os.dup2(end, at)

        self._process = subprocess.Popen(
            line,
            preexec_fn=connect,  # there are no threads here
            pass_fds=(3, 4),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._held = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._write)
        os.close(self._read)
        self._home.cleanup()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method and give its result; events that come before it are kept."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(one["method"] == "Page.loadEventFired" for one in self.events):
            self._next()

    def value(self, expression: str) -> Any:
        """Give the value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def size(self, width: int, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)  # fmt: skip

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            text = {"text": key} if len(key) == 1 and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, **text)

    def told(self, *methods: str) -> list[dict[str, Any]]:
        return [one["params"] for one in self.events if one["method"] in methods]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._held:
            assert select.select([self._read], [], [], _WAIT)[0], "the browser does not answer"
            data = os.read(self._read, 1 << 16)
            assert data, "the browser went away"
            self._held += data
        text, _, self._held = self._held.partition(b"\0")
        found: dict[str, Any] = json.loads(text)
        if "method" in found:
            self.events.append(found)
        return found
