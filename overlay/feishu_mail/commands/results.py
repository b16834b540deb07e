"""What a command comes to, and how it is printed: exit codes, languages, JSON, streams that may be closed."""

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NoReturn, TextIO, TypeAlias

from feishu_mail.outcomes.facts import Texts
from feishu_mail.wire.quoting import is_plain, quoted

EXIT_SENT: Final = 0
EXIT_USAGE: Final = 2
EXIT_NOT_SENT: Final = 3
EXIT_UNKNOWN: Final = 4
EXIT_CREDENTIALS: Final = 5
EXIT_INTERRUPTED: Final = 128
"""And the number of the signal."""


Language: TypeAlias = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Result:
    """What a command comes to. It is decided before a word is printed, so that a closed pipe cannot change it."""

    exit_code: int
    out: Sequence[str] = ()
    err: Sequence[str] = ()


class Parser(argparse.ArgumentParser):
    """Quotes what it complains about."""

    def error(self, message: str) -> NoReturn:
        # It repeats arguments as they are.
        super().error(quoted(message))


def write(stream: TextIO | None, lines: Sequence[str]) -> None:
    """Prints the lines, as far as somebody reads them."""
    if stream is None:  # it was closed before Python began
        return
    try:
        for line in lines:
            print(line, file=stream)
        stream.flush()
    except OSError:
        # Whoever read it has gone, or the disk is full. What is left must not fail again when Python exits.
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())


def as_json(value: object) -> str:
    """Returns the value as JSON that no terminal takes for commands."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(character if is_plain(character) else json.dumps(character)[1:-1] for character in text)


def say(words: Mapping[str, Texts], name: str, language: Language) -> str:
    """Returns a text in the language that was asked for."""
    return str(getattr(words[name], language))
