"""The table of planted defects in the docs names the defects that there are."""

import pytest

from fuzzing.defect_table import HEADING, PAGE, row, rows, with_rows
from fuzzing.defects import DEFECTS


def test_the_page_holds_each_defect_with_the_check_that_finds_it() -> None:
    written = [line.split(" | ")[:2] for line in rows(PAGE.read_text(encoding="utf-8"))]
    assert written == [row(defect, 0).split(" | ")[:2] for defect in DEFECTS]


def test_there_are_enough_and_no_two_are_called_alike() -> None:
    assert len({defect.what for defect in DEFECTS}) == len(DEFECTS) >= 25


@pytest.mark.parametrize("after", ["", "\nText.\n"])
def test_other_lines_take_the_place_of_the_present_ones(after: str) -> None:
    page = f"Text.\n\n{HEADING}\n| old | `check` | 1 |\n{after}"
    assert rows(page) == ["| old | `check` | 1 |"]
    assert with_rows(page, ["| new | `check` | 2 |"]) == page.replace("| old | `check` | 1 |", "| new | `check` | 2 |")


def test_a_page_without_the_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="not found"):
        rows("Text.\n")
