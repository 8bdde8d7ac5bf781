"""``clearline train``: train the model, only when something it is made of has changed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import time
from pathlib import Path

import click
from tqdm import tqdm

from bot.shared.errors import Unavailable

MODELS = Path("models")
MODEL = MODELS / "clearline.tar.gz"
_FINGERPRINT = MODELS / "clearline.fingerprint"
_SOURCES = ("config.yml", "domain.yml", "data", "bot/nlu", "bot/billing/invoice_number.py", "bot/billing/invoice_number_noise.py",
            "bot/engine/train.py", "requirements.lock")  # fmt: skip
_USUAL_SECONDS = 60
_LAST_LINES = 25


@click.command()
@click.option("--if-stale", is_flag=True, help="Do nothing when the model was trained on what is here now.")
def train(if_stale: bool) -> None:
    """Train the assistant's model into models/."""
    wanted = fingerprint()
    if if_stale and MODEL.exists() and _FINGERPRINT.exists() and _FINGERPRINT.read_text() == wanted:
        click.echo("the model is up to date")
        return
    MODELS.mkdir(exist_ok=True)
    started = time.monotonic()
    _run_rasa()
    _FINGERPRINT.write_text(wanted)
    click.echo(f"trained {MODEL} in {time.monotonic() - started:.0f} s")


def fingerprint() -> str:
    """Return a hash (hex) of everything the model is made of, by path and content."""
    digest = hashlib.sha256()
    for source in map(Path, _SOURCES):
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        for file in files:
            if file.is_file() and file.suffix in {".yml", ".py", ".lock"} and "responses" not in file.parts:
                digest.update(str(file).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _run_rasa() -> None:
    command = [sys.executable, "-m", "bot.engine.train", "--name", MODEL.name.removesuffix(".tar.gz"), "--out", str(MODELS)]
    process = subprocess.Popen(  # noqa: S603 -- the command is ours, nothing of it is typed by anyone
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout or ()), daemon=True)
    reader.start()
    # Rasa says nothing useful while it trains, so the bar follows the clock and stops short of the end.
    with tqdm(total=_USUAL_SECONDS, desc="training", unit="s", bar_format="{desc} {bar} {n:.0f} s", disable=None) as bar:
        while process.poll() is None:
            time.sleep(0.5)
            bar.update(min(0.5, max(_USUAL_SECONDS - 1 - bar.n, 0)))
    reader.join(timeout=5)
    if process.returncode != 0:
        raise Unavailable("training failed:\n" + "".join(lines[-_LAST_LINES:]))
