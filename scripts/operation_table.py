"""Reads the operations and their errors out of the OpenAPI document, and refuses one in which they are incomplete."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "put", "post", "delete", "patch")
IDEMPOTENCIES = ("safe", "idempotent", "keyed", "none")
OUTCOMES = ("done", "not_done", "unknown")
RETRIES = ("never", "after_delay", "after_reset", "after_refresh", "after_quota")
REACHES = ("request", "draft", "mailbox", "tenant", "app", "credential")

Node = Mapping[str, Any]


class DocumentError(ValueError):
    """The document is valid OpenAPI, but what it says about an operation is incomplete or contradicts itself."""


@dataclass(frozen=True)
class ErrorRow:
    """One failure of an operation; the fields are those of ``feishu_mail.outcomes.facts.ErrorFacts``."""

    name: str
    code: int
    http_statuses: tuple[int, ...]
    outcome: str | None
    outcome_after_unknown: str | None
    retry: str
    affects: str
    summary: str
    summary_zh: str
    advice: str
    advice_zh: str
    when_filled: str | None
    source: str | None


@dataclass(frozen=True)
class OperationRow:
    """One operation; texts are pairs of English and Chinese."""

    operation_id: str
    method: str
    path: str
    tag: str
    idempotency: str
    outcomes: Mapping[str, tuple[str, str]]
    """Empty for an operation that only reads."""
    after_unknown: tuple[str, str] | None
    calls: int
    seconds: float
    scopes: tuple[str, ...]
    success: str
    """The schema of a success."""
    errors: tuple[ErrorRow, ...]
    """Those with code 0 are refusals all the same."""


def operations(document: Node) -> Iterator[tuple[str, str, Node]]:
    """Yields the path, the method in lower case, and the object of each operation, in the document's order of paths."""
    for path, path_item in document["paths"].items():
        yield from ((path, method, path_item[method]) for method in METHODS if method in path_item)


def resolve(document: Node, node: Node) -> Node:
    """Returns what `node` refers to within `document`, or `node` itself when it is no reference."""
    if "$ref" not in node:
        return node
    target: Any = document
    for part in str(node["$ref"]).removeprefix("#/").split("/"):
        target = target[part]
    resolved: Node = target
    return resolved


def read_operations(document: Node) -> list[OperationRow]:
    """Returns a row for every operation, in the document's order.

    Raises:
        DocumentError: an operation or one of its examples lacks a fact, has an unknown word, or repeats a code; or an
            example belongs to no response.
    """
    rows = [_read_operation(document, path, method, operation) for path, method, operation in operations(document)]
    _refuse_unused_examples(document)
    return rows


def _read_operation(document: Node, path: str, method: str, operation: Node) -> OperationRow:
    name = _text(f"{method.upper()} {path}", operation, "operationId")
    idempotency = _word(name, operation, "x-idempotency", IDEMPOTENCIES)
    writes = idempotency != "safe"
    calls, seconds = _rate_limit(name, operation.get("x-rate-limit", {}))
    if not operation.get("tags"):
        raise DocumentError(f"{name}: it needs a tag")
    errors = tuple(_read_errors(document, name, operation, writes=writes))
    _refuse_repeated_codes(name, errors)
    return OperationRow(
        operation_id=name,
        method=method.upper(),
        path=path,
        tag=operation["tags"][0],
        idempotency=idempotency,
        outcomes={word: _outcome_in_words(name, operation, word) for word in OUTCOMES} if writes else {},
        after_unknown=_both(name, operation, "x-after-unknown") if writes else None,
        calls=calls,
        seconds=seconds,
        scopes=tuple(operation.get("x-required-scopes", ())),
        success=_success(document, name, operation),
        errors=errors,
    )


def _rate_limit(where: str, limit: Node) -> tuple[int, float]:
    match limit:
        case {"calls": int(calls), "seconds": int() | float() as seconds} if calls > 0 and seconds > 0:
            return calls, seconds
        case _:
            raise DocumentError(f"{where}: x-rate-limit must have calls and seconds, not {limit!r}")


def _success(document: Node, where: str, operation: Node) -> str:
    response = resolve(document, operation["responses"].get("200", {}))
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" not in schema:
        raise DocumentError(f"{where}: response 200 must refer to a schema, so that the type of a success has a name")
    return str(schema["$ref"]).rpartition("/")[2]


def _read_errors(document: Node, operation_id: str, operation: Node, *, writes: bool) -> Iterator[ErrorRow]:
    statuses: dict[str, list[int]] = {}
    examples: dict[str, Node] = {}
    for status, response in operation["responses"].items():
        content: Mapping[str, Node] = resolve(document, response).get("content", {})
        for media_type in content.values():
            for name, reference in media_type.get("examples", {}).items():
                where, example = f"{operation_id}: {name}", resolve(document, reference)
                if not status.isdecimal():
                    raise DocumentError(f"{where}: an example belongs to one HTTP status, not to {status!r}")
                if examples.setdefault(name, example) != example:
                    raise DocumentError(f"{where}: two different examples have this name")
                # An example that stands under several media types is one answer all the same.
                if int(status) not in statuses.setdefault(name, []):
                    statuses[name].append(int(status))
    for name, example in examples.items():
        where = f"{operation_id}: {name}"
        if _code(where, example) != 0 or _is_refusal(where, example):
            yield _read_row(where, name, example, tuple(statuses[name]), writes=writes)


def _is_refusal(where: str, example: Node) -> bool:
    """Returns whether a body with code 0 is a failure: what it is judged by must be there to be recognised by."""
    member = example.get("x-when-filled")
    if member is None and "x-outcome" not in example:
        return False
    data: Node = example["value"].get("data") or {}
    if not data.get(str(member)):
        raise DocumentError(f"{where}: with code 0, x-when-filled must name a member of value.data that is not empty")
    return True


def _read_row(where: str, name: str, example: Node, statuses: tuple[int, ...], *, writes: bool) -> ErrorRow:
    if not re.fullmatch("[A-Z][A-Z0-9_]*", name):
        raise DocumentError(f"{where}: a failure is named in capitals, digits and underscores")
    after_unknown = None
    if "x-outcome-after-unknown" in example:
        after_unknown = _word(where, example, "x-outcome-after-unknown", OUTCOMES)
    summary, advice = _both(where, example, "summary"), _both(where, example, "description")
    return ErrorRow(
        name=name,
        code=_code(where, example),
        http_statuses=_usual_status_first(where, example, statuses),
        outcome=_word(where, example, "x-outcome", OUTCOMES) if writes or "x-outcome" in example else None,
        outcome_after_unknown=after_unknown,
        retry=_word(where, example, "x-retry", RETRIES),
        affects=_word(where, example, "x-affects", REACHES),
        summary=summary[0],
        summary_zh=summary[1],
        advice=advice[0],
        advice_zh=advice[1],
        when_filled=example.get("x-when-filled"),
        source=example.get("x-source"),
    )


def _code(where: str, example: Node) -> int:
    value: Node = example.get("value") or {}
    code = value.get("code")
    if not isinstance(code, int) or isinstance(code, bool):
        raise DocumentError(f"{where}: value.code must be an integer")
    return code


def _usual_status_first(where: str, example: Node, statuses: tuple[int, ...]) -> tuple[int, ...]:
    if len(statuses) == 1:
        return statuses
    usual = example.get("x-usual-status")
    if usual not in statuses:
        raise DocumentError(f"{where}: listed under {statuses}, so x-usual-status must name one of them, not {usual!r}")
    return (usual, *(status for status in statuses if status != usual))


def _outcome_in_words(where: str, operation: Node, word: str) -> tuple[str, str]:
    english, chinese = operation.get("x-outcomes", {}), operation.get("x-outcomes-zh", {})
    return _text(f"{where}: x-outcomes", english, word), _text(f"{where}: x-outcomes-zh", chinese, word)


def _both(where: str, node: Node, key: str) -> tuple[str, str]:
    return _text(where, node, key), _text(where, node, f"{key}-zh" if key.startswith("x-") else f"x-{key}-zh")


def _word(where: str, node: Node, key: str, words: tuple[str, ...]) -> str:
    word = node.get(key)
    if word not in words:
        raise DocumentError(f"{where}: {key} must be one of {', '.join(words)}, not {word!r}")
    return str(word)


def _text(where: str, node: Node, key: str) -> str:
    text = " ".join(str(node.get(key, "")).split())
    if not text:
        raise DocumentError(f"{where}: {key} is missing")
    return text


def _refuse_repeated_codes(operation_id: str, rows: tuple[ErrorRow, ...]) -> None:
    names: dict[int, str] = {}
    for row in rows:
        if row.code != 0 and row.code in names:
            raise DocumentError(f"{operation_id}: {row.name}: code {row.code} is {names[row.code]} already")
        names[row.code] = row.name


def _refuse_unused_examples(document: Node) -> None:
    used = {
        example.get("$ref")
        for _, _, operation in operations(document)
        for response in operation["responses"].values()
        for media_type in resolve(document, response).get("content", {}).values()
        for example in media_type.get("examples", {}).values()
    }
    for name in document.get("components", {}).get("examples", {}):
        if f"#/components/examples/{name}" not in used:
            raise DocumentError(f"{name}: no response refers to this example; add it under its HTTP status")
