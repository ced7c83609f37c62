"""The API holds to its own description, whatever it is sent and by whom; ``bench/fuzz_api.py`` looks for longer."""

from pathlib import Path
from shutil import copyfile

import pytest

from tests.fuzzing import described_operations, fill_template, fresh_site, fuzz

OPERATIONS = described_operations()
EXAMPLES = 12


@pytest.fixture(scope="module")
def filled_site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fuzz") / "filled.db"
    copyfile(sqlite_template, path)
    fill_template(path)
    return path


@pytest.mark.parametrize("name", OPERATIONS)
def test_api_holds_to_its_description(filled_site: Path, tmp_path: Path, name: str) -> None:
    with fresh_site(filled_site, tmp_path) as client:
        fuzz(client, OPERATIONS[name], examples=EXAMPLES)
