"""Write docs/flex-model.md from fields.toml."""

from collections.abc import Mapping
from pathlib import Path

from wattloom.scheduling.flexmodel import (
    COMMITMENT,
    FLEX_CONTEXT,
    FLEX_MODEL,
    OPERATION_MODE,
    SCENARIOS,
    Dimension,
    Field,
    Form,
    Kind,
    Stored,
)

PAGE = Path(__file__).resolve().parent.parent / "docs" / "flex-model.md"
HEAD = """# Flex-context and flex-model

A schedule is asked for with a flex-context (the site: prices, the grid connection, what is not scheduled) and
flex-models (the devices: limits, storage, efficiencies). Both can be stored on assets: a flex-context is inherited
by the assets below, flex-models are collected from the assets below, and what a request says goes before what is
stored, key by key.

A *quantity* is one of:

- a fixed value with a unit, such as `"15 kW"`, `"0.29 EUR/kWh"` or `"3 * 230V * 16A"`; VA counts as W;
- a sensor: `{"sensor": 55}`, of some sources only with `source-types`, `exclude-source-types`, `sources` (ids) or
  `source-account` (ids), and with a `default` for times without data;
- a list of segments: `{"start": …, "end": …, "value": "10 kW"}`, with `duration` in place of either end, or
  `{"datetime": …, "value": …}` for one moment. Where segments overlap, the word after *overlap* says which one counts.
  Assets do not store segments.

Fields of state of charge also take plain numbers in the `soc-unit`, fractions take plain numbers (`0.9` is 90 %).
An unknown field is an error. What converters, shared heat buffers, feeders, boilers and vehicles look like is in
[flex-model-examples.md](flex-model-examples.md).

This page is made from the code: `make docs`.
"""
_UNITS = {
    Dimension.POWER: "power",
    Dimension.ENERGY: "energy",
    Dimension.ENERGY_PRICE: "money per energy",
    Dimension.CAPACITY_PRICE: "money per power",
    Dimension.FLOW_PRICE: "money per energy or power",
    Dimension.FRACTION: "fraction",
    Dimension.MONEY: "money",
    Dimension.RAMP: "power per time",
}
_KINDS = {
    Kind.FLAG: "true or false",
    Kind.TEXT: "text",
    Kind.ID: "id",
    Kind.IDS: "list of sensor ids",
    Kind.OUTPUT: "sensor to record on",
    Kind.REFERENCES: "list of sensors",
    Kind.SOC: "instantaneous sensor, or segments",
    Kind.COMMITMENTS: "list of commitments",
    Kind.CONTEXTS: "list of flex-contexts",
    Kind.REFERENCE: "sensor to read",
    Kind.GROUP: "asset or sensor of the group",
    Kind.MODES: "list of operation modes",
    Kind.SCENARIOS: "object of scenarios",
    Kind.LENGTH: "duration",
    Kind.NUMBER: "number above 0",
    Kind.LATER: '{"after": duration, "resolution": duration}',
    Kind.ANY: "list of two powers",
}


def flex_model_page() -> str:
    """Return the whole page."""
    sections = (
        ("Flex-context", FLEX_CONTEXT),
        ("Commitments of a flex-context", COMMITMENT),
        ("Scenarios of a flex-context", SCENARIOS),
        ("Flex-model", FLEX_MODEL),
        ("Operation modes of a flex-model", OPERATION_MODE),
    )
    return HEAD + "".join(_section(title, table) for title, table in sections)


def _section(title: str, table: Mapping[str, Field]) -> str:
    head = f"\n## {title}\n\n| Field | Takes | Default | What it says |\n|---|---|---|---|\n"
    rows = (
        f"| `{name}` | {_takes(field)} | {field.default} | {field.description} |\n"
        for name, field in table.items()
        if not field.is_of_process
    )
    of_process = [f"`{name}`" for name, field in table.items() if field.is_of_process]
    more = f"\nFor [processes](processes.md) only: {', '.join(of_process)}.\n" if of_process else ""
    return head + "".join(rows) + more


def _takes(field: Field) -> str:
    if field.kind in _KINDS:
        return _KINDS[field.kind]
    assert field.dimension is not None
    words = [_UNITS[field.dimension]]
    if field.kind is Kind.QUANTITIES:
        words = [f"list of quantities of {words[0]}"]
    elif field.forms == {Form.FIXED}:
        words.append("fixed")
    if field.minimum is not None:
        words.append(f"at least {field.minimum:g}")
    if field.kind is Kind.QUANTITY and Form.SEGMENTS in field.forms:
        words.append(f"overlap: {field.overlap}")
    if field.stored is Stored.SENSOR:
        words.append("stored as sensor only")
    elif field.stored is Stored.NO:
        words.append("not stored")
    return ", ".join(words)


if __name__ == "__main__":
    PAGE.write_text(flex_model_page(), encoding="utf-8")
