"""One test bed for all tests of faults: starting it takes longer than a call."""

from collections.abc import Iterator

import pytest

from tests.faults.matrix import FaultBed, fault_bed


@pytest.fixture(scope="session")
def bed() -> Iterator[FaultBed]:
    """The sandbox with a relay before it."""
    with fault_bed() as bed:
        yield bed
