"""``send_many`` and ``send_many_async``: the loop over a ledger, on one machine."""

import inspect
import queue
import threading
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final, Self, TypeVar, Unpack

import anyio
import anyio.to_thread
from anyio.from_thread import BlockingPortal

from feishu_mail.calls.arguments import check_callable, check_count
from feishu_mail.many.ending import signals_to
from feishu_mail.many.report import Progress, Report, progress_of, report_of
from feishu_mail.many.states import Claim, Nothing
from feishu_mail.many.steps import Draft, DraftSender, SenderOptions, Settled, Tokens, takes_a_mailbox

MOST_AT_ONCE: Final = 20
"""Users whose drafts are in flight at the same time, at most."""
_TICK: Final = 1.0
"""Seconds between two looks at the ledger, which others may change, and two calls of ``on_progress`` at most."""

Result = TypeVar("Result")
OnProgress = Callable[[Progress], object]


class RunOptions(SenderOptions, total=False):
    """What a run takes besides its drafts; see ``send_many``."""

    retry_not_sent: bool
    at_once: int


def send_many(
    drafts: Iterable[Draft] = (),
    *,
    ledger: str,
    tokens: Tokens | None = None,
    on_progress: OnProgress | None = None,
    **options: Unpack[RunOptions],
) -> Report:
    """Sends many drafts, each once, and returns what became of each; the ledger on disk knows it at any moment.

    The same call again goes on where the last one ended, whatever ended it: what was sent is left alone; what was in
    flight is sent again under its id, which cannot send it twice. Ctrl-C and SIGTERM let those in flight end, then the
    report is returned; a second one raises at once. Both are heeded in the main thread only.

    Args:
        drafts: ids of drafts of the mailbox ``me``, or pairs of mailbox and id, from any iterable. Those that the
            ledger knows are not added again; without any, what the ledger has is gone on with.
        ledger: where the ledger is: ``sqlite:///run.db``, made when it is not there, or ``postgresql://...``.
        tokens: a user access token, or a callable that returns one; a callable that takes an argument is given the
            mailbox, and is called in other threads. Default: ``FEISHU_USER_ACCESS_TOKEN``.
        on_progress: called with the counts when they have changed, at most once in a second.
        options: ``retry_not_sent`` takes up again what was refused; ``at_once`` is the number of users whose drafts
            are in flight at the same time (20); the others are as for ``DraftSender``.

    Raises:
        InvalidArgument: an argument cannot be used; of drafts, the position is said and none is sent.
        ConfigurationError: the extra ``many`` is not installed (``pip install "feishu-mail[many]"``).
        LedgerError: the ledger cannot be read or written. What is in flight then is settled by the next run.
    """
    with _Run(ledger, tokens, on_progress, options) as run:
        run.load(drafts)
        with signals_to(run):
            return run.execute()


async def send_many_async(
    drafts: Iterable[Draft] | AsyncIterable[Draft] = (),
    *,
    ledger: str,
    tokens: Tokens | Callable[[], Awaitable[str]] | Callable[[str], Awaitable[str]] | None = None,
    on_progress: OnProgress | None = None,
    **options: Unpack[RunOptions],
) -> Report:
    """Does the same for tasks, under asyncio or trio: the run has threads of its own, beside the event loop.

    ``drafts`` may be an async iterable, and ``tokens`` an async callable; they and ``on_progress`` run in the event
    loop. Cancelling lets those in flight end first.
    """
    ended: Report | Exception | None = None
    async with BlockingPortal() as portal:
        of_threads: Any = _asked_in_the_loop(portal, tokens) if callable(tokens) else tokens
        del tokens
        found = _iterated_in_the_loop(portal, drafts) if isinstance(drafts, AsyncIterable) else drafts
        shown = None if on_progress is None else partial(portal.call, on_progress)
        try:
            with _Run(ledger, of_threads, shown, options) as run:
                await _in_thread(partial(run.load, found), run)
                ended = await _in_thread(run.execute, run)
        except Exception as error:  # noqa: BLE001 -- the portal would raise it in a group
            ended = error
    if isinstance(ended, Report):
        return ended
    raise ended or RuntimeError("the event loop's portal hid what went wrong")


class _Run:
    """One run: hands claimed drafts to threads, as many as there are users with something to send."""

    def __init__(self, ledger: str, tokens: Tokens | None, on_progress: OnProgress | None, options: RunOptions) -> None:
        given = dict(options)
        self._at_once = check_count("at_once", given.pop("at_once", MOST_AT_ONCE), 1_000)
        self._retry_not_sent = bool(given.pop("retry_not_sent", False))
        self._on_progress = None if on_progress is None else check_callable("on_progress", on_progress)
        self._url = ledger
        self.sender = DraftSender(ledger=ledger, tokens=tokens, **given)  # type: ignore[arg-type]
        # Its put may come from a signal handler, in the midst of its get.
        self._events: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._claims: queue.SimpleQueue[Claim | None] = queue.SimpleQueue()
        self._threads = 0
        self._in_flight = 0
        self._is_ending = False
        self._problem: BaseException | None = None
        self._shown: Mapping[str, Any] = {}
        self._look_at = 0.0
        self.signal: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for _thread in range(self._threads):
            self._claims.put(None)
        self.sender.close()

    def end(self, number: int | None = None) -> None:
        """Lets the run end: no further attempt begins. May be called by a signal handler."""
        self.signal = self.signal or number
        self._is_ending = True
        self._events.put(None)

    def load(self, drafts: Iterable[Draft]) -> None:
        """Adds the drafts to the ledger, and takes up what earlier runs left."""
        self.sender.add(drafts)
        self.sender.begin_run(retry_not_sent=self._retry_not_sent)

    def execute(self) -> Report:
        """Sends what the ledger has, and returns the report."""
        nothing = Nothing(0.0)
        while self._in_flight or (nothing.until is not None and not self._is_ending):
            self._show()
            nothing = Nothing(0.0) if self._is_ending else self._hand_over()
            if self._in_flight or nothing.until is not None:
                self._wait(_TICK if nothing.until is None else min(_TICK, nothing.until))
        if self._problem is not None:
            raise self._problem
        return self._report()

    def _hand_over(self) -> Nothing:
        while self._in_flight < self._at_once:
            claim = self.sender.claim()
            if isinstance(claim, Nothing):
                return claim
            self._in_flight += 1
            if self._in_flight > self._threads:
                self._threads += 1
                threading.Thread(target=self._work, name="feishu-mail sends", daemon=True).start()
            self._claims.put(claim)
        return Nothing(_TICK)

    def _work(self) -> None:
        while (claim := self._claims.get()) is not None:
            try:
                self._events.put(self.sender.send_claimed(claim))
            except BaseException as error:  # noqa: BLE001 -- raised where the run was started
                self._events.put(error)

    def _wait(self, seconds: float) -> None:
        try:
            event = self._events.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return
        if event is not None:
            self._in_flight -= 1
        if isinstance(event, BaseException):
            self._problem = self._problem or event
        if not isinstance(event, Settled) or event.stops_the_run:
            self._is_ending = True
            self.sender.stop()

    def _show(self) -> None:
        now = time.monotonic()
        if self._on_progress is None or now < self._look_at:
            return
        counts = progress_of(self.sender.ledger.counts(), self.sender.limit)
        # Counting a million takes a second.
        self._look_at = now + max(_TICK, 20 * (time.monotonic() - now))
        if counts != self._shown:
            self._shown = counts
            # What a caller's code raises must not end a run in the midst of sending.
            with suppress(Exception):
                self._on_progress(Progress(**counts))

    def _report(self) -> Report:
        report = report_of(self.sender.ledger, self._url, self.sender.limit, self.signal)
        if self._on_progress is not None:
            with suppress(Exception):
                self._on_progress(report)
        return report


async def _in_thread(work: Callable[[], Result], run: _Run) -> Result:
    """Does the work in a thread. Cancelled, it has the run end, and waits for that."""
    ended = threading.Event()

    def working() -> Result:
        try:
            return work()
        finally:
            ended.set()

    try:
        return await anyio.to_thread.run_sync(working, abandon_on_cancel=True)
    except anyio.get_cancelled_exc_class():
        run.end()
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(ended.wait)
        raise


def _asked_in_the_loop(portal: BlockingPortal, tokens: Callable[..., Any]) -> Callable[..., str]:
    async def asked(*arguments: str) -> Any:
        value = tokens(*arguments)
        return await value if inspect.isawaitable(value) else value

    def by_mailbox(mailbox: str) -> str:
        return str(portal.call(asked, mailbox))

    return by_mailbox if takes_a_mailbox(tokens) else partial(portal.call, asked)


def _iterated_in_the_loop(portal: BlockingPortal, drafts: AsyncIterable[Draft]) -> Iterator[Draft]:
    iterator = aiter(drafts)

    async def following() -> tuple[Draft, ...]:
        async for draft in iterator:
            return (draft,)
        return ()

    while found := portal.call(following):
        yield from found
