"""What a customer asks of the talk itself."""

from __future__ import annotations

import re

from bot.nlu.folding import fold

_NAMES = {"en": r"(?:english|angol)", "hu": r"(?:hungarian|magyar)"}
# "Hungarian is hard for me", "nem tudok magyarul": the one named is the one not wanted.
_WEAK = r"(?:don'?t|do\s+not|can'?t|cannot|not|no|poor|bad|weak|nem|rosszul|gyengen|alig)"
_WEAK_AFTER = r"(?:is|are)\s+(?:poor|bad|weak|not|hard|rusty)|nem\s+(?:megy|tudok|beszelek|ertek)"


def language_asked_for(text: str) -> str | None:
    """Return ``en`` or ``hu``, whichever the message asks to go on in, or None when it names neither.

    The one named last counts, unless it is named as one the writer does not speak well.
    """
    folded = fold(text)
    wanted: str | None = None
    latest = -1
    for language, name in _NAMES.items():
        other = "hu" if language == "en" else "en"
        for found in re.finditer(rf"\b{name}[a-z]*", folded):
            before, after = folded[: found.start()], folded[found.end() :]
            is_weak = re.search(rf"{_WEAK}(?:\s+\S+){{0,2}}\s+$", before) or re.match(rf"\s*(?:{_WEAK_AFTER})", after)
            if found.start() > latest:
                wanted, latest = (other if is_weak else language), found.start()
    return wanted
