"""What users put in the place of the network works as for any httpx user, also with several drafts."""

import json
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
import vcr  # type: ignore[import-untyped]
from pytest_httpx import HTTPXMock

from feishu_mail import AsyncFeishuMail, FeishuMail, RequestRefusedError, SentDraft
from feishu_mail.wire.addresses import DEFAULT_BASE_URL
from feishu_mail_sandbox.control import SandboxControl

DRAFTS = f"{DEFAULT_BASE_URL}/open-apis/mail/v1/user_mailboxes/me/drafts"
OWN_CLIENT = pytest.mark.parametrize("own_client", [False, True], ids=["our connections", "own client"])


def sent_as(message_id: str) -> dict[str, Any]:
    return {"code": 0, "msg": "success", "data": {"message_id": message_id}}


@OWN_CLIENT
def test_pytest_httpx_answers_each_draft_by_its_url(own_client: bool, httpx_mock: HTTPXMock) -> None:
    for draft_id in ("d1", "d2"):
        httpx_mock.add_response(method="POST", url=f"{DRAFTS}/{draft_id}/send", json=sent_as(f"message-of-{draft_id}"))
    httpx_mock.add_response(method="GET", url=f"{DRAFTS}/d3?format=full", status_code=404, json={"code": 1234050})

    with httpx.Client() as http_client, FeishuMail(access_token="u-x") as client:
        mail = client.with_options(http_client=http_client if own_client else None)
        assert mail.drafts.send("d2").message_id == "message-of-d2"
        assert mail.drafts.send("d1").message_id == "message-of-d1"
        with pytest.raises(RequestRefusedError):
            mail.drafts.get("d3")

    assert [str(request.url) for request in httpx_mock.get_requests()][:2] == [f"{DRAFTS}/d2/send", f"{DRAFTS}/d1/send"]


@OWN_CLIENT
def test_pytest_httpx_serves_tasks_too(own_client: bool, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=f"{DRAFTS}/d1/send", json=sent_as("m1"))

    async def send() -> SentDraft:
        async with httpx.AsyncClient() as http_client, AsyncFeishuMail(access_token="u-x") as mail:
            return await mail.drafts.send("d1", http_client=http_client if own_client else None)

    assert anyio.run(send).message_id == "m1"


def test_a_mock_transport_sees_the_real_urls() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=sent_as(request.url.path.split("/")[-2]))

    with (
        httpx.Client(transport=httpx.MockTransport(answer)) as http_client,
        FeishuMail(access_token="u-x", http_client=http_client) as mail,
    ):
        assert [mail.drafts.send(draft_id).message_id for draft_id in ("d1", "d2")] == ["d1", "d2"]


@OWN_CLIENT
def test_vcr_records_each_draft_and_plays_it_back(
    own_client: bool, feishu_mail_sandbox: SandboxControl, tmp_path: Path
) -> None:
    cassette = tmp_path / "cassette.json"
    recorder = vcr.VCR(serializer="json", filter_headers=["authorization"])
    drafts = [feishu_mail_sandbox.create_draft() for _ in range(2)]

    def send_all() -> list[str | None]:
        with (
            recorder.use_cassette(str(cassette)),
            httpx.Client() as http_client,
            FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail,
        ):
            own = http_client if own_client else None
            return [mail.drafts.send(draft_id, http_client=own).message_id for draft_id in drafts]

    recorded = send_all()
    arrived = len(feishu_mail_sandbox.requests())
    assert send_all() == recorded, "played back, or the second send would be refused"
    assert len(feishu_mail_sandbox.requests()) == arrived
    uris = [interaction["request"]["uri"] for interaction in json.loads(cassette.read_text())["interactions"]]
    assert [uri.split("/")[-2] for uri in uris] == drafts


def test_hooks_see_the_real_url(feishu_mail_sandbox: SandboxControl) -> None:
    seen: list[str] = []
    hooks = {"request": [lambda request: seen.append(str(request.url))]}
    draft_id = feishu_mail_sandbox.create_draft()
    with (
        httpx.Client(event_hooks=hooks) as http_client,
        FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, http_client=http_client) as mail,
    ):
        mail.drafts.send(draft_id)
    assert seen == [f"{feishu_mail_sandbox.base_url}/open-apis/mail/v1/user_mailboxes/me/drafts/{draft_id}/send"]
