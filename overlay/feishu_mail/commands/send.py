"""``feishu-mail send``: sends one draft, and says in words, JSON and an exit code what came of it."""

import argparse
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from feishu_mail.client import FeishuMail
from feishu_mail.commands.ending_signals import ENDING, end, handle, number_of
from feishu_mail.commands.results import (
    EXIT_CREDENTIALS,
    EXIT_INTERRUPTED,
    EXIT_NOT_SENT,
    EXIT_SENT,
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
    facts_in_brackets,
)
from feishu_mail.outcomes.facts import Affects, Outcome, Texts
from feishu_mail.outcomes.failures import Failure
from feishu_mail.outcomes.operations import SEND_DRAFT
from feishu_mail.resources.sent_draft import SentDraft
from feishu_mail.wire.quoting import quoted

_WORDS: Final[Mapping[str, Texts]] = {
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
}


def send(options: argparse.Namespace) -> Result:
    """Sends the draft that the options name."""
    mail: FeishuMail | None = None
    try:
        # What is ignored, as by nohup, stays so.
        handle({number: end for number in ENDING if signal.getsignal(number) is signal.SIG_DFL})
        language: Language = options.lang
        try:
            with FeishuMail(on_retry=lambda failure, seconds: _show_progress(failure, seconds, language)) as mail:
                sent = mail.drafts.send(options.draft_id, user_mailbox_id=options.mailbox)
            result = _sent(sent, options)
        except FeishuMailError as error:
            result = _not_sent(error, options)
        # From here on nothing keeps the result from being printed.
        handle(dict.fromkeys(ENDING, signal.SIG_IGN))
    except KeyboardInterrupt as interrupt:
        handle(dict.fromkeys(ENDING, signal.SIG_IGN))
        return _interrupted(
            number_of(interrupt), options, may_be_out=mail is not None and mail.drafts.may_be_out(options.draft_id)
        )
    return result


def _sent(sent: SentDraft, options: argparse.Namespace) -> Result:
    of_the_service = ("message_id", "thread_id", "recall_status")
    said = {**asdict(sent), **{name: shown_id(getattr(sent, name)) for name in of_the_service}}
    if options.json:
        return Result(EXIT_SENT, out=[as_json({"outcome": Outcome.DONE, **said})])
    ids = {name: said[name] for name in ("message_id", "thread_id", "log_id")}
    return Result(
        EXIT_SENT,
        out=[
            say(_WORDS, "already" if sent.already_sent else "sent", options.lang),
            *(f"{name}: {quoted(value)}" for name, value in ids.items() if value is not None),
        ],
    )


def _not_sent(error: FeishuMailError, options: argparse.Namespace) -> Result:
    words: Mapping[str, Any] = _words_of_the_service(error) if options.detail else {}
    if options.json:
        return Result(
            _exit_code(error), out=[as_json({**_error_as_json(error, options.draft_id, options.lang), **words})]
        )
    lines = [_error_in_words(error, options.lang)]
    if words:
        lines.append(say(_WORDS, "said", options.lang) + quoted(as_json(words)))
    return Result(_exit_code(error), err=[f"feishu-mail: {line}" for line in lines])


def _interrupted(number: int, options: argparse.Namespace, *, may_be_out: bool) -> Result:
    outcome = Outcome.UNKNOWN if may_be_out else Outcome.NOT_DONE
    found = {"outcome": outcome, "draft_id": options.draft_id, "reason": "interrupted"}
    return Result(
        EXIT_INTERRUPTED + number,
        out=[as_json(found)] if options.json else [],
        err=[f"feishu-mail: {say(_WORDS, 'interrupted' if may_be_out else 'interrupted before', options.lang)}"],
    )


def _show_progress(failure: Failure, seconds: float, language: Language) -> None:
    what = getattr(failure.facts.summary, language)
    line = say(_WORDS, "progress", language).format(attempt=failure.attempts, what=what, seconds=seconds)
    write(sys.stderr, [f"feishu-mail: {line}"])


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
