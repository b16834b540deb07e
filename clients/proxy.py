"""Takes Python's client through the cases with Prism's validation proxy in between.

Prism reads the document on its own and holds every request and answer against it. The cases with answers that the
document does not have go through as well, to be sure that the proxy sees a violation where there is one.
"""

import re
import subprocess
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path

from clients.cases import Case, ErrorTable
from clients.languages import DOCUMENT, PYTHON, Command
from clients.rehearsal import ProgramFailed, Verdicts, rehearse

_LISTENING = re.compile(r"Prism is listening on (http://\S+)")
_VIOLATION = re.compile(r"Violation: (.*)")


def hold_against_the_document(prism: Path, cases: Sequence[Case]) -> list[str]:
    """Returns what is wrong; nothing when every answer is as the document says and the proxy can see when it is not.

    Raises ProgramFailed when the proxy does not start or the client does not get through, and OSError.
    """
    documented = {(operation, error["code"]) for error in ErrorTable().errors for operation in error["operations"]}
    inside, outside = list[Case](), list[Case]()
    for case in cases:
        codes = {(case["operation"], answer["code"]) for answer in case["answers"] if answer["code"] != 0}
        (inside if codes <= documented else outside).append(case)
    without_token = sum(len(case["answers"]) for case in inside if case["request"]["access_token"] is None)
    verdicts, violations = _pass_through(prism, inside)
    return complaints(verdicts, violations, without_token, control=_pass_through(prism, outside)[1])


def complaints(
    verdicts: Verdicts, violations: Sequence[str], calls_without_token: int, control: Sequence[str]
) -> list[str]:
    """Returns what is wrong with what came of the documented cases; `control` are the violations of the other ones.

    A call without a token is not as the document wants it, and the proxy has to say that, of these calls alone.
    """
    found = [f"{case}: {'; '.join(wrong)}" for case, wrong in verdicts.items() if wrong]
    about_requests = [each for each in violations if each.startswith("request")]
    found += [f"violation: {each}" for each in violations if each not in about_requests]
    if len(about_requests) != calls_without_token:
        found.append(f"{len(about_requests)} requests are said to violate the document: {about_requests}")
    if not any(each.startswith("response") for each in control):
        found.append("the proxy reports no violation even for answers that are not in the document")
    return found


def _pass_through(prism: Path, cases: Sequence[Case]) -> tuple[Verdicts, Sequence[str]]:
    violations: list[str] = []
    verdicts = rehearse(PYTHON.program, cases, way=lambda sandbox: _running_proxy(prism, sandbox, violations))
    return verdicts, violations


@contextmanager
def _running_proxy(prism: Path, upstream: str, violations: list[str]) -> Generator[str, None, None]:
    """Yields the proxy's base URL; once the context is closed, all violations have been added to the list."""
    command: Command = [prism, "proxy", DOCUMENT, upstream, "--port", "0", "--host", "127.0.0.1"]
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
