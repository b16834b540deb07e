"""What the clients are made with: exact versions, so that a new release of a tool breaks nobody's build."""

import json
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

CLIENTS = Path(__file__).parents[2] / "clients"
MANIFESTS = [
    path
    for path in sorted(CLIENTS.rglob("*"))
    if path.suffix in {".json", ".toml", ".xml", ".mod", ".sum", ".yaml"} and "node_modules" not in path.parts
]
EXACT = re.compile(r"\d+(\.\d+)+")


def inexact(versions: dict[str, str]) -> dict[str, str]:
    return {name: version for name, version in versions.items() if not EXACT.fullmatch(version)}


@pytest.mark.parametrize("manifest", sorted(CLIENTS.glob("*/package.json")), ids=lambda path: path.parent.name)
def test_node_packages_have_exact_versions(manifest: Path) -> None:
    content = json.loads(manifest.read_text(encoding="utf-8"))
    versions = {**content.get("dependencies", {}), **content.get("devDependencies", {})}
    assert versions
    assert inexact(versions) == {}


def test_java_artifacts_have_exact_versions() -> None:
    project = ET.parse(CLIENTS / "java/pom.xml").getroot()
    properties = {f"${{{each.tag}}}": each.text or "" for each in project.findall("properties/*")}
    artifacts = [*project.iter("dependency"), *project.iter("plugin")]
    versions = {each.findtext("artifactId", ""): each.findtext("version", "none") for each in artifacts}
    assert versions
    assert inexact({name: properties.get(version, version) for name, version in versions.items()}) == {}


def test_rust_crates_have_exact_versions() -> None:
    crates = tomllib.loads((CLIENTS / "rust/Cargo.toml").read_text(encoding="utf-8"))["dependencies"]
    generated = crates.pop("feishu-mail-client")
    versions = {name: each if isinstance(each, str) else each["version"] for name, each in crates.items()}
    assert generated == {"path": "generated"}
    assert {name: version for name, version in versions.items() if not version.startswith("=")} == {}
    assert inexact({name: version.removeprefix("=") for name, version in versions.items()}) == {}


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.relative_to(CLIENTS).as_posix())
def test_no_address_is_recorded(manifest: Path) -> None:
    assert "://" not in manifest.read_text(encoding="utf-8")
