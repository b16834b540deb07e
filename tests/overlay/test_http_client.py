"""A caller's own httpx client is used, with its limits, and cannot undo what keeps the token and the mail safe."""

import httpx
import pytest

from feishu_mail import FeishuMail, OutcomeUnknown, RetryPolicy, ServiceUnavailableError
from feishu_mail_sandbox.control import SandboxControl
from tests.overlay.one_answer_server import answering

ONCE = RetryPolicy(max_attempts=1)


def test_it_is_used_and_left_open(feishu_mail_sandbox: SandboxControl) -> None:
    seen: list[str] = []
    with httpx.Client(event_hooks={"request": [lambda request: seen.append(request.method)]}) as http_client:
        with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, http_client=http_client) as mail:
            mail.drafts.send(feishu_mail_sandbox.create_draft())
        assert not http_client.is_closed
    assert seen == ["POST"]


def test_a_call_may_bring_a_client_of_another_class(feishu_mail_sandbox: SandboxControl) -> None:
    class TracedClient(httpx.Client):
        pass

    with (
        TracedClient() as traced,
        httpx.Client() as plain,
        FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, http_client=traced) as mail,
    ):
        assert mail.drafts.send(feishu_mail_sandbox.create_draft(), http_client=plain).message_id


def test_its_timeout_is_kept_but_never_for_ever(feishu_mail_sandbox: SandboxControl) -> None:
    with httpx.Client(timeout=httpx.Timeout(0.1, connect=None)) as http_client:
        mail = FeishuMail(
            access_token="u-x", base_url=feishu_mail_sandbox.base_url, http_client=http_client, retry=ONCE
        )
        assert mail._caller.options.timeout == httpx.Timeout(0.1, connect=30.0)
        with pytest.raises(OutcomeUnknown):
            mail.drafts.send(feishu_mail_sandbox.create_draft(script=["stall_after_accept"]))


def test_the_default_timeout_is_finite() -> None:
    with FeishuMail(access_token="u-x") as mail:
        assert mail._caller.options.timeout == httpx.Timeout(30.0)


def test_its_redirects_are_not_followed_and_its_auth_does_not_replace_the_token() -> None:
    with answering("200 OK", b'{"code":0,"data":{}}') as elsewhere:
        location = f"Location: {elsewhere.base_url}/"
        with (
            answering("307 Temporary Redirect", b"", location) as server,
            httpx.Client(follow_redirects=True, auth=("user", "password")) as http_client,
            FeishuMail(access_token="u-mine", base_url=server.base_url, http_client=http_client) as mail,
            pytest.raises(ServiceUnavailableError),
        ):
            mail.drafts.send("draft")

    assert elsewhere.requests == []
    assert b"Authorization: Bearer u-mine" in server.requests[0]
    assert b"Basic" not in server.requests[0]


@pytest.mark.parametrize("event", ["request", "response"])
def test_an_error_of_its_own_making_is_chained_the_outcome_unknown_and_nothing_is_repeated(
    event: str, feishu_mail_sandbox: SandboxControl
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("hook failed")

    with (
        httpx.Client(event_hooks={event: [fail]}) as http_client,
        FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, http_client=http_client) as mail,
        pytest.raises(OutcomeUnknown) as caught,
    ):
        mail.drafts.send(feishu_mail_sandbox.create_draft())

    assert isinstance(caught.value.__cause__, RuntimeError)
    assert caught.value.attempts == 1
    assert len(feishu_mail_sandbox.deliveries()) == (1 if event == "response" else 0)


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    feishu_mail_sandbox: SandboxControl, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port}")
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail:
        assert mail.drafts.send(feishu_mail_sandbox.create_draft()).message_id


def test_nor_when_only_the_call_goes_to_this_machine(
    feishu_mail_sandbox: SandboxControl, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port}")
    with FeishuMail(access_token="u-x") as mail:
        sent = mail.drafts.send(feishu_mail_sandbox.create_draft(), base_url=feishu_mail_sandbox.base_url, retry=ONCE)
    assert sent.message_id


def test_options_of_a_call_override_those_of_the_client(feishu_mail_sandbox: SandboxControl, free_port: int) -> None:
    with FeishuMail(access_token="u-expired", base_url=f"http://127.0.0.1:{free_port}", timeout=0.001) as mail:
        sent = mail.drafts.send(
            feishu_mail_sandbox.create_draft(),
            base_url=feishu_mail_sandbox.base_url,
            access_token="u-good",
            timeout=5,
            retry=ONCE,
        )
    assert sent.attempts == 1


def test_a_base_url_may_have_a_path() -> None:
    with (
        answering("200 OK", b'{"code":0,"data":{}}') as server,
        FeishuMail(access_token="u-x", base_url=f"{server.base_url}/gateway/") as mail,
    ):
        mail.drafts.send("d1")
    assert server.requests[0].startswith(b"POST /gateway/open-apis/mail/v1/user_mailboxes/me/drafts/d1/send HTTP/1.1")
