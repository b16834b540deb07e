"""The document says what the vendor's page says. The table here is written by hand, from that page and the design."""

from importlib.resources import files
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from feishu_mail.arguments import DEFAULT_BASE_URL

DOCUMENT: dict[str, Any] = yaml.safe_load(
    files("feishu_mail_openapi").joinpath("feishu-mail.yaml").read_text(encoding="utf-8")
)
PATH = "/open-apis/mail/v1/user_mailboxes/{user_mailbox_id}/drafts/{draft_id}/send"
OPERATION: dict[str, Any] = DOCUMENT["paths"][PATH]["post"]
EXAMPLES: dict[str, dict[str, Any]] = DOCUMENT["components"]["examples"]

DOCUMENTED_CODES = """
REQUEST_PARAMETER_ERROR               1234008 400 not_sent never       request
RECIPIENT_LIMIT_EXCEEDED              1236003 400 not_sent never       draft
ATTACHMENT_LIMIT_EXCEEDED             1236004 400 not_sent never       draft
CONTENT_RISK                          1236014 400 not_sent never       draft
SENDER_CHECK_FAILED                   1236017 400 not_sent never       mailbox
RECEIVER_CHECK_FAILED                 1236018 400 not_sent never       draft
PERMISSION_DENIED                     1234017 403 not_sent never       credential
DRAFT_NOT_FOUND                       1234050 404 not_sent never       draft
MAILBOX_NOT_FOUND                     1234013 404 not_sent never       mailbox
ALREADY_SENT                          1236005 409 sent     never       draft
CONCURRENT_WRITE_CONFLICT             1236006 429 not_sent after_delay mailbox
USER_DAILY_SEND_LIMIT                 1236007 429 not_sent after_quota mailbox
USER_DAILY_EXTERNAL_RECIPIENT_LIMIT   1236008 429 not_sent after_quota mailbox
TENANT_DAILY_EXTERNAL_RECIPIENT_LIMIT 1236009 429 not_sent after_quota tenant
MAIL_THROTTLED                        1236010 429 not_sent after_delay mailbox
TENANT_STORAGE_FULL                   1236013 429 not_sent after_quota tenant
INTERNAL_ERROR                        1236019 500 unknown  after_delay request
"""


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def responses() -> dict[str, dict[str, Any]]:
    return {status: resolve(response) for status, response in OPERATION["responses"].items()}


def test_it_is_valid_openapi() -> None:
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1.")


@pytest.mark.parametrize("line", DOCUMENTED_CODES.split("\n")[1:-1])
def test_every_documented_code_is_there_as_documented(line: str) -> None:
    name, code, status, outcome, retry, affects = line.split()
    example = EXAMPLES[name]
    assert example["value"]["code"] == int(code)
    assert (example["x-outcome"], example["x-retry"], example["x-affects"]) == (outcome, retry, affects)
    assert "x-source" not in example, "codes of the vendor's page need no further source"
    listed = [
        each for each, response in responses().items() if name in response["content"]["application/json"]["examples"]
    ]
    assert listed == [status]


def test_no_other_code_claims_to_be_on_the_vendors_page() -> None:
    without_source = {name for name, each in EXAMPLES.items() if each["value"]["code"] and "x-source" not in each}
    assert without_source == {line.split()[0] for line in DOCUMENTED_CODES.split("\n")[1:-1]}


def test_every_example_belongs_to_a_response_under_its_own_name_and_fits_its_schema() -> None:
    seen: set[str] = set()
    for response in responses().values():
        media_type = response["content"]["application/json"]
        validator = OAS31Validator({**media_type["schema"], "components": DOCUMENT["components"]})
        for name, reference in media_type["examples"].items():
            assert reference == {"$ref": f"#/components/examples/{name}"}
            validator.validate(resolve(reference)["value"])
            seen.add(name)
    assert seen == EXAMPLES.keys()


def test_codes_are_open_so_that_a_new_one_breaks_no_client() -> None:
    for schema in ("SendDraftResponse", "ErrorResponse"):
        code = DOCUMENT["components"]["schemas"][schema]["properties"]["code"]
        assert code["type"] == "integer"
        assert not {"enum", "const", "minimum", "maximum"} & code.keys()


def test_what_may_be_added_is_tolerated() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert schema.get("additionalProperties", True) is True, name
        assert schema.get("required", []) in ([], ["code"]), name


def test_only_the_vendors_hosts_and_a_variable_one_are_servers() -> None:
    urls = [server["url"] for server in DOCUMENT["servers"]]
    assert urls == ["https://open.feishu.cn", "https://open.larksuite.com", "{scheme}://{host}"]
    assert urls[0] == DEFAULT_BASE_URL


def test_the_rate_limit_and_the_scope_are_machine_readable() -> None:
    assert OPERATION["x-rate-limit"] == {"calls": 20, "seconds": 60, "counted-per": ["app", "tenant"]}
    assert OPERATION["x-required-scopes"] == ["mail:user_mailbox.message:send"]


def test_every_answer_names_its_log_id_and_the_limited_one_its_reset() -> None:
    for status, response in responses().items():
        assert "X-Tt-Logid" in response["headers"], status
    assert {"x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset"} <= responses()["429"]["headers"].keys()


@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if "x-outcome" in example])
def test_every_judged_example_speaks_both_languages(name: str) -> None:
    example = EXAMPLES[name]
    for key in ("summary", "description"):
        assert example[key].isascii(), key
        assert any("\u4e00" <= character <= "\u9fff" for character in example[f"x-{key}-zh"]), key
