"""Where the access token comes from, and how it is renewed once when the service refuses it."""

import inspect
import threading
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple, TypeAlias

import anyio

from feishu_mail.wire.event_loops import current_event_loop
from feishu_mail.wire.locks import Locks
from feishu_mail.wire.secrecy import AccessToken, conceal

ENVIRONMENT_VARIABLE: Final = "FEISHU_USER_ACCESS_TOKEN"

TokenCallable: TypeAlias = Callable[[], str]
AsyncTokenCallable: TypeAlias = Callable[[], str | Awaitable[str]]
GivenToken: TypeAlias = AccessToken | Callable[[], object]


class TokenProblem(NamedTuple):
    """Why there is no token to make a request with."""

    reason: str
    cause: Exception | None = None


NOT_ASYNC: Final = TokenProblem(
    "FeishuMail needs an access_token callable that is not async; AsyncFeishuMail takes both"
)


def check_token(value: object) -> AccessToken | TokenProblem:
    """Returns the concealed value if it can be a token; beyond what fits a header, that is the service's business."""
    if not isinstance(value, AccessToken):
        return TokenProblem(f"the access token must be a string, not {type(value).__name__}")
    text = value.reveal().strip()
    if not text:
        return TokenProblem(f"the access token is blank; set {ENVIRONMENT_VARIABLE} or pass access_token")
    if text.lower().startswith("bearer "):
        return TokenProblem("pass the access token without the word Bearer before it")
    if not text.isascii() or not text.isprintable() or " " in text:
        return TokenProblem("the access token has characters that no token has")
    return AccessToken(text)


class TokenSource:
    """Hands out the token. A callable is asked at first use, and again only for a token that the service refused."""

    def __init__(self, given: GivenToken) -> None:
        self.given = given
        self._latest: AccessToken | None = None
        self._locks = Locks(threading.Lock)

    @property
    def can_refresh(self) -> bool:
        """Whether a refused token can be replaced."""
        return not isinstance(self.given, AccessToken)

    def token(self, refused: AccessToken | None = None) -> AccessToken | TokenProblem:
        """Returns a token other than ``refused``, as far as the callable has one.

        Callers that were refused the same token share one refresh: refresh tokens can be used only once.
        """
        if isinstance(self.given, AccessToken):
            return self.given
        with self._locks.of(None):
            if self._latest is not None and self._latest != refused:
                return self._latest
            found = _ask(self.given)
            self._latest = found if isinstance(found, AccessToken) else self._latest
            return found


class AsyncTokenSource:
    """The same for tasks; the callable may be async."""

    def __init__(self, given: GivenToken) -> None:
        self.given = given
        self._latest: AccessToken | None = None
        # A lock cannot be awaited from two event loops.
        self._locks = Locks(anyio.Lock)

    @property
    def can_refresh(self) -> bool:
        """Whether a refused token can be replaced."""
        return not isinstance(self.given, AccessToken)

    async def token(self, refused: AccessToken | None = None) -> AccessToken | TokenProblem:
        """Returns a token other than ``refused``, as far as the callable has one."""
        if isinstance(self.given, AccessToken):
            return self.given
        async with self._locks.of(current_event_loop()):
            if self._latest is not None and self._latest != refused:
                return self._latest
            found = await _ask_async(self.given)
            self._latest = found if isinstance(found, AccessToken) else self._latest
            return found


def _ask(source: Callable[[], object]) -> AccessToken | TokenProblem:
    try:
        value = conceal(source())
    except Exception as error:  # noqa: BLE001 -- becomes the cause of ours
        return TokenProblem(f"the access_token callable raised {type(error).__name__}", error)
    if inspect.iscoroutine(value):
        value.close()
        return NOT_ASYNC
    return check_token(value)


async def _ask_async(source: Callable[[], object]) -> AccessToken | TokenProblem:
    try:
        value = conceal(source())
        if inspect.isawaitable(value):
            value = conceal(await value)
    except Exception as error:  # noqa: BLE001 -- becomes the cause of ours
        return TokenProblem(f"the access_token callable raised {type(error).__name__}", error)
    return check_token(value)
