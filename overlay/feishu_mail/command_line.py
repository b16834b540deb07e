"""``feishu-mail``: send one draft, explain an error code, start the sandbox."""

import argparse
import io
import json
import os
import signal
import string
import sys
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal, NoReturn, TextIO, TypeAlias

from feishu_mail.client import FeishuMail
from feishu_mail.outcomes.exceptions import (
    AuthenticationError,
    ConfigurationError,
    FeishuMailError,
    facts_in_brackets,
)
from feishu_mail.outcomes.facts import Affects, ErrorFacts, Outcome, Retry, Texts
from feishu_mail.outcomes.failures import Failure, failure_of
from feishu_mail.outcomes.operations import OPERATIONS, SEND_DRAFT
from feishu_mail.outcomes.own_facts import OWN_FACTS
from feishu_mail.resources.sent_draft import SentDraft
from feishu_mail.wire.quoting import is_plain, quoted
from feishu_mail.wire.redaction import REDACTED, spells_an_address

EXIT_SENT: Final = 0
EXIT_USAGE: Final = 2
EXIT_NOT_SENT: Final = 3
EXIT_UNKNOWN: Final = 4
EXIT_CREDENTIALS: Final = 5
EXIT_INTERRUPTED: Final = 128
"""And the number of the signal."""

_OF_AN_ID: Final = frozenset(string.ascii_letters + string.digits + "+/=_~.:-")

Language: TypeAlias = Literal["en", "zh"]

_EXIT_CODES: Final = f"""\
exit codes:
  {EXIT_SENT}    sent (also: it had been sent before); explain: the code is known
  {EXIT_USAGE}    wrong usage, or an argument or environment that cannot be used; nothing was sent
  {EXIT_NOT_SENT}    not sent
  {EXIT_UNKNOWN}    unknown: the mail may be out; verify, or send the same draft again
  {EXIT_CREDENTIALS}    not sent: the access token, or what it may do, is the reason
  130, 143  interrupted by Ctrl-C, or by SIGTERM (129: SIGHUP); what is printed says whether the mail may be out

environment:
  FEISHU_USER_ACCESS_TOKEN  the user access token (never given on the command line, where others could see it)
  FEISHU_BASE_URL           where the service is; Lark is https://open.larksuite.com
"""

_RETRIES: Final[Mapping[Retry, Texts]] = {
    Retry.NEVER: Texts("no: repeating it unchanged fails again", "不要：原样重试仍会失败"),
    Retry.AFTER_DELAY: Texts("yes, after a while (the SDK does it)", "可以，稍候重试（SDK 会自动进行）"),
    Retry.AFTER_RESET: Texts(
        "yes, after the seconds that the response names (the SDK does it)",
        "可以，等待响应给出的秒数后重试（SDK 会自动进行）",
    ),
    Retry.AFTER_REFRESH: Texts(
        "yes, with a new access token (the SDK does it when access_token is a callable)",
        "可以，换用新的访问凭证后重试（access_token 为函数时 SDK 会自动进行）",
    ),
    Retry.AFTER_QUOTA: Texts(
        "not today: a person or a new day must change something first", "今天不行：需要有人调整，或等到额度恢复"
    ),
}
_REACHES: Final[Mapping[Affects, Texts]] = {
    Affects.REQUEST: Texts("this request only", "仅本次请求"),
    Affects.DRAFT: Texts("this draft only", "仅该草稿"),
    Affects.MAILBOX: Texts("all drafts of this mailbox", "该邮箱的所有草稿"),
    Affects.TENANT: Texts("the whole organisation", "整个企业"),
    Affects.APP: Texts("all calls of this app", "该应用的所有调用"),
    Affects.CREDENTIAL: Texts("all calls with this token", "使用该凭证的所有调用"),
}
_WORDS: Final[Mapping[str, Texts]] = {
    "operations": Texts("Operations: ", "接口："),
    "retry": Texts("Try again? ", "能否重试："),
    "affects": Texts("Affects: ", "影响范围："),
    "advice": Texts("What to do: ", "排查建议："),
    "source": Texts("Known from: ", "依据："),
    "sent": Texts("Sent.", "已发送。"),
    "already": Texts("Already sent before; it did not go out again.", "此前已发送成功，没有重复发送。"),
    "said": Texts("the service said: ", "服务的原话："),
    "progress": Texts(
        "attempt {attempt}: {what}; trying again in {seconds:.1f} s",
        "第 {attempt} 次尝试：{what}；{seconds:.1f} 秒后重试",
    ),
    "interrupted": Texts(
        "interrupted; the mail may be out. Sending the same draft again is safe: it goes out once.",
        "已中断；邮件可能已发出。再次发送同一草稿是安全的：它只会发出一次。",
    ),
    "interrupted before": Texts("interrupted; nothing was sent.", "已中断；没有发送任何邮件。"),
    "unknown code": Texts(
        "the document does not know this code. The SDK raises APIError (or OutcomeUnknown, if the mail may be out) "
        "with the number and never retries it.",
        "文档中没有这个错误码。SDK 会抛出带有该数字的 APIError（若邮件可能已发出，则为 OutcomeUnknown），且不会重试。",
    ),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What a command comes to. It is decided before a word is printed, so that a closed pipe cannot change it."""

    exit_code: int
    out: Sequence[str] = ()
    err: Sequence[str] = ()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.run is not _sandbox:
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    run: Callable[[argparse.Namespace], Result] = options.run
    with _signals_restored():
        result = run(options)
        _write(sys.stderr, result.err)
        _write(sys.stdout, result.out)
    return result.exit_code


class _Ended(KeyboardInterrupt):
    """A signal that ends the process by default; here it is handled as Ctrl-C is."""


def _end(number: int, _frame: object) -> None:
    raise _Ended(number)


_ENDING: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def _signals_restored() -> Generator[None]:
    handlers = {number: signal.getsignal(number) for number in _ENDING}
    try:
        yield
    finally:
        _handle(handlers)


def _handle(handlers: Mapping[int, Any]) -> None:
    # Elsewhere Python takes no handlers, and delivers no signals.
    if threading.current_thread() is threading.main_thread():
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _write(stream: TextIO | None, lines: Sequence[str]) -> None:
    if stream is None:  # it was closed before Python began
        return
    try:
        for line in lines:
            print(line, file=stream)
        stream.flush()
    except OSError:
        # Whoever read it has gone, or the disk is full. What is left must not fail again when Python exits.
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # It repeats arguments as they are.
        super().error(quoted(message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="feishu-mail",
        description="Send Feishu and Lark mail drafts, once.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"feishu-mail {version('feishu-mail')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    shared = _Parser(add_help=False)
    shared.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the texts (default: en)")
    shared.add_argument("--json", action="store_true", help="print one JSON object instead of text")

    send = commands.add_parser(
        "send",
        parents=[shared],
        help="send one draft",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    send.add_argument("draft_id", metavar="DRAFT_ID")
    send.add_argument("--mailbox", default="me", help="the mailbox that holds the draft (default: me, your own)")
    send.add_argument(
        "--detail",
        action="store_true",
        help="of a failure, also print what the service said, in its own words; they may quote addresses",
    )
    send.set_defaults(run=_send)

    explain = commands.add_parser("explain", parents=[shared], help="say what an error code means and what to do")
    explain.add_argument("code", metavar="CODE", nargs="?", help="a number or a name; without it, all are listed")
    explain.set_defaults(run=_explain)

    sandbox = commands.add_parser(
        "sandbox", add_help=False, help="start the stand-in service; `feishu-mail sandbox --help` lists its options"
    )
    sandbox.set_defaults(run=_sandbox)
    return parser


def _send(options: argparse.Namespace) -> Result:
    mail: FeishuMail | None = None
    try:
        # What is ignored, as by nohup, stays so.
        _handle({number: _end for number in _ENDING if signal.getsignal(number) is signal.SIG_DFL})
        language: Language = options.lang
        try:
            with FeishuMail(on_retry=lambda failure, seconds: _show_progress(failure, seconds, language)) as mail:
                sent = mail.drafts.send(options.draft_id, user_mailbox_id=options.mailbox)
            result = _sent(sent, options)
        except FeishuMailError as error:
            result = _not_sent(error, options)
        # From here on nothing keeps the result from being printed.
        _handle(dict.fromkeys(_ENDING, signal.SIG_IGN))
    except KeyboardInterrupt as interrupt:
        _handle(dict.fromkeys(_ENDING, signal.SIG_IGN))
        number = interrupt.args[0] if isinstance(interrupt, _Ended) else signal.SIGINT
        return _interrupted(number, options, may_be_out=mail is not None and mail.drafts.may_be_out(options.draft_id))
    return result


def _sent(sent: SentDraft, options: argparse.Namespace) -> Result:
    of_the_service = ("message_id", "thread_id", "recall_status")
    said = {**asdict(sent), **{name: _shown_id(getattr(sent, name)) for name in of_the_service}}
    if options.json:
        return Result(EXIT_SENT, out=[_as_json({"outcome": Outcome.DONE, **said})])
    ids = {name: said[name] for name in ("message_id", "thread_id", "log_id")}
    return Result(
        EXIT_SENT,
        out=[
            _word("already" if sent.already_sent else "sent", options.lang),
            *(f"{name}: {quoted(value)}" for name, value in ids.items() if value is not None),
        ],
    )


def _shown_id(value: str | None) -> str | None:
    # The service may say anything there, an address too.
    if value is None or (_OF_AN_ID.issuperset(value) and not spells_an_address(value)):
        return value
    return REDACTED


def _not_sent(error: FeishuMailError, options: argparse.Namespace) -> Result:
    words: Mapping[str, Any] = _words_of_the_service(error) if options.detail else {}
    if options.json:
        return Result(
            _exit_code(error), out=[_as_json({**_error_as_json(error, options.draft_id, options.lang), **words})]
        )
    lines = [_error_in_words(error, options.lang)]
    if words:
        lines.append(_word("said", options.lang) + quoted(_as_json(words)))
    return Result(_exit_code(error), err=[f"feishu-mail: {line}" for line in lines])


def _interrupted(number: int, options: argparse.Namespace, *, may_be_out: bool) -> Result:
    outcome = Outcome.UNKNOWN if may_be_out else Outcome.NOT_DONE
    found = {"outcome": outcome, "draft_id": options.draft_id, "reason": "interrupted"}
    return Result(
        EXIT_INTERRUPTED + number,
        out=[_as_json(found)] if options.json else [],
        err=[f"feishu-mail: {_word('interrupted' if may_be_out else 'interrupted before', options.lang)}"],
    )


def _word(name: str, language: Language) -> str:
    return str(getattr(_WORDS[name], language))


def _show_progress(failure: Failure, seconds: float, language: Language) -> None:
    what = getattr(failure.facts.summary, language)
    line = _word("progress", language).format(attempt=failure.attempts, what=what, seconds=seconds)
    _write(sys.stderr, [f"feishu-mail: {line}"])


def _exit_code(error: FeishuMailError) -> int:
    if isinstance(error, ConfigurationError):
        return EXIT_USAGE
    if error.outcome is Outcome.UNKNOWN:
        return EXIT_UNKNOWN
    if isinstance(error, AuthenticationError) or error.affects is Affects.CREDENTIAL:
        return EXIT_CREDENTIALS
    return EXIT_NOT_SENT


def _error_in_words(error: FeishuMailError, language: Language) -> str:
    if language == "en":
        return str(error)
    failure = error.failure
    said = failure.reason
    outcome = failure.outcome_in_words or SEND_DRAFT.outcomes[failure.outcome or Outcome.NOT_DONE]
    return (
        f"{failure.name}：{failure.facts.summary.zh}{f'（{quoted(said)}）' if said else ''}。{outcome.zh}"
        f"{failure.advice.zh}{facts_in_brackets(failure)}"
    )


def _error_as_json(error: FeishuMailError, draft_id: str, language: Language) -> Mapping[str, Any]:
    names = ("attempts", "name", "code", "http_status", "log_id", "retry_after", "affects")
    return {
        "outcome": error.outcome,
        "draft_id": draft_id,
        **{name: getattr(error, name) for name in names},
        "reason": error.failure.reason,
        "advice": getattr(error.failure.advice, language),
    }


def _words_of_the_service(error: FeishuMailError) -> Mapping[str, Any]:
    return {"msg": error.msg, "detail": error.detail, "data": error.data}


def _explain(options: argparse.Namespace) -> Result:
    language: Language = options.lang
    found = _known_facts()
    if options.code is not None:
        wanted = options.code.strip().upper()
        found = {facts: names for facts, names in found.items() if wanted in (str(facts.code), facts.name)}
        if not found:
            asked = quoted(repr(options.code))
            return Result(EXIT_USAGE, err=[f"feishu-mail: {asked}: {_word('unknown code', language)}"])
    if options.json:
        listed = [_facts_as_json(facts, names) for facts, names in found.items()]
        return Result(EXIT_SENT, out=[_as_json(listed)])
    if options.code is None:
        return Result(EXIT_SENT, out=[_in_one_line(facts, names, language) for facts, names in found.items()])
    return Result(EXIT_SENT, out=[line for facts, names in found.items() for line in _in_words(facts, names, language)])


def _known_facts() -> Mapping[ErrorFacts, Sequence[str]]:
    """Returns all facts, each with the operations whose they are; those of our own are every operation's."""
    known: dict[ErrorFacts, list[str]] = {}
    for operation in reversed(OPERATIONS):
        for facts in (*operation.errors.values(), *operation.refusals):
            known.setdefault(facts, []).append(operation.name)
    return {**known, **{facts: [operation.name for operation in reversed(OPERATIONS)] for facts in OWN_FACTS}}


def _in_one_line(facts: ErrorFacts, names: Sequence[str], language: Language) -> str:
    code = "" if facts.code is None else facts.code
    owner = "" if len(names) == len(OPERATIONS) else f"  ({', '.join(names)})"
    return f"{code:>8}  {facts.outcome or '':<8}  {facts.name:<37}  {getattr(facts.summary, language)}{owner}"


def _in_words(facts: ErrorFacts, names: Sequence[str], language: Language) -> Sequence[str]:
    statuses = f" (HTTP {', '.join(map(str, facts.http_statuses))})" if facts.http_statuses else ""
    failures = [failure_of(operation, facts) for operation in OPERATIONS if operation.name in names]
    outcomes = dict.fromkeys(failure.outcome_in_words for failure in failures if failure.outcome_in_words)
    lines = [
        f"{'' if facts.code is None else facts.code} {facts.name}{statuses}".strip(),
        getattr(facts.summary, language),
        _word("operations", language) + ", ".join(names),
        *(getattr(outcome, language) for outcome in outcomes),
        *(_word("advice", language) + getattr(each, language) for each in dict.fromkeys(f.advice for f in failures)),
        _word("retry", language) + getattr(_RETRIES[facts.retry], language),
        _word("affects", language) + getattr(_REACHES[facts.affects], language),
    ]
    return lines if facts.source is None else [*lines, _word("source", language) + facts.source]


def _facts_as_json(facts: ErrorFacts, names: Sequence[str]) -> Mapping[str, Any]:
    texts = {"summary": facts.summary._asdict(), "advice": facts.advice._asdict()}
    return {**asdict(facts), "operations": names, **texts}


def _as_json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return "".join(character if is_plain(character) else json.dumps(character)[1:-1] for character in text)


def _sandbox(options: argparse.Namespace) -> Result:
    from feishu_mail_sandbox.command_line import main as run_sandbox

    return Result(run_sandbox(options.rest))
