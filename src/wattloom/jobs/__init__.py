"""Background work: a durable queue, and the processes that work it off.

The ``job`` table is the truth. This package knows no kind of job: the server
registers handlers. Its port is :class:`JobQueue`.
"""
