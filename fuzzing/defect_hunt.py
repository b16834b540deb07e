"""`make fuzz-defects`: plants one defect after the other in the sandbox, and demands that fuzzing finds each.

Found means: the check that is named for the defect fails, at the first case that fails at all, and says what is wrong.
The sandbox without a defect must pass the very same run.
"""

import argparse
import io
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout

from feishu_mail_sandbox.service import Service, serve
from fuzzing.defects import DEFECTS, Defect
from fuzzing.fuzz_run import FuzzRun
from fuzzing.schemathesis_run import CI_SEED, INTERRUPTED, OWN_CHECKS, fuzz, owned_run

CASES = "400"


def main(arguments: Sequence[str] | None = None) -> int:
    """Hunts. Returns 0 when each defect is found and nothing else is, 1 otherwise, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    chosen = [defect for defect in DEFECTS if options.only in defect.what]
    try:
        return _hunt_all(chosen, str(options.seed))
    except KeyboardInterrupt:
        print("fuzz-defects: interrupted", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fuzzing.defect_hunt", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=CI_SEED, help="(default: %(default)s)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only defects whose description holds this text")
    return parser


def _hunt_all(defects: Sequence[Defect], seed: str) -> int:
    started = time.monotonic()
    sound = _hunt(serve, seed)
    print(f"Without a defect: {len(sound.failures)} failures in {len(sound.arranged)} cases\n")
    problems = [f"WITHOUT A DEFECT: {check}: {message}" for check, message in sound.failures]
    problems += [f"NO DEFECT FOR {check}" for check in sorted(OWN_CHECKS - {defect.caught_by for defect in DEFECTS})]
    for defect in () if sound.failures else defects:
        run = _hunt(defect.service, seed, "--include-operation-id", defect.operation_id)
        found = any(check == defect.caught_by and defect.saying in message for check, message in run.failures)
        verdict = "found" if found else "MISSED"
        print(f"{defect.what}: {verdict} by {defect.caught_by} after {len(run.arranged)} cases", flush=True)
        if not found:
            said = "; ".join(f"{check}: {' '.join(message.split())[:200]}" for check, message in run.failures)
            problems.append(f"MISSED: {defect.what}: should say {defect.saying!r}, but: {said or 'nothing'}")
    print(f"\n{len(defects)} defects, hunted in {time.monotonic() - started:.0f} s, {len(problems)} problems.")
    print("\n".join(problems), file=sys.stderr)
    return 1 if problems else 0


def _hunt(service: Service, seed: str, *options: str) -> FuzzRun:
    with owned_run(seed, service) as run, redirect_stdout(io.StringIO()):
        fuzz(run, CASES, seed, "--max-failures", "1", "--no-shrink", "--no-color", *options)
        return run


if __name__ == "__main__":
    sys.exit(main())
