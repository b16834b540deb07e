"""What a command comes to, and how it is printed: exit codes, languages, JSON, streams that may be closed."""

import argparse
import json
import os
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NoReturn, TextIO, TypeAlias

from feishu_mail.outcomes.facts import Texts
from feishu_mail.wire.quoting import is_plain, quoted
from feishu_mail.wire.redaction import REDACTED, spells_an_address

EXIT_SENT: Final = 0
EXIT_USAGE: Final = 2
EXIT_NOT_SENT: Final = 3
EXIT_UNKNOWN: Final = 4
EXIT_CREDENTIALS: Final = 5
EXIT_STOPPED: Final = 6
EXIT_INTERRUPTED: Final = 128
"""And the number of the signal."""

_OF_AN_ID: Final = frozenset(string.ascii_letters + string.digits + "+/=_~.:-")

Language: TypeAlias = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Result:
    """What a command comes to. It is decided before a word is printed, so that a closed pipe cannot change it."""

    exit_code: int
    out: Iterable[str] = ()
    err: Iterable[str] = ()


class Parser(argparse.ArgumentParser):
    """Quotes what it complains about."""

    def error(self, message: str) -> NoReturn:
        # It repeats arguments as they are.
        super().error(quoted(message))


def write(stream: TextIO | None, lines: Iterable[str]) -> None:
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


def shown_id(value: str | None) -> str | None:
    """Returns an id as the service gave it, if it looks like one."""
    # The service may say anything there, an address too.
    if value is None or (_OF_AN_ID.issuperset(value) and not spells_an_address(value)):
        return value
    return REDACTED
