"""What recording some beliefs changes: new, changed, unchanged, superseded or refused. Pure.

Rows that share event, source and belief time are one belief: a single point,
or a distribution. All beliefs of one source about one event make a time line,
ordered by belief time, on which the stored and the new ones stand side by
side. There, a new belief is unchanged when the one just before states the
same, unless that one is ex-ante (formed before the event could be known) and
the new one ex-post: the first measurement is kept even if it confirms the last
forecast. The newest belief of each time line is current, all others are
superseded.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattloom.errors import ReplacementError
from wattloom.periods import Microseconds
from wattloom.timeseries.belief import POINT, Beliefs, Mask, ends_of_runs, starts_of_runs
from wattloom.timeseries.store import BeliefKeys, Changes

HUGE = 1e290
"""A sum with a larger value counts as infinite."""

_CURRENT, _SUPERSEDED, _NOWHERE = 0, 1, 2
_UNKNOWN_US = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class SourceDelta:
    """How the summary of one source changes.

    Attributes:
        source_id: The source.
        first_event_start_us: Earliest event among the new rows [µs].
        last_event_start_us: Latest event among the new rows [µs].
        last_belief_time_us: Newest belief time among the new rows [µs].
        n_current: Rows more, or fewer, that are currently believed.
        n_superseded: Rows more, or fewer, that are superseded.
        smallest: Smallest value among the new rows.
        largest: Largest value among the new rows.
        total: Sum of the values of the new rows; infinite if one of them is huge.
        is_probabilistic: Whether any new row is part of a distribution.
    """

    source_id: int
    first_event_start_us: int
    last_event_start_us: int
    last_belief_time_us: int
    n_current: int
    n_superseded: int
    smallest: float
    largest: float
    total: float
    is_probabilistic: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write, and what to tell the caller.

    Attributes:
        changes: For the store.
        deltas: One per source with rows that are stored.
        overwrites: Whether any stored row is overwritten; the deltas do not tell what that takes away.
        n_new: Rows of the batch about events of which the source had said nothing.
        n_changed: Rows of the batch that state something else than their source did.
        n_unchanged: Rows of the batch that state nothing new.
    """

    changes: Changes
    deltas: tuple[SourceDelta, ...]
    overwrites: bool
    n_new: int
    n_changed: int
    n_unchanged: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """Stored and new rows of the time lines; all arrays have shape (n,).

    Attributes:
        beliefs: The rows, sorted.
        home: The table that holds the row, or held the one that it overwrites.
        is_new: Whether the row is part of the batch.
        is_ex_post: Whether it was believed once the event could be known.
    """

    beliefs: Beliefs
    home: NDArray[np.int8]
    is_new: Mask
    is_ex_post: Mask

    def take(self, rows: Mask) -> "_Rows":
        return _Rows(self.beliefs.take(rows), self.home[rows], self.is_new[rows], self.is_ex_post[rows])


@dataclass(frozen=True, slots=True)
class _Sets:
    """Rows grouped to beliefs; arrays have shape (n_sets,) unless stated.

    Attributes:
        first: Whether a row is the first of its set, shape (n_rows,).
        index: The set of each row, shape (n_rows,).
        unchanged: Whether the set is new and states what the one before states.
        newest: Whether no later set of the time line remains.
        in_current: Whether rows of the set are stored as currently believed.
        removed: Whether its stored rows go: it is superseded, or a part of it is overwritten.
    """

    first: Mask
    index: NDArray[np.intp]
    unchanged: Mask
    newest: Mask
    in_current: Mask
    removed: Mask


def decide(
    new: Beliefs,
    current: Beliefs,
    superseded: Beliefs,
    *,
    knowledge_time_us: Microseconds,
    overwrite: bool,
) -> Decision:
    """Return what recording ``new`` changes.

    Args:
        new: Beliefs about one sensor; rows may repeat.
        current: What is currently believed about its events; other events and
            sources are ignored.
        superseded: For new beliefs that are older than the current one: the
            newest superseded belief at or before each.
        knowledge_time_us: When the events of ``new`` could first be known, shape (len(new),).
        overwrite: Whether new values take the place of stored ones of equal
            event, source, belief time and cumulative probability.

    Raises:
        ReplacementError: They would and must not, or the batch contradicts itself.
    """
    if not len(current) and _are_of_lines_of_their_own(new):
        return _all_new(new)
    rows = _unique_rows(_side_by_side(new, current, superseded, knowledge_time_us), overwrite=overwrite)
    sets = _grouped(rows)
    kept = rows.is_new & ~sets.unchanged[sets.index]
    newest, removed, in_current = (mask[sets.index] for mask in (sets.newest, sets.removed, sets.in_current))
    written = kept | (removed & ~rows.is_new)
    taken = removed & (rows.home != _NOWHERE)
    changes = Changes(
        remove_current=BeliefKeys.of(rows.beliefs.take(sets.first & removed & in_current)),
        remove_superseded=BeliefKeys.of(rows.beliefs.take(sets.first & removed & ~in_current)),
        add_current=rows.beliefs.take(written & newest),
        add_superseded=rows.beliefs.take(written & ~newest),
    )
    n_more_current = (written & newest).astype(np.int64) - (taken & in_current)
    n_more_superseded = (written & ~newest).astype(np.int64) - (taken & ~in_current)
    n_stored = int(kept.sum())
    n_new = int((kept & ~_on_known_lines(rows)).sum())
    return Decision(
        changes=changes,
        deltas=_deltas(rows.beliefs, kept, n_more_current, n_more_superseded),
        overwrites=bool((rows.is_new & (rows.home != _NOWHERE)).any()),
        n_new=n_new,
        n_changed=n_stored - n_new,
        n_unchanged=len(new) - n_stored,
    )


def _are_of_lines_of_their_own(new: Beliefs) -> bool:
    """Return whether no two beliefs are of one source about one event."""
    lines, sets = starts_of_runs(*new.columns[:3]), starts_of_runs(*new.columns[:4])
    return bool((lines == sets).all() and starts_of_runs(*new.columns[:5]).all())


def _all_new(new: Beliefs) -> Decision:
    nothing = Beliefs.empty()
    every = np.ones(len(new), dtype=bool)
    return Decision(
        changes=Changes(BeliefKeys.of(nothing), BeliefKeys.of(nothing), new, nothing),
        deltas=_deltas(new, every, every.astype(np.int64), np.zeros(len(new), dtype=np.int64)),
        overwrites=False,
        n_new=len(new),
        n_changed=0,
        n_unchanged=0,
    )


def without(current: Beliefs, superseded: Beliefs, *, doomed_current: Mask, doomed_superseded: Mask) -> Changes:
    """Return what taking beliefs back changes: what was believed before them is current again.

    Args:
        current: All that is currently believed about some events of one sensor.
        superseded: All superseded beliefs about the same events.
        doomed_current: Which rows of ``current`` go; all rows of a belief, or none.
        doomed_superseded: Which rows of ``superseded`` go.
    """
    bereft, remaining = current.take(doomed_current), superseded.take(~doomed_superseded)
    both = Beliefs(*(np.concatenate(pair) for pair in zip(bereft.columns, remaining.columns, strict=True)))
    remains = np.repeat([False, True], [len(bereft), len(remaining)])
    order = np.lexsort((both.belief_time_us, both.source_id, both.event_start_us))
    both, remains = both.take(order), remains[order]
    line_starts = starts_of_runs(both.event_start_us, both.source_id)
    first, line = np.flatnonzero(line_starts), np.cumsum(line_starts) - 1
    newest_us = np.maximum.reduceat(np.where(remains, both.belief_time_us, _UNKNOWN_US), first) if len(first) else first
    is_restored = remains & ~_all_of(remains, first)[line] & (both.belief_time_us == newest_us[line])
    restored = both.take(is_restored).sorted()
    gone = Beliefs.concatenate([superseded.take(doomed_superseded), restored])
    return Changes(
        remove_current=_keys_of_sets(bereft),
        remove_superseded=_keys_of_sets(gone),
        add_current=restored,
        add_superseded=Beliefs.empty(),
    )


def repeating(beliefs: Beliefs, *, is_ex_post: Mask) -> Mask:
    """Return which rows state only what the belief before them on their time line states.

    Args:
        beliefs: All beliefs about some events of one sensor, sorted.
        is_ex_post: Whether each was formed once its event could be known; the
            first such belief of a time line is never a repetition of what was expected.
    """
    first = starts_of_runs(beliefs.event_start_us, beliefs.source_id, beliefs.belief_time_us)
    starts = np.flatnonzero(first)
    lines = np.cumsum(starts_of_runs(beliefs.event_start_us, beliefs.source_id), dtype=np.int64)[starts]
    repeats = _as_before(beliefs, starts, lines) & ~_turns(is_ex_post[starts], lines)
    return np.asarray(repeats[np.cumsum(first) - 1])


def _keys_of_sets(beliefs: Beliefs) -> BeliefKeys:
    """Return one key for all rows of a belief."""
    return BeliefKeys.of(beliefs.take(starts_of_runs(*beliefs.columns[:4])))


def _on_known_lines(rows: _Rows) -> Mask:
    """Return which rows are about an event of which their source has said something before."""
    line_starts = starts_of_runs(rows.beliefs.event_start_us, rows.beliefs.source_id)
    is_unknown = _all_of(rows.home == _NOWHERE, np.flatnonzero(line_starts))
    known: Mask = ~is_unknown[np.cumsum(line_starts) - 1]
    return known


def _side_by_side(new: Beliefs, current: Beliefs, superseded: Beliefs, knowledge_time_us: Microseconds) -> _Rows:
    """Return the time lines that have new rows; stored rows stand before new ones of equal key."""
    parts = (new, current, superseded)
    sizes = [len(part) for part in parts]
    beliefs = Beliefs(*(np.concatenate(columns) for columns in zip(*(part.columns for part in parts), strict=True)))
    home = np.repeat(np.array([_NOWHERE, _CURRENT, _SUPERSEDED], dtype=np.int8), sizes)
    known_us = np.concatenate([knowledge_time_us, np.full(sizes[1] + sizes[2], _UNKNOWN_US)])
    keys = (*beliefs.columns[1:5], home)
    order = np.lexsort(keys[::-1])
    beliefs, home, known_us = beliefs.take(order), home[order], known_us[order]
    line_starts = starts_of_runs(beliefs.event_start_us, beliefs.source_id)
    first = np.flatnonzero(line_starts)
    known_us = (np.maximum.reduceat(known_us, first) if len(first) else known_us)[np.cumsum(line_starts) - 1]
    rows = _Rows(beliefs, home, home == _NOWHERE, beliefs.belief_time_us >= known_us)
    return rows.take(known_us != _UNKNOWN_US)


def _unique_rows(rows: _Rows, *, overwrite: bool) -> _Rows:
    """Drop repeated rows, and stored rows that a new one overwrites."""
    same_key = ~starts_of_runs(*rows.beliefs.columns[1:5])
    if not same_key.any():
        return rows
    same_value = ~starts_of_runs(rows.beliefs.event_value)
    clashing = same_key & ~same_value
    overwriting = np.flatnonzero(clashing)
    if clashing.any() and (not overwrite or rows.is_new[overwriting - 1].any()):
        raise ReplacementError(
            "This source already states other values for these events at this belief time. Send a later 'prior' to revise them."
        )
    home = rows.home.copy()
    home[overwriting] = rows.home[overwriting - 1]
    dropped = same_key & same_value
    dropped[overwriting - 1] = True
    return replace(rows, home=home).take(~dropped)


def _grouped(rows: _Rows) -> _Sets:
    beliefs = rows.beliefs
    first = starts_of_runs(beliefs.event_start_us, beliefs.source_id, beliefs.belief_time_us)
    starts = np.flatnonzero(first)
    lines = np.cumsum(starts_of_runs(beliefs.event_start_us, beliefs.source_id), dtype=np.int64)[starts]
    fresh = _all_of(rows.home == _NOWHERE, starts)
    unchanged = fresh & _as_before(beliefs, starts, lines) & ~_turns(rows.is_ex_post[starts], lines)
    remaining = np.flatnonzero(~unchanged)
    newest = np.zeros(len(starts), dtype=bool)
    newest[remaining[ends_of_runs(lines[remaining])]] = True
    in_current = ~_all_of(rows.home != _CURRENT, starts)
    overwritten = ~_all_of(~rows.is_new | (rows.home == _NOWHERE), starts)
    return _Sets(
        first=first,
        index=np.cumsum(first) - 1,
        unchanged=unchanged,
        newest=newest,
        in_current=in_current,
        removed=(in_current & ~newest) | overwritten,
    )


def _as_before(beliefs: Beliefs, starts: NDArray[np.intp], lines: NDArray[np.int64]) -> Mask:
    """Return whether a set states the same as the one before it on its time line."""
    sizes = np.diff(np.append(starts, len(beliefs)))
    same = np.zeros(len(starts), dtype=bool)
    same[1:] = (lines[1:] == lines[:-1]) & (sizes[1:] == sizes[:-1])
    candidates = np.flatnonzero(same)
    if not len(candidates):
        return same
    row_counts = sizes[candidates]
    offsets = np.arange(row_counts.sum()) - np.repeat(np.cumsum(row_counts) - row_counts, row_counts)
    here = np.repeat(starts[candidates], row_counts) + offsets
    before = here - np.repeat(row_counts, row_counts)
    equal = (beliefs.event_value[here] == beliefs.event_value[before]) & (
        beliefs.cumulative_probability[here] == beliefs.cumulative_probability[before]
    )
    same[candidates] = _all_of(equal, np.cumsum(row_counts) - row_counts)
    return same


def _turns(is_ex_post: Mask, lines: NDArray[np.int64]) -> Mask:
    """Return whether a set is the first ex-post one after ex-ante ones."""
    turns = np.zeros(len(lines), dtype=bool)
    turns[1:] = (lines[1:] == lines[:-1]) & (is_ex_post[1:] != is_ex_post[:-1])
    return turns


def _all_of(mask: Mask, starts: NDArray[Any]) -> Mask:
    """Return for each set whether the mask holds on all its rows."""
    return np.logical_and.reduceat(mask, starts) if len(starts) else np.ones(0, dtype=bool)


def _deltas(
    beliefs: Beliefs, kept: Mask, n_more_current: NDArray[np.int64], n_more_superseded: NDArray[np.int64]
) -> tuple[SourceDelta, ...]:
    deltas = []
    for source_id in np.unique(beliefs.source_id[kept]):
        own = beliefs.source_id == source_id
        added = beliefs.take(own & kept)
        deltas.append(
            SourceDelta(
                source_id=int(source_id),
                first_event_start_us=int(added.event_start_us.min()),
                last_event_start_us=int(added.event_start_us.max()),
                last_belief_time_us=int(added.belief_time_us.max()),
                n_current=int(n_more_current[own].sum()),
                n_superseded=int(n_more_superseded[own].sum()),
                smallest=float(added.event_value.min()),
                largest=float(added.event_value.max()),
                total=float(np.where(np.abs(added.event_value) < HUGE, added.event_value, np.inf).sum()),
                is_probabilistic=bool((added.cumulative_probability != POINT).any()),
            )
        )
    return tuple(deltas)
