"""Puts what a page shows into files, by the path of a key or the name of a class, wherever that stands at the time."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

Insertion = tuple[int, list[str]]
"""Before which line, counted from 0, which lines."""


def insert_yaml(file: Path, shown: str) -> None:
    """Adds the keys of `shown` that are not there yet, each at the end of the mapping that it belongs to."""
    text, shown_lines = file.read_text(encoding="utf-8"), shown.splitlines()
    lines = text.splitlines()

    def insertions(
        there: yaml.Node | None, wanted: yaml.Node | None, wanted_end: int, place: str = ""
    ) -> Iterator[Insertion]:
        assert isinstance(there, yaml.MappingNode), f"{place} is there already"
        assert isinstance(wanted, yaml.MappingNode), f"{place} is there already"
        present = {key.value: value for key, value in there.value}
        end = there.end_mark.line
        while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):
            end -= 1
        starts = [key.start_mark.line for key, _ in wanted.value]
        for (key, value), start, next_start in zip(wanted.value, starts, [*starts[1:], wanted_end], strict=True):
            if key.value in present:
                yield from insertions(present[key.value], value, next_start, f"{place}/{key.value}")
            else:
                yield end, shown_lines[start:next_start]

    _write(file, lines, insertions(yaml.compose(text), yaml.compose(shown), len(shown_lines)))


def insert_python(file: Path, shown: str) -> None:
    """Adds the imports of `shown` after those from the same module, and its methods at the end of their classes."""
    lines, shown_lines = file.read_text(encoding="utf-8").splitlines(), shown.splitlines()
    present = ast.parse("\n".join(lines)).body

    def insertions() -> Iterator[Insertion]:
        for node in ast.parse(shown).body:
            if isinstance(node, ast.ImportFrom):
                (before,) = [
                    each for each in present if isinstance(each, ast.ImportFrom) and each.module == node.module
                ]
                yield before.end_lineno or 0, [ast.unparse(node)]
            else:
                assert isinstance(node, ast.ClassDef), f"where does this belong? {ast.unparse(node)}"
                (target,) = [each for each in present if isinstance(each, ast.ClassDef) and each.name == node.name]
                yield target.end_lineno or 0, ["", *shown_lines[node.body[0].lineno - 1 : node.end_lineno]]

    _write(file, lines, insertions())


def _write(file: Path, lines: list[str], insertions: Iterable[Insertion]) -> None:
    # From the end to the beginning, so that no line moves before its turn.
    for _, (line, new) in sorted(enumerate(insertions), key=lambda each: (each[1][0], each[0]), reverse=True):
        lines[line:line] = new
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
