"""The generated Python client, used by itself, goes through the cases that every language goes through."""

import pytest

from clients.rehearsal import Verdicts
from tests.clients.conftest import CASES


@pytest.mark.parametrize("case", [case["name"] for case in CASES])
def test_python_passes(case: str, verdicts: Verdicts) -> None:
    assert verdicts[case] == []


def test_no_request_arrives_and_no_mail_goes_out_that_belongs_to_no_case(verdicts: Verdicts) -> None:
    assert verdicts.keys() == {case["name"] for case in CASES}
