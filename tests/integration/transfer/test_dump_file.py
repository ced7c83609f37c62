"""The dump file: complete or not there, refused when it is damaged, readable without Wattloom."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import orjson
import pytest
from alembic import command
from sqlalchemy import insert, select, update

from tests.factories import make_account
from tests.integration.transfer.moves import Steps, dumped, restored
from tests.integration.transfer.whole_database import LARGEST, contents
from wattloom.accounts.tables import account, app_user
from wattloom.db import Database, current_revision, metadata, newest_revision, upgrade
from wattloom.db.migrate import migration_config
from wattloom.errors import ConflictError, InputError, NotFoundError
from wattloom.timeseries.tables import belief, belief_summary

SQLITE = pytest.mark.parametrize("source", ["sqlite"], indirect=True)
Change = Callable[[dict[str, bytes]], object]


def rewritten(path: Path, changed: Path, change: Change) -> Path:
    """Write a dump anew with other members."""
    with ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with ZipFile(changed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return changed


def with_manifest(change: Callable[[dict[str, object]], object]) -> Change:
    def change_members(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        change(manifest)
        members["manifest.json"] = json.dumps(manifest).encode()

    return change_members


@SQLITE
def test_a_dump_can_be_read_without_wattloom(source: Database, tmp_path: Path) -> None:
    dumped(source, tmp_path / "dump.zip")

    with ZipFile(tmp_path / "dump.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        rows = [json.loads(line) for line in archive.read("tables/account.jsonl").splitlines()]
        records = np.frombuffer(
            archive.read("tables/belief.records"),
            np.dtype("<i8, <i8, <i8, <i8, <f8, <f8"),
        )
        checksums = {
            table["name"]: hashlib.sha256(archive.read(f"tables/{table['name']}.jsonl")).hexdigest()
            for table in manifest["tables"]
            if not table["name"].endswith("belief")
        }

    with source.read() as connection:
        first = connection.execute(select(belief).order_by(*belief.primary_key)).first()
    assert first is not None
    assert rows[0]["name"] == "Ada's house"
    assert (records[0]["f0"], records[0]["f5"]) == (first.sensor_id, first.event_value)
    assert checksums.items() <= {table["name"]: table["sha256"] for table in manifest["tables"]}.items()


@SQLITE
def test_only_the_owner_may_read_a_dump(source: Database, tmp_path: Path) -> None:
    dumped(source, tmp_path / "dump.zip")

    assert (tmp_path / "dump.zip").stat().st_mode & 0o777 == 0o600


@SQLITE
def test_an_interrupted_dump_leaves_no_file(source: Database, tmp_path: Path) -> None:
    class Interrupt(Steps):
        def advance(self, n_rows: int) -> None:
            super().advance(n_rows)
            raise KeyboardInterrupt

    (tmp_path / "dumps").mkdir()

    with pytest.raises(KeyboardInterrupt):
        dumped(source, tmp_path / "dumps" / "dump.zip", Interrupt())

    assert list((tmp_path / "dumps").iterdir()) == []


@SQLITE
def test_a_file_that_exists_is_not_overwritten(source: Database, tmp_path: Path) -> None:
    (tmp_path / "dump.zip").write_text("precious")

    with pytest.raises(ConflictError, match="exists already"):
        dumped(source, tmp_path / "dump.zip")

    assert (tmp_path / "dump.zip").read_text() == "precious"


def test_what_is_written_meanwhile_is_not_in_the_dump(source: Database, target: Database, tmp_path: Path) -> None:
    before = contents(source)

    class WriteMeanwhile(Steps):
        def start(self, step: str, n_rows: int) -> None:
            super().start(step, n_rows)
            with source.write() as connection:
                make_account(connection, name="Meanwhile")

    dumped(source, tmp_path / "dump.zip", WriteMeanwhile())

    restored(target, tmp_path / "dump.zip")
    assert contents(target) == before


def test_a_database_without_tables_cannot_be_dumped(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")

    with pytest.raises(NotFoundError, match="no tables"):
        dumped(database, tmp_path / "dump.zip")

    assert not (tmp_path / "dump.zip").exists()
    database.close()


def test_a_database_of_another_release_cannot_be_dumped(database: Database, tmp_path: Path) -> None:
    with database.write() as connection:
        command.downgrade(migration_config(connection), "0001")

    with pytest.raises(ConflictError, match="schema revision 0001"):
        dumped(database, tmp_path / "dump.zip")


@pytest.mark.parametrize("target", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda members: members.pop("manifest.json"), "no complete dump"),
        (lambda members: members.pop("tables/belief.records"), "no complete dump"),
        (lambda members: members.update({"manifest.json": b"{}"}), "no complete dump"),
        (
            lambda members: members.update({"tables/role.jsonl": b'{"id": 1, "name": "admin"}\n'}),
            "damaged: tables/role",
        ),
        (lambda members: members.update({"tables/belief.records": bytes(48)}), "damaged: tables/belief.records"),
        (with_manifest(lambda manifest: manifest.update(format=2)), "newer Wattloom"),
        (with_manifest(lambda manifest: manifest.update(schema_revision="9999")), "revision 9999"),
        (with_manifest(lambda manifest: manifest["tables"].pop()), "wrong or missing"),
    ],
)
def test_a_dump_that_was_changed_is_refused_and_nothing_is_restored(
    target: Database, dump_file: Path, tmp_path: Path, change: Change, complaint: str
) -> None:
    upgrade(target)
    changed = rewritten(dump_file, tmp_path / "changed.zip", change)

    with pytest.raises(InputError, match=complaint):
        restored(target, changed)

    assert not any(contents(target).values())


@pytest.mark.parametrize("target", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9, 0.999])
def test_a_truncated_dump_is_refused(target: Database, dump_file: Path, tmp_path: Path, kept: float) -> None:
    whole = dump_file.read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: int(kept * len(whole))])

    with pytest.raises(InputError, match="no complete dump"):
        restored(target, tmp_path / "half.zip")


@pytest.mark.parametrize("target", ["sqlite"], indirect=True)
def test_a_flipped_bit_is_found(target: Database, dump_file: Path, tmp_path: Path) -> None:
    with ZipFile(dump_file) as archive:
        at = archive.getinfo("tables/belief.records").header_offset + 200
    flipped = bytearray(dump_file.read_bytes())
    flipped[at] ^= 1
    (tmp_path / "flipped.zip").write_bytes(flipped)

    with pytest.raises(InputError, match=r"no complete dump|damaged"):
        restored(target, tmp_path / "flipped.zip")


def test_only_an_empty_database_is_filled(database: Database, dump_file: Path) -> None:
    with database.write() as connection:
        make_account(connection, name="Here first")
    before = contents(database)

    with pytest.raises(ConflictError, match=r"not empty; tables with rows: account \(1\)"):
        restored(database, dump_file)

    assert contents(database) == before


def test_a_database_of_another_program_is_not_touched(target: Database, dump_file: Path) -> None:
    with target.write() as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
        connection.exec_driver_sql("CREATE TABLE account (iban text)")

    with pytest.raises(ConflictError, match=r"tables of another program.*: account"):
        restored(target, dump_file)


@SQLITE
@pytest.mark.parametrize("target", ["postgres"], indirect=True)
def test_a_row_that_the_other_database_cannot_keep_is_named(source: Database, target: Database, tmp_path: Path) -> None:
    with source.write() as connection:
        connection.execute(insert(account).values(id=77, name="zero \x00 byte"))
    dumped(source, tmp_path / "dump.zip")

    with pytest.raises(InputError, match="table account with id 77 cannot be kept"):
        restored(target, tmp_path / "dump.zip")

    assert not any(contents(target).values())


@SQLITE
def test_a_row_that_refers_to_nothing_is_refused(source: Database, target: Database, tmp_path: Path) -> None:
    upgrade(target)
    with source.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA query_only=0")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.execute(update(app_user).values(account_id=10**6))
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    dumped(source, tmp_path / "dump.zip")

    with pytest.raises(InputError, match=r"app_user.*does not exist|app_user.*account"):
        restored(target, tmp_path / "dump.zip")

    assert not any(contents(target).values())


@SQLITE
def test_an_older_dump_is_brought_up_to_date(
    source: Database, target: Database, dump_file: Path, tmp_path: Path
) -> None:
    """As revision 0001 had it: no annotations, and summaries without extremes, which the migration adds up."""
    restored(target, rewritten(dump_file, tmp_path / "old.zip", make_old))

    assert current_revision(target) == newest_revision()
    assert contents(target)["belief"] == contents(source)["belief"]
    with target.read() as connection:
        summaries = connection.execute(select(belief_summary.c.smallest, belief_summary.c.is_probabilistic)).all()
    assert {tuple(row) for row in summaries} == {(-2.5e-300, True), (LARGEST, False)}


NEW_TABLES = (
    "annotation", "annotations_accounts", "annotations_assets", "annotations_sensors",
    "plan", "api_key", "recovery_code", "latest_task_run", "schedule_explanation", "announcement",
)  # fmt: skip
NEW_COLUMNS = {
    "belief_summary": ("smallest", "largest", "total", "is_probabilistic"),
    "account": ("plan_id",),
    "app_user": ("totp_secret", "totp_last_step", "default_asset_view", "keep_legends_below_graphs"),
    "audit_log": ("action", "details"),
    "asset_audit_log": ("action", "details"),
}


def make_old(members: dict[str, bytes]) -> None:
    manifest = json.loads(members["manifest.json"])
    manifest["schema_revision"] = "0001"
    manifest["tables"] = [table for table in manifest["tables"] if table["name"] not in NEW_TABLES]
    for name in NEW_TABLES:
        del members[f"tables/{name}.jsonl"]
    tables = {table["name"]: table for table in manifest["tables"]}
    for name, columns in NEW_COLUMNS.items():
        rows = [orjson.loads(line) for line in members[f"tables/{name}.jsonl"].splitlines()]
        for column in columns:
            del tables[name]["columns"][column]
            for row in rows:
                del row[column]
        lines = b"".join(orjson.dumps(row, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE) for row in rows)
        members[f"tables/{name}.jsonl"] = lines
        tables[name]["sha256"] = hashlib.sha256(lines).hexdigest()
    members["manifest.json"] = json.dumps(manifest).encode()
