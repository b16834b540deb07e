"""The judgement of one case: what was expected, what a client saw, and what really happened in the sandbox."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clients.cases import Case, ExpectedAnswer

LOG_ID = "x-tt-logid"
RATE_HEADERS = ("x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset")


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a client's program reports of one call; what it did not find is None."""

    status: int | None = None
    code: int | None = None
    name: str | None = None
    message_id: str | None = None
    thread_id: str | None = None
    log_id: str | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict[str, str | None])

    @classmethod
    def read(cls, line: Mapping[str, Any]) -> "Sighting":
        """Takes a line of a program's output. Raises TypeError for a member that does not belong there."""
        return cls(**{name: value for name, value in line.items() if name != "case"})


@dataclass(frozen=True, slots=True)
class Happened:
    """What the sandbox's ledger says of one case's draft."""

    deliveries: Sequence[Mapping[str, Any]]
    requests: int


def complaints(case: Case, sightings: Sequence[Sighting], happened: Happened) -> list[str]:
    """Returns everything that is wrong with how a client went through the case; nothing when it passed."""
    found = list(_about_the_ledger(case, happened))
    if len(sightings) != len(case.answers):
        found.append(f"reported {len(sightings)} calls instead of {len(case.answers)}")
    for number, (expected, seen) in enumerate(zip(case.answers, sightings, strict=False), start=1):
        found += [f"call {number}: {text}" for text in _about_an_answer(expected, seen, happened)]
    return found


def _about_the_ledger(case: Case, happened: Happened) -> Iterator[str]:
    if len(happened.deliveries) != case.deliveries:
        yield f"{len(happened.deliveries)} mails went out instead of {case.deliveries}"
    if happened.requests != len(case.answers):
        yield f"{happened.requests} requests arrived for this draft instead of {len(case.answers)}"


def _about_an_answer(expected: ExpectedAnswer, seen: Sighting, happened: Happened) -> Iterator[str]:
    comparisons: list[tuple[str, object, object]] = [
        (name, getattr(expected, name), getattr(seen, name)) for name in ("status", "code", "name")
    ]
    comparisons += [(name, expected.headers.get(name), seen.headers.get(name)) for name in RATE_HEADERS]
    sent = expected.code == 0 and expected.name is None
    for name in ("message_id", "thread_id"):
        ids = [delivery[name] for delivery in happened.deliveries] if sent else [None]
        comparisons.append((name, ids[0] if ids else None, getattr(seen, name)))
    if expected.code is None:
        comparisons.append(("log_id", None, seen.log_id))
    elif not seen.headers.get(LOG_ID):
        yield f"{LOG_ID} is missing"
    elif expected.code != 0:
        comparisons.append(("log_id", seen.headers[LOG_ID], seen.log_id))
    for name, wanted, got in comparisons:
        if got != wanted or type(got) is not type(wanted):
            yield f"{name} is {got!r} instead of {wanted!r}"
