"""Help with writing: canned replies filled from the ledger, and an answer from the knowledge articles. Nothing here sends anything."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.billing.model import InvoiceView, OpenBalance
from bot.billing.service import AmbiguousInvoice, NoInvoices
from bot.conversations.desk_views import ChatView
from bot.conversations.model import Sender
from bot.desk.chat import chat_id
from bot.desk.guard import guarded_get, render, services
from bot.desk.keys import MEMBER
from bot.services import Services
from bot.shared.aio import in_thread
from bot.shared.errors import NotFound
from bot.shared.formats import show_date, show_money, show_time, show_weekdays
from bot.shared.ids import ConversationId, CustomerId
from bot.shared.money import Money
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, may
from bot.support.canned import fill
from bot.support.hours import week_groups

_PATH = "/desk/chats/{id}"


@dataclass(frozen=True, slots=True)
class Filled:
    """A canned reply for one chat; ``has_gap`` when something in it is not known."""

    shortcut: str
    text: str
    has_gap: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A passage of an article that may answer the customer's last question."""

    question: str
    text: str
    title: str
    address: str


def routes() -> list[web.RouteDef]:
    """Return the routes of the help."""
    return [
        guarded_get(_PATH + "/canned", Permission.CHAT_ANSWER, get_canned),
        guarded_get(_PATH + "/suggestion", Permission.CHAT_ANSWER, get_suggestion),
    ]


async def get_canned(request: web.Request) -> web.Response:
    """Return the canned replies as a fragment, in the chat's language and with the customer's values."""
    filled = await in_thread(canned_for, services(request), member=request[MEMBER], conversation_id=chat_id(request))
    return render(request, "chat_canned.html", replies=filled[1], chat_language=filled[0])


async def get_suggestion(request: web.Request) -> web.Response:
    """Return an answer to the customer's last question as a fragment."""
    found = await in_thread(suggestion_for, services(request), member=request[MEMBER], conversation_id=chat_id(request))
    return render(request, "chat_suggestion.html", suggestion=found[1], chat_language=found[0])


def canned_for(services: Services, *, member: StaffMember, conversation_id: ConversationId) -> tuple[str, tuple[Filled, ...]]:
    """Return the chat's language and the replies the member may use in it; those about money only with the permission, and that is audited.

    Raises: ConversationNotFound, PermissionMissing.
    """
    view = services.desk_views.chat(by=member, conversation_id=conversation_id, now=services.now())
    language = view.conversation.language
    may_money = may(member, Permission.MONEY_READ)
    values = _plain_values(services, view, member) | (_money_values(services, view, member) if may_money else {})
    offered = (reply for reply in services.canned_replies if may_money or not reply.needs_money())
    texts = ((reply.shortcut, fill(reply.text.say(language), values)) for reply in offered)
    return language, tuple(Filled(shortcut, text, "⟦" in text) for shortcut, text in texts)


def suggestion_for(services: Services, *, member: StaffMember, conversation_id: ConversationId) -> tuple[str, Suggestion | None]:
    """Return the chat's language, and what the articles answer to what the customer typed last, or None.

    Raises: ConversationNotFound, PermissionMissing.
    """
    view = services.desk_views.chat(by=member, conversation_id=conversation_id, now=services.now())
    typed = (message for message in reversed(view.messages) if message.sender is Sender.CUSTOMER and message.payload is None)
    language = view.conversation.language
    for message in list(typed)[:3]:
        passage = services.articles.answer(question=message.text, language=language)
        if passage is not None:
            return language, Suggestion(message.text, passage.text, passage.title, f"/articles/{language}/{passage.name}")
    return language, None


def _plain_values(services: Services, view: ChatView, member: StaffMember) -> dict[str, str]:
    language, ticket = view.conversation.language, view.packet.ticket
    hours = "; ".join(
        f"{show_weekdays(group.first, group.last, language)} "
        + ", ".join(f"{show_time(opens, language)}–{show_time(closes, language)}" for opens, closes in group.spans)
        for group in week_groups(services.offering.hours)
        if group.spans
    )
    values = {"agent.name": member.name, "ticket.number": ticket.number if ticket else "", "hours.open": hours}
    if view.packet.customer_id is not None and may(member, Permission.CUSTOMER_READ):
        customer = services.billing.customer(customer_id=view.packet.customer_id)
        contact = next((one for one in customer.contacts if one.email == view.packet.contact_email), None)
        values |= {"customer.name": customer.name, "customer.number": customer.number, "contact.name": contact.name if contact else ""}
    return values


def _money_values(services: Services, view: ChatView, member: StaffMember) -> dict[str, str]:
    customer_id = view.packet.customer_id
    if customer_id is None:
        return {}
    language = view.conversation.language
    services.money_looks.take_down(by=member, customer_id=customer_id, now=services.now())
    balance = services.billing.open_balance(customer_id=customer_id, today=services.today())
    invoice = _invoice_meant(services, customer_id, dict(view.packet.about).get("invoice"), balance)
    values = {"balance": _sum(balance.totals, language), "overdue": _sum(balance.overdue_totals, language)}
    if invoice is not None:
        values |= {
            "invoice.number": invoice.invoice.number,
            "invoice.amount": show_money(invoice.invoice.payable, language),
            "invoice.open": show_money(invoice.open_amount, language),
            "invoice.due": show_date(invoice.invoice.due_on, language) if invoice.invoice.due_on else "",
        }
    return values


def _invoice_meant(services: Services, customer_id: CustomerId, about: str | None, balance: OpenBalance) -> InvoiceView | None:
    """Return the invoice the chat is about; else the oldest overdue one, else the latest; None when there is none."""
    today = services.today()
    if about:
        try:
            return services.billing.invoice(customer_id=customer_id, typed_number=about, today=today)
        except (NotFound, AmbiguousInvoice):
            return None
    overdue = next((one for one in balance.invoices if one.days_overdue), None)
    if overdue is not None:
        return overdue
    try:
        return services.billing.latest_invoice(customer_id=customer_id, today=today)
    except NoInvoices:
        return None


def _sum(amounts: tuple[Money, ...], language: str) -> str:
    return " + ".join(show_money(amount, language) for amount in amounts)
