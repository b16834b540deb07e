"""How much is measured: a full run has ten minutes on two cores, a quick one has one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rounds, and sends in them."""

    cold_starts: int
    imports: int
    slow_every: int
    """Rounds of processes for one in which a slow contender takes part."""
    sync_rounds: int
    slow_sync_every: int
    sync_values: int
    sync_sends: int
    """For one value."""
    counted_sends: tuple[int, int] | None
    """Of the two runs whose difference in instructions is told."""
    async_rounds: int
    async_sends: Mapping[int, int]
    """By how many are in flight."""
    slow_async_sends: Mapping[int, int]
    part_processes: int
    part_loops: int
    memory_first_look: int
    memory_sends: int
    sandbox_starts: int
    sandbox_sends: int
    regenerations: int


FULL: Final = Sizes(
    cold_starts=61,
    imports=31,
    slow_every=10,
    sync_rounds=13,
    slow_sync_every=4,
    sync_values=3,
    sync_sends=500,
    counted_sends=(20, 120),
    async_rounds=4,
    async_sends={1: 1000, 16: 1000, 128: 1000},
    slow_async_sends={1: 24, 16: 64, 128: 128},
    part_processes=3,
    part_loops=300,
    memory_first_look=10_000,
    memory_sends=100_000,
    sandbox_starts=7,
    sandbox_sends=5000,
    regenerations=3,
)

QUICK: Final = Sizes(
    cold_starts=5,
    imports=3,
    slow_every=5,
    sync_rounds=2,
    slow_sync_every=2,
    sync_values=2,
    sync_sends=250,
    counted_sends=None,
    async_rounds=1,
    async_sends={1: 250, 16: 300, 128: 300},
    slow_async_sends={1: 4, 16: 32},
    part_processes=1,
    part_loops=100,
    memory_first_look=500,
    memory_sends=3000,
    sandbox_starts=1,
    sandbox_sends=500,
    regenerations=1,
)

GATE: Final = Sizes(
    cold_starts=25,
    imports=21,
    slow_every=1,
    sync_rounds=6,
    slow_sync_every=1,
    sync_values=3,
    sync_sends=400,
    counted_sends=None,
    async_rounds=0,
    async_sends={},
    slow_async_sends={},
    part_processes=0,
    part_loops=0,
    memory_first_look=0,
    memory_sends=0,
    sandbox_starts=0,
    sandbox_sends=0,
    regenerations=0,
)
