"""``wattloom add beliefs``: files of any layout, dry runs, and imports that go on."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.command_line import Run
from tests.factories import make_sensor, make_source
from tests.workbooks import xlsx
from wattloom.db import Database
from wattloom.periods import ALL_TIME, to_us
from wattloom.timeseries import (
    Beliefs,
    BeliefStore,
    PostgresBeliefStore,
    SqliteBeliefStore,
    get_sensor,
    get_sources,
    read_beliefs,
)
from wattloom.timeseries.tables import belief, data_source

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CSV = "event_start,event_value\n2026-02-01 00:00,1\n2026-02-01 00:15,2\n2026-02-01 00:30,\n"
READ = "Read 3 rows: events from 2026-02-01T00:00:00+01:00 until 2026-02-01T00:30:00+01:00.\n"
FIRST_US = to_us(datetime(2026, 1, 31, 23, tzinfo=UTC))
QUARTER_US = 900_000_000


@pytest.fixture
def sensor_id(database: Database) -> int:
    with database.write() as connection:
        return make_sensor(connection, name="power")


class Files:
    """Writes a file and imports it."""

    def __init__(self, run: Run, folder: Path, sensor_id: int, database: Database) -> None:
        self.run, self.folder, self.sensor_id, self.database = run, folder, sensor_id, database

    def add(
        self, content: str | bytes, *options: str, name: str = "data.csv", source: str = "meter"
    ) -> tuple[int, str]:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        about = ("--sensor", str(self.sensor_id), "--source", source)
        return self.run("add", "beliefs", str(path), *about, *options)

    def added(self, content: str | bytes, *options: str, **more: Any) -> Beliefs:
        code, output = self.add(content, *options, **more)
        assert code == 0, output
        return self.stored()

    def stored(self) -> Beliefs:
        store: BeliefStore = SqliteBeliefStore() if self.database.is_sqlite else PostgresBeliefStore()
        with self.database.read() as connection:
            return read_beliefs(connection, store, [get_sensor(connection, self.sensor_id)], ALL_TIME)


@pytest.fixture
def files(run: Run, tmp_path: Path, sensor_id: int, database: Database) -> Files:
    return Files(run, tmp_path, sensor_id, database)


def test_values_of_a_file_are_recorded(files: Files) -> None:
    code, output = files.add(CSV)

    recorded = "Recorded: beliefs of source 'meter' about sensor 'power': 2 new, 0 changed, 0 unchanged.\n"
    assert (code, output) == (0, f"New source 'meter' with id 1.\n{READ}{recorded}")
    beliefs = files.stored()
    assert beliefs.event_value.tolist() == [1, 2]
    assert beliefs.event_start_us.tolist() == [FIRST_US, FIRST_US + QUARTER_US]


def test_a_source_that_is_named_is_made(files: Files) -> None:
    beliefs = files.added(CSV)

    with files.database.read() as connection:
        (source,) = get_sources(connection, {int(beliefs.source_id[0])}).values()
    assert (source.name, source.type) == ("meter", "CLI script")


def test_a_source_that_is_known_is_not_called_new(files: Files) -> None:
    files.add(CSV)

    _, output = files.add(CSV)

    assert output.startswith("Read 3 rows")


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        ("yesterday,1", []),
        ("1800-01-01 00:00,1", []),
        ("2026-02-01 00:00,1,1800-01-01 00:00", ["--beliefcol", "2"]),
        ("2026-02-01 00:00,1\n2026-02-01 00:00,2", []),
    ],
)
def test_a_refused_file_leaves_no_source_behind(files: Files, rows: str, options: list[str]) -> None:
    code, _ = files.add(f"event_start,event_value,belief_time\n{rows}\n", *options)

    with files.database.read() as connection:
        assert (code, connection.execute(select(data_source)).all()) == (2, [])


def test_a_name_that_is_too_long_for_a_source_is_refused(files: Files) -> None:
    code, output = files.add(CSV, source="x" * 121)

    assert (code, "120 characters" in output) == (2, True), output


def test_values_that_cannot_be_stored_leave_no_source_behind(files: Files) -> None:
    with files.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE belief_summary RENAME TO elsewhere")

    code, _ = files.add(CSV)

    with files.database.read() as connection:
        assert (code, connection.execute(select(data_source)).all()) == (1, [])


def test_a_file_without_values_makes_no_source(files: Files) -> None:
    code, output = files.add("event_start,event_value\n2026-02-01 00:00,\n")

    with files.database.read() as connection:
        assert (code, connection.execute(select(data_source)).all()) == (0, [])
    assert output.startswith("Read 1 row.\n")


def test_a_source_can_be_given_by_id(files: Files) -> None:
    with files.database.write() as connection:
        source_id = make_source(connection)

    assert files.added(CSV, source=str(source_id)).source_id.tolist() == [source_id, source_id]


def test_a_source_can_be_given_by_name_whatever_its_type(files: Files) -> None:
    with files.database.write() as connection:
        source_id = make_source(connection, name="Day-ahead market", type="market")

    assert files.added(CSV, source="Day-ahead market").source_id.tolist() == [source_id, source_id]


def test_a_name_that_several_sources_have_is_refused(files: Files) -> None:
    with files.database.write() as connection:
        ids = [make_source(connection, name="Wattloom", type=kind) for kind in ("scheduler", "forecaster")]

    code, output = files.add(CSV, source="Wattloom")

    assert code == 2
    assert f"{ids[0]} (scheduler), {ids[1]} (forecaster)" in " ".join(output.split())
    assert len(files.stored()) == 0


def test_a_second_run_skips_what_is_there(files: Files) -> None:
    files.add(CSV)

    code, output = files.add(CSV.replace(",2\n", ",3\n") + "2026-02-01 00:45,4\n")

    assert (code, output.rpartition(": ")[2]) == (0, "1 new, 1 changed, 1 unchanged.\n")


def test_a_dry_run_counts_and_stores_nothing(files: Files) -> None:
    code, output = files.add(CSV, "--dry-run")

    counts = (
        "Dry run, nothing is stored: beliefs of source 'meter' about sensor 'power': 2 new, 0 changed, 0 unchanged.\n"
    )
    assert (code, output) == (0, f"New source 'meter' would be added.\n{READ}{counts}")
    assert len(files.stored()) == 0
    with files.database.read() as connection:
        assert connection.execute(select(data_source)).all() == []


@on_sqlite
def test_batches_are_committed_one_by_one_and_an_interrupted_import_goes_on(files: Files) -> None:
    first = datetime(2020, 1, 1, tzinfo=UTC)
    lines = [f"{(first + k * timedelta(minutes=15)).isoformat()},{k % 7}" for k in range(60_000)]
    with files.database.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER interruption BEFORE INSERT ON belief "
            f"WHEN NEW.event_start >= {to_us(first) + 55_000 * QUARTER_US} "
            "BEGIN SELECT RAISE(ABORT, 'interrupted'); END"
        )
    interrupted, _ = files.add("\n".join(lines), "--skiprows", "0")
    assert (interrupted, len(files.stored())) == (1, 50_000)
    with files.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER interruption")

    _, output = files.add("\n".join(lines), "--skiprows", "0")

    assert output.rpartition(": ")[2] == "10,000 new, 0 changed, 50,000 unchanged.\n"


@on_sqlite
def test_units_are_converted_and_energy_is_conserved(files: Files) -> None:
    text = "time,energy\n2026-02-01 00:00,10\n2026-02-01 00:30,10\n"

    assert files.added(text, "--unit", "kWh").event_value.tolist() == [20, 20, 20, 20]


@on_sqlite
def test_resampling_can_be_switched_off(files: Files) -> None:
    code, output = files.add("t,v\n2026-02-01 00:00,1\n2026-02-01 01:00,1\n", "--do-not-resample")

    assert (code, "resampling is switched off" in output) == (2, True)


@on_sqlite
@pytest.mark.parametrize(
    ("minutes", "after_start_us"), [("0", QUARTER_US), ("60", -3 * QUARTER_US), ("-15", 2 * QUARTER_US)]
)
def test_a_horizon_counts_from_when_values_could_be_known(files: Files, minutes: str, after_start_us: int) -> None:
    beliefs = files.added(CSV, "--horizon", minutes)

    assert (beliefs.belief_time_us - beliefs.event_start_us).tolist() == [after_start_us] * 2


@on_sqlite
def test_belief_times_come_from_a_column(files: Files) -> None:
    beliefs = files.added("t,v,b\n2026-02-01 00:00,1,2026-01-31 12:00\n", "--beliefcol", "b")

    assert beliefs.belief_time_us.tolist() == [FIRST_US - 12 * 4 * QUARTER_US]


@on_sqlite
def test_values_can_be_a_part_of_a_distribution(files: Files) -> None:
    files.added(CSV, "--cp", "0.1", "--horizon", "60")

    beliefs = files.added(CSV.replace(",1\n", ",5\n").replace(",2\n", ",6\n"), "--cp", "0.9", "--horizon", "60")

    assert beliefs.cumulative_probability.tolist() == [0.1, 0.9, 0.1, 0.9]


@on_sqlite
def test_other_values_at_the_same_belief_time_need_a_word(files: Files) -> None:
    files.add(CSV, "--horizon", "0")
    changed = CSV.replace(",2\n", ",3\n")

    refused, _ = files.add(changed, "--horizon", "0")

    assert (refused, files.stored().event_value.tolist()) == (4, [1, 2])
    assert files.added(changed, "--horizon", "0", "--allow-overwrite").event_value.tolist() == [1, 3]


@on_sqlite
def test_layouts_of_other_programs_are_read(files: Files) -> None:
    text = (
        "exported by a meter\n"
        "id;register;moment;amount\n"
        "7;in;2026-02-01T00:00;1.234,5\n"
        "7;out;2026-02-01T00:00;9\n"
        "7;in;2026-02-01T00:15;missing\n"
        "7;in;2026-02-01T00:30;NA\n"
        "7;in;2026-02-01T00:45;2\n"
        "7;in;2026-02-01T01:00;3\n"
    )

    beliefs = files.added(
        text,
        *("--skiprows", "2", "--datecol", "moment", "--valuecol", "3", "--delimiter", ";"),
        *("--decimal", ",", "--thousands", ".", "--na-values", "missing", "--keep-default-na"),
        *("--filter-column", "register", "--filter-value", "in", "--filter-column", "0", "--filter-value", "7"),
        *("--nrows", "5", "--timezone", "UTC"),
    )

    assert beliefs.event_value.tolist() == [1234.5, 2]
    assert beliefs.event_start_us.tolist() == [FIRST_US + 4 * QUARTER_US, FIRST_US + 7 * QUARTER_US]


@on_sqlite
def test_tabs_can_be_written_as_such(files: Files) -> None:
    assert len(files.added(CSV.replace(",", "\t"), "--delimiter", "\\t")) == 2


@on_sqlite
def test_a_first_row_that_is_no_header_is_read(files: Files) -> None:
    assert files.added("2026-02-01 00:00,1\n2026-02-01 00:15,2\n").event_value.tolist() == [1, 2]


@on_sqlite
def test_the_delimiter_is_found_out(files: Files) -> None:
    assert files.added(CSV.replace(",", ";")).event_value.tolist() == [1, 2]


SLASHES = "t,v\n01/03/2026 00:00,1\n01/03/2026 00:15,2\n"


@on_sqlite
@pytest.mark.parametrize(
    ("text", "options", "first"),
    [
        (SLASHES.replace("/", "."), [], datetime(2026, 2, 28, 23, tzinfo=UTC)),
        (SLASHES, ["--dayfirst"], datetime(2026, 2, 28, 23, tzinfo=UTC)),
        (SLASHES, ["--monthfirst"], datetime(2026, 1, 2, 23, tzinfo=UTC)),
    ],
)
def test_days_and_months_stand_in_the_order_that_is_known(
    files: Files, text: str, options: list[str], first: datetime
) -> None:
    assert files.added(text, *options).event_start_us.tolist() == [to_us(first), to_us(first) + QUARTER_US]


@on_sqlite
def test_the_order_of_days_and_months_is_not_guessed(files: Files) -> None:
    code, output = files.add(SLASHES)

    assert code == 2
    assert "data.csv: Row 2, column t: '01/03/2026 00:00' may have the day or the month first" in " ".join(
        output.split()
    )
    assert "--dayfirst or --monthfirst" in " ".join(output.split())
    assert len(files.stored()) == 0


@on_sqlite
@pytest.mark.parametrize("option", ["--sheet_number", "--sheet-number"])
def test_a_sheet_of_a_workbook_is_read(files: Files, option: str) -> None:
    book = xlsx([("notes",)], [("t", "v"), (46054, 1.5), (46054 + 1 / 96, 2)])

    assert files.added(book, option, "1", name="book.xlsx").event_value.tolist() == [1.5, 2]


@on_sqlite
@pytest.mark.parametrize(
    ("unit", "text", "hours"),
    [
        ("datetime", "1970-01-01T03:00:00Z", 3),
        ("dayfirst datetime", "01-01-1970 03:00", 2),
        ("timedelta", "01:30:00", 1.5),
    ],
)
def test_times_and_lengths_of_time_become_numbers(
    files: Files, database: Database, unit: str, text: str, hours: float
) -> None:
    with database.write() as connection:
        files.sensor_id = make_sensor(connection, unit="h")

    assert files.added(f"t,v\n2026-02-01,{text}\n", "--unit", unit).event_value.tolist() == [pytest.approx(hours)]


@on_sqlite
@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--cp", "1"], 2, "--cp must lie between 0 and 1"),
        (["--delimiter", "ab"], 2, "--delimiter must be one character"),
        (["--thousands", "."], 2, "differ from the decimal mark"),
        (["--filter-column", "1"], 2, "as many --filter-value as --filter-column"),
        (["--horizon", "0", "--beliefcol", "2"], 2, "either --horizon or --beliefcol"),
        (["--horizon", "99999999999999"], 2, "less than or equal to"),
        (["--skiprows", "99999999999999999999"], 2, "less than or equal to"),
        (["--nrows", "99999999999999999999"], 2, "less than or equal to"),
        (["--timezone", "Europe/Amsterdm"], 2, "Europe/Amsterdam"),
        (["--unit", "flurbs"], 2, "'flurbs' is not a valid unit"),
        (["--unit", "°C"], 2, "Required unit for this sensor is kW, got: °C"),
        (["--valuecol", "7"], 2, "data.csv: Row 2 has 2 columns instead of 8"),
        (["--valuecol", "power"], 2, "data.csv: There is no column 'power'"),
        (["--skiprows", "0"], 2, "data.csv: Row 1, column 1: 'event_start' is not a date and time"),
        (["--skiprows", "9"], 2, "data.csv: The file has no values"),
        (["--source", "999"], 3, "No source found with ID 999"),
        (["--source", " "], 2, "Must be an id, or a name of 1 to 120 characters"),
        (["--sensor", "999"], 3, "No sensor found with ID 999"),
    ],
)
def test_wrong_options_are_told_and_nothing_is_stored(
    files: Files, options: list[str], code: int, message: str
) -> None:
    given, output = files.add(CSV, *options)

    assert (given, message in " ".join(output.split())) == (code, True), output
    with files.database.read() as connection:
        assert connection.execute(select(belief)).all() == []
        assert connection.execute(select(data_source)).all() == []


@on_sqlite
def test_a_file_that_does_not_exist_is_refused(run: Run) -> None:
    code, output = run("add", "beliefs", "nowhere.csv", "--sensor", "1", "--source", "x")

    assert (code, "nowhere.csv" in output) == (2, True)
