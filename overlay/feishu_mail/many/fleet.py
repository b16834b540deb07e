"""``work``: one of several workers, on as many hosts, that send the drafts of one ledger in PostgreSQL."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self, TypeVar, Unpack, cast

from feishu_mail.calls.arguments import check_count
from feishu_mail.calls.databases import Database
from feishu_mail.many.ending import signals_to
from feishu_mail.many.report import Report, report_of
from feishu_mail.many.run import MOST_AT_ONCE
from feishu_mail.many.steps import LEASE, Draft, DraftSender, SenderOptions, Tokens
from feishu_mail.outcomes.exceptions import exception_for, invalid_argument
from feishu_mail.outcomes.failures import failure_of
from feishu_mail.outcomes.own_facts import DATABASE_FAILED, EXTRA_MISSING

_MOST_LOST: Final = 5
"""How often in a row a worker may lose the database at once, although it answers, before that is called a failure."""
_AT_ONCE_SECONDS: Final = 5.0

Result = TypeVar("Result")


def work(
    drafts: Iterable[Draft] = (),
    *,
    ledger: str,
    tokens: Tokens | None = None,
    drain: bool = False,
    at_once: int = MOST_AT_ONCE,
    **options: Unpack[SenderOptions],
) -> Report:
    """Sends the drafts of a ledger together with other workers, on this host and others, until it is ended.

    It goes on with what is open, and sees what others add. What a worker had in hand that died is taken over by the
    others. It lifts nothing: a stop that the ledger has, or a mailbox that is held, wait for a run of ``send_many`` or
    ``feishu-mail send-many --load``, and the worker waits too. Ctrl-C and SIGTERM let what is in flight end; a second
    one raises at once. Both are heeded in the main thread only.

    Args:
        drafts: added to the ledger first, as in ``send_many``.
        ledger: ``postgresql://...``; the jobs are kept beside it, in tables of procrastinate's.
        tokens: as in ``send_many``. One token for all mailboxes is one user, who has one draft in flight at a time.
        drain: whether to end when no draft is left to be sent, or the ledger has a stop.
        at_once: number of users whose drafts this worker has in flight at the same time, at most.
        options: as for ``DraftSender``. After the seconds of ``lease`` a worker that gives no sign of life is taken for
            dead; they are the same for all.

    Raises:
        InvalidArgument: an argument cannot be used, or the ledger is not in PostgreSQL.
        ConfigurationError: the extra ``fleet`` is not installed (``pip install "feishu-mail[fleet]"``).
        LedgerError: the database cannot be used, or was away for more than a minute.
    """
    check_count("at_once", at_once, 1_000)
    with _Worker(ledger, tokens, drain=drain, at_once=at_once, options=options) as worker:
        worker.sender.add(drafts)
        with signals_to(worker):
            return worker.work()


class _Worker:
    """Runs sessions of procrastinate in a thread of its own, beside the one that signals interrupt."""

    def __init__(
        self,
        ledger: str,
        tokens: Tokens | None,
        *,
        drain: bool,
        at_once: int,
        options: SenderOptions,
    ) -> None:
        database = Database(ledger)
        if not database.is_postgresql:
            raise invalid_argument("several workers need a ledger in PostgreSQL")
        try:
            from feishu_mail.many import jobs
        except ImportError:
            jobs = None  # type: ignore[assignment]
        if jobs is None:
            raise exception_for(failure_of(None, EXTRA_MISSING, reason="pip install 'feishu-mail[fleet]'"))
        self._jobs = jobs
        self._jobs.silence()
        self._arguments = database.driver_arguments()
        self._url = ledger
        self._drain = drain
        self._at_once = at_once
        self._lease = options.get("lease", LEASE)
        self.sender = DraftSender(ledger=ledger, tokens=tokens, **options)
        # Not the platform's own: psycopg cannot use that of Windows.
        self._loop = asyncio.SelectorEventLoop()
        # What tasks say that were left behind is not for stderr; what matters is raised.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._ended = asyncio.Event()
        self._problem: BaseException | None = None
        self.signal: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.sender.close()
        if not self._loop.is_running():
            self._loop.close()

    def end(self, number: int | None = None) -> None:
        """Lets the worker end: no further attempt begins. May be called by a signal handler, or in any thread."""
        self.signal = self.signal or number
        self.sender.stop()
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._ended.set)

    def work(self) -> Report:
        """Works until it is ended, and returns what the ledger has then."""
        thread = threading.Thread(target=self._run, name="feishu-mail worker", daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(1.0)  # on Windows, no signal ends a wait without a time limit
        if self._problem is not None:
            raise self._problem
        return report_of(self.sender.ledger, self._url, self.sender.limit, self.signal)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._work())
        except BaseException as error:  # noqa: BLE001 -- raised where the worker was started
            self._problem = self._problem or error

    async def _work(self) -> None:
        lost = 0
        while not self._ended.is_set():
            session = self._jobs.Session(
                self._arguments,
                self._send,
                self._back,
                at_once=self._at_once,
                one_user=self.sender.one_user,
                lease=self._lease,
            )
            began = time.monotonic()
            try:
                await session.run(self._ended, drain=self._drain)
            except self._jobs.FAILURES:
                # What went wrong may quote addresses and the user's name, and is not passed on.
                lost = lost + 1 if time.monotonic() < began + _AT_ONCE_SECONDS else 1
            else:
                return
            await self._back()
            if lost > _MOST_LOST:
                raise exception_for(failure_of(None, DATABASE_FAILED, reason="procrastinate cannot work with it"))
            await asyncio.sleep(lost / 2)

    async def _back(self) -> object:
        # It waits for the database, and raises when that is away for too long.
        return await _in_a_thread(self.sender.ledger.stopped)

    async def _send(self, number: int) -> bool:
        try:
            settled = await _in_a_thread(self.sender.send, number)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 -- raised where the worker was started
            self._problem = self._problem or error
            self.end()
            return False
        return settled.state is not None


async def _in_a_thread(function: Callable[..., Result], *arguments: Any) -> Result:
    """Returns what the function returns in a thread that a process need not await to end at once."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def deliver(value: Result | None, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is None:
            future.set_result(cast("Result", value))
        else:
            future.set_exception(error)

    def run() -> None:
        value = problem = None
        try:
            value = function(*arguments)
        except BaseException as error:  # noqa: BLE001 -- raised where it is awaited
            problem = error
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(deliver, value, problem)

    threading.Thread(target=run, name="feishu-mail sends", daemon=True).start()
    return await future
