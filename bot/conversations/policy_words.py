"""The collections policy as a customer reads it."""

from __future__ import annotations

from bot.conversations.desk_ports import Sentences
from bot.overdue.model import CollectionsPolicy, PolicyStep


def step_lines(*, policy: CollectionsPolicy, sentences: Sentences, language: str) -> str:
    """Return the steps of a policy, one a line: when, and what happens then."""
    rows = []
    for step in policy.steps:
        values = {"when": when_of(step=step, policy=policy, sentences=sentences, language=language), "effect": step.effect.say(language)}
        rows.append(sentences.say("utter_part_policy_step", language, values).text)
    return "\n".join(rows)


def when_of(*, step: PolicyStep, policy: CollectionsPolicy, sentences: Sentences, language: str) -> str:
    """Return when a step comes, such as ``10 days after the due date``; days of grace count."""
    days = step.days + (policy.grace_days if step.days > 0 else 0)
    if days == 0:
        return sentences.say("utter_part_step_on_due_date", language).text
    names = ("utter_part_step_before", "utter_part_step_before_one") if days < 0 else ("utter_part_step_after", "utter_part_step_after_one")
    return sentences.say(names[abs(days) == 1], language, {"days": str(abs(days))}).text


def policy_in_words(*, policy: CollectionsPolicy, sentences: Sentences, language: str) -> str:
    """Return the whole policy as the assistant tells it."""
    values = {
        "lines": step_lines(policy=policy, sentences=sentences, language=language),
        "access": policy.access_note.say(language),
        "termination": policy.termination_note.say(language),
    }
    told = sentences.say("utter_late_payment_steps", language, values).text
    return f"{told}\n{policy.interest.say(language)}" if policy.interest is not None else told
