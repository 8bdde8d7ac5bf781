"""Answering a free question from the knowledge articles, or from the partner's policy files where an article only points to them."""

from __future__ import annotations

import structlog

from actions.base import ClearlineAction, Turn
from actions.offering import ActionTellSupportPrice
from actions.overdue import ActionTellLatePayment
from actions.support import ActionTellHours, ActionTellPaymentMethods
from bot.billing.model import CommerceKind
from bot.services import ArticleNotFound, Passage

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
) -> bool:
    """Answer the message from the articles; return whether there was an answer. What none answers is logged for the editor, without text.

    Args:
        topics: Only articles about one of these; empty means all.
        commerce: The commerce system of the subscription it is about, where it is known.
        among: Names of the articles that can be meant; empty means all.
        otherwise: Name of the article whose opening is told when none of them is near, because the subject is known; None for none.
    """
    passage = turn.services.articles.answer(question=turn.text, language=turn.language, topics=topics, commerce=commerce)
    if passage is None or (among and passage.name not in among):
        # The text is in the conversation's own log, which an editor with the right to see it can read.
        _LOG.info("knowledge.not_found", conversation=turn.conversation_id, language=turn.language)
        passage = _opening(turn, otherwise)
    if passage is None:
        return False
    by_policy = _ANSWERED_BY_POLICY.get(passage.name)
    if by_policy is not None:
        by_policy().answer(turn)
    else:
        link = f"{turn.services.public_url}/articles/{turn.language}/{passage.name}"
        turn.say("utter_knowledge_answer", passage=passage.text, title=passage.title, link=link)
    return True


def _opening(turn: Turn, name: str | None) -> Passage | None:
    """Return the first paragraph of the article called ``name``; None when there is no such article."""
    if name is None:
        return None
    try:
        page = turn.services.articles.page(name=name, language=turn.language)
    except ArticleNotFound:
        return None
    return Passage(page.name, page.title, page.paragraphs[0])
