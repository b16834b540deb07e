"""The operation table refuses a document whose operations or examples are incomplete or contradict each other."""

from typing import Any

import pytest

from operation_table import DocumentError, ErrorRow, read_operations

Node = dict[str, Any]


def example(changes: Node | None = None, code: int = 7) -> Node:
    complete: Node = {
        "summary": "What",
        "x-summary-zh": "何事",
        "description": "Do\nthis",
        "x-description-zh": "这样做",
        "x-outcome": "not_done",
        "x-retry": "never",
        "x-affects": "draft",
        "value": {"code": code},
    }
    return changed(complete, changes or {})


def operation(name: str, listed: dict[str, list[str]], **changes: Any) -> Node:
    """An operation that writes, with the examples listed under statuses, each named `<scope>.<NAME>`."""
    responses: Node = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Done"}}}}}
    for status, names in listed.items():
        media_type = responses.setdefault(status, {"content": {"application/json": {}}})["content"]["application/json"]
        media_type["examples"] = {each.split(".")[1]: {"$ref": f"#/components/examples/{each}"} for each in names}
    complete = {
        "operationId": name,
        "tags": ["drafts"],
        "x-idempotency": "keyed",
        "x-outcomes": dict.fromkeys(("done", "not_done", "unknown"), "Words"),
        "x-outcomes-zh": dict.fromkeys(("done", "not_done", "unknown"), "文字"),
        "x-after-unknown": "Look",
        "x-after-unknown-zh": "查看",
        "x-rate-limit": {"calls": 5, "seconds": 1},
        "responses": responses,
    }
    return changed(complete, changes)


def changed(complete: Node, changes: Node) -> Node:
    return {name: value for name, value in (complete | changes).items() if value is not None}


def document(examples: Node, *operations: Node) -> Node:
    paths: Node = {f"/{each.get('operationId')}": {"post": each} for each in operations}
    return {"paths": paths, "components": {"examples": examples}}


def errors_of(examples: Node, listed: dict[str, list[str]], **changes: Any) -> tuple[ErrorRow, ...]:
    (row,) = read_operations(document(examples, operation("send", listed, **changes)))
    return row.errors


def test_an_operation_is_read_with_all_that_calls_need() -> None:
    (row,) = read_operations(document({}, operation("send", {})))
    assert (row.operation_id, row.method, row.path, row.tag, row.success) == ("send", "POST", "/send", "drafts", "Done")
    assert (row.idempotency, row.calls, row.seconds) == ("keyed", 5, 1)
    assert row.outcomes["unknown"] == ("Words", "文字")
    assert row.after_unknown == ("Look", "查看")


def test_an_error_holds_its_example_in_one_line_texts() -> None:
    (row,) = errors_of({"send.A": example()}, {"400": ["send.A"]})
    assert (row.name, row.code, row.http_statuses, row.advice) == ("A", 7, (400,), "Do this")


def test_an_operation_that_only_reads_needs_no_outcomes() -> None:
    reads = operation("get", {"404": ["get.A"]}, **{"x-idempotency": "safe", "x-outcomes": None})
    (row,) = read_operations(document({"get.A": example({"x-outcome": None})}, reads))
    assert (row.outcomes, row.after_unknown, row.errors[0].outcome) == ({}, None, None)


def test_one_code_may_mean_something_else_in_another_operation() -> None:
    examples = {"send.GONE": example(), "get.THROTTLED": example({"x-outcome": "unknown", "x-retry": "after_delay"})}
    send, get = read_operations(
        document(examples, operation("send", {"404": ["send.GONE"]}), operation("get", {"429": ["get.THROTTLED"]}))
    )
    assert [(row.name, row.code, row.outcome) for row in send.errors] == [("GONE", 7, "not_done")]
    assert [(row.name, row.code, row.outcome) for row in get.errors] == [("THROTTLED", 7, "unknown")]


def test_a_status_counts_once_though_the_example_stands_under_two_media_types() -> None:
    send = operation("send", {"400": ["send.A"]})
    content = send["responses"]["400"]["content"]
    content["application/problem+json"] = content["application/json"]
    (row,) = read_operations(document({"send.A": example()}, send))
    assert row.errors[0].http_statuses == (400,)


def test_the_usual_status_comes_first() -> None:
    listed = {"400": ["send.A"], "429": ["send.A"]}
    (row,) = errors_of({"send.A": example({"x-usual-status": 429})}, listed)
    assert row.http_statuses == (429, 400)


def test_with_code_0_only_what_is_marked_by_a_filled_member_is_an_error() -> None:
    success = {"summary": "Done", "value": {"code": 0}}
    refusal = example({"x-when-filled": "disabled", "value": {"code": 0, "data": {"disabled": {"reason": "x"}}}})
    (row,) = errors_of({"send.DONE": success, "send.DISABLED": refusal}, {"200": ["send.DONE", "send.DISABLED"]})
    assert (row.name, row.code, row.when_filled) == ("DISABLED", 0, "disabled")


@pytest.mark.parametrize(
    ("changes", "listed", "message"),
    [
        ({}, ["400", "429"], "x-usual-status"),
        ({"x-usual-status": 500}, ["400", "429"], "x-usual-status"),
        ({"x-outcome": "maybe"}, ["400"], "x-outcome must be one of done, not_done, unknown, not 'maybe'"),
        ({"x-outcome": None}, ["400"], "x-outcome"),
        ({"x-outcome-after-unknown": "perhaps"}, ["400"], "x-outcome-after-unknown"),
        ({"x-retry": "later"}, ["400"], "x-retry"),
        ({"x-affects": None}, ["400"], "x-affects"),
        ({"summary": " "}, ["400"], "summary is missing"),
        ({"description": None}, ["400"], "description is missing"),
        ({"x-summary-zh": None}, ["400"], "x-summary-zh is missing"),
        ({"x-description-zh": None}, ["400"], "x-description-zh is missing"),
        ({"value": {}}, ["400"], "value.code must be an integer"),
        ({"value": None}, ["400"], "value.code must be an integer"),
        ({"value": {"code": True}}, ["400"], "value.code must be an integer"),
        ({"value": {"code": 0}}, ["200"], "x-when-filled must name a member"),
        ({"value": {"code": 0}, "x-when-filled": "absent"}, ["200"], "x-when-filled must name a member"),
        ({}, ["default"], "one HTTP status, not to 'default'"),
        ({}, ["4XX"], "one HTTP status, not to '4XX'"),
    ],
)
def test_an_incomplete_example_is_refused_by_operation_and_name(changes: Node, listed: list[str], message: str) -> None:
    with pytest.raises(DocumentError, match=f"^send: A: .*{message}"):
        errors_of({"send.A": example(changes)}, {status: ["send.A"] for status in listed})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x-idempotency": None}, "x-idempotency must be one of safe, idempotent, keyed, none"),
        ({"x-idempotency": "sometimes"}, "x-idempotency"),
        ({"x-rate-limit": None}, "x-rate-limit must have calls and seconds"),
        ({"x-rate-limit": {"calls": 5}}, "x-rate-limit"),
        ({"x-rate-limit": {"calls": "5", "seconds": 1}}, "x-rate-limit"),
        ({"x-rate-limit": {"calls": 0, "seconds": 1}}, "x-rate-limit"),
        ({"x-outcomes": {"done": "Out"}}, "x-outcomes: not_done is missing"),
        ({"x-outcomes-zh": None}, "x-outcomes-zh: done is missing"),
        ({"x-after-unknown": None}, "x-after-unknown is missing"),
        ({"x-after-unknown-zh": None}, "x-after-unknown-zh is missing"),
        ({"tags": None}, "needs a tag"),
        ({"responses": {}}, "response 200 must refer to a schema"),
    ],
)
def test_an_incomplete_operation_is_refused_by_name(changes: Node, message: str) -> None:
    with pytest.raises(DocumentError, match=f"^send: .*{message}"):
        errors_of({}, {}, **changes)


def test_an_operation_without_a_name_is_refused_by_method_and_path() -> None:
    with pytest.raises(DocumentError, match=r"^POST /None: operationId is missing"):
        errors_of({}, {}, operationId=None)


@pytest.mark.parametrize("name", ["not-a-name", "lower"])
def test_a_name_that_is_no_constant_is_refused(name: str) -> None:
    with pytest.raises(DocumentError, match=f"^send: {name}: "):
        errors_of({f"send.{name}": example()}, {"400": [f"send.{name}"]})


def test_a_code_that_one_operation_lists_twice_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"^send: B: code 7 is A already"):
        errors_of({"send.A": example(), "send.B": example()}, {"400": ["send.A", "send.B"]})


def test_one_name_for_two_examples_in_an_operation_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"^send: A: two different examples"):
        errors_of({"send.A": example(), "mail.A": example(code=8)}, {"400": ["send.A"], "429": ["mail.A"]})


def test_an_example_that_no_response_lists_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"^send\.A: no response refers"):
        errors_of({"send.A": example()}, {})
