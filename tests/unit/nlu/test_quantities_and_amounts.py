"""How many seats, how much money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.amounts import find_amounts
from bot.nlu.folding import fold
from bot.nlu.number_words import find_numbers, great_number_of, number_of
from bot.nlu.quantities import find_quantities

QUANTITIES = {
    "3 more licences": ["3"],
    "add 5": ["5"],
    "we need 5 more": ["5"],
    "+2 users": ["2"],
    "remove two seats": ["2"],
    "a dozen licences": ["12"],
    "one more E3 licence": ["1"],
    "twenty-five users": ["25"],
    "from 10 to 12 seats": ["10", "12"],
    "12 seats instead of 10": ["12", "10"],
    "reduce it to 8": ["8"],
    "10 Business Premium": ["10"],
    "4 of the 15 licences": ["4", "15"],
    "1,200 users": ["1200"],
    "three people need a licence": ["3"],
    "12": ["12"],
    "just 3 please": ["3"],
    "twelve": ["12"],
    "két felhasználóval": ["2"],
    "plusz öt hely": ["5"],
    "még 3 licenc": ["3"],
    "még 3-at kérnénk": ["3"],
    "10-ről 12-re emelnénk a licenceket": ["10", "12"],
    "tízről tizenkettőre bővítenénk": ["10", "12"],
    "20 helyett 14 felhasználó": ["20", "14"],
    "kettőt": ["2"],
    "hármat kérek": ["3"],
    "ötöt vegyenek le": ["5"],
    "csökkentsük nyolcra": ["8"],
    "5 db E3": ["5"],
    "tizenkettő": ["12"],
    "huszonöt fő": ["25"],
    "legyen 7": ["7"],
    "még egy licenc": ["1"],
    "egyet vegyenek le": ["1"],
    "25-ről menjünk 20-ra": ["25", "20"],
    "take off one E3 licence": ["1"],
    "copilot for 6 people please": ["6"],
    "what would E5 cost for eight colleagues": ["8"],
    "three of them can be removed": ["3"],
    "we still use 7 of those": ["7"],
    "az E3 12 kellene": ["12"],
    "visio plan 2-ből 4 kéne": ["4"],
    "biznisz sztenderdből 3": ["3"],
    "tizenöt főről húszra": ["15", "20"],
    "18 főre bővítenénk az E3-at": ["18"],
}
NO_QUANTITIES = (
    "we are 40 people in the office",
    "5 of the invoices are wrong",
    "we cancelled two of them, the invoices",
    "október 5 kellene",
    "one licence costs how much",
    "mennyi egy licenc",
    "45 minutes",
    "call me from 10 to 12",
    "10 euros per user",
    "3 open invoices",
    "invoice 117",
    "#12 user",
    "error 500 when users log in",
    "Windows 11 users",
    "Visio Plan 2",
    "in 2026 users paid more",
    "we sent 845 instead of 854",
    "can we have 30 days instead of 8",
    "VAT is 27%",
    "page 3",
    "a harmadik felhasználó",
    "haladékot kérnénk, csak egyet",
    "E5-öt kérünk",
    "két hete leadtam a licencet",
    "két számlából kettőt kérek",
    "3 napon belül",
    "hat óra körül",
    "10-ről 12-re emelték az árat",
    "öt perc",
    "0117",
    "",
)
AMOUNTS = {
    "1 284,55 EUR": "1284.55 EUR",
    "€1,284.55": "1284.55 EUR",
    "€ 20": "20 EUR",
    "1.284,55 €": "1284.55 EUR",
    "1,284 euros": "1284 EUR",
    "128 455 Ft": "128455 HUF",
    "128.455 Ft-ot": "128455 HUF",
    "128.455,-": "128455 HUF",
    "128455,- Ft": "128455 HUF",
    "88,400 Ft": "88400 HUF",
    "128e ft": "128000 HUF",
    "150 eFt": "150000 HUF",
    "2,5 MFt": "2500000 HUF",
    "1,2 millió forint": "1200000 HUF",
    "150 ezer": "150000 HUF",
    "150 ezer euró": "150000 EUR",
    "150 ezret": "150000 HUF",
    "másfél millió forint": "1500000 HUF",
    "százötvenezer forint": "150000 HUF",
    "kétszáz euró": "200 EUR",
    "five hundred euros": "500 EUR",
    "two thousand euros": "2000 EUR",
    "eur 300": "300 EUR",
    "EUR300": "300 EUR",
    "HUF 128,455": "128455 HUF",
    "12k euros": "12000 EUR",
    "$49.99": "49.99 USD",
    "£20": "20 GBP",
    "0.50 eur": "0.50 EUR",
    "640 euróval": "640 EUR",
    "300 eurós": "300 EUR",
    "50 CHF": "50 CHF",
}
NO_AMOUNTS = (
    "in euro, not forint",
    "27%",
    "CL-2026-0117",
    "128 455",
    "300 users",
    "2-3 euros per user",
    "euro 2024-es",
    "ezer köszönet",
    "m365 e3",
    "",
)


class TestFindQuantities:
    @pytest.mark.parametrize(("text", "values"), QUANTITIES.items())
    def test_finds_what_counts_seats(self, text: str, values: list[str]) -> None:
        assert [span.value for span in find_quantities(text)] == values

    @pytest.mark.parametrize("text", QUANTITIES)
    def test_reads_text_without_accents_alike(self, text: str) -> None:
        assert [span.value for span in find_quantities(fold(text))] == QUANTITIES[text]

    @pytest.mark.parametrize("text", NO_QUANTITIES)
    def test_takes_nothing_else_for_a_quantity(self, text: str) -> None:
        assert find_quantities(text) == ()

    def test_covers_the_number_alone(self) -> None:
        (found,) = find_quantities("add 3 seats")

        assert (found.start, found.end) == (4, 5)

    @given(st.text(max_size=200))
    def test_never_fails(self, text: str) -> None:
        assert all(span.value.isdecimal() for span in find_quantities(text))


class TestFindAmounts:
    @pytest.mark.parametrize(("text", "value"), AMOUNTS.items())
    def test_reads_the_amount_with_its_currency(self, text: str, value: str) -> None:
        assert [span.value for span in find_amounts(f"we sent {text}.")] == [value]

    @pytest.mark.parametrize("text", NO_AMOUNTS)
    def test_takes_nothing_else_for_money(self, text: str) -> None:
        assert find_amounts(text) == ()

    @given(st.decimals(Decimal("0.01"), Decimal(999_999), places=2))
    def test_reads_what_both_languages_write(self, amount: Decimal) -> None:
        hungarian = f"{amount:,.2f} EUR".replace(",", " ").replace(".", ",")

        assert [span.value for span in find_amounts(f"€{amount:,.2f}")] == [f"{amount:.2f} EUR"]
        assert [span.value for span in find_amounts(hungarian)] == [f"{amount:.2f} EUR"]

    @given(st.text(max_size=200))
    def test_never_fails(self, text: str) -> None:
        assert all(Decimal(span.value.split()[0]) >= 0 for span in find_amounts(text))


class TestNumberWords:
    @pytest.mark.parametrize(
        ("word", "value"),
        {"tizenketto": 12, "huszonotot": 25, "szazharom": 103, "otszaz": 500, "ninety-nine": 99, "half a dozen": 6, "harommal": 3}.items(),
    )
    def test_know_their_worth(self, word: str, value: int) -> None:
        assert number_of(word) == value

    @pytest.mark.parametrize(
        ("words", "value"), {"ketmillio": 2_000_000, "szazotvenezer": 150_000, "ezer": 1000, "alma ezer": None}.items()
    )
    def test_add_up_thousands(self, words: str, value: int | None) -> None:
        assert great_number_of(words) == value

    def test_are_found_inside_a_text(self) -> None:
        assert [number.value for number in find_numbers("need one, or twenty two, or 1 200, not e3-at")] == [1, 22, 1200]
