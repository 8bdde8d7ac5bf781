"""An A4 sheet with a font that prints Hungarian, a footer, and the few ways of placing text that documents use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from bot.shared.errors import Unavailable

FONT = "DejaVu"
MARGIN = 15.0
_FONT_FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
_LINE_HEIGHT_FACTOR = 0.48
_SMALLEST_SIZE = 4.0
_GREY = 110
_LONGEST = 1000

Align = Literal["L", "R", "C"]


class NoFont(Unavailable):
    """The font that documents are printed in is not installed."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` in millimetres. Columns aligned left wrap, the others shrink to fit."""

    title: str
    width: float
    align: Align = "R"


class Sheet(FPDF):  # type: ignore[misc, unused-ignore]  # the project's mypy settings may not follow fpdf
    """A document being written; lengths are millimetres, font sizes points."""

    def __init__(self, *, language: str, title: str, author: str, created_at: datetime, footnote: str) -> None:
        """Begin an empty document. The same arguments and text give the same bytes.

        Raises:
            NoFont: The font's files are not where they should be.
        """
        super().__init__(format="A4")
        self._footnote = footnote
        for style, path in _font_paths().items():
            self.add_font(FONT, style, path)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=22)
        self.set_lang("hu-HU" if language == "hu" else "en-GB")
        self.set_title(title)
        self.set_author(author)
        self.set_creation_date(created_at)
        self.set_producer("Clearline")
        self.add_page()

    def footer(self) -> None:
        """Print the footnote and "page / pages" at the bottom; fpdf calls this on each page."""
        self.set_y(-16)
        self.rule()
        self.write_font(7)
        self.set_text_color(_GREY)
        self.cell(self.epw - 25, 6, self._footnote)
        # The place-holder is replaced by the number of pages after it was placed by its own, larger width.
        slack = self.get_string_width("{nb}") - self.get_string_width("1")
        self.cell(25 + slack, 6, f"{self.page_no()} / {{nb}}", align="R")
        self.set_text_color(0)

    def write_font(self, size: float, *, bold: bool = False) -> None:
        """Write in ``size`` points from here on."""
        self.set_font(FONT, "B" if bold else "", size)

    def rule(self) -> None:
        """Draw a thin grey line across the page at the present height."""
        self.set_draw_color(190)
        self.set_line_width(0.2)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())

    def keep(self, height: float) -> bool:
        """Begin a new page unless ``height`` still fits on this one; return whether it did."""
        if not self.will_page_break(height):
            return False
        self.add_page()
        return True

    def block(self, text: str, *, x: float, width: float, size: float, bold: bool = False, align: Align = "L", grey: bool = False) -> None:
        """Write ``text`` wrapped to ``width`` with its left edge at ``x``, and go on below it."""
        self.write_font(size, bold=bold)
        self.set_text_color(_GREY if grey else 0)
        self.set_x(x)
        self.multi_cell(width, size * _LINE_HEIGHT_FACTOR, printable(text), align=align, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(0)

    def fitted(self, text: str, *, x: float, y: float, width: float, size: float, bold: bool = False, align: Align = "R") -> None:
        """Write ``text`` on one line in a box at (``x``, ``y``), smaller where it is too wide."""
        height = size * _LINE_HEIGHT_FACTOR
        text = printable(text)
        self.write_font(size, bold=bold)
        while self.get_string_width(text) > width - 2 * self.c_margin and size > _SMALLEST_SIZE:
            size -= 0.25
            self.write_font(size, bold=bold)
        self.set_xy(x, y)
        self.cell(width, height, text, align=align)

    def height_of(self, text: str, *, width: float, size: float, bold: bool = False) -> float:
        """Return how high ``text`` is when wrapped to ``width``."""
        self.write_font(size, bold=bold)
        height = self.multi_cell(width, size * _LINE_HEIGHT_FACTOR, printable(text), dry_run=True, output=MethodReturnValue.HEIGHT)
        return float(height) if isinstance(height, int | float) else 0.0

    def table_head(self, columns: Sequence[Column], *, size: float) -> None:
        """Print the titles of ``columns`` on a grey band."""
        self.set_fill_color(236)
        height = size * _LINE_HEIGHT_FACTOR + 3
        y = self.get_y()
        self.rect(self.l_margin, y, sum(column.width for column in columns), height, style="F")
        x = self.l_margin
        for column in columns:
            self.fitted(column.title, x=x, y=y + 1.5, width=column.width, size=size, bold=True, align=column.align)
            x += column.width
        self.set_xy(self.l_margin, y + height + 1)

    def table_row(self, columns: Sequence[Column], texts: Sequence[str], *, size: float, small: str = "", bold: bool = False) -> None:
        """Print one row, with ``small`` in grey under its left-aligned cell.

        A row that does not fit on the page begins a new one, with the titles again.
        """
        wide = next(index for index, column in enumerate(columns) if column.align == "L")
        height = self.height_of(texts[wide], width=columns[wide].width, size=size, bold=bold)
        if small:
            height += self.height_of(small, width=columns[wide].width, size=size - 1)
        if self.keep(height + 2):
            self.table_head(columns, size=size)
        x, y = self.l_margin, self.get_y()
        for index, (column, text) in enumerate(zip(columns, texts, strict=True)):
            if index == wide:
                self.set_y(y)
                self.block(text, x=x, width=column.width, size=size, bold=bold)
                if small:
                    self.block(small, x=x, width=column.width, size=size - 1, grey=True)
            else:
                self.fitted(text, x=x, y=y, width=column.width, size=size, bold=bold, align=column.align)
            x += column.width
        self.set_xy(self.l_margin, y + height + 1)
        self.rule()
        self.set_y(self.get_y() + 1)


def printable(text: str) -> str:
    """Return ``text`` on one line without control characters, cut with an ellipsis where it would fill a page."""
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


@lru_cache(maxsize=1)
def _font_paths() -> dict[str, Path]:
    """Return the font's files by style. They come with matplotlib's package data; the package itself is not imported."""
    spec = find_spec("matplotlib")
    for location in (spec.submodule_search_locations or ()) if spec is not None else ():
        paths = {style: Path(location) / "mpl-data" / "fonts" / "ttf" / name for style, name in _FONT_FILES.items()}
        if all(path.is_file() for path in paths.values()):
            return paths
    raise NoFont("the DejaVu fonts in matplotlib's package data are missing; install the project's requirements again")
