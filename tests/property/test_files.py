"""Files of any content: read right, or refused; never anything else."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbooks import repacked, xls, xlsx
from wattloom.errors import InputError
from wattloom.periods import to_us
from wattloom.timeseries import Rows
from wattloom.timeseries.recording.files import Layout, read_file

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HEADER = ("event_start", "event_value")
CSV = b"event_start,event_value\n2026-10-25T02:00,1\n2026-10-25T02:00,1.5\n2026-01-01T00:15:00+01:00,\n"
XLSX = xlsx([HEADER, (46023.5, 1.5), ("2026-01-01", "=1+1"), ("x", None)])
WHOLE_FILES = (CSV, CSV.decode().encode("utf-16"), CSV.replace(b",", b";"), xls([HEADER, (46023.0, 1.5)]), XLSX)
PARTS = {name: zipfile.ZipFile(io.BytesIO(XLSX)).read(name) for name in zipfile.ZipFile(io.BytesIO(XLSX)).namelist()}

edits = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 20),
        st.binary(max_size=8) | st.sampled_from([b",", b'"', b"<", b"\n"]),
    ),
    max_size=8,
)


def edited(content: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for where, n_removed, added in changes:
        at = int(where * len(content))
        content = content[:at] + added + content[at + n_removed :]
    return content


def read_or_refuse(content: bytes) -> Rows | None:
    try:
        return read_file(content, AMSTERDAM, Layout())
    except InputError:
        return None


@given(st.sampled_from(WHOLE_FILES), edits)
def test_a_damaged_file_is_read_or_refused(content: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    read_or_refuse(edited(content, changes))


@given(st.sampled_from(sorted(PARTS)), edits)
@settings(max_examples=50)
def test_a_damaged_workbook_is_read_or_refused(part: str, changes: list[tuple[float, int, bytes]]) -> None:
    read_or_refuse(repacked(XLSX, {part: edited(PARTS[part], changes)}))


@given(
    start=st.datetimes(datetime(2026, 10, 24), datetime(2026, 10, 25, 6)),  # noqa: DTZ001 - made aware below
    step_min=st.sampled_from([5, 15, 30, 60]),
    n=st.integers(1, 100),
    falling=st.booleans(),
)
def test_local_times_of_a_regular_series_are_read_right_or_refused(
    start: datetime, step_min: int, n: int, *, falling: bool
) -> None:
    first = start.replace(minute=0, second=0, microsecond=0, tzinfo=UTC)
    instants = [first + k * timedelta(minutes=step_min) for k in range(n)]
    ordered = instants[::-1] if falling else instants
    lines = [f"{each.astimezone(AMSTERDAM).replace(tzinfo=None).isoformat()},1" for each in ordered]

    rows = read_or_refuse("\n".join(lines).encode())

    assert rows is None or rows.start_us.tolist() == [to_us(each) for each in ordered]


@given(step_min=st.sampled_from([5, 15, 30, 60]), hours=st.integers(2, 30), falling=st.booleans())
def test_a_series_through_the_whole_change_is_never_refused(step_min: int, hours: int, *, falling: bool) -> None:
    change = datetime(2026, 10, 25, 1, tzinfo=UTC)
    n = 2 * hours * 60 // step_min
    instants = [change - timedelta(hours=hours) + k * timedelta(minutes=step_min) for k in range(n)]
    ordered = instants[::-1] if falling else instants
    lines = [f"{each.astimezone(AMSTERDAM).replace(tzinfo=None).isoformat()},1" for each in ordered]

    rows = read_file("\n".join(lines).encode(), AMSTERDAM, Layout())

    assert rows.start_us.tolist() == [to_us(each) for each in ordered]
