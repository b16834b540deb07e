"""A draft's script: what its next send attempts meet."""

import json
from typing import cast

from feishu_mail_sandbox.document import Document, DocumentedError
from feishu_mail_sandbox.faults import FAULTS, Fault

Step = DocumentedError | Fault


class InvalidScript(ValueError):
    """A script that cannot be played; the message names the step and lists the known ones."""


def read_script(script: object, document: Document) -> list[Step]:
    """Reads a script from JSON: numbers are error codes of the document, names are faults. Raises InvalidScript."""
    if not isinstance(script, list):
        raise InvalidScript("script must be a list of steps")
    return [_step(step, document) for step in cast("list[object]", script)]


def _step(step: object, document: Document) -> Step:
    if isinstance(step, str) and step in FAULTS:
        return FAULTS[step]
    what = f"unknown script step {json.dumps(step)}"
    # In Python a JSON true is an int too.
    if isinstance(step, int) and not isinstance(step, bool):
        if step in document.errors:
            return document.errors[step]
        what = f"code {step} is not in the document"
    names, codes = ", ".join(FAULTS), ", ".join(map(str, sorted(document.errors)))
    raise InvalidScript(f"{what}; known names: {names}; known codes (as numbers): {codes}")
