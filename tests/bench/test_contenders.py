"""Every contender's program sends one draft, which the sandbox's ledger confirms: what is measured is a real send."""

import asyncio
import importlib
import subprocess
import sys
from importlib.util import find_spec

import pytest

from bench.children import environment
from bench.contender_table import CONTENDERS, OFFICIAL_SDK, Contender, in_round, interpreter
from feishu_mail_sandbox import SandboxControl


def python_of(contender: Contender) -> str:
    """This interpreter where it has what the contender needs, else that of the contender's own environment."""
    if find_spec(contender.package):
        return sys.executable
    own = interpreter(contender.environment)
    if not own.exists():
        pytest.skip(f"{contender.package} is not installed: make bench")
    return str(own)


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda each: each.key)
def test_the_program_sends_one_draft(contender: Contender, feishu_mail_sandbox: SandboxControl) -> None:
    draft = feishu_mail_sandbox.create_draft()
    command = [python_of(contender), "-I", contender.program, feishu_mail_sandbox.base_url, draft]
    subprocess.run(command, check=True, env=environment(), timeout=60)

    (delivery,) = feishu_mail_sandbox.deliveries()
    assert (delivery["draft_id"], len(feishu_mail_sandbox.requests())) == (draft, 1)


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda each: each.key)
def test_a_draft_that_is_not_sent_fails_the_program(contender: Contender, feishu_mail_sandbox: SandboxControl) -> None:
    command = [python_of(contender), "-I", contender.program, feishu_mail_sandbox.base_url, "code-1236014"]
    completed = subprocess.run(command, check=False, env=environment(), timeout=60, capture_output=True)

    assert completed.returncode != 0


@pytest.mark.parametrize("name", [each.key for each in CONTENDERS if each.has_async and each is not OFFICIAL_SDK])
def test_tasks_send_too(name: str, feishu_mail_sandbox: SandboxControl) -> None:
    drafts = [feishu_mail_sandbox.create_draft(user_mailbox_id=f"m{number}@example.com") for number in range(3)]
    program = importlib.import_module(f"bench.contenders.{name}")

    async def send() -> list[str | None]:
        async with program.opened_async(feishu_mail_sandbox.base_url) as send_one:
            return [await send_one(f"m{number}@example.com", draft) for number, draft in enumerate(drafts)]

    message_ids = asyncio.run(send())
    assert sorted(map(str, message_ids)) == sorted(each["message_id"] for each in feishu_mail_sandbox.deliveries())


def test_rounds_alternate() -> None:
    everyone = list(CONTENDERS)

    assert in_round(everyone, 0, slow_every=3) == everyone
    assert in_round(everyone, 1, slow_every=3) == [each for each in everyone[::-1] if not each.slow]
    assert in_round(everyone, 3, slow_every=3) == everyone[::-1]
