"""The query of a request: taken apart, and judged by the schemas of the document's parameters."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from feishu_mail_sandbox.document import Operation

REQUEST_PARAMETER_ERROR = 1234008


def query_values(raw_query: str) -> dict[str, str]:
    """Returns the decoded values by their names. Of several with one name the last counts."""
    return dict(parse_qsl(raw_query, keep_blank_values=True))


def is_acceptable(operation: Operation, query: Mapping[str, str]) -> bool:
    """Returns whether every parameter that the operation knows has a value that its schema allows."""
    return all(
        _fits(parameter["schema"], query[parameter["name"]])
        if parameter["name"] in query
        else not parameter.get("required", False)
        for parameter in operation.query_parameters
    )


def _fits(schema: Mapping[str, Any], text: str) -> bool:
    if schema.get("type") != "integer":
        return text in schema.get("enum", (text,)) and len(text) >= schema.get("minLength", 0)
    # More digits than Python turns into a number are refused, too.
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        return False
    number = int(text)
    return bool(schema.get("minimum", number) <= number <= schema.get("maximum", number))
