"""Python imports this when it starts: the process then lives some time before or after the present."""

import os
from datetime import timedelta

import time_machine

time_machine.travel(timedelta(seconds=float(os.environ["TEST_CLOCK_AHEAD_S"])), tick=True).start()
