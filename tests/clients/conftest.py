"""The shared cases, and what Python's protocol-level client makes of them."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from clients.cases import Case, read_cases
from clients.rehearsal import Verdict, rehearse

ROOT = Path(__file__).parents[2]
OPENAPI = ROOT / "openapi"
FILES = sorted((OPENAPI / "conformance").glob("*.json"))
SCHEMA = OPENAPI / "conformance.schema.json"
CASES: Sequence[Case] = read_cases(FILES, SCHEMA)


def rehearsed(program: Path) -> dict[str, Verdict]:
    verdicts = rehearse([sys.executable, program], CASES, FILES, OPENAPI / "error-codes.json")
    return {verdict.case: verdict for verdict in verdicts}


@pytest.fixture(scope="session")
def verdicts() -> dict[str, Verdict]:
    return rehearsed(ROOT / "clients/python/program.py")
