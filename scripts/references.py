"""Follows the references of a document into itself."""

from collections.abc import Mapping
from typing import Any

Node = Mapping[str, Any]


def resolve(document: Node, node: Node) -> Node:
    """Returns what `node` refers to within `document`, or `node` itself when it is no reference.

    Keys are taken as they are written: one with an escaped character (`~1`) is not found.

    Raises:
        KeyError: nothing stands there.
        TypeError: the way there leads through something that is no object.
    """
    if "$ref" not in node:
        return node
    target: Any = document
    for part in str(node["$ref"]).removeprefix("#/").split("/"):
        target = target[part]
    resolved: Node = target
    return resolved
