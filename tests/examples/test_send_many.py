"""The example sends each draft once, says what became of it, and sends nothing when it is started again."""

import os
import subprocess
import sys
from pathlib import Path

from feishu_mail_sandbox.control import SandboxControl

EXAMPLE = Path(__file__).parents[2] / "examples/send_many.py"


def test_each_draft_goes_out_once_however_often_it_is_started(
    feishu_mail_sandbox: SandboxControl, tmp_path: Path
) -> None:
    drafts = [feishu_mail_sandbox.create_draft(script=script) for script in ([], ["drop_after_accept"], [1236014])]
    environment = {"FEISHU_BASE_URL": feishu_mail_sandbox.base_url, "FEISHU_USER_ACCESS_TOKEN": "u-x"}
    for _ in range(2):
        completed = subprocess.run(
            [sys.executable, str(EXAMPLE), f"sqlite:///{tmp_path / 'run.db'}"],
            input="\n".join(drafts),
            capture_output=True,
            env={**os.environ, **environment},
            text=True,
            check=False,
        )
        assert completed.returncode == 1
        states = [line.split()[:2] for line in completed.stdout.splitlines()[-3:]]
        assert states == [[drafts[0], "sent"], [drafts[1], "sent"], [drafts[2], "not_sent"]]
    assert [mail["draft_id"] for mail in feishu_mail_sandbox.deliveries()] == drafts[:2]
