"""Reading drafts: one by its id, all of them page by page; a read has no outcome, and is repeated without a thought."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import anyio
import httpx
import pytest

from feishu_mail import (
    AsyncFeishuMail,
    FeishuMail,
    FeishuMailError,
    GetDraftErrorCode,
    InvalidArgument,
    MailboxRefusedError,
    OutcomeUnknown,
    RateLimitError,
    RequestRefusedError,
    RetryPolicy,
    ServiceUnavailableError,
)
from feishu_mail_client.models import Draft, Message
from feishu_mail_client.types import UNSET
from feishu_mail_sandbox.control import SandboxControl
from tests.overlay.one_answer_server import answering

ONCE = RetryPolicy(max_attempts=1)


@pytest.fixture
def mail(feishu_mail_sandbox: SandboxControl, sleep: Callable[[float], None]) -> Iterator[FeishuMail]:
    feishu_mail_sandbox.settings(rate_limit=None)
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, sleep=sleep) as mail:
        yield mail


def test_a_draft_comes_as_the_generated_model(mail: FeishuMail, feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft()
    draft = mail.drafts.get(draft_id)

    assert isinstance(draft, Draft)
    assert draft.id == draft_id
    assert isinstance(draft.message, Message)
    assert draft.message.subject
    assert draft.message.thread_id is UNSET, "what the service leaves out"
    raw = mail.drafts.get(draft_id, format="raw").message
    assert isinstance(raw, Message)
    assert isinstance(raw.raw, str)


def test_tasks_read_in_the_same_words(feishu_mail_sandbox: SandboxControl) -> None:
    feishu_mail_sandbox.settings(rate_limit=None)
    drafts = [feishu_mail_sandbox.create_draft() for _ in range(5)]

    async def read() -> list[object]:
        async with AsyncFeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail:
            listed = [draft.id async for draft in mail.drafts.list(page_size=2)]
            return [(await mail.drafts.get(str(draft_id))).id for draft_id in listed]

    for backend in ("asyncio", "trio"):
        assert anyio.run(read, backend=backend) == drafts


@pytest.mark.parametrize(("count", "page_size", "pages"), [(0, 2, 1), (1, 2, 1), (2, 2, 1), (3, 2, 2), (5, 1, 5)])
def test_all_drafts_are_listed_once_each_in_order(
    count: int, page_size: int, pages: int, mail: FeishuMail, feishu_mail_sandbox: SandboxControl
) -> None:
    drafts = [feishu_mail_sandbox.create_draft() for _ in range(count)]
    assert [draft.id for draft in mail.drafts.list(page_size=page_size)] == drafts
    assert len(feishu_mail_sandbox.requests()) == pages


def test_pages_are_fetched_as_they_are_needed(mail: FeishuMail, feishu_mail_sandbox: SandboxControl) -> None:
    drafts = [feishu_mail_sandbox.create_draft() for _ in range(6)]
    listing = mail.drafts.list(page_size=2)
    assert feishu_mail_sandbox.requests() == []
    assert [draft.id for draft in islice(listing, 3)] == drafts[:3]
    assert len(feishu_mail_sandbox.requests()) == 2


@pytest.mark.parametrize(
    "data",
    [
        {"items": [], "has_more": True},
        {"items": [], "has_more": True, "page_token": ""},
        {"items": [], "has_more": True, "page_token": 7},
    ],
)
def test_a_page_that_names_no_next_one_ends_the_listing_with_an_error(data: dict[str, Any]) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"code": 0, "data": data}))
    with (
        httpx.Client(transport=transport) as http_client,
        FeishuMail(access_token="u-x", http_client=http_client) as mail,
        pytest.raises(FeishuMailError),
    ):
        list(mail.drafts.list())


def test_a_page_that_names_itself_as_the_next_one_does_not_go_on_for_ever() -> None:
    page = {"code": 0, "data": {"items": [{"id": "d"}], "has_more": True, "page_token": "same"}}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=page))
    with (
        httpx.Client(transport=transport) as http_client,
        FeishuMail(access_token="u-x", http_client=http_client) as mail,
        pytest.raises(ServiceUnavailableError, match="not where"),
    ):
        list(mail.drafts.list())


def test_a_draft_that_is_not_there_is_simply_not_found(mail: FeishuMail) -> None:
    with pytest.raises(RequestRefusedError) as caught:
        mail.drafts.get("no-such-draft")

    error = caught.value
    assert (error.outcome, error.operation, error.error_code) == (None, "getDraft", GetDraftErrorCode.DRAFT_NOT_FOUND)
    assert "went out" not in str(error)


def test_not_found_after_a_lost_answer_is_simply_not_found(
    mail: FeishuMail, feishu_mail_sandbox: SandboxControl
) -> None:
    script: list[Any] = [{"operation": "getDraft", "step": step} for step in ("drop_before_accept", 1234050)]
    draft_id = feishu_mail_sandbox.create_draft(script=script)
    with pytest.raises(RequestRefusedError) as caught:
        mail.drafts.get(draft_id)
    assert caught.value.attempts == 2


def test_a_read_says_nothing_about_a_send_that_may_be_out(
    mail: FeishuMail, feishu_mail_sandbox: SandboxControl
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["vanish_after_accept"])
    with pytest.raises(OutcomeUnknown):
        mail.drafts.send(draft_id, retry=ONCE)
    with pytest.raises(RequestRefusedError):
        mail.drafts.get(draft_id)
    with pytest.raises(OutcomeUnknown):
        mail.drafts.send(draft_id)


@pytest.mark.parametrize("step", ["drop_before_accept", "html_502", "truncated_body", "not_json", "empty_body"])
def test_a_read_without_a_usable_answer_is_repeated(
    step: str, mail: FeishuMail, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=[{"operation": "getDraft", "step": step}])
    assert mail.drafts.get(draft_id, retry=RetryPolicy(after_unknown="raise")).id == draft_id
    assert len(waits) == 1


def test_a_read_that_never_gets_one_finds_the_service_unavailable(free_port: int) -> None:
    with (
        FeishuMail(access_token="u-x", base_url=f"http://127.0.0.1:{free_port}", retry=ONCE) as mail,
        pytest.raises(ServiceUnavailableError) as caught,
    ):
        mail.drafts.get("d")
    assert caught.value.outcome is None


@pytest.mark.parametrize(
    ("mailbox", "expected"), [("nobody@example.com", MailboxRefusedError), ("code-1236006", RateLimitError)]
)
def test_a_listing_fails_as_its_own_table_says(mailbox: str, expected: type[FeishuMailError], mail: FeishuMail) -> None:
    with pytest.raises(expected) as caught:
        list(mail.drafts.list(user_mailbox_id=mailbox))
    assert (caught.value.operation, caught.value.outcome) == ("listDrafts", None)


ODD_DRAFTS: list[bytes] = [
    b'{"code":0}',
    b'{"code":0,"data":null}',
    b'{"code":0,"data":{}}',
    b'{"code":0,"data":{"draft":null}}',
    b'{"code":0,"data":{"draft":"x"}}',
    b'{"code":0,"data":{"draft":{"message":[1]}}}',
    b'{"code":0,"data":{"draft":{"message":{"to":[7]}}}}',
    b'{"code":0,"data":[]}',
]


@pytest.mark.parametrize("body", ODD_DRAFTS)
def test_a_draft_that_cannot_be_read_is_our_exception(body: bytes) -> None:
    with (
        answering("200 OK", body) as server,
        FeishuMail(access_token="u-x", base_url=server.base_url, retry=ONCE) as mail,
        pytest.raises(ServiceUnavailableError),
    ):
        mail.drafts.get("d")


def test_what_the_service_writes_as_null_or_adds_is_no_trouble() -> None:
    body = b'{"code":0,"data":{"draft":{"id":"d","new":1,"message":{"to":null,"internal_date":1,"attachments":[]}}}}'
    with (
        answering("200 OK", body) as server,
        FeishuMail(access_token="u-x", base_url=server.base_url, retry=ONCE) as mail,
    ):
        draft = mail.drafts.get("d")
    assert isinstance(draft.message, Message)
    assert (draft["new"], draft.message.to, draft.message.internal_date) == (1, UNSET, 1)


@pytest.mark.parametrize(
    "call",
    [
        lambda mail: mail.drafts.get(".."),
        lambda mail: mail.drafts.get("d", format="html"),
        lambda mail: mail.drafts.get("d", user_mailbox_id=""),
        lambda mail: mail.drafts.list(page_size=0),
        lambda mail: mail.drafts.list(page_size=101),
        lambda mail: mail.drafts.list(page_size=True),
        lambda mail: mail.drafts.list(timeout=0),
        lambda mail: list(mail.drafts.list(user_mailbox_id=" ")),
    ],
)
def test_bad_input_is_refused_before_any_request(
    call: Callable[[FeishuMail], object], mail: FeishuMail, feishu_mail_sandbox: SandboxControl
) -> None:
    with pytest.raises(InvalidArgument):
        call(mail)
    assert feishu_mail_sandbox.requests() == []


def test_a_client_with_other_options_shares_what_the_first_one_knows(
    mail: FeishuMail, feishu_mail_sandbox: SandboxControl
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["vanish_after_accept"])
    with pytest.raises(OutcomeUnknown):
        mail.with_options(retry=ONCE, timeout=5).drafts.send(draft_id)
    with pytest.raises(OutcomeUnknown):
        mail.drafts.send(draft_id)
