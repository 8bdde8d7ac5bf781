"""The shape of ``offering.yml``: hours, ways to reach the partner, plans, work and prices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from bot.library import fields
from bot.library.models import ContactFile, HoursFile, Strict, WeekFile, WordsFile, refuse_repeats
from bot.support.model import TicketKind, TicketPriority
from bot.support.offering import ContactKind, PriceModel

_WITHOUT_AMOUNT = (PriceModel.FREE, PriceModel.INCLUDED)


class PriceFile(Strict):
    """What a plan costs, net of tax."""

    model: PriceModel
    amount: fields.Amount | None = None
    currency: fields.Currency | None = None

    @model_validator(mode="after")
    def _has_an_amount_unless_free(self) -> Self:
        given = (self.amount is not None, self.currency is not None)
        if self.model in _WITHOUT_AMOUNT and any(given):
            which = "a free" if self.model is PriceModel.FREE else "an included"
            raise ValueError(f"{which} plan has no amount and no currency; leave them out or choose another model")
        if self.model not in _WITHOUT_AMOUNT and not all(given):
            raise ValueError(f"a price {self.model.value} needs amount and currency")
        return self


class WorkPriceFile(Strict):
    """What a piece of work costs, net of tax."""

    model: Literal["free", "per_incident", "per_hour"]
    amount: fields.Amount | None = None
    currency: fields.Currency | None = None
    step_minutes: int = Field(default=60, ge=1, le=480)

    @model_validator(mode="after")
    def _has_an_amount_unless_free(self) -> Self:
        given = (self.amount is not None, self.currency is not None)
        if self.model == "free" and any(given):
            raise ValueError("free work has no amount and no currency; leave them out or choose another model")
        if self.model != "free" and not all(given):
            raise ValueError(f"a price {self.model} needs amount and currency")
        if "step_minutes" in self.model_fields_set and self.model != "per_hour":
            raise ValueError("step_minutes is for work by the hour only; leave it out")
        return self


class WorkFile(Strict):
    """A piece of work that may be charged."""

    key: fields.Text
    name: WordsFile
    price: WorkPriceFile


class PlanFile(Strict):
    """A support plan. ``hours`` is ``desk`` or a week of its own."""

    key: fields.Text
    name: WordsFile
    scope: tuple[WordsFile, ...] = Field(min_length=1)
    price: PriceFile
    hours: Annotated[
        Annotated[Literal["desk"], Tag("<word>")] | Annotated[WeekFile, Tag("<week>")],
        Discriminator(lambda value: "<word>" if isinstance(value, str) else "<week>"),
    ] = "desk"
    contact_methods: tuple[ContactKind, ...] = ()
    first_answer_open_hours: dict[TicketKind, fields.OpenMinutes] = Field(default_factory=dict)
    includes: tuple[fields.Text, ...] = ()
    prices: dict[fields.Text, WorkPriceFile] = Field(default_factory=dict)
    included_hours: fields.OpenMinutes | None = None

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        refuse_repeats("includes", self.includes)
        refuse_repeats("contact_methods", (kind.value for kind in self.contact_methods))
        if both := sorted(set(self.includes) & set(self.prices)):
            raise ValueError(f"{both[0]!r} stands under includes and under prices; what is included costs nothing, so take it out of one")
        if self.included_hours is not None and self.price.model is not PriceModel.PER_MONTH:
            raise ValueError("included_hours are paid for by a monthly fee; give the plan a price per_month or leave them out")
        return self


class OfferingFile(Strict):
    """``offering.yml``."""

    hours: HoursFile
    contact_methods: tuple[ContactFile, ...] = Field(min_length=1)
    plans: tuple[PlanFile, ...] = Field(min_length=1)
    work: tuple[WorkFile, ...] = ()
    quotes_valid_days: int = Field(default=14, ge=1, le=365)
    first_answer_open_hours: dict[TicketKind, fields.OpenMinutes]
    first_answer_open_hours_by_priority: dict[TicketPriority, fields.OpenMinutes] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        refuse_repeats("plans", (plan.key for plan in self.plans))
        refuse_repeats("work", (piece.key for piece in self.work))
        missing = [kind.value for kind in TicketKind if kind not in self.first_answer_open_hours]
        if missing:
            raise ValueError(f"first_answer_open_hours says nothing about {', '.join(missing)}; add a number of hours for each")
        return self

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        work = {piece.key for piece in self.work}
        methods = {method.kind for method in self.contact_methods}
        for plan in self.plans:
            if unknown := [key for key in (*plan.includes, *plan.prices) if key not in work]:
                raise ValueError(f"plan {plan.key!r} names the work {unknown[0]!r}, which is not under work; add it there or take it out")
            if absent := [kind.value for kind in plan.contact_methods if kind not in methods]:
                raise ValueError(f"plan {plan.key!r} is reached by {absent[0]}, which is not under contact_methods; add it there")
        return self

    def currencies(self) -> Iterator[tuple[str, str]]:
        """Yield each currency with the key that names it."""
        for index, plan in enumerate(self.plans):
            if plan.price.currency is not None:
                yield f"plans[{index}].price.currency", plan.price.currency
            for key, price in plan.prices.items():
                if price.currency is not None:
                    yield f"plans[{index}].prices.{key}.currency", price.currency
        for index, piece in enumerate(self.work):
            if piece.price.currency is not None:
                yield f"work[{index}].price.currency", piece.price.currency
