"""Assets: their types, their tree, what they show, and what happened to them.

An asset belongs to an account (or is public) and has sensors. Its stored
flex-context is inherited down the tree, its flex-models are collected up.
"""
