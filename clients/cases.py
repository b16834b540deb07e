"""The conformance cases: those written in openapi/conformance/, and one for each documented error of each operation.

The files leave out what follows from the operation. What is read here is complete; the programs get it, and
`python -m clients --cases` prints it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from openapi_schema_validator import OAS31Validator

OPENAPI = Path(__file__).resolve().parent.parent / "openapi"
CASE_FILES = tuple(sorted((OPENAPI / "conformance").glob("*.json")))

# The one code whose rate headers are documented.
_RATE_LIMITED = 99991400


class InvalidCases(ValueError):
    """The cases cannot be used; the message names the file or the case."""


class Draft(TypedDict):
    """A draft that is created beforehand, and sent where `sent` says so."""

    draft_id: str
    user_mailbox_id: str
    script: Sequence[Any]
    sent: bool


class Answer(TypedDict):
    """What must come back; `status` is None where no whole answer comes, `code` where there is no envelope."""

    status: int | None
    code: int | None
    data: NotRequired[Mapping[str, Any]]
    headers: NotRequired[Mapping[str, str]]


class Case(TypedDict):
    """One call, made as often as there are answers; `request` holds the parameters and the access token."""

    name: str
    about: str
    operation: str
    drafts: Sequence[Draft]
    request: Mapping[str, Any]
    answers: Sequence[Answer]
    deliveries: int


class ErrorTable:
    """The operations and their errors, from error-codes.json."""

    def __init__(self) -> None:
        table = json.loads((OPENAPI / "error-codes.json").read_text(encoding="utf-8"))
        self.operations: Mapping[str, Mapping[str, Any]] = {each["operation"]: each for each in table["operations"]}
        self.errors: Sequence[Mapping[str, Any]] = table["errors"]

    def request_line(self, operation: str, parameters: Mapping[str, Any]) -> tuple[str, ...]:
        """Returns the method and the segments of the path, not encoded."""
        method, path = self.operations[operation]["method"], self.operations[operation]["path"]
        return (method, *(parameters[each[1:-1]] if each.startswith("{") else each for each in path.split("/")))

    def path_parameters(self, operation: str) -> list[str]:
        """Returns the names of the operation's path parameters, in order."""
        return re.findall(r"{(\w+)}", self.operations[operation]["path"])


def read_cases(files: Iterable[Path] = CASE_FILES) -> list[Case]:
    """Returns the cases of `files`, in order, and then those that follow from the document.

    Raises:
        InvalidCases: a file does not have the form of the schema, or two cases share their name, request or draft.
    """
    table = ErrorTable()
    schema = json.loads((OPENAPI / "conformance.schema.json").read_text(encoding="utf-8"))
    validator = OAS31Validator(schema)
    cases: list[Case] = []
    for file in files:
        content = json.loads(file.read_text(encoding="utf-8"))
        for problem in validator.iter_errors(content):
            raise InvalidCases(f"{file.name}: {problem.json_path}: {problem.message}")
        try:
            cases += _written(content, table)
        except KeyError as problem:
            raise InvalidCases(f"{file.name}: the document has no operation {problem}") from problem
    cases += _documented(table)
    _refuse_repeated("name", [case["name"] for case in cases])
    _refuse_repeated("request", [table.request_line(case["operation"], case["request"]) for case in cases])
    _refuse_repeated("draft", [draft["draft_id"] for case in cases for draft in case["drafts"]])
    return cases


def _written(content: Mapping[str, Any], table: ErrorTable) -> Iterator[Case]:
    """Writes out the cases of a file: each for every value of `each`, and for every operation that it names."""
    for name, value in content.get("each", {"": ""}).items():
        text = json.dumps(content["cases"]).replace("{name}", name).replace("{value}", json.dumps(value)[1:-1])
        for case in json.loads(text):
            if isinstance(case["operation"], str):
                yield _complete(case, table)
                continue
            for operation in case["operation"]:
                yield _complete({**case, "name": f"{case['name']}-{_kebab(operation)}", "operation": operation}, table)


def _documented(table: ErrorTable) -> Iterator[Case]:
    """Makes a case of every error of every operation. The sandbox answers the code that stands in the last id."""
    for error in table.errors:
        for operation in error["operations"]:
            answer = {"status": error["http_statuses"][0], "code": error["code"]}
            if error["code"] == _RATE_LIMITED:
                calls = table.operations[operation]["rate_limit"]["calls"]
                answer["headers"] = {"x-ogw-ratelimit-limit": str(calls), "x-ogw-ratelimit-reset": "1"}
            case = {
                "name": f"{_kebab(error['name'])}-{_kebab(operation)}",
                "about": error["summary"]["en"],
                "operation": operation,
                "request": {table.path_parameters(operation)[-1]: f"code-{error['code']}"},
                "answers": [answer],
            }
            yield _complete(case, table)


def _complete(case: Mapping[str, Any], table: ErrorTable) -> Case:
    name, operation = case["name"], case["operation"]
    *others, last = table.path_parameters(operation)
    request = {**dict.fromkeys(others, "me"), last: name, "access_token": "u-conformance", **case.get("request", {})}
    drafts = [
        Draft(
            draft_id=draft.get("draft_id", request.get("draft_id", name)),
            user_mailbox_id=draft.get("user_mailbox_id", request["user_mailbox_id"]),
            script=draft.get("script", []),
            sent=draft.get("sent", False),
        )
        for draft in case.get("drafts", [])
    ]
    answers, deliveries = case["answers"], case.get("deliveries", 0)
    return Case(
        name=name,
        about=case["about"],
        operation=operation,
        drafts=drafts,
        request=request,
        answers=answers,
        deliveries=deliveries,
    )


def _kebab(name: str) -> str:
    return re.sub(r"_|(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _refuse_repeated(what: str, values: Sequence[object]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise InvalidCases(f"two cases have the {what} {value!r}")
