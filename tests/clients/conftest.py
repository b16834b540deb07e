"""The shared cases, and what Python's protocol-level client makes of them."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from clients.cases import Case, read_cases
from clients.rehearsal import Verdict, rehearse
from clients.shared_files import CASE_FILES, CASE_SCHEMA, ERROR_CODES

ROOT = Path(__file__).parents[2]
CASES: Sequence[Case] = read_cases(CASE_FILES, CASE_SCHEMA)


def rehearsed(program: Path) -> dict[str, Verdict]:
    verdicts = rehearse([sys.executable, program], CASES, CASE_FILES, ERROR_CODES)
    return {verdict.case: verdict for verdict in verdicts}


@pytest.fixture(scope="session")
def verdicts() -> dict[str, Verdict]:
    return rehearsed(ROOT / "clients/python/program.py")
