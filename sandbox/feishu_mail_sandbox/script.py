"""A draft's script: what the next calls that name the draft meet."""

import json
from typing import Any, cast

from feishu_mail_sandbox.document import Document, DocumentedAnswer
from feishu_mail_sandbox.faults import FAULTS, Fault
from feishu_mail_sandbox.json_body import Unusable

Step = DocumentedAnswer | Fault
# The operationId, and what it is to meet.
BoundStep = tuple[str, Step]


def read_script(script: object, document: Document) -> list[BoundStep]:
    """Reads a script from JSON. Raises Unusable, which lists the known steps.

    Numbers are error codes of the operation, names are faults. {"operation": ..., "step": ...} binds a step to an
    operation, any other step is for sendDraft.
    """
    if not isinstance(script, list):
        raise Unusable("script must be a list of steps")
    return [_bound_step(step, document) for step in cast("list[object]", script)]


def _bound_step(step: object, document: Document) -> BoundStep:
    operation_id: Any = "sendDraft"
    if isinstance(step, dict):
        members = cast("dict[str, Any]", step)
        if members.keys() != {"operation", "step"}:
            example = '{"operation": "getDraft", "step": 1236019}'
            raise Unusable(f"unknown script step {json.dumps(step)}; a bound step looks like {example}")
        operation_id, step = members["operation"], members["step"]
    scripted = [name for name, operation in document.operations.items() if "{draft_id}" in operation.path]
    if operation_id not in scripted:
        raise Unusable(f"{json.dumps(operation_id)} is no operation on a draft; known: {', '.join(scripted)}")
    return operation_id, _step(step, document, operation_id)


def _step(step: object, document: Document, operation_id: str) -> Step:
    operation = document.operations[operation_id]
    names = [name for name in FAULTS if name != "automation_disabled" or operation.refusal_with_code_0]
    if isinstance(step, str) and step in names:
        return FAULTS[step]
    what = f"unknown script step {json.dumps(step)}"
    # In Python a JSON true is an int too.
    if isinstance(step, int) and not isinstance(step, bool):
        if step in operation.errors:
            return operation.errors[step]
        what = f"code {step} is not in the document"
    codes = ", ".join(map(str, sorted(operation.errors)))
    known = f"known names: {', '.join(names)}; known codes (as numbers): {codes}"
    raise Unusable(f"{what} for {operation_id}; {known}")
