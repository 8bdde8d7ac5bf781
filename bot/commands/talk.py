"""``clearline ask``, ``chat`` and ``token``: talk to a running Clearline."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import timedelta
from typing import Any

import click

from bot.conversations.tokens import Visitor
from bot.shared.errors import NotFound, Unavailable
from bot.shared.ids import CustomerId
from bot.wiring import Wired, wire

_ANSWER_SECONDS = 45
_MOST_MINUTES = 24 * 60


@click.command()
@click.argument("customer")
@click.option("--contact", help="Mail address of the billing contact; the first on file by default.")
@click.option("--minutes", default=15, show_default=True, type=click.IntRange(0, _MOST_MINUTES), help="How long it is valid.")
def token(customer: str, contact: str | None, minutes: int) -> None:
    """Print a token that signs a visitor in as CUSTOMER (id or customer number)."""
    click.echo(sign_in(wire(), customer=customer, contact=contact, minutes=minutes))


@click.command()
@click.argument("text")
@click.option("--customer", help="Ask as this customer (id or customer number).")
@click.option("--lang", type=click.Choice(["en", "hu"]), help="Language to begin in.")
@click.option("--conversation", help="Go on with this conversation of the same customer.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
def ask(text: str, customer: str | None, lang: str | None, conversation: str | None, as_json: bool) -> None:
    """Ask TEXT and print the answer of a running Clearline."""
    wired = wire()
    bearer = sign_in(wired, customer=customer, contact=None, minutes=15) if customer else None
    answer = post(wired, {"text": text, "lang": lang, "conversation": conversation}, bearer)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        show(answer)


@click.command()
@click.option("--customer", help="Talk as this customer (id or customer number).")
@click.option("--lang", type=click.Choice(["en", "hu"]), help="Language to begin in.")
def chat(customer: str | None, lang: str | None) -> None:
    """Talk to a running Clearline; end with Ctrl-D."""
    wired = wire()
    conversation = secret = None
    buttons: list[dict[str, str]] = []
    while True:
        try:
            text = click.prompt("you", prompt_suffix="> ")
        except click.Abort:
            click.echo()
            return
        bearer = sign_in(wired, customer=customer, contact=None, minutes=15) if customer else None
        chosen = next((one for place, one in enumerate(buttons, start=1) if text.strip() == f"[{place}]"), None)
        body = {"text": chosen["title"] if chosen else text, "payload": chosen["payload"] if chosen else None, "lang": lang}
        answer = post(wired, {**body, "conversation": conversation, "secret": secret}, bearer)
        conversation, secret = answer["conversation"], answer.get("secret") or secret
        buttons = show(answer)


def sign_in(wired: Wired, *, customer: str, contact: str | None, minutes: int) -> str:
    """Return a visitor's token for the customer with that id or number. Raises: NotFound."""
    billing = wired.services.billing
    try:
        found = billing.customer(customer_id=CustomerId(customer))
    except NotFound:
        found = billing.customer_by_number(number=customer)
    mails = [one.email for one in found.contacts]
    if contact is not None and contact.lower() not in (mail.lower() for mail in mails):
        raise NotFound(f"{contact} is not a billing contact of {found.number}")
    visitor = Visitor(found.id, contact or (mails[0] if mails else None))
    return wired.services.tokens.for_visitor(visitor=visitor, now=wired.services.now(), valid_for=timedelta(minutes=minutes))


def post(wired: Wired, body: dict[str, Any], bearer: str | None) -> dict[str, Any]:
    """Send one message to the front door and return its answer. Raises: Unavailable."""
    url = f"http://{wired.settings.http_host}:{wired.settings.http_port}/api/messages"
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
    data = json.dumps({name: value for name, value in body.items() if value is not None}).encode()
    request = urllib.request.Request(url, data=data, headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_ANSWER_SECONDS) as response:
            answer: dict[str, Any] = json.load(response)
            return answer
    except urllib.error.HTTPError as error:
        raise Unavailable(f"the front door refused: {_reason(error)}") from error
    except (urllib.error.URLError, TimeoutError) as error:
        raise Unavailable(f"no front door answers at {url}; start it with 'clearline up' or 'make demo'") from error


def show(answer: dict[str, Any]) -> list[dict[str, str]]:
    """Print the messages of an answer with their buttons numbered; return the buttons of the last one."""
    buttons: list[dict[str, str]] = []
    for message in answer["messages"]:
        click.echo(message["text"])
        buttons = message["buttons"] or buttons
    if buttons:
        click.echo("  ".join(f"[{place}] {one['title']}" for place, one in enumerate(buttons, start=1)))
    if not answer["messages"]:
        click.echo(f"({answer['speaker']} has the conversation; the bot is silent)", err=True)
    return buttons


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"status {error.code}"
