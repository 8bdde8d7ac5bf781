"""The demo's bank statements: ISO 20022 camt.053.001.08, one a month and account. Source: ISO 20022 message catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from lxml import etree

from bot.demo.companies import SELLER_ACCOUNTS, SELLER_BIC, SELLER_LEGAL_NAME
from bot.demo.dates import Span, days
from bot.demo.receipts import Receipt
from bot.demo.xml_parts import Writer
from bot.shared.money import Money, total

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_FEES = {"HUF": Money(Decimal(2490), "HUF"), "EUR": Money(Decimal("6.50"), "EUR")}


def write_statement(path: Path, *, currency: str, span: Span, opening: Money, receipts: Sequence[Receipt]) -> Money:
    """Write the statement of the account in ``currency`` for ``span``; return its closing balance.

    Args:
        path: Where to.
        currency: ISO 4217 code of the account.
        span: The days it covers, the last of them possibly today.
        opening: Balance before the first entry.
        receipts: Credit entries in the order of days; a bank fee is added as a debit on the last day.
    """
    namespaces: dict[str | None, str] = {None: _NAMESPACE}
    root = etree.Element(f"{{{_NAMESPACE}}}Document", nsmap=namespaces)  # type: ignore[arg-type]  # the stubs do not know that None stands for the default namespace
    message = Writer(root, aggregate=_NAMESPACE, basic=_NAMESPACE).part("BkToCstmrStmt")
    last = span.end - days(1)
    name = f"DKF-{currency}-{span.start:%Y%m}"
    message.part("GrpHdr").text("MsgId", name).text("CreDtTm", f"{last}T20:00:00")
    statement = message.part("Stmt").text("Id", name).text("ElctrncSeqNb", span.start.month).text("CreDtTm", f"{last}T20:00:00")
    statement.part("FrToDt").text("FrDtTm", f"{span.start}T00:00:00").text("ToDtTm", f"{last}T23:59:59")
    account = statement.part("Acct")
    account.part("Id").text("IBAN", SELLER_ACCOUNTS[currency])
    account.text("Ccy", currency).part("Ownr").text("Nm", SELLER_LEGAL_NAME)
    account.path("Svcr/FinInstnId").text("BICFI", SELLER_BIC)
    fee = _FEES[currency]
    closing = opening + total(tuple(receipt.amount for receipt in receipts), currency=currency) - fee
    _balance(statement, "OPBD", opening, span.start)
    _balance(statement, "CLBD", closing, last)
    for receipt in receipts:
        _credit(statement, receipt)
    _debit(statement, fee, reference=f"FEE{currency}{span.start:%Y%m}", day=last)
    Writer(root, aggregate=_NAMESPACE, basic=_NAMESPACE).save(path)
    return closing


def _balance(statement: Writer, code: str, money: Money, day: date) -> None:
    balance = statement.part("Bal")
    balance.path("Tp/CdOrPrtry").text("Cd", code)
    balance.text("Amt", f"{money.amount:.2f}", Ccy=money.currency).text("CdtDbtInd", "CRDT").part("Dt").text("Dt", day)


def _entry(statement: Writer, money: Money, *, direction: str, reference: str, day: date, family: tuple[str, str]) -> Writer:
    entry = statement.part("Ntry").text("Amt", f"{money.amount:.2f}", Ccy=money.currency).text("CdtDbtInd", direction)
    entry.part("Sts").text("Cd", "BOOK")
    entry.part("BookgDt").text("Dt", day)
    entry.part("ValDt").text("Dt", day)
    entry.text("AcctSvcrRef", reference)
    domain = entry.path("BkTxCd/Domn").text("Cd", "PMNT")
    domain.part("Fmly").text("Cd", family[0]).text("SubFmlyCd", family[1])
    return entry


def _credit(statement: Writer, receipt: Receipt) -> None:
    entry = _entry(
        statement, receipt.amount, direction="CRDT", reference=receipt.reference, day=receipt.received_on, family=("RCDT", "DMCT")
    )
    details = entry.path("NtryDtls/TxDtls")
    details.part("Refs").text("AcctSvcrRef", receipt.reference).text("EndToEndId", "NOTPROVIDED")
    details.text("Amt", f"{receipt.amount.amount:.2f}", Ccy=receipt.amount.currency).text("CdtDbtInd", "CRDT")
    parties = details.part("RltdPties")
    parties.path("Dbtr/Pty").text("Nm", receipt.payer_name)
    if receipt.payer_account:
        parties.path("DbtrAcct/Id").text("IBAN", receipt.payer_account)
    if receipt.words and receipt.structured:
        reference = details.path("RmtInf/Strd/CdtrRefInf")
        reference.path("Tp/CdOrPrtry").text("Cd", "SCOR")
        reference.text("Ref", receipt.words)
    elif receipt.words:
        details.part("RmtInf").text("Ustrd", receipt.words)


def _debit(statement: Writer, fee: Money, *, reference: str, day: date) -> None:
    entry = _entry(statement, fee, direction="DBIT", reference=reference, day=day, family=("MDOP", "CHRG"))
    entry.text("AddtlNtryInf", "Számlavezetési díj")
