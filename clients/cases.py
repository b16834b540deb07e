"""The shared conformance cases, read from openapi/conformance/."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS31Validator


class InvalidCases(ValueError):
    """The cases cannot be used; the message names the file or the case."""


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """What must come back; `status` is None where no whole answer comes, `code` where there is no envelope."""

    status: int | None
    code: int | None
    name: str | None
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One call, made as often as there are answers; `script` is None when the sandbox is given no draft."""

    name: str
    user_mailbox_id: str
    draft_id: str
    draft_mailbox_id: str
    access_token: str | None
    script: Sequence[int | str] | None
    answers: Sequence[ExpectedAnswer]
    deliveries: int


def read_cases(files: Iterable[Path], schema: Path) -> list[Case]:
    """Returns the cases of `files`, in order.

    Raises:
        InvalidCases: a file does not have the form of the schema, or two cases share their name or their draft.
    """
    validator = OAS31Validator(json.loads(schema.read_text(encoding="utf-8")))
    cases: list[Case] = []
    for file in files:
        content = json.loads(file.read_text(encoding="utf-8"))
        for problem in validator.iter_errors(content):
            raise InvalidCases(f"{file.name}: {problem.json_path}: {problem.message}")
        cases += [_case(each) for each in content["cases"]]
    _refuse_repeated("name", [case.name for case in cases])
    _refuse_repeated("draft", [(case.user_mailbox_id, case.draft_id) for case in cases])
    return cases


def _case(content: Mapping[str, Any]) -> Case:
    request, draft = content["request"], content.get("draft")
    return Case(
        name=content["name"],
        user_mailbox_id=request["user_mailbox_id"],
        draft_id=request["draft_id"],
        draft_mailbox_id=(draft or {}).get("user_mailbox_id", request["user_mailbox_id"]),
        access_token=request["access_token"],
        script=None if draft is None else draft.get("script", []),
        answers=[
            ExpectedAnswer(each["status"], each["code"], each["name"], each.get("headers", {}))
            for each in content["answers"]
        ],
        deliveries=content["deliveries"],
    )


def _refuse_repeated(what: str, values: Sequence[object]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise InvalidCases(f"two cases have the {what} {value!r}")
