"""The demo home while it is served: what was planned is measured, and planned anew."""

from pathlib import Path

import pytest

from tests.server_process import run_wattloom, settings
from wattloom.cli.demo import bring_up_to_date
from wattloom.config import Settings
from wattloom.db import Database

pytestmark = pytest.mark.e2e


def count_schedules(data_dir: Path) -> int:
    database = Database(f"sqlite:///{data_dir / 'wattloom.db'}")
    with database.read() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM job WHERE queue = 'scheduling' AND state = 'FINISHED'")
        n = found.scalar_one()
    database.close()
    return int(n)


def test_home_is_planned_anew(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    run_wattloom(settings(data_dir), "demo", "--no-serve")
    before = count_schedules(data_dir)

    assert bring_up_to_date(Settings(data_dir=data_dir))

    assert count_schedules(data_dir) == before + 1


def test_folder_that_cannot_be_written_is_no_crash(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    assert not bring_up_to_date(Settings(data_dir=file))
