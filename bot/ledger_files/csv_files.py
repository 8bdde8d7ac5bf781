"""Our CSV of customers, subscriptions and payments. The format is docs/import-formats.md; invoices are in ``csv_invoices``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.billing.drafts import UNRESOLVED_CUSTOMER, CustomerDraft, PaymentDraft, SubscriptionDraft
from bot.billing.model import Address, BillingPlan, CommerceKind, Contact, Customer, Payment, Subscription, SubscriptionStatus
from bot.ledger_files.csv_table import Columns, read_table
from bot.ledger_files.csv_values import Row, each_row
from bot.shared.ids import SubscriptionId, new_customer_id, new_payment_id

CUSTOMER_COLUMNS = Columns(
    required=("customer_number", "name"),
    optional=(
        "language",
        "tenant_id",
        "tax_numbers",
        "identifiers",
        "bank_accounts",
        "street",
        "postal_code",
        "city",
        "country",
        "contacts",
        "support_plan",
    ),
)
SUBSCRIPTION_COLUMNS = Columns(
    required=(
        "subscription_id",
        "customer_number",
        "product",
        "commerce",
        "quantity",
        "term",
        "billing_plan",
        "status",
        "bought_on",
        "started_on",
        "auto_renew",
    ),
    optional=("ends_on", "suspended_on", "suspension_reason"),
)
PAYMENT_COLUMNS = Columns(
    required=("reference", "received_on", "amount", "currency"),
    optional=("payer_name", "payer_account", "remittance", "customer_number"),
)
LANGUAGES = ("en", "hu")
_SUSPENSION_REASONS = ("non_payment", "customer_request", "fraud")
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_TERM = re.compile(r"P[1-9][0-9]?[DMY]")
_CONTACT = re.compile(r"(?P<name>[^<>|]*?)\s*<(?P<mail>[^<>@\s]+@[^<>@\s]+)>\s*(?P<language>[a-zA-Z]{2})?")


def read_customers(*, path: Path, label: str) -> Iterator[CustomerDraft]:
    """Yield the customers in the file. Raises: FileRefused, after the last row when rows are at fault."""
    return each_row(table=read_table(path=path, label=label, columns=CUSTOMER_COLUMNS), build=_customer)


def read_subscriptions(*, path: Path, label: str) -> Iterator[SubscriptionDraft]:
    """Yield the subscriptions in the file. Raises: FileRefused, after the last row when rows are at fault."""
    return each_row(table=read_table(path=path, label=label, columns=SUBSCRIPTION_COLUMNS), build=_subscription)


def read_payments(*, path: Path, label: str) -> Iterator[PaymentDraft]:
    """Yield the payments in the file. Raises: FileRefused, after the last row when rows are at fault."""
    return each_row(table=read_table(path=path, label=label, columns=PAYMENT_COLUMNS), build=_payment)


def account_of(text: str) -> str:
    """Return a bank account as the ledger stores it: upper-case, without spaces."""
    return "".join(text.split()).upper()


def _customer(row: Row) -> CustomerDraft:
    tenant = row.text("tenant_id").lower()
    if tenant and not _GUID.fullmatch(tenant):
        raise row.refusal("tenant_id", f"{tenant!r} is not a GUID", "Copy the tenant id from Partner Center")
    country = row.text("country").upper()
    if country and not _COUNTRY.fullmatch(country):
        raise row.refusal("country", f"{country!r} is not a country code", "Write two letters such as HU")
    language = row.one_of("language", LANGUAGES) if row.text("language") else LANGUAGES[0]
    customer = Customer(
        id=new_customer_id(),
        number=row.required("customer_number").upper(),
        name=row.required("name"),
        language=language,
        tenant_id=tenant or None,
        tax_numbers=row.several("tax_numbers"),
        identifiers=row.several("identifiers"),
        bank_accounts=tuple(dict.fromkeys(account_of(account) for account in row.several("bank_accounts"))),
        address=Address(row.text("street"), row.text("postal_code"), row.text("city"), country),
        contacts=_contacts(row, language),
        support_plan=row.text("support_plan") or None,
    )
    return CustomerDraft(customer=customer, source=row.source())


def _contacts(row: Row, language: str) -> tuple[Contact, ...]:
    contacts: dict[str, Contact] = {}
    for text in row.several("contacts"):
        match = _CONTACT.fullmatch(text)
        spoken = (match["language"] or language).lower() if match else ""
        if match is None or spoken not in LANGUAGES:
            raise row.refusal("contacts", f"{text!r} is not a contact", "Write it as Kiss Anna <anna@example.com> hu, several by |")
        if match["mail"].lower() in contacts:
            raise row.refusal("contacts", f"the address {match['mail']} stands twice", "Keep one of the two")
        contacts[match["mail"].lower()] = Contact(name=match["name"] or match["mail"], email=match["mail"], language=spoken)
    return tuple(contacts.values())


def _subscription(row: Row) -> SubscriptionDraft:
    term = row.required("term").upper()
    if not _TERM.fullmatch(term):
        raise row.refusal("term", f"{term!r} is not a term", "Write it as P1M, P1Y or P3Y")
    started_on, ends_on = row.day("started_on"), row.day_or_none("ends_on")
    if ends_on is not None and ends_on <= started_on:
        raise row.refusal("ends_on", f"the term ends on {ends_on}, not after it started on {started_on}", "Give the day after the last day")
    subscription = Subscription(
        id=SubscriptionId(row.required("subscription_id").lower()),
        customer_id=UNRESOLVED_CUSTOMER,
        product=row.required("product"),
        commerce=row.choice("commerce", CommerceKind),
        quantity=row.whole("quantity"),
        term=term,
        billing_plan=row.choice("billing_plan", BillingPlan),
        status=row.choice("status", SubscriptionStatus),
        bought_on=row.day("bought_on"),
        started_on=started_on,
        ends_on=ends_on,
        auto_renew=row.yes("auto_renew"),
        suspended_on=row.day_or_none("suspended_on"),
        suspension_reason=row.one_of("suspension_reason", _SUSPENSION_REASONS) if row.text("suspension_reason") else None,
    )
    return SubscriptionDraft(subscription=subscription, customer_number=row.required("customer_number").upper(), source=row.source())


def _payment(row: Row) -> PaymentDraft:
    amount = row.money("amount", row.currency("currency"))
    if amount.amount <= 0:
        raise row.refusal("amount", f"the amount is {amount}; only money received is a payment", "Take the row out")
    payment = Payment(
        id=new_payment_id(),
        reference=row.required("reference"),
        received_on=row.day("received_on"),
        amount=amount,
        payer_name=row.text("payer_name"),
        payer_account=account_of(row.text("payer_account")),
        remittance=row.text("remittance"),
    )
    return PaymentDraft(payment=payment, customer_number=row.text("customer_number").upper(), source=row.source())
