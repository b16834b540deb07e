"""What one run of the fuzzing arranges and sees; the hooks fill it, the checks read it.

Schemathesis keeps hooks and checks in registries of the process, so the run that they serve is one of the process too.
"""

import itertools
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from feishu_mail_sandbox import SandboxControl
from fuzzing.direct_call import DirectCalls
from fuzzing.documented import Documented
from fuzzing.draft_source import Draft, DraftSource
from fuzzing.situations import REFUSED_BY_THE_SANDBOX, REFUSED_EVERYWHERE, Situation


@dataclass(frozen=True, slots=True)
class Arranged:
    """The situation that a case met, the draft that it addresses, and the drafts that were there for it."""

    situation: Situation
    draft: Draft
    created: tuple[Draft, ...] = ()


@dataclass
class FuzzRun:
    """One run. `control` is there when the server is a sandbox, `owned` when nobody else uses it."""

    documented: Documented
    calls: DirectCalls
    drafts: DraftSource
    choices: Random
    authorization: str
    # Whether reports may show it: the sandbox's own token opens nothing.
    authorization_is_public: bool = True
    control: SandboxControl | None = None
    owned: bool = False
    arranged: dict[str, Arranged] = field(default_factory=dict[str, Arranged])
    statuses: Counter[int] = field(default_factory=Counter[int])
    sent: Counter[Draft] = field(default_factory=Counter[Draft])
    message_ids: Counter[str] = field(default_factory=Counter[str])
    ran_out: bool = False
    # Each error code, and each Authorization header that must be refused (None: no header), has its turn.
    codes: Iterator[int] = field(init=False)
    refused_authorizations: Iterator[str | None] = field(init=False)

    def __post_init__(self) -> None:
        codes = self.documented.codes
        self.choices.shuffle(codes)
        self.codes = itertools.cycle(codes)
        refused = [*REFUSED_EVERYWHERE, *(REFUSED_BY_THE_SANDBOX if self.control else ())]
        self.refused_authorizations = itertools.cycle(refused)

    @property
    def cases(self) -> int:
        """How many cases were answered."""
        return self.statuses.total()

    @property
    def successes(self) -> int:
        """How many of them with 200."""
        return self.statuses[200]

    def take(self, wanted: Draft) -> Draft | None:
        """Returns an unsent draft, or None when there are no more."""
        draft = self.drafts.take(wanted)
        self.ran_out = self.ran_out or draft is None
        return draft

    def send(self, draft: Draft) -> int:
        """Sends a draft beside the cases, as a correct client does, and returns the status."""
        reached = self.calls.send(draft.user_mailbox_id, draft.draft_id)
        self.note_success(draft, reached.message)
        return reached.status

    def note_success(self, draft: Draft, message: dict[str, Any] | None) -> None:
        """Counts a mail that went out according to an answer."""
        if message is not None:
            self.sent[draft] += 1
            message_id = message.get("message_id")
            if isinstance(message_id, str):
                self.message_ids[message_id] += 1


_current: list[FuzzRun] = []


def current_run() -> FuzzRun:
    """Returns the run that is under way."""
    return _current[-1]


@contextmanager
def observing(run: FuzzRun) -> Generator[FuzzRun]:
    """Makes `run` the one that hooks and checks serve while the context is open."""
    _current.append(run)
    try:
        yield run
    finally:
        _current.remove(run)
        run.calls.close()
