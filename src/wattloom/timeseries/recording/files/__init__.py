"""Files of measured data: CSV and Excel, read into columns.

:func:`read_file` reads both as a :class:`Layout` says and returns
:class:`~wattloom.timeseries.recording.rows.Rows`. Whatever is wrong with a file is told
with its row and column. Knows no sensors and no units.
"""

from wattloom.timeseries.recording.files.layout import Layout, ValueKind
from wattloom.timeseries.recording.files.numbers import USUAL_GAPS, NumberStyle
from wattloom.timeseries.recording.files.read import read_file

__all__ = ["USUAL_GAPS", "Layout", "NumberStyle", "ValueKind", "read_file"]
