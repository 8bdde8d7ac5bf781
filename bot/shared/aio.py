"""The one bridge from async faces into the synchronous domain (ADR 0003)."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def in_thread(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Run a domain function in a worker thread and return its result; its exceptions pass through."""
    return await asyncio.get_running_loop().run_in_executor(None, partial(function, *args, **kwargs))
