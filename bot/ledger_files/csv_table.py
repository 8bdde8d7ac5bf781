"""CSV files as strangers make them: encodings, separators, ragged rows. Rows are streamed; memory is bounded by one row."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.billing.drafts import FileRefused, Problem, Source, refused

_MAX_LINE_CHARACTERS = 1_000_000
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_TYPOGRAPHIC = "\u20ac\u2013\u2014\u201e\u201d\u2019\u00a0"
_AS_UTF8 = "Save the file as UTF-8 (in Excel: CSV UTF-8) and import again"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one kind of file.

    Attributes:
        required: Names that must be there.
        optional: Names that may be there.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """Return every name, the required ones first."""
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file being read.

    Attributes:
        label: How messages call the file.
        decimal_comma: Whether a comma may stand for the decimal point, which is so in semicolon files.
        rows: Line number in the file and the trimmed fields by column name, one after the other; can be read once.
    """

    label: str
    decimal_comma: bool
    rows: Iterator[tuple[int, dict[str, str]]]


def read_table(*, path: Path, label: str, columns: Columns) -> Table:
    """Open the CSV file at ``path`` and check its header.

    Raises:
        FileRefused: The header is missing, or has unknown, doubled or missing columns. Rows are refused while they are read:
            when they are not UTF-8, have NUL characters, or more or fewer fields than the header.
    """
    lines = _lines(path, label)
    try:
        header_line = next(lines)
    except StopIteration:
        raise refused(
            source=Source(label),
            field="",
            reason="the file is empty",
            way_out=f"Its first row must be the header: {', '.join(columns.required)}",
        ) from None
    separator = _separator(header_line, label)
    reader = csv.reader(_chain(header_line, lines), delimiter=separator, strict=True)
    try:
        names = [name.strip().lower() for name in next(reader)]
    except csv.Error as error:
        raise _unreadable_row(label, 1, error) from error
    while names and not names[-1]:
        names.pop()
    problems = list(_header_problems(names, columns, label))
    if problems:
        raise FileRefused(problems)
    return Table(label=label, decimal_comma=separator == ";", rows=_rows(reader, names, label))


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _lines(path: Path, label: str) -> Iterator[str]:
    with path.open("rb") as binary:
        if binary.read(2) in _UTF16_MARKS:
            raise refused(source=Source(label, 1), field="", reason="the file is UTF-16, not UTF-8", way_out=_AS_UTF8)
        binary.seek(0)
        text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
        number = 0
        try:
            while line := text.readline(_MAX_LINE_CHARACTERS):
                number += 1
                if "\0" in line:
                    raise refused(
                        source=Source(label, number),
                        field="",
                        reason="the line has a NUL character",
                        way_out="Export the file again; this one is damaged or not text",
                    )
                if len(line) >= _MAX_LINE_CHARACTERS:
                    raise refused(
                        source=Source(label, number),
                        field="",
                        reason="the line has a million characters or more",
                        way_out="Export the file again; it is damaged or not CSV",
                    )
                yield line
        except UnicodeDecodeError as error:
            raise _encoding_refusal(path, label) from error


def _encoding_refusal(path: Path, label: str) -> FileRefused:
    """Say on which line the first byte stands that is not UTF-8; the decoder itself only knows its block."""
    with path.open("rb") as binary:
        for number, line in enumerate(iter(lambda: binary.readline(_MAX_LINE_CHARACTERS), b""), start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                byte = line[error.start]
                guess = _guess(line)
                reason = f"byte 0x{byte:02X} at position {error.start + 1} is not UTF-8{guess}"
                return refused(source=Source(label, number), field="", reason=reason, way_out=_AS_UTF8)
    return refused(source=Source(label), field="", reason="the file is not UTF-8", way_out=_AS_UTF8)


def _guess(line: bytes) -> str:
    try:
        text = line.decode("cp1250")
    except UnicodeDecodeError:
        return ""
    letters = [character for character in text if not character.isascii()]
    readable = letters and all(character.isalpha() or character in _TYPOGRAPHIC for character in letters)
    return "; it looks like Windows-1250 (ANSI)" if readable else ""


def _separator(header: str, label: str) -> str:
    counts = {separator: header.count(separator) for separator in ",;\t"}
    best = max(counts, key=lambda separator: counts[separator])
    if best == "\t" and counts[best]:
        raise refused(
            source=Source(label, 1),
            field="",
            reason="the columns are separated by tabs",
            way_out="Export the file with commas or semicolons",
        )
    return best if counts[best] else ","


def _header_problems(names: Sequence[str], columns: Columns, label: str) -> Iterator[Problem]:
    source = Source(label, 1)
    for position, name in enumerate(names, start=1):
        if not name:
            yield Problem(source, f"column {position}", "the column has no name", "Name it or take it out")
        elif name in names[: position - 1]:
            yield Problem(source, name, "the column stands twice in the header", "Take one of the two out")
        elif name not in columns.known:
            near = difflib.get_close_matches(name, columns.known, n=1, cutoff=0.6)
            way_out = f"Did you mean {near[0]}" if near else f"Take it out; known are {', '.join(columns.known)}"
            yield Problem(source, name, "the column is not known", way_out + ("?" if near else ""))
    missing = [name for name in columns.required if name not in names]
    if missing:
        yield Problem(
            source, missing[0], f"required columns are missing: {', '.join(missing)}", "Add them; docs/import-formats.md lists all columns"
        )


def _rows(reader: Iterator[list[str]], names: Sequence[str], label: str) -> Iterator[tuple[int, dict[str, str]]]:
    width = len(names)
    # ``line_num`` is where a row ends; a quoted field may hold line breaks, so the next row begins one further.
    ended: Callable[[], int] = lambda: reader.line_num  # type: ignore[attr-defined]  # noqa: E731 -- the stubs type csv.reader as a plain iterator
    while True:
        begins = ended() + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unreadable_row(label, begins, error) from error
        if not fields or (len(fields) == 1 and not fields[0].strip()):
            continue
        if len(fields) < width or any(fields[width:]):
            raise refused(
                source=Source(label, begins),
                field="",
                reason=f"the row has {len(fields)} fields, the header {width}",
                way_out="Put a field that contains the separator between quotation marks, and keep empty fields",
            )
        yield begins, dict(zip(names, map(str.strip, fields), strict=False))


def _unreadable_row(label: str, line: int, error: csv.Error) -> FileRefused:
    return refused(
        source=Source(label, line),
        field="",
        reason=f"the row cannot be read ({error})",
        way_out="Look for a quotation mark that is not closed or not doubled",
    )
