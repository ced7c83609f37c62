import numpy as np
import orjson
from hypothesis import given
from hypothesis import strategies as st

from wattloom.api.v4.series.columns import LatestAnswer
from wattloom.api.v4.series.json_answer import latest_json
from wattloom.api.v4.series.json_body import series_of_json
from wattloom.periods import ALL_TIME, Resolution, to_us
from wattloom.timeseries import KnowledgeHorizon, Sensor

SENSOR = Sensor(1, "stock", "kWh", "UTC", Resolution(), KnowledgeHorizon(), {}, asset_id=1)
instants_us = st.integers(to_us(ALL_TIME.start), to_us(ALL_TIME.end) - 1)
whole_ms = instants_us.map(lambda instant_us: instant_us // 1000 * 1000)


@given(st.lists(instants_us | whole_ms, min_size=1, max_size=20))
def test_every_microsecond_survives_the_way_through_json(starts_us: list[int]) -> None:
    columns = latest_json(LatestAnswer([], {"event_start": np.array(starts_us)}))
    answer = orjson.loads(orjson.dumps(columns, option=orjson.OPT_SERIALIZE_NUMPY))

    series = {"sensor": 1, "event_start_ms": answer["event_start_ms"], "event_value": [0] * len(starts_us)}
    [posted] = series_of_json(orjson.dumps({"series": [series]}))

    assert posted.rows(SENSOR).start_us.tolist() == starts_us


@given(st.lists(whole_ms, min_size=1, max_size=20))
def test_whole_milliseconds_are_whole_numbers(starts_us: list[int]) -> None:
    columns = latest_json(LatestAnswer([], {"event_start": np.array(starts_us)}))

    assert columns["event_start_ms"].dtype == np.int64
