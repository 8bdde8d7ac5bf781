"""Credit notes give back what they say once, and no invoice takes more than its payable."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.billing.credits import CreditApplication, CreditNote, apply_credits
from bot.shared.ids import InvoiceId
from bot.shared.money import Money

A, B, C = InvoiceId("A"), InvoiceId("B"), InvoiceId("C")


def eur(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


def note(name: str, amount: int, *invoices: InvoiceId) -> CreditNote:
    return CreditNote(InvoiceId(name), eur(amount), invoices)


class TestApplyCredits:
    def test_fills_the_invoices_in_the_order_listed(self) -> None:
        applied = apply_credits(notes=[note("n", 130, B, A)], payables={A: eur(100), B: eur(100)})

        assert applied == (CreditApplication(InvoiceId("n"), B, eur(100)), CreditApplication(InvoiceId("n"), A, eur(30)))

    def test_leaves_to_a_later_note_what_an_earlier_one_left(self) -> None:
        applied = apply_credits(notes=[note("n", 60, A), note("m", 60, A, B)], payables={A: eur(100), B: eur(100)})

        assert [(part.credit_note_id, part.invoice_id, part.amount.amount) for part in applied] == [
            ("n", A, 60),
            ("m", A, 40),
            ("m", B, 20),
        ]

    def test_passes_over_an_invoice_in_another_currency_one_that_is_missing_and_one_with_nothing_to_pay(self) -> None:
        payables = {A: Money(Decimal(100), "HUF"), B: eur(-5)}

        assert apply_credits(notes=[note("n", 60, A, B, C)], payables=payables) == ()

    @given(
        notes=st.lists(st.tuples(st.integers(0, 500), st.lists(st.sampled_from([A, B, C]), max_size=5)), max_size=6),
        payables=st.fixed_dictionaries({A: st.integers(-10, 300), B: st.integers(0, 300), C: st.integers(0, 300)}),
    )
    def test_never_gives_more_than_a_note_has_nor_an_invoice_takes(
        self, notes: list[tuple[int, list[InvoiceId]]], payables: dict[InvoiceId, int]
    ) -> None:
        given_notes = [note(f"n{position}", amount, *named) for position, (amount, named) in enumerate(notes)]

        applied = apply_credits(notes=given_notes, payables={name: eur(amount) for name, amount in payables.items()})

        for each in given_notes:
            assert sum(part.amount.amount for part in applied if part.credit_note_id == each.id) <= each.amount.amount
        for name, amount in payables.items():
            assert sum(part.amount.amount for part in applied if part.invoice_id == name) <= max(amount, 0)
        assert len({(part.credit_note_id, part.invoice_id) for part in applied}) == len(applied)
        assert all(part.amount.amount > 0 for part in applied)
