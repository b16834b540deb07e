"""What is in the wheel and the sdist, file by file. Runs in `make test-wheel`, which builds them."""

import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import httpx
import pytest

from feishu_mail_sandbox import SandboxControl

FOLDERS = {
    "generated/feishu_mail_client": "feishu_mail_client",
    "openapi": "feishu_mail_openapi",
    "overlay/feishu_mail": "feishu_mail",
    "sandbox/feishu_mail_sandbox": "feishu_mail_sandbox",
}
PACKAGE_DATA = {
    "conformance.schema.json",
    "control-plane.json",
    "error-codes.json",
    "error-codes.schema.json",
    "feishu-mail.json",
    "feishu-mail.yaml",
    "plain-page.html",
    "py.typed",
}
STRAY = {
    ".git",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".venv",
    "__pycache__",
    "build",
    "node_modules",
    "reference.html",
}

Files = dict[str, bytes]


@pytest.fixture(scope="session")
def folder(distributions: Path | None) -> Path:
    if distributions is None:
        pytest.skip("needs the built distributions: make test-wheel")
    return distributions


@pytest.fixture(scope="session")
def wheel(folder: Path) -> Files:
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="session")
def sdist(folder: Path) -> Files:
    (path,) = folder.glob("*.tar.gz")
    files: Files = {}
    with tarfile.open(path) as archive:
        for member in archive:
            if file := archive.extractfile(member):
                files[member.name.partition("/")[2]] = file.read()
    return files


def test_wheel_carries_every_source_file_unchanged(wheel: Files, sdist: Files) -> None:
    expected = {
        package + name.removeprefix(source): content
        for name, content in sdist.items()
        for source, package in FOLDERS.items()
        if name.startswith(f"{source}/") and _belongs_into_a_wheel(PurePosixPath(name))
    }
    carried = {name: content for name, content in wheel.items() if ".dist-info/" not in name}

    assert sorted(carried) == sorted(expected)
    assert carried == expected


def _belongs_into_a_wheel(path: PurePosixPath) -> bool:
    return path.suffix == ".py" or path.name in PACKAGE_DATA or path.parent.name == "conformance"


def test_wheel_is_light(folder: Path) -> None:
    """The reference page that `make docs` builds is of megabytes, and stays out even where it was built."""
    (path,) = folder.glob("*.whl")

    assert path.stat().st_size < 300_000


def test_installed_sandbox_explains_itself_all_the_same(folder: Path, feishu_mail_sandbox: SandboxControl) -> None:
    page = httpx.get(feishu_mail_sandbox.base_url, trust_env=False).text

    assert "This is the plain page" in page
    assert "CONCURRENT_WRITE_CONFLICT" in page
    assert "/_sandbox/deliveries" in page


def test_wheel_carries_the_license(wheel: Files, sdist: Files) -> None:
    (carried,) = (content for name, content in wheel.items() if name.endswith(".dist-info/licenses/LICENSE"))

    assert carried == sdist["LICENSE"]


def test_sdist_is_complete(sdist: Files) -> None:
    expected = {
        ".ci/run",
        ".npmrc",
        ".spectral.yaml",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "README.zh-CN.md",
        "generated/feishu_mail_client/py.typed",
        "openapi/feishu-mail.yaml",
        "package-lock.json",
        "pyproject.toml",
        "redocly.yaml",
        "requirements/test.txt",
        "scripts/demo.py",
        "scripts/operations.py.jinja",
        "setup.py",
        "tests/package/conftest.py",
    }

    assert expected <= set(sdist)


def test_sdist_has_no_stray_files(sdist: Files) -> None:
    assert [name for name in sdist if STRAY & set(PurePosixPath(name).parts) or name.endswith(".pyc")] == []
