"""`make fuzz-defects`: plants one defect after the other in the sandbox, and demands that fuzzing finds each.

Found means: the check that is named for the defect fails, at the first case that fails at all, and says what is wrong.
The sandbox without a defect must pass the very same run.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml
from schemathesis import Config, openapi
from schemathesis.engine import StopReason, from_schema
from schemathesis.engine.events import EngineFinished

from feishu_mail_sandbox import running_sandbox
from feishu_mail_sandbox.document import Document, load_document
from feishu_mail_sandbox.service import Service, serve
from fuzzing import arranging, own_checks
from fuzzing.command_line import CI_SEED, CONFIGURATION, DOCUMENT, SANDBOX_TOKEN
from fuzzing.defect_table import HEADING, PAGE, row, with_rows
from fuzzing.defects import DEFECTS, Defect
from fuzzing.direct_call import DirectCalls
from fuzzing.documented import Documented, load_documented
from fuzzing.draft_source import NewDrafts
from fuzzing.failures import found_failures
from fuzzing.observed_run import FuzzRun, observing
from fuzzing.report import FoundFailure

# Schemathesis finds them in its registries.
REGISTERED = (arranging, own_checks)
CASES = 300


@dataclass(frozen=True, slots=True)
class Hunt:
    """What a run found, and after how many cases it stopped."""

    failures: Sequence[FoundFailure]
    cases: int

    def found(self, defect: Defect) -> bool:
        """Returns whether it was this defect that was found."""
        return any(each.check == defect.caught_by and defect.saying in each.message for each in self.failures)


class Hunter:
    """Runs the same fuzzing again and again, until the first failure."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._openapi: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
        self._document: Document = load_document()
        self._documented: Documented = load_documented()

    def hunt(self, service: Service) -> Hunt:
        """Fuzzes a sandbox with this service."""
        with running_sandbox(document=self._document, service=service) as control:
            control.settings(rate_limit=None)
            authorization = f"Bearer {SANDBOX_TOKEN}"
            run = FuzzRun(
                documented=self._documented,
                calls=DirectCalls(control.base_url, authorization),
                drafts=NewDrafts(control, "fuzz"),
                choices=Random(self._seed),  # noqa: S311
                authorization=authorization,
                control=control,
                owned=True,
            )
            with observing(run):
                engine = from_schema(openapi.from_dict(self._openapi, config=self._configuration(control.base_url)))
                failures: list[FoundFailure] = []
                for event in engine.execute():
                    failures += found_failures(event, run)
                    # Schemathesis takes Ctrl-C for the end of one run.
                    if isinstance(event, EngineFinished) and event.stop_reason is StopReason.INTERRUPTED:
                        raise KeyboardInterrupt
            return Hunt(failures, run.cases)

    def _configuration(self, base_url: str) -> Config:
        config = Config.from_path(CONFIGURATION)
        config.update(seed=self._seed, max_failures=1)
        project = config.projects.default
        project.update(base_url=base_url, continue_on_failure=False)
        project.generation.update(max_examples=CASES, no_shrink=True)
        return config


def main(arguments: Sequence[str] | None = None) -> int:
    """Hunts. Returns 0 when each defect is found and nothing else is, 1 otherwise, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    os.environ["FEISHU_MAIL_FUZZ_TOKEN"] = SANDBOX_TOKEN
    chosen = [defect for defect in DEFECTS if options.only in defect.what]
    try:
        return _hunt_all(Hunter(options.seed), chosen, PAGE if options.write else None)
    except KeyboardInterrupt:
        print("fuzz-defects: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fuzzing.defect_hunt", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=CI_SEED, help="(default: %(default)s)")
    wish = parser.add_mutually_exclusive_group()
    wish.add_argument("--write", action="store_true", help="write the table into docs/fuzzing.md")
    wish.add_argument("--only", default="", metavar="TEXT", help="only defects whose description holds this text")
    return parser


def _hunt_all(hunter: Hunter, defects: Sequence[Defect], page: Path | None) -> int:
    started = time.monotonic()
    sound = hunter.hunt(serve)
    problems = [f"WITHOUT A DEFECT: {failure.check}: {failure.message}" for failure in sound.failures]
    print(f"Without a defect: {len(problems)} failures in {sound.cases} cases\n\n{HEADING}")
    rows: list[str] = []
    for defect in defects:
        result = hunter.hunt(defect.service)
        if result.found(defect):
            rows.append(row(defect, result.cases))
            print(rows[-1], flush=True)
        else:
            problems.append(_miss(defect, result))
            print(problems[-1], flush=True)
    print(f"\n{len(defects)} defects, {len(rows)} found, in {time.monotonic() - started:.0f} s.")
    print("\n".join(problems), file=sys.stderr)
    if page and not problems:
        page.write_text(with_rows(page.read_text(encoding="utf-8"), rows), encoding="utf-8")
    return 1 if problems else 0


def _miss(defect: Defect, result: Hunt) -> str:
    instead = "; ".join(sorted({f"{each.check}: {each.message}" for each in result.failures})) or "nothing"
    expected = f"{defect.caught_by} should say {defect.saying!r}"
    return f"MISSED: {defect.what}: {expected} in {result.cases} cases, but: {instead}"


if __name__ == "__main__":
    sys.exit(main())
