"""What users' editors see: checked by mypy and pyright, never run."""

from typing import Literal, assert_type

import httpx

from feishu_mail import (
    SEND_DRAFT,
    Affects,
    Answer,
    AsyncFeishuMail,
    ErrorCode,
    ErrorFacts,
    Failure,
    FeishuMail,
    FeishuMailError,
    Operation,
    Outcome,
    OutcomeUnknown,
    Pace,
    RetryPolicy,
    SendDraftErrorCode,
    SentDraft,
    SharedPace,
    Stop,
    Wait,
    classify_answer,
    decide_retry,
    settle,
)
from feishu_mail_client.models import Draft, DraftReference


def sync_calls(http_client: httpx.Client) -> None:
    with FeishuMail(
        access_token=lambda: "u-x",
        base_url="https://x",
        timeout=5,
        retry=RetryPolicy(),
        pace=SharedPace("sqlite:///permits.db", budget="app/tenant", calls=20, seconds=60),
        http_client=http_client,
        on_retry=lambda failure, seconds: print(failure.advice.en, seconds + 1),
        sleep=lambda seconds: None,
    ) as mail:
        assert_type(mail, FeishuMail)
        sent = mail.drafts.send("id", user_mailbox_id="me", timeout=httpx.Timeout(5), access_token="u-y")
        assert_type(sent, SentDraft)
        assert_type(sent.message_id, str | None)
        assert_type(sent.already_sent, bool)
        assert_type(mail.drafts.get("id", format="metadata", retry=RetryPolicy(max_attempts=1)), Draft)
        for reference in mail.drafts.list(page_size=20, base_url="https://y"):
            assert_type(reference, DraftReference)
        other = mail.with_options(retry=RetryPolicy(after_unknown="raise"), timeout=None)
        assert_type(other, FeishuMail)


async def fresh_token() -> str:
    return "u-x"


async def pause(seconds: float) -> None: ...


async def async_calls(http_client: httpx.AsyncClient) -> None:
    async with AsyncFeishuMail(access_token=fresh_token, http_client=http_client, sleep=pause) as mail:
        assert_type(mail, AsyncFeishuMail)
        assert_type(await mail.drafts.send("id", access_token=fresh_token), SentDraft)
        assert_type(await mail.drafts.get("id"), Draft)
        async for reference in mail.drafts.list():
            assert_type(reference, DraftReference)
        assert_type(mail.with_options(access_token=lambda: "u-y"), AsyncFeishuMail)
    AsyncFeishuMail(access_token="u-x", pace=Pace(calls=20, seconds=60))
    AsyncFeishuMail(access_token="u-x", pace=None)


def errors() -> None:
    try:
        FeishuMail().drafts.send("id")
    except OutcomeUnknown as error:
        assert_type(error.outcome, Outcome | None)
    except FeishuMailError as error:
        assert_type(error.operation, str | None)
        assert_type(error.code, int | None)
        assert_type(error.error_code, ErrorCode | None)
        assert_type(error.retry_after, float | None)
        assert_type(error.affects, Affects)
        assert_type(error.advice, str)
        assert_type(error.failure, Failure)
        assert_type(error.failure.facts, ErrorFacts)
        if error.error_code is SendDraftErrorCode.CONTENT_RISK:
            assert_type(SEND_DRAFT.errors[error.error_code], ErrorFacts)


def decisions(answer: Answer) -> None:
    policy = RetryPolicy(max_attempts=3, max_seconds=60.0)
    assert_type(policy.after_unknown, Literal["resend", "raise"])
    assert_type(SEND_DRAFT, Operation)
    failure = classify_answer(SEND_DRAFT, answer)
    assert_type(failure, Failure | None)
    if failure is not None:
        assert_type(decide_retry(policy, SEND_DRAFT.idempotency, [], failure), Wait | Stop)
        assert_type(settle([], failure), Failure | None)


def mistakes_are_found(http_client: httpx.AsyncClient) -> None:
    mail = FeishuMail()
    RetryPolicy(after_unknown="again")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    RetryPolicy(3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    FeishuMail(http_client=http_client)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    FeishuMail(access_token=fresh_token)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    FeishuMail("u-x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Pace(20, 60)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    AsyncFeishuMail(sleep=lambda seconds: None)  # type: ignore[arg-type,return-value]  # pyright: ignore[reportArgumentType]
    mail.with_options(retries=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    mail.drafts.send("id", time_out=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    mail.drafts.send("id", http_client=http_client)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    mail.drafts.get("id", format="html")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
