"""Tax numbers: Hungarian ones (8-1-2 digits, of groups too) and the VAT numbers of the member states of the European Union."""

from __future__ import annotations

import re

from bot.nlu.folding import fold
from bot.nlu.spans import Span

_SIGN = r"[ .-]?"


def _digits(count: int | str) -> str:
    """Return the expression of ``count`` digits ("8,10": eight to ten) that blanks, dots or dashes may part."""
    low, _, high = str(count).partition(",")
    repeats = f"{{{int(low) - 1},{int(high) - 1}}}" if high else f"{{{int(low) - 1}}}"
    return rf"[0-9](?:{_SIGN}[0-9]){repeats}"


# Source: European Commission, VIES, structure of VAT identification numbers. Northern Ireland is XI, Greece EL.
_MEMBERS: dict[str, str] = {
    "at": rf"u{_SIGN}{_digits(8)}",
    "be": _digits(10),
    "bg": _digits("9,10"),
    "cy": rf"{_digits(8)}{_SIGN}[a-z]",
    "cz": _digits("8,10"),
    "de": _digits(9),
    "dk": _digits(8),
    "ee": _digits(9),
    "el": _digits(9),
    "es": rf"(?:[a-z]{_SIGN}{_digits(7)}{_SIGN}[0-9a-z]|{_digits(8)}{_SIGN}[a-z])",
    "fi": _digits(8),
    "fr": rf"[0-9a-z]{{2}}{_SIGN}{_digits(9)}",
    "hr": _digits(11),
    "hu": _digits(8),
    "ie": rf"[0-9]{_SIGN}[0-9a-z+*]{_SIGN}{_digits(5)}{_SIGN}[a-z]{{1,2}}",
    "it": _digits(11),
    "lt": rf"(?:{_digits(12)}|{_digits(9)})",
    "lu": _digits(8),
    "lv": _digits(11),
    "mt": _digits(8),
    "nl": rf"{_digits(9)}{_SIGN}b{_SIGN}{_digits(2)}",
    "pl": _digits(10),
    "pt": _digits(9),
    "ro": _digits("6,10"),
    "se": _digits(12),
    "si": _digits(8),
    "sk": _digits(10),
    "xi": rf"(?:{_digits(12)}|{_digits(9)})",
}
_LEFT = r"(?<![^\W_])(?<![^\W_][-/])"
_RIGHT = r"(?![0-9])(?![-/.,]?[0-9])(?![ ][0-9]{2})"
_VAT = re.compile(rf"{_LEFT}(?:{'|'.join(rf'{country}{_SIGN}(?:{body})' for country, body in _MEMBERS.items())}){_RIGHT}")
# The ninth digit says how the company is taxed (1-5), the last two where it sits. A check digit that is wrong is the partner's to ask
# about, not a reason to overlook the number.
_HUNGARIAN = re.compile(rf"{_LEFT}(?P<a>[0-9]{{8}})\s?[-/.]\s?(?P<b>[1-5])\s?[-/.]\s?(?P<c>[0-9]{{2}})(?![0-9])(?![-/.,][0-9])")
_CUE = r"(?:adoszam[a-z]{0,6}|tax\s?(?:number|no|id|code|payer\s(?:id|number))|vat\s?(?:number|no|id|reg[a-z]*)?(?:\s(?:number|no))?)"
_CUED = re.compile(
    rf"(?<![^\W_]){_CUE}\b\.?\s*(?:is|az|a|:|=|-|lett|changed\sto)?\s*(?P<a>[0-9]{{8}})\s?[-/.]?\s?(?P<b>[1-5])\s?[-/.]?\s?(?P<c>[0-9]{{2}})(?![0-9])"
)
_INVOICE_BEFORE = re.compile(r"(?:invoice|bill|szamla|bizonylat)[a-z]*\s+(?:(?:number|no|nr|sorszam)[a-z]*\.?\s*)?[#:]?\s*$")


def find_tax_numbers(text: str) -> tuple[Span, ...]:
    """Return the tax numbers of a message.

    Args:
        text: The message as typed.

    Returns:
        Spans of the entity ``tax_number``, in reading order, not overlapping; the value is ``12345678-2-41`` for a Hungarian number
        and capital letters and digits alone for one with the prefix of a country, such as ``ATU12345678``. May be empty.
    """
    folded = fold(text)
    spans: dict[tuple[int, int], Span] = {}
    for pattern in (_HUNGARIAN, _CUED):
        for match in pattern.finditer(folded):
            place = (match.start("a"), match.end("c"))
            spans[place] = Span(*place, "tax_number", f"{match['a']}-{match['b']}-{match['c']}")
    for match in _VAT.finditer(folded):
        # An invoice numbered "SI20260117" says that it is one.
        if not _INVOICE_BEFORE.search(folded[max(0, match.start() - 30) : match.start()]):
            spans[match.span()] = Span(*match.span(), "tax_number", re.sub(r"[^0-9a-z+*]", "", match.group()).upper())
    kept: list[Span] = []
    for span in sorted(spans.values(), key=lambda one: (one.start - one.end, one.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.start))
