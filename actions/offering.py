"""What support covers and costs, and where those turn who bought elsewhere."""

from __future__ import annotations

from decimal import Decimal

from actions.base import ClearlineAction, Turn
from actions.phrases import portal_row
from bot.library.formats import show_money, show_quantity
from bot.support.model import TicketKind
from bot.support.offering import Price, PriceModel, SupportPlan
from bot.support.portals import portals_for

_MINUTES_AN_HOUR = 60


class ActionTellSupportScope(ClearlineAction):
    """What support covers, who gives it, and how soon the first answer comes."""

    action_name = "action_tell_support_scope"

    def answer(self, turn: Turn) -> None:
        """List the plans with what they cover, then the times to the first answer."""
        plans = [_plan_row(turn, "utter_part_plan_scope", plan) for plan in turn.services.offering.plans]
        turn.say("utter_support_scope", plans="\n".join(plans), times="\n".join(_first_answers(turn)))


class ActionTellSupportPrice(ClearlineAction):
    """What support costs."""

    action_name = "action_tell_support_price"

    def answer(self, turn: Turn) -> None:
        """List the plans with their prices; free ones are said to be free."""
        plans = turn.services.offering.plans
        rows = "\n".join(_plan_row(turn, "utter_part_plan_price", plan, price=_price(turn, plan.price)) for plan in plans)
        free = all(plan.price.model is PriceModel.FREE for plan in plans)
        turn.say("utter_support_price_free" if free else "utter_support_price", lines=rows)


class ActionTellPortal(ClearlineAction):
    """The customer bought elsewhere: whose portal has the bill."""

    action_name = "action_tell_portal"

    def answer(self, turn: Turn) -> None:
        """Name the portal by product and by how it was bought; nothing about amounts."""
        product = turn.entity("product")
        found = portals_for(portals=turn.services.portals, product=product, text=turn.text)
        turn.say(
            "utter_bought_elsewhere_one" if len(found) == 1 else "utter_bought_elsewhere",
            lines="\n".join(portal_row(turn, portal) for portal in found),
            partner=turn.services.partner.name,
        )


def _plan_row(turn: Turn, response: str, plan: SupportPlan, **values: str) -> str:
    scope = "; ".join(item.say(turn.language) for item in plan.scope)
    return turn.phrase(response, plan=plan.name.say(turn.language), scope=scope, **values)


def _price(turn: Turn, price: Price) -> str:
    amount = show_money(price.amount, turn.language) if price.amount is not None else ""
    return turn.phrase(f"utter_part_price_{price.model.value}", amount=amount)


def _first_answers(turn: Turn) -> list[str]:
    """Return a row for each time, with all that is answered within it; the order is that of the kinds."""
    offering = turn.services.offering
    kinds_by_minutes: dict[int, list[TicketKind]] = {}
    for kind in TicketKind:
        kinds_by_minutes.setdefault(offering.first_answer_minutes(kind), []).append(kind)
    rows = []
    for minutes, kinds in kinds_by_minutes.items():
        about = ", ".join(turn.phrase(f"utter_part_about_{kind.value}") for kind in kinds)
        rows.append(turn.phrase("utter_part_first_answer", about=about, time=_open_time(turn, minutes)))
    return rows


def _open_time(turn: Turn, minutes: int) -> str:
    if minutes < _MINUTES_AN_HOUR:
        return turn.phrase("utter_part_open_minutes", count=str(minutes))
    hours = Decimal(minutes) / _MINUTES_AN_HOUR
    ending = "_one" if hours == 1 else ""
    return turn.phrase(f"utter_part_open_hours{ending}", count=show_quantity(round(hours, 2), turn.language))
