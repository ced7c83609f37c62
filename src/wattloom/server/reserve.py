"""What only one server can have: the data folder and the address."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from wattloom.config import Settings
from wattloom.jobs import lock_data_dir

_ADVICE = {
    errno.EADDRINUSE: "Port {port} is in use; choose another with --port (make run PORT=…).",
    errno.EACCES: "You may not listen on port {port}; choose one from 1024 on with --port.",
}
_WRONG_HOST = "'{host}' is no address of this machine; choose another with --host (127.0.0.1 for this machine alone)."


@contextmanager
def reserved(settings: Settings) -> Iterator[socket.socket]:
    """Hold the data folder and the address, before any work is done that would be in vain.

    Servers on PostgreSQL may share a folder: what they keep in the database is made for several.

    Yields:
        A socket that listens; whoever connects is answered once somebody serves it.

    Raises:
        ConflictError: Another server uses the data folder.
        OSError: The address cannot be used; says which other could.
    """
    lock = lock_data_dir(settings.data_dir) if settings.uses_sqlite else nullcontext()
    with lock, _listening(settings.host, settings.port) as listener:
        yield listener


def _listening(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        # Clients that know a name by two addresses try both, but not all know those of IPv6.
        family, *_, address = min(found, key=lambda each: each[0] != socket.AF_INET)
        return socket.create_server(address, family=family)
    except OSError as error:
        raise OSError(_ADVICE.get(error.errno or 0, _WRONG_HOST).format(host=host, port=port)) from error
