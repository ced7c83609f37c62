"""A plan as a compact table, and what it saves."""

from collections.abc import Callable, Iterator

from rich.table import Table
from rich.text import Text

from wattloom.demo import TIMEZONE, Bill, HomePlan, Savings
from wattloom.periods import from_us, zone

_ROW_HOURS = 3
_FIGURES: tuple[tuple[str, Callable[[Bill], float], int, str], ...] = (
    ("bought", lambda bill: bill.bought_kwh, 1, "kWh"),
    ("sold", lambda bill: bill.sold_kwh, 1, "kWh"),
    ("bought × price − sold × feed-in price", lambda bill: bill.paid, 2, "EUR"),
    ("change of the energy in battery and EV", lambda bill: bill.stored_kwh or 0.0, 1, "kWh"),
    ("its worth at the mean buying price", lambda bill: bill.stored_worth, 2, "EUR"),
    ("cost: what was paid less that worth", lambda bill: bill.cost, 2, "EUR"),
)


def plan_table(plan: HomePlan) -> Table:
    """Return one row per three hours of the clock: mean prices and powers, stocks at the end."""
    table = Table(box=None, padding=(0, 1), header_style="bold", title_justify="left", title_style="bold")
    table.title = f"The plan for the next {len(plan.event_start_us) / 4:.0f} hours, times in {TIMEZONE}"
    legend = "battery + charges, − discharges; grid − feeds in; rows are means, kWh at end"
    table.caption = Text(legend, style="dim", no_wrap=True, overflow="ignore")
    table.caption_justify = "left"
    table.add_column("from", no_wrap=True)
    for heading, style in (
        ("price\nEUR/kWh", ""),
        ("PV\nkW", "#FFC940"),
        ("load\nkW", "#A7B1BE"),
        ("battery\nkW", "#3FD0C9"),
        ("EV\nkW", "#62B6F7"),
        ("grid\nkW", "#97A0FF"),
        ("battery\nkWh", "#3FD0C9"),
        ("EV\nkWh", "#62B6F7"),
    ):
        table.add_column(heading, justify="right", style=style, no_wrap=True)
    for label, rows in _groups(plan):
        table.add_row(
            label,
            _number(plan.buying_eur_per_kwh[rows].mean(), 3),
            *(
                _number(series[rows].mean(), 1)
                for series in (
                    plan.pv_production_kw,
                    plan.base_consumption_kw,
                    plan.battery_consumption_kw,
                    plan.car_consumption_kw,
                    plan.grid_import_kw,
                )
            ),
            *(_number(stock[rows.stop], 1) for stock in (plan.battery_kwh, plan.car_kwh)),
        )
    return table


def savings_table(savings: Savings) -> Table:
    """Return the bill of the plan beside the bill without flexibility."""
    table = Table(box=None, padding=(0, 1), header_style="bold")
    table.add_column("", no_wrap=True)
    table.add_column("plan", justify="right", no_wrap=True)
    table.add_column("without flexibility", justify="right", no_wrap=True)
    for name, figure, decimals, unit in _FIGURES:
        bills = (savings.plan, savings.baseline)
        table.add_row(name, *(f"{_number(figure(bill), decimals)} {unit}" for bill in bills))
    table.rows[-1].style = "bold"
    return table


def savings_line(savings: Savings) -> str:
    """Return what the plan saves in one sentence."""
    percent = savings.percent
    share = "" if percent is None else f" ({_number(percent, 0)} %)"
    return (
        f"The plan saves {_number(savings.eur, 2)} EUR{share} against an idle battery and charging the EV on arrival."
    )


def _groups(plan: HomePlan) -> Iterator[tuple[str, slice]]:
    locals_ = [from_us(start_us, zone(TIMEZONE)) for start_us in plan.event_start_us.tolist()]
    keys = [(at.toordinal(), at.hour // _ROW_HOURS) for at in locals_]
    starts = [k for k in range(len(keys)) if k == 0 or keys[k] != keys[k - 1]]
    for first, end in zip(starts, [*starts[1:], len(keys)], strict=True):
        yield f"{locals_[first]:%a %H:%M}", slice(first, end)


def _number(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return (text[1:] if float(text) == 0 and text.startswith("-") else text).replace("-", "−")
