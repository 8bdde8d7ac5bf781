"""The ledger over SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from bot.store.engine import transaction
from bot.store.ledger_customers import CustomersTx
from bot.store.ledger_documents import DocumentsTx
from bot.store.ledger_payments import PaymentsTx
from bot.store.ledger_records import LedgerRecordsTx


class SqlLedgerTx(LedgerRecordsTx, CustomersTx, DocumentsTx, PaymentsTx):
    """One transaction on the ledger; a ``bot.billing.ports.LedgerTx``."""

    def __init__(self, connection: Connection) -> None:
        CustomersTx.__init__(self, connection)


class SqlLedger:
    """Opens transactions on the ledger; a ``bot.billing.ports.Ledger``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def begin(self) -> Iterator[SqlLedgerTx]:
        """Return a transaction to be used in a ``with`` statement.

        Raises:
            Unavailable: The database does not answer.
            Conflict: At the end, when what was written contradicts what is stored.
        """
        with transaction(self._engine) as connection:
            yield SqlLedgerTx(connection)
