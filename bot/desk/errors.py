"""What a member of staff reads when something fails; the one place that maps errors of the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.desk.guard import FormRefused, recognise
from bot.desk.pages import is_desk, refusal
from bot.desk.words import PERMISSIONS, ROLES
from bot.shared.errors import BotError, Conflict, InvalidInput, NotAllowed, NotFound, Unavailable
from bot.staff.permissions import PermissionMissing

_LOG = structlog.get_logger(__name__)
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_REASONS = {
    404: ("Not found", "There is nothing here. It may have been moved, or belong to somebody else."),
    405: ("Not possible", "This address cannot be used that way."),
    413: ("Too large", "What you sent is too large."),
}


@web.middleware
async def map_desk_errors(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Turn every failure below ``/desk`` into a page, once. Nothing of a stack trace leaves the house."""
    if not is_desk(request):
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        title, text = _REASONS.get(error.status, ("Not possible", error.reason))
        await recognise(request)
        return refusal(request, error.status, title, text)
    except BotError as error:
        status, title, text = _told(error)
        _LOG.info("desk_request.refused", route=request.path, status=status)
        return refusal(request, status, title, text)
    except Exception:
        _LOG.exception("desk_request.failed", route=request.path)
        if "text/event-stream" in request.headers.get("Accept", ""):
            # The stream has begun, so there is no answer to send; the browser connects anew.
            raise
        return refusal(request, 500, "Something went wrong", "Something went wrong on our side. Nothing was changed; try again.")


def _told(error: BotError) -> tuple[int, str, str]:
    """Return status, title and text."""
    text = _sentence(str(error))
    match error:
        case PermissionMissing():
            return 403, "Not for your role", _missing(error)
        case FormRefused():
            return 403, "The form was not accepted", text
        case NotAllowed():
            return 403, "Not allowed", text
        case NotFound():
            return 404, "Not found", text
        case InvalidInput():
            return 400, "That cannot be used", text
        case Conflict():
            return 409, "Not possible now", text
        case Unavailable():
            return 503, "Not available now", text
        case _:
            return 500, "Something went wrong", text


def _missing(error: PermissionMissing) -> str:
    return (
        f"Your role, {ROLES[error.role]}, does not let you {PERMISSIONS[error.permission]} (permission “{error.permission.value}”). "
        "A Global admin or User admin can give you another role."
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."
