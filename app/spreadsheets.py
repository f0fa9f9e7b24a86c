"""CSV that a spreadsheet opens without doing anything that somebody else has written."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

# A spreadsheet takes a cell that begins so for a formula, which could fetch or send things. (The wide twins count.)
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def guarded(value: object) -> object:
    """A cell that could be a formula begins with an apostrophe, which spreadsheets show as plain text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def write_csv(columns: Sequence[str], records: Iterable[Mapping[str, object]], *, with_header: bool = True) -> str:
    """RFC 4180."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns)
    if with_header:
        writer.writeheader()
    writer.writerows({name: guarded(value) for name, value in record.items()} for record in records)
    return out.getvalue()
