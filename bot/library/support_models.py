"""The shape of ``vehicles.yml``, ``structure.yml`` and ``needs.yml``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from bot.library import fields
from bot.library.models import SaidAsFile, Strict, WeekFile, WordsFile, refuse_repeats
from bot.support.families import Platform
from bot.support.model import TicketKind
from bot.support.structure import HelperKind, PassBy, When
from bot.support.vehicles import GROUNDS, Ground, IssueKind, Membership, Severity, VehicleKind

_MOST_INCIDENTS = 10_000


def _incidents(value: object) -> int | None:
    if value == "any":
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and int(value) <= _MOST_INCIDENTS:
        return int(value)
    raise ValueError(f"{value!r} is not a number of incidents; write 0 or more, or any")


class CoverageFile(Strict):
    """What a vehicle is good for."""

    kinds: tuple[IssueKind, ...] = Field(min_length=1)
    platforms: tuple[Platform, ...] = Field(min_length=1)
    products: tuple[fields.Text, ...] = ()
    not_products: tuple[fields.Text, ...] = ()
    first_response_hours: dict[Severity, Annotated[int, Field(ge=1, le=720)]] = Field(min_length=1)
    advice_hours: int | None = Field(default=None, ge=1, le=720)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        refuse_repeats("kinds", self.kinds)
        refuse_repeats("platforms", self.platforms)
        refuse_repeats("products and not_products", (*self.products, *self.not_products))
        if self.advice_hours is not None and IssueKind.ADVICE not in self.kinds:
            raise ValueError("advice_hours is given, but kinds has no advice; add it or leave advice_hours out")
        return self


class MicrosoftHoursFile(Strict):
    """When Microsoft works on a request."""

    zone: fields.Zone
    holidays_of: fields.HolidayCountry
    week: WeekFile


class HoldingFile(Strict):
    """The partner's own right to a vehicle."""

    first_day: fields.Day
    last_day: fields.Day | None = None
    contract: str = ""
    access_id: str = ""
    membership: Membership | None = None
    incidents_left: Annotated[int | None, BeforeValidator(_incidents)] = None
    counted_on: fields.Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.last_day is not None and self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} is before first_day {self.first_day}; correct one of them")
        return self


class VehicleFile(Strict):
    """A way to Microsoft's support."""

    key: fields.Text
    kind: VehicleKind
    name: WordsFile
    where: WordsFile
    has_api: bool = False
    covers: CoverageFile
    hours: Annotated[
        Annotated[Literal["always"], Tag("<word>")] | Annotated[MicrosoftHoursFile, Tag("<hours>")],
        Discriminator(lambda value: "<word>" if isinstance(value, str) else "<hours>"),
    ]
    held: HoldingFile | None = None

    @model_validator(mode="after")
    def _is_held_as_its_kind_is(self) -> Self:
        ground, held = GROUNDS[self.kind], self.held
        if held is None:
            return self
        if ground is Ground.EVERY_PARTNER:
            raise ValueError("every partner holds it; leave held out")
        if ground is Ground.CONTRACT and (not held.contract or held.membership is not None):
            raise ValueError("it is held by a contract; give held.contract and leave held.membership out")
        if ground is Ground.MEMBERSHIP and (held.membership is None or "incidents_left" not in held.model_fields_set):
            raise ValueError("it comes with a membership; give held.membership and held.incidents_left (a number, or any)")
        if self.kind is VehicleKind.SIGNATURE and held.membership is Membership.ACTION_PACK:
            raise ValueError("an Action Pack does not bring Signature Cloud Support; give another held.membership or leave held out")
        return self


class CallBackFile(Strict):
    """Whom Microsoft calls back about a request."""

    first_name: fields.Text
    last_name: fields.Text
    email: fields.Mail
    phone: str = ""


class VehiclesFile(Strict):
    """``vehicles.yml``."""

    critical_at_once_when_closed: bool = False
    call_back: CallBackFile
    vehicles: tuple[VehicleFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        refuse_repeats("vehicles", (vehicle.key for vehicle in self.vehicles))
        if not any(vehicle.kind is VehicleKind.COMMERCIAL for vehicle in self.vehicles):
            raise ValueError("there is no vehicle of kind commercial, which every partner has; add it")
        return self


class HelperFile(Strict):
    """Somebody who supports customers."""

    key: fields.Text
    kind: HelperKind
    name: WordsFile
    pass_by: PassBy
    address: str = ""
    hours: Annotated[
        Annotated[Literal["desk", "always"], Tag("<word>")] | Annotated[WeekFile, Tag("<week>")],
        Discriminator(lambda value: "<word>" if isinstance(value, str) else "<week>"),
    ]

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.pass_by is PassBy.QUEUE:
            if self.kind is not HelperKind.OWN:
                raise ValueError("only your own desk takes tickets from the queue; pass them by mail or webhook")
            if self.address:
                raise ValueError("the queue has no address; leave the key out")
        elif self.pass_by is PassBy.MAIL:
            fields.check_contact("mail", self.address)
        elif not self.address.startswith("https://"):
            raise ValueError(f"{self.address!r} is not a link that begins with https://; tickets hold what customers wrote")
        return self


class RuleFile(Strict):
    """Who helps where all of this holds."""

    helper: fields.Text
    products: tuple[fields.Text, ...] = ()
    kinds: tuple[TicketKind, ...] = ()
    plans: tuple[fields.Text, ...] = ()
    when: When = When.ANY

    @property
    def is_for_all(self) -> bool:
        """Whether it has no condition."""
        return not (self.products or self.kinds or self.plans) and self.when is When.ANY


class StructureFile(Strict):
    """``structure.yml``."""

    helpers: tuple[HelperFile, ...] = Field(min_length=1)
    rules: tuple[RuleFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_no_gap(self) -> Self:
        refuse_repeats("helpers", (helper.key for helper in self.helpers))
        known = {helper.key for helper in self.helpers}
        if unknown := [rule.helper for rule in self.rules if rule.helper not in known]:
            raise ValueError(f"rules: {unknown[0]!r} is not among the helpers; add it there or name one of {', '.join(sorted(known))}")
        if not any(rule.is_for_all for rule in self.rules):
            raise ValueError(
                "rules: none is without conditions, so some customers would have nobody; end with one that only names a helper"
            )
        return self


class NeedFile(Strict):
    """Something customers say when they could use more."""

    key: fields.Text
    name: WordsFile
    said_as: SaidAsFile
    ask_first: bool = True


class NeedsFile(Strict):
    """``needs.yml``."""

    needs: tuple[NeedFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        refuse_repeats("needs", (need.key for need in self.needs))
        return self
