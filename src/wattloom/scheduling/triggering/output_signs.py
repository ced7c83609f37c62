"""Which sign the values of output sensors have, said on the sensors before anything is recorded."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.assets import ensure_sensor_attribute
from wattloom.errors import FieldProblem, FlexModelError
from wattloom.scheduling.flexmodel import DeviceModel, FlexConfig, GroupModel
from wattloom.timeseries import Sensor

_SIGN = "consumption_is_positive"


def mark_outputs(
    connection: Connection,
    configs: Iterable[FlexConfig],
    sensors: Mapping[int, Sensor],
    *,
    by: User | None,
    now: datetime,
) -> None:
    """Say on output sensors which sign their values have.

    Args:
        connection: A write transaction.
        configs: What is to be planned.
        sensors: The sensors that it names, by id.
        by: Who asks; None for the command line.
        now: The present.

    Raises:
        FlexModelError: A sensor says the opposite already.
    """

    def mark(sensor_id: int, counts_consumption: bool) -> Any:  # noqa: FBT001 - the form of _check
        return ensure_sensor_attribute(connection, sensor_id, _SIGN, counts_consumption, by=by, now=now)

    _check(configs, sensors, mark)


def check_outputs(configs: Iterable[FlexConfig], sensors: Mapping[int, Sensor]) -> None:
    """Let pass what :func:`mark_outputs` would, and say nothing on the sensors.

    Raises:
        FlexModelError: A sensor says the opposite.
    """
    _check(configs, sensors, lambda _, counts_consumption: counts_consumption)


def _check(configs: Iterable[FlexConfig], sensors: Mapping[int, Sensor], mark: Callable[[int, bool], Any]) -> None:
    """Compare what output sensors state with what is to be recorded on them; ``mark`` returns what others state."""
    problems: list[FieldProblem] = []
    # In order, so that two triggers that hold several sensors wait for each other at the first.
    for sensor_id, field, counts_consumption in sorted({output for config in configs for output in _outputs(config)}):
        stated = sensors[sensor_id].attributes.get(_SIGN)
        if stated is None:
            stated = mark(sensor_id, counts_consumption)
        if bool(stated) is not counts_consumption:
            message = f"Sensor {sensor_id} has the attribute {_SIGN} set to {stated}, which does not fit `{field}`."
            problems.append(FieldProblem((field,), message))
    if problems:
        raise FlexModelError(problems[0].message, problems=problems)


def _outputs(config: FlexConfig) -> Iterator[tuple[int, str, bool]]:
    entries: tuple[DeviceModel | GroupModel, ...] = (*config.devices, *config.groups)
    named = [
        *((each.consumption_output, "consumption", True) for each in entries),
        *((each.production_output, "production", False) for each in entries),
        *((network.aggregate_consumption, "aggregate-consumption", True) for network in config.networks),
        *((network.aggregate_production, "aggregate-production", False) for network in config.networks),
    ]
    for sensor_id, field, counts_consumption in named:
        if sensor_id is not None:
            yield sensor_id, field, counts_consumption
