"""Reading a table that came as CSV or as a workbook. Runs in the child."""

from collections.abc import Collection

from kinderwerk.imports.rules import plain
from kinderwerk.places.reading import workbooks
from kinderwerk.places.reading.tables import Table


def read(content: bytes, names: Collection[str], most: int) -> Table:
    """Read a table whose headings are the first row in which one of the names stands."""
    return workbooks.read(content, lambda cells: any(plain(cell) in names for cell in cells), most)
