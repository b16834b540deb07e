"""Keeps the token, and what the other side says, out of reprs and tracebacks and out of the causes of exceptions."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import httpcore
import httpx

from feishu_mail.wire.messages import Loss, NoAnswer
from feishu_mail.wire.redaction import letters_in, pieces_of, redacted, without_addresses

_OF_THIS_MACHINE: Final = (
    *(OSError, httpx.TimeoutException, httpx.NetworkError, httpx.UnsupportedProtocol),
    *(httpcore.TimeoutException, httpcore.NetworkError, httpcore.UnsupportedProtocol),
)


class AccessToken:
    """A token that does not show in a repr, a log or a traceback with local variables."""

    __slots__ = ("_pieces", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces: Sequence[bytes] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccessToken) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "AccessToken(...)"

    def reveal(self) -> str:
        """Returns the token itself, for the request's header."""
        return self._text

    def is_in(self, text: str) -> bool:
        """Returns whether a text holds the token as it is."""
        return self._text in text

    def is_spelled_in(self, text: str) -> bool:
        """Returns whether a text holds the token, or half of a long one, in any spelling.

        That is: whatever its case, in the usual escapes, hexadecimal, base64, backwards, or with anything between its
        letters and digits.
        """
        if self._pieces is None:
            self._pieces = pieces_of(self._text)
        if self._text in text:
            return True
        letters = letters_in(text)
        # Every answer is looked at, and this is quicker than any().
        for piece in self._pieces:  # noqa: SIM110
            if piece in letters:
                return True
        return False


def conceal(value: object) -> object:
    """Returns a text wrapped as a token, anything else unchanged: from here on no frame holds the text itself."""
    return AccessToken(str.__str__(value)) if isinstance(value, str) else value


def without_token(value: Any, content: bytes, token: AccessToken, *, in_any_spelling: bool) -> Any:
    """Returns the JSON value that the content holds, with each text replaced that has the token in it, names too."""
    if not in_any_spelling:
        return redacted(token.is_in, value)
    # One look at all of it is quicker than one at each text, and nearly always enough. JSON's escapes could hide it.
    text = json.dumps(value, ensure_ascii=False) if b"\\" in content else content.decode("utf-8", "replace")
    return redacted(token.is_spelled_in, value) if token.is_spelled_in(text) else value


def words_of_this_machine(error: BaseException) -> str:
    """Returns what the operating system says about a failure, or nothing. A proxy's or service's words are not its."""
    said = (str(link) for link in _chain(error) if isinstance(link, OSError))
    return str(without_addresses(next(said, "")))


def cause_without_token(lost: NoAnswer, token: AccessToken | None) -> Exception | None:
    """Returns what may be chained to our exception, without the frames and the request that hold the token.

    What the HTTP library says of an answer, or of our request, quotes it; so of its errors only those about this
    machine and its connections are left. Nothing is that quotes the token, whoever raised it.
    """
    is_of_the_library = lost.loss not in (Loss.FOREIGN, Loss.CLOSED)
    if is_of_the_library and not isinstance(lost.error, _OF_THIS_MACHINE):
        return None
    for link in _chain(lost.error):
        link.__traceback__ = None
        if isinstance(link, httpx.RequestError):
            link.request = httpx.Request("POST", "")
        if is_of_the_library and not isinstance(link.__cause__ or link.__context__, _OF_THIS_MACHINE):
            link.__cause__ = link.__context__ = None
        if token is not None and any(map(token.is_in, (str(link), repr(link.args)))):
            return None
    return lost.error


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__
