"""``clearline demo facts`` tells the truth of the ledger, role by role."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.demo.facts import NoDemoData, facts
from bot.demo.people import PASSWORD
from bot.services import Services
from bot.shared.formats import show_money
from bot.staff.model import Role
from bot.staff.passwords import verify_password
from bot.store import open_store
from tests.unit.demo.conftest import Loaded

# The contract's roles.
ROLES = {
    "customer",
    "suspended_customer",
    "other_customer",
    "latest_invoice",
    "previous_invoice",
    "latest_open_invoice",
    "overdue_invoice",
    "paid_invoice",
    "active_subscription",
    "active_annual_subscription",
    "subscription_in_window",
    "open_ticket",
    "open_balance",
    "staff",
}


@pytest.fixture
def told(loaded: Loaded, tmp_path: Path) -> dict[str, Any]:
    return facts(services=loaded.services, show_amount=show_money, mail_folder=tmp_path)


class TestFacts:
    def test_have_every_role_of_the_contract(self, told: dict[str, Any]) -> None:
        assert told.keys() >= ROLES
        assert all(told[role] for role in ROLES)
        assert told["missing_roles"] == []

    def test_can_be_written_as_json(self, told: dict[str, Any]) -> None:
        assert json.loads(json.dumps(told)) == told

    def test_say_how_the_customer_is_verified(self, told: dict[str, Any], tmp_path: Path) -> None:
        answers = told["customer"]["verification_answers"]

        assert answers["customer_number"] == told["customer"]["number"]
        assert answers["contact_email"] in [contact["email"] for contact in told["customer"]["contacts"]]
        assert answers["mail_folder"] == str(tmp_path)
        assert {contact["language"] for contact in told["customer"]["contacts"]} == {"en", "hu"}

    def test_give_the_newest_invoice_a_proration_and_a_credit(self, told: dict[str, Any]) -> None:
        assert told["latest_invoice"]["has_proration"]
        assert told["latest_invoice"]["has_credit"]
        assert told["latest_invoice"]["issued_on"] > told["previous_invoice"]["issued_on"]

    def test_show_status_and_amount_in_both_languages(self, told: dict[str, Any]) -> None:
        overdue = told["overdue_invoice"]

        assert (overdue["status"], overdue["status_hu"]) == ("overdue", "lejárt")
        assert (told["paid_invoice"]["status"], told["paid_invoice"]["status_hu"]) == ("paid", "kifizetve")
        assert overdue["amount_text"] == {"en": "€2,283.46", "hu": "2 283,46 EUR"}
        assert overdue["amount"] == "2283.46"

    def test_owe_the_sum_of_the_open_invoices(self, told: dict[str, Any]) -> None:
        owed = Decimal(told["latest_open_invoice"]["open"]["amount"]) + Decimal(told["overdue_invoice"]["open"]["amount"])

        assert Decimal(told["open_balance"]["amount"]) == owed
        assert told["open_balance"]["count"] == 2

    def test_give_paid_invoices_a_day_of_payment_and_others_none(self, told: dict[str, Any]) -> None:
        assert told["paid_invoice"]["paid_on"]
        assert told["overdue_invoice"]["paid_on"] is None

    def test_have_subscriptions_for_each_question(self, told: dict[str, Any]) -> None:
        bought_on = date.fromisoformat(told["subscription_in_window"]["bought_on"])

        assert date.fromisoformat(told["today"]) - bought_on < timedelta(days=7)
        assert told["active_annual_subscription"]["billing_plan"] == "annual"
        assert told["active_subscription"]["renews_on"] > told["today"]
        assert {item["commerce"] for item in told["suspended_customer"]["subscriptions"]} == {"legacy", "new_commerce"}

    def test_keep_the_other_customers_things_apart(self, told: dict[str, Any]) -> None:
        other = told["other_customer"]

        assert other["invoice"]["currency"] == "HUF"
        assert other["invoice"]["number"] not in told["open_balance"]["invoices"]
        assert other["ticket"]["number"] != told["open_ticket"]["number"]

    def test_let_every_role_of_staff_sign_in(self, loaded: Loaded, told: dict[str, Any]) -> None:
        assert set(told["staff"]) == {role.value for role in Role}
        helpdesk = told["staff"]["helpdesk_agent"]
        assert verify_password(helpdesk["password"], loaded.services.staff.by_email(helpdesk["email"]).password_hash)
        assert helpdesk["password"] == PASSWORD

    def test_name_roles_that_nobody_plays_any_more(self, loaded: Loaded, tmp_path: Path) -> None:
        class Later:
            def now(self) -> Any:
                return loaded.services.now() + timedelta(days=30)

        later: Services = replace(loaded.services, clock=Later())

        told = facts(services=later, show_amount=show_money, mail_folder=tmp_path)

        assert told["subscription_in_window"] is None
        assert "subscription_in_window" in told["missing_roles"]

    def test_are_refused_where_the_demo_is_not_loaded(self, loaded: Loaded, tmp_path: Path) -> None:
        empty = open_store(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        empty.migrate()
        services = replace(loaded.services, ledger=empty.ledger, billing=type(loaded.services.billing)(empty.ledger))

        with pytest.raises(NoDemoData):
            facts(services=services, show_amount=show_money, mail_folder=tmp_path)
        empty.close()
