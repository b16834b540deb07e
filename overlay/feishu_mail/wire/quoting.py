"""Somebody else's words where people read them: on one short line, and nothing in them steers a terminal."""

import unicodedata
from typing import Final

_LONGEST_QUOTE: Final = 300
# What is right-to-left moves its neighbours, and marks and joiners take no width of their own.
_LEFT_TO_RIGHT: Final = frozenset({"L", "EN", "ES", "ET", "CS", "ON", "WS"})
_BLANKS: Final = "\u115f\u1160\u2800\u3164\uffa0"


def is_plain(character: str) -> bool:
    """Returns whether a character shows as itself, in its place, wherever it is printed."""
    return (
        character.isprintable()
        and character not in _BLANKS
        and (character.isascii() or unicodedata.bidirectional(character) in _LEFT_TO_RIGHT)
    )


def quoted(text: str) -> str:
    """Returns the words as one short line; what is not plain is written as Python's escapes."""
    one_line = " ".join(text.split())
    short = one_line if len(one_line) <= _LONGEST_QUOTE else one_line[: _LONGEST_QUOTE - 1] + "…"
    return "".join(character if is_plain(character) else _escaped(character) for character in short)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
