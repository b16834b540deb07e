"""The example for Celery, in a real worker: each mail goes out once, also when tasks come twice and have to wait."""

import runpy
import time
from pathlib import Path

import pytest
from celery.contrib.testing.worker import start_worker
from celery.signals import setup_logging, task_retry

from feishu_mail import DraftSender
from feishu_mail.many.report import look
from feishu_mail.many.states import Claim
from feishu_mail_sandbox.control import SandboxControl

EXAMPLE = Path(__file__).parents[2] / "examples/celery_worker.py"


def test_celery_sends_each_draft_once(
    feishu_mail_sandbox: SandboxControl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = f"sqlite:///{tmp_path / 'run.db'}"
    for name, value in {
        "CELERY_BROKER_URL": "memory://",
        "FEISHU_MAIL_LEDGER": ledger,
        "FEISHU_BASE_URL": feishu_mail_sandbox.base_url,
        "FEISHU_USER_ACCESS_TOKEN": "u-x",
    }.items():
        monkeypatch.setenv(name, value)
    drafts = [feishu_mail_sandbox.create_draft() for _ in range(4)]
    with DraftSender(ledger=ledger, lease=4.0) as another:
        another.add(drafts)
        assert isinstance(another.claim(), Claim)
    example = runpy.run_path(str(EXAMPLE))

    # Else Celery takes the logging of the whole process over, and the tests after this one find it so.
    setup_logging.connect(own_logging := lambda **_: None)  # noqa: F841 -- it is held weakly
    retried: list[object] = []
    task_retry.connect(keep := lambda **signal: retried.append(signal["reason"]))  # noqa: F841 -- it is held weakly
    with start_worker(  # pyright: ignore[reportGeneralTypeIssues] -- Celery has no types
        example["app"], pool="solo", perform_ping_check=False, shutdown_timeout=30
    ):
        example["hand_over"].delay()
        example["hand_over"].delay()
        deadline = time.monotonic() + 30
        while not look(ledger, pace=None).all_sent:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    example["sender"]().close()
    assert retried, "the claim of another had to be awaited"
    assert sorted(mail["draft_id"] for mail in feishu_mail_sandbox.deliveries()) == sorted(drafts)
    assert [request["status"] for request in feishu_mail_sandbox.requests()] == [200] * 4
