"""Renders where the send operation is, so that the overlay need not load the whole generated client to learn it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from error_table import DocumentError
from operations import operations

OPERATION_AS_PYTHON = Path("overlay/feishu_mail/send_operation.py")
OPERATION_ID = "sendDraft"

_MODULE = '''\
# Rendered from openapi/feishu-mail.yaml by `make regenerate`; edit the document instead of this file.
"""Where the send operation is. The generated client holds the same; loading it costs more than a send."""

from typing import Final

METHOD: Final = {method}
PATH: Final = {path}
"""Both ids are put in percent-encoded, with no character left safe."""
'''


def render_operation(document: Mapping[str, Any]) -> dict[Path, str]:
    """Returns the text of the overlay's module by its path in the project.

    Raises:
        DocumentError: there is not exactly one send operation, or its path lacks one of the two ids.
    """
    found = [
        (method, path)
        for path, method, operation in operations(document)
        if operation.get("operationId") == OPERATION_ID
    ]
    if len(found) != 1:
        raise DocumentError(f"there must be one operation {OPERATION_ID}, not {len(found)}")
    method, path = found[0]
    if sorted(part for part in path.split("/") if part.startswith("{")) != ["{draft_id}", "{user_mailbox_id}"]:
        raise DocumentError(
            f"the path of {OPERATION_ID} must hold user_mailbox_id and draft_id, and no other parameter"
        )
    return {OPERATION_AS_PYTHON: _MODULE.format(method=json.dumps(method.upper()), path=json.dumps(path))}
