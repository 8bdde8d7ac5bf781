"""The formats under the name the faces use; they live in ``bot.shared`` because documents print them too."""

from bot.shared.formats import (
    show_date,
    show_datetime,
    show_money,
    show_month,
    show_percent,
    show_quantity,
    show_short_date,
    show_time,
    show_unit_price,
    show_weekdays,
)

__all__ = [
    "show_date",
    "show_datetime",
    "show_money",
    "show_month",
    "show_percent",
    "show_quantity",
    "show_short_date",
    "show_time",
    "show_unit_price",
    "show_weekdays",
]
