"""Where the live service is known to differ from what a built-in check expects: the fact, its source, and no more.

A check is told about the one answer that is known; anything else that it complains about still counts.
"""

from typing import Any

from schemathesis import Case, Response
from schemathesis.core.failures import Failure, ServerError
from schemathesis.openapi.checks import AuthScenario, IgnoredAuth, MissingHeaderNotRejected, UnsupportedMethodResponse

from fuzzing.direct_call import read_envelope
from fuzzing.observed_run import current_run
from fuzzing.situations import Situation

ACCESS_TOKEN_MISSING = 99991661


def is_known_difference(failure: Failure, case: Case[Any], response: Response) -> bool:
    """Returns whether a built-in check complains about something that the live service is known to do."""
    if isinstance(failure, UnsupportedMethodResponse):
        # Live: 404 in plain text to a wrong method, where the check wants 405 with an Allow header.
        return response.status_code == 404 and (response.content or b"").strip() == b"404 page not found"
    if isinstance(failure, IgnoredAuth):
        # Live: 400 to a missing or unusable token, where the check wants 401 or 403. That the code is right, and that
        # nothing went out, is checked by a_valid_token_is_required.
        if failure.scenario is AuthScenario.GENERATED_AUTH:
            # Not generated in truth: arranging.py put the valid token in.
            return response.request.headers.get("Authorization") == current_run().authorization
        return "got `400 " in failure.message
    if isinstance(failure, MissingHeaderNotRejected):
        # Live: the same, 400 with code 99991661.
        return response.status_code == 400 and read_envelope(response.content).get("code") == ACCESS_TOKEN_MISSING
    if isinstance(failure, ServerError):
        # The vendor's page: 500 with code 1236019 is an answer of this operation; expected where it was asked for.
        arranged = current_run().arranged.get(case.id)
        return (
            arranged is not None
            and arranged.situation is Situation.DOCUMENTED_ERROR
            and arranged.draft.draft_id == "code-1236019"
        )
    return False
