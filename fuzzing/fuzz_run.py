"""What one run of the fuzzing arranges and sees; the hooks fill it, the checks read it.

Schemathesis keeps hooks and checks in registries of the process, so the run that they serve is one of the process too.
"""

import itertools
from collections import Counter, deque
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

import httpx

from feishu_mail_sandbox import SandboxControl
from fuzzing.documented import Operation, load_operations
from fuzzing.situations import REFUSED_BY_THE_SANDBOX, REFUSED_EVERYWHERE, Situation

# Below this share of 200s, of any operation, a run proves too little: most of the rules are about what can succeed.
FLOOR = 0.25


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft by its ids; the second is empty for a call that names a mailbox only."""

    user_mailbox_id: str
    draft_id: str = ""


@dataclass(frozen=True, slots=True)
class Arranged:
    """What a case met: its situation, what it addresses, the drafts that were there for it, the error it asks for."""

    situation: Situation
    addressed: Draft
    created: tuple[Draft, ...] = ()
    code: int | None = None


@dataclass
class FuzzRun:
    """One run. `control` is there when the server is a sandbox, `owned` when nobody else uses it.

    `listed` holds existing drafts to use. Without it drafts are created, with the wanted id and an ending of their own.
    """

    base_url: str
    authorization: str
    choices: Random
    control: SandboxControl | None = None
    owned: bool = False
    ending: str = "fuzz"
    listed: deque[Draft] | None = None
    operations: dict[str, Operation] = field(default_factory=load_operations)
    # All that are known, in the order of their creation.
    drafts: dict[Draft, None] = field(default_factory=dict[Draft, None])
    arranged: dict[str, Arranged] = field(default_factory=dict[str, Arranged])
    sent: Counter[Draft] = field(default_factory=Counter[Draft])
    message_ids: Counter[str] = field(default_factory=Counter[str])
    # What operations did whose meaning no check knows.
    changed: set[Draft] = field(default_factory=set[Draft])
    ran_out: bool = False
    # What was found: the name of the check, and what it says.
    failures: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def __post_init__(self) -> None:
        self.answers = {label: Counter[int]() for label in self.operations}
        # Each error code of an operation, and each Authorization header to refuse (None: no header), has its turn.
        codes = {label: sorted({code for _, code in each.errors}) for label, each in self.operations.items()}
        self.codes = {label: itertools.cycle(self.choices.sample(each, len(each))) for label, each in codes.items()}
        refused = [*REFUSED_EVERYWHERE, *(REFUSED_BY_THE_SANDBOX if self.control else ())]
        self.refused_authorizations = itertools.cycle(refused)
        # Loading certificates, which nothing here needs, takes longer than many calls.
        headers = {"Authorization": self.authorization}
        self.client = httpx.Client(base_url=self.base_url, headers=headers, timeout=10, trust_env=False, verify=False)  # noqa: S501
        self._numbers = itertools.count(1)
        self.drafts.update(dict.fromkeys(self.listed or ()))

    def new(self, text: str) -> str:
        """Returns an id that was not there before."""
        return f"{text}-{self.ending}-{next(self._numbers)}"

    def take(self, wanted: Draft, *, to_send: bool) -> Draft | None:
        """Returns an unsent draft, the wanted one where that is possible, or None when there are no more."""
        if self.listed is None:
            assert self.control, "without a list, drafts are created"
            draft = Draft(wanted.user_mailbox_id, self.new(wanted.draft_id))
            self.control.create_draft(draft.draft_id, user_mailbox_id=draft.user_mailbox_id)
            self.drafts[draft] = None
            return draft
        if not self.listed:
            self.ran_out = True
            return None
        # Reading a draft does not use it up.
        return self.listed.popleft() if to_send else self.listed[0]

    def unsent(self, user_mailbox_id: str) -> list[str]:
        """Returns the ids of the drafts that must be in a mailbox still, in the order of their creation."""
        unsent = (draft for draft in self.drafts if not self.sent[draft] and draft not in self.changed)
        return [draft.draft_id for draft in unsent if draft.user_mailbox_id == user_mailbox_id]

    def call(self, operation_id: str, addressed: Draft, query: dict[str, Any] | None = None) -> httpx.Response:
        """Calls an operation beside the cases, as a correct client does."""
        operation = next(each for each in self.operations.values() if each.operation_id == operation_id)
        mailbox, draft_id = quote(addressed.user_mailbox_id, safe=""), quote(addressed.draft_id, safe="")
        path = operation.path.format(user_mailbox_id=mailbox, draft_id=draft_id)
        return self.client.request(operation.method, path, params=query)

    def send(self, draft: Draft) -> int:
        """Sends a draft beside the cases, and returns the status."""
        response = self.call("sendDraft", draft)
        self.note_mail(draft, sent_message(response.status_code, response.content))
        return response.status_code

    def note_mail(self, draft: Draft, message: dict[str, Any] | None) -> None:
        """Counts a mail that went out according to an answer."""
        if message is not None:
            self.sent[draft] += 1
            message_id = message.get("message_id")
            if isinstance(message_id, str):
                self.message_ids[message_id] += 1

    def shortfall(self) -> str:
        """Returns which operations reached too few successes to prove anything, or nothing when all reached enough."""
        tried = {label: answers for label, answers in self.answers.items() if answers}
        poor = {label: answers for label, answers in tried.items() if answers[200] < FLOOR * answers.total()}
        if tried and not poor:
            return ""
        texts = [f"{label} answered {dict(answers.most_common())}" for label, answers in poor.items()]
        reason = " The list of drafts ran out: lengthen it, or lower CASES." if self.ran_out else ""
        return f"Under {FLOOR:.0%} of the cases reached a 200: {'; '.join(texts) or 'there were none'}.{reason}"


def read_envelope(content: bytes | None) -> dict[str, Any]:
    """Returns a JSON object, or an empty one for anything else."""
    try:
        envelope = httpx.Response(200, content=content or b"").json()
    except ValueError:
        return {}
    return envelope if isinstance(envelope, dict) else {}


def read_data(status: int, content: bytes | None) -> dict[str, Any] | None:
    """Returns the `data` of a success, empty for anything but an object, or None for what is no success."""
    data = read_envelope(content).get("data")
    return None if status // 100 != 2 else data if isinstance(data, dict) else {}


def sent_message(status: int, content: bytes | None) -> dict[str, Any] | None:
    """Returns the `data` of an answer that says that the mail went out, or None."""
    data = read_data(status, content)
    return None if data is None or data.get("automation_send_disable") else data


_current: list[FuzzRun] = []


def current_run() -> FuzzRun:
    """Returns the run that is under way."""
    return _current[-1]


@contextmanager
def observing(run: FuzzRun) -> Generator[None]:
    """Makes `run` the one that hooks and checks serve while the context is open."""
    _current.append(run)
    try:
        with run.client:
            yield
    finally:
        _current.remove(run)
