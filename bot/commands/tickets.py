"""``clearline tickets``: what waits for a person, and tickets from mail."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import click

from bot.conversations.mail_intake import MailOutcome
from bot.helper_hooks import HelperHooks
from bot.mail.inbound import MailRefused, mail_files, read_mail
from bot.shared.formats import show_datetime
from bot.wiring import wire


@click.group(invoke_without_command=True)
@click.option("--all", "include_closed", is_flag=True, help="Closed ones too.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the transcript.")
@click.option("--transcript", is_flag=True, help="Print the conversation under each ticket.")
@click.pass_context
def tickets(context: click.Context, include_closed: bool, as_json: bool, transcript: bool) -> None:
    """List tickets, newest first."""
    if context.invoked_subcommand is not None:
        return
    services = wire().services
    found = services.conversations.tickets(include_closed=include_closed)
    if as_json:
        rows = [
            {
                "number": one.number,
                "kind": one.kind.value,
                "state": one.state.value,
                "priority": one.priority.value,
                "source": one.source.value,
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


@tickets.command("import-mail")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def import_mail(paths: tuple[Path, ...]) -> None:
    """Make tickets of mails: .eml files, folders of them, or maildirs.

    A ticket number in the subject adds the mail to that ticket, and opens it again if it was closed. A mail that was read before
    changes nothing. Exit code 1 when a file was refused.
    """
    services = wire().services
    counts: Counter[str] = Counter()
    for path in mail_files(paths):
        try:
            taken = services.mail_intake.take(mail=read_mail(path), now=services.now())
        except MailRefused as error:
            counts["refused"] += 1
            click.echo(str(error), err=True)
            continue
        counts[taken.outcome.value] += 1
        if taken.outcome is MailOutcome.OPENED and taken.ticket is not None:
            services.leads.listen_to_mail(ticket=taken.ticket, now=services.now())
        told = {MailOutcome.KNOWN: "read before", MailOutcome.AUTOMATIC: "sent by a program, left alone"}.get(taken.outcome)
        number = taken.ticket.number if taken.ticket else "-"
        click.echo(f"{path}: {number} {told or taken.outcome.value}")
    click.echo("mails: " + (", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"))
    if counts["refused"]:
        sys.exit(1)


@tickets.command("helper-key")
@click.argument("helper")
def helper_key(helper: str) -> None:
    """Print the key by which HELPER of structure.yml signs what it sends; give it to them over a safe way."""
    wired = wire()
    secret = wired.settings.helper_secret
    if not secret or not wired.services.helpers.is_known(helper):
        fail = "CLEARLINE_HELPER_SECRET is not set" if not secret else f"structure.yml has no helper {helper!r} with pass_by: webhook"
        raise click.ClickException(fail)
    click.echo(HelperHooks(secret, clock=wired.services.clock).key_of(helper))
