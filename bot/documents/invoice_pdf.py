"""A copy of an invoice or credit note, made from what the ledger knows about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from bot.billing.model import Address, ChargeType, Customer, DocumentKind, Invoice, InvoiceLine, InvoiceView
from bot.billing.partner import Partner
from bot.documents.labels import Labels, labels_from
from bot.documents.sheet import MARGIN, Column, Sheet
from bot.shared.formats import show_date, show_money, show_percent, show_quantity, show_short_date, show_unit_price
from bot.shared.money import Money, total

_SIZE = 8.0
_GAP = 5.0
_FACTS_A_ROW = 3
_VAT_CATEGORIES = frozenset({"S", "Z", "E", "AE", "K", "G", "O"})


@dataclass(frozen=True, slots=True)
class _Copy:
    """What every section of the document reads."""

    view: InvoiceView
    customer: Customer
    partner: Partner
    language: str
    say: Labels

    @property
    def invoice(self) -> Invoice:
        return self.view.invoice

    @property
    def is_invoice(self) -> bool:
        return self.invoice.kind is DocumentKind.INVOICE

    @property
    def is_own(self) -> bool:
        """Whether the partner issued it; another seller's address and accounts are not ours to print."""
        return self.invoice.issuer in {"", self.partner.name, self.partner.legal_name}


def invoice_pdf(*, view: InvoiceView, customer: Customer, partner: Partner, language: str, labels: Mapping[str, str]) -> bytes:
    """Return the document in ``view`` as a PDF on A4, marked as a copy.

    The same arguments give the same bytes: its creation date is the issue date.

    Args:
        view: The document with where it stands.
        customer: The buyer.
        partner: The seller, unless the document names another issuer.
        language: ``en`` or ``hu``, of formats; the words are those in ``labels``.
        labels: Text by full response name; all of ``bot.documents.LABELS``, more is fine.

    Raises:
        MissingLabel: ``labels`` lacks a word.
        NoFont: The font is not installed.
    """
    copy = _Copy(view=view, customer=customer, partner=partner, language=language, say=labels_from(labels))
    sheet = Sheet(
        language=language,
        title=view.invoice.number,
        author=partner.name,
        created_at=datetime.combine(view.invoice.issued_on, time(), tzinfo=UTC),
        footnote=copy.say("copy_note"),
    )
    _heading(sheet, copy)
    _parties(sheet, copy)
    _facts(sheet, copy)
    _lines(sheet, copy)
    _vat_summary(sheet, copy)
    _totals(sheet, copy)
    if copy.is_invoice and copy.is_own:
        _payment(sheet, copy)
    return bytes(sheet.output())


def _heading(sheet: Sheet, copy: _Copy) -> None:
    top, half = sheet.get_y(), sheet.epw / 2
    title = copy.say("title_invoice" if copy.is_invoice else "title_credit_note")
    sheet.block(copy.partner.name if copy.is_own else copy.invoice.issuer, x=MARGIN, width=half - _GAP, size=13, bold=True)
    below = sheet.get_y()
    sheet.set_y(top)
    sheet.block(title, x=MARGIN + half, width=half, size=16, bold=True, align="R")
    sheet.block(copy.invoice.number, x=MARGIN + half, width=half, size=11, align="R")
    sheet.set_y(sheet.get_y() + 1)
    sheet.block(copy.say("copy"), x=MARGIN + half, width=half, size=9, bold=True, align="R", grey=True)
    sheet.set_y(max(below, sheet.get_y()) + 3)
    sheet.rule()
    sheet.set_y(sheet.get_y() + 3)


def _parties(sheet: Sheet, copy: _Copy) -> None:
    top, half = sheet.get_y(), sheet.epw / 2
    bottoms = []
    for x, title, lines in ((MARGIN, copy.say("seller"), _seller(copy)), (MARGIN + half, copy.say("buyer"), _buyer(copy))):
        sheet.set_y(top)
        sheet.block(title, x=x, width=half - _GAP, size=7, grey=True)
        sheet.block(lines[0], x=x, width=half - _GAP, size=9, bold=True)
        for line in lines[1:]:
            sheet.block(line, x=x, width=half - _GAP, size=_SIZE)
        bottoms.append(sheet.get_y())
    sheet.set_y(max(bottoms) + _GAP)


def _seller(copy: _Copy) -> list[str]:
    if not copy.is_own:
        return [copy.invoice.issuer]
    numbers = (
        ("tax_number", copy.partner.tax_number),
        ("eu_tax_number", copy.partner.eu_tax_number),
        ("company_number", copy.partner.company_number),
    )
    printed = [f"{copy.say(label)}: {number}" for label, number in numbers if number]
    return [copy.partner.legal_name, *_address(copy.partner.address, home=copy.partner.country), *printed]


def _buyer(copy: _Copy) -> list[str]:
    taxes = [f"{copy.say('tax_number')}: {number}" for number in copy.customer.tax_numbers]
    return [
        copy.customer.name,
        *_address(copy.customer.address, home=copy.partner.country),
        *taxes,
        f"{copy.say('customer_number')}: {copy.customer.number}",
    ]


def _address(address: Address, *, home: str) -> list[str]:
    """Return the lines of ``address``; the country is printed only when it is not ``home``."""
    town = " ".join(part for part in (address.postal_code, address.city) if part)
    return [part for part in (town, address.street, address.country if address.country != home else "") if part]


def _facts(sheet: Sheet, copy: _Copy) -> None:
    invoice = copy.invoice
    facts = [
        ("number", invoice.number),
        ("issued_on", show_date(invoice.issued_on, copy.language)),
        ("due_on", show_date(invoice.due_on, copy.language) if copy.is_invoice else ""),
        ("period", _period(invoice.period_start, invoice.period_end, copy.language)),
        ("payment_reference", invoice.payment_reference if copy.is_invoice else ""),
        ("purchase_order", invoice.purchase_order),
        ("refers_to", ", ".join(invoice.billing_references)),
    ]
    shown = [(copy.say(label), value) for label, value in facts if value]
    width = sheet.epw / _FACTS_A_ROW
    # Each fact is a grey label over its value.
    for row in (shown[start : start + _FACTS_A_ROW] for start in range(0, len(shown), _FACTS_A_ROW)):
        sheet.keep(12)
        top, bottoms = sheet.get_y(), []
        for index, (label, value) in enumerate(row):
            sheet.set_y(top)
            sheet.block(label, x=MARGIN + index * width, width=width - 1, size=7, grey=True)
            sheet.block(value, x=MARGIN + index * width, width=width - 1, size=9)
            bottoms.append(sheet.get_y())
        sheet.set_y(max(bottoms) + 1.5)
    sheet.set_y(sheet.get_y() + 3)


def _period(start: date | None, end: date | None, language: str) -> str:
    """Return a period for people, who read its last day as included, or an empty string."""
    if start is None or end is None:
        return ""
    return f"{show_short_date(start, language)} – {show_short_date(end - timedelta(days=1), language)}"


def _lines(sheet: Sheet, copy: _Copy) -> None:
    columns = (
        Column(copy.say("position"), 10, "C"),
        Column(copy.say("description"), 64, "L"),
        Column(copy.say("quantity"), 19),
        Column(copy.say("unit_price"), 25),
        Column(copy.say("net"), 25),
        Column(copy.say("vat"), 12),
        Column(copy.say("gross"), 25),
    )
    sheet.table_head(columns, size=_SIZE)
    for line in sorted(copy.invoice.lines, key=lambda line: line.position):
        rate = show_percent(line.tax_rate, copy.language) if line.tax_rate is not None else line.tax_category
        texts = (
            str(line.position),
            line.description,
            show_quantity(line.quantity, copy.language),
            show_unit_price(line.unit_price, copy.language),
            show_money(line.net, copy.language),
            rate,
            show_money(line.gross, copy.language),
        )
        sheet.table_row(columns, texts, size=_SIZE, small=_small_print(line, copy))
    sheet.set_y(sheet.get_y() + 3)


def _small_print(line: InvoiceLine, copy: _Copy) -> str:
    charge = copy.say(f"charge_{line.charge_type.value}") if line.charge_type is not ChargeType.CYCLE_FEE else ""
    product = line.product if line.product and line.product not in line.description else ""
    return " · ".join(part for part in (charge, product, _period(line.period_start, line.period_end, copy.language)) if part)


def _vat_summary(sheet: Sheet, copy: _Copy) -> None:
    columns = (
        Column(copy.say("vat_summary"), 76, "L"),
        Column(copy.say("vat_rate"), 17),
        Column(copy.say("net"), 29),
        Column(copy.say("vat"), 29),
        Column(copy.say("gross"), 29),
    )
    groups: dict[tuple[str, Decimal | None], list[InvoiceLine]] = {}
    for line in copy.invoice.lines:
        groups.setdefault((line.tax_category, line.tax_rate.normalize() if line.tax_rate is not None else None), []).append(line)
    sheet.keep(20)
    sheet.table_head(columns, size=_SIZE)
    for (category, rate), lines in sorted(groups.items(), key=lambda group: (group[0][0], group[0][1] or Decimal(0))):
        name = copy.say(f"vat_{category.lower()}" if category in _VAT_CATEGORIES else "vat_other")
        sums = (_sum(tuple(line.net for line in lines)), _sum(tuple(line.tax for line in lines)), _sum(tuple(line.gross for line in lines)))
        percent = show_percent(rate, copy.language) if rate is not None else ""
        sheet.table_row(columns, (name, percent, *(show_money(amount, copy.language) for amount in sums)), size=_SIZE)
    sums = (copy.invoice.net, copy.invoice.tax, copy.invoice.gross)
    sheet.table_row(columns, (copy.say("total"), "", *(show_money(amount, copy.language) for amount in sums)), size=_SIZE, bold=True)
    sheet.set_y(sheet.get_y() + 3)


def _sum(amounts: tuple[Money, ...]) -> Money:
    return total(amounts, currency=amounts[0].currency)


def _totals(sheet: Sheet, copy: _Copy) -> None:
    view, invoice = copy.view, copy.invoice
    amounts = [(name, amount) for name, amount in (("prepaid", -invoice.prepaid), ("rounding", invoice.rounding)) if amount]
    if amounts:
        amounts.insert(0, ("gross", invoice.gross))
    rows = [(copy.say(name), show_money(amount, copy.language), False) for name, amount in amounts]
    rows.append((copy.say("payable" if copy.is_invoice else "credited_total"), show_money(invoice.payable, copy.language), True))
    if copy.is_invoice:
        rows += [
            (copy.say(name), show_money(-amount, copy.language), False)
            for name, amount in (("paid", view.paid), ("credited", view.credited))
            if amount
        ]
        if view.last_paid_on is not None:
            rows.append((copy.say("last_paid_on"), show_short_date(view.last_paid_on, copy.language), False))
        rows.append((copy.say("open_amount"), show_money(view.open_amount, copy.language), True))
        rows.append((copy.say("standing"), copy.say(f"standing_{view.standing.value}"), True))
        if view.days_overdue:
            rows.append((copy.say("days_overdue"), str(view.days_overdue), False))
    left, width = MARGIN + 80, sheet.epw - 80
    sheet.keep(5.5 * len(rows) + 2)
    for label, text, bold in rows:
        y = sheet.get_y()
        sheet.fitted(label, x=left, y=y, width=width - 45, size=9, bold=bold, align="L")
        sheet.fitted(text, x=left + width - 45, y=y, width=45, size=9, bold=bold)
        sheet.set_xy(MARGIN, y + 5.5)
    sheet.set_y(sheet.get_y() + 2)


def _payment(sheet: Sheet, copy: _Copy) -> None:
    accounts = copy.partner.accounts_for(copy.invoice.currency)
    sheet.keep(14 + 6 * len(accounts))
    sheet.rule()
    sheet.set_y(sheet.get_y() + 2)
    sheet.block(copy.say("payment"), x=MARGIN, width=sheet.epw, size=9, bold=True)
    sheet.set_y(sheet.get_y() + 1)
    for account in accounts:
        parts = ((copy.say("account"), account.printed_iban), (copy.say("bic"), account.bic), (copy.say("bank"), account.bank))
        printed = " · ".join(f"{label}: {value}" for label, value in parts)
        sheet.block(f"{account.currency} – {printed}", x=MARGIN, width=sheet.epw, size=_SIZE)
    sheet.block(copy.partner.payment_reference.say(copy.language), x=MARGIN, width=sheet.epw, size=_SIZE)
