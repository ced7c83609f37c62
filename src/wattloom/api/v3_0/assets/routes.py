"""The endpoints of assets."""

from typing import Annotated

from fastapi import Query

from wattloom.accounts import Action, User, account_resource, policy
from wattloom.api.errors import error_style
from wattloom.api.v3_0.assets.change import change_asset, check_flex_config
from wattloom.api.v3_0.assets.params import (
    AssetListParams,
    AssetSensorListParams,
    AuditListParams,
    CopyParams,
    FieldChoice,
    KpiParams,
)
from wattloom.api.v3_0.assets.schemas import (
    AssetArray,
    AssetChanges,
    AssetJson,
    AssetPage,
    AssetTypeJson,
    AuditPage,
    CopyJson,
    KpisJson,
    NewAssetBody,
    OneAssetJson,
    asset_json,
    kpi_json,
)
from wattloom.api.v3_0.audit_records import audit_json
from wattloom.api.v3_0.paging import LIST_ALIASES, list_response, page_response
from wattloom.api.v3_0.sensors.schemas import SensorPageJson, sensor_json
from wattloom.assets import (
    Asset,
    AssetScope,
    NewAsset,
    asset_resource,
    copy_asset,
    create_asset,
    delete_asset,
    list_asset_audit,
    list_asset_sensors,
    list_asset_types,
    list_assets,
    list_public_assets,
    read_key_figures,
    read_relations,
)
from wattloom.errors import FilterError, NotFoundError
from wattloom.http import (
    ChangeableAsset,
    CurrentUser,
    DeletableAsset,
    JsonResponse,
    ReadableAsset,
    ReadConnection,
    ServicesDep,
    WriteConnection,
    make_router,
    query_aliases,
)

router = make_router(prefix="/v3_0/assets", tags=["Assets"])


@router.get("", summary="List assets", response_model=AssetArray | AssetPage)
@query_aliases(**LIST_ALIASES, account_id="account")
def index(params: Annotated[AssetListParams, Query()], connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """List the assets of your account, of another one, or of all accounts that you may read.

    Without ``page`` the answer is an array, with it an object that also counts.
    Search terms must each occur in the name of the asset or of its account.
    """
    listing, picked = params.listing(), params.picker()
    if params.account is not None:
        policy.check(user, Action.READ, account_resource(connection, params.account))
    _check_root_and_type(connection, params)
    scope = AssetScope(
        account_id=params.account,
        all_accessible=params.all_accessible,
        include_public=params.include_public,
        root_id=params.root,
        depth=params.depth,
        asset_type_id=params.asset_type,
    )
    page = list_assets(connection, user, scope, listing)
    relations = read_relations(connection, user, [asset.id for asset in page.items])
    return list_response(page, params, lambda asset: picked(asset_json(asset, relations[asset.id])))


@router.post("", summary="Create an asset", status_code=201, response_model=AssetJson)
def post(body: NewAssetBody, connection: WriteConnection, user: CurrentUser, services: ServicesDep) -> JsonResponse:
    """Create an asset; with ``parent_asset_id`` as a child of another one.

    A child without ``account_id`` belongs to the account of its parent.
    """
    check_flex_config(connection, user, body)
    new = NewAsset(**{name: getattr(body, name) for name in NewAssetBody.model_fields})
    asset = create_asset(connection, new, by=user, now=services.clock())
    return JsonResponse(_with_relations(connection, user, asset), 201)


@router.get("/types", summary="List asset types", response_model=list[AssetTypeJson])
def list_types(connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """List the types that assets can have."""
    del user
    types: list[AssetTypeJson] = [
        {"id": kind.id, "name": kind.name, "description": kind.description} for kind in list_asset_types(connection)
    ]
    return JsonResponse(types)


@router.get("/public", summary="List public assets", response_model=AssetArray)
def public(choice: Annotated[FieldChoice, Query()], connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """List all assets that belong to no account."""
    picked = choice.picker()
    assets = list_public_assets(connection)
    relations = read_relations(connection, user, [asset.id for asset in assets])
    return JsonResponse([picked(asset_json(asset, relations[asset.id])) for asset in assets])


@router.get("/{id}", summary="Get an asset", response_model=OneAssetJson)
def fetch_one(asset: ReadableAsset, connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """Return one asset."""
    one: OneAssetJson = {**_with_relations(connection, user, asset), "status": 200}
    return JsonResponse(one)


@router.patch("/{id}", summary="Update an asset", response_model=OneAssetJson)
def patch(
    asset: ChangeableAsset, body: AssetChanges, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Change any subset of the fields; ``id`` and ``account_id`` cannot change."""
    updated = change_asset(connection, asset, body, by=user, now=services.clock())
    one: OneAssetJson = {**_with_relations(connection, user, updated), "status": 200}
    return JsonResponse(one)


@router.delete("/{id}", summary="Delete an asset", status_code=204)
def delete(
    asset: DeletableAsset, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Delete an asset, all assets below it, and all that was recorded for their sensors."""
    delete_asset(connection, asset, by=user, now=services.clock())
    return JsonResponse(None, 204)


@router.post("/{id}/copy", summary="Copy an asset", status_code=201, response_model=CopyJson)
@error_style(location="query")
def copy(
    asset: ReadableAsset,
    params: Annotated[CopyParams, Query()],
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Copy an asset, all assets below it, their sensors and flex-config, but nothing that was recorded.

    What refers to copied sensors refers to the copies; other references are kept
    if they lead to public sensors. The copy of ``site`` is called ``site (Copy)``.
    Where it stands is said in the query alone; a body is not read.
    """
    made = copy_asset(connection, asset, params.target(), by=user, now=services.clock())
    message = f"Asset '{asset.name}' ({asset.id}) has been copied to '{made.name}' ({made.id})."
    answer: CopyJson = {"message": message, "asset": made.id, "status": 201}
    return JsonResponse(answer, 201)


@router.get("/{id}/sensors", summary="List the sensors of an asset", response_model=SensorPageJson)
@query_aliases(**LIST_ALIASES)
@error_style(unknown={"asset": 422})
def asset_sensors(
    asset: ReadableAsset,
    params: Annotated[AssetSensorListParams, Query()],
    connection: ReadConnection,
    services: ServicesDep,
) -> JsonResponse:
    """List the asset's own sensors; without ``page`` all of them, in the same form."""
    page = list_asset_sensors(connection, asset.id, params.listing())
    host, now = services.options.public_host, services.clock()
    return page_response([sensor_json(sensor, host=host, now=now) for sensor in page.items], page, params.page or 1)


@router.get("/{id}/kpis", summary="Get the key figures of an asset", response_model=KpisJson)
def get_kpis(
    asset: ReadableAsset,
    params: Annotated[KpiParams, Query()],
    connection: ReadConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Return one number for each entry of ``sensors_to_show_as_kpis``, over the days that start in the window.

    Percentages are averaged and everything else is summed, unless the entry
    names another function. A window without data gives 0.
    """
    figures = read_key_figures(connection, services.beliefs, user, asset, params.period())
    answer: KpisJson = {"data": [kpi_json(figure) for figure in figures]}
    return JsonResponse(answer)


@router.get("/{id}/auditlog", summary="Get the history of an asset", response_model=AuditPage)
@query_aliases(**LIST_ALIASES)
@error_style(unknown={"asset": 422})
def auditlog(
    asset: ReadableAsset, params: Annotated[AuditListParams, Query()], connection: ReadConnection
) -> JsonResponse:
    """Return what was done to an asset, page by page; without ``page`` the first page."""
    listing = params.model_copy(update={"page": params.page or 1}).listing()
    page = list_asset_audit(connection, asset.id, listing)
    data = [audit_json(record) for record in page.items]
    # The counts in both spellings: the reference prints underscores, clients read hyphens.
    counts = {"num_records": page.n_total, "filtered_records": page.n_filtered}
    return page_response(data, page, listing.page or 1, **counts)


def _check_root_and_type(connection: ReadConnection, params: AssetListParams) -> None:
    if params.root is not None:
        try:
            asset_resource(connection, params.root)
        except NotFoundError as error:
            raise FilterError(error.message, field="root") from error
    if params.asset_type is not None and params.asset_type not in {kind.id for kind in list_asset_types(connection)}:
        raise FilterError(f"No asset type found with ID {params.asset_type}.", field="asset_type")


def _with_relations(connection: ReadConnection, user: User, asset: Asset) -> AssetJson:
    return asset_json(asset, read_relations(connection, user, [asset.id])[asset.id])
