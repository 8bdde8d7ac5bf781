"""Who is asking: identification by a mailed code, and what belongs to somebody else."""

from __future__ import annotations

import email
import email.policy
import re
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.conversations.tokens import DocumentGrant, Tokens
from bot.shared.ids import CustomerId
from tests.e2e.conftest import amount
from tests.e2e.system import Json, System, Talk, request, until

pytestmark = pytest.mark.slow

# Of the demo's shape, and given to nobody: the demo partner issues some 700 invoices a year.
NOBODYS_INVOICE = "CL-2025-8731"
_TRIES = 15
_SAME_CLASS = 2.0
_MAIL_SECONDS = 10
_ASKED = {
    "invoice": ("How much was invoice {}?", "Mennyi volt a {} számla?"),
    "payment status": ("Has invoice {} been paid?", "Ki van fizetve a {} számla?"),
    "copy": ("Please send me a PDF of {}", "Kérem a {} számla másolatát PDF-ben"),
    "lines": ("What items are on invoice {}?", "Milyen tételek vannak a {} számlán?"),
    "due date": ("When is invoice {} due?", "Mikor esedékes a {} számla?"),
}
_QUESTIONS = [
    pytest.param(text, id=f"{what} in {language}")
    for what, texts in _ASKED.items()
    for language, text in zip(("en", "hu"), texts, strict=True)
]


def mailed_code(system: System, to: str, known: set[str]) -> str:
    """Return the code in the mail to ``to`` that was not there before."""
    found: list[EmailMessage] = []

    def has_come() -> bool:
        found[:] = [mail for mail in map(read, mails(system) - known) if mail["To"] == to]
        return bool(found)

    until(f"the code has been mailed to {to}", has_come, seconds=_MAIL_SECONDS)
    (mail,) = found
    return re.search(r"^(\d{6})\s*$", mail.get_content(), re.MULTILINE).group(1)


def read(path: Path) -> EmailMessage:
    """Return the mail in the file."""
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def mails(system: System) -> set[Path]:
    """Return the mails sent so far."""
    return set((system.var / "mail").glob("*.eml"))


class TestUnknownVisitor:
    def test_reads_the_answer_to_the_parked_question_after_the_mailed_code(
        self, system: System, anonymous: Callable[..., Talk], facts: Json
    ) -> None:
        talk, customer, known = anonymous("en"), facts["customer"], mails(system)

        asked = talk.say("What do we still owe you?")
        sent = talk.say(f"our customer number is {customer['number']}")
        code = mailed_code(system, customer["contacts"][0]["email"], known)
        answer = talk.say(code)

        assert amount(facts["open_balance"], "en") not in asked.text + sent.text
        assert customer["contacts"][0]["email"] not in sent.text
        assert amount(facts["open_balance"], "en") in answer.text
        assert answer.languages == {"en"}

    def test_is_asked_about_the_invoice_of_the_parked_question_in_hungarian(
        self, system: System, anonymous: Callable[..., Talk], facts: Json
    ) -> None:
        talk, customer, known = anonymous("hu"), facts["customer"], mails(system)

        talk.say(f"Ki van már fizetve a {facts['paid_invoice']['number']} számlánk?")
        talk.say(customer["number"])
        answer = talk.say(f"a kód: {mailed_code(system, customer['contacts'][0]['email'], known)}")

        assert facts["paid_invoice"]["number"] in answer.text
        assert "Igen" in answer.text
        assert answer.languages == {"hu"}

    @pytest.mark.parametrize(("language", "text"), [("en", "sorry, that was a typo: {}"), ("hu", "elnézést, rosszul írtam, {} a helyes")])
    def test_may_correct_a_mistyped_code_in_a_sentence(
        self, system: System, anonymous: Callable[..., Talk], facts: Json, language: str, text: str
    ) -> None:
        talk, customer, known = anonymous(language), facts["customer"], mails(system)
        talk.say({"en": "What do we still owe you?", "hu": "Mennyivel tartozunk?"}[language])
        talk.say(customer["number"])
        code = mailed_code(system, customer["contacts"][0]["email"], known)
        talk.say(f"{(int(code) + 1) % 1_000_000:06d}")

        answer = talk.say(text.format(code))

        assert amount(facts["open_balance"], language) in answer.text, system.parse(text.format(code), language)

    def test_gets_a_ticket_after_five_wrong_codes(self, system: System, anonymous: Callable[..., Talk], facts: Json) -> None:
        talk, customer, known = anonymous("en"), facts["suspended_customer"], mails(system)
        talk.say("How much is our latest invoice?")
        talk.say(customer["number"])
        code = mailed_code(system, customer["contacts"][0]["email"], known)
        wrong = "000000" if code != "000000" else "111111"

        tries = [talk.say(wrong) for _ in range(5)]
        late = talk.say(code)

        assert [answer.speaker for answer in tries] == ["bot"] * 4 + ["queue"]
        assert re.search(r"T-\d{4}-\d{4}", tries[-1].text)
        assert (late.speaker, late.messages) == ("queue", [])

    @pytest.mark.parametrize("language", ["en", "hu"])
    def test_cannot_tell_whether_a_customer_number_exists(self, anonymous: Callable[..., Talk], facts: Json, language: str) -> None:
        question = {"en": "What do we owe you?", "hu": "Mennyivel tartozunk?"}[language]
        read = []
        for number in (facts["other_customer"]["number"], "C-98765"):
            talk = anonymous(language)
            answers = [talk.say(text) for text in (question, number, "000000", "000000")]
            read.append([answer.text.replace(number, "#") for answer in answers])

        known, unknown = read

        assert known == unknown

    def test_is_told_nothing_of_an_account(self, anonymous: Callable[..., Talk], facts: Json) -> None:
        talk = anonymous("en")

        answer = talk.say(f"Has invoice {facts['paid_invoice']['number']} of {facts['customer']['name']} been paid?")

        assert facts["paid_invoice"]["amount"] not in answer.text
        assert "customer number" in answer.text


class TestSomebodyElsesInvoice:
    @pytest.mark.parametrize("question", _QUESTIONS)
    def test_is_answered_exactly_like_one_that_does_not_exist(self, signed_in: Callable[..., Talk], facts: Json, question: str) -> None:
        theirs = facts["other_customer"]["invoice"]["number"]

        read = [signed_in().say(question.format(number)) for number in (theirs, NOBODYS_INVOICE)]

        texts = [answer.text.replace(number, "#") for answer, number in zip(read, (theirs, NOBODYS_INVOICE), strict=True)]
        assert texts[0] == texts[1]
        assert read[0].buttons == read[1].buttons
        assert "/list_invoices" in read[0].buttons, f"the answer is not that of a missing invoice: {texts[0]}"

    def test_has_a_document_link_that_opens_like_one_of_a_missing_invoice(self, system: System, facts: Json) -> None:
        tokens = Tokens(key=system.secrets["CLEARLINE_SECRET_KEY"])
        customer = CustomerId(facts["customer"]["id"])
        opened = []
        for number in (facts["other_customer"]["invoice"]["number"], NOBODYS_INVOICE):
            token = tokens.for_document(grant=DocumentGrant(customer, number, "en"), now=datetime.now(UTC), valid_for=timedelta(minutes=5))
            opened.append(request("GET", f"{system.url}/documents/{token}"))

        theirs, nobodys = opened

        assert (theirs.status, theirs.body) == (nobodys.status, nobodys.body)
        assert theirs.status == 404

    def test_cannot_be_told_from_a_missing_one_by_how_long_the_answer_takes(self, signed_in: Callable[..., Talk], facts: Json) -> None:
        taken: dict[str, list[float]] = {facts["other_customer"]["invoice"]["number"]: [], NOBODYS_INVOICE: []}
        talk = signed_in("en")
        talk.say("hello")

        for _ in range(_TRIES):
            for number, seconds in taken.items():
                began = time.perf_counter()
                talk.say(f"Has invoice {number} been paid?")
                seconds.append(time.perf_counter() - began)

        slower, faster = sorted((statistics.median(seconds) for seconds in taken.values()), reverse=True)
        assert slower < _SAME_CLASS * faster


class TestSomebodyElsesConversation:
    def test_looks_like_one_that_does_not_exist(self, system: System, signed_in: Callable[..., Talk], facts: Json) -> None:
        theirs = signed_in()
        theirs.say("How much is our latest invoice?")
        stranger = system.output_of("token", facts["other_customer"]["number"]).strip()

        answers = [
            Talk(system, bearer=stranger, conversation=wanted).say("and the previous one?")
            for wanted in (theirs.conversation, "con_" + "0" * 32)
        ]

        assert [answer.status for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
