"""The words of flex-models and flex-contexts, parsed to typed fields.

``fields.toml`` is the one table of fields: name, unit, default, description.
:func:`merge_flex_model` puts a request over what assets store, :func:`parse_config` reads the result into a :class:`FlexConfig`
(:class:`DeviceModel` for each device, :class:`Site` for the connection), and
:func:`settle` checks it on its :class:`Window`. Knows units and times, not
databases; sensors are told through :data:`Sensors`.
"""

from wattloom.scheduling.flexmodel.capacity import DeviceCapacity, Direction, infer_power_capacity, limit_device
from wattloom.scheduling.flexmodel.commitment import CustomCommitment, FlowPrice
from wattloom.scheduling.flexmodel.config import (
    FlexConfig,
    check_stored_context,
    check_stored_model,
    has_off_tick_events,
    parse_config,
    settle,
)
from wattloom.scheduling.flexmodel.coupling import CouplingModel
from wattloom.scheduling.flexmodel.device import ELECTRICITY, DeviceModel
from wattloom.scheduling.flexmodel.fields import (
    COMMITMENT,
    FIELD_TABLES,
    FLEX_CONTEXT,
    FLEX_MODEL,
    OPERATION_MODE,
    SCENARIOS,
    Dimension,
    Field,
    Form,
    Kind,
    Overlap,
    Stored,
)
from wattloom.scheduling.flexmodel.group import GroupModel
from wattloom.scheduling.flexmodel.merge import check_entries, merge_entry, merge_flex_model
from wattloom.scheduling.flexmodel.modes import OperatingBand
from wattloom.scheduling.flexmodel.network import NetworkModel
from wattloom.scheduling.flexmodel.projection import (
    Reach,
    TickBounds,
    off_tick_points,
    project_maxima,
    project_minima,
    project_start,
    project_targets,
    without_off_tick_points,
)
from wattloom.scheduling.flexmodel.quantity import MAX_MAGNITUDE, is_plausible, without_traces
from wattloom.scheduling.flexmodel.references import Reference, find_references, referenced_sensors, with_plain_ids
from wattloom.scheduling.flexmodel.relaxation import SITE_BREACH_PER_MW, BreachPrices
from wattloom.scheduling.flexmodel.scenarios import Scenarios
from wattloom.scheduling.flexmodel.site import InflexibleDevice, Site, parse_site
from wattloom.scheduling.flexmodel.stock import StockModel
from wattloom.scheduling.flexmodel.table import Problems, Scope
from wattloom.scheduling.flexmodel.variable import (
    Fixed,
    GroupKey,
    Segment,
    Segments,
    SensorFacts,
    SensorReference,
    Sensors,
    Variable,
    as_id,
    find_sensor,
)
from wattloom.scheduling.flexmodel.window import (
    LaterResolution,
    LaterSteps,
    Window,
    coarsened,
    extend_to_targets,
    find_step,
    is_floored,
    on_steps,
    on_ticks,
    plan_window,
)

__all__ = [
    "COMMITMENT",
    "ELECTRICITY",
    "FIELD_TABLES",
    "FLEX_CONTEXT",
    "FLEX_MODEL",
    "MAX_MAGNITUDE",
    "OPERATION_MODE",
    "SCENARIOS",
    "SITE_BREACH_PER_MW",
    "BreachPrices",
    "CouplingModel",
    "CustomCommitment",
    "DeviceCapacity",
    "DeviceModel",
    "Dimension",
    "Direction",
    "Field",
    "Fixed",
    "FlexConfig",
    "FlowPrice",
    "Form",
    "GroupKey",
    "GroupModel",
    "InflexibleDevice",
    "Kind",
    "LaterResolution",
    "LaterSteps",
    "NetworkModel",
    "OperatingBand",
    "Overlap",
    "Problems",
    "Reach",
    "Reference",
    "Scenarios",
    "Scope",
    "Segment",
    "Segments",
    "SensorFacts",
    "SensorReference",
    "Sensors",
    "Site",
    "StockModel",
    "Stored",
    "TickBounds",
    "Variable",
    "Window",
    "as_id",
    "check_entries",
    "check_stored_context",
    "check_stored_model",
    "coarsened",
    "extend_to_targets",
    "find_references",
    "find_sensor",
    "find_step",
    "has_off_tick_events",
    "infer_power_capacity",
    "is_floored",
    "is_plausible",
    "limit_device",
    "merge_entry",
    "merge_flex_model",
    "off_tick_points",
    "on_steps",
    "on_ticks",
    "parse_config",
    "parse_site",
    "plan_window",
    "project_maxima",
    "project_minima",
    "project_start",
    "project_targets",
    "referenced_sensors",
    "settle",
    "with_plain_ids",
    "without_off_tick_points",
    "without_traces",
]
