"""What the customer reads when an action cannot do its work, and what is logged."""

from __future__ import annotations

import io
import json
import sqlite3

import pytest
import structlog

import actions.base
from actions.billing import (
    ActionTellInvoice,
    ActionTellPaymentStatus,
)
from tests.builders import add, document
from tests.unit.actions.conftest import Stage
from tests.unit.actions.invoices import NUMBER, ask, put


class TestFailure:
    @pytest.fixture
    def logged(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
        """Return what the actions log from now on, written as the product writes it."""
        config, written = structlog.get_config(), io.StringIO()
        log = structlog.wrap_logger(structlog.PrintLogger(written), config["processors"], config["wrapper_class"])
        monkeypatch.setattr(actions.base, "_LOG", log)
        return written

    def change(self, stage: Stage, statement: str) -> None:
        with sqlite3.connect(stage.wired.settings.var / "clearline.sqlite3") as connection:
            connection.execute(statement)

    async def test_of_the_database_tells_the_customer_that_it_cannot_be_looked_up(self, stage: Stage) -> None:
        put(stage, "open")
        self.change(stage, "ALTER TABLE allocations RENAME TO gone")

        told = await ask(stage, ActionTellInvoice(), "hu")

        assert told.said == [("utter_unavailable", {})]
        assert told.messages[0]["language"] == "hu"

    async def test_nobody_expected_tells_the_customer_the_same_and_is_logged(self, stage: Stage, logged: io.StringIO) -> None:
        put(stage, "open")
        self.change(stage, "UPDATE documents SET kind = 'nonsense'")

        told = await ask(stage, ActionTellInvoice())

        entry = json.loads(logged.getvalue())
        assert told.said == [("utter_unavailable", {})]
        assert (entry["event"], entry["action"], entry["level"]) == ("action.failed", "action_tell_invoice", "error")
        assert entry["exception"][0]["exc_type"] == "ValueError"

    async def test_is_logged_without_what_the_customer_wrote_or_owes(self, stage: Stage, logged: io.StringIO) -> None:
        add(stage.store, document(stage.customer_id, NUMBER, payable="7654.32"))
        self.change(stage, "UPDATE documents SET kind = 'nonsense'")

        await stage.tell(ActionTellInvoice(), entities={"invoice_number": NUMBER}, text="it is about our secret project")

        assert "action.failed" in logged.getvalue()
        assert "secret project" not in logged.getvalue()
        assert "765432" not in logged.getvalue()

    async def test_of_an_unknown_visitor_to_say_who_they_are_parks_the_question(self, anonymous: Stage) -> None:
        told = await ask(anonymous, ActionTellPaymentStatus())

        assert told.names == ["utter_identify_needed"]
        assert told.slots["parked"] == f'{{"action": "action_tell_payment_status", "entities": {{"invoice_number": ["{NUMBER}"]}}}}'
