"""Lines, copies, lists and what is open, told from the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from actions.billing import (
    ActionExplainInvoice,
    ActionListInvoices,
    ActionSendInvoiceCopy,
    ActionTellOpenBalance,
)
from bot.billing.model import ChargeType
from tests.builders import add, added_customer, document
from tests.conftest import NOW
from tests.unit.actions.conftest import Stage, render
from tests.unit.actions.invoices import NUMBER, ask, put, row


class TestLines:
    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_are_told_with_what_kind_each_is(self, stage: Stage, language: str) -> None:
        bare = document(stage.customer_id, NUMBER, lines=len(ChargeType))
        kinds = tuple(replace(line, charge_type=kind) for line, kind in zip(bare.lines, ChargeType, strict=True))
        add(stage.store, replace(bare, lines=kinds))

        told = await ask(stage, ActionExplainInvoice(), language)

        rows = told.values["lines"].splitlines()
        words = [render(stage.wired, f"utter_part_charge_{kind.value}", {})[language] for kind in ChargeType]
        assert [word in row for word, row in zip(words, rows, strict=True)] == [True] * len(words)

    async def test_past_twelve_are_counted(self, stage: Stage) -> None:
        add(stage.store, document(stage.customer_id, NUMBER, lines=15))

        told = await ask(stage, ActionExplainInvoice())

        rows = told.values["lines"].splitlines()
        assert len(rows) == 13
        assert rows[-1] == "- … and 3 more"

    async def test_leave_out_a_quantity_of_one(self, stage: Stage) -> None:
        bare = document(stage.customer_id, NUMBER)
        add(stage.store, replace(bare, lines=(replace(bare.lines[0], quantity=Decimal(1)),)))

        told = await ask(stage, ActionExplainInvoice())

        assert "×" not in told.texts[0]


class TestCopy:
    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_is_a_link_that_opens_this_document_for_fifteen_minutes(self, stage: Stage, language: str) -> None:
        put(stage, "open")

        told = await ask(stage, ActionSendInvoiceCopy(), language)

        (attached,) = told.messages[0]["attachments"]
        assert attached == {"title": f"{NUMBER}.pdf", "url": told.values["link"], "media_type": "application/pdf"}
        token = told.values["link"].removeprefix(f"{stage.services.public_url}/documents/")
        grant = stage.services.tokens.read_document(token, now=NOW + timedelta(minutes=14))
        assert (grant.customer_id, grant.number, grant.language) == (stage.customer_id, NUMBER, language)

    async def test_of_another_customers_invoice_is_not_offered(self, stage: Stage) -> None:
        add(stage.store, document(added_customer(stage.store, "C-2"), "CL-2026-0099"))

        told = await stage.tell(ActionSendInvoiceCopy(), entities={"invoice_number": "CL-2026-0099"})

        assert told.said == [("utter_not_found", {})]

    async def test_of_a_credit_note_is_offered(self, stage: Stage) -> None:
        put(stage, "credited")

        told = await stage.tell(ActionSendInvoiceCopy(), entities={"invoice_number": "CN-1"})

        assert told.messages[0]["attachments"][0]["title"] == "CN-1.pdf"


class TestList:
    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_has_the_newest_twelve_first(self, stage: Stage, language: str) -> None:
        numbers = row(stage, 14)

        told = await stage.tell(ActionListInvoices(), language=language)

        rows = told.values["lines"].splitlines()
        assert [line.split(",")[0].removeprefix("- ") for line in rows] == numbers[:1:-1]
        assert told.slots["focus_invoice"] == numbers[-1]

    async def test_of_a_period_has_that_period_only(self, stage: Stage) -> None:
        first, second, _ = row(stage, 3)

        told = await stage.tell(ActionListInvoices(), entities={"period": "2026-01-01/2026-03-01"})

        assert [line.split(",")[0].removeprefix("- ") for line in told.values["lines"].splitlines()] == [second, first]

    async def test_of_a_customer_without_invoices_is_said_to_be_none(self, stage: Stage) -> None:
        told = await stage.tell(ActionListInvoices())

        assert told.names == ["utter_no_invoices"]


class TestOpenBalance:
    async def test_of_nothing_open_says_so(self, stage: Stage) -> None:
        put(stage, "paid")

        told = await stage.tell(ActionTellOpenBalance())

        assert told.names == ["utter_balance_none"]

    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize("standing", ["open", "due_today", "partly_paid", "overdue", "overdue_one", "in_dispute"])
    async def test_of_one_invoice_says_how_it_stands(self, stage: Stage, standing: str, language: str) -> None:
        put(stage, standing)

        told = await stage.tell(ActionTellOpenBalance(), language=language)

        assert told.names == ["utter_balance_one"]
        assert NUMBER in told.values["lines"]
        assert told.values["total"] in told.values["lines"]

    async def test_of_several_in_two_currencies_has_both_sums_and_the_overdue_part(self, stage: Stage) -> None:
        add(
            stage.store,
            document(stage.customer_id, "CL-1", payable="100", due_on=date(2026, 3, 1)),
            document(stage.customer_id, "CL-2", payable="20.50", due_on=date(2026, 3, 20)),
            document(stage.customer_id, "CL-3", payable="5000", currency="HUF", due_on=date(2026, 3, 30)),
        )

        told = await stage.tell(ActionTellOpenBalance())

        assert told.values["total"] == "€120.50 and HUF 5,000"
        assert told.values["overdue"] == " Of this, €100.00 is overdue."
        assert [line.split(":")[0] for line in told.values["lines"].splitlines()] == ["- CL-1", "- CL-2", "- CL-3"]
        assert told.slots["focus_invoice"] == "CL-1"

    async def test_of_more_than_twelve_counts_the_rest(self, stage: Stage) -> None:
        row(stage, 14)

        told = await stage.tell(ActionTellOpenBalance())

        assert told.values["count"] == "14"
        assert told.values["lines"].splitlines()[-1] == "- … and 2 more"
