"""Settings of the desk, read from the environment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.settings import Settings
from bot.shared.errors import InvalidInput

PROVIDER = {
    "CLEARLINE_OIDC_ISSUER": "https://login.example/tenant/v2.0",
    "CLEARLINE_OIDC_CLIENT_ID": "desk",
    "CLEARLINE_OIDC_CLIENT_SECRET": "secret",
}


class TestSettingsOfTheDesk:
    def test_have_sessions_of_half_an_hour_and_ten_hours_without_being_set(self) -> None:
        limits = Settings.from_env({"CLEARLINE_VAR": "nowhere"}).session_limits

        assert (limits.idle, limits.longest) == (timedelta(minutes=30), timedelta(hours=10))

    def test_name_what_is_missing_of_a_provider(self) -> None:
        for missing in PROVIDER:
            with pytest.raises(InvalidInput, match=missing):
                Settings.from_env({"CLEARLINE_VAR": "nowhere", **{name: value for name, value in PROVIDER.items() if name != missing}})

    def test_have_a_provider_or_none(self) -> None:
        assert Settings.from_env({"CLEARLINE_VAR": "nowhere"}).oidc_issuer == ""
        assert Settings.from_env({"CLEARLINE_VAR": "nowhere", **PROVIDER}).oidc_client_id == "desk"

    def test_have_proxies_by_commas(self) -> None:
        settings = Settings.from_env({"CLEARLINE_VAR": "nowhere", "CLEARLINE_TRUSTED_PROXIES": "10.0.0.1, 10.0.0.2,"})

        assert settings.trusted_proxies == ("10.0.0.1", "10.0.0.2")
        assert Settings.from_env({"CLEARLINE_VAR": "nowhere"}).trusted_proxies == ("127.0.0.1", "::1")
