"""Whatever stands in a caller's own httpx client: no delivered mail is "not sent", and its errors are not repeated.

Its transport repeats requests, delivers them by other ways, answers with what is no answer and raises what it likes;
its hooks raise, and spoil the request, the response and the client itself; its own methods are overridden wrongly.
"""

import asyncio
import socket
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random
from typing import Any
from unittest.mock import patch

import httpcore
import httpx

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, RetryPolicy, SentDraft
from feishu_mail.wire import exchange
from feishu_mail_sandbox import SandboxControl, running_sandbox
from tests.attacks.attack import Attack, Tally, run

Step = Callable[[httpx.Request], Any]
Found = tuple[object, int]
INTERRUPTS = (SystemExit, KeyboardInterrupt, GeneratorExit)
POLICIES = [RetryPolicy(max_attempts=1), RetryPolicy(max_attempts=3), RetryPolicy(after_unknown="raise")]
SCRIPTS: list[list[Any]] = [[], ["drop_after_accept"], ["vanish_after_accept"], [1236006], ["drop_before_accept"]]
SCRIPTS += [["drop_after_accept", 99991400], ["drop_after_accept", 1234050], ["html_502"], ["stall_after_accept"]]
ERRORS: list[Callable[[httpx.Request], BaseException]] = [
    *(lambda request, kind=kind: kind("of the caller's") for kind in (RuntimeError, OSError, StopIteration)),
    *(lambda request, kind=kind: kind("of the caller's") for kind in INTERRUPTS),
    *(lambda request, kind=kind: kind("") for kind in (httpx.ConnectError, httpcore.ConnectError, httpx.InvalidURL)),
    *(lambda request, kind=kind: kind("", request=request) for kind in (httpx.ConnectError, httpx.PoolTimeout)),
    *(lambda request, kind=kind: kind("", request=request) for kind in (httpx.ReadTimeout, httpx.UnsupportedProtocol)),
    lambda request: httpx.HTTPStatusError("", request=request, response=httpx.Response(500)),
    lambda request: ExceptionGroup("of the caller's", [httpx.ConnectError("", request=request)]),
]
# Those of 4xx with nothing to read are what a service says that refuses; so are bodies that say code 0.
STATUSES: list[Any] = [0, -1, 99, 100, 199, 204, 200.5, "200", None, True, 302, 600, 10**30]


def raising(error: Callable[[httpx.Request], BaseException]) -> Callable[[Any], None]:
    """Returns a hook, or a step of a transport, that raises."""

    def fail(about: httpx.Request | httpx.Response) -> None:
        raise error(about if isinstance(about, httpx.Request) else about.request)

    return fail


def broken_stream() -> Iterator[Any]:
    """Yields no bytes."""
    yield "text"
    raise httpx.ConnectError("of the caller's")


def hooks(dead: str, held: list[Any]) -> list[Callable[[Any], object]]:
    """Returns hooks that spoil a request, and of those some that spoil a response too."""
    changes: list[Callable[[Any], object]] = [
        lambda about: setattr(about, "extensions", {"timeout": {"read": "0.3", "connect": 0.3}}),
        lambda about: about.extensions.pop("trace"),
        lambda about: about.extensions.update(trace=5, timeout="no"),
        lambda about: about.headers.clear(),
        lambda about: about.headers.update({"x": "a\r\nb", "content-length": "7"}),
        lambda about: setattr(about, "stream", None),
        lambda about: setattr(about, "url", httpx.URL(dead)),
        lambda about: setattr(about, "url", httpx.URL("ftp://127.0.0.1")),
        lambda about: setattr(about, "status_code", "200"),
        lambda about: about.close(),
        lambda about: held[0].close(),
        lambda about: httpx.Client(trust_env=False).post(dead),
    ]
    return [*changes, *map(raising, ERRORS)]


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Does one step after the other; what comes of the last is its answer, and of the others nothing."""

    def __init__(self, steps: list[Step | str], dead: str) -> None:
        self.steps, self._dead = steps, dead
        self._inner, self._async_inner = httpx.HTTPTransport(verify=False), httpx.AsyncHTTPTransport(verify=False)

    def _led(self, step: str, request: httpx.Request) -> httpx.Request:
        if step == "nowhere":
            request.url = httpx.URL(self._dead)
        extensions = {"timeout": {"read": 0.3}} if "unseen" in step else request.extensions
        copied = httpx.Request(request.method, request.url, headers=request.headers, extensions=extensions)
        return copied if "copy" in step else request

    def handle_request(self, request: httpx.Request) -> Any:
        for step in self.steps[:-1]:
            with suppress(Exception):
                self._do(step, request).read()
        return self._do(self.steps[-1], request)

    def _do(self, step: Step | str, request: httpx.Request) -> Any:
        return self._inner.handle_request(self._led(step, request)) if isinstance(step, str) else step(request)

    async def handle_async_request(self, request: httpx.Request) -> Any:
        for step in self.steps[:-1]:
            with suppress(Exception):
                await (await self._do_async(step, request)).aread()
        return await self._do_async(self.steps[-1], request)

    async def _do_async(self, step: Step | str, request: httpx.Request) -> Any:
        if isinstance(step, str):
            return await self._async_inner.handle_async_request(self._led(step, request))
        return step(request)

    def close(self) -> None:
        self._inner.close()


def steps(chance: Random) -> list[Step | str]:
    """Draws what a transport does."""
    status = chance.choice(STATUSES)
    no_answer: Any = chance.choice([None, object(), httpx.Response(200, stream=httpx.ByteStream(b"{"))])
    last: list[Step | str] = [
        *("as it is", "as it is", "a copy", "nowhere", "nowhere"),
        raising(chance.choice(ERRORS)),
        lambda request: no_answer,
        lambda request: httpx.Response(200, content=broken_stream()),
        lambda request: httpx.Response(status, content=b""),
    ]
    # A copy that httpcore does not report on, and whose answer was lost, leaves no trace in an answer: not promised.
    last_step = chance.choice(last)
    before = ["as it is", "a copy", "a copy, unseen"] if last_step == "nowhere" or callable(last_step) else ["as it is"]
    return [*chance.choices(before, k=chance.randrange(3)), last_step]


def wrongly_made(kind: type[Any], chance: Random) -> type[Any]:
    """Returns a class of clients with a method of its own that is wrong."""
    error = chance.choice(ERRORS)

    def send(self: Any, request: httpx.Request, **options: Any) -> Any:
        sent = kind.send(self, request, **options)
        if kind is httpx.Client:
            sent.read()
        return None if chance.random() < 0.5 else raising(error)(request)

    def build_request(self: Any, *arguments: Any, **options: Any) -> Any:
        options.pop("extensions")
        built = kind.build_request(self, *arguments, **options)
        return chance.choice([built, None, "request"])

    overridden = chance.choice([{"send": send}, {"build_request": build_request}])
    return type("Wrong", (kind,), overridden)


def settings_of_a_client(chance: Random, dead: str, held: list[Any], *, for_tasks: bool) -> tuple[dict[str, Any], str]:
    """Draws the arguments of the client that is then held, and says which of its events has a hook."""
    if chance.random() < 0.5:
        return {"transport": Transport(steps(chance), dead)}, ""
    event, hook = chance.choice(["request", "response"]), chance.choice(hooks(dead, held))

    async def hook_for_tasks(about: Any) -> None:
        hook(about)

    is_wrong_kind = chance.random() < 0.1
    chosen = hook_for_tasks if for_tasks is not is_wrong_kind else hook
    return {"event_hooks": {event: [chosen]}, "auth": ("user", "password")}, event


async def no_wait(seconds: float) -> None:
    """Takes no time."""


async def send_for_tasks(client: Any, options: dict[str, Any], call: Callable[[], tuple[str, int]]) -> list[Found]:
    """Sends the draft through the client, then through connections of ours; returns what came of it, and the ledger."""
    found: list[Found] = []
    async with AsyncFeishuMail(access_token="u-x", timeout=0.2, sleep=no_wait, **options) as mail:
        for http_client in (client, None):
            try:
                result: object = await mail.drafts.send(call()[0], http_client=http_client)
            except (Exception, *INTERRUPTS) as error:  # noqa: BLE001
                result = error
            found.append((result, call()[1]))
    return found


def send(client: Any, options: dict[str, Any], call: Callable[[], tuple[str, int]]) -> list[Found]:
    """Does the same without tasks."""
    found: list[Found] = []
    with FeishuMail(access_token="u-x", timeout=0.2, sleep=lambda _: None, **options) as mail:
        for http_client in (client, None):
            try:
                result: object = mail.drafts.send(call()[0], http_client=http_client)
            except (Exception, *INTERRUPTS) as error:  # noqa: BLE001
                result = error
            found.append((result, call()[1]))
    return found


def _once(sandbox: SandboxControl, dead: str, chance: Random, tally: Tally) -> None:
    kind = chance.choice([httpx.Client, httpx.AsyncClient])
    script, options = chance.choice(SCRIPTS), {"base_url": sandbox.base_url, "retry": chance.choice(POLICIES)}
    held: list[Any] = []
    settings, event = settings_of_a_client(chance, dead, held, for_tasks=kind is httpx.AsyncClient)
    made = wrongly_made(kind, chance) if chance.random() < 0.1 else kind
    draft_id = sandbox.create_draft(script=script)
    client = made(trust_env=False, verify=False, **settings)
    held.append(client)

    def call() -> tuple[str, int]:
        return draft_id, [mail["draft_id"] for mail in sandbox.deliveries()].count(draft_id)

    calls = send(client, options, call) if kind is httpx.Client else send_for_tasks(client, options, call)
    found = calls if isinstance(calls, list) else asyncio.run(calls)
    tally.calls += 2
    tally.faults += 1
    for result, delivered in found:
        outcome = "done" if isinstance(result, SentDraft) else getattr(result, "outcome", None)
        said = f"{kind.__name__}, {event or settings['transport'].steps}, {script}: {delivered} delivered, {result!r}"
        is_ours = isinstance(result, (SentDraft, FeishuMailError, *INTERRUPTS))
        tally.judge(is_ours, f"a foreign exception escaped: {said}")
        tally.judge(not (delivered and outcome == "not_done"), f"delivered, and called not sent: {said}")
        tally.judge(bool(delivered) or outcome != "done", f"called sent, and not delivered: {said}")
        is_the_callers = getattr(result, "name", "") == "HTTP_CLIENT_FAILED"
        attempts = getattr(result, "attempts", 1)
        tally.judge(not is_the_callers or attempts == 1 or bool(script), f"an error of the caller's repeated: {said}")


def attack_callers_clients(times: int, chance: Random) -> Tally:
    """Sends each draft through a client that is drawn, then again through connections of ours."""
    tally = Tally()
    # A hook of the wrong kind is never awaited.
    warnings.simplefilter("ignore", RuntimeWarning)
    with running_sandbox() as sandbox, socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        for _ in range(times):
            sandbox.reset()
            sandbox.settings(rate_limit=None)
            _once(sandbox, dead, chance, tally)
    return tally


def attack_one_that_believes_errors(times: int, chance: Random) -> Tally:
    """Does the same to a client that believes the class of an error, whoever raised it."""
    with patch.object(exchange, "is_from_httpx_alone", return_value=True):
        return attack_callers_clients(times, chance)


ATTACK = Attack(
    on_the_sdk=attack_callers_clients, on_a_weak_client=attack_one_that_believes_errors, short=120, long=3_000
)

if __name__ == "__main__":
    run(ATTACK)
