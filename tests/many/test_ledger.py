"""The ledger: what is loaded, claimed, settled and resumed, the same on SQLite and PostgreSQL."""

import logging
import subprocess
import sys
import threading
import traceback
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from feishu_mail import LedgerError
from feishu_mail.calls.databases import Database
from feishu_mail.many.ledger import Ledger
from feishu_mail.many.states import Claim, ClaimLost, DraftState, Nothing, Settlement
from feishu_mail.many.tables import VERSION, prepare

HOUR = 3600.0
EXPIRED = 0.0
SENT = Settlement(DraftState.SENT, message_id="m-1")
NOT_SENT = Settlement(DraftState.NOT_SENT, "DRAFT_NOT_FOUND", 1234050, "log-1")
UNKNOWN = Settlement(DraftState.UNKNOWN, "NO_ANSWER")

Opener = Callable[[], Ledger]


def claimed(ledger: Ledger, lease: float = HOUR, **options: object) -> Claim:
    claim = ledger.claim(lease, **options)  # type: ignore[arg-type]
    assert isinstance(claim, Claim)
    return claim


def send_all(ledger: Ledger) -> Iterator[Claim]:
    while isinstance(claim := ledger.claim(HOUR), Claim):
        ledger.begin(claim, HOUR)
        ledger.settle(claim, SENT)
        yield claim


def states(ledger: Ledger) -> list[tuple[str, str]]:
    return [(entry.draft_id, entry.state.value) for entry in ledger.entries()]


def test_drafts_are_added_once_in_their_order(ledger: Ledger) -> None:
    assert ledger.add([("a@x", "1"), ("b@x", "1"), ("a@x", "2"), ("a@x", "1")]) == 3
    assert ledger.add(iter([("a@x", "2"), ("c@x", "3")])) == 1
    assert states(ledger) == [("1", "pending"), ("1", "pending"), ("2", "pending"), ("3", "pending")]
    assert ledger.counts() == {state: 4 if state == "pending" else 0 for state in DraftState}


def test_nothing_is_added_when_the_iterable_fails(ledger: Ledger) -> None:
    def failing() -> Iterator[tuple[str, str]]:
        for number in range(2500):
            assert sum(ledger.counts().values()) == 0
            yield "a@x", str(number)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.add(failing())
    assert states(ledger) == []
    assert ledger.claim(HOUR) == Nothing(None)
    assert ledger.add([("a@x", "1")]) == 1


def test_a_load_that_was_killed_counts_for_nothing(ledger: Ledger, url: str) -> None:
    program = (
        "import os, signal\n"
        "from feishu_mail.many.ledger import Ledger\n"
        "def pairs():\n"
        "    for number in range(2500): yield 'a@x', str(number)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        f"Ledger({url!r}).add(pairs())\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    assert states(ledger) == []
    assert ledger.add(("a@x", str(number)) for number in range(2500)) == 2500
    assert [draft_id for draft_id, _ in states(ledger)] == [str(number) for number in range(2500)]


def test_two_loads_at_once_add_each_draft_once(open_ledger: Opener) -> None:
    ledgers = [open_ledger(), open_ledger()]
    added: list[int] = []

    def pairs(ledger: Ledger) -> None:
        added.append(ledger.add((f"{number % 7}@x", str(number)) for number in range(3000)))

    threads = [threading.Thread(target=pairs, args=(ledger,)) for ledger in ledgers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(added) == 3000
    assert ledgers[0].counts()[DraftState.PENDING] == 3000


def test_memory_stays_flat(url: str) -> None:
    database = Database(url)
    ledger = Ledger(database)
    ledger.add(("a@x", f"first {number}") for number in range(1000))
    tracemalloc.start()
    try:
        ledger.add((f"{number}@x", str(number)) for number in range(20_000))
        assert sum(1 for _ in ledger.entries()) == 21_000
        assert sum(1 for _ in ledger.numbers()) == 21_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        database.close()
    assert peak < 8 * 2**20


def test_mailboxes_take_turns_and_each_sends_in_its_order(ledger: Ledger) -> None:
    ledger.add([("a@x", "1"), ("a@x", "2"), ("a@x", "3"), ("b@x", "1"), ("b@x", "2"), ("c@x", "1")])
    assert [(claim.mailbox[0], claim.draft_id) for claim in send_all(ledger)] == [
        ("a", "1"), ("b", "1"), ("c", "1"), ("a", "2"), ("b", "2"), ("a", "3"),
    ]  # fmt: skip
    assert ledger.claim(HOUR) == Nothing(None)
    assert ledger.counts()[DraftState.SENT] == 6


def test_a_mailbox_has_one_claim_at_a_time(open_ledger: Opener) -> None:
    one, other = open_ledger(), open_ledger()
    one.add([("a@x", "1"), ("a@x", "2")])
    claim = claimed(one)
    waited_for = other.claim(HOUR)
    assert isinstance(waited_for, Nothing)
    assert waited_for.until == pytest.approx(HOUR, abs=60)
    one.settle(claim, SENT)
    assert claimed(other).draft_id == "2"


def test_alone_claims_nothing_beside_another(ledger: Ledger) -> None:
    ledger.add([("a@x", "1"), ("b@x", "1")])
    first = claimed(ledger, alone=True)
    assert isinstance(ledger.claim(HOUR, alone=True), Nothing)
    ledger.settle(first, SENT)
    assert claimed(ledger, EXPIRED, alone=True).mailbox == "b@x"
    assert claimed(ledger, alone=True).mailbox == "b@x", "whose lease has ended is not awaited"


def test_a_draft_is_claimed_by_its_number(ledger: Ledger) -> None:
    ledger.add([("a@x", "1"), ("a@x", "2"), ("b@x", "1")])
    numbers = dict(ledger.numbers())
    assert list(numbers) == [1, 2, 3]
    claim = claimed(ledger, number=2)
    assert (claim.draft_id, claim.mailbox_id) == ("2", numbers[2])
    assert isinstance(ledger.claim(HOUR, number=1), Nothing), "one at a time"
    ledger.settle(claim, SENT)
    assert ledger.claim(HOUR, number=2) == Nothing(None)
    assert claimed(ledger, number=3).mailbox == "b@x"
    assert ledger.claim(HOUR, number=99) == Nothing(None)


def test_whose_lease_has_ended_loses_the_claim(open_ledger: Opener) -> None:
    slow, quick = open_ledger(), open_ledger()
    slow.add([("a@x", "1")])
    lost = claimed(slow)
    assert not lost.may_be_out
    slow.begin(lost, EXPIRED)
    taken = claimed(quick)
    assert (taken.number, taken.attempts, taken.may_be_out) == (lost.number, 1, True)
    with pytest.raises(ClaimLost):
        slow.begin(lost, HOUR)
    assert not slow.settle(lost, NOT_SENT)
    quick.begin(taken, HOUR)
    assert quick.settle(taken, UNKNOWN)
    (entry,) = quick.entries()
    assert (entry.state, entry.name, entry.attempts) == ("unknown", "NO_ANSWER", 2)


def test_a_lease_that_ended_is_renewed_where_nobody_has_taken_over(ledger: Ledger) -> None:
    ledger.add([("a@x", "1")])
    claim = claimed(ledger, EXPIRED)
    ledger.begin(claim, HOUR)
    assert isinstance(ledger.claim(HOUR), Nothing)


@pytest.mark.parametrize("begins", [True, False])
def test_proof_that_it_was_sent_is_taken_from_anybody_and_stays(open_ledger: Opener, begins: bool) -> None:
    slow, quick = open_ledger(), open_ledger()
    slow.add([("a@x", "1"), ("a@x", "2")])
    lost = claimed(slow)
    slow.begin(lost, EXPIRED)
    taken = claimed(quick)
    assert slow.settle(lost, SENT)
    if begins:
        with pytest.raises(ClaimLost):
            quick.begin(taken, HOUR)
    assert not quick.settle(taken, UNKNOWN)
    assert [(entry.state, entry.message_id) for entry in quick.entries([DraftState.SENT])] == [("sent", "m-1")]
    assert claimed(quick).draft_id == "2"


def test_attempts_and_times_are_recorded(ledger: Ledger) -> None:
    ledger.add([("a@x", "1")])
    claim = claimed(ledger)
    ledger.begin(claim, HOUR)
    ledger.begin(claim, HOUR, attempt=2)
    (during,) = ledger.entries()
    assert (during.state, during.attempts, during.ended_at) == ("in_flight", 2, None)
    ledger.settle(claim, NOT_SENT)
    (after,) = ledger.entries()
    assert (after.name, after.code, after.log_id, after.attempts) == ("DRAFT_NOT_FOUND", 1234050, "log-1", 2)
    assert after.began_at == during.began_at
    assert after.began_at is not None
    assert after.ended_at is not None
    assert after.ended_at >= after.began_at > 1.7e9


def test_a_draft_that_stays_open_waits_with_its_mailbox(ledger: Ledger) -> None:
    ledger.add([("a@x", "1"), ("b@x", "1")])
    claim = claimed(ledger)
    ledger.settle(claim, Settlement(DraftState.PENDING, "QUOTA", 1, stays_open=True, not_before=HOUR))
    assert claimed(ledger).mailbox == "b@x"
    assert isinstance(ledger.claim(HOUR), Nothing)
    ledger.reopen()
    assert claimed(ledger).mailbox == "a@x"


def test_what_stays_open_without_a_wait_comes_after_the_others(ledger: Ledger) -> None:
    ledger.add([("a@x", "1"), ("b@x", "1")])
    ledger.settle(claimed(ledger), Settlement(DraftState.UNKNOWN, stays_open=True))
    assert claimed(ledger).mailbox == "b@x"
    again = claimed(ledger)
    assert (again.mailbox, again.may_be_out) == ("a@x", True)


def test_a_held_mailbox_waits_for_the_next_run_and_the_others_do_not(ledger: Ledger) -> None:
    ledger.add([("a@x", "1"), ("a@x", "2"), ("a@x", "3"), ("b@x", "1")])
    claim = claimed(ledger)
    ledger.hold(claim.mailbox_id, name="MAILBOX_DISABLED", code=7)
    with pytest.raises(ClaimLost):
        ledger.begin(claim, HOUR)
    ledger.settle(claim, NOT_SENT)
    assert [claim.mailbox for claim in send_all(ledger)] == ["b@x"]
    assert [entry.draft_id for entry in ledger.entries([DraftState.PENDING])] == ["2", "3"]
    assert list(ledger.numbers()) == []
    ledger.add([("a@x", "4")])
    assert ledger.claim(HOUR) == Nothing(None)
    ledger.reopen()
    assert [claim.draft_id for claim in send_all(ledger)] == ["2", "3", "4"]


def test_who_held_a_mailbox_before_the_next_run_has_lost_it(open_ledger: Opener) -> None:
    one, other = open_ledger(), open_ledger()
    one.add([("a@x", "1")])
    claim = claimed(one)
    one.hold(claim.mailbox_id, name="MAILBOX_DISABLED", code=7)
    other.reopen()
    with pytest.raises(ClaimLost):
        one.begin(claim, HOUR)
    assert claimed(other).draft_id == "1"


def test_a_stop_is_for_everybody_until_the_next_run(open_ledger: Opener) -> None:
    one, other = open_ledger(), open_ledger()
    one.add([("a@x", "1")])
    assert one.stopped() is None
    one.stop(name="TENANT_BLOCKED", code=9)
    one.stop(name="LATER", code=None)
    stopped = other.stopped()
    assert stopped is not None
    assert (stopped.name, stopped.code) == ("TENANT_BLOCKED", 9)
    assert stopped.at > 1.7e9
    assert other.claim(HOUR) == Nothing(None)
    assert other.claim(HOUR, number=1) == Nothing(None)
    other.reopen()
    assert one.stopped() is None
    assert claimed(one).draft_id == "1"


@pytest.mark.parametrize(
    ("reopened", "expected"),
    [
        ((), ["pending", "in_flight"]),
        ((DraftState.NOT_SENT,), ["pending", "in_flight", "not_sent"]),
        ((DraftState.UNKNOWN,), ["pending", "in_flight", "unknown"]),
        (tuple(DraftState), ["pending", "in_flight", "not_sent", "unknown"]),
    ],
)
def test_a_new_run_opens_what_it_says_and_never_what_was_sent(
    ledger: Ledger, reopened: tuple[DraftState, ...], expected: list[str]
) -> None:
    endings = {
        "sent": SENT,
        "pending": Settlement(DraftState.PENDING, "NO_TOKEN"),
        "in_flight": None,
        "not_sent": NOT_SENT,
        "unknown": UNKNOWN,
    }
    ledger.add([("a@x", draft_id) for draft_id in endings])
    for settlement in endings.values():
        claim = claimed(ledger)
        ledger.begin(claim, EXPIRED)
        if settlement is not None:
            ledger.settle(claim, settlement)
        else:
            ledger.settle(claimed(ledger), Settlement(DraftState.IN_FLIGHT))
    assert ledger.claim(HOUR) == Nothing(None)
    ledger.reopen(reopened)
    opened = [(claim.draft_id, claim.may_be_out) for claim in send_all(ledger)]
    assert opened == [(each, each in ("in_flight", "unknown")) for each in expected]


def test_a_new_run_leaves_the_claims_of_another(open_ledger: Opener) -> None:
    one, other = open_ledger(), open_ledger()
    one.add([("a@x", "1"), ("a@x", "2")])
    claim = claimed(one)
    other.reopen()
    assert isinstance(other.claim(HOUR), Nothing)
    one.begin(claim, HOUR)
    assert one.settle(claim, SENT)


def test_threads_and_processes_never_claim_the_same(url: str, open_ledger: Opener) -> None:
    ledger = open_ledger()
    ledger.add((f"{number % 5}@x", str(number)) for number in range(60))
    program = (
        "import threading\n"
        "from feishu_mail.many.ledger import Ledger\n"
        "from feishu_mail.many.states import DraftState, Nothing, Settlement\n"
        f"ledger = Ledger({url!r})\n"
        "def work():\n"
        "    while True:\n"
        "        claim = ledger.claim(60)\n"
        "        if isinstance(claim, Nothing):\n"
        "            if claim.until is None: return\n"
        "            continue\n"
        "        ledger.begin(claim, 60)\n"
        "        print(f'{claim.number}\\n', end='', flush=True)\n"
        "        ledger.settle(claim, Settlement(DraftState.SENT))\n"
        "threads = [threading.Thread(target=work) for _ in range(2)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(2)]
    printed = b"".join(process.communicate()[0] for process in processes)
    assert sorted(map(int, printed.split())) == list(range(1, 61))
    assert [entry.attempts for entry in ledger.entries()] == [1] * 60
    assert ledger.counts()[DraftState.SENT] == 60


def test_a_newer_version_is_refused_and_an_older_one_migrated(url: str, ledger: Ledger) -> None:
    database = Database(url)
    database.run(lambda connection: connection.execute(text("UPDATE feishu_mail_ledger SET version = 99")))
    with pytest.raises(LedgerError, match="newer feishu-mail"):
        Ledger(database)
    ran: list[int] = []
    migrations = {99: lambda _: ran.append(99), 100: lambda _: ran.append(100)}
    database.run_alone(lambda connection: prepare(connection, 101, migrations))
    database.run_alone(lambda connection: prepare(connection, 101))
    assert ran == [99, 100]
    with pytest.raises(LedgerError, match="too new"):
        database.run_alone(lambda connection: prepare(connection, 102))
    database.run(lambda connection: connection.execute(text(f"UPDATE feishu_mail_ledger SET version = {VERSION}")))
    Ledger(database)
    database.close()


def test_no_address_is_shown(open_ledger: Opener, url: str, caplog: pytest.LogCaptureFixture) -> None:
    address = "secret-person@example.org"
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="sqlalchemy")
    ledger = open_ledger()
    ledger.add([(address, "1")])
    claim = claimed(ledger)
    assert claim.mailbox == address
    shown = [repr(claim), repr(ledger), *map(repr, ledger.entries()), *map(str, ledger.entries())]
    database = Database(url)
    database.run(lambda connection: connection.execute(text("ALTER TABLE feishu_mail_loading RENAME TO gone")))
    with pytest.raises(LedgerError) as raised:
        ledger.add([(address, "2")])
    database.close()
    assert "feishu_mail_mailboxes" in caplog.text
    shown += [repr(raised.value), *traceback.format_exception(raised.value), caplog.text]
    assert not [each for each in shown if address in each]
