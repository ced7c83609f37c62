"""A worker process: ``python -m wattloom.jobs <file descriptor> <module:function>``.

Started by the supervisor, never by people. The descriptor is one end of a
socket pair; the function is called with a :class:`WorkerChannel` and the
arguments that arrive on it.
"""

import pkgutil
import signal
import socket
import sys

import msgspec

from wattloom.jobs.channel import WorkerChannel


def main() -> None:
    """Connect to the parent, load the entry point, run it."""
    descriptor, entry = sys.argv[1:]
    connection = socket.socket(fileno=int(descriptor))
    # Unbuffered, so that nothing beyond the line is read.
    with connection.makefile("rb", buffering=0) as stream:
        line = stream.readline()
    if not line:
        return
    # Listening begins before the libraries are loaded, so that this process never outlives its parent.
    channel = WorkerChannel(connection)
    signal.signal(signal.SIGTERM, lambda _number, _frame: channel.stop())
    pkgutil.resolve_name(entry)(channel, **msgspec.json.decode(line))


if __name__ == "__main__":
    main()
