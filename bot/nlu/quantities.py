"""How many licences, seats or users: numbers that count them, or that stand alone as an answer; never prices, dates or invoice numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from bot.nlu.folding import fold
from bot.nlu.number_words import Number, find_numbers
from bot.nlu.spans import Span

_PRODUCT_WORD = (
    r"(?:[aefg][1-7]|m365|o365|365|microsoft|ms|office|business|biznisz|basic|standard|premium|prem|pro|power|bi|copilot|visio|project|plan"
    r"|exchange|online|teams|dynamics|azure|entra|id|p[12]|apps|intune|defender|windows|sharepoint|onedrive|frontline)(?:-?(?:s|[aeo]?t|[bn][ae]n|b[oe]l|r[ae]|hoz))?"
)
_FILLER = (
    rf"(?:more|extra|additional|new|further|other|active|inactive|unused|idle|paid|annual|monthly|yearly|of|the|our|these|those|my|user|full"
    rf"|uj|tovabbi|plusz|db|darab|meg|tobb|aktiv|felesleges|szabad|eves|havi|ilyen|olyan|(?<=plan )[1-5]|\(?plan|\)|{_PRODUCT_WORD})"
)
_UNIT = (
    r"(?:licen[cs][a-z]{0,10}|lic\b|seats?|users?|user[a-z]{0,6}|mailbox(?:es)?|accounts?|pcs|pieces?|workplaces?"
    r"|felhasznalo[a-z]{0,8}|hely(?:et|re|hez|lyel|rol|jel|ek|eket|unk)?|szek(?:et)?|postafiok[a-z]{0,6}|fiok(?:ot|kal|ra|hoz)?"
    r"|db|darab[a-z]{0,4}|fo|fos|fo(?:re|rol|vel|nek|ig|t|hoz|nyi)|users?)"
)
_PEOPLE = r"(?:people|colleagues?|employees?|staff|workers?|hires?|joiners?|starters?|kolleg[a-z]{0,2}n[ae]k|munkatars[a-z]{0,2}n[ae]k|ember(?:nek|re|rol|ig)|fonek|dolgozo(?:nak|ra|knak)|diaknak|tanarnak)"
_AFTER_UNIT = re.compile(rf"-?(?:\s*{_FILLER}(?![^\W_])){{0,6}}\s*-?{_UNIT}(?![^\W_])")
# Of these one has several seats, so that they count only where more or fewer are asked for.
_AFTER_SUBSCRIPTION = re.compile(rf"(?:\s+{_FILLER}){{0,4}}\s+(?:subscriptions?|elofizetes[a-z]{{0,6}})(?![^\W_])")
_AFTER_OF = re.compile(rf"\s+of\s+(?:the|our|these|those|my)?\s*[0-9a-z]+(?:\s+{_FILLER}){{0,4}}\s+{_UNIT}(?![^\W_])")
_AFTER_PEOPLE = re.compile(rf"(?:\s+(?:new|more|extra|uj|tovabbi))?\s+{_PEOPLE}(?![^\W_])")
# "For 3 people", "4 of them", "Visio 20 kellene": what is counted has been said before.
_FOR = re.compile(r"(?<![^\W_])(?:for|about|around|only|just|roughly)\s+(?:all\s+|the\s+|our\s+|about\s+|only\s+|just\s+)*$")
_OF_THEM = re.compile(r"\s+of\s+(?:them|those|these|the\s+(?:seats|users|licen[cs]es))(?![^\W_])|\s+kozuluk(?![^\W_])")
_TAKEN_BACK = re.compile(r"cancel|remov|drop|return|reduc|delet|need|use|unused|add|keep|assign|lemond|torol|torl|kell|hasznal|lead")
_PRODUCT_BEFORE = re.compile(
    rf"(?<![^\W_])(?:{_PRODUCT_WORD}|(?<=plan )[1-5])[a-z]{{0,4}}(?:-[a-z]{{1,4}})?\s*[,:]?\s+(?:meg\s+|csak\s+|kb\.?\s+|plusz\s+)?$"
)
_OUT_OF_PRODUCT = re.compile(
    rf"(?<![^\W_])(?:{_PRODUCT_WORD}|sztenderd|sztandard|bezik|(?<=plan )[1-5])[a-z]{{0,2}}-?b[oe]l\s+(?:meg\s+|csak\s+|plusz\s+)?$"
)
_ENDED = re.compile(r"\s*(?:$|[.,;!?])")
_PAPERS = re.compile(r"invoice|(?<![^\W_])bill|ticket|cop(?:y|ies)|reminder|payment|mail|szaml|szla|jegy")
_WISHED = re.compile(
    r"(?:-?[aeo]?t)?\s+(?:db\s+|darab\s+)?(?:kene|kellene|kell|lenne|kerunk|kerek|kernek|kernenk|szeretn\w+|needed|please|pls)(?![^\W_])"
)
_AFTER_PRODUCT = re.compile(
    r"(?:-?\s*(?:db|x|more|extra|new|uj|additional|tovabbi))?\s+(?:microsoft\s+|office\s+|ms\s+)?(?:[ef][135]|business\s+(?:basic|standard|premium|prem)|copilot"
    r"|visio|project\s+plan|power\s+bi|exchange\s+online|m365|o365|office\s+365|defender|intune)(?![0-9])"
)
_SEATS = re.compile(
    rf"(?<![^\W_])(?:{_UNIT}(?![^\W_])|licen|seat|felhaszn|elofiz|copilot|visio|[ef][135]|business\s|power\s?bi|exchange|m365|o365|teams|office"
    r"|quantity|mennyiseg|reduc|increas|decreas|rais|lower|upgrade|downgrade|expand|emel|csokkent|bovit|novel|modosit|valtoztat)"
)
_PRICE = re.compile(r"(?<![^\W_])(?:ar\b|ara[kt]?\b|arat|dij|price|fee|cost|hiv|call|ora\b|orakor|o'clock|koltseg)")
_MORE = r"(?:\s+(?:more|extra|additional|further))?"
_BARE = re.compile(
    rf"{_MORE}\s*(?:$|[.,;!?)]|(?:please|pls|plz|thanks|thx|now|of\s(?:them|those|these|us)|instead|from|for|on\s+top|starting|and|in\s+total|total|altogether"
    r"|then|left|will|would|is|are|as|plus)(?![^\W_]))"
)
_BARE_HU = re.compile(
    r"(?:-?(?:[aeo]?t))?\s*(?:$|[.,;!?)]|(?:kell|kellene|kene|lenne|legyen|kerunk|kerek|kernek|kernenk|szeretn\w+|is|koszi|koszonom|db|darab|vagy|es|jo|eleg"
    r"|van|maradjon|marad|maradna|hozza|lemond\w+|le\b)(?![^\W_]))"
)
_ASKED = re.compile(
    r"(?<![^\W_])(?:add|adding|plus|extra|another|remov(?:e|ing)|take\s+off|give\s+up|scrap|release|drop|cancel|return|minus|buy|(?<!for )(?<!the )(?<!our )(?<!my )order|want|take|keep|need|get"
    r"|(?:reduce|increase|lower|raise|change|set|cut|bring|move|go|make|down|up|back)(?:\s+(?:it|that|them|this|us|down|up|back|seats|licen[cs]es|users)){0,2}\s+(?:to|by)"
    r"|(?:up|down|back)\s+to|make\s+(?:it|that)|let's\s+say|only(?:\s+(?:have|need|want|use|keep))?|just|total\s+of|becomes?"
    r"|meg|plusz|minusz|tovabbi|ujabb|csak|legyen|osszesen|vegyunk|adjanak|hozza|kerunk|kernenk|kerek|kernek|kell|kellene|szeretnenk|szeretnek|rendeljunk"
    r"|rendelnenk|vegyenek\s+le|toroljenek|mondjuk|eleg|elegendo)\s+(?:hozza\s+|meg\s+|csak\s+|vagy\s+|kb\.?\s+|a\s+further\s+|another\s+|about\s+)?$"
)
_SIGNED = re.compile(r"(?:^|[\s(])\+\s?$")
_REQUEST_HU = re.compile(
    r"ker(?:ek|nek|nenk|unk|em|juk|nem|nok)\b|szeretn|kell|vegy|adj|rendel|lemond|torol|torl|hozza|novel|level|elveg|legyen|eleg|maradjon|meg\b|vissza|lead"
)
_THING_HU = re.compile(r"szaml|szla|level|jegy|bejelent|emil|e-?mail|utalas|kerdes|napot|honap|oldal|masolat|peldany")
_CHANGE_HU = re.compile(r"csokkent|emel|novel|bovit|modosit|valtoztat|menj|allit|levi[sn]|level|felv[ie]|le\b|fel\b|visszave")
_OFF = re.compile(r"(?:\s(?:fo|felhasznalo|licenc|user|darab|szek|hely|ember)[a-z]{0,3})?-?r[oe]l\s")
_MORE_AFTER = re.compile(r"\s+(?:more|extra|additional|tovabbi|plusz)(?![^\W_])")
_TAKEN_AFTER = re.compile(r"-[aeo]?t(?![^\W_])")
_TWO_BEFORE = re.compile(r"(?:egy|ket|harom)\s+$")
_OFF_OR_ON = re.compile(r"\s+(?:vegy|torol|lemond|visszamond|adj|hozza|rendel)")
_ONTO = re.compile(r"-?r[ae](?![^\W_])")
_TO = re.compile(r"\s*(?:to|->|→|=>|instead\s+of|rather\s+than|helyett(?:\s+(?:mar|csak|most|inkabb|legyen)){0,3})\s*$")
_NOT_AFTER = re.compile(
    r"\s?(?:%|€|\$|£|ft\b|forint|huf|eur|usd|gbp|dollar|ezer|millio|million|thousand|szazalek|perc|ora|nap\b|nap[ijo]|het(?:[aei][a-z]{0,3}|ig)?\b|honap|ev\b|eve|day|week|month|year"
    r"|hour|minute|gb\b|tb\b|am\b|pm\b|st\b|nd\b|rd\b|th\b|/)"
)
_NOT_BEFORE = re.compile(
    r"(?:#\s?|€\s?|\$\s?|(?:plan|office|windows|invoice|bill|ticket|no\.?|nr\.?|number|page|floor|error|case|szamla|szamlaszam|hiba|verzio|version|q|eur|huf|usd)\s+(?:is\s+)?)$"
)
_LEAD = (
    r"(?:(?:ok|oke|okay|yes|yep|igen|just|only|csak|about|legyen|let's\s+say|mondjuk|kb\.?|akkor|well|make\s+it|say|hmm|az|a|the|that's|it's|total(?:\s+of)?|osszesen|need"
    r"|we\s+need|i\s+need|we\s+want|kell|meg|plusz|plus|inkabb|actually)[\s,.:!]+){0,3}"
)
_TRAIL = (
    r"(?:[\s,]*(?:more|extra|please|pls|plz|thanks|thank\s+you|thx|kerek|kernek|kernenk|kerunk|kell|kellene|kene|koszi|koszonom|lesz|legyen|db|darab|would\s+do|would\s+be"
    r"\s+(?:fine|enough)|is\s+(?:enough|fine)|will\s+do|lenne|jo\s+lesz|eleg(?:\s+lesz)?|szeretnek|szeretnenk|total|in\s+total|altogether|osszesen|for\s+now|then))*[\s.!?]*"
)
_LEAD_ALONE = re.compile(rf"\s*{_LEAD}")
_TRAIL_ALONE = re.compile(rf"(?:-?[aeo]?t)?{_TRAIL}")
_MONEY = re.compile(r"paid|payin|overpa|transfer|\bsent|refund|amount|utal|fizet|osszeg|visszater|due\s+date")
_WANTED = re.compile(r"need|want|order|buy|upgrade|downgrade|move|switch|add|kell|kene|ker|rendel|vasarol|licen")
_NOT_ASKED_BEFORE = re.compile(r"(?:are|have|says|vagyunk|left|joined)\s+$")
_MOST = 99_999
_MOST_NUMBERS = 60
_LONGEST_ALONE = 80


@dataclass(frozen=True)
class _Message:
    """A folded message with what is asked of it for every number in it."""

    folded: str

    @cached_property
    def seats(self) -> bool:
        return bool(_SEATS.search(self.folded))

    @cached_property
    def money(self) -> bool:
        return bool(_MONEY.search(self.folded))

    @cached_property
    def price(self) -> bool:
        return bool(_PRICE.search(self.folded))

    @cached_property
    def wanted(self) -> bool:
        return bool(_WANTED.search(self.folded))

    @cached_property
    def of_things(self) -> bool:
        return bool(_THING_HU.search(self.folded))

    @cached_property
    def requested(self) -> bool:
        return bool(_REQUEST_HU.search(self.folded))

    @cached_property
    def changed(self) -> bool:
        return bool(_CHANGE_HU.search(self.folded))

    def before(self, number: Number) -> str:
        return self.folded[max(0, number.start - 50) : number.start]

    def after(self, number: Number) -> str:
        return self.folded[number.end : number.end + 70]


def _is_one(number: Number) -> bool:
    return number.word in ("one", "egy", "egyet", "a")


def _is_alone(message: _Message, number: Number) -> bool:
    """Tell whether a number is all of the message, but for words such as "please" or "legyen"."""
    if len(message.folded) > _LONGEST_ALONE:
        return False
    before, after = message.folded[: number.start], message.folded[number.end :]
    if _is_one(number) and before.strip():
        return False
    return bool(_LEAD_ALONE.fullmatch(before) and _TRAIL_ALONE.fullmatch(after))


def _counts(message: _Message, number: Number, previous: Number | None) -> bool:
    """Tell whether a number counts seats by what stands before and after it."""
    before, after = message.before(number), message.after(number)
    if _NOT_BEFORE.search(before) or _NOT_AFTER.match(after):
        return False
    asked = bool(_ASKED.search(before) or _SIGNED.search(before)) and (message.seats or not message.money)
    more = bool(_MORE_AFTER.match(after))
    if (asked or more) and _AFTER_SUBSCRIPTION.match(after):
        return True
    if _is_one(number):
        # "How much is one licence" counts nothing; "one more licence" and "még egy" do.
        if number.word == "egyet" and _OFF_OR_ON.match(after) and not message.of_things:
            return True
        return (asked or more) and bool(_AFTER_UNIT.match(after) or (asked and message.seats and _BARE_HU.match(after)))
    if _AFTER_UNIT.match(after) or _AFTER_OF.match(after) or _AFTER_PRODUCT.match(after):
        return True
    if (_FOR.search(before) and message.seats and _AFTER_PEOPLE.match(after)) or (
        _OF_THEM.match(after) and _TAKEN_BACK.search(message.folded)
    ):
        return not message.money and (message.seats or not _PAPERS.search(message.folded))
    if _OUT_OF_PRODUCT.search(before) and _ENDED.match(after):
        return True
    if _PRODUCT_BEFORE.search(before) and _WISHED.match(after):
        return True
    if (more and _BARE.match(after)) or (asked and (_BARE.match(after) or _BARE_HU.match(after))):
        return True
    return _counts_in_context(message, number, previous)


def _counts_in_context(message: _Message, number: Number, previous: Number | None) -> bool:
    """Tell whether a number counts seats by what the whole message is about."""
    after = message.after(number)
    if message.seats and message.wanted and _AFTER_PEOPLE.match(after) and not _NOT_ASKED_BEFORE.search(message.before(number)):
        return True
    if message.price:
        return False
    if previous and message.seats and _TO.search(message.folded[previous.end : number.start]):
        return True
    return not message.of_things and _counts_in_hungarian(message, number, after)


def _counts_in_hungarian(message: _Message, number: Number, after: str) -> bool:
    word = number.word or ""
    if number.is_taken or (not word and _TAKEN_AFTER.match(after)):
        return message.requested and not _TWO_BEFORE.search(message.before(number))
    onto = word.endswith(("ra", "re")) if word else bool(_ONTO.match(after))
    return onto and message.changed


def _is_pair(message: _Message, number: Number, following: Number | None) -> bool:
    """Tell whether a number is the first of "from 10 to 12", "10-ről 12-re", "10 helyett 12"."""
    if following is None or not (message.seats or message.changed) or message.price:
        return False
    if _NOT_AFTER.match(message.after(following)) or _NOT_AFTER.match(message.after(number)):
        return False
    between = message.folded[number.end : following.start]
    off = (number.word or "").endswith(("rol", "bol")) or _OFF.match(between)
    onto = (following.word or "").endswith(("ra", "re")) or _ONTO.match(message.folded, following.end)
    return bool((off and onto) or (len(between) < 30 and _TO.search(between)))


def _can_count(folded: str, number: Number) -> bool:
    is_year = number.word is None and 1900 <= number.value <= 2100
    return 0 < number.value <= _MOST and not is_year and folded[number.start] != "0"


def find_quantities(text: str) -> tuple[Span, ...]:
    """Return the numbers of a message that count licences, seats, users or pieces, or that are all of the message.

    "From 10 to 12" gives both numbers in their order. One alone ("a licence", "egy licenc") counts only where more is asked for.

    Args:
        text: The message as typed.

    Returns:
        Spans of the entity ``quantity`` over the number alone, with its digits as value, in reading order; may be empty.
    """
    message = _Message(fold(text))
    numbers = [number for number in find_numbers(message.folded) if _can_count(message.folded, number)][:_MOST_NUMBERS]
    spans = []
    paired = False
    for place, number in enumerate(numbers):
        previous = numbers[place - 1] if place else None
        opens = _is_pair(message, number, numbers[place + 1] if place + 1 < len(numbers) else None)
        if opens or paired or _is_alone(message, number) or _counts(message, number, previous):
            spans.append(Span(number.start, number.end, "quantity", str(number.value)))
        paired = opens
    return tuple(spans)
