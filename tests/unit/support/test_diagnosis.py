"""A case on its way: what comes next, and where it ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.library.policies import load_knowledge
from bot.library.support_files import load_support
from bot.shared.words import Words
from bot.support.catalogue import UNKNOWN, AnswerKind, Area, Condition, End, Ending, Fix, Option, Question, Service
from bot.support.diagnosis import (
    AnswerNotTaken,
    Ask,
    AskArea,
    AskIncident,
    AskProduct,
    Case,
    Done,
    Facts,
    Incident,
    Offer,
    Outcome,
    Step,
    SubscriptionState,
    in_words,
    next_step,
    with_answer,
    with_area,
    with_fix,
    with_incident,
    with_product,
)
from bot.support.families import Platform

SHIPPED = Path(__file__).parents[3] / "knowledge"
CATALOGUE = load_support(SHIPPED, offering=load_knowledge(SHIPPED).offering).catalogue

WORDS = Words(en="said", hu="mondva")
WEB = Question("web", Words(en="In the browser?", hu="Böngészőben?"), AnswerKind.YES_NO)
WHAT = Question("what", WORDS, AnswerKind.CHOICE, (Option("send", Words(en="Sending", hu="Küldés")), Option("read", WORDS)))
MAIL = Area(
    key="mail",
    name=WORDS,
    platform=Platform.CLOUD,
    said_as_en=("mail",),
    said_as_hu=("level",),
    partner_does=(WORDS,),
    microsoft_does=(WORDS,),
    questions=(WEB, WHAT),
    fixes=(Fix("restart", WORDS, "https://a.example", (Condition("web", ("yes",)),)), Fix("any", WORDS, "https://b.example")),
    collect=(WORDS,),
    ends=(
        End(Ending.ESCALATE, when=(Condition("web", ("no",)),)),
        End(Ending.CHARGEABLE, work="repair", when=(Condition("what", ("send",)),)),
        End(Ending.OWN_STAFF),
    ),
)
FILES = replace(MAIL, key="files", said_as_en=("file",), said_as_hu=("fajl",))
SMALL = (Service("office", WORDS, ("Microsoft 365",), (MAIL, FILES)),)
WORKS = Facts(subscription=SubscriptionState.ACTIVE, health_known=True)
INCIDENT = Incident("EX123456", "Mail is late")
CASE = Case(text="my mail is gone", language="en", product="Microsoft 365 E3", product_asked=True)


def step(case: Case, facts: Facts = WORKS) -> Step:
    return next_step(case=case, catalogue=SMALL, facts=facts)


def answered(case: Case, *answers: str) -> Case:
    for answer in answers:
        asked = step(case)
        assert isinstance(asked, Ask)
        case = with_answer(case=case, step=asked, answer=answer)
    return case


def tried(case: Case, *helped: bool) -> Case:
    for one in helped:
        offered = step(case)
        assert isinstance(offered, Offer)
        case = with_fix(case=case, step=offered, helped=one)
    return case


class TestNextStep:
    def test_asks_for_the_product_first_and_takes_no_for_an_answer(self) -> None:
        case = Case(text="my mail is gone", language="en")

        assert step(case) == AskProduct()
        assert step(with_product(case=case, product=None)) == Ask(MAIL, WEB)

    @pytest.mark.parametrize(
        ("state", "outcome"),
        [
            (SubscriptionState.UNPAID, Outcome.UNPAID),
            (SubscriptionState.SUSPENDED, Outcome.SUSPENDED),
            (SubscriptionState.NOT_OURS, Outcome.NOT_OURS),
        ],
    )
    def test_ends_where_the_subscription_does_not_work(self, state: SubscriptionState, outcome: Outcome) -> None:
        assert step(CASE, Facts(subscription=state, incident=INCIDENT)) == Done(outcome)

    def test_puts_a_known_incident_to_the_customer(self) -> None:
        facts = replace(WORKS, incident=INCIDENT)

        assert step(CASE, facts) == AskIncident(INCIDENT)
        assert step(with_incident(case=CASE, incident=INCIDENT, is_it=True), facts) == Done(Outcome.KNOWN_INCIDENT, incident=INCIDENT)
        assert step(with_incident(case=CASE, incident=INCIDENT, is_it=False), facts) == Ask(MAIL, WEB)

    def test_puts_a_second_incident_to_the_customer_too(self) -> None:
        case = with_incident(case=CASE, incident=INCIDENT, is_it=False)
        later = Incident("EX200000", "Mail is lost")

        assert step(case, replace(WORKS, incident=later)) == AskIncident(later)

    def test_asks_for_the_area_when_words_tell_of_several_or_of_none(self) -> None:
        assert step(replace(CASE, text="mail with a file")) == AskArea((MAIL, FILES))
        assert step(replace(CASE, text="it is broken")) == AskArea((MAIL, FILES))

    def test_gives_the_case_to_staff_when_no_area_is_the_one(self) -> None:
        assert step(with_area(case=replace(CASE, text="it is broken"), area=None)) == Done(Outcome.OWN_STAFF)
        assert step(replace(CASE, text="it is broken", product=None)) == Done(Outcome.OWN_STAFF)
        assert step(replace(CASE, area="taken out")) == Done(Outcome.OWN_STAFF)

    def test_asks_each_question_in_turn(self) -> None:
        assert step(answered(CASE, "yes")) == Ask(MAIL, WHAT)

    def test_offers_the_fixes_that_fit_the_answers(self) -> None:
        assert step(answered(CASE, "yes", "send")) == Offer(MAIL, MAIL.fixes[0])
        assert step(answered(CASE, "no", "send")) == Offer(MAIL, MAIL.fixes[1])
        assert step(answered(CASE, UNKNOWN, "send")) == Offer(MAIL, MAIL.fixes[1])

    def test_is_done_when_a_fix_helped(self) -> None:
        assert step(tried(answered(CASE, "yes", "send"), False, True)) == Done(Outcome.SOLVED, area=MAIL)

    def test_escalates_what_is_outside_the_boundary(self) -> None:
        assert step(tried(answered(CASE, "no", "send"), False)) == Done(Outcome.ESCALATE, area=MAIL)

    def test_names_the_work_to_be_quoted(self) -> None:
        assert step(tried(answered(CASE, "yes", "send"), False, False)) == Done(Outcome.CHARGEABLE, area=MAIL, work="repair")

    def test_charges_nothing_that_the_plan_includes(self) -> None:
        case = tried(answered(CASE, "yes", "send"), False, False)

        assert step(case, replace(WORKS, included_work=frozenset({"repair"}))) == Done(Outcome.OWN_STAFF, area=MAIL)

    def test_begins_the_questions_anew_in_another_area(self) -> None:
        case = with_area(case=answered(CASE, "yes"), area="files")

        assert step(case) == Ask(FILES, WEB)


class TestAnswers:
    @pytest.mark.parametrize(("question", "answer"), [(WEB, "maybe"), (WHAT, "yes"), (WHAT, "")])
    def test_are_refused_when_the_question_does_not_take_them(self, question: Question, answer: str) -> None:
        with pytest.raises(AnswerNotTaken, match="takes"):
            with_answer(case=CASE, step=Ask(MAIL, question), answer=answer)

    def test_can_be_corrected(self) -> None:
        case = with_answer(case=answered(CASE, "yes", "send"), step=Ask(MAIL, WEB), answer="no")

        assert {given.question: given.answer for given in case.answers} == {"web": "no", "what": "send"}

    def test_stand_in_the_ticket_in_words(self) -> None:
        told = in_words(case=answered(CASE, "yes", "send"), area=MAIL, language="hu")

        assert told == (("Böngészőben?", "yes"), ("mondva", "Küldés"))


facts_of_any_kind = st.builds(
    Facts,
    subscription=st.sampled_from([SubscriptionState.ACTIVE, SubscriptionState.NOT_KNOWN]),
    incident=st.none() | st.just(INCIDENT),
    included_work=st.sets(st.sampled_from(["repair", "setup"])).map(frozenset),
)
texts = st.sampled_from(["outlook", "teams", "it is broken", "onedrive jelszó", "lassú", "piactér", "vm", "licenc aktiválás", ""])
products = st.sampled_from(["Microsoft 365 E3", "Azure", "Dynamics 365 Sales", "Windows Server", "Something else"]) | st.none()


def reply(case: Case, asked: Step, data: st.DataObject) -> Case:
    if isinstance(asked, AskProduct):
        return with_product(case=case, product=data.draw(products))
    if isinstance(asked, AskIncident):
        return with_incident(case=case, incident=asked.incident, is_it=data.draw(st.booleans()))
    if isinstance(asked, AskArea):
        return with_area(case=case, area=data.draw(st.sampled_from([None, *(area.key for area in asked.areas)])))
    if isinstance(asked, Offer):
        return with_fix(case=case, step=asked, helped=data.draw(st.booleans()))
    assert isinstance(asked, Ask)
    choices = {
        AnswerKind.YES_NO: ["yes", "no"],
        AnswerKind.CHOICE: [option.key for option in asked.question.options],
        AnswerKind.NUMBER: ["3"],
        AnswerKind.TEXT: ["since monday"],
    }
    return with_answer(case=case, step=asked, answer=data.draw(st.sampled_from([*choices[asked.question.kind], UNKNOWN])))


class TestAnyCase:
    @given(data=st.data(), text=texts, product=products, facts=facts_of_any_kind, language=st.sampled_from(["en", "hu"]))
    def test_ends_and_asks_nothing_twice(self, data: st.DataObject, text: str, product: str | None, facts: Facts, language: str) -> None:
        case = Case(text=text, language=language, product=product)
        taken: list[Step] = []

        while not isinstance(asked := next_step(case=case, catalogue=CATALOGUE, facts=facts), Done):
            assert asked not in taken
            taken.append(asked)
            case = reply(case, asked, data)

        assert (asked.outcome is Outcome.CHARGEABLE) == (asked.work is not None)
        assert asked.work is None or asked.work not in facts.included_work

    @given(data=st.data(), text=texts, product=products, after=st.integers(0, 8), state=st.sampled_from(SubscriptionState))
    def test_is_offered_no_fix_once_the_subscription_is_suspended(
        self, data: st.DataObject, text: str, product: str | None, after: int, state: SubscriptionState
    ) -> None:
        case = Case(text=text, language="en", product=product)
        for _ in range(after):
            asked = next_step(case=case, catalogue=CATALOGUE, facts=WORKS)
            if isinstance(asked, Done):
                break
            case = reply(case, asked, data)

        then = next_step(case=case, catalogue=CATALOGUE, facts=replace(WORKS, subscription=state))

        if state in (SubscriptionState.UNPAID, SubscriptionState.SUSPENDED, SubscriptionState.NOT_OURS):
            assert isinstance(then, Done)
            assert then.outcome.value == state.value
