"""The words for single days in English and Hungarian, folded, and the regular expressions made of them."""

from __future__ import annotations

from bot.nlu.period_words import END, LEFT, month_names

WEEKDAYS: dict[str, int] = {
    **{name: day for day, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))},
    **{name: day for day, name in enumerate(("hetfo", "kedd", "szerda", "csutortok", "pentek", "szombat", "vasarnap"))},
}
# Short names are words of their own as well ("sat", "sun", "wed"), so they count only after "on", "by" and the like.
WEEKDAYS_SHORT: dict[str, int] = {
    **dict.fromkeys(("mon",), 0),
    **dict.fromkeys(("tue", "tues"), 1),
    **dict.fromkeys(("wed", "weds"), 2),
    **dict.fromkeys(("thu", "thur", "thurs"), 3),
    **dict.fromkeys(("fri",), 4),
    **dict.fromkeys(("sat",), 5),
    **dict.fromkeys(("sun",), 6),
}
# How many days from today.
RELATIVE: dict[str, int] = {
    r"the\s+day\s+after\s+tomorr?ow|day\s+after\s+tomorr?ow": 2,
    r"the\s+day\s+before\s+yesterday|day\s+before\s+yesterday": -2,
    r"tomm?orr?ow(?:'s)?|tmrw|tmr": 1,
    r"yesterday(?:'s)?|yesteday": -1,
    r"today(?:'s)?|tonight|(?:a\s+)?mai\s+nap(?:on|ig|ra)?|ma(?:i|ig|ra)?": 0,
    r"holnaputan(?:i|ra|ig|tol)?": 2,
    r"holnap(?:i|ra|ig|tol)?": 1,
    r"tegnapelott(?:i|rol)?": -2,
    r"tegnap(?:i|rol|tol)?": -1,
}
_ORDINAL_STEMS = (
    "elsej masodik harmadik negyedik otodik hatodik hetedik nyolcadik kilencedik tizedik tizenegyedik tizenkettedik tizenharmadik"
    " tizennegyedik tizenotodik tizenhatodik tizenhetedik tizennyolcadik tizenkilencedik huszadik huszonegyedik huszonkettedik"
    " huszonharmadik huszonnegyedik huszonotodik huszonhatodik huszonhetedik huszonnyolcadik huszonkilencedik harmincadik"
    " harmincegyedik"
)
# "elsején", "tizenötödikéig": the stem before the possessive ending, with its day.
ORDINALS: dict[str, int] = {stem: day for day, stem in enumerate(_ORDINAL_STEMS.split(), start=1)}

_OF_POSSESSIVE = r"(?:n|ig|re|ra|t[oe]l|i|vel|val|t)?"
_ANY_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_HU_DAY = (
    r"(?:(?P<hu>[0-3]?[0-9])(?:\.?-?j?(?:[ae]i?g|[ae]n|[ae]r[ae]|[ae]t[oe]l|[ae]i|[ae]vel|[ae]val)|\.?-?ig|-j?[ae])"
    rf"|(?P<ordinal>{_ANY_ORDINAL})[ae]{_OF_POSSESSIVE})(?![^\W_])"
)
_BEFORE_MONTH = (
    r"(?:(?:(?P<next>next|following|jovo|kovetkezo)|(?P<last>last|previous|mult|elmult|elozo)"
    r"|(?:this|the|current|a|az|e|ez\s+a|ezen\s+a|ennek\s+a|folyo))\s+)"
)
WEEK_BEFORE = (
    r"(?:(?:(?P<next>next\s+week(?:'s)?|jovo\s+het(?:en|i)?|jovo)|(?P<last>last\s+week(?:'s)?|mult\s+het(?:en|i)?|mult|elmult)"
    r"|(?P<this>this\s+week(?:'s)?|ezen\s+a\s+het(?:en|i)?|e\s+heti|a\s+heti)|(?P<coming>this|coming|following|upcoming|ez\s+a|ezen\s+a|most|kovetkezo)"
    r"|(?P<recent>last|past)|(?P<en_next>next))[\s,]+(?:on\s+|a\s+)?)?"
)
WEEK_AFTER = (
    r"(?:[\s,]+(?:of\s+|a\s+|on\s+)?(?:(?P<next_after>next\s+week|jovo\s+het(?:en)?)|(?P<last_after>last\s+week|mult\s+het(?:en)?)"
    r"|(?P<this_after>this\s+week|ezen\s+a\s+het(?:en)?)))?"
)
_DAY_NAME = "|".join(WEEKDAYS)
_DAY_NAME_SHORT = "|".join(sorted(WEEKDAYS_SHORT, key=len, reverse=True))
WEEKDAY = (
    rf"{LEFT}{WEEK_BEFORE}(?:(?P<day>{_DAY_NAME})(?:'s|(?:-?(?:en|on|n|re|ra|ig|t[oe]l|i|r[oe]l)))?|(?P<short>(?:(?<=on )|(?<=by )|(?<=til )"
    rf"|(?<=until )|(?<=next )|(?<=this )|(?<=last ))(?:{_DAY_NAME_SHORT})\.?)){END}{WEEK_AFTER}"
)
HABIT_BEFORE = r"(?:every|each|any|minden|any\s+given)\s+(?:(?:other|second|third|1st|2nd|last|first|masodik|utolso|elso)\s+)?$"
RANGE_BETWEEN = r"\s*(?:-|to|until|till|through|thru|and|es)\s*"

_COUNT = r"(?P<count>[1-9][0-9]?|[a-z]+(?:-[a-z]+)?)"
_DAYS_UNIT = r"(?P<unit>(?:working|business)\s+days?|days?|weeks?|months?|munkanap|nap|het|honap|ho)"
IN_A_WHILE = (
    rf"{LEFT}in\s+{_COUNT}\s+{_DAYS_UNIT}(?:'?s?\s+time)?{END}"
    rf"|{LEFT}(?P<count2>[1-9][0-9]?|[a-z]+(?:-[a-z]+)?)\s+(?P<unit2>days?|weeks?|months?)\s+from\s+(?:now|today){END}"
    rf"|{LEFT}(?P<count3>[1-9][0-9]?|[a-z]+)\s+(?P<unit3>munkanap|nap|het|honap|ho)\s+mulva{END}"
)
A_WHILE_AGO = (
    rf"{LEFT}{_COUNT}\s+(?P<unit>days?|weeks?)\s+(?:ago|back){END}"
    rf"|{LEFT}(?P<count2>[1-9][0-9]?|[a-z]+)\s+(?P<unit2>nap|het)(?:pal|tel)\s+ezelott(?:i|rol)?{END}"
    rf"|{LEFT}(?P<count3>[1-9][0-9]?|[a-z]+)\s+(?P<unit3>nap|het)(?:ja|e)(?=\s(?:\w+\s)?(?:\w{{0,4}})(?:fizett|utalt|kuldt|rendezt|jott|erkezett|irt))"
)

_EN_DAY_NUMBER = r"(?P<en>[0-3]?[0-9])(?:st|nd|rd|th)"
_EN_CUE = r"(?:(?<=on )|(?<=by )|(?<=until )|(?<=till )|(?<=til )|(?<=before )|(?<=from )|(?<=since )|(?<=after )|(?<=of ))"
_NOT_A_THING = (
    r"(?!\s+(?:[a-z]+\s+)?(?:user|licen|seat|time|line|item|invoice|bill|floor|row|distr|person|cent|street|ave|attempt|one\b|remind|page))"
)
DAY_OF_MONTH = (
    rf"{LEFT}(?:(?P<cued>{_EN_CUE}(?:the\s+)?)|the\s+){_EN_DAY_NUMBER}{END}{_NOT_A_THING}"
    r"(?:\s+of\s+(?:(?P<en_next>next|the\s+following)|(?P<en_last>last)|(?:this|the))\s+month(?![^\W_]))?"
    rf"|{LEFT}(?:{_BEFORE_MONTH}(?:ho|honap|havi)\s+)?{_HU_DAY}"
)
_WHICH_UNIT = r"(?P<what>months?|weeks?|years?|quarters?|ho|honap|het|ev|negyedev)"
PART_EN = (
    rf"{LEFT}(?:the\s+(?:very\s+)?)?(?:(?P<end>end)|(?P<begin>beginning|start)|(?P<mid>middle))\s+of\s+(?:the\s+)?"
    rf"(?:(?P<next>next|following)\s+|(?P<last>last|previous)\s+|(?:this|the|current)\s+)?{_WHICH_UNIT}{END}"
    rf"|{LEFT}(?P<end2>month|year|quarter)[\s-]?end(?!ing){END}|{LEFT}(?P<short>eom|eoy|eow){END}|{LEFT}(?P<early>early)\s+next\s+(?P<of>week|month){END}"
)
PART_HU = (
    rf"{LEFT}(?:{_BEFORE_MONTH})?{_WHICH_UNIT}(?:(?<=ho)|\s|(?<=honap))(?:(?P<end>veg)|(?P<begin>elej)|(?P<mid>kozep))"
    rf"(?:en|eig|ere|evel|et[oe]l|e|i|ei|eg)?{END}"
)


def part_of_month() -> str:
    """Return the expression of the beginning, middle or end of a named month; groups ``m1`` and ``m2`` name it."""
    names = "|".join(sorted((*month_names(), "may", "march"), key=len, reverse=True))
    return (
        rf"{LEFT}(?:the\s+)?(?:(?P<end>end)|(?P<begin>beginning|start)|(?P<mid>middle))\s+of\s+(?P<m1>{names}){END}"
        rf"|{LEFT}(?P<m2>{names})\s+(?:(?P<end2>veg)|(?P<begin2>elej)|(?P<mid2>kozep))(?:en|eig|ere|evel|et[oe]l|e|i)?{END}"
        rf"|{LEFT}(?P<mid3>mid)[\s-](?P<m3>{names}){END}"
    )


def month_ordinal() -> str:
    """Return the expression of a Hungarian month with its day in words: "március elsején"; groups ``month`` and ``ordinal``."""
    names = "|".join(sorted(month_names(), key=len, reverse=True))
    return rf"{LEFT}(?P<month>{names})\s+(?P<ordinal>{_ANY_ORDINAL})[ae]{_OF_POSSESSIVE}(?![^\W_])"
