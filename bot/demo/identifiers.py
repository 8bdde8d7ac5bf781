"""Identifiers that look right and belong to nobody: GUIDs, tax numbers, bank accounts. All follow from a name."""

from __future__ import annotations

from random import Random
from uuid import NAMESPACE_DNS, uuid5

_NAMESPACE = uuid5(NAMESPACE_DNS, "demo.clearline.example")
_BUDAPEST_COUNTY = 41


def rng(*names: str) -> Random:
    """Return a generator of pseudo-random numbers that depends on nothing but ``names``."""
    return Random(":".join(("clearline-demo", *names)))  # noqa: S311 -- invented data, not a secret


def guid(*names: str) -> str:
    """Return the lower-case GUID that belongs to ``names``."""
    return str(uuid5(_NAMESPACE, "/".join(names)))


def digits(name: str, count: int) -> str:
    """Return ``count`` decimal digits that belong to ``name``; the first is never 0."""
    source = rng("digits", name)
    return str(source.randrange(10 ** (count - 1), 10**count))


def _check_digit(text: str) -> str:
    """Return the Hungarian check digit: weights 9, 7, 3, 1 from the left. Source: Hungarian tax and account numbers."""
    weighted = sum(int(digit) * (9, 7, 3, 1)[index % 4] for index, digit in enumerate(text))
    return str(-weighted % 10)


def hungarian_tax_number(name: str) -> str:
    """Return a domestic tax number such as ``98765436-2-41``; it starts with 9, a range that is not given out."""
    body = "9" + digits(name, 6)
    return f"{body}{_check_digit(body)}-2-{_BUDAPEST_COUNTY + int(body[-1]) % 3}"


def hungarian_vat_id(tax_number: str) -> str:
    """Return the EU form of a domestic tax number: ``HU`` and its first eight digits."""
    return f"HU{tax_number[:8]}"


# Formats of VAT ids by country; # is a digit.
_VAT_FORMATS = {
    "AT": "ATU99######",
    "DE": "DE99#######",
    "SK": "SK99########",
    "CZ": "CZ99######",
    "RO": "RO99######",
    "IE": "IE9######T",
    "GB": "GB999######",
    "CH": "CHE-999.###.###",
}
# Account numbers after the check digits; the bank codes are not given out.
_BBAN_FORMATS = {
    "AT": "99999###########",
    "DE": "99999999##########",
    "SK": "9999000000##########",
    "CZ": "9999000000##########",
    "RO": "ZZZZ################",
    "IE": "ZZZZ999999########",
    "GB": "ZZZZ999999########",
    "CH": "99999############",
}


def _fill(pattern: str, name: str) -> str:
    source = rng("fill", name)
    return "".join(str(source.randrange(10)) if sign == "#" else sign for sign in pattern)


def foreign_vat_id(name: str, *, country: str) -> str:
    """Return a VAT id in the format of ``country`` (ISO alpha-2)."""
    return _fill(_VAT_FORMATS[country], "vat" + name)


def _iban(country: str, bban: str) -> str:
    """Return the IBAN with its two check digits. Source: ISO 13616, modulus 97."""
    as_number = "".join(str(int(sign, 36)) for sign in bban + country + "00")
    return f"{country}{98 - int(as_number) % 97:02d}{bban}"


def iban(name: str, *, country: str) -> str:
    """Return an account number with valid check digits, without spaces."""
    if country != "HU":
        return _iban(country, _fill(_BBAN_FORMATS[country], "iban" + name))
    bank = "999" + digits("branch" + name, 4)
    account = digits("account" + name, 15)
    return _iban("HU", bank + _check_digit(bank) + account + _check_digit(account))
