"""The API holds to its own description, whatever it is sent and by whom; ``bench/fuzz_api.py`` looks for longer."""

from pathlib import Path

import pytest

from tests.fuzzing import described_operations, filled_template, fresh_site, fuzz

OPERATIONS = described_operations()
EXAMPLES = 8


@pytest.fixture(scope="module")
def filled_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled_template(tmp_path_factory.mktemp("fuzz") / "filled.db")


@pytest.mark.parametrize("name", OPERATIONS)
def test_api_holds_to_its_description(filled_site: Path, tmp_path: Path, name: str) -> None:
    with fresh_site(filled_site, tmp_path) as client:
        fuzz(client, OPERATIONS[name], examples=EXAMPLES)
