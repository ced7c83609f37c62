import os
import re
from pathlib import Path

import pytest

from wattloom.errors import ConflictError
from wattloom.jobs import lock_data_dir


def test_second_server_is_refused_with_the_process_id_of_the_first(tmp_path: Path) -> None:
    with (
        lock_data_dir(tmp_path),
        pytest.raises(ConflictError, match=re.escape(f"process {os.getpid()}")) as caught,
        lock_data_dir(tmp_path),
    ):
        pass

    assert str(tmp_path) in caught.value.message


def test_folder_is_free_again_after_its_server(tmp_path: Path) -> None:
    with lock_data_dir(tmp_path):
        pass

    with lock_data_dir(tmp_path):
        pass


def test_folder_is_made_when_it_is_missing(tmp_path: Path) -> None:
    with lock_data_dir(tmp_path / "new" / "folder"):
        assert (tmp_path / "new" / "folder").is_dir()


def test_file_of_a_server_that_was_killed_does_not_lock(tmp_path: Path) -> None:
    (tmp_path / "server.lock").write_text("1234567")

    with lock_data_dir(tmp_path):
        assert (tmp_path / "server.lock").read_text() == str(os.getpid())
