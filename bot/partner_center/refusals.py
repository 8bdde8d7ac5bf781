"""What an answer that is not a success means. Both of Partner Center's error shapes are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

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
from bot.shared.errors import BotError

_LONGEST_DESCRIPTION = 1024
_USUAL_WAIT = 30.0  # seconds, where a refusal for too many requests names none

# Code -> what it means and what to do, in our words. Source: Partner Center: error-codes (2021-08, 2023-10).
_MEANINGS = {
    "2001": "seats cannot change while the subscription is suspended; reactivate it first",
    "2002": "the number of seats is outside what the offer allows",
    "2011": "the subscription is deleted already",
    "2030": "the partner may not sell in that country",
    "2054": "the billing cycle has to be changed on the order",
    "2091": "the offer is not sold any more",
    "3000": "a value is not acceptable",
    "6000": "the order has inactive subscriptions, so its billing cycle cannot change",
    "6001": "the offer does not have that billing cycle",
    "13605": "the customer has not accepted the Microsoft Customer Agreement",
    "27009": "an add-on cannot be enabled while its base subscription is inactive; reactivate the base first",
    "800002": "the request is not acceptable",
    "800023": "the partner's credit line at Microsoft is too low; tell the finance team",
    "800025": "the partner's credit line at Microsoft is too low; tell the finance team",
    "900121": "the partner's credit line at Microsoft is too low; tell the finance team",
    "800040": "the subscription cannot go from its present state to that one; read it again",
    "800073": "the customer's account is under review at Microsoft",
    "800074": "the customer's account is under review at Microsoft",
    "800075": "the customer's account is not approved by Microsoft",
    "800090": "the number of seats cannot be lowered any more in this term",
    "800091": "the subscription cannot be changed while it is suspended",
    "800096": "the state of this subscription cannot be changed",
    "900117": "the time for cancelling is over",
    "900213": "the time for cancelling is over",
    "900214": "the time for giving seats back is over",
    "900257": "the time for giving seats back is over",
    "900263": "this is not possible for legacy subscriptions",
    "900277": "the subscription is about to expire and cannot be changed",
    "900279": "the subscription cannot be changed any more",
    "900280": "the subscription cannot be changed now",
    "900311": "the subscription was changed too often; open a request with Microsoft",
}
_RULES_BEHIND_403 = frozenset({"2030", "2091", "13605", "800023", "800025", "800073", "800074", "800075", "900121", "900263"})
_PENDING = {
    "900278": "an earlier change of the subscription is not finished; try again after 24 hours",
    "800060": "an order of the customer is in progress; try again later",
    "800064": "an order of the customer is in progress; try again later",
    "800082": "the subscription is not ready yet; try again later",
}
_STALE = "2055"
_NO_RELATIONSHIP = frozenset({"20002", "60003"})
_NO_USER = "900329"


def refusal_of(*, status: int, body: object, headers: Mapping[str, str], operation: str) -> BotError:
    """Return the error that an answer stands for.

    Args:
        status: 400 or more.
        body: The parsed JSON, or None when it was none.
        operation: Name of the call, for the message.
    """
    code, description = _code_and_description(body)
    told = f"Partner Center refused {operation}"
    if status == 429:
        wait = retry_after(headers) or _USUAL_WAIT
        return MicrosoftBusy(f"Partner Center has had too many requests; try again in {wait:.0f} s", retry_after=wait)
    if code in _NO_RELATIONSHIP:
        return RelationshipMissing(f"{told}: the company is not, or no longer, a customer of this partner at Microsoft (code {code})")
    if status == 404:
        return MicrosoftNotFound(f"{told}: there is no such thing at Microsoft{_in_brackets(code)}")
    if status == 401 or (status == 403 and code not in _RULES_BEHIND_403):
        return MicrosoftNotAllowed(f"{told}: {_access(code)}{_in_brackets(code)}")
    if status == 412 or code == _STALE:
        return ChangedMeanwhile(f"{told}: somebody else has changed it; read it again", code=code, description=description)
    if code in _PENDING or (status == 409 and code not in _MEANINGS):
        meaning = _PENDING.get(code, "it is being changed; try again in two minutes")
        return OperationPending(f"{told}: {meaning}{_in_brackets(code)}", code=code, description=description)
    if status >= 500 or status == 408:
        return MicrosoftUnavailable(f"Partner Center failed at {operation} (status {status}); try again later")
    meaning = _MEANINGS.get(code, f"the request is not acceptable (status {status})")
    return MicrosoftRefused(f"{told}: {meaning}{_in_brackets(code)}", code=code, description=description)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a ``Retry-After`` header asks to wait (it may also name a moment), or None; never negative."""
    told = headers.get("Retry-After", "").strip()
    if not told:
        return None
    try:
        return max(float(told), 0.0)
    except ValueError:
        pass
    try:
        moment, sent = parsedate_to_datetime(told), parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    return max((_aware(moment) - _aware(sent)).total_seconds(), 0.0)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _code_and_description(body: object) -> tuple[str, str]:
    """Read ``{"code", "description"}``, with the code as number or text, and ``{"statusCode", "message"}``, whatever the case."""
    if not isinstance(body, Mapping):
        return "", ""
    told = {str(name).lower(): value for name, value in body.items()}
    code = told.get("code") or told.get("errorcode") or ""
    description = told.get("description") or told.get("message") or ""
    return str(code), str(description)[:_LONGEST_DESCRIPTION]


def _access(code: str) -> str:
    if code == _NO_USER:
        return "it needs a user's consent; run 'clearline partner-center consent'"
    if code == "900150":
        return "the user who consented lacks the role for it"
    if code in ("900308", "900309"):
        return "the user who consented lacks privileges, or a Conditional Access policy stops it"
    return "this application or its user may not do that"


def _in_brackets(code: str) -> str:
    return f" (code {code})" if code else ""
