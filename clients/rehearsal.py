"""Takes one client's program through cases against a sandbox of its own."""

import json
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, unquote

import httpx

from clients.cases import Case, ErrorTable
from clients.judge import Happened, Sighting, complaints
from feishu_mail_sandbox import SandboxControl, running_sandbox

_TIMEOUT_SECONDS = 300

# What is wrong with each case, by its name; nothing where it passed.
Verdicts = Mapping[str, Sequence[str]]


class ProgramFailed(Exception):
    """The program did not get through the cases; the message holds what it said."""


def rehearse(
    program: Sequence[str | Path],
    cases: Sequence[Case],
    way: Callable[[str], AbstractContextManager[str]] = nullcontext,
) -> Verdicts:
    """Runs the program once for all cases and returns what is wrong with each.

    `way` takes the sandbox's base URL and gives the one that the program is told; it is open while the program runs.

    Raises:
        ProgramFailed: it could not be run, took more than five minutes, ended with an error, or printed something else
            than the calls.
    """
    table = ErrorTable()
    with running_sandbox() as sandbox, TemporaryDirectory() as folder:
        _prepare(sandbox, cases, table)
        requests, deliveries = len(sandbox.requests()), len(sandbox.deliveries())
        file = Path(folder, "cases.json")
        file.write_text(as_json(cases), encoding="utf-8")
        with way(sandbox.base_url) as base_url:
            sightings = _run([*program, base_url, file], {case["name"] for case in cases})
        return _verdicts(cases, sightings, sandbox.requests()[requests:], sandbox.deliveries()[deliveries:], table)


def as_json(cases: Sequence[Case]) -> str:
    """Returns the cases as the programs read them."""
    return json.dumps({"about": "All conformance cases, written out.", "cases": cases}, indent=2)


def _prepare(sandbox: SandboxControl, cases: Sequence[Case], table: ErrorTable) -> None:
    """Creates the drafts of all cases, sends those that are to be sent, and lets calls be as frequent as they come."""
    sandbox.settings(rate_limit=None)
    for draft in (draft for case in cases for draft in case["drafts"]):
        sandbox.create_draft(draft["draft_id"], user_mailbox_id=draft["user_mailbox_id"], script=draft["script"])
        if draft["sent"]:
            method, *segments = table.request_line("sendDraft", draft)
            url = sandbox.base_url + "/".join(quote(segment, safe="") for segment in segments)
            httpx.request(method, url, headers={"Authorization": "Bearer u-conformance"}, trust_env=False)


def _verdicts(
    cases: Sequence[Case],
    sightings: Mapping[str, Sequence[Sighting]],
    requests: Iterable[Mapping[str, Any]],
    deliveries: Iterable[Mapping[str, Any]],
    table: ErrorTable,
) -> Verdicts:
    """Compares what a client saw with what was expected, and with what really happened."""
    arrived: Counter[tuple[str, ...]] = Counter(
        (each["method"], *map(unquote, each["path"].split("/"))) for each in requests
    )
    went_out = defaultdict(list)
    for delivery in deliveries:
        went_out[delivery["draft_id"]].append(delivery)
    found: dict[str, Sequence[str]] = {}
    for case in cases:
        mails = [mail for draft in case["drafts"] for mail in went_out.pop(draft["draft_id"], ())]
        happened = Happened(mails, arrived.pop(table.request_line(case["operation"], case["request"]), 0))
        found[case["name"]] = complaints(case, sightings.get(case["name"], ()), happened)
    strays = [f"a request arrived for {'/'.join(line)!r}" for line in arrived]
    strays += [f"a mail went out of {draft_id!r}" for draft_id in went_out]
    return {**found, "(no case)": strays} if strays else found


def _run(command: Sequence[str | Path], names: Iterable[str]) -> Mapping[str, Sequence[Sighting]]:
    """Runs a client's program and returns the calls that it reports, by case. Raises ProgramFailed."""
    try:
        completed = subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace", timeout=_TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise ProgramFailed(str(problem)) from problem
    if completed.returncode != 0:
        raise ProgramFailed(f"exit code {completed.returncode}\n{completed.stderr.strip()}")
    sightings: dict[str, list[Sighting]] = {name: [] for name in names}
    for line in completed.stdout.splitlines():
        try:
            seen = Sighting(**json.loads(line))
            sightings[seen.case].append(seen)
        except (ValueError, TypeError, KeyError) as problem:
            raise ProgramFailed(f"printed a line that reports no call of a case: {line!r}") from problem
    return sightings
