"""The one step that every engine repeats: take one draft of the ledger, send it, write down what came of it.

``send_many`` repeats it on one machine, a fleet's workers on several; ``DraftSender`` is for engines of your own.
"""

import inspect
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Any, Final, NamedTuple, Self, TypeAlias, TypedDict, cast

import httpx

from feishu_mail.calls.arguments import as_number, check_id
from feishu_mail.calls.callers import Caller
from feishu_mail.calls.pace import Pace, SharedPace, check_pace
from feishu_mail.calls.retry_policy import RetryPolicy
from feishu_mail.many.open_ledger import open_ledger
from feishu_mail.many.states import Claim, ClaimLost, DraftState, Nothing, Settlement
from feishu_mail.many.stop_rules import LONGEST_WAIT, MOST_IN_A_ROW, MOST_PAUSES, Reach, Verdict, decide
from feishu_mail.outcomes.exceptions import FeishuMailError, invalid_argument
from feishu_mail.outcomes.facts import Outcome
from feishu_mail.outcomes.operations import SEND_DRAFT
from feishu_mail.resources.sent_draft import SentDraft, sent_draft
from feishu_mail.wire.locks import lock_of_this_process
from feishu_mail.wire.secrecy import AccessToken, conceal

LEASE: Final = 20.0
"""Seconds after which another may take over the mailbox of a process that does not renew its claim."""
_RENEWALS: Final = 4
"""How often a claim is renewed while it would last."""
_ALREADY_SENT: Final = SEND_DRAFT.errors[1236005]
_MOST_KNOWN: Final = 1_000
"""Mailboxes whose token source is kept; another is asked for its token again."""

Draft: TypeAlias = str | tuple[str, str]
"""A draft's id, of the mailbox ``me``; or the mailbox and the draft's id."""
OF_THE_DOCUMENT: Final = Pace()
Tokens: TypeAlias = str | Callable[[], str] | Callable[[str], str]


class SenderOptions(TypedDict, total=False):
    """What ``DraftSender`` takes besides its ledger and the tokens, and so does whoever makes one."""

    pace: Pace | None
    retry: RetryPolicy | None
    base_url: str | None
    timeout: float | httpx.Timeout | None
    http_client: httpx.Client | None
    allow_insecure_http: bool
    lease: float


class Settled(NamedTuple):
    """What one step came to."""

    state: DraftState | None
    """What the ledger says of the draft now; None: nothing was done, for others are at work on it or its mailbox."""
    again_in: float | None = None
    """Seconds after which the step is worth repeating for the draft; None: it is not, in this run."""
    stops_the_run: bool = False
    """Whether no draft is worth trying until somebody has changed something."""


class Stopping(Exception):
    """The run is to end, so that no further attempt begins."""


class DraftSender:
    """Sends the drafts of a ledger, one at a time. Safe to use from several threads and, one each, processes.

    Args:
        ledger: where the ledger is: ``sqlite:///run.db`` or ``postgresql://...``.
        tokens: a user access token, or a callable that returns one; a callable that takes an argument is given the
            mailbox. Asked again when the service refuses a token. Default: ``FEISHU_USER_ACCESS_TOKEN``.
        pace: as for ``FeishuMail``. Default: the document's, shared by all who use the ledger.
        retry: how long each draft is tried. Default: five attempts within an hour, the waits for the pace included; one
            that waits for longer takes its turn again.
        base_url: as for ``FeishuMail``.
        timeout: as for ``FeishuMail``.
        http_client: as for ``FeishuMail``.
        allow_insecure_http: as for ``FeishuMail``.
        lease: seconds after which others may take over what a process that died had claimed (20).

    Raises:
        ConfigurationError: an argument cannot be used, or the extra ``many`` is not installed.
        LedgerError: the ledger cannot be opened, a newer version made it, or it is of another base URL.
    """

    def __init__(
        self,
        *,
        ledger: str,
        tokens: Tokens | None = None,
        pace: Pace | None = OF_THE_DOCUMENT,
        retry: RetryPolicy | None = None,
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = None,
        http_client: httpx.Client | None = None,
        allow_insecure_http: bool = False,
        lease: float = LEASE,
    ) -> None:
        given = conceal(tokens)
        del tokens
        self.one_user = not takes_a_mailbox(given)
        self._given: Any = given
        self._lease = as_number(lease) or 0.0
        if self._lease <= 0:
            raise invalid_argument("lease must be a number of seconds above 0")
        self._stopping = threading.Event()
        shared = _shared(pace, ledger)
        self._caller = Caller(
            self._sleep,
            shared,
            access_token=given if self.one_user else _no_mailbox,
            base_url=base_url,
            timeout=timeout,
            retry=retry or RetryPolicy(max_seconds=LONGEST_WAIT),
            http_client=http_client,
            allow_insecure_http=allow_insecure_http,
            on_retry=None,
        )
        self.limit: Final = None if shared is None else shared.limit_of(SEND_DRAFT)
        """The pace, if there is one."""
        self._resends = self._caller.options.retry.after_unknown == "resend"
        self.ledger = open_ledger(ledger)
        self.ledger.belong_to(self._caller.options.service)
        self._callers: OrderedDict[str, Caller] = OrderedDict()
        self._locks: dict[int, threading.Lock] = {}
        self._claims: dict[tuple[int, str], Claim] = {}
        self._closed = threading.Event()
        self._renewing: threading.Thread | None = None
        self._in_a_row = 0
        self._pauses: dict[int, int] = {}

    def add(self, drafts: Iterable[Draft]) -> int:
        """Adds drafts to the ledger, those that it has already excepted, and returns how many were new.

        Raises:
            InvalidArgument: one of them cannot be a draft. None is added, and the position is said.
        """
        return self.ledger.add(_checked(drafts))

    def begin_run(self, *, retry_not_sent: bool = False) -> None:
        """Takes up again what earlier runs left: pending, in flight, held and, unless ``retry`` forbids it, unknown."""
        states = [DraftState.HELD]
        if self._resends:
            states += [DraftState.UNKNOWN]
        if retry_not_sent:
            states += [DraftState.NOT_SENT]
        self.ledger.reopen(states)

    def open_drafts(self) -> Iterator[int]:
        """Iterates over the numbers of the drafts that this run has yet to settle."""
        for number, _ in self.ledger.numbers():
            yield number

    def send(self, number: int) -> Settled:
        """Sends one draft of the ledger and returns what came of it. A draft is out once, however often it is sent.

        Args:
            number: as ``open_drafts`` gives it.

        Raises:
            LedgerError: the ledger cannot be read or written.
        """
        claim = self.claim(number)
        if isinstance(claim, Nothing):
            return Settled(None, claim.until)
        return self.send_claimed(claim)

    def claim(self, number: int | None = None) -> Claim | Nothing:
        """Returns the next draft, now claimed, or until when there is nothing to do."""
        claim = self.ledger.claim(self._lease, number=number, alone=self.one_user)
        if isinstance(claim, Claim):
            with lock_of_this_process(self._locks):
                self._claims[os.getpid(), claim.holder] = claim
                # A fork leaves threads behind.
                if self._renewing is None or not self._renewing.is_alive():
                    self._renewing = threading.Thread(target=self._renew, name="feishu-mail claims", daemon=True)
                    self._renewing.start()
        return claim

    def send_claimed(self, claim: Claim) -> Settled:
        """Sends a draft that was claimed, and settles it."""
        try:
            return self._send(claim)
        finally:
            with lock_of_this_process(self._locks):
                self._claims.pop((os.getpid(), claim.holder), None)

    def stop(self) -> None:
        """Lets no further attempt begin. Those in flight end by themselves, within their timeout."""
        self._stopping.set()

    def close(self) -> None:
        """Closes the connections and the ledger. What is claimed can be taken over when its lease has ended."""
        self.stop()
        self._closed.set()
        self._caller.close()
        self.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, claim: Claim) -> Settled:
        if claim.may_be_out and not self._resends:
            return self._settled(claim, Verdict(DraftState.UNKNOWN))
        parameters = {"user_mailbox_id": claim.mailbox, "draft_id": claim.draft_id}
        try:
            sent: SentDraft = self._caller_for(claim.mailbox).call(
                SEND_DRAFT,
                parameters,
                {},
                partial(sent_draft, claim.draft_id),
                before_request=partial(self._before_request, claim),
            )
        except FeishuMailError as error:
            return self._failed(claim, error)
        return self._sent(claim, sent)

    def _before_request(self, claim: Claim, attempt: int) -> None:
        if self._stopping.is_set() or self.ledger.stopped() is not None:
            raise Stopping
        self.ledger.begin(claim, self._lease, attempt=attempt)

    def _failed(self, claim: Claim, error: FeishuMailError) -> Settled:
        match error.__cause__:
            case ClaimLost():
                return Settled(None)
            case _ if (self._stopping.is_set() and error.attempts == 0) or isinstance(error.__cause__, Stopping):
                is_unknown = claim.may_be_out or error.outcome is Outcome.UNKNOWN
                state = DraftState.UNKNOWN if is_unknown else DraftState.PENDING
                return self._settled(claim, Verdict(state, stays_open=True))
            case FeishuMailError() as cause if cause.name == "DATABASE_FAILED":
                raise cause
            case _:
                verdict = decide(error, may_be_out=claim.may_be_out, one_user=self.one_user)
        return self._settled(claim, self._counted(claim, verdict))

    def _counted(self, claim: Claim, verdict: Verdict) -> Verdict:
        """Returns the verdict with what only several in a row bring about."""
        self._in_a_row = self._in_a_row + 1 if verdict.reach is Reach.NETWORK else 0
        if self._in_a_row >= MOST_IN_A_ROW:
            self._in_a_row = 0  # for when somebody has lifted the stop
            return verdict._replace(reach=Reach.RUN)
        if verdict.reach is not Reach.PAUSE:
            if verdict.reach is not Reach.WAIT:
                self._pauses.pop(claim.mailbox_id, None)
            return verdict
        self._pauses[claim.mailbox_id] = self._pauses.get(claim.mailbox_id, 0) + 1
        if self._pauses[claim.mailbox_id] <= MOST_PAUSES:
            return verdict
        state = DraftState.UNKNOWN if verdict.state is DraftState.UNKNOWN else DraftState.HELD
        return verdict._replace(reach=Reach.MAILBOX, state=state, stays_open=False)

    def _sent(self, claim: Claim, sent: SentDraft) -> Settled:
        self._in_a_row = 0
        self._pauses.pop(claim.mailbox_id, None)
        # An attempt of another run had sent it, or somebody else.
        facts = _ALREADY_SENT if sent.already_sent else None
        settlement = Settlement(
            state=DraftState.SENT,
            name=None if facts is None else facts.name,
            code=None if facts is None else facts.code,
            log_id=sent.log_id,
            message_id=sent.message_id,
        )
        self.ledger.settle(claim, settlement)
        return Settled(DraftState.SENT)

    def _settled(self, claim: Claim, verdict: Verdict) -> Settled:
        failure = verdict.failure
        settlement = Settlement(verdict.state, stays_open=verdict.stays_open, not_before=verdict.not_before)
        if failure is not None:
            settlement = settlement._replace(name=failure.name, code=failure.code, log_id=failure.log_id)
            if verdict.reach is Reach.RUN:
                self.ledger.stop(name=failure.name, code=failure.code)
            if verdict.reach is Reach.MAILBOX:
                self.ledger.hold(claim.mailbox_id, name=failure.name, code=failure.code)
        stops = verdict.reach is Reach.RUN
        if not self.ledger.settle(claim, settlement):
            return Settled(None, stops_the_run=stops)
        again_in = (verdict.not_before or 0.0) if verdict.stays_open else None
        return Settled(verdict.state, again_in, stops_the_run=stops)

    def _caller_for(self, mailbox: str) -> Caller:
        if self.one_user:
            return self._caller
        with lock_of_this_process(self._locks):
            caller = self._callers.pop(mailbox, None)
            if caller is None:
                # The callable takes the mailbox; the source that asks it keeps what it returned.
                caller = self._caller.with_options({"access_token": partial(self._given, mailbox)})
            self._callers[mailbox] = caller
            if len(self._callers) > _MOST_KNOWN:
                self._callers.popitem(last=False)
            return caller

    def _sleep(self, seconds: float) -> None:
        if self._stopping.wait(min(seconds, threading.TIMEOUT_MAX)):
            raise Stopping

    def _renew(self) -> None:
        while not self._closed.wait(self._lease / _RENEWALS):
            with lock_of_this_process(self._locks):
                # Those of the process that this one was forked from end with that.
                claims = [claim for (process, _), claim in self._claims.items() if process == os.getpid()]
            if not claims:
                continue
            # What cannot be renewed now is taken over by another, or renewed next time.
            with suppress(FeishuMailError):
                self.ledger.renew(claims, self._lease)


def _shared(pace: Pace | None, ledger: str) -> SharedPace | None:
    """Returns the pace for all who use the ledger, unless it is shared elsewhere."""
    pace = check_pace(pace)
    if pace is None or isinstance(pace, SharedPace):
        return pace
    return SharedPace(ledger, budget="default", calls=pace.calls, seconds=pace.seconds)


def _checked(drafts: Iterable[Draft]) -> Iterator[tuple[str, str]]:
    given: object = drafts
    # A text would be taken for its letters.
    if isinstance(given, str | bytes) or not hasattr(given, "__iter__"):
        raise invalid_argument(f"drafts must be an iterable of drafts, not of type {type(given).__name__}")
    for position, draft in enumerate(drafts, start=1):
        mailbox, draft_id = ("me", draft) if isinstance(draft, str) else _pair(position, draft)
        try:
            yield check_id("user_mailbox_id", mailbox), check_id("draft_id", draft_id)
        except FeishuMailError as error:
            raise invalid_argument(f"draft {position}: {error.failure.reason}") from None


def _pair(position: int, draft: object) -> tuple[Any, Any]:
    pair = cast("Sequence[Any]", draft) if isinstance(draft, tuple) else ()
    if len(pair) != 2:
        raise invalid_argument(f"draft {position} must be a draft id, or a tuple of mailbox and draft id")
    return pair[0], pair[1]


def takes_a_mailbox(tokens: object) -> bool:
    """Returns whether a callable for tokens is one by mailbox."""
    if not callable(tokens) or isinstance(tokens, AccessToken):
        return False
    try:
        inspect.signature(tokens).bind("mailbox")
    except Exception:  # noqa: BLE001 -- of a class of the caller's
        return False
    return True


def _no_mailbox() -> str:
    raise LookupError("a token is asked for by mailbox")
