"""Tokens: a callable is asked once for a fresh one, two refusals in a row end the call, and refreshes are shared."""

import functools
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest

from feishu_mail import AsyncFeishuMail, AuthenticationError, FeishuMail, FeishuMailError, RetryPolicy, SentDraft
from feishu_mail_sandbox.control import SandboxControl
from tests.overlay.conftest import Outcomes


class Tokens:
    """A callable that returns the given tokens one after the other, the last one for ever."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.asked = 0

    def __call__(self) -> str:
        token = self.tokens[min(self.asked, len(self.tokens) - 1)]
        self.asked += 1
        return token


@pytest.mark.parametrize("refused", ["u-expired", "u-invalid"])
def test_a_refused_token_is_replaced_once_and_the_call_goes_on(
    refused: str, outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    tokens = Tokens(refused, "u-fresh")

    result = outcome_of(feishu_mail_sandbox.create_draft(), base_url=feishu_mail_sandbox.base_url, access_token=tokens)

    assert isinstance(result, SentDraft)
    assert (tokens.asked, result.attempts) == (2, 2)
    assert sum(waits) == 0


@pytest.mark.parametrize(("refused", "code"), [("u-expired", 99991677), ("u-invalid", 99991668)])
def test_two_refusals_in_a_row_are_an_authentication_error(
    refused: str, code: int, outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    tokens = Tokens(refused)

    result = outcome_of(feishu_mail_sandbox.create_draft(), base_url=feishu_mail_sandbox.base_url, access_token=tokens)

    assert isinstance(result, AuthenticationError)
    assert (result.code, tokens.asked, result.attempts, result.outcome) == (code, 2, 2, "not_done")


def test_a_callable_need_not_be_hashable(feishu_mail_sandbox: SandboxControl) -> None:
    class Unhashable(Tokens):
        __hash__ = None  # type: ignore[assignment]

    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail:
        assert mail.drafts.send(feishu_mail_sandbox.create_draft(), access_token=Unhashable("u-y")).attempts == 1


def test_a_token_that_is_a_string_cannot_be_refreshed(
    outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl
) -> None:
    result = outcome_of("draft", base_url=feishu_mail_sandbox.base_url, access_token="u-expired")

    assert isinstance(result, AuthenticationError)
    assert result.attempts == 1


def test_a_missing_scope_never_asks_for_a_fresh_token(
    outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl
) -> None:
    tokens = Tokens("u-no-scope")

    result = outcome_of("draft", base_url=feishu_mail_sandbox.base_url, access_token=tokens)

    assert isinstance(result, FeishuMailError)
    assert (result.code, tokens.asked, result.attempts) == (99991679, 1, 1)


def test_one_attempt_means_one_request_also_with_an_expired_token(
    outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl
) -> None:
    result = outcome_of(
        "draft",
        base_url=feishu_mail_sandbox.base_url,
        access_token=Tokens("u-expired", "u-fresh"),
        retry=RetryPolicy(max_attempts=1),
    )

    assert isinstance(result, AuthenticationError)
    assert len(feishu_mail_sandbox.requests()) == 1


def test_a_token_that_expires_in_mid_call_is_replaced(
    outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["drop_after_accept", 99991677])
    tokens = Tokens("u-first", "u-second")

    result = outcome_of(draft_id, base_url=feishu_mail_sandbox.base_url, access_token=tokens)

    assert isinstance(result, SentDraft)
    assert (result.already_sent, result.attempts, tokens.asked) == (True, 3, 2)
    assert len(feishu_mail_sandbox.deliveries()) == 1


def failing() -> str:
    raise RuntimeError("u-secret could not be refreshed")


@pytest.mark.parametrize("bad", [failing, lambda: "", lambda: None, lambda: 5])
def test_a_callable_that_gives_no_token_is_an_authentication_error(
    bad: Callable[[], Any], outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl
) -> None:
    result = outcome_of("draft", base_url=feishu_mail_sandbox.base_url, access_token=bad)

    assert isinstance(result, AuthenticationError)
    assert (result.outcome, result.attempts, result.draft_id) == ("not_done", 0, "draft")
    assert "u-secret" not in str(result)
    assert feishu_mail_sandbox.requests() == []


def test_a_refresh_that_fails_after_an_unanswered_attempt_leaves_the_outcome_unknown(
    outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["drop_after_accept", 99991677])
    given: Iterator[str] = iter(["u-first"])

    result = outcome_of(draft_id, base_url=feishu_mail_sandbox.base_url, access_token=lambda: next(given))

    assert isinstance(result, FeishuMailError)
    assert result.outcome == "unknown"


async def fetch_token() -> str:
    """Returns a token, as a coroutine."""
    return "u-fresh"


@pytest.mark.parametrize("source", [fetch_token, functools.partial(fetch_token)])
def test_an_async_callable_works_with_the_async_client_only(
    source: Callable[[], Awaitable[str]], feishu_mail_sandbox: SandboxControl
) -> None:
    draft_id = feishu_mail_sandbox.create_draft()

    async def send() -> SentDraft:
        async with AsyncFeishuMail(access_token=source, base_url=feishu_mail_sandbox.base_url) as mail:
            return await mail.drafts.send(draft_id)

    assert anyio.run(send).draft_id == draft_id
    with pytest.raises(AuthenticationError, match="async"):
        FeishuMail(access_token=source, base_url=feishu_mail_sandbox.base_url).drafts.send(  # type: ignore[arg-type]
            draft_id
        )


def test_threads_that_are_refused_the_same_token_share_one_refresh(feishu_mail_sandbox: SandboxControl) -> None:
    feishu_mail_sandbox.settings(rate_limit=None)
    mailboxes = [f"user{number}@example.com" for number in range(16)]
    drafts = [feishu_mail_sandbox.create_draft(user_mailbox_id=mailbox) for mailbox in mailboxes]
    tokens, together = Tokens("u-expired", "u-fresh"), threading.Barrier(16)

    with (
        FeishuMail(access_token=tokens, base_url=feishu_mail_sandbox.base_url, pace=None) as mail,
        ThreadPoolExecutor(16) as threads,
    ):

        def send(draft_id: str, mailbox: str) -> SentDraft:
            together.wait()
            return mail.drafts.send(draft_id, user_mailbox_id=mailbox)

        results = list(threads.map(send, drafts, mailboxes))

    assert len(results) == 16
    assert tokens.asked == 2


def test_tasks_that_are_refused_the_same_token_share_one_refresh(feishu_mail_sandbox: SandboxControl) -> None:
    feishu_mail_sandbox.settings(rate_limit=None)
    mailboxes = [f"user{number}@example.com" for number in range(16)]
    drafts = [feishu_mail_sandbox.create_draft(user_mailbox_id=mailbox) for mailbox in mailboxes]
    tokens = Tokens("u-expired", "u-fresh")

    async def send_all() -> None:
        async with (
            AsyncFeishuMail(access_token=tokens, base_url=feishu_mail_sandbox.base_url, pace=None) as mail,
            anyio.create_task_group() as tasks,
        ):
            for draft_id, mailbox in zip(drafts, mailboxes, strict=True):
                tasks.start_soon(functools.partial(mail.drafts.send, draft_id, user_mailbox_id=mailbox))

    anyio.run(send_all)

    assert len(feishu_mail_sandbox.deliveries()) == 16
    assert tokens.asked == 2
