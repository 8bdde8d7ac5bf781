"""Tasks about paying: a promise, more time, a payment that went wrong, and money back."""

from __future__ import annotations

import re
from datetime import date, timedelta

from actions.phrases import money_list, standing_sentence
from actions.pick import pick
from actions.task_model import UNKNOWN, Heard, Kind, Task, Unfit, done_before
from actions.turn import Turn
from bot.billing.model import InvoiceView
from bot.billing.service import AmbiguousInvoice
from bot.library.formats import show_date, show_money
from bot.shared.errors import NotFound
from bot.shared.money import Money
from bot.shared.text import fold
from bot.support.answers import does_not_know, words
from bot.support.days import day_ahead
from bot.support.model import TicketKind
from bot.support.substance import substance

LATEST_PROMISE = timedelta(days=60)
_LONGEST_TEXT = 600
_OVERDUE = re.compile(r"\boverdue|\bpast due|\blate (?:one|invoice|bill)|\blejart|\bkeses|\bkesedelmes|\belmaradas|\belmaradt")
_IN_PARTS = re.compile(
    r"\b(?:half|a part|part of|partly|a third|the rest|remainder|instal\w*|in (?:two|three|several) (?:parts|payments))\b"
    r"|\b(?:fel[ei]t|reszben|egy reszet|reszlet\w*|harmadat|a tobbit|a maradekot|ket reszletben|ket reszben)\b"
)
_AS_A_WHOLE = re.compile(
    r"\b(?:all of it|the whole|whole (?:amount|sum|thing)|in full|full amount|everything|az egesz\w*|teljes\w*|egyben|egy osszegben)\b"
)
# The number of parts asked for: two, three, four, five or six, in this order of groups.
_INSTALMENTS = re.compile(
    r"\b(?:(two|2|ket|ketto)|(three|3|harom)|(four|4|negy)|(five|5|ot)|(six|6|hat))\W{1,3}(?:equal |egyenlo |havi |monthly )?"
    r"(?:instal|part|payment|reszlet|resz)"
)
_BECAUSE = frozenset({"because", "since", "as", "due", "mert", "mivel", "miatt", "ugyanis"})


class OpenInvoicesTask(Kind):
    """What promise and extension have in common: the invoices still to be paid, those named or all."""

    ticket = TicketKind.BILLING

    def begin(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take the invoices named, or all that are open."""
        return _invoices_named(heard.turn)

    def correct(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take other invoices."""
        return _invoices_named(heard.turn)

    def refuse(self, turn: Turn, task: Task) -> bool:
        """Say so when nothing is left to pay, of all or of the invoices named."""
        if self.open_invoices(turn, task):
            return False
        named = task.get("invoices")
        if named:
            turn.say("utter_task_refused_settled", invoices=", ".join(named.split()))
        else:
            turn.say("utter_task_refused_nothing_open")
        return True

    def open_invoices(self, turn: Turn, task: Task) -> tuple[InvoiceView, ...]:
        """Return the open invoices the task is about, oldest due date first."""
        unpaid = turn.services.billing.open_balance(customer_id=turn.customer_id, today=turn.today).invoices
        named = task.get("invoices").split()
        return tuple(item for item in unpaid if item.invoice.number in named) if named else unpaid

    def summary(self, turn: Turn, task: Task) -> dict[str, str]:
        """Say which invoices and how much they come to, from the ledger."""
        items = self.open_invoices(turn, task)
        return {"invoices": ", ".join(item.invoice.number for item in items), "amount": money_list(turn, _sums(items))}

    def details(self, turn: Turn, task: Task) -> tuple[tuple[str, str], ...]:
        """List the invoices with what is open on each."""
        items = self.open_invoices(turn, task)
        rows = [f"{item.invoice.number} ({show_money(item.open_amount, turn.language)})" for item in items]
        return (("invoices", ", ".join(rows)), ("amount", money_list(turn, _sums(items))))


class PromisePayment(OpenInvoicesTask):
    """A day by which the customer says they will pay; for invoices promised before it changes that promise."""

    name = "promise_payment"
    about = ("paying", "suspension", "dates")

    def begin(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take invoices and day; a day that cannot be taken is asked for again."""
        found = super().begin(heard, task) | _part_promised(heard.text)
        done = done_before(heard.turn)
        before = (
            done
            if done is not None and done.kind == self.name and found.get("invoices", done.get("invoices")) == done.get("invoices")
            else None
        )
        if before is not None:
            found = {"invoices": before.get("invoices"), "ticket": before.get("ticket")} | found
        try:
            return found | _day_promised(heard.turn, before=before.get("date") if before is not None else "")
        except Unfit as unfit:
            heard.turn.say(unfit.response, **unfit.values)
            return found

    def read(self, heard: Heard, task: Task, name: str) -> dict[str, str]:
        """Take the day."""
        return _day_promised(heard.turn)

    def correct(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take another day or other invoices."""
        given = super().correct(heard, task) | _day_promised(heard.turn, before=task.get("date")) | _part_promised(heard.text)
        return {name: value for name, value in given.items() if task.fields.get(name) != value}

    def missing(self, turn: Turn, task: Task) -> str | None:
        """Ask for the day."""
        return None if task.get("date") else "date"

    def question_values(self, turn: Turn, task: Task, name: str) -> dict[str, str]:
        """Say what is to be paid."""
        return super().summary(turn, task)

    def summary(self, turn: Turn, task: Task) -> dict[str, str]:
        """Say by when, which and how much."""
        values = super().summary(turn, task)
        if task.get("part"):
            values["amount"] = turn.phrase("utter_part_of_amount", amount=values["amount"])
        return {**values, "date": show_date(date.fromisoformat(task.get("date")), turn.language)}

    def remark(self, turn: Turn, task: Task) -> None:
        """Say who decides when it is not to be paid at once."""
        if task.get("part"):
            turn.say("utter_task_parts_by_person")

    def recorded(self, turn: Turn, task: Task) -> None:
        """Let reminders wait for a promise of the whole within what the policy allows, and say so; the rest a person decides."""
        if task.get("part"):
            return
        numbers = [item.invoice.number for item in self.open_invoices(turn, task)]
        until = date.fromisoformat(task.get("date"))
        agreed = turn.services.overdue.promise(customer_id=turn.customer_id, numbers=numbers, until=until, today=turn.today, now=turn.now)
        turn.say("utter_promise_holds" if agreed else "utter_promise_by_person", date=show_date(until, turn.language))

    def details(self, turn: Turn, task: Task) -> tuple[tuple[str, str], ...]:
        """List the day first."""
        wish = (("wish", task.get("part")),) if task.get("part") else ()
        return (("date", self.summary(turn, task)["date"]), *wish, *super().details(turn, task))


class PaymentExtension(OpenInvoicesTask):
    """A wish for more time or instalments, which a person decides about."""

    name = "payment_extension"
    free = frozenset({"wish", "reason"})
    optional = frozenset({"reason"})

    def begin(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take invoices, the wish where a day or instalments are named, and the reason where one is given."""
        found = super().begin(heard, task)
        said = words(heard.text)
        if heard.turn.entity("date") or (len(said) > 4 and any(word.startswith(("instal", "reszlet")) for word in said)):
            found["wish"] = heard.text[:_LONGEST_TEXT]
        if _BECAUSE & set(said):
            found["reason"] = heard.text[:_LONGEST_TEXT]
        return found

    def read(self, heard: Heard, task: Task, name: str) -> dict[str, str]:
        """Take the words."""
        return free_text(heard, name, optional=name in self.optional)

    def add(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take further words as part of the wish."""
        return {"wish": _joined(task.get("wish"), heard.text)}

    def missing(self, turn: Turn, task: Task) -> str | None:
        """Ask for the wish, then for the reason."""
        return next((name for name in ("wish", "reason") if name not in task.fields), None)

    def question_values(self, turn: Turn, task: Task, name: str) -> dict[str, str]:
        """Say what is to be paid."""
        return super().summary(turn, task)

    def summary(self, turn: Turn, task: Task) -> dict[str, str]:
        """Say what is wished and why."""
        return {**super().summary(turn, task), "wish": task.get("wish"), "reason": task.get("reason") or "-"}

    def recorded(self, turn: Turn, task: Task) -> None:
        """Agree to instalments at once within what the policy allows, and say by when how much; the rest a person decides."""
        found = _INSTALMENTS.search(fold(task.get("wish")))
        if found is None:
            return
        count = next(number for number, said in enumerate(found.groups(), 2) if said)
        numbers = [item.invoice.number for item in self.open_invoices(turn, task)]
        parts = turn.services.overdue.instalments(
            customer_id=turn.customer_id, numbers=numbers, count=count, today=turn.today, now=turn.now
        )
        if parts:
            rows = [f"- {show_date(day, turn.language)}: {show_money(amount, turn.language)}" for day, amount in parts]
            turn.say("utter_instalments_agreed", lines="\n".join(rows))

    def details(self, turn: Turn, task: Task) -> tuple[tuple[str, str], ...]:
        """List wish and reason first."""
        return (("wish", task.get("wish")), ("reason", task.get("reason") or UNKNOWN), *super().details(turn, task))


class MoneyMatter(Kind):
    """What a failed payment and a refund have in common: what happened, and which invoice it is about."""

    ticket = TicketKind.BILLING
    free = frozenset({"what"})
    optional = frozenset({"invoice"})

    def begin(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take what the first message says, and the invoice it names or that is talked about."""
        turn = heard.turn
        found = self._asides(turn)
        if substance(heard.text):
            found["what"] = heard.text[:_LONGEST_TEXT]
        focus = turn.slots.get("focus_invoice")
        try:
            return found | (_one_invoice(turn) or ({"invoice": str(focus)} if focus else {}))
        except Unfit as unfit:
            turn.say(unfit.response, **unfit.values)
            return found

    def read(self, heard: Heard, task: Task, name: str) -> dict[str, str]:
        """Take the words, or an invoice."""
        found = self._asides(heard.turn)
        if name == "what":
            said = free_text(heard, name, optional=False)
            return {**found, **said, **_quietly_one_invoice(heard.turn)} if said else {}
        if heard.answer is False or does_not_know(heard.text):
            return {"invoice": UNKNOWN}
        invoice = _one_invoice(heard.turn, by_time=True)
        return {**found, **invoice} if invoice else {}

    def correct(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take another invoice."""
        given = _one_invoice(heard.turn)
        return {name: value for name, value in given.items() if task.fields.get(name) != value}

    def add(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take further words as part of what happened."""
        return {"what": _joined(task.get("what"), heard.text), **self._asides(heard.turn)}

    def missing(self, turn: Turn, task: Task) -> str | None:
        """Ask what happened, then for the invoice."""
        return next((name for name in ("what", "invoice") if name not in task.fields), None)

    def summary(self, turn: Turn, task: Task) -> dict[str, str]:
        """Say what happened and where the invoice stands."""
        return {"what": task.get("what"), "invoice": task.get("invoice") or "-", "standing": self._standing(turn, task)}

    def details(self, turn: Turn, task: Task) -> tuple[tuple[str, str], ...]:
        """List what happened, the invoice and its standing, and sum and day where they were named."""
        named = [(name, task.get(name)) for name in ("money", "paid_on") if task.get(name)]
        return (("what", task.get("what")), ("invoice", self._standing(turn, task)), *named)

    def _standing(self, turn: Turn, task: Task) -> str:
        number = task.get("invoice")
        if not number:
            return turn.phrase("utter_part_no_invoice_named")
        item = turn.services.billing.invoice(customer_id=turn.customer_id, typed_number=number, today=turn.today)
        return turn.phrase("utter_part_invoice_stands", number=number, standing=standing_sentence(turn, item))

    def _asides(self, turn: Turn) -> dict[str, str]:
        amount, day = turn.entity("amount"), turn.entity("date")
        found = {"money": amount} if amount else {}
        return {**found, "paid_on": show_date(date.fromisoformat(day), turn.language)} if day else found


class PaymentProblem(MoneyMatter):
    """A payment that failed, was doubled or lacks its reference."""

    name = "payment_problem"
    about = ("paying",)


class Refund(MoneyMatter):
    """Money back."""

    name = "refund"
    about = ("refunds",)


def free_text(heard: Heard, name: str, *, optional: bool) -> dict[str, str]:
    """Return the words of the message as the field; nothing for a bare yes, or for a no or "I do not know" where it is needed."""
    said = words(heard.text)
    if optional and (does_not_know(heard.text) or (heard.answer is False and len(said) <= 3)):
        return {name: UNKNOWN}
    if not said or (heard.answer is not None and len(said) <= 3):
        return {}
    return {name: heard.text.strip()[:_LONGEST_TEXT]}


def _part_promised(text: str) -> dict[str, str]:
    """Return the words about paying in parts, or that all is to be paid after all; nothing where neither is said."""
    folded = fold(text)
    if _IN_PARTS.search(folded):
        return {"part": text.strip()[:_LONGEST_TEXT]}
    return {"part": UNKNOWN} if _AS_A_WHOLE.search(folded) else {}


def _day_promised(turn: Turn, *, before: str = "") -> dict[str, str]:
    """Return the first day named that is not past; one beside the day promised before is the one that takes its place.

    Args:
        before: The day promised before (ISO), or empty.

    Raises:
        Unfit: All days are past, or it is too far off.
    """
    days = [date.fromisoformat(value) for value in turn.entities.get("date", ())]
    period = turn.period()
    if not days and period is not None:
        days = [day_ahead(start=period[0], end=period[1], today=turn.today, text=turn.text)]
    if not days:
        return {}
    coming = [day for day in days if day >= turn.today]
    if not coming:
        raise Unfit("utter_task_date_past", date=show_date(days[0], turn.language))
    if before:
        coming = _in_place_of(date.fromisoformat(before), coming, turn.text)
    if coming[0] > turn.today + LATEST_PROMISE:
        raise Unfit("utter_task_date_far", date=show_date(turn.today + LATEST_PROMISE, turn.language))
    return {"date": coming[0].isoformat()}


def _in_place_of(before: date, coming: list[date], text: str) -> list[date]:
    """Return the days to choose from with the new one first, where the one promised before is named beside it.

    "Not Friday. Monday" means the Monday after that Friday: a weekday without a date is counted from the day it replaces.
    """
    others = [day for day in coming if day != before]
    if before not in coming or not others:
        return coming
    new = others[-1]
    if not re.search(r"\d", text):
        new += timedelta(days=-(-(before - new).days // 7) * 7) if new < before else timedelta()
    return [new]


def _invoices_named(turn: Turn) -> dict[str, str]:
    """Return the numbers of the invoices named, as far as they are the customer's, or of "the overdue ones"; nothing when none is named."""
    found = []
    for typed in turn.entities.get("invoice_number", ()):
        try:
            found.append(turn.services.billing.invoice(customer_id=turn.customer_id, typed_number=typed, today=turn.today))
        except NotFound:
            turn.say("utter_task_no_such_invoice", number=typed)
    if not found and _OVERDUE.search(fold(turn.text)):
        unpaid = turn.services.billing.open_balance(customer_id=turn.customer_id, today=turn.today).invoices
        found = [item for item in unpaid if item.days_overdue]
    return {"invoices": " ".join(item.invoice.number for item in found)} if found else {}


def _one_invoice(turn: Turn, *, by_time: bool = False) -> dict[str, str]:
    """Return the invoice named by number, or, where that was asked for, by month or place. Raises: Unfit."""
    named = {"invoice_number", "period", "which"} if by_time else {"invoice_number"}
    if not turn.entities.keys() & named:
        return {}
    try:
        return {"invoice": pick(turn, prefer_focus=False)[0].invoice.number}
    except (NotFound, AmbiguousInvoice) as error:
        raise Unfit("utter_task_no_such_invoice", number=turn.entity("invoice_number") or turn.text) from error


def _quietly_one_invoice(turn: Turn) -> dict[str, str]:
    try:
        return _one_invoice(turn)
    except Unfit:
        return {}


def _joined(before: str, more: str) -> str:
    return f"{before} / {more.strip()}"[: 2 * _LONGEST_TEXT]


def _sums(items: tuple[InvoiceView, ...]) -> tuple[Money, ...]:
    sums: dict[str, Money] = {}
    for item in items:
        amount = item.open_amount
        sums[amount.currency] = sums[amount.currency] + amount if amount.currency in sums else amount
    return tuple(sums[currency] for currency in sorted(sums))
