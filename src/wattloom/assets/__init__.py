"""Assets: their types, their tree, what they show, and what happened to them.

An asset belongs to an account (or is public) and has sensors. Its stored
flex-context is inherited down the tree, its flex-models are collected up.
"""

from wattloom.assets.add_source import add_source
from wattloom.assets.asset import Asset, AssetType, ChildAsset, Relations
from wattloom.assets.asset_types import (
    add_asset_type,
    check_asset_type_is_free,
    delete_asset_type,
    find_asset_type,
    list_asset_types,
    seed_asset_types,
)
from wattloom.assets.audit import list_asset_audit, record_asset_audit
from wattloom.assets.change_sensors import add_sensor, change_sensor, ensure_sensor_attribute, remove_sensor
from wattloom.assets.choose_sensors import FoundSensor, SensorsWanted, choose_sensors, sensor_units
from wattloom.assets.copy_asset import CopyTarget, copy_asset
from wattloom.assets.create_asset import NewAsset, create_asset
from wattloom.assets.delete_account import delete_account, gone_with_account
from wattloom.assets.delete_asset import delete_asset, gone_with_asset
from wattloom.assets.delete_data import DataSelection, delete_data, note_deleted_data
from wattloom.assets.delete_source import check_source_is_free, delete_source
from wattloom.assets.delete_structure import count_structure, delete_structure
from wattloom.assets.graphs import Graph, canonical_graphs
from wattloom.assets.kpis import KeyFigure, read_key_figures
from wattloom.assets.list_assets import AssetScope, list_assets, list_assets_below, list_public_assets
from wattloom.assets.list_sensors import list_asset_sensors, sensors_of_assets
from wattloom.assets.list_sources import list_readable_sources
from wattloom.assets.note_upload import note_uploaded_data
from wattloom.assets.read import (
    asset_names,
    asset_resource,
    asset_resources,
    assets_by_id,
    children_of,
    get_asset,
    read_relations,
    sensor_resource,
    sensor_resources,
    subject_resource,
)
from wattloom.assets.references import Gone, references_in, store_references
from wattloom.assets.resample_sensor import Resampling, plan_resampling, resample_sensor
from wattloom.assets.search_sensors import SensorScope, search_sensors
from wattloom.assets.set_attribute import set_account_attribute, set_asset_attribute, set_sensor_attribute
from wattloom.assets.told import Told, ToldChange, told
from wattloom.assets.transfer import transfer_ownership, transfer_parenthood
from wattloom.assets.tree import (
    ancestor_ids,
    collect_flex_models,
    inherited_flex_context,
    merge_flex_contexts,
    subtree_ids,
)
from wattloom.assets.update_asset import update_asset
from wattloom.assets.user_source import source_of_user

__all__ = [
    "Asset",
    "AssetScope",
    "AssetType",
    "ChildAsset",
    "CopyTarget",
    "DataSelection",
    "FoundSensor",
    "Gone",
    "Graph",
    "KeyFigure",
    "NewAsset",
    "Relations",
    "Resampling",
    "SensorScope",
    "SensorsWanted",
    "Told",
    "ToldChange",
    "add_asset_type",
    "add_sensor",
    "add_source",
    "ancestor_ids",
    "asset_names",
    "asset_resource",
    "asset_resources",
    "assets_by_id",
    "canonical_graphs",
    "change_sensor",
    "check_asset_type_is_free",
    "check_source_is_free",
    "children_of",
    "choose_sensors",
    "collect_flex_models",
    "copy_asset",
    "count_structure",
    "create_asset",
    "delete_account",
    "delete_asset",
    "delete_asset_type",
    "delete_data",
    "delete_source",
    "delete_structure",
    "ensure_sensor_attribute",
    "find_asset_type",
    "get_asset",
    "gone_with_account",
    "gone_with_asset",
    "inherited_flex_context",
    "list_asset_audit",
    "list_asset_sensors",
    "list_asset_types",
    "list_assets",
    "list_assets_below",
    "list_public_assets",
    "list_readable_sources",
    "merge_flex_contexts",
    "note_deleted_data",
    "note_uploaded_data",
    "plan_resampling",
    "read_key_figures",
    "read_relations",
    "record_asset_audit",
    "references_in",
    "remove_sensor",
    "resample_sensor",
    "search_sensors",
    "seed_asset_types",
    "sensor_resource",
    "sensor_resources",
    "sensor_units",
    "sensors_of_assets",
    "set_account_attribute",
    "set_asset_attribute",
    "set_sensor_attribute",
    "source_of_user",
    "store_references",
    "subject_resource",
    "subtree_ids",
    "told",
    "transfer_ownership",
    "transfer_parenthood",
    "update_asset",
]
