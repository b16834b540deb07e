"""`python -m clients.proxy PRISM`: takes Python's client through the cases with Prism's validation proxy in between.

Prism reads the document on its own and holds every request and answer against it. The cases of
outside-the-document.json are about answers that the document does not have; they go through as well, to be sure that
the proxy sees a violation where there is one.
"""

import argparse
import re
import subprocess
import sys
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clients.cases import Case, InvalidCases, read_cases
from clients.languages import PYTHON
from clients.rehearsal import ProgramFailed, Verdict, rehearse
from clients.shared_files import CASE_FILES, CASE_SCHEMA, DOCUMENT, ERROR_CODES
from feishu_mail_sandbox.document import DocumentError

OUTSIDE = "outside-the-document.json"

_LISTENING = re.compile(r"Prism is listening on (http://\S+)")
_VIOLATION = re.compile(r"Violation: (.*)")


@dataclass(frozen=True, slots=True)
class Passage:
    """What came of taking the cases of some files through the proxy."""

    verdicts: Sequence[Verdict]
    violations: Sequence[str]


def pass_through(prism: Path, cases: Sequence[Case], files: Sequence[Path]) -> Passage:
    """Takes Python's client through the cases, which are those of `files`, with the proxy before a sandbox of its own.

    Raises ProgramFailed when the proxy does not start or the client does not get through, and OSError.
    """
    violations: list[str] = []
    verdicts = rehearse(
        PYTHON.program, cases, files, ERROR_CODES, way=lambda sandbox: _running_proxy(prism, sandbox, violations)
    )
    return Passage(verdicts, violations)


@contextmanager
def _running_proxy(prism: Path, upstream: str, violations: list[str]) -> Generator[str, None, None]:
    """Yields the proxy's base URL; once the context is closed, all violations have been added to the list."""
    command: list[str | Path] = [prism, "proxy", DOCUMENT, upstream, "--port", "0", "--host", "127.0.0.1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as proxy:
        assert proxy.stdout is not None
        try:
            said: list[str] = []
            for line in proxy.stdout:
                said.append(line)
                if listening := _LISTENING.search(line):
                    break
            else:
                raise ProgramFailed(f"Prism ended before it was ready\n{''.join(said)}".strip())
            reader = threading.Thread(target=_collect, args=(proxy.stdout, violations))
            reader.start()
            yield listening[1]
        finally:
            proxy.terminate()
        reader.join()


def _collect(lines: Iterable[str], violations: list[str]) -> None:
    violations += [violation[1].strip() for line in lines if (violation := _VIOLATION.search(line))]


def complaints(documented: Passage, control: Passage, calls_without_token: int) -> list[str]:
    """Returns what is wrong; nothing when every answer is as the document says and the proxy can tell.

    A call without a token is not as the document wants it, and the proxy has to say that, of these calls alone.
    """
    found = [f"{each.case}: {'; '.join(each.complaints)}" for each in documented.verdicts if each.complaints]
    about_requests = [each for each in documented.violations if each.startswith("request")]
    found += [f"violation: {each}" for each in documented.violations if each not in about_requests]
    if len(about_requests) != calls_without_token:
        found.append(f"{len(about_requests)} requests are said to violate the document: {about_requests}")
    if not any(each.startswith("response") for each in control.violations):
        found.append("the proxy reports no violation even for answers that are not in the document")
    return found


def main(arguments: Sequence[str] | None = None, case_files: Sequence[Path] = CASE_FILES) -> int:
    """Returns the exit code: 0 no violation, 1 some, or a case that did not pass, 2 cannot be used, 130 interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m clients.proxy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("prism", type=Path, help="Prism's command")
    options = parser.parse_args(arguments)
    inside = [file for file in case_files if file.name != OUTSIDE]
    outside = [file for file in case_files if file.name == OUTSIDE]
    try:
        documented_cases, control_cases = (read_cases(files, CASE_SCHEMA) for files in (inside, outside))
        documented = pass_through(options.prism, documented_cases, inside)
        control = pass_through(options.prism, control_cases, outside)
    except (InvalidCases, DocumentError) as problem:
        print(f"proxy: {problem}", file=sys.stderr)
        return 2
    except (ProgramFailed, OSError) as problem:
        print(f"proxy: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    without_token = [case for case in documented_cases if case.access_token is None]
    wrong = complaints(documented, control, sum(len(case.answers) for case in without_token))
    for each in wrong:
        print(f"proxy: {each}", file=sys.stderr)
    print(f"{len(documented.verdicts)} cases went through Prism's validation proxy, {len(wrong)} complaints")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
