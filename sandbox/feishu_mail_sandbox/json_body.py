"""Reading a request's body as a JSON object."""

import json
from typing import Any, cast


class NotAnObject(ValueError):
    """A body that is not a JSON object; the message says why."""


def read_object(body: bytes) -> dict[str, Any]:
    """Parses a body. Raises NotAnObject."""
    try:
        content: object = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise NotAnObject(f"the body is not JSON: {problem}") from problem
    if not isinstance(content, dict):
        raise NotAnObject("the body must be a JSON object")
    return cast("dict[str, Any]", content)
