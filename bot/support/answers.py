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
_FIRST_SENTENCE = re.compile(r"(?<=\w)\s*[.!;]\s+")
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
_NOT = re.compile(r"\b(?:not|don'?t|doesn'?t|won'?t|never|ne|nem)\b")
_PLAIN_YES = re.compile(r"^\W*(?:yes|yep|yeah|yup|sure|igen)\b")
_POLITE = frozenset(
    {"please", "thanks", "thank", "you", "sorry", "it", "is", "at", "all", "so"}
    | {"kerem", "koszonom", "koszi", "szepen", "bocs", "bocsanat", "elnezest", "a", "az", "van", "ugy"}
)
_TAKING_BACK = re.compile(
    r"\b(?:tak(?:e|ing) (?:it|this|that|my \w+) back|take back|undo|withdraw|revoke|reverse (?:it|this|that)|call (?:it|this|that) off"
    r"|(?:cancel|stop) (?:that|this|the|my) (?:request|ticket|cancell?ation|order|change)|chang(?:e|ed) my mind"
    r"|visszavon\w*|vissza(?: is)? (?:tud\w*|lehet) (?:\w+ )?(?:von|csinal)\w*|visszacsinal\w*|visszalep\w*|meggondol\w*"
    r"|(?:torol|allits|allit)\w* (?:le )?(?:ezt|azt|a) (?:kerest|bejelentest|lemondast))\b"
)
_WHEN = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay|es|de|na|jo|akkor|hi|hello)\W+){0,2}(?:when|how (?:long|soon|fast)|by when|mikor\w*|mennyi ido\w*|meddig)\b"
)
_HOW_MANY_THEN = re.compile(
    r"\bhow many\b(?! (?:invoice|bill|day|ticket)).*\b(?:will|would|then|now|altogether|in all|in total)\b"
    r"|\bhany\b(?! (?:szamla|nap|jegy)).*\b(?:lesz|lesznek|osszesen)\b"
)
_ANY_ONE = re.compile(
    r"\b(?:a|an|any|some|another|one of (?:our|my|the)) (?:\w+ ){0,2}?(?:subscriptions?|product|licen[cs]e)\b"
    r"|\b(?:egy|egyik|valamelyik|masik) (?:\w+ ){0,2}?(?:elofizetes|termek|szolgaltatas)\w*"
)
_OTHER_ONE = re.compile(r"\bthe other(?: one)?\b|\ba masik\w*")
_AS_WELL = re.compile(
    r"\b(?:too|as well|also|likewise|the same)\b|\b(?:is kern\w*|is kerek|is kell\w*|is kuld\w*|is johet|is szeretn\w*|ugyanezt)\b"
)
_ONE_OF = re.compile(r"\b(?:kern\w*|kerek|kuldj\w*) (?:\w+ )?egyet\b|\bone (?:of|for) (?:that|this|it|those)\b|\b(?:copy|masolat\w*)\b")
_POINTING = re.compile(
    r"\b(?:is|are|was|were) (?:that|those|these|they|this)\b|\bmake(?:s)? (?:that|this|it) up\b|\b(?:ez|ezek|az|azok)\W*$|\b(?:ebben|abban|ebbol|abbol)\b"
)
_AT_MATTER = re.compile(
    r"\b(?:that|this|it|these|those|then)\b|\b(?:ez|ezt|ezzel|ettol|erre|ezek|ezeket|azzal|ezutan|utana|ilyenkor|akkor|igy)\b"
)
_AND_WHAT_OF = re.compile(r"^\W*(?:and|es|na es|what about|how about|mi van|mi a helyzet)\b")
_ELLIPTICAL_WORDS = 5
_SHORT_ANSWER = 10
_POSTPONING = re.compile(
    rf"^\W*{_LEAD}(?:(?:ezt|azt|this|that|it|let'?s do (?:this|that|it)|i'?ll do (?:this|that|it))\W+)?(?:(?:inkabb|rather|better|majd)\W+)*"
    r"(?:maskor|kesobb|another time|some other time|later)\b(?:\s*[,.;!–-][^0-9@]*)?$"
)
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
    if _GIVING_UP.search(folded) or _POSTPONING.search(folded):
        return True
    said, _, reason = _FIRST_SENTENCE.sub("\n", folded, count=1).partition("\n")
    if reason and _GIVING_UP.search(said):
        # "Mégse. Előbb megkérdezem a főnököm" gives a reason; a number, a wish or a question after it says what is wanted instead.
        return not (re.search(r"[\d@]", reason) or is_question(reason) or is_request(reason) or corrects(reason))
    return not cancelling and _CANCELS_REQUEST.search(folded) is not None


def yes_or_no(text: str) -> bool | None:
    """Return what a short answer says, or None when it is neither, a yes with a but, or a yes and a not ("ok then don't renew it")."""
    folded = fold(text).replace("’", "'")
    if len(words(text)) > 6 or _BUT.search(folded):
        return None
    if _NO.search(folded):
        return False
    return True if _YES.search(folded) and not _NOT.search(folded) else None


def is_bare(text: str) -> bool:
    """Return whether ``text`` is a yes or no with nothing besides but polite words."""
    return all(word in _POLITE or _YES.fullmatch(word) or _NO.fullmatch(word) for word in words(text))


def says_yes(text: str) -> bool:
    """Return whether ``text`` begins with a plain yes, whatever follows ("yes, from the renewal then")."""
    return _PLAIN_YES.search(fold(text)) is not None


def takes_back(text: str) -> bool:
    """Return whether ``text`` wants what was just asked for undone or stopped ("can I take that back?", "visszavonnám")."""
    folded = fold(text).replace("’", "'")
    return len(words(text)) <= _SHORT_ANSWER and _TAKING_BACK.search(folded) is not None


def asks_when(text: str) -> bool:
    """Return whether ``text`` asks when or how long, which wants to be told and nothing to be done."""
    return _WHEN.search(fold(text)) is not None


def asks_how_many_then(text: str) -> bool:
    """Return whether ``text`` asks what a number comes to after what was agreed ("so how many will we have then?", "akkor hány lesz?")."""
    return len(words(text)) <= _SHORT_ANSWER and _HOW_MANY_THEN.search(fold(text)) is not None


def names_something_new(text: str) -> bool:
    """Return whether ``text`` speaks of "a subscription" or "one of them", so that the one talked about is not meant."""
    return _ANY_ONE.search(fold(text)) is not None


def names_the_other(text: str) -> bool:
    """Return whether ``text`` speaks of the other one of two."""
    return _OTHER_ONE.search(fold(text)) is not None


def asks_the_same(text: str) -> bool:
    """Return whether ``text`` wants the same for something else as well ("for the other one too", "arról is kérnék egyet")."""
    return _AS_WELL.search(fold(text)) is not None


def asks_for_one(text: str) -> bool:
    """Return whether ``text`` wants a thing and not to be told something ("arról is kérnék egyet", "one of that, too")."""
    return _ONE_OF.search(fold(text)) is not None


def points_back(text: str) -> bool:
    """Return whether ``text`` asks about what was just said ("which invoices is that?", "melyik számlák ezek?")."""
    return len(words(text)) <= _SHORT_ANSWER and _POINTING.search(fold(text)) is not None


def points_at_matter(text: str) -> bool:
    """Return whether ``text`` speaks of the matter in hand by a little word ("when does that take effect?", "ez mennyibe kerül?")."""
    return _AT_MATTER.search(fold(text)) is not None


def is_elliptical(text: str) -> bool:
    """Return whether ``text`` is half a question that only the one before completes ("and October?", "és szombaton?")."""
    return len(words(text)) <= _ELLIPTICAL_WORDS and _AND_WHAT_OF.search(fold(text)) is not None


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
