"""Where outsourced desks and companies whose support is resold answer tickets that went to them by webhook. See docs/http.md."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from bot.channels.web import SERVICES, BadRequest
from bot.shared.aio import in_thread
from bot.shared.errors import NotFound

_HEADER = "X-Clearline-Signature"
_LONGEST_KEY = 100


def routes() -> list[web.RouteDef]:
    """Return the route of helpers' answers."""
    return [web.post("/api/helpers/{helper}/answers", post_answer)]


async def post_answer(request: web.Request) -> web.Response:
    """Give a helper's answer to the customer; the same ``id`` again changes nothing. The signature says which helper it is."""
    services, helper = request.app[SERVICES], request.match_info["helper"]
    gate = services.helper_gate
    if gate is None or not services.helpers.is_known(helper):
        raise NotFound("there is no such helper here")
    body = await request.read()
    gate.check(helper=helper, body=body, header=request.headers.get(_HEADER, ""), at=services.now())
    fields = _fields(body)
    is_new = await in_thread(
        services.helpers.answered,
        helper=helper,
        number=_text(fields, "ticket"),
        key=_text(fields, "id"),
        text=_text(fields, "text"),
        is_solved=fields.get("solved") is True,
        now=services.now(),
    )
    return web.json_response({"taken": is_new})


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("the body is not JSON in UTF-8") from error
    if not isinstance(fields, dict):
        raise BadRequest('the body must be a JSON object such as {"ticket": "T-2026-0042", "id": "1", "text": "…"}')
    return fields


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip() or (name != "text" and len(value) > _LONGEST_KEY):
        raise BadRequest(f"the field '{name}' must be a text")
    return value
