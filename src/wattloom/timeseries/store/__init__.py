"""Where beliefs are kept: the port, and one module per database."""

from wattloom.timeseries.store.port import BeliefKeys, BeliefStore, Changes, Points, Window
from wattloom.timeseries.store.postgres import PostgresBeliefStore
from wattloom.timeseries.store.sqlite import SqliteBeliefStore

__all__ = [
    "BeliefKeys",
    "BeliefStore",
    "Changes",
    "Points",
    "PostgresBeliefStore",
    "SqliteBeliefStore",
    "Window",
]
