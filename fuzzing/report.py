"""What is said at the end of a run: how much of it reached a success, and how to repeat what failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fuzzing.observed_run import FuzzRun

# Below this share of 200s a run proves too little: most of the rules are about drafts that can be sent. The default run
# reaches about 38 %.
FLOOR = 0.25
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class FoundFailure:
    """A failed check, what it said, and shell commands that repeat what it was about (none for the run as a whole)."""

    check: str
    message: str
    commands: Sequence[str] = ()


def verdict(run: FuzzRun) -> tuple[bool, str]:
    """Returns whether enough cases reached a 200, and the sentence that says so."""
    share = run.successes / run.cases if run.cases else 0.0
    text = f"{run.cases} cases, {run.successes} of them ({share:.0%}) reached a 200; the floor is {FLOOR:.0%}."
    if share >= FLOOR:
        return True, text
    reason = " The list of drafts ran out: lengthen it, or lower CASES." if run.ran_out else ""
    answers = ", ".join(f"{count} x {status}" for status, count in run.statuses.most_common())
    return False, f"{text} Too few!{reason} The answers: {answers or 'none'}."


def write_commands(failures: Sequence[FoundFailure], path: Path) -> str:
    """Writes a shell script that repeats each failure, once for what repeats itself, and returns the text to show."""
    distinct: dict[tuple[str, str], FoundFailure] = {}
    for failure in failures:
        distinct.setdefault((failure.check, failure.message), failure)
    blocks = [_block(failure) for failure in distinct.values()]
    path.write_text("#!/bin/sh\n# Each failure of the run, as commands.\n\n" + "\n".join(blocks), encoding="utf-8")
    if not blocks:
        return "No check failed."
    more = f"\n... and {len(blocks) - _SHOWN} more in {path}" if len(blocks) > _SHOWN else ""
    return f"To repeat what failed ({path}):\n\n" + "\n".join(blocks[:_SHOWN]) + more


def _block(failure: FoundFailure) -> str:
    comment = "".join(f"# {line}\n" for line in f"{failure.check}: {failure.message}".splitlines())
    return comment + "".join(f"{command}\n" for command in failure.commands)
