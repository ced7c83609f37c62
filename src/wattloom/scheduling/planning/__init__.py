"""From a job to a plan: read, solved, and turned into what sensors receive and people are told. Nothing is recorded here.

:class:`Planner` plans stage by stage, with the StorageScheduler or by another
one (``delegate``). ``outputs`` are the series for each sensor, ``report`` and
``result`` what the job says of them, ``explain_plans`` why. Loads the solver:
its modules are imported by name where jobs are worked off, and nowhere else.
"""
