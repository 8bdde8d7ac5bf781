"""Where refresh tokens are kept, and what a pasted address has in it."""

from __future__ import annotations

import stat
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.partner_center.auth import RefreshTokenFile, code_in, consent_address
from bot.partner_center.options import PartnerCenterOptions
from bot.shared.errors import InvalidInput, Unavailable


class TestRefreshTokenFile:
    def test_begins_with_the_token_of_the_environment(self, tmp_path: Path) -> None:
        assert RefreshTokenFile(tmp_path / "token", given="first").read() == "first"

    def test_gives_the_newest_token(self, tmp_path: Path) -> None:
        RefreshTokenFile(tmp_path / "sub" / "token", given="first").write("second")

        assert RefreshTokenFile(tmp_path / "sub" / "token", given="first").read() == "second"

    def test_lets_a_new_consent_outrank_what_it_keeps(self, tmp_path: Path) -> None:
        RefreshTokenFile(tmp_path / "token", given="first").write("second")

        assert RefreshTokenFile(tmp_path / "token", given="new consent").read() == "new consent"

    def test_is_readable_by_its_owner_only(self, tmp_path: Path) -> None:
        RefreshTokenFile(tmp_path / "token", given="first").write("second")

        assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600

    def test_has_no_trace_of_the_token_of_the_environment(self, tmp_path: Path) -> None:
        RefreshTokenFile(tmp_path / "token", given="the first one").write("second")

        assert "the first one" not in (tmp_path / "token").read_text()

    def test_that_is_broken_says_what_to_do(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text("{")

        with pytest.raises(Unavailable, match="delete it"):
            RefreshTokenFile(tmp_path / "token", given="first").read()

    def test_that_cannot_be_written_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")

        with pytest.raises(Unavailable, match="cannot be kept"):
            RefreshTokenFile(tmp_path / "file" / "token", given="first").write("second")


class TestConsent:
    def test_address_asks_for_the_interface_by_code(self) -> None:
        address = consent_address(PartnerCenterOptions(tenant="t", client_id="c", client_secret="hidden"), state="s")

        query = parse_qs(urlsplit(address).query)
        assert (query["resource"], query["response_type"], query["state"]) == (["https://api.partnercenter.microsoft.com"], ["code"], ["s"])
        assert "hidden" not in address

    def test_code_is_found_in_the_address(self) -> None:
        assert code_in(" http://localhost:8400/?code=abc&state=s \n", state="s") == "abc"

    def test_code_may_be_pasted_alone(self) -> None:
        assert code_in("abc", state="s") == "abc"

    @pytest.mark.parametrize(
        ("pasted", "reason"),
        [
            ("http://localhost/?code=abc&state=other", "another consent"),
            ("http://localhost/?code=abc", "another consent"),
            ("http://localhost/?error=access_denied&state=s", "did not give the consent"),
            ("http://localhost/", "no code"),
            ("", "no code"),
        ],
    )
    def test_address_that_is_not_the_answer_is_refused(self, pasted: str, reason: str) -> None:
        with pytest.raises(InvalidInput, match=reason):
            code_in(pasted, state="s")


class TestOptions:
    def test_never_show_secrets(self) -> None:
        shown = repr(PartnerCenterOptions(tenant="t", client_id="c", client_secret="hidden", refresh_token="also"))

        assert "hidden" not in shown
        assert "also" not in shown

    @pytest.mark.parametrize("address", ["http://example.com", "ftp://127.0.0.1", "example.com"])
    def test_refuse_an_address_where_secrets_would_travel_openly(self, address: str) -> None:
        with pytest.raises(InvalidInput, match="CLEARLINE_PARTNER_CENTER_URL"):
            PartnerCenterOptions(tenant="t", client_id="c", client_secret="s", api_url=address)
