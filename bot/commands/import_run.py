"""One run of ``clearline import``: files in turn, each on its own, with progress, clear errors and a summary."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click
from tqdm import tqdm

from bot.billing.drafts import FileMark, FileRefused, Source, refused
from bot.billing.intake_report import IntakeReport
from bot.ledger_files.sniff import FileKind, sniff
from bot.shared.errors import BotError, Unavailable

_SUFFIXES = (".csv", ".xml")
_QUIET_SECONDS = 2.0
_GROUP = 100
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to import.

    Attributes:
        label: How messages call it: the path as given or found.
        kind: How it is to be read.
        mark: By what it is recognised when it comes again.
    """

    path: Path
    label: str
    kind: FileKind
    mark: FileMark


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did, over all its files."""

    report: IntakeReport
    taken: int
    refused: int


def run_files(
    *, paths: Iterable[Path], what: str, kinds: tuple[FileKind, ...], take: Callable[[Sequence[InputFile]], IntakeReport]
) -> Outcome:
    """Import every file under ``paths``; what is wrong with one is printed to standard error and does not stop the others.

    Args:
        paths: Files and folders; of a folder every ``.csv`` and ``.xml`` below it, in the order of their names.
        what: ``customers``, ``subscriptions``, ``invoices`` or ``payments``.
        kinds: The kinds of file that can hold it.
        take: Imports some files, all or none of them, or raises; gets e-invoices by the hundred and every other file alone.

    Raises:
        Unavailable: The ledger does not answer, so the rest would fail as well.
    """
    run = _Run(take)
    for path in progress(found_files(paths), unit="file"):
        try:
            file = _opened(path, what, kinds)
        except (FileRefused, OSError) as error:
            run.refuse(path, error)
            continue
        run.add(file)
    run.flush()
    return Outcome(report=run.report, taken=run.taken, refused=run.refused)


class _Run:
    """Hands files on in groups and counts what becomes of them."""

    def __init__(self, take: Callable[[Sequence[InputFile]], IntakeReport]) -> None:
        self._take = take
        self._group: list[InputFile] = []
        self.report = IntakeReport()
        self.taken = 0
        self.refused = 0

    def add(self, file: InputFile) -> None:
        """Take the file, now or with the next ones."""
        if file.kind is not FileKind.UBL:
            self.flush()
        self._group.append(file)
        if file.kind is not FileKind.UBL or len(self._group) >= _GROUP:
            self.flush()

    def flush(self) -> None:
        """Take the files that wait."""
        group, self._group = tuple(self._group), []
        if group:
            self._attempt(group)

    def refuse(self, path: Path, error: BotError | OSError) -> None:
        """Say why the file is not taken. Raises: OSError when the disk is full, which no other file will change."""
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise error
        self.refused += 1
        _complain(_lines_for(path, error))

    def _attempt(self, group: tuple[InputFile, ...]) -> None:
        try:
            self.report += self._take(group)
            self.taken += len(group)
        except Unavailable:
            raise
        except (BotError, OSError) as error:
            if len(group) == 1:
                self.refuse(group[0].path, error)
                return
            # One of them is at fault; alone each file stands for itself.
            for file in group:
                self._attempt((file,))


def found_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that ``paths`` stand for, folder by folder, without gathering them all first."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        empty = True
        for folder, subfolders, names in os.walk(path):
            subfolders.sort()
            for name in sorted(names):
                if name.lower().endswith(_SUFFIXES):
                    empty = False
                    yield Path(folder, name)
        if empty:
            yield path


def progress(things: Iterable[_T], *, unit: str) -> Iterator[_T]:
    """Yield ``things`` and show how many, on standard error: at once on a terminal, elsewhere only when it takes long."""
    terminal = sys.stderr.isatty()
    bar = tqdm(
        things,
        unit=f" {unit}s",
        file=sys.stderr,
        leave=False,
        delay=0.0 if terminal else _QUIET_SECONDS,
        mininterval=0.2 if terminal else _QUIET_SECONDS,
    )
    yield from bar


def finish(*, context: click.Context, outcome: Outcome, what: str, extras: Iterable[str] = ()) -> None:
    """Print the summary line and leave with code 1 when a file was refused."""
    click.echo(summary(outcome=outcome, what=what, extras=extras))
    if outcome.refused:
        context.exit(1)


def summary(*, outcome: Outcome, what: str, extras: Iterable[str] = ()) -> str:
    """Return one line about what became of the files, for the operator."""
    report = outcome.report
    counts = [f"{report.added} added"]
    counts += [f"{report.changed} changed"] if report.changed else []
    counts += [f"{report.unchanged} unchanged"] if report.unchanged else []
    parts = [f"{what}: {', '.join(counts)}"]
    if report.created_customers:
        parts.append(f"customers created: {', '.join(report.created_customers)}")
    if report.placed:
        parts.append(f"payments placed: {report.placed}")
    if report.unallocated:
        reasons = ", ".join(f"{count} {reason}" for reason, count in report.unallocated)
        parts.append(f"not (wholly) placed: {sum(count for _, count in report.unallocated)} ({reasons})")
    parts.extend(extras)
    known = f" ({report.known_files} imported before)" if report.known_files else ""
    parts.append(f"files: {outcome.taken} taken{known}, {outcome.refused} refused")
    return "; ".join(parts) + "."


def _opened(path: Path, what: str, kinds: tuple[FileKind, ...]) -> InputFile:
    label = str(path)
    if path.is_dir():
        raise refused(
            source=Source(label), field="", reason="there is no .xml or .csv file in the folder", way_out="Give another folder or the file"
        )
    kind = sniff(path=path, label=label)
    if kind not in kinds:
        known = " or ".join(_NAMES[each] for each in kinds)
        raise refused(source=Source(label), field="", reason=f"the file is {_NAMES[kind]}; {what} come as {known}", way_out=_WAYS_OUT[kind])
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return InputFile(path=path, label=label, kind=kind, mark=FileMark(digest=digest, kind=what, name=path.name))


_NAMES = {FileKind.CSV: "CSV", FileKind.UBL: "a UBL e-invoice", FileKind.CAMT053: "a camt.053 bank statement"}
_WAYS_OUT = {
    FileKind.CSV: "Use the import of what the file holds",
    FileKind.UBL: "Use clearline import invoices",
    FileKind.CAMT053: "Use clearline import payments",
}


def _complain(lines: str) -> None:
    if sys.stderr.isatty():
        # The bar is on the same terminal; a message through it does not tear it.
        tqdm.write(lines, file=sys.stderr)
    else:
        click.echo(lines, err=True)


def _lines_for(path: Path, error: BotError | OSError) -> str:
    if isinstance(error, FileRefused):
        return "\n".join(str(problem) for problem in error.problems)
    if isinstance(error, OSError):
        return f"{path}: the file cannot be read ({error.strerror or error}). Check the path and its permissions."
    return f"{path}: {error}. Nothing of the file was imported; try again."
