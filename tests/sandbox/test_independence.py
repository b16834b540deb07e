"""The judge knows nothing of the accused: no module of the sandbox imports the SDK or the generated client."""

import ast
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

import pytest


def modules(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from modules(entry)
        elif entry.name.endswith(".py"):
            yield entry


MODULES = sorted(modules(resources.files("feishu_mail_sandbox")), key=lambda module: module.name)


def test_there_are_modules_to_look_at() -> None:
    assert {"server.py", "pytest_plugin.py"} <= {module.name for module in MODULES}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_it_imports_neither_the_sdk_nor_the_generated_client(module: Traversable) -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module or "")
    packages = {name.partition(".")[0] for name in imported}
    assert not packages & {"feishu_mail", "feishu_mail_client", "importlib_metadata", "yaml"}
    assert packages - {"feishu_mail_sandbox", "aiohttp", "pytest"} <= set(__import__("sys").stdlib_module_names)
