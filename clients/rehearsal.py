"""Takes one client's program through all cases against a sandbox of its own."""

import json
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from clients.cases import Case
from clients.judge import Happened, Sighting, complaints
from feishu_mail_sandbox import SandboxControl, running_sandbox

_TIMEOUT_SECONDS = 300


class ProgramFailed(Exception):
    """The program did not get through the cases; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one client went through one case; no complaints mean that it passed."""

    case: str
    complaints: Sequence[str]


def rehearse(
    program: Sequence[str | Path],
    cases: Sequence[Case],
    case_files: Sequence[Path],
    error_codes: Path,
    way: Callable[[str], AbstractContextManager[str]] = nullcontext,
) -> list[Verdict]:
    """Runs the program once for all cases and returns a verdict on each.

    `way` takes the sandbox's base URL and gives the one that the program is told; it is open while the program runs.

    Raises:
        ProgramFailed: it could not be run, took more than five minutes, ended with an error, or printed something else
            than the calls.
    """
    with running_sandbox() as sandbox:
        _prepare(sandbox, cases)
        with way(sandbox.base_url) as base_url:
            sightings = _run([*program, base_url, error_codes, *case_files], cases)
        return _verdicts(sandbox, cases, sightings)


def _prepare(sandbox: SandboxControl, cases: Sequence[Case]) -> None:
    """Creates the drafts and mailboxes of all cases, and lets calls be as frequent as they come."""
    mailboxes = sorted({case.user_mailbox_id for case in cases if case.script is not None} - {"me"})
    sandbox.settings(rate_limit=None, mailboxes=mailboxes)
    for case in cases:
        if case.script is not None:
            sandbox.create_draft(case.draft_id, user_mailbox_id=case.draft_mailbox_id, script=case.script)


def _verdicts(sandbox: SandboxControl, cases: Sequence[Case], sightings: dict[str, list[Sighting]]) -> list[Verdict]:
    """Compares what a client saw with what was expected, and with what really happened."""
    arrived = Counter((each["user_mailbox_id"], each["draft_id"]) for each in sandbox.requests())
    went_out = defaultdict(list)
    for delivery in sandbox.deliveries():
        went_out[delivery["user_mailbox_id"], delivery["draft_id"]].append(delivery)
    found = []
    for case in cases:
        happened = Happened(
            went_out[case.draft_mailbox_id, case.draft_id], arrived.pop((case.user_mailbox_id, case.draft_id), 0)
        )
        found.append(Verdict(case.name, complaints(case, sightings.get(case.name, []), happened)))
    found += [Verdict("(no case)", [f"a request arrived for {stray!r}"]) for stray in arrived]
    return found


def _run(command: Sequence[str | Path], cases: Sequence[Case]) -> dict[str, list[Sighting]]:
    """Runs a client's program and returns the calls that it reports, by case. Raises ProgramFailed."""
    try:
        completed = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", timeout=_TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise ProgramFailed(str(problem)) from problem
    if completed.returncode != 0:
        raise ProgramFailed(f"exit code {completed.returncode}\n{completed.stderr.strip()}")
    sightings: dict[str, list[Sighting]] = {}
    for line in completed.stdout.splitlines():
        try:
            content = json.loads(line)
            sightings.setdefault(content["case"], []).append(Sighting.read(content))
        except (ValueError, TypeError, KeyError) as problem:
            raise ProgramFailed(f"printed a line that is no report of a call: {line!r}") from problem
    unknown = sightings.keys() - {case.name for case in cases}
    if unknown:
        raise ProgramFailed(f"reported cases that do not exist: {', '.join(sorted(unknown))}")
    return sightings
