"""Whether the totals of a UBL document add up, by the rules of EN 16931, and the tax of each line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bot.billing.drafts import FileRefused, Problem
from bot.ledger_files.apportion import apportion
from bot.ledger_files.ubl_lines import RawLine, is_charge, read_tax_category
from bot.ledger_files.ubl_node import Node
from bot.shared.money import exponent

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
# The official validation lets a taxable amount and a tax amount differ by less than one major unit from what is calculated, since
# issuers round per line. Source: CEN validation artefacts for EN 16931, BR-S-08, BR-S-09, BR-CO-17.
_CATEGORY_SLACK = Decimal(1)
_WAY_OUT = "Ask the issuer for a corrected document"
_Key = tuple[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a document as stated, rounded to minor units, in major units; optional ones are zero when missing."""

    lines: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    prepaid: Decimal
    rounding: Decimal
    payable: Decimal


@dataclass(frozen=True, slots=True)
class _Subtotal:
    node: Node
    key: _Key
    taxable: Decimal
    tax: Decimal


def read_totals(root: Node) -> Totals:
    """Return the stated totals of the document. Raises: FileRefused when a mandatory one is missing or unreadable."""
    monetary = root.required("LegalMonetaryTotal", "BR-12")
    return Totals(
        lines=_rounded(monetary.required("cbc:LineExtensionAmount", "BR-12")),
        net=_rounded(monetary.required("cbc:TaxExclusiveAmount", "BR-13")),
        tax=_rounded(_tax_total(root).required("cbc:TaxAmount", "BR-CO-14")),
        gross=_rounded(monetary.required("cbc:TaxInclusiveAmount", "BR-14")),
        prepaid=_optional(monetary, "cbc:PrepaidAmount"),
        rounding=_optional(monetary, "cbc:PayableRoundingAmount"),
        payable=_rounded(monetary.required("cbc:PayableAmount", "BR-15")),
    )


def check_totals(*, root: Node, totals: Totals, lines: Sequence[RawLine], extras: Sequence[RawLine]) -> Iterator[Problem]:
    """Yield every total that does not add up, with both figures.

    Args:
        root: The document.
        totals: Its totals as stated.
        lines: Its lines.
        extras: Its document-level allowances and charges, allowances negative.

    Source: EN 16931-1, BR-CO-10 to BR-CO-16.
    """
    monetary = root.required("LegalMonetaryTotal", "BR-12")
    step = _step(root.currency)
    line_sum = sum((line.net for line in lines), _ZERO).quantize(step, ROUND_HALF_UP)
    allowances = sum((-extra.net for extra in extras if not is_charge(extra.node)), _ZERO).quantize(step, ROUND_HALF_UP)
    charges = sum((extra.net for extra in extras if is_charge(extra.node)), _ZERO).quantize(step, ROUND_HALF_UP)
    checks = (
        ("cbc:LineExtensionAmount", totals.lines, line_sum, "the lines add up to", "BR-CO-10"),
        (
            "cbc:AllowanceTotalAmount",
            _stated(monetary, "cbc:AllowanceTotalAmount", allowances),
            allowances,
            "the allowances add up to",
            "BR-CO-11",
        ),
        ("cbc:ChargeTotalAmount", _stated(monetary, "cbc:ChargeTotalAmount", charges), charges, "the charges add up to", "BR-CO-12"),
        ("cbc:TaxExclusiveAmount", totals.net, totals.lines - allowances + charges, "lines less allowances plus charges are", "BR-CO-13"),
        ("cbc:TaxInclusiveAmount", totals.gross, totals.net + totals.tax, "net amount plus tax is", "BR-CO-15"),
        (
            "cbc:PayableAmount",
            totals.payable,
            totals.gross - totals.prepaid + totals.rounding,
            "gross less prepaid plus rounding is",
            "BR-CO-16",
        ),
    )
    for name, stated, calculated, words, rule in checks:
        if stated != calculated:
            yield _mismatch(monetary.required(name, rule), stated, calculated, words, rule)


def tax_of_lines(*, root: Node, totals: Totals, lines: Sequence[RawLine]) -> tuple[Decimal, ...]:
    """Return the tax of each of ``lines`` (allowances and charges included), so that each category's tax adds up to its subtotal.

    Raises:
        FileRefused: A category is missing in the tax breakdown, or its figures do not fit its lines.

    Source: EN 16931-1, BR-CO-14, BR-CO-17, BR-CO-18 and the rules 08 and 09 of each VAT category.
    """
    tax_total = _tax_total(root)
    subtotals = [_read_subtotal(node) for node in tax_total.children("TaxSubtotal")]
    if not subtotals:
        raise tax_total.refusal(reason="the tax breakdown (TaxSubtotal) is missing (BR-CO-18)", way_out=_WAY_OUT)
    by_key = {subtotal.key: subtotal for subtotal in subtotals}
    members: dict[_Key, list[int]] = {subtotal.key: [] for subtotal in subtotals}
    for index, line in enumerate(lines):
        members[_key_of(line, by_key)].append(index)
    problems = list(_breakdown_problems(tax_total, totals, subtotals, members, lines))
    if problems:
        raise FileRefused(problems)
    taxes = [_ZERO] * len(lines)
    for subtotal in by_key.values():
        indices = members[subtotal.key]
        parts = apportion(total=subtotal.tax, shares=_shares(subtotal, [lines[index] for index in indices]), currency=root.currency)
        for index, part in zip(indices, parts, strict=True):
            taxes[index] = part
    return tuple(taxes)


def _breakdown_problems(
    tax_total: Node, totals: Totals, subtotals: Sequence[_Subtotal], members: dict[_Key, list[int]], lines: Sequence[RawLine]
) -> Iterator[Problem]:
    tax_sum = sum((subtotal.tax for subtotal in subtotals), _ZERO)
    if tax_sum != totals.tax:
        yield _mismatch(tax_total.required("cbc:TaxAmount", "BR-CO-14"), totals.tax, tax_sum, "the tax breakdown adds up to", "BR-CO-14")
    seen: set[_Key] = set()
    for subtotal in subtotals:
        category, rate = subtotal.key
        if subtotal.key in seen:
            yield subtotal.node.problem(reason=f"category {category} at {rate} % stands twice in the tax breakdown", way_out=_WAY_OUT)
        seen.add(subtotal.key)
        taxed = sum((lines[index].net for index in members[subtotal.key]), _ZERO)
        slack = _CATEGORY_SLACK if rate else _step(subtotal.node.currency) / 2
        if abs(subtotal.taxable - taxed) >= slack or (subtotal.tax and not members[subtotal.key]):
            stated = subtotal.node.required("cbc:TaxableAmount", "BR-45")
            yield _mismatch(stated, subtotal.taxable, taxed, f"the lines of category {category} add up to", f"BR-{category}-08")
        expected = subtotal.taxable * (rate if rate is not None else _ZERO) / _HUNDRED
        # A breakdown that gives no rate for a taxed category can only be held against its lines.
        unknown = rate is None and category != "O"
        if not unknown and abs(subtotal.tax - expected) >= (_CATEGORY_SLACK if rate else _step(subtotal.node.currency)):
            rounded = expected.quantize(_step(subtotal.node.currency), ROUND_HALF_UP)
            stated = subtotal.node.required("cbc:TaxAmount", "BR-46")
            yield _mismatch(stated, subtotal.tax, rounded, f"{rate or 0} % of {subtotal.taxable} is", "BR-CO-17")


def _tax_total(root: Node) -> Node:
    # The total in the tax currency, if any, states the same tax in other money and is not ours to add up.
    candidates = [node for node in root.children("TaxTotal") if _currency_of(node, root.currency) == root.currency]
    with_breakdown = [node for node in candidates if node.child("TaxSubtotal") is not None]
    if not candidates:
        raise root.refusal(reason=f"TaxTotal in {root.currency} is missing (BR-CO-14)", way_out=_WAY_OUT)
    if len(with_breakdown) > 1:
        raise with_breakdown[1].refusal(reason="there is more than one tax breakdown (PEPPOL-EN16931-R053)", way_out=_WAY_OUT)
    return (with_breakdown or candidates)[0]


def _currency_of(tax_total: Node, default: str) -> str:
    amount = tax_total.child("cbc:TaxAmount")
    return default if amount is None else amount.element.get("currencyID") or default


def _read_subtotal(node: Node) -> _Subtotal:
    return _Subtotal(
        node=node,
        key=read_tax_category(node.required("TaxCategory", "BR-47")),
        taxable=_rounded(node.required("cbc:TaxableAmount", "BR-45")),
        tax=_rounded(node.required("cbc:TaxAmount", "BR-46")),
    )


def _key_of(line: RawLine, subtotals: dict[_Key, _Subtotal]) -> _Key:
    exact, open_rate = (line.category, line.rate), (line.category, None)
    for key in (exact, open_rate):
        if key in subtotals:
            return key
    of_category = [key for key in subtotals if key[0] == line.category]
    if line.rate is None and len(of_category) == 1:
        return of_category[0]
    rate = "" if line.rate is None else f" at {line.rate} %"
    raise line.node.refusal(
        reason=f"tax category {line.category}{rate} is not in the tax breakdown (BR-{line.category}-01)", way_out=_WAY_OUT
    )


def _shares(subtotal: _Subtotal, lines: Sequence[RawLine]) -> list[Decimal]:
    rate = subtotal.key[1]
    if rate is not None:
        return [line.net * rate / _HUNDRED for line in lines]
    if all(line.rate is not None for line in lines):
        return [line.net * (line.rate or _ZERO) / _HUNDRED for line in lines]
    whole = sum((line.net for line in lines), _ZERO)
    return [line.net * subtotal.tax / whole if whole else _ZERO for line in lines]


def _mismatch(node: Node, stated: Decimal, calculated: Decimal, words: str, rule: str) -> Problem:
    return node.problem(
        reason=f"stated is {stated:f} {node.currency}, but {words} {calculated:f} {node.currency} ({rule})", way_out=_WAY_OUT
    )


def _step(currency: str) -> Decimal:
    return Decimal(1).scaleb(-exponent(currency))


def _rounded(node: Node) -> Decimal:
    return node.amount().quantize(_step(node.currency), ROUND_HALF_UP)


def _optional(node: Node, path: str) -> Decimal:
    found = node.child(path)
    return _rounded(found) if found is not None and found.value() else _ZERO


def _stated(node: Node, path: str, default: Decimal) -> Decimal:
    found = node.child(path)
    return _rounded(found) if found is not None and found.value() else default
