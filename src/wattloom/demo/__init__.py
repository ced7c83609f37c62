"""The demo: a home with real data of past years and a plan for the next two days.

:func:`set_up_demo` makes the home, or adds the days that are missing;
:func:`plan_home` has it planned the way that any client would;
:class:`HomePlan` holds the result, :class:`Savings` what it is worth. Prints
nothing: ``wattloom.cli`` shows what comes back.
"""

from wattloom.charts import Bill
from wattloom.demo.bill import Savings
from wattloom.demo.build_home import DemoSite
from wattloom.demo.home import BATTERY, CAR, TIMEZONE
from wattloom.demo.login import Login
from wattloom.demo.plan import HomePlan
from wattloom.demo.plan_home import plan_home, read_plan
from wattloom.demo.set_up import DemoHome, set_up_demo

__all__ = [
    "BATTERY",
    "CAR",
    "TIMEZONE",
    "Bill",
    "DemoHome",
    "DemoSite",
    "HomePlan",
    "Login",
    "Savings",
    "plan_home",
    "read_plan",
    "set_up_demo",
]
