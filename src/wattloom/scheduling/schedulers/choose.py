"""Which scheduler plans a device."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from wattloom.scheduling.flexmodel import SensorFacts, Sensors, as_id
from wattloom.scheduling.schedulers.installed import PROCESS, STORAGE, Schedulers
from wattloom.scheduling.schedulers.scheduler import AssetFacts

_PROCESS_KINDS = frozenset({"process", "load"})
_ATTRIBUTE = "custom-scheduler"


def choose_schedulers(
    subject: tuple[Literal["asset", "sensor"], int],
    flex_model: Sequence[Mapping[str, Any]],
    sensors: Sensors,
    assets: Mapping[int, AssetFacts],
    schedulers: Schedulers,
) -> list[str]:
    """Return the name of the scheduler of each entry.

    The attribute ``custom-scheduler`` of what is scheduled decides, of a sensor
    before that of its asset; then the type of the asset, since processes and
    loads have a scheduler of their own. If neither says anything, the same is
    asked for each device. There, a load counts as a process only if its entry
    states a duration: it may as well be a flexible device like others.

    Args:
        subject: What is to be scheduled.
        flex_model: Effective entries.
        sensors: All sensors that they name, and the subject.
        assets: The assets of these, of the entries, and the subject.
        schedulers: Those that there are.

    Raises:
        FlexModelError: An attribute asks for one that is not there.
    """
    kind, subject_id = subject
    sensor = sensors.get(subject_id) if kind == "sensor" else None
    asset = assets.get(sensor.asset_id if sensor is not None else subject_id)
    chosen = _by_attribute(sensor, asset, schedulers)
    if chosen is None and asset is not None and asset.kind in _PROCESS_KINDS:
        chosen = PROCESS
    if chosen is not None:
        return [chosen] * len(flex_model)
    return [_of_device(entry, sensors, assets, schedulers) for entry in flex_model]


def _of_device(
    entry: Mapping[str, Any], sensors: Sensors, assets: Mapping[int, AssetFacts], schedulers: Schedulers
) -> str:
    sensor = sensors.get(as_id(entry.get("sensor")) or 0)
    asset = assets.get(sensor.asset_id if sensor is not None else as_id(entry.get("asset")) or 0)
    chosen = _by_attribute(sensor, asset, schedulers)
    if chosen is not None:
        return chosen
    is_process = asset is not None and asset.kind in _PROCESS_KINDS and "duration" in entry
    return PROCESS if is_process else STORAGE


def _by_attribute(sensor: SensorFacts | None, asset: AssetFacts | None, schedulers: Schedulers) -> str | None:
    for kind, thing in (("sensor", sensor), ("asset", asset)):
        stated = None if thing is None else thing.attributes.get(_ATTRIBUTE)
        if thing is not None and stated is not None:
            return schedulers.resolve(stated, by=f"{kind} {thing.id}")
    return None
