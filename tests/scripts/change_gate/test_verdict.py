"""The version follows from the gravest change, and only a break that nobody announced is refused."""

import pytest

from change_gate.changes import Change, Kind
from change_gate.verdict import InvalidVersion, Verdict, Version, is_refused, judge, needed_version

BASE = Version(1, 2, 3)


@pytest.mark.parametrize(
    ("kinds", "verdict"),
    [
        ([], Verdict.UNCHANGED),
        ([Kind.HARMLESS], Verdict.HARMLESS),
        ([Kind.ADDITIVE, Kind.HARMLESS], Verdict.ADDITIVE),
        ([Kind.HARMLESS, Kind.JUDGEMENT], Verdict.ADDITIVE),
        ([Kind.ADDITIVE, Kind.BREAKING, Kind.JUDGEMENT], Verdict.BREAKING),
    ],
)
def test_the_gravest_change_decides(kinds: list[Kind], verdict: Verdict) -> None:
    assert judge([Change(kind, "") for kind in kinds]) is verdict


@pytest.mark.parametrize(
    ("verdict", "version"),
    [
        (Verdict.UNCHANGED, "1.2.3"),
        (Verdict.HARMLESS, "1.2.4"),
        (Verdict.ADDITIVE, "1.3.0"),
        (Verdict.BREAKING, "2.0.0"),
    ],
)
def test_the_version_follows_semantic_versioning(verdict: Verdict, version: str) -> None:
    assert str(needed_version(BASE, verdict)) == version


@pytest.mark.parametrize(
    ("verdict", "now", "refused"),
    [
        (Verdict.BREAKING, "1.2.3", True),
        (Verdict.BREAKING, "1.9.0", True),
        (Verdict.BREAKING, "2.0.0", False),
        (Verdict.BREAKING, "3.1.0", False),
        (Verdict.ADDITIVE, "1.2.3", False),
        (Verdict.HARMLESS, "1.2.3", False),
        (Verdict.UNCHANGED, "1.2.3", False),
        (Verdict.UNCHANGED, "1.2.2", True),
        (Verdict.ADDITIVE, "0.9.0", True),
    ],
)
def test_only_an_unannounced_break_and_a_version_that_goes_back_are_refused(
    verdict: Verdict, now: str, refused: bool
) -> None:
    assert is_refused(BASE, Version.parse(now), verdict) is refused


def test_versions_are_ordered_as_numbers() -> None:
    assert Version.parse("1.10.0") > Version.parse("1.9.9")


@pytest.mark.parametrize("text", ["1.0", "1.0.0.0", "v1.0.0", "1.0.0-rc.1", "01.0.0", "1.0.x", "", "１.0.0"])
def test_a_version_that_is_not_three_numbers_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match="three numbers"):
        Version.parse(text)
