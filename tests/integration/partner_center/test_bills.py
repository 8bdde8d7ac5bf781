"""Microsoft's bills and the record of deeds, read through the sandbox."""

from __future__ import annotations

from datetime import date

import pytest

from bot.billing.microsoft import LineKind
from bot.billing.microsoft_ports import MicrosoftNotFound, MicrosoftRefused
from bot.partner_center.client import PartnerCenterClient
from tests.integration.partner_center.conftest import LEGACY, MINTA, NEW, NEW_OLD, PELDA, Sandbox


class TestInvoices:
    async def test_are_listed_of_both_commerce_systems(self, client: PartnerCenterClient) -> None:
        assert sorted([one.number async for one in client.invoices()]) == ["D000000002", "G000000001"]

    async def test_are_listed_once_though_some_come_with_every_page(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        template = sandbox.state.invoices["D000000002"]
        for number in range(450):
            sandbox.state.invoices[f"D1{number:08}"] = {**template, "id": f"D1{number:08}"}

        found = [one.number async for one in client.invoices()]

        assert len(found) == len(set(found)) == 452
        assert len(sandbox.asked("GET", "/invoices")) == 3

    async def test_are_listed_from_a_day_on(self, client: PartnerCenterClient) -> None:
        assert [one.number async for one in client.invoices(since=date(2026, 3, 1))] == ["G000000001"]

    async def test_are_got_one_by_one(self, client: PartnerCenterClient) -> None:
        found = await client.invoice(number="G000000001")

        assert (str(found.total), found.due_on, found.line_kinds) == ("149.5 EUR", date(2026, 5, 7), (LineKind.ONE_TIME,))

    async def test_that_are_not_there_are_not_found(self, client: PartnerCenterClient) -> None:
        with pytest.raises(MicrosoftNotFound):
            await client.invoice(number="G1/../../customers")

    async def test_come_as_pdf(self, client: PartnerCenterClient) -> None:
        assert (await client.invoice_statement(number="G000000001")).startswith(b"%PDF")

    async def test_have_a_balance(self, client: PartnerCenterClient) -> None:
        (balance,) = await client.balances()

        assert (str(balance.balance), balance.last_payment) == ("211.1 EUR", None)


class TestLines:
    async def test_of_new_commerce_are_read(self, client: PartnerCenterClient) -> None:
        (line,) = [one async for one in client.invoice_lines(number="G000000001", kind=LineKind.ONE_TIME)]

        assert (line.tenant_id, line.subscription_id, str(line.total)) == (MINTA, NEW_OLD, "149.5 EUR")

    async def test_of_legacy_are_read(self, client: PartnerCenterClient) -> None:
        (line,) = [one async for one in client.invoice_lines(number="D000000002", kind=LineKind.LICENSE)]

        assert (line.subscription_id, str(line.total)) == (LEGACY, "61.6 EUR")

    @pytest.mark.parametrize("kind", [LineKind.USAGE, LineKind.DAILY_USAGE, LineKind.DAILY_RATED])
    async def test_of_a_list_without_any_are_none(self, client: PartnerCenterClient, kind: LineKind) -> None:
        assert [one async for one in client.invoice_lines(number="D000000002", kind=kind)] == []

    @pytest.mark.parametrize(
        ("number", "list_of", "kind"),
        [
            ("G000000001", ("onetime", "billinglineitems"), LineKind.ONE_TIME),
            ("D000000002", ("office", "billinglineitems"), LineKind.LICENSE),
        ],
    )
    async def test_are_read_over_several_pages(
        self, client: PartnerCenterClient, sandbox: Sandbox, number: str, list_of: tuple[str, str], kind: LineKind
    ) -> None:
        sandbox.state.lines[number, *list_of] *= 4500

        count = len([one async for one in client.invoice_lines(number=number, kind=kind)])

        assert (count, len(sandbox.asked("GET", f"/invoices/{number}/lineitems"))) == (4500, 3)


class TestDeeds:
    async def test_tell_what_was_changed(self, client: PartnerCenterClient) -> None:
        await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        (deed,) = [one async for one in client.deeds(since=date(2026, 3, 1), tenant_id=MINTA)]

        assert (deed.operation, deed.customer_name, deed.status) == ("update_subscription", "Minta Kft.", "succeeded")

    async def test_of_another_customer_are_left_out(self, client: PartnerCenterClient) -> None:
        await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        assert [one async for one in client.deeds(since=date(2026, 3, 1), tenant_id=PELDA)] == []

    async def test_are_kept_for_ninety_days(self, client: PartnerCenterClient) -> None:
        with pytest.raises(MicrosoftRefused):
            _ = [one async for one in client.deeds(since=date(2025, 3, 1))]
