"""Units and currencies: what a unit is, and exact conversion of arrays.

Built on pint with every ISO 4217 currency as a dimension of its own. Pure:
knows no sensors and does no I/O.
"""
