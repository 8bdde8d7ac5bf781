"""The record screens of the desk: tickets, customers, search and figures."""

from __future__ import annotations

from aiohttp import web
from jinja2 import Environment

from bot.desk import case_views, contact_views, customer_views, figure_views, overdue_views, payable_views, search_views, ticket_views
from bot.desk.case_words import CASE_WORDS
from bot.desk.contact_words import CONTACT_WORDS
from bot.desk.record_words import WORDS, filters
from bot.services import Services


def routes() -> list[web.RouteDef]:
    """Return their routes."""
    return [
        *ticket_views.routes(),
        *case_views.routes(),
        *contact_views.routes(),
        *customer_views.routes(),
        *search_views.routes(),
        *figure_views.routes(),
        *overdue_views.routes(),
        *payable_views.routes(),
    ]


def prepare(templates: Environment, services: Services) -> None:
    """Give the templates the words and filters of these screens."""
    templates.filters.update(filters(services.zone))
    templates.globals["words"] = {**WORDS, **CASE_WORDS, **CONTACT_WORDS}
