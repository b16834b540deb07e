"""The version follows from the gravest change, and only a break that nobody announced is refused."""

import pytest

from change_gate.verdict import Change, InvalidVersion, Verdict, is_refused, judge, needed_version, parse_version


def test_the_gravest_change_decides() -> None:
    assert judge([]) is Verdict.UNCHANGED
    assert judge([Change(Verdict.HARMLESS, ""), Change(Verdict.BREAKING, ""), Change(Verdict.ADDITIVE, "")]) is (
        Verdict.BREAKING
    )


@pytest.mark.parametrize(
    ("verdict", "version"),
    [
        (Verdict.UNCHANGED, (1, 2, 3)),
        (Verdict.HARMLESS, (1, 2, 4)),
        (Verdict.ADDITIVE, (1, 3, 0)),
        (Verdict.BREAKING, (2, 0, 0)),
    ],
)
def test_the_version_follows_semantic_versioning(verdict: Verdict, version: tuple[int, ...]) -> None:
    assert needed_version((1, 2, 3), verdict) == version


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
        (Verdict.UNCHANGED, "1.10.0", False),
        (Verdict.UNCHANGED, "1.2.2", True),
        (Verdict.ADDITIVE, "0.9.0", True),
    ],
)
def test_only_an_unannounced_break_and_a_version_that_goes_back_are_refused(
    verdict: Verdict, now: str, refused: bool
) -> None:
    assert is_refused((1, 2, 3), parse_version(now), verdict) is refused


@pytest.mark.parametrize("text", ["1.0", "1.0.0.0", "v1.0.0", "1.0.0-rc.1", "01.0.0", "1.0.x", "", "１.0.0"])
def test_a_version_that_is_not_three_numbers_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match="three numbers"):
        parse_version(text)
