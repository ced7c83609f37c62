"""The pages of assets: the list, a new one, structure, status, log, deletion."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest

from tests.factories import NOW, make_account, make_asset, make_sensor, make_user
from tests.home import Home
from tests.integration.web.conftest import Browser
from tests.statements import statements_by_size
from wattloom.accounts import Preferences, get_user, store_preferences
from wattloom.assets import delete_asset, get_asset, set_asset_attribute
from wattloom.db import Database
from wattloom.jobs import NewJob

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def text_of(html: str) -> str:
    """Return what stands between the tags of the main part."""
    main = html[html.index("<main") :] if "<main" in html else html
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).replace("\N{THIN SPACE}", " ").split())


def crumbs_of(html: str) -> list[tuple[str, str]]:
    """Return address and name of what leads to a page, and of what stands beside it."""
    crumbs = html[html.index('class="breadcrumbs"') : html.index('class="page-title"')]
    return re.findall(r'href="([^"]+)">([^<]+)', crumbs)


@pytest.fixture
def owner(browser: Browser, home: Home) -> Browser:
    """A browser in which the owner of the home is logged in."""
    browser.log_in(home.email)
    return browser


@pytest.fixture
def chief(browser: Browser, home: Home, database: Database) -> Browser:
    """A browser in which an account-admin of the home is logged in."""
    with database.write() as connection:
        make_user(connection, email="chief@example.com", account_id=home.account_id, roles=("account-admin",))
    browser.log_in("chief@example.com")
    return browser


def test_list_shows_what_assets_are(chief: Browser, home: Home) -> None:
    page = chief.get("/assets")

    words = text_of(page.text)
    assert page.status_code == 200
    assert f'href="/assets/{home.site_id}">Home</a>' in page.text
    assert "Building" in words
    assert "52.400°, 4.900°" in words
    assert "Solar panels" in words
    assert 'href="/assets/new"' in page.text


def test_list_is_sorted_searched_and_filtered(owner: Browser) -> None:
    def names(query: str) -> list[str]:
        return re.findall(r'<a href="/assets/\d+">([^<]+)</a>', owner.get(f"/assets?{query}").text)

    assert names("sort_by=name") == ["Cellar", "Home", "Roof"]
    assert names("sort_by=name&sort_dir=desc") == ["Roof", "Home", "Cellar"]
    assert names("sort_by=type") == ["Cellar", "Home", "Roof"]
    assert names("filter=roo") == ["Roof"]
    assert names("asset_type=battery") == ["Cellar"]
    assert names("asset_type=nonsense&sort_by=nonsense") == ["Home", "Roof", "Cellar"]


def test_search_without_a_hit_says_so(owner: Browser) -> None:
    assert "No asset fits this search." in owner.get("/assets?filter=nowhere").text


def test_list_without_assets_says_what_comes_first(browser: Browser, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, email="new@example.com", account_id=make_account(connection), roles=("account-admin",))
    browser.log_in("new@example.com")

    page = browser.get("/assets")

    assert "There is no asset yet" in page.text
    assert 'href="/assets/new"' in page.text


def test_list_of_an_account_holds_its_assets_only(owner: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_asset(connection, name="Market", account_id=None)

    assert "Market" in owner.get("/assets").text
    assert "Market" not in owner.get(f"/assets/owned_by/{home.account_id}").text


def test_list_is_had_as_a_file_whatever_page_is_shown(owner: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_asset(connection, name="=1+1", account_id=home.account_id)
        for n in range(25):
            make_asset(connection, name=f"Cabin {n}", account_id=home.account_id)

    answer = owner.get("/assets?as=csv&page=2&sort_by=id")

    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert answer.headers["content-disposition"] == 'attachment; filename="assets.csv"'
    assert rows[0][:3] == ["ID", "Name", "Type"]
    assert rows[1][1:6] == ["Home", "Building", rows[1][3], "52.4", "4.9"]
    assert rows[4][1] == "'=1+1"
    assert len(rows) == 1 + 3 + 26


def test_long_list_takes_as_many_statements_as_a_short_one(owner: Browser, home: Home, database: Database) -> None:
    def grow(n: int) -> None:
        with database.write() as connection:
            for k in range(n):
                below = make_asset(connection, account_id=home.account_id, name=f"{n} {k}")
                make_sensor(connection, generic_asset_id=below)

    counted = statements_by_size(database, grow, lambda: owner.get("/assets"), sizes=(2, 18))

    assert len(set(counted.values())) == 1


def test_new_asset_names_types_and_place(owner: Browser, home: Home) -> None:
    page = owner.get(f"/assets/new?parent_asset_id={home.site_id}")

    assert "New asset below Home" in page.text
    assert f'name="parent_asset_id" data-type="number" value="{home.site_id}"' in page.text
    assert 'value="52.4"' in page.text
    assert "Stores energy." in page.text


def test_copying_offers_readable_assets(chief: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        public = make_asset(connection, name="Market", account_id=None)
        foreign = make_asset(connection, name="Castle")

    page = chief.get("/assets/new?tab=copy").text

    assert f'action="/api/v3_0/assets/{public}/copy?account={home.account_id}"' in page
    assert f"/assets/{foreign}/copy" not in page


def test_no_asset_is_made_where_others_own(owner: Browser, database: Database) -> None:
    with database.write() as connection:
        foreign, account = make_asset(connection), make_account(connection)

    assert owner.get(f"/assets/new?parent_asset_id={foreign}").status_code == 403
    assert owner.get(f"/assets/new?account_id={account}").status_code == 403
    assert owner.get("/assets/new?parent_asset_id=999").status_code == 404


def test_admins_choose_the_owner_or_nobody(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, email="root@example.com", account_id=make_account(connection), roles=("admin",))
        make_asset(connection, name="Market", account_id=None)
    browser.log_in("root@example.com")

    owned = browser.get(f"/assets/new?account_id={home.account_id}").text
    public = browser.get("/assets/new?public=true&tab=copy").text

    assert f'name="account_id" data-type="number" value="{home.account_id}"' in owned
    assert ">Home</option>" in owned
    assert 'name="account_id" data-type' not in public
    assert ">Market</option>" in public
    assert "tab=copy" not in public


def test_members_make_no_public_assets(owner: Browser) -> None:
    assert owner.get("/assets/new?public=true").status_code == 403


def test_asset_opens_with_what_suits_it(owner: Browser, home: Home, database: Database) -> None:
    def leads_to(asset_id: int) -> str:
        answer = owner.get(f"/assets/{asset_id}")
        assert answer.status_code == 302
        return answer.headers["location"].rpartition("/")[2]

    assert leads_to(home.site_id) == "overview"
    assert leads_to(home.battery_id) == "context"

    with database.write() as connection:
        user = get_user(connection, home.user_id)
        store_preferences(connection, user, Preferences("Audit Log"), by=user, now=NOW)

    assert leads_to(home.site_id) == leads_to(home.battery_id) == "auditlog"
    assert "Opens first. Undo" in owner.get(f"/assets/{home.site_id}/auditlog").text
    assert "Open this page first" in owner.get(f"/assets/{home.site_id}/status").text


def test_breadcrumbs_lead_up_and_beside(owner: Browser, home: Home) -> None:
    page = owner.get(f"/assets/{home.battery_id}/context").text

    crumbs = crumbs_of(page)
    assert crumbs[0] == (f"/assets/{home.site_id}", "Home")
    assert "Roof" in dict(crumbs).values()


def test_breadcrumbs_begin_at_the_account_for_who_has_several(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, email="root@example.com", account_id=make_account(connection), roles=("admin",))
    browser.log_in("root@example.com")

    crumbs = crumbs_of(browser.get(f"/assets/{home.battery_id}/context").text)

    assert [url for url, _name in crumbs[:2]] == [f"/accounts/{home.account_id}", f"/assets/{home.site_id}"]


def test_attributes_overrule_breadcrumbs_and_run_no_scripts(owner: Browser, home: Home, database: Database) -> None:
    stated = [
        {"name": "<b>Portal</b>", "url": "https://portal.example/7"},
        {"name": "Bad", "url": "javascript:alert(1)"},
    ]
    with database.write() as connection:
        set_asset_attribute(connection, home.battery_id, "breadcrumb_ancestry", stated, by=None, now=NOW)

    page = owner.get(f"/assets/{home.battery_id}/context").text

    assert '<a href="https://portal.example/7">&lt;b&gt;Portal&lt;/b&gt;</a>' in page
    assert "javascript:" not in page
    assert "<li>Bad</li>" in page


def test_structure_shows_tree_sensors_and_flex_config(owner: Browser, home: Home) -> None:
    page = owner.get(f"/assets/{home.site_id}/context").text

    words = text_of(page)
    assert f'href="/assets/{home.battery_id}/context">Cellar</a>' in page
    assert "base load" in words
    assert "1,000 W" in words
    assert f'href="/assets/new?parent_asset_id={home.site_id}"' in page
    assert 'bounds="4.9,52.4,4.9,52.4"' in page


def test_structure_loads_deeper_generations_when_asked(owner: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        parent = home.battery_id
        for name in ("String", "Module", "Cell"):
            parent = make_asset(connection, name=name, account_id=home.account_id, parent_asset_id=parent)

    page = owner.get(f"/assets/{home.site_id}/context").text
    found = re.search(r'hx-get="(/assets/\d+/context/branch)"', page)
    assert found is not None

    assert "1 more below" in page
    assert "Module" not in page
    branch = owner.get(found[1]).text
    assert "Module" in branch
    assert "Cell" in branch
    assert "<html" not in branch


def test_asset_without_location_has_no_map(owner: Browser, home: Home) -> None:
    page = owner.get(f"/assets/{home.battery_id}/context").text

    assert "<site-map" not in page
    assert "No location is set." in page


def test_status_tells_fresh_from_stale(owner: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_sensor(connection, name="meter", generic_asset_id=home.site_id)

    words = text_of(owner.get(f"/assets/{home.site_id}/status").text)

    assert "sensors are stale" in words or "1 sensor is stale" in words
    assert "stale : nothing recorded" in words
    assert "60.0 %" in words
    assert "In the flex-config or on the graphs" in words


def test_status_lists_jobs_with_their_details(owner: Browser, home: Home, database: Database) -> None:
    new = NewJob(queue="scheduling", kind="test", args={"start": "<now>"}, entity=("asset", home.site_id))
    mail = NewJob(queue="mail", kind="test", args={}, entity=("asset", home.site_id))
    with database.write() as connection:
        job = owner.services.jobs.enqueue(connection, new, now=NOW - timedelta(minutes=5))
        hidden = owner.services.jobs.enqueue(connection, mail, now=NOW)

    page = owner.get(f"/assets/{home.site_id}/status").text
    details = owner.get(f"/assets/{home.site_id}/status/jobs/{job.id}").text

    assert "Schedule of Home" in page
    assert "waiting" in page
    assert "5 min ago" in page
    assert "&lt;now&gt;" in details
    assert owner.get(f"/assets/{home.site_id}/status/jobs/{hidden.id}").status_code == 404


def test_jobs_of_others_are_not_found(owner: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        foreign = make_asset(connection)
        new = NewJob(queue="scheduling", kind="test", args={}, entity=("asset", foreign))
        job = owner.services.jobs.enqueue(connection, new, now=NOW)

    assert owner.get(f"/assets/{home.site_id}/status/jobs/{job.id}").status_code == 404


@on_sqlite
@pytest.mark.parametrize("page", ["status", "context"])
def test_many_sensors_take_as_many_statements_as_few(owner: Browser, home: Home, database: Database, page: str) -> None:
    def grow(n: int) -> None:
        with database.write() as connection:
            for k in range(n):
                make_sensor(connection, name=f"{n} {k}", generic_asset_id=home.site_id)

    counted = statements_by_size(database, grow, lambda: owner.get(f"/assets/{home.site_id}/{page}"), sizes=(3, 30))

    assert len(set(counted.values())) == 1


def test_log_tells_what_was_done_and_is_searched(owner: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        user = get_user(connection, home.user_id)
        set_asset_attribute(connection, home.site_id, "colour", "red", by=user, now=NOW)

    page, none = (
        owner.get(f"/assets/{home.site_id}/auditlog").text,
        owner.get(f"/assets/{home.site_id}/auditlog?filter=x9"),
    )

    assert "colour" in page
    assert f'href="/users/{home.user_id}"' in page
    assert "Nothing fits this search." in none.text
    assert "Nothing was recorded yet." in owner.get(f"/assets/{home.battery_id}/auditlog").text


def test_deletion_is_only_asked_about(chief: Browser, home: Home) -> None:
    page = chief.get(f"/assets/delete_with_data/{home.site_id}")

    assert "2 assets below it" in page.text
    assert "6 sensors" in page.text
    assert f'action="/api/v3_0/assets/{home.site_id}" then="/assets"' in page.text
    assert chief.get(f"/assets/{home.site_id}/context").status_code == 200


def test_who_may_not_delete_is_not_asked(owner: Browser, home: Home) -> None:
    assert owner.get(f"/assets/delete_with_data/{home.site_id}").status_code == 403


def test_deleted_asset_is_not_found(owner: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        delete_asset(connection, get_asset(connection, home.site_id), by=None, now=NOW)

    for page in ("", "/context", "/status", "/auditlog"):
        assert owner.get(f"/assets/{home.site_id}{page}").status_code == 404
