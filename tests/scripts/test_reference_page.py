"""The reference page is built from the pinned package alone, holds all it needs, and lets nobody send by mistake."""

import base64
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from feishu_mail_sandbox.control_plane_document import load_control_plane_document
from feishu_mail_sandbox.document import load_document
from feishu_mail_sandbox.reference_page import first_lines
from reference_page import digest_for_policy, inside_a_script_element

ROOT = Path(__file__).parents[2]
PUBLISHED, SERVED = Path("build/docs/index.html"), Path("sandbox/feishu_mail_sandbox/reference.html")
# It stands in for several megabytes of script, and holds what would end a script element too early.
BUNDLE = 'window.Scalar = {createApiReference() {}}; const traps = ["</script>", "<!--", "<script"];'

Build = Callable[..., subprocess.CompletedProcess[str]]


def package_with(name: str, content: str) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content.encode())
        archive.addfile(member, io.BytesIO(content.encode()))
    return written.getvalue()


def pin_of(package: bytes) -> dict[str, str]:
    integrity = base64.b64encode(hashlib.sha512(package).digest()).decode()
    return {"package": "@example/renderer", "version": "1.0.0", "integrity": f"sha512-{integrity}"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the pages are built from, with a small package and its pin."""
    for name in (
        "openapi/feishu-mail.json",
        "sandbox/feishu_mail_sandbox/control-plane.json",
        "scripts/reference_page.html.jinja",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    package = package_with("package/dist/browser/standalone.js", BUNDLE)
    (tmp_path / "renderer.tgz").write_bytes(package)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/reference-page.json").write_text(json.dumps(pin_of(package)))
    return tmp_path


@pytest.fixture
def build(project: Path) -> Build:
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "scripts/reference_page.py"), "--root", str(project), *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, **environment}, cwd=project
        )

    return run


@pytest.fixture
def pages(project: Path, build: Build) -> dict[Path, str]:
    completed = build("--package", "renderer.tgz")
    assert completed.returncode == 0, completed.stderr
    return {path: (project / path).read_text(encoding="utf-8") for path in (PUBLISHED, SERVED)}


def policy_of(page: str) -> dict[str, list[str]]:
    (content,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    directives = [directive.split() for directive in content.replace("&#39;", "'").split(";")]
    return {name: values for name, *values in directives}


def scripts_of(page: str) -> list[str]:
    # As a browser reads them: the first closing tag ends a script, wherever it stands.
    return re.findall(r"<script>(.*?)</script>", page, re.DOTALL)


def settings_of(page: str) -> list[dict[str, Any]]:
    literal = scripts_of(page)[1].removeprefix("const settings = ").partition(";\n")[0]
    settings: list[dict[str, Any]] = json.loads(literal)
    return settings


def test_building_twice_gives_the_same_pages(project: Path, build: Build, pages: dict[Path, str]) -> None:
    build("--package", "renderer.tgz")
    assert {path: (project / path).read_text(encoding="utf-8") for path in pages} == pages


def test_the_sandbox_recognises_the_page_as_built_from_its_documents(pages: dict[Path, str]) -> None:
    expected = first_lines(load_document().openapi, load_control_plane_document())
    assert all(page.startswith(expected) for page in pages.values())


def test_no_script_can_run_but_the_two_of_the_page(pages: dict[Path, str]) -> None:
    for page in pages.values():
        scripts = scripts_of(page)
        assert len(scripts) == page.count("<script") == page.count("</script") == 2
        assert policy_of(page)["script-src"] == [f"'{digest_for_policy(script)}'" for script in scripts]


def test_the_page_loads_nothing_and_can_call_its_own_server_at_most(pages: dict[Path, str]) -> None:
    for path, reach in ((PUBLISHED, "'none'"), (SERVED, "'self'")):
        policy = policy_of(pages[path])
        assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == ["'none'"]
        assert policy["connect-src"] == [reach]
        assert {value for name, values in policy.items() if name in {"img-src", "font-src"} for value in values} == {
            "data:"
        }
        markup = pages[path].replace(scripts_of(pages[path])[0], "").replace(scripts_of(pages[path])[1], "")
        assert not re.search(r"\bsrc=|https?://|url\(", markup)


def test_the_published_page_has_the_real_servers_and_no_way_to_send(pages: dict[Path, str]) -> None:
    (mail,) = settings_of(pages[PUBLISHED])
    assert mail["hideTestRequestButton"] is True
    assert mail["content"]["servers"] == load_document().openapi["servers"]
    assert "authentication" not in mail
    assert "u-sandbox" not in pages[PUBLISHED]


def test_the_sandboxs_page_knows_no_server_but_the_one_that_it_came_from(pages: dict[Path, str]) -> None:
    for document in settings_of(pages[SERVED]):
        assert "servers" not in document["content"]
        assert "hideTestRequestButton" not in document
    assert "document.servers = [{ url: window.location.origin" in scripts_of(pages[SERVED])[1]
    assert "window.location" not in scripts_of(pages[PUBLISHED])[1]


def test_what_would_leave_the_page_is_switched_off(pages: dict[Path, str]) -> None:
    for page in pages.values():
        for settings in settings_of(page):
            assert settings["telemetry"] is settings["withDefaultFonts"] is False
            assert settings["agent"] == settings["mcp"] == {"disabled": True}
            assert settings["hideClientButton"] is True
            assert set(settings["externalUrls"].values()) == {""}


def test_the_documents_are_shown_as_they_are_but_for_introductions_and_what_is_filled_in(
    pages: dict[Path, str],
) -> None:
    mail, control_plane = settings_of(pages[SERVED])
    for shown, original in (
        (settings_of(pages[PUBLISHED])[0]["content"], load_document().openapi),
        (mail["content"], load_document().openapi),
        (control_plane["content"], load_control_plane_document()),
    ):
        assert original["info"]["description"] in shown["info"]["description"]
        assert shown["paths"] == original["paths"]
        assert list(shown["components"]["schemas"]) == list(original["components"]["schemas"])
        assert shown["components"].get("examples") == original["components"].get("examples")


def test_a_script_is_the_same_script_inside_a_page() -> None:
    assert inside_a_script_element('"</SCRIPT>" + /<!--/ + "<script>" + (a < b)') == (
        r'"\x3C/SCRIPT>" + /\x3C!--/ + "\x3Cscript>" + (a < b)'
    )


def test_a_package_that_is_not_the_pinned_one_is_refused_and_nothing_is_written(project: Path, build: Build) -> None:
    (project / "renderer.tgz").write_bytes(package_with("package/dist/browser/standalone.js", "steal()"))
    completed = build("--package", "renderer.tgz")
    assert completed.returncode == 2
    assert "is not the package that requirements/reference-page.json pins" in completed.stderr
    assert not (project / PUBLISHED).exists()
    assert not (project / SERVED).exists()


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("openapi/feishu-mail.json", "cannot be read"),
        ("requirements/reference-page.json", "cannot be read"),
        ("renderer.tgz", "is not the package"),
    ],
)
def test_what_cannot_be_used_is_named_in_one_line(project: Path, build: Build, broken: str, message: str) -> None:
    (project / broken).write_text("{")
    completed = build("--package", "renderer.tgz")
    assert completed.returncode == 2
    assert len(completed.stderr.splitlines()) == 1
    assert Path(broken).name in completed.stderr
    assert message in completed.stderr


def test_a_package_without_the_script_is_refused(project: Path, build: Build) -> None:
    package = package_with("package/README.md", "")
    (project / "renderer.tgz").write_bytes(package)
    (project / "requirements/reference-page.json").write_text(json.dumps(pin_of(package)))
    completed = build("--package", "renderer.tgz")
    assert completed.returncode == 2
    assert "standalone.js" in completed.stderr
    assert "Traceback" not in completed.stderr


def test_a_pin_with_a_member_missing_is_refused(project: Path, build: Build) -> None:
    (project / "requirements/reference-page.json").write_text('{"package": "@example/renderer"}')
    completed = build("--package", "renderer.tgz")
    assert completed.returncode == 2
    assert "must name package, version and integrity" in completed.stderr


def test_without_npm_it_says_what_is_missing(build: Build) -> None:
    completed = build(PATH="")
    assert completed.returncode == 2
    assert completed.stderr == "reference_page: npm is needed to fetch the renderer, and was not found\n"


def test_a_package_that_was_fetched_before_needs_no_npm(project: Path, build: Build) -> None:
    (project / "build/reference-page").mkdir(parents=True)
    (project / "renderer.tgz").rename(project / "build/reference-page/example-renderer-1.0.0.tgz")
    completed = build(PATH="")
    assert completed.returncode == 0, completed.stderr
    assert completed.stdout.splitlines()[0].startswith("reference_page: build/docs/index.html, ")
