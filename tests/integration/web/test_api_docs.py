"""The page that shows the description of the API, and the addresses at which clients look for either."""

import re

import pytest

from tests.home import Home
from tests.integration.web.conftest import Browser
from wattloom.web.bundle import Bundle

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

PAGE = "/api/v3_0/docs"


@pytest.mark.parametrize("path", ["/api/v3_0/openapi.json", "/ui/static/openapi-specs.json"])
def test_description_is_answered_at_once_and_for_everybody(browser: Browser, path: str) -> None:
    answer = browser.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["openapi"] == "3.1.0"


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/"])
def test_page_is_public(browser: Browser, path: str) -> None:
    page = browser.get(path)

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert 'data-url="/api/v3_0/openapi.json"' in page.text


def test_page_holds_nothing_foreign_and_nothing_inline(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    page = browser.get(PAGE)

    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].endswith("; img-src 'self' data:")
    assert re.findall(r"""(?:src|href|action)=["']?(?:https?:)?//""", page.text) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page.text) == []


def test_only_this_page_loads_swagger_ui(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)
    bundle = Bundle.load()

    assert bundle.url("api-docs.js") in browser.get(PAGE).text
    assert "api-docs" not in browser.get("/dashboard").text
    assert "data:" not in browser.get("/dashboard").headers["content-security-policy"]


def test_page_carries_the_csrf_token_of_the_session(browser: Browser, home: Home) -> None:
    anonymous = browser.get(PAGE).text
    browser.log_in(home.email)
    token = browser.csrf_of(browser.get("/logout"))

    assert '<meta name="csrf-token" content="">' in anonymous
    assert f'<meta name="csrf-token" content="{token}">' in browser.get(PAGE).text


@pytest.mark.parametrize("path", ["/api/v3_0/assets/1%0A", "/api/%0A", "/%0A"])
def test_line_breaks_in_addresses_get_a_proper_answer(browser: Browser, path: str) -> None:
    answer = browser.get(path)

    assert answer.status_code in {401, 404, 422}
    assert answer.headers["content-type"].startswith(("application/json", "text/html"))
