"""Renders the document's errors in the forms that readers need: a Python enum, JSON for any language, and tables."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jinja2

from error_table import ErrorRow

ERRORS_AS_PYTHON = Path("overlay/feishu_mail/error_codes.py")
ERRORS_AS_JSON = Path("openapi/error-codes.json")
ERROR_TABLES = {"en": Path("docs/error-codes.md"), "zh": Path("docs/error-codes.zh-CN.md")}

RENDERED = (ERRORS_AS_PYTHON, ERRORS_AS_JSON, *ERROR_TABLES.values())


def render_errors(document: Mapping[str, Any], rows: Sequence[ErrorRow], templates: Path) -> dict[Path, str]:
    """Returns the text of every rendering by its path in the project; `templates` is the folder of the templates."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    errors = [row for row in rows if row.code != 0]
    refusals_with_code_0 = [row for row in rows if row.code == 0]
    rendered = {
        ERRORS_AS_PYTHON: _formatted(
            environment.get_template("error_codes.py.jinja").render(
                errors=errors, refusals_with_code_0=refusals_with_code_0, literal=repr, docstring=_as_docstring
            )
        ),
        ERRORS_AS_JSON: _as_json(document, errors, refusals_with_code_0),
    }
    for language, path in ERROR_TABLES.items():
        rendered[path] = environment.get_template(f"error_codes.{language}.md.jinja").render(
            errors=errors, refusals_with_code_0=refusals_with_code_0, cell=_as_cell
        )
    return rendered


def _as_docstring(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"""', "'" * 3)
    return f'"""{escaped}"""'


def _formatted(source: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--line-length", "120", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


def _as_json(document: Mapping[str, Any], errors: Sequence[ErrorRow], refusals_with_code_0: Sequence[ErrorRow]) -> str:
    content = {
        "about": "The errors of the operation that sends a draft. Rendered from feishu-mail.yaml; edit that instead.",
        "document": {"title": document["info"]["title"], "version": document["info"]["version"]},
        "errors": [_as_object(error) for error in errors],
        # Kept apart, so that nobody who looks up a code finds a refusal under 0, which means success.
        "refusals_with_code_0": [_as_object(refusal) for refusal in refusals_with_code_0],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _as_object(row: ErrorRow) -> dict[str, Any]:
    members = asdict(row)
    for text in ("summary", "advice"):
        members[text] = {"en": members[text], "zh": members.pop(f"{text}_zh")}
    if row.code == 0:
        del members["code"]
    return members


def _as_cell(text: str) -> str:
    return text.replace("|", "\\|")
