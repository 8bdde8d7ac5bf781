"""What the tests of the desk work with: a front door with its own clock, staff who are signed in, and their pages."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Page

from bot.conversations.model import Conversation, Message, Reply, Sender, VerifiedBy
from bot.services import Services
from bot.shared.ids import ConversationId, StaffId
from bot.staff.model import Presence, Role, StaffMember
from bot.support.model import HandoverReason, TicketKind
from tests.browser.chat_site import CUSTOMER, ScriptedEngine
from tests.builders import document
from tests.desk_people import COOKIE

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


@dataclass
class DeskSite:
    """The front door as it runs in a test of the desk."""

    url: str
    services: Services
    engine: ScriptedEngine
    staff: dict[str, StaffMember] = field(default_factory=dict)

    def hire(self, name: str, role: Role = Role.HELPDESK_AGENT, presence: Presence = Presence.AVAILABLE) -> StaffMember:
        """Put somebody on the staff."""
        word = name.split()[0].lower()
        member = StaffMember(StaffId(f"stf_{word}"), name, f"{word}@clearline.example", role, "-", self.services.now(), presence=presence)
        self.services.staff.add(member)
        self.services.staff_service.set_presence(member=member, presence=presence, now=self.services.now())
        self.staff[member.id] = member
        return member

    def session_of(self, member: StaffMember) -> str:
        """Return the secret of a new session."""
        secret, _ = self.services.sessions.open(member=member, now=self.services.now())
        return secret

    def chat(
        self,
        *asked: str,
        language: str = "en",
        known: bool = False,
        minutes_ago: float = 0,
        hand_over: bool = True,
        about: tuple[tuple[str, str], ...] = (),
        reason: HandoverReason = HandoverReason.ASKED,
    ) -> ConversationId:
        """Begin a chat in which the customer asks and the assistant answers; it then waits for a person."""
        at = self.services.now() - timedelta(minutes=minutes_ago)
        conversations = self.services.conversations
        where = conversations.open(channel="web", language=language, now=at).id
        if known:
            self.know(where)
        for text in asked or ("I want to talk to a person",):
            taken = conversations.take_message(conversation_id=where, text=text, now=at, holder="test", client_id=None, payload=None)
            reply = Reply(Sender.BOT, f"I heard: {text}", language)
            conversations.record_bot_replies(
                conversation_id=where,
                answers=taken.message.seq,
                replies=(reply,),
                holder="test",
                now=at,
                understood=True,
                language=language,
            )
        if hand_over:
            promised = self.services.offering.answer_by(kind=TicketKind.BILLING, opened_at=at)
            conversations.ask_for_agent(
                conversation_id=where, reason=reason, kind=TicketKind.BILLING, now=at, answer_by=promised, about=about
            )
        return where

    def claimed(self, by: StaffMember, *asked: str, known: bool = False, about: tuple[tuple[str, str], ...] = ()) -> ConversationId:
        """Begin a chat that is ``by``'s already."""
        where = self.chat(*asked, known=known, about=about)
        self.services.desk.claim(by=by, conversation_id=where, now=self.services.now())
        return where

    def hand_over_on(self, text: str) -> None:
        """Let the engine hand over when a customer writes ``text``, as the action does."""

        def hand_over(where: str) -> None:
            now = self.services.now()
            promised = self.services.offering.answer_by(kind=TicketKind.BILLING, opened_at=now)
            self.services.conversations.ask_for_agent(
                conversation_id=ConversationId(where), reason=HandoverReason.ASKED, kind=TicketKind.BILLING, now=now, answer_by=promised
            )

        self.engine.on_text[text] = hand_over

    def newest(self) -> ConversationId:
        """Return the chat the engine was asked in last."""
        return ConversationId(self.engine.heard[-1].conversation)

    def bill(self, number: str) -> None:
        """Put an invoice of €100.00 into the customer's ledger."""
        with self.services.ledger.begin() as tx:
            tx.add_invoices([(document(CUSTOMER.id, number), number)])

    def know(self, where: ConversationId) -> None:
        """Bind the chat to the customer, as a one-time code does."""
        with self.services.conversation_store.begin() as tx:
            tx.bind(
                conversation_id=where,
                customer_id=CUSTOMER.id,
                contact_email=CUSTOMER.contacts[0].email,
                verified_by=VerifiedBy.CODE,
            )

    def customer_says(self, where: ConversationId, text: str) -> None:
        """Let the customer write once more."""
        self.services.conversations.take_message(
            conversation_id=where, text=text, now=self.services.now(), holder="test", client_id=None, payload=None
        )

    def now_of(self, where: ConversationId) -> Conversation:
        """Return the conversation as it is."""
        return self.services.conversations.get(conversation_id=where)

    def messages(self, where: ConversationId) -> tuple[Message, ...]:
        """Return its log."""
        return self.services.conversations.messages_after(conversation_id=where, after=0)

    def texts_of(self, where: ConversationId, *senders: str) -> list[str]:
        """Return what these senders said, in order."""
        return [message.text for message in self.messages(where) if message.sender.value in senders]


class AgentPage:
    """The desk as an agent sees it."""

    def __init__(self, page: Page, complaints: list[str]) -> None:
        """Keep the page; ``complaints`` fills with what the browser complains about."""
        self.page = page
        self.complaints = complaints

    def list(self, place: str) -> Any:
        """Return the rows of a list of the board."""
        return self.page.locator(f'[data-list="{place}"] > li')

    async def reply(self, text: str) -> None:
        """Write to the customer and send with the keyboard."""
        await self.page.locator("#reply").fill(text)
        await self.page.locator("#reply").press("Control+Enter")

    async def faults(self) -> list[str]:
        """Return what axe finds against WCAG 2.2 AA."""
        found = await Axe().run(self.page, options=WCAG)
        return [f"{one['id']}: {json.dumps([node['html'][:160] for node in one['nodes'][:3]])}" for one in found.response["violations"]]


async def sign_in(context: BrowserContext, site: DeskSite, member: StaffMember) -> None:
    """Give the browser the cookie that signing in gives."""
    cookie = {"name": COOKIE, "value": site.session_of(member), "domain": "127.0.0.1", "path": "/", "secure": True, "httpOnly": True}
    await context.add_cookies([cookie])  # type: ignore[list-item] # a plain mapping is taken
