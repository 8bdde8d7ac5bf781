"""Tax numbers, mail addresses and names; and what none of them leaves of an invoice number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing import invoice_number
from bot.nlu.amounts import find_amounts
from bot.nlu.contacts import find_emails, find_people
from bot.nlu.spans import Span, reconcile
from bot.nlu.tax_numbers import find_tax_numbers

TAX_NUMBERS = {
    "adószám: 24681357-2-13": "24681357-2-13",
    "24681357 - 2 - 13": "24681357-2-13",
    "az adószámunk 24681357213": "24681357-2-13",
    "tax number is 24681357213": "24681357-2-13",
    "csoport: 17781234-5-44": "17781234-5-44",
    "HU24681357": "HU24681357",
    "hu 24681357": "HU24681357",
    "ATU61993034": "ATU61993034",
    "BE0123456789": "BE0123456789",
    "BG123456789": "BG123456789",
    "CY12345678X": "CY12345678X",
    "CZ12345678": "CZ12345678",
    "DE 811 907 980": "DE811907980",
    "DK12345678": "DK12345678",
    "EE123456789": "EE123456789",
    "EL123456789": "EL123456789",
    "ESX1234567X": "ESX1234567X",
    "FI12345678": "FI12345678",
    "FR12 345678901": "FR12345678901",
    "HR12345678901": "HR12345678901",
    "IE1234567WA": "IE1234567WA",
    "IT12345678901": "IT12345678901",
    "LT123456789012": "LT123456789012",
    "LU12345678": "LU12345678",
    "LV12345678901": "LV12345678901",
    "MT12345678": "MT12345678",
    "NL123456789B01": "NL123456789B01",
    "PL1234567890": "PL1234567890",
    "PT123456789": "PT123456789",
    "RO33445566": "RO33445566",
    "SE123456789012": "SE123456789012",
    "SI12345678": "SI12345678",
    "SK2021234567": "SK2021234567",
    "XI123456789": "XI123456789",
}
NO_TAX_NUMBERS = (
    "06304829135",
    "24681357213",
    "invoice SI20260117",
    "HU42 1177 3016 1111 1018 0000 0000",
    "DE89 3704 0044 0532 0130 00",
    "11773016-11111018-00000000",
    "CL-2026-0117",
    "de 123 felhasználó",
    "12345678-9-41",
    "what is a tax number",
    "",
)
EMAILS = {
    "írjanak a penzugy@hidasi.example-re": "penzugy@hidasi.example",
    "Accounts.Payable@North-River.example.": "accounts.payable@north-river.example",
    "<anna+szamla@ceg.example>": "anna+szamla@ceg.example",
    "mail:x@a.b.example,": "x@a.b.example",
}
PEOPLE = {
    "my name is Emma Clarke": "Emma Clarke",
    "my name is emma clarke": "Emma Clarke",
    "Hello, my name is Zuzana, we had a question": "Zuzana",
    "I'm Peter from Delta": "Peter",
    "This is Tom Baker calling": "Tom Baker",
    "the new contact is John Smith": "John Smith",
    "our billing contact will be Sarah O'Neill from May": "Sarah O'Neill",
    "John Smith will be the new contact": "John Smith",
    "hi, Laura Jensen here": "Laura Jensen",
    "Mary Jane Smith is our accountant": "Mary Jane Smith",
    "Kind regards, Thomas Miller": "Thomas Miller",
    "A nevem Kovács Anna.": "Kovács Anna",
    "a nevem kovács anna": "Kovács Anna",
    "Nagy Péter vagyok a Halas Kft.-től": "Nagy Péter",
    "kovacs anna vagyok": "Kovacs Anna",
    "Dr. Kiss Béla vagyok": "Kiss Béla",
    "Kovács Anna lesz az új kapcsolattartó": "Kovács Anna",
    "az új kapcsolattartó Szabó-Tóth Judit": "Szabó-Tóth Judit",
    "új kapcsolattartónk: Fekete Gábor": "Fekete Gábor",
    "a könyvelőnk neve Varga Ilona": "Varga Ilona",
    "kapcsolattartónak Kovács Annát kérném": "Kovács Anna",
    "Kovácsné Nagy Ilona vagyok": "Kovácsné Nagy Ilona",
    "Nagy Péterné vagyok": "Nagy Péterné",
    "Köszönettel: Horváth Zsófi": "Horváth Zsófi",
    "Kiss Gábor": "Kiss Gábor",
    "kiss gábor, kiss.gabor@ceg.example": "Kiss Gábor",
    "please add Laura Jensen (laura@ceg.example)": "Laura Jensen",
}
NO_PEOPLE = (
    "I am very disappointed",
    "this is ridiculous",
    "This is April's invoice",
    "my name is on the bill",
    "my name is wrong",
    "nagyon mérges vagyok",
    "Nagyon Mérges vagyok",
    "a könyvelő vagyok",
    "Magyar vagyok",
    "Thank you",
    "Good Morning",
    "Köszönöm Szépen",
    "Business Premium",
    "a számlákat a penzugy@ceg.example címre",
    "itt a számla",
    "the new contact is on holiday",
    "who is our contact",
    "az új kapcsolattartó címe rossz",
    "the accountant is here",
    "Microsoft Teams is our new admin center",
    "",
)
WITHOUT_INVOICE_NUMBER = (
    "adószám 24681357-2-13",
    "VAT DE 811 907 980",
    "ATU61993034",
    "be0123456789",
    "HU42 1177 3016 1111 1018 0000 0000",
    "hu42117730161111101800000000",
    "11773016-11111018-00000000",
    "invoice2026-117@ceg.example",
    "anna.cl-2026-0117@ceg.example-re",
    "+36 30 482 9135",
    "06 20 555 0147",
    "+36-30-482-9135",
)


class TestFindTaxNumbers:
    @pytest.mark.parametrize(("text", "value"), TAX_NUMBERS.items())
    def test_writes_the_number_in_one_way(self, text: str, value: str) -> None:
        assert [span.value for span in find_tax_numbers(text)] == [value]

    @pytest.mark.parametrize("text", NO_TAX_NUMBERS)
    def test_takes_no_other_number_for_one(self, text: str) -> None:
        assert find_tax_numbers(text) == ()

    def test_overlooks_none_for_a_wrong_check_digit(self) -> None:
        assert [span.value for span in find_tax_numbers("12345678-2-41")] == ["12345678-2-41"]


class TestFindEmails:
    @pytest.mark.parametrize(("text", "value"), EMAILS.items())
    def test_finds_the_address_without_what_surrounds_it(self, text: str, value: str) -> None:
        assert [span.value for span in find_emails(text)] == [value]

    @pytest.mark.parametrize("text", ["a@b", "@ceg.example", "anna at ceg.example", "x@y..example", "a@b@ceg.example", ""])
    def test_takes_nothing_else_for_an_address(self, text: str) -> None:
        assert find_emails(text) == ()


class TestFindPeople:
    @pytest.mark.parametrize(("text", "name"), PEOPLE.items())
    def test_finds_the_name(self, text: str, name: str) -> None:
        assert [span.value for span in find_people(text)] == [name]

    @pytest.mark.parametrize("text", NO_PEOPLE)
    def test_names_nobody_who_is_not_there(self, text: str) -> None:
        assert find_people(text) == ()

    @given(st.text(max_size=200) | st.lists(st.sampled_from([*PEOPLE, *NO_PEOPLE]), max_size=4).map("\n".join))
    def test_never_fails_and_overlaps_nothing(self, text: str) -> None:
        found = find_people(text)

        assert found == reconcile(found)


class TestInvoiceNumbers:
    @pytest.mark.parametrize("text", WITHOUT_INVOICE_NUMBER)
    def test_are_not_found_inside_other_numbers(self, text: str) -> None:
        spans = [Span(found.start, found.end, "invoice_number", found.text) for found in invoice_number.find_candidates(text)]

        standing = reconcile([*spans, *find_tax_numbers(text), *find_emails(text), *find_amounts(text)])

        assert "invoice_number" not in {span.entity for span in standing}

    def test_give_way_to_a_tax_number_of_the_same_place(self) -> None:
        spans = (Span(0, 10, "invoice_number", "RO33445566"), Span(0, 10, "tax_number", "RO33445566"))

        assert reconcile(spans) == spans[1:]

    def test_stand_before_a_bare_quantity(self) -> None:
        spans = (Span(0, 3, "quantity", "150"), Span(0, 3, "invoice_number", "150"))

        assert reconcile(spans) == spans[1:]
