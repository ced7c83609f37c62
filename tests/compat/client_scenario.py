"""What a user of flexmeasures-client does, from logging in to deleting; runs in the client's own environment.

    python client_scenario.py HOST:PORT EMAIL PASSWORD

Prints one JSON object: what each step gave.
"""

import asyncio
import json
import sys
import uuid
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flexmeasures_client import FlexMeasuresClient

START = "2026-03-02T00:00:00+01:00"
PRIOR = "2026-03-01T12:00:00+01:00"
CHEAP_THEN_DEAR = [0.10] * 12 + [0.40] * 12
UPLOADED = "2026-02-01T00:00:00+01:00"
MEASURED = f"event_start,event_value\n{UPLOADED},1\n2026-02-01T00:15:00+01:00,2\n"
STORAGE = {
    "soc-at-start": 5.0,
    "soc-unit": "kWh",
    "soc-min": 0.0,
    "soc-max": 10.0,
    "power-capacity": "5 kW",
    "roundtrip-efficiency": "100%",
}


async def play(client: FlexMeasuresClient) -> dict[str, Any]:
    steps: dict[str, Any] = {}
    await look_around(client, steps)
    await build(client, steps)
    await exchange_data(client, steps)
    await plan(client, steps)
    await plan_in_other_ways(client, steps)
    await follow_jobs(client, steps)
    await change(client, steps)
    await come_back(client, steps)
    await delete(client, steps)
    return steps


async def look_around(client: FlexMeasuresClient, steps: dict[str, Any]) -> None:
    steps["versions"] = await client.get_versions()
    steps["types"] = await client.get_asset_types()
    steps["user"] = await client.get_user()
    steps["account"] = await client.get_account()


async def build(client: FlexMeasuresClient, steps: dict[str, Any]) -> None:
    types = {kind["name"]: kind["id"] for kind in steps["types"]}
    place = {"account_id": steps["account"]["id"], "latitude": 52.37, "longitude": 4.89}
    tag = uuid.uuid4().hex[:8]
    steps["site"] = await client.add_asset(name=f"site {tag}", generic_asset_type_id=types["building"], **place)
    steps["battery"] = await client.add_asset(
        name=f"battery {tag}",
        generic_asset_type_id=types["battery"],
        parent_asset_id=steps["site"]["id"],
        attributes={"colour": "green"},
        **place,
    )
    steps["power"] = await client.add_sensor(
        name="power",
        event_resolution="PT15M",
        unit="kW",
        generic_asset_id=steps["battery"]["id"],
        timezone="Europe/Amsterdam",
    )
    steps["price"] = await client.add_sensor(
        name="price", event_resolution="PT1H", unit="EUR/kWh", generic_asset_id=steps["site"]["id"]
    )


async def exchange_data(client: FlexMeasuresClient, steps: dict[str, Any]) -> None:
    price_id, power_id = steps["price"]["id"], steps["power"]["id"]
    await client.post_sensor_data(
        price_id, start=START, duration="PT24H", values=CHEAP_THEN_DEAR, unit="EUR/kWh", prior=PRIOR
    )
    await client.post_measurements(power_id, start=START, duration="PT1H", values=[1.0, 2.0, 3.0, 4.0], unit="kW")
    steps["prices"] = await client.get_sensor_data(
        price_id, start=START, duration="PT24H", unit="EUR/MWh", resolution="PT1H"
    )
    steps["measurements"] = await client.get_sensor_data(
        power_id, start=START, duration="PT1H", unit="kW", resolution="PT30M"
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / "measured.csv"
        file.write_text(MEASURED)
        await client.post_sensor_data(power_id, file_path=str(file), belief_time_measured_instantly=True)
    steps["uploaded"] = await client.get_sensor_data(
        power_id, start=UPLOADED, duration=timedelta(hours=1), unit="kW", resolution=timedelta(minutes=15)
    )


async def plan(client: FlexMeasuresClient, steps: dict[str, Any]) -> None:
    price = {"consumption-price": {"sensor": steps["price"]["id"]}}
    power_id, site_id = steps["power"]["id"], steps["site"]["id"]
    window = {"start": START, "duration": "PT24H", "flex_context": price}
    steps["plan by sensor"] = await client.trigger_and_get_schedule(sensor_id=power_id, flex_model=STORAGE, **window)
    steps["plan with prior"] = await client.trigger_and_get_schedule(
        sensor_id=power_id, flex_model=STORAGE, prior=PRIOR, **window
    )
    steps["plan by asset"] = await client.trigger_and_get_schedule(
        asset_id=site_id, flex_model=[{"sensor": power_id, **STORAGE}], **window
    )
    job = await client.trigger_schedule(sensor_id=power_id, flex_model=STORAGE, **window)
    steps["plan in MW"] = await client.get_schedule(power_id, job, duration="PT6H", unit="MW")


async def plan_in_other_ways(client: FlexMeasuresClient, steps: dict[str, Any]) -> None:
    price_id, power_id, site_id = steps["price"]["id"], steps["power"]["id"], steps["site"]["id"]
    window = {"start": START, "duration": timedelta(hours=24)}
    # As the integration with Home Assistant does: the client's own helpers, which use the old names of fields.
    steps["plan with old names"] = await client.trigger_and_get_schedule(
        sensor_id=power_id,
        flex_model={
            **FlexMeasuresClient.create_storage_flex_model(
                soc_unit="kWh", soc_at_start=5.0, soc_max=10.0, soc_min=0.0, roundtrip_efficiency=1.0
            ),
            "power-capacity": "5 kW",
        },
        flex_context=FlexMeasuresClient.create_storage_flex_context(consumption_price_sensor=price_id),
        **window,
    )
    context = {"consumption-price": {"sensor": price_id}}
    by_name = await client.trigger_and_get_schedule(
        asset_id=site_id,
        flex_model=[{"sensor": power_id, **STORAGE}],
        flex_context=context,
        scheduler="StorageScheduler",
        **window,
    )
    steps["plan with a named scheduler"] = by_name[0]
    steps["second"] = await client.add_sensor(
        name="second power", event_resolution="PT15M", unit="kW", generic_asset_id=steps["battery"]["id"]
    )
    steps["plan for two"] = await client.trigger_and_get_schedule(
        asset_id=site_id,
        flex_model=[{"sensor": power_id, **STORAGE}, {"sensor": steps["second"]["id"], **STORAGE}],
        flex_context=context,
        **window,
    )


async def follow_jobs(client: FlexMeasuresClient, steps: dict[str, Any]) -> None:
    if not hasattr(client, "wait_for_job"):  # came with 0.9.4
        return
    job = await client.trigger_schedule(
        start=START, duration="PT12H", sensor_id=steps["power"]["id"], flex_model=STORAGE,
        flex_context={"consumption-price": {"sensor": steps["price"]["id"]}},
    )  # fmt: skip
    steps["waited for"] = await client.wait_for_job(job)
    steps["job"] = await client.get_job_status(job)
    await client.delete_sensor_data(steps["power"]["id"], confirm_first=False, start=UPLOADED)
    steps["after deletion"] = await client.get_sensor_data(
        steps["power"]["id"], start=UPLOADED, duration="PT1H", unit="kW", resolution="PT15M"
    )


async def come_back(client: FlexMeasuresClient, steps: dict[str, Any]) -> None:
    """Go on with a token that has expired; the client asks for a new one by itself."""
    client.access_token = "expired"
    steps["user again"] = await client.get_user()
    site_id, account_id = steps["site"]["id"], steps["account"]["id"]
    steps["tree"] = await client.get_assets(root=site_id, depth=1, fields=["id", "name"])
    steps["of the account"] = await client.get_assets(account_id=account_id, include_public=True)
    steps["accessible"] = await client.get_assets(all_accessible=True, sort_by="name", sort_dir="desc")


async def change(client: FlexMeasuresClient, steps: dict[str, Any]) -> None:
    site_id, power_id = steps["site"]["id"], steps["power"]["id"]
    await client.update_asset(site_id, {"latitude": 50.0, "flex_context": {"site-power-capacity": "20 kVA"}})
    await client.update_sensor(power_id, {"name": "battery power", "attributes": {"note": "renamed"}})
    steps["changed site"] = await client.get_asset(site_id, parse_json_fields=True)
    steps["changed sensor"] = await client.get_sensor(power_id, parse_json_fields=True)
    steps["assets"] = await client.get_assets(parse_json_fields=True)
    steps["sensors"] = await client.get_sensors(asset_id=site_id)


async def delete(client: FlexMeasuresClient, steps: dict[str, Any]) -> None:
    await client.delete_sensor(steps["power"]["id"], confirm_first=False)
    await client.delete_asset(steps["site"]["id"], confirm_first=False)
    try:
        await client.get_asset(steps["battery"]["id"])
    except Exception as error:  # noqa: BLE001 - each version has its own; the test looks at what it says
        steps["deleted"] = repr(error)


async def main(host: str, email: str, password: str) -> None:
    client = FlexMeasuresClient(host=host, email=email, password=password)
    try:
        print(json.dumps(await play(client), default=str))  # noqa: T201 - the test reads it
    finally:
        await client.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
