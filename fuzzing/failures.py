"""What the checks found, and the commands that show it again."""

import json
import shlex
from collections.abc import Iterator
from urllib.parse import urlsplit

from schemathesis.engine import events
from schemathesis.engine.recorder import Request, ScenarioRecorder

from fuzzing.observed_run import Arranged, FuzzRun
from fuzzing.report import FoundFailure
from fuzzing.situations import Situation

_TOKEN_VARIABLE = "$FEISHU_USER_ACCESS_TOKEN"  # noqa: S105
# Not a check of schemathesis: it reports a broken connection, or whatever else keeps it from going on, as an error.
ANSWERED = "every_call_is_answered"
# What the HTTP library adds to every request by itself.
_USUAL_HEADERS = {
    "accept",
    "accept-encoding",
    "connection",
    "user-agent",
    "x-schemathesis-testcaseid",
}


def found_failures(event: events.EngineEvent, run: FuzzRun) -> Iterator[FoundFailure]:
    """Yields the failures that an event of the engine brings."""
    if isinstance(event, events.ScenarioFinished):
        yield from _in_cases(event.recorder, run)
    elif isinstance(event, events.EngineFinished):
        for failure in event.failures:
            yield FoundFailure(failure.title.partition("`")[2].strip("`") or failure.title, failure.message)
    elif isinstance(event, events.NonFatalError):
        yield FoundFailure(ANSWERED, f"{event.info.title}: {event.info.message}")
    elif isinstance(event, events.FatalError):
        yield FoundFailure(ANSWERED, repr(event.exception))


def _in_cases(recorder: ScenarioRecorder, run: FuzzRun) -> Iterator[FoundFailure]:
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info:
                interaction = recorder.interactions.get(case_id)
                # What a check sends by itself, to see whether a token is needed, belongs to the case that it came from.
                parent = recorder.cases[case_id].parent_id if case_id not in run.arranged else case_id
                commands = _commands(run, run.arranged.get(parent or ""), interaction.request) if interaction else []
                failure = check.failure_info.failure
                yield FoundFailure(check.name, f"{failure.title}: {failure.message}", commands)


def _commands(run: FuzzRun, arranged: Arranged | None, request: Request) -> list[str]:
    commands: list[str] = []
    created = arranged.created if arranged and run.drafts.creates else ()
    for draft in created:
        body = json.dumps({"draft_id": draft.draft_id, "user_mailbox_id": draft.user_mailbox_id})
        commands.append(f"curl --silent {_origin(request)}/_sandbox/drafts --data {shlex.quote(body)}")
    curl = _curl(run, request)
    if arranged and arranged.situation is Situation.ALREADY_SENT:
        commands.append(curl)
    return [*commands, curl]


def _curl(run: FuzzRun, request: Request) -> str:
    words = ["curl", "--silent", "--include", "--path-as-is", "--request", request.method]
    for name, values in request.headers.items():
        if name.lower() not in _USUAL_HEADERS and (name.lower(), values[0]) != ("content-length", "0"):
            words += ["--header", _header(run, name, values[0])]
    return " ".join([*words, shlex.quote(request.uri)])


def _header(run: FuzzRun, name: str, value: str) -> str:
    if value == run.authorization and not run.authorization_is_public:
        return f'"{name}: Bearer {_TOKEN_VARIABLE}"'
    # With a colon only, curl would leave out a header without a value.
    return shlex.quote(f"{name}: {value}" if value else f"{name};")


def _origin(request: Request) -> str:
    parts = urlsplit(request.uri)
    return f"{parts.scheme}://{parts.netloc}"
