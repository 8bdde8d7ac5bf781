"""``clearline overdue``: collections by the policy: what is due, what is done, and where overdue customers stand."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import Self

import click

from bot.services import Services
from bot.shared.errors import InvalidInput
from bot.shared.formats import show_money
from bot.wiring import wire


@click.group()
def overdue() -> None:
    """Plan, carry out and show the steps of the collections policy."""


_DAY = click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="As on that day; today by default.")


@overdue.command("plan")
@_DAY
def plan(today: datetime | None) -> None:
    """Write down the steps that are due. Sends nothing; asking again changes nothing."""
    services = wire().services
    with _Count("invoices looked at") as told:
        planned = services.overdue.plan(today=_day(services, today), now=services.now(), progress=told)
    click.echo(f"{planned.looked} open invoices, {planned.intended} steps newly due, {planned.broken} promises not kept")


@overdue.command("carry-out")
@_DAY
def carry_out(today: datetime | None) -> None:
    """Do what was planned: write to customers, and propose suspensions to those who may approve them."""
    services = wire().services
    day = _day(services, today)
    if day > services.today():
        raise InvalidInput(f"{day} is still to come; nothing is sent for a day in the future")
    with _Count("customers") as told:
        done = services.overdue.carry_out(today=day, now=services.now(), progress=told)
    click.echo(f"{done.notices} notices, {done.proposed} suspensions proposed, {done.dropped} steps dropped; the worker sends the mails")


@overdue.command("adopt")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Steps of days before this one count as taken.")
def adopt(until: datetime) -> None:
    """Count notices that went out before Clearline did this as sent, so that nobody gets them again."""
    services = wire().services
    count = services.overdue.adopt(until=until.date(), now=services.now())
    click.echo(f"{count} steps counted as taken")


@overdue.command("show")
@_DAY
def show(today: datetime | None) -> None:
    """List every overdue invoice with its step, and the day from which access may stop. Changes nothing."""
    services = wire().services
    day = _day(services, today)
    with services.ledger.begin() as tx:
        customers = tx.all_customers()
    for customer in customers:
        balance = services.billing.open_balance(customer_id=customer.id, today=day)
        for item in balance.invoices:
            if not item.days_overdue:
                continue
            state = services.overdue.ladder(view=item, today=day)
            step = state.current.step.label.en if state.current else "no step yet"
            stops = f"access stops {state.access_stops_on}" if state.access_stops_on else "access does not stop"
            held = ", held by a dispute" if state.held else ""
            amount = show_money(item.open_amount, "en")
            click.echo(f"{customer.number}  {item.invoice.number}  {amount}  {item.days_overdue} days  {step}  {stops}{held}")


def _day(services: Services, given: datetime | None) -> date:
    return given.date() if given else services.today()


class _Count:
    """Shows a count on a terminal while something long is done, and nothing elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __call__(self, count: int) -> None:
        if sys.stderr.isatty():
            self._shown = True
            click.echo(f"\r\x1b[K{count} {self._what}", nl=False, err=True)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
