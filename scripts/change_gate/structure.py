"""Finds what oasdiff does not look at: servers, the order of parameters, references, closed objects, extensions, texts.

Both documents are walked side by side. What is no text, and not known to be watched by oasdiff, is breaking: a keyword
that nobody has thought of shall stop somebody rather than slip through.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from change_gate.changes import Change, Kind
from references import resolve

Node = Mapping[str, Any]
Place = tuple[str, ...]

TEXTS = frozenset({"description", "summary", "example", "examples", "externalDocs", "bearerFormat", "$comment"})
TEXTS_OF_INFO = frozenset({"title", "contact", "license", "termsOfService"})

# fmt: off
# Keywords whose changes oasdiff reports; tests/toolchains/changes holds it to that.
WATCHED_IN_EVERY_SCHEMA = frozenset({
    "type", "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minItems", "maxItems", "minProperties", "maxProperties",
})
WATCHED_IN_PARAMETERS = frozenset({"enum", "pattern"})
WATCHED_IN_BODIES = frozenset({
    "enum", "pattern", "const", "default", "required", "deprecated", "readOnly", "writeOnly", "allOf", "anyOf", "oneOf",
})
WATCHED_OUTSIDE_OF_SCHEMAS = frozenset({
    "get", "put", "post", "delete", "patch", "head", "options", "trace",
    "operationId", "tags", "security", "deprecated", "parameters", "requestBody", "schema", "name", "in", "required",
})

# Keywords below which stand names that an author gave, and no keywords.
NAMES = frozenset({
    "paths", "responses", "headers", "content", "properties", "patternProperties", "dependentSchemas", "$defs",
    "schemas", "parameters", "requestBodies", "securitySchemes", "links", "callbacks", "pathItems", "webhooks",
})
# fmt: on


def compare_structure(before: Node, after: Node) -> list[Change]:
    """Returns the changes outside of the error table that oasdiff does not report; both documents are valid OpenAPI."""
    return [
        *_compare_components(before.get("components", {}), after.get("components", {})),
        *_compare_examples(before.get("components", {}), after.get("components", {})),
        *_compare_order_of_parameters(before, after),
        *_compare_nodes((), _without_examples(before), _without_examples(after)),
    ]


def _without_examples(document: Node) -> Node:
    components = document.get("components", {})
    return {**document, "components": {group: components[group] for group in components if group != "examples"}}


def _compare_components(before: Node, after: Node) -> Iterator[Change]:
    for group in [group for group in {**before, **after} if group not in ("examples", "securitySchemes")]:
        old, new = before.get(group, {}), after.get(group, {})
        yield from (Change(Kind.ADDITIVE, f"new component `{group}/{name}`") for name in new if name not in old)
        if group != "schemas":  # Of a schema that is gone oasdiff speaks.
            for name in [name for name in old if name not in new]:
                yield Change(
                    Kind.BREAKING, f"the component `{group}/{name}` is gone; some generators make a type of it"
                )


def _compare_examples(before: Node, after: Node) -> Iterator[Change]:
    """Looks at the bodies; all else that the example of an error holds belongs to the error table."""
    old, new = (components.get("examples", {}) for components in (before, after))
    for name in {**old, **new}:
        if name in old and name in new:
            if old[name].get("value") != new[name].get("value"):
                yield Change(Kind.HARMLESS, f"another body in the example `{name}`")
        elif "x-outcome" not in {**old, **new}[name]:
            yield Change(Kind.HARMLESS, f"{'new' if name in new else 'no longer an'} example `{name}`")


def _compare_order_of_parameters(before: Node, after: Node) -> Iterator[Change]:
    for path, method in _operations(before):
        if (path, method) not in _operations(after):
            continue
        old, new = (_parameters(document, path, method) for document in (before, after))
        if [each for each in old if each in new] != [each for each in new if each in old]:
            yield Change(
                Kind.BREAKING,
                f"{method.upper()} {path}: the parameters stand in another order; generated functions take them by "
                "position, and no compiler notices two texts that change places",
            )


def _operations(document: Node) -> list[tuple[str, str]]:
    return [
        (path, method)
        for path, item in document.get("paths", {}).items()
        for method in item
        if _is_node(item[method]) and "responses" in item[method]
    ]


def _parameters(document: Node, path: str, method: str) -> list[tuple[str, str]]:
    item = document["paths"][path]
    listed = [*item.get("parameters", ()), *item[method].get("parameters", ())]
    return [(each["in"], each["name"]) for each in (resolve(document, parameter) for parameter in listed)]


def _compare_nodes(place: Place, before: Node, after: Node) -> Iterator[Change]:
    """Compares two objects whose keys are keywords."""
    for keyword in {**before, **after}:
        old, new = before.get(keyword), after.get(keyword)
        if old != new:
            yield from _compare_values((*place, keyword), old, new)


def _compare_named(place: Place, before: Node, after: Node) -> Iterator[Change]:
    """Compares two objects whose keys are names; that a name came or went is reported elsewhere."""
    for name in before:
        if name in after and _is_node(before[name]):
            yield from _compare_nodes((*place, name), before[name], after[name])


def _compare_values(place: Place, before: Any, after: Any) -> Iterator[Change]:
    keyword = place[-1]
    if place == ("info", "version"):
        return  # Judged with everything else in view.
    if keyword == "examples" and (_refers(before) or _refers(after)):
        return  # Which error belongs to which status is part of the error table.
    if keyword == "openapi":
        yield from _compare_openapi(before, after)
    elif keyword == "$ref":
        yield from _compare_references(place, before, after)
    elif keyword == "servers":
        yield from _compare_servers(before or (), after or ())
    elif keyword == "x-required-scopes":
        yield from _compare_required_scopes(before or (), after or ())
    elif keyword == "x-rate-limit":
        yield _compare_rate_limit(before, after)
    elif _is_text(place):
        yield Change(Kind.HARMLESS, f"{_pointer(place)} {_how(before, after)}")
    elif _is_node(before) and _is_node(after):
        yield from (_compare_named if keyword in NAMES else _compare_nodes)(place, before, after)
    elif not _is_watched(place, before, after):
        yield Change(
            Kind.BREAKING, f"{_pointer(place)} {_how(before, after)}; no rule knows what that means to clients"
        )


def _is_node(value: Any) -> TypeGuard[Node]:
    return isinstance(value, Mapping)


def _is_text(place: Place) -> bool:
    keyword = place[-1]
    return keyword in TEXTS or keyword.startswith("x-") or (place[0] == "info" and keyword in TEXTS_OF_INFO)


def _is_watched(place: Place, before: Any, after: Any) -> bool:
    keyword = place[-1]
    if keyword in NAMES and (before is None or after is None):
        return True
    if place[:2] == ("components", "schemas") or "schema" in place[:-1]:
        return keyword in WATCHED_IN_EVERY_SCHEMA or keyword in _watched_around(place)
    return keyword in WATCHED_OUTSIDE_OF_SCHEMAS and not {"headers", "securitySchemes"}.intersection(place)


def _watched_around(place: Place) -> frozenset[str]:
    if "headers" in place:
        return frozenset()
    return WATCHED_IN_PARAMETERS if "parameters" in place else WATCHED_IN_BODIES


def _refers(examples: Any) -> bool:
    return _is_node(examples) and any("$ref" in example for example in examples.values())


def _compare_openapi(before: str, after: str) -> Iterator[Change]:
    same_form = before.split(".")[:2] == after.split(".")[:2]
    yield Change(Kind.HARMLESS if same_form else Kind.BREAKING, f"written in OpenAPI {after} instead of {before}")


def _compare_references(place: Place, before: str | None, after: str | None) -> Iterator[Change]:
    yield Change(
        Kind.BREAKING,
        f"{_pointer(place[:-1])} refers to {_target(after)} instead of {_target(before)}; types are named after that",
    )


def _compare_servers(before: Sequence[Node], after: Sequence[Node]) -> Iterator[Change]:
    old, new = ({server["url"]: server for server in servers} for servers in (before, after))
    for url, server in old.items():
        if url not in new:
            yield Change(Kind.BREAKING, f"the server `{url}` is gone")
        elif _without_texts(server) != _without_texts(new[url]):
            yield Change(Kind.BREAKING, f"the server `{url}` has other variables")
        elif server != new[url]:
            yield Change(Kind.HARMLESS, f"the server `{url}` is described in other words")
    yield from (Change(Kind.ADDITIVE, f"new server `{url}`") for url in new if url not in old)
    if [url for url in old if url in new] != [*new][: len(old.keys() & new.keys())]:
        yield Change(Kind.BREAKING, "the servers stand in another order, and generated clients choose them by number")


def _without_texts(server: Node) -> dict[str, dict[str, Any]]:
    return {
        name: {key: value for key, value in variable.items() if key != "description"}
        for name, variable in server.get("variables", {}).items()
    }


def _compare_required_scopes(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    for scope in [scope for scope in after if scope not in before]:
        yield Change(Kind.BREAKING, f"the scope `{scope}` is required, which nobody has granted for this call so far")
    for scope in [scope for scope in before if scope not in after]:
        yield Change(Kind.ADDITIVE, f"the scope `{scope}` is no longer required")


def _compare_rate_limit(before: Node | None, after: Node | None) -> Change:
    old, new = (_calls_a_second(limit) for limit in (before, after))
    looser = old is not None and (after is None or (new is not None and new >= old))
    counted_alike = after is None or (before or {}).get("counted-per") == after.get("counted-per")
    return Change(
        Kind.ADDITIVE if looser and counted_alike else Kind.BREAKING,
        f"the rate limit is {_rate(after)} instead of {_rate(before)}",
    )


def _calls_a_second(limit: Node | None) -> float | None:
    match limit:
        case {"calls": int(calls), "seconds": int(seconds)} if seconds > 0:
            return calls / seconds
        case _:
            return None


def _rate(limit: Node | None) -> str:
    return "not stated" if limit is None else f"({', '.join(f'{key}: {value}' for key, value in limit.items())})"


def _target(reference: str | None) -> str:
    return "nothing" if reference is None else f"`{reference.removeprefix('#/components/')}`"


def _pointer(place: Place) -> str:
    return f"`{'/'.join(part.replace('~', '~0').replace('/', '~1') for part in place)}`"


def _how(before: Any, after: Any) -> str:
    if before is None:
        return "was added"
    return "is gone" if after is None else "changed"
