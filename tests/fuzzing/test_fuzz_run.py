"""What a run needs to prove something, and the drafts that it works with."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from random import Random

import pytest

from feishu_mail_sandbox import SandboxControl
from fuzzing.fuzz_run import Draft, FuzzRun

WANTED = Draft("aba@aac.com", "草稿/%2F")
NewRun = Callable[..., FuzzRun]


@pytest.fixture
def new_run() -> Iterator[NewRun]:
    with ExitStack() as stack:

        def new(control: SandboxControl | None = None, listed: deque[Draft] | None = None) -> FuzzRun:
            base_url = control.base_url if control else "http://127.0.0.1:1"
            run = FuzzRun(base_url, "Bearer u-test", Random(1), control, listed=listed)
            stack.enter_context(run.client)
            return run

        yield new


def test_every_operation_that_is_tried_needs_its_successes(new_run: NewRun) -> None:
    run = new_run()
    first, second, *_ = run.answers.values()
    assert "there were none" in run.shortfall()
    first.update({200: 25, 404: 75})
    assert run.shortfall() == ""
    second.update({200: 24, 404: 76})
    assert (
        run.shortfall()
        == f"Under 25% of the cases reached a 200: {list(run.answers)[1]} answered {{404: 76, 200: 24}}."
    )


def test_new_drafts_have_the_wanted_id_and_an_ending_of_their_own(
    new_run: NewRun, feishu_mail_sandbox: SandboxControl
) -> None:
    run = new_run(feishu_mail_sandbox)
    taken = [run.take(WANTED, to_send=True) for _ in range(2)]
    assert len(set(taken)) == 2
    assert run.unsent("aba@aac.com") == [draft.draft_id for draft in taken if draft]
    assert all(draft_id.startswith("草稿/%2F-fuzz-") for draft_id in run.unsent("aba@aac.com"))


def test_listed_drafts_are_used_up_by_sending_only(new_run: NewRun) -> None:
    one, two = Draft("me", "one"), Draft("aba@aac.com", "two")
    run = new_run(listed=deque([one, two]))
    taken = [run.take(WANTED, to_send=to_send) for to_send in (False, True, False, True)]
    assert taken == [one, one, two, two]
    assert "ran out" not in run.shortfall()
    assert run.take(WANTED, to_send=False) is None
    assert "ran out" in run.shortfall()


def test_a_draft_that_was_sent_is_no_longer_expected(new_run: NewRun) -> None:
    run = new_run(listed=deque([Draft("me", "one"), Draft("me", "two")]))
    run.note_mail(Draft("me", "one"), {"message_id": "197c"})
    assert run.unsent("me") == ["two"]
