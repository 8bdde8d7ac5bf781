"""Whether a message is in neither of the two languages the assistant speaks: by its script and by common little words."""

from __future__ import annotations

import re
import unicodedata

from bot.shared.text import fold

_LETTERS = re.compile(r"[^\W\d_]+")
# Words that other languages use all the time and that mean nothing in English or in Hungarian typed without accents.
_GERMAN = (
    "ich ist nicht und der das wir haben eine einen einer für fuer auf warum wieso rechnung bitte meine mein unsere unser sie "
    "sind habe wann muss müssen können koennen kann mir ihnen ihre helfen bezahlen zahlen guten tag danke letzte gerne hätte bei "
    "zu ein wie kopie verstehe das kostet kosten viel noch sehr diese dieser dieses dass keine"
)
_ROMANIAN = (
    "este sunt nu nostru noastra noastre factura facturi cand cat cum pentru care avem va rog plata platit din mea meu vreau sa "
    "si cu unde ultima de la am cineva buna ziua multumesc inteleg nimic ce"
)
_SLAVIC = (
    "prosim kedy koľko faktura faktury faktúrou naša nase nasa preco mame nie som jsem jsme ako proc kdy kolik dlužíme nasu moju "
    "dobry den môžete potrebujem pomoc dakujem dekuji proszę poproszę jak kiedy dlaczego mamy jest się czy ile zapłaty zapłacić "
    "dzień dziękuję nasza nasze molim koliko kada zašto hvala račun imamo nije dugujemo naš platiti"
)
_FRENCH = (
    "je nous vous est pas les des une pourquoi facture notre votre combien quand comment payer avons avez pouvez merci bonjour "
    "cette avec voudrais dernière s'il plaît"
)
_SPANISH = "por que esta nuestra nuestro factura cuando cuanto tenemos puede puedo gracias hola necesito quiero como los las una para pagar"
_ITALIAN = (
    "perche nostra nostro fattura quando quanto abbiamo grazie buongiorno vorrei sono della non questa una per il che come dobbiamo pagare"
)
_FOREIGN = tuple(frozenset(fold(words).split()) for words in (_GERMAN, _ROMANIAN, _SLAVIC, _FRENCH, _SPANISH, _ITALIAN))
# What English and Hungarian use all the time; enough of it outweighs the odd word that looks foreign.
_OUR_WORDS = (
    "the is are was of to for and in on it this that my our we you your i what why when how much not do does did can have has "
    "will with from be been at please invoice bill payment az es hogy nem van volt mi mit mikor miert mennyi mennyit hol ki kell "
    "lehet szamla szamlat szamlam szamlank ez ezt azt egy meg csak mar be fel le kerem legyen vagy ha de is el a s nekunk nekem "
    "most itt"
)
_OURS = frozenset(_OUR_WORDS.split())
_FEWEST_FOREIGN_WORDS = 2


def is_in_third_language(text: str) -> bool:
    """Return whether ``text`` is plainly in neither English nor Hungarian.

    True for a message mostly in another script, and for one in which at least two different common words of one other language stand
    and more of them than common English and Hungarian ones. In doubt it is False: a message in our languages must never be refused.
    """
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return False
    latin = sum(1 for character in letters if "LATIN" in unicodedata.name(character, ""))
    if latin * 2 < len(letters):
        return True
    words = set(_LETTERS.findall(fold(text)))
    ours = len(words & _OURS)
    return any(len(words & theirs) >= _FEWEST_FOREIGN_WORDS and len(words & theirs) > ours for theirs in _FOREIGN)
