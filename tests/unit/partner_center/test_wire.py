"""What Partner Center writes is read, in all the shapes it was seen to have."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.billing.microsoft import LineKind, MicrosoftDocument, MicrosoftLine, MicrosoftStatus, RefundableSeats
from bot.billing.microsoft_ports import MicrosoftUnavailable
from bot.billing.model import BillingPlan, CommerceKind
from bot.partner_center.wire import made, read
from bot.partner_center.wire_customers import WireBillingProfile, WireCost, WireCustomer
from bot.partner_center.wire_invoices import WireAudit, WireInvoice, WireLine, WireSummary
from bot.partner_center.wire_subscriptions import WireSubscription
from bot.partner_center.wire_support import WireServiceRequest
from bot.shared.ids import TenantId
from bot.shared.money import Money
from bot.support.service_requests import RequestSeverity, RequestStatus

FIXTURES = Path(__file__).parents[2] / "fixtures" / "partner_center"
TENANT = TenantId("aa11bb22-0000-4000-8000-000000000001")


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"), parse_float=Decimal)


def line(kind: LineKind) -> MicrosoftLine:
    return read(WireLine, fixture("lines.json")[kind.value], operation="lines").line(number="D0200012AB", kind=kind)


class TestSubscription:
    def test_of_new_commerce_is_read(self) -> None:
        wire = read(WireSubscription, fixture("subscription_new.json"), operation="x")

        found = wire.subscription(tenant_id=TENANT)

        assert (found.id, found.name) == ("7f2c1a5e-0b7d-4f2e-9a10-5e3b1c9d0a11", "Basic for the office")
        assert (found.commerce, found.status, found.billing_plan) == (CommerceKind.NEW, MicrosoftStatus.SUSPENDED, BillingPlan.MONTHLY)
        assert found.created_at == datetime(2024, 3, 4, 8, 15, 30, 123456, tzinfo=UTC)
        assert found.refundable == (RefundableSeats(2, datetime(2024, 3, 11, tzinfo=UTC)),)

    def test_ends_on_the_day_after_its_last_one(self) -> None:
        found = read(WireSubscription, fixture("subscription_new.json"), operation="x").subscription(tenant_id=TENANT)

        assert found.ends_on == date(2025, 3, 4)

    def test_of_2015_is_read_with_its_other_spellings(self) -> None:
        found = read(WireSubscription, fixture("subscription_2015.json"), operation="x").subscription(tenant_id=TENANT)

        assert (found.commerce, found.status, found.quantity) == (CommerceKind.LEGACY, MicrosoftStatus.ACTIVE, 5)
        assert (found.auto_renew, found.billing_plan, found.etag) == (True, BillingPlan.MONTHLY, "v1")

    def test_with_an_end_far_ahead_has_none(self) -> None:
        found = read(WireSubscription, fixture("subscription_2015.json"), operation="x").subscription(tenant_id=TENANT)

        assert found.ends_on is None

    def test_is_named_after_its_offer_when_it_has_no_name(self) -> None:
        found = read(WireSubscription, fixture("subscription_2015.json"), operation="x").subscription(tenant_id=TENANT)

        assert found.name == "Exchange Online (Plan 1)"

    def test_keeps_fields_that_are_not_known(self) -> None:
        wire = read(WireSubscription, fixture("subscription_new.json"), operation="x")

        assert wire.model_extra is not None
        assert wire.model_extra["newThing2027"] == "kept"

    def test_with_an_id_alone_is_read(self) -> None:
        found = read(WireSubscription, {"id": "S"}, operation="x").subscription(tenant_id=TENANT)

        assert (found.status, found.quantity, found.auto_renew) == (MicrosoftStatus.UNKNOWN, 0, False)

    def test_without_an_id_is_refused_by_the_name_of_the_field(self) -> None:
        with pytest.raises(MicrosoftUnavailable, match=r"subscriptions\.get cannot be read: id: missing"):
            read(WireSubscription, {"quantity": 3}, operation="subscriptions.get")

    @pytest.mark.parametrize("quantity", ["many", 2.5, "2.5", True, [1]])
    def test_with_a_quantity_that_is_none_is_refused_without_telling_it(self, quantity: object) -> None:
        with pytest.raises(MicrosoftUnavailable) as caught:
            read(WireSubscription, {"id": "S", "quantity": quantity}, operation="x")

        assert "many" not in str(caught.value)
        assert caught.value.__cause__ is None


class TestCustomer:
    def test_of_a_list_is_read(self) -> None:
        wires = [read(WireCustomer, item, operation="x").customer() for item in fixture("customers_page.json")["items"]]

        assert [(one.tenant_id, one.name, one.relationship) for one in wires] == [
            (TENANT, "Minta Kft.", "reseller"),
            ("aa11bb22-0000-4000-8000-000000000002", "Példa Zrt.", "reseller"),
        ]
        assert wires[0].allows_delegated_access is None

    def test_without_an_id_is_refused(self) -> None:
        with pytest.raises(MicrosoftUnavailable, match="cannot be understood: a customer without an id"):
            made(read(WireCustomer, {}, operation="customers.get").customer, operation="customers.get")

    def test_profile_without_an_address_has_an_empty_one(self) -> None:
        profile = read(WireBillingProfile, {"email": "a@b.example", "defaultAddress": None}, operation="x").profile()

        assert profile.address.city == ""

    def test_cost_without_a_total_is_the_sum(self) -> None:
        cost = read(WireCost, {"pretaxTotal": "10.50", "tax": 1}, operation="x").cost(currency="EUR")

        assert cost.gross == Money(Decimal("11.50"), "EUR")


class TestInvoice:
    def test_of_legacy_is_read(self) -> None:
        found = read(WireInvoice, fixture("invoice_recurring.json"), operation="x").invoice()

        assert (found.number, found.commerce, found.document) == ("D0200012AB", CommerceKind.LEGACY, MicrosoftDocument.CREDIT_NOTE)
        assert found.total == Money(Decimal("-58.10"), "EUR")
        assert found.line_kinds == (LineKind.LICENSE, LineKind.USAGE, LineKind.DAILY_USAGE)
        assert (found.amends, found.is_void) == ("D0200011AA", False)

    def test_period_ends_on_the_day_after_its_last_one(self) -> None:
        assert read(WireInvoice, fixture("invoice_recurring.json"), operation="x").invoice().period_end == date(2024, 5, 6)

    def test_is_due_after_sixty_days(self) -> None:
        assert read(WireInvoice, fixture("invoice_recurring.json"), operation="x").invoice().due_on == date(2024, 7, 7)

    def test_of_new_commerce_is_read_with_amounts_as_text(self) -> None:
        found = read(WireInvoice, fixture("invoice_one_time.json"), operation="x").invoice()

        assert (found.commerce, found.total, found.is_void) == (CommerceKind.NEW, Money(Decimal("1284.55"), "EUR"), True)
        assert found.line_kinds == (LineKind.DAILY_RATED,)

    def test_in_a_currency_that_is_none_is_refused(self) -> None:
        wire = read(WireInvoice, {**fixture("invoice_one_time.json"), "currencyCode": "€"}, operation="x")

        with pytest.raises(MicrosoftUnavailable, match="cannot be understood"):
            made(wire.invoice, operation="invoices.get")

    def test_summary_without_a_payment_has_none(self) -> None:
        found = read(WireSummary, fixture("invoice_summary.json"), operation="x").balance()

        assert (found.balance, found.last_payment, found.last_payment_at) == (Money(Decimal("1284.55"), "EUR"), None, None)


class TestLine:
    def test_of_licences_goes_by_the_id_that_subscriptions_have(self) -> None:
        assert line(LineKind.LICENSE).subscription_id == "0d0c1a5e-0b7d-4f2e-9a10-5e3b1c9d0a22"

    def test_of_licences_is_read(self) -> None:
        found = line(LineKind.LICENSE)

        assert (found.product, found.charge_type, found.quantity) == ("Exchange Online (Plan 1)", "Cycle fee", Decimal(5))
        assert (found.unit_price, found.subtotal) == (Money(Decimal("3.4"), "EUR"), Money(Decimal("16.15"), "EUR"))
        assert ("totalOtherDiscount", "-0.85") in found.extra

    def test_of_usage_is_read(self) -> None:
        found = line(LineKind.USAGE)

        assert (found.product, found.quantity, found.unit) == ("Storage", Decimal("912.337"), "GB")
        assert (found.subtotal, found.total) == (Money(Decimal("14.26"), "EUR"), Money(Decimal("14.26"), "EUR"))

    def test_of_new_commerce_is_read(self) -> None:
        found = line(LineKind.ONE_TIME)

        assert (found.tenant_id, found.invoice_number, found.charge_type) == (TENANT, "G009876543", "addQuantity")
        assert (found.unit_price, found.total) == (Money(Decimal("4.92"), "EUR"), Money(Decimal("13.78"), "EUR"))
        assert ("PromotionId", "39NFJQT1X0S5") in found.extra

    def test_of_daily_usage_has_its_price_in_the_currency_of_the_price_list(self) -> None:
        found = line(LineKind.DAILY_RATED)

        assert (found.used_on, found.unit_price) == (date(2024, 4, 15), Money(Decimal("0.02"), "USD"))
        assert found.subtotal == Money(Decimal("0.56"), "EUR")

    def test_without_amounts_has_none(self) -> None:
        found = read(WireLine, {"resourceName": "VM", "consumedQuantity": 3}, operation="x").line(number="D1", kind=LineKind.DAILY_USAGE)

        assert (found.subtotal, found.total, found.quantity, found.invoice_number) == (None, None, Decimal(3), "D1")


class TestServiceRequest:
    def test_is_read_with_its_reference(self) -> None:
        found = read(WireServiceRequest, fixture("service_request.json"), operation="x").request()

        assert (found.severity, found.status) == (RequestSeverity.MODERATE, RequestStatus.ATTENTION_NEEDED)
        assert (found.reference, found.tenant_id, found.closed_at) == ("esc_0a1b", TENANT, None)

    def test_has_its_notes_oldest_first(self) -> None:
        found = read(WireServiceRequest, fixture("service_request.json"), operation="x").request()

        assert [note.by for note in found.notes] == ["Partner", "Microsoft agent"]

    def test_of_2015_is_read_with_words_as_numbers(self) -> None:
        found = read(WireServiceRequest, fixture("service_request_2015.json"), operation="x").request()

        assert (found.id, found.severity, found.status) == ("615112491160013", RequestSeverity.MINIMAL, RequestStatus.CLOSED)
        assert found.closed_at == datetime(2015, 11, 30, 10, tzinfo=UTC)


class TestDeed:
    def test_is_read(self) -> None:
        found = read(WireAudit, fixture("audit_record.json"), operation="x").deed()

        assert (found.operation, found.status, found.after) == ("update_subscription", "succeeded", '{"quantity":7}')
        assert found.details == (("Source", "Portal"),)
