"""One change of the document, and how much it asks of those who use it."""

from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """How much a change asks of users, from little to much."""

    HARMLESS = 1
    """Texts and examples: nothing that a program can notice."""
    ADDITIVE = 2
    """There is more to rely on; what there was is still there."""
    JUDGEMENT = 3
    """What the document says about a known error has changed. Programs decide with it whether to send again."""
    BREAKING = 4
    """Something that programs rely on is gone, has another type or another name."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change, in one sentence of Markdown."""

    kind: Kind
    text: str
