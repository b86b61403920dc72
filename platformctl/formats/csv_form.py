"""CSV: the evidence, one row for each rule and resource that it judged, for an auditor's table."""

import csv
import io

from platformctl.formats import Judgement
from platformctl.formats.characters import shown
from platformctl.formats.rows import rows

COLUMNS = ("rule", "verdict", "severity", "urn", "type", "source", "controls", "date")
# What makes a spreadsheet take a cell for a formula, https://owasp.org/www-community/attacks/CSV_Injection, with the
# full-width forms that some of them read alike.
_FORMULA = tuple("=+-@＝＋－＠")  # noqa: RUF001


def render(judgement: Judgement) -> str:
    """RFC 4180: a header, then the rows by rule and URN; the date is the day, in UTC, that the rules judged for.

    A control is `framework requirement (source)`; several are parted by `; `.
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    day = judgement.day.isoformat()
    for row in rows(judgement):
        controls = "; ".join(f"{c['framework']} {c['requirement']} ({c['source']})" for c in row.controls)
        cells = (row.rule, row.verdict, row.severity, row.urn, row.type, row.source, controls, day)
        writer.writerow([_cell(cell) for cell in cells])
    return stream.getvalue()


def _cell(text: str) -> str:
    """Text that stays text: an apostrophe keeps a spreadsheet from reading it as a formula."""
    plain = shown(text)
    return f"'{plain}" if plain.lstrip(" '").startswith(_FORMULA) else plain
