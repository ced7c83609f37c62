"""Whose word counts about where a request came from."""

from pathlib import Path

import httpx
import pytest

from tests.server_process import serving, settings
from wattloom.cli.options import load_settings
from wattloom.errors import InputError


@pytest.mark.parametrize(
    ("proxies", "statuses"),
    [('["192.0.2.7"]', [200, 429, 429]), ('["192.0.2.7", "127.0.0.0/8"]', [200, 200, 429])],
)
def test_forwarded_addresses_count_from_trusted_proxies_only(tmp_path: Path, proxies: str, statuses: list[int]) -> None:
    environment = settings(tmp_path) | {
        "WATTLOOM_API_DEFAULT_RATE_LIMIT": "1 per hour",
        "WATTLOOM_TRUSTED_PROXIES": proxies,
    }
    with serving(environment, "--workers", "1") as server:
        # Whoever is asked by name first is the client; the others may have been made up.
        claimed = ("203.0.113.1", "203.0.113.2", "10.0.0.1, 203.0.113.1")
        answers = [httpx.get(f"{server.url}/api/ops/ping", headers={"X-Forwarded-For": each}) for each in claimed]

    assert [each.status_code for each in answers] == statuses


@pytest.mark.parametrize("proxy", ["proxy.example", "10.0.0.1/8", "*", ""])
def test_what_is_no_address_stops_the_start(proxy: str) -> None:
    with pytest.raises(InputError) as caught:
        load_settings(trusted_proxies=[proxy])

    assert "TRUSTED_PROXIES" in str(caught.value.problems[0].path[0])
