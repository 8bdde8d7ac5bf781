"""Tokens of both kinds: asked for, renewed, refused; and the consent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.billing.microsoft_ports import ConsentMissing, MicrosoftNotAllowed, MicrosoftUnavailable
from bot.partner_center.auth import RefreshTokenFile, TokenKind, code_in, consent_address, exchange_code
from bot.partner_center.client import PartnerCenterClient
from bot.partner_center.sandbox.tokens import REFRESH_TOKEN
from bot.partner_center.transport import Call
from tests.integration.partner_center.conftest import MINTA, Sandbox

NewClient = Callable[..., PartnerCenterClient]


class TestTokens:
    async def test_are_asked_for_once_by_many_calls_at_once(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        await asyncio.gather(*(client.customer(tenant_id=MINTA) for _ in range(10)))

        assert [kind for kind, _ in sandbox.sign_in.access.values()] == ["app"]

    async def test_of_a_user_are_used_where_needed(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        await client.support_profile()

        assert [kind for kind, _ in sandbox.sign_in.access.values()] == ["user"]

    async def test_of_the_application_are_refused_where_a_user_is_needed(self, client: PartnerCenterClient) -> None:
        with pytest.raises(MicrosoftNotAllowed, match="needs a user's consent"):
            await client._transport.send(Call("x", "GET", "/profiles/support", TokenKind.APP))

    async def test_that_have_run_out_are_replaced(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        await client.customer(tenant_id=MINTA)
        sandbox.sign_in.access.clear()

        assert (await client.customer(tenant_id=MINTA)).name == "Minta Kft."

    async def test_that_are_refused_again_and_again_are_given_up(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.fail("refuse", status=401, code=400, times=9)

        with pytest.raises(MicrosoftNotAllowed):
            await client.customer(tenant_id=MINTA)

        assert len(sandbox.asked("GET", f"/customers/{MINTA}")) == 2

    async def test_of_a_short_life_are_renewed_before_their_end(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.state.limits.token_seconds = 1
        await client.customer(tenant_id=MINTA)
        await asyncio.sleep(0.6)

        await client.customer(tenant_id=MINTA)

        assert len(sandbox.sign_in.access) == 2


class TestRefreshToken:
    async def test_that_comes_anew_is_kept(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        await client.support_profile()

        kept = RefreshTokenFile(sandbox.options.token_file, given=REFRESH_TOKEN).read()
        assert kept != REFRESH_TOKEN
        assert kept in sandbox.sign_in.refresh_tokens

    async def test_that_was_kept_is_used_by_the_next_process(self, new_client: NewClient, sandbox: Sandbox) -> None:
        await new_client().support_profile()
        sandbox.sign_in.refresh_tokens.discard(REFRESH_TOKEN)

        await new_client().support_profile()

    async def test_that_is_missing_tells_to_consent(self, new_client: NewClient) -> None:
        with pytest.raises(ConsentMissing, match="clearline partner-center consent"):
            await new_client(refresh_token="").support_profile()

    async def test_that_was_revoked_tells_to_consent_again(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.sign_in.refresh_tokens.clear()

        with pytest.raises(ConsentMissing, match="does not take the consent any more"):
            await client.support_profile()

    async def test_that_was_revoked_leaves_the_applications_own_calls_working(self, client: PartnerCenterClient, sandbox: Sandbox) -> None:
        sandbox.sign_in.refresh_tokens.clear()

        assert (await client.customer(tenant_id=MINTA)).name == "Minta Kft."


class TestApplication:
    async def test_with_a_wrong_secret_is_told_which_setting_is_wrong(self, new_client: NewClient) -> None:
        with pytest.raises(MicrosoftNotAllowed, match="CLEARLINE_PARTNER_CENTER_CLIENT_SECRET") as caught:
            await new_client(client_secret="the wrong one").customer(tenant_id=MINTA)

        assert "the wrong one" not in str(caught.value)

    async def test_without_a_sign_in_service_is_told_so(self, new_client: NewClient) -> None:
        with pytest.raises(MicrosoftUnavailable, match="sign-in service does not answer"):
            await new_client(login_url="http://127.0.0.1:9", tries=1).customer(tenant_id=MINTA)


class TestConsent:
    async def test_ends_with_a_refresh_token_that_works(self, new_client: NewClient, sandbox: Sandbox) -> None:
        async with aiohttp.ClientSession() as browser:
            answer = await browser.get(consent_address(sandbox.options, state="s"), allow_redirects=False)
        code = code_in(answer.headers["Location"], state="s")

        token = await exchange_code(sandbox.options, code=code)

        sandbox.sign_in.refresh_tokens.intersection_update({token})
        await new_client(refresh_token=token).support_profile()

    async def test_code_is_good_once(self, sandbox: Sandbox) -> None:
        async with aiohttp.ClientSession() as browser:
            answer = await browser.get(consent_address(sandbox.options, state="s"), allow_redirects=False)
        (code,) = parse_qs(urlsplit(answer.headers["Location"]).query)["code"]
        await exchange_code(sandbox.options, code=code)

        with pytest.raises(ConsentMissing):
            await exchange_code(sandbox.options, code=code)
