"""What all changes together mean, and which version the document has to have by semantic versioning."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from change_gate.changes import Change, Kind


class InvalidVersion(ValueError):
    """The document's version is not made of three numbers."""


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version of the document."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> "Version":
        """Returns the version that `text` names.

        Raises:
            InvalidVersion: it names none.
        """
        if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", text, re.ASCII):
            raise InvalidVersion(f"info.version must be three numbers, for example 1.2.0, not {text!r}")
        return cls(*map(int, text.split(".")))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


class Verdict(Enum):
    """What all changes together mean. The value is the part of the version to raise."""

    UNCHANGED = "nothing"
    HARMLESS = "patch"
    ADDITIVE = "minor"
    BREAKING = "major"


def judge(changes: Iterable[Change]) -> Verdict:
    """Returns the verdict on all `changes` together.

    A changed judgement asks for a minor version. It is a correction: the service does what it did before, so nothing
    that programs were built on goes away, and a major version would keep it from everybody who has to have it. A patch
    would bring it unread.
    """
    gravest = max((change.kind for change in changes), default=None)
    if gravest is None:
        return Verdict.UNCHANGED
    return {
        Kind.HARMLESS: Verdict.HARMLESS,
        Kind.ADDITIVE: Verdict.ADDITIVE,
        Kind.JUDGEMENT: Verdict.ADDITIVE,
        Kind.BREAKING: Verdict.BREAKING,
    }[gravest]


def needed_version(base: Version, verdict: Verdict) -> Version:
    """Returns the lowest version that says what `verdict` says to somebody who has `base`."""
    match verdict:
        case Verdict.UNCHANGED:
            return base
        case Verdict.HARMLESS:
            return Version(base.major, base.minor, base.patch + 1)
        case Verdict.ADDITIVE:
            return Version(base.major, base.minor + 1, 0)
        case Verdict.BREAKING:
            return Version(base.major + 1, 0, 0)


def is_refused(base: Version, now: Version, verdict: Verdict) -> bool:
    """Tells whether the document must not stay as it is: it breaks clients unannounced, or its version went back.

    A version that was not raised for less than that is no reason: between two releases many additions share one raise,
    which is made with the release.
    """
    return now < base or (verdict is Verdict.BREAKING and now.major <= base.major)
