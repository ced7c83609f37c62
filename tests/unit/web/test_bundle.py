import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.routing import Route

from scripts import build_frontend
from wattloom.errors import InternalError, NotFoundError
from wattloom.language.translation import COMPILED
from wattloom.web.bundle import DIST, STATIC_PATH, Bundle

STATIC = DIST.parent
MANIFEST: dict[str, Any] = json.loads((DIST / "manifest.json").read_text())
LOCK: dict[str, Any] = json.loads((STATIC.parent / "frontend" / "package-lock.json").read_text())
OURS = [
    path
    for path in (*STATIC.iterdir(), *(STATIC.parent / "templates").iterdir())
    if path.is_file() and path.suffix != ".png"
]


def test_bundle_is_made_from_the_present_sources() -> None:
    assert build_frontend.is_fresh(), "run: python scripts/build_frontend.py"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A copy of what the bundle is made from, and of what it was made into."""
    made = [path for folder in (DIST, COMPILED) for path in folder.rglob("*") if path.is_file()]
    for path in (*build_frontend.input_files(), *made):
        target = tmp_path / path.relative_to(build_frontend.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return tmp_path


def test_unchanged_sources_leave_the_bundle_fresh(built: Path) -> None:
    assert build_frontend.is_fresh(built)


@pytest.mark.parametrize("path", [STATIC / "wattloom.css", COMPILED.parent / "catalogues" / "nl.po"])
def test_changed_sources_make_the_bundle_stale(built: Path, path: Path) -> None:
    (built / path.relative_to(build_frontend.ROOT)).write_text("body { color: red }")

    assert not build_frontend.is_fresh(built)


def test_lost_catalogue_makes_the_bundle_stale(built: Path) -> None:
    (built / COMPILED.relative_to(build_frontend.ROOT) / "nl.mo").unlink()

    assert not build_frontend.is_fresh(built)


@pytest.mark.parametrize("name", MANIFEST["files"])
def test_files_have_the_stated_hash_and_a_compressed_copy(name: str) -> None:
    file = MANIFEST["files"][name]

    content = (DIST / file["path"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == file["sha256"]
    assert gzip.decompress((DIST / f"{file['path']}.gz").read_bytes()) == content


@pytest.mark.parametrize("package", MANIFEST["packages"], ids=lambda package: package["name"])
def test_bundled_packages_are_the_locked_ones_with_their_licences(package: dict[str, Any]) -> None:
    assert LOCK["packages"][f"node_modules/{package['name']}"]["version"] == package["version"]
    assert package["licence"] in build_frontend.ALLOWED_LICENCES
    assert package["texts"]
    assert max((DIST / text).stat().st_size for text in package["texts"]) > 100


def test_all_packages_inside_the_files_are_listed() -> None:
    inside = {package for file in MANIFEST["files"].values() for package in file["packages"]}

    assert inside == {package["name"] for package in MANIFEST["packages"]}
    assert {"echarts", "htmx.org"} <= inside


def test_lock_names_hashes_and_no_addresses() -> None:
    locked = [facts for name, facts in LOCK["packages"].items() if name]

    assert all(facts["integrity"].startswith("sha512-") for facts in locked)
    assert not any("resolved" in facts for facts in locked)
    assert "://" not in json.dumps(LOCK)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_sources_name_no_foreign_host(path: Path) -> None:
    text = path.read_text().replace('xmlns="http://www.w3.org/2000/svg"', "")

    assert re.findall(r"""(?:https?:)?//[\w-]+\.\w+""", text) == []


def test_pages_stay_small() -> None:
    """The budget: 60 kB compressed for every page, 400 kB for all scripts and styles; more for what describes the API.

    A map loads the borders of the world besides, which stay in the cache.
    """
    sizes = {name: (DIST / f"{file['path']}.gz").stat().st_size for name, file in MANIFEST["files"].items()}
    described = sizes.pop("api-docs.js") + sizes.pop("api-docs.css")
    code = {name: size for name, size in sizes.items() if name.endswith((".js", ".css"))}
    shared = [name for name in code if name.startswith("chunk-") and not MANIFEST["files"][name]["packages"]]

    assert sum(code[name] for name in ("theme.js", "app.js", "wattloom.css", *shared)) < 60_000
    assert sum(code.values()) < 400_000
    assert sizes["borders.json"] < 210_000
    assert described < 500_000


def test_urls_carry_the_hashed_name() -> None:
    bundle = Bundle.load()

    assert bundle.url("theme.js") == f"{STATIC_PATH}/{MANIFEST['files']['theme.js']['path']}"


def test_file_of_a_bundle_that_was_built_anew_meanwhile_is_gone(tmp_path: Path) -> None:
    route = Bundle(tmp_path, {"app.js": "app-1.js"}).routes().routes[0]
    assert isinstance(route, Route)

    with pytest.raises(NotFoundError):
        route.endpoint(name="app-1.js", request=Request({"type": "http", "headers": []}))


def test_missing_bundle_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match=r"scripts/build_frontend\.py"):
        Bundle.load(tmp_path)
