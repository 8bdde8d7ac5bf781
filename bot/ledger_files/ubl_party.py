"""The buyer block of a UBL document."""

from __future__ import annotations

import re

from bot.billing.drafts import BuyerDraft
from bot.billing.model import Address, Contact
from bot.ledger_files.ubl_node import Node, first

_MIN_CHARACTERS = 2
_DIGIT_OR_AT = re.compile(r"[0-9@]")


def party_name(party: Node) -> str:
    """Return the registered name of a party, else its trading name, else an empty string."""
    return party.text("PartyLegalEntity/cbc:RegistrationName") or party.text("PartyName/cbc:Name")


def read_buyer(party: Node) -> BuyerDraft:
    """Return the buyer of a document with every name and number it is known by.

    A buyer without any number, which the standard permits, goes by its name and postal code.

    Raises:
        FileRefused: The buyer has no name (BR-07).
    """
    name = party_name(party)
    if not name:
        raise party.refusal(reason="the buyer has no name (BR-07)", way_out="Ask the issuer for a corrected document")
    identifications = _telling(party.texts("PartyIdentification/cbc:ID"))
    tax_numbers = _telling(party.texts("PartyTaxScheme/cbc:CompanyID"))
    endpoints = _telling(party.texts("cbc:EndpointID"))
    legal_ids = _telling(party.texts("PartyLegalEntity/cbc:CompanyID"))
    address = _address(party)
    by_name = (" ".join((name, address.postal_code)).strip(),)
    hungarian = address.country == "HU" or any(number.upper().startswith("HU") for number in tax_numbers)
    language = "hu" if hungarian else "en"
    return BuyerDraft(
        # An electronic address may be that of a service provider, shared by many, so it is only a number for want of a better one.
        numbers=tuple(dict.fromkeys(number.upper() for number in (*identifications, *tax_numbers) or endpoints or legal_ids or by_name)),
        name=name,
        tax_numbers=tax_numbers,
        identifiers=tuple(dict.fromkeys((*identifications, *legal_ids, *endpoints))),
        language=language,
        address=address,
        contacts=_contacts(party, language),
    )


def _telling(texts: tuple[str, ...]) -> tuple[str, ...]:
    # Words such as "n/a" or the name of a register stand in these fields too, and would make one customer of many.
    return tuple(
        text for text in texts if len(text) >= _MIN_CHARACTERS and (text.isupper() or _DIGIT_OR_AT.search(text)) and "N/A" not in text
    )


def _address(party: Node) -> Address:
    postal = party.child("PostalAddress")
    if postal is None:
        return Address()
    street = ", ".join(
        part
        for part in (postal.text("cbc:StreetName"), postal.text("cbc:AdditionalStreetName"), first(postal.texts("AddressLine/cbc:Line")))
        if part
    )
    return Address(
        street=street,
        postal_code=postal.text("cbc:PostalZone"),
        city=postal.text("cbc:CityName"),
        country=postal.text("Country/cbc:IdentificationCode").upper(),
    )


def _contacts(party: Node, language: str) -> tuple[Contact, ...]:
    # A contact without a mail address cannot be sent a code to, so it is none for us.
    found = (
        (contact.text("cbc:Name"), mail) for contact in party.children("Contact") if "@" in (mail := contact.text("cbc:ElectronicMail"))
    )
    return tuple(Contact(name=name or mail, email=mail, language=language) for name, mail in found)
