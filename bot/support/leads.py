"""Needs that customers mention while they talk about something else, and what becomes of them. Pure.

Source: knowledge/needs.yml; contacts with support show what a customer could use, and are noted for the sales agents with consent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.shared.errors import Conflict
from bot.shared.ids import CustomerId, LeadId, StaffId, new_lead_id
from bot.shared.text import fold
from bot.shared.words import Words

_CLAUSES = re.compile(r"[.!?;,\n]+|\b(?:but|however|de|viszont|hanem)\b", re.IGNORECASE)
_WORD = re.compile(r"[\w'’-]+")
_REFUSALS = re.compile(
    r"\b(?:do not|does not|don't|dont|doesn't|didn't|not|no) (?:\w+ )?(?:need|want|interested|looking|require|asking)"
    r"|\b(?:nem|ne|sem) (?:\w+ )?(?:kell|ker|akar|szeretn|erdek|szukseg|aktual|gondol|ajanl)|\bnincs szukseg"
)
_MOST_BETWEEN = 2


class LeadDecided(Conflict):
    """The lead is won or lost already."""


class ConsentMissing(Conflict):
    """The customer has not agreed that somebody writes or calls about it."""


class Consent(StrEnum):
    """Whether the customer agreed to be approached."""

    NOT_NEEDED = "not_needed"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"


class LeadOutcome(StrEnum):
    """What became of a lead."""

    OPEN = "open"
    CONTACTED = "contacted"
    WON = "won"
    LOST = "lost"


_FINAL = (LeadOutcome.WON, LeadOutcome.LOST)


@dataclass(frozen=True, slots=True)
class Need:
    """Something customers say when they could use more.

    Attributes:
        key: Stable name, unique.
        said_as_en: Phrases of word beginnings, folded; never empty.
        said_as_hu: The same in Hungarian; there the English ones count as well.
        ask_first: Whether the customer has to agree before the lead is kept.
    """

    key: str
    name: Words
    said_as_en: tuple[str, ...]
    said_as_hu: tuple[str, ...]
    ask_first: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """A need with the words of the message that showed it, as typed."""

    need: Need
    words: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A need of a customer, for the sales agents.

    Attributes:
        need: Key of the need; one lead for each customer and need.
        words: What showed it, as typed; empty once consent was refused.
        source: Id of the conversation or ticket.
        decided_by: Who set the outcome last, or None.
    """

    id: LeadId
    customer_id: CustomerId
    need: str
    words: str
    source: str
    heard_at: datetime
    consent: Consent
    outcome: LeadOutcome = LeadOutcome.OPEN
    decided_by: StaffId | None = None
    decided_at: datetime | None = None

    @property
    def is_shown(self) -> bool:
        """Whether sales agents may see it."""
        return self.consent in (Consent.NOT_NEEDED, Consent.GIVEN)


def hear(*, needs: Sequence[Need], text: str, language: str) -> tuple[Heard, ...]:
    """Return the needs that ``text`` shows, each once, in the order of ``needs``; may be empty.

    A phrase fits when its words follow each other within a clause, each as the beginning of a word, with two words between at the most.
    A clause that refuses ("we don't need …", "nem kell …") shows nothing.

    Args:
        needs: What to listen for.
        text: As typed, with or without accents.
        language: ``en`` or ``hu``; Hungarians use English words too.
    """
    clauses = [clause for clause in _CLAUSES.split(text) if not _REFUSALS.search(fold(clause).replace("’", "'"))]
    heard = []
    for need in needs:
        phrases = (*need.said_as_en, *need.said_as_hu) if language == "hu" else need.said_as_en
        found = next((words for clause in clauses for phrase in phrases if (words := _found(phrase, clause)) is not None), None)
        if found is not None:
            heard.append(Heard(need, found))
    return tuple(heard)


def new_leads(*, heard: Sequence[Heard], customer_id: CustomerId, known: Sequence[Lead], source: str, now: datetime) -> tuple[Lead, ...]:
    """Return a lead for each need heard that the customer has none for yet, whatever became of it; may be empty.

    One that needs consent begins as asked for: the assistant asks, and ``with_consent`` keeps the answer.

    Args:
        heard: What the customer said.
        customer_id: Who said it.
        known: All leads of the customer, refused and lost ones too.
        source: Id of the conversation or ticket.
        now: Aware.
    """
    taken = {lead.need for lead in known if lead.customer_id == customer_id}
    return tuple(
        Lead(
            id=new_lead_id(),
            customer_id=customer_id,
            need=one.need.key,
            words=one.words,
            source=source,
            heard_at=now,
            consent=Consent.ASKED if one.need.ask_first else Consent.NOT_NEEDED,
        )
        for one in {one.need.key: one for one in heard}.values()
        if one.need.key not in taken
    )


def with_consent(*, lead: Lead, given: bool) -> Lead:
    """Return ``lead`` with the customer's answer; a refusal forgets the words and is kept so that nobody asks again."""
    if lead.consent is Consent.NOT_NEEDED:
        return lead
    return replace(lead, consent=Consent.GIVEN) if given else replace(lead, consent=Consent.REFUSED, words="")


def with_outcome(*, lead: Lead, outcome: LeadOutcome, by: StaffId, at: datetime) -> Lead:
    """Return ``lead`` with what became of it.

    Raises:
        ConsentMissing: The customer did not agree, so nobody may follow it.
        LeadDecided: It was won or lost before.
    """
    if not lead.is_shown:
        raise ConsentMissing(f"lead {lead.id} has consent {lead.consent.value}; only the customer can change that")
    if lead.outcome in _FINAL:
        raise LeadDecided(f"lead {lead.id} is {lead.outcome.value} already; a won or lost lead stays so")
    return replace(lead, outcome=outcome, decided_by=by, decided_at=at)


def _found(phrase: str, clause: str) -> str | None:
    """Return the part of ``clause`` that says ``phrase``, as typed, or None."""
    typed = list(_WORD.finditer(clause))
    folded = [fold(word[0]) for word in typed]
    for positions in _positions(phrase.split(), folded):
        return clause[typed[positions[0]].start() : typed[positions[-1]].end()]
    return None


def _positions(beginnings: Sequence[str], words: Sequence[str]) -> Iterator[list[int]]:
    """Yield where ``beginnings`` stand among ``words``, one place each, in order and close together."""
    chains = [[place] for place, word in enumerate(words) if word.startswith(beginnings[0])]
    for beginning in beginnings[1:]:
        chains = [
            [*chain, place]
            for chain in chains
            for place in range(chain[-1] + 1, min(chain[-1] + 2 + _MOST_BETWEEN, len(words)))
            if words[place].startswith(beginning)
        ]
    yield from chains
