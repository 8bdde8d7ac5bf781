"""``clearline evaluate export``: what real conversations misread, for people to label, with personal data masked."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time
from pathlib import Path

import click
import yaml

from bot.billing.invoice_number import DEFAULT_PATTERNS, find_candidates
from bot.conversations.desk_ports import Sentences
from bot.conversations.misread import Misread, Misreading, misread
from bot.nlu.contacts import find_emails, find_people
from bot.nlu.partner_numbers import PartnerNumbers, partner_numbers
from bot.nlu.tax_numbers import find_tax_numbers
from bot.services import Services
from bot.shared.masking import mask
from bot.wiring import wire

LANGUAGES = ("en", "hu")
FIELDS = ("text", "language", "what", "answer", "on", "intent")
_SENTENCES = {
    "utter_not_understood": Misreading.NOT_UNDERSTOOD,
    "utter_third_language": Misreading.NOT_UNDERSTOOD,
    "utter_not_understood_again": Misreading.HANDED_OVER,
    "utter_task_unclear_answer": Misreading.ASKED_BACK,
}
_LINK = re.compile(r"https?://\S+|\b(?:[\w-]+\.)+(?:onmicrosoft|sharepoint)\.com\b", re.IGNORECASE)
_MASKED_NUMBER = re.compile(r"(?:[A-Z]{2})?[*-]{2,}(?:[\s*-]*\*)*\s?[0-9]{0,4}|•{3}")
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+|00)?[0-9](?:[\s()/-]{0,2}[0-9]){7,14}(?![\w/-])")
# Six digits may be a code, longer runs any number of somebody's.
_LONG_NUMBER = re.compile(r"(?<!\w)[0-9]{3}[ -]?[0-9]{3}(?!\w)|[0-9]{5,}")
_TICKET = re.compile(r"\bT-[0-9]{4}-[0-9]{4,}\b", re.IGNORECASE)


def sentences_of(phrases: Sentences) -> dict[str, Misreading]:
    """Return what is said in either language when a message was not understood, with what that means."""
    return {phrases.say(name, language).text: meaning for name, meaning in _SENTENCES.items() for language in LANGUAGES}


def without_people(text: str, *, numbers: PartnerNumbers, known: Iterable[str] = ()) -> str:
    """Return ``text`` with what tells who it is about masked: ``[name]``, ``[mail]``, ``[phone]``, ``[invoice]`` and the like.

    Args:
        numbers: What the partner's invoice and customer numbers look like.
        known: Names of people and companies on file, masked wherever they stand; may be empty.
    """
    shown = _LINK.sub("[link]", text)
    shown = _MASKED_NUMBER.sub("[account]", mask(shown).text)
    shown = _replaced(shown, ((span.start, span.end) for span in find_emails(shown)), "[mail]")
    for name in sorted({one.strip() for one in known if len(one.strip()) > 2}, key=len, reverse=True):
        shown = re.sub(rf"(?<!\w){re.escape(name)}", "[name]", shown, flags=re.IGNORECASE)
    shown = _replaced(shown, ((span.start, span.end) for span in find_people(shown)), "[name]")
    shown = _replaced(shown, ((span.start, span.end) for span in find_tax_numbers(shown)), "[tax number]")
    shown = _TICKET.sub("[ticket]", shown)
    shown = re.sub(rf"(?<!\w)(?:{numbers.customers.pattern})(?!\w)", "[customer number]", shown, flags=re.IGNORECASE)
    candidates = find_candidates(shown, numbers.invoices or DEFAULT_PATTERNS)
    shown = _replaced(shown, ((one.start, one.end) for one in candidates), "[invoice]")
    return _LONG_NUMBER.sub("[number]", _PHONE.sub("[phone]", shown))


def _replaced(text: str, places: Iterable[tuple[int, int]], mark: str) -> str:
    for start, end in sorted(places, reverse=True):
        text = text[:start] + mark + text[end:]
    return text


def exported(services: Services, *, numbers: PartnerNumbers, since: datetime | None) -> tuple[dict[str, str], ...]:
    """Return a row of ``FIELDS`` for each different message that was misread, the oldest first; ``intent`` is left to the labeller.

    Args:
        since: Only messages from then on (aware, UTC); None for all there are.
    """
    with services.conversation_store.begin() as tx:
        found = misread(tx.messages_since(since), sentences=sentences_of(services.phrases))
    with services.ledger.begin() as ledger:
        known = [name for customer in ledger.all_customers() for name in (customer.name, *(contact.name for contact in customer.contacts))]
    rows = {(row["text"], row["language"]): row for row in (_row(one, numbers, known) for one in sorted(found, key=lambda one: one.on))}
    return tuple(rows.values())


def _row(one: Misread, numbers: PartnerNumbers, known: Sequence[str]) -> dict[str, str]:
    return {
        "text": without_people(one.text, numbers=numbers, known=known),
        "language": one.language,
        "what": one.misreading.value,
        "answer": without_people(one.answer, numbers=numbers, known=known),
        "on": one.on.isoformat(),
        "intent": "",
    }


def written(rows: Sequence[dict[str, str]], *, as_csv: bool) -> str:
    """Return the rows as CSV with a head, or as YAML."""
    if not as_csv:
        return yaml.safe_dump(list(rows), allow_unicode=True, sort_keys=False, width=140) if rows else ""
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, FIELDS)
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return sheet.getvalue()


def _harmless(value: str) -> str:
    """Return ``value`` so that no spreadsheet takes it for a formula. Source: OWASP, CSV injection."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _lines(rows: Sequence[dict[str, str]]) -> Iterator[str]:
    for language in LANGUAGES:
        yield f"{language}: {sum(row['language'] == language for row in rows)}"


@click.command("export")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only messages from this day (UTC) on.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write, .yml or .csv; stdout by default.")
def export(since: datetime | None, out: Path | None) -> None:
    """Write what customers typed and was not understood, personal data masked, to be labelled by people."""
    wired = wire()
    start = datetime.combine(since.date(), time(), tzinfo=UTC) if since else None
    rows = exported(wired.services, numbers=partner_numbers(wired.settings.knowledge / "partner.yml"), since=start)
    content = written(rows, as_csv=out is not None and out.suffix == ".csv")
    if out is None:
        sys.stdout.write(content)
    else:
        out.write_text(content, encoding="utf-8")
        click.echo(f"{len(rows)} messages written to {out} ({', '.join(_lines(rows))})", err=True)
