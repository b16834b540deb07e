"""`python -m clients`: generates a client in every language and takes each through the conformance cases.

With --program it takes a program of your own through them, with --prism Python's through Prism's validation proxy, and
generates nothing.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from clients.build import BuildFailed, build, missing_tools
from clients.cases import Case, ErrorTable, InvalidCases, read_cases
from clients.languages import LANGUAGES, Command, Language
from clients.proxy import hold_against_the_document
from clients.rehearsal import ProgramFailed, as_json, rehearse
from feishu_mail_sandbox.document import DocumentError


def main(arguments: Sequence[str] | None = None, languages: Sequence[Language] = LANGUAGES) -> int:
    """Returns the exit code: 0 all cases passed in every language, 1 not so, 2 cannot be used, 130 interrupted."""
    names = [language.name.lower() for language in languages]
    parser = argparse.ArgumentParser(
        prog="python -m clients", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("languages", nargs="*", type=str.lower, metavar="LANGUAGE", help=f"some of {', '.join(names)}")
    parser.add_argument("--operation", action="append", choices=ErrorTable().operations, help="its cases only")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--cases", action="store_true", help="print the cases, as the programs read them")
    instead.add_argument("--prism", metavar="COMMAND", type=Path, help="hold every answer against the document")
    instead.add_argument("--program", nargs=argparse.REMAINDER, help="a command, and all that follows it")
    options = parser.parse_args(arguments)
    if options.program == [] or (options.languages and (options.cases or options.prism or options.program)):
        parser.error("either languages or one of --cases, --prism COMMAND, --program COMMAND ...")
    if unknown := set(options.languages).difference(names):
        parser.error(f"no such language: {', '.join(unknown)}; known: {', '.join(names)}")
    try:
        cases = [case for case in read_cases() if case["operation"] in (options.operation or [case["operation"]])]
        if options.cases:
            print(as_json(cases))
            return 0
        if options.prism:
            wrong = hold_against_the_document(options.prism, cases)
            print(*wrong, f"{len(cases)} cases went through Prism's proxy, {len(wrong)} complaints", sep="\n")
            return int(bool(wrong))
        if options.program:
            passed = _rehearse(options.program[0], options.program, cases)
            print(f"{passed} of {len(cases)} cases passed")
            return int(passed != len(cases))
        return _try_all([each for each in languages if each.name.lower() in (options.languages or names)], cases)
    except (InvalidCases, DocumentError) as problem:
        print(f"clients: {problem}", file=sys.stderr)
        return 2
    except (ProgramFailed, OSError) as problem:
        print(f"clients: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _try_all(languages: Sequence[Language], cases: Sequence[Case]) -> int:
    rows = [("language", "generator", "cases passed", "of other operations")]
    failed = False
    for language in languages:
        missing = missing_tools(language)
        if missing:
            failed |= os.environ.get("CI") == "true"
            print(f"Skipped {language.name}: it needs {' and '.join(missing)}", file=sys.stderr)
            continue
        print(f"{language.name}: generating, compiling and running", file=sys.stderr)
        own = [case for case in cases if language.calls(case["operation"])]
        passed = _try(language, own)
        failed |= passed != len(own)
        generator = f"{language.generator} {language.version()}"
        rows.append((language.name, generator, f"{passed} of {len(own)}", str(len(cases) - len(own))))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
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
        verdicts = rehearse(program, cases)
    except ProgramFailed as problem:
        print(f"{name}: {problem}", file=sys.stderr)
        return 0
    bad = {case: wrong for case, wrong in verdicts.items() if wrong}
    for case, wrong in bad.items():
        print(f"{name}: {case}: {'; '.join(wrong)}", file=sys.stderr)
    return max(0, len(cases) - len(bad))


if __name__ == "__main__":
    sys.exit(main())
