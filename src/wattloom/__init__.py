"""Wattloom: an energy-flexibility server.

It stores what is measured, priced and forecast (``timeseries``), and computes
the optimal schedule for batteries, EV chargers, PV and processes
(``scheduling``). ARCHITECTURE.md shows how the packages fit together.
"""

__version__ = "0.1.0"
