"""Whatever fails, wherever in the call and under whatever policy: one mail at most, and the report is true.

Here runs a sample that has every fault; `make faults` runs the whole matrix.
"""

from itertools import islice

import pytest

from tests.faults.matrix import FaultBed, cells
from tests.faults.senders import SENDERS

# httpx leaves its own nested generators to the garbage collector when a body is not read to its end; trio mentions it.
pytestmark = pytest.mark.filterwarnings("ignore:Async generator 'http:ResourceWarning")


def test_the_matrix_has_hundreds_of_cells(bed: FaultBed) -> None:
    names = [fault.name for fault in bed.faults]
    assert len(set(names)) == len(names) > 100
    assert len({str(cell) for fault in bed.faults for cell in cells(fault)}) == len(names) * 9


@pytest.mark.parametrize("driver", SENDERS)
def test_every_fault_keeps_the_promises(driver: str, bed: FaultBed) -> None:
    sender, broken = SENDERS[driver], list[str]()
    for number, fault in enumerate(bed.faults):
        # The ways of sending start at different positions, so that together they see more of the matrix.
        for cell in islice(cells(fault), (number + list(SENDERS).index(driver) * 3) % 9, None, 9):
            broken += [f"{cell}: {violation}" for violation in bed.run(cell, sender)]
    assert broken == []
