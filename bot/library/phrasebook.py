"""Every sentence for a customer, read from data/responses/{language}/*.yml (Rasa's ``responses:`` format)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from string import Formatter

import yaml

from bot.conversations.model import Button
from bot.shared.errors import InvalidInput

FALLBACK_LANGUAGE = "en"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KNOWN_KEYS = frozenset({"text", "buttons", "metadata", "id"})


class UnknownPhrase(InvalidInput):
    """No response of that name exists in any language."""


class MissingValue(InvalidInput):
    """A placeholder of the phrase was given no value."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something to say, filled in.

    Attributes:
        language: The language the text is really in; English when the wanted one lacks the phrase.
        understood: False for phrases that tell the customer they were not understood (``metadata: {understood: false}``).
    """

    text: str
    buttons: tuple[Button, ...] = ()
    language: str = FALLBACK_LANGUAGE
    understood: bool = True


@dataclass(frozen=True, slots=True)
class _Variant:
    text: str
    buttons: tuple[Button, ...]
    understood: bool

    @property
    def placeholders(self) -> frozenset[str]:
        templates = [self.text, *(part for button in self.buttons for part in (button.title, button.payload))]
        return frozenset(name for template in templates for name in _fields(template))


class _Values(dict[str, str]):
    """Raises a telling error for a name that is missing."""

    def __init__(self, phrase: str, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self._phrase = phrase

    def __missing__(self, key: str) -> str:
        raise MissingValue(f"{self._phrase} needs a value for {{{key}}}")


class Phrasebook:
    """The responses of all languages, chosen by name and language."""

    def __init__(self, *, folder: Path, phrases: Mapping[str, Mapping[str, tuple[_Variant, ...]]], notes: tuple[str, ...]) -> None:
        """Hold ``phrases`` (language to name to variants); ``notes`` are oddities found while reading. Use ``load``."""
        self.folder = folder
        self._phrases = phrases
        self._notes = notes

    @staticmethod
    def load(folder: Path) -> Phrasebook:
        """Return the book in ``folder`` (one sub-folder a language); read once per process and folder.

        Raises:
            InvalidInput: The folder has no English responses, or a file is not a Rasa responses file.
        """
        return _load(folder.resolve())

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the language codes the book has, sorted."""
        return tuple(sorted(self._phrases))

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the names of all responses, of any language."""
        return frozenset(name for phrases in self._phrases.values() for name in phrases)

    def placeholders(self, name: str) -> frozenset[str]:
        """Return the names of all values the response may need, over its variants and languages.

        Raises:
            UnknownPhrase: There is no such response.
        """
        return frozenset(field for variants in self._by_language(name).values() for variant in variants for field in variant.placeholders)

    def say(self, name: str, language: str, values: Mapping[str, str] | None = None, variant: int = 0) -> Phrase:
        """Return the response ``name`` in ``language`` with ``values`` filled in; in English where it lacks that language.

        Args:
            values: Formatted text by placeholder name; more than needed is fine. Inside a button's payload they
                are escaped for JSON.
            variant: Which wording, counted from 0, modulo how many there are.

        Raises:
            UnknownPhrase: There is no such response.
            MissingValue: A placeholder has no value.
        """
        by_language = self._by_language(name)
        spoken = language if language in by_language else FALLBACK_LANGUAGE if FALLBACK_LANGUAGE in by_language else next(iter(by_language))
        chosen = by_language[spoken][variant % len(by_language[spoken])]
        filled = _Values(name, values or {})
        escaped = (
            _Values(name, {key: json.dumps(value, ensure_ascii=False)[1:-1] for key, value in filled.items()}) if chosen.buttons else filled
        )
        return Phrase(
            text=chosen.text.format_map(filled),
            buttons=tuple(Button(title=b.title.format_map(filled), payload=b.payload.format_map(escaped)) for b in chosen.buttons),
            language=spoken,
            understood=chosen.understood,
        )

    def problems(self) -> tuple[str, ...]:
        """Return one sentence per fault a translator should mend, sorted; empty when the languages agree."""
        found = list(self._notes)
        for name in self.names:
            by_language = self._by_language(name)
            found += [f"{name} is missing in {language!r}" for language in self.languages if language not in by_language]
            found += _differences(name, by_language)
        return tuple(sorted(found))

    def _by_language(self, name: str) -> dict[str, tuple[_Variant, ...]]:
        found = {language: phrases[name] for language, phrases in self._phrases.items() if name in phrases}
        if not found:
            raise UnknownPhrase(f"there is no response {name} in {self.folder}")
        return found


@lru_cache(maxsize=8)
def _load(folder: Path) -> Phrasebook:
    notes: list[str] = []
    phrases: dict[str, dict[str, tuple[_Variant, ...]]] = {}
    for language_folder in sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else ():
        book = phrases.setdefault(language_folder.name, {})
        for path in sorted(language_folder.glob("*.yml")):
            for name, variants in _read(path, notes):
                if name in book:
                    raise InvalidInput(f"{path}: {name} is defined twice in {language_folder.name!r}")
                book[name] = variants
    if not phrases.get(FALLBACK_LANGUAGE):
        raise InvalidInput(f"{folder} has no responses in {FALLBACK_LANGUAGE}/*.yml; every other language falls back on them")
    return Phrasebook(folder=folder, phrases=phrases, notes=tuple(notes))


def _read(path: Path, notes: list[str]) -> Iterable[tuple[str, tuple[_Variant, ...]]]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} is not YAML in UTF-8: {error}") from error
    responses = content.get("responses") if isinstance(content, dict) else None
    if not isinstance(responses, dict):
        raise InvalidInput(f"{path} has no mapping under the key 'responses'")
    for name, variants in responses.items():
        if not isinstance(variants, list) or not variants:
            raise InvalidInput(f"{path}: {name} needs a list with at least one variant")
        yield str(name), tuple(_variant(path, str(name), entry, notes) for entry in variants)


def _variant(path: Path, name: str, entry: object, notes: list[str]) -> _Variant:
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise InvalidInput(f"{path}: each variant of {name} needs a 'text' that is a string")
    notes += [f"{name} in {path.parent.name!r} has the key {key!r}, which is ignored" for key in sorted(set(entry) - _KNOWN_KEYS)]
    buttons = entry.get("buttons") or []
    if not isinstance(buttons, list) or not all(isinstance(b, dict) and {"title", "payload"} <= set(b) for b in buttons):
        raise InvalidInput(f"{path}: the buttons of {name} need a title and a payload each")
    metadata = entry.get("metadata") or {}
    variant = _Variant(
        text=entry["text"].strip(),
        buttons=tuple(Button(title=str(button["title"]), payload=str(button["payload"])) for button in buttons),
        understood=metadata.get("understood", True) is not False if isinstance(metadata, dict) else True,
    )
    try:
        odd = sorted(field for field in variant.placeholders if not _NAME.fullmatch(field))
    except ValueError as error:
        raise InvalidInput(f"{path}: {name} has a brace that is not a placeholder: {error} (write {{{{ for a brace)") from error
    if odd:
        raise InvalidInput(f"{path}: {name} has the placeholder {{{odd[0]}}}; a placeholder is a plain name, and a brace is written twice")
    return variant


def _fields(template: str) -> list[str]:
    """Return the placeholder names of ``template`` in order, with anything that is not a plain ``{name}`` left in to be refused."""
    names = []
    for _, field, form, conversion in Formatter().parse(template):
        if field is not None:
            names.append(field + (f"!{conversion}" if conversion else "") + (f":{form}" if form else ""))
    return names


def _differences(name: str, by_language: Mapping[str, tuple[_Variant, ...]]) -> list[str]:
    found = []
    reference_language = FALLBACK_LANGUAGE if FALLBACK_LANGUAGE in by_language else next(iter(by_language))
    reference = by_language[reference_language]
    for language, variants in by_language.items():
        if language == reference_language:
            continue
        here, there = _union(variants), _union(reference)
        if here != there:
            found.append(f"{name} uses {_listed(here)} in {language!r} but {_listed(there)} in {reference_language!r}")
        if _payloads(variants) != _payloads(reference):
            found.append(f"{name} has other button payloads in {language!r} than in {reference_language!r}")
        if any(v.understood for v in variants) != any(v.understood for v in reference):
            found.append(f"{name} differs in 'understood' between {language!r} and {reference_language!r}")
    return found


def _union(variants: tuple[_Variant, ...]) -> frozenset[str]:
    return frozenset(field for variant in variants for field in variant.placeholders)


def _payloads(variants: tuple[_Variant, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(button.payload for button in variant.buttons) for variant in variants)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "no placeholder"
