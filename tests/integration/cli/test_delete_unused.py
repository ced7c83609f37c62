"""Deleting asset types and data sources: only what nothing refers to goes, and a refusal says what is in the way."""

import pytest
from sqlalchemy import insert, select

from tests.command_line import Run
from tests.factories import NOW, make_asset_type, make_source
from tests.recorded_site import Site, make_site
from wattloom.annotations.tables import annotation
from wattloom.assets.tables import asset_type
from wattloom.db import Database
from wattloom.timeseries import BeliefStore
from wattloom.timeseries.tables import data_source

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def site(database: Database, belief_store: BeliefStore) -> Site:
    return make_site(database, belief_store)


def sources_of(site: Site) -> list[int]:
    with site.database.read() as connection:
        return list(connection.scalars(select(data_source.c.id).order_by(data_source.c.id)))


def types_of(site: Site) -> list[str]:
    with site.database.read() as connection:
        return list(connection.scalars(select(asset_type.c.name).order_by(asset_type.c.name)))


def words(output: str) -> str:
    return " ".join(output.split())


def test_a_source_that_recorded_nothing_goes(run: Run, site: Site) -> None:
    with site.database.write() as connection:
        idle = make_source(connection, name="Metr", type="CLI script")

    code, output = run("delete", "source", "--id", str(idle), "--force")

    assert (code, f"This deletes data source 'Metr' ({idle}) of type CLI script." in output) == (0, True), output
    assert sources_of(site) == [site.forecaster, site.meter]
    assert site.account_events()[-1] == f"Deleted data source 'Metr' ({idle})"


def test_a_source_that_recorded_something_stays(run: Run, site: Site) -> None:
    code, output = run("delete", "source", "--id", str(site.meter), "--force")

    expected = (
        f"Source 'meter' ({site.meter}) has recorded on 2 sensors: 'power' ({site.power}), 'energy' ({site.energy}). "
        f"Delete that first: wattloom delete beliefs --source {site.meter}"
    )
    assert (code, expected in words(output)) == (4, True), output
    assert site.meter in sources_of(site)


def test_a_source_goes_once_what_it_recorded_is_gone(run: Run, site: Site) -> None:
    run("delete", "beliefs", "--source", str(site.forecaster), "--force")

    code, output = run("delete", "source", "--id", str(site.forecaster), "--force")

    assert code == 0, output
    assert sources_of(site) == [site.meter]


def test_a_source_that_made_annotations_stays(run: Run, site: Site) -> None:
    with site.database.write() as connection:
        idle = make_source(connection, name="Calendar")
        holiday = {"content": "Easter", "start": NOW, "end": NOW, "source_id": idle, "type": "holiday"}
        connection.execute(insert(annotation).values(holiday))

    code, output = run("delete", "source", "--id", str(idle), "--force")

    assert (code, f"Source 'Calendar' ({idle}) has made 1 annotation" in output) == (4, True), output
    assert idle in sources_of(site)


def test_the_source_of_a_user_stays_until_the_user_goes(run: Run, site: Site) -> None:
    with site.database.write() as connection:
        own = make_source(connection, name="ada", user_id=site.user)

    refused, output = run("delete", "source", "--id", str(own), "--force")
    run("delete", "user", "--email", "ada@example.com", "--force")
    code, _ = run("delete", "source", "--id", str(own), "--force")

    assert "Delete the user first: wattloom delete user --email ada@example.com" in words(output)
    assert (refused, code, own in sources_of(site)) == (4, 0, False)


def test_an_asset_type_that_no_asset_has_goes(run: Run, site: Site) -> None:
    with site.database.write() as connection:
        made = make_asset_type(connection, "carport")

    code, output = run("delete", "asset-type", "--name", "carport", "--force")

    assert (code, f"Deleted asset type 'carport' ({made})." in output) == (0, True), output
    assert types_of(site) == ["battery", "building"]
    assert site.account_events()[-1] == f"Deleted asset type 'carport' ({made})"


def test_an_asset_type_that_assets_have_stays(run: Run, site: Site) -> None:
    code, output = run("delete", "asset-type", "--name", "battery", "--force")

    expected = (
        f"Assets have the type 'battery': 'Battery' ({site.battery}). Give them another type or delete them first"
    )
    assert (code, expected in words(output)) == (4, True), output
    assert types_of(site) == ["battery", "building"]


@SQLITE
@pytest.mark.parametrize("answer", [{"typed": "n\n"}, {"flag": "--dry-run"}])
def test_without_a_yes_nothing_goes(run: Run, site: Site, answer: dict[str, str]) -> None:
    with site.database.write() as connection:
        idle = make_source(connection)
        make_asset_type(connection, "carport")
    flags = [answer["flag"]] if "flag" in answer else []

    for wanted in (["source", "--id", str(idle)], ["asset-type", "--name", "carport"]):
        code, output = run("delete", *wanted, *flags, typed=answer.get("typed", ""))
        assert (code, "Nothing has been deleted" in output) == (0, True), output

    assert (idle in sources_of(site), "carport" in types_of(site)) == (True, True)


@SQLITE
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["source", "--id", "999"], "No source found with ID 999."),
        (["asset-type", "--name", "batery"], "There is no asset type 'batery'. Did you mean 'battery'?"),
    ],
)
def test_what_does_not_exist_is_named(run: Run, site: Site, arguments: list[str], complaint: str) -> None:
    code, output = run("delete", *arguments, "--force")

    assert (code, complaint in words(output)) == (3, True), output
    assert len(sources_of(site)) == 2
