"""The rules of the two commerce systems, as far as the sandbox keeps them.

Source: Partner Center: create-a-new-subscription (2021-07, 2023-10), subscription-lifecycle (2023-10), error-codes (2021-08, 2023-10).
"""

from __future__ import annotations

import copy
from datetime import datetime, timedelta

from bot.partner_center.sandbox.refusal import Refusal
from bot.partner_center.sandbox.state import Resource, State, etag, read_time, wire_day

NEW_COMMERCE = "OnlineServicesNCE"
MOST_SEATS = 10_000
WINDOW = timedelta(days=7)
_EXPIRED, _DISABLED_AFTER_EXPIRY, _DISABLED_AFTER_SUSPENSION = timedelta(days=30), timedelta(days=90), timedelta(days=120)
_LEGACY_SUSPENSION = timedelta(days=90)
_TERM_DAYS = {"P1M": 30, "P1Y": 365, "P3Y": 1095}
_MOVES = {("active", "suspended"), ("suspended", "active"), ("active", "deleted"), ("suspended", "deleted")}


def is_new(subscription: Resource) -> bool:
    """Return whether it is in new commerce."""
    return bool(subscription.get("productType", {}).get("id") == NEW_COMMERCE)


def apply_change(state: State, tenant: str, identifier: str, body: Resource) -> Resource:
    """Change a subscription as a PATCH asks, and return it.

    Raises:
        Refusal: A rule of its commerce system says no, or the ETag is outdated.
    """
    live = state.subscription(tenant, identifier)
    sent_etag = body.get("attributes", {}).get("etag")
    if sent_etag and sent_etag != live["attributes"]["etag"]:
        raise Refusal(400, 2055, "the ETag is outdated")
    before, work = copy.deepcopy(live), copy.deepcopy(live)
    status = str(body.get("status", work["status"])).lower()
    if status != work["status"]:
        _move(state, tenant, work, status)
    # Against what was there before: a suspension that switches auto-renew off is no wish of the caller to switch it on again.
    if int(body.get("quantity") or before["quantity"]) != before["quantity"]:
        _set_quantity(work, int(body["quantity"]), state.now())
    if bool(body.get("autoRenewEnabled", before["autoRenewEnabled"])) != before["autoRenewEnabled"]:
        _set_auto_renew(work, on=bool(body["autoRenewEnabled"]))
    work["friendlyName"] = body.get("friendlyName", work["friendlyName"])
    touched(work)
    live.clear()
    live.update(work)
    if status == "suspended" and before["status"] == "active" and not is_new(live):
        _suspend_add_ons(state, tenant, live, state.now())
    state.note_deed(operation="update_subscription", resource="subscription", tenant=tenant.lower(), before=before, after=live)
    return live


def touched(subscription: Resource) -> None:
    """Give it the next version."""
    version = subscription.get("_version", 1) + 1
    subscription["_version"] = version
    subscription["attributes"] = {"etag": etag(subscription["id"], version), "objectType": "Subscription"}


def _move(state: State, tenant: str, work: Resource, status: str) -> None:
    if work["status"] == "deleted":
        raise Refusal(400, 2011, "the subscription has been deleted")
    if (work["status"], status) not in _MOVES:
        raise Refusal(400, 800040, f"a subscription cannot go from {work['status']} to {status}")
    now = state.now()
    if status == "suspended":
        _suspend(work, now)
    elif status == "active":
        _reactivate(state, tenant, work, now)
    else:
        _cancel(work, now)


def _suspend(work: Resource, now: datetime) -> None:
    work["status"] = "suspended"
    work["suspensionReasons"] = ["CustomerCancellation"]
    work["_suspendedAt"] = wire_day(now)
    if is_new(work):
        # New commerce switches auto-renew off, and forgets what was planned for the renewal.
        work["autoRenewEnabled"] = False
        work.pop("scheduledNextTermInstructions", None)


def _suspend_add_ons(state: State, tenant: str, base: Resource, now: datetime) -> None:
    for other in state.subscriptions[tenant.lower()].values():
        if other.get("parentSubscriptionId") == base["id"] and other["status"] == "active":
            _suspend(other, now)
            touched(other)


def _reactivate(state: State, tenant: str, work: Resource, now: datetime) -> None:
    if is_new(work) and now.date() > read_time(work["commitmentEndDate"]).date():
        raise Refusal(400, 900279, "the term has ended")
    parent = work.get("parentSubscriptionId")
    base = state.subscriptions[tenant.lower()].get(parent) if parent else None
    if base is not None and base["status"] != "active":
        raise Refusal(409, 27009, "the base subscription is not active")
    work["status"] = "active"
    work["suspensionReasons"] = []
    work.pop("_suspendedAt", None)


def _cancel(work: Resource, now: datetime) -> None:
    if not is_new(work):
        raise Refusal(400, 800096, "a legacy subscription is suspended, not deleted")
    until = work.get("cancellationAllowedUntilDate")
    if until is None or now > read_time(until):
        raise Refusal(400, 900117, "the time for cancelling is over")
    work["status"] = "deleted"
    work["autoRenewEnabled"] = False


def _set_quantity(work: Resource, quantity: int, now: datetime) -> None:
    if work["status"] != "active":
        raise Refusal(400, 800091 if is_new(work) else 2001, "seats cannot change while the subscription is not active")
    if not 1 <= quantity <= MOST_SEATS:
        raise Refusal(400, 2002, f"between 1 and {MOST_SEATS} seats are possible")
    fewer = work["quantity"] - quantity
    if is_new(work):
        details = work.setdefault("refundableQuantity", {"totalQuantity": 0, "details": []})["details"]
        details[:] = [part for part in details if read_time(part["allowedUntilDateTime"]) >= now]
        if fewer > sum(part["quantity"] for part in details):
            raise Refusal(400, 800090, "the time for giving so many seats back is over")
        if fewer < 0:
            details.append({"quantity": -fewer, "allowedUntilDateTime": wire_day(now + WINDOW)})
        while fewer > 0:
            taken = min(fewer, details[-1]["quantity"])
            details[-1]["quantity"] -= taken
            fewer -= taken
            if not details[-1]["quantity"]:
                details.pop()
        work["refundableQuantity"]["totalQuantity"] = sum(part["quantity"] for part in details)
    work["quantity"] = quantity


def _set_auto_renew(work: Resource, *, on: bool) -> None:
    if on and work["status"] != "active":
        raise Refusal(400, 800091, "auto-renew can be switched on for an active subscription only")
    work["autoRenewEnabled"] = on
    if not on:
        work.pop("scheduledNextTermInstructions", None)


def let_time_pass(state: State) -> None:
    """Carry out what was pending and what the calendar brings: renewal, expiry, the end of a suspension."""
    now = state.now()
    due = [change for change in state.pending if change.at <= now]
    state.pending = [change for change in state.pending if change.at > now]
    for change in due:
        apply_change(state, change.tenant, change.subscription, {**change.body, "attributes": {}})
    for of_tenant in state.subscriptions.values():
        for subscription in of_tenant.values():
            if _grow_old(subscription, now):
                touched(subscription)


def _grow_old(work: Resource, now: datetime) -> bool:
    """Return whether the calendar changed the subscription. A state may last for less than the time that passed."""
    changed = False
    while _step(work, now):
        changed = True
    return changed


def _step(work: Resource, now: datetime) -> bool:
    status = work["status"]
    if not is_new(work):
        over = status == "suspended" and now - read_time(work["_suspendedAt"]) > _LEGACY_SUSPENSION
        return over and _become(work, "deleted")
    end = work.get("commitmentEndDate")
    if end is None or status not in ("active", "suspended", "expired", "disabled"):
        return False
    ended = read_time(end) + timedelta(days=1)
    if status == "active" and now >= ended:
        return _renew(work, ended) if work["autoRenewEnabled"] else _become(work, "expired")
    if status == "suspended" and now >= ended:
        return _become(work, "disabled")
    if status == "expired" and now >= ended + _EXPIRED:
        return _become(work, "disabled")
    # Thirty days after the suspended term, or after thirty days expired: ninety more, then nothing is left.
    kept = _DISABLED_AFTER_SUSPENSION if work.get("_suspendedAt") else _EXPIRED + _DISABLED_AFTER_EXPIRY
    return status == "disabled" and now >= ended + kept and _become(work, "deleted")


def _become(work: Resource, status: str) -> bool:
    work["status"] = status
    return True


def _renew(work: Resource, begins: datetime) -> bool:
    days = timedelta(days=_TERM_DAYS.get(work.get("termDuration", "P1Y"), 365))
    work["effectiveStartDate"] = wire_day(begins)
    work["commitmentEndDate"] = wire_day(begins + days - timedelta(days=1))
    work["cancellationAllowedUntilDate"] = wire_day(begins + WINDOW)
    work["refundableQuantity"] = {
        "totalQuantity": work["quantity"],
        "details": [{"quantity": work["quantity"], "allowedUntilDateTime": wire_day(begins + WINDOW)}],
    }
    return True
