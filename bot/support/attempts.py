"""Attempts to get at what is not the customer's: other people's data, the rules, a borrowed role, card data given before. Pure.

What is found here is refused in a sentence. Nothing depends on it: identity comes from the store, whatever a message says.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.shared.text import fold


class Attempt(StrEnum):
    """What a message tries."""

    OTHERS_DATA = "others_data"
    RULES = "rules"
    ROLE = "role"
    CARD_BACK = "card_back"


_OTHERS = re.compile(
    r"\b(?:all|every|each|other|another|any other|someone else'?s|somebody else'?s)\s(?:of\s)?(?:your\s|the\s|our\s)?"
    r"(?:customer|client|compan(?:y|ie)|tenant|firm)(?:s|'s|s')?\b"
    r"|\b(?:sister|parent|partner|affiliated?) compan(?:y|ies)\b|\bsubsidiar(?:y|ies)\b"
    r"|\b(?:mas|masik|tobbi|osszes|minden|valamennyi)\s(?:\w+\s)?(?:ugyfel|ugyfelek|ceg|cegek|vevo|vevok|partner)\w*"
    r"|\b(?:testver|leany|anya|tars)(?:ceg|vallalat)\w*"
)
_TO_SEE = re.compile(
    r"\b(?:show|list|see|tell|give|check|print|export|read|look up|find out|how much|what (?:do|does|is|are))\b"
    r"|\b(?:mutas|mutat|sorol|listaz|kiad|ki(?:ir|nyomtat)|lathat|latn|megnez|nezz|nezd|add\b|adja|mondja|mennyi|mekkora)\w*"
)
_RULES = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|drop)\b.{0,40}\b(?:instructions?|rules?|prompts?|guidelines?|restrictions?)\b"
    r"|\b(?:developer|debug|god|root|maintenance|unrestricted|jailbreak)[ -]?mode\b|\bsystem prompt\b|\bjailbreak\w*"
    r"|\byour (?:initial |previous |hidden |secret |original |own )?(?:instructions|prompt|programming)\b"
    r"|\b(?:text|rules?|instructions?|prompts?) you (?:were|are|have been) (?:given|configured|set up|programmed)\b"
    r"|^\W*(?:system|assistant|developer|rendszer|asszisztens)\s*:|\n\W*(?:system|assistant|developer)\s*:"
    r"|\b(?:felejts|hagyd|hagyja|mellozd?|kerul|irj|irja|szegd?)\w*.{0,40}\b(?:szabaly|utasitas|korlatozas|eloiras)\w*"
    r"|\b(?:utasitas|szabaly|prompt)\w*\W+(?:kaptal|kapott|adtak|programoztak)\b|\b(?:fejlesztoi|karbantartasi) mod\w*"
)
_ROLE = re.compile(
    r"\b(?:i am|i'?m|this is|speaking as|as)\b.{0,30}\b(?:admin\w*|sysadmin|developers?|operator|employee|auditor|technician|manager)\b"
    r".{0,40}\b(?:your (?:company|team|system|firm|bank|side|bot)|of yours|this (?:bot|system|chat|service))\b"
    r"|\byour (?:own )?(?:admin\w*|developer|employee|colleague|auditor|boss)\b.{0,20}\b(?:speaking|here|writing)\b"
    r"|\b(?:turn|switch|disable|skip|bypass|deactivate)\w*\b.{0,25}\b(?:verification|identification|security|authentication|checks?|checking)\b"
    r"|\b(?:cegu?k|ceguk|onok|nalatok|onoknel|naluk|rendszer|robot|bot|csevego)\w*\b.{0,40}"
    r"\b(?:rendszergazda|admin\w*|fejleszto|uzemelteto|alkalmazott|munkatarsa|kollegaja)\w*.{0,20}\bvagyok\b"
    r"|\b(?:kapcsol|allits|iktas)\w*\s(?:ki|le)\b.{0,25}\b(?:ellenorz|azonosit|biztonsag)\w*"
    r"|\b(?:ellenorz|azonosit)\w*.{0,20}\b(?:kapcsol\w* ki|kikapcsol|kihagy|atugor|mellozz)\w*"
)
_CARD = re.compile(
    r"\b(?:(?:credit |bank )?card (?:number|details|data)|my (?:credit |bank )?card|(?:bank)?kartya(?:szam|adat)\w*|(?:bank)?kartyam\w*)\b"
)
_GIVEN = re.compile(
    r"\b(?:gave|given|typed|entered|sent|wrote|provided|told|stored?|saved?|kept|keep|remember|repeat)\b"
    r"|\b(?:(?:meg|be|ki)?adtam|(?:be|meg|le)?irtam|kuldtem|mondtam|(?:el|meg)?tarol|meg(?:orz|oriz|van)|emleksz|ismetel)\w*"
)
_ASKS_BACK = re.compile(r"\?|\b(?:which|what|repeat|remind|show|tell|read|melyik|milyen|mi volt|mutas|mondja|ismetel|irja|olvas)\w*")


def attempt_in(text: str) -> Attempt | None:
    """Return what ``text`` tries, or None for an ordinary message, which may well speak of administrators, rules and cards."""
    plain = fold(text).replace("’", "'")
    if _RULES.search(plain):
        return Attempt.RULES
    if _ROLE.search(plain):
        return Attempt.ROLE
    if _OTHERS.search(plain) and _TO_SEE.search(plain):
        return Attempt.OTHERS_DATA
    if _CARD.search(plain) and _GIVEN.search(plain) and _ASKS_BACK.search(plain):
        return Attempt.CARD_BACK
    return None
