"""Twenty questions in each language, asked in conversations that began in the other one, against the facts of the ledger."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from pypdf import PdfReader

from bot.shared.formats import show_month
from tests.e2e.conftest import amount, day
from tests.e2e.system import Answer, Json, Talk, request

pytestmark = pytest.mark.slow

_OTHER = {"en": "hu", "hu": "en"}


@dataclass(frozen=True)
class Asked:
    """A question, its values by the names in ``words``, and what has to stand in the answer."""

    name: str
    text: str
    wanted: Callable[[Json, str], list[str]]


def loosely(number: str) -> str:
    """Return ``CL-2026-0117`` as a hurried person types it: ``cl 2026/117``."""
    prefix, year, count = number.split("-")
    return f"{prefix.lower()} {year}/{int(count)}"


def latest(facts: Json, language: str) -> list[str]:
    invoice = facts["latest_invoice"]
    return [invoice["number"], amount(invoice, language), day(invoice["issued_on"], language)]


def previous(facts: Json, language: str) -> list[str]:
    return [facts["previous_invoice"]["number"], amount(facts["previous_invoice"], language)]


def overdue(facts: Json, language: str) -> list[str]:
    invoice = facts["overdue_invoice"]
    return [invoice["number"], amount(invoice, language), day(invoice["due_on"], language)]


def paid(facts: Json, language: str) -> list[str]:
    invoice = facts["paid_invoice"]
    return [invoice["number"], {"en": "Yes", "hu": "Igen"}[language], day(invoice["paid_on"], language)]


def unpaid(facts: Json, language: str) -> list[str]:
    return [facts["overdue_invoice"]["number"], {"en": "No", "hu": "Nem"}[language], amount(facts["overdue_invoice"]["open"], language)]


def balance(facts: Json, language: str) -> list[str]:
    return [amount(facts["open_balance"], language), *facts["open_balance"]["invoices"]]


def due(facts: Json, language: str) -> list[str]:
    return [facts["latest_invoice"]["number"], day(facts["latest_invoice"]["due_on"], language)]


def lines(facts: Json, language: str) -> list[str]:
    return [facts["latest_invoice"]["number"], {"en": "pro-rated", "hu": "időarányos"}[language], "Exchange Online (Plan 2)"]


def subscriptions(facts: Json, language: str) -> list[str]:
    return [facts[role]["product"] for role in ("active_subscription", "active_annual_subscription", "subscription_in_window")]


def seats(facts: Json, language: str) -> list[str]:
    return [facts["active_subscription"]["product"], str(facts["active_subscription"]["quantity"])]


def renewal(facts: Json, language: str) -> list[str]:
    annual = facts["active_annual_subscription"]
    return [annual["product"], day(annual["renews_on"], language)]


def listed(facts: Json, language: str) -> list[str]:
    return [facts[role]["number"] for role in ("latest_invoice", "previous_invoice", "overdue_invoice")]


def hours(facts: Json, language: str) -> list[str]:
    return {"en": ["Monday–Thursday", "08:30–17:00"], "hu": ["hétfő–csütörtök", "8:30–17:00"]}[language]


def contact(facts: Json, language: str) -> list[str]:
    return ["+36 1 555 0142", "szamlazas@dunakapu-felho.example"]


def methods(facts: Json, language: str) -> list[str]:
    return ["EUR: HU", "HUF: HU"]


def ticket(facts: Json, language: str) -> list[str]:
    return [facts["open_ticket"]["number"], facts["open_ticket"]["name"]]


def link(facts: Json, language: str) -> list[str]:
    return [facts["previous_invoice"]["number"], "/documents/"]


ENGLISH = (
    Asked("the newest invoice", "Good morning, how much did you charge us on the most recent invoice?", latest),
    Asked("the newest invoice in a hurry", "newest bill amount pls", latest),
    Asked("an invoice by number", "What is invoice {previous} about?", previous),
    Asked("an invoice by number typed loosely", "could u look up {previous_loose} for me", previous),
    Asked("an invoice by month", "How much was the invoice you sent us in {previous_month}?", previous),
    Asked("the invoice before", "I'd like to see the invoice before the current one", previous),
    Asked("what is open", "Is there anything we still need to pay?", balance),
    Asked("the whole debt", "tell me our total debt with you as of today", balance),
    Asked("paid by number", "Did our money for {paid} arrive?", paid),
    Asked("not paid by number", "has invoice {overdue_loose} been settled yet", unpaid),
    Asked("a due date", "By what date must we pay the latest invoice?", due),
    Asked("the due date of a number", "until when can we pay {overdue}?", overdue),
    Asked("the lines", "Please break the last invoice down line by line for me", lines),
    Asked("a list", "List the invoices you've sent us lately", listed),
    Asked("subscriptions", "what Microsoft licences are we subscribed to right now?", subscriptions),
    Asked("seats of a product", "how many {monthly_product} licences do we have?", seats),
    Asked("a renewal", "On which day is our {annual_product} subscription going to renew?", renewal),
    Asked("hours", "till what hour can I reach your support on Mondays?", hours),
    Asked("contact", "What's the telephone number of your billing team?", contact),
    Asked("ways to pay", "Where should we transfer the money, what's your IBAN?", methods),
    Asked("a ticket", "Any news about ticket {ticket}?", ticket),
)
HUNGARIAN = (
    Asked("a legutóbbi számla", "Jó reggelt, mekkora összegű a legfrissebb számlánk?", latest),
    Asked("a legutóbbi ékezet nélkül", "irja meg legyen szives a legutolso szamlank vegosszeget", latest),
    Asked("szám szerint", "Kérem, mondják meg, mennyiről szól a {previous} számú számla!", previous),
    Asked("lazán írt szám szerint", "a {previous_loose} szamla mennyi volt?", previous),
    Asked("hónap szerint", "Mennyi volt a {previous_month}i számlánk?", previous),
    Asked("az előző", "a mostani elotti szamlat mutasd meg", previous),
    Asked("mi van nyitva", "Van még valami, amit ki kell fizetnünk?", balance),
    Asked("mennyi a tartozás", "mennyi penzzel tartozunk most osszesen", balance),
    Asked("fizetve szám szerint", "Megérkezett már Önökhöz a {paid} ellenértéke?", paid),
    Asked("nincs fizetve", "ki van mar egyenlitve a {overdue_loose}?", unpaid),
    Asked("határidő", "Melyik napig kell átutalnunk a legutóbbi számla összegét?", due),
    Asked("határidő szám szerint", "mikor jar le a {overdue} fizetesi hatarideje", overdue),
    Asked("tételek", "Sorolja fel, kérem, milyen tételek vannak az utolsó számlán!", lines),
    Asked("lista", "kuldd el a legutobbi szamlaink listajat", listed),
    Asked("előfizetések", "Milyen Microsoft-licencekre fizetünk most elő?", subscriptions),
    Asked("licencek száma", "hany {monthly_product} licencunk van?", seats),
    Asked("megújulás", "Melyik napon újul meg a {annual_product} előfizetésünk?", renewal),
    Asked("nyitvatartás", "hetfon hany oraig erhetoek el?", hours),
    Asked("elérhetőség", "Melyik telefonszámon hívhatom a számlázási csoportot?", contact),
    Asked("fizetési módok", "melyik bankszamlara utaljuk a penzt?", methods),
    Asked("bejelentés", "Van már fejlemény a {ticket} bejelentésünkkel?", ticket),
)
COPIES = {
    "en": ("Could I have {previous} as a PDF, please?", "i need {previous_loose} as a file to download"),
    "hu": ("Elküldenék PDF-ben a {previous} számlát?", "kerek egy letoltheto peldanyt a {previous_loose} szamlabol"),
}


@pytest.fixture(scope="session")
def values(facts: Json) -> dict[str, dict[str, str]]:
    """Return the values of the questions' placeholders, by language."""
    return {language: _values(facts, language) for language in ("en", "hu")}


def _values(facts: Json, language: str) -> dict[str, str]:
    return {
        "previous": facts["previous_invoice"]["number"],
        "previous_loose": loosely(facts["previous_invoice"]["number"]),
        "previous_month": show_month(date.fromisoformat(facts["previous_invoice"]["issued_on"]), language),
        "paid": facts["paid_invoice"]["number"],
        "overdue": facts["overdue_invoice"]["number"],
        "overdue_loose": loosely(facts["overdue_invoice"]["number"]),
        "monthly_product": facts["active_subscription"]["product"],
        "annual_product": facts["active_annual_subscription"]["product"],
        "ticket": facts["open_ticket"]["number"],
    }


def check(answer: Answer, language: str, wanted: list[str], understood: Json) -> None:
    """Fail, naming what was understood, unless the answer is in the language and has all that is wanted."""
    found = [(one["entity"], one["value"]) for one in understood["entities"]]
    intent = understood["intent"]
    told = f"understood as {intent['name']} ({intent['confidence']:.2f}) with {found}; answered: {answer.text!r}"
    assert answer.status == 200
    assert answer.languages == {language}, told
    missing = [part for part in wanted if part not in answer.text]
    assert not missing, f"the answer lacks {missing}; {told}"


class TestSignedInCustomer:
    @pytest.mark.parametrize("asked", ENGLISH, ids=lambda asked: asked.name)
    def test_is_answered_from_the_ledger_in_english(
        self, signed_in: Callable[..., Talk], facts: Json, values: dict[str, dict[str, str]], asked: Asked
    ) -> None:
        text = asked.text.format(**values["en"])
        talk = signed_in(_OTHER["en"])

        answer = talk.say(text)

        check(answer, "en", asked.wanted(facts, "en"), talk.system.parse(text, _OTHER["en"]))

    @pytest.mark.parametrize("asked", HUNGARIAN, ids=lambda asked: asked.name)
    def test_is_answered_from_the_ledger_in_hungarian(
        self, signed_in: Callable[..., Talk], facts: Json, values: dict[str, dict[str, str]], asked: Asked
    ) -> None:
        text = asked.text.format(**values["hu"])
        talk = signed_in(_OTHER["hu"])

        answer = talk.say(text)

        check(answer, "hu", asked.wanted(facts, "hu"), talk.system.parse(text, _OTHER["hu"]))

    @pytest.mark.parametrize(("language", "asked"), [(language, asked) for language in COPIES for asked in COPIES[language]])
    def test_downloads_the_copy_asked_for(
        self, signed_in: Callable[..., Talk], facts: Json, values: dict[str, dict[str, str]], language: str, asked: str
    ) -> None:
        text = asked.format(**values[language])
        talk = signed_in(_OTHER[language])

        answer = talk.say(text)

        check(answer, language, link(facts, language), talk.system.parse(text, _OTHER[language]))
        (attached,) = answer.messages[0]["attachments"]
        document = request("GET", attached["url"])
        assert (document.status, document.media_type) == (200, "application/pdf")
        printed = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document.body)).pages)
        assert facts["previous_invoice"]["number"] in printed
        assert facts["customer"]["name"] in printed

    def test_is_told_hours_contact_and_ways_to_pay_without_signing_in(self, anonymous: Callable[..., Talk], facts: Json) -> None:
        talk = anonymous("en")

        answers = [talk.say(text).text for text in ("What are your support hours?", "How can I contact you?", "How can we pay?")]

        for text, wanted in zip(answers, (hours, contact, methods), strict=True):
            assert not [part for part in wanted(facts, "en") if part not in text], text
