"""What people see when something is wrong; without a database server."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from wattloom.cli import app


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_a_new_data_folder_gets_a_database(tmp_path: Path) -> None:
    code, output = run("db", "upgrade", "--data-dir", str(tmp_path / "new"))

    assert (code, "is now at revision" in output) == (0, True)
    assert (tmp_path / "new" / "wattloom.db").exists()


def test_a_new_data_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    run("db", "upgrade", "--data-dir", str(tmp_path / "new"))

    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()} == {0o600}


def test_permissions_of_a_folder_that_exists_stay(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)

    run("db", "upgrade", "--data-dir", str(tmp_path))

    assert tmp_path.stat().st_mode & 0o777 == 0o750


def test_asking_for_the_revision_creates_nothing(tmp_path: Path) -> None:
    code, output = run("db", "current", "--data-dir", str(tmp_path / "mistyped"))

    assert (code, "There is no database at" in output) == (3, True)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_called_empty(tmp_path: Path) -> None:
    (tmp_path / "wattloom.db").touch()

    code, output = run("db", "current", "--data-dir", str(tmp_path))

    assert (code, "empty" in output) == (0, True)


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    run("db", "upgrade", "--data-dir", str(tmp_path))
    path = tmp_path / "wattloom.db"
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 40960)

    code, output = run("add", "initial-structure", "--data-dir", str(tmp_path))

    assert (code, f"{path} is damaged" in output) == (75, True)


def test_an_unknown_database_server_is_named_without_the_password(tmp_path: Path) -> None:
    url = "postgresql://ada:hush-hush@db.invalid/wattloom"

    code, output = run("db", "current", "--data-dir", str(tmp_path), "--database-url", url)

    assert (code, "The database at db.invalid cannot be reached: " in output) == (75, True)
    assert "hush-hush" not in output
    assert len(output.splitlines()) == 1


@pytest.mark.parametrize("url", ["mysql://localhost/x", "not a url"])
def test_a_wrong_database_url_is_refused(url: str, tmp_path: Path) -> None:
    code, output = run("db", "current", "--data-dir", str(tmp_path), "--database-url", url)

    assert code == 2
    assert output.startswith("Error: ")
    assert "Traceback" not in output


def test_an_unreachable_database_is_a_temporary_failure(tmp_path: Path) -> None:
    code, output = run("db", "current", "--data-dir", str(tmp_path), "--database-url", "postgresql://127.0.0.1:1/x")

    assert (code, "cannot be reached" in output) == (75, True)


def test_debug_shows_the_traceback_as_well(tmp_path: Path) -> None:
    code, output = run("--debug", "db", "current", "--data-dir", str(tmp_path), "--database-url", "mysql://localhost/x")

    assert code == 2
    assert "Traceback" in output
    assert "Error: " in output


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATTLOOM_PORT", "harbour")

    code, output = run("db", "current")

    assert (code, "WATTLOOM_PORT" in output) == (2, True)


@pytest.mark.parametrize(
    ("variable", "value", "advice"),
    [
        ("WATTLOOM_TRUSTED_PROXIES", "127.0.0.1", 'Write a list of texts, for example ["127.0.0.1"].'),
        ("WATTLOOM_TRUSTED_PROXIES", '"127.0.0.1"', 'Write a list of texts, for example ["127.0.0.1"].'),
        ("WATTLOOM_TASK_FREQUENCIES_MIN", "10", 'Write names and numbers, for example {"imports": 60}.'),
        ("WATTLOOM_PUBLIC_URL", "wattloom.example.com", "write for example https://wattloom.example.com."),
        ("WATTLOOM_TIMEZONE", "Mars", "'Mars' is no time zone; write for example Europe/Amsterdam."),
        ("WATTLOOM_TIMEZONE", "../etc", "'../etc' is no time zone; write for example Europe/Amsterdam."),
        (
            "WATTLOOM_MAIL_SENDER",
            "Wattloom",
            "'Wattloom' is no sender; write for example Wattloom <wattloom@example.com>.",
        ),
        ("WATTLOOM_API_DEFAULT_RATE_LIMIT", "many", "write for example '10 per 5 minutes', or 'unlimited'."),
        ("WATTLOOM_FAILED_LOGIN_LIMIT", "unlimited", "'unlimited' is no limit; write for example '10 per 5 minutes'."),
        ("WATTLOOM_FAILED_LOGIN_LIMIT", "", "'' is no limit; write for example '10 per 5 minutes'."),
    ],
)
def test_a_wrong_setting_comes_with_one_that_would_be_right(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str, advice: str
) -> None:
    monkeypatch.setenv(variable, value)

    code, output = run("db", "current", "--data-dir", str(tmp_path))

    assert code == 2
    assert f"  {variable}: " in output
    assert advice in output


def test_a_settings_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "wattloom.toml").write_text("host = 127.0.0.1")
    monkeypatch.chdir(tmp_path)

    code, output = run("db", "current")

    assert (code, "wattloom.toml cannot be read: " in output) == (2, True)


def test_a_misspelt_setting_is_named_with_the_closest_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WATTLOOM_WORKER", "1")

    code, output = run("db", "current", "--data-dir", str(tmp_path))

    assert code == 2
    assert "WATTLOOM_WORKER: There is no such setting. Did you mean WATTLOOM_WORKERS?" in output


def test_variables_of_the_test_suite_are_no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WATTLOOM_TEST_ANYTHING", "1")

    assert run("db", "upgrade", "--data-dir", str(tmp_path))[0] == 0


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("prot = 3", "wattloom.toml, prot: There is no such setting. Did you mean port?"),
        ("port = 'harbour'", "wattloom.toml, port: Input should be a valid integer"),
    ],
)
def test_a_wrong_setting_in_the_file_is_named_as_such(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str, problem: str
) -> None:
    (tmp_path / "wattloom.toml").write_text(line)
    monkeypatch.chdir(tmp_path)

    code, output = run("db", "current")

    assert (code, problem in output) == (2, True)


def test_an_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WATTLOOM_DATA_DIR", str(tmp_path / "environment"))

    run("db", "upgrade", "--data-dir", str(tmp_path / "option"))

    assert [path.name for path in tmp_path.iterdir()] == ["option"]


def test_a_folder_that_cannot_be_made_is_an_input_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    code, output = run("db", "upgrade", "--data-dir", str(tmp_path / "file" / "below"))

    assert (code, "Error: " in output) == (74, True)
