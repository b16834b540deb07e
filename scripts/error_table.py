"""Reads the table of errors out of the OpenAPI document, and refuses a document in which it is incomplete."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from operations import operations
from references import resolve

OUTCOMES = ("sent", "not_sent", "unknown")
RETRIES = ("never", "after_delay", "after_reset", "after_refresh", "after_quota")
REACHES = ("request", "draft", "mailbox", "tenant", "app", "credential")

Node = Mapping[str, Any]


class DocumentError(ValueError):
    """The document is valid OpenAPI, but its error examples are incomplete or contradict each other."""


@dataclass(frozen=True)
class ErrorRow:
    """One judged example of the document; the fields are those of ``feishu_mail.error_facts.ErrorFacts``."""

    name: str
    code: int
    http_statuses: tuple[int, ...]
    outcome: str
    retry: str
    affects: str
    summary: str
    summary_zh: str
    advice: str
    advice_zh: str
    source: str | None


def read_error_table(document: Node) -> list[ErrorRow]:
    """Returns a row for every example that carries ``x-outcome``, in the document's order.

    Raises:
        DocumentError: an example lacks a fact, has an unknown word, belongs to no response, or repeats a code.
    """
    statuses_by_name = _statuses_by_example_name(document)
    examples: Mapping[str, Node] = document["components"]["examples"]
    rows = [
        _read_row(name, example, statuses_by_name.get(name, ()))
        for name, example in examples.items()
        if "x-outcome" in example or _code(name, example) != 0
    ]
    _refuse_repeated_codes(rows)
    return rows


def _statuses_by_example_name(document: Node) -> dict[str, tuple[int, ...]]:
    statuses: dict[str, tuple[int, ...]] = {}
    for _, _, operation in operations(document):
        for status, response in operation["responses"].items():
            if not status.isdecimal():
                continue
            for media_type in resolve(document, response).get("content", {}).values():
                for name in media_type.get("examples", {}):
                    statuses[name] = (*statuses.get(name, ()), int(status))
    return statuses


def _read_row(name: str, example: Node, statuses: tuple[int, ...]) -> ErrorRow:
    if not re.fullmatch("[A-Z][A-Z0-9_]*", name):
        raise DocumentError(f"{name}: a judged example is named in capitals, digits and underscores")
    if not statuses:
        raise DocumentError(f"{name}: no response refers to this example; add it under the response of its HTTP status")
    return ErrorRow(
        name=name,
        code=_code(name, example),
        http_statuses=_usual_status_first(name, example, statuses),
        outcome=_word(name, example, "x-outcome", OUTCOMES),
        retry=_word(name, example, "x-retry", RETRIES),
        affects=_word(name, example, "x-affects", REACHES),
        summary=_text(name, example, "summary"),
        summary_zh=_text(name, example, "x-summary-zh"),
        advice=_text(name, example, "description"),
        advice_zh=_text(name, example, "x-description-zh"),
        source=example.get("x-source"),
    )


def _code(name: str, example: Node) -> int:
    value: Node = example.get("value") or {}
    code = value.get("code")
    if not isinstance(code, int) or isinstance(code, bool):
        raise DocumentError(f"{name}: value.code must be an integer")
    return code


def _usual_status_first(name: str, example: Node, statuses: tuple[int, ...]) -> tuple[int, ...]:
    if len(statuses) == 1:
        return statuses
    usual = example.get("x-usual-status")
    if usual not in statuses:
        raise DocumentError(f"{name}: listed under {statuses}, so x-usual-status must name one of them, not {usual!r}")
    return (usual, *(status for status in statuses if status != usual))


def _word(name: str, example: Node, key: str, words: tuple[str, ...]) -> str:
    word = example.get(key)
    if word not in words:
        raise DocumentError(f"{name}: {key} must be one of {', '.join(words)}, not {word!r}")
    return str(word)


def _text(name: str, example: Node, key: str) -> str:
    text = " ".join(str(example.get(key, "")).split())
    if not text:
        raise DocumentError(f"{name}: {key} is missing")
    return text


def _refuse_repeated_codes(rows: list[ErrorRow]) -> None:
    names: dict[int, str] = {}
    for row in rows:
        if row.code != 0 and row.code in names:
            raise DocumentError(f"{row.name}: code {row.code} is {names[row.code]} already")
        names[row.code] = row.name
