"""What the sandbox reads from the OpenAPI document: the answers of the send operation and its rate limit.

The document is the only place where codes, statuses and bodies are written down, so a code added there is served here
without a change. What is missing or ambiguous is reported when the sandbox starts, not when a test needs it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from feishu_mail_sandbox.rate_window import RateLimit

SEND_PATH = "/open-apis/mail/v1/user_mailboxes/{user_mailbox_id}/drafts/{draft_id}/send"


class DocumentError(Exception):
    """The OpenAPI document lacks something that the sandbox needs."""


@dataclass(frozen=True, slots=True)
class DocumentedError:
    """One error code of the document: the HTTP status it comes with, and its body as the example shows it."""

    code: int
    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """The OpenAPI document as a whole, and the part of it that the sandbox answers with."""

    openapi: Mapping[str, Any]
    errors: Mapping[int, DocumentedError]
    success: Mapping[str, Any]
    automation_disabled: Mapping[str, Any]
    rate_limit: RateLimit

    def error(self, code: int) -> DocumentedError:
        """Returns what the document says about `code`. Raises DocumentError when it says nothing."""
        try:
            return self.errors[code]
        except KeyError:
            raise DocumentError(f"the document has no example with code {code}, which the sandbox needs") from None


def load_document() -> Document:
    """Reads the JSON copy of the document from the package data of `feishu_mail_openapi`. Raises DocumentError."""
    try:
        text = (resources.files("feishu_mail_openapi") / "feishu-mail.json").read_text(encoding="utf-8")
        return read_document(json.loads(text))
    except (OSError, ValueError) as problem:
        raise DocumentError(f"the document cannot be read: {problem}") from problem


def read_document(openapi: Mapping[str, Any]) -> Document:
    """Takes a parsed OpenAPI document apart. Raises DocumentError when it cannot be served."""
    try:
        operation = send_operation(openapi)
        examples = [(status, example) for status, _, example in named_examples(openapi, operation)]
        accepted = [example["value"] for _, example in examples if example["value"]["code"] == 0]
        limit = operation["x-rate-limit"]
        return Document(
            openapi=openapi,
            errors=_errors(examples),
            success=_first(accepted, disabled=False),
            automation_disabled=_first(accepted, disabled=True),
            rate_limit=RateLimit(calls=limit["calls"], seconds=limit["seconds"]),
        )
    except (AttributeError, KeyError, TypeError) as problem:
        raise DocumentError(f"the document cannot be read: {problem!r}") from problem


def send_operation(openapi: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the operation that the sandbox imitates."""
    operation: Mapping[str, Any] = resolved(openapi, openapi["paths"][SEND_PATH])["post"]
    return operation


def named_examples(
    openapi: Mapping[str, Any], operation: Mapping[str, Any]
) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Yields status, name and example of every JSON answer that an operation shows, in the document's order."""
    for status, response in operation["responses"].items():
        if status.isdecimal():
            content = resolved(openapi, response).get("content", {}).get("application/json", {})
            for name, example in content.get("examples", {}).items():
                yield int(status), name, resolved(openapi, example)


def resolved(openapi: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns what a node refers to within its document, or the node itself when it is no reference."""
    while "$ref" in node:
        target: Any = openapi
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _errors(examples: Iterable[tuple[int, Mapping[str, Any]]]) -> Mapping[int, DocumentedError]:
    errors: dict[int, DocumentedError] = {}
    for status, example in examples:
        code = example["value"]["code"]
        error = DocumentedError(code, example.get("x-usual-status", status), example["value"])
        known = errors.setdefault(code, error)
        if known.status != error.status:
            raise DocumentError(f"code {code} stands under {known.status} and {error.status}: name its x-usual-status")
    errors.pop(0, None)
    return errors


def _first(bodies: Iterable[Mapping[str, Any]], *, disabled: bool) -> Mapping[str, Any]:
    for body in bodies:
        if bool(body.get("data", {}).get("automation_send_disable")) is disabled:
            return body
    which = "with" if disabled else "without"
    raise DocumentError(f"the document has no example with code 0 {which} data.automation_send_disable")
