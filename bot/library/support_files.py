"""Reads the files about support: vehicles, structure, service catalogue and needs. All problems are told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.library import convert_support as convert
from bot.library.read_file import read_file
from bot.library.service_models import ServiceFile
from bot.library.strict_yaml import read_mapping
from bot.library.support_models import NeedsFile, StructureFile, VehiclesFile
from bot.shared.errors import InvalidInput
from bot.support.catalogue import Catalogue
from bot.support.escalation import EscalationPolicy
from bot.support.families import is_of_family
from bot.support.leads import Need
from bot.support.offering import Offering
from bot.support.service_requests import RequestContact
from bot.support.structure import Structure, rules_never_used
from bot.support.vehicles import Vehicle


@dataclass(frozen=True, slots=True)
class SupportKnowledge:
    """How the partner supports.

    Attributes:
        vehicles: Ways to Microsoft, in the order of preference; never empty.
        call_back: Whom Microsoft calls back about a request.
        escalation_policy: What may go to Microsoft without a person.
        catalogue: Services in the order of their files' names; never empty.
        needs: What customers say when they could use more; never empty.
        products: Names of all products known.
    """

    vehicles: tuple[Vehicle, ...]
    call_back: RequestContact
    escalation_policy: EscalationPolicy
    structure: Structure
    catalogue: Catalogue
    needs: tuple[Need, ...]
    products: tuple[str, ...]


def load_support(folder: Path, *, offering: Offering) -> SupportKnowledge:
    """Read ``vehicles.yml``, ``structure.yml``, ``needs.yml`` and ``services/*.yml`` in ``folder``.

    Args:
        folder: The knowledge folder; ``products.yml`` in it says which products there are.
        offering: What ``offering.yml`` beside them says; its plans and work are named in them.

    Raises:
        InvalidInput: Something in them cannot be used. The message has one line a problem: file, key, reason, way out.
    """
    problems: list[str] = []
    products = _product_names(folder / "products.yml", problems)
    vehicles = read_file(folder / "vehicles.yml", VehiclesFile, problems)
    structure = read_file(folder / "structure.yml", StructureFile, problems)
    needs = read_file(folder / "needs.yml", NeedsFile, problems)
    services = _services(folder / "services", problems)
    if products:
        problems += _unknown_products(folder, products, vehicles, structure, services)
    problems += _unknown_keys(folder, offering, structure, services)
    problems += _areas_twice(folder, services)
    if problems or not (vehicles and structure and needs and services):
        raise InvalidInput("\n".join(problems))
    return SupportKnowledge(
        vehicles=convert.vehicles_from(vehicles),
        call_back=RequestContact(**vehicles.call_back.model_dump()),
        escalation_policy=EscalationPolicy(critical_at_once_when_closed=vehicles.critical_at_once_when_closed),
        structure=convert.structure_from(structure, desk=offering.hours),
        catalogue=tuple(convert.service_from(key, file) for key, file in services.items()),
        needs=convert.needs_from(needs),
        products=products,
    )


def support_warnings(*, knowledge: SupportKnowledge, offering: Offering, today: date) -> tuple[str, ...]:
    """Return what can be used and is likely not meant: rules that never apply, and vehicles that ended or are used up; may be empty."""
    plans = tuple(plan.key for plan in offering.plans)
    never = rules_never_used(structure=knowledge.structure, products=knowledge.products, plans=plans)
    rules = (
        f"structure.yml: rules[{number - 1}]: never applies, since the rules before it leave nothing to it; move it up" for number in never
    )
    named = {rule.helper for rule in knowledge.structure.rules}
    idle = (
        f"structure.yml: helpers: {helper.key!r} is named by no rule; name it or take it out"
        for helper in knowledge.structure.helpers
        if helper.key not in named
    )
    return (*rules, *idle, *_stale_vehicles(knowledge.vehicles, today))


def _stale_vehicles(vehicles: Iterable[Vehicle], today: date) -> Iterator[str]:
    for vehicle in vehicles:
        held = vehicle.holding
        if held is not None and held.last_day is not None and held.last_day < today:
            yield f"vehicles.yml: {vehicle.key!r} could be used until {held.last_day}; renew held or take it out"
        if held is not None and held.incidents_left == 0:
            yield f"vehicles.yml: {vehicle.key!r} has no incidents left; correct incidents_left when there are new ones"


def _product_names(path: Path, problems: list[str]) -> tuple[str, ...]:
    try:
        entries = read_mapping(path).get("products")
    except InvalidInput as error:
        problems.append(str(error))
        return ()
    names = tuple(entry["name"] for entry in entries if isinstance(entry, dict) and "name" in entry) if isinstance(entries, list) else ()
    if not names:
        problems.append(f"{path}: products: names no product; copy the file from the repository and fill it in")
    return names


def _services(folder: Path, problems: list[str]) -> dict[str, ServiceFile]:
    """Return the service files that can be read, by the name of the file without its ending."""
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        problems.append(f"{folder}: holds no file of a service; copy the folder from the repository and fill it in")
    return {path.stem: file for path in paths if (file := read_file(path, ServiceFile, problems)) is not None}


def _unknown_products(
    folder: Path, products: Sequence[str], vehicles: VehiclesFile | None, structure: StructureFile | None, services: dict[str, ServiceFile]
) -> Iterator[str]:
    named: list[tuple[Path, str, Sequence[str]]] = []
    for index, vehicle in enumerate(vehicles.vehicles if vehicles else ()):
        named.append((folder / "vehicles.yml", f"vehicles[{index}].covers.products", vehicle.covers.products))
        named.append((folder / "vehicles.yml", f"vehicles[{index}].covers.not_products", vehicle.covers.not_products))
    for index, rule in enumerate(structure.rules if structure else ()):
        named.append((folder / "structure.yml", f"rules[{index}].products", rule.products))
    for key, file in services.items():
        named.append((folder / "services" / f"{key}.yml", "families", file.families))
    for path, where, families in named:
        for family in families:
            if not any(is_of_family(product=product, families=(family,)) for product in products):
                yield f"{path}: {where}: {family!r} begins no product of products.yml; write it as it stands there or add it there"


def _unknown_keys(folder: Path, offering: Offering, structure: StructureFile | None, services: dict[str, ServiceFile]) -> Iterator[str]:
    plans = [plan.key for plan in offering.plans]
    for index, rule in enumerate(structure.rules if structure else ()):
        for plan in rule.plans:
            if plan not in plans:
                yield f"{folder / 'structure.yml'}: rules[{index}].plans: {plan!r} is no plan of offering.yml; it has {', '.join(plans)}"
    work = [piece.key for piece in offering.work]
    for key, file in services.items():
        for area in file.areas:
            for index, end in enumerate(area.ends):
                if end.work is not None and end.work not in work:
                    path = folder / "services" / f"{key}.yml"
                    known = ", ".join(work) or "none"
                    yield f"{path}: area {area.key!r}: ends[{index}].work: {end.work!r} is no work of offering.yml; it has {known}"


def _areas_twice(folder: Path, services: dict[str, ServiceFile]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for key, file in services.items():
        for area in file.areas:
            if area.key in seen:
                other = seen[area.key]
                yield f"{folder / 'services' / f'{key}.yml'}: area {area.key!r} stands in {other}.yml as well; give one of them another key"
            seen[area.key] = key
