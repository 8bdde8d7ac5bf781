"""Reads one of the partner's files by its model and says what is wrong with it: file, key, reason, way out."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.library.strict_yaml import read_mapping
from bot.shared.errors import InvalidInput

_Model = TypeVar("_Model", bound=BaseModel)
# Tags of a choice between two shapes (models.ContactFile.hours) and pydantic's mark for the key of a mapping.
_NOT_KEYS = frozenset({"<word>", "<week>", "<hours>", "[key]"})
_EMPTY = "is empty; fill it in"
_NO_KEYS = "needs keys below it, indented"
# Pydantic's kinds of error in words for people who edit YAML. The others keep its own words.
_REASONS = {
    "missing": "is missing; add the key",
    "string_too_short": _EMPTY,
    "too_short": _EMPTY,
    "model_type": _NO_KEYS,
    "dict_type": _NO_KEYS,
    "tuple_type": "needs a list, each entry on a line with a dash",
    "bool_parsing": "is neither true nor false",
    "bool_type": "is neither true nor false",
    "int_parsing": "is not a whole number",
    "int_type": "is not a whole number",
    "string_type": "needs one text, not a list or keys",
}


def read_file(path: Path, model: type[_Model], problems: list[str]) -> _Model | None:
    """Return what the file at ``path`` holds, or None when it cannot be used; then the reasons are added to ``problems``."""
    try:
        return model.model_validate(read_mapping(path))
    except InvalidInput as error:
        problems.append(str(error))
    except ValidationError as error:
        problems += [f"{path}: {line}" for line in _lines(model, error)]
    return None


def _lines(model: type[BaseModel], error: ValidationError) -> Iterator[str]:
    details = error.errors(include_url=False)
    for detail in details:
        loc = _keys_only(detail["loc"])
        # A list whose only entry is wrong is reported as empty as well, which would mislead.
        if detail["type"] == "too_short" and any(other["loc"][: len(loc)] == loc and other is not detail for other in details):
            continue
        yield f"{_dotted(loc) or 'the file'}: {_reason(model, detail['type'], loc, detail['msg'])}"


def _reason(model: type[BaseModel], kind: str, loc: Sequence[int | str], message: str) -> str:
    if kind == "extra_forbidden":
        known = sorted(_model_at(model, loc[:-1]).model_fields)
        close = difflib.get_close_matches(str(loc[-1]), known, n=1)
        return f"is not a known key; {f'did you mean {close[0]}?' if close else 'known here: ' + ', '.join(known)}"
    plain = message.removeprefix("Value error, ") if kind == "value_error" else message[:1].lower() + message[1:]
    return _REASONS.get(kind, plain)


def _dotted(loc: Sequence[int | str]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


def _keys_only(loc: Sequence[int | str]) -> tuple[int | str, ...]:
    """Return ``loc`` without the names that pydantic puts between the keys of a file."""
    return tuple(part for part in loc if part not in _NOT_KEYS)


def _model_at(model: type[BaseModel], loc: Sequence[int | str]) -> type[BaseModel]:
    """Return the model of the mapping at ``loc``; indexes of lists lead to the model of their entries."""
    for part in loc:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in typing.get_args(annotation) if (found := _model_in(part)) is not None), None)
