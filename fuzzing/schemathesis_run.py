"""Runs schemathesis on the document against a server, with our hooks and checks, and collects what it finds."""

import os
from pathlib import Path
from typing import Any

from schemathesis.checks import CHECKS
from schemathesis.cli import EventHandler, handler, schemathesis
from schemathesis.engine import events

from fuzzing import arranging, own_checks, read_checks, send_checks
from fuzzing.documented import DOCUMENT
from fuzzing.fuzz_run import FuzzRun, current_run, observing

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
CI_SEED = 20260101
INTERRUPTED = 130
# Not a check of schemathesis: it reports a broken connection, or whatever else keeps it from going on, as an error.
ANSWERED = "every_call_is_answered"
# Importing these modules registers the hooks and the checks with schemathesis.
OWN_CHECKS = {ANSWERED} | {
    check.__name__
    for module in (arranging, own_checks, read_checks, send_checks)
    for check in CHECKS.get_all()
    if check.__module__ == module.__name__
}


def fuzz(run: FuzzRun, cases: int, seed: int, *options: str) -> int:
    """Fuzzes, and returns schemathesis's exit code. Raises KeyboardInterrupt when it was interrupted."""
    # The configuration file takes it from there.
    os.environ["FEISHU_MAIL_FUZZ_TOKEN"] = run.authorization.removeprefix("Bearer ")
    common = ("--config-file", str(CONFIGURATION), "run", str(DOCUMENT), "--url", run.base_url)
    with observing(run):
        try:
            schemathesis.main(
                [*common, "--max-examples", str(cases), "--seed", str(seed), *options],
                prog_name="schemathesis",
                standalone_mode=False,
            )
        except SystemExit as end:
            if end.code == INTERRUPTED:
                raise KeyboardInterrupt from None
            return int(end.code or 0)
    return 0


@handler()
class CollectFailures(EventHandler[Any]):
    """Collects what the checks found while schemathesis reports it in its own way."""

    def handle_event(self, ctx: Any, event: events.EngineEvent) -> None:
        """Takes one event of the run."""
        found = current_run().failures
        if isinstance(event, events.ScenarioFinished):
            for checks in event.recorder.checks.values():
                found += [(each.name, str(each.failure_info.failure)) for each in checks if each.failure_info]
        elif isinstance(event, events.EngineFinished):
            found += [(failure.title.split("`")[1], failure.message) for failure in event.failures]
        elif isinstance(event, events.NonFatalError):
            found.append((ANSWERED, f"{event.info.title}: {event.info.message}"))
        elif isinstance(event, events.FatalError):
            found.append((ANSWERED, repr(event.exception)))
