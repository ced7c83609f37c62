"""Solving a linear or mixed-integer program: the port, and HiGHS behind it.

Nothing above this package sees an object of the solver.
"""
