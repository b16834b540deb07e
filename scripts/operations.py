"""Walks the operations of a document."""

from collections.abc import Iterator, Mapping
from typing import Any

METHODS = ("get", "put", "post", "delete", "patch")


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yields the path, the method in lower case, and the object of each operation, in the document's order of paths."""
    for path, path_item in document["paths"].items():
        yield from ((path, method, path_item[method]) for method in METHODS if method in path_item)
