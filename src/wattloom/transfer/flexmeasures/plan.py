"""What an import would bring, before anything is written."""

from dataclasses import dataclass

from wattloom.transfer.flexmeasures import layout
from wattloom.transfer.flexmeasures.assets import read_assets
from wattloom.transfer.flexmeasures.copied import Copied
from wattloom.transfer.flexmeasures.findings import Findings
from wattloom.transfer.flexmeasures.flex_config import judge_flex_configs
from wattloom.transfer.flexmeasures.hashing import Hashing
from wattloom.transfer.flexmeasures.people import read_people
from wattloom.transfer.flexmeasures.series import FlexMeasuresSensor, read_sensors, read_sources
from wattloom.transfer.flexmeasures.source import FlexMeasures


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What is read from FlexMeasures.

    Attributes:
        copied: Entities, converted, in the order in which they can be written.
        sensors: What the belief horizons of each sensor mean.
        findings: What could not stay as it is.
        n_rows: Rows of each table in FlexMeasures, by its name.
    """

    copied: list[Copied]
    sensors: list[FlexMeasuresSensor]
    findings: Findings
    n_rows: dict[str, int]


def plan_import(flexmeasures: FlexMeasures, hashing: Hashing) -> ImportPlan:
    """Read and convert all but long tables, which are counted.

    Raises:
        InputError: Something cannot be imported; names all of that.
    """
    findings = Findings()
    sensors, knowing = read_sensors(flexmeasures, findings)
    people = read_people(flexmeasures, hashing, findings)
    types, assets = read_assets(flexmeasures, findings)
    sources = read_sources(flexmeasures, findings)
    findings.check()
    judge_flex_configs(assets.rows, sensors.rows, findings)
    _note_other_tables(flexmeasures, findings)
    copied = [*people, types, assets, sources, sensors]
    return ImportPlan(copied, knowing, findings, {each.name: flexmeasures.count(each) for each in layout.READ})


def _note_other_tables(flexmeasures: FlexMeasures, findings: Findings) -> None:
    for name, n in flexmeasures.other_tables().items():
        findings.leave_out(f"the table {name} ({n} rows), which is not one of FlexMeasures's own today")
