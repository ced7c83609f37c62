"""The table of fields: what may stand in a flex-context, a flex-model entry and a commitment.

``fields.toml`` says it once; parsing, storing and docs/flex-model.md read it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from types import MappingProxyType
from typing import Any


class Kind(StrEnum):
    """What shape the JSON of a field has."""

    QUANTITY = "quantity"
    QUANTITIES = "quantities"
    FLAG = "flag"
    TEXT = "text"
    ID = "id"
    IDS = "ids"
    OUTPUT = "output"
    REFERENCES = "references"
    SOC = "soc"
    COMMITMENTS = "commitments"
    CONTEXTS = "contexts"
    REFERENCE = "reference"
    GROUP = "group"
    MODES = "modes"
    SCENARIOS = "scenarios"
    LENGTH = "length"
    NUMBER = "number"
    LATER = "later"
    ANY = "any"


class Dimension(StrEnum):
    """What a quantity measures."""

    POWER = "power"
    ENERGY = "energy"
    ENERGY_PRICE = "energy-price"
    CAPACITY_PRICE = "capacity-price"
    FLOW_PRICE = "flow-price"
    MONEY = "money"
    RAMP = "ramp"
    FRACTION = "fraction"


class Form(StrEnum):
    """How a quantity may be given."""

    FIXED = "fixed"
    SENSOR = "sensor"
    SEGMENTS = "segments"


class Overlap(StrEnum):
    """Which of several segments counts where they overlap."""

    MIN = "min"
    MAX = "max"
    FIRST = "first"


class Stored(StrEnum):
    """Whether an asset may hold the field."""

    YES = "yes"
    SENSOR = "sensor"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the table.

    Attributes:
        name: As on the wire.
        label: What people call it.
        group: What it is about.
        kind: Shape of its JSON.
        dimension: What it measures, for quantities and sensors.
        forms: How a quantity may be given.
        minimum: Lowest fixed value in the canonical unit.
        bare: Meaning of numbers without unit: ``soc-unit``, ``fraction`` or empty.
        overlap: Which of overlapping segments counts.
        stored: Whether assets may hold it.
        is_of_process: Whether it says something about a process, which is no storage or flexible device.
        default: In words.
        description: In words.
    """

    name: str
    label: str
    group: str
    kind: Kind
    dimension: Dimension | None
    forms: frozenset[Form]
    minimum: float | None
    bare: str
    overlap: Overlap
    stored: Stored
    is_of_process: bool
    default: str
    description: str

    @property
    def is_price(self) -> bool:
        """Whether its unit holds a currency."""
        return self.dimension in {Dimension.ENERGY_PRICE, Dimension.CAPACITY_PRICE, Dimension.FLOW_PRICE}


def _read(name: str, row: Mapping[str, Any]) -> Field:
    return Field(
        name=name,
        label=row["label"],
        group=row["group"],
        kind=Kind(row["kind"]),
        dimension=Dimension(row["dimension"]) if "dimension" in row else None,
        forms=frozenset(Form(form) for form in row.get("forms", list(Form))),
        minimum=row.get("minimum"),
        bare=row.get("bare", ""),
        overlap=Overlap(row.get("overlap", "first")),
        stored=Stored(row.get("stored", "yes")),
        is_of_process=row.get("process", False),
        default=row["default"],
        description=row["description"],
    )


def _load() -> dict[str, Mapping[str, Field]]:
    text = resources.files(__package__).joinpath("fields.toml").read_text(encoding="utf-8")
    return {
        place: MappingProxyType({name: _read(name, row) for name, row in rows.items()})
        for place, rows in tomllib.loads(text).items()
    }


FIELD_TABLES: Mapping[str, Mapping[str, Field]] = MappingProxyType(_load())
"""All fields by where they stand."""

FLEX_CONTEXT: Mapping[str, Field] = FIELD_TABLES["flex-context"]
FLEX_MODEL: Mapping[str, Field] = FIELD_TABLES["flex-model"]
SCENARIOS: Mapping[str, Field] = FIELD_TABLES["scenarios"]
COMMITMENT: Mapping[str, Field] = FIELD_TABLES["commitment"]
OPERATION_MODE: Mapping[str, Field] = FIELD_TABLES["operation-mode"]
