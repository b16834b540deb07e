"""Finds what oasdiff does not look at: servers, the order of parameters, and keywords that nobody has thought of.

Both documents are walked side by side. What is no text, and is not known to be reported by oasdiff, is breaking: it
shall stop somebody rather than slip through.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from change_gate.verdict import Change, Verdict, by_operation
from operation_table import operations, resolve

Node = Mapping[str, Any]
Place = tuple[str, ...]

# fmt: off
TEXTS = frozenset({
    "info", "description", "summary", "example", "examples", "externalDocs", "bearerFormat", "$comment",
})
# Keywords whose changes oasdiff reports, but for those of headers; tests/toolchains/changes holds it to that.
REPORTED_OF_SCHEMAS = frozenset({
    "type", "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minItems", "maxItems", "minProperties", "maxProperties", "enum", "pattern",
})
REPORTED = REPORTED_OF_SCHEMAS | {
    "get", "put", "post", "delete", "patch", "head", "options", "trace",
    "operationId", "tags", "security", "deprecated", "parameters", "requestBody", "schema", "name", "in", "required",
}
# Keywords below which stand names that an author gave, and no keywords. That a name came or went oasdiff reports.
NAMES = frozenset({
    "paths", "responses", "headers", "content", "properties", "schemas", "parameters", "requestBodies",
    "securitySchemes",
})
# fmt: on


def compare_structure(before: Node, after: Node) -> list[Change]:
    """Returns the changes that oasdiff does not report, but for texts, and for what extensions and examples say."""
    return [
        *_compare_servers(before.get("servers", ()), after.get("servers", ())),
        *by_operation(_compare_order_of_parameters(before, after)),
        *(
            Change(Verdict.BREAKING, f"`{'/'.join(place)}` changed; no rule knows what that means to clients")
            for place in _differences(before, after)
            if not _is_harmless_or_reported(place)
        ),
    ]


def _compare_servers(before: Sequence[Node], after: Sequence[Node]) -> Iterator[Change]:
    old, new = ([_without_texts(server) for server in servers] for servers in (before, after))
    if old != new[: len(old)]:
        words = "servers are gone, moved or have other variables, and generated clients choose them by number"
        yield Change(Verdict.BREAKING, words)
    else:
        yield from (Change(Verdict.ADDITIVE, f"new server `{server['url']}`") for server in after[len(old) :])


def _without_texts(node: Any) -> Any:
    if not _is_node(node):
        return node
    return {key: _without_texts(value) for key, value in node.items() if key != "description"}


def _compare_order_of_parameters(before: Node, after: Node) -> Iterator[tuple[str, Change]]:
    earlier = {operation["operationId"]: _parameters(before, operation) for _, _, operation in operations(before)}
    for _, _, operation in operations(after):
        old, new = earlier.get(operation["operationId"], []), _parameters(after, operation)
        if [each for each in old if each in new] != [each for each in new if each in old]:
            words = "the parameters stand in another order; generated functions take them by position"
            yield operation["operationId"], Change(Verdict.BREAKING, words)


def _parameters(document: Node, operation: Node) -> list[tuple[str, str]]:
    listed = (resolve(document, parameter) for parameter in operation.get("parameters", ()))
    return [(each["in"], each["name"]) for each in listed]


def _differences(before: Any, after: Any, place: Place = ()) -> Iterator[Place]:
    """Yields where two documents differ; a list is one value."""
    if _is_node(before) and _is_node(after):
        for key in {**before, **after}:
            yield from _differences(before.get(key), after.get(key), (*place, key))
    elif before != after:
        yield place


def _is_node(value: Any) -> TypeGuard[Node]:
    return isinstance(value, Mapping)


def _is_harmless_or_reported(place: Place) -> bool:
    keywords: list[str] = []
    is_name = False
    for part in place:
        if not is_name:
            keywords.append(part)
        is_name = not is_name and part in NAMES
    if keywords[0] == "servers" or TEXTS.intersection(keywords) or any(each.startswith("x-") for each in keywords):
        return True
    if keywords[-1] == "$ref":
        return not {"schema", "schemas"}.intersection(keywords)  # Types are named after schemas only.
    return keywords[-1] in NAMES or (keywords[-1] in REPORTED and not {"headers", "securitySchemes"} & {*keywords})
