"""A front door in a process of its own that is killed and started again, over a store that the test has open as well."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import aiohttp

from bot.settings import Settings
from bot.store import open_store
from bot.wiring import Wired, wire

_ROOT = Path(__file__).resolve().parents[1]
_STARTER = _ROOT / "tests" / "integration" / "front_doors.py"
_READY_SECONDS = 60.0
_TIMEOUT = aiohttp.ClientTimeout(total=3)


@dataclass(frozen=True)
class FrontDoor:
    """A front door in a process of its own, on a port that stays the same; ``starter`` is ``front_doors.py``."""

    url: str
    starter: asyncio.subprocess.Process

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start it, wait until it answers, and kill it in the end, whatever it is doing."""
        assert self.starter.stdin is not None
        assert self.starter.stdout is not None
        self.starter.stdin.write(b"start\n")
        number = int(await self.starter.stdout.readline())
        try:
            deadline = monotonic() + _READY_SECONDS
            async with aiohttp.ClientSession() as session:
                while monotonic() < deadline:
                    with suppress(aiohttp.ClientError, TimeoutError):
                        async with session.get(f"{self.url}/healthz", timeout=_TIMEOUT) as answer:
                            if answer.status == 200:
                                break
                    await asyncio.sleep(0.02)
            yield
        finally:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
            assert await self.starter.stdout.readline() == b"ended\n"


@asynccontextmanager
async def killable_front_door(folder: Path) -> AsyncIterator[tuple[Wired, FrontDoor]]:
    """Give the store in ``folder`` as the test opens it, and a front door over the same one, which does not run yet."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    mine = {
        "CLEARLINE_VAR": str(folder),
        "CLEARLINE_SECRET_KEY": "k" * 40,
        "CLEARLINE_HTTP_PORT": str(port),
        "CLEARLINE_UNDO_SECONDS": "0.3",
        "CLEARLINE_LOG_LEVEL": "error",
    }
    settings = Settings.from_env(mine)
    store = open_store(settings.database_url)
    store.migrate()
    store.close()
    wired = wire(settings)
    starter = await asyncio.create_subprocess_exec(
        sys.executable,
        str(_STARTER),
        cwd=_ROOT,
        env={**os.environ, **mine, "PYTHONPATH": os.pathsep.join([str(_ROOT), *sys.path])},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield wired, FrontDoor(f"http://127.0.0.1:{port}", starter)
    finally:
        starter.terminate()
        await starter.wait()
        wired.store.close()
