"""Keeps tokens and mail addresses out of everything that is written down: reprs, logs, errors, tracebacks."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import httpx

from feishu_mail.wire.json_values import is_list, is_object

REDACTED: Final = "[redacted]"
_LONGEST_QUOTE: Final = 300
# Runs of one class of characters, so that the time is linear in the text.
_WORD: Final = re.compile(r"""[^\s<>()\[\]"',;:/?=&]+""")


class AccessToken:
    """A token that does not show in a repr, a log or a traceback with local variables."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccessToken) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "AccessToken(...)"

    def reveal(self) -> str:
        """Returns the token itself, for the request's header."""
        return self._text


def conceal(value: object) -> object:
    """Returns a text wrapped as a token, anything else unchanged: from here on no frame holds the text itself."""
    return AccessToken(str.__str__(value)) if isinstance(value, str) else value


def without_secrets(value: Any, secrets: Sequence[str]) -> Any:
    """Returns a JSON value with the secrets in its texts replaced."""

    def redact(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, REDACTED)
        return text

    return _with_texts(redact, value)


def may_hold(content: bytes, secrets: Sequence[str]) -> bool:
    """Returns whether a body can hold one of the secrets."""
    # An escape, or an encoding of more than one byte for a letter (which has a zero among them), can hide a text.
    return b"\\" in content or b"\0" in content or any(secret.encode() in content for secret in secrets)


def without_addresses(value: Any) -> Any:
    """Returns a JSON value with what looks like a mail address in its texts replaced."""

    def redact(text: str) -> str:
        return _WORD.sub(_redact_address, text) if "@" in text or "%40" in text else text

    return _with_texts(redact, value)


def _redact_address(word: re.Match[str]) -> str:
    local_part, at_sign, domain = word[0].replace("%40", "@").partition("@")
    return REDACTED if local_part and at_sign and domain else word[0]


def _with_texts(change: Callable[[str], str], value: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if is_list(value):
        return [_with_texts(change, item) for item in value]
    if is_object(value):
        return {change(key): _with_texts(change, item) for key, item in value.items()}
    return value


def quoted(text: str) -> str:
    """Returns somebody else's words as one short line, with what would steer a terminal written as escapes."""
    one_line = " ".join(text.split())
    short = one_line if len(one_line) <= _LONGEST_QUOTE else one_line[: _LONGEST_QUOTE - 1] + "…"
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in short)


def scrub(error: BaseException) -> None:
    """Removes from an exception, and those chained to it, the frames and the request that hold the token."""
    for link in _chain(error):
        link.__traceback__ = None
        if isinstance(link, httpx.RequestError):
            link.request = httpx.Request("POST", "")


def quotes(error: BaseException, secrets: Sequence[str]) -> bool:
    """Returns whether an exception, or one chained to it, has one of the texts in its words or arguments."""
    words = [text for link in _chain(error) for text in (str(link), repr(link.args))]
    return any(secret in text for secret in secrets for text in words)


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__
