"""Where power comes from and goes to at this moment, as a picture: lines from each device to the house."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import sqrt

from wattloom.language import gettext as _
from wattloom.sites import DeviceKind, Reading, Role
from wattloom.web.sites.words import ICONS, NOTHING_KW, activity, grid_activity
from wattloom.web.times import span

_THINNEST_PX, _THICKEST_PX = 1.5, 9.0


@dataclass(frozen=True, slots=True)
class Node:
    """A device, or the grid connection.

    Attributes:
        name: What people call it.
        icon: Its picture in ``icons.html``.
        css_class: Gives it the colour of its kind.
        kw: Power, never negative; None where it is not known.
        does: Which way it flows, in words; empty where it is not known.
        note: How far the value can be trusted: its age, or that it is not measured; empty when it can.
        is_old: Whether it is older than it should be.
        gives: Whether power flows from it to the house.
        takes: Whether power flows from the house to it.
        charge_percent: How full it is, if it stores and that is known.
        width_px: Of its line.
        url: The page of its asset, if it has one.
    """

    name: str
    icon: str
    css_class: str
    kw: float | None
    does: str
    note: str
    is_old: bool
    gives: bool
    takes: bool
    charge_percent: int | None
    width_px: float
    url: str | None

    @property
    def net_kw(self) -> float:
        """What flows from it to the house, negative the other way round [kW]; 0 where that is not known."""
        return (self.kw or 0.0) * (-1 if self.takes else 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a picture of 100 by 100 units, drawn the way that power flows.

    Attributes:
        node: Where it leads.
        path: SVG path.
    """

    node: Node
    path: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The picture.

    Attributes:
        grid: The grid connection; None where its power is not known.
        left: What gives: the grid connection and what produces.
        right: Everything else.
        left_lines: From the left nodes to the house in the middle.
        right_lines: From the house to the right nodes.
        all_lines: From the house at the left to all nodes below each other.
        devices: All nodes but the grid, in the order of the plan.
    """

    grid: Node | None
    left: tuple[Node, ...]
    right: tuple[Node, ...]
    left_lines: tuple[Line, ...]
    right_lines: tuple[Line, ...]
    all_lines: tuple[Line, ...]
    devices: tuple[Node, ...]


def make_flow(readings: Sequence[Reading], *, without_power: Collection[int] = ()) -> Flow | None:
    """Return the picture of a site; None without any device.

    Args:
        readings: What is known of the site at this moment.
        without_power: Devices, by asset, that cannot charge at present.
    """
    devices = [one for one in readings if one.role is Role.POWER]
    if not devices:
        return None
    net = _net(readings, devices)
    most_kw = max((abs(one.value) for one in [*devices, net] if one.value is not None), default=0.0)
    charges = {(one.kind, one.name): one for one in readings if one.role is Role.STOCK}
    grid = _grid_node(net, most_kw)
    nodes = [
        (device, _device_node(device, charges.get((device.kind, device.name)), most_kw, without_power))
        for device in devices
    ]
    left = (grid, *(node for device, node in nodes if device.kind is DeviceKind.PV))
    right = tuple(node for device, node in nodes if device.kind is not DeviceKind.PV)
    return Flow(
        grid=grid if grid.kw is not None else None,
        left=left,
        right=right,
        left_lines=_lines(left, to_left=True),
        right_lines=_lines(right, to_left=False),
        all_lines=_lines((*left, *right), to_left=False),
        devices=tuple(node for _device, node in nodes),
    )


def _net(readings: Sequence[Reading], devices: Sequence[Reading]) -> Reading:
    """Return the power over the grid connection: as its sensor says, else the sum of all devices."""
    stated = next((one for one in readings if one.role is Role.NET_POWER), None)
    if stated is not None:
        return stated
    values = [one.value for one in devices if one.value is not None]
    return Reading(
        role=Role.NET_POWER,
        kind=None,
        name="",
        asset_id=None,
        unit="kW",
        value=sum(values) if len(values) == len(devices) else None,
        is_measured=all(one.is_measured for one in devices),
        age=max(one.age for one in devices),
        is_old=any(one.is_old for one in devices),
    )


def _grid_node(net: Reading, most_kw: float) -> Node:
    kw = net.value
    return Node(
        name=_("Grid"),
        icon="grid",
        css_class="is-grid-export" if kw is not None and kw < -NOTHING_KW else "is-grid-import",
        kw=None if kw is None else abs(kw),
        does="" if kw is None else grid_activity(kw),
        note=_note(net),
        is_old=net.is_old,
        gives=kw is not None and kw > NOTHING_KW,
        takes=kw is not None and kw < -NOTHING_KW,
        charge_percent=None,
        width_px=_width_px(kw, most_kw),
        url=None,
    )


def _device_node(device: Reading, stock: Reading | None, most_kw: float, without_power: Collection[int]) -> Node:
    assert device.kind is not None
    kw = device.value
    can_charge = device.asset_id not in without_power
    return Node(
        name=device.name,
        icon=ICONS[device.kind],
        css_class=f"is-{device.kind}",
        kw=None if kw is None else abs(kw),
        does="" if kw is None else activity(device.kind, kw, can_charge=can_charge),
        note=_note(device),
        is_old=device.is_old,
        gives=kw is not None and kw < -NOTHING_KW,
        takes=kw is not None and kw > NOTHING_KW,
        charge_percent=charge_percent(stock),
        width_px=_width_px(kw, most_kw),
        url=f"/assets/{device.asset_id}" if device.asset_id is not None else None,
    )


def charge_percent(stock: Reading | None) -> int | None:
    """Return how full a stock is [%]; None where that is not known."""
    if stock is None or stock.value is None or not stock.capacity_kwh:
        return None
    return round(100 * stock.value / stock.capacity_kwh)


def _note(reading: Reading) -> str:
    if reading.value is None:
        return _("not known")
    if reading.is_old:
        return _("%(span)s old", span=span(reading.age))
    return "" if reading.is_measured else _("expected")


def _width_px(kw: float | None, most_kw: float) -> float:
    if kw is None or abs(kw) <= NOTHING_KW:
        return _THINNEST_PX
    # By the root: what is a tenth of the largest is still seen to be more than nothing.
    return round(_THINNEST_PX + (_THICKEST_PX - _THINNEST_PX) * sqrt(abs(kw) / most_kw), 1)


def _lines(nodes: Sequence[Node], *, to_left: bool) -> tuple[Line, ...]:
    return tuple(Line(node, _path(n, len(nodes), node, to_left=to_left)) for n, node in enumerate(nodes))


def _path(n: int, n_nodes: int, node: Node, *, to_left: bool) -> str:
    """Return the curve between the house and the middle of the n-th of equally high rows."""
    y = round(100 * (n + 0.5) / n_nodes, 2)
    house, end = ((100, 50), (0, y)) if to_left else ((0, 50), (100, y))
    start, stop = (end, house) if node.gives else (house, end)
    return f"M{start[0]} {start[1]}C50 {start[1]} 50 {stop[1]} {stop[0]} {stop[1]}"
