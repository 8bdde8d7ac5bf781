"""Payment cards and bank accounts that people type into a chat: taken out of a text before anything of it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

CARD, CVC, IBAN, ACCOUNT = "card", "cvc", "iban", "account"
_KINDS = (CARD, CVC, IBAN, ACCOUNT)

_SIGN = r"[\s.\u00ad\u2010-\u2015\u2212-]"
# First digits and lengths of the card schemes. Source: ISO/IEC 7812 and the published ranges of the schemes.
_SCHEMES: tuple[tuple[re.Pattern[str], frozenset[int]], ...] = (
    (re.compile(r"4"), frozenset({13, 16, 19})),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), frozenset({16})),
    (re.compile(r"3[47]"), frozenset({15})),
    (re.compile(r"30[0-5]|3095|3[689]"), frozenset({14, 15, 16, 17, 18, 19})),
    (re.compile(r"6011|64[4-9]|65|62|81|35(?:2[89]|[3-8])|220[0-4]|9792|60|508"), frozenset({16, 17, 18, 19})),
    (re.compile(r"50|5[6-9]|6[0-9]"), frozenset(range(13, 20))),
)
_SHORTEST, _LONGEST = 13, 19
_RUN = re.compile(rf"[0-9](?:{_SIGN}{{0,3}}[0-9]){{{_SHORTEST - 1},}}")
_GROUP = re.compile(r"[0-9]+")
_IS = r"\s{0,3}(?:is|az?|:|=|-|\()?\s{0,3}"
_CODE = r"(?P<code>[0-9]{3,4})(?![0-9])"
_CVC = re.compile(
    rf"(?<![^\W\d_])(?P<cue>(?:cvc2?|cvv2?|cvn|cid)[-\s]?(?:k[oó]d\w{{0,3}}|code|number|sz[aá]m\w{{0,3}})?{_IS}){_CODE}",
    re.IGNORECASE,
)
_CODE_NAMED = re.compile(
    r"(?<![^\W\d_])(?P<cue>(?:(?:security|verification)\s(?:code|number)|biztons[aá]gi\sk[oó]d\w{0,3}|ellen[oő]rz[oő]\sk[oó]d\w{0,3})"
    rf"{_IS}){_CODE}",
    re.IGNORECASE,
)
_EXPIRY = r"(?:[\s,;]{0,4}(?:exp\w{0,8}|valid\w{0,8}|lej[aá]r\w{0,6}|[eé]rv[eé]ny\w{0,6})?[\s.:]{0,3}[0-9]{2}\s?/\s?(?:20)?[0-9]{2})"
_STARS = "**** **** **** "
# Dots, not stars: a masked code next to other signs must never look like a masked card.
_CODE_MASK = "•••"
_CODE_AFTER_CARD = re.compile(rf"(?P<cue>{re.escape(_STARS)}[0-9]{{4}}{_EXPIRY}?[\s,;/]{{1,3}}){_CODE}(?!{_SIGN}[0-9])", re.IGNORECASE)

# Length of an IBAN by country. Source: SWIFT IBAN Registry.
_IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "FO", "GL", "NL", "SD", "FK"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "XK", "MN"), 20),
    **dict.fromkeys(("CH", "CR", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "OM", "SO", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "NI", "PL", "SV"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU"), 30),
    **dict.fromkeys(("MT", "SC"), 31),
    **dict.fromkeys(("LC",), 32),
    **dict.fromkeys(("RU",), 33),
}
_IBAN_START = re.compile(rf"(?:{'|'.join(sorted(_IBAN_LENGTHS))}){_SIGN}{{0,2}}[0-9]{_SIGN}{{0,2}}[0-9]", re.IGNORECASE)
_MOST_SIGNS = 3
# Hungarian accounts: two or three groups of eight, parted by a dash or blank, or all digits after the word for an account.
_EIGHTS = re.compile(rf"(?<![0-9])[0-9]{{8}}(?:{_SIGN}{{1,3}}[0-9]{{8}})+(?![0-9])")
_ACCOUNT_NAMED = re.compile(
    rf"(?<![^\W_])(?:(?:bank)?sz[aá]mlasz[aá]m|banksz[aá]ml|account|acct|giro)[^\W_]{{0,6}}[^0-9\n*]{{0,25}}(?P<number>[0-9](?:{_SIGN}{{0,3}}[0-9]){{15,23}})(?![0-9])",
    re.IGNORECASE,
)
_WEIGHTS = (9, 7, 3, 1)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without the numbers of cards and accounts.

    Attributes:
        text: The text; of each number the last four digits are left.
        kinds: What was masked, of ``card``, ``cvc``, ``iban`` and ``account``, each once and in this order; empty when nothing was.
    """

    text: str
    kinds: tuple[str, ...]


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def _is_luhn(digits: str) -> bool:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _is_card(digits: str) -> bool:
    return any(len(digits) in lengths and prefix.match(digits) for prefix, lengths in _SCHEMES) and _is_luhn(digits)


def _card_at(groups: list[tuple[int, int, str]], first: int) -> int | None:
    """Return the index of the last group of the card that begins with group ``first``, or None when none does.

    A card of sixteen digits is preferred to a longer one: what follows it may be its security code.
    """
    digits, ends = "", {}
    for place in range(first, len(groups)):
        digits += groups[place][2]
        if len(digits) > _LONGEST:
            break
        if len(digits) >= _SHORTEST and _is_card(digits):
            ends[len(digits)] = place
    return ends.get(16, max(ends.values(), default=None))


def _cards(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the places of card numbers with what stands for each."""
    for run in _RUN.finditer(text):
        groups = [(run.start() + match.start(), run.start() + match.end(), match.group()) for match in _GROUP.finditer(run.group())]
        # "+36 30 …" is a telephone number, whatever its digits add up to.
        first = 1 if run.start() and text[run.start() - 1] == "+" else 0
        while first < len(groups):
            last = _card_at(groups, first)
            if last is None:
                first += 1
                continue
            kept = "".join(group for _, _, group in groups[first : last + 1])[-4:]
            yield groups[first][0], groups[last][1], _STARS + kept
            # What is kept could begin another number, and would when the text is read again.
            groups[last] = (groups[last][1], groups[last][1], kept)
            first = last


def _iban_at(text: str, start: int) -> tuple[int, str] | None:
    """Return the end and the plain form of the valid IBAN that begins at ``start``, or None when none does."""
    length = _IBAN_LENGTHS[text[start : start + 2].upper()]
    plain, place, signs = "", start, 0
    while place < len(text) and len(plain) < length:
        character = text[place]
        if character.isascii() and character.isalnum():
            plain, signs = plain + character.upper(), 0
        elif signs < _MOST_SIGNS and re.fullmatch(_SIGN, character):
            signs += 1
        else:
            return None
        place += 1
    if len(plain) < length or (place < len(text) and text[place] in "0123456789"):
        return None
    number = "".join(str(int(character, 36)) for character in plain[4:] + plain[:4])
    return (place, plain) if int(number) % 97 == 1 else None


def _ibans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the places of IBANs with their plain form."""
    end = 0
    for match in _IBAN_START.finditer(text):
        found = _iban_at(text, match.start()) if match.start() >= end else None
        if found:
            end = found[0]
            yield match.start(), end, found[1]


def _is_account(digits: str) -> bool:
    """Tell whether both parts of a Hungarian account number agree with their check digits. Source: MNB, GIRO account numbers."""
    parts = (digits[:8], digits[8:])
    return any(character != "0" for character in digits) and all(
        sum(int(digit) * _WEIGHTS[place % 4] for place, digit in enumerate(part)) % 10 == 0 for part in parts
    )


def _accounts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the places of Hungarian account numbers with their digits."""
    for run in _EIGHTS.finditer(text):
        groups = [(run.start() + match.start(), run.start() + match.end(), match.group()) for match in _GROUP.finditer(run.group())]
        first = 0
        while first < len(groups):
            for count in (3, 2):
                window = groups[first : first + count]
                digits = "".join(group for _, _, group in window)
                if len(window) == count and _is_account(digits):
                    yield window[0][0], window[-1][1], digits
                    first += count - 1
                    break
            first += 1
    for match in _ACCOUNT_NAMED.finditer(text):
        digits = _digits(match["number"])
        if len(digits) in (16, 24) and _is_account(digits):
            yield *match.span("number"), digits


def _replaced(text: str, places: Iterator[tuple[int, int, str]], written: Callable[[str], str]) -> tuple[str, bool]:
    """Return the text with each place replaced, and whether there was one; of two that overlap the first stands."""
    parts: list[str] = []
    end = 0
    for start, stop, found in sorted(places):
        if start >= end:
            parts += [text[end:start], written(found)]
            end = stop
    return "".join([*parts, text[end:]]), bool(parts)


def _cards_masked(text: str) -> tuple[str, bool]:
    parts: list[str] = []
    end = 0
    for start, stop, stars in _cards(text):
        # A card that begins with the kept digits of the one before is written over them.
        if start == end and parts:
            parts[-1] = parts[-1][:-4] + stars
        else:
            parts += [text[end:start], stars]
        end = stop
    return "".join([*parts, text[end:]]), bool(parts)


def _codes_masked(text: str, *, beside_card: bool) -> tuple[str, bool]:
    found = False
    for pattern in (_CVC, _CODE_AFTER_CARD, _CODE_NAMED) if beside_card else (_CVC,):
        text, count = pattern.subn(rf"\g<cue>{_CODE_MASK}", text)
        found = found or count > 0
    return text, found


def _mask_part(text: str, kinds: set[str]) -> str:
    text, found = _replaced(text, _ibans(text), lambda plain: f"{plain[:2]}** **** **** {plain[-4:]}")
    kinds.update({IBAN} if found else ())
    text, found = _replaced(text, _accounts(text), lambda digits: f"********-****{digits[-4:]}")
    kinds.update({ACCOUNT} if found else ())
    text, found = _cards_masked(text)
    kinds.update({CARD} if found else ())
    text, found = _codes_masked(text, beside_card=_STARS in text)
    kinds.update({CVC} if found else ())
    return text


def _allowed_places(text: str, ibans: set[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of the allowed IBANs, and of the Hungarian account numbers that they are made of."""
    if ibans:
        # A number of sixteen digits is filled with zeros in its IBAN.
        numbers = {iban[4:] for iban in ibans}
        yield from ((start, end) for start, end, iban in _ibans(text) if iban in ibans)
        yield from ((start, end) for start, end, digits in _accounts(text) if digits.ljust(24, "0") in numbers)


def mask(text: str, allowed: frozenset[str] = frozenset()) -> Masked:
    """Return ``text`` with payment card numbers, their security codes, IBANs and Hungarian bank accounts masked.

    Only numbers that pass their own check (Luhn and a scheme's first digits and length, mod 97, the check digits of GIRO) are masked,
    however they are spaced; invoice, customer, tax and telephone numbers stay. A masked text comes back as it is. The time taken
    grows with the length of the text.

    Args:
        text: What somebody typed; any length.
        allowed: IBANs that may be shown, the partner's own, in any spelling; the Hungarian account numbers in them may be shown too.
    """
    plain = {re.sub(r"[^0-9A-Z]", "", iban.upper()) for iban in allowed}
    kinds: set[str] = set()
    parts: list[str] = []
    end = 0
    for start, stop in sorted(_allowed_places(text, plain)):
        if start >= end:
            parts += [_mask_part(text[end:start], kinds), text[start:stop]]
            end = stop
    parts.append(_mask_part(text[end:], kinds))
    return Masked("".join(parts), tuple(kind for kind in _KINDS if kind in kinds))


_MASKED = re.compile(r"(?:\b[A-Z]{2})?(?:\*{4,}[ -]?)+[0-9]{4}(?![0-9])|[\w/]*•••")


def masked_places(text: str) -> tuple[tuple[int, int], ...]:
    """Return where in a text that ``mask`` has been over the rests of numbers stand: first and last position (exclusive), in order."""
    return tuple(match.span() for match in _MASKED.finditer(text))


def without_masked(text: str) -> str:
    """Return a text that ``mask`` has been over without what it left of numbers, for saying it back to whoever typed it."""
    return " ".join(_MASKED.sub("", text).split())
