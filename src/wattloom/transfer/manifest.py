"""What a dump says about itself."""

from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from wattloom.transfer.shape import TableShape

FORMAT: Final = 1


class TableContent(TableShape):
    """A table and what it held.

    Attributes:
        n_rows: Its rows.
        sha256: Checksum of all rows in the order of the key, as a dump holds them.
        last_id: The last id that was given out, deleted rows included; None when ids are not counted up.
    """

    n_rows: int = Field(ge=0)
    sha256: str
    last_id: int | None


class Manifest(BaseModel):
    """The ``manifest.json`` of a dump.

    Attributes:
        format: How the file is laid out; a newer layout has a higher number.
        wattloom_version: Who wrote it.
        schema_revision: Revision of the schema that the tables have.
        created: When the one transaction began that read everything.
        tables: All tables, those that others refer to first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = FORMAT
    wattloom_version: str
    schema_revision: str
    created: datetime
    tables: tuple[TableContent, ...]

    @property
    def n_rows(self) -> int:
        """Rows of all tables."""
        return sum(table.n_rows for table in self.tables)
