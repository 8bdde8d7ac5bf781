"""Small helpers that the repositories share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Table, or_
from sqlalchemy.dialects import postgresql, sqlite

_T = TypeVar("_T")
_IN_ONE_QUERY = 1000  # values of one IN list; SQLite takes 32,766


def batches(values: Iterable[_T], size: int = _IN_ONE_QUERY) -> Iterator[list[_T]]:
    """Yield ``values`` in lists of at most ``size``, in order."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def upsert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert of the connection's own dialect, which has ``on_conflict_do_nothing`` and ``…_do_update``."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def grouped(rows: Sequence[Row[Any]], key: str) -> dict[str, list[Row[Any]]]:
    """Return the rows by the text in their column ``key``, in the order given."""
    groups: dict[str, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(getattr(row, key), []).append(row)
    return groups


def contains(column: ColumnElement[str], sought: str) -> ColumnElement[bool]:
    """Return the condition that a text has ``sought`` in it, whatever the case; its own wildcards mean themselves."""
    # SQLite knows the case of ASCII letters only, so a text is also looked for in the ways people write a word.
    forms = dict.fromkeys((sought, sought.lower(), sought.upper(), sought.capitalize(), sought.title()))
    return or_(*(column.icontains(form, autoescape=True) for form in forms))
