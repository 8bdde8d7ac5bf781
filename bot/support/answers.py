"""What short answers mean while something is being asked: yes and no, giving up, correcting, choosing, asking back. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.shared.text import fold

_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LEAD = (
    r"(?:(?:ok|okay|oh|no|nem|na|well|actually|sorry|bocs(?:anat)?|elnezest|akkor|then|so|hat|jo|please|kerem|inkabb"
    r"|tudja mit|tudod mit|you know what|hm+|ah|de|but|wait|varj(?:on)?|semmi|nothing)\W+){0,3}"
)
_END = (
    r"(?:\W+(?:it|this|that|now|please|thanks|thank you|then|all|for now|az egeszet|ezt|azt|most|inkabb|kerem|koszonom"
    r"|koszi|akkor|meg))*\W*$"
)
_GIVING_UP = re.compile(
    rf"^\W*{_LEAD}(?:forget (?:about )?(?:it|this|that)|never ?mind|nevermind|drop (?:it|this|that)|leave (?:it"
    r"|that)(?: (?:be|as it is|alone))?|scrap (?:it|this|that)"
    r"|stop(?: (?:it|this|that|here))?|abort|quit|i(?:'ve| have)? changed my mind|(?:i )?don'?t (?:want|need) (?:it|this"
    r"|that|to)(?: any ?more)?|no need|let'?s (?:leave|drop|forget) (?:it|this|that)"
    r"|not (?:now|any ?more)|don'?t (?:do it|bother)|hold off|another time|later"
    r"|megse(?:m)?(?: (?:kell|kerem|szeretnem|erdekes))?|hagyj(?:uk|a|ad|anak)?(?: (?:ezt|ezt az egeszet|az egeszet|abba"
    r"|inkabb))?|felejts(?:uk|e|d)(?: (?:el|ezt))*|nem (?:kell|erdekes|fontos|aktualis)(?: mar)?|ne (?:csinalja|csinald"
    r"|rogzitse|kuldje)(?: (?:meg|el))?"
    r"|meggondoltam(?: magam(?:at)?)?|allj|megsem kell|inkabb ne(?:m)?|majd (?:kesobb|maskor)|kesobb"
    rf"|tekintsuk targytalannak|semmi){_END}"
)
_CANCELS_REQUEST = re.compile(
    rf"^\W*{_LEAD}(?:(?:please )?cancel(?: (?:it|this|that|the (?:request|whole thing|process)|my request|everything"
    r"|all of (?:it|this)))?"
    rf"|torolj(?:uk|e|ed)(?: (?:ezt|az egeszet|a kerest|el))?|vissza(?:vonom|mondom)(?: (?:ezt|az egeszet|a kerest))?){_END}"
)
_YES = re.compile(
    r"^\W*(?:yes|yep|yeah|yup|sure|ok(?:ay|e|es)?|correct|right|exactly|of course|absolutely|definitely|confirm(?:ed)?"
    r"|agreed|go ahead|do it|please do|go for it|sounds good|looks good|that'?s (?:right|correct|fine|it)|fine|perfect"
    r"|great|all good|i (?:do|confirm|agree)|record it|send it"
    r"|igen|ja|aha|persze|rendben|jo|jol van|oke|okes|mehet|johet|helyes|stimmel|pontosan|ugy van|igy van|igy jo|jo igy"
    r"|termeszetesen|hogyne|megerositem|jovahagyom|elfogadom|csinalj(?:a|ak|uk|atok)(?: meg)?|rogzits(?:e|uk)|kuldje|kerem"
    r"|legyen|egyetertek|tokeletes|szuper|remek)\b"
)
_NO = re.compile(r"^\W*(?:no|nope|nah|not really|wrong|incorrect|nem|ne|dehogy(?:is)?|rossz|teves|hibas)\b")
_BUT = re.compile(r"\b(?:but|except|however|though|de|csak|viszont|kiveve|hanem)\b")
_CORRECTING = re.compile(
    r"\b(?:i meant?|i mean|meant|rather|instead|make (?:it|that)|correction|not (?:the )?\S+,? but|sorry|should be"
    r"|it'?s actually|actually|change (?:it|that) to|wrong"
    r"|inkabb|hanem|helyett|javitom|javitas|bocsanat|elirtam|rosszul irtam|akartam|mondani|megis|tevedtem|legyen)\b"
    r"|^\W*(?:no|nem|nope)\b"
)
_QUESTION_WORD = re.compile(
    rf"^\W*{_LEAD}(?:(?:and|es|plus|also|btw|by the way|amugy|egyebkent|meg|hi|hello|szia|udv)\W+)?"
    r"(?:what(?:'?s)?|when|where|why|who|whom|whose|which|how|is|are|am|was|were|do(?! it| that| so)|does|did|can|could"
    r"|will|would|should|may|have|has"
    r"|mi(?:k|t|ert|kor|lyen|nek|vel|re|ben|bol|tol|hez)?|mikor(?:ra|ig|tol)?|hol|hova|honnan|hogyan|ki(?:k|t|nek|vel|hez)?"
    r"|mennyi\w*|hany\w*|mely\w*|meddig|miota|lehet(?:ne|seges)?|tud(?:na|nak|ja|od|nad|tok)|van-e|kell-e|milyen)\b"
)
_ASKING = re.compile(r"\b\w+-e\b|\?\s*$")
_REQUEST = re.compile(
    r"\b(?:i(?:'d| would)? (?:want|like|need)|we(?:'d| would)? (?:want|like|need)|please|pls|can you|could you|send|show"
    r"|give me|tell me|list|let me (?:see|know)|cancel|terminate"
    r"|szeretn\w+|kerem|kerek|kernek|kernem|kernenk|kuld\w*|mutas\w*|mutat\w*|adj\w* (?:meg|ki)|mondj\w* (?:meg|el|le)"
    r"|lemond\w*|mondanam le|sorol\w*|listaz\w*)\b"
)
_NOT_KNOWN = re.compile(
    r"\b(?:(?:i )?(?:don'?t|do not) (?:know|remember|have (?:it|one|that))|no idea|not sure|unknown|can'?t (?:say|tell"
    r"|remember)|none|no (?:number|invoice)|n/?a|dunno"
    r"|nem tud(?:om|juk)|fogalmam sincs|nem emleks\w*|nem ismer\w*|nincs(?: meg| ilyen| nalam| szam\w*)?|passz|ismeretlen"
    r"|nem vagyok biztos)\b"
)
_ORDINALS = (
    r"first|1st|elso\w*|egyes\w*",
    r"second|2nd|masodik\w*|kettes\w*",
    r"third|3rd|harmadik\w*|harmas\w*",
    r"fourth|4th|negyedik\w*|negyes\w*",
    r"fifth|5th|otodik\w*|otos\w*",
    r"sixth|6th|hatodik\w*|hatos\w*",
)
_LAST = re.compile(r"\b(?:last(?: one)?|utolso\w*)\b")
_BARE_NUMBER = re.compile(r"^\W*(?:(?:number|no|nr|option|a|az|the)\W+)*(\d{1,2})(?:-?[aeo]?s?t?)?\W*$")
_RENEWAL_OFF = re.compile(
    r"\b(?:off|stop\w*|no|not|don'?t|doesn'?t|disable|cancel|prevent|without|end|expire|lapse|run out|kapcsolj\w* ki"
    r"|ki(?:kapcsol\w*)?|ne|nem|allits\w* le|leallit\w*|szuntes\w*|megszuntet\w*|torol\w*|lejar\w*|jarjon le)\b"
)
_RENEWAL_ON = re.compile(
    r"\b(?:on|enable|restore|again|switch\w* back|turn\w* back|renew automatically|reactivate|should renew|do renew|keep"
    r"|kapcsolj\w* (?:vissza|be)|be(?:kapcsol\w*)?|vissza(?:kapcsol\w*)?|ujuljon meg|folytatodjon|maradjon)\b"
)


def words(text: str) -> tuple[str, ...]:
    """Return the words of ``text`` without case and accents, in order; may be empty."""
    return tuple(_WORDS.findall(fold(text)))


def gives_up(text: str, *, cancelling: bool = False) -> bool:
    """Return whether the whole of ``text`` says to let the matter drop ("forget it", "mégse", "hagyjuk").

    Args:
        cancelling: The matter is itself a cancellation, so that "cancel it" means to go on with it.
    """
    folded = fold(text)
    return _GIVING_UP.search(folded) is not None or (not cancelling and _CANCELS_REQUEST.search(folded) is not None)


def yes_or_no(text: str) -> bool | None:
    """Return what a short answer says, or None when it is neither or a yes with a but."""
    folded = fold(text)
    if len(words(text)) > 6 or _BUT.search(folded):
        return None
    if _NO.search(folded):
        return False
    return True if _YES.search(folded) else None


def has_a_but(text: str) -> bool:
    """Return whether ``text`` makes a condition or an exception, as in "yes, but call me first"."""
    return _BUT.search(fold(text)) is not None


def corrects(text: str) -> bool:
    """Return whether ``text`` puts something right that was said before ("no, I meant 12", "inkább 12")."""
    return _CORRECTING.search(fold(text)) is not None


def is_question(text: str) -> bool:
    """Return whether ``text`` asks something."""
    folded = fold(text)
    return _ASKING.search(folded) is not None or _QUESTION_WORD.search(folded) is not None


def is_request(text: str) -> bool:
    """Return whether ``text`` asks for something to be done or shown."""
    return _REQUEST.search(fold(text)) is not None


def does_not_know(text: str) -> bool:
    """Return whether ``text`` says that the answer is not known or there is none."""
    return _NOT_KNOWN.search(fold(text)) is not None


def choose(text: str, names: Sequence[str]) -> int | None:
    """Return the index of the one of ``names`` that ``text`` picks by place ("the second", "2") or by its words; None when unclear."""
    folded = fold(text)
    by_number = _BARE_NUMBER.match(folded)
    if by_number:
        place = int(by_number[1])
        return place - 1 if 1 <= place <= len(names) else None
    for index, pattern in enumerate(_ORDINALS[: len(names)]):
        if re.search(rf"\b(?:{pattern})\b", folded):
            return index
    if _LAST.search(folded):
        return len(names) - 1
    return _by_words(folded, [fold(name) for name in names])


def renewal_wanted(text: str) -> bool | None:
    """Return whether ``text`` wants the subscription to renew by itself, or None when it does not say."""
    folded = fold(text)
    if _RENEWAL_OFF.search(folded):
        return False
    return True if _RENEWAL_ON.search(folded) else None


def _by_words(folded: str, names: Sequence[str]) -> int | None:
    """Return the only name that shares most of the words by which the names can be told apart."""
    said = {_stem(word) for word in _WORDS.findall(folded)}
    split = [set(_WORDS.findall(name)) for name in names]
    common = set.intersection(*split) if len(split) > 1 else set()
    scores = [len({word for word in one - common if word in said or any(word == stem for stem in said)}) for one in split]
    best = max(scores, default=0)
    return scores.index(best) if best and scores.count(best) == 1 else None


def _stem(word: str) -> str:
    """Return ``word`` without a Hungarian ending written behind a hyphen, as in "e3-at"."""
    return word.split("-", maxsplit=1)[0]
