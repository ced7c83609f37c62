"""The dump file: a zip with the rows of each table and a manifest, whole or not there at all.

docs/decisions/0008-dump-format.md describes it.
"""

import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from pydantic import BaseModel, ValidationError

from wattloom.db import known_revisions
from wattloom.errors import ConflictError, InputError, NotFoundError
from wattloom.transfer.block import RowProgress, Tally
from wattloom.transfer.content import split_blocks
from wattloom.transfer.manifest import FORMAT, Manifest, TableContent

_MANIFEST = "manifest.json"
_MAX_MANIFEST_BYTES = 1 << 22
_FASTEST = 1
_DAMAGED = (BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError)


@contextmanager
def new_archive(path: Path) -> Iterator[ZipFile]:
    """Write a dump under another name, and give it its own once it is complete and on the disk.

    Only its owner may read it.

    Raises:
        NotFoundError: There is no such folder.
        ConflictError: There is such a file already.
    """
    if not path.parent.is_dir():
        raise NotFoundError("folder", path.parent, message=f"There is no folder {path.parent}; create it first.")
    if path.exists():
        raise ConflictError(f"{path} exists already; choose another name.")
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".partial")
    try:
        with os.fdopen(descriptor, "wb") as file:
            with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_FASTEST) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        Path(draft).rename(path)
    finally:
        Path(draft).unlink(missing_ok=True)


def put_manifest(archive: ZipFile, manifest: Manifest) -> None:
    """Add what the dump says about itself; the last thing to do."""
    archive.writestr(_MANIFEST, manifest.model_dump_json(indent=2))


class Dump:
    """A complete dump that has been opened.

    Attributes:
        manifest: What it says about itself.
    """

    def __init__(self, archive: ZipFile, path: Path) -> None:
        self._archive, self._path = archive, path
        self.manifest = self._read_manifest()

    @contextmanager
    def member(self, table: TableContent) -> Iterator[IO[bytes]]:
        """Open the rows of a table.

        Raises:
            InputError: The file is damaged.
        """
        with self._named(), self._archive.open(table.member) as file:
            yield file

    def check(self, progress: RowProgress) -> None:
        """Read the whole file and compare it with its manifest.

        Raises:
            InputError: Something is missing, or differs.
        """
        progress.start("checking", self.manifest.n_rows)
        for table in self.manifest.tables:
            tally = Tally()
            with self.member(table) as file:
                for block in split_blocks(file, table):
                    tally.add(block)
                    progress.advance(block.n_rows)
            if (tally.n_rows, tally.sha256.hexdigest()) != (table.n_rows, table.sha256):
                raise InputError(f"{self._path} is damaged: {table.member} is not what was dumped.")

    def _read_manifest(self) -> Manifest:
        with self._named(), self._archive.open(_MANIFEST) as file:
            text = file.read(_MAX_MANIFEST_BYTES)
            found = _Format.model_validate_json(text).format
            if found > FORMAT:
                raise InputError(
                    f"{self._path} was written by a newer Wattloom (format {found}); restore it with that."
                )
            manifest = Manifest.model_validate_json(text)
        if manifest.schema_revision not in known_revisions():
            raise InputError(
                f"{self._path} has schema revision {manifest.schema_revision}, which this Wattloom does not know;"
                f" restore it with Wattloom {manifest.wattloom_version} or newer."
            )
        return manifest

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except (*_DAMAGED, ValidationError) as error:
            raise InputError(f"{self._path} is no complete dump of Wattloom: {error}") from error


class _Format(BaseModel):
    format: int


@contextmanager
def open_dump(path: Path) -> Iterator[Dump]:
    """Open a dump.

    Raises:
        InputError: It is none, or damaged, or newer than this Wattloom.
    """
    try:
        archive = ZipFile(path)
    except BadZipFile as error:
        raise InputError(f"{path} is no complete dump of Wattloom: {error}") from error
    with archive:
        yield Dump(archive, path)
