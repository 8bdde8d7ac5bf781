"""What is written to Microsoft: taken from the records and the diagnosis, in English."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.billing.model import Customer
from bot.library.policies import load_knowledge
from bot.library.support_files import load_support
from bot.shared.ids import CustomerId, StaffId, TicketId
from bot.support.catalogue import area_by_key
from bot.support.checklist import Impact, Item, Override, Topic, checklist
from bot.support.diagnosis import Answer, Case, Facts, Incident, SubscriptionState, Tried
from bot.support.escalation import Escalation, propose
from bot.support.escalation_text import LABELS, RequestText, described, known_items, request_text
from bot.support.families import Platform
from bot.support.model import Ticket, TicketKind, TicketState
from bot.support.vehicles import Issue, IssueKind, Severity

SHIPPED = Path(__file__).parents[3] / "knowledge"
SUPPORT = load_support(SHIPPED, offering=load_knowledge(SHIPPED).offering)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
VEHICLE = next(vehicle for vehicle in SUPPORT.vehicles if vehicle.key == "signature")
MAIL = area_by_key(catalogue=SUPPORT.catalogue, key="mail")
TICKET = Ticket(
    id=TicketId("tkt_1"),
    number="T-2026-0042",
    kind=TicketKind.TECHNICAL,
    state=TicketState.OPEN,
    subject="nem jön levél",
    opened_at=NOW,
    answer_by=NOW,
    customer_id=CustomerId("cus_1"),
)
CUSTOMER = Customer(id=CustomerId("cus_1"), number="C-1001", name="Minta Kft.", tenant_id="7d5a0b0e-3f43-4bb5-9c8a-2b1c6a4c9f10")
CASE = Case(
    text="nem jön levél",
    language="hu",
    product="Microsoft 365 E3",
    area="mail",
    answers=(Answer("affected", "all"), Answer("since", "reggel óta"), Answer("web", "no"), Answer("what", "unknown")),
    tried=(Tried("quarantine", helped=False),),
)
FACTS = Facts(subscription=SubscriptionState.ACTIVE, health_known=True)


def known(case: Case = CASE, facts: Facts = FACTS) -> dict[Item, str]:
    assert MAIL is not None
    return dict(known_items(ticket=TICKET, customer=CUSTOMER, case=case, area=MAIL, facts=facts, vehicle=VEHICLE))


def escalation() -> Escalation:
    assert MAIL is not None
    values = [*known().items(), (Item.CONSENT, "yes")]
    return propose(
        ticket=TICKET,
        issue=Issue(IssueKind.TECHNICAL, "Microsoft 365 E3", Platform.CLOUD, Severity.CRITICAL),
        impact=Impact.PRODUCTION_DOWN,
        vehicle=VEHICLE,
        title="No mail arrives",
        description=described(case=CASE, area=MAIL),
        checklist=checklist(
            kind=IssueKind.TECHNICAL, topic=Topic.OTHER, values=values, override=Override("shop closed", StaffId("stf_1"), NOW)
        ),
        by=None,
        now=NOW,
        today=date(2026, 3, 2),
    )


def request() -> RequestText:
    return request_text(escalation=escalation(), vehicle=VEHICLE)


class TestKnownItems:
    def test_come_from_the_records_and_the_diagnosis(self) -> None:
        items = known()

        assert items[Item.CUSTOMER] == "Minta Kft."
        assert items[Item.TENANT] == CUSTOMER.tenant_id
        assert items[Item.AFFECTED] == "Everybody"
        assert items[Item.STARTED] == "reggel óta"
        assert items[Item.HEALTH] == "checked, nothing posted"
        assert items[Item.TRIED].endswith("did not help")
        assert items[Item.CASE_NUMBER] == "T-2026-0042"

    def test_name_the_incident_that_is_posted(self) -> None:
        assert known(facts=replace(FACTS, incident=Incident("EX123456", "Mail is late")))[Item.HEALTH] == "EX123456 Mail is late"

    def test_leave_out_what_is_not_known(self) -> None:
        unsure = replace(CASE, answers=(Answer("affected", "unknown"),))

        items = known(case=unsure, facts=replace(FACTS, health_known=False))

        assert not {Item.AFFECTED, Item.STARTED, Item.HEALTH} & set(items)

    def test_never_hold_the_consent_or_the_access_id(self) -> None:
        assert VEHICLE.holding is not None

        assert Item.CONSENT not in known()
        assert VEHICLE.holding.access_id not in " ".join(known().values())


class TestRequestText:
    def test_says_severity_and_title_in_its_subject(self) -> None:
        assert request().subject == "[A] No mail arrives"

    def test_has_what_is_known_as_fields_and_names_what_follows(self) -> None:
        fields = dict(request().fields)

        assert fields["Business impact"] == "production down"
        assert fields["Users affected"] == "Everybody"
        assert fields["To follow"].split(", ")[0] == "Primary domain"
        assert all(fields.values())

    def test_gives_the_access_id_that_microsoft_asks_for(self) -> None:
        assert VEHICLE.holding is not None

        assert dict(request().fields)["Access ID"] == VEHICLE.holding.access_id

    def test_tells_questions_and_answers_in_english(self) -> None:
        body = request().body

        assert body.startswith("nem jön levél\nWho is affected? Everybody\n")
        assert "Does it work in the browser, at outlook.office.com? no" in body
        assert "Kit érint" not in body

    def test_has_a_name_for_every_item(self) -> None:
        assert set(LABELS) == set(Item)
