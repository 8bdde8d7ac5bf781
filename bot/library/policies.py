"""Reads what the partner configures and refuses what cannot be used, all problems at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.billing.partner import Partner
from bot.library import convert, models
from bot.library.offering_models import OfferingFile
from bot.library.read_file import read_file
from bot.overdue.model import CollectionsPolicy
from bot.shared.errors import InvalidInput
from bot.support.canned import CannedReply
from bot.support.offering import Offering
from bot.support.portals import Portal


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that the partner configures.

    Attributes:
        collections: Versions of the collections policy, the earliest first; never empty.
        portals: Where those turn who bought elsewhere, in the order of the file; never empty.
        canned_replies: What agents say again and again, in the order of the file; may be empty.
    """

    partner: Partner
    offering: Offering
    collections: tuple[CollectionsPolicy, ...]
    portals: tuple[Portal, ...]
    canned_replies: tuple[CannedReply, ...]


def load_knowledge(folder: Path) -> Knowledge:
    """Read ``partner.yml``, ``payment.yml``, ``offering.yml``, ``collections-policy.yml``, ``portals.yml`` and ``canned-replies.yml``.

    Raises:
        InvalidInput: Something in them cannot be used. The message has one line a problem: file, key, reason, way out.
    """
    problems: list[str] = []
    partner = read_file(folder / "partner.yml", models.PartnerFile, problems)
    payment = read_file(folder / "payment.yml", models.PaymentFile, problems)
    offering = read_file(folder / "offering.yml", OfferingFile, problems)
    collections = read_file(folder / "collections-policy.yml", models.CollectionsFile, problems)
    portals = read_file(folder / "portals.yml", models.PortalsFile, problems)
    canned = read_file(folder / "canned-replies.yml", models.CannedRepliesFile, problems)
    if partner is not None and offering is not None:
        problems += _currencies_not_billed(folder, partner, offering)
    if problems or not (partner and payment and offering and collections and portals and canned):
        raise InvalidInput("\n".join(problems))
    return Knowledge(
        partner=convert.partner_from(partner, payment),
        offering=convert.offering_from(offering, zone=partner.time_zone),
        collections=convert.policies_from(collections, hours=convert.offering_from(offering, zone=partner.time_zone).hours),
        portals=convert.portals_from(portals),
        canned_replies=convert.canned_replies_from(canned),
    )


def _currencies_not_billed(folder: Path, partner: models.PartnerFile, offering: OfferingFile) -> list[str]:
    return [
        f"{folder / 'offering.yml'}: {key}: {currency} is not among the currencies of partner.yml; use one of them or add it there"
        for key, currency in offering.currencies()
        if currency not in partner.currencies
    ]
