"""One request to Partner Center: headers, pace, timeouts, repeats, errors, figures. Every call of the client passes here.

Source: Partner Center: headers, error-codes (2021-08), api-throttling-guidance (2023-10).
"""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import aiohttp
import structlog

from bot.billing.microsoft_ports import MicrosoftBusy, MicrosoftUnavailable, OutcomeUnknown
from bot.partner_center.auth import TokenKind, Tokens
from bot.partner_center.metrics import CallMetrics
from bot.partner_center.options import PartnerCenterOptions
from bot.partner_center.refusals import refusal_of, retry_after
from bot.shared.errors import BotError

_LOG = structlog.get_logger(__name__)
_USER_AGENT = "Clearline"
_JSON = "application/json"
_LARGEST_ANSWER = 64 * 1024 * 1024  # bytes; a page of 2,000 lines is some 6 MB
_KEPT_ALIVE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked.

    Attributes:
        operation: Name for figures and messages, such as ``subscriptions.list``.
        path: After ``/v1``, its parts already quoted.
        repeatable: Whether the same request sent twice does no more than once. GET always is.
        request_id: GUID of the request (``MS-RequestId``), the same for every attempt; None makes one.
        headers: Further headers.
        accept: Media type wanted; anything but JSON is returned unread.
    """

    operation: str
    method: str
    path: str
    token: TokenKind
    query: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    repeatable: bool = False
    request_id: str | None = None
    accept: str = _JSON

    @property
    def is_change(self) -> bool:
        """Return whether it changes something at Microsoft."""
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    """A success. ``content`` is the parsed JSON (numbers with a point are ``Decimal``), None when there was none or it was not JSON."""

    status: int
    content: Any
    raw: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


class _Again(Exception):
    """The attempt may be made again after ``wait`` seconds; ``final`` is what it means when no attempt is left."""

    def __init__(self, reason: str, final: BotError, *, wait: float | None = None, untouched: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.final, self.wait, self.untouched = reason, final, wait, untouched


class Transport:
    """Sends calls with one kept-alive session; to be used in one event loop."""

    def __init__(self, options: PartnerCenterOptions, *, metrics: CallMetrics) -> None:
        """Remember where to send; nothing is opened yet."""
        self._options, self._metrics = options, metrics
        self._tokens = Tokens(options, session=self._open)
        self._session: aiohttp.ClientSession | None = None
        self._places = asyncio.Semaphore(options.parallel)
        self._next_at = 0.0

    async def send(self, call: Call) -> Answer:
        """Return the answer of a call that succeeded.

        Attempts go on, with growing pauses or as long as ``Retry-After`` says, until the deadline or the number of tries. What was
        not carried out for certain (too many requests, connection not made, token refused) may always be sent again, with the same
        request id; what may have been carried out only if it is repeatable.

        Raises:
            OutcomeUnknown: A change may or may not have been carried out.
            MicrosoftBusy, MicrosoftUnavailable, MicrosoftNotFound, MicrosoftNotAllowed, MicrosoftRefused: As the answer says.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        outcome = "cancelled"
        try:
            answer = await self._attempts(
                call, request_id=call.request_id or str(uuid.uuid4()), deadline=started + self._options.deadline_seconds
            )
            outcome = str(answer.status)
            return answer
        except BotError as error:
            outcome = type(error).__name__
            raise
        finally:
            self._metrics.ended(operation=call.operation, outcome=outcome, seconds=loop.time() - started)

    async def close(self) -> None:
        """Close the kept-alive connections; a later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
            # The transports are closed by the loop's next pass, not by ``close`` itself.
            await asyncio.sleep(0)

    async def _attempts(self, call: Call, *, request_id: str, deadline: float) -> Answer:
        loop = asyncio.get_running_loop()
        attempt = 1
        lost: OutcomeUnknown | None = None
        while True:
            try:
                return await self._attempt(call, request_id, deadline, attempt)
            except _Again as again:
                pause = self._options.first_pause_seconds * 2 ** (attempt - 1) * random.uniform(0.8, 1.2)  # noqa: S311 -- spreads the load
                wait = pause if again.wait is None else max(again.wait, pause if attempt > 1 else 0.0)
                # Whatever comes later, an answer that was lost once leaves open whether the change was carried out.
                lost = lost or (again.final if isinstance(again.final, OutcomeUnknown) else None)
                may = again.untouched or not call.is_change or call.repeatable
                if not may or attempt >= self._options.tries or loop.time() + wait >= deadline:
                    raise (lost or again.final) from again.__cause__
                self._metrics.repeated(operation=call.operation, reason=again.reason)
                _LOG.info("partner_center.repeated", operation=call.operation, reason=again.reason, attempt=attempt, request_id=request_id)
            except MicrosoftUnavailable as error:
                if lost is None:
                    raise
                raise lost from error
            attempt += 1
            await asyncio.sleep(wait)

    async def _attempt(self, call: Call, request_id: str, deadline: float, attempt: int) -> Answer:
        token = await self._tokens.get(call.token)
        async with self._places:
            await self._wait_for_turn(deadline)
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                raise MicrosoftUnavailable(
                    f"Partner Center took more than {self._options.deadline_seconds:g} s for {call.operation}; try again later"
                )
            status, headers, raw = await self._exchange(call, request_id, token, min(self._options.try_seconds, left))
        if status < 400:
            return _answer_of(call, status, headers, raw)
        error = refusal_of(status=status, body=_json_or_none(raw), headers=headers, operation=call.operation)
        if status == 401 and attempt == 1:
            self._tokens.forget(call.token, token)
            raise _Again("401", error, wait=0.0, untouched=True)
        if isinstance(error, MicrosoftBusy):
            self._hold(error.retry_after)
            raise _Again("429", error, wait=error.retry_after, untouched=True)
        if isinstance(error, MicrosoftUnavailable):
            raise _Again(str(status), _lost(call, error), wait=retry_after(headers))
        raise error

    async def _exchange(self, call: Call, request_id: str, token: str, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        address = f"{self._options.api_url.rstrip('/')}/v1{call.path}{'?' + urlencode(call.query) if call.query else ''}"
        sent = {
            "Authorization": f"Bearer {token}",
            "Accept": call.accept,
            "MS-RequestId": request_id,
            "MS-CorrelationId": str(uuid.uuid4()),
            "MS-Contract-Version": "v1",
            "MS-PartnerCenter-Application": _USER_AGENT,
            "X-Locale": self._options.locale,
            "User-Agent": _USER_AGENT,
            **dict(call.headers),
        }
        data = None
        if call.body is not None:
            sent["Content-Type"] = _JSON
            # Only what Microsoft itself sent as a fraction is a Decimal, and no amount is ever sent.
            data = json.dumps(call.body, default=float).encode()
        try:
            timeout = aiohttp.ClientTimeout(total=seconds)
            async with self._open().request(
                call.method, address, data=data, headers=sent, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, dict(response.headers), await _whole(response)
        except aiohttp.ClientConnectorError as error:
            away = MicrosoftUnavailable("Partner Center cannot be reached; check the network, and CLEARLINE_PARTNER_CENTER_URL")
            raise _Again("connection", away, untouched=True) from error
        except TimeoutError as error:
            raise _Again("timeout", _lost(call, MicrosoftUnavailable(f"Partner Center did not answer {call.operation} in time"))) from error
        except (aiohttp.ClientError, OSError) as error:
            raise _Again("broken_off", _lost(call, MicrosoftUnavailable(f"the connection broke off at {call.operation}"))) from error

    async def _wait_for_turn(self, deadline: float) -> None:
        """Wait until the own pace, and a pause that Microsoft asked for, allow the next request."""
        loop = asyncio.get_running_loop()
        turn = max(self._next_at, loop.time())
        if turn >= deadline:
            wait = turn - loop.time()
            raise MicrosoftBusy(f"Partner Center asked to wait; try again in {wait:.0f} s", retry_after=wait)
        self._next_at = turn + 60.0 / self._options.requests_per_minute
        await asyncio.sleep(max(turn - loop.time(), 0.0))

    def _hold(self, seconds: float) -> None:
        self._next_at = max(self._next_at, asyncio.get_running_loop().time() + seconds)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._options.parallel + 2, keepalive_timeout=_KEPT_ALIVE_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=True)
        return self._session


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    """Return the body. Raises: MicrosoftUnavailable when it is larger than anything Partner Center sends."""
    parts, size = [], 0
    async for part in response.content.iter_chunked(256 * 1024):
        size += len(part)
        if size > _LARGEST_ANSWER:
            raise MicrosoftUnavailable(f"Partner Center's answer is larger than {_LARGEST_ANSWER // 1024**2} MB")
        parts.append(part)
    return b"".join(parts)


def _answer_of(call: Call, status: int, headers: Mapping[str, str], raw: bytes) -> Answer:
    if call.accept != _JSON or not raw.strip():
        return Answer(status, None, raw, headers)
    try:
        # Some answers begin with a byte-order mark.
        content = json.loads(raw.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        unreadable = MicrosoftUnavailable(f"Partner Center's answer to {call.operation} is not readable JSON; try again later")
        raise _Again("unreadable", _lost(call, unreadable)) from error
    return Answer(status, content, raw, headers)


def _json_or_none(raw: bytes) -> object:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _lost(call: Call, error: MicrosoftUnavailable) -> MicrosoftUnavailable:
    """Return what a lost answer means: for a change, that nobody knows whether it was carried out."""
    if not call.is_change:
        return error
    return OutcomeUnknown(f"{error}; whether it was carried out is not known, so look before asking again")
