"""The shared cases, and what Python's protocol-level client makes of them."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from clients.cases import Case, read_cases
from clients.languages import PYTHON
from clients.rehearsal import Verdicts, rehearse

CASES: Sequence[Case] = read_cases()


def rehearsed(program: Path) -> Verdicts:
    return rehearse([sys.executable, program], CASES)


@pytest.fixture(scope="session")
def verdicts() -> Verdicts:
    return rehearse(PYTHON.program, CASES)
