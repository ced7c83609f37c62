"""The command line: one module per command group.

Modules load heavy packages inside their commands, so that ``--help`` is quick.
"""
