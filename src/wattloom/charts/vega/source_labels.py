"""Names of sources that tell them apart: no longer than the data at hand need."""

from itertools import combinations

from wattloom.charts.vega.options import Spec

_DETAILS = ("type", "model", "version")
_FIELDS = {"type": "display_type", "model": "model", "version": "version"}


def source_legend_label() -> list[Spec]:
    """Return the transforms that give each datum the ``source_legend_label`` of its source.

    That is the name of the source; where several sources have this name, it is
    followed by the first of type, model, version, two of them or all three that
    differs for all of these sources, and by the id where none does.
    """
    choices = [chosen for n in (1, 2, 3) for chosen in combinations(_DETAILS, n)]
    details = {"_".join(chosen): _joined(chosen) for chosen in choices}
    is_told_apart = [f"datum.n_source_{name} === datum.n_sources ? datum.source_{name}" for name in details]
    return [
        {"calculate": "datum.source.name", "as": "source_name"},
        {"calculate": "datum.source.id", "as": "source_id"},
        *({"calculate": text, "as": f"source_{name}"} for name, text in details.items()),
        {
            "joinaggregate": [
                {"op": "distinct", "field": "source_id", "as": "n_sources"},
                *({"op": "distinct", "field": f"source_{name}", "as": f"n_source_{name}"} for name in details),
            ],
            "groupby": ["source_name"],
        },
        {"calculate": " : ".join([*is_told_apart, "'ID: ' + datum.source_id"]), "as": "source_detail"},
        {
            "calculate": "datum.n_sources === 1 ? datum.source_name"
            " : datum.source_name + ' (' + datum.source_detail + ')'",
            "as": "source_legend_label",
        },
    ]


def _joined(chosen: tuple[str, ...]) -> str:
    return " + ', ' + ".join(f"datum.source.{_FIELDS[name]}" for name in chosen)
