"""One server per data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wattloom.errors import ConflictError

_FILE_NAME = "server.lock"


@contextmanager
def lock_data_dir(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this process; the system lets go of it however the process ends.

    Raises:
        ConflictError: A server that still runs holds it; the message names its process id.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data_dir / _FILE_NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise ConflictError(
                f"A server (process {file.read().strip() or 'unknown'}) already shows what is in the data folder {data_dir}."
                " Use that one, or stop it first, or choose another folder with --data-dir."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
