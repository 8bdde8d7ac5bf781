"""Amounts of money with their currency, however they are typed: "€1,284.55", "1 284,55 EUR", "128e ft", "1,2 millió forint"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.nlu.folding import fold
from bot.nlu.number_words import great_number_of
from bot.nlu.spans import Span

_CASE = r"(?:-?(?:[aeo]?t|[oa]?s|[aeo]?k(?:at|et)?|[aeo]?m[ae]t|[bn][ae]n|b[oe]l|r[ae]|r[oe]l|t[oe]l|n[ae]k|h[oe]z|[a-z]{0,2}[vrt][ae]l|ig|[ei]rt|n[ae]l|j?[ae]|nyi))?"
_CURRENCIES: tuple[tuple[str, str], ...] = (
    (rf"ft{_CASE}|forints?{_CASE}|huf{_CASE}", "HUF"),
    (rf"€|eur{_CASE}|euros?{_CASE}|euro{_CASE}", "EUR"),
    (rf"\$|usd{_CASE}|(?:us\s)?dollars?{_CASE}|dollar{_CASE}", "USD"),
    (rf"£|gbp{_CASE}|pounds?|font{_CASE}", "GBP"),
    (rf"chf{_CASE}|frank{_CASE}|francs?", "CHF"),
    (rf"czk{_CASE}", "CZK"),
    (rf"pln{_CASE}", "PLN"),
    (rf"ron{_CASE}|lej{_CASE}", "RON"),
)
_NAMED = re.compile("|".join(f"(?P<c{place}>{pattern})" for place, (pattern, _) in enumerate(_CURRENCIES)))
_AFTER = rf"(?:{'|'.join(pattern for pattern, _ in _CURRENCIES)})"
_BEFORE = r"(?:€|\$|£|eur|huf|usd|gbp|chf)"
_TIMES = {"e": 1_000, "k": 1_000, "ezer": 1_000, "thousand": 1_000, "m": 1_000_000, "mio": 1_000_000, "mill": 1_000_000}
_GREAT = r"(?:ezer|ezret|thousand|millio[a-z]{0,2}|million|mill?\.?|mio|e|k|m)"
_DIGITS = r"(?:[0-9]{1,3}(?:[ .,'][0-9]{3})+(?![0-9])(?:[.,][0-9]{1,2}(?![0-9]))?|[0-9]+(?:[.,][0-9]+)?)"
_LEFT = r"(?<![^\W_])(?<![^\W_][-/.,])(?<![0-9]\s[-/])(?<!#)"
_END = r"(?![^\W_])"
_PATTERN = re.compile(
    rf"{_LEFT}(?P<before>{_BEFORE})\s?(?P<a>{_DIGITS})(?:\s?(?P<ga>{_GREAT}){_END})?(?![0-9])"
    rf"|{_LEFT}(?P<b>{_DIGITS})\s?(?:-\s?)?(?P<gb>{_GREAT})?\s?(?:[.,]-\s?)?(?P<after>{_AFTER}){_END}"
    rf"|{_LEFT}(?P<c>(?=[0-9. ]{{3}}){_DIGITS})(?:,-|\.-)(?![^\W_])"
    rf"|{_LEFT}(?P<d>[0-9]+(?:[.,][0-9]+)?)\s?(?P<gd>ezer|ezret|millio[a-z]{{0,2}}|milliot){_END}(?!\s+(?:[a-z]+))(?!\s?[0-9])"
    rf"|{_LEFT}(?P<e>[0-9]+(?:[.,][0-9]+)?)\s?(?P<ge>ezret|milliot){_END}"
)
# A bare currency sign or word after words: "százötvenezer forint", "five hundred euros".
_IN_WORDS = re.compile(
    rf"(?<![^\W_])(?P<words>(?:[a-z-]{{2,40}}\s+){{1,3}})(?P<currency>forints?{_CASE}|ft{_CASE}|euros?{_CASE}|eur{_CASE}|dollars?)(?![^\W_])"
)
_HALVES = {"fel": Decimal("0.5"), "masfel": Decimal("1.5"), "ketesfel": Decimal("2.5")}
_HALF = re.compile(rf"{_LEFT}(?P<half>fel|masfel)\s?millio[a-z]{{0,2}}(?:\s+(?P<currency>{_AFTER}))?{_END}")


def _currency(typed: str) -> str:
    match = _NAMED.fullmatch(typed)
    assert match is not None
    return _CURRENCIES[int((match.lastgroup or "c0")[1:])][1]


def _decimal(typed: str) -> Decimal:
    """Return the number: the last sign is a decimal one when one or two digits follow it, or when nothing groups by thousands."""
    plain = typed.replace(" ", "").replace("'", "")
    place = max(plain.rfind("."), plain.rfind(","))
    decimals = len(plain) - place - 1
    if place >= 0 and (decimals != 3 or plain.startswith("0")):
        whole = plain[:place].replace(".", "").replace(",", "")
        return Decimal(f"{whole or '0'}.{plain[place + 1 :]}")
    return Decimal(plain.replace(".", "").replace(",", ""))


def _times(word: str | None) -> int:
    if not word:
        return 1
    plain = word.rstrip(".")
    if plain.startswith(("mill", "mil")):
        return 1_000_000
    return _TIMES.get(plain, 1_000)


def _value(number: Decimal, times: int, currency: str) -> str:
    # "1.2 million" is 1200000, while "10.50" keeps its cents as typed.
    worth = number * times
    plain = (
        f"{worth.to_integral_value():f}"
        if worth == worth.to_integral_value() and (times > 1 or number.as_tuple().exponent == 0)
        else f"{worth:f}"
    )
    return f"{plain} {currency}"


def _in_digits(folded: str) -> Iterator[Span]:
    for match in _PATTERN.finditer(folded):
        name = next(name for name in "abcde" if match[name])
        great = match.groupdict().get(f"g{name}")
        currency = _currency(match["before"] or match["after"]) if name in "ab" else "HUF"
        end = match.end()
        yield Span(match.start(), end, "amount", _value(_decimal(match[name]), _times(great), currency))


def _in_words(folded: str) -> Iterator[Span]:
    for match in _HALF.finditer(folded):
        yield Span(*match.span(), "amount", _value(_HALVES[match["half"]], 1_000_000, _currency(match["currency"] or "ft")))
    for match in _IN_WORDS.finditer(folded):
        words = list(re.finditer(r"[a-z-]+", match["words"]))
        # As many words before the currency as make one number.
        for first in range(len(words)):
            start = match.start("words") + words[first].start()
            value = great_number_of(folded[start : match.start("currency")].strip())
            if value is not None and not (value == 1 and words[first].group() == "egy"):
                yield Span(start, match.end(), "amount", _value(Decimal(value), 1, _currency(match["currency"])))
                break


def find_amounts(text: str) -> tuple[Span, ...]:
    """Return the amounts of money in a message.

    A number counts when a currency stands with it, when it is written as forints are ("88.400,-") or in Hungarian thousands and
    millions ("150 ezret"), which are forints.

    Args:
        text: The message as typed.

    Returns:
        Spans of the entity ``amount`` whose value is a plain decimal number and an ISO 4217 code, such as ``1284.55 EUR``, in reading
        order, not overlapping; may be empty.
    """
    folded = fold(text)
    kept: list[Span] = []
    for span in sorted((*_in_digits(folded), *_in_words(folded)), key=lambda one: (one.start - one.end, one.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.start))
