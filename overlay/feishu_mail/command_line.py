"""``feishu-mail``: send one draft, explain an error code, start the sandbox."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import stamina.instrumentation

from feishu_mail.client import FeishuMail
from feishu_mail.error_codes import AUTOMATION_DISABLED, ERROR_FACTS
from feishu_mail.error_facts import Affects, ErrorFacts, Outcome, Retry
from feishu_mail.exceptions import AuthenticationError, FeishuMailError, InvalidArgument
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
        "outcome": "Did the mail go out?",
        "retry": "Try again?",
        "affects": "Affects",
        "advice": "What to do",
        "source": "Known from",
        "sent": "Sent.",
        "already": "Already sent before; it did not go out again.",
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
        "outcome": "邮件是否发出",
        "retry": "能否重试",
        "affects": "影响范围",
        "advice": "处理办法",
        "source": "依据",
        "sent": "已发送。",
        "already": "此前已发送成功，没有重复发送。",
    },
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.run is not _sandbox:
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="feishu-mail",
        description="Send Feishu and Lark mail drafts, once.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
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


def _send(options: argparse.Namespace) -> int:
    language: Language = options.lang
    stamina.instrumentation.set_on_retry_hooks([_tell_progress])
    try:
        with FeishuMail() as mail:
            sent = mail.drafts.send(options.draft_id, user_mailbox_id=options.mailbox)
    except FeishuMailError as error:
        if options.json:
            _print_json(_error_as_json(error, language))
        else:
            print(f"feishu-mail: {_error_in_words(error, language)}", file=sys.stderr)
        return _exit_code(error)
    except KeyboardInterrupt:
        print(
            "feishu-mail: interrupted; the mail may be out. Sending the same draft again is safe: it goes out once.",
            file=sys.stderr,
        )
        return EXIT_INTERRUPTED
    if options.json:
        _print_json(_sent_as_json(sent))
    else:
        print(_WORDS[language]["already" if sent.already_sent else "sent"])
        for name in ("message_id", "thread_id", "log_id"):
            if (value := getattr(sent, name)) is not None:
                print(f"{name}: {value}")
    return EXIT_SENT


def _tell_progress(details: stamina.instrumentation.RetryDetails) -> None:
    error = details.caused_by
    what = error.failure.judgement.summary if isinstance(error, FeishuMailError) else type(error).__name__
    print(
        f"feishu-mail: attempt {details.retry_num}: {what}; trying again in {details.wait_for:.1f} s", file=sys.stderr
    )


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
    said = f"（{error.failure.reason or error.msg}）" if error.failure.reason or error.msg else ""
    return f"{judgement.name}：{judgement.summary_zh}{said}。{_WORDS['zh'][error.outcome]}{judgement.advice_zh}" + (
        f" [code {error.code}, log_id {error.log_id}]" if error.code is not None else ""
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


def _explain(options: argparse.Namespace) -> int:
    language: Language = options.lang
    known = [*ERROR_FACTS.values(), AUTOMATION_DISABLED]
    if options.code is None:
        _list(known, language, as_json=options.json)
        return EXIT_SENT
    wanted = options.code.strip().upper()
    facts = next((each for each in known if wanted in (str(each.code), each.name)), None)
    if facts is None:
        print(
            f"feishu-mail: {options.code}: the document does not know this code. The SDK raises APIError (or "
            "SendOutcomeUnknown, if the mail may be out) with the number and never retries it.",
            file=sys.stderr,
        )
        return EXIT_USAGE
    if options.json:
        _print_json(_facts_as_json(facts))
    else:
        _print_facts(facts, language)
    return EXIT_SENT


def _list(known: Sequence[ErrorFacts], language: Language, *, as_json: bool) -> None:
    if as_json:
        _print_json([_facts_as_json(facts) for facts in known])
        return
    for facts in known:
        summary = facts.summary if language == "en" else facts.summary_zh
        print(f"{facts.code:>8}  {facts.outcome:<8}  {facts.name:<37}  {summary}")


def _print_facts(facts: ErrorFacts, language: Language) -> None:
    words, english = _WORDS[language], language == "en"
    statuses = ", ".join(str(status) for status in facts.http_statuses)
    print(f"{facts.code} {facts.name} (HTTP {statuses})")
    print(facts.summary if english else facts.summary_zh)
    colon = ": " if english else "："
    print(f"{words['outcome']}{'' if english else '？'} {words[facts.outcome]}")
    print(f"{words['advice']}{colon}{facts.advice if english else facts.advice_zh}")
    print(f"{words['retry']}{'' if english else '？'} {words[facts.retry]}")
    print(f"{words['affects']}{colon}{words[facts.affects]}")
    if facts.source is not None:
        print(f"{words['source']}{colon}{facts.source}")


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


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


def _sandbox(options: argparse.Namespace) -> int:
    try:
        from feishu_mail_sandbox.command_line import main as run_sandbox
    except ModuleNotFoundError as error:
        print(
            f'feishu-mail: the sandbox needs {error.name}; install it with: pip install "feishu-mail[sandbox]"',
            file=sys.stderr,
        )
        return EXIT_USAGE
    return run_sandbox(options.rest)
