"""One belief per event, when several sources state something."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np

from wattloom.timeseries.belief import POINT, Beliefs, ends_of_runs, starts_of_runs
from wattloom.timeseries.source import Source

_VERSION = re.compile(
    r"v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>a|b|c|rc|alpha|beta|pre|preview)[-_.]?(?P<pre_number>\d*))?"
    r"(?:(?:-|[-_.]?(?:post|rev|r)[-_.]?)(?P<post>\d*))?"
    r"(?:[-_.]?dev[-_.]?(?P<dev>\d*))?"
    r"(?:\+(?P<local>[a-z0-9.\-_]+))?",
    re.IGNORECASE,
)
_STAGES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
_FINAL, _ONLY_DEV = (3, 0), (-1, 0)


def select_points(beliefs: Beliefs, probability: float = POINT) -> Beliefs:
    """Replace each distribution by its median, or the row nearest to it (ties: the lower probability).

    Args:
        beliefs: About any sensors.
        probability: Another point of the distributions than the median.
    """
    if (beliefs.cumulative_probability == POINT).all():
        return beliefs
    keys = beliefs.columns[:4]
    # Rounded, because 0.3 and 0.7 are equally near only as decimals.
    distance = np.abs(beliefs.cumulative_probability - probability).round(9)
    order = np.lexsort((beliefs.cumulative_probability, distance, *keys[::-1]))
    ordered = beliefs.take(order)
    return ordered.take(starts_of_runs(*ordered.columns[:4]))


def select_latest_versions(beliefs: Beliefs, sources: Mapping[int, Source], *, per_event: bool) -> Beliefs:
    """Keep of sources that are versions of each other only the latest that states something.

    Sources of equal name, type and model are versions of each other; of equal
    versions the one with the highest id is the latest.

    Args:
        beliefs: About any sensors.
        sources: At least those that occur in ``beliefs``.
        per_event: Whether one version may speak about an event, instead of one
            about each event and belief time.
    """
    present = np.unique(beliefs.source_id)
    lineages = [sources[int(source_id)].lineage for source_id in present]
    families = {lineage: k for k, lineage in enumerate(dict.fromkeys(lineages))}
    if len(families) == len(present):
        return beliefs
    by_age = sorted(present.tolist(), key=lambda source_id: (version_key(sources[source_id].version), source_id))
    position = np.searchsorted(present, beliefs.source_id)
    family = np.array([families[lineage] for lineage in lineages])[position]
    rank = np.argsort(np.searchsorted(present, by_age))[position]
    moment = np.zeros_like(beliefs.belief_time_us) if per_event else beliefs.belief_time_us
    groups = (beliefs.sensor_id, beliefs.event_start_us, moment, family)
    order = np.lexsort((rank, *groups[::-1]))
    first = np.flatnonzero(starts_of_runs(*(key[order] for key in groups)))
    latest = np.empty_like(rank)
    latest[order] = np.repeat(
        np.maximum.reduceat(rank[order], first) if len(first) else rank, np.diff(np.append(first, len(order)))
    )
    return beliefs.take(rank == latest)


def select_one_per_event(beliefs: Beliefs, sources: Mapping[int, Source], *, probability: float = POINT) -> Beliefs:
    """Return one point belief per sensor and event.

    Of sources that are versions of each other, the latest speaks. Among the
    others the highest version wins, then the latest belief time, then the
    highest id. A source without version has version 0, so a schedule with a
    version goes before a measurement without one.

    Args:
        beliefs: One belief per event and source.
        sources: At least those that occur in ``beliefs``.
        probability: Which point of a distribution is wanted, see :func:`select_points`.
    """
    points = select_points(beliefs, probability)
    if len(np.unique(points.source_id)) < 2:  # noqa: PLR2004 - nothing to choose from
        return points
    points = select_latest_versions(points, sources, per_event=True)
    present = np.unique(points.source_id)
    keys = [version_key(sources[int(source_id)].version) for source_id in present]
    in_order = sorted(set(keys))
    ranks = np.array([in_order.index(key) for key in keys])[np.searchsorted(present, points.source_id)]
    order = np.lexsort((points.source_id, points.belief_time_us, ranks, points.event_start_us, points.sensor_id))
    ordered = points.take(order)
    return ordered.take(ends_of_runs(ordered.sensor_id, ordered.event_start_us))


def latest_versions(sources: Iterable[Source]) -> list[Source]:
    """Return of sources of one account that are versions of each other only the latest, in the given order.

    Of equal versions the one with the highest id is the latest.
    """
    every = list(sources)
    latest: dict[tuple[object, ...], Source] = {}
    for source in sorted(every, key=lambda source: (version_key(source.version), source.id)):
        latest[*source.lineage, source.account_id] = source
    kept = {source.id for source in latest.values()}
    return [source for source in every if source.id in kept]


def is_version(text: str) -> bool:
    """Return whether a text is a version that can be compared, in the form of PEP 440."""
    return _VERSION.fullmatch(text.strip()) is not None


@lru_cache(maxsize=1024)
def version_key(version: str | None) -> tuple[object, ...]:
    """Return what to compare versions by, in the order of PEP 440; none or nonsense is 0."""
    match = _VERSION.fullmatch((version or "0").strip()) or _VERSION.fullmatch("0")
    assert match is not None
    release = [int(part) for part in match["release"].split(".")]
    while len(release) > 1 and release[-1] == 0:
        release.pop()
    pre = (_STAGES[match["pre"].lower()], int(match["pre_number"] or 0)) if match["pre"] else _FINAL
    if match["pre"] is None and match["post"] is None and match["dev"] is not None:
        pre = _ONLY_DEV
    post = int(match["post"] or 0) if match["post"] is not None else -1
    dev = (0, int(match["dev"] or 0)) if match["dev"] is not None else (1, 0)
    return int(match["epoch"] or 0), tuple(release), pre, post, dev, match["local"] or ""
