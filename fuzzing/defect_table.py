"""The table of the planted defects, as it is printed and as it stands in docs/fuzzing.md."""

from collections.abc import Sequence
from pathlib import Path

from fuzzing.defects import Defect

PAGE = Path(__file__).parents[1] / "docs" / "fuzzing.md"
HEADING = "| defect | found by | after cases |\n|---|---|---:|"


def row(defect: Defect, cases: int) -> str:
    """Returns the line for a defect that was found after so many cases."""
    return f"| {defect.what} | `{defect.caught_by}` | {cases} |"


def rows(page: str) -> list[str]:
    """Returns the lines of the table in the page. Raises ValueError when it has no such table."""
    return page[slice(*_span(page))].splitlines()


def with_rows(page: str, lines: Sequence[str]) -> str:
    """Returns the page with other lines in the table. Raises ValueError when it has no such table."""
    begin, end = _span(page)
    return page[:begin] + "".join(f"{line}\n" for line in lines) + page[end:]


def _span(page: str) -> tuple[int, int]:
    begin = page.index(HEADING) + len(HEADING) + 1
    blank = page.find("\n\n", begin - 1)
    return begin, len(page) if blank < 0 else blank + 1
