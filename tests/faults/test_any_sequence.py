"""Any sequence of drafts, faults, policies and callers, alone or together: the ledger agrees with every report.

`make faults PROFILE=long` tries 200 sequences.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from feishu_mail import FeishuMail
from tests.faults.fault_table import faults
from tests.faults.matrix import ONCE, RAISE, RESEND, FaultBed, policy
from tests.faults.oracle import Observation, Rules, truth_violations
from tests.faults.relay import Spoiling
from tests.faults.ways import Report, report_on

MAILBOXES = ["me", "one@example.com", "other@example.com"]
FAULTS = {fault.name: fault for fault in faults("http://127.0.0.1:9/") if not fault.holds and not fault.place}
SPOILINGS = st.sampled_from([None, *(fault.spoiling for fault in FAULTS.values() if fault.spoiling)])
STEPS = st.sampled_from([fault.script for fault in FAULTS.values() if fault.script is not None and not fault.vanishes])
RULES = st.sampled_from([RESEND, RAISE, ONCE])


class Draft(NamedTuple):
    """A draft and where it is."""

    draft_id: str
    mailbox: str


class AnySequence(RuleBasedStateMachine):
    """Drafts are made, with or without faults ahead of them, and sent once, again, or by several callers at once."""

    drafts: Bundle[Draft] = Bundle("drafts")

    def __init__(self, bed: FaultBed) -> None:
        super().__init__()
        self.bed = bed
        self.made = 0
        self.reported_done: set[Draft] = set()
        self.mail = FeishuMail(access_token="u-x", base_url=bed.relay.base_url, sleep=lambda _: None)

    @initialize()
    def begin(self) -> None:
        self.bed.clear()

    @rule(
        target=drafts,
        mailbox=st.sampled_from(MAILBOXES),
        script=st.lists(STEPS, max_size=2),
        spoilings=st.lists(SPOILINGS, max_size=3),
    )
    def make_a_draft(self, mailbox: str, script: list[int | str], spoilings: list[Spoiling | None]) -> Draft:
        self.made += 1
        draft_id = self.bed.sandbox.create_draft(f"draft-{self.made}", user_mailbox_id=mailbox, script=script)
        self.bed.relay.plan(draft_id, spoilings)
        return Draft(draft_id, mailbox)

    @rule(draft=drafts, rules=RULES)
    def send(self, draft: Draft, rules: Rules) -> None:
        self.send_all([draft], rules)

    @rule(chosen=st.lists(drafts, min_size=2, max_size=6), rules=RULES)
    def send_together(self, chosen: list[Draft], rules: Rules) -> None:
        """The same draft may be among them twice."""
        self.send_all(chosen, rules)

    def send_all(self, chosen: list[Draft], rules: Rules) -> None:
        def send(draft: Draft) -> Report:
            return report_on(
                lambda: self.mail.drafts.send(draft.draft_id, user_mailbox_id=draft.mailbox, retry=policy(rules))
            )

        with ThreadPoolExecutor(len(chosen)) as threads:
            reports = list(threads.map(send, chosen))
        out = self.bed.sandbox.deliveries()
        for draft, report in zip(chosen, reports, strict=True):
            # "Not done" is what a call says of itself: one beside it, or one before it, may have sent it.
            if report.outcome == "not_done" and (draft in self.reported_done or chosen.count(draft) > 1):
                continue
            ids = [mail["message_id"] for mail in out if mail["draft_id"] == draft.draft_id]
            is_anothers = report.id is not None and report.id not in ids
            seen = Observation(report.outcome, None, 0, len(ids), is_anothers)
            assert list(truth_violations(seen)) == []
        self.reported_done |= {draft for draft, report in zip(chosen, reports, strict=True) if report.outcome == "done"}

    @rule(draft=drafts)
    def read(self, draft: Draft) -> None:
        read = report_on(lambda: self.mail.drafts.get(draft.draft_id, user_mailbox_id=draft.mailbox))
        assert (read.outcome, read.id) in (("done", draft.draft_id), ("not_done", None))

    def delivered(self) -> list[str]:
        return [mail["draft_id"] for mail in self.bed.sandbox.deliveries()]

    @invariant()
    def no_mail_went_out_twice(self) -> None:
        delivered = self.delivered()
        assert len(delivered) == len(set(delivered))

    @invariant()
    def one_send_at_a_time_was_on_the_way_to_each_mailbox(self) -> None:
        assert max(self.bed.relay.most_at_once.values(), default=0) <= 1

    def teardown(self) -> None:
        self.mail.close()


def test_any_sequence_keeps_the_promises(bed: FaultBed) -> None:
    machine: Any = partial(AnySequence, bed)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(15, settings().max_examples // 100),
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
