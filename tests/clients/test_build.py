"""Generating and compiling: a failure or a warning of any tool ends it, and a missing toolchain is one clear line."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from clients.__main__ import main
from clients.build import BuildFailed, build, missing_tools
from clients.languages import LANGUAGES, PYTHON, Language
from tests.clients.conftest import CASES

NewLanguage = Callable[..., Language]


@pytest.fixture
def new_language(tmp_path: Path) -> NewLanguage:
    """Makes a language of steps that are Python scripts, and whose program does nothing."""
    source = tmp_path / "klingon"
    source.mkdir()
    (source / "program.txt").write_text("by hand", encoding="utf-8")

    def new(*scripts: str, tools: Sequence[str] = (), remarks: Sequence[str] = ()) -> Language:
        steps = [(sys.executable, "-c", script) for script in scripts]
        program = (sys.executable, "-c", "")
        return Language(
            name="Klingon",
            generator="gen",
            pin=("pyproject.toml", "requires-python = .*?([0-9.]+)"),
            tools=tools,
            steps=steps,
            program=program,
            operations=["sendDraft"],
            remarks=remarks,
            sources=tmp_path,
            builds=tmp_path / "build",
        )

    return new


def test_steps_run_in_a_copy_of_the_languages_folder(new_language: NewLanguage) -> None:
    language = new_language("open('generated.txt', 'w').write(open('program.txt').read())")
    build(language)
    assert (language.folder / "generated.txt").read_text() == "by hand"
    assert not (language.source / "generated.txt").exists()


def test_what_was_generated_before_is_gone_and_the_rest_is_kept(new_language: NewLanguage) -> None:
    language = new_language(
        "import os; os.mkdir('generated'); open('kept.txt', 'a').write('once '); open('generated/a', 'x')"
    )
    build(language)
    build(language)
    assert (language.folder / "kept.txt").read_text() == "once once "


def test_a_step_that_fails_is_named_with_what_it_said(new_language: NewLanguage) -> None:
    with pytest.raises(BuildFailed, match=r"(?s)exit code 3:\n.*line 34.*no such construct"):
        build(new_language("import sys; print(*(f'line {n}' for n in range(35)), 'no such construct'); sys.exit(3)"))


@pytest.mark.parametrize(
    "line",
    ["[main] WARN  o.o.c.DefaultCodegen - odd", "warning: unused import", "2 warnings", "[WARNING] system modules"],
)
def test_a_warning_is_a_failure(line: str, new_language: NewLanguage) -> None:
    with pytest.raises(BuildFailed, match="gave a warning") as failure:
        build(new_language(f"print({line!r})"))
    assert line in str(failure.value)


@pytest.mark.parametrize("line", ["compiled with --fail-on-warnings", "wrote warnings.rs", "no-warn: on", "forewarned"])
def test_the_word_inside_another_is_none(line: str, new_language: NewLanguage) -> None:
    build(new_language(f"print({line!r})"))


def test_a_remark_that_is_known_hides_no_warning_beside_it(new_language: NewLanguage) -> None:
    build(new_language("print('WARN Klingon is in beta')", remarks=["is in beta"]))
    with pytest.raises(BuildFailed, match=r"gave a warning:\nWARN no honour$"):
        build(new_language("print('WARN Klingon is in beta'); print('WARN no honour')", remarks=["is in beta"]))


def test_tools_that_are_missing_are_named(new_language: NewLanguage) -> None:
    assert missing_tools(new_language(tools=("python-of-klingon", "bat-leth"))) == ["python-of-klingon", "bat-leth"]
    assert missing_tools(new_language(tools=(sys.executable,))) == []


@pytest.mark.parametrize(("continuous_integration", "exit_code"), [("", 0), ("true", 1)])
def test_a_missing_toolchain_is_one_line_and_an_error_only_where_it_must_be_there(
    continuous_integration: str,
    exit_code: int,
    new_language: NewLanguage,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CI", continuous_integration)
    assert main([], [new_language(tools=("bat-leth", "targ"))]) == exit_code
    assert capsys.readouterr().err == "Skipped Klingon: it needs bat-leth and targ\n"


def test_a_client_that_passes_no_case_fails_the_command_and_is_told_of_its_own_operations_only(
    new_language: NewLanguage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["klingon"], [new_language()]) == 1
    sends = sum(case["operation"] == "sendDraft" for case in CASES)
    (row,) = capsys.readouterr().out.splitlines()[1:]
    assert row.split() == f"Klingon gen 3.11 0 of {sends} {len(CASES) - sends}".split()


def test_a_build_that_fails_fails_the_command_and_the_other_languages_are_still_tried(
    new_language: NewLanguage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], [new_language("raise SystemExit(1)"), PYTHON]) == 1
    _, klingon, python = capsys.readouterr().out.splitlines()
    assert " 0 of " in klingon
    assert f" {len(CASES)} of {len(CASES)} " in python


def test_a_program_from_elsewhere_is_judged_in_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--program", *map(str, PYTHON.program)]) == 0
    assert main(["--operation", "getDraft", "--program", sys.executable, "-c", ""]) == 1
    good, bad = capsys.readouterr().out.splitlines()
    total, reads = len(CASES), sum(case["operation"] == "getDraft" for case in CASES)
    assert (good, bad) == (f"{total} of {total} cases passed", f"0 of {reads} cases passed")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["klingon"], "no such language: klingon; known: python"),
        (["--program"], "--program COMMAND ..."),
        (["go", "--cases"], "either languages or"),
        (["--operation", "sendDarft"], "invalid choice: 'sendDarft'"),
        (["--cases", "--prism", "prism"], "not allowed with argument"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_every_generators_version_is_pinned(language: Language) -> None:
    assert language.version()[0].isdecimal()
