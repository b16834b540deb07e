"""Reads one HTTP answer, whatever it is: nothing that a service can send makes this raise."""

import json
import math
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, Final, TypeGuard

from feishu_mail.wire.json_values import is_list, is_object
from feishu_mail.wire.secrecy import AccessToken, without_token

LONGEST_WORDS: Final = 16 * 1024
"""Bytes of an answer whose words are kept; the service's own refusals and answers to writes have a few hundred."""
_LOG_ID_LENGTH: Final = 34
_HEXADECIMAL: Final = frozenset(string.hexdigits)
_DEEPEST: Final = 64
"""Levels of nesting that are read; the service's own answers have five. Much deeper ones exhaust Python's stack."""
_TWO_VALUES: Final = "the body has two values under one name"
_MOST_TOKENS: Final = 40_000
"""Strings, commas, colons and brackets; a draft with 500 recipients and as many attachments has half as many."""
# Each string is taken whole, also one that does not end, so that no character is looked at twice.
_LEXEME: Final = r'(?s)"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[,:\[{]'


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one HTTP answer says, as far as it can be read."""

    http_status: int
    code: int | None = None
    """None: there is no envelope."""
    body: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    """The envelope as it came. It may hold addresses."""
    log_id: str | None = None
    retry_after: float | None = None
    """Seconds that the answer asks to wait, rounded up."""
    problem: str | None = None
    """Why there is no envelope."""
    contradicts_itself: bool = False
    """It has two values under one name, or says 0 in another way than a success does. So its status proves nothing."""
    is_long: bool = False
    """The body has more than ``LONGEST_WORDS``: of what is not the success of a read, the code is all that is taken."""


def read_answer(
    http_status: int,
    headers: Mapping[str, str],
    content: bytes,
    *,
    now: datetime | None = None,
    problem: str | None = None,
    token: AccessToken | None = None,
) -> Answer:
    """Returns what the answer says.

    Args:
        http_status: the status, also one that no standard knows.
        headers: looked up in lower case.
        content: the body as far as it arrived.
        now: the time of day, to read a date in ``Retry-After``; without it dates are not read.
        problem: why the body is known to be incomplete; it is not looked at then.
        token: what the request was made with; it does not come back out, should the service echo it.
    """
    is_long = len(content) > LONGEST_WORDS
    body: Any = None
    if problem is None:
        body, problem = _read_json(content)
    # A header has no bound of its own; one character more is enough to see that it is too long.
    header = headers.get("x-tt-logid", "")[: _LOG_ID_LENGTH + 1]
    if token is not None:
        said = content if is_long else content + header.encode()
        body, header = without_token([body, header], said, token, in_any_spelling=not is_long)
    if problem is None and not is_object(body):
        problem = "the body is not a JSON object"
    envelope: Mapping[str, Any] = body if is_object(body) else {}
    code = envelope.get("code")
    if problem is None and not _is_code(code):
        problem = "the body has no numeric code"
    error = envelope.get("error")
    detail: Mapping[str, Any] = error if is_object(error) else {}
    return Answer(
        http_status=http_status,
        code=code if _is_code(code) else None,
        body=envelope,
        log_id=_first_log_id(detail.get("log_id"), envelope.get("log_id"), header),
        retry_after=read_retry_after(headers, now=now),
        problem=problem,
        contradicts_itself=problem == _TWO_VALUES or (code == 0 and not _is_code(code)),
        is_long=is_long,
    )


def read_retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Returns the seconds that the headers ask to wait, rounded up, or None.

    ``x-ogw-ratelimit-reset`` is documented, in seconds until calls are accepted again, and comes first. ``Retry-After``
    (seconds or an HTTP date) is not documented for this service, but a gateway in between may send it.
    """
    reset = _seconds(headers.get("x-ogw-ratelimit-reset"))
    if reset is not None:
        return reset
    retry_after = headers.get("retry-after")
    seconds = _seconds(retry_after)
    return seconds if seconds is not None or now is None else _seconds_until(retry_after, now)


def _read_json(content: bytes) -> tuple[Any, str | None]:
    if not content.strip():
        return None, "the body is empty"
    try:
        text = content.decode().removeprefix("\ufeff")
        if _has_too_many_tokens(text):
            return None, "the body has more values than any answer"
        body = json.loads(text, object_pairs_hook=_object)
    except _TwoValues:
        return None, _TWO_VALUES
    except (ValueError, RecursionError):
        return None, "the body is not JSON"
    # Nothing is nested more deeply than it has brackets, and few answers have so many.
    if text.count("[") + text.count("{") > _DEEPEST and _is_deeper(body, _DEEPEST):
        return None, "the body is nested too deeply"
    return body, None


def _has_too_many_tokens(text: str) -> bool:
    if sum(map(text.count, '",:[{')) <= _MOST_TOKENS:
        return False
    # Most of those may be inside of strings.
    return next(islice(re.finditer(_LEXEME, text), _MOST_TOKENS, None), None) is not None


class _TwoValues(ValueError):
    """Whoever reads the first value under a name and whoever reads the last would not agree."""


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(members)
    if len(read) < len(members) and any(value != read[name] for name, value in members):
        raise _TwoValues
    return read


def _is_deeper(value: Any, levels: int) -> bool:
    if is_object(value):
        value = list(value.values())
    return is_list(value) and (levels == 0 or any(_is_deeper(item, levels - 1) for item in value))


def _is_code(value: object) -> TypeGuard[int]:
    # The document's format is int64; a longer number is shown and logged nowhere.
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _first_log_id(*candidates: object) -> str | None:
    for candidate in candidates:
        if isinstance(candidate, str) and _is_log_id(candidate):
            return candidate
    return None


def _is_log_id(text: str) -> bool:
    # The shape that was seen: 14 digits and 20 hexadecimal ones. It is shown and logged, so free text must not pass.
    is_as_long = len(text) == _LOG_ID_LENGTH and text.isascii()
    return is_as_long and text[:14].isdigit() and _HEXADECIMAL.issuperset(text[14:])


def _seconds(text: str | None) -> float | None:
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return float(math.ceil(seconds)) if math.isfinite(seconds) and seconds >= 0 else None


def _seconds_until(text: str | None, now: datetime) -> float | None:
    try:
        date = parsedate_to_datetime(text or "")
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        seconds = (date - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return float(math.ceil(seconds)) if seconds >= 0 else None
