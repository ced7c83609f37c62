"""The demo's login: made once, kept in a file that only its owner can read."""

import os
from dataclasses import dataclass
from pathlib import Path

EMAIL = "demo@wattloom.local"
FILE_NAME = "demo-login"


@dataclass(frozen=True, slots=True)
class Login:
    """What the demo's user logs in with."""

    email: str
    password: str

    def lines(self) -> str:
        """Return the login as it is printed and kept: two lines."""
        return f"email: {self.email}\npassword: {self.password}\n"


def read_login(data_dir: Path) -> Login | None:
    """Return the login kept in the data folder, None when there is none."""
    path = data_dir / FILE_NAME
    if not path.exists():
        return None
    fields = dict(line.split(": ", 1) for line in path.read_text(encoding="utf-8").splitlines() if ": " in line)
    password = fields.get("password")
    return Login(EMAIL, password) if password else None


def keep_login(data_dir: Path, login: Login) -> None:
    """Write the login into the data folder, with mode 0600 from its first byte on."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data_dir / FILE_NAME
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(login.lines())
