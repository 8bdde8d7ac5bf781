"""Small helpers to write XML in the order a schema wants."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from bot.shared.money import Money, round_half_up

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"


class Writer:
    """Adds children to one element, in the order of the calls. ``None`` and an empty text add nothing."""

    def __init__(self, element: etree._Element, *, aggregate: str, basic: str) -> None:
        """Write into ``element``; children with content are in the namespace ``aggregate``, those with text in ``basic``."""
        self.element = element
        self._aggregate = aggregate
        self._basic = basic

    def part(self, name: str) -> Writer:
        """Add an element for further content and return its writer."""
        child = etree.SubElement(self.element, f"{{{self._aggregate}}}{name}")
        return Writer(child, aggregate=self._aggregate, basic=self._basic)

    def path(self, names: str) -> Writer:
        """Add nested elements, outermost first, separated by slashes, and return the writer of the innermost."""
        writer = self
        for name in names.split("/"):
            writer = writer.part(name)
        return writer

    def text(self, name: str, value: object, **attributes: str) -> Writer:
        """Add an element with text, unless there is none; return this writer."""
        if value is not None and str(value):
            etree.SubElement(self.element, f"{{{self._basic}}}{name}", attrib=attributes).text = str(value)
        return self

    def amount(self, name: str, money: Money) -> Writer:
        """Add an amount in minor units' precision with its currency; return this writer."""
        return self.text(name, f"{round_half_up(money).amount:f}", currencyID=money.currency)

    def save(self, path: Path) -> None:
        """Write the document that begins with this element."""
        path.write_bytes(etree.tostring(self.element, xml_declaration=True, encoding="UTF-8", pretty_print=True))
