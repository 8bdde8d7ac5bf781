"""``clearline tickets``: what waits for a person."""

from __future__ import annotations

import json

import click

from bot.shared.formats import show_datetime
from bot.wiring import wire


@click.command()
@click.option("--all", "include_closed", is_flag=True, help="Closed ones too.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the transcript.")
@click.option("--transcript", is_flag=True, help="Print the conversation under each ticket.")
def tickets(include_closed: bool, as_json: bool, transcript: bool) -> None:
    """List tickets, newest first."""
    services = wire().services
    found = services.conversations.tickets(include_closed=include_closed)
    if as_json:
        rows = [
            {
                "number": one.number,
                "kind": one.kind.value,
                "state": one.state.value,
                "customer": one.customer_id,
                "conversation": one.conversation_id,
                "reason": one.reason.value if one.reason else None,
                "subject": one.subject,
                "language": one.language,
                "opened_at": one.opened_at.isoformat(),
                "answer_by": one.answer_by.isoformat(),
                "transcript": one.transcript,
            }
            for one in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        by = show_datetime(one.answer_by, "en", zone=services.zone)
        reason = f", {one.reason.value}" if one.reason else ""
        click.echo(f"{one.number}  {one.state.value:<11}  answer by {by}  {one.kind.value}{reason}: {one.subject}")
        if transcript and one.transcript:
            click.echo("    " + one.transcript.replace("\n", "\n    "))
    if not found:
        click.echo("no tickets")
