"""The parent's end of one worker process."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import msgspec

from wattloom.jobs.channel import Ended, Report, Started, decode_report
from wattloom.jobs.job import Attempt

_CHUNK_BYTES = 65536
# A solve uses one thread and there are as many workers as cores. Idle thread pools would
# cost memory, too. Whoever sets these variables is obeyed.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class WorkerProcess:
    """A fresh interpreter that works jobs off, and what its parent knows about it.

    Started with ``exec``, not forked, so that it inherits no lock, connection
    or thread. Plain ``subprocess`` instead of ``multiprocessing``, which would
    keep a further process for tracking resources.

    Attributes:
        pid: Process id.
        is_ready: Whether it has loaded its libraries and said so.
        attempt: What it is working on.
        kill_at: When that attempt passes its time limit, on the monotonic clock [s].
    """

    def __init__(self, entry: str, arguments: Mapping[str, Any]) -> None:
        """Start ``entry`` (``module:function``) with a channel and these arguments (JSON)."""
        self._connection, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-m", "wattloom.jobs", str(theirs.fileno()), entry],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # Ctrl-C in the terminal is for the server, which lets running jobs finish.
                process_group=0,
                env=_ONE_THREAD | os.environ,
            )
        self.pid = self._process.pid
        self.is_ready = False
        self.attempt: Attempt | None = None
        self.kill_at: float | None = None
        self._unread = b""
        self.send(msgspec.json.encode(dict(arguments)) + b"\n")

    def fileno(self) -> int:
        """The descriptor on which its reports arrive."""
        return self._connection.fileno()

    def send(self, message: bytes) -> None:
        """Say something; a process that has died is noticed when it is read from."""
        with suppress(OSError):
            self._connection.sendall(message)

    def read_reports(self) -> list[Report] | None:
        """Read what it has said, waiting for something; None when it has died."""
        try:
            chunk = self._connection.recv(_CHUNK_BYTES)
        except OSError:
            chunk = b""
        if not chunk:
            return None
        *lines, self._unread = (self._unread + chunk).split(b"\n")
        reports = [decode_report(line) for line in lines]
        for report in reports:
            self._note(report)
        return reports

    def end(self) -> None:
        """Kill it, if it still lives, and let go of it."""
        self._process.kill()
        self._process.wait()
        self._connection.close()

    def _note(self, report: Report) -> None:
        self.is_ready = True
        match report:
            case Started():
                self.attempt = report.attempt
                self.kill_at = time.monotonic() + report.time_limit_s
            case Ended():
                self.attempt = None
                self.kill_at = None
