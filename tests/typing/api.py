"""What users' editors see: checked by mypy and pyright, never run."""

from typing import Literal, assert_type

import httpx

from feishu_mail import (
    Affects,
    AsyncFeishuMail,
    ErrorCode,
    ErrorFacts,
    FeishuMail,
    FeishuMailError,
    Outcome,
    RetryPolicy,
    SendOutcomeUnknown,
    SentDraft,
    Stop,
    Wait,
    decide_retry,
)


def sync_send(http_client: httpx.Client) -> None:
    with FeishuMail(
        access_token=lambda: "u-x", base_url="https://x", timeout=5, retry=RetryPolicy(), http_client=http_client
    ) as mail:
        assert_type(mail, FeishuMail)
        sent = mail.drafts.send("id", user_mailbox_id="me", timeout=httpx.Timeout(5), access_token="u-y")
        assert_type(sent, SentDraft)
        assert_type(sent.message_id, str | None)
        assert_type(sent.already_sent, bool)


async def fresh_token() -> str:
    return "u-x"


async def async_send() -> None:
    async with AsyncFeishuMail(access_token=fresh_token) as mail:
        assert_type(mail, AsyncFeishuMail)
        assert_type(await mail.drafts.send("id"), SentDraft)
    AsyncFeishuMail(access_token=lambda: "u-x")
    AsyncFeishuMail(access_token="u-x")


def errors() -> None:
    try:
        FeishuMail().drafts.send("id")
    except SendOutcomeUnknown as error:
        assert_type(error.outcome, Outcome)
    except FeishuMailError as error:
        assert_type(error.code, int | None)
        assert_type(error.error_code, ErrorCode | None)
        assert_type(error.retry_after, float | None)
        assert_type(error.affects, Affects)
        assert_type(error.advice, str)
        if error.error_code is ErrorCode.CONTENT_RISK:
            assert_type(error.error_code.facts, ErrorFacts)


def policy() -> None:
    assert_type(RetryPolicy(max_attempts=3, max_seconds=60.0).after_unknown, Literal["resend", "raise"])
    try:
        FeishuMail().drafts.send("id")
    except FeishuMailError as error:
        assert_type(decide_retry(RetryPolicy(), [], error.failure), Wait | Stop)


def mistakes_are_found(http_client: httpx.AsyncClient) -> None:
    RetryPolicy(after_unknown="again")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    RetryPolicy(3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    FeishuMail(http_client=http_client)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    FeishuMail(access_token=fresh_token)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    FeishuMail("u-x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
