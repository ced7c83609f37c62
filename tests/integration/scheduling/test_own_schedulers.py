"""Schedulers of installed packages, from trigger to stored schedule."""

import re
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api_client import ApiClient
from tests.planning import START, Planner
from tests.scheduler_packages import FIXED, SchedulerPackages, documented_code
from wattloom.jobs import Job, JobState
from wattloom.scheduling import Schedulers
from wattloom.timeseries import sources_of_sensors

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SERIES = "return SchedulerPlan((PlannedSeries({sensor}, {values}, 'kW'),))"


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SchedulerPackages:
    return SchedulerPackages(tmp_path, monkeypatch)


def ask(planner: Planner, schedulers: Schedulers, flex_model: Any) -> httpx.Response:
    """Ask for a schedule of the battery's sensor, by a server that has these schedulers."""
    planner.services = replace(planner.services, schedulers=schedulers)
    api = ApiClient(planner.services)
    where = f"/sensors/{planner.power}/schedules/trigger"
    answer = api.post(where, user=planner.user_id, json=planner.body(flex_model=flex_model))
    api.close()
    return answer


def plan(planner: Planner, schedulers: Schedulers, flex_model: Any) -> Job:
    job_id = ask(planner, schedulers, flex_model).json()["schedule"]
    planner.work(schedulers=schedulers)
    return planner.job(uuid.UUID(job_id))


def shown(planner: Planner, job: Job) -> httpx.Response:
    api = ApiClient(planner.services)
    answer = api.get(f"/sensors/{planner.power}/schedules/{job.id}?duration=PT24H", user=planner.user_id)
    api.close()
    return answer


def choose(planner: Planner, name: object) -> None:
    planner.store(planner.battery_id, attributes={"custom-scheduler": name})


def test_documented_scheduler_plans_what_it_says(planner: Planner, packages: SchedulerPackages) -> None:
    """The sun leaves 2 kW more every hour; the device takes 3 kW of it at most: 0 + 2 + 3 + 3 kW for an hour each."""
    choose(planner, "SurplusScheduler")
    schedulers = packages.install("surplus", documented_code("python"), SurplusScheduler="SurplusScheduler")
    surplus = planner.add_sensor(name="surplus", event_resolution="PT1H")
    planner.record(surplus, [0, 2, 4, 6])

    job = plan(planner, schedulers, {"surplus": {"sensor": surplus}, "limit-kw": 3})

    body = shown(planner, job).json()
    assert body["values"] == [0] * 4 + [2] * 4 + [3] * 8 + [0] * 80
    assert body["scheduler_info"]["scheduler"] == "SurplusScheduler"
    assert body["scheduler_info"]["taken-kwh"] == 8
    assert planner.schedule(job, planner.power, sign="wysiwyg").values.min() == -3
    with planner.services.database.read() as connection:
        [source] = sources_of_sensors(connection, [planner.power]).values()
    assert (source.name, source.model, source.version) == ("Example Energy", "SurplusScheduler", "1.0")


@SQLITE
def test_documented_scheduler_refuses_what_is_wrong(planner: Planner, packages: SchedulerPackages) -> None:
    choose(planner, "SurplusScheduler")
    schedulers = packages.install("surplus_refuses", documented_code("python"), SurplusScheduler="SurplusScheduler")

    answer = ask(planner, schedulers, {"surplus": {"sensor": planner.price}, "limit-kw": "much"})

    assert answer.status_code == 422
    assert answer.json()["message"]["json"] == {"limit-kw": ["Must be a number of kW, 0 or more."]}


@SQLITE
def test_name_that_is_not_installed_is_refused(planner: Planner) -> None:
    choose(planner, "SurplusScheduler")

    answer = ask(planner, planner.services.schedulers, {})

    assert answer.status_code == 422
    [text] = answer.json()["message"]["json"]["custom-scheduler"]
    assert "No scheduler 'SurplusScheduler' is installed" in text


@SQLITE
@pytest.mark.parametrize(
    ("schedule", "reason"),
    [
        ("raise RuntimeError('the sky falls')", "Fixed failed: RuntimeError: the sky falls"),
        ("return []", "Fixed failed: TypeError: it returned list"),
        (SERIES.format(sensor="task.flex_model[0]['sensor']", values="[1.0]"), "have shape \\(1,\\), not \\(96,\\)"),
        (SERIES.format(sensor="task.flex_model[0]['sensor']", values="[float('nan')] * 96"), "not finite"),
        (SERIES.format(sensor="task.flex_context['consumption-price']['sensor']", values="[1.0] * 96"), "none that"),
        ("return SchedulerPlan((), costs={'total': float('inf')})", "a cost is not a finite number"),
        ("return SchedulerPlan((), info={'what': object()})", "Fixed failed: TypeError"),
        ("raise InfeasibleError('nothing fits')", "^Fixed: nothing fits$"),
    ],
)
def test_scheduler_that_fails_fails_its_job_with_its_name(
    planner: Planner, packages: SchedulerPackages, request: pytest.FixtureRequest, schedule: str, reason: str
) -> None:
    choose(planner, "Fixed")
    module = f"fails_{request.node.callspec.indices['schedule']}_{planner.services.database.is_sqlite}"
    schedulers = packages.install(module, FIXED.format(schedule=schedule), Fixed="Fixed")

    job = plan(planner, schedulers, {})

    assert job.state is JobState.FAILED
    assert job.error is not None
    assert re.search(reason, job.error.message)
    assert shown(planner, job).json()["message"].endswith("Fixed was used.")


@SQLITE
def test_scheduler_that_records_nothing_tells_what_it_found(planner: Planner, packages: SchedulerPackages) -> None:
    choose(planner, "Fixed")
    code = FIXED.format(schedule="return SchedulerPlan((), info={'found': 3}, notices=('Nothing to do.',))")

    job = plan(planner, packages.install("tells_only", code, Fixed="Fixed"), {})

    answer = shown(planner, job)
    assert answer.status_code == 200
    assert "values" not in answer.json()
    info = answer.json()["scheduler_info"]
    assert info == {"found": 3, "scheduler": "Fixed", "commitment_costs": {}, "notices": ["Nothing to do."]}


@SQLITE
def test_fallback_plans_when_no_schedule_exists(planner: Planner, packages: SchedulerPackages) -> None:
    choose(planner, "Fixed")
    code = FIXED.format(schedule="raise InfeasibleError('nothing fits.')").replace("None", '"StorageScheduler"')
    model = {key: value for key, value in planner.model.items() if key != "sensor"}

    job = plan(planner, packages.install("falls_back", code, Fixed="Fixed"), model)

    assert job.result is not None
    assert "Fixed: nothing fits. StorageScheduler has planned instead." in job.result["notices"]
    assert job.result["scheduler-info"]["scheduler"] == "StorageScheduler"
    assert planner.schedule(job, planner.power).values.max() == 25


@SQLITE
def test_fallback_does_not_hide_other_failures(planner: Planner, packages: SchedulerPackages) -> None:
    choose(planner, "Fixed")
    code = FIXED.format(schedule="1 / 0").replace("None", '"StorageScheduler"')

    job = plan(planner, packages.install("fails_anyway", code, Fixed="Fixed"), {})

    assert job.error is not None
    assert "ZeroDivisionError" in job.error.message


@SQLITE
def test_scheduler_reads_no_sensor_that_the_request_does_not_name(
    planner: Planner, packages: SchedulerPackages
) -> None:
    choose(planner, "Fixed")
    code = "from wattloom.scheduling.schedulers import SensorReference\n" + FIXED.replace("\n    ", "\n").format(
        schedule=f"return values.steps(SensorReference({planner.soc}, unit='MWh'))"
    )

    job = plan(planner, packages.install("reads_others", code, Fixed="Fixed"), {})

    assert job.error is not None
    assert job.error.message == f"Neither flex-model nor flex-context names sensor {planner.soc}."


@SQLITE
def test_package_that_is_gone_when_the_job_runs_is_named(planner: Planner, packages: SchedulerPackages) -> None:
    choose(planner, "Fixed")
    code = FIXED.format(schedule="return SchedulerPlan(())")
    job_id = ask(planner, packages.install("goes_away", code, Fixed="Fixed"), {}).json()["schedule"]

    planner.work()

    job = planner.job(uuid.UUID(job_id))
    assert job.error is not None
    assert "No scheduler 'Fixed' is installed" in job.error.message


@SQLITE
def test_times_are_those_of_the_request(planner: Planner, packages: SchedulerPackages) -> None:
    choose(planner, "Fixed")
    facts = "{'start': task.window.start.isoformat(), 'known': values.believed_at.isoformat(), 'kind': asset.kind}"
    code = FIXED.format(
        schedule=f"asset = task.assets[task.sensors[task.flex_model[0]['sensor']].asset_id]; "
        f"return SchedulerPlan((), info={facts})"
    )

    job = plan(planner, packages.install("tells_times", code, Fixed="Fixed"), {})

    info = shown(planner, job).json()["scheduler_info"]
    now = planner.services.clock().isoformat()
    assert (info["start"], info["known"], info["kind"]) == (START.isoformat(), now, "battery")
