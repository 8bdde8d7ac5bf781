"""Service requests and the support profile, through the sandbox with its scripted Microsoft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.billing.microsoft_ports import MicrosoftNotFound, MicrosoftRefused, OutcomeUnknown
from bot.partner_center.client import PartnerCenterClient
from bot.partner_center.sandbox import microsoft
from bot.shared.ids import ServiceRequestId
from bot.support.service_requests import NewServiceRequest, RequestContact, RequestSeverity, RequestStatus, SupportProfile
from tests.integration.partner_center.conftest import MINTA, PELDA, Sandbox

TOPIC = microsoft.TOPICS[0]["id"]
NEW_REQUEST = NewServiceRequest(
    reference="esc_0a1b",
    tenant_id=MINTA,
    title="Charged twice",
    description="Two lines for the same seats.",
    severity=RequestSeverity.MODERATE,
    topic_id=TOPIC,
    contact=RequestContact("Klára", "Szentirmai", "klara@partner.example", "+36 1 555 0100"),
    country="HU",
)


def let_microsoft_work(sandbox: Sandbox, steps: int) -> None:
    for request in sandbox.state.requests_of_service.values():
        for _ in range(steps):
            microsoft.take_step(sandbox.state, request)


class TestOpening:
    async def test_gives_the_request_with_its_reference(self, client: PartnerCenterClient) -> None:
        opened = await client.open_service_request(request=NEW_REQUEST)

        assert (opened.reference, opened.tenant_id, opened.status) == ("esc_0a1b", MINTA, RequestStatus.OPEN)
        assert opened.topic == "Billing and invoices"

    async def test_again_gives_the_same_request(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        first = await client.open_service_request(request=NEW_REQUEST)

        again = await client.open_service_request(request=NEW_REQUEST)

        assert again.id == first.id
        assert len(sandbox.state.requests_of_service) == 1

    async def test_whose_answer_was_lost_is_resolved_by_looking(
        self, new_client: Callable[..., PartnerCenterClient], sandbox: Sandbox
    ) -> None:
        sandbox.fail("lost_answer", method="POST", seconds=1)

        opened = await new_client(try_seconds=0.2).open_service_request(request=NEW_REQUEST)

        assert opened.reference == "esc_0a1b"
        assert len(sandbox.asked("POST", "/servicerequests/en-US")) == 1
        assert len(sandbox.state.requests_of_service) == 1

    async def test_that_was_lost_on_its_way_is_not_sent_again_by_itself(
        self, new_client: Callable[..., PartnerCenterClient], sandbox: Sandbox
    ) -> None:
        sandbox.fail("timeout", method="POST", seconds=1)
        client = new_client(try_seconds=0.2)

        with pytest.raises(OutcomeUnknown, match="look before asking again"):
            await client.open_service_request(request=NEW_REQUEST)

        assert len(sandbox.asked("POST", "/servicerequests/en-US")) == 1
        assert (await client.open_service_request(request=NEW_REQUEST)).reference == "esc_0a1b"

    @pytest.mark.parametrize("kind", ["error", "drop"])
    async def test_that_failed_is_not_sent_again_by_itself(self, client: PartnerCenterClient, sandbox: Sandbox, kind: str) -> None:
        sandbox.fail(kind, method="POST", times=5)

        with pytest.raises(OutcomeUnknown):
            await client.open_service_request(request=NEW_REQUEST)

        assert len(sandbox.asked("POST", "/servicerequests/en-US")) == 1

    async def test_after_too_many_requests_is_sent_again_with_the_same_id(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.fail("throttle", method="POST", seconds=0.01)

        await client.open_service_request(request=NEW_REQUEST)

        sent = sandbox.asked("POST", "/servicerequests/en-US")
        assert [one["status"] for one in sent] == [429, 201]
        assert len({one["headers"]["MS-RequestId"] for one in sent}) == 1

    async def test_about_an_unknown_topic_is_refused(self, client: PartnerCenterClient) -> None:
        with pytest.raises(MicrosoftRefused, match="a value is not acceptable"):
            await client.open_service_request(request=replace(NEW_REQUEST, topic_id="?"))


class TestFollowing:
    async def test_shows_that_microsoft_waits_for_an_answer(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        opened = await client.open_service_request(request=NEW_REQUEST)
        let_microsoft_work(sandbox, 2)

        found = await client.service_request(request_id=opened.id)

        assert (found.status, len(found.notes)) == (RequestStatus.ATTENTION_NEEDED, 2)

    async def test_goes_on_after_a_note(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        opened = await client.open_service_request(request=NEW_REQUEST)
        let_microsoft_work(sandbox, 2)

        answered = await client.add_note(request_id=opened.id, text="Since Monday.")

        assert (answered.status, answered.notes[-1].text) == (RequestStatus.OPEN, "Since Monday.")

    async def test_comes_to_an_end(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        opened = await client.open_service_request(request=NEW_REQUEST)
        let_microsoft_work(sandbox, 2)
        await client.add_note(request_id=opened.id, text="Since Monday.")
        let_microsoft_work(sandbox, 3)

        found = await client.service_request(request_id=opened.id)

        assert found.status is RequestStatus.CLOSED
        assert found.closed_at is not None

    async def test_needs_no_push_when_time_passes(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        opened = await client.open_service_request(request=NEW_REQUEST)
        sandbox.state.ahead += microsoft.PACE

        assert len((await client.service_request(request_id=opened.id)).notes) == 1


class TestNotes:
    async def test_are_written_once(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        opened = await client.open_service_request(request=NEW_REQUEST)
        await client.add_note(request_id=opened.id, text="Since Monday.")

        again = await client.add_note(request_id=opened.id, text="Since Monday.")

        assert len(again.notes) == 1

    async def test_whose_answer_was_lost_are_found_by_looking(
        self, new_client: Callable[..., PartnerCenterClient], sandbox: Sandbox
    ) -> None:
        client = new_client(try_seconds=0.2)
        opened = await client.open_service_request(request=NEW_REQUEST)
        sandbox.fail("lost_answer", method="PATCH", seconds=1)

        noted = await client.add_note(request_id=opened.id, text="Since Monday.")

        assert [note.text for note in noted.notes] == ["Since Monday."]


class TestClosing:
    async def test_closes(self, client: PartnerCenterClient) -> None:
        opened = await client.open_service_request(request=NEW_REQUEST)

        assert (await client.close_service_request(request_id=opened.id)).status is RequestStatus.CLOSED

    async def test_of_a_closed_one_changes_nothing(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        opened = await client.open_service_request(request=NEW_REQUEST)
        await client.close_service_request(request_id=opened.id)

        await client.close_service_request(request_id=opened.id)

        assert len(sandbox.asked("PATCH", f"/servicerequests/{opened.id}")) == 1

    async def test_of_one_that_is_not_there_is_not_found(self, client: PartnerCenterClient) -> None:
        with pytest.raises(MicrosoftNotFound):
            await client.close_service_request(request_id=ServiceRequestId("1"))


class TestListing:
    async def test_gives_those_of_one_customer(self, client: PartnerCenterClient) -> None:
        await client.open_service_request(request=NEW_REQUEST)
        await client.open_service_request(request=replace(NEW_REQUEST, reference="esc_2", tenant_id=PELDA))

        assert [one.reference async for one in client.service_requests(tenant_id=PELDA)] == ["esc_2"]

    async def test_gives_those_in_one_state(self, client: PartnerCenterClient) -> None:
        opened = await client.open_service_request(request=NEW_REQUEST)
        await client.open_service_request(request=replace(NEW_REQUEST, reference="esc_2"))
        await client.close_service_request(request_id=opened.id)

        assert [one.reference async for one in client.service_requests(status=RequestStatus.OPEN)] == ["esc_2"]

    async def test_gives_the_topics(self, client: PartnerCenterClient) -> None:
        assert "Subscription management" in [topic.name for topic in await client.support_topics()]


class TestSupportProfile:
    async def test_is_changed(self, client: PartnerCenterClient) -> None:
        wanted = SupportProfile(email="help@partner.example", telephone="+36 1 555 0199", website="https://partner.example/help")

        await client.set_support_profile(profile=wanted)

        assert await client.support_profile() == wanted

    async def test_is_changed_under_its_other_address_too(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.fail("refuse", method="PUT", path="/profiles/support", status=404, code=1000)

        with pytest.raises(MicrosoftNotFound):
            await client.set_support_profile(profile=SupportProfile("a@b.example", "1", "w"))

        assert len(sandbox.asked("PUT", "/profiles/supportprofile")) == 1
