"""Tables with nothing but headings, for whoever begins with one of ours."""

import csv
import io
from collections.abc import Sequence


def empty_table(kind: str, headings: Sequence[str]) -> bytes:
    """Return a CSV as spreadsheets here open it, or a workbook."""
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerow(headings)
        return text.getvalue().encode("utf-8-sig")
    import xlsxwriter  # noqa: PLC0415 (heavy, and seldom asked for)

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, headings, book.add_format({"bold": True}))
        sheet.autofit()
        sheet.freeze_panes(1, 0)
    return out.getvalue()
