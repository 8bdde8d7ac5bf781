"""Tasks about one subscription: more or fewer seats, cancelling, and automatic renewal."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date
from types import MappingProxyType

from actions.owned import subscription_in_focus, subscriptions_meant
from actions.phrases import subscription_values
from actions.task_model import Heard, Kind, Task, Unfit, done_before
from actions.turn import Turn
from bot.billing.changes import Change, Outcome, Terms, terms_of
from bot.billing.model import CommerceKind, Subscription, SubscriptionStatus
from bot.library.formats import show_date
from bot.shared.text import fold
from bot.support.answers import choose, corrects, has_a_but, names_something_new, names_the_other, renewal_wanted, words
from bot.support.days import day_ahead, from_renewal, names_a_beginning
from bot.support.model import TicketKind
from bot.support.quantities import Meaning, Quantity, find_quantity, rejected_number

_RUNNING = (SubscriptionStatus.ACTIVE, SubscriptionStatus.SUSPENDED)
_MOST_LISTED = 15
_LONGEST_NOTE = 300
_CANCELLED = MappingProxyType({CommerceKind.NEW: "moment-of-cancelling", CommerceKind.LEGACY: "legacy-cancellation"})
_SEATS_ADDED = MappingProxyType({CommerceKind.NEW: "seats-added-new-commerce", CommerceKind.LEGACY: "seats-added-legacy"})
_ENDS = (Outcome.ALREADY, Outcome.REFUSED)


class SubscriptionTask(Kind):
    """What the three have in common: the subscription, and the terms of changing it."""

    ticket = TicketKind.SUBSCRIPTION
    about = ("cancelling", "dates", "data", "refunds", "amount")

    @abstractmethod
    def change(self, task: Task, item: Subscription) -> tuple[Change, int]:
        """Return what is to be changed, and by how many seats; called once nothing is missing."""

    def begin(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take the product named, or the only subscription there is."""
        found = {**_day_wished(heard.turn), **self.own_fields(heard, task)}
        if len(heard.turn.entities.get("product", ())) > 1:
            return {**found, **_several_named(heard.turn)}
        if heard.turn.entity("product"):
            try:
                return {**found, **_named(heard.turn)}
            except Unfit as unfit:
                heard.turn.say(unfit.response, **unfit.values)
                return found
        owned = _owned(heard.turn)
        if len(owned) == 1:
            return {**found, "subscription": owned[0].id}
        meant = _other_of_two(heard) or subscription_in_focus(heard.turn)
        return {**found, "subscription": meant} if meant and not names_something_new(heard.text) else found

    def own_fields(self, heard: Heard, task: Task) -> dict[str, str]:
        """Return the fields but the subscription that a message gives."""
        return {}

    def read(self, heard: Heard, task: Task, name: str) -> dict[str, str]:
        """Take a subscription by product, place in the list or a word of its name; other fields as the kind does."""
        if name != "subscription":
            found = self.own_fields(heard, task)
            return found | _renamed(heard, task) if name in found else found
        return self.own_fields(heard, task) | _chosen(heard, task)

    def correct(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take another product or another value."""
        given = _day_wished(heard.turn) | _from_renewal(heard, task) | self.own_fields(heard, task) | _renamed(heard, task)
        return {name: value for name, value in given.items() if task.fields.get(name) != value}

    def add(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take the but of a yes as a remark for the colleague who carries it out."""
        return {"note": heard.text[:_LONGEST_NOTE]} if has_a_but(heard.text) else {}

    def refuse(self, turn: Turn, task: Task) -> bool:
        """Say so when there is nothing to change, or when the change is not possible."""
        owned = _owned(turn)
        if not owned:
            turn.say("utter_task_no_subscription")
            return True
        item = subscription_of(turn, task)
        if item is None or self.missing(turn, task) is not None:
            return False
        terms = self.terms(turn, task, item)
        if terms.outcome not in _ENDS:
            return False
        turn.remember(offered="agent")
        key = terms.obstacle.value if terms.obstacle else f"already_{terms.change.value}"
        on = terms.owed_until or terms.takes_effect_on or item.ends_on
        turn.say(f"utter_task_refused_{key}", product=item.product, date=show_date(on, turn.language) if on else "-")
        return True

    def missing(self, turn: Turn, task: Task) -> str | None:
        """Ask for the subscription first."""
        return None if task.get("subscription") else "subscription"

    def question_values(self, turn: Turn, task: Task, name: str) -> dict[str, str]:
        """List the subscriptions to choose from, or name the one chosen."""
        if name == "subscription":
            return {"lines": _numbered(turn, _candidates(turn, task))}
        item = subscription_of(turn, task)
        return subscription_values(turn, item) if item else {}

    def terms(self, turn: Turn, task: Task, item: Subscription) -> Terms:
        """Return the terms of the change asked for."""
        change, seats = self.change(task, item)
        return terms_of(subscription=item, change=change, today=turn.today, seats=seats)

    def summary(self, turn: Turn, task: Task) -> dict[str, str]:
        """Say product, change and terms."""
        item = owned_subscription(turn, task)
        return {
            "product": item.product,
            "change": _with_day(turn, task, self.change_text(turn, task, item)),
            "terms": self.terms_text(turn, task, item),
        }

    def details(self, turn: Turn, task: Task) -> tuple[tuple[str, str], ...]:
        """List product with its id, change and terms."""
        item = owned_subscription(turn, task)
        return (
            ("product", f"{item.product} ({item.id})"),
            ("change", _with_day(turn, task, self.change_text(turn, task, item))),
            ("terms", self.terms_text(turn, task, item)),
        )

    @abstractmethod
    def change_text(self, turn: Turn, task: Task, item: Subscription) -> str:
        """Return the change as part of a sentence."""

    def terms_text(self, turn: Turn, task: Task, item: Subscription) -> str:
        """Return the terms as sentences."""
        terms = self.terms(turn, task, item)
        # Of what takes effect at once only the money differs; what must wait is always said the same way.
        key = terms.money.value if terms.outcome is Outcome.AT_ONCE else terms.outcome.value
        bound = "_bound" if terms.change is Change.ADD_SEATS and terms.owed_until else ""
        days = {
            "effective": terms.takes_effect_on,
            "last_day": terms.last_day,
            "window": terms.window_ended_on,
            "owed_until": terms.owed_until,
        }
        shown = {name: show_date(day, turn.language) if day else "-" for name, day in days.items()}
        return turn.phrase(f"utter_part_terms_{terms.change.value}_{key}{bound}", product=item.product, **shown)


class ChangeSeats(SubscriptionTask):
    """More or fewer licences."""

    name = "change_seats"
    near = frozenset(
        {"seats-added-new-commerce", "seats-added-legacy", "seats-removed-credit", "missed-the-seven-days", "schedule-changes-for-renewal"}
        | {"what-is-proration", "unused-licences", "seven-day-window"}
    )

    def own_fields(self, heard: Heard, task: Task) -> dict[str, str]:
        """Read how many; a number that says neither more, fewer nor in all is the total only when that was asked for."""
        item = subscription_of(heard.turn, task)
        found = find_quantity(heard.text, present=item.quantity if item else None)
        if found is None:
            return {}
        if task.get("quantity") and rejected_number(heard.text) == _quantity(task).number:
            # So does "three instead of two" where two more were talked about.
            found = Quantity(_quantity(task).meaning, found.number)
        if found.meaning is Meaning.UNSAID and task.awaiting != "quantity":
            if task.awaiting == "subscription":
                return {}
            if task.get("quantity"):
                # "No, I meant 12" corrects the number and leaves its meaning as it was.
                found = Quantity(_quantity(task).meaning, found.number)
            elif item is not None and found.number < item.quantity:
                # "5 licences" of somebody who has 20 are hardly all there shall be.
                return {}
        return {"quantity": f"{found.meaning.value} {found.number}"}

    def begin(self, heard: Heard, task: Task) -> dict[str, str]:
        """Read the number knowing which subscription it is about; "no, 12 after all" puts right what was recorded before."""
        found = {name: value for name, value in super().begin(heard, task).items() if name != "quantity"}
        done = done_before(heard.turn)
        if done is not None and done.kind == self.name and done.get("subscription") == found.get("subscription") and corrects(heard.text):
            found |= {"ticket": done.get("ticket"), "quantity": done.get("quantity")}
        return {**found, **self.own_fields(heard, task.given(found))}

    def missing(self, turn: Turn, task: Task) -> str | None:
        """Ask how many once the subscription is known."""
        return super().missing(turn, task) or (None if task.get("quantity") else "quantity")

    def refuse(self, turn: Turn, task: Task) -> bool:
        """Refuse also what would change nothing, and before asking for a number what can have none."""
        item = subscription_of(turn, task)
        if item is not None and not task.get("quantity"):
            early = terms_of(subscription=item, change=Change.ADD_SEATS, today=turn.today, seats=1)
            if early.obstacle is not None:
                return super().refuse(turn, task.given({"quantity": f"{Meaning.MORE.value} 1"}))
        if item is not None and task.get("quantity") and item.quantity and _quantity(task).total(item.quantity) == item.quantity:
            turn.say("utter_task_refused_same_seats", **subscription_values(turn, item))
            return True
        return super().refuse(turn, task)

    def change(self, task: Task, item: Subscription) -> tuple[Change, int]:
        """Return the difference to what there is."""
        difference = _quantity(task).total(item.quantity) - item.quantity
        return (Change.ADD_SEATS, difference) if difference > 0 else (Change.REMOVE_SEATS, max(1, -difference))

    def article(self, turn: Turn, task: Task) -> str | None:
        """Return the one that says what more or fewer licences cost, in the commerce system of the subscription."""
        item = subscription_of(turn, task)
        if item is None:
            return None
        fewer = task.get("quantity") and self.change(task, item)[0] is Change.REMOVE_SEATS
        return "seats-removed-credit" if fewer else _SEATS_ADDED[item.commerce]

    def change_text(self, turn: Turn, task: Task, item: Subscription) -> str:
        """Say from how many to how many."""
        change, seats = self.change(task, item)
        total = max(0, _quantity(task).total(item.quantity))
        values = {"before": str(item.quantity), "after": str(total), "seats": str(seats)}
        return turn.phrase("utter_part_change_add_seats" if change is Change.ADD_SEATS else "utter_part_change_remove_seats", **values)


class CancelSubscription(SubscriptionTask):
    """Ending a subscription."""

    name = "cancel_subscription"
    cancels = True

    def question_values(self, turn: Turn, task: Task, name: str) -> dict[str, str]:
        """Say beside each of the few that were named on what terms it can end."""
        if not task.get("two"):
            return super().question_values(turn, task, name)
        rows = [
            turn.phrase(
                "utter_part_choice_on_terms",
                place=str(place),
                terms=self.terms_text(turn, task, item),
                **subscription_values(turn, item),
            )
            for place, item in enumerate(_candidates(turn, task), start=1)
        ]
        return {"lines": "\n".join(rows)}

    def article(self, turn: Turn, task: Task) -> str | None:
        """Return the one that says what cancelling does, in the commerce system of the subscription."""
        item = subscription_of(turn, task)
        return _CANCELLED[item.commerce] if item is not None else "how-to-cancel"

    def change(self, task: Task, item: Subscription) -> tuple[Change, int]:
        """Return that it is to end."""
        return Change.CANCEL, 0

    def change_text(self, turn: Turn, task: Task, item: Subscription) -> str:
        """Say how many seats are given up, or that it is let run out where that is all that can be done."""
        if self.terms(turn, task, item).outcome is Outcome.AT_TERM_END:
            return turn.phrase("utter_part_change_renewal_off")
        key = "utter_part_change_cancel" if item.quantity else "utter_part_change_cancel_usage"
        return turn.phrase(key, seats=str(item.quantity))


class ChangeRenewal(SubscriptionTask):
    """Automatic renewal off or on."""

    name = "change_renewal"
    # "Cancel the renewal" names the wish, not the end of the talk about it.
    cancels = True

    def article(self, turn: Turn, task: Task) -> str | None:
        """Return the one that says what becomes of a subscription that is not renewed."""
        return "stop-renewal"

    def own_fields(self, heard: Heard, task: Task) -> dict[str, str]:
        """Read off or on, or yes or no where that was the question."""
        wanted = heard.answer if task.awaiting == "renewal" and heard.answer is not None else renewal_wanted(heard.text)
        if wanted is None or (task.awaiting not in ("renewal", "identity") and len(words(heard.text)) < 2):
            return {}
        return {"renewal": "on" if wanted else "off"}

    def missing(self, turn: Turn, task: Task) -> str | None:
        """Ask for off or on once the subscription is known."""
        return super().missing(turn, task) or (None if task.get("renewal") else "renewal")

    def asks_yes_no(self, name: str) -> bool:
        """Ask whether it should renew."""
        return name == "renewal"

    def change(self, task: Task, item: Subscription) -> tuple[Change, int]:
        """Return the direction."""
        return (Change.RENEWAL_ON if task.get("renewal") == "on" else Change.RENEWAL_OFF), 0

    def change_text(self, turn: Turn, task: Task, item: Subscription) -> str:
        """Say the direction."""
        return turn.phrase("utter_part_change_renewal_on" if task.get("renewal") == "on" else "utter_part_change_renewal_off")


def subscription_of(turn: Turn, task: Task) -> Subscription | None:
    """Return the subscription the task is about, looked up among the customer's own; None when none is chosen or it is gone."""
    chosen = task.get("subscription")
    return next((item for item in turn.services.billing.subscriptions(customer_id=turn.customer_id) if item.id == chosen), None)


def owned_subscription(turn: Turn, task: Task) -> Subscription:
    """Return the subscription the task is about. Raises: LookupError."""
    item = subscription_of(turn, task)
    if item is None:
        raise LookupError("the subscription of the task is no longer in the ledger")
    return item


def _quantity(task: Task) -> Quantity:
    meaning, _, number = task.get("quantity").partition(" ")
    return Quantity(Meaning(meaning), int(number))


def _day_wished(turn: Turn) -> dict[str, str]:
    """Return the first day from which the change is wished, if the message names one that is still to come."""
    days = [date.fromisoformat(value) for value in turn.entities.get("date", ())]
    period = turn.period()
    # "Bought in February" names what is past; "from February" wishes for what is to come.
    if period is not None and (period[0] > turn.today or names_a_beginning(turn.text)):
        days.append(day_ahead(start=period[0], end=period[1], today=turn.today, text=turn.text))
    return next(({"from": day.isoformat()} for day in days if day > turn.today), {})


def _from_renewal(heard: Heard, task: Task) -> dict[str, str]:
    """Return the day of the renewal as the first one, if the message wishes for "from the renewal"."""
    item = subscription_of(heard.turn, task)
    if item is None or item.ends_on is None or not from_renewal(heard.text):
        return {}
    return {"from": item.ends_on.isoformat()}


def _with_day(turn: Turn, task: Task, change: str) -> str:
    wished = task.get("from")
    if not wished:
        return change
    return turn.phrase("utter_part_change_from", change=change, date=show_date(date.fromisoformat(wished), turn.language))


def _several_named(turn: Turn) -> dict[str, str]:
    """Return those of the products named that the customer has, to choose among; the only one where it is one."""
    wanted = [fold(product) for product in turn.entities["product"]]
    # In the order they were named, since "the first one" goes by that.
    found = list(dict.fromkeys(item for name in wanted for item in _owned(turn) if name in fold(item.product)))
    if len(found) == 1:
        return {"subscription": found[0].id, "among": ""}
    both = " ".join(item.id for item in found)
    return {"subscription": "", "among": both, "two": both}


def _other_of_two(heard: Heard) -> str | None:
    """Return the id of the subscription that was named beside the one of the request before, if "the other one" is meant."""
    done = done_before(heard.turn)
    if done is None or not names_the_other(heard.text):
        return None
    others = [one for one in done.get("two").split() if one != done.get("subscription")]
    return others[0] if len(others) == 1 and others[0] in {item.id for item in _owned(heard.turn)} else None


def _owned(turn: Turn) -> tuple[Subscription, ...]:
    """Return what can be changed: the running subscriptions, or all where none runs."""
    owned = turn.services.billing.subscriptions(customer_id=turn.customer_id)
    return tuple(item for item in owned if item.status in _RUNNING) or owned


def _named(turn: Turn) -> dict[str, str]:
    """Return the subscription of the product named, or those to choose among. Raises: Unfit."""
    meant = subscriptions_meant(turn)
    meant = tuple(item for item in meant if item.status in _RUNNING) or meant
    if not meant:
        raise Unfit("utter_task_not_owned", product=turn.entity("product") or "")
    if len(meant) == 1:
        return {"subscription": meant[0].id, "among": ""}
    return {"subscription": "", "among": " ".join(item.id for item in meant)}


def _renamed(heard: Heard, task: Task) -> dict[str, str]:
    """Return another product that the message names, if it names one. Raises: Unfit."""
    return _named(heard.turn) if heard.turn.entity("product") else {}


def _chosen(heard: Heard, task: Task) -> dict[str, str]:
    if heard.turn.entity("product"):
        return _named(heard.turn)
    offered = _candidates(heard.turn, task)
    place = choose(heard.text, [item.product for item in offered])
    return {} if place is None else {"subscription": offered[place].id, "among": ""}


def _candidates(turn: Turn, task: Task) -> tuple[Subscription, ...]:
    among = task.get("among").split()
    owned = _owned(turn)
    named = sorted((item for item in owned if item.id in among), key=lambda item: among.index(item.id))
    return (tuple(named) or owned)[:_MOST_LISTED]


def _numbered(turn: Turn, items: tuple[Subscription, ...]) -> str:
    return "\n".join(
        turn.phrase("utter_part_choice", place=str(place), **subscription_values(turn, item)) for place, item in enumerate(items, start=1)
    )
