"""The data of charts, and from when to when there is any."""

from typing import Annotated

from fastapi import Query

from wattloom.api.v3_0.charts.data_schemas import (
    DATA_ALIASES,
    AssetChartDataParams,
    AssetInfo,
    ChartRow,
    CompressedChart,
    SensorChartDataParams,
    SensorInfo,
    time_range,
)
from wattloom.charts import (
    asset_rows,
    compressed_asset,
    compressed_sensor,
    read_asset_chart,
    read_rows,
    read_sensor_chart,
    row_of_sensor,
    sensor_rows,
    shown_sensors,
)
from wattloom.http import (
    CurrentUser,
    JsonResponse,
    ReadableAsset,
    ReadableSensor,
    ReadConnection,
    ServicesDep,
    make_router,
    query_aliases,
)
from wattloom.periods import zone
from wattloom.timeseries import recorded_period

router = make_router(tags=["Charts"])


@router.get(
    "/v3_0/assets/{id}/chart_data",
    summary="Get the data of an asset's chart",
    response_model=list[ChartRow] | CompressedChart,
)
@query_aliases(**DATA_ALIASES)
def asset_chart_data(
    asset: ReadableAsset,
    params: Annotated[AssetChartDataParams, Query()],
    connection: ReadConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Return what is believed about the sensors in ``sensors_to_show``, by default about the first two of the asset.

    Sensors are brought to the finest resolution among them; instantaneous ones
    stay as they are. Those that you may not read are left out.
    """
    asked = params.asked(max_values=services.options.max_read_values)
    data = read_asset_chart(connection, services.beliefs, read_rows(connection, user, asset), asked)
    return JsonResponse(compressed_asset(data) if params.compress_json else asset_rows(data))


@router.get(
    "/v3_0/sensors/{id}/chart_data",
    summary="Get the data of a sensor's chart",
    response_model=list[ChartRow] | CompressedChart,
)
@router.get(
    "/dev/sensor/{id}/chart_data",
    summary="Get the data of a sensor's chart, as embedded charts ask for it",
    response_model=list[ChartRow] | CompressedChart,
)
@query_aliases(**DATA_ALIASES)
def sensor_chart_data(
    sensor: ReadableSensor,
    params: Annotated[SensorChartDataParams, Query()],
    connection: ReadConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Return what is believed about one sensor, at its own resolution or another."""
    asked = params.asked(max_values=services.options.max_read_values)
    row = row_of_sensor(connection, user, sensor)
    data = read_sensor_chart(connection, services.beliefs, row, asked, resolution=params.resolution)
    return JsonResponse(compressed_sensor(data) if params.compress_json else sensor_rows(data))


@router.get("/dev/sensor/{id}", summary="Get from when to when a sensor has data", response_model=SensorInfo)
def sensor_info(sensor: ReadableSensor, connection: ReadConnection) -> JsonResponse:
    """Return the name and time zone of a sensor, and when its first event starts and its last one ends."""
    period = recorded_period(connection, [sensor])
    info: SensorInfo = {
        "name": sensor.name,
        "timezone": sensor.timezone,
        "timerange": time_range(period, sensor.zone),
    }
    return JsonResponse(info)


@router.get("/dev/asset/{id}", summary="Get from when to when an asset's chart has data", response_model=AssetInfo)
def asset_info(
    asset: ReadableAsset, connection: ReadConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Return the name and time zone of an asset, and when the data of the sensors that it shows start and end.

    The time zone is that of the first sensor shown, else the server's.
    """
    sensors = [shown.sensor for shown in shown_sensors(read_rows(connection, user, asset))]
    timezone = next((sensor.timezone for sensor in sensors), services.options.timezone)
    info: AssetInfo = {
        "name": asset.name,
        "timezone": timezone,
        "timerange_of_sensors_to_show": time_range(recorded_period(connection, sensors), zone(timezone)),
    }
    return JsonResponse(info)
