"""What a scheduling job is told."""

from tests.flexing import START, make_window
from wattloom.scheduling.arguments import ScheduleArguments
from wattloom.scheduling.schedulers import STORAGE

ARGUMENTS = ScheduleArguments((STORAGE,), (make_window(),), START, "Europe/Amsterdam", [{"sensor": 1}], {})


def test_a_job_is_read_as_it_was_written() -> None:
    assert ScheduleArguments.from_json(ARGUMENTS.to_json()) == ARGUMENTS


def test_jobs_that_name_no_scheduler_are_those_of_storages() -> None:
    written = {name: value for name, value in ARGUMENTS.to_json().items() if name != "schedulers"}

    assert ScheduleArguments.from_json(written) == ARGUMENTS
