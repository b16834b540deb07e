"""Every code of the document is served, and a new one without touching the sandbox."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import pytest

from feishu_mail_sandbox import SandboxControl, SandboxRefusal, running_sandbox
from feishu_mail_sandbox.document import DocumentError, load_document, read_document

Send = Callable[..., httpx.Response]

DOCUMENT = load_document()
SEND = DOCUMENT.operations["sendDraft"]
ERRORS = SEND.errors
OPENAPI = json.loads((resources.files("feishu_mail_openapi") / "feishu-mail.json").read_text(encoding="utf-8"))
NEW = 4_242_424


@pytest.fixture
def openapi() -> Any:
    return copy.deepcopy(OPENAPI)


def test_the_vendors_seventeen_codes_are_among_them() -> None:
    assert {
        400: {1234008, 1236003, 1236004, 1236014, 1236017, 1236018},
        403: {1234017},
        404: {1234050, 1234013},
        409: {1236005},
        429: {1236006, 1236007, 1236008, 1236009, 1236010, 1236013},
        500: {1236019},
    } == {
        status: {code for code, error in ERRORS.items() if error.status == status and 1234000 <= code < 1237000}
        for status in (400, 403, 404, 409, 429, 500)
    }


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_a_code_is_served_as_a_magic_id_and_as_a_step(sandbox: SandboxControl, send: Send, code: int) -> None:
    scripted = sandbox.create_draft(script=[code])
    for draft_id in (f"code-{code}", scripted, f"code-{code}"):
        answer = send(draft_id)
        assert answer.status_code == ERRORS[code].status
        body, expected = answer.json(), ERRORS[code].body
        assert {**body, "error": None} == {**expected, "error": None}
        assert body["error"].keys() == expected["error"].keys()
    assert sandbox.deliveries() == []
    assert send(scripted).json()["code"] == 0
    assert [request["code"] for request in sandbox.requests()] == [code, code, code, 0]


@pytest.mark.parametrize(
    "draft_id", ["code-0", "code-5", "code-01236006", "code-", "CODE-1236006", "code-" + "9" * 5000]
)
def test_any_other_id_of_that_form_is_a_draft_like_any_other(
    sandbox: SandboxControl, send: Send, draft_id: str
) -> None:
    assert send(draft_id).json()["code"] == 1234050
    sandbox.create_draft(draft_id)
    assert send(draft_id).json()["code"] == 0


def with_code(openapi: Any, status: str, **example: Any) -> Any:
    name = f"NEW_{status}"
    openapi["components"]["examples"][name] = {
        "summary": "New",
        "value": {"code": NEW, "msg": "something new", "error": {"log_id": "PLACEHOLDER", "hint": "see PLACEHOLDER"}},
        **example,
    }
    responses = openapi["paths"][SEND.path]["post"]["responses"]
    reference = responses.setdefault(status, {"content": {"application/json": {"examples": {}}}})
    response = (
        openapi["components"]["responses"][reference["$ref"].rpartition("/")[2]] if "$ref" in reference else reference
    )
    response["content"]["application/json"]["examples"][name] = {"$ref": f"#/components/examples/{name}"}
    return openapi


@pytest.fixture
def sandbox_with_a_new_code(openapi: Any) -> Iterator[SandboxControl]:
    with running_sandbox(document=read_document(with_code(openapi, "418"))) as control:
        yield control


def test_a_code_added_to_the_document_is_served(sandbox_with_a_new_code: SandboxControl) -> None:
    draft_id = sandbox_with_a_new_code.create_draft(script=[NEW])
    for sent in (draft_id, f"code-{NEW}"):
        answer = httpx.post(
            f"{sandbox_with_a_new_code.base_url}/open-apis/mail/v1/user_mailboxes/me/drafts/{sent}/send",
            headers={"Authorization": "Bearer u-test"},
            trust_env=False,
            verify=False,
        )
        log_id = answer.headers["X-Tt-Logid"]
        assert answer.status_code == 418
        assert answer.json() == {
            "code": NEW,
            "msg": "something new",
            "error": {"log_id": log_id, "hint": f"see {log_id}"},
        }


def test_it_is_unknown_without_the_document(sandbox: SandboxControl, send: Send) -> None:
    with pytest.raises(SandboxRefusal, match=rf"code {NEW} is not in the document"):
        sandbox.create_draft(script=[NEW])
    assert send(f"code-{NEW}").json()["code"] == 1234050


def test_a_code_under_two_statuses_is_served_with_the_usual_one(openapi: Any) -> None:
    both = {"x-usual-status": 429}
    document = read_document(with_code(with_code(openapi, "400", **both), "429", **both))
    assert document.operations["sendDraft"].error(NEW).status == 429
    with pytest.raises(DocumentError, match=rf"code {NEW} stands under 400 and 429: name its x-usual-status"):
        read_document(with_code(with_code(openapi, "400"), "429"))


def without_path(openapi: Any) -> None:
    openapi["paths"].clear()


def without_success(openapi: Any) -> None:
    openapi["paths"][SEND.path]["post"]["responses"].pop("200")


def with_a_broken_reference(openapi: Any) -> None:
    openapi["components"]["examples"].pop("sendDraft.CONTENT_RISK")


@pytest.mark.parametrize("spoil", [without_path, without_success, with_a_broken_reference])
def test_a_document_that_cannot_be_served_is_refused(openapi: Any, spoil: Callable[[Any], None]) -> None:
    spoil(openapi)
    with pytest.raises(DocumentError):
        read_document(openapi)


@pytest.mark.parametrize("content", [None, "{", "[]", "{}"])
def test_a_document_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "feishu-mail.json").write_text(content, encoding="utf-8")
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    with pytest.raises(DocumentError, match="cannot be read"):
        load_document()


def test_a_document_without_a_code_that_the_sandbox_needs_is_refused() -> None:
    errors = {code: error for code, error in ERRORS.items() if code != 1236005}
    poorer = replace(DOCUMENT, operations={**DOCUMENT.operations, "sendDraft": replace(SEND, errors=errors)})
    with pytest.raises(DocumentError, match=r"sendDraft .* 1236005"), running_sandbox(document=poorer):
        raise AssertionError("it must not start")
