"""The demo: a home with real data of past years and a plan for the next two days.

:func:`set_up_demo` makes the home, or adds the days that are missing;
:func:`plan_home` has it planned the way that any client would;
:class:`HomePlan` holds the result, :class:`Savings` what it is worth.
:func:`add_toy_account` makes the account of FlexMeasures' tutorials. Prints
nothing: ``wattloom.cli`` shows what comes back.
"""

from wattloom.demo.bill import Savings
from wattloom.demo.build_home import DemoSite
from wattloom.demo.home import BATTERY, CAR, TIMEZONE
from wattloom.demo.login import Login
from wattloom.demo.plan import HomePlan
from wattloom.demo.plan_home import plan_home, read_plan
from wattloom.demo.set_up import DemoHome, set_up_demo
from wattloom.demo.toy_account import PASSWORD as TOY_PASSWORD
from wattloom.demo.toy_account import ToyAccount, add_toy_account
from wattloom.demo.toy_structure import Kind as ToyKind
from wattloom.sites import Bill

__all__ = [
    "BATTERY",
    "CAR",
    "TIMEZONE",
    "TOY_PASSWORD",
    "Bill",
    "DemoHome",
    "DemoSite",
    "HomePlan",
    "Login",
    "Savings",
    "ToyAccount",
    "ToyKind",
    "add_toy_account",
    "plan_home",
    "read_plan",
    "set_up_demo",
]
