"""Which schedulers are found, and which is chosen."""

from pathlib import Path
from typing import Any, Literal

import pytest

from tests.flexing import LOAD, POWER, SENSORS, FakeSensor
from tests.scheduler_packages import FIXED, SchedulerPackages, documented_code
from wattloom.errors import FlexModelError
from wattloom.scheduling import OWN_SCHEDULERS
from wattloom.scheduling.schedulers import AssetFacts, Schedulers, choose_schedulers

USABLE = FIXED.format(schedule="return SchedulerPlan(())")
ENTRY: dict[str, Any] = {"sensor": POWER}
PROCESS_ENTRY = {**ENTRY, "duration": "PT1H"}


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SchedulerPackages:
    return SchedulerPackages(tmp_path, monkeypatch)


def choose(
    *entries: dict[str, Any],
    subject: tuple[Literal["asset", "sensor"], int] = ("asset", 1),
    kind: str = "battery",
    of_sensor: object = None,
    of_asset: object = None,
    of_site: object = None,
) -> list[str]:
    """Choose for the sensor of a device (asset 7) below a site (asset 1)."""
    sensor = FakeSensor(POWER, "power", attributes={"custom-scheduler": of_sensor})
    assets = {
        1: AssetFacts(1, "site", "building", {"custom-scheduler": of_site}),
        7: AssetFacts(7, "device", kind, {"custom-scheduler": of_asset}),
    }
    return choose_schedulers(subject, entries or (ENTRY,), {**SENSORS, POWER: sensor}, assets, OWN_SCHEDULERS)


def test_documented_package_is_found(packages: SchedulerPackages) -> None:
    found = packages.install("surplus_found", documented_code("python"), SurplusScheduler="SurplusScheduler")

    assert found.names == ("StorageScheduler", "ProcessScheduler", "SurplusScheduler")
    assert found.broken == {}
    assert '[project.entry-points."wattloom.schedulers"]' in documented_code("toml")


@pytest.mark.parametrize(
    ("code", "name", "reason"),
    [
        ("import no_such_module_anywhere", "Fixed", "ModuleNotFoundError"),
        ("Fixed = 3", "Fixed", "TypeError"),
        ("raise RuntimeError('the sky falls')", "Fixed", "RuntimeError: the sky falls"),
        (USABLE, "Other", "calls itself 'Fixed'"),
        (USABLE.replace('"2"', "2"), "Fixed", "version"),
        (USABLE.replace("def check", "def prove"), "Fixed", "check"),
        (USABLE.replace('"Tests", None', '"Tests", "Nobody"'), "Fixed", "fallback 'Nobody' is not installed"),
        (USABLE.replace('"Tests", None', '"Tests", "Fixed"'), "Fixed", "fallback 'Fixed' is not installed"),
        (USABLE.replace('"Tests", None', '"Tests", 7'), "Fixed", "fallback"),
    ],
)
def test_what_cannot_be_used_is_left_out_with_the_reason(
    packages: SchedulerPackages, request: pytest.FixtureRequest, code: str, name: str, reason: str
) -> None:
    module = f"broken_{request.node.callspec.indices['code']}"

    found = packages.install(module, code, **{name: "Fixed"})

    assert found.names == ("StorageScheduler", "ProcessScheduler")
    assert reason in found.broken[name]
    with pytest.raises(FlexModelError, match=f"'{name}', which sensor 3 asks for, cannot be used"):
        found.resolve(name, by="sensor 3")


@pytest.mark.parametrize("name", ["StorageScheduler", "ProcessScheduler"])
def test_no_package_replaces_our_own(packages: SchedulerPackages, name: str) -> None:
    module = f"replaces_{name.lower()}"

    found = packages.install(module, USABLE.replace('"Fixed"', f'"{name}"'), **{name: "Fixed"})

    assert dict(found.table) == dict(OWN_SCHEDULERS.table)
    assert found.resolve(name, by="sensor 3") == name


@pytest.mark.parametrize(
    "stated", ["ProcessScheduler", {"module": "flexmeasures.data.models.planning.process", "class": "ProcessScheduler"}]
)
def test_attribute_names_a_scheduler_in_both_forms(stated: object) -> None:
    assert choose(of_sensor=stated, subject=("sensor", POWER)) == ["ProcessScheduler"]


@pytest.mark.parametrize("stated", ["ProcesScheduler", {"module": "mine", "class": "ProcesScheduler"}, 7, {}])
def test_unknown_scheduler_is_refused_with_those_that_there_are(stated: object) -> None:
    with pytest.raises(FlexModelError, match="There are: StorageScheduler, ProcessScheduler") as raised:
        choose(of_asset=stated)

    assert raised.value.problems[0].path == ("custom-scheduler",)


def test_attribute_of_a_sensor_goes_before_that_of_its_asset() -> None:
    chosen = choose(of_sensor="StorageScheduler", of_asset="ProcessScheduler", subject=("sensor", POWER))

    assert chosen == ["StorageScheduler"]


def test_attribute_of_what_is_scheduled_goes_before_those_of_devices() -> None:
    assert choose(of_site="StorageScheduler", of_sensor="ProcessScheduler") == ["StorageScheduler"]


@pytest.mark.parametrize("kind", ["process", "load"])
def test_processes_and_loads_have_a_scheduler_of_their_own(kind: str) -> None:
    assert choose(kind=kind, subject=("sensor", POWER)) == ["ProcessScheduler"]
    assert choose(kind=kind, subject=("asset", 7)) == ["ProcessScheduler"]


@pytest.mark.parametrize(("entry", "scheduler"), [(PROCESS_ENTRY, "ProcessScheduler"), (ENTRY, "StorageScheduler")])
def test_load_of_a_site_is_a_process_if_it_lasts_for_some_time(entry: dict[str, Any], scheduler: str) -> None:
    assert choose(entry, kind="load") == [scheduler]


def test_each_device_of_a_site_is_chosen_for() -> None:
    assert choose(ENTRY, {"sensor": LOAD}, {"asset": 1}, of_sensor="ProcessScheduler") == [
        "ProcessScheduler",
        "StorageScheduler",
        "StorageScheduler",
    ]


def test_check_that_fails_is_told_with_the_name_of_the_scheduler(packages: SchedulerPackages) -> None:
    found: Schedulers = packages.install("failing_check", USABLE.replace("pass", "1 / 0"), Fixed="Fixed")

    with pytest.raises(FlexModelError, match="Fixed could not check the request: ZeroDivisionError"):
        found.check("Fixed", None)  # type: ignore[arg-type]  # it does not look at the task
