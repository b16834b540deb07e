"""What the checks need to know from the document, for each of its operations."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[1] / "openapi" / "feishu-mail.json"

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: where it is, the statuses and codes of its errors, those that refuse a credential, and its rate."""

    operation_id: str
    method: str
    path: str
    is_read: bool
    errors: frozenset[tuple[int, int]]
    credential_codes: frozenset[int]
    calls: int
    seconds: float

    @property
    def label(self) -> str:
        """How schemathesis calls the operation."""
        return f"{self.method} {self.path}"

    @property
    def codes(self) -> list[int]:
        """All error codes, in order."""
        return sorted({code for _, code in self.errors})


def read_operations(openapi: Node) -> dict[str, Operation]:
    """Takes the operations out of a parsed OpenAPI document, by their labels."""
    found = [
        _operation(openapi, method.upper(), path, members)
        for path, item in openapi["paths"].items()
        for method, members in item.items()
        if "operationId" in members
    ]
    return {operation.label: operation for operation in found}


def load_operations() -> dict[str, Operation]:
    """Reads the document's JSON copy."""
    return read_operations(json.loads(DOCUMENT.read_text(encoding="utf-8")))


def _operation(openapi: Node, method: str, path: str, members: Node) -> Operation:
    examples = [(status, example) for status, example in _examples(openapi, members) if example["value"]["code"]]
    return Operation(
        operation_id=members["operationId"],
        method=method,
        path=path,
        is_read=members["x-idempotency"] == "safe",
        errors=frozenset((status, example["value"]["code"]) for status, example in examples),
        credential_codes=frozenset(each["value"]["code"] for _, each in examples if each["x-affects"] == "credential"),
        calls=members["x-rate-limit"]["calls"],
        seconds=members["x-rate-limit"]["seconds"],
    )


def _examples(openapi: Node, operation: Node) -> Iterator[tuple[int, Node]]:
    for status, response in operation["responses"].items():
        for example in _resolved(openapi, response)["content"]["application/json"]["examples"].values():
            yield int(status), _resolved(openapi, example)


def _resolved(openapi: Node, node: Node) -> Node:
    if "$ref" not in node:
        return node
    _, _, kind, name = node["$ref"].split("/")
    return _resolved(openapi, openapi["components"][kind][name])
