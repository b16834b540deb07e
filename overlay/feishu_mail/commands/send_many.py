"""``feishu-mail send-many``: sends the drafts of a file by a ledger, shows its progress, and reports on each draft."""

import argparse
import csv
import io
import os
import shlex
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from feishu_mail.calls.pace import Pace
from feishu_mail.commands.ending_signals import number_of
from feishu_mail.commands.results import (
    EXIT_CREDENTIALS,
    EXIT_INTERRUPTED,
    EXIT_NOT_SENT,
    EXIT_SENT,
    EXIT_STOPPED,
    EXIT_UNKNOWN,
    EXIT_USAGE,
    Language,
    Result,
    as_json,
    say,
    shown_id,
    write,
)
from feishu_mail.outcomes.exceptions import (
    AuthenticationError,
    ConfigurationError,
    FeishuMailError,
    invalid_argument,
)
from feishu_mail.outcomes.facts import Texts
from feishu_mail.outcomes.operations import SEND_DRAFT
from feishu_mail.wire.quoting import quoted

if TYPE_CHECKING:
    from feishu_mail.many.report import Progress, Report
    from feishu_mail.many.states import Entry

_WORDS: Final[Mapping[str, Texts]] = {
    "counts": Texts(
        "{total} drafts: {sent} sent, {not_sent} not sent, {unknown} unknown, {held} held, {in_flight} in flight, "
        "{pending} pending",
        "共 {total} 封草稿：已发送 {sent}，未发送 {not_sent}，结果未知 {unknown}，暂缓 {held}，发送中 {in_flight}，"
        "未尝试 {pending}",
    ),
    "left": Texts("about {time} left; ", "大约还需 {time}；"),
    "dry run": Texts(
        "{total} drafts, mailboxes: {mailboxes}; at this pace it takes {time} at least. Nothing was sent.",
        "共 {total} 封草稿，{mailboxes} 个邮箱；按此速度至少需要 {time}。没有发送任何邮件。",
    ),
    "stopped": Texts("stopped: {summary} ({name}). {advice}", "已停止：{summary}（{name}）。{advice}"),
    "interrupted": Texts(
        "interrupted; run the same command again to go on where it ended",
        "已中断；再次运行同一命令即可从中断处继续",
    ),
    "left at once": Texts(
        "interrupted at once; what was in flight may be out. Run the same command again: each draft goes out once.",
        "已立即中断；发送中的邮件可能已发出。再次运行同一命令即可：每封草稿只会发出一次。",
    ),
    "more": Texts(
        "... and {count} more; --status --report csv lists all", "……另有 {count} 封；--status --report csv 可列出全部"
    ),
    "not_sent": Texts("not sent", "未发送"),
    "unknown": Texts("unknown", "结果未知"),
    "held": Texts("held", "暂缓"),
    "minutes": Texts("{minutes} min", "{minutes} 分钟"),
    "seconds": Texts("{seconds} s", "{seconds} 秒"),
    "loaded": Texts("{new} drafts added to the ledger", "已向账本加入 {new} 封草稿"),
}
_MOST_LISTED: Final = 20
_PLAIN_SECONDS: Final = 15.0
"""Seconds between two lines of progress, where there is no terminal."""
_COLUMNS: Final = (
    *("number", "draft_id", "state", "name", "code", "log_id", "message_id", "attempts", "began_at", "ended_at"),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    parser.add_argument(
        "ledger", metavar="LEDGER", help="a file for the ledger, or postgresql://...; made if not there"
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="TSV or CSV: draft id, or mailbox and draft id; - is the standard input; without it, what the ledger "
        "has is gone on with",
    )
    parser.add_argument(
        "--tokens-from",
        metavar="COMMAND",
        help="a command that prints the access token of the mailbox that is added to it as its last argument "
        "(default: FEISHU_USER_ACCESS_TOKEN, for all mailboxes)",
    )
    parser.add_argument(
        "--pace",
        metavar="CALLS/SECONDS",
        default=None,
        help="at most so many calls in so many seconds, for all who use the ledger (default: {}/{:.0f})".format(
            *SEND_DRAFT.rate_limit
        ),
    )
    parser.add_argument("--retry-not-sent", action="store_true", help="also try again what was refused")
    parser.add_argument("--dry-run", action="store_true", help="read FILE, say what would be done, and do nothing")
    parser.add_argument("--status", action="store_true", help="say what the ledger has, and do nothing")
    parser.add_argument("--report", choices=("csv", "json"), help="print what became of each draft")
    parser.add_argument(
        "--load", action="store_true", help="only add FILE to the ledger, for workers on other machines to send"
    )
    parser.add_argument(
        "--work",
        action="store_true",
        help="be one of several workers on a ledger in PostgreSQL, until stopped (needs the extra fleet)",
    )
    parser.add_argument(
        "--drain", action="store_true", help="with --work: end when nothing is left to be sent, or a stop is recorded"
    )
    parser.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the texts (default: en)")


def send_many(options: argparse.Namespace) -> Result:
    """Does what the options say."""
    language: Language = options.lang
    try:
        return _run(options)
    except FeishuMailError as error:
        return _failed(error, language)
    except KeyboardInterrupt as interrupt:
        # Before the sending began, it is the default one.
        word = say(_WORDS, "left at once" if interrupt.args else "interrupted", language)
        return Result(EXIT_INTERRUPTED + number_of(interrupt), err=[f"feishu-mail: {word}"])


def _run(options: argparse.Namespace) -> Result:
    language: Language = options.lang
    pace = _pace(options.pace)
    url = options.ledger if "://" in options.ledger else f"sqlite:///{options.ledger}"
    if options.dry_run:
        return _dry_run(options, pace)
    from feishu_mail.many.report import look
    from feishu_mail.many.run import send_many

    if options.status:
        return _result(look(url, pace=pace), options)
    settings: Any = {"pace": pace, "tokens": _tokens(options.tokens_from)}
    with _open(options.file) as drafts:
        if options.load:
            from feishu_mail.many.steps import DraftSender

            with DraftSender(ledger=url, **settings) as sender:
                new = sender.add(drafts)
                sender.begin_run(retry_not_sent=options.retry_not_sent)
            return Result(EXIT_SENT, out=[say(_WORDS, "loaded", language).format(new=new)])
        if options.work:
            from feishu_mail.many.fleet import work

            return _result(work(drafts, ledger=url, drain=options.drain, **settings), options)
        shown = _ProgressLine(sys.stderr, language)
        report = send_many(
            drafts, ledger=url, on_progress=shown.show, retry_not_sent=options.retry_not_sent, **settings
        )
        shown.end()
    return _result(report, options)


def _failed(error: FeishuMailError, language: Language) -> Result:
    exit_code = EXIT_STOPPED
    if isinstance(error, ConfigurationError | AuthenticationError):
        exit_code = EXIT_USAGE if isinstance(error, ConfigurationError) else EXIT_CREDENTIALS
    failure = error.failure
    reason = f"（{quoted(failure.reason)}）" if failure.reason else ""
    in_chinese = f"{failure.name}：{failure.facts.summary.zh}{reason}。{failure.advice.zh}"
    return Result(exit_code, err=[f"feishu-mail: {error if language == 'en' else in_chinese}"])


def _dry_run(options: argparse.Namespace, pace: Pace) -> Result:
    language: Language = options.lang
    with _open(options.file) as drafts:
        found = set(drafts)
    limit = pace.limit_of(SEND_DRAFT)
    seconds = max(0, len(found) - 1) // limit.calls * limit.seconds
    words = say(_WORDS, "dry run", language)
    mailboxes = len({mailbox for mailbox, _ in found})
    return Result(EXIT_SENT, out=[words.format(total=len(found), mailboxes=mailboxes, time=_time(seconds, language))])


def _result(report: "Report", options: argparse.Namespace) -> Result:
    language: Language = options.lang
    summary = _counts(report, language)
    notes: list[str] = []
    if report.stopped is not None:
        stopped = report.stopped
        texts = {"summary": getattr(stopped.summary, language), "advice": getattr(stopped.advice, language)}
        notes.append(say(_WORDS, "stopped", language).format(name=quoted(stopped.name), **texts))
    if report.interrupted_by is not None:
        notes.append(say(_WORDS, "interrupted", language))
    err = [f"feishu-mail: {note}" for note in notes]
    if options.report:
        rows = _csv(report) if options.report == "csv" else _json(report)
        return Result(_exit_code(report), out=rows, err=[summary, *err])
    return Result(_exit_code(report), out=[summary, *_problems(report, language)], err=err)


def _exit_code(report: "Report") -> int:
    if report.interrupted_by is not None:
        return EXIT_INTERRUPTED + report.interrupted_by
    if report.stopped is not None:
        return EXIT_STOPPED
    if report.unknown or report.in_flight:
        return EXIT_UNKNOWN
    return EXIT_SENT if report.all_sent else EXIT_NOT_SENT


def _counts(progress: "Progress", language: Language) -> str:
    names = ("total", "sent", "not_sent", "unknown", "held", "in_flight", "pending")
    return say(_WORDS, "counts", language).format(**{name: getattr(progress, name) for name in names})


def _problems(report: "Report", language: Language) -> Iterator[str]:
    from feishu_mail.many.states import DraftState

    count = 0
    for entry in report.entries(DraftState.NOT_SENT, DraftState.UNKNOWN, DraftState.HELD):
        count += 1
        if count <= _MOST_LISTED:
            yield _problem(entry, language)
    if count > _MOST_LISTED:
        yield say(_WORDS, "more", language).format(count=count - _MOST_LISTED)


def _problem(entry: "Entry", language: Language) -> str:
    from feishu_mail.many.states import facts_by_name

    facts = facts_by_name(entry.name) if entry.name else None
    what = f": {getattr(facts.summary, language)}" if facts else ""
    known = {"code": entry.code, "log_id": entry.log_id, "attempts": entry.attempts}
    listed = ", ".join(f"{name} {value}" for name, value in known.items() if value is not None)
    return quoted(f"{entry.draft_id}: {say(_WORDS, entry.state, language)}{what} [{listed}]")


def _csv(report: "Report") -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="")
    yield ",".join(_COLUMNS)
    for entry in report.entries():
        line.seek(0)
        line.truncate()
        writer.writerow([quoted(value) if isinstance(value, str) else value for value in _row(entry)])
        yield line.getvalue()


def _json(report: "Report") -> Iterator[str]:
    for entry in report.entries():
        yield as_json(dict(zip(_COLUMNS, _row(entry), strict=True)))


def _row(entry: "Entry") -> Sequence[Any]:
    said = {"message_id": shown_id(entry.message_id), "began_at": _at(entry.began_at), "ended_at": _at(entry.ended_at)}
    return [said.get(name, getattr(entry, name)) for name in _COLUMNS]


def _at(time: float | None) -> str | None:
    return None if time is None else datetime.fromtimestamp(time, UTC).isoformat(timespec="seconds")


class _ProgressLine:
    """One line that changes, on a terminal; elsewhere a line now and then."""

    def __init__(self, stream: TextIO | None, language: Language, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._language: Language = language
        self._clock = clock
        self._is_terminal = stream is not None and stream.isatty()
        self._next = 0.0
        self._length = 0

    def show(self, progress: "Progress") -> None:
        text = _counts(progress, self._language)
        if progress.seconds_left:
            left = _time(progress.seconds_left, self._language)
            text = say(_WORDS, "left", self._language).format(time=left) + text
        if self._is_terminal and self._stream is not None:
            # A line that wraps cannot be written over.
            text = _cut(text, (os.get_terminal_size(self._stream.fileno()).columns or 80) - 1)
            self._stream.write(f"\r{text.ljust(self._length)}")
            self._stream.flush()
            self._length = len(text)
        elif self._clock() >= self._next:
            self._next = self._clock() + _PLAIN_SECONDS
            write(self._stream, [text])

    def end(self) -> None:
        if self._is_terminal and self._length:
            write(self._stream, [""])


def _cut(text: str, columns: int) -> str:
    widths = accumulate(2 if unicodedata.east_asian_width(character) in "FW" else 1 for character in text)
    return text[: sum(width <= columns for width in widths)]


def _time(seconds: float, language: Language) -> str:
    if seconds < 120:
        return say(_WORDS, "seconds", language).format(seconds=round(seconds))
    return say(_WORDS, "minutes", language).format(minutes=round(seconds / 60))


def _pace(text: str | None) -> Pace:
    if text is None:
        return Pace()
    calls, _, seconds = text.partition("/")
    try:
        figures = int(calls), float(seconds)
    except ValueError:
        raise invalid_argument("--pace must be CALLS/SECONDS, such as 20/60") from None
    return Pace(calls=figures[0], seconds=figures[1])


def _tokens(command: str | None) -> Callable[[str], str] | None:
    if command is None:
        return None
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise invalid_argument(f"--tokens-from cannot be read ({error})") from None

    def token_of(mailbox: str) -> str:
        # Ctrl-C is for the run, which lets what it began end.
        found = subprocess.run(
            [*words, mailbox], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, start_new_session=True
        )
        return found.stdout.decode().strip()

    return token_of


@contextmanager
def _open(name: str | None) -> Generator[Iterator[tuple[str, str]]]:
    from feishu_mail.many.input_files import read_drafts

    if name is None:
        yield iter(())
        return
    if name == "-":
        yield read_drafts(sys.stdin.buffer)
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 -- only what opening it raises is said to be that
    except OSError as error:
        raise invalid_argument(f"FILE cannot be opened ({error.strerror})") from None
    with file:
        yield read_drafts(file)
