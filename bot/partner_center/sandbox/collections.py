"""Pages of the sandbox, in both of Partner Center's styles, and its filters."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from bot.partner_center.sandbox.refusal import Refusal
from bot.partner_center.sandbox.state import Resource

_TOKEN_HEADER = "MS-ContinuationToken"  # noqa: S105 -- name of a header
_LARGEST_PAGE = 2000


def shown(resource: Resource) -> Resource:
    """Return the resource without what the sandbox keeps for itself."""
    return {name: value for name, value in resource.items() if not name.startswith("_")}


def by_offset(request: web.Request, items: Sequence[Resource], *, always: Sequence[Resource] = ()) -> web.Response:
    """Return the page that ``size`` and ``offset`` ask for; ``always`` comes with every page."""
    size, offset = _number(request, "size", 100), _number(request, "offset", 0)
    page = [*items[offset : offset + size], *always]
    links: dict[str, Any] = {"self": _link(request, request.path_qs)}
    if offset + size < len(items):
        query = {**request.query, "size": str(size), "offset": str(offset + size)}
        links["next"] = _link(request, str(request.rel_url.with_query(query)))
    return _collection(page, total=len(items) + len(always), links=links)


def by_seeking(request: web.Request, items: Sequence[Resource]) -> web.Response:
    """Return the page that a continuation token asks for, the first one without."""
    size, start = _number(request, "size", _LARGEST_PAGE), 0
    if request.query.get("seekOperation", "").lower() == "next":
        try:
            start = int(base64.b64decode(request.headers[_TOKEN_HEADER]).decode().removeprefix("from:"))
        except (KeyError, ValueError):
            raise Refusal(400, 3000, "the continuation token is missing or not ours") from None
    links: dict[str, Any] = {"self": _link(request, request.path_qs)}
    token = None
    if start + size < len(items):
        token = base64.b64encode(f"from:{start + size}".encode()).decode()
        links["next"] = _link(request, request.path_qs, headers=[{"key": _TOKEN_HEADER, "value": token}])
    return _collection(items[start : start + size], total=len(items), links=links, token=token)


def fitting(request: web.Request, items: Sequence[Resource], fields: dict[str, str]) -> list[Resource]:
    """Return the items that pass the request's ``filter``.

    Args:
        fields: Name of a field in the filter -> path of the value in an item, such as ``companyProfile.companyName``.
    """
    if "filter" not in request.query:
        return list(items)
    try:
        asked = json.loads(request.query["filter"])
        path, sought, operator = fields[asked["Field"]], str(asked["Value"]).lower(), str(asked["Operator"]).lower()
    except (ValueError, KeyError, TypeError):
        raise Refusal(400, 3000, "the filter cannot be understood") from None
    return [item for item in items if _passes(str(_at(item, path)).lower(), sought, operator)]


def _passes(value: str, sought: str, operator: str) -> bool:
    tests = {
        "equals": value == sought,
        "not_equals": value != sought,
        "starts_with": value.startswith(sought),
        "substring": sought in value,
        "greater_than_or_equals": value >= sought,
        "less_than_or_equals": value <= sought,
    }
    if operator not in tests:
        raise Refusal(400, 3000, f"the operator {operator!r} is not known")
    return tests[operator]


def _at(item: Resource, path: str) -> object:
    value: Any = item
    for name in path.split("."):
        value = value.get(name, "") if isinstance(value, dict) else ""
    return value


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdigit() or (name == "size" and not 0 < int(text) <= _LARGEST_PAGE):
        raise Refusal(400, 3000, f"{name} is not acceptable")
    return int(text)


def _link(request: web.Request, uri: str, headers: Sequence[Resource] = ()) -> Resource:
    return {"uri": uri.removeprefix("/v1"), "method": request.method, "headers": list(headers)}


def _collection(items: Sequence[Resource], *, total: int, links: Resource, token: str | None = None) -> web.Response:
    body: Resource = {
        "totalCount": total,
        "items": [shown(item) for item in items],
        "links": links,
        "attributes": {"objectType": "Collection"},
    }
    if token is not None:
        body["continuationToken"] = token
    # As several captured answers do, collections begin with a byte-order mark.
    return web.Response(body=b"\xef\xbb\xbf" + json.dumps(body, default=float).encode(), content_type="application/json", charset="utf-8")
