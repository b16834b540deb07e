"""The judgement of one case: what was expected, what a client saw, and what really happened in the sandbox."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clients.cases import Answer, Case

LOG_ID = "x-tt-logid"
RATE_HEADERS = ("x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset")


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a client's program reports of one call; what it did not find is None, or left out of the envelope."""

    case: str
    status: int | None = None
    envelope: Mapping[str, Any] | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict[str, str | None])


@dataclass(frozen=True, slots=True)
class Happened:
    """What the sandbox's ledger says: the mails of the case's drafts that went out, and how often it was called."""

    deliveries: Sequence[Mapping[str, Any]]
    requests: int


def complaints(case: Case, sightings: Sequence[Sighting], happened: Happened) -> list[str]:
    """Returns everything that is wrong with how a client went through the case; nothing when it passed."""
    answers = case["answers"]
    counts = (
        ("mails went out", len(happened.deliveries), case["deliveries"]),
        ("such requests arrived", happened.requests, len(answers)),
        ("calls were reported", len(sightings), len(answers)),
    )
    found = [f"{count} {what} instead of {wanted}" for what, count, wanted in counts if count != wanted]
    for number, (expected, seen) in enumerate(zip(answers, sightings, strict=False), start=1):
        found += [f"call {number}: {text}" for text in _about_an_answer(expected, seen, happened)]
    return found


def _about_an_answer(expected: Answer, seen: Sighting, happened: Happened) -> Iterator[str]:
    envelope, code, log_id = seen.envelope or {}, expected["code"], seen.headers.get(LOG_ID)
    data = expected.get("data")
    if data is None and code == 0 and happened.deliveries:
        data = {name: happened.deliveries[0][name] for name in ("message_id", "thread_id")}
    if code is not None and not log_id:
        yield f"{LOG_ID} is missing"
    yield from _differences("status", expected["status"], seen.status)
    yield from _differences("code", code, envelope.get("code"))
    yield from _differences("data", data or {}, envelope.get("data") or {})
    yield from _differences("headers", {**dict.fromkeys(RATE_HEADERS), **expected.get("headers", {})}, seen.headers)
    if code != 0:
        nested = (envelope.get("error") or {}).get("log_id")
        yield from _differences("log_id", None if code is None else log_id, nested or envelope.get("log_id"))


def _differences(name: str, expected: object, seen: object) -> Iterator[str]:
    """Yields how `seen` is not as expected. Members that are not expected may be there; None is as good as absent."""
    if isinstance(expected, Mapping) and isinstance(seen, Mapping):
        for member, value in expected.items():
            yield from _differences(f"{name}.{member}", value, seen.get(member))
    elif isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        for number, (one, other) in enumerate(zip(expected, seen, strict=True)):
            yield from _differences(f"{name}[{number}]", one, other)
    elif seen != expected or type(seen) is not type(expected):
        yield f"{name} is {seen!r} instead of {expected!r}"
