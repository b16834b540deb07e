"""What the checks know of each operation."""

from typing import Any

from fuzzing.documented import load_operations, read_operations


def _operation(operation_id: str, status: str, affects: str) -> dict[str, Any]:
    example = {"value": {"code": 1234050}, "x-affects": affects}
    return {
        "operationId": operation_id,
        "x-idempotency": "safe",
        "x-rate-limit": {"calls": 10, "seconds": 1},
        "responses": {status: {"content": {"application/json": {"examples": {"NOT_FOUND": example}}}}},
    }


def test_one_operation_has_nothing_from_another() -> None:
    one, two = _operation("one", "404", "draft"), _operation("two", "400", "credential")
    read = read_operations({"paths": {"/mails": {"parameters": [], "get": one, "post": two}}})
    assert read["GET /mails"].errors == {(404, 1234050)}
    assert read["POST /mails"].errors == {(400, 1234050)}
    assert [each.credential_codes for each in read.values()] == [frozenset(), {1234050}]


def test_the_document_is_read_whole() -> None:
    operations = load_operations().values()
    assert {"listDrafts", "getDraft", "sendDraft"} <= {operation.operation_id for operation in operations}
    assert all(operation.errors and operation.credential_codes for operation in operations)
