"""``feishu-mail``: send one draft, explain an error code, start the sandbox."""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal, TextIO, TypeAlias

import stamina.instrumentation

from feishu_mail.client import FeishuMail
from feishu_mail.error_codes import AUTOMATION_DISABLED, ERROR_FACTS
from feishu_mail.error_facts import Affects, ErrorFacts, Outcome, Retry
from feishu_mail.exceptions import AuthenticationError, FeishuMailError, InvalidArgument, facts_in_brackets
from feishu_mail.sent_draft import SentDraft

EXIT_SENT: Final = 0
EXIT_USAGE: Final = 2
EXIT_NOT_SENT: Final = 3
EXIT_UNKNOWN: Final = 4
EXIT_CREDENTIALS: Final = 5
EXIT_INTERRUPTED: Final = 130

Language: TypeAlias = Literal["en", "zh"]

_EXIT_CODES: Final = f"""\
exit codes:
  {EXIT_SENT}    sent (also: it had been sent before); explain: the code is known
  {EXIT_USAGE}    wrong usage, or an argument that cannot be used; nothing was sent
  {EXIT_NOT_SENT}    not sent
  {EXIT_UNKNOWN}    unknown: the mail may be out; verify, or send the same draft again
  {EXIT_CREDENTIALS}    not sent: the access token, or what it may do, is the reason
  {EXIT_INTERRUPTED}  interrupted: unknown, as with {EXIT_UNKNOWN}

environment:
  FEISHU_USER_ACCESS_TOKEN  the user access token (never given on the command line, where others could see it)
  FEISHU_BASE_URL           where the service is; Lark is https://open.larksuite.com
"""

_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        Outcome.SENT: "The mail is out.",
        Outcome.NOT_SENT: "The mail did not go out.",
        Outcome.UNKNOWN: "It is not known whether the mail went out.",
        Retry.NEVER: "no: repeating it unchanged fails again",
        Retry.AFTER_DELAY: "yes, after a while (the SDK does it)",
        Retry.AFTER_RESET: "yes, after the seconds that the answer names (the SDK does it)",
        Retry.AFTER_REFRESH: "yes, with a new access token (the SDK does it when access_token is a callable)",
        Retry.AFTER_QUOTA: "not today: a person or a new day must change something first",
        Affects.REQUEST: "this request only",
        Affects.DRAFT: "this draft only",
        Affects.MAILBOX: "all drafts of this mailbox",
        Affects.TENANT: "the whole organisation",
        Affects.APP: "all calls of this app",
        Affects.CREDENTIAL: "all calls with this token",
        "outcome": "Did the mail go out? ",
        "retry": "Try again? ",
        "affects": "Affects: ",
        "advice": "What to do: ",
        "source": "Known from: ",
        "sent": "Sent.",
        "already": "Already sent before; it did not go out again.",
        "progress": "attempt {attempt}: {what}; trying again in {seconds:.1f} s",
        "interrupted": "interrupted; the mail may be out. Sending the same draft again is safe: it goes out once.",
        "unknown code": "the document does not know this code. The SDK raises APIError (or SendOutcomeUnknown, if the "
        "mail may be out) with the number and never retries it.",
    },
    "zh": {
        Outcome.SENT: "邮件已发出。",
        Outcome.NOT_SENT: "邮件没有发出。",
        Outcome.UNKNOWN: "无法确定邮件是否已发出。",
        Retry.NEVER: "不要：原样重试仍会失败",
        Retry.AFTER_DELAY: "可以，稍候重试（SDK 会自动进行）",
        Retry.AFTER_RESET: "可以，等待答复给出的秒数后重试（SDK 会自动进行）",
        Retry.AFTER_REFRESH: "可以，换用新的访问凭证后重试（access_token 为函数时 SDK 会自动进行）",
        Retry.AFTER_QUOTA: "今天不行：需要有人调整，或等到额度恢复",
        Affects.REQUEST: "仅本次请求",
        Affects.DRAFT: "仅该草稿",
        Affects.MAILBOX: "该邮箱的所有草稿",
        Affects.TENANT: "整个企业",
        Affects.APP: "该应用的所有调用",
        Affects.CREDENTIAL: "使用该凭证的所有调用",
        "outcome": "邮件是否发出：",
        "retry": "能否重试：",
        "affects": "影响范围：",
        "advice": "处理办法：",
        "source": "依据：",
        "sent": "已发送。",
        "already": "此前已发送成功，没有重复发送。",
        "progress": "第 {attempt} 次尝试：{what}；{seconds:.1f} 秒后重试",
        "interrupted": "已中断；邮件可能已发出。再次发送同一草稿是安全的：它只会发出一次。",
        "unknown code": "文档中没有这个错误码。SDK 会抛出带有该数字的 APIError"
        "（若邮件可能已发出，则为 SendOutcomeUnknown），且不会重试。",
    },
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
    result = run(options)
    _write(sys.stderr, result.err)
    _write(sys.stdout, result.out)
    return result.exit_code


def _write(stream: TextIO, lines: Sequence[str]) -> None:
    try:
        for line in lines:
            print(line, file=stream)
        stream.flush()
    except OSError:
        # Whoever read it has gone, or the disk is full. What is left must not fail again when Python exits.
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="feishu-mail",
        description="Send Feishu and Lark mail drafts, once.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"feishu-mail {version('feishu-mail')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    shared = argparse.ArgumentParser(add_help=False)
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
    language: Language = options.lang
    stamina.instrumentation.set_on_retry_hooks([lambda details: _tell_progress(details, language)])
    try:
        with FeishuMail() as mail:
            sent = mail.drafts.send(options.draft_id, user_mailbox_id=options.mailbox)
    except FeishuMailError as error:
        if options.json:
            return Result(_exit_code(error), out=[_as_json(_error_as_json(error, language))])
        return Result(_exit_code(error), err=[f"feishu-mail: {_error_in_words(error, language)}"])
    except KeyboardInterrupt:
        told = {"outcome": Outcome.UNKNOWN, "draft_id": options.draft_id, "reason": "interrupted"}
        return Result(
            EXIT_INTERRUPTED,
            out=[_as_json(told)] if options.json else [],
            err=[f"feishu-mail: {_WORDS[language]['interrupted']}"],
        )
    if options.json:
        return Result(EXIT_SENT, out=[_as_json(_sent_as_json(sent))])
    ids = {"message_id": sent.message_id, "thread_id": sent.thread_id, "log_id": sent.log_id}
    return Result(
        EXIT_SENT,
        out=[
            _WORDS[language]["already" if sent.already_sent else "sent"],
            *(f"{name}: {value}" for name, value in ids.items() if value is not None),
        ],
    )


def _tell_progress(details: stamina.instrumentation.RetryDetails, language: Language) -> None:
    error = details.caused_by
    what = type(error).__name__
    if isinstance(error, FeishuMailError):
        judgement = error.failure.judgement
        what = judgement.summary if language == "en" else judgement.summary_zh
    told = _WORDS[language]["progress"].format(attempt=details.retry_num, what=what, seconds=details.wait_for)
    _write(sys.stderr, [f"feishu-mail: {told}"])


def _exit_code(error: FeishuMailError) -> int:
    if isinstance(error, InvalidArgument):
        return EXIT_USAGE
    if error.outcome is Outcome.UNKNOWN:
        return EXIT_UNKNOWN
    if isinstance(error, AuthenticationError) or error.affects is Affects.CREDENTIAL:
        return EXIT_CREDENTIALS
    return EXIT_NOT_SENT


def _error_in_words(error: FeishuMailError, language: Language) -> str:
    if language == "en":
        return str(error)
    judgement = error.failure.judgement
    said = error.failure.reason or error.msg
    quoted = f"（{said}）" if said else ""
    return (
        f"{judgement.name}：{judgement.summary_zh}{quoted}。{_WORDS['zh'][error.outcome]}{judgement.advice_zh}"
        f"{facts_in_brackets(error)}"
    )


def _error_as_json(error: FeishuMailError, language: Language) -> Mapping[str, Any]:
    return {
        "outcome": error.outcome,
        "draft_id": error.draft_id,
        "attempts": error.attempts,
        "name": error.failure.judgement.name,
        "code": error.code,
        "msg": error.msg,
        "reason": error.failure.reason,
        "http_status": error.http_status,
        "log_id": error.log_id,
        "retry_after": error.retry_after,
        "affects": error.affects,
        "advice": error.advice if language == "en" else error.advice_zh,
    }


def _sent_as_json(sent: SentDraft) -> Mapping[str, Any]:
    return {
        "outcome": Outcome.SENT,
        "draft_id": sent.draft_id,
        "attempts": sent.attempts,
        "already_sent": sent.already_sent,
        "message_id": sent.message_id,
        "thread_id": sent.thread_id,
        "log_id": sent.log_id,
        "recall_status": sent.recall_status,
    }


def _explain(options: argparse.Namespace) -> Result:
    language: Language = options.lang
    known = [*ERROR_FACTS.values(), AUTOMATION_DISABLED]
    if options.code is None:
        if options.json:
            return Result(EXIT_SENT, out=[_as_json([_facts_as_json(facts) for facts in known])])
        return Result(EXIT_SENT, out=[_in_one_line(facts, language) for facts in known])
    wanted = options.code.strip().upper()
    facts = next((each for each in known if wanted in (str(each.code), each.name)), None)
    if facts is None:
        return Result(EXIT_USAGE, err=[f"feishu-mail: {options.code!r}: {_WORDS[language]['unknown code']}"])
    return Result(EXIT_SENT, out=[_as_json(_facts_as_json(facts))] if options.json else _in_words(facts, language))


def _in_one_line(facts: ErrorFacts, language: Language) -> str:
    summary = facts.summary if language == "en" else facts.summary_zh
    return f"{facts.code:>8}  {facts.outcome:<8}  {facts.name:<37}  {summary}"


def _in_words(facts: ErrorFacts, language: Language) -> Sequence[str]:
    words, english = _WORDS[language], language == "en"
    statuses = ", ".join(str(status) for status in facts.http_statuses)
    lines = [
        f"{facts.code} {facts.name} (HTTP {statuses})",
        facts.summary if english else facts.summary_zh,
        words["outcome"] + words[facts.outcome],
        words["advice"] + (facts.advice if english else facts.advice_zh),
        words["retry"] + words[facts.retry],
        words["affects"] + words[facts.affects],
    ]
    return lines if facts.source is None else [*lines, words["source"] + facts.source]


def _facts_as_json(facts: ErrorFacts) -> Mapping[str, Any]:
    return {
        "code": facts.code,
        "name": facts.name,
        "http_statuses": facts.http_statuses,
        "outcome": facts.outcome,
        "retry": facts.retry,
        "affects": facts.affects,
        "summary": facts.summary,
        "summary_zh": facts.summary_zh,
        "advice": facts.advice,
        "advice_zh": facts.advice_zh,
        "source": facts.source,
    }


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sandbox(options: argparse.Namespace) -> Result:
    from feishu_mail_sandbox.command_line import main as run_sandbox

    return Result(run_sandbox(options.rest))
