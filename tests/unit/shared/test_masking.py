"""Cards and bank accounts are taken out of what people type; every other number stays."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.shared.masking import mask, without_masked

PARTNER = frozenset({"HU61 9990 1055 1004 2738 1900 0001", "hu80999010552004273819000002"})
CARDS = {
    "4111 1111 1111 1111": "**** **** **** 1111",
    "4111111111111111": "**** **** **** 1111",
    "4111-1111-1111-1111": "**** **** **** 1111",
    "4111.1111.1111.1111": "**** **** **** 1111",
    "4111\u00a01111\u20111111 1111": "**** **** **** 1111",
    "41111111 11111111": "**** **** **** 1111",
    "4222222222222": "**** **** **** 2222",
    "5555 5555 5555 4444": "**** **** **** 4444",
    "2223 0031 2200 3222": "**** **** **** 3222",
    "3782 822463 10005": "**** **** **** 0005",
    "30569309025904": "**** **** **** 5904",
    "6011 1111 1111 1117": "**** **** **** 1117",
    "3530111333300000": "**** **** **** 0000",
    "6759 6498 2643 8453": "**** **** **** 8453",
}
ACCOUNTS = {
    "HU42 1177 3016 1111 1018 0000 0000": ("HU** **** **** 0000", "iban"),
    "hu42117730161111101800000000": ("HU** **** **** 0000", "iban"),
    "HU42-1177-3016-1111-1018-0000-0000": ("HU** **** **** 0000", "iban"),
    "Hu 42 11773016 11111018 00000000": ("HU** **** **** 0000", "iban"),
    "DE89 3704 0044 0532 0130 00": ("DE** **** **** 3000", "iban"),
    "GB29 NWBK 6016 1331 9268 19": ("GB** **** **** 6819", "iban"),
    "11773016-11111018-00000000": ("********-****0000", "account"),
    "11773016-11111018": ("********-****1018", "account"),
    "11773016 11111018": ("********-****1018", "account"),
    "számlaszám: 117730161111101800000000": ("számlaszám: ********-****0000", "account"),
}
CODES = {
    "4111 1111 1111 1111 cvc 123": "**** **** **** 1111 cvc •••",
    "4111 1111 1111 1111 exp 12/27 CVV: 1234": "**** **** **** 1111 exp 12/27 CVV: •••",
    "4111 1111 1111 1111 12/27 123": "**** **** **** 1111 12/27 •••",
    "4111 1111 1111 1111 123": "**** **** **** 1111 •••",
    "4111111111111111, lejárat 12/2027, biztonsági kód 123": "**** **** **** 1111, lejárat 12/2027, biztonsági kód •••",
    "my cvc is 123": "my cvc is •••",
}
LEFT_ALONE = (
    "CL-2026-0117 and CL-2026-0118",
    "G012345678",
    "2026/000117",
    "24681357-2-13",
    "HU24681357, ATU61993034",
    "+36 30 482 9135",
    "06 20 555 0147, 06 1 555 0148",
    "C-10023 T-2026-0042",
    "123 456",
    "1 284 551 284 551,55 EUR",
    "128 455 Ft",
    "4111 1111 1111 1112",
    "1234 5678 9012 3452",
    "HU42 1177 3016 1111 1018 0000 0001",
    "11773017-11111019-00000001",
    "PO 4500012345 for 128455",
    "the security code is 123",
    "2026-03-10 08:30",
    "",
)
PREFIXES = ("4", "51", "55", "2221", "2720", "34", "37")


def checked(prefix: str, body: str) -> str:
    """Return a card number of the length its scheme has, with its check digit."""
    digits = (prefix + body)[: 14 if prefix[0] == "3" else 15]
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


CARD_NUMBERS = st.builds(checked, st.sampled_from(PREFIXES), st.text("0123456789", min_size=15, max_size=15))


class TestMask:
    @pytest.mark.parametrize(("text", "masked"), CARDS.items())
    def test_hides_a_card_but_for_its_last_four_digits(self, text: str, masked: str) -> None:
        found = mask(f"my card ({text}) was charged")

        assert (found.text, found.kinds) == (f"my card ({masked}) was charged", ("card",))

    @pytest.mark.parametrize(("text", "want"), ACCOUNTS.items())
    def test_hides_an_account_but_for_its_last_four_digits(self, text: str, want: tuple[str, str]) -> None:
        found = mask(f"{text}, please")

        assert (found.text, found.kinds) == (f"{want[0]}, please", (want[1],))

    @pytest.mark.parametrize(("text", "masked"), CODES.items())
    def test_hides_the_security_code(self, text: str, masked: str) -> None:
        found = mask(text)

        assert found.text == masked
        assert "cvc" in found.kinds

    @pytest.mark.parametrize("text", LEFT_ALONE)
    def test_leaves_every_other_number(self, text: str) -> None:
        found = mask(text)

        assert (found.text, found.kinds) == (text, ())

    @pytest.mark.parametrize(
        "text",
        [
            "HU61 9990 1055 1004 2738 1900 0001",
            "hu61999010551004273819000001",
            "99901055-10042738-19000001",
            "HU80 9990 1055 2004 2738 1900 0002",
        ],
    )
    def test_shows_the_partners_own_account_in_any_spelling(self, text: str) -> None:
        assert mask(f"to {text}?", PARTNER).text == f"to {text}?"

    def test_hides_a_card_beside_the_partners_account(self) -> None:
        found = mask("HU61 9990 1055 1004 2738 1900 0001 4111 1111 1111 1111", PARTNER)

        assert found.text == "HU61 9990 1055 1004 2738 1900 0001 **** **** **** 1111"

    def test_names_each_kind_once(self) -> None:
        found = mask("4111111111111111 and 5555555555554444, HU42 1177 3016 1111 1018 0000 0000, cvc 123")

        assert found.kinds == ("card", "cvc", "iban")

    @given(CARD_NUMBERS, st.data())
    def test_hides_a_valid_card_however_it_is_spaced(self, number: str, data: st.DataObject) -> None:
        signs = data.draw(st.lists(st.sampled_from(["", "", " ", "-", "  ", " - ", "\u00a0"]), min_size=len(number), max_size=len(number)))
        typed = "".join(digit + sign for digit, sign in zip(number, signs, strict=True)).strip(" -\u00a0")

        found = mask(f"card: {typed}!")

        assert found.kinds == ("card",)
        assert found.text == f"card: **** **** **** {number[-4:]}!"

    @given(CARD_NUMBERS, st.integers(1, 9))
    def test_leaves_digits_that_fail_their_check(self, number: str, off: int) -> None:
        wrong = number[:-1] + str((int(number[-1]) + off) % 10)

        assert mask(wrong).text == wrong

    @given(
        st.lists(
            st.one_of(
                CARD_NUMBERS,
                st.text("0123456789 -*•", max_size=25),
                st.sampled_from(
                    [
                        "HU42 1177 3016 1111 1018 0000 0000",
                        "11773016-11111018",
                        "cvc 123",
                        "12/27",
                        "**** **** **** ",
                        "account",
                        *CARDS,
                        *LEFT_ALONE,
                    ]
                ),
            ),
            max_size=8,
        ),
        st.sampled_from(["", " ", "-", ", ", "\n"]),
    )
    @example(["4111 1111 1111 1111", "1111 1111 1111"], " ")
    def test_changes_nothing_the_second_time(self, parts: list[str], sign: str) -> None:
        once = mask(sign.join(parts)).text

        assert mask(once).text == once

    @pytest.mark.parametrize(
        "unit",
        ["4", "4 ", "4111 ", "4111 1111 1111 1111 ", "HU42", "1-", "12345678-", "cvc ", "account 1 ", " ", "**** ", "számlaszám", "12/27 "],
    )
    def test_stays_quick_on_twenty_thousand_characters(self, unit: str) -> None:
        short, long = (unit * (length // len(unit)) for length in (2_000, 20_000))

        times = []
        for text in (short, long):
            began = time.perf_counter()
            mask(text)
            times.append(time.perf_counter() - began)

        # Ten times the text takes about ten times as long; a hundred times would be quadratic.
        assert times[1] < 60 * times[0] + 0.2


class TestWithoutMasked:
    @pytest.mark.parametrize(
        ("typed", "left"),
        [
            ("here is my card: 4111 1111 1111 1111, pay with it", "here is my card: , pay with it"),
            ("a kártyám 4111 1111 1111 1111, CVC 123 köszönöm", "a kártyám , CVC köszönöm"),
            ("invoice CL-2026-0591 *** please", "invoice CL-2026-0591 *** please"),
        ],
    )
    def test_leaves_nothing_of_a_number(self, typed: str, left: str) -> None:
        assert without_masked(mask(typed).text) == left
