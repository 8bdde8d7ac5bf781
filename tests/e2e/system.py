"""Starts and stops a whole Clearline of its own, and talks to it as scripts and people do."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.settings import SECRETS_FILE, read_secrets

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "clearline.tar.gz"
READY_SECONDS = 240.0
COMMAND_SECONDS = 300.0
REQUEST_SECONDS = 60.0
_POLL_SECONDS = 0.05
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

Json = dict[str, Any]


@dataclass(frozen=True)
class Response:
    """What came back over HTTP."""

    status: int
    body: bytes
    media_type: str

    @property
    def json(self) -> Json:
        return json.loads(self.body)


def request(
    method: str, url: str, *, body: Json | bytes | None = None, headers: Mapping[str, str] | None = None, seconds: float = REQUEST_SECONDS
) -> Response:
    """Send one request; a refusal (4xx, 5xx) is a response like any other. Raises: OSError when nobody answers."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/json", **(headers or {})})
    try:
        with _OPENER.open(asked, timeout=seconds) as answer:
            return Response(answer.status, answer.read(), answer.headers.get_content_type())
    except urllib.error.HTTPError as refusal:
        return Response(refusal.code, refusal.read(), refusal.headers.get_content_type())


def until(what: str, holds: Callable[[], bool], *, seconds: float) -> None:
    """Return as soon as ``holds``; fails, saying ``what`` never came true, after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds:.0f} s still not: {what}")
        time.sleep(_POLL_SECONDS)


def free_ports(count: int) -> list[int]:
    """Return ports nobody listens on; all are held until the last is found, so they differ."""
    held = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def is_alive(pid: int) -> bool:
    """Return whether the process runs; one that has ended but was not yet collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def children_of(pid: int) -> dict[int, str]:
    """Return the command lines of the child processes by their ids."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            if parent == pid:
                found[int(stat.parent.name)] = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


@dataclass
class System:
    """One Clearline with a folder, a database and ports of its own."""

    var: Path
    now: str | None = None
    ports: list[int] = field(default_factory=lambda: free_ports(3))
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def env(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CLEARLINE_")}
        ours = {
            "CLEARLINE_VAR": str(self.var),
            "CLEARLINE_HTTP_PORT": str(self.ports[0]),
            "CLEARLINE_RASA_PORT": str(self.ports[1]),
            "CLEARLINE_ACTIONS_PORT": str(self.ports[2]),
            "RASA_TELEMETRY_ENABLED": "false",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        return {**clean, **ours, **({"CLEARLINE_NOW": self.now} if self.now else {})}

    @property
    def secrets(self) -> dict[str, str]:
        return read_secrets(self.var / SECRETS_FILE)

    def command(
        self, *arguments: str, seconds: float = COMMAND_SECONDS, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run ``clearline ARGUMENTS`` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", *arguments],
            cwd=ROOT,
            env={**self.env, **(env or {})},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def output_of(self, *arguments: str) -> str:
        """Run ``clearline ARGUMENTS``, which has to succeed, and return what it printed."""
        done = self.command(*arguments)
        assert done.returncode == 0, f"clearline {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}"
        return done.stdout

    def start(self) -> None:
        """Run ``clearline up`` and return when it says that it is ready."""
        assert MODEL.exists(), f"there is no model at {MODEL}; run 'clearline train --if-stale' first, as scripts/test does"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "up"], cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        output = self.process.stdout
        assert output is not None
        threading.Thread(target=lambda: self.said.extend(output), daemon=True).start()

        def is_ready() -> bool:
            assert self.up.poll() is None, "clearline up ended:\n" + "".join(self.said)
            return any(line.startswith("ready") for line in self.said)

        until("clearline up says ready", is_ready, seconds=READY_SECONDS)

    @property
    def up(self) -> subprocess.Popen[str]:
        assert self.process is not None, "this Clearline has not been started"
        return self.process

    def pid_of(self, part: str) -> int:
        """Return the process id of a part: ``engine``, ``actions`` or ``front-door``."""
        marks = {"engine": "bot.engine.server", "actions": "bot.engine.action_server", "front-door": "bot.cli serve"}
        return next(pid for pid, line in children_of(self.up.pid).items() if marks[part] in line)

    def kill(self, part: str) -> int:
        """End a part at once (SIGKILL) and return the id it had."""
        pid = self.pid_of(part)
        os.kill(pid, signal.SIGKILL)
        until(f"{part} is gone", lambda: not is_alive(pid), seconds=10)
        return pid

    def is_ready(self) -> bool:
        try:
            return request("GET", f"{self.url}/readyz", seconds=5).status == 200
        except OSError:
            return False

    def stop(self) -> tuple[int, list[int]]:
        """Stop as Ctrl-C does; return the exit code and the ids of all children it had."""
        children = list(children_of(self.up.pid))
        self.up.send_signal(signal.SIGINT)
        try:
            return self.up.wait(timeout=60), children
        except subprocess.TimeoutExpired:
            self.up.kill()
            raise

    def logs(self) -> str:
        """Return the ends of all logs, for the message of a failed test."""
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in sorted((self.var / "log").glob("*.log")))

    def parse(self, text: str, language: str) -> Json:
        """Return what the engine understands of ``text``."""
        query = urllib.parse.urlencode({"token": self.secrets["CLEARLINE_RASA_TOKEN"]})
        body = {"text": text, "metadata": {"language": language}}
        return request("POST", f"http://127.0.0.1:{self.ports[1]}/model/parse?{query}", body=body).json


@dataclass(frozen=True)
class Answer:
    """What came back for one message of a customer."""

    status: int
    content: Json

    @property
    def messages(self) -> list[Json]:
        return self.content.get("messages", [])

    @property
    def text(self) -> str:
        return "\n".join(message["text"] for message in self.messages)

    @property
    def languages(self) -> set[str]:
        return {message["lang"] for message in self.messages}

    @property
    def speaker(self) -> str:
        return self.content["speaker"]

    @property
    def buttons(self) -> dict[str, str]:
        """Titles by payload."""
        return {button["payload"]: button["title"] for message in self.messages for button in message["buttons"]}


@dataclass
class Talk:
    """One conversation, as a signed-in visitor (``bearer``) or an anonymous one."""

    system: System
    bearer: str | None = None
    lang: str | None = None
    conversation: str | None = None
    secret: str | None = None

    def say(
        self, text: str | None, *, payload: str | None = None, client_id: str | None = None, seconds: float = REQUEST_SECONDS
    ) -> Answer:
        """Send one message and return the answer, whatever its status."""
        body = {
            "text": text,
            "payload": payload,
            "client_id": client_id,
            "lang": self.lang,
            "conversation": self.conversation,
            "secret": self.secret,
        }
        given = {name: value for name, value in body.items() if value is not None}
        response = request("POST", f"{self.system.url}/api/messages", body=given, headers=self._headers, seconds=seconds)
        content = response.json
        self.conversation = content.get("conversation") or self.conversation
        self.secret = content.get("secret") or self.secret
        return Answer(response.status, content)

    def log(self, after: int = 0) -> list[Json]:
        """Return the stored messages after ``after``."""
        query = urllib.parse.urlencode({"conversation": self.conversation or "", "after": after})
        headers = {**self._headers, **({"X-Conversation-Secret": self.secret} if self.secret else {})}
        return request("GET", f"{self.system.url}/api/messages?{query}", headers=headers).json["messages"]

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.bearer}"} if self.bearer else {}
