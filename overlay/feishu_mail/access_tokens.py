"""Where the access token comes from, and how it is renewed once when the service refuses it."""

import inspect
import os
import threading
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn, TypeAlias

import anyio

from feishu_mail.exceptions import AuthenticationError
from feishu_mail.failures import Failure
from feishu_mail.judgements import TOKEN_UNAVAILABLE

ENVIRONMENT_VARIABLE: Final = "FEISHU_USER_ACCESS_TOKEN"

TokenCallable: TypeAlias = Callable[[], str]
AsyncTokenCallable: TypeAlias = Callable[[], str | Awaitable[str]]


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


def unavailable(reason: str) -> AuthenticationError:
    """Returns the exception for a token that is missing or cannot be used."""
    return AuthenticationError(Failure(judgement=TOKEN_UNAVAILABLE, reason=reason))


def conceal(value: object) -> object:
    """Returns a text wrapped as a token, anything else unchanged: from here on no frame holds the text itself."""
    return AccessToken(value) if isinstance(value, str) else value


def check_token(value: object) -> AccessToken:
    """Returns the concealed value if it can be a token. Its form is the service's business, beyond what fits a header.

    Raises:
        AuthenticationError: it cannot be a token. The value is not repeated.
    """
    if not isinstance(value, AccessToken):
        raise unavailable(f"the access token must be a string, not {type(value).__name__}")
    fault = _fault(value.reveal())
    if fault is not None:
        raise unavailable(fault)
    return AccessToken(value.reveal().strip())


def _fault(text: str) -> str | None:
    text = text.strip()
    if not text:
        return f"the access token is blank; set {ENVIRONMENT_VARIABLE} or pass access_token"
    if text.lower().startswith("bearer "):
        return "pass the access token without the word Bearer before it"
    if not text.isascii() or not text.isprintable() or " " in text:
        return "the access token has characters that no token has"
    return None


def _read_given(given: object) -> "AccessToken | Callable[[], object]":
    """Returns the callable that was given, or the token, from the environment if need be."""
    if callable(given):
        return given
    if given is not None:
        return check_token(given)
    if ENVIRONMENT_VARIABLE not in os.environ:
        raise unavailable(f"set {ENVIRONMENT_VARIABLE} or pass access_token")
    return check_token(conceal(os.environ[ENVIRONMENT_VARIABLE]))


def _refuse_coroutine_function() -> NoReturn:
    raise unavailable("FeishuMail needs an access_token callable that is not async; AsyncFeishuMail takes both")


class TokenSource:
    """Hands out the token. A callable is asked at first use, and again only for a token that the service refused."""

    def __init__(self, given: object) -> None:
        """Takes what ``conceal`` made of the caller's argument."""
        self._given = _read_given(given)
        if inspect.iscoroutinefunction(self._given):
            _refuse_coroutine_function()
        self._latest: AccessToken | None = None
        self._lock = threading.Lock()

    @property
    def can_refresh(self) -> bool:
        """Whether a refused token can be replaced."""
        return not isinstance(self._given, AccessToken)

    def token(self, refused: AccessToken | None = None) -> AccessToken:
        """Returns a token other than ``refused``, as far as the callable has one.

        Callers that were refused the same token share one refresh: refresh tokens can be used only once.

        Raises:
            AuthenticationError: the callable failed, or returned no token.
        """
        if isinstance(self._given, AccessToken):
            return self._given
        with self._lock:
            if self._latest is None or self._latest == refused:
                self._latest = _ask(self._given)
            return self._latest


class AsyncTokenSource:
    """The same for tasks; the callable may be async."""

    def __init__(self, given: object) -> None:
        """Takes what ``conceal`` made of the caller's argument."""
        self._given = _read_given(given)
        self._latest: AccessToken | None = None
        self._lock = anyio.Lock()

    @property
    def can_refresh(self) -> bool:
        """Whether a refused token can be replaced."""
        return not isinstance(self._given, AccessToken)

    async def token(self, refused: AccessToken | None = None) -> AccessToken:
        """Returns a token other than ``refused``, as far as the callable has one.

        Raises:
            AuthenticationError: the callable failed, or returned no token.
        """
        if isinstance(self._given, AccessToken):
            return self._given
        async with self._lock:
            if self._latest is None or self._latest == refused:
                self._latest = await _ask_async(self._given)
            return self._latest


def _ask(source: Callable[[], object]) -> AccessToken:
    try:
        value = conceal(source())
    except Exception as error:
        raise unavailable(f"the access_token callable raised {type(error).__name__}") from error
    if inspect.iscoroutine(value):
        value.close()
        _refuse_coroutine_function()
    return check_token(value)


async def _ask_async(source: Callable[[], object]) -> AccessToken:
    try:
        value = conceal(source())
        if inspect.isawaitable(value):
            value = conceal(await value)
    except Exception as error:
        raise unavailable(f"the access_token callable raised {type(error).__name__}") from error
    return check_token(value)
