"""The ledger: which drafts are to be sent, who is sending which, and what came of each. The truth of a run is here.

Every method is one short transaction, or several, each of which may be repeated: a connection can be lost after its
commit. So what is done once must be recognised when it is done again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import (
    Connection,
    Delete,
    Row,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    null,
    select,
    true,
    union_all,
    update,
)

from feishu_mail.calls.databases import Database, database_failed
from feishu_mail.many.states import Claim, ClaimLost, DraftState, Entry, Nothing, Settlement, Stopped
from feishu_mail.many.tables import drafts, ledger, loading, mailboxes, prepare
from feishu_mail.outcomes.exceptions import FeishuMailError

_BATCH: Final = 1000
"""Rows that one transaction writes or reads."""
_LONGEST_LOAD: Final = 7 * 24 * 3600.0
"""Seconds after which rows that a killed load has left are removed."""
_MAY_BE_OUT: Final = (DraftState.IN_FLIGHT, DraftState.UNKNOWN)

_HAS_OPEN: Final = exists().where(drafts.c.mailbox_id == mailboxes.c.id, drafts.c.is_open)
_ENTRY: Final = [drafts.c[name] for name in Entry._fields]


class Ledger:
    """A ledger in a database; several may be open on the same one, in threads, processes and hosts.

    Args:
        database: its URL, or the database itself, which then is the caller's to close.

    Raises:
        InvalidArgument: the URL cannot be used.
        ConfigurationError: an extra is not installed.
        LedgerError: the database cannot be used, or a newer feishu-mail wrote it. Every method may raise this.
    """

    def __init__(self, database: str | Database) -> None:
        self._owns_database = not isinstance(database, Database)
        self._database: Final = database if isinstance(database, Database) else Database(database)
        self._database.run_alone(prepare)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._database!r}>"

    def belong_to(self, service: str) -> None:
        """Says which service the drafts are of; what was sent to another one, as to a sandbox, was not sent to this.

        Raises:
            LedgerError: they are of another.
        """

        def work(connection: Connection) -> str:
            connection.execute(update(ledger).where(ledger.c.service.is_(None)).values(service=service))
            return str(connection.execute(select(ledger.c.service)).scalar_one())

        if self._database.run(work) != service:
            raise database_failed("its drafts are of another base URL; use another ledger for this one")

    def add(self, pairs: Iterable[tuple[str, str]]) -> int:
        """Adds drafts, all of them or, where the iterable raises, none. What is known is left as it is.

        Args:
            pairs: the mailbox's address and the draft's id, of as many as there are: memory stays flat.

        Returns:
            how many were new.
        """
        load_id = uuid4().hex
        remaining = iter(pairs)
        position = 0
        try:
            while batch := list(islice(remaining, _BATCH)):
                self._load(load_id, position, batch)
                position += len(batch)
        except BaseException:
            with suppress(FeishuMailError):  # the iterable's error matters more
                self._database.run(lambda connection: connection.execute(_leave(load_id)))
            raise
        return self._take_over(load_id)

    def _load(self, load_id: str, position: int, batch: list[tuple[str, str]]) -> None:
        names = sorted({name for name, _ in batch})  # in order, so that two loads never lock each other out

        def work(connection: Connection) -> None:
            now = self._database.now(connection)
            known = self._database.insert(mailboxes).on_conflict_do_nothing()
            connection.execute(known, [{"name": name, "waits": False} for name in names])
            found = connection.execute(select(mailboxes.c.name, mailboxes.c.id).where(mailboxes.c.name.in_(names)))
            ids = {row.name: row.id for row in found}
            rows = [
                {"load_id": load_id, "position": at, "mailbox_id": ids[name], "draft_id": draft_id, "loaded_at": now}
                for at, (name, draft_id) in enumerate(batch, position)
            ]
            connection.execute(self._database.insert(loading).on_conflict_do_nothing(), rows)

        self._database.run(work)

    def _take_over(self, load_id: str) -> int:
        columns = ["mailbox_id", "draft_id", "state", "is_open", "attempts"]
        loaded = (
            select(loading.c.mailbox_id, loading.c.draft_id, literal(DraftState.PENDING), true(), literal(0))
            .where(loading.c.load_id == load_id)
            .order_by(loading.c.position)
        )
        new = 0

        def work(connection: Connection) -> None:
            nonlocal new
            now = self._database.now(connection)
            statement = self._database.insert(drafts).from_select(columns, loaded).on_conflict_do_nothing()
            inserted = connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount
            _serve(connection, now)
            if connection.execute(_leave(load_id)).rowcount > 0:  # else this is a repetition
                new = inserted
            connection.execute(delete(loading).where(loading.c.loaded_at < now - _LONGEST_LOAD))

        self._database.run(work)
        return new

    def reopen(self, states: Collection[DraftState] = ()) -> None:
        """Begins a run: opens what is pending or in flight, and what is in one of ``states``.

        What was sent stays closed. Holds, waits and a stop of an earlier run are lifted; claims are left.
        """
        opened = {DraftState.PENDING, DraftState.IN_FLIGHT, *states} - {DraftState.SENT}

        def work(connection: Connection) -> None:
            _lock(connection)
            now = self._database.now(connection)
            connection.execute(update(ledger).values(stopped_name=None, stopped_code=None, stopped_at=None))
            held = mailboxes.c.held_name.is_not(None)
            lifted = {"held_name": None, "held_code": None, "claimed_by": None}
            connection.execute(update(mailboxes).where(held).values(lifted))
            waiting = update(mailboxes).where(mailboxes.c.waits, mailboxes.c.claimed_by.is_(None))
            connection.execute(waiting.values(waits=False, turn=now))
            closed = update(drafts).where(drafts.c.state.in_(opened), ~drafts.c.is_open)
            connection.execute(closed.values(is_open=True))
            _serve(connection, now)

        self._database.run(work)

    def claim(self, lease: float, *, number: int | None = None, alone: bool = False) -> Claim | Nothing:
        """Claims the next draft: of the mailbox that was served the longest ago, its first. One for each mailbox.

        Args:
            lease: seconds after which another may claim it, unless ``begin`` has renewed them.
            number: claim this draft, or none.
            alone: claim none while any mailbox is claimed: all of them are one user's.
        """
        holder = uuid4().hex
        tried = False

        def work(connection: Connection) -> Claim | Nothing:
            nonlocal tried
            is_stopped = _lock(connection).stopped_name is not None
            if tried and (claimed := _claimed_by(connection, holder, number)):
                return claimed
            tried = True
            if is_stopped:
                return Nothing(None)
            now = self._database.now(connection)
            if alone:
                other = select(func.min(mailboxes.c.turn))
                other = other.where(mailboxes.c.claimed_by.is_not(None), mailboxes.c.turn > now)
                if (until := connection.execute(other).scalar()) is not None:
                    return Nothing(until - now)
            while (found := _next_mailbox(connection, now, number)) is not None:
                if found.waits and found.turn > now:
                    return Nothing(found.turn - now)
                claim = _first_open(connection, found, holder, number)
                # Whoever settles or begins meanwhile does not wait for the lock that claims wait for.
                as_found = update(mailboxes).where(mailboxes.c.id == found.id, mailboxes.c.turn == found.turn)
                if claim is None:
                    connection.execute(as_found.where(~_HAS_OPEN).values(turn=None))
                    continue
                if connection.execute(as_found.values(turn=now + lease, waits=True, claimed_by=holder)).rowcount:
                    return claim
            return Nothing(None if number is not None else _first_wait(connection, now))

        return self._database.run(work)

    def begin(self, claim: Claim, lease: float, *, attempt: int = 1) -> None:
        """Records that a request is about to leave, and renews the lease.

        Args:
            claim: whose draft it is.
            lease: seconds from now.
            attempt: which request of this claim it is, from 1.

        Raises:
            ClaimLost: nothing may leave.
        """

        def work(connection: Connection) -> bool:
            now = self._database.now(connection)
            is_ours = and_(mailboxes.c.id == claim.mailbox_id, mailboxes.c.claimed_by == claim.holder)
            renewed = update(mailboxes).where(is_ours, mailboxes.c.held_name.is_(None))
            if not connection.execute(renewed.values(turn=now + lease)).rowcount:
                return False
            begun = update(drafts).where(drafts.c.number == claim.number, drafts.c.state != DraftState.SENT)
            begun = begun.values(
                state=DraftState.IN_FLIGHT,
                is_open=True,
                attempts=claim.attempts + attempt,
                began_at=func.coalesce(drafts.c.began_at, now),
                ended_at=None,
            )
            if connection.execute(begun).rowcount:
                return True
            _free(connection, claim, now, None)
            return False

        if not self._database.run(work):
            raise ClaimLost

    def renew(self, claims: Collection[Claim], lease: float) -> None:
        """Renews the leases of claims, those excepted that another has by now."""
        holders = [claim.holder for claim in claims]

        def work(connection: Connection) -> None:
            is_ours = mailboxes.c.claimed_by.in_(holders)
            renewed = update(mailboxes).where(is_ours, mailboxes.c.held_name.is_(None))
            connection.execute(renewed.values(turn=self._database.now(connection) + lease))

        self._database.run(work)

    def settle(self, claim: Claim, settlement: Settlement) -> bool:
        """Records how a claim ended, and frees the mailbox.

        Who has lost the claim is heard only if the draft was sent. What was sent stays sent, whatever is said later.

        Returns:
            whether the ledger now says so.
        """
        state, name, code, log_id, message_id, stays_open, not_before = settlement
        said = {"state": state, "name": name, "code": code, "log_id": log_id, "message_id": message_id}

        def work(connection: Connection) -> bool:
            now = self._database.now(connection)
            holder = select(mailboxes.c.claimed_by).where(mailboxes.c.id == claim.mailbox_id).with_for_update()
            is_ours = connection.execute(holder).scalar_one() == claim.holder
            this = drafts.c.number == claim.number
            known = connection.execute(select(*(drafts.c[each] for each in said)).where(this).with_for_update()).one()
            is_heard = known.state != DraftState.SENT and (is_ours or state is DraftState.SENT)
            if is_heard:
                ended_at = None if stays_open else now
                connection.execute(update(drafts).where(this).values(**said, is_open=stays_open, ended_at=ended_at))
            if is_ours:
                _free(connection, claim, now, not_before)
            return is_heard or known.state == DraftState.SENT == state or tuple(known) == tuple(said.values())

        return self._database.run(work)

    def hold(self, mailbox_id: int, *, name: str, code: int | None) -> None:
        """Claims nothing more in a mailbox in this run; what is pending there stays so."""

        def work(connection: Connection) -> None:
            reason = {"held_name": name, "held_code": code, "turn": None}
            connection.execute(update(mailboxes).where(mailboxes.c.id == mailbox_id).values(reason))

        self._database.run(work)

    def stop(self, *, name: str, code: int | None) -> None:
        """Claims nothing more in this run, whoever asks. The first reason stays."""

        def work(connection: Connection) -> None:
            reason = {"stopped_name": name, "stopped_code": code, "stopped_at": self._database.now(connection)}
            connection.execute(update(ledger).where(ledger.c.stopped_name.is_(None)).values(reason))

        self._database.run(work)

    def stopped(self) -> Stopped | None:
        """Returns why the run was stopped; None if it was not."""
        found = self._database.run(lambda connection: connection.execute(select(ledger)).one())
        return None if found.stopped_name is None else Stopped(found.stopped_name, found.stopped_code, found.stopped_at)

    def counts(self) -> Mapping[DraftState, int]:
        """Returns how many drafts are in each state."""
        by_state = select(drafts.c.state, func.count()).group_by(drafts.c.state)
        found = self._database.run(lambda connection: connection.execute(by_state).all())
        return dict.fromkeys(DraftState, 0) | {DraftState(state): count for state, count in found}

    def entries(self, states: Collection[DraftState] | None = None) -> Iterator[Entry]:
        """Yields the drafts in these states, or all, in the order in which they were added; memory stays flat."""
        chosen = select(*_ENTRY)
        if states is not None:
            chosen = chosen.where(drafts.c.state.in_(states))
        for row in self._pages(chosen):
            entry = Entry._make(row)
            yield entry._replace(state=DraftState(entry.state))

    def numbers(self) -> Iterator[tuple[int, int]]:
        """Yields the number and the mailbox's id of each draft that can be claimed in this run; memory stays flat."""
        held = select(mailboxes.c.id).where(mailboxes.c.held_name.is_not(None))
        chosen = select(drafts.c.number, drafts.c.mailbox_id).where(drafts.c.is_open, drafts.c.mailbox_id.not_in(held))
        for row in self._pages(chosen):
            yield row.number, row.mailbox_id

    def _pages(self, chosen: Select[*tuple[Any, ...]]) -> Iterator[Row[Any]]:
        last: int | None = 0
        while last is not None:
            page = self._page(chosen.where(drafts.c.number > last).order_by(drafts.c.number).limit(_BATCH))
            yield from page
            last = page[-1].number if len(page) == _BATCH else None

    def _page(self, statement: Select[*tuple[Any, ...]]) -> Sequence[Row[Any]]:
        return self._database.run(lambda connection: connection.execute(statement).all())

    def close(self) -> None:
        """Closes the database, if the ledger has opened it."""
        if self._owns_database:
            self._database.close()


def _lock(connection: Connection) -> Row[Any]:
    return connection.execute(select(ledger).with_for_update()).one()


def _leave(load_id: str) -> Delete:
    return delete(loading).where(loading.c.load_id == load_id)


def _serve(connection: Connection, now: float) -> None:
    """Gives a turn to mailboxes that have something to be sent, and had nothing before."""
    had_nothing = update(mailboxes).where(mailboxes.c.turn.is_(None), mailboxes.c.held_name.is_(None), _HAS_OPEN)
    connection.execute(had_nothing.values(turn=now, waits=False))


def _free(connection: Connection, claim: Claim, now: float, not_before: float | None) -> None:
    waits = not_before is not None
    turn = now + (not_before or 0.0)
    freed = update(mailboxes).where(mailboxes.c.id == claim.mailbox_id, mailboxes.c.claimed_by == claim.holder)
    is_served = and_(mailboxes.c.held_name.is_(None), _HAS_OPEN)
    connection.execute(freed.values(claimed_by=None, waits=waits, turn=case((is_served, turn), else_=null())))


def _claimed_by(connection: Connection, holder: str, number: int | None) -> Claim | None:
    mailbox = connection.execute(select(mailboxes).where(mailboxes.c.claimed_by == holder)).one_or_none()
    return None if mailbox is None else _first_open(connection, mailbox, holder, number)


def _next_mailbox(connection: Connection, now: float, number: int | None) -> Row[Any] | None:
    has_turn = mailboxes.c.turn.is_not(None)
    if number is not None:
        its = mailboxes.join(drafts, drafts.c.mailbox_id == mailboxes.c.id)
        of_draft = select(mailboxes).select_from(its).where(drafts.c.number == number, drafts.c.is_open, has_turn)
        return connection.execute(of_draft).one_or_none()
    in_turn = select(mailboxes).order_by(mailboxes.c.turn, mailboxes.c.id).limit(1)
    ready = in_turn.where(~mailboxes.c.waits, has_turn).subquery()
    due = in_turn.where(mailboxes.c.waits, mailboxes.c.turn <= now).subquery()
    both = union_all(select(ready), select(due)).subquery()
    return connection.execute(select(both).order_by(both.c.turn, both.c.id).limit(1)).one_or_none()


def _first_wait(connection: Connection, now: float) -> float | None:
    earliest = select(func.min(mailboxes.c.turn))
    # Some may have been freed since they were looked for.
    found = [connection.execute(earliest.where(mailboxes.c.waits.is_(waits))).scalar() for waits in (True, False)]
    return min((max(0.0, turn - now) for turn in found if turn is not None), default=None)


def _first_open(connection: Connection, mailbox: Row[Any], holder: str, number: int | None) -> Claim | None:
    first = select(drafts).where(drafts.c.mailbox_id == mailbox.id, drafts.c.is_open).order_by(drafts.c.number).limit(1)
    draft = connection.execute(first if number is None else first.where(drafts.c.number == number)).one_or_none()
    if draft is None:
        return None
    return Claim(
        number=draft.number,
        mailbox_id=mailbox.id,
        mailbox=mailbox.name,
        draft_id=draft.draft_id,
        attempts=draft.attempts,
        may_be_out=draft.state in _MAY_BE_OUT,
        holder=holder,
    )
