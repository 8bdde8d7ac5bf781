"""Every form of the desk that changes something, sent once as it should be: the audit trail then says who did it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyotp
import pytest

from bot.billing.microsoft import MicrosoftDocument, MicrosoftInvoice
from bot.billing.model import CommerceKind
from bot.conversations.model import Reply, Sender, Speaker
from bot.services import Services
from bot.shared.ids import ConversationId, SuspensionId
from bot.shared.money import Money
from bot.staff.model import Presence, Role, StaffMember
from bot.support.checklist import Item
from bot.wiring import Wired
from tests.desk_people import PASSWORD
from tests.integration.desk_browser import DeskBrowser, NewBrowser
from tests.integration.desk_records import CUSTOMER, filled, talked

# Changes nothing that outlives the minute, or leaves its own trace elsewhere; each for the reason beside it.
UNRECORDED = {
    "/desk/sign-in": "test_desk_sign_in.py looks at its entries, those of refusals too",
    "/desk/presence": "who takes chats now is for the moment, and nobody else's business later",
    "/desk/chats/{id}/draft": "nobody but its author sees it",
    "/desk/chats/{id}/look": "who has a chat open is for the moment",
    "/desk/chats/{id}/leave": "the same",
    "/desk/chats/{id}/replies": "taken down when the reply reaches the customer",
    "/desk/chats/{id}/replies/{outgoing}/undo": "nothing reached the customer",
    "/desk/tickets/{number}/mail": "sends again the mail of an answer that was taken down",
}


@dataclass
class Stage:
    """A desk with a Global admin in the browser, a colleague, a chat that waits and its ticket."""

    browser: DeskBrowser
    services: Services
    people: Mapping[Role, StaffMember]
    chat: ConversationId
    number: str
    last_before: int = 0

    @property
    def me(self) -> StaffMember:
        return self.people[Role.GLOBAL_ADMIN]

    @property
    def colleague(self) -> StaffMember:
        return self.people[Role.HELPDESK_AGENT]

    async def send(self, path: str, **fields: str) -> None:
        # Entries of what had to be done before do not count for the form sent last.
        self.last_before = max((one.number for one in self.services.audit.entries(limit=1)), default=0)
        response = await self.browser.post(path, fields)
        assert response.status in (200, 204, 303), f"{path}: {response.status} {self.browser.text[:300]}"

    async def claim(self) -> None:
        await self.send(f"/desk/chats/{self.chat}/claim")

    async def close_ticket(self) -> None:
        await self.send(f"/desk/tickets/{self.number}/close", outcome="resolved")

    def colleague_claims(self) -> None:
        self.services.desk.claim(by=self.colleague, conversation_id=self.chat, now=self.services.now())


Deed = Callable[[Stage], Awaitable[None]]
DEEDS: dict[str, Deed] = {}


def deed(route: str) -> Callable[[Deed], Deed]:
    """Mark what sends the form of ``route`` as it should be sent."""

    def remember(function: Deed) -> Deed:
        DEEDS[route] = function
        return function

    return remember


@deed("/desk/chats/{id}/claim")
async def _(stage: Stage) -> None:
    await stage.claim()


@deed("/desk/chats/{id}/take-over")
async def _(stage: Stage) -> None:
    stage.colleague_claims()
    await stage.send(f"/desk/chats/{stage.chat}/take-over", reason="She is ill.")


@deed("/desk/chats/{id}/transfer")
async def _(stage: Stage) -> None:
    await stage.claim()
    await stage.send(f"/desk/chats/{stage.chat}/transfer", to="queue", note="Needs the books.")


@deed("/desk/chats/{id}/hand-back")
async def _(stage: Stage) -> None:
    await stage.claim()
    await stage.send(f"/desk/chats/{stage.chat}/hand-back", settled="", is_done="1")


@deed("/desk/chats/{id}/close")
async def _(stage: Stage) -> None:
    await stage.claim()
    await stage.send(f"/desk/chats/{stage.chat}/close", outcome="resolved")


@deed("/desk/chats/{id}/reopen")
async def _(stage: Stage) -> None:
    await stage.claim()
    await stage.send(f"/desk/chats/{stage.chat}/close", outcome="resolved")
    await stage.send(f"/desk/chats/{stage.chat}/reopen")
    with stage.services.conversation_store.begin() as tx:
        assert tx.conversation(stage.chat).speaker is Speaker.AGENT


@deed("/desk/chats/{id}/replies/{outgoing}/send")
async def _(stage: Stage) -> None:
    await stage.claim()
    await stage.send(f"/desk/chats/{stage.chat}/replies", text="One is a copy.", client_id="c1")
    with stage.services.conversation_store.begin() as tx:
        (outgoing,) = tx.outgoing_of(conversation_id=stage.chat)
    await stage.send(f"/desk/chats/{stage.chat}/replies/{outgoing.id}/send")


@deed("/desk/chats/{id}/notes")
async def _(stage: Stage) -> None:
    await stage.send(f"/desk/chats/{stage.chat}/notes", text="Asked the bookkeeper.")


@deed("/desk/tickets")
async def _(stage: Stage) -> None:
    fields = {"customer": CUSTOMER.number, "kind": "billing", "priority": "normal", "subject": "VAT", "details": "", "key": "k1"}
    await stage.send("/desk/tickets", **fields)


@deed("/desk/tickets/{number}/owner")
async def _(stage: Stage) -> None:
    await stage.send(f"/desk/tickets/{stage.number}/owner", owner=stage.colleague.id)


@deed("/desk/tickets/{number}/priority")
async def _(stage: Stage) -> None:
    await stage.send(f"/desk/tickets/{stage.number}/priority", priority="high")


@deed("/desk/tickets/{number}/state")
async def _(stage: Stage) -> None:
    await stage.send(f"/desk/tickets/{stage.number}/state", state="in_progress")


@deed("/desk/tickets/{number}/close")
async def _(stage: Stage) -> None:
    await stage.close_ticket()


@deed("/desk/tickets/{number}/reopen")
async def _(stage: Stage) -> None:
    await stage.close_ticket()
    await stage.send(f"/desk/tickets/{stage.number}/reopen")


@deed("/desk/tickets/{number}/remark")
async def _(stage: Stage) -> None:
    await stage.send(f"/desk/tickets/{stage.number}/remark", text="Called back.")


@deed("/desk/tickets/{number}/answer")
async def _(stage: Stage) -> None:
    await stage.send(f"/desk/tickets/{stage.number}/answer", text="It is a copy.", then="waiting", key="k2")


@deed("/desk/staff")
async def _(stage: Stage) -> None:
    await stage.send("/desk/staff", name="New", email="new@example.com", role="sales_agent")


@deed("/desk/staff/{id}/role")
async def _(stage: Stage) -> None:
    await stage.send(f"/desk/staff/{stage.colleague.id}/role", role="billing_admin")


for _what in ("disable", "enable", "password", "second-factor/drop", "sign-out"):

    @deed(f"/desk/staff/{{id}}/{_what}")
    async def _(stage: Stage, what: str = _what) -> None:
        await stage.send(f"/desk/staff/{stage.colleague.id}/{what}")


@deed("/desk/me/password")
async def _(stage: Stage) -> None:
    await stage.send("/desk/me/password", current=PASSWORD, new="another fine password", again="another fine password")


async def _put_app_into_use(stage: Stage) -> None:
    await stage.browser.get("/desk/me/second-factor")
    found = re.search(r'name="secret" value="([A-Z2-7]+)"', stage.browser.text)
    assert found
    code = pyotp.TOTP(found.group(1)).at(stage.services.now())
    await stage.send("/desk/me/second-factor", secret=found.group(1), code=code)


@deed("/desk/me/second-factor")
async def _(stage: Stage) -> None:
    await _put_app_into_use(stage)


@deed("/desk/me/second-factor/drop")
async def _(stage: Stage) -> None:
    await _put_app_into_use(stage)
    await stage.send("/desk/me/second-factor/drop", current=PASSWORD)


@deed("/desk/leads/{id}/outcome")
async def _(stage: Stage) -> None:
    leads, where = stage.services.leads, stage.services.conversations.get(conversation_id=stage.chat)
    leads.listen(conversation=where, text="our contract ends next month", now=stage.services.now())
    (found,) = leads.board(by=stage.me)
    await stage.send(f"/desk/leads/{found.lead.id}/outcome", outcome="contacted")


@deed("/desk/sign-out")
async def _(stage: Stage) -> None:
    await stage.send("/desk/sign-out")


@deed("/desk/sign-out-everywhere")
async def _(stage: Stage) -> None:
    await stage.send("/desk/sign-out-everywhere")


def _fields(stage: Stage, *, consent: str = "yes") -> dict[str, str]:
    """Return the form of a case for Microsoft with nothing missing."""
    values = {f"item_{item.value}": "known" for item in Item if item is not Item.CONSENT}
    texts = {"title": "Nobody can sign in", "product": "Windows Server", "runs": "on_premises", "description": "Since today."}
    return {**values, **texts, "item_consent": consent, "kind": "technical", "topic": "other", "impact": "partly_affected", "override": ""}


async def _confirmed(stage: Stage) -> str:
    """Have a case of a vehicle without an interface confirmed, and return its place."""
    await stage.send(f"/desk/tickets/{stage.number}/case/confirm", **_fields(stage))
    with stage.services.conversation_store.begin() as tx:
        ticket = tx.ticket_with_number(number=stage.number)
        (record,) = tx.escalations_of(ticket_id=ticket.id)
    return f"/desk/cases/{record.escalation.id}"


@deed("/desk/tickets/{number}/case")
async def _(stage: Stage) -> None:
    await stage.send(f"/desk/tickets/{stage.number}/case", **_fields(stage))


@deed("/desk/tickets/{number}/case/drop")
async def _(stage: Stage) -> None:
    await stage.send(f"/desk/tickets/{stage.number}/case", **_fields(stage))
    await stage.send(f"/desk/tickets/{stage.number}/case/drop")


@deed("/desk/tickets/{number}/case/confirm")
async def _(stage: Stage) -> None:
    await _confirmed(stage)


@deed("/desk/cases/{id}/number")
async def _(stage: Stage) -> None:
    await stage.send(f"{await _confirmed(stage)}/number", microsoft_number="119")


@deed("/desk/cases/{id}/note")
async def _(stage: Stage) -> None:
    case = await _confirmed(stage)
    await stage.send(f"{case}/number", microsoft_number="119")
    await stage.send(f"{case}/note", text="Since 08:00.")


@deed("/desk/cases/{id}/closed-there")
async def _(stage: Stage) -> None:
    case = await _confirmed(stage)
    await stage.send(f"{case}/number", microsoft_number="119")
    await stage.send(f"{case}/closed-there")


@deed("/desk/cases/{id}/end")
async def _(stage: Stage) -> None:
    await stage.send(f"{await _confirmed(stage)}/end", because="Solved by ourselves.")


@deed("/desk/cases/{id}/again")
async def _(stage: Stage) -> None:
    await stage.send(f"{await _confirmed(stage)}/again")


def _proposed(stage: Stage, by: StaffMember) -> SuspensionId:
    today = stage.services.today()
    return stage.services.suspensions.propose(by=by, customer_id=CUSTOMER.id, today=today, now=stage.services.now()).id


@deed("/desk/overdue/{customer}/propose")
async def _(stage: Stage) -> None:
    await stage.send(f"/desk/overdue/{CUSTOMER.id}/propose")


@deed("/desk/overdue/{customer}/hold")
async def _(stage: Stage) -> None:
    await stage.send(f"/desk/overdue/{CUSTOMER.id}/hold", number="CL-2026-0117", until="2026-03-20", reason="In talks.")


@deed("/desk/overdue/{customer}/lift")
async def _(stage: Stage) -> None:
    await stage.send(f"/desk/overdue/{CUSTOMER.id}/hold", number="CL-2026-0117", until="2026-03-20", reason="In talks.")
    await stage.browser.get(f"/desk/overdue/{CUSTOMER.id}")
    hold = stage.browser.text.split('name="hold" value="')[1].split('"')[0]
    await stage.send(f"/desk/overdue/{CUSTOMER.id}/lift", hold=hold)


for _decision in ("approve", "reject"):

    @deed(f"/desk/suspensions/{{id}}/{_decision}")
    async def _(stage: Stage, decision: str = _decision) -> None:
        suspension = _proposed(stage, stage.people[Role.BILLING_ADMIN])
        await stage.send(f"/desk/suspensions/{suspension}/{decision}", reason="As the policy says.")


@deed("/desk/suspensions/{id}/restore")
async def _(stage: Stage) -> None:
    suspension = _proposed(stage, stage.people[Role.BILLING_ADMIN])
    await stage.send(f"/desk/suspensions/{suspension}/approve", reason="As the policy says.")
    await stage.send(f"/desk/suspensions/{suspension}/restore", reason="They pay on Friday.")


@deed("/desk/payables/{number}")
async def _(stage: Stage) -> None:
    eur = Money(Decimal(800), "EUR")
    bill = MicrosoftInvoice("G1", CommerceKind.NEW, MicrosoftDocument.INVOICE, date(2026, 1, 8), eur, Money.zero("EUR"))
    with stage.services.microsoft_records.begin() as tx:
        tx.save_invoices([bill], now=stage.services.now())
    await stage.send("/desk/payables/G1", what="paid", day="2026-03-09")


@deed("/desk/leads/{id}/outcome")
async def _(stage: Stage) -> None:
    leads, now = stage.services.leads, stage.services.now()
    conversation = stage.services.conversations.get(conversation_id=stage.chat)
    leads.listen(conversation=conversation, text="Our mailbox is full", now=now)
    asked = leads.question(conversation=conversation, replies=(Reply(Sender.BOT, "Noted.", "en"),), now=now)
    assert asked is not None
    leads.answer(conversation=conversation, payload=asked.buttons[0].payload, text="Yes", client_id="c9", now=now)
    await stage.browser.get("/desk/leads")
    found = re.search(r"/desk/leads/([a-z]+_[0-9a-f]+)/outcome", stage.browser.text)
    assert found, stage.browser.text
    await stage.send(f"/desk/leads/{found.group(1)}/outcome", outcome="won")


@pytest.fixture
async def stage(wired: Wired, clocked: Services, new_browser: NewBrowser, people: Mapping[Role, StaffMember]) -> Stage:
    filled(wired)
    chat, ticket = talked(clocked)
    browser = await new_browser()
    for role in (Role.GLOBAL_ADMIN, Role.HELPDESK_AGENT):
        clocked.staff_service.set_presence(member=people[role], presence=Presence.AVAILABLE, now=clocked.now())
    browser.take_session(clocked, people[Role.GLOBAL_ADMIN])
    return Stage(browser, clocked, people, chat, ticket.number)


def _changing(browser: DeskBrowser) -> set[str]:
    routes = {(route.method, route.resource.canonical) for route in browser.app.router.routes() if route.resource is not None}
    return {path for method, path in routes if method not in ("GET", "HEAD") and path.startswith("/desk")}


async def test_every_form_is_tried_here_or_has_a_reason_not_to_be(stage: Stage) -> None:
    assert _changing(stage.browser) == {*DEEDS, *UNRECORDED}
    assert not DEEDS.keys() & UNRECORDED.keys()


@pytest.mark.parametrize("route", sorted(DEEDS))
async def test_is_taken_down_under_the_name_of_whoever_did_it(stage: Stage, route: str) -> None:
    await DEEDS[route](stage)

    entries = [one for one in stage.services.audit.entries(actor=stage.me.id) if one.number > stage.last_before]
    assert entries, f"{route} left no entry"
    assert "@" not in repr(entries)
    assert not stage.services.audit.verify()
