"""What the client does when Partner Center fails: repeat what may be repeated, within bounds, and say what is not known."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import Callable

import pytest
from prometheus_client import CollectorRegistry

from bot.billing.microsoft import ChangeOutcome
from bot.billing.microsoft_ports import MicrosoftBusy, MicrosoftNotAllowed, MicrosoftUnavailable, OutcomeUnknown, RelationshipMissing
from bot.partner_center.client import PartnerCenterClient
from tests.integration.partner_center.conftest import MINTA, NEW, Sandbox

_CUSTOMER = f"/customers/{MINTA}"
_SUBSCRIPTION = f"{_CUSTOMER}/subscriptions/{NEW}"

NewClient = Callable[..., PartnerCenterClient]


def statuses(sandbox: Sandbox, method: str, path: str) -> list[int | None]:
    return [one.get("status") for one in sandbox.asked(method, path)]


class TestHeaders:
    async def test_are_those_documented(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        await client.customer(tenant_id=MINTA)

        headers = sandbox.asked("GET", _CUSTOMER)[0]["headers"]
        assert uuid.UUID(headers.pop("MS-RequestId")) != uuid.UUID(headers.pop("MS-CorrelationId"))
        assert headers == {
            "Accept": "application/json",
            "MS-Contract-Version": "v1",
            "MS-PartnerCenter-Application": "Clearline",
            "User-Agent": "Clearline",
            "X-Locale": "en-US",
        }

    async def test_have_another_request_id_for_another_call(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        await client.customer(tenant_id=MINTA)
        await client.customer(tenant_id=MINTA)

        assert len({one["headers"]["MS-RequestId"] for one in sandbox.asked("GET", _CUSTOMER)}) == 2

    async def test_have_the_same_request_id_for_a_repeat_and_another_correlation(
        self, client: PartnerCenterClient, sandbox: Sandbox
    ) -> None:
        sandbox.fail("error", status=500)

        await client.customer(tenant_id=MINTA)

        sent = [one["headers"] for one in sandbox.asked("GET", _CUSTOMER)]
        assert len({one["MS-RequestId"] for one in sent}) == 1
        assert len({one["MS-CorrelationId"] for one in sent}) == 2


class TestRepeating:
    @pytest.mark.parametrize("kind", ["error", "drop", "malformed"])
    async def test_helps_when_it_was_a_passing_fault(self, client: PartnerCenterClient, sandbox: Sandbox, kind: str) -> None:
        sandbox.fail(kind, times=2)

        assert (await client.customer(tenant_id=MINTA)).name == "Minta Kft."

    # aiohttp itself sends a GET once more whose connection was closed.
    @pytest.mark.parametrize(("kind", "requests"), [("error", 3), ("drop", 6), ("malformed", 3)])
    async def test_ends_after_a_few_tries(self, new_client: NewClient, sandbox: Sandbox, kind: str, requests: int) -> None:
        sandbox.fail(kind, times=50)

        with pytest.raises(MicrosoftUnavailable):
            await new_client(tries=3).customer(tenant_id=MINTA)

        assert len(sandbox.asked("GET", _CUSTOMER)) == requests

    async def test_helps_when_an_answer_was_too_slow(self, new_client: NewClient, sandbox: Sandbox) -> None:
        sandbox.fail("timeout", seconds=1)

        assert (await new_client(try_seconds=0.2).customer(tenant_id=MINTA)).name == "Minta Kft."

    async def test_is_counted(self, client: PartnerCenterClient, sandbox: Sandbox, registry: CollectorRegistry) -> None:
        sandbox.fail("error", status=503)

        await client.customer(tenant_id=MINTA)

        labels = {"operation": "customers.get"}
        assert registry.get_sample_value("clearline_partner_center_repeats_total", {**labels, "reason": "503"}) == 1
        assert registry.get_sample_value("clearline_partner_center_calls_total", {**labels, "outcome": "200"}) == 1
        assert registry.get_sample_value("clearline_partner_center_seconds_count", labels) == 1


class TestTooManyRequests:
    async def test_wait_as_long_as_microsoft_asks(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.fail("throttle", seconds=0.3)
        began = asyncio.get_running_loop().time()

        await client.customer(tenant_id=MINTA)

        assert asyncio.get_running_loop().time() - began >= 0.3
        assert statuses(sandbox, "GET", _CUSTOMER) == [429, 200]

    async def test_hold_back_every_call_of_the_client(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.fail("throttle", path="/customers", seconds=0.3)
        waiting = asyncio.create_task(client.customers_page())
        await asyncio.sleep(0.1)
        began = asyncio.get_running_loop().time()

        await client.customer(tenant_id=MINTA)

        assert asyncio.get_running_loop().time() - began >= 0.15
        await waiting

    async def test_are_given_up_when_the_wait_is_longer_than_the_deadline(self, new_client: NewClient, sandbox: Sandbox) -> None:
        sandbox.fail("throttle", seconds=120)

        with pytest.raises(MicrosoftBusy, match="try again in 120 s") as caught:
            await new_client(deadline_seconds=1.0).customer(tenant_id=MINTA)

        assert caught.value.retry_after == 120

    async def test_are_refused_by_the_sandbox_above_its_limit(self, new_client: NewClient, sandbox: Sandbox) -> None:
        sandbox.state.limits.per_minute = 3
        client = new_client(deadline_seconds=2.0)
        for _ in range(3):
            await client.customer(tenant_id=MINTA)

        with pytest.raises(MicrosoftBusy):
            await client.customer(tenant_id=MINTA)

    async def test_are_avoided_by_the_own_pace(self, new_client: NewClient, sandbox: Sandbox) -> None:
        client = new_client(requests_per_minute=600)
        began = asyncio.get_running_loop().time()

        for _ in range(4):
            await client.customer(tenant_id=MINTA)

        assert asyncio.get_running_loop().time() - began >= 0.3


class TestDeadline:
    async def test_ends_a_call_with_all_its_repeats(self, new_client: NewClient, sandbox: Sandbox) -> None:
        sandbox.fail("timeout", times=50, seconds=5)
        client = new_client(try_seconds=0.2, deadline_seconds=0.5, tries=50)
        began = asyncio.get_running_loop().time()

        with pytest.raises(MicrosoftUnavailable):
            await client.customer(tenant_id=MINTA)

        assert asyncio.get_running_loop().time() - began < 1.5


class TestConnection:
    async def test_that_is_refused_is_told_with_the_way_out(self, new_client: NewClient, sandbox: Sandbox) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            client = new_client(api_url=f"http://127.0.0.1:{unused.getsockname()[1]}", tries=2)

            with pytest.raises(MicrosoftUnavailable, match="check the network, and CLEARLINE_PARTNER_CENTER_URL"):
                await client.customer(tenant_id=MINTA)

    async def test_that_is_refused_leaves_a_change_undone_for_certain(self, new_client: NewClient, sandbox: Sandbox) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            client = new_client(api_url=f"http://127.0.0.1:{unused.getsockname()[1]}", tries=2)

            with pytest.raises(MicrosoftUnavailable) as caught:
                await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        assert not isinstance(caught.value, OutcomeUnknown)


class TestChange:
    async def test_whose_answer_was_lost_is_sent_again_as_the_same_request(self, new_client: NewClient, sandbox: Sandbox) -> None:
        sandbox.fail("lost_answer", method="PATCH", seconds=1)

        change = await new_client(try_seconds=0.2).suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        assert change.outcome is ChangeOutcome.CHANGED
        assert len({one["headers"]["MS-RequestId"] for one in sandbox.asked("PATCH", _SUBSCRIPTION)}) == 1
        assert sandbox.state.subscriptions[MINTA][NEW]["_version"] == 2

    async def test_whose_answers_are_all_lost_is_found_by_looking(self, new_client: NewClient, sandbox: Sandbox) -> None:
        sandbox.fail("lost_answer", method="PATCH", seconds=1, times=9)

        change = await new_client(try_seconds=0.2, tries=2).suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        assert change.outcome is ChangeOutcome.CHANGED

    async def test_that_never_came_through_is_not_known(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.fail("error", method="PATCH", times=9)

        with pytest.raises(OutcomeUnknown):
            await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

    async def test_stays_unknown_when_the_repeat_cannot_be_made(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.fail("error", method="PATCH", times=1)
        sandbox.fail("throttle", method="PATCH", times=1, seconds=100)

        with pytest.raises(OutcomeUnknown):
            await client.suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

    async def test_asked_again_after_a_crash_is_the_same_request(self, new_client: NewClient, sandbox: Sandbox) -> None:
        await new_client().suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")
        sandbox.state.subscriptions[MINTA][NEW]["status"] = "active"

        await new_client().suspend(tenant_id=MINTA, subscription_id=NEW, key="deed-1")

        assert len({one["headers"]["MS-RequestId"] for one in sandbox.asked("PATCH", _SUBSCRIPTION)}) == 1


class TestRelationship:
    async def test_that_was_removed_is_told(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.state.customers[MINTA]["relationshipToPartner"] = "none"

        with pytest.raises(RelationshipMissing, match="no longer, a customer of this partner"):
            await client.subscriptions(tenant_id=MINTA)

    async def test_that_needs_another_role_is_told(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.fail("refuse", status=403, code=900150)

        with pytest.raises(MicrosoftNotAllowed, match="lacks the role"):
            await client.balances()


class TestPages:
    async def test_that_break_in_the_middle_are_asked_for_again(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        _, first = await client.customers_page(size=1)
        sandbox.fail("malformed", path="/customers")

        found, _ = await client.customers_page(cursor=first.cursor, size=1)

        assert [one.name for one in found] == ["Példa Zrt."]
