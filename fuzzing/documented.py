"""What the checks need to know from the document, for each of its operations."""

import json
from collections.abc import Mapping
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
    rate_limit: Mapping[str, int] | None


def read_operations(openapi: Node) -> dict[str, Operation]:
    """Takes the operations out of a parsed OpenAPI document, by the labels that schemathesis gives them."""
    return {
        f"{method.upper()} {path}": _operation(openapi, method.upper(), path, members)
        for path, item in openapi["paths"].items()
        for method, members in item.items()
        if "operationId" in members
    }


def load_operations() -> dict[str, Operation]:
    """Reads the document's JSON copy."""
    return read_operations(json.loads(DOCUMENT.read_text(encoding="utf-8")))


def _operation(openapi: Node, method: str, path: str, members: Node) -> Operation:
    examples = [
        (int(status), _resolved(openapi, example))
        for status, response in members["responses"].items()
        for example in _resolved(openapi, response)["content"]["application/json"]["examples"].values()
    ]
    errors = [(status, example) for status, example in examples if example["value"]["code"]]
    return Operation(
        operation_id=members["operationId"],
        method=method,
        path=path,
        is_read=members["x-idempotency"] == "safe",
        errors=frozenset((status, example["value"]["code"]) for status, example in errors),
        credential_codes=frozenset(
            each["value"]["code"] for _, each in errors if each.get("x-affects") == "credential"
        ),
        rate_limit=members.get("x-rate-limit"),
    )


def _resolved(openapi: Node, node: Node) -> Node:
    if "$ref" not in node:
        return node
    _, _, kind, name = node["$ref"].split("/")
    return _resolved(openapi, openapi["components"][kind][name])
