"""Customers and subscriptions, read and changed through the sandbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.billing.microsoft import ChangeOutcome, MicrosoftStatus, SupportContact
from bot.billing.microsoft_ports import MicrosoftNotFound, MicrosoftRefused, OperationPending
from bot.billing.model import CommerceKind
from bot.partner_center.client import PartnerCenterClient
from tests.integration.partner_center.conftest import ADD_ON, LEGACY, MINTA, NEW, NEW_OLD, PELDA, Sandbox


class TestCustomers:
    async def test_are_listed(self, client: PartnerCenterClient) -> None:
        found = [customer async for customer in client.customers()]

        assert [(one.tenant_id, one.name) for one in found] == [(MINTA, "Minta Kft."), (PELDA, "Példa Zrt.")]

    async def test_are_listed_over_several_pages(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        first, page = await client.customers_page(size=1)
        second, last = await client.customers_page(cursor=page.cursor, size=1)

        assert [one.tenant_id for one in (*first, *second)] == [MINTA, PELDA]
        assert (page.total, last.cursor) == (2, None)
        assert sandbox.asked("GET", "/customers")[1]["query"] == {"size": "1", "seekOperation": "Next"}

    async def test_are_found_by_the_beginning_of_their_name(self, client: PartnerCenterClient) -> None:
        assert [one.name async for one in client.customers(name_begins="pél")] == ["Példa Zrt."]

    async def test_are_got_one_by_one(self, client: PartnerCenterClient) -> None:
        assert (await client.customer(tenant_id=MINTA)).allows_delegated_access is True

    async def test_have_profiles(self, client: PartnerCenterClient) -> None:
        company, billing = await client.company_profile(tenant_id=MINTA), await client.billing_profile(tenant_id=MINTA)

        assert (company.name, billing.address.city) == ("Minta Kft.", "Pécs")

    async def test_have_agreements(self, client: PartnerCenterClient) -> None:
        assert [one.kind for one in await client.agreements(tenant_id=MINTA)] == ["MicrosoftCustomerAgreement"]

    async def test_that_are_not_there_are_not_found(self, client: PartnerCenterClient) -> None:
        with pytest.raises(MicrosoftNotFound):
            await client.customer(tenant_id="../invoices")  # type: ignore[arg-type]

    async def test_have_service_costs(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.state.costs[MINTA] = [{"subscriptionId": NEW, "offerName": "Basic", "quantity": 10, "pretaxTotal": 46.0, "tax": 0}]

        (cost,) = await client.service_costs(tenant_id=MINTA)

        assert (cost.subscription_id, str(cost.gross)) == (NEW, "46.0 EUR")


class TestSubscriptions:
    async def test_are_listed_with_their_commerce_system(self, client: PartnerCenterClient) -> None:
        found = await client.subscriptions(tenant_id=MINTA)

        kinds = {one.id: one.commerce for one in found}
        assert kinds == {NEW: CommerceKind.NEW, NEW_OLD: CommerceKind.NEW, LEGACY: CommerceKind.LEGACY, ADD_ON: CommerceKind.LEGACY}

    async def test_of_a_customer_without_any_are_none(self, client: PartnerCenterClient) -> None:
        assert await client.subscriptions(tenant_id=PELDA) == ()

    async def test_are_suspended(self, client: PartnerCenterClient) -> None:
        change = await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        assert (change.outcome, change.subscription.status) == (ChangeOutcome.CHANGED, MicrosoftStatus.SUSPENDED)
        assert (await client.subscription(tenant_id=MINTA, subscription_id=NEW)).status is MicrosoftStatus.SUSPENDED

    async def test_of_new_commerce_lose_their_auto_renewal_with_suspension(self, client: PartnerCenterClient) -> None:
        await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        back = await client.reactivate(tenant_id=MINTA, subscription_id=NEW, key="deed-2")

        assert (back.subscription.status, back.subscription.auto_renew) == (MicrosoftStatus.ACTIVE, False)

    async def test_of_legacy_take_their_add_ons_along(self, client: PartnerCenterClient) -> None:
        await client.suspend(tenant_id=MINTA, subscription_id=LEGACY, key="deed-1")

        assert (await client.subscription(tenant_id=MINTA, subscription_id=ADD_ON)).status is MicrosoftStatus.SUSPENDED

    async def test_that_are_add_ons_wait_for_their_base(self, client: PartnerCenterClient) -> None:
        await client.suspend(tenant_id=MINTA, subscription_id=LEGACY, key="deed-1")

        with pytest.raises(MicrosoftRefused, match="reactivate the base first") as caught:
            await client.reactivate(tenant_id=MINTA, subscription_id=ADD_ON, key="deed-2")

        assert caught.value.code == "27009"

    async def test_that_are_suspended_already_are_left_alone(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")
        sandbox.state.requests.clear()

        change = await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        assert change.outcome is ChangeOutcome.ALREADY_SO
        assert [one["method"] for one in sandbox.state.requests] == ["GET"]

    async def test_keep_what_the_client_does_not_know(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.state.subscriptions[MINTA][NEW]["newThing2027"] = {"a": 1.5}

        await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        assert sandbox.state.subscriptions[MINTA][NEW]["newThing2027"] == {"a": 1.5}

    async def test_that_take_their_time_are_pending_at_first(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.fail("pending", method="PATCH", seconds=0)

        change = await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        assert (change.outcome, change.subscription.status) == (ChangeOutcome.PENDING, MicrosoftStatus.ACTIVE)
        assert (await client.subscription(tenant_id=MINTA, subscription_id=NEW)).status is MicrosoftStatus.SUSPENDED

    async def test_in_the_midst_of_a_change_say_so(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.fail("conflict", method="PATCH")

        with pytest.raises(OperationPending, match="not finished"):
            await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

    async def test_that_are_not_there_are_not_found(self, client: PartnerCenterClient) -> None:
        with pytest.raises(MicrosoftNotFound):
            await client.suspend(tenant_id=PELDA, subscription_id=NEW, key="deed-1")

    async def test_that_were_deleted_stay_so(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.state.subscriptions[MINTA][NEW]["status"] = "deleted"

        with pytest.raises(MicrosoftRefused, match="deleted already"):
            await client.reactivate(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

    async def test_have_a_support_contact(self, client: PartnerCenterClient) -> None:
        wanted = SupportContact(tenant_id="t", partner_id="1234567", name="Partner")

        await client.set_support_contact(tenant_id=MINTA, subscription_id=NEW, contact=wanted)

        assert await client.support_contact(tenant_id=MINTA, subscription_id=NEW) == wanted


class TestChangedMeanwhile:
    @pytest.mark.parametrize("times", [1])
    async def test_is_read_again_and_tried_once_more(self, client: PartnerCenterClient, sandbox: Sandbox, times: int) -> None:
        sandbox.fail("stale_etag", method="PATCH", times=times)

        change = await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        assert change.outcome is ChangeOutcome.CHANGED

    async def test_twice_is_told(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.fail("stale_etag", method="PATCH", times=2)

        with pytest.raises(MicrosoftRefused, match="somebody else has changed it"):
            await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

    async def test_is_noticed_by_the_version_that_was_read(self, new_client: Callable[..., PartnerCenterClient], sandbox: Sandbox) -> None:
        await new_client().suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        (sent,) = sandbox.asked("PATCH", f"/customers/{MINTA}/subscriptions/{NEW}")
        assert sent["status"] == 200
        assert sandbox.state.subscriptions[MINTA][NEW]["_version"] == 2
