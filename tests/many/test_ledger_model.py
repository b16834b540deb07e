"""Any order of what can be said to a ledger, beside a model of it in plain Python."""

import tempfile
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from feishu_mail.calls.databases import Database
from feishu_mail.many.ledger import Ledger
from feishu_mail.many.states import Claim, ClaimLost, DraftState, Nothing, Settlement

LEASE = 100.0
MAILBOXES = st.sampled_from(["a@x", "b@x", "c@x"])


@dataclass
class Draft:
    number: int
    mailbox: str
    draft_id: str
    state: DraftState = DraftState.PENDING
    is_open: bool = True
    attempts: int = 0


@dataclass
class Mailbox:
    served: float
    holder: str | None = None
    until: float | None = None
    is_held: bool = False


@dataclass
class Model:
    drafts: list[Draft] = field(default_factory=list)
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)

    def open_in(self, mailbox: str) -> list[Draft]:
        return [draft for draft in self.drafts if draft.mailbox == mailbox and draft.is_open]

    def claimable(self, now: float) -> list[str]:
        return [
            name
            for name, mailbox in self.mailboxes.items()
            if self.open_in(name) and not mailbox.is_held and (mailbox.until is None or mailbox.until <= now)
        ]


class LedgerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = 1e9
        self.database = Database(f"sqlite:///{self.folder.name}/run.db", clock=lambda: self.now)
        self.ledger = Ledger(self.database)
        self.model = Model()
        self.claims: list[Claim] = []

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def draft(self, claim: Claim) -> Draft:
        return self.model.drafts[claim.number - 1]

    @initialize()
    def begin_with_some(self) -> None:
        self.add([("a@x", "1"), ("a@x", "2"), ("b@x", "1")])

    @rule(pairs=st.lists(st.tuples(MAILBOXES, st.sampled_from("123456")), max_size=8))
    def add(self, pairs: list[tuple[str, str]]) -> None:
        known = {(draft.mailbox, draft.draft_id) for draft in self.model.drafts}
        new = [pair for pair in dict.fromkeys(pairs) if pair not in known]
        assert self.ledger.add(pairs) == len(new)
        for mailbox, draft_id in new:
            self.model.drafts.append(Draft(len(self.model.drafts) + 1, mailbox, draft_id))
            self.model.mailboxes.setdefault(mailbox, Mailbox(self.now))

    @rule(seconds=st.sampled_from([1.0, 60.0, 200.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(alone=st.booleans())
    def claim(self, alone: bool) -> None:
        claimable = self.model.claimable(self.now)
        others = [each for each in self.model.mailboxes.values() if each.holder and (each.until or 0) > self.now]
        claim = self.ledger.claim(LEASE, alone=alone)
        if not claimable or (alone and any(not each.is_held for each in others)):
            assert isinstance(claim, Nothing)
            return
        assert isinstance(claim, Claim)
        assert claim.mailbox in claimable
        draft = self.model.open_in(claim.mailbox)[0]
        assert (claim.number, claim.draft_id, claim.attempts) == (draft.number, draft.draft_id, draft.attempts)
        assert claim.may_be_out == (draft.state in ("in_flight", "unknown"))
        mailbox = self.model.mailboxes[claim.mailbox]
        mailbox.holder, mailbox.until = claim.holder, self.now + LEASE
        self.claims.append(claim)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims[-3:]))
        draft, mailbox = self.draft(claim), self.model.mailboxes[claim.mailbox]
        is_ours = mailbox.holder == claim.holder and not mailbox.is_held
        try:
            self.ledger.begin(claim, LEASE)
        except ClaimLost:
            assert not is_ours or draft.state == "sent"
            if is_ours:
                self.free(mailbox, None)
            return
        assert is_ours
        mailbox.until = self.now + LEASE
        draft.state, draft.attempts, draft.is_open = DraftState.IN_FLIGHT, claim.attempts + 1, True

    @precondition(lambda self: self.claims)
    @rule(
        data=st.data(),
        state=st.sampled_from(DraftState),
        stays_open=st.booleans(),
        not_before=st.sampled_from([None, 50.0]),
    )
    def settle(self, data: st.DataObject, state: DraftState, stays_open: bool, not_before: float | None) -> None:
        claim = data.draw(st.sampled_from(self.claims[-3:]))
        draft, mailbox = self.draft(claim), self.model.mailboxes[claim.mailbox]
        is_ours = mailbox.holder == claim.holder
        stays_open = stays_open and state != "sent"
        self.ledger.settle(claim, Settlement(state, stays_open=stays_open, not_before=not_before))
        if draft.state != "sent" and (is_ours or state == "sent"):
            draft.state, draft.is_open = state, stays_open
        if is_ours:
            self.free(mailbox, not_before)

    def free(self, mailbox: Mailbox, not_before: float | None) -> None:
        mailbox.holder = None
        mailbox.until = None if not_before is None else self.now + not_before

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims[-3:]))
        self.ledger.hold(claim.mailbox_id, name="HELD", code=1)
        self.model.mailboxes[claim.mailbox].is_held = True

    @rule(states=st.sets(st.sampled_from(DraftState)), is_stopped=st.booleans())
    def reopen(self, states: set[DraftState], is_stopped: bool) -> None:
        if is_stopped:
            self.ledger.stop(name="STOPPED", code=None)
            assert self.ledger.claim(LEASE) == Nothing(None)
        self.ledger.reopen(states)
        for mailbox in self.model.mailboxes.values():
            if mailbox.is_held:
                mailbox.is_held, mailbox.holder, mailbox.until = False, None, None
            if mailbox.holder is None:
                mailbox.until = None
        for draft in self.model.drafts:
            if draft.state in {"pending", "in_flight", *states} - {"sent"}:
                draft.is_open = True

    @invariant()
    def they_agree(self) -> None:
        said = [(entry.draft_id, entry.state, entry.attempts) for entry in self.ledger.entries()]
        assert said == [(draft.draft_id, draft.state, draft.attempts) for draft in self.model.drafts]
        assert [number for number, _ in self.ledger.numbers()] == [
            draft.number
            for draft in self.model.drafts
            if draft.is_open and not self.model.mailboxes[draft.mailbox].is_held
        ]
        counts = self.ledger.counts()
        assert counts == {state: sum(draft.state == state for draft in self.model.drafts) for state in DraftState}


LedgerMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestAnyOrder = LedgerMachine.TestCase
