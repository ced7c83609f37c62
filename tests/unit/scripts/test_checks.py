import ast
from pathlib import Path

import pytest

from scripts import check_rules, check_size

LONG_FUNCTION = "def f():\n" + "    pass\n" * check_size.MAX_FUNCTION_LINES


@pytest.mark.parametrize(
    ("inside", "source"),
    [
        ("assets/create.py", "connection.commit()"),
        ("api/app.py", "with connection.begin():\n    pass"),
        ("api/app.py", "from wattloom.units.registry import load"),
        ("jobs/utils.py", ""),
    ],
)
def test_broken_rule_is_found(inside: str, source: str) -> None:
    assert len(list(check_rules.complaints_about(Path(inside), ast.parse(source)))) == 1


@pytest.mark.parametrize(
    ("inside", "source"),
    [
        ("db/database.py", "connection.commit()"),
        ("units/__init__.py", "from wattloom.units.registry import load"),
        ("api/app.py", "from wattloom.units import convert"),
        ("charts/read.py", "from wattloom.timeseries.tables import belief"),
        ("server/app.py", "from wattloom.scheduling.solver import solve"),
    ],
)
def test_kept_rule_passes(inside: str, source: str) -> None:
    assert list(check_rules.complaints_about(Path(inside), ast.parse(source))) == []


@pytest.mark.parametrize("comment", ["clients say so.", "see tests/x.py", "as recorded (tests/nowhere.py)."])
def test_compatibility_comment_without_its_test_is_found(comment: str) -> None:
    assert len(list(check_rules.complaints_about_comments(Path("api/app.py"), f"x = 1  # compat: {comment}"))) == 1


def test_compatibility_comment_with_its_test_passes() -> None:
    comment = "# compat: clients say so (tests/unit/scripts/test_checks.py)."

    assert list(check_rules.complaints_about_comments(Path("api/app.py"), comment)) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("src/wattloom/a.py", LONG_FUNCTION),
        ("src/wattloom/a.py", "\n" * (check_size.MAX_FILE_LINES + 1)),
        ("tests/unit/test_a.py", "\n" * (check_size.MAX_TEST_FILE_LINES + 1)),
        ("tests/conftest.py", "\n" * (check_size.MAX_CONFTEST_LINES + 1)),
    ],
)
def test_what_is_too_long_is_found(path: str, source: str) -> None:
    assert len(list(check_size.complaints_about(Path(path), source))) == 1


def test_test_file_may_be_longer_than_a_module() -> None:
    source = "\n" * (check_size.MAX_FILE_LINES + 1)

    assert list(check_size.complaints_about(Path("tests/unit/test_a.py"), source)) == []
