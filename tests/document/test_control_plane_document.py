"""The control plane's document is one that teams in any language can work with."""

import json
import os
import subprocess
import sys
import sysconfig
from importlib import resources
from pathlib import Path
from typing import Any

from openapi_spec_validator import validate

from feishu_mail_sandbox import SandboxControl

SOURCE = resources.files("feishu_mail_sandbox") / "control-plane.json"
DOCUMENT: dict[str, Any] = json.loads(SOURCE.read_text(encoding="utf-8"))

USE_THE_CLIENT = """
import sys
from control_plane import Client
from control_plane.api.inspect import list_deliveries, list_requests
from control_plane.api.prepare import change_settings, create_draft
from control_plane.models import Fault, NewDraft, SettingsChange

with Client(sys.argv[1]) as client:
    created = create_draft.sync(client=client, body=NewDraft(script=[Fault.HTML_502, 1236006]))
    print(created.draft_id)
    print(change_settings.sync(client=client, body=SettingsChange(rate_limit=None)).rate_limit)
    print(list_deliveries.sync(client=client), list_requests.sync(client=client))
    print(create_draft.sync(client=client, body=NewDraft(draft_id=created.draft_id)).error)
"""


def test_it_is_valid_openapi() -> None:
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1.")


def test_everything_is_explained_in_both_languages() -> None:
    for methods in DOCUMENT["paths"].values():
        for operation in methods.values():
            for text in (operation["summary"], operation["description"]):
                assert any("一" <= character <= "鿿" for character in text)
                assert any(character.isascii() and character.isalpha() for character in text)


def test_a_client_that_is_generated_from_it_without_a_warning_steers_a_sandbox(
    tmp_path: Path, feishu_mail_sandbox: SandboxControl
) -> None:
    (tmp_path / "control-plane.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    # The generator calls ruff by name.
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"]
    command += ["--path", "control-plane.json", "--meta", "none", "--output-path", "control_plane"]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, "PATH": path}, check=True, capture_output=True)

    completed = subprocess.run(
        [sys.executable, "-c", USE_THE_CLIENT, feishu_mail_sandbox.base_url],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert completed.returncode == 0, completed.stderr
    draft_id, rate_limit, lists, refusal = completed.stdout.splitlines()
    assert (rate_limit, lists) == ("None", "[] []")
    assert refusal.startswith(f"there is, or was, a draft {draft_id!r} already")
