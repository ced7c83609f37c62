"""Read a posted Apache Arrow stream without taking more memory than its bytes do.

A few hundred bytes of compressed zeros can hold gigabytes, and columns that
hold nothing any number of rows. So columns and their types are looked at
before any of their data, and compressed streams are refused.
"""

import struct
from collections.abc import Sequence
from typing import Any

from wattloom.errors import InputError, suggestion

_REQUIRED = ("sensor", "event_start", "event_value")
_NUMBERS = ("sensor", "event_value", "cumulative_probability")
_INSTANTS = ("event_start", "belief_time")
_COLUMNS = (*_NUMBERS, *_INSTANTS)

# The fields of Arrow's messages, by their numbers in its flatbuffers.
_HEADER, _COMPRESSION = 2, 3


def read_table(pa: Any, body: bytes) -> Any:
    """Return what a stream holds as a table with known columns: numbers, and instants with a time zone.

    Args:
        pa: The package pyarrow.
        body: The stream.

    Raises:
        InputError: It is no stream, compressed, or has other columns.
    """
    try:
        reader = pa.ipc.open_stream(body)
        _check_columns(reader.schema.names)
        _check_types(pa, reader.schema)
        if any(_is_compressed(message) for message in pa.ipc.MessageReader.open_stream(body)):
            raise InputError("Compressed streams are not read: write this one without compression.")
        table = reader.read_all()
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, struct.error) as error:
        raise InputError("Not a readable Apache Arrow stream.") from error
    return table


def _check_columns(names: Sequence[str]) -> None:
    for name in names:
        if name not in _COLUMNS:
            raise InputError(f"Unknown column.{suggestion(name, _COLUMNS)}", field=name)
        if names.count(name) > 1:
            raise InputError("Occurs more than once.", field=name)
    for name in _REQUIRED:
        if name not in names:
            raise InputError("Missing column.", field=name)


def _check_types(pa: Any, schema: Any) -> None:
    for column in schema:
        kind = column.type
        if column.name in _INSTANTS and not (pa.types.is_timestamp(kind) and kind.tz is not None):
            raise InputError(f"Expected timestamps with a time zone, got {kind}.", field=column.name)
        if column.name in _NUMBERS and not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            raise InputError(f"Expected a column of numbers, got {kind}.", field=column.name)


def _is_compressed(message: Any) -> bool:
    if message.type != "record batch":
        return False
    metadata = message.metadata.to_pybytes()
    header = _field(metadata, _pointed_at(metadata, 0), _HEADER)
    return _field(metadata, _pointed_at(metadata, header), _COMPRESSION) != 0


def _pointed_at(metadata: bytes, place: int) -> int:
    return place + int(struct.unpack_from("<I", metadata, place)[0])


def _field(metadata: bytes, table: int, number: int) -> int:
    """Return where a field of a flatbuffer's table stands; 0 when it is absent."""
    listing = table - int(struct.unpack_from("<i", metadata, table)[0])
    place = 4 + 2 * number
    if place >= struct.unpack_from("<H", metadata, listing)[0]:
        return 0
    offset = int(struct.unpack_from("<H", metadata, listing + place)[0])
    return table + offset if offset else 0
