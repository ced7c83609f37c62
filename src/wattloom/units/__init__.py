"""Units and currencies: what a unit is, and exact conversion of arrays.

Built on pint with every ISO 4217 currency as a dimension of its own. Pure:
knows no sensors and does no I/O. pint is loaded when the first two units that
differ are compared.
"""

from wattloom.units.conversion import convert, is_convertible
from wattloom.units.unit import (
    Quantity,
    Unit,
    UnitClass,
    currency_of,
    is_summable,
    parse_quantity,
    parse_unit,
    unit_class,
)

__all__ = [
    "Quantity",
    "Unit",
    "UnitClass",
    "convert",
    "currency_of",
    "is_convertible",
    "is_summable",
    "parse_quantity",
    "parse_unit",
    "unit_class",
]
