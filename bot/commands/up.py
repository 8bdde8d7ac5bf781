"""``clearline up``: everything on one machine, watched over, until Ctrl-C."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import click

from bot.commands.sandbox import settings_for
from bot.commands.setup import prepare
from bot.commands.train import MODEL
from bot.library.policies import load_knowledge
from bot.settings import Settings
from bot.shared.errors import Unavailable

_START_SECONDS = 180.0
_STOP_SECONDS = 10.0
_RESTART_PAUSES = (0.5, 1.0, 2.0, 5.0)
_STEADY_SECONDS = 60.0
_LAST_BYTES = 2000
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(frozen=True, slots=True)
class Program:
    """One process to keep running."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]


@click.command()
@click.option("--sandbox", is_flag=True, help="Start the sandbox too and use it, where Partner Center is not set up. For demos.")
def up(*, sandbox: bool) -> None:
    """Start engine, actions, worker and front door, print 'ready' when a message has been answered, and watch over them."""
    settings = prepare()
    if not MODEL.exists():
        raise Unavailable(f"there is no model at {MODEL}; run 'clearline train'")
    for name, port in (
        ("CLEARLINE_HTTP_PORT", settings.http_port),
        ("CLEARLINE_RASA_PORT", settings.rasa_port),
        ("CLEARLINE_ACTIONS_PORT", settings.actions_port),
    ):
        check_port(settings.http_host if name == "CLEARLINE_HTTP_PORT" else "127.0.0.1", port, name)
    asyncio.run(_run(settings, sandbox=sandbox and _sandbox_can_start(settings)))


def check_port(host: str, port: int, name: str) -> None:
    """Return when the port can be listened on. Raises: Unavailable, naming the port and the setting."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = f"port {port} is in use or not allowed ({error.strerror})"
            raise Unavailable(f"{reason}; stop what uses it, or set {name} to another") from error


def _sandbox_can_start(settings: Settings) -> bool:
    """Return whether the sandbox is to stand in for Partner Center; a demo does without rather than not starting."""
    if settings.partner_center is not None:
        return False
    try:
        check_port("127.0.0.1", settings.sandbox_port, "CLEARLINE_SANDBOX_PORT")
    except Unavailable as error:
        click.echo(f"without the sandbox of Partner Center: {error}", err=True)
        return False
    return True


def programs(settings: Settings, *, sandbox: bool = False) -> tuple[Program, ...]:
    """Return what has to run on this machine, in the order to start it."""
    zone = load_knowledge(settings.knowledge).partner.time_zone
    # The secrets travel in the environment, never on a command line, where every user of the machine could read them.
    env = {
        "CLEARLINE_SECRET_KEY": settings.secret_key,
        "CLEARLINE_RASA_TOKEN": settings.rasa_token,
        "CLEARLINE_METRICS_TOKEN": settings.metrics_token,
        "CLEARLINE_TIME_ZONE": zone,
        "CLEARLINE_RASA_PORT": str(settings.rasa_port),
        "CLEARLINE_ACTIONS_PORT": str(settings.actions_port),
        "CLEARLINE_VAR": str(settings.var),
    }
    if sandbox:
        # The sandbox forgets the tokens it gave, so one kept from the last time is of no use.
        token_file = settings.var / "sandbox-token.json"
        token_file.unlink(missing_ok=True)
        env |= settings_for(f"http://127.0.0.1:{settings.sandbox_port}")
        env |= {"CLEARLINE_SANDBOX_PORT": str(settings.sandbox_port), "CLEARLINE_PARTNER_CENTER_TOKEN_FILE": str(token_file)}
    python = sys.executable
    return (
        *((Program("sandbox", (python, "-m", "bot.cli", "sandbox"), env),) if sandbox else ()),
        Program("actions", (python, "-m", "bot.engine.action_server"), env),
        Program("engine", (python, "-m", "bot.engine.server", "--lean", "--model", str(MODEL)), env),
        Program("worker", (python, "-m", "bot.cli", "worker"), env),
        Program("front-door", (python, "-m", "bot.cli", "serve"), env),
    )


async def _run(settings: Settings, *, sandbox: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    logs = settings.var / "log"
    logs.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    watchers = [
        asyncio.create_task(_watch(program, logs / f"{program.name}.log", stop), name=program.name)
        for program in programs(settings, sandbox=sandbox)
    ]
    try:
        if await _until_ready(settings, watchers, stop):
            _say_ready(settings, time.monotonic() - started, sandbox=sandbox)
            await stop.wait()
    finally:
        stop.set()
        await asyncio.gather(*watchers, return_exceptions=True)


def _say_ready(settings: Settings, seconds: float, *, sandbox: bool) -> None:
    address = f"http://{settings.http_host}:{settings.http_port}"
    click.echo(f"ready (in {seconds:.0f} s)")
    click.echo(f"  website and chat  {address}/")
    click.echo(f"  messages (HTTP)   {address}/api/messages")
    click.echo(f"  desk              {address}/desk")
    click.echo(f"  health            {address}/readyz")
    if sandbox:
        click.echo(f"  Microsoft's part  http://127.0.0.1:{settings.sandbox_port} (sandbox)")
    click.echo(f"  logs              {settings.var / 'log'}/")
    click.echo("Ctrl-C stops everything.")


async def _watch(program: Program, log: Path, stop: asyncio.Event) -> None:
    """Keep one program running: start it again when it ends, a little later each time it does not last."""
    failures = 0
    while not stop.is_set():
        began = time.monotonic()
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *program.command, env={**os.environ, **program.env}, stdout=output, stderr=output, preexec_fn=_end_with_parent
            )
        ended, stopped = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            await _end(process)
            stopped.cancel()
            return
        stopped.cancel()
        failures = 0 if time.monotonic() - began > _STEADY_SECONDS else failures + 1
        pause = _RESTART_PAUSES[min(failures, len(_RESTART_PAUSES)) - 1] if failures else _RESTART_PAUSES[0]
        click.echo(f"{program.name} ended with code {process.returncode}; starting it again in {pause:g} s. Its log: {log}", err=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


def _end_with_parent() -> None:
    """Ask Linux to end the child when this process dies, however it dies, so that no port stays taken."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _until_ready(settings: Settings, watchers: list[asyncio.Task[None]], stop: asyncio.Event) -> bool:
    """Wait until all answer and one message has been answered; False when stopped meanwhile. Raises: Unavailable."""
    address = f"http://{settings.http_host}:{settings.http_port}"
    deadline = time.monotonic() + _START_SECONDS
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:
        while not stop.is_set():
            if await _is_ready(session, address) and await _answers(session, address):
                return True
            if time.monotonic() > deadline:
                raise Unavailable(f"not ready after {_START_SECONDS:.0f} s.\n{_last_words(settings.var / 'log')}")
            for watcher in watchers:
                if watcher.done() and watcher.exception():
                    raise Unavailable(f"{watcher.get_name()} could not be started: {watcher.exception()}")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.25)
    return False


async def _is_ready(session: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with session.get(f"{address}/readyz") as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def _answers(session: aiohttp.ClientSession, address: str) -> bool:
    """Return whether a real message gets a real answer: one that needs the engine and the actions."""
    try:
        async with session.post(f"{address}/api/messages", json={"text": "When are you open?", "lang": "en"}) as response:
            answer: dict[str, Any] = await response.json()
            return response.status == 200 and bool(answer["messages"]) and not answer["messages"][0]["buttons"]
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return False


def _last_words(folder: Path) -> str:
    parts = []
    for log in sorted(folder.glob("*.log")):
        parts.append(f"--- {log}\n{log.read_bytes()[-_LAST_BYTES:].decode(errors='replace')}")
    return "\n".join(parts)
