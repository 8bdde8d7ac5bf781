"""Reads what the partner configures and refuses what cannot be used, all problems at once."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.billing.partner import Partner
from bot.library import convert, models
from bot.library.strict_yaml import read_mapping
from bot.overdue.model import CollectionsPolicy
from bot.shared.errors import InvalidInput
from bot.support.canned import CannedReply
from bot.support.offering import Offering
from bot.support.portals import Portal

_Model = TypeVar("_Model", bound=BaseModel)
# Tags of a choice between two shapes (models.ContactFile.hours) and pydantic's mark for the key of a mapping.
_NOT_KEYS = frozenset({"<word>", "<week>", "[key]"})
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


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that the partner configures.

    Attributes:
        collections: Versions of the collections policy, the earliest first; never empty.
        portals: Where those turn who bought elsewhere, in the order of the file; never empty.
        canned_replies: What agents say again and again, in the order of the file; may be empty.
    """

    partner: Partner
    offering: Offering
    collections: tuple[CollectionsPolicy, ...]
    portals: tuple[Portal, ...]
    canned_replies: tuple[CannedReply, ...]


def load_knowledge(folder: Path) -> Knowledge:
    """Read ``partner.yml``, ``payment.yml``, ``offering.yml``, ``collections-policy.yml``, ``portals.yml`` and ``canned-replies.yml``.

    Raises:
        InvalidInput: Something in them cannot be used. The message has one line a problem: file, key, reason, way out.
    """
    problems: list[str] = []
    partner = _read(folder / "partner.yml", models.PartnerFile, problems)
    payment = _read(folder / "payment.yml", models.PaymentFile, problems)
    offering = _read(folder / "offering.yml", models.OfferingFile, problems)
    collections = _read(folder / "collections-policy.yml", models.CollectionsFile, problems)
    portals = _read(folder / "portals.yml", models.PortalsFile, problems)
    canned = _read(folder / "canned-replies.yml", models.CannedRepliesFile, problems)
    if partner is not None and offering is not None:
        problems += _currencies_not_billed(folder, partner, offering)
    if problems or not (partner and payment and offering and collections and portals and canned):
        raise InvalidInput("\n".join(problems))
    return Knowledge(
        partner=convert.partner_from(partner, payment),
        offering=convert.offering_from(offering, zone=partner.time_zone),
        collections=convert.policies_from(collections),
        portals=convert.portals_from(portals),
        canned_replies=convert.canned_replies_from(canned),
    )


def _read(path: Path, model: type[_Model], problems: list[str]) -> _Model | None:
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


def _currencies_not_billed(folder: Path, partner: models.PartnerFile, offering: models.OfferingFile) -> list[str]:
    return [
        f"{folder / 'offering.yml'}: plans[{index}].price.currency: {plan.price.currency} is not among the currencies of partner.yml; "
        "use one of them or add it there"
        for index, plan in enumerate(offering.plans)
        if plan.price.currency is not None and plan.price.currency not in partner.currencies
    ]
