"""The service can be exchanged, so that tests can give it a defect; the shipped one has none."""

from dataclasses import replace

import httpx

from feishu_mail_sandbox import running_sandbox
from feishu_mail_sandbox.answers import Reply
from feishu_mail_sandbox.service import ServiceRequest, serve
from feishu_mail_sandbox.state import State


async def without_auth(state: State, request: ServiceRequest) -> Reply:
    return await serve(state, replace(request, authorization="Bearer u-anybody"))


def test_another_service_is_served_beside_the_same_control_plane() -> None:
    with running_sandbox(service=without_auth) as control:
        path = f"/open-apis/mail/v1/user_mailboxes/me/drafts/{control.create_draft()}/send"
        assert httpx.post(control.base_url + path, trust_env=False).json()["code"] == 0
        assert len(control.deliveries()) == 1
        assert [request["code"] for request in control.requests()] == [0]
