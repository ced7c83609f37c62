from pathlib import Path

from wattloom.demo.login import Login, keep_login, read_login

LOGIN = Login("demo@wattloom.local", "a: strange password")


def test_a_login_is_kept(tmp_path: Path) -> None:
    keep_login(tmp_path, LOGIN)

    assert read_login(tmp_path) == LOGIN


def test_only_its_owner_can_read_a_login(tmp_path: Path) -> None:
    (tmp_path / "demo-login").write_text("")

    keep_login(tmp_path, LOGIN)

    assert (tmp_path / "demo-login").stat().st_mode & 0o777 == 0o600


def test_a_folder_without_login_has_none(tmp_path: Path) -> None:
    assert read_login(tmp_path) is None


def test_a_damaged_file_holds_no_login(tmp_path: Path) -> None:
    (tmp_path / "demo-login").write_text("email: demo@wattloom.local\n")

    assert read_login(tmp_path) is None


def test_a_login_is_two_lines_that_tools_can_read() -> None:
    assert LOGIN.lines() == "email: demo@wattloom.local\npassword: a: strange password\n"
