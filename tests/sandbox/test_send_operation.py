"""The service without a socket, over scripts of any length: no draft goes out twice, and the ledger agrees."""

import asyncio
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from feishu_mail_sandbox.answers import Answer
from feishu_mail_sandbox.document import load_document
from feishu_mail_sandbox.faults import FAULTS, AcceptingFault
from feishu_mail_sandbox.sandbox import Sandbox
from feishu_mail_sandbox.script import read_script
from feishu_mail_sandbox.service import ServiceRequest, serve
from feishu_mail_sandbox.settings import read_change
from feishu_mail_sandbox.state import State

DOCUMENT = load_document()
SEND = DOCUMENT.operations["sendDraft"]
STEPS = st.sampled_from(["html_502", "drop_before_accept", "empty_body", "vanish_after_accept"]) | st.sampled_from(
    [*FAULTS, *SEND.errors]
)


async def sent(state: State) -> int | None:
    """Sends the draft d. Returns the code of the answer, if it has one."""

    async def no_body() -> bytes:
        return b""

    path = SEND.path.format(user_mailbox_id="me", draft_id="d")
    reply = await serve(state, ServiceRequest("POST", path, "Bearer u-test", no_body))
    return reply.code if isinstance(reply, Answer) else None


@settings(deadline=None)
@given(script=st.lists(STEPS, max_size=8), attempts=st.integers(1, 12), seed=st.integers())
def test_the_first_accepting_step_delivers_and_nothing_after_it(
    script: list[int | str], attempts: int, seed: int
) -> None:
    state = Sandbox(DOCUMENT, random=Random(seed)).state
    state.add_draft("d", "me", read_script(script, DOCUMENT))
    codes = [asyncio.run(sent(state)) for _ in range(attempts)]
    played = script[:attempts]
    accepted = attempts > len(script) or any(isinstance(FAULTS.get(str(step)), AcceptingFault) for step in played)
    assert len(state.deliveries) == (1 if accepted else 0)
    # Beyond the script a draft is sent, was sent before, or has vanished.
    assert set(codes[len(script) :]) <= {0, 1236005, 1234050}
    # These two steps answer with code 0 whenever they are played; besides them only the delivery does.
    assert codes.count(0) - played.count("automation_disabled") - played.count("unknown_members") <= 1


@settings(deadline=None)
@given(callers=st.integers(2, 8), seed=st.integers())
def test_of_many_at_once_one_is_accepted(callers: int, seed: int) -> None:
    state = Sandbox(DOCUMENT, random=Random(seed)).state
    state.add_draft("d", "me", [])
    state.apply(read_change(state.settings, {"send_seconds": 60}))
    state.sleep = lambda seconds: asyncio.sleep(0.001)

    async def at_once() -> list[int | None]:
        return await asyncio.gather(*(sent(state) for _ in range(callers)))

    assert sorted(code or 0 for code in asyncio.run(at_once())) == [0, *[1236006] * (callers - 1)]
    assert len(state.deliveries) == 1
    assert state.busy_mailboxes == set()
