"""``clearline demo``: data to try the product with."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from tqdm import tqdm

from bot.demo.facts import facts as demo_facts
from bot.demo.generate import generate
from bot.demo.load import Batch, is_loaded, load
from bot.settings import Settings
from bot.shared.formats import show_money
from bot.wiring import wire


@click.group()
def demo() -> None:
    """Load demo data and tell what is in it."""


@demo.command("load")
def load_demo() -> None:
    """Put the demo data into the database, through the importers; does nothing when it is there."""
    services = wire().services
    if is_loaded(services):
        click.echo("the demo data is there")
        return
    with tempfile.TemporaryDirectory(prefix="clearline-demo-") as name:
        folder = Path(name)
        click.echo("making the demo data")
        generate(folder, now=services.now(), zone=services.zone)
        load(folder, services=services, progress=_progress)
    click.echo("the demo data is loaded")


@demo.command("files")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def write_files(folder: Path) -> None:
    """Write the demo's files into FOLDER: samples of everything that can be imported."""
    services = wire().services
    generate(folder, now=services.now(), zone=services.zone)
    click.echo(f"written to {folder}/")


@demo.command("facts")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for scripts.")
def show_facts(as_json: bool) -> None:
    """Tell who plays which role in the demo data, read back from the ledger."""
    wired = wire()
    found = demo_facts(services=wired.services, show_amount=show_money, mail_folder=_mail_folder(wired.settings))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for role, fact in found.items():
        click.echo(f"{role}: {json.dumps(fact, ensure_ascii=False)}")


def _mail_folder(settings: Settings) -> Path:
    return Path(settings.mail_url.removeprefix("file:"))


def _progress(batches: Sequence[Batch]) -> Iterable[Batch]:
    return tqdm(batches, desc="importing", unit="batch", disable=not sys.stderr.isatty())
