"""What the measurements work on: assets, sensors and data, made through the API."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np

from bench.connection import API, BenchConnection

START = "2026-06-01T00:00:00+00:00"
PRIOR = "2026-05-01T00:00:00+00:00"
_numbers = count(1)
_noise = np.random.default_rng(1)


@dataclass(frozen=True)
class Site:
    """A site with prices and any number of batteries; ``load`` and ``pv`` on demand.

    Attributes:
        connection: Whoever measures.
        types: Ids of the asset types by name.
        account_id: Whose assets they are.
    """

    connection: BenchConnection
    types: dict[str, int]
    account_id: int
    ids: dict[str, int] = field(default_factory=dict)

    @classmethod
    def build(cls, connection: BenchConnection) -> "Site":
        """Make a site with hourly prices for three days."""
        types = {kind["name"]: kind["id"] for kind in connection.get(f"{API}/assets/types")}
        account_id = connection.get(f"{API}/users")[0]["account_id"]
        site = cls(connection, types, account_id)
        site.ids["site"] = site.add_asset("building")
        site.ids["price"] = site.add_sensor("price", "PT1H", "EUR/MWh")
        hours = np.arange(72)
        prices = 120 + 50 * np.sin(hours / 24 * 2 * np.pi) + _noise.normal(0, 8, 72)
        site.post_values(site.ids["price"], prices, "P3D", "EUR/MWh")
        return site

    def add_asset(self, kind: str, parent: int | None = None) -> int:
        """Return the id of a new asset."""
        body = {
            "name": f"{kind} {next(_numbers)}",
            "generic_asset_type_id": self.types[kind],
            "account_id": self.account_id,
            "latitude": 52.4,
            "longitude": 4.9,
        } | ({} if parent is None else {"parent_asset_id": parent})
        return int(self.connection.post(f"{API}/assets", body)["id"])

    def add_sensor(self, name: str, resolution: str, unit: str, asset_id: int | None = None) -> int:
        """Return the id of a new sensor, by default on the site."""
        body = {
            "name": f"{name} {next(_numbers)}",
            "event_resolution": resolution,
            "unit": unit,
            "generic_asset_id": asset_id or self.ids["site"],
            "timezone": "UTC",
        }
        return int(self.connection.post(f"{API}/sensors", body)["id"])

    def add_batteries(self, n: int, resolution: str = "PT15M") -> list[int]:
        """Return the ids of power sensors, each on a new battery."""
        batteries = [self.add_asset("battery", self.ids["site"]) for _ in range(n)]
        return [self.add_sensor("power", resolution, "kW", battery) for battery in batteries]

    def add_profile(self, name: str, values_kw: np.ndarray) -> int:
        """Return the id of a power sensor with this profile of two days."""
        sensor_id = self.add_sensor(name, "PT15M", "kW")
        self.post_values(sensor_id, values_kw, "P2D", "kW")
        return sensor_id

    def post_values(self, sensor_id: int, values: np.ndarray, duration: str, unit: str) -> None:
        """Record values from START on."""
        body = {"values": values.tolist(), "start": START, "duration": duration, "unit": unit, "prior": PRIOR}
        self.connection.post(f"{API}/sensors/{sensor_id}/data", body)

    def trigger(self, sensors: list[int], duration: str, *, context: Any = None, **storage: Any) -> str:
        """Start a schedule of these batteries; gives the job's id."""
        defaults = {"soc-at-start": "20 kWh", "soc-min": "5 kWh", "soc-max": "100 kWh", "power-capacity": "25 kW"}
        body = {
            "start": START,
            "duration": duration,
            "force-new-job-creation": True,
            "flex-model": [
                {"sensor": sensor, "roundtrip-efficiency": "90%", "prefer-charging-sooner": True}
                | defaults
                | storage
                | {"soc-at-start": f"{20 + i} kWh"}
                for i, sensor in enumerate(sensors)
            ],
            "flex-context": {"consumption-price": {"sensor": self.ids["price"]}, "site-power-capacity": "1 MVA"}
            | (context or {}),
        }
        return str(self.connection.post(f"{API}/assets/{self.ids['site']}/schedules/trigger", body)["schedule"])

    def read_schedule(self, sensor_id: int, job: str, duration: str) -> list[float]:
        """Return the values of a schedule; the server waits for the job."""
        path = f"{API}/sensors/{sensor_id}/schedules/{job}"
        return list(self.connection.get(path, duration=duration)["values"])
