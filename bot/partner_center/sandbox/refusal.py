"""How the sandbox says no: Partner Center's own error bodies."""

from __future__ import annotations

from aiohttp import web


class Refusal(Exception):
    """An answer that is not a success.

    Attributes:
        status: HTTP status.
        code: Partner Center's error code.
        description: For people; in words of our own.
    """

    def __init__(self, status: int, code: int, description: str) -> None:
        super().__init__(description)
        self.status, self.code, self.description = status, code, description

    def response(self) -> web.Response:
        """Return it as Partner Center writes it."""
        body = {"code": self.code, "description": self.description, "data": [], "source": "PartnerApiServiceControllers"}
        return web.json_response(body, status=self.status)


def throttled(seconds: float) -> web.Response:
    """Return the refusal for too many requests, which has a body of another shape."""
    body = {"statusCode": 429, "message": "Rate limit is exceeded."}
    return web.json_response(body, status=429, headers={"Retry-After": f"{seconds:g}"})
