"""What has to be known before a case goes to Microsoft."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shared.errors import InvalidInput
from bot.shared.ids import StaffId
from bot.support.checklist import Checklist, Impact, Item, Override, Topic, checklist, required_items, severity_of
from bot.support.vehicles import IssueKind, Severity

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OVERRIDE = Override(reason="the shop is closed because of it", by=StaffId("stf_1"), at=NOW)


def filled(*without: Item, consent: str = "yes", override: Override | None = None) -> Checklist:
    values = [(item, "known") for item in Item if item not in without and item is not Item.CONSENT]
    return checklist(kind=IssueKind.TECHNICAL, topic=Topic.OTHER, values=[*values, (Item.CONSENT, consent)], override=override)


class TestRequiredItems:
    @pytest.mark.parametrize(
        ("kind", "topic", "has", "has_not"),
        [
            (IssueKind.TECHNICAL, Topic.OTHER, Item.TRACES, Item.INVOICE),
            (IssueKind.BILLING, Topic.INVOICE, Item.EXPECTED, Item.TRACES),
            (IssueKind.SUBSCRIPTION, Topic.CREDIT, Item.BOUGHT_ON, Item.HEALTH),
            (IssueKind.BILLING, Topic.SERVICE_LEVEL, Item.CUSTOMER_MAIL, Item.CHANGES),
            (IssueKind.BILLING, Topic.RESERVATION, Item.RESERVATION, Item.INVOICE),
            (IssueKind.BILLING, Topic.FRAUD, Item.RESOURCE, Item.INVOICE),
            (IssueKind.BILLING, Topic.UNALLOCATED_PAYMENT, Item.PAYMENT, Item.LINES),
        ],
    )
    def test_go_by_kind_and_topic(self, kind: IssueKind, topic: Topic, has: Item, has_not: Item) -> None:
        required = required_items(kind=kind, topic=topic)

        assert has in required
        assert has_not not in required
        assert len(set(required)) == len(required)


class TestChecklist:
    def test_is_ready_when_nothing_is_missing(self) -> None:
        assert filled().is_ready

    def test_names_what_is_missing(self) -> None:
        missing = filled(Item.TENANT, Item.TRIED)

        assert missing.missing == (Item.TENANT, Item.TRIED)
        assert not missing.is_ready

    def test_goes_nevertheless_when_somebody_says_why(self) -> None:
        assert filled(Item.TENANT, override=OVERRIDE).is_ready

    def test_never_goes_without_consent(self) -> None:
        assert not filled(consent="no", override=OVERRIDE).is_ready
        assert not checklist(kind=IssueKind.BILLING, topic=Topic.OTHER, values=[], override=OVERRIDE).is_ready

    def test_takes_yes_or_no_as_consent(self) -> None:
        with pytest.raises(InvalidInput, match="yes or no"):
            filled(consent="perhaps")

    def test_takes_the_later_of_two_values(self) -> None:
        twice = checklist(kind=IssueKind.BILLING, topic=Topic.OTHER, values=[(Item.PRODUCT, "Visio"), (Item.PRODUCT, " Project ")])

        assert twice.value(Item.PRODUCT) == "Project"

    def test_is_overridden_with_a_reason_only(self) -> None:
        with pytest.raises(InvalidInput, match="say why"):
            Override(reason=" ", by=StaffId("stf_1"), at=NOW)

    @given(
        kind=st.sampled_from(IssueKind),
        topic=st.sampled_from(Topic),
        values=st.dictionaries(st.sampled_from(Item), st.sampled_from(["", " ", "x"])),
        override=st.sampled_from([None, OVERRIDE]),
    )
    def test_without_override_is_ready_only_with_every_item(
        self, kind: IssueKind, topic: Topic, values: dict[Item, str], override: Override | None
    ) -> None:
        known = checklist(kind=kind, topic=topic, values=[*values.items(), (Item.CONSENT, "yes")], override=override)

        assert known.is_ready == (override is not None or all(known.value(item) for item in known.required))


class TestSeverity:
    @pytest.mark.parametrize(
        ("impact", "severity", "letter"),
        [
            (Impact.PRODUCTION_DOWN, Severity.CRITICAL, "A"),
            (Impact.BADLY_DEGRADED, Severity.CRITICAL, "A"),
            (Impact.PARTLY_AFFECTED, Severity.MODERATE, "B"),
            (Impact.STILL_USABLE, Severity.MINIMAL, "C"),
            (Impact.NOT_PRODUCTION, Severity.MINIMAL, "C"),
        ],
    )
    def test_follows_from_the_impact(self, impact: Impact, severity: Severity, letter: str) -> None:
        assert severity_of(impact) is severity
        assert severity.letter == letter
