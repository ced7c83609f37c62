import re
import subprocess
from pathlib import Path

import pytest

from scripts.document_settings import PAGE, settings_page

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
MAX_FILE_BYTES = 1 << 20


def tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def test_settings_page_is_in_step_with_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "make docs"


def test_architecture_fits_on_two_hundred_lines() -> None:
    assert len(text_of(ROOT / "ARCHITECTURE.md").splitlines()) <= 200


def test_readme_begins_with_the_two_commands() -> None:
    blocks = re.findall(r"```\w*\n(.*?)```", text_of(ROOT / "README.md"), flags=re.DOTALL)

    assert "make run" in blocks[0]
    assert "make test" in "".join(blocks[:2])


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_decision_follows_the_template(path: Path) -> None:
    template = (ROOT / "docs" / "decisions" / "template.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## .*", template, flags=re.MULTILINE)

    assert re.findall(r"^## .*", text_of(path), flags=re.MULTILINE)[: len(headings)] == headings
    assert re.match(rf"# {path.name[:4]} \S", text_of(path))


def test_relative_links_lead_somewhere() -> None:
    dead = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in tracked("*.md")
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text_of(page))
        if not (page.parent / link).exists()
    ]

    assert dead == []


def test_locks_name_no_download_address() -> None:
    with_address = [
        path.name
        for path in tracked("*lock*", "*requirements*", "*.npmrc", "*pip.conf")
        if re.search(r'https?://|"resolved":|--(extra-)?index-url [^\\\n]*\w\.\w', text_of(path))
    ]

    assert with_address == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    personal = re.compile(r"(?<![\w.<>}])/(?:home|Users|root|work)/[\w.]")

    assert [path.name for path in tracked() if personal.search(text_of(path))] == []


def test_pages_ask_no_foreign_host() -> None:
    foreign = re.compile(r"(?:src|href)=\"https?://|@import url\(|//cdn\.")
    pages = tracked("src/*.html", "src/*.jinja", "src/*.css", "src/*.js", "src/*.ts")

    assert [path.name for path in pages if foreign.search(text_of(path))] == []


def test_tracked_files_are_small() -> None:
    assert [path.name for path in tracked() if path.stat().st_size > MAX_FILE_BYTES] == []
