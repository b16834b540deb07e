"""What the checks need to know from the document."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[1] / "openapi" / "feishu-mail.json"
OPERATION_PATH = "/open-apis/mail/v1/user_mailboxes/{user_mailbox_id}/drafts/{draft_id}/send"


@dataclass(frozen=True, slots=True)
class Documented:
    """The error codes with their statuses, those that refuse a credential, and the rate limit."""

    errors: frozenset[tuple[int, int]]
    credential_codes: frozenset[int]
    calls: int
    seconds: int

    @property
    def codes(self) -> list[int]:
        """All error codes, in order."""
        return sorted({code for _, code in self.errors})


def read_documented(openapi: Mapping[str, Any]) -> Documented:
    """Takes the facts out of a parsed OpenAPI document."""
    operation = openapi["paths"][OPERATION_PATH]["post"]
    examples = list(_examples(openapi, operation))
    return Documented(
        errors=frozenset((status, each["value"]["code"]) for status, each in examples if each["value"]["code"]),
        credential_codes=frozenset(
            each["value"]["code"] for _, each in examples if each.get("x-affects") == "credential"
        ),
        calls=operation["x-rate-limit"]["calls"],
        seconds=operation["x-rate-limit"]["seconds"],
    )


def load_documented() -> Documented:
    """Reads the document's JSON copy."""
    return read_documented(json.loads(DOCUMENT.read_text(encoding="utf-8")))


def _examples(openapi: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for status, reference in operation["responses"].items():
        response = openapi["components"]["responses"][reference["$ref"].rpartition("/")[2]]
        for name in response["content"]["application/json"]["examples"]:
            yield int(status), openapi["components"]["examples"][name]
