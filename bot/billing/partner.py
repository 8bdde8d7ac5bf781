"""Who the partner is: the seller on every document, and how it is paid."""

from __future__ import annotations

from dataclasses import dataclass

from bot.billing.model import Address
from bot.shared.errors import NotFound
from bot.shared.words import Words


class NoSuchPaymentMethod(NotFound):
    """The partner says nothing about that way of paying."""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account the partner is paid to.

    Attributes:
        currency: ISO 4217 code of what the account holds.
        iban: Without spaces, upper-case, with right check digits.
        bank: Name of the bank.
        bic: ISO 9362 code of 8 or 11 characters.
    """

    currency: str
    iban: str
    bank: str
    bic: str

    @property
    def printed_iban(self) -> str:
        """Return the IBAN in groups of four. Source: ISO 13616, the paper form."""
        return " ".join(self.iban[start : start + 4] for start in range(0, len(self.iban), 4))


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way of paying that customers ask about.

    Attributes:
        key: Stable name such as ``bank_transfer`` or ``card``.
        accepted: False for a way that the partner tells its customers it does not offer.
        label: What it is called.
        note: How it is done, or why it cannot be.
    """

    key: str
    accepted: bool
    label: Words
    note: Words


@dataclass(frozen=True, slots=True)
class Partner:
    """The company whose assistant this is.

    Attributes:
        name: What people call it.
        legal_name: As registered; printed on documents.
        tax_number: Domestic tax number as printed.
        eu_tax_number: EU VAT number, or an empty string.
        company_number: Number in the company register, or an empty string.
        time_zone: IANA zone; due dates and opening hours are in it.
        country: ISO 3166 alpha-2.
        default_language: ``en`` or ``hu``; spoken to those whose language is not known.
        currencies: ISO 4217 codes it bills in, the usual one first.
        bank_accounts: At least one for each currency.
        payment_reference: What a payer is asked to quote.
        payment_methods: In the order they are to be told; may be empty.
        invoice_number_patterns: Regular expressions its invoice numbers match; empty means the built-in ones.
        website: Address of its website.
        sender: Mail address that its mail comes from.
    """

    name: str
    legal_name: str
    address: Address
    tax_number: str
    eu_tax_number: str
    company_number: str
    time_zone: str
    country: str
    default_language: str
    currencies: tuple[str, ...]
    bank_accounts: tuple[BankAccount, ...]
    payment_reference: Words
    payment_methods: tuple[PaymentMethod, ...]
    invoice_number_patterns: tuple[str, ...]
    website: str
    sender: str

    def accounts_for(self, currency: str) -> tuple[BankAccount, ...]:
        """Return the accounts that hold ``currency``, or all of them when none does."""
        return tuple(account for account in self.bank_accounts if account.currency == currency) or self.bank_accounts

    def payment_method(self, key: str) -> PaymentMethod:
        """Return what the partner says about the way of paying called ``key``.

        Raises:
            NoSuchPaymentMethod: It says nothing about it.
        """
        for method in self.payment_methods:
            if method.key == key:
                return method
        raise NoSuchPaymentMethod(f"the partner says nothing about paying by {key!r}")
