"""The pytest fixture: there when wanted, weightless when not."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from feishu_mail_sandbox import SandboxControl

Send = Callable[..., httpx.Response]


@pytest.mark.parametrize("round_", [1, 2])
def test_every_test_finds_the_sandbox_in_its_initial_state(
    feishu_mail_sandbox: SandboxControl, send: Send, round_: int
) -> None:
    assert feishu_mail_sandbox.deliveries() == []
    assert feishu_mail_sandbox.requests() == []
    feishu_mail_sandbox.create_draft("d")
    assert send("d").json()["code"] == 0


@pytest.mark.parametrize("module", ["feishu_mail_sandbox", "feishu_mail_sandbox.pytest_plugin"])
def test_importing_it_costs_users_who_do_not_use_it_nothing(module: str) -> None:
    script = f"import sys, pytest; before = set(sys.modules); import {module}; print(*set(sys.modules) - before)"
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(finished.stdout.split()) <= {"feishu_mail_sandbox", "feishu_mail_sandbox.pytest_plugin"}


def run_pytest(folder: Path, test: str, *, prelude: str = "") -> "subprocess.CompletedProcess[str]":
    (folder / "test_it.py").write_text(test, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    run = (
        f"import sys; {prelude}\nimport pytest\n"
        "sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', '-p', 'feishu_mail_sandbox.pytest_plugin']))"
    )
    # The plugin is named here, so that it is loaded once, whether or not its entry point is installed.
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        [sys.executable, "-c", run], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_fixture_works_in_a_users_own_project(tmp_path: Path) -> None:
    finished = run_pytest(
        tmp_path,
        "def test_it(feishu_mail_sandbox):\n"
        "    assert feishu_mail_sandbox.create_draft('d', user_mailbox_id='a', script=[1236006]) == 'd'\n"
        "    assert feishu_mail_sandbox.base_url.startswith('http://127.0.0.1:')\n",
    )
    assert "1 passed" in finished.stdout, finished.stdout + finished.stderr


def test_without_aiohttp_it_fails_with_what_to_install(tmp_path: Path) -> None:
    finished = run_pytest(
        tmp_path,
        "def test_with(feishu_mail_sandbox): pass\ndef test_without(): pass\n",
        prelude="sys.modules['aiohttp'] = None",
    )
    assert 'pip install "feishu-mail[sandbox]"' in finished.stdout
    assert "1 passed, 1 error" in finished.stdout
