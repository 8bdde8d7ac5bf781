"""Invoice numbers with the endings their last digit takes, login codes by their many names, and two mail addresses."""

import pytest

from bot.billing import invoice_number
from bot.nlu.contacts import find_emails
from bot.nlu.folding import fold
from bot.nlu.shapes import find_login_codes
from bot.nlu.spans import drop_refused

INVOICES = {
    "#30512-vel kapcsolatban": ["#30512"],
    "#30511-gyel": ["#30511"],
    "#40520-szal": ["#40520"],
    "a CL-2025-0344-gyel": ["CL-2025-0344"],
    "a 30511-es, 30512-es számla": ["30511", "30512"],
    "a 30511-es meg a 30512-es számla": ["30511", "30512"],
    "2025/Q3 and H2/2025": [],
}


class TestInvoiceNumbers:
    @pytest.mark.parametrize(("text", "numbers"), INVOICES.items())
    def test_lose_their_ending(self, text: str, numbers: list[str]) -> None:
        assert [found.text for found in invoice_number.find_candidates(text)] == numbers


class TestLoginCodes:
    @pytest.mark.parametrize(
        "text",
        [
            *(
                "belépési kód: 482 915",
                "itt a belépőkód 482915, kérem",
                "a bejelentkezési kódom 482915 volt, jó?",
                "az sms-kód 482915, köszi szépen",
            ),
            *("the login code is 482915 for us", "my passcode: 482915, ok?"),
        ],
    )
    def test_go_by_many_names(self, text: str) -> None:
        assert [span.value for span in find_login_codes(text)] == ["482915"]


class TestTwoMailAddresses:
    @pytest.mark.parametrize("text", ["not old@ceg.example but new@ceg.example", "nem old@ceg.example hanem new@ceg.example"])
    def test_both_stay(self, text: str) -> None:
        standing = drop_refused(fold(text), find_emails(text))

        assert [span.value for span in standing] == ["old@ceg.example", "new@ceg.example"]
