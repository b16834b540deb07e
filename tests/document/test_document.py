"""The document says what the vendor's pages say. The tables are written by hand, from those pages and the design."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from feishu_mail.wire.addresses import DEFAULT_BASE_URL
from operation_table import ErrorRow, operations, read_operations, resolve

DOCUMENT: dict[str, Any] = yaml.safe_load(
    files("feishu_mail_openapi").joinpath("feishu-mail.yaml").read_text(encoding="utf-8")
)
BASE = "/open-apis/mail/v1/user_mailboxes/{user_mailbox_id}"
OPERATIONS: dict[str, dict[str, Any]] = {each["operationId"]: dict(each) for _, _, each in operations(DOCUMENT)}
ERRORS: dict[str, tuple[ErrorRow, ...]] = {row.operation_id: row.errors for row in read_operations(DOCUMENT)}
EXAMPLES: dict[str, dict[str, Any]] = DOCUMENT["components"]["examples"]
SCHEMAS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]
FAILURES = [name for name, example in EXAMPLES.items() if "x-retry" in example]

DOCUMENTED_OPERATIONS = """
listDrafts GET  /drafts                 safe  10  1 mail:user_mailbox.message:readonly
getDraft   GET  /drafts/{draft_id}      safe  10  1 mail:user_mailbox.message:readonly
sendDraft  POST /drafts/{draft_id}/send keyed 20 60 mail:user_mailbox.message:send
"""
DOCUMENTED_CODES = """
listDrafts REQUEST_PARAMETER_ERROR               1234008 400 -        never       request
listDrafts PERMISSION_DENIED                     1234017 403 -        never       credential
listDrafts MAILBOX_NOT_FOUND                     1234013 404 -        never       mailbox
listDrafts TOO_MANY_REQUESTS                     1236006 429 -        after_delay mailbox
listDrafts INTERNAL_ERROR                        1236019 500 -        after_delay request
getDraft   REQUEST_PARAMETER_ERROR               1234008 400 -        never       request
getDraft   PERMISSION_DENIED                     1234017 403 -        never       credential
getDraft   DRAFT_NOT_FOUND                       1234050 404 -        never       draft
getDraft   MAILBOX_NOT_FOUND                     1234013 404 -        never       mailbox
getDraft   TOO_MANY_REQUESTS                     1236006 429 -        after_delay mailbox
getDraft   INTERNAL_ERROR                        1236019 500 -        after_delay request
sendDraft  REQUEST_PARAMETER_ERROR               1234008 400 not_done never       request
sendDraft  RECIPIENT_LIMIT_EXCEEDED              1236003 400 not_done never       draft
sendDraft  ATTACHMENT_LIMIT_EXCEEDED             1236004 400 not_done never       draft
sendDraft  CONTENT_RISK                          1236014 400 not_done never       draft
sendDraft  SENDER_CHECK_FAILED                   1236017 400 not_done never       mailbox
sendDraft  RECEIVER_CHECK_FAILED                 1236018 400 not_done never       draft
sendDraft  PERMISSION_DENIED                     1234017 403 not_done never       credential
sendDraft  DRAFT_NOT_FOUND                       1234050 404 not_done never       draft
sendDraft  MAILBOX_NOT_FOUND                     1234013 404 not_done never       mailbox
sendDraft  ALREADY_SENT                          1236005 409 done     never       draft
sendDraft  CONCURRENT_WRITE_CONFLICT             1236006 429 not_done after_delay mailbox
sendDraft  USER_DAILY_SEND_LIMIT                 1236007 429 not_done after_quota mailbox
sendDraft  USER_DAILY_EXTERNAL_RECIPIENT_LIMIT   1236008 429 not_done after_quota mailbox
sendDraft  TENANT_DAILY_EXTERNAL_RECIPIENT_LIMIT 1236009 429 not_done after_quota tenant
sendDraft  MAIL_THROTTLED                        1236010 429 not_done after_delay mailbox
sendDraft  TENANT_STORAGE_FULL                   1236013 429 not_done after_quota tenant
sendDraft  INTERNAL_ERROR                        1236019 500 unknown  after_delay request
"""


def lines(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def responses(operation_id: str) -> dict[str, dict[str, Any]]:
    return {
        status: dict(resolve(DOCUMENT, response)) for status, response in OPERATIONS[operation_id]["responses"].items()
    }


def listed_examples() -> Iterator[tuple[str, str, str]]:
    """Yields operation, name and reference of every example that a response lists."""
    for operation_id in OPERATIONS:
        for response in responses(operation_id).values():
            for name, example in response["content"]["application/json"]["examples"].items():
                yield operation_id, name, example["$ref"].removeprefix("#/components/examples/")


def schema_keywords(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields a schema and all that are written inside it."""
    yield schema
    inside = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    for each in inside:
        yield from schema_keywords(each)


def descriptions(node: Any, *, names: bool = False) -> Iterator[str]:
    """Yields the texts under the keyword `description`, which may also be the name of a property."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node if isinstance(node, list) else ()):
        if key == "description" and not names:
            yield value
        elif key != "value":
            yield from descriptions(value, names=key == "properties")


def is_chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None


def test_it_is_valid_openapi() -> None:
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1.")


def test_the_operations_are_as_documented() -> None:
    found = [
        [row.operation_id, row.method, row.path.removeprefix(BASE), row.idempotency, str(row.calls), str(row.seconds)]
        + OPERATIONS[row.operation_id]["x-required-scopes"]
        for row in read_operations(DOCUMENT)
    ]
    assert [line for line in lines(DOCUMENTED_OPERATIONS) if line not in found] == []


@pytest.mark.parametrize("operation_id", dict.fromkeys(line[0] for line in lines(DOCUMENTED_CODES)))
def test_an_operation_has_the_codes_of_its_page_and_claims_no_other_to_be_there(operation_id: str) -> None:
    found = [
        [operation_id, row.name, str(row.code), *map(str, row.http_statuses), row.outcome, row.retry, row.affects]
        for row in ERRORS[operation_id]
        if row.source is None
    ]
    expected = [line for line in lines(DOCUMENTED_CODES) if line[0] == operation_id]
    reads = OPERATIONS[operation_id]["x-idempotency"] == "safe"
    # An example that reads share with writes keeps its x-outcome, which is for the writes.
    assert sorted(["-" if reads and at == 4 else fact for at, fact in enumerate(row)] for row in found) == sorted(
        expected
    )


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_the_gateways_codes_are_every_operations(operation_id: str) -> None:
    listed = {reference for user, _, reference in listed_examples() if user == operation_id}
    assert {name for name in EXAMPLES if name.startswith("gateway.")} <= listed


def test_an_example_is_named_after_whose_it_is_and_how_the_responses_list_it() -> None:
    for operation_id, name, reference in listed_examples():
        scope, _, name_there = reference.partition(".")
        assert name_there == name
        assert scope in ("gateway", "mail", operation_id) or (
            scope == "read" and OPERATIONS[operation_id]["x-idempotency"] == "safe"
        )


def test_every_example_fits_the_schema_of_its_response() -> None:
    for operation_id in OPERATIONS:
        for response in responses(operation_id).values():
            media_type = response["content"]["application/json"]
            validator = OAS31Validator({**media_type["schema"], "components": DOCUMENT["components"]})
            for example in media_type["examples"].values():
                validator.validate(resolve(DOCUMENT, example)["value"])


def test_an_answer_may_hold_what_nobody_has_seen_yet() -> None:
    """All schemas are of answers: the operations have no bodies."""
    for name, schema in SCHEMAS.items():
        assert schema.get("required", []) in ([], ["code"]), name
        for each in schema_keywords(schema):
            assert not {"enum", "const", "minimum", "maximum", "additionalProperties"} & each.keys(), name
            # Without it, generators of Java and Rust take 32 bits.
            assert each.get("type") != "integer" or each.get("format") == "int64", name


def test_an_answer_without_the_envelope_is_not_described_as_if_it_had_one() -> None:
    for operation_id in OPERATIONS:
        assert "default" not in OPERATIONS[operation_id]["responses"]


def test_every_answer_names_its_log_id_and_a_limited_one_its_reset() -> None:
    for operation_id in OPERATIONS:
        for response in responses(operation_id).values():
            assert "X-Tt-Logid" in response["headers"]
            if "RATE_LIMITED" in response["content"]["application/json"]["examples"]:
                assert {"x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset"} <= response["headers"].keys()


def test_the_vendors_hosts_a_private_deployment_and_the_sandbox_are_servers() -> None:
    urls = [server["url"] for server in DOCUMENT["servers"]]
    assert urls == ["https://open.feishu.cn", "https://open.larksuite.com", "https://{host}", "http://127.0.0.1:{port}"]
    assert urls[0] == DEFAULT_BASE_URL


def test_the_extensions_are_explained_and_none_is_explained_that_is_not_used() -> None:
    used = {
        key.removesuffix("-zh")
        for node in (*OPERATIONS.values(), *EXAMPLES.values())
        for key in node
        if key.startswith("x-") and key not in ("x-summary-zh", "x-description-zh")
    }
    explained = set(re.findall(r"(?m)^- `(x-[a-z-]+)`", DOCUMENT["info"]["description"]))
    # No operation of today proves by a refusal that an earlier attempt of its own was successful.
    assert explained - {"x-outcome-after-unknown"} == used - {"x-outcome-after-unknown"}


def test_descriptions_are_sentences() -> None:
    assert [text for text in descriptions(DOCUMENT) if not re.search(r"[.。]\)?\s*\Z", text)] == []


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_explained_in_both_languages(name: str) -> None:
    for key in ("summary", "description"):
        assert EXAMPLES[name][key].isascii(), key
        assert is_chinese(EXAMPLES[name][f"x-{key}-zh"]), key


def test_operations_and_their_parameters_are_explained_in_both_languages() -> None:
    for operation in OPERATIONS.values():
        parameters = [resolve(DOCUMENT, parameter)["description"] for parameter in operation["parameters"]]
        for text in (operation["summary"], operation["description"], *parameters):
            assert is_chinese(text), text
            assert re.search("[A-Za-z]{3}", text), text
