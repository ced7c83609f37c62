"""docs/first-site.md, line by line against a real server."""

import re
import subprocess
from pathlib import Path

from tests.server_process import run_wattloom, serving, settings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "first-site.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```bash\n(.+?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_first_site_is_made_and_planned_as_documented(tmp_path: Path) -> None:
    environment = settings(tmp_path)
    run_wattloom(environment, "add", "initial-structure")
    run_wattloom(environment, "add", "account", "--name", "Our house")
    user = ("--username", "ada", "--email", "ada@example.com", "--password", "correct horse")
    run_wattloom(environment, "add", "user", *user, "--account", "Our house", "--roles", "account-admin")

    with serving(environment) as server:
        script = "".join(BLOCKS).replace("http://127.0.0.1:5000", server.url)
        done = subprocess.run(
            ["bash", "-eu", "-c", script], input="correct horse\n", capture_output=True, text=True, check=False
        )

    assert done.returncode == 0, done.stderr
    assert '"FINISHED"' in done.stdout
    assert '"unit":"kW"' in done.stdout.replace(" ", "").splitlines()[-1]
    assert "5.0" in done.stdout.splitlines()[-1], "the battery charges with its full power in the cheap hours"
