"""``mail.drafts``: the operation as users call it, sync and async.

Only I/O happens here: take the mailbox's turn, get a token, exchange one request, wait. What it all means is
``SendCall``'s business.
"""

import threading
from collections.abc import AsyncIterator, Generator, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import anyio
import httpx

from feishu_mail.access_tokens import AsyncTokenCallable, AsyncTokenSource, TokenCallable, TokenSource, conceal
from feishu_mail.arguments import check_id
from feishu_mail.exceptions import AuthenticationError, FeishuMailError
from feishu_mail.exchange import exchange, exchange_async
from feishu_mail.failures import Failure
from feishu_mail.judgements import CLIENT_CLOSED
from feishu_mail.mailbox_locks import MailboxLocks
from feishu_mail.options import Options
from feishu_mail.retry_policy import RetryPolicy
from feishu_mail.send_call import SendCall
from feishu_mail.send_request import build_request
from feishu_mail.sent_draft import SentDraft
from feishu_mail.unsettled import UnsettledSends


class Drafts:
    """The drafts of a user's mailboxes. Safe to use from several threads."""

    def __init__(self, options: Options[httpx.Client, TokenSource]) -> None:
        self._options = options
        self._locks = MailboxLocks(threading.Lock)
        self._unsettled = UnsettledSends()

    def send(
        self,
        draft_id: str,
        *,
        user_mailbox_id: str = "me",
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = None,
        retry: RetryPolicy | None = None,
        access_token: str | TokenCallable | None = None,
        http_client: httpx.Client | None = None,
    ) -> SentDraft:
        """Sends a draft, once, and returns when its mail is out.

        Sends of one mailbox wait for each other; sends of different mailboxes do not. Options given here override the
        client's for this call.

        Args:
            draft_id: the draft's id, opaque.
            user_mailbox_id: ``"me"``, or the address of a mailbox that the user may send from.
            base_url: where the service is.
            timeout: seconds, or an ``httpx.Timeout``, for each attempt.
            retry: how long to keep trying.
            access_token: a user access token, or a callable that returns a fresh one.
            http_client: your own client; its auth and redirect settings are not used.

        Raises:
            InvalidArgument: an argument cannot be used; nothing was sent.
            SendOutcomeUnknown: the mail may be out; verify before you write it anew.
            FeishuMailError: any other of its kinds; the mail was not sent.
        """
        token = conceal(access_token)
        del access_token
        with _naming(draft_id):
            check_id("draft_id", draft_id)
            check_id("user_mailbox_id", user_mailbox_id)
            tokens = None if token is None else TokenSource(token)
            options = self._options.overridden(
                base_url=base_url, timeout=timeout, retry=retry, http_client=http_client, tokens=tokens
            )
        turn = self._locks.of(_mailbox(options.service, user_mailbox_id, token))
        with turn, _settling(self._unsettled, draft_id, user_mailbox_id, options) as call:
            return self._send(call, options)

    def _send(self, call: SendCall, options: Options[httpx.Client, TokenSource]) -> SentDraft:
        try:
            return self._attempt(call, options)
        except FeishuMailError as error:
            first = [error]
        for attempt in _attempts(call):
            with attempt:
                if first:
                    raise first.pop()
                return self._attempt(call, options)
        raise AssertionError("stamina leaves its loop by return or raise only")  # pragma: no cover

    @staticmethod
    def _attempt(call: SendCall, options: Options[httpx.Client, TokenSource]) -> SentDraft:
        if options.http_client.is_closed:
            raise call.failed(Failure(judgement=CLIENT_CLOSED))
        try:
            token = options.tokens.token(call.refused_token)
        except AuthenticationError as error:
            raise call.failed(error.failure) from error.__cause__
        request = build_request(
            options.http_client,
            base_url=options.base_url,
            user_mailbox_id=call.user_mailbox_id,
            draft_id=call.draft_id,
            token=token,
            timeout=options.timeout,
        )
        call.begin_attempt(token)
        try:
            raw = exchange(options.http_client, request)
        except Exception as error:  # noqa: BLE001 -- raised below as ours
            lost = call.lost(error, request)
        else:
            return call.conclude(raw)
        raise lost


class AsyncDrafts:
    """The same for tasks, under asyncio or trio."""

    def __init__(self, options: Options[httpx.AsyncClient, AsyncTokenSource]) -> None:
        self._options = options
        self._locks = MailboxLocks(_new_lock)
        self._unsettled = UnsettledSends()

    async def send(
        self,
        draft_id: str,
        *,
        user_mailbox_id: str = "me",
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = None,  # noqa: ASYNC109 -- of each request, not of the whole
        retry: RetryPolicy | None = None,
        access_token: str | AsyncTokenCallable | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> SentDraft:
        """Sends a draft, once, and returns when its mail is out; the words are those of ``Drafts.send``.

        A cancelled send stops at once; like any send without an answer it may have gone through.

        Raises:
            InvalidArgument: an argument cannot be used; nothing was sent.
            SendOutcomeUnknown: the mail may be out; verify before you write it anew.
            FeishuMailError: any other of its kinds; the mail was not sent.
        """
        token = conceal(access_token)
        del access_token
        with _naming(draft_id):
            check_id("draft_id", draft_id)
            check_id("user_mailbox_id", user_mailbox_id)
            tokens = None if token is None else AsyncTokenSource(token)
            options = self._options.overridden(
                base_url=base_url, timeout=timeout, retry=retry, http_client=http_client, tokens=tokens
            )
        turn = self._locks.of(_mailbox(options.service, user_mailbox_id, token))
        async with turn:
            with _settling(self._unsettled, draft_id, user_mailbox_id, options) as call:
                return await self._send(call, options)

    async def _send(self, call: SendCall, options: Options[httpx.AsyncClient, AsyncTokenSource]) -> SentDraft:
        try:
            return await self._attempt(call, options)
        except FeishuMailError as error:
            first = [error]
        async for attempt in _attempts(call):
            with attempt:
                if first:
                    raise first.pop()
                return await self._attempt(call, options)
        raise AssertionError("stamina leaves its loop by return or raise only")  # pragma: no cover

    @staticmethod
    async def _attempt(call: SendCall, options: Options[httpx.AsyncClient, AsyncTokenSource]) -> SentDraft:
        if options.http_client.is_closed:
            raise call.failed(Failure(judgement=CLIENT_CLOSED))
        try:
            token = await options.tokens.token(call.refused_token)
        except AuthenticationError as error:
            raise call.failed(error.failure) from error.__cause__
        request = build_request(
            options.http_client,
            base_url=options.base_url,
            user_mailbox_id=call.user_mailbox_id,
            draft_id=call.draft_id,
            token=token,
            timeout=options.timeout,
        )
        call.begin_attempt(token)
        try:
            raw = await exchange_async(options.http_client, request)
        except Exception as error:  # noqa: BLE001 -- raised below as ours
            lost = call.lost(error, request)
        else:
            return call.conclude(raw)
        raise lost


def _new_lock() -> "anyio.Lock":
    # A free lock is taken without a round through the event loop. Naming the class above would load it for everybody.
    return anyio.Lock(fast_acquire=True)


@contextmanager
def _naming(draft_id: object) -> Generator[None]:
    """Puts the draft's id on an error about the arguments of its send."""
    try:
        yield
    except FeishuMailError as error:
        if not isinstance(draft_id, str):
            raise
        raise type(error)(error.failure, draft_id) from error.__cause__


@contextmanager
def _settling(
    unsettled: UnsettledSends,
    draft_id: str,
    user_mailbox_id: str,
    options: Options[httpx.Client, TokenSource] | Options[httpx.AsyncClient, AsyncTokenSource],
) -> Generator[SendCall]:
    """Makes the call, tells the truth about its end, and remembers a mail that may be out, however the call ends."""
    this_send = (options.service, draft_id)
    call = SendCall(
        draft_id=draft_id,
        user_mailbox_id=user_mailbox_id,
        policy=options.retry,
        can_refresh=options.tokens.can_refresh,
        unsettled=unsettled.recall(this_send),
    )
    try:
        yield call
    except FeishuMailError as last:
        verdict = call.verdict(last)
        unsettled.remember(this_send, verdict.failure)
        if verdict is last:
            raise
        raise verdict from last
    except Exception as error:
        verdict = call.broken(error)
        unsettled.remember(this_send, verdict.failure)
        raise verdict from error
    except BaseException:
        unsettled.remember(this_send, call.interrupted())
        raise
    unsettled.forget(this_send)


class _Attempts(Protocol):
    """What ``stamina.retry_context`` returns; its type has no public name."""

    def __iter__(self) -> Iterator[AbstractContextManager[None]]: ...

    def __aiter__(self) -> AsyncIterator[AbstractContextManager[None]]: ...


def _attempts(call: SendCall) -> _Attempts:
    """Returns stamina's loop, which is entered with a failure at hand: a send that succeeds at once does without."""
    import stamina

    policy = call.policy
    return stamina.retry_context(
        on=call.next_wait,
        # The decision counts attempts and seconds itself: it must know which failure it is about.
        attempts=None,
        timeout=None,
        wait_initial=policy.initial_backoff,
        wait_max=policy.max_backoff,
        wait_jitter=policy.jitter,
        wait_exp_base=2,
    )


def _mailbox(service: str, user_mailbox_id: str, token: object) -> Hashable:
    # "me" is another mailbox for every user, so a token given for one call makes it a mailbox of its own.
    owner = token if _is_hashable(token) else id(token)
    return service, user_mailbox_id.casefold(), owner if user_mailbox_id == "me" else None


def _is_hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
