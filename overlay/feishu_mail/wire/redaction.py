"""Takes tokens and mail addresses out of what a service says, however they are spelled, in time linear in the text."""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, Final

from feishu_mail.wire.json_values import is_list, is_object

REDACTED: Final = "[redacted]"
# It begins with one of few characters, so that all others are passed over quickly, and nothing in it is tried twice at
# the same place, so that the time is linear in the text.
_ESCAPE: Final = re.compile(
    r"[%=\\0+&](?:"
    r"(?:(?<=%)(?:25)*u?|(?<==)|(?<=\\)[ux]\{?|(?<=0)x|(?<=u\+)|(?<=&)(?:amp;)*#x)"
    r"0*((?:ff)?[2-7][0-9a-f]|fe6b)[;}]?"
    r"|(?<=&)(?:amp;)*#0*(\d{2,5});?"
    r"|(?<=\\)([01]?[0-7]{2}))",
    re.IGNORECASE,
)
_ORNATE: Final = re.compile(r"[^\0-\x7f\u3000-\ud7ff]")
"""What can be a full-width, small or mathematical form of a letter; Chinese is not."""
_BASES: Final = (16, 10, 8)
_AT_SIGN: Final = re.compile(
    r"@|commat|commercial at|\+aea|ef.?bc.?a0|ef.?b9.?ab|[(\[{<]\s?at\s?[)\]}>]", re.IGNORECASE
)
_LOWER_CASE: Final = bytes(range(256)).lower()
_NOT_ALPHANUMERIC: Final = bytes(code for code in range(256) if not bytes([code]).isalnum())
_SHORTEST_PIECE: Final = 8


def without_secrets(value: Any, secrets: Sequence[str], *, is_short: bool = True) -> Any:
    """Returns a JSON value with each text replaced that holds a secret, a name of a member too.

    In what is short, a half of a long secret is found too, and in other spellings: its case, the usual escapes,
    hexadecimal, base64, backwards, with anything between its letters and digits.
    """
    if is_short:
        return _redacted(value, partial(_spells_one_of, secrets))
    return _with_texts(partial(holds_one_of, secrets), value)


def without_addresses(value: Any) -> Any:
    """Returns a JSON value with each text replaced that may hold a mail address: an at sign in any usual spelling."""
    return _redacted(value, spells_an_address)


def spells_an_address(text: str) -> bool:
    """Returns whether the text has an at sign, in any usual spelling."""
    return _AT_SIGN.search(_unescaped(text)) is not None


def holds_one_of(secrets: Sequence[str], text: str) -> bool:
    """Returns whether the text has one of the secrets in it, as it is."""
    return any(secret in text for secret in secrets)


def _redacted(value: Any, is_secret: Callable[[str], bool]) -> Any:
    # One look at all texts together is quicker than one at each, and most have nothing to hide.
    return _with_texts(is_secret, value) if is_secret("\n".join(_texts(value))) else value


def _with_texts(is_secret: Callable[[str], bool], value: Any) -> Any:
    if isinstance(value, str):
        return REDACTED if is_secret(value) else value
    if is_list(value):
        return [_with_texts(is_secret, item) for item in value]
    if is_object(value):
        return {_with_texts(is_secret, key): _with_texts(is_secret, item) for key, item in value.items()}
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_list(value):
        for item in value:
            yield from _texts(item)
    elif is_object(value):
        for key, item in value.items():
            yield key
            yield from _texts(item)


def _spells_one_of(secrets: Sequence[str], text: str) -> bool:
    letters = _letters(_unescaped(text))
    for secret in secrets:
        if secret in text:
            return True
        # Every answer is looked at, so that it matters what this costs.
        for piece in _pieces(secret):
            if piece in letters:
                return True
    return False


@lru_cache(maxsize=8)
def _pieces(secret: str) -> Sequence[bytes]:
    """Returns pieces of the secret as other spellings would have them; a long part of it has one of them as a whole."""
    plain = secret.encode()
    # In base64 three bytes make four letters, so that what comes before the secret matters; its ends are left out.
    encoded = [b64encode(bytes(before) + plain)[before and before + 1 : -4] for before in range(3)]
    spellings = [_letters(each.decode("latin-1")) for each in (plain, plain[::-1], plain.hex().encode(), *encoded)]
    return [
        spelling[start : start + length]
        for spelling in spellings
        if len(spelling) >= 2 * _SHORTEST_PIECE
        for length in [max(_SHORTEST_PIECE, len(spelling) // 4)]
        for start in range(0, len(spelling) - length + 1, length)
    ]


def _letters(text: str) -> bytes:
    return text.encode("ascii", "ignore").translate(_LOWER_CASE, _NOT_ALPHANUMERIC)


def _unescaped(text: str) -> str:
    # An escape may hide another; whoever goes on hiding them hides them from people too.
    for _ in range(3):
        text, found = _ESCAPE.subn(_character, text)
        if not found:
            break
    return _ORNATE.sub(_compatible, text)


def _character(escape: re.Match[str]) -> str:
    kind = escape.lastindex or 1
    return chr(int(escape[kind], _BASES[kind - 1]))


def _compatible(character: re.Match[str]) -> str:
    # One at a time: to put a long sequence of marks in order takes quadratic time.
    return unicodedata.normalize("NFKC", character[0])
