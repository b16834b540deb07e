"""Reading a request's body as a JSON object."""

import json
from typing import Any, cast


class Unusable(ValueError):
    """A body, or a member of it, that cannot be used; the message names it and says why."""


def read_object(body: bytes) -> dict[str, Any]:
    """Parses a body. Raises Unusable."""
    try:
        content: object = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Unusable(f"the body is not JSON: {problem}") from problem
    if not isinstance(content, dict):
        raise Unusable("the body must be a JSON object")
    return cast("dict[str, Any]", content)
