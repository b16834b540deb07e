"""The reference page is built from the pinned package alone, holds all it needs, and lets nobody send by mistake."""

import base64
import hashlib
import io
import json
import re
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from feishu_mail_sandbox.reference_page import first_lines
from reference_page import CONTROL_PLANE, DOCUMENT, PUBLISHED, SERVED, digest_for_policy, inside_a_script_element, main
from renderings import AS_TABLES

ROOT = Path(__file__).parents[2]
OPENAPI, CONTROL = (json.loads((ROOT / path).read_text(encoding="utf-8")) for path in (DOCUMENT, CONTROL_PLANE))
# It stands in for several megabytes of script, and holds what would end a script element too early.
BUNDLE = 'window.Scalar = {createApiReference() {}}; const traps = ["</script>", "<!--", "<script"];'


def pin_package(project: Path, name: str, content: str) -> None:
    """Writes an npm package with one file, and its pin."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content.encode())
        archive.addfile(member, io.BytesIO(content.encode()))
    (project / "renderer.tgz").write_bytes(written.getvalue())
    integrity = f"sha512-{base64.b64encode(hashlib.sha512(written.getvalue()).digest()).decode()}"
    pin = {"package": "@example/renderer", "version": "1.0.0", "integrity": integrity}
    (project / "requirements").mkdir(exist_ok=True)
    (project / "requirements/reference-page.json").write_text(json.dumps(pin))


def copy_project(folder: Path) -> Path:
    """Copies what the pages are built from, with a small package and its pin."""
    for path in (DOCUMENT, CONTROL_PLANE, Path("scripts/reference_page.html.jinja"), *AS_TABLES.values()):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)
    pin_package(folder, "package/dist/browser/standalone.js", BUNDLE)
    return folder


def build(project: Path) -> dict[Path, str]:
    assert main(["--root", str(project), "--package", str(project / "renderer.tgz")]) == 0
    return {path: (project / path).read_text(encoding="utf-8") for path in (PUBLISHED, SERVED)}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_project(tmp_path)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, str]:
    return build(copy_project(tmp_path_factory.mktemp("pages")))


def policy_of(page: str) -> dict[str, list[str]]:
    (content,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    directives = [directive.split() for directive in content.replace("&#39;", "'").split(";")]
    return {name: values for name, *values in directives}


def scripts_of(page: str) -> list[str]:
    # As a browser reads them: the first closing tag ends a script, wherever it stands.
    return re.findall(r"<script>(.*?)</script>", page, re.DOTALL)


def literal_after(beginning: str, page: str) -> Any:
    """Returns the value that a script of the page holds behind `beginning`."""
    script = scripts_of(page)[1]
    value, _ = json.JSONDecoder().raw_decode(script, script.index(beginning) + len(beginning))
    return value


def test_building_twice_gives_the_same_pages(project: Path, pages: dict[Path, str]) -> None:
    assert build(project) == build(project) == pages


def test_the_sandbox_recognises_the_page_as_built_from_its_documents(pages: dict[Path, str]) -> None:
    assert all(page.startswith(first_lines(OPENAPI, CONTROL)) for page in pages.values())


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
        assert policy["img-src"] == policy["font-src"] == ["data:"]
        markup = pages[path].replace(scripts_of(pages[path])[0], "").replace(scripts_of(pages[path])[1], "")
        assert not re.search(r"\bsrc=|https?://|url\(", markup)


def test_only_the_sandboxs_page_can_send_and_only_to_the_server_that_it_came_from(pages: dict[Path, str]) -> None:
    published, served = (scripts_of(pages[path])[1] for path in (PUBLISHED, SERVED))
    assert "hideTestRequestButton: true" in published
    assert "hideTestRequestButton" not in served
    assert "each.servers = [{ url: window.location.origin" in served
    assert "window.location" not in published
    assert "u-sandbox" not in published


def test_the_documents_are_on_the_pages_as_they_are(pages: dict[Path, str]) -> None:
    for page in pages.values():
        assert literal_after("const documents = { mail: ", page) == OPENAPI
    assert literal_after('documents["control-plane"] = ', pages[SERVED]) == CONTROL
    steps = literal_after('documents["control-plane"].info.description += ', pages[SERVED])
    for step, meaning in CONTROL["components"]["schemas"]["Fault"]["x-enumDescriptions"].items():
        assert f"| `{step}` | {meaning} |" in steps


def test_every_operation_has_its_errors_in_the_introduction_in_both_languages(pages: dict[Path, str]) -> None:
    for page in pages.values():
        introduction = literal_after('## Errors 错误码\\n" + ', page)
        for table in AS_TABLES.values():
            rows = [line for line in (ROOT / table).read_text(encoding="utf-8").splitlines() if line[:3] == "| 1"]
            assert rows
            assert set(rows) <= set(introduction.splitlines())
        for operations in OPENAPI["paths"].values():
            for operation in operations.values():
                assert introduction.count(f"\n### {operation['operationId']}\n") == 2


def test_a_script_is_the_same_script_inside_a_page() -> None:
    assert inside_a_script_element('"</SCRIPT>" + /<!--/ + "<script>" + (a < b)') == (
        r'"\x3C/SCRIPT>" + /\x3C!--/ + "\x3Cscript>" + (a < b)'
    )


def test_a_package_that_is_not_the_pinned_one_is_refused_and_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = project / "renderer.tgz"
    package.write_bytes(package.read_bytes() + b"\0")
    assert main(["--root", str(project), "--package", str(package)]) == 2
    assert f"reference_page: {package} is not the package that requirements/" in capsys.readouterr().err
    assert not (project / PUBLISHED).exists()
    assert not (project / SERVED).exists()


def test_a_package_without_the_script_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pin_package(project, "package/README.md", "")
    assert main(["--root", str(project), "--package", str(project / "renderer.tgz")]) == 2
    assert "renderer.tgz has no file package/dist/browser/standalone.js\n" in capsys.readouterr().err


def test_npm_fetches_the_package_unless_it_is_there(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["--root", str(project)]) == 2
    assert capsys.readouterr().err == "reference_page: npm is needed to fetch the renderer, and was not found\n"
    (project / "renderer.tgz").rename(project / "build/reference-page/example-renderer-1.0.0.tgz")
    assert main(["--root", str(project)]) == 0
