"""The optimisation problem: typed arrays in, sparse columns and rows out.

One module per constraint family, with the symbols of docs/formulation.md.
"""
