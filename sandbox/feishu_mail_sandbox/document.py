"""What the sandbox reads from the OpenAPI document: its operations, with their answers and rate limits.

The document is the only place where routes, codes, statuses and bodies are written down, so what is added there is
served here without a change. What is missing or ambiguous is reported when the sandbox starts, not in a test.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from feishu_mail_sandbox.rate_window import RateLimit

Node = Mapping[str, Any]

_METHODS = ("get", "put", "post", "delete", "patch")


class DocumentError(Exception):
    """The OpenAPI document lacks something that the sandbox needs."""


@dataclass(frozen=True, slots=True)
class DocumentedAnswer:
    """One answer of an operation: its code, the HTTP status it comes with, and its body as the example shows it."""

    code: int
    status: int
    body: Node


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `errors` are its own, since a code's meaning, status and body belong to the operation.

    `refusal_with_code_0` is the answer that looks like a success, apart from the member that `x-when-filled` names.
    """

    operation_id: str
    method: str
    path: str
    query_parameters: Sequence[Node]
    rate_limit: RateLimit | None
    success: DocumentedAnswer
    refusal_with_code_0: DocumentedAnswer | None
    errors: Mapping[int, DocumentedAnswer]

    def error(self, code: int) -> DocumentedAnswer:
        """Returns what the document says about `code` here. Raises DocumentError when it says nothing."""
        try:
            return self.errors[code]
        except KeyError:
            problem = f"{self.operation_id} has no example with code {code}, which the sandbox needs"
            raise DocumentError(problem) from None

    def magic_error(self, identifier: str) -> DocumentedAnswer | None:
        """Returns the error that an id of the form `code-1236006` stands for, if this operation has that code."""
        return next((error for code, error in self.errors.items() if identifier == f"code-{code}"), None)


@dataclass(frozen=True, slots=True)
class Document:
    """The OpenAPI document as a whole, and its operations by their operationId."""

    openapi: Node
    operations: Mapping[str, Operation]


def load_document() -> Document:
    """Reads the JSON copy of the document from the package data of `feishu_mail_openapi`. Raises DocumentError."""
    try:
        text = (resources.files("feishu_mail_openapi") / "feishu-mail.json").read_text(encoding="utf-8")
        return read_document(json.loads(text))
    except (OSError, ValueError) as problem:
        raise DocumentError(f"the document cannot be read: {problem}") from problem


def read_document(openapi: Node) -> Document:
    """Takes a parsed OpenAPI document apart. Raises DocumentError when it cannot be served."""
    try:
        operations = [_operation(openapi, *found) for found in described_operations(openapi)]
    except (AttributeError, KeyError, TypeError) as problem:
        raise DocumentError(f"the document cannot be read: {problem!r}") from problem
    if not operations:
        raise DocumentError("the document has no operation")
    return Document(openapi, {operation.operation_id: operation for operation in operations})


def described_operations(openapi: Node) -> Iterator[tuple[str, str, Node]]:
    """Yields method, path and description of every operation, its path's own parameters included."""
    for path, node in openapi["paths"].items():
        item = resolved(openapi, node)
        for method in _METHODS:
            if method in item:
                parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
                parameters = [resolved(openapi, parameter) for parameter in parameters]
                yield method.upper(), path, {**item[method], "parameters": parameters}


def named_examples(openapi: Node, operation: Node) -> Iterator[tuple[int, str, Node]]:
    """Yields status, name and example of every JSON answer that an operation shows, in the document's order."""
    for status, response in operation["responses"].items():
        if status.isdecimal():
            content = resolved(openapi, response).get("content", {}).get("application/json", {})
            for name, example in content.get("examples", {}).items():
                yield int(status), name, resolved(openapi, example)


def resolved(openapi: Node, node: Node) -> Node:
    """Returns what a node refers to within its document, or the node itself when it is no reference."""
    while "$ref" in node:
        target: Any = openapi
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _operation(openapi: Node, method: str, path: str, node: Node) -> Operation:
    success: DocumentedAnswer | None = None
    refusal_with_code_0: DocumentedAnswer | None = None
    errors: dict[int, DocumentedAnswer] = {}
    for status, _, example in named_examples(openapi, node):
        body = _with_scope(example["value"], node.get("x-required-scopes", ()))
        answer = DocumentedAnswer(body["code"], example.get("x-usual-status", status), body)
        if answer.code:
            known = errors.setdefault(answer.code, answer)
            if known.status != answer.status:
                where = f"{node['operationId']}: code {answer.code} stands under {known.status} and {answer.status}"
                raise DocumentError(f"{where}: name its x-usual-status")
        elif "x-when-filled" in example:
            refusal_with_code_0 = refusal_with_code_0 or answer
        else:
            success = success or answer
    if success is None:
        raise DocumentError(f"{node['operationId']} shows no success: an example with code 0 and no x-when-filled")
    query = [parameter for parameter in node["parameters"] if parameter["in"] == "query"]
    limit = node.get("x-rate-limit")
    return Operation(
        operation_id=node["operationId"],
        method=method,
        path=path,
        query_parameters=[{**each, "schema": resolved(openapi, each["schema"])} for each in query],
        rate_limit=RateLimit(calls=limit["calls"], seconds=limit["seconds"]) if limit else None,
        success=success,
        refusal_with_code_0=refusal_with_code_0,
        errors=errors,
    )


def _with_scope(body: Node, scopes: Sequence[str]) -> Node:
    # Operations share the examples of missing scopes, which can name one operation's only.
    detail: Node = body.get("error") or {}
    violations: Sequence[Node] = detail.get("permission_violations", ())
    text = json.dumps(body)
    for violation in violations if scopes else ():
        text = text.replace(violation["subject"], scopes[0])
    filled: Node = json.loads(text)
    return filled
