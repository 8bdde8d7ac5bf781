"""The figures of the desk: tables, plots made of SVG here, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from bot.conversations.figures import SCORES, Counted, Figures, Spans
from bot.desk.asked import day
from bot.desk.guard import guarded_get, render, services
from bot.desk.keys import MEMBER
from bot.shared.aio import in_thread
from bot.staff.permissions import Permission

_DAYS = 28
_MOST_COLUMNS = 62
_WIDTH, _HEIGHT, _GAP = 720.0, 150.0, 0.2


def routes() -> list[web.RouteDef]:
    """Return the routes of the figures."""
    return [
        guarded_get("/desk/figures", Permission.FIGURES_READ, get_figures),
        guarded_get("/desk/figures.csv", Permission.FIGURES_READ, get_csv),
    ]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the plot: from ``start`` (a day) on, with the places of its two parts in the plot's own units."""

    start: date
    bot_alone: int
    others: int
    x: float
    width: float
    y_bot: float
    height_bot: float
    y_others: float
    height_others: float


async def get_figures(request: web.Request) -> web.Response:
    """Show the figures of the days from ``from`` to ``to``, both shown, by default the last four weeks."""
    figures, last = await _figures(request)
    columns, step, top = columns_of(figures)
    most = max((count for _, count in figures.reasons), default=1)
    return render(
        request, "figures.html", figures=figures, last=last, columns=columns, step=step, top=top, most=most, scores=SCORES, height=_HEIGHT
    )


async def get_csv(request: web.Request) -> web.Response:
    """Return the figures as CSV (UTF-8 with a byte order mark, for spreadsheets)."""
    figures, last = await _figures(request)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("section", "group", "figure", "value", "unit"))
    writer.writerows(csv_rows(figures))
    name = f"clearline-figures-{figures.start.isoformat()}-{last.isoformat()}.csv"
    return web.Response(
        body=("\ufeff" + out.getvalue()).encode(),
        headers={"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _figures(request: web.Request) -> tuple[Figures, date]:
    last = day(request.query.get("to", "")) or services(request).today()
    start = day(request.query.get("from", "")) or last - timedelta(days=_DAYS - 1)
    figures = await in_thread(
        services(request).desk_figures.of, by=request[MEMBER], start=start, end=last + timedelta(days=1), now=services(request).now()
    )
    return figures, last


def columns_of(figures: Figures) -> tuple[tuple[Column, ...], int, int]:
    """Return the columns of the plot of conversations, how many days each stands for, and what its top stands for."""
    step = 1 if len(figures.days) <= _MOST_COLUMNS else 7
    parts = [figures.days[at : at + step] for at in range(0, len(figures.days), step)]
    sums = [(part[0].day, sum(one.bot_alone for one in part), sum(one.others for one in part)) for part in parts]
    top = max([alone + others for _, alone, others in sums] + [1])
    width = _WIDTH / len(sums)
    columns = []
    for place, (start, alone, others) in enumerate(sums):
        high_alone, high_others = _HEIGHT * alone / top, _HEIGHT * others / top
        columns.append(
            Column(
                start=start,
                bot_alone=alone,
                others=others,
                x=round(place * width + width * _GAP / 2, 1),
                width=round(width * (1 - _GAP), 1),
                y_bot=round(_HEIGHT - high_alone, 1),
                height_bot=round(high_alone, 1),
                y_others=round(_HEIGHT - high_alone - high_others, 1),
                height_others=round(high_others, 1),
            )
        )
    return tuple(columns), step, top


def csv_rows(figures: Figures) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the rows of the file: section, group, figure, value, unit. Times are in minutes, means have two decimals."""
    yield "period", "", "first day", figures.start.isoformat(), ""
    yield "period", "", "last day", (figures.end - timedelta(days=1)).isoformat(), ""
    yield from _counted_rows("total", "", figures.total)
    for reason, number in figures.reasons:
        yield "reason", reason, "handed over", str(number), "tickets"
    for one in figures.days:
        yield "day", one.day.isoformat(), "answered by the bot alone", str(one.bot_alone), "conversations"
        yield "day", one.day.isoformat(), "others", str(one.others), "conversations"
    for language, counted in figures.languages:
        yield from _counted_rows("language", language, counted)
    for topic, counted in figures.topics:
        yield from _counted_rows("topic", topic, counted)


def _counted_rows(section: str, group: str, counted: Counted) -> Iterator[tuple[str, str, str, str, str]]:
    # Conversations without a ticket have no topic, so there is nothing to say about them by topic.
    if section != "topic":
        yield section, group, "conversations", str(counted.conversations), "conversations"
        yield section, group, "answered by the bot alone", str(counted.bot_alone), "conversations"
    yield section, group, "tickets", str(counted.tickets), "tickets"
    yield section, group, "handed over", str(counted.handed_over), "tickets"
    for name, spans in (("first answer", counted.first_answer), ("resolution", counted.resolution)):
        yield section, group, f"{name}, counted", str(spans.count), "tickets"
        yield section, group, f"{name}, median", _minutes(spans, is_open=False), "minutes"
        yield section, group, f"{name}, median in open hours", _minutes(spans, is_open=True), "minutes"
    yield section, group, "promises due", str(counted.promised), "tickets"
    yield section, group, "promises kept", str(counted.kept), "tickets"
    yield section, group, "reopened", str(counted.reopened), "tickets"
    for name, said in (("assistant", counted.with_bot), ("people", counted.with_people)):
        yield section, group, f"satisfaction with {name}, asked", str(said.asked), "times"
        yield section, group, f"satisfaction with {name}, skipped", str(said.skipped), "times"
        for score, number in zip(SCORES, said.scores, strict=True):
            yield section, group, f"satisfaction with {name}, score {score}", str(number), "times"
        yield section, group, f"satisfaction with {name}, mean", f"{said.mean:.2f}" if said.mean is not None else "", "1 to 5"


def _minutes(spans: Spans, *, is_open: bool) -> str:
    span = spans.open_hours if is_open else spans.wall
    return "" if span is None else f"{span.total_seconds() / 60:.1f}"
