"""The report names every change under its heading, the gravest first, and says what the version has to become."""

import pytest

from change_gate.changes import Change, Kind
from change_gate.comparison import Comparison
from change_gate.report import as_markdown, as_text
from change_gate.verdict import Version

BASE = Version(1, 0, 0)
ONE_OF_EACH = [Change(kind, f"a change that is {kind.name.lower()}") for kind in Kind]


def test_the_gravest_changes_come_first() -> None:
    assert as_text(Comparison(BASE, BASE, ONE_OF_EACH), "v1") == (
        "Compared with v1, version 1.0.0:\n"
        "\nBreaking:\n  - a change that is breaking\n"
        "\nChanged judgements:\n  - a change that is judgement\n"
        "\nAdded:\n  - a change that is additive\n"
        "\nHarmless:\n  - a change that is harmless\n"
        "\nVerdict: breaking. The version must become 2.0.0; it is 1.0.0."
    )


def test_the_raw_material_is_markdown_under_the_version_that_it_belongs_to() -> None:
    assert as_markdown(Comparison(BASE, BASE, ONE_OF_EACH[:2]), "v1") == (
        "## The document 1.1.0\n\nCompared with v1, version 1.0.0: additive.\n"
        "\n### Added\n\n- a change that is additive\n"
        "\n### Harmless\n\n- a change that is harmless\n"
    )


@pytest.mark.parametrize(
    ("kinds", "now", "sentence"),
    [
        ([], "1.0.0", "unchanged. The version is 1.0.0."),
        ([Kind.HARMLESS], "1.0.0", "harmless. The version is 1.0.0; make it 1.0.1 before you publish the document."),
        ([Kind.HARMLESS], "1.0.1", "harmless. Version 1.0.1 says so."),
        ([Kind.ADDITIVE], "1.0.1", "additive. The version is 1.0.1; make it 1.1.0 before you publish the document."),
        ([Kind.JUDGEMENT], "1.1.0", "additive. Version 1.1.0 says so."),
        ([Kind.BREAKING], "1.1.0", "breaking. The version must become 2.0.0; it is 1.1.0."),
        ([Kind.BREAKING], "2.0.0", "breaking. Version 2.0.0 says so."),
        ([Kind.HARMLESS], "0.9.0", "harmless. The version went back to 0.9.0."),
    ],
)
def test_the_last_line_says_what_the_version_has_to_become(kinds: list[Kind], now: str, sentence: str) -> None:
    comparison = Comparison(BASE, Version.parse(now), [Change(kind, "a change") for kind in kinds])
    assert as_text(comparison, "v1").splitlines()[-1] == f"Verdict: {sentence}"
