"""The website's channel: ``/api/messages``, document links, and the plain chat page."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Protocol

from aiohttp import web

from bot.billing.ports import InvoiceNotFound
from bot.channels.switchboard import Answered, Switchboard
from bot.conversations.model import Conversation, Message, Speaker
from bot.conversations.ports import ConversationNotFound
from bot.conversations.tokens import DocumentGrant, TokenRefused, Visitor
from bot.services import Services
from bot.shared.aio import in_thread
from bot.shared.errors import InvalidInput, NotAllowed, NotFound
from bot.shared.ids import ConversationId

SERVICES = web.AppKey("services", Services)
SWITCHBOARD = web.AppKey("switchboard", Switchboard)
_PAGE = Path(__file__).parent / "page"
_LANGUAGES = ("en", "hu")
_LONGEST_CLIENT_ID = 100
_UNIQUE_CLIENT_ID = 20
_SECRET_HEADER = "X-Conversation-Secret"  # noqa: S105 -- a header's name, not a secret


class Documents(Protocol):
    """Makes documents from the ledger."""

    def invoice_pdf(self, *, grant: DocumentGrant, today: date) -> bytes:
        """Return the PDF of the document granted. Raises: InvoiceNotFound."""
        ...


DOCUMENTS = web.AppKey("documents", Documents)


class BadRequest(InvalidInput):
    """The request is not what the contract says; the message names the field."""


def routes() -> list[web.RouteDef]:
    """Return the routes of this channel."""
    return [
        web.post("/api/messages", post_message),
        web.get("/api/messages", get_messages),
        web.get("/documents/{token}", get_document),
        web.get("/", get_page),
        web.post("/api/typing", post_typing),
        web.get("/chat.js", get_page_file),
        web.get("/chat-text.js", get_page_file),
        web.get("/chat.css", get_page_file),
    ]


async def post_message(request: web.Request) -> web.Response:
    """Take one message and answer it. See docs/http.md for the shapes."""
    services = request.app[SERVICES]
    body = await _json_object(request)
    text = _optional_text(body, "text")
    payload = _optional_text(body, "payload")
    if text is None and payload is None:
        raise BadRequest('the field \'text\' is missing; send {"text": "…"}')
    client_id = _optional_text(body, "client_id")
    if client_id is not None and not 0 < len(client_id) <= _LONGEST_CLIENT_ID:
        raise BadRequest(f"the field 'client_id' must have 1 to {_LONGEST_CLIENT_ID} characters")
    visitor = _visitor(request)
    wanted = _optional_text(body, "conversation")
    secret = request.headers.get(_SECRET_HEADER) or _optional_text(body, "secret")
    new_secret: str | None = None
    if wanted is None:
        conversation, new_secret = await _open(request, body, visitor, client_id)
    else:
        conversation = await _conversation(services, wanted, visitor, secret)
    answered = await request.app[SWITCHBOARD].on_customer_message(
        conversation_id=conversation.id, text=text or "", client_id=client_id, payload=payload
    )
    return web.json_response(_answer(conversation, answered, new_secret))


async def _open(
    request: web.Request, body: dict[str, Any], visitor: Visitor | None, client_id: str | None
) -> tuple[Conversation, str | None]:
    """Open a conversation and return it with the anonymous visitor's secret.

    A client id as long as a UUID gives the conversation its id, so that a repeated first message finds the same one.
    """
    services = request.app[SERVICES]
    known = client_id if client_id is not None and len(client_id) >= _UNIQUE_CLIENT_ID else None
    whose = (visitor.customer_id, visitor.contact_email or "") if visitor else ("", "")
    secret = None if visitor else services.tokens.derive("secret", known) if known else token_urlsafe(24)
    conversation = await in_thread(
        services.conversations.open,
        channel="web",
        language=await _first_language(services, body, request, visitor),
        now=services.now(),
        visitor=visitor,
        secret=secret,
        conversation_id=ConversationId(f"cnv_{services.tokens.derive('conversation', *whose, known)}") if known else None,
    )
    return conversation, secret


async def get_messages(request: web.Request) -> web.Response:
    """Return the log of a conversation after a message id."""
    services = request.app[SERVICES]
    wanted = request.query.get("conversation")
    if not wanted:
        raise BadRequest("the query parameter 'conversation' is missing")
    after = request.query.get("after") or "0"
    if not after.isascii() or not after.isdigit() or len(after) > 12:
        raise BadRequest("the query parameter 'after' must be a message id, a whole number")
    secret = request.headers.get(_SECRET_HEADER) or request.query.get("secret")
    conversation = await _conversation(services, wanted, _visitor(request), secret)
    messages = await in_thread(services.conversations.messages_after, conversation_id=conversation.id, after=int(after))
    typing = await in_thread(services.desk_views.agent_writing, conversation=conversation, now=services.now())
    return web.json_response(
        {
            "conversation": conversation.id,
            "speaker": conversation.speaker.value,
            "typing": typing,
            "messages": [_shape(message) for message in messages],
        }
    )


async def post_typing(request: web.Request) -> web.Response:
    """Let the person who answers see that the visitor writes; while the bot speaks nobody would."""
    services = request.app[SERVICES]
    body = await _json_object(request)
    wanted = _optional_text(body, "conversation")
    if wanted is None:
        raise BadRequest("the field 'conversation' is missing")
    secret = request.headers.get(_SECRET_HEADER) or _optional_text(body, "secret")
    conversation = await _conversation(services, wanted, _visitor(request), secret)
    if conversation.speaker is not Speaker.BOT:
        await in_thread(services.desk_replies.customer_writes, conversation_id=conversation.id, now=services.now())
    return web.json_response({"speaker": conversation.speaker.value})


async def get_document(request: web.Request) -> web.Response:
    """Return the PDF that a short-lived link opens."""
    services = request.app[SERVICES]
    try:
        grant = services.tokens.read_document(request.match_info["token"], now=services.now())
        pdf = await in_thread(request.app[DOCUMENTS].invoice_pdf, grant=grant, today=services.today())
    except (TokenRefused, InvoiceNotFound) as error:
        raise web.HTTPNotFound(text="This link is not valid any more. Ask for the copy again in the chat.\n") from error
    name = "".join(character if character.isalnum() or character in "-_" else "-" for character in grant.number)
    return web.Response(
        body=pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"},
    )


async def get_page(request: web.Request) -> web.FileResponse:
    """Return the plain chat page."""
    return web.FileResponse(_PAGE / "index.html", headers={"Cache-Control": "no-cache"})


async def get_page_file(request: web.Request) -> web.FileResponse:
    """Return the page's script or style."""
    return web.FileResponse(_PAGE / Path(request.path).name, headers={"Cache-Control": "no-cache"})


async def _json_object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, LookupError, RecursionError) as error:
        raise BadRequest("the body is not JSON in UTF-8") from error
    if not isinstance(body, dict):
        raise BadRequest('the body must be a JSON object such as {"text": "…"}')
    return body


def _optional_text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise BadRequest(f"the field '{name}' must be a text")
    return value


def _visitor(request: web.Request) -> Visitor | None:
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenRefused("the Authorization header must be 'Bearer' and a token")
    services = request.app[SERVICES]
    return services.tokens.read_visitor(token.strip(), now=services.now())


async def _conversation(services: Services, wanted: str, visitor: Visitor | None, secret: str | None) -> Conversation:
    if len(wanted) > 64 or not wanted.isascii() or not wanted.isprintable():
        raise ConversationNotFound("no such conversation")
    return await in_thread(services.conversations.of_visitor, conversation_id=ConversationId(wanted), visitor=visitor, secret=secret)


async def _first_language(services: Services, body: dict[str, Any], request: web.Request, visitor: Visitor | None) -> str:
    """Return the language to begin in: the one asked for, else the visitor's on file, else the browser's."""
    wanted = body.get("lang")
    header = request.headers.get("Accept-Language", "")
    otherwise = str(wanted) if wanted in _LANGUAGES else "hu" if header[:2].lower() == "hu" else "en"
    if visitor is None:
        return otherwise
    try:
        customer = await in_thread(services.billing.customer, customer_id=visitor.customer_id)
    except NotFound as error:
        raise TokenRefused("the token names nobody we know") from error
    if wanted in _LANGUAGES:
        return otherwise
    contact = next((one for one in customer.contacts if one.email == visitor.contact_email), None)
    return contact.language if contact else customer.language


def _answer(conversation: Conversation, answered: Answered, secret: str | None) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "conversation": conversation.id,
        "speaker": answered.speaker.value,
        "messages": [_shape(message) for message in answered.messages],
    }
    if secret is not None:
        shape["secret"] = secret
    return shape


def _shape(message: Message) -> dict[str, Any]:
    return {
        "id": str(message.seq),
        "from": message.sender.value,
        "name": message.author,
        "text": message.text,
        "lang": message.language,
        "at": message.at.isoformat(),
        "client_id": message.client_id,
        "buttons": [{"title": button.title, "payload": button.payload} for button in message.buttons],
        "attachments": [{"title": one.title, "url": one.url, "media_type": one.media_type} for one in message.attachments],
    }


__all__ = ["SERVICES", "SWITCHBOARD", "BadRequest", "NotAllowed", "routes"]
