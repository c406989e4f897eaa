"""The YAML language server that editors start, spoken to over its standard streams.

It is installed from npm into the user's cache folder on first use (`PIPEC_EDITOR_CACHE` moves it).
"""

import json
import os
import shutil
import subprocess
import threading
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any

VERSION = "1.23.0"
WAIT = 60  # seconds for one answer
SCHEMA = Path(__file__).parents[2] / "schemas" / "pipeline.v1.json"


class NotInstalledError(Exception):
    """Why there is no server here."""


def program() -> Path:
    """Give the server's program, installed if it is not there. Raises NotInstalledError."""
    moved = os.environ.get("PIPEC_EDITOR_CACHE")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = (Path(moved) if moved else home / "pipec") / f"yaml-language-server-{VERSION}"
    made = folder / "node_modules" / ".bin" / "yaml-language-server"
    if made.exists():
        return made
    if not shutil.which("node") or not shutil.which("npm"):
        raise NotInstalledError("there is no node or no npm here")
    folder.mkdir(parents=True, exist_ok=True)
    package = f"yaml-language-server@{VERSION}"
    done = subprocess.run(
        [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
            folder,
            package,
        ],
        capture_output=True,
    )
    if done.returncode or not made.exists():
        raise NotInstalledError(f"npm cannot install {package}: {done.stderr.decode()[-300:]}")
    return made


class Server:
    """One server, with our schema for every file, or (not `mapped`) where a file names it."""

    def __init__(self, mapped: bool = True) -> None:
        self._settings = _SETTINGS if mapped else {**_SETTINGS, "schemas": {}}
        self._process = subprocess.Popen(
            [program(), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._answers: Queue[dict[str, Any]] = Queue()
        self._diagnostics: Queue[dict[str, Any]] = Queue()
        self._count = 0
        threading.Thread(target=self._listen, daemon=True).start()
        self._ask("initialize", processId=os.getpid(), rootUri=None, capabilities=_CAPABILITIES)
        self._tell("initialized")
        self._tell("workspace/didChangeConfiguration", settings={"yaml": self._settings})

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()

    def open(self, text: str, folder: Path = Path("/specs")) -> "Document":
        """Open a text as a file of its own, which need not be there."""
        self._count += 1
        uri = (folder / f"spec-{self._count}.yaml").as_uri()
        item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", textDocument=item)
        while True:
            told = self._diagnostics.get(timeout=WAIT)
            if told["uri"] == uri:
                return Document(self, uri, text, told["diagnostics"])

    def ask_at(self, method: str, document: "Document", offset: int) -> Any:
        """Ask about an offset of a document."""
        before = document.text[:offset]
        position = {"line": before.count("\n"), "character": offset - before.rfind("\n") - 1}
        return self._ask(method, textDocument={"uri": document.uri}, position=position)

    def _ask(self, method: str, **params: Any) -> Any:
        self._count += 1
        self._send({"id": self._count, "method": method, "params": params})
        try:
            answer = self._answers.get(timeout=WAIT)
        except Empty:
            raise AssertionError(f"no answer to {method}") from None
        assert answer["id"] == self._count, answer
        assert "error" not in answer, answer
        return answer["result"]

    def _tell(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._process.stdin.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream
        while True:
            size = 0
            while header := stream.readline().strip():
                if header.lower().startswith(b"content-length:"):
                    size = int(header.split(b":")[1])
            if not size:
                return
            self._take(json.loads(stream.read(size)))

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics.put(message["params"])
        elif "method" not in message:
            self._answers.put(message)
        elif message["method"] == "workspace/configuration":
            asked = message["params"]["items"]
            found = [self._settings if one.get("section") == "yaml" else {} for one in asked]
            self._send({"id": message["id"], "result": found})
        elif "id" in message:
            self._send({"id": message["id"], "result": None})


class Document:
    """A text in the server, and what the server finds in it."""

    def __init__(self, server: Server, uri: str, text: str, found: list[dict[str, Any]]) -> None:
        self.server, self.uri, self.text = server, uri, text
        self.found = found

    @property
    def messages(self) -> list[tuple[int, str]]:
        """Give the line of each diagnostic, from 1, and what it says."""
        return [(one["range"]["start"]["line"] + 1, one["message"]) for one in self.found]

    def completions(self, offset: int) -> dict[str, dict[str, Any]]:
        """Give what is offered at an offset, by its label."""
        answer = self.server.ask_at("textDocument/completion", self, offset) or []
        items = answer["items"] if isinstance(answer, dict) else answer
        return {one["label"]: one for one in items}

    def hover(self, word: str) -> str:
        """Give what is shown over the first place of a word."""
        answer = self.server.ask_at("textDocument/hover", self, self.text.index(word) + 1)
        if not answer:
            return ""
        contents = answer["contents"]
        return str(contents["value"] if isinstance(contents, dict) else contents)


_SETTINGS = {
    "schemas": {SCHEMA.as_uri(): ["*.yaml"]},
    "schemaStore": {"enable": False, "url": ""},
    "validate": True,
    "hover": True,
    "completion": True,
}
_CAPABILITIES = {
    "workspace": {"configuration": True},
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True}},
        "hover": {"contentFormat": ["markdown"]},
    },
}
