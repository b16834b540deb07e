"""Checks what the caller passes, before any request is made."""

import math
import os
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import httpx

from feishu_mail.outcomes import own_facts
from feishu_mail.outcomes.exceptions import AuthenticationError, exception_for, invalid_argument
from feishu_mail.outcomes.failures import failure_of
from feishu_mail.wire.access_tokens import ENVIRONMENT_VARIABLE, GivenToken, TokenProblem, check_token
from feishu_mail.wire.addresses import BASE_URL_VARIABLE, DEFAULT_BASE_URL, parse_base_url
from feishu_mail.wire.connections import EnvironmentProblem
from feishu_mail.wire.secrecy import conceal

DEFAULT_TIMEOUT: Final = 30.0
"""Seconds for each of: waiting for a pooled connection, connecting, writing, and the whole answer."""
LONGEST_TEXT: Final = 5_000
"""Characters of an id; each can take twelve in a URL, and httpx takes no URL of more than 65,536."""
LONGEST_TIMEOUT: Final = 1e6
"""Seconds; operating systems take no timeout much above 1e9."""

Given = TypeVar("Given")


def shown(value: object) -> str:
    """Returns the value as an error message can show it."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 -- Python refuses to write out huge integers, and a caller's class may do anything
        text = type(value).__name__
    return text if len(text) <= 50 else f"{text[:49]}…"


def check_id(name: str, value: object) -> str:
    """Returns the id as plain text; any text is fine that survives as one segment of a path.

    Raises:
        InvalidArgument: it is not a string, blank, too long, a dot segment, or has control characters. The value is not
            repeated in the message: it may be a mailbox address.
    """
    text = _plain(name, value)
    if not text.strip():
        raise invalid_argument(f"{name} is empty")
    if len(text) > LONGEST_TEXT:
        raise invalid_argument(f"{name} does not fit into a URL")
    if text in (".", ".."):
        raise invalid_argument(f"{name} must not be '.' or '..', which would name another path")
    # No printable character is of those kinds, and nearly every id is printable.
    if not text.isprintable() and any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise invalid_argument(f"{name} contains control characters or half of a character")
    return text


def check_ids(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the parameters, with those that are ids checked.

    Raises:
        InvalidArgument: one of them cannot be used.
    """
    return {
        name: check_id(name, value) if name.endswith(("_id", "_token")) else value for name, value in parameters.items()
    }


def check_base_url(value: object, *, allow_insecure_http: bool = False) -> httpx.URL:
    """Returns the base URL; None stands for the environment's, or Feishu's.

    Raises:
        InvalidArgument: it has no scheme or host, carries credentials, a query or a fragment, or would send the token
            in the clear to a host that is not this machine. The value is not repeated: it may hold a password.
    """
    if value is None:
        # Set but blank is a mistake, not a wish for the real service.
        value = os.environ.get(BASE_URL_VARIABLE, DEFAULT_BASE_URL)
    url = parse_base_url(_plain("base_url", value), allow_insecure_http=allow_insecure_http)
    if isinstance(url, str):
        raise invalid_argument(url)
    return url


def check_timeout(value: object) -> httpx.Timeout:
    """Returns the timeout with every part finite: waiting for ever is never what a caller wants.

    Raises:
        InvalidArgument: it is neither a positive number of seconds nor an ``httpx.Timeout``.
    """
    if isinstance(value, httpx.Timeout):
        given = httpx.Timeout.as_dict(value).items()
        parts = {name: DEFAULT_TIMEOUT if part is None else _as_timeout(part) for name, part in given}
        if None in parts.values():
            raise invalid_argument(f"timeout must have positive parts, in seconds, up to {LONGEST_TIMEOUT:.0f}")
        return httpx.Timeout(**parts)
    seconds = _as_timeout(value)
    if seconds is None:
        raise invalid_argument(
            f"timeout must be a positive number of seconds, up to {LONGEST_TIMEOUT:.0f}, or an httpx.Timeout, "
            f"not {shown(value)}"
        )
    return httpx.Timeout(seconds)


def check_access_token(value: object) -> GivenToken:
    """Returns the token or the callable; None stands for the environment's token.

    Args:
        value: what ``conceal`` made of the caller's argument.

    Raises:
        AuthenticationError: it cannot be a token. The value is not repeated.
    """
    if callable(value):
        return value
    if value is None:
        if ENVIRONMENT_VARIABLE not in os.environ:
            raise no_token(TokenProblem(f"set {ENVIRONMENT_VARIABLE} or pass access_token"))
        value = conceal(os.environ[ENVIRONMENT_VARIABLE])
    token = check_token(value)
    if isinstance(token, TokenProblem):
        raise no_token(token)
    return token


def no_token(problem: TokenProblem) -> AuthenticationError:
    """Returns the exception for a token that is missing or cannot be used."""
    return AuthenticationError(failure_of(None, own_facts.TOKEN_UNAVAILABLE, reason=problem.reason))


def check_environment(found: Given | EnvironmentProblem) -> Given:
    """Returns what was found.

    Raises:
        ConfigurationError: the environment's proxies or certificates cannot be used.
    """
    if isinstance(found, EnvironmentProblem):
        failure = failure_of(None, own_facts.UNUSABLE_ENVIRONMENT, reason=found.reason)
        raise exception_for(failure) from found.cause
    return found


def check_instance(name: str, value: object, kind: type[Given]) -> Given:
    """Returns the value.

    Raises:
        InvalidArgument: it is of another kind.
    """
    if not isinstance(value, kind):
        module = kind.__module__.partition(".")[0]
        known_as = kind.__name__ if module in ("feishu_mail", "builtins") else f"{module}.{kind.__name__}"
        raise invalid_argument(f"{name} must be of type {known_as}, not {type(value).__name__}")
    return value


def check_callable(name: str, value: object) -> Callable[..., Any]:
    """Returns the value.

    Raises:
        InvalidArgument: it cannot be called.
    """
    if not callable(value):
        raise invalid_argument(f"{name} must be callable, not {shown(value)}")
    return value


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> str:
    """Returns the value.

    Raises:
        InvalidArgument: it is not one of the choices.
    """
    text = str.__str__(value) if isinstance(value, str) else None
    if text not in choices:
        raise invalid_argument(f"{name} must be one of {', '.join(map(repr, choices))}, not {shown(value)}")
    return text


def check_count(name: str, value: object, most: int) -> int:
    """Returns the value.

    Raises:
        InvalidArgument: it is not an integer from 1 to ``most``.
    """
    number = as_number(value)
    if number is None or not isinstance(value, int) or not 1 <= number <= most:
        raise invalid_argument(f"{name} must be an integer from 1 to {most}, not {shown(value)}")
    return int(number)


def as_number(value: object) -> float | None:
    """Returns the number that it is, infinity included, or None; True and NaN are none."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        # Not what a class of the caller's own makes of it.
        number = float.__float__(value) if isinstance(value, float) else float(int.__int__(value))
    except OverflowError:  # an integer beyond every float
        return None
    return None if math.isnan(number) else number


def _as_timeout(value: object) -> float | None:
    number = as_number(value)
    return number if number is not None and 0 < number <= LONGEST_TIMEOUT else None


def _plain(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise invalid_argument(f"{name} must be a string, not {type(value).__name__}")
    # What a class of the caller's own makes of it, as enums do, is another text.
    return str.__str__(value)
