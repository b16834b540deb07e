"""What one failed call means for its draft, for its mailbox, and for all the drafts after it: a pure decision."""

from enum import Enum
from typing import Final, NamedTuple

from feishu_mail.calls.retry_decision import settle
from feishu_mail.many.states import DraftState
from feishu_mail.outcomes.exceptions import FeishuMailError
from feishu_mail.outcomes.facts import Affects, Outcome, Retry
from feishu_mail.outcomes.failures import Failure, failure_of
from feishu_mail.outcomes.operations import SEND_DRAFT
from feishu_mail.outcomes.own_facts import NO_ANSWER

MOST_IN_A_ROW: Final = 3
"""Calls that got no usable answer, one after the other, before a run stops; each has made several attempts."""
PAUSE_OF_A_MAILBOX: Final = 30.0
"""Seconds until a mailbox is tried again that the service wants to be left alone, and names no time."""
LONGEST_WAIT: Final = 3600.0
"""Seconds that a run waits at most because the service says so. A longer wait is for a person to know of."""
MOST_PAUSES: Final = 3
"""Such pauses in a row after which a mailbox is held."""


class Reach(Enum):
    """How far a failure reaches beyond its draft."""

    DRAFT = "no other draft is concerned"
    NETWORK = "there was no usable answer; several in a row stop the run"
    WAIT = "everybody waits, however often"
    PAUSE = "the mailbox is left alone for a while; several in a row hold it"
    MAILBOX = "the mailbox is held"
    RUN = "the run stops"


class Verdict(NamedTuple):
    """What becomes of a draft, and what its failure means for the others."""

    state: DraftState
    reach: Reach = Reach.DRAFT
    stays_open: bool = False
    """Whether this run takes the draft up again."""
    not_before: float | None = None
    """Seconds that its mailbox is left alone."""
    failure: Failure | None = None
    """What is written down, and decides the reach."""


def decide(error: FeishuMailError, *, may_be_out: bool, one_user: bool) -> Verdict:
    """Returns what follows from a call that failed.

    Args:
        error: what the call raised.
        may_be_out: whether an earlier run may have sent the draft, so that a refusal proves nothing.
        one_user: whether all mailboxes are used with one token, whose problem is then everybody's.
    """
    # The outcome is that of all attempts; how far the problem reaches, the newest answer says.
    newest = error.__cause__.failure if isinstance(error.__cause__, FeishuMailError) else error.failure
    history = [failure_of(SEND_DRAFT, NO_ANSWER)] if may_be_out else []
    settled = settle(history, error.failure)
    if settled is None:
        return Verdict(DraftState.SENT, failure=newest)
    is_unknown = settled.outcome is Outcome.UNKNOWN
    reach = _reach(newest, one_user=one_user)
    # What the pace makes a draft wait was named by no answer.
    if reach in (Reach.WAIT, Reach.PAUSE) and newest.http_status and (newest.retry_after or 0) > LONGEST_WAIT:
        reach = Reach.RUN if reach is Reach.WAIT else Reach.MAILBOX
    if reach in (Reach.WAIT, Reach.PAUSE) or (reach is Reach.NETWORK and not is_unknown):
        pause = newest.retry_after or PAUSE_OF_A_MAILBOX
        state = DraftState.UNKNOWN if is_unknown else DraftState.PENDING
        not_before = None if reach is Reach.NETWORK else pause
        return Verdict(state, reach, stays_open=True, not_before=not_before, failure=newest)
    if is_unknown:
        return Verdict(DraftState.UNKNOWN, reach, failure=newest)
    is_alone = reach is Reach.DRAFT
    return Verdict(DraftState.NOT_SENT if is_alone else DraftState.HELD, reach, failure=newest)


def _reach(failure: Failure, *, one_user: bool) -> Reach:
    match failure.retry, failure.affects:
        case (Retry.AFTER_DELAY, _) if failure.facts.code is None:
            return Reach.NETWORK
        case Retry.AFTER_RESET, _:
            return Reach.WAIT
        case Retry.AFTER_DELAY, Affects.MAILBOX:
            return Reach.PAUSE
        case _, Affects.REQUEST | Affects.DRAFT:
            return Reach.DRAFT
        case _, Affects.MAILBOX:
            return Reach.MAILBOX
        case _, Affects.CREDENTIAL:
            return Reach.RUN if one_user else Reach.MAILBOX
        case _:
            return Reach.RUN
