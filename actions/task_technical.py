"""A technical problem, diagnosed by the partner's service catalogue until it is solved or its ticket is open.

What is asked next is decided in ``bot.support.diagnosis``; here are only the words. The fields of the task are the case: ``q:…`` and
``t:…`` are answers (by choice, and in the customer's own words), ``f:…`` fixes tried, ``same:…`` whether a published incident is what
the customer sees.
"""

from __future__ import annotations

from types import MappingProxyType

from actions.task_model import CONFIRM, UNKNOWN, Heard, Kind, Task
from actions.task_payment import free_text
from actions.technical_reading import affected, names_area, says_helped, to_question
from actions.technical_words import price_words, tell_portal, tell_unpaid
from actions.turn import Turn
from bot.conversations.model import Button
from bot.conversations.support_cases import Ending
from bot.library.formats import show_datetime
from bot.shared.errors import Conflict
from bot.shared.ids import QuoteId
from bot.support.answers import choose, does_not_know, is_question, is_request, words
from bot.support.catalogue import NO, YES, AnswerKind
from bot.support.catalogue import UNKNOWN as NOT_KNOWN
from bot.support.diagnosis import (
    Answer,
    Ask,
    AskArea,
    AskIncident,
    AskProduct,
    Case,
    Done,
    Facts,
    Offer,
    Outcome,
    Step,
    Tried,
    in_words,
)
from bot.support.model import TicketKind
from bot.support.substance import people_named, since_named, substance

_LONGEST_TEXT = 600
_NONE_OF_THESE = "none"
_MOST_BUTTONS = 6
_COLLECTED, _CONSENT, _QUOTE, _WHAT = "collected", "consent", "quote", "what"
_WITHOUT_TICKET = frozenset({Outcome.SOLVED, Outcome.UNPAID, Outcome.SUSPENDED, Outcome.NOT_OURS, Outcome.KNOWN_INCIDENT})
_SAID = MappingProxyType({YES: "utter_part_yes", NO: "utter_part_no", NOT_KNOWN: "utter_part_not_known"})


class TechnicalProblem(Kind):
    """Something does not work."""

    name = "technical_problem"
    ticket = TicketKind.TECHNICAL

    def begin(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take the product, and what else the first message says."""
        product = heard.turn.entity("product")
        if product is None and heard.text:
            product = heard.turn.services.support_cases.product_of(text=heard.text, language=heard.turn.language)
        found = {_WHAT: heard.text[:_LONGEST_TEXT]} if substance(heard.text, besides=product or "") else {}
        if product:
            found["product"] = product
        return self._filled(heard, task.given(found), found)

    def read(self, heard: Heard, task: Task, name: str) -> dict[str, str]:
        """Take the answer to what was asked."""
        found = self._answer(heard, task, name)
        return self._filled(heard, task.given(found), found) if found else {}

    def correct(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take another product; what was asked about the one before is asked again."""
        product = heard.turn.entity("product")
        return {"product": product} if product and product != task.get("product") else {}

    def add(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take further words for the ticket."""
        before = task.get(_COLLECTED)
        return {_COLLECTED: f"{before} / {heard.text.strip()}"[: 2 * _LONGEST_TEXT] if before else heard.text.strip()[:_LONGEST_TEXT]}

    def is_free(self, name: str) -> bool:
        """Return whether any text answers the question."""
        return name in (_WHAT, _COLLECTED, "product") or name.startswith("t:")

    def is_plain_answer(self, turn: Turn, task: Task, text: str) -> bool:
        """Return whether the words are those of a choice, or say that a fix helped or did not, or whom it affects."""
        said, name = set(words(text)), task.awaiting
        if not said:
            return False
        if (name == "area" or name.startswith("q:")) and any(said <= set(words(one.title)) for one in self.buttons(turn, task)):
            return True
        if is_request(text) or is_question(text):
            return False
        return (name.startswith("f:") and says_helped(text) is not None) or (name == "q:affected" and people_named(text) is not None)

    def asks_yes_no(self, name: str) -> bool:
        """Return whether a bare no is an answer, and not the wish to stop."""
        return name == _CONSENT or name.partition(":")[0] in ("q", "f", "same")

    def missing(self, turn: Turn, task: Task) -> str | None:
        """Return what is asked next: by the catalogue, then what belongs to where the case goes."""
        step = self._step(turn, task)
        if isinstance(step, AskProduct):
            return "product"
        if isinstance(step, AskIncident):
            return f"same:{step.incident.id}"
        if isinstance(step, AskArea):
            # What happens tells the area more often than a list to choose from.
            return "area" if _WHAT in task.fields else _WHAT
        if isinstance(step, Ask):
            return _field(step)
        if isinstance(step, Offer):
            return f"f:{step.fix.key}"
        if _WHAT not in task.fields and step.outcome not in _WITHOUT_TICKET:
            return _WHAT
        if step.outcome is Outcome.ESCALATE:
            return next((name for name in (_COLLECTED, _CONSENT) if name not in task.fields), None)
        return None

    def refuse(self, turn: Turn, task: Task) -> bool:
        """End the case where it ends without a ticket: blocked by the subscription, a known incident, or solved."""
        facts = self._facts(turn, task)
        step = turn.services.support_cases.step(case=self._case(turn, task), facts=facts)
        if not isinstance(step, Done) or step.outcome not in _WITHOUT_TICKET:
            return False
        turn.remember(offered="agent")
        if step.outcome is Outcome.SOLVED:
            turn.remember(offered=None)
            turn.say("utter_diagnosis_solved")
        elif step.outcome is Outcome.UNPAID:
            tell_unpaid(turn, task.get("product"))
        elif step.outcome is Outcome.SUSPENDED:
            turn.say("utter_diagnosis_stopped", product=task.get("product"))
        elif step.outcome is Outcome.NOT_OURS:
            tell_portal(turn, product=task.get("product"), text=task.get(_WHAT))
        elif step.incident is not None:
            turn.say("utter_diagnosis_known_incident", number=step.incident.id, title=step.incident.title)
        turn.services.support_cases.keep(conversation_id=turn.conversation_id, ending=self._ending(turn, task, facts, step), now=turn.now)
        return True

    def ask(self, turn: Turn, task: Task) -> None:
        """Ask, with buttons where there are choices; tell once that the health of the service is not known."""
        step = self._step(turn, task)
        if task.awaiting == _WHAT:
            turn.say("utter_diagnosis_ask", question=self.question(turn, task))
        elif isinstance(step, AskArea):
            turn.say_with_buttons("utter_diagnosis_ask_area", buttons=self.buttons(turn, task))
        elif isinstance(step, Ask) and step.question.options:
            question = step.question.ask.say(turn.language)
            turn.say_with_buttons("utter_diagnosis_ask", question=question, buttons=self.buttons(turn, task))
        elif isinstance(step, Ask) and step.question.kind is AnswerKind.YES_NO:
            turn.say("utter_diagnosis_ask_yes_no", question=step.question.ask.say(turn.language))
        elif isinstance(step, Offer):
            turn.say("utter_diagnosis_offer", fix=step.fix.say.say(turn.language), link=step.fix.link)
        elif isinstance(step, AskIncident):
            turn.say("utter_diagnosis_ask_incident", number=step.incident.id, title=step.incident.title)
        elif isinstance(step, Done) and task.awaiting == _CONSENT:
            turn.say("utter_diagnosis_ask_consent")
        else:
            turn.say("utter_diagnosis_ask", question=self.question(turn, task))

    def buttons(self, turn: Turn, task: Task) -> tuple[Button, ...]:
        """Return the choices of the question, where it has some."""
        step = self._step(turn, task)
        if task.awaiting == "area" and isinstance(step, AskArea):
            return (*(_button(area.key, area.name.say(turn.language)) for area in step.areas), self._none_of_these(turn))
        if isinstance(step, Ask):
            return tuple(_button(one.key, one.name.say(turn.language)) for one in step.question.options[:_MOST_BUTTONS])
        return ()

    def question(self, turn: Turn, task: Task) -> str:
        """Return the question alone, to be repeated after something else was answered."""
        step = self._step(turn, task)
        if task.awaiting == _WHAT:
            return turn.phrase("utter_part_diagnosis_what")
        if isinstance(step, Ask):
            return step.question.ask.say(turn.language)
        if isinstance(step, Offer):
            return turn.phrase("utter_part_diagnosis_helped")
        if isinstance(step, AskIncident):
            return turn.phrase("utter_part_diagnosis_incident", number=step.incident.id)
        if isinstance(step, AskArea):
            return turn.phrase("utter_part_diagnosis_area")
        if task.awaiting == _COLLECTED and isinstance(step, Done) and step.area is not None:
            lines = "\n".join(f"- {one.say(turn.language)}" for one in step.area.collect)
            return turn.phrase("utter_part_diagnosis_collect", lines=lines)
        if task.awaiting == _CONSENT:
            return turn.phrase("utter_part_diagnosis_consent")
        return turn.phrase("utter_part_diagnosis_product")

    def prepared(self, turn: Turn, task: Task) -> Task:
        """Work out the price of chargeable work, once, before a yes is asked for."""
        step = self._step(turn, task)
        if not isinstance(step, Done) or step.outcome is not Outcome.CHARGEABLE or step.work is None or task.get(_QUOTE):
            return task
        record = turn.services.support_cases.offer(
            conversation_id=turn.conversation_id, customer_id=turn.customer_id, work=step.work, now=turn.now
        )
        return task.given({_QUOTE: record.id})

    def confirm(self, turn: Turn, task: Task) -> None:
        """Repeat all back; where it costs something, tell the price and ask for a yes to it."""
        values = {"lines": "\n".join(f"- {asked}: {answer}" for asked, answer in self._lines(turn, task))}
        step = self._step(turn, task)
        if isinstance(step, Done) and step.outcome is Outcome.CHARGEABLE:
            record = turn.services.support_cases.quote(quote_id=QuoteId(task.get(_QUOTE)))
            work = record.quote.name.say(turn.language)
            turn.say("utter_diagnosis_confirm_price", work=work, price=price_words(turn, record), **values)
        elif isinstance(step, Done) and step.outcome is Outcome.ESCALATE:
            turn.say("utter_diagnosis_confirm_escalate", **values)
        else:
            turn.say("utter_diagnosis_confirm", **values)

    def is_binding(self, task: Task) -> bool:
        """Return whether a price was told."""
        return bool(task.get(_QUOTE))

    def finish(self, turn: Turn, task: Task) -> str | None:
        """Open the ticket, and tell who helps and by when."""
        facts = self._facts(turn, task)
        step = turn.services.support_cases.step(case=self._case(turn, task), facts=facts)
        if not isinstance(step, Done):
            return None
        details = "\n".join(f"{asked}: {answer}" for asked, answer in self._lines(turn, task))
        subject = turn.phrase("utter_part_subject_technical_problem", product=task.get("product") or "-", what=task.get(_WHAT) or UNKNOWN)
        try:
            opened = turn.services.support_cases.open(
                conversation_id=turn.conversation_id,
                ending=self._ending(turn, task, facts, step),
                subject=subject,
                details=details,
                title=subject,
                now=turn.now,
                today=turn.today,
            )
        except Conflict:
            # The price may not be agreed to any more: it is told anew.
            turn.say("utter_diagnosis_price_again")
            return ""
        by = show_datetime(opened.ticket.answer_by, turn.language, zone=turn.services.zone)
        helper = opened.route.helper.name.say(turn.language)
        turn.say(f"utter_helper_{opened.route.told.value}", ticket=opened.ticket.number, by=by, helper=helper)
        if step.outcome is Outcome.ESCALATE:
            turn.say("utter_diagnosis_escalated")
        return opened.ticket.number

    def declined(self, turn: Turn, task: Task) -> bool:
        """Keep that the price was refused, and say that nothing has begun."""
        if not task.get(_QUOTE) or task.awaiting != CONFIRM:
            return False
        turn.services.support_cases.decline(quote_id=QuoteId(task.get(_QUOTE)), now=turn.now)
        turn.remember(offered="agent")
        turn.say("utter_diagnosis_price_declined")
        return True

    def summary(self, turn: Turn, task: Task) -> dict[str, str]:
        """Return product and words."""
        return {"product": task.get("product") or "-", "what": task.get(_WHAT) or "-"}

    def details(self, turn: Turn, task: Task) -> tuple[tuple[str, str], ...]:
        """List product and words; the rest stands in the diagnosis."""
        return tuple(self.summary(turn, task).items())

    def _lines(self, turn: Turn, task: Task) -> tuple[tuple[str, str], ...]:
        step, case = self._step(turn, task), self._case(turn, task)
        asked = in_words(case=case, area=step.area, language=turn.language) if isinstance(step, Done) and step.area is not None else ()
        answered = tuple((question.rstrip("?"), turn.phrase(_SAID[answer]) if answer in _SAID else answer) for question, answer in asked)
        firsts = (("product", task.get("product")), (_WHAT, task.get(_WHAT)))
        lasts = ((_COLLECTED, task.get(_COLLECTED)),)
        named = tuple((turn.phrase(f"utter_part_detail_{name}"), value) for name, value in firsts if value)
        return (*named, *answered, *((turn.phrase(f"utter_part_detail_{name}"), value) for name, value in lasts if value))

    def _answer(self, heard: Heard, task: Task, name: str) -> dict[str, str]:
        pressed = heard.turn.entity("choice")
        unsure = bool(heard.text) and does_not_know(heard.text)
        if name == "product":
            return self._product(heard)
        if name == _WHAT:
            return free_text(heard, _WHAT, optional=True)
        if name == _COLLECTED:
            return free_text(heard, _COLLECTED, optional=True)
        if name in (_CONSENT,) or name.startswith("same:"):
            return {name: YES if heard.answer else NO} if heard.answer is not None else {name: NO} if unsure else {}
        if name == "area":
            return self._area(heard, task, pressed)
        if name.startswith("f:"):
            helped = heard.answer if heard.answer is not None else says_helped(heard.text)
            return {name: YES if helped else NO} if helped is not None else {name: NO} if unsure else {}
        step = self._step(heard.turn, task)
        if not isinstance(step, Ask):
            return {}
        answer = to_question(heard, step.question, pressed, unsure=unsure)
        return {name: answer, "area": step.area.key} if answer else {}

    def _product(self, heard: Heard) -> dict[str, str]:
        if heard.text and does_not_know(heard.text):
            return {"product": UNKNOWN}
        product = heard.turn.entity("product")
        if product is None and heard.text:
            product = heard.turn.services.support_cases.product_of(text=heard.text, language=heard.turn.language)
        said = free_text(heard, "product", optional=False)
        if product is None:
            return said
        more = substance(heard.text, besides=product) >= 2
        return {"product": product, **({_WHAT: heard.text[:_LONGEST_TEXT]} if more else {})}

    def _area(self, heard: Heard, task: Task, pressed: str | None) -> dict[str, str]:
        step = self._step(heard.turn, task)
        areas = step.areas if isinstance(step, AskArea) else ()
        if pressed == _NONE_OF_THESE or (heard.text and (does_not_know(heard.text) or heard.answer is False)):
            return {"area": UNKNOWN}
        if pressed is not None:
            return {"area": pressed} if any(area.key == pressed for area in areas) else {}
        place = choose(heard.text, [area.name.say(heard.turn.language) for area in areas]) if areas else None
        if place is None and heard.text:
            said = [area for area in areas if names_area(area, heard.text)]
            return {"area": said[0].key} if len(said) == 1 else {}
        return {"area": areas[place].key} if place is not None and 0 <= place < len(areas) else {}

    def _filled(self, heard: Heard, task: Task, found: dict[str, str]) -> dict[str, str]:
        """Add the answers to the next questions that the customer's words hold already: since when, and how many."""
        text = f"{task.get(_WHAT)} {heard.text}".strip()
        known = dict(found)
        while isinstance(step := self._step(heard.turn, task.given(known)), Ask):
            answer = ""
            if step.question.key == "since":
                answer = since_named(text) or ""
            elif step.question.key == "affected" and people_named(text):
                answer = affected(people_named(text) or "", step.question.options)
            if not answer:
                break
            known |= {_field(step): answer, "area": step.area.key}
        return known

    def _case(self, turn: Turn, task: Task) -> Case:
        same = [(key.removeprefix("same:"), value == YES) for key, value in task.fields.items() if key.startswith("same:")]
        said, product = task.get(_WHAT), task.get("product")
        # "Teams does not work" says by its product what it is about.
        knows = turn.services.support_cases.names_area(text=said, language=turn.language)
        return Case(
            text=said if knows or not product else f"{said} ({product})".strip(),
            language=turn.language,
            product=product or None,
            product_asked="product" in task.fields,
            area=task.get("area") or None,
            area_asked="area" in task.fields,
            same_as=same[-1] if same else None,
            answers=tuple(Answer(key[2:], value) for key, value in task.fields.items() if key.startswith(("q:", "t:"))),
            tried=tuple(Tried(key.removeprefix("f:"), value == YES) for key, value in task.fields.items() if key.startswith("f:")),
        )

    def _facts(self, turn: Turn, task: Task) -> Facts:
        return turn.services.support_cases.facts(customer_id=turn.customer_id, case=self._case(turn, task), now=turn.now)

    def _step(self, turn: Turn, task: Task) -> Step:
        return turn.services.support_cases.step(case=self._case(turn, task), facts=self._facts(turn, task))

    def _none_of_these(self, turn: Turn) -> Button:
        return _button(_NONE_OF_THESE, turn.phrase("utter_part_diagnosis_none"))

    def _ending(self, turn: Turn, task: Task, facts: Facts, step: Done) -> Ending:
        consent = task.get(_CONSENT)
        return Ending(
            case=self._case(turn, task),
            facts=facts,
            outcome=step.outcome,
            area=step.area.key if step.area is not None else None,
            collected=task.get(_COLLECTED),
            consent=None if not consent else consent == YES,
            quote_id=QuoteId(task.get(_QUOTE)) if task.get(_QUOTE) else None,
        )


def _field(step: Ask) -> str:
    return f"{'t' if step.question.kind is AnswerKind.TEXT else 'q'}:{step.question.key}"


def _button(key: str, title: str) -> Button:
    return Button(title, f'/inform{{"choice": "{key}"}}')
