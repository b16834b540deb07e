"""`make fuzz`: schemathesis on the document against a server, with drafts of our own and our own checks.

Without --url a sandbox is started and stopped. With it, a server that is already running on this machine is fuzzed:
nothing is reset and no setting is changed there, but drafts are created, if it is a sandbox, and sent.
"""

import argparse
import os
import secrets
import sys
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from fuzzing.fuzz_run import FuzzRun
from fuzzing.running_server import CannotFuzz, read_drafts, require_loopback, sandbox_at
from fuzzing.schemathesis_run import CI_SEED, INTERRUPTED, SANDBOX_TOKEN, fuzz, owned_run

TOKEN_VARIABLE = "FEISHU_USER_ACCESS_TOKEN"  # noqa: S105
REPORT = "build/fuzz-report/html"


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzzes. Returns 0, 1 for failures or too few successes, 2 when it could not start, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    seed = str(secrets.randbits(32)) if options.seed == "random" else options.seed
    try:
        with _run(options, seed) as run:
            # The sandbox's own token opens nothing, and commands that show it can be repeated as they stand.
            hide = "false" if run.authorization == f"Bearer {SANDBOX_TOKEN}" else "true"
            report = ("--output-sanitize", hide, "--report-html-path", REPORT)
            exit_code = fuzz(run, options.cases, seed, "--continue-on-failure", *report)
    except (CannotFuzz, OSError) as problem:
        print(f"fuzz: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("fuzz: interrupted", file=sys.stderr)
        return INTERRUPTED
    for label, answers in run.answers.items():
        print(f"{answers[200]} of {answers.total()} cases reached a 200: {label}")
    return exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fuzzing", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", help="a server that is already running on this machine (default: start a sandbox)")
    parser.add_argument("--drafts", type=Path, help="with --url: a file of drafts to send, for what is no sandbox")
    parser.add_argument("--cases", default="1000", help="of the fuzzing phase, per operation (default: %(default)s)")
    parser.add_argument("--seed", default=CI_SEED, help="a number, or random (default: %(default)s)")
    parser.epilog = f"The token comes from {TOKEN_VARIABLE} with --url, else it is the sandbox's own {SANDBOX_TOKEN}."
    return parser


@contextmanager
def _run(options: argparse.Namespace, seed: str) -> Generator[FuzzRun]:
    if options.url is None:
        if options.drafts:
            raise CannotFuzz("--drafts goes with --url")
        with owned_run(seed) as run:
            yield run
        return
    base_url = options.url.rstrip("/")
    require_loopback(base_url)
    control = sandbox_at(base_url)
    listed = deque(read_drafts(options.drafts.read_text(encoding="utf-8"))) if options.drafts else None
    if not (control or listed):
        raise CannotFuzz("the server has no control plane of the sandbox: name drafts that it may send with --drafts")
    token = os.environ.get(TOKEN_VARIABLE) or SANDBOX_TOKEN
    # A sandbox that is not reset must not meet an id again.
    ending = f"fuzz-{secrets.token_hex(4)}"
    yield FuzzRun(base_url, f"Bearer {token}", Random(seed), control, ending=ending, listed=listed)  # noqa: S311


if __name__ == "__main__":
    sys.exit(main())
