"""Who paid: by account, then by name. Rapidfuzz is a plain algorithm library, which the domain may use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from bot.billing.model import Customer
from bot.shared.ids import CustomerId

# Measured on company names with and without accents, legal forms and typing slips: unlike companies stay below 88.
_SIMILAR = 90.0
_AHEAD = 4.0
_MIN_CHARACTERS = 3
_LEGAL_FORMS = re.compile(
    r"\b(?:zartkoruen mukodo reszvenytarsasag|nyilvanosan mukodo reszvenytarsasag|korlatolt felelossegu tarsasag|beteti tarsasag"
    r"|kft|zrt|nyrt|bt|kkt|ev|ltd|limited|llc|plc|inc|gmbh|ag|kg|sro|as|ab|sa|nv|bv|srl|spa|oy|doo)\b"
)
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def company_key(name: str) -> str:
    """Return a company name for comparing: lower-case, without accents, punctuation and legal form."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    words = _NOT_WORD.sub(" ", letters.replace(".", "")).strip()
    return " ".join(_LEGAL_FORMS.sub(" ", words).split()) or words


class Payers:
    """The customers as payers. Built once for many payments."""

    def __init__(self, customers: Iterable[Customer]) -> None:
        self._by_account: dict[str, set[CustomerId]] = {}
        self._names: dict[CustomerId, str] = {}
        self._seen: dict[str, CustomerId | None] = {}
        for customer in customers:
            self._names[customer.id] = company_key(customer.name)
            for account in customer.bank_accounts:
                self._by_account.setdefault(account, set()).add(customer.id)

    def identify(self, *, name: str, account: str) -> CustomerId | None:
        """Return the one customer that pays from ``account``, else the one whose name is clearly most like ``name``, else None.

        Args:
            name: As the bank gives it; may be empty.
            account: Without spaces, upper-case; may be empty.
        """
        owners = self._by_account.get(account, set()) if account else set()
        if len(owners) == 1:
            return next(iter(owners))
        if name not in self._seen:
            self._seen[name] = self._by_name(name)
        found = self._seen[name]
        return found if not owners or found in owners else None

    def _by_name(self, name: str) -> CustomerId | None:
        wanted = company_key(name)
        if len(wanted) < _MIN_CHARACTERS:
            return None
        best = process.extract(wanted, self._names, scorer=fuzz.ratio, score_cutoff=_SIMILAR - _AHEAD, limit=2)
        if not best or best[0][1] < _SIMILAR or (len(best) > 1 and best[0][1] - best[1][1] < _AHEAD):
            return None
        return CustomerId(best[0][2])
