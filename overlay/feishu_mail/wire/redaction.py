"""Takes tokens and mail addresses out of what a service says, however they are spelled, in time linear in the text."""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any, Final

from feishu_mail.wire.json_values import is_list, is_object

REDACTED: Final = "[redacted]"
# It begins with one of few characters, so that all others are passed over quickly, and nothing in it is tried twice at
# the same place, so that the time is linear in the text.
_ESCAPE: Final = (
    r"(?i)[%=\\0+&](?:"
    r"(?:(?<=%)(?:25)*u?|(?<==)|(?<=\\)[ux]\{?|(?<=0)x|(?<=u\+)|(?<=&)(?:amp;)*#x)"
    r"0*((?:ff)?[2-7][0-9a-f]|fe6b)[;}]?"
    r"|(?<=&)(?:amp;)*#0*(\d{2,5});?"
    r"|(?<=\\)([01]?[0-7]{2}))"
)
_IN_AN_ESCAPE: Final = ("%", "=", "\\", "0x", "0X", "+", "&")
_ORNATE: Final = r"[^\0-\x7f\u3000-\ud7ff]"
"""What can be a full-width, small or mathematical form of a letter; Chinese is not."""
_BASES: Final = (16, 10, 8)
_AT_SIGN: Final = r"(?i)@|commat|commercial at|\+aea|ef.?bc.?a0|ef.?b9.?ab|[(\[{<]\s?at\s?[)\]}>]"
_LOWER_CASE: Final = bytes(range(256)).lower()
_NOT_ALPHANUMERIC: Final = bytes(code for code in range(256) if not bytes([code]).isalnum())
_SHORTEST_PIECE: Final = 8


def without_addresses(value: Any) -> Any:
    """Returns a JSON value with each text replaced that may hold a mail address: an at sign in any usual spelling."""
    return redacted(spells_an_address, value)


def spells_an_address(text: str) -> bool:
    """Returns whether the text has an at sign, in any usual spelling."""
    return re.search(_AT_SIGN, _unescaped(text)) is not None


def redacted(is_secret: Callable[[str], bool], value: Any) -> Any:
    """Returns a JSON value with each text replaced that is secret, a name of a member too."""
    if isinstance(value, str):
        return REDACTED if is_secret(value) else value
    if is_list(value):
        return [redacted(is_secret, item) for item in value]
    if is_object(value):
        return {redacted(is_secret, key): redacted(is_secret, item) for key, item in value.items()}
    return value


def pieces_of(secret: str) -> Sequence[bytes]:
    """Returns pieces of the secret as other spellings would have them; a long part of it has one of them as a whole."""
    plain = secret.encode()
    # In base64 three bytes make four letters, so that what comes before the secret matters; its ends are left out.
    encoded = [b64encode(bytes(before) + plain)[before and before + 1 : -4] for before in range(3)]
    spellings = [letters_in(each.decode("latin-1")) for each in (plain, plain[::-1], plain.hex().encode(), *encoded)]
    return [
        spelling[start : start + length]
        for spelling in spellings
        if len(spelling) >= 2 * _SHORTEST_PIECE
        for length in [max(_SHORTEST_PIECE, len(spelling) // 4)]
        for start in range(0, len(spelling) - length + 1, length)
    ]


def letters_in(text: str) -> bytes:
    """Returns the letters and digits of a text in lower case, with escapes resolved and all else left out."""
    return _unescaped(text).encode("ascii", "ignore").translate(_LOWER_CASE, _NOT_ALPHANUMERIC)


def _unescaped(text: str) -> str:
    # An escape may hide another; whoever goes on hiding them hides them from people too.
    for _ in range(3):
        # Most texts have none, and compiling the pattern takes a process that sends one draft a millisecond.
        if not any(part in text for part in _IN_AN_ESCAPE):
            break
        text = re.sub(_ESCAPE, _character, text)
    return text if text.isascii() else re.sub(_ORNATE, _compatible, text)


def _character(escape: re.Match[str]) -> str:
    kind = escape.lastindex or 1
    return chr(int(escape[kind], _BASES[kind - 1]))


def _compatible(character: re.Match[str]) -> str:
    # One at a time: to put a long sequence of marks in order takes quadratic time.
    return unicodedata.normalize("NFKC", character[0])
