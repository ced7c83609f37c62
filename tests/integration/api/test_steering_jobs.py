"""Jobs taken out of the queue, and tried again."""

import uuid
from typing import NamedTuple

import httpx
import pytest

from tests.api_client import ApiClient
from tests.factories import NOW, make_account, make_asset, make_user
from wattloom.assets import list_asset_audit
from wattloom.db import Listing
from wattloom.jobs import JobFailure, JobState, NewJob, count_jobs, list_jobs

pytestmark = pytest.mark.integration


class Home(NamedTuple):
    """An asset and somebody who lives there."""

    asset_id: int
    user_id: int


@pytest.fixture
def home(api: ApiClient) -> Home:
    with api.services.database.write() as connection:
        account_id = make_account(connection)
        return Home(make_asset(connection, account_id=account_id), make_user(connection, account_id=account_id))


def steer(api: ApiClient, home: Home, job_id: uuid.UUID, how: str) -> httpx.Response:
    return api.post(f"/api/v4/jobs/{job_id}/{how}", user=home.user_id)


def enqueue(api: ApiClient, home: Home, *, depends_on: uuid.UUID | None = None) -> uuid.UUID:
    new = NewJob("scheduling", "of a test", {}, entity=("asset", home.asset_id), depends_on=depends_on)
    with api.services.database.write() as connection:
        return api.services.jobs.enqueue(connection, new, now=NOW).id


def state_of(api: ApiClient, job_id: uuid.UUID) -> JobState:
    with api.services.database.read() as connection:
        return api.services.jobs.get(connection, job_id).state


def test_canceled_job_fails_those_that_wait_for_it(api: ApiClient, home: Home) -> None:
    first = enqueue(api, home)
    second = enqueue(api, home, depends_on=first)
    third = enqueue(api, home, depends_on=second)

    answer = steer(api, home, first, "cancel")

    assert (answer.status_code, answer.json()) == (200, {"id": str(first), "state": "CANCELED"})
    assert [state_of(api, each) for each in (second, third)] == [JobState.FAILED, JobState.FAILED]


def test_job_that_runs_is_not_canceled(api: ApiClient, home: Home) -> None:
    job_id = enqueue(api, home)
    api.services.jobs.claim("a worker", ["scheduling"], now=NOW)

    assert steer(api, home, job_id, "cancel").status_code == 409
    assert state_of(api, job_id) is JobState.STARTED


def test_failed_job_is_tried_again_with_all_its_attempts(api: ApiClient, home: Home) -> None:
    job_id = enqueue(api, home)
    claimed = api.services.jobs.claim("a worker", ["scheduling"], now=NOW)
    assert claimed is not None
    api.services.jobs.fail(claimed.attempt, JobFailure("SomeError", "It broke."), now=NOW)

    answer = steer(api, home, job_id, "retry")

    assert answer.json() == {"id": str(job_id), "state": "QUEUED"}
    again = api.services.jobs.claim("a worker", ["scheduling"], now=api.services.clock())
    assert again is not None
    assert (again.id, again.attempts, again.error) == (job_id, 1, None)


def test_finished_and_waiting_jobs_are_not_tried_again(api: ApiClient, home: Home) -> None:
    job_id = enqueue(api, home)

    assert steer(api, home, job_id, "retry").status_code == 409


def test_unknown_job_is_not_found(api: ApiClient, home: Home) -> None:
    assert steer(api, home, uuid.uuid4(), "cancel").status_code == 404


def test_what_is_done_to_a_job_is_in_the_log_of_its_asset(api: ApiClient, home: Home) -> None:
    job_id = enqueue(api, home)
    steer(api, home, job_id, "cancel")
    steer(api, home, job_id, "retry")

    with api.services.database.read() as connection:
        records = list_asset_audit(connection, home.asset_id, Listing()).items

    assert {record.action for record in records} == {"job.canceled", "job.retried"}


def test_jobs_are_counted_and_listed_by_state(api: ApiClient, home: Home) -> None:
    canceled, waiting = enqueue(api, home), enqueue(api, home)
    steer(api, home, canceled, "cancel")

    with api.services.database.read() as connection:
        counts = count_jobs(connection)
        found = list_jobs(connection, Listing(page=1), queue="scheduling", states=[JobState.QUEUED])

    assert counts == {("scheduling", JobState.CANCELED): 1, ("scheduling", JobState.QUEUED): 1}
    assert [line.id for line in found.items] == [waiting]
    assert (found.n_total, found.n_filtered) == (2, 1)
