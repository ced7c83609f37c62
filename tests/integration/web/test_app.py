import re

import pytest

from tests.home import Home
from tests.integration.web.conftest import Browser
from wattloom.web.app import REDIRECTS
from wattloom.web.bundle import DIST, Bundle

PAGES = ["/login", "/logout", "/dashboard", "/nothing-here"]
FILES = sorted(Bundle.load().file_names)


@pytest.mark.parametrize(("path", "target"), REDIRECTS.items())
def test_known_addresses_lead_on(browser: Browser, path: str, target: str) -> None:
    answer = browser.get(path)

    assert (answer.status_code, answer.headers["location"]) == (302, target)


@pytest.mark.parametrize("path", PAGES)
def test_pages_forbid_everything_foreign_and_inline(browser: Browser, home: Home, path: str) -> None:
    browser.log_in(home.email)

    page = browser.get(path)

    assert page.headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_nothing_foreign_and_nothing_inline(browser: Browser, home: Home, path: str) -> None:
    browser.log_in(home.email)

    page = browser.get(path).text

    assert re.findall(r"""(?:src|href|action)=["']?(?:https?:)?//""", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page) == []


@pytest.mark.parametrize("name", FILES)
def test_files_are_kept_for_good_and_sent_compressed(browser: Browser, name: str) -> None:
    bundle = Bundle.load()

    answer = browser.get(bundle.url(name), headers={"Accept-Encoding": "gzip"})

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == (DIST / bundle.file_names[name]).read_bytes()


def test_files_are_sent_as_they_are_to_those_who_cannot_unpack(browser: Browser) -> None:
    answer = browser.get(Bundle.load().url("wattloom.css"), headers={"Accept-Encoding": "identity"})

    assert "content-encoding" not in answer.headers
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize("path", ["/ui/static/nothing.js", "/ui/static/manifest.json", "/ui/static/..%2fbundle.py"])
def test_only_files_of_the_manifest_are_sent(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_favicon_is_our_icon(browser: Browser) -> None:
    answer = browser.get(browser.get("/favicon.ico").headers["location"])

    assert answer.headers["content-type"] == "image/svg+xml"


def test_wrong_parameter_gets_a_page(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    page = browser.get("/dashboard?site=abc")

    assert page.status_code == 422
    assert page.headers["content-type"] == "text/html; charset=utf-8"


def test_large_forms_are_refused(browser: Browser) -> None:
    assert browser.post("/login", data={"email": "x" * 100_000}).status_code == 413
