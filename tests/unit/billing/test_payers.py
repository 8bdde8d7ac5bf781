"""Who paid."""

from __future__ import annotations

import pytest

from bot.billing.model import Customer
from bot.billing.payers import Payers, company_key
from bot.shared.ids import CustomerId

CUSTOMERS = (
    Customer(id=CustomerId("bagoly"), number="C1", name="Bagoly Nyomda Zrt.", bank_accounts=("HU1", "HU9")),
    Customer(id=CustomerId("hollo"), number="C2", name="Holló és Társa Bt.", bank_accounts=("HU2", "HU9")),
    Customer(id=CustomerId("hollo2"), number="C3", name="Holló és Társai Kft."),
)


class TestCompanyKey:
    @pytest.mark.parametrize("name", ["Bagoly Nyomda Zrt.", "BAGOLY NYOMDA ZRT", "bagoly  nyomda", "Bagoly-Nyomda z.r.t."])
    def test_leaves_out_case_punctuation_and_legal_form(self, name: str) -> None:
        assert company_key(name) == "bagoly nyomda"

    def test_keeps_a_name_that_is_nothing_but_a_legal_form(self) -> None:
        assert company_key("AG") == "ag"


class TestIdentify:
    def test_goes_by_the_account_first(self) -> None:
        assert Payers(CUSTOMERS).identify(name="Holló és Társa Bt.", account="HU1") == "bagoly"

    @pytest.mark.parametrize("name", ["Bagoly Nyomda", "BAGOLY NYOMDA ZARTKORUEN MUKODO RESZVENYTARSASAG", "Bagoly Nymda Zrt"])
    def test_knows_a_name_without_accents_or_with_a_slip(self, name: str) -> None:
        assert Payers(CUSTOMERS).identify(name=name, account="") == "bagoly"

    def test_does_not_choose_between_names_that_are_nearly_alike(self) -> None:
        assert Payers(CUSTOMERS).identify(name="Hollo es Tarsax", account="") is None

    @pytest.mark.parametrize("name", ["", "X", "Bagoly Nyomdaipari Szolgáltató", "Sas Nyomda Zrt."])
    def test_does_not_guess(self, name: str) -> None:
        assert Payers(CUSTOMERS).identify(name=name, account="") is None

    def test_lets_the_name_decide_between_owners_of_a_shared_account(self) -> None:
        payers = Payers(CUSTOMERS)

        assert payers.identify(name="Bagoly Nyomda", account="HU9") == "bagoly"
        assert payers.identify(name="Somebody else", account="HU9") is None
