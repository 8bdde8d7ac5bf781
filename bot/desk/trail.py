"""The audit trail as staff read it."""

from __future__ import annotations

from aiohttp import web

from bot.desk.guard import guarded_get, render, services
from bot.desk.words import DEEDS
from bot.shared.aio import in_thread
from bot.shared.audit import RecordedEntry
from bot.shared.errors import InvalidInput
from bot.staff.permissions import Permission

_PAGE = 50  # entries
_LONGEST_SUBJECT = 100  # characters


def routes() -> list[web.RouteDef]:
    """Return the route of the audit trail."""
    return [guarded_get("/desk/audit", Permission.AUDIT_READ, get_audit)]


async def get_audit(request: web.Request) -> web.StreamResponse:
    """Show the trail, the newest first; the query parameter ``subject`` is the id of a customer, chat, ticket or member."""
    subject = request.query.get("subject", "").strip()[:_LONGEST_SUBJECT]
    before = request.query.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 16):
        raise InvalidInput("the page asked for is not there; open the trail anew")
    found = await in_thread(
        services(request).audit.entries, subject=subject or None, before=int(before) if before else None, limit=_PAGE + 1
    )
    names = {str(one.id): one.name for one in await in_thread(services(request).staff.list)}
    shown = found[:_PAGE]
    return render(
        request,
        "audit.html",
        rows=[_row(one, names) for one in shown],
        subject=subject,
        older=shown[-1].number if len(found) > _PAGE else None,
    )


def _row(one: RecordedEntry, names: dict[str, str]) -> dict[str, object]:
    entry = one.entry
    return {
        "at": entry.at,
        "who": names.get(entry.actor, entry.actor),
        "deed": DEEDS.get(entry.action, entry.action),
        "action": entry.action,
        "subject": entry.subject,
        "whom": names.get(entry.subject, entry.subject),
        "details": ", ".join(f"{name}: {value}" for name, value in sorted(entry.details)),
    }
