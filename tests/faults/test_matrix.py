"""Whatever fails, wherever in the call and under whatever policy: one mail at most, and the report is true.

Here runs a sample that has every fault of a send; `make faults` runs the whole matrix.
"""

from itertools import islice

import pytest

from tests.faults.matrix import FaultBed
from tests.faults.ways import WAYS


def test_the_matrix_has_thousands_of_cells(bed: FaultBed) -> None:
    cells = [(name, str(cell)) for name, way in WAYS.items() for cell in bed.cells(way)]
    assert len(set(cells)) == len(cells) > 4_000


@pytest.mark.parametrize("name", WAYS)
def test_every_fault_keeps_the_promises(name: str, bed: FaultBed) -> None:
    way, broken = WAYS[name], list[str]()
    # Each way starts at another cell, so that together they meet every fault.
    for cell in islice(bed.cells(way), list(WAYS).index(name), None, 11):
        broken += [f"{cell}: {violation}" for violation in bed.run(cell, way)]
    assert broken == []
