"""The report names every change under its heading, the gravest first, and says what the version has to become."""

import pytest

from change_gate.report import report
from change_gate.verdict import Change, Verdict, parse_version

BASE = (1, 0, 0)
ONE_OF_EACH = [
    Change(Verdict.HARMLESS, "a text"),
    Change(Verdict.ADDITIVE, "a field"),
    Change(Verdict.ADDITIVE, "a correction", is_judgement=True),
    Change(Verdict.BREAKING, "a loss"),
]


def test_the_gravest_changes_come_first() -> None:
    assert report(ONE_OF_EACH, BASE, BASE, released=True) == (
        "### Breaking\n\n- a loss\n\n"
        "### Changed judgements\n\n- a correction\n\n"
        "### Added\n\n- a field\n\n"
        "### Harmless\n\n- a text\n\n"
        "Verdict: breaking. The version must become 2.0.0; it is 1.0.0."
    )


def test_what_has_not_been_released_breaks_nobody() -> None:
    last = report(ONE_OF_EACH, BASE, BASE, released=False).splitlines()[-1]
    assert last == "Verdict: breaking. No tag contains the document, so it breaks nobody."


@pytest.mark.parametrize(
    ("verdict", "now", "sentence"),
    [
        (Verdict.UNCHANGED, "1.0.0", "unchanged. The version is 1.0.0."),
        (Verdict.HARMLESS, "1.0.0", "harmless. The version is 1.0.0; make it 1.0.1 before you publish the document."),
        (Verdict.HARMLESS, "1.0.1", "harmless. Version 1.0.1 says so."),
        (Verdict.ADDITIVE, "1.0.1", "additive. The version is 1.0.1; make it 1.1.0 before you publish the document."),
        (Verdict.ADDITIVE, "1.1.0", "additive. Version 1.1.0 says so."),
        (Verdict.BREAKING, "1.1.0", "breaking. The version must become 2.0.0; it is 1.1.0."),
        (Verdict.BREAKING, "2.0.0", "breaking. Version 2.0.0 says so."),
        (Verdict.HARMLESS, "0.9.0", "harmless. The version went back to 0.9.0."),
    ],
)
def test_the_last_line_says_what_the_version_has_to_become(verdict: Verdict, now: str, sentence: str) -> None:
    changes = [Change(verdict, "a change")] if verdict else []
    assert report(changes, BASE, parse_version(now), released=True).splitlines()[-1] == f"Verdict: {sentence}"
