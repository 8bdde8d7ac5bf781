"""``python -m bench train``: training of both bots from scratch, with no cache, by the clock and by the processor."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.floor import train_floor
from bench.processes import ROOT, clean_environment, note, run_command
from bench.report import Part, limit_row

_MOST_SECONDS = 120


def measure_training(*, folder: Path) -> Part:
    """Train both below ``folder`` and return what it cost. Raises: BenchError."""
    note("training the floor bot from scratch")
    floor = train_floor(cache=folder / "floor-cache")
    note("training Clearline's model from scratch")
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "clearline", "--out", str(folder / "models")]
    _, ours = run_command("training", command, cwd=ROOT, env=clean_environment({"RASA_CACHE_DIRECTORY": str(folder / "cache")}))
    size = (folder / "models" / "clearline.tar.gz").stat().st_size / 1024**2
    rows = (
        limit_row("training", ours.wall, "s", floor=floor.wall, most=_MOST_SECONDS, extra=f" (model {size:.1f} MiB)"),
        limit_row("training, processor time", ours.processor, "s", floor=floor.processor),
        limit_row("training, peak memory", ours.peak, "MiB", floor=floor.peak),
    )
    return Part(rows)
