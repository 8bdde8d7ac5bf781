"""``python -m bench [turn|train|import|nlu …]``: measure, and print a table beside the smallest possible Rasa bot.

It exits with 0 also when a budget is not kept: it measures, it does not judge. It exits with 1 when something could not
be measured, or answers were wrong. Progress goes to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import aiohttp
import psutil

from bench.floor import start_floor
from bench.imports import measure_import
from bench.processes import BenchError, Child, note, stopping
from bench.product import start_product
from bench.report import Part, machine, publish
from bench.train import measure_training
from bench.turn import FULL, QUICK, measure_turns
from bench.understanding import measure_understanding

_WHAT = ("turn", "nlu", "train", "import")
_FAILURES = (BenchError, OSError, aiohttp.ClientError, TimeoutError, psutil.Error)


def main() -> None:
    """Measure what was asked for, everything by default."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Clearline beside the smallest possible Rasa bot.")
    parser.add_argument("what", nargs="*", help=f"{', '.join(_WHAT)}; all by default")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: to see that it works, not to compare")
    parser.add_argument("--no-train", action="store_true", help="measure the model in models/ even when it is stale")
    wanted = parser.parse_args()
    unknown = set(wanted.what) - set(_WHAT)
    if unknown:
        parser.error(f"cannot measure {', '.join(sorted(unknown))}; choose from {', '.join(_WHAT)}")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    names = tuple(name for name in _WHAT if name in wanted.what) or _WHAT
    on = machine()
    try:
        parts, failures = _measure(names, quick=wanted.quick, train=not wanted.no_train)
    except KeyboardInterrupt:
        note("stopped; nothing was written")
        sys.exit(128 + signal.SIGINT)
    how = [text for text, chosen in (("quick", wanted.quick), ("with the model as found", wanted.no_train)) if chosen]
    title = f"Measured: {', '.join(names)}{' (' * bool(how)}{', '.join(how)}{')' * bool(how)}"
    publish(parts, title=title, on=on, failures=failures)
    sys.exit(1 if failures or any(part.problems for part in parts) else 0)


def _measure(names: tuple[str, ...], *, quick: bool, train: bool) -> tuple[list[Part], list[str]]:
    """Return what was found, and why what was not found was not."""
    parts: list[Part] = []
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="clearline-bench-") as name:
        folder = Path(name)
        if "train" in names:
            with _kept(failures):
                parts.append(measure_training(folder=folder))
        if {"turn", "nlu"} & set(names):
            with _kept(failures):
                _measure_running(names, folder=folder, quick=quick, train=train, parts=parts, failures=failures)
        if "import" in names:
            with _kept(failures):
                parts.append(measure_import(invoices=20_000 if quick else 100_000))
    return parts, failures


def _measure_running(names: tuple[str, ...], *, folder: Path, quick: bool, train: bool, parts: list[Part], failures: list[str]) -> None:
    """Measure what needs both bots running."""
    size = QUICK if quick else FULL
    children: list[Child] = []
    with stopping(children):
        floor = start_floor(folder=folder, children=children)
        product = start_product(folder=folder, children=children, train=train)
        if "turn" in names:
            with _kept(failures):
                parts.append(measure_turns(product, floor, size))
        if "nlu" in names:
            with _kept(failures):
                parts.append(measure_understanding(product, floor, repetitions=size.repetitions))


@contextlib.contextmanager
def _kept(failures: list[str]) -> Iterator[None]:
    """Remember a failure and go on with the next part."""
    try:
        yield
    except _FAILURES as error:
        failures.append(f"{type(error).__name__}: {error}")
        note(failures[-1])


def _leave(number: int, frame: FrameType | None) -> None:
    """End as by Ctrl-C, so that everything started is stopped."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
