"""How much a change of the document asks of users, and which version semantic versioning asks for then."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

Version = tuple[int, ...]


class InvalidVersion(ValueError):
    """The document's version is not made of three numbers."""


class Verdict(IntEnum):
    """How much changes ask of users, from nothing to much."""

    UNCHANGED = 0
    HARMLESS = 1
    """Texts and examples: nothing that a program can notice."""
    ADDITIVE = 2
    """There is more to rely on; what there was is still there."""
    BREAKING = 3
    """Something that programs rely on is gone, has another type or another name."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change, in one sentence of Markdown."""

    verdict: Verdict
    text: str
    is_judgement: bool = False
    """Whether it is about what a known error means; programs decide with that whether to repeat a call."""


def judge(changes: Iterable[Change]) -> Verdict:
    """Returns the verdict on all changes together: the gravest decides."""
    return max((change.verdict for change in changes), default=Verdict.UNCHANGED)


def by_operation(found: Iterable[tuple[str, Change]]) -> list[Change]:
    """Returns the changes of operations, each once for all the operations that it was found in."""
    users: dict[Change, list[str]] = {}
    for operation, change in found:
        users.setdefault(change, []).append(f"`{operation}`")
    return [
        Change(change.verdict, f"{', '.join(names)}: {change.text}", change.is_judgement)
        for change, names in users.items()
    ]


def parse_version(text: str) -> Version:
    """Returns the version that `text` names.

    Raises:
        InvalidVersion: it names none.
    """
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", text, re.ASCII):
        raise InvalidVersion(f"info.version must be three numbers, for example 1.2.0, not {text!r}")
    return tuple(map(int, text.split(".")))


def needed_version(base: Version, verdict: Verdict) -> Version:
    """Returns the lowest version that says what `verdict` says to somebody who has `base`."""
    major, minor, patch = base
    versions = (base, (major, minor, patch + 1), (major, minor + 1, 0), (major + 1, 0, 0))
    return versions[verdict]


def is_refused(base: Version, now: Version, verdict: Verdict) -> bool:
    """Returns whether the document must not stay as it is: it breaks clients unannounced, or its version went back.

    A version that was not raised for less than that is no reason: between two releases many additions share one raise,
    which is made with the release.
    """
    return now < base or (verdict is Verdict.BREAKING and now[0] <= base[0])
