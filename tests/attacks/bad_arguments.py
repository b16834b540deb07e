"""Whatever is passed as an argument: an exception of ours before anything is sent, and nothing secret is quoted."""

import asyncio
import decimal
import enum
import fractions
import math
import socket
import string
import sys
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any
from unittest.mock import patch

import httpx

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, RetryPolicy
from feishu_mail.calls import options
from tests.attacks.attack import Attack, Tally, run
from tests.faults.connections import listening

SECRET = "s3cret"
HIDDEN = ("base_url", "access_token", "http_client", "draft_id", "user_mailbox_id")
"""The arguments that may hold a secret; of others, the error shows the value."""


def hostile(*bases: type[Any], spared: str = "") -> type[Any]:
    """Returns a class whose methods all raise, but for those that are spared."""

    def fail(self: object, *arguments: object, **options: object) -> Any:
        raise LookupError(SECRET)

    names = {name for base in (object, *bases) for name, member in vars(base).items() if callable(member)}
    names |= {"__bool__", "__len__", "__iter__", "__float__", "__int__", "__index__", "__getattr__", "__call__"}
    kept = {"__new__", "__init__", "__init_subclass__", "__class__", "__getattribute__", "__setattr__", "__del__"}
    return type("Hostile", bases, dict.fromkeys(names - kept - {*spared.split()}, fail))


class Text(str, enum.Enum):  # noqa: UP042 -- which prints as something else
    """An enumeration of texts."""

    MEMBER = f"{SECRET}-member"


class Float:
    """A number of another library's kind."""

    def __float__(self) -> float:
        return 5.0


def texts(chance: Random) -> str:
    """Draws a text that may be an address, an id or a token, or nearly."""
    parts = [
        "http://",
        "https://",
        "ftp:",
        "//",
        "127.0.0.1",
        "localhost",
        "[::1",
        "]",
        ":80",
        ":99999999",
        "@",
        "?",
        "#",
    ]
    parts += [
        "\ud800",
        "\0",
        "\n",
        "\u202e",
        "％",
        "..",
        "xn--a",
        "a" * 70,
        "%zz",
        "/",
        " ",
        SECRET,
        "Bearer ",
        "。",
        "ß",
    ]
    parts += [chance.choice(string.printable), chr(chance.randrange(sys.maxunicode)), "é" * chance.choice([1, 6_000])]
    return "".join(chance.choices(parts, k=chance.randrange(6)))


def values(chance: Random) -> Any:
    """Draws a value of any kind."""
    number = chance.choice([0, -1, 10**400, -(10**5000), math.nan, math.inf, 1e10, 5e-324, -0.0, True, chance.random()])
    text, good = texts(chance), chance.choice(["full", "me", "raise", "https://localhost:1"])
    kinds: list[Callable[[], Any]] = [
        *(lambda: text,) * 4,
        *(lambda: number,) * 2,
        *(
            hostile(),
            lambda: hostile(str)(text),
            lambda: hostile(str)(good),
            lambda: hostile(int)(5),
            lambda: hostile(float)(5),
        ),
        *(lambda: hostile(str, spared="__str__ __len__")(text), hostile(dict), lambda: hostile(bytes)(b"x")),
        *(lambda: hostile, lambda: hostile(type), hostile(spared="__call__"), lambda: Text.MEMBER),
        *(lambda: decimal.Decimal(5), lambda: decimal.Decimal("sNaN"), lambda: fractions.Fraction(1, 3), Float),
        *(lambda: text.encode("utf-8", "surrogatepass"), lambda: bytearray(b"x"), lambda: (each for each in text)),
        *(lambda: [text], lambda: {text: text}, lambda: {text}, object, lambda: 5j, lambda: Ellipsis, lambda: len),
        *(lambda: httpx.Timeout(None), lambda: httpx.Timeout(number), lambda: httpx.Timeout(5, read=-1)),
        *(lambda: httpx.Timeout(5, pool=10**400), lambda: hostile(httpx.Timeout)(5)),
        *(lambda: httpx.URL("http://localhost"), RetryPolicy, lambda: RetryPolicy, lambda: httpx.Client),
        *(lambda: FeishuMail, lambda: asyncio.sleep, hostile(RetryPolicy), lambda: sys.stdin),
    ]
    return chance.choice(kinds)()


def sources(chance: Random) -> Any:
    """Draws a callable for tokens."""
    value = values(chance)

    async def source() -> Any:
        return value

    return chance.choice([lambda: value, source, lambda text: text])


async def call_for_tasks(given: dict[str, Any], for_call: dict[str, Any], method: str) -> None:
    """Makes a client for tasks and a call."""
    async with AsyncFeishuMail(**given) as mail:
        found = mail.drafts
        if method == "list":
            async for _ in found.list(**for_call):
                break
        else:
            await getattr(found, method)(**for_call)


def call(given: dict[str, Any], for_call: dict[str, Any], method: str) -> None:
    """Does the same without tasks."""
    with FeishuMail(**given) as mail:
        found = getattr(mail.drafts, method)(**for_call)
        if method == "list":
            next(found, None)


def _once(base_url: str, received: list[bytes], chance: Random, tally: Tally) -> None:
    method = chance.choice(["send", "get", "list"])
    given: dict[str, Any] = {
        "access_token": "u-x",
        "base_url": base_url,
        "timeout": 2,
        "retry": RetryPolicy(max_attempts=1),
    }
    for_call: dict[str, Any] = {} if method == "list" else {"draft_id": "d"}
    of_call = [*for_call, "user_mailbox_id", "base_url", "timeout", "retry", "access_token", "http_client"]
    of_call += ["page_size"] if method == "list" else ["format"] if method == "get" else []
    of_client = [
        "access_token",
        "base_url",
        "timeout",
        "retry",
        "http_client",
        "on_retry",
        "sleep",
        "pace",
        "allow_insecure_http",
    ]
    of_policy = ["max_attempts", "max_seconds", "initial_backoff", "max_backoff", "jitter", "after_unknown"]
    where, name = chance.choice(
        [(0, chance.choice(of_client)), (1, chance.choice(of_call)), (2, chance.choice(of_policy))]
    )
    received.clear()
    tally.calls += 1
    tally.faults += 1
    said = f"{method}, {name} of a {('client', 'call', 'policy')[where]}"
    with suppress(LookupError, TypeError, ValueError, OverflowError, httpx.InvalidURL, decimal.InvalidOperation):
        value = sources(chance) if name == "access_token" and chance.random() < 0.3 else values(chance)
        said += f", {type(value)}"
        try:
            if where == 2:
                RetryPolicy(**{name: value})
            (given if where == 0 else for_call if where == 1 else {})[name] = value
            for_tasks = chance.random() < 0.5
            asyncio.run(call_for_tasks(given, for_call, method)) if for_tasks else call(given, for_call, method)
        except FeishuMailError as error:
            is_sent = base_url.encode().rpartition(b"/")[2] in b"".join(received)
            tally.judge(error.attempts > 0 or not is_sent, f"refused after it was sent: {said}")
            shown = f"{error!s} {error!r}"
            tally.judge(name not in HIDDEN or SECRET not in shown, f"a secret is quoted: {said}: {shown}")
        except Exception as error:  # noqa: BLE001 -- what escapes is what is judged
            tally.judge(False, f"a foreign exception: {said}: {type(error).__name__}")


def pass_anything(times: int, chance: Random) -> Tally:
    """Makes so many calls, each with one argument that is drawn."""
    tally = Tally()
    received: list[bytes] = []

    def serve(connection: Any) -> None:
        received.append(connection.recv(65536))
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n{"code":0,"data":{"draft":{}}}')

    resolve = socket.getaddrinfo

    def resolve_here(host: Any, *rest: Any, **options: Any) -> Any:
        if host not in ("127.0.0.1", "localhost"):
            raise socket.gaierror("nothing here talks beyond loopback")
        return resolve(host, *rest, **options)

    with listening(serve) as port, patch.object(socket, "getaddrinfo", resolve_here):
        for number in range(times):
            _once(f"http://127.0.0.1:{port}/{number}-", received, chance, tally)
    return tally


def pass_any_address(times: int, chance: Random) -> Tally:
    """Does the same to a client that leaves the judgement of its base URL to httpx."""
    with patch.object(options, "check_base_url", lambda value, **_: httpx.URL(value)):
        return pass_anything(times, chance)


ATTACK = Attack(on_the_sdk=pass_anything, on_a_weak_client=pass_any_address, short=2_000, long=50_000)

if __name__ == "__main__":
    run(ATTACK)
