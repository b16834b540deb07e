"""The sandbox's two READMEs name everything that there is."""

from pathlib import Path

import pytest

from feishu_mail_sandbox import SandboxControl
from feishu_mail_sandbox.control_plane_document import load_control_plane_document
from feishu_mail_sandbox.document import load_document
from feishu_mail_sandbox.faults import FAULTS, AcceptingFault
from feishu_mail_sandbox.gateway import MAGIC_TOKENS
from feishu_mail_sandbox.operations import HANDLERS, needed_codes

FOLDER = Path(__file__).parents[2] / "sandbox"
YES = {"README.md": "yes", "README.zh-CN.md": "是"}

pytestmark = [
    pytest.mark.skipif(not FOLDER.exists(), reason="only the installed wheel is here"),
    pytest.mark.parametrize("name", YES),
]


def test_it_names_every_code_token_step_and_setting(feishu_mail_sandbox: SandboxControl, name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    for operation in load_document().operations.values():
        assert all(str(code) in text for code in needed_codes(operation))
    for operation_id in HANDLERS:
        assert f"- `{operation_id}`" in text
    for quoted in [*MAGIC_TOKENS, *feishu_mail_sandbox.settings()]:
        assert f"| `{quoted}` |" in text
    for step, fault in FAULTS.items():
        assert (f"| `{step}` | {YES[name]} |" in text) is isinstance(fault, AcceptingFault)
        assert f"| `{step}` |" in text
    for path, methods in load_control_plane_document()["paths"].items():
        assert all(f"| `{method.upper()} {path}` |" in text for method in methods)
