"""The faults, as data: what goes wrong in one attempt, and what an honest client may conclude and do.

What may be concluded is written down here by hand, or read from the document; the SDK, which is judged, is not asked.
"""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from feishu_mail_sandbox.document import described_operations, load_document, named_examples
from tests.faults.elsewhere import PLACES
from tests.faults.relay import NEVER_GIVEN, Answer, End, Spoiling

OperationId = Literal["sendDraft", "getDraft"]
Outcome = Literal["done", "not_done", "unknown"]

ALREADY_SENT = 1236005
LONG_WAIT = 3600
"""Seconds that no policy here has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What one attempt meets. Where nothing is named, it meets the service itself."""

    name: str
    outcome: Outcome
    """What can be known from this attempt alone."""
    repeated: bool
    """Whether the same call may succeed next; if not, it ends here."""
    place: str | None = None
    """Where the attempt ends up in place of the service."""
    spoiling: Spoiling | None = None
    """What the relay does to it."""
    script: int | str | None = None
    """What the sandbox's script does to it."""
    vanishes: bool = False
    """The draft cannot be found afterwards."""
    fixed_token: bool = False
    """The caller has one token only."""
    reads: bool = True
    """Whether a read can meet it too, with the same end."""

    @property
    def drips(self) -> bool:
        """Whether the answer comes a byte at a time."""
        return self.spoiling is not None and self.spoiling.pause > 0

    @property
    def holds(self) -> bool:
        """Whether the attempt is over only when the client gives up."""
        stalls = self.spoiling is not None and self.spoiling.end is End.STALL
        return stalls or self.drips or self.place == "tls_stalled"


_HTML = b"<html><body><h1>Something is wrong</h1></body></html>"
_PAUSE = 0.02
_HUGE = 2 * 1024 * 1024
_ANOTHERS = NEVER_GIVEN.written()
"""An answer that no request asked for; whoever reads it has taken it for the answer to another one."""


def _instead(answer: Answer) -> Callable[[Answer], bytes]:
    return lambda _: answer.written()


def _page(status: int, reason: str, **headers: str) -> Callable[[Answer], bytes]:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return _instead(Answer(status, reason, {"Content-Type": "text/html", **named}, _HTML))


def _json(content: object, status: int = 200) -> Callable[[Answer], bytes]:
    body = json.dumps(content).encode()
    return _instead(Answer(status, "Odd", {"Content-Type": "application/json"}, body))


def _with_body(body: bytes, **headers: str) -> Callable[[Answer], bytes]:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return lambda answer: replace(answer, body=body, headers={**answer.headers, **named}).written()


def _if_sent(write: Callable[[Answer], bytes]) -> Callable[[Answer], bytes]:
    return lambda answer: write(answer) if answer.status == 200 else answer.written()


def _followed_by(rest: bytes) -> Callable[[Answer], bytes]:
    return lambda answer: answer.written() + rest


def _head(content: Callable[[Answer], bytes] = Answer.written) -> Callable[[Answer], bytes]:
    return lambda answer: content(answer).partition(b"\r\n\r\n")[0]


def _half_body(answer: Answer) -> bytes:
    return replace(answer, body=answer.body[: len(answer.body) // 2]).written(announced=len(answer.body))


def _cut_chunks(answer: Answer) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"%x\r\n%s\r\n" % (len(answer.body), answer.body)


def _chunks_within_a_length(answer: Answer) -> bytes:
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(answer.body), answer.body) + _ANOTHERS
    return replace(answer, headers={**answer.headers, "Transfer-Encoding": "chunked"}, body=body).written()


def _bodiless(status: int) -> bytes:
    # Neither has a body, whatever its length says.
    return Answer(status, body=_ANOTHERS).written()


def _broken_chunks(answer: Answer) -> bytes:
    return _cut_chunks(answer) + b"what\r\n"


def _two_lengths(answer: Answer) -> bytes:
    return replace(answer, headers={**answer.headers, "Content-Length": "7"}).written()


def _length_and_chunks(answer: Answer) -> bytes:
    return replace(answer, headers={**answer.headers, "Transfer-Encoding": "chunked"}).written()


def _without_length(answer: Answer) -> bytes:
    return answer.written().replace(b"Content-Length", b"X-Length")


def _long_head(answer: Answer) -> bytes:
    return replace(answer, headers={**answer.headers, "X-Long": "x" * 800}).written()


def _dripped_body(answer: Answer) -> bytes:
    return replace(answer, body=answer.body + b" " * 400).written()


# What the client cannot make sense of; each comes before the service got the request, and after it accepted the mail.
_UNCLEAR: dict[str, Spoiling] = {
    "reset": Spoiling(True, lambda _: b"", End.RESET),
    "hung up": Spoiling(True, lambda _: b"", End.CLOSE),
    "stall": Spoiling(True, lambda _: b"", End.STALL),
    "half a status line, then the end": Spoiling(True, lambda _: b"HTTP/1.1 20", End.CLOSE),
    "half a status line, then silence": Spoiling(True, lambda _: b"HTTP/1.1 20", End.STALL),
    "half a head, then a reset": Spoiling(True, _head(), End.RESET),
    "half a body, then the end": Spoiling(True, _half_body, End.CLOSE),
    "half a body, then a reset": Spoiling(True, _half_body, End.RESET),
    "half a body, then silence": Spoiling(True, _half_body, End.STALL),
    "chunked body cut": Spoiling(True, _cut_chunks, End.CLOSE),
    "chunked body broken": Spoiling(True, _broken_chunks, End.CLOSE),
    "slow drip of the status line": Spoiling(True, lambda _: b"HTTP/1.1 200 " + b"O" * 800, End.CLOSE, _PAUSE),
    "slow drip of the head": Spoiling(True, _long_head, End.CLOSE, _PAUSE),
    "slow drip of the body": Spoiling(True, _dripped_body, End.STALL, 0.001),
    "endless announcements": Spoiling(True, lambda _: b"HTTP/1.1 103 Early Hints\r\n\r\n" * 30, End.CLOSE, _PAUSE),
    "HTML 502": Spoiling(True, _page(502, "Bad Gateway")),
    "HTML 503": Spoiling(True, _page(503, "Service Unavailable", Retry_After="2")),
    "HTML 504": Spoiling(True, _page(504, "Gateway Timeout")),
    "HTML 520": Spoiling(True, _page(520, "Web Server Returned an Unknown Error")),
    "HTML 408": Spoiling(True, _page(408, "Request Timeout")),
    "HTML 499": Spoiling(True, _page(499, "Client Closed Request")),
    "HTML 200": Spoiling(True, _page(200, "OK")),
    "status 999": Spoiling(True, _page(999, "Odd")),
    "empty 200": Spoiling(True, lambda _: Answer(200).written()),
    "empty 204": Spoiling(True, lambda _: b"HTTP/1.1 204 No Content\r\n\r\n"),
    "not JSON": Spoiling(True, _with_body(b"{not JSON}")),
    "a list": Spoiling(True, _json([0])),
    "no code": Spoiling(True, _json({"msg": "success", "data": {}})),
    "code null": Spoiling(True, _json({"code": None, "data": {}})),
    "code in a string": Spoiling(True, _json({"code": "0", "data": {}})),
    "code true": Spoiling(True, _json({"code": True})),
    "data that is a list": Spoiling(True, _json({"code": 0, "data": ["message_id"]})),
    "nesting without measure": Spoiling(True, _with_body(b'{"code":0,"data":' + b"[" * 600 + b"]" * 600 + b"}")),
    "huge body": Spoiling(True, _with_body(b'{"code":0,"data":{"message_id":"' + b"m" * _HUGE + b'"}}')),
    "huge head": Spoiling(True, lambda _: b"HTTP/1.1 200 OK\r\nX-Huge: " + b"x" * _HUGE, End.CLOSE),
    "inflated body": Spoiling(True, _with_body(gzip.compress(b" " * _HUGE), Content_Encoding="gzip")),
    "broken compression": Spoiling(True, _with_body(b"no gzip", Content_Encoding="gzip")),
    "no HTTP": Spoiling(True, lambda _: b"220 mail.example.com ESMTP\r\n" * 2, End.CLOSE),
    "garbage before the answer": Spoiling(True, lambda answer: b"what\r\n" + answer.written()),
    "two lengths": Spoiling(True, _two_lengths),
    "a length and chunks": Spoiling(True, _length_and_chunks, End.CLOSE),
    "a length too short": Spoiling(True, lambda answer: answer.written(announced=7) + _ANOTHERS),
    "a length of nothing": Spoiling(True, lambda answer: answer.written(announced=0) + _ANOTHERS),
    "a body after a 204": Spoiling(True, lambda _: b"HTTP/1.1 204 No Content\r\n\r\n" + _ANOTHERS),
    "a body after a 204 that announces it": Spoiling(True, lambda _: _bodiless(204)),
    "another protocol": Spoiling(True, lambda _: b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + _ANOTHERS),
    "code 0 with 500": Spoiling(True, _json({"code": 0, "data": {}}, 500)),
    "the document's internal error": Spoiling(True, _json({"code": 1236019, "msg": "internal"}, 500)),
}

# Clear, but followed by what belongs to nobody.
_OVERLONG: dict[str, Spoiling] = {
    "an answer twice": Spoiling(True, lambda answer: answer.written() * 2),
    "an answer, then another's": Spoiling(True, _followed_by(_ANOTHERS)),
    "an answer, then garbage": Spoiling(True, _followed_by(b"what\r\n")),
    "chunks, then another's within the length": Spoiling(True, _chunks_within_a_length),
    "an answer without a length": Spoiling(True, _without_length, End.CLOSE),
}

# Odd, but clear: the service says that the mail is out.
_ODD_SUCCESSES: dict[str, Spoiling] = {
    "wrong content type": Spoiling(True, lambda answer: _as_text(answer).written()),
    "success without data": Spoiling(True, _if_sent(_json({"code": 0, "msg": "success", "data": None}))),
    "success with ids of a wrong type": Spoiling(True, _if_sent(_json({"code": 0, "data": {"message_id": 7}}))),
    "success after an announcement": Spoiling(
        True, lambda answer: b"HTTP/1.1 103 Early Hints\r\n\r\n" + answer.written()
    ),
}


def _as_text(answer: Answer) -> Answer:
    return replace(answer, headers={**answer.headers, "Content-Type": "text/plain; charset=utf-16"})


def _refused_then_anothers(code: int, status: int) -> Callable[[Answer], bytes]:
    refused = _json({"code": code, "msg": "refused"}, status)
    return lambda answer: refused(answer) + _ANOTHERS


_REFUSED_BY_A_GATEWAY: dict[str, tuple[Callable[[Answer], bytes], bool]] = {
    "HTML 400": (_page(400, "Bad Request"), False),
    "HTML 403": (_page(403, "Forbidden"), False),
    "HTML 404": (_page(404, "Not Found"), False),
    "HTML 429 without a wait": (_page(429, "Too Many Requests"), True),
    "HTML 429 with a wait": (_page(429, "Too Many Requests", Retry_After="7"), True),
    "HTML 429 with a wait over the budget": (_page(429, "Too Many Requests", Retry_After=str(LONG_WAIT)), False),
    "an unknown code": (_json({"code": 1299999, "msg": "new"}, 400), False),
    "an unknown code, then another's answer": (_refused_then_anothers(1299999, 400), False),
    "a rate limit, then another's answer": (_refused_then_anothers(99991400, 429), True),
}


def faults(own_url: str) -> list[Fault]:
    """Returns what can go wrong with a send. ``own_url`` is where redirects lead: to the service, which would send."""
    return [*_of_any_call(own_url), *_codes("sendDraft"), *_drafts()]


def faults_of_reads(own_url: str) -> list[Fault]:
    """Returns what can go wrong with a read: it is done, or it is not."""
    met = [*_of_any_call(own_url), *_codes("getDraft")]
    return [fault if fault.outcome == "done" else replace(fault, outcome="not_done") for fault in met if fault.reads]


def _of_any_call(own_url: str) -> Iterator[Fault]:
    yield from _connections()
    yield from _answers()
    yield from _redirects(own_url)
    yield from _rate_limits()


def _connections() -> Iterator[Fault]:
    for place in PLACES:
        outcome: Outcome = "unknown" if place == "reset_unread" else "not_done"
        yield Fault(name=place.replace("_", " "), outcome=outcome, repeated=True, place=place)


def _answers() -> Iterator[Fault]:
    for name, spoiling in _UNCLEAR.items():
        for accepted, when in ((False, "before"), (True, "after")):
            yield Fault(
                name=f"{name}, {when} acceptance",
                outcome="unknown",
                repeated=True,
                spoiling=replace(spoiling, accepted=accepted),
                reads=accepted,
            )
    for name, spoiling in _OVERLONG.items():
        yield Fault(name=name, outcome="done", repeated=False, spoiling=spoiling)
    for name, spoiling in _ODD_SUCCESSES.items():
        yield Fault(name=name, outcome="done", repeated=False, spoiling=spoiling, reads=False)
    for name, (write, repeated) in _REFUSED_BY_A_GATEWAY.items():
        yield Fault(name=name, outcome="not_done", repeated=repeated, spoiling=Spoiling(False, write))


def _redirects(own_url: str) -> Iterator[Fault]:
    outcomes: dict[int, Outcome] = {
        301: "not_done",
        302: "unknown",
        303: "unknown",
        307: "not_done",
        308: "not_done",
    }
    for status, outcome in outcomes.items():
        spoiling = Spoiling(False, _page(status, "Moved", Location=own_url))
        yield Fault(name=f"redirect {status}", outcome=outcome, repeated=False, spoiling=spoiling)
    for name, write in {
        "redirect 302, after acceptance": _page(302, "Found", Location=own_url),
        "a body after a 304": lambda _: b"HTTP/1.1 304 Not Modified\r\n\r\n" + _ANOTHERS,
        "a body after a 304 that announces it": lambda _: _bodiless(304),
    }.items():
        yield Fault(name=name, outcome="unknown", repeated=False, spoiling=Spoiling(True, write))


def _rate_limits() -> Iterator[Fault]:
    for name, headers, repeated in (
        ("with headers", {"x-ogw-ratelimit-limit": "20", "x-ogw-ratelimit-reset": "7"}, True),
        ("without headers", {}, True),
        ("with a reset over the budget", {"x-ogw-ratelimit-reset": str(LONG_WAIT)}, False),
        ("with a reset that is no number", {"x-ogw-ratelimit-reset": "soon"}, True),
    ):
        answer = Answer(429, "Too Many Requests", headers, b'{"code":99991400,"msg":"request trigger frequency limit"}')
        spoiling = Spoiling(False, _instead(answer))
        yield Fault(name=f"rate limit {name}", outcome="not_done", repeated=repeated, spoiling=spoiling)


def _codes(operation_id: OperationId) -> Iterator[Fault]:
    """Every error code that the document has for the operation, given by the sandbox."""
    openapi = load_document().openapi
    operation = next(each for _, _, each in described_operations(openapi) if each["operationId"] == operation_id)
    named = {example["value"]["code"]: (name, example) for _, name, example in named_examples(openapi, operation)}
    for code, (name, example) in named.items():
        if code in (0, ALREADY_SENT):
            continue
        retry = example["x-retry"]
        repeated = retry in ("after_delay", "after_reset", "after_refresh")
        # Those of reads have no outcome.
        outcome: Outcome = example.get("x-outcome", "not_done")
        yield Fault(name=f"{code} {name}", outcome=outcome, repeated=repeated, script=code)
        if retry == "after_refresh":
            alone = f"{code} {name} with one token only"
            yield Fault(name=alone, outcome="not_done", repeated=False, script=code, fixed_token=True)


def _drafts() -> Iterator[Fault]:
    yield Fault(name="automation disabled", outcome="not_done", repeated=False, script="automation_disabled")
    twice = Spoiling(True, twice=True)
    yield Fault(name="request doubled on its way", outcome="done", repeated=False, spoiling=twice)
    yield Fault(
        name="gone after acceptance", outcome="unknown", repeated=True, script="vanish_after_accept", vanishes=True
    )
