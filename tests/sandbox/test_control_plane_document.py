"""The document of the control plane says what the control plane does: no more, no less."""

import json
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from feishu_mail_sandbox import SandboxControl, running_sandbox
from feishu_mail_sandbox.document import load_document, read_document
from feishu_mail_sandbox.faults import FAULTS, AcceptingFault
from feishu_mail_sandbox.gateway import MAGIC_TOKENS

Send = Callable[..., httpx.Response]

DOCUMENT: dict[str, Any] = json.loads(
    (resources.files("feishu_mail_sandbox") / "control-plane.json").read_text(encoding="utf-8")
)
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
TOO_LARGE = b" " * (1024 * 1024 + 1)


def fits(schema: dict[str, Any], value: Any) -> bool:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]}).is_valid(value)


def answer_schema(operation: dict[str, Any], status: int) -> dict[str, Any]:
    response = operation["responses"][str(status)]
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema: dict[str, Any] = response["content"]["application/json"]["schema"]
    return schema


def request_examples() -> Iterator[Any]:
    for operation_id, (_, _, operation) in OPERATIONS.items():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for name, example in body.get("examples", {}).items():
            yield pytest.param(operation_id, example["value"], id=name)


def test_every_control_path_has_an_operation_and_every_operation_a_control_path(client: httpx.Client) -> None:
    known = client.get("/_sandbox/nothing").json()["error"].partition("known: ")[2]
    assert sorted(known.split(", ")) == sorted(DOCUMENT["paths"])


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_an_operation_is_there_under_its_method_only(client: httpx.Client, operation_id: str) -> None:
    documented, path, operation = OPERATIONS[operation_id]
    for method in ("GET", "PUT", "POST", "DELETE", "PATCH"):
        answer = client.request(method, path)
        assert answer.status_code == (200 if method == documented else 405)
        if method == documented:
            assert fits(answer_schema(operation, 200), answer.json())


REFUSED = {
    ("createDraft", 400): b'{"script": ["no_such_step"]}',
    ("createDraft", 409): b'{"draft_id": "taken"}',
    ("changeSettings", 400): b'{"no_such_setting": 1}',
    **{(operation_id, 413): TOO_LARGE for operation_id in OPERATIONS},
    **{(operation_id, 403): b"" for operation_id in OPERATIONS},
}


@pytest.mark.parametrize(("operation_id", "status"), REFUSED)
def test_a_documented_refusal_occurs_as_documented(
    feishu_mail_sandbox: SandboxControl, client: httpx.Client, operation_id: str, status: int
) -> None:
    feishu_mail_sandbox.create_draft("taken")
    method, path, operation = OPERATIONS[operation_id]
    headers = {"Origin": "https://another.example"} if status == 403 else {}
    answer = client.request(method, path, content=REFUSED[operation_id, status], headers=headers)
    assert answer.status_code == status
    assert fits(answer_schema(operation, status), answer.json())
    assert not fits(answer_schema(operation, status), {})


def test_no_refusal_is_documented_that_is_not_shown_to_occur() -> None:
    documented = {(name, int(status)) for name, (_, _, each) in OPERATIONS.items() for status in each["responses"]}
    assert documented == {*REFUSED, *((name, 200) for name in OPERATIONS)}


@pytest.mark.parametrize(("operation_id", "body"), [*request_examples()])
def test_every_example_is_accepted(client: httpx.Client, operation_id: str, body: object) -> None:
    client.post("/_sandbox/reset")
    method, path, operation = OPERATIONS[operation_id]
    answer = client.request(method, path, json=body)
    assert answer.status_code == 200
    assert fits(operation["requestBody"]["content"]["application/json"]["schema"], body)
    assert fits(answer_schema(operation, 200), answer.json())


def test_the_first_example_creates_the_draft_that_the_mail_document_sends() -> None:
    """So that both are filled in where a page lets a reader try them."""
    content = OPERATIONS["createDraft"][2]["requestBody"]["content"]["application/json"]
    first = next(iter(content["examples"].values()))["value"]
    parameter = load_document().openapi["components"]["parameters"]["DraftId"]
    assert first == {"draft_id": next(iter(parameter["examples"].values()))["value"]}


@pytest.mark.parametrize(
    ("operation_id", "body"),
    [
        ("createDraft", {"script": [*FAULTS, 1236006]}),
        ("createDraft", {"script": ["no_such_step"]}),
        ("createDraft", {"script": [{"operation": "getDraft", "step": 1236019}]}),
        ("createDraft", {"script": [{"operation": "getDraft", "step": "html_502"}]}),
        ("createDraft", {"script": [{"operation": "getDraft"}]}),
        ("createDraft", {"script": [{"operation": "getDraft", "step": "no_such_step"}]}),
        ("createDraft", {"script": [1.5]}),
        ("createDraft", {"script": [True]}),
        ("createDraft", {"script": "html_502"}),
        ("createDraft", {"draft_id": "d", "user_mailbox_id": "a@example.com"}),
        ("createDraft", {"draft_id": ""}),
        ("createDraft", {"draft_id": 5}),
        ("createDraft", {"user_mailbox_id": ""}),
        ("createDraft", {"no_such_member": 1}),
        ("createDraft", []),
        ("changeSettings", {}),
        ("changeSettings", {"rate_limit": None, "send_seconds": 0, "mailboxes": [], "clock": {"advance": 0}}),
        ("changeSettings", {"rate_limit": {"calls": 1, "seconds": 0.5}}),
        ("changeSettings", {"rate_limits": {}}),
        ("changeSettings", {"rate_limits": {"getDraft": None, "sendDraft": {"calls": 1, "seconds": 1}}}),
        ("changeSettings", {"rate_limits": {"getDraft": 1}}),
        ("changeSettings", {"rate_limits": None}),
        ("changeSettings", {"rate_limit": {"calls": 1_000_000_000, "seconds": 1_000_000_000}}),
        ("changeSettings", {"rate_limit": {"calls": 1_000_000_001, "seconds": 1}}),
        ("changeSettings", {"rate_limit": {"calls": 0, "seconds": 1}}),
        ("changeSettings", {"rate_limit": {"calls": 1, "seconds": 0}}),
        ("changeSettings", {"rate_limit": {"calls": 1}}),
        ("changeSettings", {"rate_limit": {"calls": 1, "seconds": 1, "burst": 1}}),
        ("changeSettings", {"send_seconds": -1}),
        ("changeSettings", {"send_seconds": 1_000_000_001}),
        ("changeSettings", {"send_seconds": None}),
        ("changeSettings", {"mailboxes": [""]}),
        ("changeSettings", {"mailboxes": "a@example.com"}),
        ("changeSettings", {"clock": {"advance": -1}}),
        ("changeSettings", {"clock": {}}),
        ("changeSettings", {"clock": {"advance": 1, "set": 1}}),
        ("changeSettings", {"no_such_setting": 1}),
    ],
)
def test_the_schema_takes_what_the_sandbox_takes(
    feishu_mail_sandbox: SandboxControl, client: httpx.Client, operation_id: str, body: object
) -> None:
    method, path, operation = OPERATIONS[operation_id]
    accepted = client.request(method, path, json=body).status_code == 200
    assert fits(operation["requestBody"]["content"]["application/json"]["schema"], body) is accepted


def test_what_is_listed_has_exactly_the_documented_members(
    sandbox: SandboxControl, client: httpx.Client, send: Send
) -> None:
    sandbox.create_draft("d", script=["html_502"])
    client.get("/nowhere")
    for _ in range(3):
        send("d")
    for operation_id, schema, length in (("listDeliveries", "DeliveredMail", 1), ("listRequests", "ArrivedRequest", 4)):
        _, path, operation = OPERATIONS[operation_id]
        listed = client.get(path).json()
        assert len(listed) == length
        assert fits(answer_schema(operation, 200), listed)
        assert all(item.keys() == SCHEMAS[schema]["properties"].keys() for item in listed)


def test_the_script_steps_are_those_that_the_sandbox_knows_and_each_says_whether_the_mail_goes_out() -> None:
    fault = SCHEMAS["Fault"]
    assert sorted(fault["enum"]) == sorted(fault["x-enumDescriptions"]) == sorted(FAULTS)
    for name, text in fault["x-enumDescriptions"].items():
        accepted = isinstance(FAULTS[name], AcceptingFault)
        assert text.startswith("Goes out; ") is accepted
        assert text.startswith("Does not go out; ") is not accepted
        assert (" 不发出；" in text) is not accepted


def test_the_settings_are_those_that_the_sandbox_knows(feishu_mail_sandbox: SandboxControl) -> None:
    known = feishu_mail_sandbox.settings().keys()
    assert SCHEMAS["SettingsChange"]["properties"].keys() == known
    assert SCHEMAS["Settings"]["properties"].keys() == set(SCHEMAS["Settings"]["required"]) == known


def test_the_introduction_names_every_token_with_a_meaning() -> None:
    assert all(f"`{token}`" in DOCUMENT["info"]["description"] for token in MAGIC_TOKENS)


def test_both_documents_are_served_as_they_are(client: httpx.Client) -> None:
    assert client.get("/_sandbox/control-plane.json").json() == DOCUMENT
    assert client.get("/_sandbox/openapi.json").json() == load_document().openapi


def test_the_mail_document_that_is_served_is_the_one_in_use() -> None:
    openapi = load_document().openapi
    changed = {**openapi, "info": {**openapi["info"], "title": "Changed"}}
    with running_sandbox(document=read_document(changed)) as control:
        answer = httpx.get(f"{control.base_url}/_sandbox/openapi.json", trust_env=False)
    assert answer.json() == changed
