"""The pinned requirements: hashed, in agreement with each other and with pyproject.toml, and free of addresses."""

import json
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PINS = sorted((ROOT / "requirements").glob("*.txt"))
GO_MODULES = sorted((ROOT / "requirements").glob("*/go.mod"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
NODE_LOCKS = [ROOT / "package-lock.json", *sorted(ROOT.glob("clients/*/package-lock.json"))]


def read_pins(path: Path) -> dict[Requirement, str]:
    """Requirements with what belongs to them (hashes and origin)."""
    pins: dict[Requirement, str] = {}
    for block in re.split(r"\n(?=[a-z0-9])", path.read_text(encoding="utf-8"))[1:]:
        requirement, _, remainder = block.partition("\\\n")
        pins[Requirement(requirement.strip())] = remainder
    return pins


def test_each_group_has_its_pins() -> None:
    assert {path.stem for path in PINS} == {"runtime", *EXTRAS, *PROJECT["dependency-groups"]}


@pytest.mark.parametrize(("variable", "declared"), [("EXTRAS", EXTRAS), ("GROUPS", PROJECT["dependency-groups"])])
def test_the_makefile_compiles_each(variable: str, declared: dict[str, list[str]]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (names,) = re.findall(f"(?m)^{variable} := (.*)$", makefile)

    assert set(names.split()) == set(declared)


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.stem)
def test_every_pin_is_exact_and_hashed(path: Path) -> None:
    pins = read_pins(path)

    assert pins
    assert [str(pin) for pin in pins if not str(pin.specifier).startswith("==")] == []
    assert [str(pin) for pin, remainder in pins.items() if "--hash=sha256:" not in remainder] == []


def test_files_agree() -> None:
    """Most files are installed into one environment; what the others measure shall have the same versions."""
    versions: dict[str, set[frozenset[str]]] = defaultdict(set)
    for path in PINS:
        # One file may name several versions of a package, for different versions of Python.
        in_file: dict[str, set[str]] = defaultdict(set)
        for pin in read_pins(path):
            in_file[pin.name].add(str(pin.specifier))
        for name, specifiers in in_file.items():
            versions[name].add(frozenset(specifiers))

    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.stem)
def test_pins_fit_the_declared_requirements(path: Path) -> None:
    pinned = {pin.name: str(pin.specifier).removeprefix("==") for pin in read_pins(path)}
    runtime = PROJECT["project"]["dependencies"]
    declared = {
        **PROJECT["dependency-groups"],
        "runtime": runtime,
        **{name: [*runtime, *extra] for name, extra in EXTRAS.items()},
    }
    requirements = [Requirement(text) for text in declared[path.stem]]

    assert [str(each) for each in requirements if pinned[each.name] not in each.specifier] == []


@pytest.mark.parametrize("path", [*PINS, *NODE_LOCKS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_address_is_recorded(path: Path) -> None:
    """Any index or mirror must serve the pins; which one is the user's own affair."""
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links|--trusted-host", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", NODE_LOCKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_node_packages_are_hashed(path: Path) -> None:
    packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
    packages.pop("")

    assert packages
    assert [name for name, package in packages.items() if "integrity" not in package or "resolved" in package] == []


@pytest.mark.parametrize("path", GO_MODULES, ids=lambda path: path.parent.name)
def test_go_modules_are_hashed_and_taken_from_nowhere_else(path: Path) -> None:
    content, hashes = path.read_text(encoding="utf-8"), path.with_name("go.sum").read_text(encoding="utf-8")
    modules = re.findall(r"(?m)^\t(\S+ v\S+)", content)

    assert modules
    assert [module for module in modules if f"{module} h1:" not in hashes] == []
    assert "replace" not in content
