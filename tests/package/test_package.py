"""What an installed feishu-mail carries: facts that hold for the editable install and for the wheel alike."""

import importlib
import json
import subprocess
import sys
from importlib import metadata, resources
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PACKAGES = ("feishu_mail", "feishu_mail_client", "feishu_mail_sandbox")
DOCUMENTS = ("conformance.schema.json", "error-codes.json", "feishu-mail.json", "feishu-mail.yaml")


def read_document(name: str) -> str:
    return resources.files("feishu_mail_openapi").joinpath(name).read_text(encoding="utf-8")


def run_python(code: str) -> str:
    completed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return completed.stdout.strip()


@pytest.mark.parametrize("package", PACKAGES)
def test_types_are_declared(package: str) -> None:
    assert resources.files(package).joinpath("py.typed").is_file()


def test_both_forms_of_the_document_say_the_same() -> None:
    yaml = pytest.importorskip("yaml", reason="only the generator brings a YAML parser")

    assert yaml.safe_load(read_document("feishu-mail.yaml")) == json.loads(read_document("feishu-mail.json"))


def test_yaml_form_has_every_error_of_the_json_form() -> None:
    examples = json.loads(read_document("feishu-mail.json"))["components"]["examples"]
    lines = {line.strip() for line in read_document("feishu-mail.yaml").splitlines()}

    assert examples
    assert {f"{name}:" for name in examples} <= lines


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_read_without_the_sdk(name: str) -> None:
    code = (
        "import importlib.resources, sys\n"
        f"assert importlib.resources.files('feishu_mail_openapi').joinpath({name!r}).read_bytes()\n"
        "print(*(module for module in sys.modules if module.startswith('feishu_mail')))"
    )

    assert run_python(code) == "feishu_mail_openapi"


def test_requirements() -> None:
    requirements = [Requirement(text) for text in metadata.requires("feishu-mail") or []]
    core = {requirement.name for requirement in requirements if requirement.marker is None}
    extras = {(requirement.name, str(requirement.marker)) for requirement in requirements if requirement.marker}

    assert core == {"anyio", "attrs", "httpx"}
    assert extras == {
        ("aiohttp", 'extra == "sandbox"'),
        ("sqlalchemy", 'extra == "many"'),
        ("procrastinate", 'extra == "fleet"'),
        ("psycopg", 'extra == "fleet"'),
        ("sqlalchemy", 'extra == "fleet"'),
    }


def test_declared_facts() -> None:
    facts = metadata.metadata("feishu-mail")

    assert facts["Name"] == "feishu-mail"
    assert facts["Version"]
    assert facts["License-Expression"] == "MIT"
    assert facts["Requires-Python"] == ">=3.11"
    assert facts.get_all("Provides-Extra") == ["sandbox", "many", "fleet"]


def test_command_line_is_registered() -> None:
    (entry_point,) = metadata.entry_points(group="console_scripts", name="feishu-mail")

    assert entry_point.value == "feishu_mail.command_line:main"
    assert callable(entry_point.load())


def test_pytest_plugin_is_registered() -> None:
    (entry_point,) = metadata.entry_points(group="pytest11", name="feishu_mail_sandbox")

    assert entry_point.value == "feishu_mail_sandbox.pytest_plugin"


def test_pytest_plugin_loads_without_the_extra() -> None:
    """Every pytest run of everyone who has the SDK installed loads the plugin, with or without the extra."""
    run_python("import sys\nsys.modules['aiohttp'] = None\nimport feishu_mail_sandbox.pytest_plugin")


@pytest.mark.parametrize("package", [*PACKAGES, "feishu_mail_openapi"])
def test_packages_come_from_the_expected_place(package: str, distributions: Path | None) -> None:
    """The wheel's tests would prove nothing if they imported the working tree."""
    file = importlib.import_module(package).__file__

    assert file is not None
    assert ("site-packages" in Path(file).parts) == (distributions is not None)
