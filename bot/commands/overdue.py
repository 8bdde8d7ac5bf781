"""``clearline overdue``: where overdue customers stand on the collections policy."""

from __future__ import annotations

from datetime import date, datetime

import click

from bot.overdue.ladder import ladder_of
from bot.shared.formats import show_money
from bot.wiring import wire


@click.group()
def overdue() -> None:
    """Show where overdue customers stand."""


@overdue.command("show")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="As on that day; today by default.")
def show(today: datetime | None) -> None:
    """List every overdue invoice with its step, and the day on which access stops. Changes nothing."""
    services = wire().services
    day: date = today.date() if today else services.today()
    with services.ledger.begin() as tx:
        customers = tx.all_customers()
    for customer in customers:
        balance = services.billing.open_balance(customer_id=customer.id, today=day)
        for item in balance.invoices:
            if not item.days_overdue:
                continue
            state = ladder_of(view=item, policies=services.collections, today=day)
            step = state.current.step.label.en if state.current else "no step yet"
            stops = f"access stops {state.access_stops_on}" if state.access_stops_on else "access does not stop"
            held = ", held by a dispute" if state.held else ""
            amount = show_money(item.open_amount, "en")
            click.echo(f"{customer.number}  {item.invoice.number}  {amount}  {item.days_overdue} days  {step}  {stops}{held}")
