"""The overlay has four storeys, each importing only downwards, and `import feishu_mail` stays cheap."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import feishu_mail

PACKAGE = Path(feishu_mail.__file__).parent
STOREYS = ("wire", "outcomes", "calls", "top")
MODULES = sorted(PACKAGE.rglob("*.py"))


def storey_of(module: str) -> int:
    """The height of a module's storey: what users call is the top one."""
    part = module.removeprefix("feishu_mail").removeprefix(".").split(".")[0]
    return STOREYS.index(part) if part in STOREYS else STOREYS.index("top")


def imports_of(path: Path) -> set[str]:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, to be found by whoever looks for them"
            imported |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in imported if name.startswith("feishu_mail.")}


def name_of(path: Path) -> str:
    return ".".join(["feishu_mail", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_its_own_storey_and_those_below(path: Path) -> None:
    higher = {name for name in imports_of(path) if storey_of(name) > storey_of(name_of(path))}
    assert higher == set()


def test_no_module_of_the_overlay_has_the_name_of_another() -> None:
    names = [path.stem for path in MODULES if path.stem != "__init__"]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_sandbox_is_only_started_from_the_command_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "feishu_mail_sandbox" not in text or path.name == "command_line.py"


def test_an_import_loads_nothing_that_is_not_needed_yet() -> None:
    program = "import json, sys, feishu_mail; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout)
    assert not {"feishu_mail_client", "feishu_mail_sandbox", "aiohttp", "sqlalchemy"} & set(loaded)


def test_a_call_imports_nothing() -> None:
    """An interrupt or a fork in the midst of an import can leave Python's import lock taken for ever."""
    program = (
        "import sys\n"
        "from feishu_mail import FeishuMail, RetryPolicy\n"
        "from tests.overlay.one_answer_server import answering\n"
        'body = b\'{"code": 0, "data": {"message_id": "m", "draft": {"id": "d"}}}\'\n'
        "with answering('200 OK', body) as server, FeishuMail(access_token='u-x', base_url=server.base_url) as mail:\n"
        "    before = set(sys.modules)\n"
        "    mail.drafts.send('d'), mail.drafts.get('d'), list(mail.drafts.list())\n"
        "    print(*sorted(set(sys.modules) - before))\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout == "\n"
