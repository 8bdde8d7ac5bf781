"""Fingerprints of documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.billing.fingerprint import content_fingerprint, differing_fields
from bot.billing.model import DocumentKind, Invoice
from bot.shared.ids import CustomerId, InvoiceId
from bot.shared.money import Money
from tests.builders import line, money


def _invoice() -> Invoice:
    return Invoice(
        id=InvoiceId("inv_1"),
        kind=DocumentKind.INVOICE,
        number="CL-1",
        customer_id=CustomerId("cus_1"),
        issued_on=date(2026, 1, 1),
        due_on=date(2026, 1, 9),
        currency="EUR",
        net=money("100"),
        tax=money("0"),
        gross=money("100"),
        prepaid=money("0"),
        rounding=money("0"),
        payable=money("100"),
        lines=(line(),),
    )


class TestContentFingerprint:
    def test_is_the_same_for_another_id_and_for_trailing_zeros(self) -> None:
        invoice = _invoice()
        same = replace(invoice, id=InvoiceId("inv_2"), gross=money("100.00"), prepaid=money("0.00"), rounding=money("-0"))

        assert content_fingerprint(same) == content_fingerprint(invoice)

    @pytest.mark.parametrize(
        "changes",
        [
            {"number": "CL-2"},
            {"customer_id": CustomerId("cus_2")},
            {"due_on": date(2026, 1, 10)},
            {"gross": money("100.01")},
            {"gross": Money(Decimal(100), "USD")},
            {"billing_references": ("CL-0",)},
            {"disputed_on": date(2026, 1, 10)},
            {"lines": (line(net="99"),)},
            {"lines": (line(), line(2))},
        ],
    )
    def test_differs_with_any_content(self, changes: dict[str, object]) -> None:
        changed = replace(_invoice(), **changes)  # type: ignore[arg-type]

        assert content_fingerprint(changed) != content_fingerprint(_invoice())
        assert list(differing_fields(_invoice(), changed)) == list(changes)
