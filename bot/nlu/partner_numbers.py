"""What the partner's own numbers look like, read from the same file as everything else about the partner."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from bot.nlu.shapes import Shape
from bot.shared.errors import InvalidInput

PARTNER_FILE = "knowledge/partner.yml"


@dataclass(frozen=True, slots=True)
class PartnerNumbers:
    """Regular expressions of invoice numbers (empty: the default ones) and the shape of customer numbers."""

    invoices: tuple[str, ...]
    customers: Shape


@lru_cache(maxsize=4)
def partner_numbers(path: Path) -> PartnerNumbers:
    """Read ``invoice_number_patterns`` and ``customer_numbers``; the rest of the file is checked by ``clearline check``.

    Raises:
        InvalidInput: The file is missing, or one of the two cannot be used.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        patterns = tuple(str(one) for one in content["invoice_number_patterns"])
        customers = Shape("customer_number", str(content["customer_numbers"]["pattern"]), str(content["customer_numbers"]["form"]))
        for pattern in (*patterns, customers.pattern):
            re.compile(pattern)
    except (OSError, yaml.YAMLError, KeyError, TypeError, re.error) as error:
        raise InvalidInput(f"{path}: invoice_number_patterns and customer_numbers cannot be used: {error}") from error
    return PartnerNumbers(patterns, customers)
