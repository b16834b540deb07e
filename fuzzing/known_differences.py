"""Where the live service is known to differ from what a built-in check expects: the fact, its source, and no more.

A check is told about the one answer that is known; anything else that it complains about still counts.
"""

from typing import Any

from schemathesis import Case, Response
from schemathesis.core.failures import Failure, ServerError
from schemathesis.openapi.checks import IgnoredAuth, MissingHeaderNotRejected

from fuzzing.fuzz_run import current_run


def is_known_difference(failure: Failure, case: Case[Any], response: Response) -> bool:
    """Returns whether a built-in check complains about something that the live service is known to do."""
    # Live: 400 to a missing or unusable token, where the checks want 401 or 403. That the code is right, and that
    # nothing was done, is checked by a_valid_token_is_required.
    if isinstance(failure, IgnoredAuth):
        return "got `400 " in failure.message
    if isinstance(failure, MissingHeaderNotRejected):
        return response.status_code == 400
    if isinstance(failure, ServerError):
        # The vendor's pages: 500 is an answer of each operation; expected where its code was asked for.
        run = current_run()
        return (response.status_code, run.arranged[case.id].code) in run.operations[case.operation.label].errors
    return False
