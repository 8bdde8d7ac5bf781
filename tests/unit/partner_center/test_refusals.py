"""What answers that are no success mean."""

from __future__ import annotations

import pytest

from bot.billing.microsoft_ports import (
    ChangedMeanwhile,
    MicrosoftBusy,
    MicrosoftNotAllowed,
    MicrosoftNotFound,
    MicrosoftRefused,
    MicrosoftUnavailable,
    OperationPending,
    RelationshipMissing,
)
from bot.partner_center.refusals import refusal_of, retry_after
from bot.shared.errors import BotError


def refusal(status: int, code: object = None, *, body: object = None, headers: dict[str, str] | None = None) -> BotError:
    told = body if body is not None or code is None else {"code": code, "description": "secret words of anna@example.com"}
    return refusal_of(status=status, body=told, headers=headers or {}, operation="subscriptions.get")


class TestRefusal:
    @pytest.mark.parametrize(
        ("status", "code", "kind"),
        [
            (401, 400, MicrosoftNotAllowed),
            (403, 900150, MicrosoftNotAllowed),
            (403, 900329, MicrosoftNotAllowed),
            (403, 20002, RelationshipMissing),
            (404, 60003, RelationshipMissing),
            (404, 20003, MicrosoftNotFound),
            (403, 800023, MicrosoftRefused),
            (403, 13605, MicrosoftRefused),
            (409, 900278, OperationPending),
            (409, None, OperationPending),
            (409, 27009, MicrosoftRefused),
            (400, 2055, ChangedMeanwhile),
            (412, None, ChangedMeanwhile),
            (400, "800090", MicrosoftRefused),
            (400, 424242, MicrosoftRefused),
            (429, None, MicrosoftBusy),
            (500, None, MicrosoftUnavailable),
            (408, None, MicrosoftUnavailable),
        ],
    )
    def test_is_told_apart_by_status_and_code(self, status: int, code: object, kind: type[BotError]) -> None:
        assert type(refusal(status, code)) is kind

    def test_has_the_code_whether_it_came_as_number_or_text(self) -> None:
        found = [refusal(400, code) for code in (800090, "800090")]

        assert [error.code for error in found if isinstance(error, MicrosoftRefused)] == ["800090", "800090"]

    def test_never_repeats_microsofts_words_in_its_message(self) -> None:
        error = refusal(400, 800090)

        assert "anna" not in str(error)
        assert isinstance(error, MicrosoftRefused)
        assert "anna" in error.description

    def test_for_too_many_requests_tells_how_long_to_wait(self) -> None:
        error = refusal(429, body={"statusCode": 429, "message": "Rate limit is exceeded."}, headers={"Retry-After": "7"})

        assert isinstance(error, MicrosoftBusy)
        assert error.retry_after == 7

    def test_is_read_from_something_that_is_no_json_object(self) -> None:
        assert type(refusal(400, body=["?"])) is MicrosoftRefused


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({}, None),
            ({"Retry-After": "3"}, 3.0),
            ({"Retry-After": "-3"}, 0.0),
            ({"Retry-After": "soon"}, None),
            ({"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
            ({"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
        ],
    )
    def test_is_read_as_seconds_or_as_a_moment(self, headers: dict[str, str], seconds: float | None) -> None:
        assert retry_after(headers) == seconds
