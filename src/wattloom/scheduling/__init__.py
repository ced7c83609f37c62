"""Schedules: from a flex-model and a flex-context to stored plans.

``trigger`` validates and enqueues; ``run`` is the job: ``inputs`` reads sensors
into arrays, ``problem`` builds columns and rows, ``solver`` runs HiGHS, and
``result`` turns the solution into schedules, costs and unmet targets.
``flexmodel``, ``problem`` and ``solver`` are pure.
"""
