"""Which stored flex-contexts and flex-models no schedule takes: said now, not when somebody needs a plan."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wattloom.errors import InputError
from wattloom.periods import Resolution
from wattloom.scheduling import check_stored_context, check_stored_model
from wattloom.timeseries import KnowledgeHorizon, Sensor
from wattloom.transfer.flexmeasures.copied import Values
from wattloom.transfer.flexmeasures.findings import Findings

_CHECKS: Mapping[str, Callable[[Any, Mapping[int, Sensor]], None]] = {
    "flex_context": check_stored_context,
    "flex_model": check_stored_model,
}


def judge_flex_configs(assets: Iterable[Values], sensors: Iterable[Values], findings: Findings) -> None:
    """Note each field of an asset's flex-config that triggers would refuse; it is imported as it is.

    Args:
        assets: Converted assets.
        sensors: Converted sensors, which the configs refer to.
        findings: Where to note it.
    """
    known = {values["id"]: _sensor(values) for values in sensors}
    for values in assets:
        for name, check in _CHECKS.items():
            if values[name]:
                try:
                    check(values[name], known)
                except InputError as error:
                    for problem in error.problems:
                        path = ".".join(map(str, (name.replace("_", "-"), *problem.path)))
                        findings.mend("asset", values["id"], f"{path}: {problem.message}")


def _sensor(values: Values) -> Sensor:
    return Sensor(
        id=values["id"],
        name=values["name"],
        unit=values["unit"],
        timezone=values["timezone"],
        event_resolution=Resolution.parse(values["event_resolution"]),
        knowledge_horizon=KnowledgeHorizon(values["knowledge_horizon_fnc"], values["knowledge_horizon_par"]),
        attributes=values["attributes"],
        asset_id=values["generic_asset_id"],
    )
