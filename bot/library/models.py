"""The shape of the knowledge files. Pydantic stays in this package; ``convert`` hands on plain data classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from bot.library import fields
from bot.overdue.model import Channel, StepKind
from bot.support.canned import PLACEHOLDERS, placeholders_in
from bot.support.offering import ContactKind

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Strict(BaseModel):
    """A mapping with exactly these keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class WordsFile(Strict):
    """One text in both languages."""

    en: fields.Text
    hu: fields.Text


class AddressFile(Strict):
    """A postal address."""

    street: fields.Text
    postal_code: fields.Text
    city: fields.Text
    country: fields.HolidayCountry


class BankAccountFile(Strict):
    """An account the partner is paid to."""

    currency: fields.Currency
    iban: fields.Iban
    bank: fields.Text
    bic: fields.Bic


class CustomerNumbersFile(Strict):
    """How customer numbers are recognised (``bot.nlu.extractors.CodeExtractor``) and written."""

    pattern: fields.Regex
    form: fields.Text


class PartnerFile(Strict):
    """``partner.yml``."""

    name: fields.Text
    legal_name: fields.Text
    address: AddressFile
    tax_number: fields.Text
    eu_tax_number: str = ""
    company_number: str = ""
    time_zone: fields.Zone
    country: fields.HolidayCountry
    default_language: Literal["en", "hu"]
    currencies: tuple[fields.Currency, ...] = Field(min_length=1)
    bank_accounts: tuple[BankAccountFile, ...] = Field(min_length=1)
    payment_reference: WordsFile
    invoice_number_patterns: tuple[fields.Regex, ...]
    customer_numbers: CustomerNumbersFile
    website: fields.Link
    sender: fields.Mail

    @model_validator(mode="after")
    def _has_an_account_for_each_currency(self) -> Self:
        held = {account.currency for account in self.bank_accounts}
        missing = [currency for currency in self.currencies if currency not in held]
        if missing:
            raise ValueError(f"there is no bank account in {', '.join(missing)}; add one under bank_accounts")
        refuse_repeats("currencies", self.currencies)
        return self


class PaymentMethodFile(Strict):
    """A way of paying, offered or not."""

    key: fields.Text
    accepted: bool
    label: WordsFile
    note: WordsFile


class PaymentFile(Strict):
    """``payment.yml``."""

    methods: tuple[PaymentMethodFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        refuse_repeats("methods", (method.key for method in self.methods))
        if not any(method.accepted for method in self.methods):
            raise ValueError("no way of paying is accepted; set accepted: true on at least one")
        return self


class WeekFile(Strict):
    """Open spans by weekday; a weekday left out is closed."""

    monday: fields.Spans = ()
    tuesday: fields.Spans = ()
    wednesday: fields.Spans = ()
    thursday: fields.Spans = ()
    friday: fields.Spans = ()
    saturday: fields.Spans = ()
    sunday: fields.Spans = ()

    @model_validator(mode="after")
    def _is_open_some_day(self) -> Self:
        if not any(getattr(self, day) for day in WEEKDAYS):
            raise ValueError("no weekday is open; give at least one a span such as 08:30-17:00")
        return self


class OpenDayFile(Strict):
    """A day open by exception, such as a moved working Saturday."""

    date: fields.Day
    spans: fields.Spans = Field(min_length=1)


class HoursFile(Strict):
    """When people answer."""

    holidays_of: fields.HolidayCountry
    week: WeekFile
    extra_closed: tuple[fields.Day, ...] = ()
    extra_open: tuple[OpenDayFile, ...] = ()

    @model_validator(mode="after")
    def _decides_each_day_once(self) -> Self:
        refuse_repeats("extra_closed and extra_open", (str(day) for day in (*self.extra_closed, *(item.date for item in self.extra_open))))
        return self


class ContactFile(Strict):
    """A way of reaching the partner. ``hours`` is ``desk``, ``always`` or a week of its own."""

    kind: ContactKind
    label: WordsFile
    value: str = ""
    hours: Annotated[
        Annotated[Literal["desk", "always"], Tag("<word>")] | Annotated[WeekFile, Tag("<week>")],
        Discriminator(lambda value: "<word>" if isinstance(value, str) else "<week>"),
    ]
    note: WordsFile | None = None

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        fields.check_contact(self.kind.value, self.value)
        return self


class StepFile(Strict):
    """A step of the ladder."""

    key: fields.Text
    kind: StepKind
    days: int = Field(ge=-365, le=3650)
    label: WordsFile
    effect: WordsFile
    channels: tuple[Channel, ...] = Field(default=(Channel.MAIL, Channel.CHAT), min_length=1)


class HoldsFile(Strict):
    """What the assistant may agree to without a person."""

    promise_days: int = Field(default=10, ge=0, le=90)
    promises: int = Field(default=1, ge=0, le=10)
    instalments: int = Field(default=0, ge=0, le=24)
    instalment_days: int = Field(default=60, ge=1, le=730)


_WRITTEN = (StepKind.REMINDER, StepKind.NOTICE, StepKind.FINAL_NOTICE)


class PolicyFile(Strict):
    """One version of the collections policy."""

    version: fields.Text
    in_force_from: fields.Day
    steps: tuple[StepFile, ...] = Field(min_length=1)
    access_note: WordsFile
    termination_note: WordsFile
    customers: tuple[fields.Text, ...] = ()
    grace_days: int = Field(default=0, ge=0, le=90)
    only_on_open_days: bool = False
    minimum: dict[fields.Currency, Decimal] = Field(default_factory=dict)
    four_eyes_above: dict[fields.Currency, Decimal] = Field(default_factory=dict)
    interest: WordsFile | None = None
    holds: HoldsFile = HoldsFile()

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        refuse_repeats("steps", (step.key for step in self.steps))
        for before, after in pairwise(self.steps):
            if after.days <= before.days:
                raise ValueError(f"step {after.key!r} is not after {before.key!r}; order the steps by days, each on a day of its own")
        for kind in (StepKind.PROPOSE_SUSPENSION, StepKind.PROPOSE_TERMINATION):
            chosen = [step for step in self.steps if step.kind is kind]
            if len(chosen) > 1:
                raise ValueError(f"only one step may be of kind {kind.value}; {chosen[1].key!r} is a second")
            if chosen and chosen[0].days <= 0:
                raise ValueError(f"step {chosen[0].key!r} would come before the invoice is overdue; give it more than 0 days")
        return self

    @model_validator(mode="after")
    def _warns_before_access_stops(self) -> Self:
        stop = next((step for step in self.steps if step.kind is StepKind.PROPOSE_SUSPENSION), None)
        end = next((step for step in self.steps if step.kind is StepKind.PROPOSE_TERMINATION), None)
        if stop is not None and not any(step.kind is StepKind.FINAL_NOTICE and step.days < stop.days for step in self.steps):
            raise ValueError(f"step {stop.key!r} stops access without a final_notice before it; add one with fewer days")
        if stop is not None and end is not None and end.days < stop.days:
            raise ValueError(f"step {end.key!r} would end the contract before access stops; order them the other way round")
        kinds = [step.kind for step in self.steps if step.kind in _WRITTEN]
        if any(_WRITTEN.index(after) < _WRITTEN.index(before) for before, after in pairwise(kinds)):
            raise ValueError("the notices do not get firmer: order them reminder, notice, final_notice")
        if any(amount < 0 for amount in (*self.minimum.values(), *self.four_eyes_above.values())):
            raise ValueError("an amount below zero means nothing here; write 0 or more")
        return self


class CollectionsFile(Strict):
    """``collections-policy.yml``."""

    policies: tuple[PolicyFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _tells_versions_apart(self) -> Self:
        refuse_repeats("policies", (policy.version for policy in self.policies))
        starts = (f"{policy.in_force_from} for {', '.join(sorted(policy.customers)) or 'everybody'}" for policy in self.policies)
        refuse_repeats("in_force_from of policies", starts)
        if all(policy.customers for policy in self.policies):
            raise ValueError("every policy is for named customers only; add one without customers, for everybody else")
        return self


class SaidAsFile(Strict):
    """Beginnings of words by which customers name something, by language."""

    en: tuple[fields.Text, ...] = Field(min_length=1)
    hu: tuple[fields.Text, ...] = Field(min_length=1)


class PortalFile(Strict):
    """Where the bills of one way of buying are found."""

    key: fields.Text
    bought: WordsFile
    families: tuple[fields.Text, ...] = ()
    said_as: SaidAsFile
    name: WordsFile
    link_text: WordsFile
    link: fields.Link | None = None
    usual: bool = False

    @model_validator(mode="after")
    def _names_each_family_once(self) -> Self:
        refuse_repeats("families", self.families)
        return self


class CannedReplyFile(Strict):
    """A reply for agents to choose."""

    key: fields.Text
    shortcut: fields.Shortcut
    text: WordsFile

    @model_validator(mode="after")
    def _has_known_gaps_alike(self) -> Self:
        english, hungarian = placeholders_in(self.text.en), placeholders_in(self.text.hu)
        if unknown := sorted((english | hungarian) - PLACEHOLDERS):
            raise ValueError(f"{{{unknown[0]}}} is not known; known are {', '.join(sorted(PLACEHOLDERS))}")
        if differ := sorted(english ^ hungarian):
            raise ValueError(f"{{{differ[0]}}} stands in one language only; put it into both or into none")
        return self


class CannedRepliesFile(Strict):
    """``canned-replies.yml``."""

    replies: tuple[CannedReplyFile, ...]

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        refuse_repeats("replies", (reply.key for reply in self.replies))
        refuse_repeats("replies", (reply.shortcut for reply in self.replies))
        return self


class PortalsFile(Strict):
    """``portals.yml``."""

    portals: tuple[PortalFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        refuse_repeats("portals", (portal.key for portal in self.portals))
        if not any(portal.usual for portal in self.portals):
            raise ValueError("no portal is a usual one; set usual: true on at least one")
        return self


def refuse_repeats(where: str, keys: Iterable[str]) -> None:
    """Check that no key comes twice. Raises: ValueError."""
    repeated = [key for key, count in Counter(keys).items() if count > 1]
    if repeated:
        raise ValueError(f"{where}: {repeated[0]!r} comes twice; each may come once")
