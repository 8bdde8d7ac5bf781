"""An engine that answers what a test tells it to, for tests of everything around the engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.engine.client import EngineReply, EngineTurn
from bot.shared.errors import Unavailable


@dataclass
class ScriptedEngine:
    """Answers ``echo: TEXT``; can be made slow, silent or dead, and remembers what it was asked."""

    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    dead: bool = False
    silent: bool = False
    understood: bool = True
    language: str = "en"
    seconds: float = 0.0
    during: Callable[[], None] | None = None
    running: int = 0
    most_running: int = 0

    async def ask(
        self, *, conversation_id: str, text: str, language: str, payload: str | None = None, number: int | None = None
    ) -> EngineTurn:
        """Answer one message."""
        self.asked.append((conversation_id, text, payload))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.running -= 1
        if self.dead:
            raise Unavailable("dead")
        if self.during is not None:
            self.during()
        replies = () if self.silent else (EngineReply(f"echo: {text}", self.language, understood=self.understood),)
        return EngineTurn(replies, self.language)

    async def ready(self) -> bool:
        """Say whether it is up."""
        return not self.dead

    async def close(self) -> None:
        """Have nothing to close."""
