"""The rules of recording and reading beliefs, written out one belief at a time."""

from dataclasses import dataclass, field

from wattloom.errors import ReplacementError

Key = tuple[int, int, int]
"""Event start, source, belief time, all as small numbers."""


@dataclass
class BeliefModel:
    """Point beliefs about one sensor, in a dict.

    Attributes:
        known_at: Belief time from which on beliefs about an event are ex-post, by event.
        values: All stored values.
    """

    known_at: dict[int, int]
    values: dict[Key, float] = field(default_factory=dict)

    def record(self, batch: list[tuple[Key, float]], *, replace: bool) -> tuple[int, int]:
        """Record a batch; return how many values are new and how many unchanged.

        Raises:
            ReplacementError: Another value stands at one of the keys; nothing changes.
        """
        kept = dict(self.values)
        n_new = 0
        seen: dict[Key, float] = {}
        for key, value in sorted(batch):
            if seen.setdefault(key, value) != value:
                raise ReplacementError("twice")
        for key, value in sorted(seen.items()):
            if key in kept:
                if kept[key] == value:
                    continue
                if not replace:
                    raise ReplacementError("again")
            elif self._stated_before(kept, key) == value:
                continue
            kept[key] = value
            n_new += 1
        self.values = kept
        return n_new, len(batch) - n_new

    def believed(self, *, before: int | None = None) -> dict[tuple[int, int], tuple[int, float]]:
        """Return belief time and value by event and source: the most recent at ``before``."""
        newest: dict[tuple[int, int], tuple[int, float]] = {}
        for (event, source, believed_at), value in sorted(self.values.items()):
            if before is None or believed_at <= before:
                newest[event, source] = (believed_at, value)
        return newest

    def _stated_before(self, kept: dict[Key, float], key: Key) -> float | None:
        event, source, believed_at = key
        is_ex_post = believed_at >= self.known_at[event]
        earlier = [
            (when, value)
            for (of_event, of_source, when), value in kept.items()
            if (of_event, of_source) == (event, source)
            and when < believed_at
            and (when >= self.known_at[event]) == is_ex_post
        ]
        return max(earlier)[1] if earlier else None
