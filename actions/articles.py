"""Answering a free question from the knowledge articles, or from the partner's policy files where an article only points to them."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from actions.base import ClearlineAction, Turn
from actions.offering import ActionTellSupportPrice
from actions.overdue import ActionTellLatePayment
from actions.support import ActionTellHours, ActionTellPaymentMethods
from bot.billing.model import CommerceKind
from bot.services import ArticleNotFound, ArticlePage, Passage
from bot.support.answers import words

_PARAGRAPHS_TOLD = 2
_BEGINNING = 5
_LOG = structlog.get_logger(__name__)
# What these articles leave to the partner is in its policy files, so the answer from there is the exact one.
_ANSWERED_BY_POLICY: dict[str, type[ClearlineAction]] = {
    "opening-hours": ActionTellHours,
    "does-support-cost-money": ActionTellSupportPrice,
    "what-happens-if-unpaid": ActionTellLatePayment,
    "ways-to-pay": ActionTellPaymentMethods,
}


def tell_article(
    turn: Turn,
    *,
    topics: tuple[str, ...] = (),
    commerce: CommerceKind | None = None,
    among: frozenset[str] = frozenset(),
    otherwise: str | None = None,
    fuller: bool = False,
) -> bool:
    """Answer the message from the articles; return whether there was an answer. What none answers is logged for the editor, without text.

    Args:
        topics: Only articles about one of these; empty means all.
        commerce: The commerce system of the subscription it is about, where it is known.
        among: Names of the articles that can be meant; empty means all.
        otherwise: Name of the article that is told when none of them is near, because the subject is known; None for none.
        fuller: Tell of that article what is nearest to the question, not how it begins.
    """
    passage = turn.services.articles.answer(question=turn.text, language=turn.language, topics=topics, commerce=commerce)
    if passage is None or (among and passage.name not in among):
        # The text is in the conversation's own log, which an editor with the right to see it can read.
        _LOG.info("knowledge.not_found", conversation=turn.conversation_id, language=turn.language)
        passage = _told_anyway(turn, otherwise, fuller=fuller)
    if passage is None:
        return False
    by_policy = _ANSWERED_BY_POLICY.get(passage.name)
    if by_policy is not None:
        by_policy().answer(turn)
    else:
        _say(turn, passage)
    return True


def tell_page(turn: Turn, name: str) -> bool:
    """Tell the whole of the article ``name``; return whether the partner has it."""
    page = _page(turn, name)
    if page is None:
        return False
    _say(turn, Passage(page.name, page.title, "\n\n".join(page.paragraphs)))
    return True


def _say(turn: Turn, passage: Passage) -> None:
    link = f"{turn.services.public_url}/articles/{turn.language}/{passage.name}"
    turn.say("utter_knowledge_answer", passage=passage.text, title=passage.title, link=link)


def _told_anyway(turn: Turn, name: str | None, *, fuller: bool) -> Passage | None:
    """Return how the article ``name`` begins, or its nearest paragraph to the question and the one after; None without such an article."""
    page = _page(turn, name) if name is not None else None
    if page is None:
        return None
    if not fuller:
        return Passage(page.name, page.title, page.paragraphs[0])
    place = _nearest(turn.text, page.paragraphs)
    return Passage(page.name, page.title, "\n\n".join(page.paragraphs[place : place + _PARAGRAPHS_TOLD]))


def _page(turn: Turn, name: str) -> ArticlePage | None:
    try:
        return turn.services.articles.page(name=name, language=turn.language)
    except ArticleNotFound:
        return None


def _nearest(question: str, paragraphs: Sequence[str]) -> int:
    """Return the index of the paragraph that shares most words with the question, by their beginnings; the first of equals."""

    def beginnings(text: str) -> set[str]:
        return {word[:_BEGINNING] for word in words(text) if len(word) >= _BEGINNING - 1}

    asked = beginnings(question)
    shared = [len(asked & beginnings(one)) for one in paragraphs]
    return shared.index(max(shared))
