"""The table of what was measured, on the terminal and in var/bench/latest.md."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

from bench.processes import STATE
from bot.shared.clock import SystemClock

_HEADER = ("what", "measured", "floor", "ratio", "budget", "")
_FOOT = (
    "Floor: the smallest Rasa bot (bench/floor_bot), unmodified, measured by turns with Clearline. A ratio is the median of the ratios of "
    "the repetitions (in brackets: lowest and highest), so it tells more than the times, which depend on what else the machine does."
)


@dataclass(frozen=True)
class Row:
    """One line of the table; what does not apply is empty. ``kept`` is whether the budget is kept, None without one."""

    what: str
    measured: str
    floor: str = ""
    ratio: str = ""
    budget: str = ""
    kept: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the line's texts in the order of the columns."""
        verdict = {None: "", True: "ok", False: "OVER"}[self.kept]
        return (self.what, self.measured, self.floor, self.ratio, self.budget, verdict)


@dataclass(frozen=True)
class Part:
    """What one part of the run found: lines of the headline table, and more to read below it."""

    rows: tuple[Row, ...]
    details: str = ""
    problems: tuple[str, ...] = ()


def ratio_row(what: str, unit: str, pairs: Sequence[tuple[float, float]], *, most: float | None = None, least: float | None = None) -> Row:
    """Return the line for a figure of ours beside the floor's, both measured in each repetition; budgets are for the ratio."""
    ours, floors = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
    ratios = sorted(our / floor for our, floor in pairs)
    ratio = statistics.median(ratios)
    kept = ratio <= most if most is not None else ratio >= least if least is not None else None
    budget = f"≤ {most:g} ×" if most is not None else f"≥ {least:g} ×" if least is not None else ""
    spread = f" ({ratios[0]:.2f}-{ratios[-1]:.2f})" if len(ratios) > 1 else ""
    return Row(what, f"{ours:.1f} {unit}", f"{floors:.1f} {unit}", f"{ratio:.2f}{spread}", budget, kept)


def limit_row(what: str, value: float, unit: str, *, floor: float | None = None, most: float | None = None, extra: str = "") -> Row:
    """Return the line for a figure with a budget of its own."""
    compared = ("", "") if floor is None else (f"{floor:,.0f} {unit}", f"{value / floor:.2f}")
    budget = "" if most is None else f"≤ {most:,.0f} {unit}"
    return Row(what, f"{value:,.0f} {unit}{extra}", *compared, budget, None if most is None else value <= most)


def table(rows: Sequence[Row]) -> str:
    """Return the lines as a table that reads well on a terminal and is one in Markdown."""
    lines = [_HEADER, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADER))]
    shown = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines]
    return "\n".join([shown[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *shown[1:]])


def machine() -> str:
    """Return what it was measured on."""
    names = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = psutil.virtual_memory().total / 1024**3
    busy = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({names[0] if names else platform.machine()}), {memory:.0f} GiB, Python {platform.python_version()}, "
        f"Rasa {version('rasa')}; load average at the start {busy:.1f}"
    )


def publish(parts: Sequence[Part], *, title: str, on: str, failures: Sequence[str]) -> None:
    """Print the table and write it, with all details, to var/bench/latest.md."""
    rows = [row for part in parts for row in part.rows]
    problems = [problem for part in parts for problem in part.problems]
    lines = [f"# {title}", "", f"{SystemClock().now():%Y-%m-%d %H:%M} UTC, {on}.", "", table(rows), "", _FOOT]
    lines += [f"\nCould not be measured: {failure}" for failure in failures]
    lines += [f"\n{len(problems)} answers were not what they should be, such as: {problems[0]}"] if problems else []
    details = [part.details for part in parts if part.details]
    STATE.mkdir(parents=True, exist_ok=True)
    (STATE / "latest.md").write_text("\n".join([*lines, "", *details]) + "\n", encoding="utf-8")
    print("\n".join(lines))
