"""`python -m clients`: generates a client in every language and takes each through the conformance cases.

With --program it takes a program of your own through them, and generates nothing.
"""

import argparse
import os
import shlex
import sys
from collections.abc import Sequence

from clients.build import BuildFailed, build, missing_tools
from clients.cases import Case, InvalidCases, read_cases
from clients.languages import LANGUAGES, Command, Language
from clients.rehearsal import ProgramFailed, rehearse
from clients.shared_files import CASE_FILES, CASE_SCHEMA, ERROR_CODES
from feishu_mail_sandbox.document import DocumentError

Row = tuple[str, str, str]


def main(arguments: Sequence[str] | None = None, languages: Sequence[Language] = LANGUAGES) -> int:
    """Returns the exit code: 0 all cases passed in every language, 1 not so, 2 cannot be used, 130 interrupted."""
    names = [language.name for language in languages]
    parser = argparse.ArgumentParser(prog="python -m clients", description=__doc__)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help=f"some of {', '.join(names)} (default: all)")
    parser.add_argument(
        "--program",
        metavar="COMMAND",
        type=_command,
        help="take the program that this command starts through the cases",
    )
    options = parser.parse_args(arguments)
    if options.program and options.languages:
        parser.error("either languages or a program")
    wanted = [name.lower() for name in options.languages or names]
    for name in wanted:
        if name not in map(str.lower, names):
            parser.error(f"no such language: {name}; known: {', '.join(names)}")
    try:
        cases = read_cases(CASE_FILES, CASE_SCHEMA)
        if options.program:
            passed = _rehearse(options.program[0], options.program, cases)
            print(f"{passed} of {len(cases)} cases passed")
            return int(passed != len(cases))
        return _try_all([each for each in languages if each.name.lower() in wanted], cases)
    except (InvalidCases, DocumentError) as problem:
        print(f"clients: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _command(text: str) -> Sequence[str]:
    try:
        words = shlex.split(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{problem}: {text}") from problem
    if not words:
        raise argparse.ArgumentTypeError("an empty command")
    return words


def _try_all(languages: Sequence[Language], cases: Sequence[Case]) -> int:
    rows: list[Row] = []
    failed = False
    for language in languages:
        missing = missing_tools(language)
        if missing:
            failed |= os.environ.get("CI") == "true"
            print(f"Skipped {language.name}: it needs {' and '.join(missing)}", file=sys.stderr)
            continue
        print(f"{language.name}: generating, compiling and running", file=sys.stderr)
        passed = _try(language, cases)
        failed |= passed != len(cases)
        rows.append((language.name, f"{language.generator} {language.version()}", f"{passed} of {len(cases)}"))
    _print_table([("language", "generator", "cases passed"), *rows])
    return int(failed)


def _try(language: Language, cases: Sequence[Case]) -> int:
    """Returns the number of cases passed; none when there is no client."""
    try:
        build(language)
    except BuildFailed as problem:
        print(f"{language.name}: {problem}", file=sys.stderr)
        return 0
    return _rehearse(language.name, language.program, cases)


def _rehearse(name: str, program: Command, cases: Sequence[Case]) -> int:
    """Returns the number of cases passed, and prints what is wrong with the others."""
    try:
        verdicts = rehearse(program, cases, CASE_FILES, ERROR_CODES)
    except ProgramFailed as problem:
        print(f"{name}: {problem}", file=sys.stderr)
        return 0
    bad = [verdict for verdict in verdicts if verdict.complaints]
    for verdict in bad:
        print(f"{name}: {verdict.case}: {'; '.join(verdict.complaints)}", file=sys.stderr)
    return max(0, len(cases) - len(bad))


def _print_table(rows: Sequence[Row]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main())
