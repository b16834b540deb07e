"""Runs schemathesis on the document against a server, with our hooks and checks, and collects what it finds."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import click
from schemathesis.checks import CHECKS
from schemathesis.cli import EventHandler, handler, schemathesis
from schemathesis.engine import events

from feishu_mail_sandbox import running_sandbox
from feishu_mail_sandbox.service import Service, serve
from fuzzing import arranging, meaning_checks, own_checks
from fuzzing.documented import DOCUMENT
from fuzzing.fuzz_run import FuzzRun, current_run, observing
from fuzzing.running_server import CannotFuzz

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
CI_SEED = "20260101"
INTERRUPTED = 130
SANDBOX_TOKEN = "u-fuzz"  # noqa: S105
# Not a check of schemathesis: it reports a broken connection, or whatever else keeps it from going on, as an error.
ANSWERED = "every_call_is_answered"
# Importing these modules registers the hooks and the checks with schemathesis.
_MODULES = {module.__name__ for module in (arranging, meaning_checks, own_checks)}
OWN_CHECKS = {ANSWERED} | {check.__name__ for check in CHECKS.get_all() if check.__module__ in _MODULES}


@contextmanager
def owned_run(seed: str, service: Service = serve) -> Generator[FuzzRun]:
    """Starts a sandbox whose rate limits are off, and yields a run against it."""
    with running_sandbox(service=service) as control:
        control.settings(rate_limit=None)
        yield FuzzRun(control.base_url, f"Bearer {SANDBOX_TOKEN}", Random(seed), control, owned=True)  # noqa: S311


def fuzz(run: FuzzRun, cases: str, seed: str, *options: str) -> int:
    """Fuzzes, and returns schemathesis's exit code. Raises KeyboardInterrupt or CannotFuzz."""
    # The configuration file takes it from there.
    os.environ["FEISHU_MAIL_FUZZ_TOKEN"] = run.authorization.removeprefix("Bearer ")
    arguments = ["--config-file", str(CONFIGURATION), "run", str(DOCUMENT), "--url", run.base_url]
    arguments += ["--max-examples", cases, "--seed", seed, *options]
    with observing(run):
        try:
            schemathesis.main(arguments, prog_name="schemathesis", standalone_mode=False)
        except click.Abort:
            raise KeyboardInterrupt from None
        except click.ClickException as problem:
            raise CannotFuzz(problem.format_message()) from None
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
