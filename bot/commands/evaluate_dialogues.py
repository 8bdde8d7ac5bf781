"""``clearline evaluate dialogues``: whole conversations, played against the running system and judged turn by turn."""

from __future__ import annotations

import email
import email.policy
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import click
import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from tqdm import tqdm

from bot.commands.dialogue_facts import Fact, pattern_with, read_facts, text_with
from bot.commands.talk import post, sign_in
from bot.shared.errors import InvalidInput, Unavailable
from bot.shared.ids import ConversationId
from bot.wiring import Wired, wire

LANGUAGES = ("en", "hu")
HELD_OUT = Path("tests/nlu")
KINDS = ("multi-turn", "safety")
_MINUTES = 15
_MAIL_SECONDS, _MAIL_POLL_SECONDS = 10.0, 0.1
_CODE = re.compile(r"^\s*([0-9]{6})\s*$", re.MULTILINE)
_WANTS_CODE = re.compile(r"\{(?:mailed|wrong)_code\}")
_ROW = "  {:<4} {:>18} {:>18} {:>18}"


class Turn(BaseModel):
    """One turn of a dialogue in ``dialogues*.yml``.

    Attributes:
        customer: What is written; ``{a.b}`` is a fact, ``{mailed_code}`` the code just mailed, ``{wrong_code}`` another.
        expect: What makes an answer right, in English; the other fields say it for the machine.
        must: Regular expressions that all have to be found in texts, buttons and attachments of the answer.
        must_not: Those of which none may be found.
        language: Language of the answer; that of the dialogue when None.
        tickets: How many tickets the conversation has opened by then; not looked at when None.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    customer: str
    expect: str
    must: tuple[str, ...] = Field(min_length=1)
    must_not: tuple[str, ...] = ()
    language: Literal["en", "hu"] | None = None
    tickets: int | None = None


class Dialogue(BaseModel):
    """One conversation; ``safety`` marks attempts on us, identity and other people's data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    language: Literal["en", "hu"]
    signed_in: bool
    safety: bool = False
    turns: tuple[Turn, ...] = Field(min_length=1)

    @property
    def kind(self) -> str:
        """One of ``KINDS``."""
        return KINDS[1] if self.safety else KINDS[0]


@dataclass(frozen=True, slots=True)
class Said:
    """What came back for one message.

    Attributes:
        text: Texts, button titles and attachments, a line each; empty when nothing was said.
        languages: Of the messages; empty when nothing was said.
    """

    text: str
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Played:
    """One turn with what was answered.

    Attributes:
        asked: What was written, facts filled in.
        problems: What is wrong with the answer, each in a few words; empty when it is right.
    """

    dialogue: Dialogue
    place: int
    asked: str
    answer: str
    problems: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong with the answer."""
        return not self.problems


def read_dialogues(folder: Path) -> tuple[Dialogue, ...]:
    """Return the dialogues of all ``dialogues*.yml`` in ``folder``, in order.

    Raises:
        InvalidInput: There is none, or one is wrong; names the file.
    """
    paths = sorted(folder.glob("dialogues*.yml"))
    if not paths:
        raise InvalidInput(f"there is no dialogue in {folder}/; run this in the folder of the repository")
    found: list[Dialogue] = []
    for path in paths:
        try:
            found += TypeAdapter(tuple[Dialogue, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (yaml.YAMLError, ValidationError) as error:
            raise InvalidInput(f"{path}: {error}") from error
    return tuple(found)


def problems_of(turn: Turn, said: Said, *, facts: Fact, language: str, tickets: int) -> tuple[str, ...]:
    """Return what is wrong with the answer ``said``, each in a few words; empty when it is right.

    Args:
        language: The one to answer in, by which the facts in the patterns are written.
        tickets: How many the conversation has opened so far.

    Raises:
        InvalidInput: A pattern is wrong or names a fact that is not there.
    """
    found = []
    for template in turn.must:
        pattern = pattern_with(template, facts, language)
        if not pattern.search(said.text):
            found.append(f"lacks /{pattern.pattern}/")
    for template in turn.must_not:
        pattern = pattern_with(template, facts, language)
        if pattern.search(said.text):
            found.append(f"says /{pattern.pattern}/")
    if said.languages - {language}:
        found.append(f"answers in {', '.join(sorted(said.languages))}, not in {language}")
    if turn.tickets is not None and tickets != turn.tickets:
        found.append(f"{tickets} tickets by now, not {turn.tickets}")
    return tuple(found)


@dataclass
class _Talk:
    """One conversation with the running system."""

    wired: Wired
    customer: str | None
    mail_folder: Path
    began: float = field(default_factory=time.time)
    conversation: str | None = None
    secret: str | None = None

    def say(self, text: str) -> Said:
        bearer = sign_in(self.wired, customer=self.customer, contact=None, minutes=_MINUTES) if self.customer else None
        answer = post(self.wired, {"text": text, "conversation": self.conversation, "secret": self.secret}, bearer)
        self.conversation, self.secret = answer["conversation"], answer.get("secret") or self.secret
        return said_of(answer["messages"])

    def tickets(self) -> int:
        """Return how many tickets this conversation has opened."""
        every = self.wired.services.conversations.tickets(include_closed=True)
        return sum(ticket.conversation_id == ConversationId(self.conversation or "") for ticket in every)

    def mailed_code(self) -> str:
        """Return the code of the newest mail written since the dialogue began. Raises: Unavailable."""
        deadline = time.monotonic() + _MAIL_SECONDS
        while time.monotonic() < deadline:
            mails = [path for path in self.mail_folder.glob("*.eml") if path.stat().st_mtime >= self.began]
            for path in sorted(mails, key=lambda one: one.stat().st_mtime, reverse=True):
                code = _CODE.search(_body(path))
                if code:
                    return code[1]
            time.sleep(_MAIL_POLL_SECONDS)
        raise Unavailable(f"no code was mailed into {self.mail_folder} within {_MAIL_SECONDS:.0f} seconds")


def said_of(messages: Sequence[Mapping[str, Any]]) -> Said:
    """Return the ``messages`` of an answer over HTTP as one text."""
    lines = []
    for message in messages:
        lines += [message["text"], *(button["title"] for button in message["buttons"])]
        lines += [f"{one['title']} {one['url']}" for one in message["attachments"]]
    return Said("\n".join(lines), frozenset(message["lang"] for message in messages))


def play(wired: Wired, dialogue: Dialogue, mail_folder: Path) -> Iterator[Played]:
    """Play a dialogue in a conversation of its own and yield each turn judged. Raises: Unavailable, InvalidInput."""
    facts = read_facts(services=wired.services, mail_folder=mail_folder)
    talk = _Talk(wired, facts["customer"]["number"] if dialogue.signed_in else None, mail_folder)
    for place, turn in enumerate(dialogue.turns, start=1):
        language = turn.language or dialogue.language
        codes = _codes(talk) if _WANTS_CODE.search(turn.customer) else {}
        asked = text_with(turn.customer, {**facts, **codes}, language)
        said = talk.say(asked)
        problems = problems_of(turn, said, facts=facts, language=language, tickets=talk.tickets())
        yield Played(dialogue, place, asked, said.text, problems)


def _codes(talk: _Talk) -> dict[str, str]:
    code = talk.mailed_code()
    return {"mailed_code": code, "wrong_code": f"{(int(code) + 1) % 1_000_000:06d}"}


def _body(path: Path) -> str:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def share_right(played: Sequence[Played]) -> float:
    """Return the share (0-1) of turns answered right; 1 where there is none."""
    return sum(one.is_right for one in played) / len(played) if played else 1.0


def report(played: Sequence[Played]) -> Iterator[str]:
    """Yield the lines of the report: turns right by language and kind, then every wrong turn."""
    yield _ROW.format("", *KINDS, "all")
    for language in LANGUAGES:
        of_language = [one for one in played if one.dialogue.language == language]
        by_kind = [[one for one in of_language if one.dialogue.kind == kind] for kind in KINDS]
        yield _ROW.format(language, *map(_cell, [*by_kind, of_language]))
    for one in played:
        if not one.is_right:
            yield f"\n{one.dialogue.language} {one.dialogue.kind} | {one.dialogue.name}, turn {one.place}"
            yield f"  asked     {one.asked}"
            yield f"  expected  {one.dialogue.turns[one.place - 1].expect}"
            yield f"  answered  {one.answer or '(nothing)'}".replace("\n", "\n            ")
            yield from (f"  wrong     {problem}" for problem in one.problems)


def _cell(played: Sequence[Played]) -> str:
    return f"{share_right(played):.3f} of {len(played)}" if played else "-"


def below(played: Sequence[Played], floor: float) -> tuple[str, ...]:
    """Return what misses the floor: languages with fewer turns right than ``floor`` (0-1), and every safety dialogue not all right."""
    found = []
    for language in LANGUAGES:
        share = share_right([one for one in played if one.dialogue.language == language])
        if share < floor:
            found.append(f"{language} has {share:.3f} of its turns right")
    unsafe = dict.fromkeys(one.dialogue.name for one in played if one.dialogue.safety and not one.is_right)
    return (*found, *(f"the safety dialogue {name!r} is not all right" for name in unsafe))


@click.command("dialogues")
@click.option("--only", default="", help="Play only dialogues with this in their name.")
@click.option(
    "--floor", type=float, default=None, help="Exit with 1 when fewer turns (0-1) are right in a language, or a safety turn is wrong."
)
def dialogues(only: str, floor: float | None) -> None:
    """Play the held-out dialogues against the running system and print how many turns were answered right."""
    wired = wire()
    mail_folder = Path(wired.settings.mail_url.removeprefix("file:"))
    chosen = [one for one in read_dialogues(HELD_OUT) if only.casefold() in one.name.casefold()]
    played: list[Played] = []
    for dialogue in shown(chosen):
        played += play(wired, dialogue, mail_folder)
    for line in report(played):
        click.echo(line)
    missed = below(played, floor) if floor is not None else ()
    if missed:
        raise InvalidInput("; ".join(missed))


def shown(chosen: Sequence[Dialogue]) -> Iterator[Dialogue]:
    """Yield the dialogues, showing how far they have come: a bar on a terminal, else a line each on stderr."""
    if sys.stderr.isatty():
        yield from tqdm(chosen, desc="dialogues", unit="dialogue", leave=False)
        return
    for place, dialogue in enumerate(chosen, start=1):
        click.echo(f"{place} of {len(chosen)}: {dialogue.name}", err=True)
        yield dialogue


__all__ = ["Dialogue", "Played", "Said", "Turn", "below", "dialogues", "play", "problems_of", "read_dialogues", "report"]
