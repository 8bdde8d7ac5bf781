"""What the demo partner sells: names, monthly list prices, meters, and the words on its documents."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.shared.money import Money

AZURE_PLAN = "Azure plan"
AZURE_LEGACY = "Microsoft Azure (MS-AZR-0145P)"

# Product -> net list price of one seat for one month: EUR, HUF.
_SEATS: dict[str, tuple[str, str]] = {
    "Microsoft 365 Business Basic": ("5.60", "2290"),
    "Microsoft 365 Business Standard": ("11.70", "4790"),
    "Microsoft 365 Business Premium": ("20.60", "8450"),
    "Microsoft 365 Apps for business": ("9.80", "4010"),
    "Microsoft 365 E3": ("35.10", "14390"),
    "Microsoft 365 E5": ("54.80", "22450"),
    "Microsoft 365 F3": ("7.50", "3070"),
    "Microsoft 365 Copilot": ("28.10", "11510"),
    "Office 365 E1": ("9.40", "3850"),
    "Office 365 E3": ("21.50", "8810"),
    "Exchange Online (Plan 1)": ("3.70", "1520"),
    "Exchange Online (Plan 2)": ("7.50", "3080"),
    "Exchange Online Archiving": ("2.80", "1150"),
    "Microsoft Teams Essentials": ("3.75", "1540"),
    "Microsoft Teams Phone Standard": ("7.55", "3090"),
    "Microsoft Defender for Business": ("2.85", "1170"),
    "Microsoft Entra ID P1": ("5.65", "2310"),
    "Microsoft Intune Plan 1": ("7.55", "3095"),
    "Power BI Pro": ("13.10", "5370"),
    "Visio Plan 2": ("14.00", "5740"),
    "Project Plan 3": ("28.05", "11490"),
    "Dynamics 365 Business Central Essentials": ("74.90", "30690"),
    "Dynamics 365 Sales Professional": ("60.80", "24890"),
    "Windows 365 Business 2 vCPU, 8 GB, 128 GB": ("38.30", "15690"),
}

# Bought once.
_ONCE: dict[str, tuple[str, str]] = {
    "Windows Server 2022 CAL (1 User)": ("41.20", "16880"),
    "SQL Server 2022 Standard (1 Server)": ("899.00", "368600"),
    "Office LTSC Standard 2024": ("432.00", "177100"),
}

# Services of the partner itself.
SETUP, TRAINING, WORK = "setup", "training", "work"
_SERVICES: dict[str, tuple[str, str]] = {SETUP: ("185.00", "75900"), TRAINING: ("240.00", "98400"), WORK: ("72.00", "29500")}


@dataclass(frozen=True, slots=True)
class Meter:
    """A measured Azure service. Prices are net, for one unit; ``typical`` is a usual monthly quantity."""

    name: str
    eur: str
    huf: str
    typical: int


METERS = (
    Meter("Virtual Machines, D2s v5, EU West (h)", "0.0962", "39.4400", 744),
    Meter("Managed Disks, Premium SSD P10 (db)", "17.9200", "7347.0000", 2),
    Meter("Storage, Hot LRS (GB)", "0.0184", "7.5440", 900),
    Meter("Bandwidth, Data Transfer Out (GB)", "0.0731", "29.9700", 260),
    Meter("SQL Database, General Purpose (vCore h)", "0.1523", "62.4400", 310),
    Meter("Backup, Protected Instance (db)", "9.2400", "3788.0000", 3),
)

_WORDS = {
    "fee": {"hu": "{product}, havidíj", "en": "{product}, monthly fee"},
    "annual": {"hu": "{product}, éves díj", "en": "{product}, annual fee"},
    "triennial": {"hu": "{product}, hároméves díj", "en": "{product}, three-year fee"},
    "added": {"hu": "{product}, időarányos díj bővítés miatt", "en": "{product}, prorated fee for added seats"},
    "started": {"hu": "{product}, időarányos díj az indulástól", "en": "{product}, prorated fee from the start"},
    "removed": {"hu": "{product}, jóváírás csökkentés miatt", "en": "{product}, credit for removed seats"},
    "ended": {"hu": "{product}, jóváírás leállítás miatt", "en": "{product}, credit after suspension"},
    "usage": {"hu": "{product}, fogyasztás: {meter}", "en": "{product}, usage: {meter}"},
    "once": {"hu": "{product}, egyszeri díj", "en": "{product}, one-time fee"},
    "discount": {"hu": "Keretszerződés szerinti kedvezmény", "en": "Framework agreement discount"},
    "refund": {"hu": "{product}, díj visszatérítése", "en": "{product}, refund of the fee"},
    SETUP: {"hu": "Microsoft 365 bevezetés", "en": "Microsoft 365 set-up"},
    TRAINING: {"hu": "Felnőttképzés: Teams haladóknak", "en": "Adult education: advanced Teams"},
    WORK: {"hu": "Rendszergazdai munka (óra)", "en": "Administrator's work (hours)"},
}


def wording(key: str, language: str, *, product: str = "", meter: str = "") -> str:
    """Return the text of a document line in ``language`` (``en`` or ``hu``)."""
    return _WORDS[key][language].format(product=product, meter=meter)


def monthly_price(product: str, currency: str, *, early: bool) -> Money:
    """Return the net price of a seat for a month; ``early`` gives the price before last year's rise of some 5 percent."""
    eur, huf = _SEATS[product]
    amount = Decimal(eur if currency == "EUR" else huf)
    if early:
        amount = (
            (amount / Decimal("1.05")).quantize(Decimal("0.05"))
            if currency == "EUR"
            else (amount / Decimal("10.5")).quantize(Decimal(1)) * 10
        )
    return Money(amount, currency)


def single_price(item: str, currency: str) -> Money:
    """Return the net price of something sold once: a perpetual product, or SETUP, TRAINING or WORK."""
    eur, huf = _ONCE.get(item) or _SERVICES[item]
    return Money(Decimal(eur if currency == "EUR" else huf), currency)


def meter_price(meter: Meter, currency: str) -> Money:
    """Return the net price of one unit of ``meter``, with four decimals."""
    return Money(Decimal(meter.eur if currency == "EUR" else meter.huf), currency)
