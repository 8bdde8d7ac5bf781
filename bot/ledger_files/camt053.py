"""Bank statements of ISO 20022, camt.053 in every version: money received becomes payments, entry by entry."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lxml import etree

from bot.billing.drafts import PaymentDraft, Source, refused
from bot.billing.model import Payment
from bot.ledger_files.camt_node import Entry
from bot.ledger_files.xml_safe import iterate, local_name
from bot.shared.ids import new_payment_id
from bot.shared.money import Money, total

_NOT_GIVEN = frozenset({"", "NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NOREF"})
_BOOKED = frozenset({"", "BOOK"})
_DIGEST_CHARACTERS = 24


@dataclass(slots=True)
class Skipped:
    """Entries of a statement that are no payments; counted while reading.

    Attributes:
        debits: Money that left the account.
        reversals: Entries that take an earlier one back; a person has to look at them.
        not_booked: Announced or pending entries.
        repeated: Entries that stand in the file more than once.
    """

    debits: int = 0
    reversals: int = 0
    not_booked: int = 0
    repeated: int = 0

    def add(self, other: Skipped) -> None:
        """Add what was left out of another file."""
        self.debits += other.debits
        self.reversals += other.reversals
        self.not_booked += other.not_booked
        self.repeated += other.repeated


@dataclass(slots=True)
class _Statement:
    """What the entries of one statement share, and what was seen of the file so far."""

    file: str
    skipped: Skipped
    account: str = ""
    number: str = ""
    contents: dict[str, str] = field(default_factory=dict)
    nameless: Counter[str] = field(default_factory=Counter)


def read_camt053(*, path: Path, label: str, skipped: Skipped) -> Iterator[PaymentDraft]:
    """Yield the booked credits of the statement file at ``path``; a batch yields one payment for each of its transactions.

    Debits, reversals (of either kind) and entries that are not booked are no payments; ``skipped`` counts them.

    Args:
        path: The file; may be large, since one entry is held at a time.
        label: How messages call it.
        skipped: Counts what was left out.

    Raises:
        FileRefused: It is no camt.053, or an entry cannot be read or does not add up.

    Source: ISO 20022 camt.053.001.02 to .001.13, BankToCustomerStatement.
    """
    statement = _Statement(file=label, skipped=skipped)
    seen = False
    for event, element in iterate(path=path, label=label):
        name = local_name(element)
        if event == "start":
            if name == "Stmt":
                statement.account, statement.number, seen = "", "", True
            continue
        if name == "Ntry":
            yield from _payments(Entry(element, label), statement)
            _forget(element)
        elif name in {"Acct", "Id"} and seen:
            _note_header(element, name, statement)
    if not seen:
        raise refused(
            source=Source(label),
            field="Stmt",
            reason="there is no account statement in the file",
            way_out="Export the account statement as camt.053 (BankToCustomerStatement)",
        )


def _note_header(element: etree._Element, name: str, statement: _Statement) -> None:
    parent = element.getparent()
    if parent is None or local_name(parent) != "Stmt":
        return
    if name == "Id":
        statement.number = Entry(element, statement.file).value()
    else:
        statement.account = _account(Entry(element, statement.file))


def _forget(element: etree._Element) -> None:
    element.clear()
    before, parent = element.getprevious(), element.getparent()
    if before is not None and parent is not None and local_name(before) == "Ntry":
        parent.remove(before)


def _payments(entry: Entry, statement: _Statement) -> Iterator[PaymentDraft]:
    skipped = statement.skipped
    if entry.text("Sts/Cd", "Sts/Prtry", "Sts") not in _BOOKED:
        skipped.not_booked += 1
        return
    if entry.text("RvslInd").lower() in {"true", "1"}:
        skipped.reversals += 1
        return
    direction = entry.text("CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise entry.refusal(f"CdtDbtInd is {direction!r}, neither CRDT nor DBIT")
    if direction == "DBIT":
        skipped.debits += 1
        return
    for details, amount, position in _parts(entry, skipped):
        payment = _payment(entry, details, amount, position, statement)
        if payment is not None:
            yield PaymentDraft(payment=payment, customer_number="", source=details.source())


def _parts(entry: Entry, skipped: Skipped) -> Iterator[tuple[Entry, Money, int]]:
    """Yield the transactions of an entry with their amounts and 1-based position; position 0 when there is only one."""
    stated = entry.one("Amt")
    if stated is None:
        raise entry.refusal("the entry has no amount (Amt)")
    whole = stated.money()
    details = list(entry.all("NtryDtls/TxDtls"))
    if len(details) <= 1:
        if whole.amount:
            yield (details or [entry])[0], whole, 0
        return
    incoming: list[tuple[Entry, Money, int]] = []
    outgoing: list[tuple[Entry, Money, int]] = []
    for position, part in enumerate(details, start=1):
        debit = part.text("CdtDbtInd") == "DBIT"
        (outgoing if debit else incoming).append((part, _amount_of(part, whole.currency), position))
    parts_sum = total(tuple(amount for _, amount, _ in incoming), currency=whole.currency)
    parts_sum -= total(tuple(amount for _, amount, _ in outgoing), currency=whole.currency)
    if parts_sum.amount != whole.amount:
        raise entry.refusal(f"the entry is {whole}, but its transactions add up to {parts_sum}")
    skipped.debits += len(outgoing)
    yield from (part for part in incoming if part[1].amount)


def _amount_of(details: Entry, currency: str) -> Money:
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        found = details.one(path)
        if found is not None and found.element.get("Ccy") == currency:
            return found.money()
    raise details.refusal(f"a transaction of the batch has no amount in {currency}")


def _payment(entry: Entry, details: Entry, amount: Money, position: int, statement: _Statement) -> Payment | None:
    payer_name = details.text("RltdPties/Dbtr/Nm", "RltdPties/Dbtr/Pty/Nm", "RltdPties/UltmtDbtr/Nm", "RltdPties/UltmtDbtr/Pty/Nm")
    account = details.one("RltdPties/DbtrAcct")
    payer_account = _account(account) if account else ""
    received_on = _received_on(entry)
    remittance = _remittance(entry, details)
    end_to_end = _given(details.text("Refs/EndToEndId"))
    content = "\n".join((received_on.isoformat(), str(amount), payer_name, payer_account, remittance, end_to_end))
    reference = _reference(entry, details, position, content, statement)
    if reference is None:
        statement.skipped.repeated += 1
        return None
    return Payment(
        id=new_payment_id(),
        reference=reference,
        received_on=received_on,
        amount=amount,
        payer_name=payer_name,
        payer_account=payer_account,
        remittance=remittance or end_to_end,
    )


def _reference(entry: Entry, details: Entry, position: int, content: str, statement: _Statement) -> str | None:
    """Return an id of the transaction that is the same whenever the bank reports it again; None when it is in this file already.

    The bank's own id of the transaction or entry comes first, under the account, since two banks may use the same one. The entry
    reference alone is only unique in its statement. Without any id the content stands for it, numbered where it recurs.
    """
    of_transaction = _given(details.text("Refs/AcctSvcrRef")) or _given(details.text("Refs/TxId"))
    of_entry = _given(entry.text("AcctSvcrRef"))
    in_statement = _given(entry.text("NtryRef"))
    parts: tuple[str, ...]
    if position and of_entry:
        parts = (of_entry, of_transaction if of_transaction != of_entry else "", str(position))
    elif of_entry or of_transaction:
        parts = (of_entry or of_transaction,)
    elif in_statement:
        parts = (statement.number, in_statement, str(position) if position else "")
    else:
        digest = _digest(content)
        statement.nameless[digest] += 1
        recurrence = statement.nameless[digest]
        parts = (digest, str(recurrence) if recurrence > 1 else "")
    reference = "/".join(part for part in (statement.account, *parts) if part)
    digest = _digest(content)
    # Some banks give one id to several entries; then what they say tells them apart.
    for candidate in (reference, f"{reference}/{digest}"):
        known = statement.contents.setdefault(candidate, "")
        if not known:
            statement.contents[candidate] = digest
            return candidate
        if known == digest:
            return None
    return None


def _received_on(entry: Entry) -> date:
    found = entry.one("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    if found is None:
        raise entry.refusal("the entry has neither a booking date nor a value date")
    return found.day()


def _remittance(entry: Entry, details: Entry) -> str:
    texts = [
        found.value() for path in ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/RfrdDocInf/Nb") for found in details.all(path)
    ]
    texts.extend(found.value() for found in details.all("RmtInf/Strd/AddtlRmtInf"))
    if not any(texts):
        texts = [details.text("AddtlTxInf") or entry.text("AddtlNtryInf")]
    return " ".join(dict.fromkeys(text for text in texts if text))


def _account(node: Entry) -> str:
    return "".join(node.text("Id/IBAN", "Id/Othr/Id").split()).upper()


def _given(text: str) -> str:
    return "" if text.upper() in _NOT_GIVEN else text


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:_DIGEST_CHARACTERS]
