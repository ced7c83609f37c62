"""Bring beliefs to another resolution, each source and each belief by itself.

Unlike a grid of values this keeps who believed what and when: a finer slot
repeats the belief that it is a part of; a coarser slot is believed as soon as
the last of its parts, and anew whenever one of its parts is.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattloom.errors import FilterError
from wattloom.periods import MICROSECOND, Microseconds, Resolution, from_us
from wattloom.timeseries import Aggregation, Beliefs, Sensor, combined

_Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Target:
    """What beliefs are brought to.

    Attributes:
        resolution: Length of a slot; positive.
        all_beliefs: Whether a slot has a belief for each moment at which one of
            its parts was believed, and not only the newest.
        most: Most rows to make.
    """

    resolution: Resolution
    all_beliefs: bool
    most: int


def in_slots(beliefs: Beliefs, sensor: Sensor, target: Target) -> Beliefs:
    """Return point beliefs about one sensor at another resolution.

    Energy, money and volumes are split and summed, other values repeated and
    averaged, unless the sensor says otherwise. Slots start on the clock of the
    sensor's time zone, and with the events that are cut.

    Raises:
        FilterError: That would make too many rows.
    """
    if not len(beliefs) or target.resolution == sensor.event_resolution:
        return beliefs
    if target.resolution.nominal < sensor.event_resolution.nominal:
        return _cut(beliefs, sensor, target)
    return _merged(beliefs, sensor, target)


def _cut(beliefs: Beliefs, sensor: Sensor, target: Target) -> Beliefs:
    """Cut each event into slots; slots that are shorter than the others end with their event."""
    starts_us = beliefs.event_start_us
    ends_us = sensor.ends_us(starts_us)
    row, cut_us = _slots(starts_us, ends_us, sensor, target)
    value = beliefs.event_value[row]
    if sensor.aggregation() is Aggregation.SUM:
        until_us = np.append(cut_us[1:], 0)
        is_last = np.append(row[1:] != row[:-1], [True])
        until_us[is_last] = ends_us[row[is_last]]
        value = value * ((until_us - cut_us) / (ends_us - starts_us)[row])
    cut = beliefs.take(row)
    return Beliefs(cut.sensor_id, cut_us, cut.source_id, cut.belief_time_us, cut.cumulative_probability, value).sorted()


def _slots(
    starts_us: Microseconds, ends_us: Microseconds, sensor: Sensor, target: Target
) -> tuple[_Positions, Microseconds]:
    """Return the event and the start of each slot."""
    step = target.resolution
    if not step.is_calendar:
        step_us = step.time // MICROSECOND
        row, nth = _counted(-(-(ends_us - starts_us) // step_us), target)
        return row, starts_us[row] + nth * step_us
    first, last = (int(edge) for edge in (starts_us.min(), ends_us.max()))
    begin = step.floor(from_us(first), sensor.zone)
    edges_us = step.starts_us(begin, step.count(begin, from_us(last), sensor.zone), sensor.zone)
    inner = np.searchsorted(edges_us, starts_us, side="right")
    row, nth = _counted(1 + np.searchsorted(edges_us, ends_us) - inner, target)
    return row, np.where(nth == 0, starts_us[row], edges_us[np.minimum(inner[row] + nth, len(edges_us)) - 1])


def _counted(n: NDArray[Any], target: Target) -> tuple[_Positions, _Positions]:
    """Return, for runs of the given lengths one after another, the run and the position in it."""
    total = int(n.sum())
    if total > target.most:
        raise FilterError(f"Makes more than {target.most} rows. Ask for less time.", field="end")
    run = np.repeat(np.arange(len(n)), n)
    return run, np.arange(total) - np.repeat(np.cumsum(n) - n, n)


def _merged(beliefs: Beliefs, sensor: Sensor, target: Target) -> Beliefs:
    """Merge the events that start in the same slot."""
    slot_us = target.resolution.floor_us(beliefs.event_start_us, sensor.zone)
    order = np.lexsort((beliefs.belief_time_us, beliefs.event_start_us, slot_us, beliefs.source_id))
    parts, slot_us = beliefs.take(order), slot_us[order]
    group = _ranks(parts.source_id, slot_us)
    if target.all_beliefs:
        state, row, believed_us = _states(parts, group, target)
    else:
        state, row = group, np.arange(len(parts))
        believed_us = np.maximum.reduceat(parts.belief_time_us, _firsts(group))
    first = _firsts(state)
    lengths = (sensor.ends_us(parts.event_start_us) - parts.event_start_us)[row].astype(np.float64)
    aggregation = sensor.aggregation()
    weights = lengths if aggregation is Aggregation.MEAN and lengths.all() else np.ones(len(row))
    return Beliefs(
        parts.sensor_id[row[first]],
        slot_us[row[first]],
        parts.source_id[row[first]],
        believed_us,
        parts.cumulative_probability[row[first]],
        combined(parts.event_value[row], weights, first, aggregation),
    ).sorted()


def _states(parts: Beliefs, group: _Positions, target: Target) -> tuple[_Positions, _Positions, Microseconds]:
    """Return what was known of each slot at each moment at which that changed.

    Returns:
        For each part of a state the state and the row, and for each state when
        it was believed; states are in the order of groups and belief times.
    """
    event = _ranks(group, parts.event_start_us)
    moments_us, moment = np.unique(parts.belief_time_us, return_inverse=True)
    changes = np.unique(group * len(moments_us) + moment)
    group_of_state, moment_of_state = np.divmod(changes, len(moments_us))
    first_event = event[_firsts(group)]
    n_events = np.diff(np.append(first_event, event[-1] + 1))
    state, nth = _counted(n_events[group_of_state], target)
    wanted = first_event[group_of_state[state]] + nth
    # Rows are in the order of events and moments: the last one up to the state's moment is what was known.
    row = np.searchsorted(
        event * len(moments_us) + moment, wanted * len(moments_us) + moment_of_state[state], side="right"
    )
    row = row - 1
    is_known = (row >= 0) & (event[row] == wanted)
    return state[is_known], row[is_known], moments_us[moment_of_state]


def _firsts(group: _Positions) -> _Positions:
    return np.flatnonzero(np.append([True], group[1:] != group[:-1]))


def _ranks(*keys: NDArray[Any]) -> _Positions:
    """Return which run of rows that agree in all keys each row belongs to, from 0 on."""
    begins = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return np.cumsum(np.append([False], begins))
