"""`make fuzz`: schemathesis on the document against a server, with drafts to send and our own checks.

Without --url a sandbox is started and stopped. With it, a server that is already running on this machine is fuzzed:
nothing is reset and no setting is changed there, but drafts are created, if it is a sandbox, and sent.
"""

import argparse
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from schemathesis.cli import EventHandler, handler, schemathesis
from schemathesis.engine import events

from feishu_mail_sandbox import SandboxControl, running_sandbox
from fuzzing import arranging, own_checks
from fuzzing.direct_call import DirectCalls
from fuzzing.documented import load_documented
from fuzzing.draft_source import DraftSource, InvalidDrafts, NewDrafts
from fuzzing.failures import found_failures
from fuzzing.observed_run import FuzzRun, current_run, observing
from fuzzing.report import FoundFailure, verdict, write_commands
from fuzzing.running_server import CannotFuzz, draft_source, require_loopback, sandbox_at

# Schemathesis finds them in its registries.
REGISTERED = (arranging, own_checks)

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
DOCUMENT = Path(__file__).parents[1] / "openapi" / "feishu-mail.yaml"
TOKEN_VARIABLE = "FEISHU_USER_ACCESS_TOKEN"  # noqa: S105
SANDBOX_TOKEN = "u-fuzz"  # noqa: S105
CI_SEED = 20260101
_LARGEST_SEED = 2**32


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzzes. Returns 0, 1 for failures or too few successes, 2 when it could not start, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    try:
        with _run(options, options.seed) as run:
            return _fuzz(run, options, options.seed)
    except (CannotFuzz, InvalidDrafts, OSError) as problem:
        print(f"fuzz: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("fuzz: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fuzzing", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", help="a server that is already running on this machine (default: start a sandbox)")
    parser.add_argument("--cases", type=_positive, default=1000, help="of the fuzzing phase (default: %(default)s)")
    parser.add_argument("--seed", type=_seed, default=CI_SEED, help="a number, or random (default: %(default)s)")
    parser.add_argument("--drafts", type=Path, help="with --url: a file of drafts to send, for what is no sandbox")
    parser.add_argument("--report", type=Path, default=Path("build/fuzz-report"), help="folder (default: %(default)s)")
    parser.epilog = f"The token comes from {TOKEN_VARIABLE} with --url, else it is the sandbox's own {SANDBOX_TOKEN}."
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _seed(text: str) -> int:
    return Random().randrange(_LARGEST_SEED) if text == "random" else int(text)  # noqa: S311


_positive.__name__, _seed.__name__ = "number of cases", "seed"


@contextmanager
def _run(options: argparse.Namespace, seed: int) -> Generator[FuzzRun]:
    if options.url is None:
        if options.drafts:
            raise CannotFuzz("--drafts goes with --url")
        with running_sandbox() as control:
            control.settings(rate_limit=None)
            with _observing(control.base_url, SANDBOX_TOKEN, NewDrafts(control, "fuzz"), seed, control) as run:
                run.owned = True
                yield run
        return
    base_url = options.url.rstrip("/")
    require_loopback(base_url)
    found = sandbox_at(base_url)
    token = os.environ.get(TOKEN_VARIABLE) or SANDBOX_TOKEN
    with _observing(base_url, token, draft_source(options.drafts, found), seed, found) as run:
        yield run


@contextmanager
def _observing(
    base_url: str, token: str, drafts: DraftSource, seed: int, control: SandboxControl | None
) -> Generator[FuzzRun]:
    # The configuration file takes it from there.
    os.environ["FEISHU_MAIL_FUZZ_TOKEN"] = token
    authorization = f"Bearer {token}"
    run = FuzzRun(
        documented=load_documented(),
        calls=DirectCalls(base_url, authorization),
        drafts=drafts,
        choices=Random(seed),  # noqa: S311
        authorization=authorization,
        authorization_is_public=token == SANDBOX_TOKEN,
        control=control,
    )
    with observing(run):
        yield run


_failures: list[FoundFailure] = []


@handler()
class CollectFailures(EventHandler[Any]):
    """Collects what the checks found while schemathesis reports it in its own way."""

    def handle_event(self, ctx: Any, event: events.EngineEvent) -> None:
        """Takes one event of the run."""
        _failures.extend(found_failures(event, current_run()))


def _fuzz(run: FuzzRun, options: argparse.Namespace, seed: int) -> int:
    _failures.clear()
    report = options.report
    report.mkdir(parents=True, exist_ok=True)
    exit_code = _schemathesis(
        *("--config-file", str(CONFIGURATION), "run", str(DOCUMENT), "--url", run.calls.base_url),
        *("--max-examples", str(options.cases), "--seed", str(seed), "--report-html-path", str(report / "html")),
    )
    if exit_code == 130:
        raise KeyboardInterrupt
    print(write_commands(_failures, report / "failures.sh"))
    good, text = verdict(run)
    print(f"Seed: {seed}. {text}")
    return exit_code or (0 if good else 1)


def _schemathesis(*arguments: str) -> int:
    try:
        schemathesis.main(list(arguments), prog_name="schemathesis", standalone_mode=False)
    except SystemExit as end:
        return int(end.code or 0)
    return 0
