"""Wiring: the one place that chooses implementations and connects everything.

``backend`` opens database and stores, ``handlers`` registers the kinds of job,
``application`` builds the web application, ``serve`` runs it with its workers,
and ``worker`` is what a worker process executes. Only ``cli`` and ``demo``
import this package. It loads nothing by itself, so that a worker process stays
free of the web stack.
"""
