"""Reading what Partner Center writes: one lenient base for all wire models. Vendor JSON stops at these models.

Observed in recorded answers of the live service and in its documentation: names in camelCase or PascalCase; enumerations in snake case,
camel case, capitals or as numbers; numbers as text and text as numbers; unset dates as the year 1; missing fields. Unknown fields are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from bot.billing.microsoft_ports import MicrosoftUnavailable
from bot.shared.errors import InvalidInput

_FRACTION = re.compile(r"(\.\d{6})\d+")
_UNSET_YEAR = 1
# Microsoft writes the end of what does not end as a date far ahead.
_FAR_YEAR = 9000


def fold(name: str) -> str:
    """Return ``name`` without case, underscores, hyphens and spaces, by which nothing of Microsoft's is told apart."""
    return re.sub(r"[_\-\s]", "", name).lower()


def _text(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int | Decimal) else value


def _number(value: object) -> object:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("not a number")  # noqa: TRY004 -- pydantic reports ValueError with the field's name
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation as error:
        raise ValueError("not a number") from error
    if not number.is_finite():
        raise ValueError("not a finite number")
    return number


def _whole(value: object) -> object:
    number = _number(value)
    if number is None:
        return 0
    assert isinstance(number, Decimal)
    if number != number.to_integral_value():
        raise ValueError("not a whole number")
    return int(number)


def _flag(value: object) -> object:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().lower() in ("true", "false", "1", "0"):
        return value.strip().lower() in ("true", "1")
    return bool(value) if isinstance(value, int) else value


def _instant(value: object) -> object:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        raise ValueError("not a date")  # noqa: TRY004 -- pydantic reports ValueError with the field's name
    moment = datetime.fromisoformat(_FRACTION.sub(r"\1", value.strip()))
    if moment.year == _UNSET_YEAR:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Text = Annotated[str, BeforeValidator(_text)]
Word = Annotated[str, BeforeValidator(lambda value: fold(str(_text(value))))]
"""A member of an enumeration, folded; empty when missing."""
Number = Annotated[Decimal | None, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_whole)]
Flag = Annotated[bool | None, BeforeValidator(_flag)]
Instant = Annotated[datetime | None, BeforeValidator(_instant)]


class Wire(BaseModel):
    """A thing as Partner Center writes it. Fields are found whatever the spelling of their names; others are kept in ``model_extra``."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _find_fields(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        names = {fold(name): name for name in cls.model_fields}
        # A null is a missing value.
        return {names.get(fold(str(name)), str(name)): value for name, value in data.items() if value is not None}


class WireAttributes(Wire):
    """What Partner Center says about a resource."""

    etag: Text = ""
    object_type: Text = ""


class WireHeader(Wire):
    """A header to be sent with a link."""

    key: Text = ""
    value: Text = ""


class WireLink(Wire):
    """A link to another resource."""

    uri: Text = ""
    headers: tuple[WireHeader, ...] = ()


class WireLinks(Wire):
    """The links of a collection."""

    next: WireLink | None = None


class WirePage(Wire):
    """A page of a collection; the items are read by their own models."""

    total_count: Number = None
    items: tuple[Any, ...] = ()
    continuation_token: Text = ""
    links: WireLinks = WireLinks()


_W = TypeVar("_W", bound=Wire)
_T = TypeVar("_T")


def read(model: type[_W], content: object, *, operation: str) -> _W:
    """Return ``content`` as ``model``.

    Raises:
        MicrosoftUnavailable: It is not of that shape; the message names the first field, never a value.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        # The cause is left out on purpose: it quotes what was received.
        raise MicrosoftUnavailable(f"Partner Center's answer to {operation} cannot be read: {where}: {first['type']}") from None


def made(make: Callable[[], _T], *, operation: str) -> _T:
    """Return what ``make`` makes of something read. Raises: MicrosoftUnavailable when what was read has no such meaning."""
    try:
        return make()
    except (ValueError, InvalidInput) as error:
        raise MicrosoftUnavailable(f"Partner Center's answer to {operation} cannot be understood: {error}") from error


def day(moment: datetime | None) -> date | None:
    """Return the UTC day of ``moment``."""
    return None if moment is None else moment.date()


def day_after(moment: datetime | None) -> date | None:
    """Return the day after the last day ``moment`` (our periods have an exclusive end); None for one without meaning far ahead."""
    return None if moment is None or moment.year >= _FAR_YEAR else moment.date() + timedelta(days=1)


def extra_pairs(model: Wire) -> tuple[tuple[str, str], ...]:
    """Return the fields that are not in the model as (name, text); nested things are left out."""
    found = model.model_extra or {}
    return tuple((name, str(value)) for name, value in found.items() if isinstance(value, str | int | Decimal) and value != "")
