"""Renders the document's operations and errors in the forms that readers need: Python, JSON for all, and tables."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jinja2
from openapi_python_client.strings import pascal_case, snake_case

from operation_table import DocumentError, ErrorRow, OperationRow, read_operations

AS_PYTHON = Path("overlay/feishu_mail/outcomes/operations.py")
AS_JSON = Path("openapi/error-codes.json")
AS_TABLES = {"en": Path("docs/error-codes.md"), "zh": Path("docs/error-codes.zh-CN.md")}

RENDERED = (AS_PYTHON, AS_JSON, *AS_TABLES.values())


def render(document: Mapping[str, Any], templates: Path) -> dict[Path, str]:
    """Returns the text of every rendering by its path in the project; `templates` is the folder of the templates.

    Raises:
        DocumentError: the document lacks something that is to be rendered.
    """
    rows = read_operations(document)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    python = environment.get_template("operations.py.jinja").render(
        operations=rows, constants=_constants(rows), snake=snake_case, pascal=pascal_case, literal=repr
    )
    rendered = {AS_PYTHON: _formatted(python), AS_JSON: _as_json(document, rows)}
    common = [error for error in rows[0].errors if all(error in row.errors for row in rows)]
    own = {row.operation_id: [error for error in row.errors if error not in common] for row in rows}
    for language, path in AS_TABLES.items():
        rendered[path] = environment.get_template(f"error_codes.{language}.md.jinja").render(
            operations=rows, common=common, own=own, cell=_cell
        )
    return rendered


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _users(rows: Sequence[OperationRow]) -> Mapping[ErrorRow, Sequence[str]]:
    """Returns the operations of each distinct error; those that share an example share its row."""
    users: dict[ErrorRow, list[str]] = {}
    for row in rows:
        for error in row.errors:
            users.setdefault(error, []).append(row.operation_id)
    return users


def _constants(rows: Sequence[OperationRow]) -> Mapping[ErrorRow, str]:
    """Returns a name for each distinct error: its own, behind that of its first operation where it means two things."""
    users = _users(rows)
    uses = Counter(error.name for error in users)
    return {
        error: f"_{error.name}" if uses[error.name] == 1 else f"_{snake_case(operations[0]).upper()}_{error.name}"
        for error, operations in users.items()
    }


def _formatted(source: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--line-length", "120", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


def _as_json(document: Mapping[str, Any], rows: Sequence[OperationRow]) -> str:
    failures = [_as_object(error, operations) for error, operations in _users(rows).items()]
    content = {
        "$schema": "error-codes.schema.json",
        "about": "What repeating an operation does, and its errors. Rendered from feishu-mail.yaml; edit that.",
        "document": {"title": document["info"]["title"], "version": document["info"]["version"]},
        "legend": _legend(document),
        "operations": [_operation_as_object(row) for row in rows],
        "errors": [failure for failure in failures if failure["code"] != 0],
        # Kept apart, so that nobody who looks up a code finds a refusal under 0, which means success.
        "refusals_with_code_0": [failure for failure in failures if failure["code"] == 0],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _legend(document: Mapping[str, Any]) -> Mapping[str, str]:
    """Returns what the document says of each of its extensions, by the extension's name."""
    _, heading, section = document["info"]["description"].partition("### Extensions")
    legend = {
        name: " ".join(f"`{name}`{rest}".split())
        for item in re.split(r"(?m)^- ", section.split("\n\nA name that")[0])
        for name, rest in re.findall(r"(?s)\A`(x-[a-z-]+)`(.*)\Z", item.split("\n\n")[0])
    }
    if not heading or not legend:
        raise DocumentError("info.description does not say under `### Extensions` what the extensions mean")
    return legend


def _operation_as_object(row: OperationRow) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operation": row.operation_id,
        "method": row.method,
        "path": row.path,
        "idempotency": row.idempotency,
        "rate_limit": {"calls": row.calls, "seconds": row.seconds},
    }
    if row.after_unknown:
        described["outcomes"] = {outcome: _texts(*texts) for outcome, texts in row.outcomes.items()}
        described["after_unknown"] = _texts(*row.after_unknown)
    return described


def _as_object(row: ErrorRow, operation_ids: Sequence[str]) -> dict[str, Any]:
    members = asdict(row)
    for text in ("summary", "advice"):
        members[text] = _texts(members[text], members.pop(f"{text}_zh"))
    members = {name: value for name, value in members.items() if value is not None}
    return {"name": members.pop("name"), "code": members.pop("code"), "operations": list(operation_ids), **members}


def _texts(english: str, chinese: str) -> dict[str, str]:
    return {"en": english, "zh": chinese}
