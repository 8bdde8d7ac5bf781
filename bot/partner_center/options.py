"""What the client is told by the settings. Standard library only, so that ``bot.settings`` stays quick to read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.shared.errors import InvalidInput

API_URL = "https://api.partnercenter.microsoft.com"
LOGIN_URL = "https://login.microsoftonline.com"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class PartnerCenterOptions:
    """How to reach Partner Center.

    Attributes:
        tenant: The partner's own tenant: GUID or domain.
        refresh_token: From the consent; empty means that only calls in the application's own name work.
        token_file: Where the newest refresh token is kept when Microsoft exchanges it.
        redirect_url: Registered with the application; the browser ends there after the consent.
        locale: Language of what Microsoft writes (``X-Locale``).
        try_seconds: Longest one attempt may take.
        deadline_seconds: Longest a call may take with all its attempts and waits.
        tries: Attempts of a call that may be repeated; at least 1.
        requests_per_minute: Own pace. Microsoft allows 500 for customers and subscriptions.
        parallel: Requests on their way at the same time.
    """

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    token_file: Path = Path("partner-center-token.json")
    api_url: str = API_URL
    login_url: str = LOGIN_URL
    redirect_url: str = "http://localhost:8400/"
    locale: str = "en-US"
    try_seconds: float = 20.0
    deadline_seconds: float = 60.0
    tries: int = 4
    first_pause_seconds: float = 0.5
    requests_per_minute: int = 400
    parallel: int = 4

    def __post_init__(self) -> None:
        for name, address in (("CLEARLINE_PARTNER_CENTER_URL", self.api_url), ("CLEARLINE_PARTNER_CENTER_LOGIN_URL", self.login_url)):
            parts = urlsplit(address)
            if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
                raise InvalidInput(f"{name} must be an https address, or http on this machine; the secrets travel there")
