"""What has changed in the JSON of an asset, in the words of the audit log."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from wattloom.assets.graphs import Graph, canonical_graphs


def describe_flex_changes(field: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return the numbered changes of a flex-context or flex-model."""
    return _numbered(field, list(_differences("", old, new)))


def describe_attribute_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return one text per attribute that was added or changed."""
    return [
        f"Updated Attr: {name}, From: {old.get(name)}, To: {value}"
        for name, value in new.items()
        if name not in old or old[name] != value
    ]


def describe_graph_changes(old: list[Any], new: list[Any]) -> str:
    """Return the changes of ``sensors_to_show``, graph by graph."""
    before, after = canonical_graphs(old), canonical_graphs(new)
    lines = []
    for n in range(1, max(len(before), len(after)) + 1):
        was = before[n - 1] if n <= len(before) else None
        now = after[n - 1] if n <= len(after) else None
        if was is None and now is not None:
            lines.append(f"Added graph {n}: {_shown(now)}")
        elif now is None and was is not None:
            lines.append(f"Removed graph {n}: {_shown(was)}")
        elif was is not None and now is not None and was != now:
            lines.append(f"Changed graph {n} ({was.title}): {'; '.join(_graph_differences(was, now))}")
    return _numbered("sensors_to_show", lines)


def _numbered(field: str, lines: list[str]) -> str:
    if not lines:
        return f"Updated {field}:\nNo changes"
    return f"Updated {field}:\n" + "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))


def _differences(path: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in [*old, *(name for name in new if name not in old)]:
            yield from _difference(f"{path}.{name}" if path else name, old, new, name)
    elif isinstance(old, list) and isinstance(new, list):
        before, after = dict(enumerate(old)), dict(enumerate(new))
        for n in range(max(len(old), len(new))):
            yield from _difference(f"{path}[{n}]", before, after, n)
    elif old != new:
        yield f"Changed {path}: {old} → {new}"


def _difference(path: str, old: Mapping[Any, Any], new: Mapping[Any, Any], key: Any) -> Iterator[str]:
    if key not in old:
        yield f"Added {path}: {new[key]}"
    elif key not in new:
        yield f"Removed {path} (was: {old[key]})"
    else:
        yield from _differences(path, old[key], new[key])


def _shown(graph: Graph) -> str:
    sensors = [sensor_id for plot in graph.plots for sensor_id in _sensors(plot)]
    references = [_reference(plot) for plot in graph.plots if "asset" in plot]
    parts = [f"sensors [{', '.join(map(str, sensors))}]"] if sensors else []
    parts += [f"refs [{', '.join(references)}]"] if references else []
    return f'"{graph.title}" ({", ".join(parts)})'


def _sensors(plot: Mapping[str, Any]) -> list[int]:
    return [plot["sensor"]] if "sensor" in plot else list(plot.get("sensors", ()))


def _reference(plot: Mapping[str, Any]) -> str:
    kind = "flex-model" if "flex-model" in plot else "flex-context"
    return f"asset {plot['asset']}, {kind}: {plot[kind]}"


def _graph_differences(old: Graph, new: Graph) -> Iterator[str]:
    for n in range(1, max(len(old.plots), len(new.plots)) + 1):
        if n > len(old.plots):
            yield f"added plot {n}: {_json(new.plots[n - 1])}"
        elif n > len(new.plots):
            yield f"removed plot {n}: {_json(old.plots[n - 1])}"
        else:
            was, now = old.plots[n - 1], new.plots[n - 1]
            for name in sorted(was.keys() | now.keys()):
                if was.get(name) != now.get(name):
                    yield f'plot {n}: {name} "{was.get(name)}" → "{now.get(name)}"'
    if old.title != new.title:
        yield f'title: "{old.title}" → "{new.title}"'
    if old.y_axis != new.y_axis:
        yield f'y-axis: "{_json(old.y_axis)}" → "{_json(new.y_axis)}"'


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
