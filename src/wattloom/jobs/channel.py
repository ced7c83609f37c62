"""What a worker process and its parent say to each other, over one socket pair.

The parent first sends one line of JSON, the arguments of the worker's entry
point (they may hold passwords, so they never stand on a command line), then
single bytes: "look for work" and "stop". The worker sends one
:data:`Report` in JSON per line.
"""

import os
import socket
import threading
from contextlib import suppress
from typing import TypeAlias

import msgspec

from wattloom.jobs.job import Attempt, Job

LOOK_FOR_WORK = b"w"
STOP = b"s"
_CHUNK_BYTES = 4096


class Idle(msgspec.Struct, tag=True, frozen=True):
    """The worker found nothing to do and waits to be woken."""


class Started(msgspec.Struct, tag=True, frozen=True):
    """The worker tries a job.

    Attributes:
        attempt: Which try at which job.
        time_limit_s: The worker is to be killed after this time [s].
    """

    attempt: Attempt
    time_limit_s: float


class Ended(msgspec.Struct, tag=True, frozen=True):
    """The try is over.

    Attributes:
        attempt: Which try at which job.
        is_final: Whether the job has ended; otherwise it will be tried again.
    """

    attempt: Attempt
    is_final: bool


class MoreWork(msgspec.Struct, tag=True, frozen=True):
    """What this worker committed has made another job due."""


Report: TypeAlias = Idle | Started | Ended | MoreWork

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)


def decode_report(line: bytes) -> Report:
    """Read one line that a worker sent."""
    return _decoder.decode(line)


class WorkerChannel:
    """The worker's end. When the parent's end closes, this process ends at once."""

    def __init__(self, connection: socket.socket) -> None:
        """Listen to the parent, in a thread of its own from now on."""
        self._connection = connection
        self._woken = threading.Event()
        self._parent_knows_idle = False
        self._stopping = False
        threading.Thread(target=self._listen, name="job-channel", daemon=True).start()

    @property
    def is_stopping(self) -> bool:
        """Whether no further job shall be started."""
        return self._stopping

    def stop(self) -> None:
        """Start no further job; for signal handlers."""
        # Nothing else: this is called from a signal handler, which must not touch a lock.
        # A worker that waits notices within its polling interval.
        self._stopping = True

    def wait_for_work(self, timeout_s: float) -> None:
        """Tell the parent that this worker is idle, and wait until it calls."""
        if not self._parent_knows_idle:
            self._send(Idle())
            self._parent_knows_idle = True
        if self._woken.wait(timeout_s):
            self._woken.clear()
            self._parent_knows_idle = False

    def job_started(self, job: Job) -> None:
        """Tell the parent, which watches the time limit."""
        self._parent_knows_idle = False
        self._send(Started(job.attempt, job.time_limit_s))

    def job_ended(self, job: Job, *, is_final: bool) -> None:
        """Tell the parent, which tells those who wait for the job."""
        self._send(Ended(job.attempt, is_final))

    def more_work(self) -> None:
        """Have the parent wake another worker."""
        self._send(MoreWork())

    def _send(self, report: Report) -> None:
        # A parent that is gone is the listening thread's concern.
        with suppress(OSError):
            self._connection.sendall(_encoder.encode(report) + b"\n")

    def _listen(self) -> None:
        while calls := self._receive():
            if STOP in calls:
                self._stopping = True
            self._woken.set()
        # In the middle of a job too: whoever started this process is dead, nobody would
        # see an orderly end, and the database rolls an open transaction back.
        os._exit(1)

    def _receive(self) -> bytes:
        try:
            return self._connection.recv(_CHUNK_BYTES)
        except OSError:
            return b""
