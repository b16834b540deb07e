"""The generated Python client, used by itself, goes through the cases that every language goes through."""

import pytest

from clients.rehearsal import Verdict
from tests.clients.conftest import CASES


@pytest.mark.parametrize("case", [case.name for case in CASES])
def test_python_passes(case: str, verdicts: dict[str, Verdict]) -> None:
    assert verdicts[case].complaints == []


def test_no_request_arrives_that_belongs_to_no_case(verdicts: dict[str, Verdict]) -> None:
    assert verdicts.keys() == {case.name for case in CASES}
