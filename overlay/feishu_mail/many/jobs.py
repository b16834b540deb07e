"""The jobs of a fleet, in procrastinate: one for the next open draft of each mailbox that nobody is at work on.

The ledger decides, and jobs only say who looks at which draft: every worker derives those that are missing from the
ledger, again and again, so a job that was never made, or died with its worker, is made again. A job goes from todo to
doing and is deleted; what is to be repeated is a new job, when the ledger says that it may be.

There is not a job for every open draft at once: procrastinate looks through all that wait for the lock of a job that
runs, which took 0.4 s a look with 50,000 jobs of three users, and takes 3 ms so.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any, Final

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, ProcrastinateException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager, NotificationCallback

FAILURES: Final = (ProcrastinateException, psycopg.Error)
"""What a session raises when it lost the database."""
_QUEUE: Final = "feishu_mail"
_TASK: Final = "feishu_mail.send"
_MOST_JOBS: Final = 1_000
_CONNECTIONS: Final = 4
_PATIENCE: Final = 5.0
"""Seconds that a connection is awaited, before the session ends and its end waits for the database."""
_LOOKS: Final = 4
"""How often a worker shows that it is alive, and looks for what is to be done, in the time of a lease."""
_POLL: Final = 0.5
"""Seconds between two looks for a job, for the notice of a new one may come while a worker does not listen."""
_SCHEMA_LOCK: Final = 0x6665697369  # any number will do, as long as it is the same everywhere

# As the ledger claims them: the first of each mailbox whose turn has come, and of these who waited longest.
_MISSING: Final = """
    SELECT draft.number, mailbox.id AS mailbox_id
    FROM feishu_mail_mailboxes AS mailbox
    CROSS JOIN LATERAL (
        SELECT number FROM feishu_mail_drafts WHERE mailbox_id = mailbox.id AND is_open ORDER BY number LIMIT 1
    ) AS draft
    WHERE mailbox.turn <= extract(epoch FROM clock_timestamp())
        AND NOT EXISTS (SELECT FROM feishu_mail_ledger WHERE stopped_name IS NOT NULL)
        AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE lock = 'feishu_mail mailbox ' || mailbox.id)
        AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = 'feishu_mail draft ' || draft.number)
    ORDER BY mailbox.turn
    LIMIT greatest(0, %(most)s - (SELECT count(*) FROM procrastinate_jobs WHERE queue_name = %(queue)s))
"""
_IS_DONE: Final = """
    SELECT EXISTS (SELECT FROM feishu_mail_ledger WHERE stopped_name IS NOT NULL)
        OR NOT EXISTS (SELECT FROM feishu_mail_drafts WHERE is_open) AS is_done
"""


class Lost(ProcrastinateException):
    """The database did not take down what a worker had to say, or give what it asked for."""


class Session:
    """One worker of procrastinate, from when it connects until it is ended or loses the database.

    Args:
        arguments: what to connect to the ledger's database with.
        send: sends the draft with a number, and returns whether it did anything.
        back: returns when the database, which was lost, is back; or raises.
        at_once: number of drafts in flight at the same time, at most.
        one_user: whether one token serves all mailboxes, so that one draft is in flight at a time in the whole fleet.
        lease: seconds without a sign of life after which a worker's jobs are taken from it.
    """

    def __init__(
        self,
        arguments: dict[str, Any],
        send: Callable[[int], Awaitable[bool]],
        back: Callable[[], Awaitable[object]],
        *,
        at_once: int,
        one_user: bool,
        lease: float,
    ) -> None:
        self._connector = procrastinate.PsycopgConnector(
            kwargs=arguments, configure=_set_up, min_size=1, max_size=_CONNECTIONS, timeout=_PATIENCE
        )
        self._app = procrastinate.App(connector=self._connector)
        self._app.task(name=_TASK, queue=_QUEUE, pass_context=True)(self._work)
        self._app.job_manager = _Jobs(self._connector, self)
        self._send = send
        self._back = back
        self._at_once = at_once
        self._one_user = one_user
        self._lease = lease
        self._lost = asyncio.Event()
        self._changed = asyncio.Event()
        self._productive: set[int | None] = set()

    async def run(self, ended: asyncio.Event, *, drain: bool) -> None:
        """Works until ``ended`` is set or, with ``drain``, there is nothing left to do; awaits what is in flight.

        Raises one of ``FAILURES`` when the database was lost, and what ``back`` raises.
        """
        async with self._app.open_async():
            await self._create_schema()
            worker = asyncio.create_task(
                self._app.run_worker_async(
                    queues=[_QUEUE],
                    concurrency=self._at_once,
                    fetch_job_polling_interval=_POLL,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    update_heartbeat_interval=self._lease / _LOOKS,
                    stalled_worker_timeout=self._lease,
                )
            )
            looks = asyncio.create_task(self._look(drain=drain))
            others = [asyncio.create_task(event.wait()) for event in (ended, self._lost)]
            await asyncio.wait([worker, looks, *others], return_when=asyncio.FIRST_COMPLETED)
            is_over = ended.is_set() or (looks.done() and looks.exception() is None)
            if not is_over:
                await self._back()
            tasks: list[asyncio.Task[Any]] = [*others, looks, worker]
            for task in tasks:
                task.cancel()
            # The worker awaits its jobs first.
            await asyncio.gather(*tasks, return_exceptions=True)
        if not is_over:
            raise Lost

    async def marked(self, job: Job, marking: Coroutine[Any, Any, None]) -> None:
        """Marks a job as done."""
        await self.noticed(marking)
        if job.id in self._productive:
            self._productive.discard(job.id)
            self._changed.set()

    async def noticed(self, saying: Coroutine[Any, Any, None]) -> None:
        """Says something to the database; procrastinate would go on as if it were said when it was not."""
        try:
            await saying
        except ConnectorException as error:
            # Its functions raise this for a job that was taken away meanwhile, which is as good as done.
            if not isinstance(error.__cause__, psycopg.errors.RaiseException):
                self._lost.set()

    async def _work(self, context: procrastinate.JobContext, number: int) -> None:
        if await self._send(number):
            self._productive.add(context.job.id)

    async def _look(self, *, drain: bool) -> None:
        while True:
            self._changed.clear()
            await self._take_over()
            await self._add_missing()
            if drain and (await self._connector.execute_query_one_async(_IS_DONE))["is_done"]:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(self._lease / _LOOKS):
                    await self._changed.wait()

    async def _take_over(self) -> None:
        stalled = await self._app.job_manager.get_stalled_jobs(queue=_QUEUE, seconds_since_heartbeat=self._lease)
        for job in stalled:
            await self._app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

    async def _add_missing(self) -> None:
        rows = await self._connector.execute_query_all_async(
            _MISSING, queue=_QUEUE, most=1 if self._one_user else _MOST_JOBS
        )
        jobs = [
            Job(
                queue=_QUEUE,
                task_name=_TASK,
                lock="feishu_mail" if self._one_user else f"feishu_mail mailbox {row['mailbox_id']}",
                queueing_lock=f"feishu_mail draft {row['number']}",
                task_kwargs={"number": row["number"]},
            )
            for row in rows
        ]
        # Another worker may have been faster.
        with suppress(AlreadyEnqueued):
            if jobs:
                await self._app.job_manager.batch_defer_jobs_async(jobs)

    async def _create_schema(self) -> None:
        async with self._connector.pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_SCHEMA_LOCK])
            found = await connection.execute("SELECT to_regclass('procrastinate_jobs')")
            if await found.fetchone() == (None,):
                await connection.execute(self._app.schema_manager.get_schema().encode())


class _Jobs(JobManager):
    """Lets a session know of what is done, and of what could not be written down."""

    def __init__(self, connector: procrastinate.BaseConnector, session: Session) -> None:
        super().__init__(connector)
        self._session = session

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        await self._session.marked(job, super().finish_job(job, status, delete_job))

    async def update_heartbeat(self, worker_id: int) -> None:
        await self._session.noticed(super().update_heartbeat(worker_id))

    async def listen_for_jobs(
        self, *, on_notification: NotificationCallback, queues: Iterable[str] | None = None
    ) -> None:
        await self._session.noticed(super().listen_for_jobs(on_notification=on_notification, queues=queues))


async def _set_up(connection: "psycopg.AsyncConnection[Any]") -> None:
    # A client that is suspended in mid-transaction loses it, and with it the locks that all the others await.
    await connection.execute("SET idle_in_transaction_session_timeout = 10000")
    await connection.commit()


def silence() -> None:
    """Has the libraries print nothing where the program has set up no logging."""
    for name in ("procrastinate", "psycopg"):
        logging.getLogger(name).addHandler(logging.NullHandler())
