"""Write the examples of answers in the description of the API: ``python -m scripts.record_answers``.

The answers are those of the API itself on the site that the examples of requests are about, with long lists cut
short. Run it when an answer gets another form; a test fails until then.
"""

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import wattloom.api
from tests.compat.test_openapi_document import OPERATIONS
from tests.compat.test_openapi_examples import SENT_AS, address
from tests.example_site import USERS
from tests.fuzzing import filled_template, fresh_site
from wattloom.api.openapi import request_examples

TARGET = Path(wattloom.api.__file__).parent / "examples" / "answers"
DAY = {"start": "2015-06-02T00:00:00+00:00", "end": "2015-06-03T00:00:00+00:00"}
HOUR = {"start": "2015-06-02T10:00:00+00:00", "duration": "PT1H", "unit": "kW"}
QUERIES: Mapping[str, Mapping[str, Any]] = {
    "get_assets_id_kpis": DAY,
    "get_assets_id_chart": DAY,
    "get_assets_id_chart_data": DAY,
    "get_sensors_id_chart": DAY,
    "get_sensors_id_chart_data": DAY,
    "get_dev_sensor_id_chart": DAY,
    "get_dev_sensor_id_chart_data": DAY,
    "get_sensors_id_data": HOUR,
    "get_sensors_data": HOUR | {"sensor": "ea1.2015-06.localhost:fm1.931"},
    "get_v4_assets_id_plan": DAY,
    "get_v4_map": {"bbox": "3.3,50.7,7.3,53.6", "zoom": 7},
    "get_v4_sensors": {"account": 2},
    "get_v4_series": DAY | {"sensor": [931, 932]},
    "get_v4_series_latest": {"sensor": [931, 74]},
    "get_assets": {"account_id": 2},
    "get_sensors": {"account": 2},
}
"""What is asked for, where the defaults show little."""

_LONGEST_LIST = 4
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SECRETS = {"auth_token": "WyIyMSIsInN0YW1wIl0.aaQqQA.eFQbV2pFnfNF", "key": "wl_key_1_…"}


def main() -> None:
    """Write a file for each operation that answers with something."""
    with tempfile.TemporaryDirectory() as folder:
        template = filled_template(Path(folder) / "template.db")
        for name, operation in OPERATIONS.items():
            with fresh_site(template, Path(folder)) as client:
                method, path = name.split()
                operation_id = operation["operationId"]
                answer = client.request(
                    method,
                    address(path),
                    params=QUERIES.get(operation_id),
                    user=USERS["admin"][0],
                    **_body(operation),
                )
            if answer.is_success and answer.content:
                text = json.dumps(_shortened(answer.json()), indent=2, ensure_ascii=False)
                (TARGET / f"{operation_id}-{answer.status_code}.json").write_text(text + "\n", encoding="utf-8")
            else:
                print(name, answer.status_code, answer.text[:120])


def _body(operation: Mapping[str, Any]) -> dict[str, Any]:
    examples = request_examples().get(operation["operationId"], {})
    if not examples:
        return {}
    value = next(iter(examples.values()))["value"]
    return SENT_AS[next(iter(operation["requestBody"]["content"]))](value)


def _shortened(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _shortened(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part) for part in value[:_LONGEST_LIST]]
    if isinstance(value, str):
        return _SECRETS.get(name, _UUID.sub("364bfd06-c1fa-430b-8d25-8f5a547651fb", value))
    return value


if __name__ == "__main__":
    main()
